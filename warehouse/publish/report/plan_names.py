"""What the plan calls campaigns, activities, indicators and assets in the language of a page."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from warehouse.plan.model import Plan
from warehouse.publish.report.language import Language

Tables = Mapping[str, pl.DataFrame]

_NAMED = {"campaign_id": "campaign_name", "activity_id": "activity_name", "indicator_id": "name"}
"""The columns of an id, and of the name beside it."""


def in_language(tables: Tables, plan: Plan, language: Language) -> Tables:
    """Published tables with the names that a plan has in a language; where it has none there, with those of before."""
    if language != "km":
        return tables
    names = {
        "campaign_id": {campaign.id: campaign.name_km for campaign in plan.campaigns if campaign.name_km},
        "activity_id": {activity.id: activity.name_km for activity in plan.activities if activity.name_km},
        "indicator_id": {indicator.id: indicator.name_km for indicator in plan.indicators if indicator.name_km},
    }
    return {table: _named(rows, names) for table, rows in tables.items()}


def asset_names(plan: Plan, campaign_id: str, language: str) -> dict[str, str]:
    """What a campaign's assets are called, by their ids; one without a name is not in it."""
    called = {
        asset.id: (asset.name_km if language == "km" else None) or asset.name
        for asset in plan.assets
        if asset.campaign == campaign_id
    }
    return {asset_id: name for asset_id, name in called.items() if name}


def asset_noun(plan: Plan, campaign_id: str, language: str) -> Mapping[str, str] | None:
    """The plan's noun for a campaign's assets, in the plural forms ``one`` and ``other``; none where it has none."""
    campaign = next((campaign for campaign in plan.campaigns if campaign.id == campaign_id), None)
    if campaign is None:
        return None
    if language == "km":
        return {"other": campaign.asset_word_km} if campaign.asset_word_km else None
    if not campaign.asset_word:
        return None
    return {"one": campaign.asset_word, "other": campaign.asset_word_plural or f"{campaign.asset_word}s"}


def _named(rows: pl.DataFrame, names: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    return rows.with_columns(
        pl.col(key).replace_strict(names[key], default=pl.col(name), return_dtype=pl.String).alias(name)
        for key, name in _NAMED.items()
        if names[key] and key in rows.columns and name in rows.columns
    )
