"""The inbox may be as untidy as it likes."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from warehouse.archive.archive import Archive
from warehouse.archive.inbox import has_news, receive

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


def test_a_file_seen_before_is_not_opened_again(tmp_path: Path, inbox: Path) -> None:
    file = drop(inbox, "a.csv")
    archive = Archive(tmp_path / "archive")
    receive(archive, inbox, NOW)
    before = file.stat().st_atime_ns
    os.utime(file, ns=(before, file.stat().st_mtime_ns))
    assert receive(archive, inbox, NOW).received == ()
    assert not has_news(archive, inbox)
    drop(inbox, "b.csv")
    assert has_news(archive, inbox)


@pytest.mark.parametrize(
    "name",
    ["desktop.ini", "Thumbs.db", ".DS_Store", "~$book.xlsx", "__MACOSX/a.csv", "x.tmp", "a.csv.part", "b.crdownload", ".hidden/a.csv"],
)  # fmt: skip
def test_the_litter_of_shared_drives_is_passed_over_in_silence(tmp_path: Path, inbox: Path, name: str) -> None:
    drop(inbox, name)
    receipt = receive(Archive(tmp_path / "archive"), inbox, NOW)
    assert (receipt.received, receipt.left_out) == ((), ())


def test_an_inbox_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (left,) = receive(Archive(tmp_path / "archive"), tmp_path / "inbox", NOW).left_out
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
    receipt = receive(Archive(tmp_path / "archive"), inbox, NOW)
    assert [p.path for p in receipt.received] == ["open.csv"]
    assert "secret.csv may not be read" in receipt.left_out[0].reason


def test_a_file_still_being_copied_waits_for_the_next_run(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(inbox, "a.csv")
    os.utime(file)
    monkeypatch.setattr(time, "sleep", lambda _: file.write_bytes(b"a,b\n1,2\n3,4\n"))
    archive = Archive(tmp_path / "archive")
    receipt = receive(archive, inbox, NOW)
    assert receipt.received == ()
    assert "still being copied" in receipt.left_out[0].reason
    os.utime(file, (1_700_000_000, 1_700_000_000))
    assert len(receive(archive, inbox, NOW).received) == 1


@pytest.mark.parametrize(("age", "naps"), [(0.0, 1), (4.9, 1), (5.1, 0), (3600.0, 0)])
def test_a_file_of_the_last_five_seconds_is_given_time_to_settle(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, age: float, naps: int
) -> None:
    file, slept = drop(inbox, "a.csv"), list[float]()
    monkeypatch.setattr(time, "time", lambda: file.stat().st_mtime + age)
    monkeypatch.setattr(time, "sleep", slept.append)
    assert receive(Archive(tmp_path / "archive"), inbox, NOW).received
    assert len(slept) == naps
