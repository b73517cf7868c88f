"""A network of three members: one up to date, one late, one whose files are damaged."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.steps import network, news, night
from flows.steps.settings import Workspace
from tests.conftest import meta, new_world, post
from tests.flows.networks import EARLIER, THEATRE, Network, three_members
from tests.flows.published import DAY, publish


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return three_members(tmp_path_factory.mktemp("network"))


def test_the_nights_totals_are_those_of_all_members_that_could_be_read(three: Network) -> None:
    rows = three.table("totals").filter((pl.col("scope") == "campaign") & (pl.col("id") == "forum"))
    shown = rows.sort("member", nulls_last=True).select("member", "posts", "views", "views_known", "reach_at_least")
    assert shown.rows() == [("press", 1, 20, 1, 2), ("radio", 1, 10, 1, 1), (None, 2, 30, 2, 2)]
    assert rows.filter(pl.col("member").is_null()).select("members", "members_unknown", "reach_at_most").rows() == [
        (2, 1, None)
    ]


def test_who_is_late_or_damaged_is_named_and_costs_the_others_nothing(three: Network) -> None:
    late, damaged = three.published.problems
    assert late == "press is late: its figures are of 2024-12-20."
    assert damaged == f"{THEATRE} could not be read: parquet/post_totals.parquet is not as it was written."
    members = three.table("members")
    assert members.select("member", "as_of", "is_late").rows() == [
        ("press", EARLIER, True),
        ("radio", DAY, False),
        (THEATRE, None, True),
    ]


def test_the_workspaces_own_figures_are_published_beside_and_both_are_of_one_night(three: Network) -> None:
    manifest = json.loads((three.home.workspace.published / "manifest.json").read_bytes())
    assert {"network/members.parquet", "network/totals.parquet"} <= set(manifest["files"])
    with duckdb.connect(str(three.home.workspace.published / "reach.duckdb"), read_only=True) as snapshot:
        assert snapshot.execute("select posts from project_totals").fetchall() == [(0,)]


def test_a_member_that_publishes_is_news_and_the_others_are_not(three: Network) -> None:
    assert not news.has_news(three.home.workspace)
    three.radio.drop("2024-12-02/b.csv", meta(post(4, Views=7)))
    publish(three.radio.workspace)
    assert news.has_news(three.home.workspace)
    night.release(three.home.workspace, night.compute(three.home.workspace, night.read_plan(three.home.workspace), DAY))
    assert not news.has_news(three.home.workspace)
    over_all = three.table("totals").filter((pl.col("scope") == "network") & pl.col("member").is_null())
    assert over_all["views"].to_list() == [37]


def test_a_workspace_without_members_publishes_nothing_of_a_network(one_member: Workspace) -> None:
    assert network.together(one_member, DAY) == network.NOBODY
    assert network.snapshots(one_member) == {}


@pytest.fixture
def one_member(tmp_path: Path) -> Workspace:
    return new_world(tmp_path).workspace
