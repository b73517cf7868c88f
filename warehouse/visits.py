"""Visits of sites, which belong to campaigns through the plan's ``account_figures``."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from warehouse import rollups
from warehouse.plan import Plan


def account_ids(plan: Plan) -> dict[str, str]:
    """The ``platform:id`` of every account of the plan, by each ``platform:name`` that it goes by."""
    return {f"{a.platform}:{name}": a.id for a in plan.accounts for name in (a.account_id, *a.also)}


def of_plan(account_figures: pl.DataFrame, plan: Plan, before: datetime) -> pl.DataFrame:
    """The plan's account figures and their values, where readings cover exactly their days.

    Of each period the last known reading counts; periods that follow each other add up.
    """
    figures = account_figures.filter(pl.col("observed_at") < before).drop_nulls("value").sort("observed_at", "value")
    values: dict[tuple[str, str, date], dict[date, int]] = {}
    for platform, account, metric, start, end, value in figures.select(
        "platform", "account_id", "metric", "period_start", "period_end", "value"
    ).iter_rows():
        values.setdefault((f"{platform}:{account}", metric, start), {})[end] = value
    called = account_ids(plan)
    rows = []
    for campaign in plan.campaigns:
        for figure in campaign.account_figures:
            account = called.get(figure.account, figure.account)
            value = _covering(values, account, figure.metric, figure.from_, figure.to)
            rows.append((campaign.id, campaign.activity, account, figure.metric, figure.from_, figure.to, value))
    text = dict.fromkeys(("campaign_id", "activity_id", "account", "metric"), pl.String)
    schema = {**text, "from": pl.Date, "to": pl.Date, "value": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("metric") == "visits")


def _covering(
    values: dict[tuple[str, str, date], dict[date, int]], account: str, metric: str, start: date, end: date
) -> int | None:
    """The figure of exactly these days, from the fewest periods that follow each other; null where there are none."""
    periods = values.get((account, metric, start), {})
    for last in sorted((d for d in periods if d <= end), reverse=True):
        rest = 0 if last == end else _covering(values, account, metric, last + timedelta(days=1), end)
        if rest is not None:
            return periods[last] + rest
    return None


def summed(visits: pl.DataFrame, by: str) -> pl.DataFrame:
    """Visits of each ``by``; a figure that two campaigns name counts once in what both belong to."""
    distinct = visits.select(by, "account", "metric", "from", "to", "value").unique()
    return distinct.group_by(by).agg(
        rollups.sum_known("value").alias("visits"), pl.col("value").count().alias("visits_known")
    )


def parts(
    account_figures: pl.DataFrame, platform: str, account: str, start: date, end: date, before: datetime
) -> list[dict[str, object]]:
    """The readings that the visits of exactly these days are made of, one a period: value, days, load and row."""
    own = (
        account_figures.filter(
            (pl.col("observed_at") < before)
            & (pl.col("platform") == platform)
            & (pl.col("account_id") == account)
            & (pl.col("metric") == "visits")
        )
        .drop_nulls("value")
        .sort("observed_at", "value")
        .unique(["period_start", "period_end"], keep="last", maintain_order=True)
    )
    by_start: dict[date, dict[date, int]] = {}
    rows = {}
    for row in own.iter_rows(named=True):
        by_start.setdefault(row["period_start"], {})[row["period_end"]] = row["value"]
        rows[row["period_start"], row["period_end"]] = row
    values = {(f"{platform}:{account}", "visits", day): ends for day, ends in by_start.items()}
    found, day = [], start
    while day <= end:
        last = next(
            d
            for d in sorted((d for d in by_start.get(day, {}) if d <= end), reverse=True)
            if d == end or _covering(values, f"{platform}:{account}", "visits", d + timedelta(days=1), end) is not None
        )
        row = rows[day, last]
        found.append(
            {name: row[name] for name in ("value", "observed_at", "period_start", "period_end", "load_id", "row")}
            | {"is_rounded": row["is_rounded"]}
        )
        day = last + timedelta(days=1)
    return found
