"""The campaigns and activities of figures that were published or frozen, as a person may name them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import polars as pl

from flows.steps import night
from flows.steps.settings import Workspace
from warehouse.plan.model import Plan
from warehouse.plan.named_lines import Line, also_called, lines
from warehouse.publish.snapshot import read_tables

_CAMPAIGNS, _ACTIVITIES = ("campaign_id", "campaign_name", "activity_id"), ("activity_id", "activity_name")


def lines_of_tables(tables: Mapping[str, pl.DataFrame], plan: Plan | None) -> list[Line]:
    """Those of the tables ``campaign_totals`` and ``activity_totals``, with what a plan calls them besides."""
    campaigns = tables["campaign_totals"].select(_CAMPAIGNS).rows()
    plain = lines(campaigns, tables["activity_totals"].select(_ACTIVITIES).rows())
    return also_called(plain, plan) if plan else plain


def published_lines(workspace: Workspace) -> list[Line]:
    """Those of what is published, with what the plan of now calls them besides, where it is a good one.

    Raises:
        NothingPublished: nothing is, or an older version published it.
    """
    tables = read_tables(workspace.published, {"campaign_totals": _CAMPAIGNS, "activity_totals": _ACTIVITIES})
    plan = None
    with suppress(night.NoPlan):
        plan = night.read_plan(workspace).plan
    return lines_of_tables(tables, plan)
