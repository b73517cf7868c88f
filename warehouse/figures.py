"""From history and plan to the published tables, as of a day: the line's last stretch, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from connectors.contract import ADDITIVE, METRICS
from warehouse import attribution, marts, rollups, sources, visits
from warehouse.plan import Plan
from warehouse.rollups import POST
from warehouse.store import Frames, Store

_GROUPS = {
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


@dataclass(frozen=True)
class Figures:
    """The marts by name (all but ``about``), and the plan's names that name no post, in words."""

    tables: dict[str, pl.DataFrame]
    unresolved: tuple[str, ...]
    ambiguous: tuple[str, ...]


def day_ends(day: date, zone: str) -> datetime:
    """The first instant after a day of ``zone``, in UTC without a zone."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC).replace(tzinfo=None)


def build(store: Store, plan: Plan, as_of: date) -> Figures:
    """Every published table but ``about``, as the world stood at the end of a day of the reporting zone."""
    zone, before = plan.project.timezone, day_ends(as_of, plan.project.timezone)
    frames = store.frames(plan.canonical_account_names(), before)
    grades = frames.loads.lazy().select("load_id", "grade")
    posts = rollups.newest(frames.posts.lazy().join(grades, on="load_id"), POST, before).collect()
    owners = sources.owners(frames)
    accounts = _accounts(frames, plan, before)
    attributed = attribution.attribute(posts, frames.account_names, plan)
    readings = _readings(frames, posts, before, zone)
    loads, account_names, account_figures = frames.loads, frames.account_names, frames.account_figures
    del frames  # the history is large, and has been read
    groups = (
        attributed.taken.join(posts.select(*POST, "kind", "account_id"), on=POST)
        .join(accounts, on=["platform", "account_id"], how="left", nulls_equal=True)
        .with_columns(project_name=pl.lit(plan.project.name))
    )
    members = dict.fromkeys(_GROUPS, groups) | {
        "asset_totals": groups.drop_nulls("asset_id"),
        "stage_totals": _through_stages(groups, plan),
    }
    summed = pl.collect_all(
        rollups.totals(readings.lazy(), members[name].lazy(), by, as_of, before) for name, by in _GROUPS.items()
    )
    totals = {name: _in_units(table) for name, table in zip(_GROUPS, summed, strict=True)}
    figures = visits.of_plan(account_figures, plan, before)
    of_posts = _post_totals(posts, accounts, attributed.taken, readings, as_of)
    is_taken = pl.col("campaign_ids").is_not_null()
    nearest = attribution.nearest_rules(
        posts.join(of_posts.filter(~is_taken), on=POST, how="semi"), account_names, plan
    )
    tables = {
        **totals,
        "campaign_totals": _campaigns(plan, totals["campaign_totals"], figures, attributed.taken, posts, as_of),
        "activity_totals": _activities(plan, totals["activity_totals"], figures, as_of),
        "project_totals": _project(plan, totals["project_totals"], figures, as_of),
        "stage_totals": _stages(plan, totals["stage_totals"], as_of),
        "post_totals": of_posts,
        "unattributed_posts": of_posts.filter(~is_taken).join(nearest, on=POST),
        "account_figures": sources.account_figures(account_figures, accounts, before),
        "source_files": sources.files(loads, owners),
        "source_freshness": sources.freshness(loads, owners, accounts, plan, as_of),
    }
    shaped = {name: marts.shaped(marts.MART[name], table) for name, table in tables.items()}
    return Figures(shaped, attributed.unresolved, attribution.ambiguous_accounts(account_names, plan))


def _readings(frames: Frames, posts: pl.DataFrame, before: datetime, zone: str) -> pl.DataFrame:
    readings = rollups.lifetime(frames.observations, posts.lazy(), frames.loads.lazy(), zone)
    shared = rollups.crossposts(readings, posts.lazy(), before, zone)
    return rollups.latest(readings, before).join(shared, on=POST, how="left").collect()


def _accounts(frames: Frames, plan: Plan, before: datetime) -> pl.DataFrame:
    """``platform, account_id, account_name, organisation``: the plan's word on organisations goes first."""
    key = ["platform", "account_id"]
    named = rollups.newest(frames.accounts.lazy(), key, before).collect()
    planned = pl.DataFrame(
        [(a.platform, a.account_id, a.organisation, next(iter(a.also), None)) for a in plan.accounts],
        schema=dict.fromkeys((*key, "planned_organisation", "planned_name"), pl.String),
        orient="row",
    )
    return named.join(planned, on=key, how="full", coalesce=True).select(
        *key,
        pl.coalesce("name", "username", "planned_name", "account_id").alias("account_name"),
        pl.coalesce("planned_organisation", "organisation").alias("organisation"),
    )


def _in_units(totals: pl.DataFrame) -> pl.DataFrame:
    """Metrics kept in smaller units, in their own: milliseconds become seconds."""
    scaled = [m for m in METRICS if m.per_unit > 1 and m.column in totals.columns]
    return totals.with_columns((pl.col(m.column) / m.per_unit).alias(m.column) for m in scaled).rename(
        {f"{m.column}{end}": f"{m.name}{end}" for m in scaled for end in ("", "_known")}, strict=False
    )


def _with_zeros(rows: pl.DataFrame, totals: pl.DataFrame, on: list[str], as_of: date) -> pl.DataFrame:
    """Every one of ``rows``, those without posts too: nothing was counted there, and that is known."""
    counts = ["posts", "outreach", "stale", "approximate", "entered", "engagements_known", "reach_known"]
    counts += [f"{m.name}_known" for m in ADDITIVE]
    return rows.join(totals.drop("as_of"), on=on, how="left").with_columns(
        pl.lit(as_of).alias("as_of"), *(pl.col(c).fill_null(0) for c in counts)
    )


def _campaigns(
    plan: Plan, totals: pl.DataFrame, of_accounts: pl.DataFrame, taken: pl.DataFrame, posts: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    day = pl.col("published_at").dt.replace_time_zone("UTC").dt.convert_time_zone(plan.project.timezone).dt.date()
    span = (
        taken.join(posts.select(*POST, "published_at"), on=POST)
        .filter(pl.col("platform") != "outreach")
        .group_by("campaign_id")
        .agg(day.min().alias("first_published_on"), day.max().alias("last_published_on"))
    )
    rows = pl.DataFrame(
        [(c.id, c.name, c.activity) for c in plan.campaigns],
        schema=dict.fromkeys(("campaign_id", "campaign_name", "activity_id"), pl.String),
        orient="row",
    )
    return (
        _with_zeros(rows, totals, ["campaign_id"], as_of)
        .join(span, on="campaign_id", how="left")
        .join(visits.summed(of_accounts, "campaign_id"), on="campaign_id", how="left")
    )


def _activities(plan: Plan, totals: pl.DataFrame, of_accounts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    rows = pl.DataFrame(
        [(line.activity_id, line.activity_name, line.output_name, line.objective_name) for line in plan.framework()],
        schema=dict.fromkeys(("activity_id", "activity_name", "output", "objective"), pl.String),
        orient="row",
    )
    return _with_zeros(rows, totals, ["activity_id"], as_of).join(
        visits.summed(of_accounts, "activity_id"), on="activity_id", how="left"
    )


def _project(plan: Plan, totals: pl.DataFrame, of_accounts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    rows = pl.DataFrame({"project_name": [plan.project.name]})
    named = of_accounts.with_columns(project_name=pl.lit(plan.project.name))
    return _with_zeros(rows, totals, ["project_name"], as_of).join(
        visits.summed(named, "project_name"), on="project_name", how="left"
    )


def _steps(plan: Plan) -> dict[tuple[str, str], int]:
    return {(c.id, stage): n for c in plan.campaigns for n, stage in enumerate(c.stages, 1)}


def _through_stages(groups: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The posts of assets, once in the asset's stage and once in each before it."""
    steps = _steps(plan)
    passed = [
        (campaign, stage, before)
        for (campaign, stage), n in steps.items()
        for (same, before), earlier in steps.items()
        if same == campaign and earlier <= n
    ]
    text = dict.fromkeys(("campaign_id", "stage", "passed"), pl.String)
    return (
        groups.drop_nulls("asset_id")
        .join(pl.DataFrame(passed, schema=text, orient="row"), on=["campaign_id", "stage"])
        .with_columns(pl.col("passed").alias("stage"))
    )


def _stages(plan: Plan, totals: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Every stage of the plan; one without posts stands with the number that was entered."""
    steps, counted = _steps(plan), {c.id: c.counted for c in plan.campaigns}
    at = [(a.campaign, steps[a.campaign, a.stage]) for a in plan.assets if a.stage]
    rows = pl.DataFrame(
        [
            (campaign, stage, n, sum(c == campaign and reached >= n for c, reached in at), counted[campaign].get(stage))
            for (campaign, stage), n in steps.items()
        ],
        schema={"campaign_id": pl.String, "stage": pl.String, **dict.fromkeys(("step", "assets", "counted"), pl.Int64)},
        orient="row",
    )
    return _with_zeros(rows, totals, ["campaign_id", "stage"], as_of)


def _post_totals(
    posts: pl.DataFrame, accounts: pl.DataFrame, taken: pl.DataFrame, readings: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    owned = (
        taken.lazy()
        .sort("campaign_id")
        .group_by(POST, maintain_order=True)
        .agg(
            pl.col("campaign_id").str.join(";").alias("campaign_ids"),
            pl.col("rule").str.join(";"),
            pl.col("asset_id").drop_nulls().first(),
        )
    )
    return (
        posts.lazy()
        .join(readings.lazy(), on=POST)
        .join(accounts.lazy(), on=["platform", "account_id"], how="left")
        .join(owned, on=POST, how="left")
        .with_columns(
            pl.col("last_read_at").alias("observed_at"),
            (pl.col("is_crosspost").fill_null(False) | pl.col("counts_as").is_not_null()).alias("is_crosspost"),
            pl.lit(as_of).alias("as_of"),
        )
        .drop("alias", "video_id", "counts_as", "reach_exact", "read_from", "read_to", "is_approximate", "is_entered")
        .collect()
        .pipe(_in_units)
    )
