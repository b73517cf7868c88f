"""Visits of sites that links with a campaign's tags made, beside those of which nothing tells the campaign.

docs/rules.md: Visits by tags.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from connectors.tagged_visits import UNTAGGED
from warehouse.day import Day
from warehouse.frames import TAGGED_VISITS, checked
from warehouse.plan.model import Plan
from warehouse.readings.chosen_periods import chosen

_SITE = ["account_id"]
_PART = [*_SITE, "tag", "source", "medium"]
_DAYS = [*_SITE, "period_start", "period_end"]


def tables(day: Day) -> dict[str, pl.DataFrame]:
    """The tables ``tagged_visits``, ``campaign_visits`` and ``activity_visits``, as of a day."""
    rows = of_chosen_days(checked(day.tagged_visits, TAGGED_VISITS).filter(pl.col("observed_at") < day.before))
    parts = rows.group_by(_PART).agg(_whole_sum("visits"))
    sites = _sites(rows)
    tags = tags_of_plan(day.plan, parts["tag"].unique())
    of_plan = {
        name: _of_plan(parts, sites, tags, name).with_columns(as_of=pl.lit(day.as_of))
        for name in ("campaign_id", "activity_id")
    }
    told = tags.drop_nulls("tag").group_by("tag").agg(
        pl.col(name).unique().sort().str.join(";").alias(f"{name}s") for name in of_plan
    )  # fmt: skip
    return {
        "tagged_visits": parts.join(told, on="tag", how="left")
        .join(sites.select(*_SITE, "period_start", "period_end"), on=_SITE, nulls_equal=True)
        .with_columns(as_of=pl.lit(day.as_of)),
        "campaign_visits": of_plan["campaign_id"],
        "activity_visits": of_plan["activity_id"],
    }


def of_chosen_days(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of which no day of a site counts twice: the newest answer of each days, and days that do not overlap.

    Of answers over overlapping days those count that cover the most days, in the fewest answers.
    """
    newest = rows.group_by(_DAYS).agg(pl.col("load_id").sort_by("observed_at", "load_id").last())
    keyed = newest.with_columns(
        platform=pl.lit("website"), post_id=pl.col("account_id").fill_null(""), metric=pl.lit("visits")
    )
    return rows.join(chosen(keyed), on=[*_DAYS, "load_id"], how="semi", nulls_equal=True)


def _sites(rows: pl.DataFrame) -> pl.DataFrame:
    """Of each site all visits, those without a tag, which days they are of, and why they are not whole."""
    is_untagged = pl.col("tag").str.to_lowercase().is_in(UNTAGGED)
    of_days = rows.unique(_DAYS).group_by(_SITE).agg(
        (pl.col("period_end") - pl.col("period_start")).dt.total_days().add(1).sum().alias("days")
    )  # fmt: skip
    return (
        rows.group_by(_SITE)
        .agg(
            _whole_sum("visits").alias("in_all"),
            _whole_sum("visits", is_untagged).alias("untagged"),
            pl.col("period_start").min(),
            pl.col("period_end").max(),
            pl.col("caution").drop_nulls().str.split("; ").list.explode().unique().sort().str.join("; "),
        )
        .with_columns(pl.when(pl.col("caution") != "").then("caution").alias("caution"))
        .join(of_days, on=_SITE, nulls_equal=True)
    )


def tags_of_plan(plan: Plan, tags: Iterable[str]) -> pl.DataFrame:
    """Which tags are of which campaigns, large and small letters alike: ``campaign_id, activity_id, tag, is_asked``.

    A campaign of which no visit has a tag has a row with null; ``is_asked`` says that the plan names its tags.
    """
    rows = []
    for campaign in plan.campaigns:
        ours = {tag.strip().casefold() for tag in campaign.utm or (campaign.id,)}
        told: list[str | None] = [tag for tag in tags if tag.strip().casefold() in ours]
        rows += [(campaign.id, campaign.activity, tag, bool(campaign.utm)) for tag in told or [None]]
    schema = {**dict.fromkeys(("campaign_id", "activity_id", "tag"), pl.String), "is_asked": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _of_plan(parts: pl.DataFrame, sites: pl.DataFrame, tags: pl.DataFrame, name: str) -> pl.DataFrame:
    """Visits by campaign or activity and site. A tag of two campaigns counts once in their activity.

    Where no visit of a site has a tag that the plan names, there was none: 0, unless Google left some out.
    """
    ours = tags.select(name, "tag").unique().drop_nulls()
    of_tags = parts.join(ours, on="tag").group_by(name, *_SITE).agg(_whole_sum("visits"), is_there=pl.lit(value=True))
    with_tags = tags.filter("is_asked").select(name).unique().join(sites.select(_SITE), how="cross")
    rows = pl.concat([of_tags.select(name, *_SITE), with_tags]).unique()
    is_none = pl.col("is_there").is_null() & pl.col("caution").is_null()
    return (
        rows.join(of_tags, on=[name, *_SITE], how="left", nulls_equal=True)
        .join(sites, on=_SITE, how="left", nulls_equal=True)
        .with_columns(pl.when(is_none).then(0).otherwise("visits").alias("visits"))
        .with_columns((pl.col("in_all") - pl.col("untagged") - pl.col("visits")).alias("other_tags"))
        .drop("is_there")
    )


def _whole_sum(column: str, where: pl.Expr | None = None) -> pl.Expr:
    """A sum that is not known where one of its parts is not."""
    values = pl.col(column) if where is None else pl.col(column).filter(where)
    return pl.when(values.null_count() == 0).then(values.sum()).alias(column)
