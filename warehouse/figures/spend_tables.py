"""The published tables of what ads cost. Each column is declared once, with unit and meaning."""

from __future__ import annotations

import polars as pl

from connectors.advertising import AD_COUNTS
from connectors.columns import Column
from warehouse.figures.mart import Mart, count, text
from warehouse.measures import OF_MONEY

_CURRENCY = text("currency", "its three letters; null where nothing says it. Money of two currencies is never added")
_SPEND, _IS_AT_LEAST = (measure.declared for measure in OF_MONEY[:2])
_AS_OF = Column("as_of", pl.Date, "the day of the figures")

SPEND_TABLES = (
    Mart(
        "ad_spend",
        ("platform", "ad_account", "ad_campaign", "ad_campaign_id", "currency"),
        (
            text("platform", "whose report of ads it stands in"),
            text("ad_account", "the account that paid; null where not all reports tell it"),
            text("ad_campaign", "the campaign of ads, as it is called there"),
            text("ad_campaign_id", "its id there; null where not all reports tell it"),
            _CURRENCY,
            text("campaign_id", "the plan's campaign that it was for; null where nothing tells it"),
            text("belongs_by", "what tells it: plan, where its ads name it; posts, where all posts advertised are its"),
            _SPEND,
            _IS_AT_LEAST,
            Column("period_start", pl.Date, "first day that counts"),
            Column("period_end", pl.Date, "last day that counts"),
            count("ads", "different ads that reports name; null where they name none", "ads"),
            *(count(name, f"{meaning}, paid for", name) for name, meaning in AD_COUNTS.items() if name != "reach"),
            count("reach", "accounts that saw them, where one row of a report tells; never added up", "accounts"),
            text("parted_by", "by what reports part it, where none tells the whole; null where one does"),
            _AS_OF,
        ),
        "a campaign of ads in one currency",
    ),
    Mart(
        "campaign_spend",
        ("campaign_id", "currency"),
        (
            text("campaign_id", "id of the campaign"),
            _CURRENCY,
            *(measure.declared for measure in OF_MONEY),
            text("converted_to", "the currency of the plan's rate; null without a rate"),
            Column("rate", pl.Float64, "how much of it one unit of the currency is, by the plan"),
            text("rate_source", "whose rate it is, by the plan"),
            _AS_OF,
        ),
        "what a campaign spent on ads, in one currency",
    ),
)  # fmt: skip
