"""A damaged warehouse is put aside and made again by whatever may change something, and what is newer is left alone."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from flows.steps import healing, night
from tests.conftest import World, meta, post
from tests.flows.cli.typed import reach
from tests.flows.published import publish
from warehouse.history.store import Newer
from warehouse.publish.snapshot import query_published

DAY = date(2026, 11, 28)


@pytest.fixture
def one_night(world: World) -> World:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    publish(world.workspace)
    return world


def _snapshot(world: World) -> object:
    return query_published(world.workspace.published, "select snapshot_id from about").item()


def test_a_whole_warehouse_stays_and_a_missing_one_is_no_damage(one_night: World) -> None:
    file = one_night.workspace.warehouse_file
    before = file.read_bytes()
    assert healing.heal(one_night.workspace, DAY) == []
    assert file.read_bytes() == before
    file.unlink()
    assert healing.heal(one_night.workspace, DAY) == []


@pytest.mark.parametrize("command", [["rebuild"], ["publish", "--as-of", "2024-12-30"]])
def test_a_command_that_changes_something_makes_a_damaged_warehouse_again_and_says_so(
    one_night: World, command: list[str]
) -> None:
    workspace = one_night.workspace
    before = _snapshot(one_night)
    content = workspace.warehouse_file.read_bytes()
    workspace.warehouse_file.write_bytes(content[:10_000])
    looked = reach("totals", "--as-of", "2024-12-30", "--home", workspace.home)
    assert (looked.returncode, looked.stdout) == (3, "")
    assert "warehouse.duckdb is damaged: bytes of it are not as they were written. reach rebuild" in looked.stderr
    done = reach(*command, "--home", workspace.home)
    aside = workspace.home / f"warehouse.damaged-{night.now().date()}.duckdb"
    assert (done.returncode, aside.stat().st_size) == (1, 10_000)
    assert f"It was put aside as {aside.name}" in done.stderr
    publish(workspace)
    assert _snapshot(one_night) == before


def test_what_a_newer_version_published_is_not_replaced(one_night: World) -> None:
    with duckdb.connect(str(one_night.workspace.published / "reach.duckdb")) as connection:
        connection.execute("update about set schema_version = '1.10'")
    with pytest.raises(Newer, match=r"newer version of Reach \(tables 1\.10, here "):
        healing.heal(one_night.workspace, DAY)
    assert reach("publish", "--home", one_night.workspace.home).returncode == 3


def test_what_is_published_and_damaged_is_replaced(one_night: World) -> None:
    (one_night.workspace.published / "reach.duckdb").write_bytes(b"a text")
    assert healing.heal(one_night.workspace, DAY) == []
    publish(one_night.workspace)
    assert _snapshot(one_night)
