"""After a kill at any instant the next command ends as if nothing had happened, and shows nothing half-read before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from flows.steps import freezing, news, night, recovery, withdrawal
from flows.steps.lock import only_night
from tests.conftest import World, copy_of, meta, new_world, post
from tests.flows.cli import typed
from warehouse.history.store import CUT_SHORT
from warehouse.publish import nights

KILLED = Path(__file__).parents[2] / "siege" / "killed.py"
AS_OF = ("--as-of", "2024-12-30")


def killed_at(place: str, number: int, *command: object) -> int:
    """The status of a command line that is killed at the n-th call of a function."""
    arguments = [sys.executable, str(KILLED), place, str(number), *map(str, command)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(arguments, env=environment, capture_output=True).returncode


def reach(world: World, *command: str) -> tuple[int, str]:
    """A command's status, and what it says."""
    done = typed.reach(*command, "--home", world.workspace.home)
    return done.returncode, done.stdout + done.stderr


def views(world: World) -> list[int]:
    """What is published of the campaign."""
    return pl.read_parquet(world.workspace.published / "parquet" / "campaign_totals.parquet")["views"].to_list()


@pytest.fixture(scope="module")
def kept_files(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world of three files, of which one was published, for copies."""
    world = new_world(tmp_path_factory.mktemp("kept"))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.load()
    night.release(world.workspace, night.compute(world.workspace, night.read_plan(world.workspace)))
    world.drop("2024-10-01/b.csv", meta(post(2, Views=200)))
    world.drop("2024-10-01/c.csv", meta(post(3, Views=3000)))
    return world


@pytest.fixture
def files(kept_files: World, tmp_path: Path) -> World:
    return copy_of(kept_files, tmp_path)


def test_after_a_kill_in_the_middle_of_a_load_nothing_half_read_is_shown_and_publish_reads_the_rest(
    files: World,
) -> None:
    assert killed_at("following.py::_judge", 1, "night", files.workspace.home) == -9
    assert views(files) == [10]
    assert reach(files, "totals", *AS_OF) == (3, f"{CUT_SHORT}\n")
    assert reach(files, "explain", "forum", "views") == (3, f"{CUT_SHORT}\n")
    status, told = reach(files, "publish", *AS_OF)
    assert (status, views(files)) == (0, [3210])
    assert "had not caught up" in told
    assert "had not caught up" not in reach(files, "publish", *AS_OF)[1]


def test_a_killed_rebuild_leaves_what_is_published_and_publish_reads_all_again(files: World) -> None:
    home = files.workspace.home
    assert killed_at("store.py::put_loads", 1, "rebuild", "--home", home) == -9
    assert views(files) == [10]
    assert reach(files, "publish", *AS_OF)[0] == 0
    assert views(files) == [10]  # what lies in the inbox waits for a night, as ever


def test_what_came_in_and_is_not_read_yet_is_said_of_figures_that_lack_it(files: World) -> None:
    night.receive(files.workspace)
    status, told = reach(files, "totals", *AS_OF)
    assert status == 1
    assert "not in these figures" in told
    reach(files, "publish", *AS_OF)
    assert reach(files, "totals", *AS_OF)[0] == 0


def test_a_withdrawal_that_was_only_logged_is_followed_before_anything_else(
    files: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(withdrawal, "follow_withdrawals", dies)
        with pytest.raises(KeyboardInterrupt):
            withdrawal.withdraw(files.workspace, "a.csv", "wrong", "me")
    assert reach(files, "totals", *AS_OF)[0] == 1
    assert reach(files, "publish", *AS_OF)[0] == 0
    assert views(files) == [None]


def test_a_look_at_the_inbox_has_news_where_a_run_was_cut_short_before_it_published(files: World) -> None:
    files.load()
    assert news.has_news(files.workspace)
    reach(files, "publish", *AS_OF)
    assert not news.has_news(files.workspace)


def test_whatever_command_comes_next_completes_a_night_and_a_frozen_report_and_takes_litter_away(files: World) -> None:
    home, published = files.workspace.home, files.workspace.published
    assert killed_at("freezing.py::_write", 1, "freeze", "final", "--home", home, *AS_OF) == -9
    assert killed_at("nights.py::_replace", 7, "publish", "--home", home, *AS_OF) == -9
    assert nights.manifest(published)["number"] == 1
    spilled, half = home / "warehouse.duckdb.tmp", files.workspace.archive.folder / ".unfinished" / "x.1"
    half.parent.mkdir()
    spilled.mkdir()
    half.write_bytes(b"half")
    with only_night(files.workspace):
        assert nights.manifest(published)["number"] == 2
        assert {path.name for path in (published / "frozen" / "final").iterdir()} == {
            "reach.duckdb",
            "reach.json",
            "final-en.xlsx",
            "final-km.xlsx",
        }
    assert [path for path in home.rglob("*") if ".unfinished" in path.parts or path.name.endswith(".tmp")] == []
    assert freezing.read(files.workspace, "final").name == "final"


def test_what_a_killed_night_had_started_is_ended_and_nothing_of_another_workspace(
    world: World, tmp_path: Path
) -> None:
    starts = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; print(1, flush=True); time.sleep(60)'])"
    marked = {"NIGHT_OF_REACH_WORKSPACE": str(world.workspace.home.resolve())}
    other = {"NIGHT_OF_REACH_WORKSPACE": str(tmp_path)}
    orphans = [
        subprocess.Popen([sys.executable, "-c", starts], env=os.environ | mark, stdout=subprocess.PIPE)
        for mark in (marked, other)
    ]
    for orphan in orphans:
        assert orphan.stdout is not None
        assert orphan.stdout.readline() == b"1\n"
        orphan.wait()
    recovery.recover(world.workspace)
    assert orphans[0].stdout is not None
    assert orphans[0].stdout.read() == b""  # its end is closed, since nobody holds the other one any more
    running = [environment for environment in Path("/proc").glob("[0-9]*/environ") if _has(environment, other)]
    assert len(running) == 1
    os.kill(int(running[0].parent.name), 9)


def _has(environment: Path, mark: dict[str, str]) -> bool:
    try:
        content = environment.read_bytes()
    except OSError:
        return False
    return all(f"{name}={value}".encode() in content.split(b"\0") for name, value in mark.items())
