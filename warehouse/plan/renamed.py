"""Campaigns that have another id than before: what was kept under an old id is held against the new one."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from warehouse.plan.model import Plan

NewIds = Mapping[str, str]
"""The id that a campaign has now, by each that it had before."""


def new_ids(plan: Plan) -> NewIds:
    """What the plan says of ids that campaigns had."""
    return {old: campaign.id for campaign in plan.campaigns for old in campaign.renamed}


def plan_with(plan: Plan, ids: NewIds) -> Plan:
    """An older plan with the ids that campaigns have now, save where a new id is another campaign's there."""
    there = {campaign.id for campaign in plan.campaigns}
    ids = {old: new for old, new in ids.items() if old in there and new not in there}

    def new(campaign_id: str) -> str:
        return ids.get(campaign_id, campaign_id)

    def subject(named: str | None) -> str | None:
        kind, colon, name = (named or "").partition(":")
        return f"{kind}:{new(name)}" if colon and kind == "campaign" else named

    return plan.model_copy(
        update={
            "campaigns": tuple(one.model_copy(update={"id": new(one.id)}) for one in plan.campaigns),
            "assets": tuple(one.model_copy(update={"campaign": new(one.campaign)}) for one in plan.assets),
            "printed": tuple(one.model_copy(update={"campaign": new(one.campaign)}) for one in plan.printed),
            "indicators": tuple(one.model_copy(update={"of": subject(one.of)}) for one in plan.indicators),
        }
    )


def tables_with(tables: Mapping[str, pl.DataFrame], ids: NewIds) -> dict[str, pl.DataFrame]:
    """Published tables in which campaigns have the ids that they have now."""
    there = set(tables["campaign_totals"]["campaign_id"]) if "campaign_totals" in tables else set()
    ids = {old: new for old, new in ids.items() if new not in there}
    return {
        name: table.with_columns(pl.col("campaign_id").replace(ids))
        if ids and "campaign_id" in table.columns
        else table
        for name, table in tables.items()
    }
