"""The published tables: a contract. Each column is declared once, with unit and meaning.

DDL, Parquet schema and documentation derive from :data:`MARTS`; :func:`warehouse.figures.build` fills them.
A table is sorted by its key. Readers should write ``AS`` before aliases: ``views`` and ``comments`` are
keywords in DuckDB.
"""

from __future__ import annotations

import polars as pl

from connectors.attendance import PARTS
from connectors.columns import Column
from connectors.contract import ADDITIVE, METRIC, POSTS, TIMESTAMP
from warehouse import decisions
from warehouse.figures.age_table import AGE_TABLE
from warehouse.figures.audience_table import AUDIENCE_TABLE
from warehouse.figures.comparison_tables import POST_COMPARISONS
from warehouse.figures.mart import Mart, count, text
from warehouse.figures.spend_tables import SPEND_TABLES
from warehouse.figures.visit_tables import VISIT_TABLES
from warehouse.measures import (
    ENGAGED,
    METRIC_MEASURES,
    OF_DAYS,
    OF_GAINS,
    OF_INDICATORS,
    OF_STAGES,
    TOTALS,
    published_type,
)

SCHEMA_VERSION = "1.1"


MEASURES = tuple(measure.declared for measure in TOTALS)
_METRICS = tuple(measure.declared for measure in (*METRIC_MEASURES, *ENGAGED))

SPAN = (
    Column("period_start", pl.Date, "first day of the gains, in the reporting zone"),
    Column("period_end", pl.Date, "last day of the gains"),
    *(measure.declared for measure in OF_GAINS),
)
"""What totals over days have beside :data:`MEASURES`, which are gains then."""

_CAMPAIGN, _ACTIVITY = text("campaign_id", "id of the campaign"), text("activity_id", "id of the activity")
_PLATFORM = Column("platform", pl.String, "where it was published")
_ASSET = (
    text("asset_id", "id of the asset"),
    text("asset_name", "its name; its id where the plan has no name"),
    text("stage", "the stage that it reached"),
)
_PERIOD = (
    text("period", "a fiscal year such as FY2024, or a quarter of it, FY2024-Q4"),
    *SPAN,
    Column("is_over", pl.Boolean, "its last day is no later than as_of"),
)
_ACCOUNT = (text("account_id", "the account's identity"), text("account_name", "its newest name"))
_ORGANISATION = text("organisation", "whose account it is, by the plan, else by the source")
_DESCRIBED = {column.name: column for column in POSTS}


def _of_post(name: str, meaning: str = "") -> Column:
    """A column of :data:`connectors.contract.POSTS`, in the words of a reader of the published tables."""
    column = _DESCRIBED[name]
    return Column(name, column.dtype, meaning or column.meaning, column.unit)


_POST = (
    _PLATFORM,
    _of_post("post_id"),
    _of_post("url", "its link"),
    _of_post("text", "its newest undamaged title or caption"),
    _of_post("kind"),
    _of_post("published_at", "when it was published"),
    *_ACCOUNT,
    _ORGANISATION,
    text("asset_id", "the piece of content it shows, by the plan"),
    text("campaign_ids", "campaigns that it counts in, joined by ;"),
    text("rule", "why, a reason a campaign, joined by ;"),
    _of_post("observed_at", "its newest reading"),
    Column("read_until", TIMESTAMP, "a reading in use was made between its own time and this; else null", "UTC"),
    Column("figures_read_from", TIMESTAMP, "oldest reading in use of its views, reach, likes, comments, shares", "UTC"),
    text("rounded", "metrics of which a rounded reading is in use, joined by ;"),
    text("grade", "how its newest undamaged row came: api, export or entered"),
    _of_post("is_crosspost", "its source marks it as a cross-post, or its figures are another post's too"),
    Column("gone_since", pl.Date, "when its platform reported it gone; null while no source tells"),
    *(Column(m.name, published_type(m), m.meaning, m.unit) for m in ADDITIVE),
    count("reach", "unique accounts that saw it, as the platform gave it", "accounts"),
    *(count(name, METRIC[name].meaning, METRIC[name].unit) for name in ("audience", "peak_viewers")),
    *(count(part.name, part.meaning, part.unit) for part in PARTS),
    text("place", "where an event took place, as its log or list says it"),
    Column("as_of", pl.Date, "the figures are those at the end of this day of the reporting zone"),
)

MARTS = (
    Mart(
        "campaign_totals",
        ("campaign_id",),
        (
            _CAMPAIGN,
            text("campaign_name", "its name"),
            text("activity_id", "the activity that it belongs to"),
            Column("first_published_on", pl.Date, "day of its first post, in the reporting zone"),
            Column("last_published_on", pl.Date, "day of its last post, in the reporting zone"),
            *MEASURES,
        ),
        "a campaign of the plan",
    ),
    Mart(
        "activity_totals",
        ("activity_id",),
        (
            _ACTIVITY,
            text("activity_name", "its name"),
            text("output", "the output that it belongs to"),
            text("objective", "the objective above that"),
            *MEASURES,
        ),
        "an activity of the plan; a post of two of its campaigns counts once",
    ),
    Mart("project_totals", (), (text("project_name", "its name"), *MEASURES), "the project; every post counts once"),
    Mart("platform_totals", ("campaign_id", "platform"), (_CAMPAIGN, _PLATFORM, *MEASURES), "a campaign on a platform"),
    Mart(
        "kind_totals",
        ("campaign_id", "kind"),
        (_CAMPAIGN, text("kind", "kind of post or outreach"), *MEASURES),
        "a campaign's posts of a kind",
    ),
    Mart(
        "organisation_totals",
        ("campaign_id", "organisation"),
        (_CAMPAIGN, _ORGANISATION, *MEASURES),
        "a campaign's posts on an organisation's accounts",
    ),
    Mart(
        "account_totals",
        ("campaign_id", "platform", "account_id"),
        (_CAMPAIGN, _PLATFORM, *_ACCOUNT, _ORGANISATION, *MEASURES),
        "a campaign's posts on an account",
    ),
    Mart(
        "asset_totals",
        ("campaign_id", "asset_id"),
        (_CAMPAIGN, *_ASSET, *MEASURES),
        "an asset: one piece of content published as several posts",
    ),
    Mart(
        "stage_totals",
        ("campaign_id", "stage"),
        (
            _CAMPAIGN,
            text("stage", "a stage of the campaign"),
            count("step", "its place in the plan's order, from 1", "stages"),
            *(measure.declared for measure in OF_STAGES),
            *MEASURES,
        ),
        "a stage of a campaign: its assets and those that went further",
    ),
    Mart(
        "campaign_daily",
        ("campaign_id", "day"),
        (
            _CAMPAIGN,
            Column("day", pl.Date, "a day of the reporting zone on which a post was read"),
            *(measure.declared for measure in OF_DAYS),
            count("posts", "posts read on that day"),
            *_METRICS,
            count("baselines_unknown", "posts of which nothing says from where a metric grew"),
            Column("as_of", pl.Date, "the gains are those known at the end of this day"),
        ),
        "a campaign on a day: gains since the readings before",
    ),
    Mart("campaign_periods", ("campaign_id", "period"), (_CAMPAIGN, *_PERIOD, *MEASURES),
         "a campaign over a fiscal year or quarter: gains"),
    Mart("activity_periods", ("activity_id", "period"), (_ACTIVITY, *_PERIOD, *MEASURES),
         "an activity over a fiscal year or quarter: gains; a post of two of its campaigns counts once"),
    Mart("project_periods", ("period",), (*_PERIOD, *MEASURES),
         "the project over a fiscal year or quarter: gains; every post counts once"),
    Mart("post_totals", ("platform", "post_id"), _POST, "a post or an outreach programme"),
    Mart("unattributed_posts", ("platform", "post_id"),
         (*_POST, text("nearest", "the rule that came nearest to taking it, and what it lacked")),
         "a post that no campaign took"),
    Mart(
        "possible_doubles",
        ("platform", "post_id", "other_post_id"),
        (
            _PLATFORM,
            text("post_id", "a post that may be another one"),
            text("other_post_id", "the post that it may be; null where none is known"),
            *_ACCOUNT,
            Column("published_at", TIMESTAMP, "when it was published", "UTC"),
            text("text", "its title or caption"),
            text("why", "why it may be; [[same]] in the plan, or a decision, joins the two"),
        ),
        "a pair of posts that may be one",
    ),
    Mart("decisions", ("post", "other_post"), decisions.COLUMNS, "a decision on posts, made in a published workbook"),
    Mart(
        "indicator_progress",
        ("indicator_id", "period"),
        (
            text("indicator_id", "id of the indicator"),
            text("period", "whole, or the fiscal year or quarter of a target"),
            Column("period_start", pl.Date, "its first day; null where the plan does not say"),
            Column("period_end", pl.Date, "its last day; null where the plan does not say"),
            text("objective", "the objective that it stands below"),
            text("output", "the output that it stands below"),
            text("activity", "id of the activity that it stands below; null for the project"),
            text("name", "its name"),
            text("metric", "the column of the totals that it takes; null where it is entered by hand"),
            text("unit", "what is counted"),
            *(measure.declared for measure in OF_INDICATORS),
            text("source", "where the actual comes from"),
        ),
        "an indicator of the plan, over one of its periods",
    ),
    Mart(
        "definition_changes",
        ("platform", "metric", "since"),
        (
            _PLATFORM,
            text("metric", "the column of the totals"),
            Column("since", pl.Date, "first day on which the platform counts so"),
            text("kinds", "kinds of post that it is about, joined by ; and null for all"),
            text("before", "what counted before"),
            text("now", "what counts from then"),
            text("source", "where that is said; what follows 'unverified:' rests on less"),
        ),
        "a day from which on a platform counts something else as a metric, or nothing",
    ),
    Mart(
        "account_figures",
        ("platform", "account_id", "metric", "period_start", "period_end"),
        (
            _PLATFORM,
            *_ACCOUNT,
            text("metric", "visits, page_views, views, reach, viewers, unique_visitors or followers"),
            Column("period_start", pl.Date, "first day, in the source's zone"),
            Column("period_end", pl.Date, "last day, in the source's zone"),
            Column("value", pl.Int64, "the figure"),
            Column("is_final", pl.Boolean, "false while the platform may still revise it; null where nothing says so"),
            text("load", "the load it comes from"),
        ),
        "an account's figure over a period",
    ),
    *SPEND_TABLES,
    AGE_TABLE,
    AUDIENCE_TABLE,
    *VISIT_TABLES,
    POST_COMPARISONS,
    Mart(
        "source_files",
        ("path", "load_id"),
        (
            text("path", "the file's path in the inbox"),
            text("load_id", "its load"),
            text("connector", "what it was taken for; null where it was refused"),
            text("grade", "api, export or entered"),
            text("sha256", "of its bytes"),
            count("size", "of its bytes", "bytes"),
            Column("observed_at", TIMESTAMP, "when its figures were seen", "UTC"),
            Column("observed_until", TIMESTAMP, "they were seen between observed_at and this; else null", "UTC"),
            text("observed_from", "what says so"),
            Column("period_start", pl.Date, "first day its figures cover; null for lifetime"),
            Column("period_end", pl.Date, "last day its figures cover; null for lifetime"),
            count("rows", "data rows", "rows"),
            count("kept", "rows that became figures", "rows"),
            count("rejected", "rows left out", "rows"),
            count("requests", "questions that an API pull asked; null for a file", "requests"),
            count("units", "what they cost of the platform's quota; null for a file", "quota units"),
            text("notes", "what was assumed, ignored, refuted or without effect, a line each"),
            text("problem", "why the file, or its figures, are not used; null where they are"),
            text("whose", "'whose is it?' where no account is known; else null"),
        ),
        "a file that came in",
    ),
    Mart(
        "source_freshness",
        ("connector", "platform", "account_id"),
        (
            text("connector", "who reads it"),
            _PLATFORM,
            *_ACCOUNT,
            Column("last_load_at", TIMESTAMP, "observed_at of its newest good load", "UTC"),
            count("age_days", "from then to as_of", "days"),
            count("kept", "rows kept of that load", "rows"),
            count("rejected", "rows rejected of that load", "rows"),
            Column("last_pull_at", TIMESTAMP, "when its API was last asked; null where it is read from files", "UTC"),
            count("requests", "questions that this took", "requests"),
            count("units", "what they cost of the platform's quota", "quota units"),
            text("problem", "why the API did not answer to the end; null where it did"),
            Column("failing_since", TIMESTAMP, "the first pull since the last good one that failed", "UTC"),
            text("withheld", "metrics that the API refuses, each with the day since when, joined by ;"),
            text("unknown", "what its posts in campaigns do not know though the platform tells, and why"),
            text("act", "which organisation has to do what, never a person; null where nobody has to"),
        ),
        "an account as one connector reads it",
    ),
    Mart(
        "about",
        (),
        (
            text("schema_version", "of the published tables"),
            text("snapshot_id", "the same in everything that one run published"),
            Column("as_of", pl.Date, "the day of every total"),
            Column("known_on", pl.Date, "by what was known on this day; null for all that is known"),
            Column("refreshed_at", TIMESTAMP, "when it was published", "UTC"),
            text("tool_version", "of Reach"),
            text("timezone", "the reporting zone, whose days as_of and the campaigns' dates are"),
            text("banner", "what a reader must know first, such as a mistake in the plan; null where nothing"),
        ),
        "the publication",
    ),
)  # fmt: skip
MART = {mart.name: mart for mart in MARTS}
CLOCKED = ("source_freshness", "about")
"""Tables that depend on when they were made; all others are a function of history, plan and as_of."""


def over_days(mart: Mart) -> Mart:
    """A table of totals, over days."""
    return mart._replace(columns=(*mart.columns, *SPAN))
