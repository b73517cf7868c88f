"""The archive keeps what came in, as it came."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse.archive.conftest import NOW, drop
from warehouse.archive.archive import Archive
from warehouse.archive.folder import Folder
from warehouse.archive.inbox import receive


def test_what_came_in_is_kept_as_it_came_and_stays_where_it_is(tmp_path: Path, inbox: Path) -> None:
    file = drop(inbox, "a/ក.csv", "ព័ត៌មាន\r\n\x00".encode())
    archive = Archive(tmp_path / "archive")
    (place,) = receive(archive, [Folder(inbox)], NOW).received
    assert archive.content(place.sha256) == file.read_bytes()
    assert (place.path, place.size) == ("a/ក.csv", file.stat().st_size)


def test_a_line_that_a_crash_cut_short_is_passed_over_and_mended(tmp_path: Path, inbox: Path) -> None:
    drop(inbox, "a.csv")
    archive = Archive(tmp_path / "archive")
    receive(archive, [Folder(inbox)], NOW)
    with (archive.folder / "events.jsonl").open("ab") as log:
        log.write(b'{"event": "received", "pa')
    assert len(archive.file_versions()) == 1
    drop(inbox, "b.csv", b"other")
    receive(archive, [Folder(inbox)], NOW)
    assert [p.path for p in archive.file_versions()] == ["a.csv", "b.csv"]


def test_a_damaged_blob_is_found_out(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    one, two = archive.keep(b"one"), archive.keep(b"two")
    blobs = {p.stem: p for p in archive.folder.rglob("*.zst")}
    blobs[one].write_bytes(blobs[two].read_bytes())
    with pytest.raises(ValueError, match="is damaged"):
        archive.content(one)


def test_only_another_plan_is_kept(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    assert [archive.keep_plan(text, NOW) for text in (b"1", b"1", b"2", b"1")] == [True, False, True, True]
    assert archive.last_plan() == b"1"


def test_a_faulty_plan_is_kept_too_and_is_not_the_one_to_go_by(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.keep_plan(b"good", NOW)
    assert archive.keep_plan(b"bad", NOW, is_good=False)
    assert (archive.last_plan(), archive.has_seen_plan(b"bad"), archive.has_seen_plan(b"good")) == (
        b"good",
        True,
        False,
    )
