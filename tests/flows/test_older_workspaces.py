"""A workspace that an earlier version of Reach left is opened by this one, and its figures are those of then."""

from __future__ import annotations

import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.steps import freezing, night
from flows.steps.settings import Workspace
from tests.flows.cli.typed import reach
from tests.flows.published import DAY
from warehouse.history.tables import SCHEMA_VERSION

KEPT = sorted((Path(__file__).parent / "workspaces").glob("*.tar.xz"))
TABLES = ("campaign_totals", "activity_totals", "platform_totals")
SENTENCES = ("reach_basis", "views_basis", "definitions")
"""Columns of texts for people, which a version may word otherwise."""


@dataclass(frozen=True)
class Opened:
    """A workspace of an earlier version, the figures that it had published, and what ``reach publish`` made of it."""

    workspace: Workspace
    then: dict[str, list[dict[str, Any]]]
    published: subprocess.CompletedProcess[str]


def figures(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    with duckdb.connect(str(workspace.published / "reach.duckdb"), read_only=True) as snapshot:
        return {table: snapshot.sql(f"select * from {table} order by all").pl().rows(named=True) for table in TABLES}


@pytest.fixture(scope="module", params=KEPT, ids=lambda path: path.name.partition(".")[0])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    workspace = Workspace(tmp_path_factory.mktemp("earlier") / "workspace")
    with tarfile.open(request.param) as packed:
        packed.extractall(workspace.home, filter="data")
    then = figures(workspace)
    return Opened(workspace, then, reach("publish", "--as-of", str(DAY), "--home", workspace.home))


def test_a_workspace_of_an_earlier_version_opens_with_the_figures_of_then(opened: Opened) -> None:
    assert opened.published.returncode in (0, 1), opened.published.stderr  # 1: a file that nobody knows is named
    today = figures(opened.workspace)
    assert opened.then["campaign_totals"][0]["views"] > 0
    for table, rows in opened.then.items():
        in_both = [column for column in rows[0] if column in today[table][0] and column not in SENTENCES]
        assert [[row[name] for name in in_both] for row in today[table]] == [
            [row[name] for name in in_both] for row in rows
        ]


def test_a_night_over_a_workspace_of_an_earlier_version_takes_nothing_in_again(opened: Opened) -> None:
    receipt = night.receive(opened.workspace)
    assert (receipt.received, receipt.left_out) == ((), ())
    assert night.load(opened.workspace, "Asia/Phnom_Penh").synced.loaded == ()


def test_figures_of_a_workspace_of_an_earlier_version_are_shown_and_explained(opened: Opened) -> None:
    home, views = opened.workspace.home, f"{opened.then['campaign_totals'][0]['views']:,}"
    assert views in reach("totals", "--home", home).stdout
    assert views in reach("explain", "forum", "views", "--as-of", str(DAY), "--home", home).stdout


def test_a_report_that_an_earlier_version_froze_differs_in_nothing_that_it_had(opened: Opened) -> None:
    workspace = opened.workspace
    if not workspace.archive.events("frozen"):
        pytest.skip("this version could not freeze reports")
    kept = freezing.read(workspace, "final").tables
    differing, _ = freezing.diff(workspace, night.read_plan(workspace), "final")
    assert [one for one in differing if one.metric in kept[one.table].columns] == []
    assert freezing.write_missing(workspace) == []
    assert (workspace.published / "frozen" / "final" / "reach.json").exists()


def test_all_tables_that_a_warehouse_had_before_todays_have_a_workspace() -> None:
    assert {path.name for path in KEPT} >= {f"tables-{version}.tar.xz" for version in range(1, SCHEMA_VERSION)}
