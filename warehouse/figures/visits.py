"""Visits of sites, which belong to campaigns through the plan's ``account_figures``."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import polars as pl

from warehouse.figures import totals
from warehouse.plan.model import Plan, account_ids


class Reading(NamedTuple):
    """An account's figure over one period, as it was last read."""

    value: int
    observed_at: datetime
    period_start: date
    period_end: date
    is_rounded: bool
    load_id: str
    row: int


class Named(NamedTuple):
    """A figure that the plan names for a campaign, and the readings that cover exactly its days, if there are any."""

    campaign_id: str
    activity_id: str
    account: str
    metric: str
    start: date
    end: date
    readings: tuple[Reading, ...] | None


def named(account_figures: pl.DataFrame, plan: Plan, before: datetime) -> list[Named]:
    """The plan's account figures; of each period the last known reading counts."""
    readings_of: dict[tuple[str, str, date], dict[date, Reading]] = {}
    rows = account_figures.filter(pl.col("observed_at") < before).drop_nulls("value").sort("observed_at", "value")
    for platform, account, metric, *reading in rows.select(
        "platform", "account_id", "metric", *Reading._fields
    ).iter_rows():
        read = Reading(*reading)
        readings_of.setdefault((f"{platform}:{account}", metric, read.period_start), {})[read.period_end] = read
    called = account_ids(plan)
    figures = []
    for campaign in plan.campaigns:
        for figure in campaign.account_figures:
            account = called.get(figure.account, figure.account)
            readings = _covering(readings_of, account, figure.metric, figure.from_, figure.to)
            figures.append(
                Named(campaign.id, campaign.activity, account, figure.metric, figure.from_, figure.to, readings)
            )
    return figures


def of_plan(account_figures: pl.DataFrame, plan: Plan, before: datetime) -> pl.DataFrame:
    """The plan's account figures and their values, where readings cover exactly their days.

    Of each period the last known reading counts; periods that follow each other add up.
    """
    rows = [
        (*figure[:6], None if figure.readings is None else sum(reading.value for reading in figure.readings))
        for figure in named(account_figures, plan, before)
    ]
    text = dict.fromkeys(("campaign_id", "activity_id", "account", "metric"), pl.String)
    schema = {**text, "from": pl.Date, "to": pl.Date, "value": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("metric") == "visits")


def _covering(
    readings_of: dict[tuple[str, str, date], dict[date, Reading]], account: str, metric: str, start: date, end: date
) -> tuple[Reading, ...] | None:
    """The fewest readings that follow each other over exactly these days; None where there are none."""
    periods = readings_of.get((account, metric, start), {})
    for last in sorted((d for d in periods if d <= end), reverse=True):
        rest = () if last == end else _covering(readings_of, account, metric, last + timedelta(days=1), end)
        if rest is not None:
            return (periods[last], *rest)
    return None


def summed(visits: pl.DataFrame, by: str) -> pl.DataFrame:
    """Visits of each ``by``; a figure that two campaigns name counts once in what both belong to."""
    distinct = visits.select(by, "account", "metric", "from", "to", "value").unique()
    return distinct.group_by(by).agg(
        totals.sum_known("value").alias("visits"), pl.col("value").count().alias("visits_known")
    )
