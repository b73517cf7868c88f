"""A workspace that an earlier version of Reach left is opened by this one, and its figures are those of then."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.steps import freezing, night
from flows.steps.settings import Workspace
from tests.flows.cli.typed import reach
from tests.flows.published import DAY, publish
from warehouse.history.tables import SCHEMA_VERSION

KEPT = sorted((Path(__file__).parent / "workspaces").glob("*.tar.xz"))
FROZEN = [path for path in KEPT if path.name >= "tables-4"]


def unpacked(kept: Path, to: Path) -> Workspace:
    with tarfile.open(kept) as packed:
        packed.extractall(to / "workspace", filter="data")
    return Workspace(to / "workspace")


def totals(workspace: Workspace, table: str = "campaign_totals") -> list[dict[str, Any]]:
    with duckdb.connect(str(workspace.published / "reach.duckdb"), read_only=True) as snapshot:
        answer = snapshot.execute(f"select * from {table} order by all")
        columns = [column[0] for column in answer.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.name.partition(".")[0])
def test_a_workspace_of_an_earlier_version_opens_with_the_figures_of_then(kept: Path, tmp_path: Path) -> None:
    workspace = unpacked(kept, tmp_path)
    tables = ("campaign_totals", "activity_totals", "platform_totals")
    then = {table: totals(workspace, table) for table in tables}
    assert then["campaign_totals"][0]["views"] > 0
    receipt = night.receive(workspace)
    assert (receipt.received, receipt.left_out) == ((), ())
    publish(workspace, DAY)
    for table in tables:
        today = totals(workspace, table)
        in_both = [column for column in then[table][0] if column in today[0]]
        assert [[row[name] for name in in_both] for row in today] == [
            [row[name] for name in in_both] for row in then[table]
        ]
    assert night.load(workspace, "Asia/Phnom_Penh").synced.loaded == ()


@pytest.mark.parametrize("kept", [KEPT[0], FROZEN[0]], ids=lambda path: path.name.partition(".")[0])
def test_commands_take_a_workspace_of_an_earlier_version(kept: Path, tmp_path: Path) -> None:
    workspace = unpacked(kept, tmp_path)
    views = totals(workspace)[0]["views"]
    assert reach("rebuild", "--home", workspace.home).returncode == 1  # a file that nobody knows is named
    assert reach("publish", "--as-of", str(DAY), "--home", workspace.home).returncode == 0
    assert f"{views:,}" in reach("totals", "--home", workspace.home).stdout
    explained = reach("explain", "forum", "views", "--as-of", str(DAY), "--home", workspace.home)
    assert (explained.returncode, f"{views:,}" in explained.stdout) == (0, True)


@pytest.mark.parametrize("kept", FROZEN, ids=lambda path: path.name.partition(".")[0])
def test_a_report_that_an_earlier_version_froze_differs_in_nothing_that_it_had(kept: Path, tmp_path: Path) -> None:
    workspace = unpacked(kept, tmp_path)
    publish(workspace, DAY)
    frozen = freezing.read(workspace, "final").tables
    differing, _ = freezing.diff(workspace, night.read_plan(workspace), "final")
    assert [one for one in differing if one.metric in frozen[one.table].columns] == []
    assert freezing.write_missing(workspace) == []
    assert (workspace.published / "frozen" / "final" / "reach.json").exists()


def test_all_tables_that_a_warehouse_had_before_todays_have_a_workspace() -> None:
    assert {path.name for path in KEPT} >= {f"tables-{version}.tar.xz" for version in range(1, SCHEMA_VERSION)}
