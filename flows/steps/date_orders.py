"""What a night says of documents whose dates could be read with day and month the other way round.

docs/rules.md: Day or month first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from connectors.contract import BY_CUSTOM, NOT_TOLD
from flows.steps.loaded import Loaded
from warehouse.day import Day
from warehouse.texts import number_of

_POSTS = 5
"""The most posts that are named of one campaign."""
_OTHER = {"day first": "month first", "month first": "day first"}


def remarks(loaded: Loaded, day: Day) -> tuple[list[str], list[str]]:
    """A sentence for each document that was read now and whose order of day and month is assumed.

    Returns:
        Those that somebody has to decide on, since dates are not known or posts would be of other campaigns; and the
        others.
    """
    to_decide, others = list[str](), list[str]()
    for row in loaded.files.iter_rows(named=True):
        source, section = row["date_order_from"] or "", f"under [{row['connector']}] in reach.toml"
        if source == NOT_TOLD:
            to_decide.append(
                f"{row['path']}: no date tells day from month, and no custom does in the plan's time zone "
                f"({day.plan.project.timezone}), so dates such as 02/03 are not known. "
                f'Write date_order = "day first" or "month first" {section}.'
            )
        elif source.startswith(BY_CUSTOM):
            moved = list(_moved(day, row["load_id"]))
            sentence = (
                f"{row['path']}: no date tells day from month; they were read {row['date_order']}, {source}. "
                f'If that is wrong, write date_order = "{_OTHER.get(row["date_order"], "month first")}" {section}.'
            )
            (to_decide if moved else others).append(" ".join((sentence, *moved)))
    return to_decide, others


def _moved(day: Day, load_id: str) -> Iterator[str]:
    """How each campaign would differ the other way round, a sentence each."""
    moved = day.moved_by_date_order.filter(pl.col("load_id") == load_id)
    for (campaign_id, is_taken), posts in moved.group_by("campaign_id", "is_taken", maintain_order=True):
        count = number_of(posts.height, "post")
        named = "; ".join(_named(row, day.plan.project.timezone) for row in posts.head(_POSTS).iter_rows(named=True))
        more = f"; and {posts.height - _POSTS} more" if posts.height > _POSTS else ""
        way = "fall out of" if is_taken else "come into"
        yield f'The other way round {count} would {way} the campaign "{campaign_id}": {named}{more}.'


def _named(row: dict[str, Any], zone: str) -> str:
    """A post with the day that it has, and the other one."""
    text = " ".join((row["text"] or row["post_id"]).split())
    day, other = (
        f"{row[name].replace(tzinfo=ZoneInfo('UTC')).astimezone(ZoneInfo(zone)):%Y-%m-%d}"
        for name in ("published_at", "published_other_at")
    )
    return f"{text[:60]} ({day}, else {other})"
