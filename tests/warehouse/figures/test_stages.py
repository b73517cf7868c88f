"""Stages: an asset counts in its stage and in all before it."""

from __future__ import annotations

import polars as pl

from connectors import PLATFORMS
from tests.conftest import CAMPAIGN, PLAN
from warehouse.figures.stages import of_plan, through_stages
from warehouse.plan.model import Plan, parse

STAGES = 'stages = ["submitted", "short-listed", "winner"]\ncounted = { submitted = 26 }\n'


def staged(**stages: str) -> Plan:
    """A plan with assets in these stages."""
    assets = (f'[[asset]]\nid = "{name}"\ncampaign = "forum"\nstage = "{stage}"\n' for name, stage in stages.items())
    return parse(PLAN + CAMPAIGN + STAGES + "".join(assets), PLATFORMS.names)


def test_every_stage_has_its_place_its_assets_and_the_number_that_was_entered() -> None:
    assert of_plan(staged(a="winner", b="short-listed")).rows() == [
        ("forum", "submitted", 1, 2, 26), ("forum", "short-listed", 2, 2, None), ("forum", "winner", 3, 1, None)
    ]  # fmt: skip


def test_the_posts_of_an_asset_stand_in_its_stage_and_in_each_before_it() -> None:
    posts = pl.DataFrame(
        {"campaign_id": ["forum"] * 3, "asset_id": ["a", "b", None], "stage": ["winner", "submitted", None]}
    )
    through = through_stages(posts, staged(a="winner", b="submitted")).sort("asset_id", "stage")
    assert through.select("asset_id", "stage").rows() == [
        ("a", "short-listed"), ("a", "submitted"), ("a", "winner"), ("b", "submitted")
    ]  # fmt: skip


def test_a_plan_without_stages_has_none() -> None:
    assert of_plan(parse(PLAN + CAMPAIGN, PLATFORMS.names)).is_empty()
