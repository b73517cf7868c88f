"""The lines behind figures that are not read of posts: visits of sites, stages of assets, who took part in events."""

from __future__ import annotations

from typing import Any

import polars as pl

from connectors.attendance import EVENTS
from warehouse.day import Day
from warehouse.evidence.lines import LINES, TAGGED_VISITS, FigureEvidence, described, sum_of_lines, with_sources
from warehouse.figures import campaign_visits, visits
from warehouse.readings.latest import POST


def of_visits(day: Day, campaign_id: str) -> FigureEvidence:
    """The account figures that the plan names for the campaign, each by the readings that cover its days."""
    rows: list[dict[str, Any]] = []
    for entry in dict.fromkeys(visits.named(day.account_figures, day.plan, day.before)):
        if (entry.campaign_id, entry.metric) != (campaign_id, "visits"):
            continue
        note = f"{entry.account} from {entry.start} to {entry.end}"
        described = {"campaign_id": campaign_id, "metric": "visits", "account_name": entry.account,
                     "platform": entry.account.partition(":")[0]}  # fmt: skip
        if entry.readings is None:
            rows.append(described | {"note": f"{note}: not known, no readings cover exactly these days"})
        rows += [described | reading._asdict() | {"note": note} for reading in entry.readings or ()]
    lines = pl.DataFrame(rows, schema_overrides=LINES, infer_schema_length=None) if rows else pl.DataFrame(schema=LINES)
    full = with_sources(day, lines if rows else lines.select("campaign_id"))
    return FigureEvidence(campaign_id, "visits", day.as_of, sum_of_lines(full), full)


def of_tagged_visits(day: Day, campaign_id: str) -> FigureEvidence:
    """Visits by links with the campaign's tags: a line for each row of a report that names one, counted or not."""
    rows = day.tagged_visits.filter(pl.col("observed_at") < day.before)
    tags = campaign_visits.tags_of_plan(day.plan, rows["tag"].unique()).filter(campaign_id=campaign_id)
    ours, key = rows.join(tags.drop_nulls("tag"), on="tag", how="semi"), ["load_id", "row"]
    counting = campaign_visits.of_chosen_days(rows).select(key)
    where = pl.concat_str("source", "medium", separator=" / ", ignore_nulls=True)
    why_not = pl.lit("not counted: another report tells these days, or some of them")
    lines = ours.join(counting.with_columns(is_counting=True), on=key, how="left").with_columns(
        pl.lit(campaign_id).alias("campaign_id"),
        pl.lit(TAGGED_VISITS).alias("metric"),
        pl.col("account_id").alias("account_name"),
        pl.col("tag").alias("text"),
        pl.when("is_counting").then("visits").alias("value"),
        pl.concat_str(
            "account_id", "tag", where, pl.when(pl.col("is_counting").is_null()).then(why_not),
            separator=", ", ignore_nulls=True,
        ).alias("note"),
    )  # fmt: skip
    full = with_sources(day, lines).sort("account_name", "text", "period_start", *key, nulls_last=True)
    table = campaign_visits.tables(day)["campaign_visits"].filter(campaign_id=campaign_id)
    visits_of_sites = table["visits"].to_list()
    is_known = visits_of_sites and None not in visits_of_sites
    return FigureEvidence(campaign_id, TAGGED_VISITS, day.as_of, sum(visits_of_sites) if is_known else None, full)


def of_stage(day: Day, campaign_id: str, stage: str) -> FigureEvidence:
    """The assets that reached a stage, or went further; the plan's own number where it enters one."""
    campaign = next(c for c in day.plan.campaigns if c.id == campaign_id)
    place = campaign.stages.index(stage)
    reached = [
        a.id
        for a in day.plan.assets
        if a.campaign == campaign_id and a.stage and campaign.stages.index(a.stage) >= place
    ]
    entered = campaign.counted.get(stage)
    if entered is not None:
        rows: list[dict[str, object]] = [{"value": entered, "note": "entered in the plan", "is_entered": True}]
        rows += [{"asset_id": asset_id, "note": "known to the plan, and part of that number"} for asset_id in reached]
    else:
        rows = [{"asset_id": asset_id, "value": 1, "note": "an asset of the plan"} for asset_id in reached]
    data = [{"campaign_id": campaign_id, "metric": stage} | row for row in rows]
    lines = pl.DataFrame(data, schema=LINES, infer_schema_length=None)
    return FigureEvidence(campaign_id, stage, day.as_of, sum_of_lines(lines) or 0, lines)


def of_events(day: Day, campaign_id: str, metric: str) -> FigureEvidence:
    """The campaign's events and what its log or list tells of each: the number of events, or who took part in them."""
    taken = day.attribution.taken.filter(pl.col("campaign_id") == campaign_id)
    read = day.readings.select(*POST, pl.col("last_read_at").alias("observed_at"))
    lines = (
        taken.select("campaign_id", "asset_id", "rule", *POST)
        .join(day.attendance, on=POST)
        .join(read, on=POST)
        .with_columns(
            pl.col(metric).alias("value"),
            pl.lit(metric).alias("metric"),
            pl.when(pl.col(metric).is_null()).then(pl.lit("not known: its log or list does not tell it")).alias("note"),
        )
    )
    full = described(day, lines).with_columns((pl.col("grade") == "entered").alias("is_entered"))
    figure = sum_of_lines(full)
    none = 0 if metric == EVENTS.name else None
    return FigureEvidence(campaign_id, metric, day.as_of, none if figure is None else figure, full)
