"""The lines behind figures that are not read of posts: visits of sites, stages of assets, who took part in events."""

from __future__ import annotations

from typing import Any

import polars as pl

from connectors.attendance import EVENTS
from warehouse.day import Day
from warehouse.evidence.lines import LINES, FigureEvidence, described, sum_of_lines, with_sources
from warehouse.figures import visits
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
