"""What a night's report is made of, in whichever language: what is costly is made once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl
from markupsafe import Markup

from connectors.contract import HEADLINES, METRICS
from warehouse.day import Day
from warehouse.evidence import read_later, undated_files
from warehouse.figures.sources import wanted_since
from warehouse.figures.unplanned import UnplannedPage
from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.report import (
    attendances,
    before_you_report,
    beside_past,
    campaign_charts,
    month_chart,
    sentence,
)  # fmt: skip
from warehouse.publish.report.before_you_report import Cases
from warehouse.publish.report.campaign_charts import CampaignRows
from warehouse.publish.report.language import LANGUAGES, Language
from warehouse.publish.report.month_chart import Gains
from warehouse.publish.report.plan_names import in_language, nouns
from warehouse.publish.report.subject import by_campaign
from warehouse.publish.report.todo_texts import Request, requests
from warehouse.publish.report.tree import PageTree
from warehouse.publish.report.wording import as_json, link, short
from warehouse.publish.thumbnails import Thumbnails
from warehouse.readings.latest import IS_OUTREACH, POST, day_of

_LAST = ("impressions", "watch_seconds")
SHOWN = (
    *HEADLINES,
    *(m.name for m in METRICS if m.is_in_report and m.name not in (*HEADLINES, *_LAST)),
    *_LAST,
)
"""The metrics that a report shows, in its order."""
MOST_LISTED = 5_000
"""The most rows of a list; a sentence says where the rest is."""
LISTS = {"post_totals": "campaign_ids", "unattributed_posts": "nearest"}
"""The tables of which the posts are listed, and the column that says where each belongs, or nearly would."""

_TOP = 10
"""So many posts stand on a campaign's page."""
_GROUPS = ("account_totals", "platform_totals", "stage_totals", "asset_totals")

Tables = Mapping[str, pl.DataFrame]
Row = dict[str, Any]


class OfCampaign(NamedTuple):
    """What is told of a campaign in whichever language, and its line to paste into a report in each.

    ``shown`` are the metrics of its figures' parts, and ``evidence`` these parts where it has a page of them.
    ``charts`` is what its charts are made of; ``events`` are the rows of its events in ``post_totals``; ``asset_texts``
    are the texts of its posts that belong to an asset, by which one without a name is called.
    """

    cases: Cases
    sentences: Mapping[Language, str]
    top: Sequence[Row]
    shown: Sequence[str]
    evidence: Markup | None
    charts: CampaignRows
    events: Sequence[Row]
    asset_texts: pl.DataFrame


@dataclass(frozen=True)
class Contents:
    """The tables and the evidence of a night, and what the pages of every language share of them.

    Pages name contacts of the plan where they ``show_contacts``.

    ``unknown`` has ``campaign_id, metric, reason, posts``. ``evidence`` has the campaigns with a page of their figures'
    parts.
    """

    day: Day
    tables: Tables
    unknown: pl.DataFrame
    evidence: Mapping[str, PageTree]
    unplanned: Sequence[UnplannedPage] = ()
    posts_of_loads: Mapping[str, int] = field(default_factory=dict)
    read_later: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=read_later.COLUMNS))
    show_contacts: bool = False
    thumbnails: Thumbnails = field(default_factory=Thumbnails)
    network: Tables = field(default_factory=dict)
    days_of_assets: pl.DataFrame | None = None

    @cached_property
    def shown(self) -> Sequence[str]:
        """The four metrics of every report, and every other that is known of some post."""
        totals = self.tables["project_totals"]
        return [metric for metric in SHOWN if metric in HEADLINES or totals[metric].is_not_null().any()]

    @cached_property
    def campaigns(self) -> Mapping[str, OfCampaign]:
        """What is told of each campaign."""
        moved = self.day.moved_by_date_order.join(
            self.day.loads.select("load_id", "path", "connector"), on="load_id", how="left"
        )
        rows, of_one = self.tables["campaign_totals"].iter_rows(named=True), by_campaign(self.tables)
        return {row["campaign_id"]: self._of_campaign(row, of_one(row["campaign_id"]), moved) for row in rows}

    def _of_campaign(self, row: Row, tables: Tables, moved: pl.DataFrame) -> OfCampaign:
        campaign_id, day = row["campaign_id"], self.day
        posts, tree = tables["post_totals"], self.evidence.get(campaign_id)
        told_of = sentence.of_campaign(tables, campaign_id, posts)
        shown = [metric for metric in self.shown if row[metric] is not None] or ["views"]
        events = attendances.of_posts(posts)
        undated, missing = undated_files.of_campaign(day, campaign_id), day.missing_days_of(campaign_id)
        return OfCampaign(
            before_you_report.cases_of(
                row,
                tables,
                posts,
                self.unknown,
                self.unplanned,
                undated,
                moved,
                missing,
                self.read_later,
                attendances.findings(events, day.attendance),
                wanted_since(day.plan.project, day.as_of),
                is_asked=not day.is_reported,
            ),
            {
                language: sentence.sentence_of(
                    in_language(told_of, day.plan, language),
                    language,
                    day.platforms,
                    nouns(day.plan, campaign_id, language),
                )
                for language in LANGUAGES
            },
            most_viewed(posts.filter(~IS_OUTREACH), _TOP, "views", "reach", "likes").rows(named=True),
            shown,
            as_json(tree.shared(row, shown)) if tree else None,
            campaign_charts.rows_of(tables, row, posts),
            events,
            posts.drop_nulls("asset_id").select("asset_id", "text", "views"),
        )

    @cached_property
    def beside_past(self) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """What is told of each post beside its page's past, by platform and id."""
        return beside_past.by_post(self.tables["post_comparisons"])

    @cached_property
    def requests(self) -> Sequence[Request]:
        """Who is asked for which pages' figures."""
        return requests(self.day, has_contacts=self.show_contacts)

    @cached_property
    def groups(self) -> Mapping[str, Mapping[str, Sequence[Row]]]:
        """The rows of totals of each campaign's accounts, platforms, stages and assets, the most views first."""
        return {
            table: _by_campaign(
                self.tables[table].sort("views", "posts", descending=True, nulls_last=True, maintain_order=True)
            )
            for table in _GROUPS
        }

    @cached_property
    def posts_of_assets(self) -> Mapping[tuple[str, str], Sequence[Row]]:
        """The rows of ``post_totals`` of each asset, by campaign and asset, the most views first."""
        taken = self.day.attribution.taken.select("campaign_id", pl.col("asset_id").alias("of_asset"), *POST)
        posts = taken.drop_nulls("of_asset").join(self.tables["post_totals"], on=POST)
        rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in most_viewed(posts, posts.height, "views", "reach", "likes").iter_rows(named=True):
            rows[row["campaign_id"], row["of_asset"]].append(row)
        return rows

    @cached_property
    def days_by_asset(self) -> Mapping[tuple[str, str], Sequence[Row]]:
        """The days on which each asset gained views, by campaign and asset, in their order."""
        rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        if self.days_of_assets is not None:
            for row in self.days_of_assets.drop_nulls("views").sort("day").iter_rows(named=True):
                rows[row["campaign_id"], row["asset_id"]].append(row)
        return rows

    @cached_property
    def gains(self) -> Gains:
        """What campaigns gained by month."""
        return month_chart.gains(self.tables["campaign_daily"], self.day.as_of)

    @cached_property
    def listed(self) -> Mapping[str, Markup]:
        """The rows of each list of posts, those with the most views first, as the page's script takes them."""
        zone = self.tables["about"]["timezone"].item()
        return {table: as_json(rows_of_posts(self.tables[table], belongs, zone)) for table, belongs in LISTS.items()}


def _by_campaign(frame: pl.DataFrame) -> Mapping[str, list[Row]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        rows[row["campaign_id"]].append(row)
    return rows


def rows_of_posts(posts: pl.DataFrame, belongs: str, zone: str) -> list[tuple[Any, ...]]:
    """A list's rows: text, link, day, platform, account, kind, the column ``belongs``, figures, day of reading, id.

    Texts and links are fit for a page.
    """
    days = (day_of(pl.col(name), zone).dt.to_string("%Y-%m-%d") for name in ("published_at", "observed_at"))
    published, read = days
    rows = most_viewed(posts, MOST_LISTED, "views", "reach").select(
        "text", "url", published, "platform", "account_name", "kind", belongs, *HEADLINES, "reach", read,
        pl.format("{}:{}", "platform", "post_id").alias("id"),
    )  # fmt: skip
    return [(short(text, 200) or None, link(url), *rest) for text, url, *rest in rows.iter_rows()]
