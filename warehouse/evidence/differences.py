"""What a frozen report keeps, and which of its figures differ today, with causes that add up.

A frozen report is its published tables as Parquet, with what is needed to compute them again as they were: the instant,
the plan, and how loads were read. Readings that a platform's terms may remove later are not kept post by post: the
report keeps only totals of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from connectors.contract import METRIC, METRICS
from warehouse import measures
from warehouse.day import Day
from warehouse.figures.build import GROUPS
from warehouse.figures.tables import MART
from warehouse.readings import definition_changes
from warehouse.readings.latest import POST

LATE = "late data"
MAPPING = "corrected mapping"
PLAN = "plan changed"
WITHDRAWN = "withdrawn"
GONE = "post gone"
REMOVED = "reading removed by the platform's terms"
DEFINITION = "definition changed"
PRINTED = "printed otherwise than frozen"
Tables = Mapping[str, pl.DataFrame]

COMPARED = (*GROUPS, "indicator_progress")
"""The tables whose figures are compared: those of totals, and the indicators'."""


@dataclass(frozen=True)
class Step:
    """The tables after something happened; ``kind`` says what, and is a cause of differences."""

    kind: str
    tables: Tables


@dataclass
class Difference:
    """A figure that differs today, and by how much for each cause."""

    table: str
    key: dict[str, Any]
    metric: str
    frozen: float | int | None
    now: float | int | None
    causes: dict[str, float | int] = field(default_factory=dict)


def kept(tables: Tables, day: Day) -> dict[str, pl.DataFrame]:
    """The tables as a report keeps them: without rows of posts that may have to be forgotten."""
    lines = removable(day)
    return {
        name: table.join(lines, on=POST, how="anti") if set(POST) <= set(table.columns) else table
        for name, table in tables.items()
    }


def removable(day: Day) -> pl.DataFrame:
    """The posts of which a platform's terms may remove readings in use: ``platform, post_id``."""
    short = day.loads.lazy().filter(pl.col("keep_days").is_not_null()).select("load_id")
    read = day.every_reading.filter(pl.col("observed_at") < day.before)
    by_load = read.join(short, on="load_id", how="semi").select(POST).unique().collect()
    by_platform = day.posts.filter(pl.col("platform").is_in(day.platforms.following_deletions)).select(POST)
    return pl.concat([by_load, by_platform]).unique().sort(POST)


def named_removable(day: Day) -> list[str]:
    """The figures of campaigns that rest on readings which terms may remove, a sentence a campaign and platform."""
    resting = (
        day.attribution.taken.join(removable(day), on=POST)
        .join(day.readings, on=POST)
        .group_by("campaign_id", "platform")
        .agg(pl.len().alias("posts"), *(pl.col(m.column).count() for m in METRICS))
        .sort("campaign_id", "platform")
    )
    return [
        f"{row['campaign_id']}: its {', '.join(m.name for m in METRICS if row[m.column])} rest on readings of "
        f"{row['posts']} posts of {row['platform']} that the platform's terms may have removed later; of these posts "
        "the report keeps totals only"
        for row in resting.iter_rows(named=True)
    ]


def checksum(hashes: Mapping[str, str]) -> str:
    """One hash over the tables' own."""
    return hashlib.sha256(
        "".join(f"{name} {table_hash}\n" for name, table_hash in sorted(hashes.items())).encode()
    ).hexdigest()


def unmoved(before: Day, after: Day) -> Day:
    """``after``, but with the readings of ``before`` where a reading crossed a change of what its platform counts.

    The gain of such a reading is part growth and part definition, and nobody can divide it. All of it is put down to
    the definition.
    """
    columns = sorted({METRIC[crossed.change.metric].column for crossed in after.changes if crossed.change.is_given})
    if not columns:
        return after
    was = before.readings.select(
        *POST,
        *(pl.col(c).alias(f"{c}_was") for column in columns for c in (column, definition_changes.read_at(column))),
    )
    kinds = after.posts.select(*POST, "kind")
    beside = after.readings.join(was, on=POST, how="left").join(kinds, on=POST, how="left")
    for change, at in after.changes:
        column, read = METRIC[change.metric].column, definition_changes.read_at(METRIC[change.metric].column)
        if not change.is_given:
            continue
        has_moved = definition_changes.is_about(change) & (pl.col(f"{read}_was") < at) & (pl.col(read) >= at)
        beside = beside.with_columns(
            pl.when(has_moved.fill_null(False)).then(f"{column_name}_was").otherwise(column_name).alias(column_name)
            for column_name in (column, read)
        )
    return replace(after, readings=beside.select(after.readings.columns))


FigureKey = tuple[str, tuple[tuple[str, Any], ...], str]
"""Where a figure stands: its table, its key as pairs of column and value, its metric."""


def moved(before: Tables, after: Tables) -> dict[FigureKey, float | int]:
    """How much each figure changed, without those that did not; one that became known, or is no more, counts whole."""
    was, now = dict(_figures(before)), dict(_figures(after))
    amounts = {place: exact((now.get(place) or 0) - (was.get(place) or 0)) for place in {**was, **now}}
    return {place: amount for place, amount in amounts.items() if amount}


def differences(
    frozen: Tables, steps: Iterable[Step], taken: Iterable[tuple[str, Mapping[FigureKey, float | int]]] = ()
) -> list[Difference]:
    """Each figure of the report that differs after the last step, with what each step changed.

    The amounts of a figure's causes add up to ``now - frozen``. Where one of the two is not known, the other counts
    whole.

    Args:
        frozen: the report's tables.
        steps: what may have happened, in its order.
        taken: parts of the first step that were measured when they happened, by kinds of their own.
    """
    walked, taken = list(steps), list(taken)
    by_key: dict[FigureKey, Difference] = {}
    first = dict(_figures(frozen))
    tables_over_time = [first, *(dict(_figures(step.tables)) for step in walked)]
    for place in dict.fromkeys(place for figures in tables_over_time for place in figures):
        values = [figures.get(place) for figures in tables_over_time]
        table, key, metric = place
        if values[0] == values[-1]:
            continue
        difference = Difference(table, dict(key), metric, values[0], values[-1])
        for kind, amounts in taken:
            part = amounts.get(place, 0)
            difference.causes[kind] = exact(difference.causes.get(kind, 0) + part)
            difference.causes[walked[0].kind] = exact(difference.causes.get(walked[0].kind, 0) - part)
        for step, before, after in zip(walked, values, values[1:], strict=False):
            amount = exact((after or 0) - (before or 0))
            if amount:
                kind = GONE if metric == "posts_gone" else step.kind
                difference.causes[kind] = exact(difference.causes.get(kind, 0) + amount)
        difference.causes = {kind: amount for kind, amount in difference.causes.items() if amount}
        by_key[place] = difference
    return list(by_key.values())


def _figures(tables: Tables) -> Iterator[tuple[FigureKey, Any]]:
    for name in COMPARED:
        if name not in tables:
            continue
        table, mart = tables[name], MART[name]
        metrics = [m for m in measures.COMPARED if m in table.columns]
        for row in table.iter_rows(named=True):
            key = tuple((column, row[column]) for column in mart.key)
            for metric in metrics:
                yield (name, key, metric), row[metric]


def exact(amount: float) -> float | int:
    """Rounded to thousandths, the smallest part of a second that watch time has; an int where it is whole."""
    rounded = round(amount, 3)
    return int(rounded) if rounded == int(rounded) else rounded
