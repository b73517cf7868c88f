"""Of which posts a campaign's past days are made, and whether anything of these moved since a night kept them."""

from __future__ import annotations

from datetime import date

import polars as pl

from warehouse.day import Day
from warehouse.history.kept import Days
from warehouse.readings.latest import POST, day_starts


def before(day: Day, until: date) -> pl.DataFrame:
    """All that what campaigns gained before a day is made of, but the readings themselves.

    Returns:
        A row a campaign and post that was read before ``until``, and each that shows the same video's figures:
        ``campaign_id, platform, post_id, kind, published_at, first_published_at, counts_as, gone_since`` (where it
        counts as one with others, since it tells which of them stands for all) and ``names``, under which it was read.
    """
    starts, together = day_starts(until, day.plan.project.timezone), day.looked_at.together
    is_early = (pl.col("observed_at") < starts) | pl.col("period_start").is_not_null()
    names = (
        day.looked_at.names.filter(is_early)
        .group_by(POST)
        .agg(pl.concat_str("alias_platform", "alias", separator=":").unique().sort().str.join(" ").alias("names"))
        .collect()
    )
    taken = day.attribution.taken.select("campaign_id", *POST)
    groups = taken.join(together, on=POST).select("campaign_id", "platform", "counts_as").unique()
    shown = pl.concat(
        [taken, groups.join(together, on=["platform", "counts_as"]).select("campaign_id", *POST)]
    ).unique()
    first_published = day.first_published.select(*POST, pl.col("published_at").alias("first_published_at"))
    counts_as = day.readings.select(*POST, "counts_as", "gone_since")
    return (
        shown.join(names, on=POST)
        .join(day.posts.select(*POST, "kind", "published_at"), on=POST, how="left")
        .join(first_published, on=POST, how="left")
        .join(counts_as, on=POST, how="left")
        .with_columns(pl.when(pl.col("counts_as").is_not_null()).then("gone_since").alias("gone_since"))
    )


def moved(day: Day, kept: Days) -> set[str]:
    """The campaigns of which what was kept of past days does not hold any more.

    So it is where a post came or went, or is told of otherwise; where a reading of a past day, or over a period, came
    in late; and of every campaign where a document is another one.
    """
    campaigns = set(day.attribution.taken["campaign_id"])
    if documents(day) != kept.documents:
        return campaigns
    were, are = kept.members, before(day, kept.until)
    changed = [
        one.join(other, on=one.columns, how="anti", nulls_equal=True)["campaign_id"]
        for one, other in ((were, are.select(were.columns)), (are.select(were.columns), were))
    ]
    scope = day.looked_at.scope
    starts = day_starts(kept.until, day.plan.project.timezone)
    unread = day.loads.filter("is_document").select("load_id")
    old = pl.concat([unread, scope.kept.loads.select("load_id")]) if scope.kept else unread
    late = (
        day.observations.filter((pl.col("observed_at") < starts) | pl.col("period_start").is_not_null())
        .join(old.lazy(), on="load_id", how="anti")
        .select(POST)
        .unique()
        .collect()
    )
    touched = day.attribution.taken.join(late, on=POST, how="semi")["campaign_id"]
    return {*(campaign for one in changed for campaign in one), *touched} & campaigns


def documents(day: Day) -> tuple[str, ...]:
    """The loads of documents in use, each with all that tells which of its rows count."""
    in_use = day.looked_at.scope.usable.filter("is_document").sort("load_id")
    return tuple(in_use.select(pl.concat_str("load_id", "sha256", "observed_at", separator=" ")).to_series())
