"""An archive whose files lie at an address of S3: the same figures, and a sentence where the server goes away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.steps import doctor, night
from flows.steps.init import create_demo
from flows.steps.lock import only_night
from flows.steps.remembered import Vanished, archive_given_up
from flows.steps.settings import Workspace
from tests.flows.published import publish
from tests.s3_server import BUCKET, KEY, SECRET, owner, running_s3, settings
from tests.tcp_proxy import Line, line_to
from warehouse.archive.blobs import name_of
from warehouse.archive.remote_blobs import NoArchive
from warehouse.figures.tables import CLOCKED


def at_s3(home: Path, port: int, prefix: str) -> Workspace:
    """A workspace from the sample whose archive is in a bucket."""
    create_demo(home)
    with (home / "reach.toml").open("a") as file:
        file.write(settings(port, prefix))
    (home / ".env").write_text(f"REACH_BLOBS__SECRET={KEY}:{SECRET}\n")
    return Workspace(home)


@dataclass
class Bucket:
    """A server of S3, the line to it, and a workspace whose archive is there, after its night."""

    port: int
    line: Line
    workspace: Workspace

    def object_of(self, path: str) -> dict[str, str]:
        """What a file is called in the bucket."""
        sha256 = next(one.sha256 for one in self.workspace.archive.file_versions() if one.path == path)
        return {"Bucket": BUCKET, "Key": f"ours/{name_of(sha256)}"}


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    folder = tmp_path_factory.mktemp("s3")
    with running_s3(folder) as port, line_to(port) as line:
        workspace = at_s3(folder / "sample", line.port, "ours")
        with only_night(workspace):
            publish(workspace)
        yield Bucket(port, line, workspace)


def tables_of(workspace: Workspace) -> dict[str, bytes]:
    files = (workspace.published / "parquet").glob("*.parquet")
    return {file.name: file.read_bytes() for file in files if file.stem not in CLOCKED}


def test_a_night_with_its_archive_at_an_address_publishes_the_bytes_that_one_with_a_folder_does(
    bucket: Bucket, published: Workspace
) -> None:
    there, here = tables_of(bucket.workspace), tables_of(published)
    assert len(there) >= 20
    assert there == here
    assert [path.name for path in bucket.workspace.archive.folder.iterdir()] == ["events.jsonl"]
    kept = {"Bucket": BUCKET, "Prefix": "ours/blobs/"}
    assert owner(bucket.port).list_objects_v2(**kept)["KeyCount"] == len(set(bucket.workspace.archive.blobs.hashes()))


def test_a_server_that_goes_away_ends_a_night_in_a_sentence_and_the_next_one_is_whole(
    bucket: Bucket, tmp_path: Path
) -> None:
    workspace = at_s3(tmp_path / "sample", bucket.line.port, "night")
    with only_night(workspace):
        received = night.receive(workspace).received
        good = night.keep_plan(workspace)
        bucket.line.cut()
        try:
            with pytest.raises(NoArchive, match=r"^The archive at s3://reach/night cannot be reached .* stands\.$"):
                night.load(workspace, good.plan.project.timezone)
            with pytest.raises(NoArchive):
                workspace.archive.keep(b"another file")
        finally:
            bucket.line.mend()
    with only_night(workspace):
        loaded = night.load(workspace, good.plan.project.timezone)
    assert (len(loaded.synced.loaded), loaded.synced.refused, loaded.problems) == (len(received), (), [])


def test_the_log_the_plan_and_the_settings_are_all_that_another_machine_needs_beside_the_address(
    bucket: Bucket, tmp_path: Path
) -> None:
    here, there = bucket.workspace, Workspace(tmp_path / "moved")
    there.home.mkdir()
    for name in ("plan.toml", "reach.toml", ".env"):
        shutil.copy(here.home / name, there.home)
    (there.home / "archive").mkdir()
    shutil.copy(here.archive.folder / "events.jsonl", there.home / "archive")
    with only_night(there, hold=archive_given_up):
        night.rebuild(there, "Asia/Phnom_Penh")
        publish(there)
    assert tables_of(there) == tables_of(here)
    with only_night(here, hold=archive_given_up):  # it takes its address back
        here.archive.blobs.require_ours()


def test_without_its_server_nothing_begins_and_the_doctor_says_so(bucket: Bucket) -> None:
    workspace = Workspace(bucket.workspace.home)
    bucket.line.cut()
    try:
        with pytest.raises(Vanished, match="cannot be reached"), only_night(workspace):
            raise AssertionError("it began")
        (finding,) = (one for one in doctor.examine(workspace) if one.part == "archive")
        assert "cannot be reached" in finding.sentence
    finally:
        bucket.line.mend()


def test_a_server_that_hangs_is_not_waited_for(bucket: Bucket) -> None:
    workspace = bucket.workspace
    bucket.line.seconds = 3.0
    try:
        with pytest.raises(NoArchive, match="did not answer in time"):
            workspace.archive.content(workspace.archive.file_versions()[0].sha256)
    finally:
        bucket.line.seconds = 0.0


def test_files_that_are_removed_or_damaged_there_are_found_and_taken_from_the_inbox_again(bucket: Bucket) -> None:
    workspace, client = bucket.workspace, owner(bucket.port)
    removed, damaged = [one.path for one in workspace.archive.file_versions() if one.path.endswith(".csv")][:2]
    client.delete_object(**bucket.object_of(removed))
    client.put_object(**bucket.object_of(damaged), Body=b"other bytes")
    findings = doctor.repair(workspace)
    assert [(one.part, one.is_mended) for one in findings] == [("blob", True)] * 2
    assert "is missing" in findings[0].sentence
    assert "cannot be read" in findings[1].sentence


@pytest.mark.parametrize(
    ("prefix", "name", "sentence"),
    [
        ("emptied", BUCKET, "The archive at s3://reach/emptied is not there, with everything that came in"),
        ("no-bucket", "no-such-bucket", "The archive at s3://no-such-bucket/no-bucket is not there"),
    ],
)
def test_an_archive_that_is_not_at_its_address_stops_a_night(
    bucket: Bucket, tmp_path: Path, prefix: str, name: str, sentence: str
) -> None:
    workspace = at_s3(tmp_path / "sample", bucket.line.port, prefix)
    with only_night(workspace):
        night.receive(workspace)
    client = owner(bucket.port)
    for one in client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/")["Contents"]:
        client.delete_object(Bucket=BUCKET, Key=one["Key"])
    file = workspace.home / "reach.toml"
    file.write_text(file.read_text().replace(f"s3://{BUCKET}/", f"s3://{name}/"))
    with pytest.raises(Vanished, match=sentence), only_night(Workspace(workspace.home)):
        raise AssertionError("it began")


def test_a_first_night_without_its_bucket_begins_nothing(bucket: Bucket, tmp_path: Path) -> None:
    workspace = at_s3(tmp_path / "sample", bucket.line.port, "first")
    file = workspace.home / "reach.toml"
    file.write_text(file.read_text().replace(f"s3://{BUCKET}/", "s3://no-such-bucket/"))
    with pytest.raises(NoArchive, match="does not exist; see its address"), only_night(Workspace(workspace.home)):
        raise AssertionError("it began")
