"""The stages of campaigns, such as submitted and winner: an asset counts in its stage and in all before it."""

from __future__ import annotations

import polars as pl

from warehouse.plan.model import Plan


def _steps(plan: Plan) -> dict[tuple[str, str], int]:
    return {(c.id, stage): n for c in plan.campaigns for n, stage in enumerate(c.stages, 1)}


def through_stages(groups: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The posts of assets, once in the asset's stage and once in each before it."""
    steps = _steps(plan)
    passed = [
        (campaign, stage, before)
        for (campaign, stage), n in steps.items()
        for (same, before), earlier in steps.items()
        if same == campaign and earlier <= n
    ]
    text = dict.fromkeys(("campaign_id", "stage", "passed"), pl.String)
    return (
        groups.drop_nulls("asset_id")
        .join(pl.DataFrame(passed, schema=text, orient="row"), on=["campaign_id", "stage"])
        .with_columns(pl.col("passed").alias("stage"))
        .drop("passed")
    )


def of_plan(plan: Plan) -> pl.DataFrame:
    """Every stage of the plan: ``campaign_id, stage, step, assets, counted``, the number that was entered."""
    steps, entered = _steps(plan), {c.id: c.counted for c in plan.campaigns}
    at = [(a.campaign, steps[a.campaign, a.stage]) for a in plan.assets if a.stage]
    return pl.DataFrame(
        [
            (campaign, stage, n, sum(c == campaign and reached >= n for c, reached in at), entered[campaign].get(stage))
            for (campaign, stage), n in steps.items()
        ],
        schema={"campaign_id": pl.String, "stage": pl.String, **dict.fromkeys(("step", "assets", "counted"), pl.Int64)},
        orient="row",
    )
