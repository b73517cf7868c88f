"""What the plan calls campaigns, activities and indicators in the language of a page."""

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


def _named(rows: pl.DataFrame, names: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    return rows.with_columns(
        pl.col(key).replace_strict(names[key], default=pl.col(name), return_dtype=pl.String).alias(name)
        for key, name in _NAMED.items()
        if names[key] and key in rows.columns and name in rows.columns
    )
