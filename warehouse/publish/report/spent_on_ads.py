"""What ads cost, as pages tell it: a campaign's sentences and rows, and the ads that belong to no campaign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from babel.numbers import get_currency_precision

from warehouse.publish.report.language import number, plain
from warehouse.publish.report.wording import Texts
from warehouse.texts import in_toml

Row = dict[str, Any]

COUNTS = ("impressions", "views", "engagements")
"""The counts of ads that a row tells, paid for."""


def of_campaign(tables: Mapping[str, pl.DataFrame], campaign_id: str, texts: Texts) -> Row | None:
    """A campaign's ads: ``sentences``, and a row for each campaign of ads; None without ads and budget."""
    totals = tables["campaign_spend"].filter(campaign_id=campaign_id)
    ads = tables["ad_spend"].filter(campaign_id=campaign_id)
    if totals.is_empty():
        return None
    sentences = [told for total in totals.iter_rows(named=True) for told in _sentences(total, texts)]
    sentences += _together(totals, texts)
    return {"sentences": sentences, "rows": _rows(ads, texts), "codes": ()}


def of_no_campaign(tables: Mapping[str, pl.DataFrame], texts: Texts) -> Row | None:
    """The campaigns of ads that nothing gives to a campaign of the plan, and the line that would; None without any."""
    ads = tables["ad_spend"].filter(pl.col("campaign_id").is_null())
    if ads.is_empty():
        return None
    codes = tuple(f"ads = [{in_toml(name)}]" for name in ads["ad_campaign"].unique(maintain_order=True))
    return {"sentences": [texts("ads_of_none_says")], "rows": _rows(ads, texts), "codes": codes}


def _sentences(total: Row, texts: Texts) -> Iterator[str]:
    currency = total["currency"]
    if total["spend"] is None:
        yield texts("ads_unknown") if total["ad_campaigns"] else texts("ads_none")
    else:
        yield texts("ads_spent_least" if total["is_at_least"] else "ads_spent", money=money(total["spend"], currency))
        if total["rate"] is not None:
            yield texts(
                "ads_converted", money=money(total["spend_converted"], total["converted_to"]),
                rate=f"{total['rate']:.12f}".rstrip("0").rstrip("."), source=plain(total["rate_source"]),
                unit=currency, to=total["converted_to"],
            )  # fmt: skip
    if total["budget"] is not None:
        yield texts("ads_budget", money=money(total["budget"], currency))
    for name in ("per_thousand_views", "per_engagement"):
        if total[name] is not None:
            yield texts(f"ads_{name}", money=money(total[name], currency))


def _together(totals: pl.DataFrame, texts: Texts) -> Iterator[str]:
    """What money of several currencies comes to in one, where the plan's rates lead all of it there."""
    spent = totals.drop_nulls("spend")
    currencies = pl.coalesce("converted_to", "currency")
    amounts = spent.select(currencies.alias("currency"), pl.coalesce("spend_converted", "spend").alias("amount"))
    is_all = spent.height == totals.filter(pl.col("ad_campaigns") > 0).height
    if spent.height > 1 and is_all and amounts["currency"].null_count() == 0 and amounts["currency"].n_unique() == 1:
        key = "ads_together_least" if spent["is_at_least"].any() else "ads_together"
        yield texts(key, money=money(round(float(amounts["amount"].sum()), 6), amounts["currency"][0]))


_CENT = 0.01


def money(amount: float, currency: str | None) -> str:
    """An amount behind its currency, rounded as that is written: ``USD 85.50``; less than a cent in full."""
    digits = 2 if currency is None else get_currency_precision(currency)
    is_whole_or_tiny = amount == int(amount) or amount < _CENT
    told = number(amount) if is_whole_or_tiny else f"{amount:,.{digits}f}"
    return f"{currency} {told}" if currency else told


def _rows(ads: pl.DataFrame, texts: Texts) -> list[Row]:
    rows = []
    for ad in ads.sort("spend", "ad_campaign", descending=[True, False], nulls_last=True).iter_rows(named=True):
        days = texts("ads_from_to", start=texts.day(ad["period_start"]), end=texts.day(ad["period_end"]))
        rows.append({
            "name": plain(ad["ad_campaign"]), "platform": texts.connector(ad["platform"]), "days": days,
            "spent": ("≥ " if ad["is_at_least"] else "") + money(ad["spend"], ad["currency"]) if ad["spend"] is not None
            else texts("not_known"),
            "counts": ["–" if ad[name] is None else number(ad[name]) for name in COUNTS],
            **{name: ad[name] for name in COUNTS},
        })  # fmt: skip
    return rows
