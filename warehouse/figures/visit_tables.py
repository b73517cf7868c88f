"""The published tables of visits by the tags of links. Each column is declared once, with unit and meaning."""

from __future__ import annotations

import polars as pl

from connectors.columns import Column
from warehouse.figures.mart import Mart, count, text

_SITE = text("account_id", "the site that was visited; null where a report does not say")
_DAYS = (
    Column("period_start", pl.Date, "first day that was read of the site, in its property's zone"),
    Column("period_end", pl.Date, "last day that was read of the site"),
)
_AS_OF = Column("as_of", pl.Date, "the day of the figures")
_COUNTS = (
    count("visits", "visits by links with its tags; null where they are not known", "visits"),
    count("other_tags", "visits of the same days by links with other tags", "visits"),
    count("untagged", "visits of the same days without a tag: nothing tells which campaign made them", "visits"),
    count("in_all", "all visits of the site on these days", "visits"),
    *_DAYS,
    count("days", "days that were read", "days"),
    text("caution", "why the numbers are not whole, joined by ;; null where they are"),
    _AS_OF,
)

VISIT_TABLES = (
    Mart(
        "tagged_visits",
        ("account_id", "tag", "source", "medium"),
        (
            _SITE,
            text("tag", "the campaign that the link named (utm_campaign), or what stands in its place"),
            text("source", "where the link stood (utm_source); null where the report does not part visits by it"),
            text("medium", "by which kind of channel (utm_medium); null where the report does not part visits by it"),
            text("campaign_ids", "the plan's campaigns that name the tag, joined by ;; null where none does"),
            text("activity_ids", "their activities, joined by ;"),
            count("visits", "visits by such links; null where they are not known", "visits"),
            *_DAYS,
            _AS_OF,
        ),
        "visits of a site by links with one tag, source and medium",
    ),
    Mart(
        "campaign_visits",
        ("campaign_id", "account_id"),
        (text("campaign_id", "id of the campaign"), _SITE, *_COUNTS),
        "visits of a site that a campaign's links made",
    ),
    Mart(
        "activity_visits",
        ("activity_id", "account_id"),
        (text("activity_id", "id of the activity"), _SITE, *_COUNTS),
        "visits of a site that the links of an activity's campaigns made; a tag of two campaigns counts once",
    ),
)  # fmt: skip
