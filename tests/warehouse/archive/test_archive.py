"""The archive keeps what came in, as it came, and the inbox may be as untidy as it likes."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion, in_force

NOW = datetime(2024, 12, 1)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def drop(inbox: Path, path: str, content: bytes = b"a,b\n1,2\n") -> Path:
    file = inbox / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return file


def test_what_came_in_is_kept_as_it_came_and_stays_where_it_is(tmp_path: Path, inbox: Path) -> None:
    file = drop(inbox, "a/ក.csv", "ព័ត៌មាន\r\n\x00".encode())
    archive = Archive(tmp_path / "archive")
    (place,) = archive.receive(inbox, NOW).received
    assert archive.content(place.sha256) == file.read_bytes()
    assert (place.path, place.size) == ("a/ក.csv", file.stat().st_size)


def test_a_file_seen_before_is_not_opened_again(tmp_path: Path, inbox: Path) -> None:
    file = drop(inbox, "a.csv")
    archive = Archive(tmp_path / "archive")
    archive.receive(inbox, NOW)
    before = file.stat().st_atime_ns
    os.utime(file, ns=(before, file.stat().st_mtime_ns))
    assert archive.receive(inbox, NOW).received == ()
    assert not archive.has_news(inbox)
    drop(inbox, "b.csv")
    assert archive.has_news(inbox)


@pytest.mark.parametrize(
    "name",
    ["desktop.ini", "Thumbs.db", ".DS_Store", "~$book.xlsx", "__MACOSX/a.csv", "x.tmp", "a.csv.part", "b.crdownload", ".hidden/a.csv"],
)  # fmt: skip
def test_the_litter_of_shared_drives_is_passed_over_in_silence(tmp_path: Path, inbox: Path, name: str) -> None:
    drop(inbox, name)
    receipt = Archive(tmp_path / "archive").receive(inbox, NOW)
    assert (receipt.received, receipt.left_out) == ((), ())


def test_an_inbox_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (left,) = Archive(tmp_path / "archive").receive(tmp_path / "inbox", NOW).left_out
    assert "does not exist" in left.reason


def test_what_the_system_does_not_let_us_read_is_named_and_the_rest_is_taken(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(inbox, "secret.csv")
    drop(inbox, "open.csv")
    reads = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "secret.csv":
            raise PermissionError(13, "Permission denied")
        return reads(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    receipt = Archive(tmp_path / "archive").receive(inbox, NOW)
    assert [p.path for p in receipt.received] == ["open.csv"]
    assert "secret.csv may not be read" in receipt.left_out[0].reason


def test_a_file_still_being_copied_waits_for_the_next_run(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(inbox, "a.csv")
    os.utime(file)
    monkeypatch.setattr(time, "sleep", lambda _: file.write_bytes(b"a,b\n1,2\n3,4\n"))
    archive = Archive(tmp_path / "archive")
    receipt = archive.receive(inbox, NOW)
    assert receipt.received == ()
    assert "still being copied" in receipt.left_out[0].reason
    os.utime(file, (1_700_000_000, 1_700_000_000))
    assert len(archive.receive(inbox, NOW).received) == 1


def test_a_line_that_a_crash_cut_short_is_passed_over_and_mended(tmp_path: Path, inbox: Path) -> None:
    drop(inbox, "a.csv")
    archive = Archive(tmp_path / "archive")
    archive.receive(inbox, NOW)
    with (archive.folder / "events.jsonl").open("ab") as log:
        log.write(b'{"event": "received", "pa')
    assert len(archive.places()) == 1
    drop(inbox, "b.csv", b"other")
    archive.receive(inbox, NOW)
    assert [p.path for p in archive.places()] == ["a.csv", "b.csv"]


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


places = st.lists(
    st.builds(
        FileVersion,
        path=st.sampled_from(["a.csv", "2024-10-01/a.csv", "2024-10-01/b/a.csv", "x/2024-10-02/a.csv", "2024-99-01/a.csv", "2030-01-01/a.csv"]),
        sha256=st.sampled_from("xy"),
        size=st.just(1),
        modified_at=st.datetimes(datetime(2024, 1, 1), datetime(2024, 11, 1)),
        received_at=st.just(NOW),
    ),
    max_size=8,
)  # fmt: skip


@given(places, st.randoms())
def test_which_places_count_does_not_depend_on_their_order(found: list[FileVersion], chance: object) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_force(found) == in_force(shuffled)


@given(places)
def test_of_the_same_bytes_each_dated_day_counts_once_and_undated_places_only_without_one(
    found: list[FileVersion],
) -> None:
    for content in {p.sha256 for p in found}:
        same = [p for p in found if p.sha256 == content]
        days = {p.folder_day for p in same} - {None}
        chosen = [p for p in in_force(found) if p.sha256 == content]
        assert {p.folder_day for p in chosen} == (days or {None})
        assert len(chosen) == max(len(days), 1)
        if not days:
            assert chosen[0].modified_at == min(p.modified_at for p in same)


def test_a_folder_dated_in_the_future_is_not_a_day(tmp_path: Path) -> None:
    assert FileVersion("2030-01-01/a.csv", "x", 1, NOW, NOW).folder_day is None
    assert str(FileVersion("2024-10-01/b/a.csv", "x", 1, NOW, NOW).folder_day) == "2024-10-01"
