"""Folders of partners: synced, half synced, and gone."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.warehouse.archive.conftest import NOW, drop
from warehouse.archive.archive import Archive
from warehouse.archive.folder import Folder
from warehouse.archive.inbox import has_news, receive

PARTNER = ("Open Budget Circle",)


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    (tmp_path / "My Drive").mkdir()
    return tmp_path / "My Drive"


def test_files_of_several_inboxes_are_told_apart_by_whose_they_are(tmp_path: Path, inbox: Path, drive: Path) -> None:
    drop(inbox, "a.csv")
    drop(drive, "a.csv")
    drop(drive, "2024-12-30/b.csv")
    archive, inboxes = Archive(tmp_path / "archive"), [Folder(inbox), Folder(drive, PARTNER)]
    assert has_news(archive, inboxes)
    received = receive(archive, inboxes, NOW).received
    assert [version.path for version in received] == [
        "a.csv", "Open Budget Circle/a.csv", "Open Budget Circle/2024-12-30/b.csv"
    ]  # fmt: skip
    assert not has_news(archive, inboxes)
    assert receive(archive, inboxes, NOW).received == ()


@pytest.mark.parametrize(
    "name",
    ["~$book.xlsx", ".~lock.book.ods#", "desktop.ini", "Desktop.ini", "a.csv.tmp", "~syncthing~a.csv.tmp", ".dropbox",
     ".tmp.driveupload/1", ".sync_a.db", "a.csv.partial", "Icon\r"],
)  # fmt: skip
def test_the_litter_of_sync_clients_is_passed_over(tmp_path: Path, drive: Path, name: str) -> None:
    drop(drive, name)
    receipt = receive(Archive(tmp_path / "archive"), [Folder(drive, PARTNER)], NOW)
    assert (receipt.received, receipt.left_out) == ((), ())


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "is empty (0 bytes): it is not synced yet"),
        (".a.csv.icloud", b"bplist00", "stands for a file that is online only"),
        ("Posts.gsheet", b"{}", "stands for a file that is online only"),
        ("a (Maly's conflicted copy 2024-12-30).csv", b"a", "is a conflicted copy"),
        ("a (conflicted copy 2024-12-30 101010).csv", b"a", "is a conflicted copy"),
        ("a.sync-conflict-20241230-101010-ABCDEFG.csv", b"a", "is a conflicted copy"),
        ("plan.xlsx", b"PK", "is named as a plan, and a plan counts only in the workspace"),
    ],
)
def test_what_is_not_the_file_itself_is_named_and_is_no_news(
    tmp_path: Path, drive: Path, name: str, content: bytes, sentence: str
) -> None:
    drop(drive, name, content)
    drop(drive, "z.csv")
    archive, inboxes = Archive(tmp_path / "archive"), [Folder(drive, PARTNER)]
    receipt = receive(archive, inboxes, NOW)
    assert [version.path for version in receipt.received] == ["Open Budget Circle/z.csv"]
    assert [left.path for left in receipt.left_out] == [f"Open Budget Circle/{name}"]
    assert sentence in receipt.left_out[0].reason
    assert not has_news(archive, inboxes)


def test_a_placeholder_is_taken_once_it_is_synced(tmp_path: Path, drive: Path) -> None:
    archive, inboxes = Archive(tmp_path / "archive"), [Folder(drive, PARTNER)]
    drop(drive, "a.csv", b"")
    assert receive(archive, inboxes, NOW).received == ()
    drop(drive, "a.csv", b"a,b\n1,2\n")
    assert has_news(archive, inboxes)
    assert len(receive(archive, inboxes, NOW).received) == 1


def test_an_empty_file_of_the_projects_own_inbox_comes_in_and_is_refused_as_before(tmp_path: Path, inbox: Path) -> None:
    drop(inbox, "a.csv", b"")
    assert len(receive(Archive(tmp_path / "archive"), [Folder(inbox)], NOW).received) == 1


def test_a_folder_that_is_not_there_costs_itself_and_is_no_news(tmp_path: Path, inbox: Path, drive: Path) -> None:
    drop(drive, "a.csv")
    archive, inboxes = Archive(tmp_path / "archive"), [Folder(tmp_path / "gone", ("gone",)), Folder(drive, PARTNER)]
    assert has_news(archive, inboxes)
    receipt = receive(archive, inboxes, NOW)
    assert [version.path for version in receipt.received] == ["Open Budget Circle/a.csv"]
    assert [left.reason for left in receipt.left_out] == [
        f"The inbox {tmp_path / 'gone'} does not exist; make the folder, or set another."
    ]
    assert not has_news(archive, inboxes)


def test_a_folder_that_vanishes_while_it_is_read_is_told_in_one_sentence(
    tmp_path: Path, inbox: Path, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(inbox, "z.csv")
    for name in ("a.csv", "b.csv", "sub/c.csv"):
        os.utime(drop(drive, name))
    monkeypatch.setattr(time, "sleep", lambda _: shutil.rmtree(drive))
    receipt = receive(Archive(tmp_path / "archive"), [Folder(drive, PARTNER), Folder(inbox)], NOW)
    assert [version.path for version in receipt.received] == ["z.csv"]
    assert [left.reason for left in receipt.left_out] == [
        f"The inbox {drive} went away while it was read; the next run takes what was not taken."
    ]
