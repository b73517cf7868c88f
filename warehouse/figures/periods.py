"""What campaigns gained over days: a span that somebody asks for, each day, each fiscal quarter and year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast

import polars as pl

from warehouse.day import Day
from warehouse.figures import totals as rollups
from warehouse.plan import fiscal
from warehouse.readings import definition_changes, gains
from warehouse.readings.latest import POST, day_of


class Source(NamedTuple):
    """What gains are made of, of attributed posts only: readings before the state's end, loose gains, the posts."""

    readings: pl.LazyFrame
    loose: pl.LazyFrame
    posts: pl.LazyFrame


def source(state: Day) -> Source:
    """What the gains of a state are made of, collected, since several tables are made of it."""
    taken = state.attribution.taken.select(POST).unique().lazy()
    posts = state.first_published.lazy().join(taken, on=POST, how="semi").collect().lazy()
    read = state.every_reading.filter(pl.col("observed_at") < state.before).join(taken, on=POST, how="semi")
    own = state.observations.filter(pl.col("period_end") <= state.as_of).join(taken, on=POST, how="semi")
    return Source(read.collect().lazy(), gains.gains_without_total(own, posts).collect().lazy(), posts)


FIRST_SEEN = ("posts_first_seen", "assets_first_seen", "accounts_first_seen")


def readings(state: Day, of: Source, days: pl.DataFrame) -> pl.LazyFrame:
    """The gains of attributed posts over periods, as :func:`totals.with_counting_post` takes readings."""
    return _beside(gains.over(of.readings, of.loose, of.posts, days, state.plan.project.timezone), state)


def _beside(found: pl.LazyFrame, state: Day) -> pl.LazyFrame:
    """Gains with what :func:`warehouse.figures.totals.with_counting_post` wants to know of their posts."""
    return found.join(state.readings.lazy().select(*POST, "counts_as", "gone_since", "is_watched"), on=POST, how="left")


def totals(members: pl.LazyFrame, by: Sequence[str], state: Day) -> pl.LazyFrame:
    """The gains of each group of posts, in the columns of the totals.

    ``members`` are the rows of :func:`readings` as :func:`warehouse.readings.definition_changes.marked` returns them.
    ``reach_at_least`` is the largest gain of one post's reach; how many accounts saw something at most nothing says.
    Outreach counts where it took place.
    """
    is_outreach = pl.col("platform") == "outreach"
    members = members.filter(~is_outreach | pl.col("is_published"))
    posts = members.filter(~is_outreach).unique(
        list(dict.fromkeys((*by, "platform", "counts_as"))), keep="first", maintain_order=True
    )
    seen = posts.group_by(by).agg(
        pl.col("reach").max().clip(0).alias("reach_at_least"),
        pl.col("is_first").sum().cast(pl.Int64).alias("posts_first_seen"),
        pl.col("is_baseline_unknown").fill_null(False).sum().cast(pl.Int64).alias("baselines_unknown"),
    )
    sums = rollups.totals(members, by, state.as_of, state.before, changes=state.changes).drop("reach_at_least")
    every = members.filter(~is_outreach)  # a page counts as one, whatever another one shows as well
    for scope, column, name in (
        ("campaign_id", "asset_id", "assets_first_seen"),
        ("platform", "account_id", "accounts_first_seen"),
    ):
        of_one = every.drop_nulls(column).group_by(*dict.fromkeys((*by, scope, column))).agg(pl.col("is_first").all())
        first = of_one.group_by(by).agg(pl.col("is_first").sum().cast(pl.Int64).alias(name))
        sums = sums.join(first, on=list(by), how="left", nulls_equal=True)
    return sums.join(seen, on=list(by), how="left", nulls_equal=True).with_columns(
        *(pl.col(c).fill_null(0) for c in (*FIRST_SEEN, "baselines_unknown")),
        pl.lit(None, pl.Int64).alias("reach_at_most"),
        pl.when(pl.col("reach_known") > 0).then(pl.lit("at least: the largest gain of one post's reach")).alias(
            "reach_basis"
        ),
    )  # fmt: skip


def by_fiscal_period(state: Day, of: Source) -> pl.DataFrame:
    """Each campaign's gains over each fiscal year and quarter, from its first post to the day of the state."""
    project = state.plan.project
    day = day_of(pl.col("published_at"), project.timezone)
    taken = state.attribution.taken.join(state.posts.select(*POST, day.alias("day")), on=POST)
    first = project.starts or cast("date | None", taken["day"].min())
    if not taken.height or first is None or first > state.as_of:
        return pl.DataFrame(schema={"campaign_id": pl.String, "period": pl.String})
    found = []
    for periods in fiscal.periods(first, state.as_of, project.fiscal_year_starts):
        days = gains.spans(*((own.start, own.end) for own in periods))
        own = rollups.with_counting_post(readings(state, of, days), _attributed(state))
        members = definition_changes.marked(own, state.changes).collect()
        names = pl.DataFrame(
            [(own.name, own.start) for own in periods],
            schema={"period": pl.String, "period_start": pl.Date},
            orient="row",
        )
        found.append(
            totals(members.lazy(), ["campaign_id", "period_start", "period_end"], state)
            .collect()
            .join(names, on="period_start")
        )
    return pl.concat(found).with_columns(
        pl.lit(None, pl.Int64).alias("stale"), (pl.col("period_end") <= state.as_of).alias("is_over")
    )


def by_day(state: Day, of: Source) -> pl.DataFrame:
    """Each campaign's gains on each day on which one of its posts was read."""
    daily = _beside(gains.daily(of.readings, of.loose, of.posts, state.plan.project.timezone), state)
    by = ["campaign_id", "day"]
    return (
        rollups.with_counting_post(daily.filter(pl.col("platform") != "outreach"), _attributed(state))
        .unique([*by, "platform", "counts_as"], keep="first", maintain_order=True)
        .group_by(by)
        .agg(
            pl.len().cast(pl.Int64).alias("posts"),
            pl.col("days_covered").max(),
            *rollups.sums(),
            pl.col("is_baseline_unknown").fill_null(False).sum().cast(pl.Int64).alias("baselines_unknown"),
        )
        .with_columns(
            rollups.engagements(),
            pl.lit(state.as_of).alias("as_of"),
        )
        .collect()
    )


def _attributed(state: Day) -> pl.LazyFrame:
    return (
        state.attribution.taken.drop("rule")
        .join(state.posts.select(*POST, "kind", "account_id", "published_at"), on=POST)
        .lazy()
    )
