"""A damaged warehouse is put aside and made again by whatever may change something, and what is newer is left alone."""

from __future__ import annotations

import random
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pytest

from flows.steps import healing, night
from flows.steps.settings import Workspace
from tests.conftest import World, copy_of, meta, new_world, post
from tests.flows.cli.typed import reach
from tests.flows.published import publish
from warehouse.archive.receipts import shown_path
from warehouse.history.damage import Damaged, Newer
from warehouse.publish.snapshot import query_published

DAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def kept_night(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world after a night over one file, for copies."""
    world = new_world(tmp_path_factory.mktemp("kept"))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    publish(world.workspace)
    return world


@pytest.fixture
def one_night(kept_night: World, tmp_path: Path) -> World:
    return copy_of(kept_night, tmp_path)


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


@pytest.mark.parametrize("seed", range(3))
def test_a_night_that_meets_damage_puts_the_warehouse_aside_and_publishes_what_it_would_have(
    one_night: World, seed: int
) -> None:
    workspace = one_night.workspace
    before, chance = _snapshot(one_night), random.Random(seed)
    content = bytearray(workspace.warehouse_file.read_bytes())
    for _ in range(9):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    workspace.warehouse_file.write_bytes(content)
    _, at_once = healing.past_damage(workspace, DAY, partial(healing.require_opens, workspace))
    _, healed = healing.past_damage(workspace, DAY, partial(publish, workspace))
    aside = workspace.home / f"warehouse.damaged-{DAY}.duckdb"
    assert [*at_once, *healed] == [
        "warehouse.duckdb is damaged: bytes of it are not as they were written. It was put aside as "
        f"{aside.name} and is made again from the archive."
    ]
    assert aside.read_bytes() == content
    assert _snapshot(one_night) == before


def test_what_was_read_wrong_once_is_read_again_and_stays(one_night: World) -> None:
    file, tries = one_night.workspace.warehouse_file, list[int]()

    def step() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise Damaged(file, "bytes of it are not as they were written")
        return "done"

    assert healing.past_damage(one_night.workspace, DAY, step) == ("done", [])
    assert file.exists()


def test_a_step_that_meets_damage_twice_ends_with_it(one_night: World) -> None:
    def step() -> None:
        raise Damaged(one_night.workspace.warehouse_file, "bytes of it are not as they were written")

    with pytest.raises(Damaged):
        healing.past_damage(one_night.workspace, DAY, step)


def test_what_a_newer_version_published_is_not_replaced(one_night: World) -> None:
    with duckdb.connect(str(one_night.workspace.published / "reach.duckdb")) as connection:
        connection.execute("update about set schema_version = '1.10'")
    with pytest.raises(Newer, match=r"newer version of Reach \(tables 1\.10, here "):
        healing.heal(one_night.workspace, DAY)
    with pytest.raises(Newer):
        healing.require_opens(one_night.workspace)
    assert reach("publish", "--home", one_night.workspace.home).returncode == 3


def test_what_is_published_and_damaged_is_replaced(one_night: World) -> None:
    (one_night.workspace.published / "reach.duckdb").write_bytes(b"a text")
    assert healing.heal(one_night.workspace, DAY) == []
    publish(one_night.workspace)
    assert _snapshot(one_night)


def _lose(world: World, path: str) -> Path:
    """Damages the bytes of a file in the archive; where they lie."""
    version = next(one for one in world.workspace.archive.file_versions() if one.path == path)
    blob = world.workspace.archive.blobs.path(version.sha256)
    blob.write_bytes(blob.read_bytes()[:-9])
    return blob


@pytest.mark.parametrize("name", ["b.csv", "caf\udce9.csv"])
def test_a_lost_file_is_taken_from_the_inbox_again(one_night: World, name: str) -> None:
    one_night.drop(name, meta(post(2, Views=5)))
    publish(one_night.workspace)
    before, blob = _snapshot(one_night), _lose(one_night, shown_path(name))
    loaded = night.rebuild(one_night.workspace, "Asia/Phnom_Penh")
    assert (loaded.problems, len(loaded.synced.loaded)) == ([], 2)
    assert one_night.workspace.archive.blobs.loss(blob.stem) is None
    publish(one_night.workspace)
    assert _snapshot(one_night) == before


def test_a_file_that_is_lost_everywhere_costs_its_own_figures_and_is_named_until_it_comes_back(
    one_night: World,
) -> None:
    file = one_night.drop("b.csv", meta(post(2, Views=5)))
    one_night.load()
    content = file.read_bytes()
    file.unlink()
    _lose(one_night, "b.csv")
    assert one_night.load().problems == []  # nobody reads it: its figures stand
    assert one_night.campaign()["views"] == 15
    night.rebuild(one_night.workspace, "Asia/Phnom_Penh")
    for _ in range(2):
        (problem,) = one_night.load().problems
        assert problem.startswith("b.csv cannot be read, since archive/blobs/")
        assert "its figures are missing everywhere: put the same file into the inbox again" in problem
        assert one_night.campaign()["views"] == 10
    one_night.drop("elsewhere/b.csv", content)
    assert one_night.load().problems == []
    assert one_night.campaign()["views"] == 15


def test_the_figures_of_a_lost_file_stand_where_it_would_only_be_read_anew(one_night: World) -> None:
    one_night.drop("b.csv", meta(post(2, Views=5)))
    one_night.load()
    (one_night.workspace.inbox / "b.csv").unlink()
    _lose(one_night, "b.csv")
    (one_night.workspace.home / "reach.toml").write_text('[facebook]\nzone = "UTC"\n')  # read anew
    again = World(Workspace(one_night.workspace.home))
    (problem,) = again.load().problems
    assert "its figures stand as they were read before" in problem
    assert again.campaign()["views"] == 15
