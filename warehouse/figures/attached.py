"""The documents that people attached to indicators."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from warehouse.history.frames import in_use
from warehouse.plan.model import Indicator, Plan

CONNECTOR = "attached"


def documents(files: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """``indicator_id, path, sha256`` of the documents among files that are in use: ``connector, path, sha256``.

    A document belongs to the indicator that its folder is called by, and to each whose ``documents`` of the plan name
    it.
    """
    steps = pl.col("path").str.split("/")
    folder = steps.list.get(1).alias("indicator_id")
    lying = files.filter(pl.col("connector") == CONNECTOR).select(folder, "path", "sha256")
    named = pl.DataFrame(
        [(one.id, _below(name)) for one in plan.indicators for name in one.documents],
        schema={"indicator_id": pl.String, "below": pl.String}, orient="row",
    )  # fmt: skip
    of_plan = lying.with_columns(steps.list.slice(1).list.join("/").alias("below")).drop("indicator_id")
    of_plan = of_plan.join(named, on="below").select(lying.columns)
    return pl.concat([lying, of_plan]).unique().sort("path", "indicator_id")


def _below(name: str) -> str:
    """A document's path below the folder of documents, with which some write it."""
    first, _, rest = name.partition("/")
    return rest if first.casefold() == "documents" and "/" in rest else name


def of_indicators(loads: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """:func:`documents` of the loads of a day."""
    return documents(in_use(loads), plan)


def of_no_indicator(loads: pl.DataFrame, plan: Plan) -> list[str]:
    """A sentence for each folder of documents that belongs to no indicator, and for each document that is not there."""
    ids = {indicator.id for indicator in plan.indicators}
    there = of_indicators(loads, plan)
    attached_to_some = there.filter(pl.col("indicator_id").is_in(list(ids)))["path"].unique()
    of_none = there.filter(~pl.col("path").is_in(attached_to_some.implode()))["indicator_id"]
    below = {_below(path) for path in there["path"]}
    return [
        *(
            f"The folder documents/{folder} of the inbox is called like no indicator of the plan: what lies there is "
            "attached to nothing. Give it the id of the indicator."
            for folder in of_none.unique(maintain_order=True)
        ),
        *(
            f"Indicator {indicator.id} names the document {name}, which is not in documents/ of the inbox."
            for indicator in plan.indicators
            for name in indicator.documents
            if _below(name) not in below
        ),
    ]


def behind(plan: Plan, campaign_id: str, metric: str) -> Iterator[Indicator]:
    """The indicators that a campaign's figure counts towards, and those by hand of its activity and of the project."""
    activity = plan.activity_of(campaign_id).id
    subjects = {None, "project", f"activity:{activity}", f"campaign:{campaign_id}"}
    for indicator in plan.indicators:
        if indicator.of in subjects and indicator.metric in (None, metric):
            yield indicator
