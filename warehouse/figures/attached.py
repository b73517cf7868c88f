"""The documents that people attached to indicators."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from warehouse.history.frames import in_use
from warehouse.plan.model import Indicator, Plan

CONNECTOR = "attached"


def documents(files: pl.DataFrame) -> pl.DataFrame:
    """``indicator_id, path, sha256`` of the documents among files that are in use: ``connector, path, sha256``."""
    folder = pl.col("path").str.split("/").list.get(1).alias("indicator_id")
    return files.filter(pl.col("connector") == CONNECTOR).select(folder, "path", "sha256").sort("path")


def of_no_indicator(loads: pl.DataFrame, plan: Plan) -> list[str]:
    """A sentence for each folder of documents that is called like no indicator of the plan."""
    named = {indicator.id for indicator in plan.indicators}
    folders = documents(in_use(loads))["indicator_id"]
    return [
        f"The folder documents/{folder} of the inbox is called like no indicator of the plan: what lies there is "
        "attached to nothing. Give it the id of the indicator."
        for folder in folders.unique(maintain_order=True)
        if folder not in named
    ]


def behind(plan: Plan, campaign_id: str, metric: str) -> Iterator[Indicator]:
    """The indicators that a campaign's figure counts towards, and those by hand of its activity and of the project."""
    activity = plan.activity_of(campaign_id).id
    subjects = {None, "project", f"activity:{activity}", f"campaign:{campaign_id}"}
    for indicator in plan.indicators:
        if indicator.of in subjects and indicator.metric in (None, metric):
            yield indicator
