"""From history and plan to the published tables, as of a day: the line's last stretch, in one place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import polars as pl

from connectors.attendance import PART_NAMES
from connectors.contract import METRICS
from warehouse import attribution, decisions
from warehouse.day import Day
from warehouse.figures import (
    ages,
    audience_breakdowns,
    campaign_spend,
    campaign_visits,
    comparisons,
    indicators,
    periods,
    sources,
    spend,
    stages,
    visits,
    why_unknown,
)
from warehouse.figures.attendances import with_attendances
from warehouse.figures.mart import shaped
from warehouse.figures.tables import MART, over_days
from warehouse.figures.totals import group_totals, with_counting_post
from warehouse.frames import MEMBERS, MEMBERS_WITH_GAINS, TOTALS, checked
from warehouse.measures import ZERO_WHERE_EMPTY
from warehouse.reach import bounds, of_groups
from warehouse.reach.of_posts import OF_POSTS
from warehouse.readings import definition_changes, gains
from warehouse.readings.latest import BY_NAMES, IS_OUTREACH, POST, day_of

GROUPS = {
    "campaign_totals": ("campaign_id",),
    "activity_totals": ("activity_id",),
    "project_totals": ("project_name",),
    "platform_totals": ("campaign_id", "platform"),
    "kind_totals": ("campaign_id", "kind"),
    "organisation_totals": ("campaign_id", "organisation"),
    "account_totals": ("campaign_id", "platform", "account_id", "account_name", "organisation"),
    "asset_totals": ("campaign_id", "asset_id", "stage"),
    "stage_totals": ("campaign_id", "stage"),
}
"""What makes a row of each table of totals."""


def totals(day: Day, names: Collection[str] = tuple(GROUPS)) -> dict[str, pl.DataFrame]:
    """The tables of totals, by name; ``names`` are those that are wanted."""
    members = _members(day, day.readings.lazy(), is_gain=False)
    audience = bounds.audience(day.plan.project.audience_size, members["campaign_totals"])
    tables = {  # one after the other: together they would hold the posts nine times
        name: _in_units(_totals_of(day, members[name], by, audience)) for name, by in GROUPS.items() if name in names
    }
    of_sites = visits.of_plan(day.account_figures, day.plan, day.before)
    return _as_published(_completed(day, tables, of_sites))


def _totals_of(day: Day, members: pl.DataFrame, by: Sequence[str], audience: bounds.Audience | None) -> pl.DataFrame:
    if members.is_empty():  # a plan without assets has none of them, nor of stages
        none = TOTALS.empty().with_columns(pl.lit(None, pl.String).alias(column) for column in by)
        return with_attendances(none.lazy(), members.lazy(), by, day.attendance.clear()).collect()
    accounts = of_groups.of_groups(day.account_reach, members, by)
    totals = group_totals(
        members.lazy(), by, day.as_of, day.before, day.platforms, accounts, audience, day.changes
    ).collect(engine="in-memory")  # streaming what is in memory already takes three times as long
    whole = checked(totals, TOTALS, keys=by).lazy()
    return with_attendances(whole, members.lazy(), by, day.attendance).collect(engine="in-memory")


def gained(
    day: Day,
    start: date,
    end: date | None = None,
    names: Collection[str] = tuple(GROUPS),
    source: periods.Source | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables of totals over days: gains, and what was first seen in them.

    ``end`` is the last day, ``day`` itself where it is None. ``names`` are the tables that are wanted. ``source`` is
    what gains are made of (:func:`warehouse.figures.periods.source`); who has it already saves the time to make it.
    """
    last = end or day.as_of
    days = gains.spans((start, last))
    gains_of_posts = periods.readings(day, source or periods.source(day), days)
    members = _members(day, gains_of_posts, is_gain=True)
    tables = {
        name: periods.group_gains(members[name].lazy(), by, day).collect(engine="in-memory").pipe(_in_units)
        for name, by in GROUPS.items()
        if name in names
    }
    inside = visits.of_plan(day.account_figures, day.plan, day.before).filter(
        (pl.col("from") >= start) & (pl.col("to") <= last)
    )
    return {
        name: shaped(
            over_days(MART[name]),
            table.with_columns(
                pl.lit(start).alias("period_start"),
                pl.lit(last).alias("period_end"),
                pl.col(*periods.FIRST_SEEN, "baselines_unknown").fill_null(0),
            ),
        )
        for name, table in _completed(day, tables, inside).items()
    }


def _groups(day: Day) -> pl.DataFrame:
    """The attributed posts with everything that makes a group of them."""
    return day.attributed.join(day.accounts, on=["platform", "account_id"], how="left", nulls_equal=True).with_columns(
        project_name=pl.lit(day.plan.project.name)
    )


def _members(day: Day, readings: pl.LazyFrame, *, is_gain: bool) -> dict[str, pl.DataFrame]:
    """The posts that each table of totals counts, with their readings."""

    read_at = [definition_changes.read_at(column) for column in definition_changes.dated(day.platforms)]

    def with_readings(attributed: pl.DataFrame) -> pl.DataFrame:
        members = with_counting_post(readings, attributed.lazy(), periods.NUMBER if is_gain else POST)
        marked = definition_changes.marked(members, day.changes, is_gain=is_gain).collect()
        return checked(marked, MEMBERS_WITH_GAINS if is_gain else MEMBERS, keys=read_at)

    groups = _groups(day)
    posts = with_readings(groups)
    return dict.fromkeys(GROUPS, posts) | {
        "asset_totals": posts.drop_nulls("asset_id"),
        "stage_totals": with_readings(stages.through_stages(groups, day.plan)),
    }


def _completed(day: Day, tables: dict[str, pl.DataFrame], of_sites: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables with what of the plan has no posts, and with the visits of sites."""
    completed = dict(tables)
    of_plan = {"campaign_totals": _campaigns, "activity_totals": _activities, "project_totals": _project}
    for name, complete in of_plan.items():
        if name in completed:
            completed[name] = complete(day, completed[name], of_sites)
    if "asset_totals" in completed:
        completed["asset_totals"] = _assets(day, completed["asset_totals"])
    if "stage_totals" in completed:
        completed["stage_totals"] = _with_zeros(
            stages.of_plan(day.plan), completed["stage_totals"], ["campaign_id", "stage"], day.as_of
        )
    return completed


def unknown(day: Day, by: str) -> pl.DataFrame:
    """Of how many posts each group does not know a metric, and why: its key, ``metric``, ``reason``, ``posts``."""
    groups = _groups(day)
    members = stages.through_stages(groups, day.plan) if by == "stage" else groups
    wanted = members.drop_nulls("asset_id") if by == "asset" else members
    return why_unknown.count_unknown(wanted, day, list(GROUPS[f"{by}_totals"]))


def build(day: Day) -> dict[str, pl.DataFrame]:
    """Every published table but ``about``, by name."""
    return with_sums_and_unknown(day)[0]


def with_sums_and_unknown(day: Day) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, pl.DataFrame]:
    """The same, :func:`warehouse.figures.periods.sums_by_day`'s frame, and :func:`unknown`'s of campaigns."""
    source, sums = periods.source_and_sums(day)
    tables = figures(day, (source, sums))
    del source  # as large as all readings
    attributed = why_unknown.of_attributed(day)
    return tables | lists(day, attributed), sums, why_unknown.of_campaigns(day, attributed)


def lists(day: Day, attributed: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
    """The published tables of what figures are made of, by name: posts, accounts' figures, definitions, sources.

    ``attributed`` is :func:`warehouse.figures.why_unknown.of_attributed`'s, for who has made it already.
    """
    attributed = why_unknown.of_attributed(day) if attributed is None else attributed
    posts = shaped(MART["post_totals"], _post_totals(day))
    left = posts.filter(pl.col("campaign_ids").is_null()).join(day.attribution.not_ours, on=POST, how="anti")
    nearest = attribution.nearest_rules(left, day.account_names, day.plan)
    return {"post_totals": posts} | _as_published(
        {
            "unattributed_posts": left.with_columns(nearest["nearest"]),
            "possible_doubles": day.possible_doubles,
            "decisions": day.decisions,
            "post_comparisons": comparisons.of_day(day),
            **campaign_visits.tables(day),
            "definition_changes": definition_changes.table(day.platforms),
            "participants_by_age": ages.table(day),
            "audience_breakdowns": audience_breakdowns.table(day),
            "account_figures": sources.account_figures(day.account_figures, day.accounts, day.before),
            "source_files": sources.files(
                day.loads,
                pl.concat([day.owners, audience_breakdowns.nameless(day)]),
                decisions.notes(day.without_effect),
            ),
            "source_freshness": sources.freshness(
                day.loads, day.owners, day.accounts, day.api_accounts, day.plan, day.as_of, is_reported=day.is_reported
            ).join(why_unknown.of_accounts(day, attributed), on=["platform", "account_id"], how="left"),
        }
    )


def figures(day: Day, gained_from: tuple[periods.Source, pl.DataFrame] | None = None) -> dict[str, pl.DataFrame]:
    """The published tables of campaigns' figures, by name; ``gained_from`` is for who has made it already."""
    source, sums = gained_from or periods.source_and_sums(day)
    tables = totals(day)
    gains_of_periods = periods.by_fiscal_period(day, source)
    progress = indicators.progress(
        day.plan, day.as_of, tables, lambda start, end: gained(day, start, end, indicators.TABLES, source)
    )
    of_ads = spend.table(day)
    return tables | _as_published(
        {
            "ad_spend": of_ads,
            "campaign_spend": campaign_spend.table(of_ads, day.plan, day.as_of),
            "campaign_daily": _in_units(periods.by_day(day, sums)),
            **{name: _in_units(table) for name, table in gains_of_periods.items()},
            "indicator_progress": progress,
        }
    )


def _as_published(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {name: shaped(MART[name], table) for name, table in tables.items()}


def _in_units(totals: pl.DataFrame) -> pl.DataFrame:
    """Metrics kept in smaller units, in their own: milliseconds become seconds, to the thousandth.

    polars divides one row exactly and many by a reciprocal, which may differ in the last digit.
    """
    scaled = [m for m in METRICS if m.per_unit > 1 and m.column in totals.columns]
    return totals.with_columns((pl.col(m.column) / m.per_unit).round(3).alias(m.column) for m in scaled).rename(
        {f"{m.column}{end}": f"{m.name}{end}" for m in scaled for end in ("", "_known")}, strict=False
    )


def _with_zeros(rows: pl.DataFrame, totals: pl.DataFrame, on: list[str], as_of: date) -> pl.DataFrame:
    """Every one of ``rows``, those without posts too: nothing was counted there, and that is known."""
    return rows.join(totals.drop("as_of"), on=on, how="left").with_columns(
        pl.lit(as_of).alias("as_of"), pl.col(ZERO_WHERE_EMPTY).fill_null(0)
    )


def _campaigns(day: Day, totals: pl.DataFrame, of_sites: pl.DataFrame) -> pl.DataFrame:
    plan = day.plan
    published_on = day_of(pl.col("published_at"), plan.project.timezone)
    span = (
        day.attributed.filter(~IS_OUTREACH)
        .join(day.readings, on=POST, how="semi")
        .group_by("campaign_id")
        .agg(published_on.min().alias("first_published_on"), published_on.max().alias("last_published_on"))
    )
    rows = pl.DataFrame(
        [(c.id, c.name, c.activity) for c in plan.campaigns],
        schema=dict.fromkeys(("campaign_id", "campaign_name", "activity_id"), pl.String),
        orient="row",
    )
    return (
        _with_zeros(rows, totals, ["campaign_id"], day.as_of)
        .join(span, on="campaign_id", how="left")
        .join(visits.summed(of_sites, "campaign_id"), on="campaign_id", how="left")
    )


def _assets(day: Day, totals: pl.DataFrame) -> pl.DataFrame:
    rows = pl.DataFrame(
        [(a.campaign, a.id, a.name or a.id, a.stage) for a in day.plan.assets],
        schema=dict.fromkeys(("campaign_id", "asset_id", "asset_name", "stage"), pl.String),
        orient="row",
    )
    return _with_zeros(rows, totals.drop("stage"), ["campaign_id", "asset_id"], day.as_of)


def _activities(day: Day, totals: pl.DataFrame, of_sites: pl.DataFrame) -> pl.DataFrame:
    rows = pl.DataFrame(
        [
            (line.activity_id, line.activity_name, line.output_name, line.objective_name)
            for line in day.plan.framework()
        ],
        schema=dict.fromkeys(("activity_id", "activity_name", "output", "objective"), pl.String),
        orient="row",
    )
    return _with_zeros(rows, totals, ["activity_id"], day.as_of).join(
        visits.summed(of_sites, "activity_id"), on="activity_id", how="left"
    )


def _project(day: Day, totals: pl.DataFrame, of_sites: pl.DataFrame) -> pl.DataFrame:
    rows = pl.DataFrame({"project_name": [day.plan.project.name]})
    named = of_sites.with_columns(project_name=pl.lit(day.plan.project.name))
    return _with_zeros(rows, totals, ["project_name"], day.as_of).join(
        visits.summed(named, "project_name"), on="project_name", how="left"
    )


def _with_people(posts: pl.LazyFrame, attendance: pl.DataFrame) -> pl.LazyFrame:
    """Posts with the numbers of the events that some of them are; most projects have none."""
    if attendance.is_empty():
        return posts
    return posts.join(attendance.lazy().select(*POST, "place", *PART_NAMES), on=POST, how="left", maintain_order="left")


def _post_totals(day: Day) -> pl.DataFrame:
    taken = day.attribution.taken.lazy().select(*POST, pl.col("campaign_id").alias("campaign_ids"), "rule", "asset_id")
    is_of_several = pl.len().over(POST) > 1
    of_several = (  # few are: the others need no joining
        taken.filter(is_of_several)
        .sort("campaign_ids")
        .group_by(POST, maintain_order=True)
        .agg(pl.col("campaign_ids", "rule").str.join(";"), pl.col("asset_id").drop_nulls().first())
    )
    owned = pl.concat([taken.filter(~is_of_several), of_several, day.attribution.not_ours.lazy()], how="diagonal")
    in_order = day.posts.lazy().sort(BY_NAMES)
    return (
        in_order.join(day.readings.lazy(), on=POST, maintain_order="left")  # so the wide table need not be sorted
        .join(day.accounts.lazy(), on=["platform", "account_id"], how="left", maintain_order="left")
        .join(owned, on=POST, how="left", maintain_order="left")
        .pipe(_with_people, day.attendance)
        .with_columns(
            pl.col("last_read_at").alias("observed_at"),
            (pl.col("is_crosspost").fill_null(False) | pl.col("counts_as").is_not_null()).alias("is_crosspost"),
            pl.lit(day.as_of).alias("as_of"),
        )
        .drop(
            *OF_POSTS,
            "is_watched",
            "alias",
            "video_id",
            "counts_as",
            "reach_exact",
            "impressions_exact",
            "read_from",
            "read_to",
            "is_approximate",
            "is_entered",
        )
        .collect()
        .pipe(_in_units)
    )
