"""An indicator's progress: what there is, what was aimed at, and the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import CAMPAIGN, World, meta, post
from tests.samples import indicator


def indicators(world: World, text: str, as_of: str = "2024-12-30") -> dict[tuple[str, str], dict[str, Any]]:
    """The progress of the indicators of a plan with the campaign and this, by indicator and period."""
    world.plan(CAMPAIGN + text)
    progress = world.tables(as_of)["indicator_progress"]
    return {(row["indicator_id"], row["period"]): row for row in progress.iter_rows(named=True)}


def test_an_indicators_target_is_reached_by_the_total_of_what_it_is_of(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Shares=3), post(2, Views=5, Shares=1)))
    found = indicators(
        world,
        indicator("campaign:forum", "views", 12) + indicator("activity:1.1", "shares", 8) + indicator("project", "posts", 2),
    )  # fmt: skip
    seen = {key[0]: (row["actual"], row["percent"], row["verdict"]) for key, row in found.items()}
    assert seen == {"views": (15, 125, "reached"), "shares": (4, 50, "not yet reached"), "posts": (2, 100, "reached")}


def test_an_indicator_that_does_not_know_all_of_its_posts_cannot_be_told_to_be_missed(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2)))
    found = indicators(world, indicator("project", "views", 12))
    assert found["views", "whole"]["verdict"] == "cannot be told"
    assert found["views", "whole"]["source"] == "views in project_totals: 1 of 2 know theirs"


@pytest.mark.parametrize(("target", "verdict"), [(100, "reached"), (171, "not yet reached"), (150, "cannot be told")])
def test_an_indicator_of_reach_is_judged_by_its_bounds(world: World, target: int, verdict: str) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    row = indicators(world, indicator("project", "reach", target))["reach", "whole"]
    assert (row["actual"], row["actual_at_most"], row["verdict"]) == (100, 170, verdict)


def test_an_indicators_target_for_a_fiscal_quarter_is_judged_by_the_quarters_gain(world: World) -> None:
    for day, views in (("2024-09-30", 100), ("2024-12-15", 140)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    more = "targets = { FY2024-Q3 = 90, FY2024-Q4 = 50, FY2025 = 10 }"
    found = indicators(world, indicator("campaign:forum", "views", 200, more), "2025-01-05")
    seen = {key[1]: (row["actual"], row["verdict"]) for key, row in found.items()}
    assert seen == {
        "whole": (140, "not yet reached"), "FY2024-Q3": (100, "reached"), "FY2024-Q4": (40, "not reached"),
        "FY2025": (None, "cannot be told"),
    }  # fmt: skip


def test_an_indicator_by_hand_says_its_source_and_a_stage_counts_assets(world: World) -> None:
    text = """
[[asset]]
id = "v"
campaign = "debates"
stage = "winner"
posts = ["facebook:1"]
[[indicator]]
id = "hand"
name = "People trained"
baseline = 10
target = 30
actual = 20
source = "attendance list"
[[campaign]]
id = "debates"
activity = "1.2"
name = "Debates"
stages = ["submitted", "winner"]
counted = { submitted = 26 }
"""
    found = indicators(
        world, text + indicator("activity:1.2", "submitted", 20) + indicator("campaign:debates", "winner", 3)
    )
    hand = found["hand", "whole"]
    assert (hand["actual"], hand["percent"], hand["is_entered"], hand["source"]) == (20, 50, True, "attendance list")
    assert (found["submitted", "whole"]["actual"], found["submitted", "whole"]["is_entered"]) == (26, True)
    assert (found["winner", "whole"]["actual"], found["winner", "whole"]["is_entered"]) == (1, False)
