"""One workspace writes to an address, and a copy of it is noticed: two real workspaces, and a file system in memory."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

from flows.steps import doctor, night, remembered, writing
from flows.steps.lock import only_night
from flows.steps.remembered import Vanished
from flows.steps.settings import Workspace
from tests.conftest import World, meta, post
from tests.flows.published import DAY, publish
from warehouse.archive.remote_blobs import NoArchive, RemoteBlobs
from warehouse.publish.nights import MANIFEST


@pytest.fixture
def ours(world: World) -> Workspace:
    """A workspace whose archive is at an address, and took a file in."""
    with (world.workspace.home / "reach.toml").open("a") as settings:
        settings.write(f'[blobs]\naddress = "memory://{uuid4().hex}/reach"\n')
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    workspace = Workspace(world.workspace.home)
    with only_night(workspace):
        night.receive(workspace)
    return workspace


@pytest.fixture
def copy(ours: Workspace, tmp_path: Path) -> Workspace:
    return Workspace(shutil.copytree(ours.home, tmp_path / "copy"))


def files_of(workspace: Workspace) -> set[str]:
    return set(workspace.archive.blobs.hashes())


def test_a_copy_does_not_go_to_work_and_the_workspace_that_it_was_made_of_does(
    ours: Workspace, copy: Workspace
) -> None:
    with pytest.raises(Vanished, match=rf"another workspace's since .* UTC: {ours.home} on "), only_night(copy):
        raise AssertionError("it went to work")
    with only_night(ours):
        pass


def test_an_older_copy_at_the_same_path_of_another_machine_does_not_go_to_work(
    ours: Workspace, copy: Workspace
) -> None:
    with only_night(ours):
        pass
    shutil.copy(copy.home / writing.FILE, ours.home)
    with pytest.raises(Vanished, match="is another workspace's since"), only_night(ours):
        raise AssertionError("it went to work")


def test_a_rebuild_takes_the_address_over_and_the_other_one_is_told(ours: Workspace, copy: Workspace) -> None:
    with only_night(copy, hold=remembered.archive_given_up):
        pass
    with only_night(copy):
        pass
    with pytest.raises(Vanished, match=f"{copy.home} on "), only_night(ours):
        raise AssertionError("it went to work")


def test_the_doctor_of_the_one_takes_nothing_of_the_other_ones_away(ours: Workspace, copy: Workspace) -> None:
    (copy.inbox / "2024-10-02").mkdir()
    (copy.inbox / "2024-10-02" / "b.csv").write_text(meta(post(2, Views=20)), encoding="utf-8")
    with only_night(copy, hold=remembered.archive_given_up):
        night.receive(copy)
    there = files_of(copy)
    (finding,) = (one for one in doctor.repair(ours) if one.part == "archive")
    assert "is another workspace's since" in finding.sentence
    assert not finding.is_mended
    assert files_of(copy) == there


@pytest.mark.parametrize("is_written", [True, False])
def test_a_run_that_dies_while_it_takes_the_address_does_not_shut_its_workspace_out(
    ours: Workspace, is_written: bool
) -> None:
    blobs = ours.archive.blobs
    assert isinstance(blobs, RemoteBlobs)
    writer = blobs.writer()
    writing.begin(ours)
    if not is_written:
        blobs.begin_writing(writer)
    assert writing.other(ours) is None


def test_a_night_that_another_workspace_overtook_publishes_nothing(ours: Workspace, copy: Workspace) -> None:
    with only_night(ours):
        publish(ours)
        before = (ours.published / MANIFEST).read_bytes()
        computed = night.compute(ours, night.read_plan(ours), DAY)
        with only_night(copy, hold=remembered.archive_given_up):
            pass
        with pytest.raises(NoArchive, match="is another workspace's since"):
            night.release(ours, computed)
    assert (ours.published / MANIFEST).read_bytes() == before


def test_marks_that_cannot_be_read_are_those_of_nobody(ours: Workspace) -> None:
    (ours.home / writing.FILE).write_text("{")
    assert "is another workspace's" in (writing.other(ours) or "")
    files, root = fsspec.url_to_fs(ours.settings.blobs.address)
    assert set(json.loads(files.cat_file(f"{root}/writer.json"))) == {"mark", "home", "host", "at"}


def test_an_archive_in_a_folder_has_no_marks(world: World) -> None:
    writing.begin(world.workspace)
    assert writing.other(world.workspace) is None
    assert not (world.workspace.home / writing.FILE).exists()
