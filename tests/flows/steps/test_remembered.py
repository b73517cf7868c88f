"""An archive that vanished is not an empty one, and a clock that was set back stops a run or waits."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.steps import clock, night, remembered
from flows.steps.lock import only_night
from flows.steps.remembered import ClockSetBack, Vanished
from flows.steps.settings import Workspace
from tests.conftest import World, meta, new_world, post
from tests.flows.cli.typed import reach
from tests.flows.published import publish


@pytest.fixture(scope="module")
def kept_night(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace after a night over two files, for copies."""
    world = new_world(tmp_path_factory.mktemp("kept"))
    for number in (1, 2):
        world.drop(f"2024-10-0{number}/a.csv", meta(post(number, Views=10)))
        with only_night(world.workspace):
            publish(world.workspace)
    return world.workspace


@pytest.fixture
def world(kept_night: Workspace, tmp_path: Path) -> World:
    return World(Workspace(Path(shutil.copytree(kept_night.home, tmp_path / "workspace"))))


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file() and "lock" not in file.name}


def _without_log(archive: Path) -> None:
    (archive / "events.jsonl").unlink()


def _empty_log(archive: Path) -> None:
    (archive / "events.jsonl").write_bytes(b"")


def _empty_folder(archive: Path) -> None:
    shutil.rmtree(archive)
    archive.mkdir()


def _without_blobs(archive: Path) -> None:
    shutil.rmtree(archive / "blobs")


def _shorter_log(archive: Path) -> None:
    lines = (archive / "events.jsonl").read_bytes().splitlines(keepends=True)
    (archive / "events.jsonl").write_bytes(b"".join(lines[:-1]))


def _other_log(archive: Path) -> None:
    log = archive / "events.jsonl"
    log.write_bytes(b"".join(reversed(log.read_bytes().splitlines(keepends=True))))


@pytest.mark.parametrize(
    ("lose", "what"),
    [
        (shutil.rmtree, "The archive .* is not there"),
        (_empty_folder, "The archive .* is empty, and was not"),
        (_without_blobs, "blobs is not there"),
        (_without_log, r"events\.jsonl is not there, or empty"),
        (_empty_log, r"events\.jsonl is not there, or empty"),
        (_shorter_log, r"shorter than it was .* loses 1 file \(2024-10-02/a.csv\)"),
        (_other_log, "not the one that was here before"),
    ],
)
@pytest.mark.parametrize("is_remembered", [True, False])
def test_an_archive_that_vanished_changes_nothing_and_says_what_is_missing(
    world: World, lose: Callable[[Path], object], what: str, is_remembered: bool
) -> None:
    workspace = world.workspace
    if not is_remembered:  # as after a version that remembered nothing; what is there still tells that something was
        (workspace.home / remembered.FILE).unlink()
    lose(workspace.archive.folder)
    if not is_remembered and lose in (_without_blobs, _shorter_log, _other_log):
        return
    before = _everything(workspace.home)
    with pytest.raises(Vanished, match=what), only_night(workspace):
        pytest.fail("a run began")
    assert _everything(workspace.home) == before


def test_a_new_workspace_has_lost_nothing(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    with only_night(world.workspace):
        assert remembered.remarks(world.workspace) == []
    assert not (world.workspace.home / remembered.FILE).exists()


def test_a_log_that_goes_on_is_the_same_and_so_is_one_whose_last_line_was_cut_short(world: World) -> None:
    world.drop("2024-10-03/a.csv", meta(post(3, Views=10)))
    world.load()  # as by a run that was killed before it could remember
    with (world.workspace.archive.folder / "events.jsonl").open("ab") as log:
        log.write(b'{"event": "rec')
    with only_night(world.workspace):
        assert world.load().synced.loaded == ()


def test_a_rebuild_goes_by_an_older_archive_and_names_what_it_loses(world: World) -> None:
    home = world.workspace.home
    _shorter_log(world.workspace.archive.folder)
    (world.workspace.inbox / "2024-10-02/a.csv").unlink()
    assert reach("publish", "--home", home).returncode == 3
    rebuilt = reach("rebuild", "--home", home)
    assert (rebuilt.returncode, "it is lost: 1 file (2024-10-02/a.csv)" in rebuilt.stderr) == (1, True)
    with only_night(world.workspace):
        assert world.campaign()["views"] == 10


def _set_back(workspace: Workspace, by: timedelta) -> None:
    """Lets the last run have been later than now."""
    memory = remembered.read(workspace)
    assert memory
    remembered._write(workspace, replace(memory, at=clock.system_now() + by))


def test_a_clock_far_behind_stops_a_run_and_one_that_is_little_behind_waits(world: World) -> None:
    _set_back(world.workspace, timedelta(days=1, minutes=1))
    with pytest.raises(ClockSetBack, match=r"Set the clock.* reach doctor --repair"), only_night(world.workspace):
        pytest.fail("a run began")
    _set_back(world.workspace, timedelta(hours=23))
    memory = remembered.read(world.workspace)
    assert memory
    with only_night(world.workspace):
        assert night.now() == memory.at
        (sentence,) = remembered.remarks(world.workspace)
        assert sentence.startswith("The clock of this machine is 13")
        publish(world.workspace)
    assert remembered.read(world.workspace) == memory
    assert night.now() < memory.at
    _set_back(world.workspace, timedelta(minutes=4))
    with only_night(world.workspace):
        assert remembered.remarks(world.workspace) == []


def test_an_inbox_that_lost_everything_costs_nothing_and_is_said(world: World) -> None:
    before = world.campaign()
    shutil.rmtree(world.workspace.inbox)
    world.workspace.inbox.mkdir()
    assert world.campaign() == before
    (sentence,) = remembered.remarks(world.workspace)
    assert "is empty, and files came from it before" in sentence
    (world.workspace.inbox / "README.txt").write_text("what came in was put away")
    assert remembered.remarks(world.workspace) == []


def test_a_memory_that_cannot_be_read_is_made_again(world: World) -> None:
    (world.workspace.home / remembered.FILE).write_text("[")
    with only_night(world.workspace):
        pass
    assert remembered.read(world.workspace)


def test_a_changed_bit_of_what_is_remembered_is_never_taken_for_another_archive(world: World) -> None:
    file = world.workspace.home / remembered.FILE
    whole, kept = file.read_bytes(), remembered.read(world.workspace)
    for at in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[at // 8] ^= 1 << at % 8
        file.write_bytes(changed)
        assert remembered.read(world.workspace) in (None, kept)


def test_what_an_older_version_remembered_counts(world: World) -> None:
    file, kept = world.workspace.home / remembered.FILE, remembered.read(world.workspace)
    of_before = {key: value for key, value in json.loads(file.read_text()).items() if key != "check"}
    file.write_text(json.dumps(of_before))
    assert kept is not None
    assert remembered.read(world.workspace) == kept


def test_each_inbox_that_lost_everything_is_said_by_its_own_name(world: World) -> None:
    drive = world.workspace.home / "drive"
    drive.mkdir()
    (world.workspace.home / "reach.toml").write_text('[[inbox]]\npath = "drive"\norganisation = "Partner"\n')
    workspace = Workspace(world.workspace.home)
    (drive / "a.csv").write_text("a")
    night.receive(workspace)
    assert remembered.remarks(workspace) == []
    (drive / "a.csv").unlink()
    (sentence,) = remembered.remarks(workspace)
    assert sentence.startswith(f"The inbox {drive} is empty, and files came from it before")
