"""Figures of ads: what reports of ads count beside the money, and the columns of a row of theirs."""

from __future__ import annotations

import polars as pl

from connectors.columns import Column

AD_COUNTS = {
    "impressions": "times that the ads were shown",
    "reach": "accounts that saw them; never added up",
    "views": "views that the ads had",
    "engagements": "reactions, comments, shares and clicks on them, as the report counts them together",
    "clicks": "clicks on them, of every kind",
}
"""What reports of ads count beside the money, and what each is."""

COLUMNS = (
    Column("platform", pl.String, "where the ads ran, by whose report it is", is_required=True),
    Column("ad_account", pl.String, "the account that paid, as the report names it; null where it does not"),
    Column("ad_campaign", pl.String, "the campaign of ads, by its name; by its id where it has none", is_required=True),
    Column("ad_campaign_id", pl.String, "its id; null where the report has none"),
    Column("ad_set", pl.String, "the group of ads within it; null for the whole campaign"),
    Column("ad", pl.String, "the ad within it; null for the whole group or campaign"),
    Column("split_by", pl.String, "by what else the figures are parted, such as age; null for whole figures"),
    Column("part", pl.String, "which part of that it is; null for whole figures"),
    Column("post", pl.String, "link or id of the post that was advertised; null where the report has none"),
    Column("period_start", pl.Date, "first day, in the ad account's zone", is_required=True),
    Column("period_end", pl.Date, "last day, in the ad account's zone", is_required=True),
    Column("currency", pl.String, "what the money is, such as USD; null where nothing says it"),
    Column("spend_millionths", pl.Int64, "money spent", "millionths of the currency"),
    *(Column(name, pl.Int64, meaning) for name, meaning in AD_COUNTS.items()),
)
"""What a report of ads tells: of a campaign of ads, a group of ads or an ad, over some days."""
