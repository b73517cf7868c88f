"""The bundled sample says what the donor report printed, and a second way of counting agrees."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import flows
from flows.steps import night
from flows.steps.settings import Workspace
from tests.flows.sample_counts import campaign_counts

SAMPLE = Path(flows.__file__).parent / "sample"


@cache
def tables(workspace: Workspace, day: str = "2024-12-30") -> dict[str, pl.DataFrame]:
    computed = night.compute(workspace, night.read_plan(workspace), date.fromisoformat(day))
    assert computed.problems == ()
    return computed.tables


def campaign(published_tables: dict[str, pl.DataFrame], name: str) -> dict[str, Any]:
    return published_tables["campaign_totals"].row(by_predicate=pl.col("campaign_id") == name, named=True)


def test_the_six_vlogs_of_2024_have_the_printed_figures(published: Workspace) -> None:
    published_tables = tables(published)
    stages = {row["stage"]: row for row in published_tables["stage_totals"].iter_rows(named=True)}
    listed = stages["short-listed"]
    assert (listed["views"], listed["shares"], listed["comments"], listed["likes"]) == (46_700, 466, 207, 491)
    assert (stages["submitted"]["counted"], listed["assets"], stages["winner"]["assets"]) == (26, 6, 3)
    total = campaign(published_tables, "iduai-2024")
    assert (total["views"], total["shares"], total["comments"], total["likes"]) == (46_700, 466, 207, 491)
    assert total["outreach"] == 4
    assert published_tables["asset_totals"].height == 6
    assert (published_tables["asset_totals"]["posts"] > 1).all()


def test_the_campaign_of_2022_reached_at_most_the_printed_accounts(published: Workspace) -> None:
    total = campaign(tables(published), "iduai-2022")
    assert (total["reach_at_most"], total["likes"], total["outreach"]) == (21_067, 724, 2)


def test_the_live_event_of_2023_is_approximate_and_its_visits_and_reach_are_known(published: Workspace) -> None:
    total = campaign(tables(published), "iduai-2023")
    assert (total["views"], total["approximate"], total["visits"], total["reach_at_least"]) == (3_500, 1, 1_050, 2_696)


def test_two_debates_were_recorded(published: Workspace) -> None:
    assert campaign(tables(published), "youth-debate")["posts"] == 2


@pytest.mark.parametrize("day", ["2024-09-30", "2024-10-15", "2024-12-30"])
def test_counting_the_files_a_second_way_gives_the_same(published: Workspace, day: str) -> None:
    published_tables = tables(published, day)
    for name, expected in campaign_counts(SAMPLE, day).items():
        total = campaign(published_tables, name)
        ours = {"radio": "outreach", "reach_sum": "reach_at_most", "reach_max": "reach_at_least"}
        for figure, value in expected.items():
            column = ours.get(figure, figure)
            if column == "reach_at_most" and total["reach_known"] < total["posts"]:
                assert total[column] is None
            elif column in total:
                assert total[column] == value, (name, figure)


def test_the_near_miss_is_unattributed_and_says_why(published: Workspace) -> None:
    near_misses = tables(published)["unattributed_posts"].filter(pl.col("nearest").str.contains("1 day after it ends"))
    assert near_misses["post_id"].to_list() == ["100064500000004_122158042400000013"]
