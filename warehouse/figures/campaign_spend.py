"""What each campaign spent on ads, by currency, beside its budget and in the currency of the plan's rates.

docs/rules.md: Money is counted once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from warehouse.plan.framework import Rate
from warehouse.plan.model import Plan

_PER_THOUSAND = 1_000


def table(ad_spend: pl.DataFrame, plan: Plan, as_of: date) -> pl.DataFrame:
    """The published table ``campaign_spend``: a row for each campaign and currency of its money.

    Money of two currencies is never added. What a thousand views and an engagement cost is told where all of its
    campaigns of ads know both. Money is told in another currency where the plan has a rate.
    """
    rows = []
    rates = {rate.currency: rate for rate in plan.rates}
    for campaign in plan.campaigns:
        mine = ad_spend.filter(pl.col("campaign_id") == campaign.id)
        currencies = {*mine["currency"].to_list(), *([campaign.budget_currency] if campaign.budget_currency else [])}
        for currency in sorted(currencies, key=str):
            part = mine.filter(pl.col("currency").eq_missing(pl.lit(currency, pl.String)))
            costs = part.drop_nulls("spend")
            money = round(float(costs["spend"].sum()), 6) if costs.height else None
            is_whole = costs.height == part.height and not costs["is_at_least"].any()
            rows.append((
                campaign.id, currency, money, None if money is None else not is_whole, part.height,
                campaign.budget if currency == campaign.budget_currency else None,
                _each(costs, "views", _PER_THOUSAND), _each(costs, "engagements", 1),
                *_converted(money, rates.get(currency)),
            ))  # fmt: skip
    schema: dict[str, Any] = {
        "campaign_id": pl.String, "currency": pl.String, "spend": pl.Float64, "is_at_least": pl.Boolean,
        "ad_campaigns": pl.Int64, "budget": pl.Float64, "per_thousand_views": pl.Float64, "per_engagement": pl.Float64,
        "spend_converted": pl.Float64, "converted_to": pl.String, "rate": pl.Float64, "rate_source": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(as_of=pl.lit(as_of))


def _converted(money: float | None, rate: Rate | None) -> tuple[float | None, str | None, float | None, str | None]:
    """Money in the currency of a rate, with that currency, the rate and whose it is."""
    if money is None or rate is None:
        return None, None, None, None
    return round(money * rate.rate, 6), rate.to, float(rate.rate), rate.source


def _each(costs: pl.DataFrame, count: str, units: int) -> float | None:
    """What so many of a count cost, where every campaign of ads knows it."""
    number = int(costs[count].sum())
    return round(float(costs["spend"].sum()) * units / number, 4) if number and not costs[count].null_count() else None
