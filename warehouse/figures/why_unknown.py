"""Why a metric of a post is not known: the platform, its source, its owner, a spreadsheet, or Reach's own rules."""

from __future__ import annotations

import polars as pl

from connectors.contract import METRICS
from warehouse.day import Day
from warehouse.readings.latest import IS_OUTREACH, POST

NOT_REPORTED = "the platform does not report it"
LEFT_OUT = "this export left it out"
EMPTY = "left empty by its source"
NO_TOTAL = "only gains over periods are known, and no total to add them to"
BY_DAYS = "known day by day only, and accounts of days are not added up"
NOT_FINAL = "not final yet"
NOT_TYPED = "not entered in the sheet"

_NAMES = {metric.column: metric.name for metric in METRICS if metric.is_counter}
REASONS = {"platform": pl.String, "post_id": pl.String, "metric": pl.String, "reason": pl.String}

_ALIKE = ("platform", "account_id", "is_by_days", "load_id", "is_unsettled")
"""Posts that have these in common, and of which no row says anything itself, do not know a metric for one reason."""


def reasons(day: Day, among: pl.DataFrame) -> pl.DataFrame:
    """Why each post online with a reading does not know a metric, columns :data:`REASONS`.

    ``among`` names the posts that are asked about: ``platform, post_id``.

    The first that holds: what the newest row that tells says itself (hidden by the owner, refuted by its own row,
    damaged); the platform does not report the metric at all; its API withholds it, since when, and whether a permission
    would bring it back; the newest export has no such column; its cell is empty.
    """
    posts = day.posts.select(*POST, "account_id").join(among, on=POST, how="semi")
    explained = _explained(_unknown_metrics(day, posts), _told(day), day)
    return explained.select(list(REASONS)).sort(list(REASONS))


def of_attributed(day: Day) -> pl.DataFrame:
    """Which metrics attributed posts do not know, a row a post and campaign: what the counts here are made of."""
    return _unknown_metrics(day, day.attributed.select("post", *POST, "account_id", "campaign_id"))


def of_campaigns(day: Day, attributed: pl.DataFrame) -> pl.DataFrame:
    """:func:`count_unknown`'s frame of campaigns; ``attributed`` is :func:`of_attributed`'s."""
    return _count(attributed, day, ["campaign_id"])


def of_accounts(day: Day, attributed: pl.DataFrame) -> pl.DataFrame:
    """What attributed posts of each account do not know, though their platform reports it: a text an account.

    ``attributed`` is :func:`of_attributed`'s.
    """
    of_each = attributed.unique("post")
    counts = _count(of_each, day, ["platform", "account_id"]).filter(pl.col("reason") != NOT_REPORTED)
    noun = pl.when(pl.col("posts") == 1).then(pl.lit("post")).otherwise(pl.lit("posts"))
    return counts.group_by("platform", "account_id", maintain_order=True).agg(
        pl.format("{}: {} ({} {})", "metric", "reason", "posts", noun).str.join("; ").alias("unknown")
    )


def count_unknown(members: pl.DataFrame, day: Day, by: list[str]) -> pl.DataFrame:
    """How many posts of each group do not know a metric, and why: ``by``, ``metric``, ``reason``, ``posts``.

    ``members`` has ``platform, post_id, account_id`` and the columns of ``by``. Posts that are alike are explained
    together.
    """
    of_group = [column for column in by if column not in _ALIKE]
    return _count(_unknown_metrics(day, members.select(*POST, "account_id", *of_group).unique()), day, by)


def _count(posts: pl.DataFrame, day: Day, by: list[str]) -> pl.DataFrame:
    """:func:`count_unknown`'s frame of :func:`_unknown_metrics`' rows."""
    told = _told(day)
    alike = list(dict.fromkeys((*_ALIKE, *by)))
    # Rows seldom tell anything themselves, and then no post need be looked up.
    others = posts.join(told, on=POST, how="anti") if told.height else posts
    tell = posts.join(told, on=POST, how="semi") if told.height else posts.clear()
    counts = others.group_by(alike).agg(pl.col(list(_NAMES)).sum())
    rows = pl.concat([tell.select(*POST, *alike[1:], *_NAMES), counts], how="diagonal_relaxed")
    return (
        _explained(rows, told, day)
        .group_by(*by, "metric", "reason")
        .agg(pl.col("posts").sum().cast(pl.Int64))
        .sort(*by, "metric", "posts", "reason", descending=[False] * (len(by) + 1) + [True, False])
    )


def _unknown_metrics(day: Day, among: pl.DataFrame) -> pl.DataFrame:
    """The posts of ``among`` online with a reading: by metric 1 where it is not known, else 0.

    ``among`` has distinct rows with ``platform, post_id, account_id``, and other columns, which are kept. Added is what
    :data:`_ALIKE` names further; ``load_id`` is the load of the post's newest reading.
    """
    posts = day.readings.lazy().filter(~IS_OUTREACH).join(among.lazy().with_row_index("place"), on=POST)
    newest = (
        day.every_reading.select(*POST, "observed_at", "load_id")
        .join(posts.select(*POST, "place", "last_read_at"), on=POST)
        .filter(pl.col("observed_at") == pl.col("last_read_at"))
        .group_by("place")
        .agg(pl.col("load_id").max())
    )
    unsettled = day.unknown_because.filter(~pl.col("is_final") & (pl.col("observed_at") < day.before))
    return (
        posts.select(
            "place", *among.columns, "is_by_days", *(pl.col(column).is_null().cast(pl.UInt32) for column in _NAMES)
        )
        .join(newest, on="place", how="left")
        .join(unsettled.lazy().select(POST).unique().with_columns(is_unsettled=pl.lit(True)), on=POST, how="left")
        .drop("place")
        .collect()
    )


def _explained(rows: pl.DataFrame, told: pl.DataFrame, day: Day) -> pl.DataFrame:
    """``rows`` of posts, or of posts that are alike, by metric: how many ``posts`` do not know it, and the ``reason``.

    Args:
        rows: :data:`_ALIKE`, ``post_id`` and by metric how many posts do not know it.
        told: :func:`_told`'s.
    """
    index = [column for column in rows.columns if column not in _NAMES]
    unknown = (
        rows.unpivot(list(_NAMES), index=index, variable_name="column", value_name="posts")
        .filter(pl.col("posts") > 0)
        .with_columns(pl.col("column").replace(_NAMES).alias("metric"))
    )
    told_of = day.platforms.reported
    reported = pl.DataFrame(
        [(platform, metric) for platform, metrics in told_of.items() for metric in metrics],
        schema={"platform": pl.String, "metric": pl.String},
        orient="row",
    ).with_columns(is_reported=pl.lit(True))
    is_mapped = pl.col("mapped_to").list.contains(pl.col("metric")).fill_null(False)
    return (
        unknown.join(told, on=[*POST, "metric"], how="left")
        .join(reported, on=["platform", "metric"], how="left")
        .join(_withheld(day), on=["platform", "account_id", "metric"], how="left")
        .join(day.loads.select("load_id", "grade", "mapped_to", "period_start"), on="load_id", how="left")
        .with_columns(
            pl.when(pl.col("told").is_not_null()).then(pl.col("told"))
            .when(pl.col("is_reported").is_null() & pl.col("platform").is_in(list(told_of))).then(pl.lit(NOT_REPORTED))
            .when((pl.col("grade") == "api") & pl.col("withheld").is_not_null()).then(pl.col("withheld"))
            .when(pl.col("grade") == "entered").then(pl.lit(NOT_TYPED))
            .when((pl.col("grade") == "export") & ~is_mapped).then(pl.lit(LEFT_OUT))
            .when((pl.col("metric") == "reach") & pl.col("is_by_days")).then(pl.lit(BY_DAYS))
            .when(pl.col("is_unsettled")).then(pl.lit(NOT_FINAL))
            .when(pl.col("period_start").is_not_null()).then(pl.lit(NO_TOTAL))
            .otherwise(pl.lit(EMPTY))
            .alias("reason")
        )
    )  # fmt: skip


def _told(day: Day) -> pl.DataFrame:
    """What rows say themselves, the newest first: ``platform, post_id, metric, told``."""
    rows = day.unknown_because.filter(pl.col("observed_at") < day.before).sort("observed_at", "load_id", "row")
    told_by_rows = rows.drop_nulls("unknown_because").explode("unknown_because").unnest("unknown_because")
    newest = told_by_rows.unique([*POST, "metric"], keep="last", maintain_order=True)
    return newest.select(*POST, "metric", pl.col("reason").alias("told"))


def _withheld(day: Day) -> pl.DataFrame:
    """What APIs withhold: ``platform, account_id, metric, withheld``."""
    return (
        day.api_accounts.drop_nulls("withheld")
        .select(pl.col("connector").alias("platform"), "account_id", "withheld")
        .explode("withheld")
        .unnest("withheld")
        .with_columns(
            pl.when("is_for_a_person")
            .then(pl.format("withheld since {}: a permission is missing", "since"))
            .when(pl.col("since").is_not_null())
            .then(pl.format("retired or refused by the platform since {}", "since"))
            .otherwise(pl.lit("left out by the API, which gave it before"))
            .alias("withheld")
        )
        .select("platform", "account_id", "metric", "withheld")
    )
