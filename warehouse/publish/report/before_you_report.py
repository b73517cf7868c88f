"""What somebody has to look at before a campaign's figures go to a donor; where there is nothing, it is ready."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from connectors.contract import METRICS
from warehouse.evidence.undated_files import UndatedFile
from warehouse.figures.totals import STALE_AFTER
from warehouse.figures.unplanned import UnplannedPage
from warehouse.publish.report.language import number
from warehouse.publish.report.subject import posts_of
from warehouse.publish.report.wording import Texts, short
from warehouse.readings.latest import POST

_ITEMS = 8
"""The most cases that are named; the text says how many there are."""


@dataclass(frozen=True)
class Check:
    """Something to look at: what kind it is, what it says, and the cases."""

    kind: str
    text: str
    items: tuple[str, ...] = ()


def of_campaign(
    campaign: Mapping[str, Any], tables: Mapping[str, pl.DataFrame], unknown: pl.DataFrame, contacts: Mapping[str, str],
    texts: Texts, unplanned: Sequence[UnplannedPage] = (), undated: Sequence[UndatedFile] = (),
    moved: pl.DataFrame | None = None, missing: pl.DataFrame | None = None,
) -> list[Check]:  # fmt: skip
    """What has to be looked at before a campaign is reported on.

    Args:
        campaign: its row of ``campaign_totals``.
        tables: the published tables by name.
        unknown: ``campaign_id, metric, reason, posts``, why figures are not known.
        contacts: whom to ask, by organisation.
        unplanned: the pages that the plan does not know, or knows elsewhere.
        undated: files with its posts of which the day is not known.
        moved: the posts that the other order of day and month would move, as :class:`warehouse.day.Day` has them, with
            the ``path`` of their document.
        missing: days of its websites that nothing holds (:func:`warehouse.readings.missing_days.counting`).
    """
    return [
        *_unplanned(campaign, unplanned, texts),
        *_dates(campaign, moved, texts),
        *_old(campaign, tables, contacts, texts), *_undated(undated, texts), *_missing(missing, texts),
        *_near(campaign, tables, texts),
        *_unknown(campaign, unknown, texts), *_counts(campaign, texts), *_doubles(campaign, tables, texts),
        *_definitions(campaign, texts),
    ]  # fmt: skip


def _old(
    campaign: Mapping[str, Any], tables: Mapping[str, pl.DataFrame], contacts: Mapping[str, str], texts: Texts
) -> Iterator[Check]:
    """Pages last read more than two weeks before the day of the figures, and whom to ask."""
    last = datetime.combine(campaign["as_of"], datetime.min.time()) - STALE_AFTER
    old_accounts = tables["account_totals"].filter(
        (pl.col("campaign_id") == campaign["campaign_id"]) & (pl.col("posts") > 0) & (pl.col("read_to") < last)
    )
    items = []
    for row in old_accounts.sort("read_to").iter_rows(named=True):
        who = contacts.get(row["organisation"] or "") or row["organisation"] or texts("whoever_has_it")
        name = f"{row['account_name'] or row['account_id']} ({texts.platform(row['platform'])})"
        items.append(texts("check_old_item", account=name, day=texts.day_of(row["read_to"]), who=who))
    if items:
        says = texts("check_old_says", number=number(len(items)), days=number(STALE_AFTER.days))
        yield Check("old", says, tuple(items[:_ITEMS]))


def _unplanned(campaign: Mapping[str, Any], unplanned: Sequence[UnplannedPage], texts: Texts) -> Iterator[Check]:
    """Pages whose posts count in the campaign, and that the plan does not know or gives to somebody else."""
    items = [
        texts(
            "check_unplanned_known_item" if page.organisation else "check_unplanned_item",
            page=f"{page.account_name} ({texts.platform(page.platform)})", id=page.id_in_toml,
            path=page.path, number=number(page.counting[campaign["campaign_id"]]), posts=number(page.posts),
            organisation=page.organisation or "", folder=page.folder or "",
        )
        for page in unplanned
        if campaign["campaign_id"] in page.counting
    ]  # fmt: skip
    if items:
        yield Check("unplanned", texts("check_unplanned_says", number=number(len(items))), tuple(items[:_ITEMS]))


def _undated(undated: Sequence[UndatedFile], texts: Texts) -> Iterator[Check]:
    """Every file of which the day is not known, with what says it: a day may move a figure into another quarter."""
    if undated:
        items = (
            texts(
                "check_undated_item", path=file.path, end=str(file.range_ends), written=str(file.written_on),
                command=file.command,
            )
            for file in undated
        )  # fmt: skip
        yield Check("undated", texts("check_undated_says", number=number(len(undated))), tuple(items))


def _missing(missing: pl.DataFrame | None, texts: Texts) -> Iterator[Check]:
    """Days of websites that no file and no answer holds: the figures of their pages are at least."""
    if missing is not None and missing.height:
        items = [
            texts("check_missing_item", site=site, first=texts.day(first), last=texts.day(last))
            for site, first, last in missing.select("account_id", "first_day", "last_day").iter_rows()
        ]
        yield Check("missing", texts("check_missing_says", number=number(len(items))), tuple(items[:_ITEMS]))


def _dates(campaign: Mapping[str, Any], moved: pl.DataFrame | None, texts: Texts) -> Iterator[Check]:
    """Posts of documents whose order of day and month is assumed, and which the other order would move."""
    if moved is None or not (here := moved.filter(pl.col("campaign_id") == campaign["campaign_id"])).height:
        return
    items = [
        texts(
            "check_dates_out_item" if row["is_taken"] else "check_dates_in_item",
            post=short(row["text"], 60) or row["post_id"],
            day=texts.day_of(row["published_at"]),
            other=texts.day_of(row["published_other_at"]),
            path=row["path"],
        )
        for row in here.head(_ITEMS).iter_rows(named=True)
    ]
    yield Check("dates", texts("check_dates_says", number=number(here.height)), tuple(items))


def _near(campaign: Mapping[str, Any], tables: Mapping[str, pl.DataFrame], texts: Texts) -> Iterator[Check]:
    """Posts that no campaign took, and that lack little for this one."""
    rule = f"{campaign['campaign_id']}, rule "
    near = tables["unattributed_posts"].filter(pl.col("nearest").str.starts_with(rule).fill_null(False))
    if near.height:
        items = [
            f"{short(row['text'], 60) or row['post_id']}: {row['nearest']}"
            for row in near.head(_ITEMS).iter_rows(named=True)
        ]
        yield Check("near", texts("check_near_says", number=number(near.height)), tuple(items))


def _unknown(campaign: Mapping[str, Any], unknown: pl.DataFrame, texts: Texts) -> Iterator[Check]:
    """Figures that are not known of some posts, or of none though their platform tells them, with the reason."""
    wanted = [metric.name for metric in METRICS if metric.is_headline or metric.name == "reach"]
    unknown_here = unknown.filter((pl.col("campaign_id") == campaign["campaign_id"]) & pl.col("metric").is_in(wanted))
    items = []
    for metric in wanted:
        for row in unknown_here.filter(pl.col("metric") == metric).sort("posts", descending=True).iter_rows(named=True):
            items.append(
                texts("check_unknown_item", metric=texts.metric(metric), number=number(row["posts"]), why=row["reason"])
            )
    if items:
        yield Check("unknown", texts("check_unknown_says"), tuple(items))


def _counts(campaign: Mapping[str, Any], texts: Texts) -> Iterator[Check]:
    for kind, column in (("approximate", "approximate"), ("typed", "entered"), ("gone", "posts_gone")):
        if campaign[column]:
            yield Check(
                kind, texts(f"check_{kind}_says", number=number(campaign[column]), posts=number(campaign["posts"]))
            )


def _doubles(campaign: Mapping[str, Any], tables: Mapping[str, pl.DataFrame], texts: Texts) -> Iterator[Check]:
    posts = posts_of(tables["post_totals"].select(*POST, "campaign_ids"), campaign["campaign_id"])
    doubles = tables["possible_doubles"].join(posts, on=POST, how="semi", maintain_order="left")
    if doubles.height:
        items = [
            f"{row['platform']}:{row['post_id']}: {row['why']}" for row in doubles.head(_ITEMS).iter_rows(named=True)
        ]
        yield Check("doubles", texts("check_doubles_says", number=number(doubles.height)), tuple(items))


def _definitions(campaign: Mapping[str, Any], texts: Texts) -> Iterator[Check]:
    if campaign["definition_changes"]:
        items = tuple((campaign["definitions"] or "").split("; "))
        yield Check("definitions", texts("check_definitions_says", number=number(len(items))), items)
