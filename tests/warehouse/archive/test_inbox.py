"""The inbox may be as untidy as it likes."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.warehouse.archive.conftest import NOW, drop
from warehouse.archive import inbox as inbox_module
from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion
from warehouse.archive.folder import DEEPEST, Folder, named_in
from warehouse.archive.inbox import SMALL_BYTES
from warehouse.archive.receipts import KHMER, MAX_FILE_BYTES, PLAN, Receipt, shown_path


def receive(archive: Archive, folder: Path, now: datetime) -> Receipt:
    """Takes what is new in the project's own inbox."""
    return inbox_module.receive(archive, [Folder(folder)], now)


def has_news(archive: Archive, folder: Path) -> bool:
    """Whether there is something new in it."""
    return inbox_module.has_news(archive, [Folder(folder)])


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


def fail_to_open(monkeypatch: pytest.MonkeyPatch, name: str, error: OSError) -> None:
    """The system refuses whatever is called so, as it would an account without permission, which tests may not be."""
    opens = os.open

    def refused(path: str | Path, flags: int, *, dir_fd: int | None = None) -> int:
        if os.path.basename(path) == name:
            raise error
        return opens(path, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refused)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "may not be read by this account; give it read permission"),
        (errno.EIO, "could not be read (Input/output error); it is tried again"),
        (errno.ELOOP, "could not be read (Too many levels of symbolic links); it is tried again"),
    ],
)
@pytest.mark.parametrize(("refused", "left"), [("secret.csv", "secret.csv"), ("folder.csv", "folder.csv")])
def test_what_the_system_does_not_let_us_read_is_named_and_the_rest_is_taken(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str, refused: str, left: str
) -> None:
    for path in ("secret.csv", "a.csv", "z.csv", "folder.csv/in.csv", "open/b.csv"):
        drop(inbox, path)
    fail_to_open(monkeypatch, refused, OSError(number, os.strerror(number)))
    receipt = receive(Archive(tmp_path / "archive"), inbox, NOW)
    assert len(receipt.received) == 4
    assert [one.reason for one in receipt.left_out] == [f"{left} {sentence}."]


def test_an_inbox_that_may_not_be_listed_is_named(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_to_open(monkeypatch, "inbox", PermissionError(errno.EACCES, "Permission denied"))
    (left,) = receive(Archive(tmp_path / "archive"), inbox, NOW).left_out
    assert left.reason == "The inbox may not be read by this account; give it read permission."


NAMES = {
    b"caf\xe9.csv": r"caf\xe9.csv",
    b"\xed\xa0\x80.csv": r"\xed\xa0\x80.csv",
    b"two\nlines.csv": r"two\u000alines.csv",
    b"\x1b[2Jred.csv": r"\u001b[2Jred.csv",
    "a\u2028b.csv".encode(): r"a\u2028b.csv",
    rb"caf\xe9.csv": r"caf\u005cxe9.csv",
    rb"back\slash.csv": r"back\slash.csv",
    b"x" * 251 + b".csv": "x" * 251 + ".csv",
    "\u202egnp.csv".encode(): "\u202egnp.csv",
    "caf\u00e9.csv".encode(): "caf\u00e9.csv",
    "cafe\u0301.csv".encode(): "cafe\u0301.csv",
    **{name.encode(): name for name in (
        "CASE.csv", "case.csv", "a;b.csv", "q?.csv", "it's.csv", "100%.csv", "%41.csv", "[a]*{b}.csv", "-rf.csv",
        "--.csv", ' "q" .csv', "<b>.csv", "=1+1.csv", "2024-13-45.csv", "2024-02-30/x.csv", "9999-12-31/x.csv",
        "dir.csv/in.csv", "១២៣/x.csv", "noext",
    )},
}  # fmt: skip


def test_a_file_of_any_name_is_taken_and_shown_by_a_name_of_its_own(tmp_path: Path, inbox: Path) -> None:
    for name in NAMES:
        drop(inbox, os.fsdecode(name))
    archive = Archive(tmp_path / "archive")
    receipt = receive(archive, inbox, NOW)
    assert sorted(version.path for version in receipt.received) == sorted(NAMES.values())
    assert receipt.left_out == ()
    assert not has_news(archive, inbox)
    again = Archive(tmp_path / "archive")
    assert [version.path for version in again.file_versions()] == [version.path for version in receipt.received]
    assert receive(again, inbox, NOW) == Receipt((), ())


@given(st.lists(st.text() | st.binary().map(os.fsdecode), min_size=2, max_size=2, unique=True))
@example(["\n", r"\u000a"])
@example(["\udce9", r"\xe9"])
def test_no_two_paths_are_shown_alike_and_each_is_one_line_of_utf_8(paths: list[str]) -> None:
    shown = [shown_path(path) for path in paths]
    assert shown[0] != shown[1]
    for text in shown:
        assert text.encode().decode() == text
        assert len(text.splitlines()) <= 1


def test_what_an_older_version_took_under_a_name_of_two_lines_is_not_taken_again(tmp_path: Path, inbox: Path) -> None:
    file = drop(inbox, "two\nlines.csv")
    archive = Archive(tmp_path / "archive")
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
    archive.keep_received([FileVersion("two\nlines.csv", "0" * 64, file.stat().st_size, at, NOW)])
    assert not has_news(archive, inbox)


def test_a_plan_is_the_inboxs_own_and_neither_taken_as_an_export_nor_news(tmp_path: Path, inbox: Path) -> None:
    archive = Archive(tmp_path / "archive")
    assert named_in(inbox, PLAN) is None
    drop(inbox, "PLAN.xlsx")
    drop(inbox, "2024-12-30/Partner/plan.xlsx")
    receipt = receive(archive, inbox, NOW)
    assert (named_in(inbox, PLAN), receipt.received) == (inbox / "PLAN.xlsx", ())
    assert [left.path for left in receipt.left_out] == ["2024-12-30/Partner/plan.xlsx"]
    assert not has_news(archive, inbox)


def test_a_workbook_of_khmer_texts_is_no_export_and_counts_only_in_the_inboxs_own_folder(
    tmp_path: Path, inbox: Path
) -> None:
    drop(inbox, "Khmer.xlsx")
    drop(inbox, "Partner/khmer.xlsx")
    receipt = receive(Archive(tmp_path / "archive"), inbox, NOW)
    assert (named_in(inbox, KHMER), receipt.received) == (inbox / "Khmer.xlsx", ())
    assert [left.path for left in receipt.left_out] == ["Partner/khmer.xlsx"]
    assert "corrects texts in Khmer" in receipt.left_out[0].reason


def test_a_plan_that_is_a_link_is_none(tmp_path: Path, inbox: Path) -> None:
    drop(tmp_path, "elsewhere/plan.xlsx")
    (inbox / "plan.xlsx").symlink_to("../elsewhere/plan.xlsx")
    assert named_in(inbox, PLAN) is None
    assert named_in(tmp_path / "nowhere", PLAN) is None


def test_links_are_named_and_never_followed(tmp_path: Path, inbox: Path) -> None:
    (tmp_path / ".env").write_text("REACH_FACEBOOK__TOKENS=secret\n")
    drop(tmp_path, "elsewhere/x.csv", b"elsewhere")
    drop(inbox, "good/a.csv", b"good")
    targets = {"env.csv": "../.env", "folder": "../elsewhere", "inside.csv": "good/a.csv", "near": "good",
               "loop": ".", "broken.csv": "nowhere", "self.csv": "self.csv", "pass": "/etc/passwd"}  # fmt: skip
    for name, target in targets.items():
        (inbox / name).symlink_to(target)
    archive = Archive(tmp_path / "archive")
    receipt = receive(archive, inbox, NOW)
    assert [version.path for version in receipt.received] == ["good/a.csv"]
    assert [left.path for left in receipt.left_out] == sorted(targets)
    assert {left.reason.removeprefix(left.path) for left in receipt.left_out} == {
        " is a link, and links are not followed; put the file or the folder itself there."
    }
    assert not has_news(archive, inbox)


def test_the_inbox_itself_may_be_a_link(tmp_path: Path, inbox: Path) -> None:
    drop(inbox, "a.csv")
    (tmp_path / "shared").symlink_to(inbox)
    archive = Archive(tmp_path / "archive")
    assert has_news(archive, tmp_path / "shared")
    assert [version.path for version in receive(archive, tmp_path / "shared", NOW).received] == ["a.csv"]


def in_between(monkeypatch: pytest.MonkeyPatch, file: Path, change: Callable[[], object]) -> None:
    """Lets something happen between the look at the inbox and the reading of its files."""
    os.utime(file)
    monkeypatch.setattr(time, "sleep", lambda _: change())


def link(path: Path, target: Path) -> None:
    path.rename(path.with_name("was"))
    path.symlink_to(target)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: link(f / "sub/x.csv", f.parent / "secret/x.csv"), "Too many levels of symbolic links"),
        (lambda f: link(f / "sub", f.parent / "secret"), "Not a directory"),
        (lambda f: pipe(f / "sub/x.csv"), "is no file any more"),
        (lambda f: (f / "sub/x.csv").unlink(), "No such file or directory"),
        (lambda f: (f / "sub/x.csv").write_bytes(b"a,b\n1,2\n3"), "is still being copied; the next run takes it"),
        (lambda f: (f / "sub/x.csv").write_bytes(b""), "is still being copied; the next run takes it"),
    ],
)
def test_what_changes_between_the_look_and_the_reading_is_not_taken(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object], sentence: str
) -> None:
    drop(tmp_path, "secret/x.csv")
    drop(inbox, "z.csv", b"good")
    in_between(monkeypatch, drop(inbox, "sub/x.csv"), lambda: change(inbox))
    receipt = receive(Archive(tmp_path / "archive"), inbox, NOW)
    assert [version.path for version in receipt.received] == ["z.csv"]
    assert [left.path for left in receipt.left_out] == ["sub/x.csv"]
    assert sentence in receipt.left_out[0].reason


def test_a_file_that_goes_while_its_folder_is_listed_is_passed_over(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = drop(inbox, "a.csv"), drop(inbox, "b.csv")
    lists = os.scandir

    class Listed:
        """A folder's list that is older than the folder."""

        def __init__(self, folder: int) -> None:
            self.entries = list(lists(folder))

        def __enter__(self) -> list[os.DirEntry[str]]:
            gone.unlink()
            return self.entries

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Listed)
    receipt = receive(Archive(tmp_path / "archive"), inbox, NOW)
    assert ([version.path for version in receipt.received], receipt.left_out) == ([kept.name], ())


def test_pipes_and_sockets_are_named_and_not_waited_for(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(inbox / "pipe.csv")
    monkeypatch.chdir(inbox)  # a socket's path is a short one
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.csv")
    drop(inbox, "z.csv")
    archive = Archive(tmp_path / "archive")
    receipt = receive(archive, inbox, NOW)
    assert [version.path for version in receipt.received] == ["z.csv"]
    assert [left.path for left in receipt.left_out] == ["pipe.csv", "socket.csv"]
    assert "is no file but a pipe, a socket or a device" in receipt.left_out[0].reason
    assert not has_news(archive, inbox)


@pytest.mark.parametrize(("above", "is_taken"), [(0, True), (1, False)])
def test_a_file_in_a_hundred_folders_is_taken_and_one_deeper_down_is_named(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, above: int, is_taken: bool
) -> None:
    monkeypatch.chdir(inbox)
    for _ in range(DEEPEST + above):  # a path of all of them would be too long for the system
        os.mkdir("n" * 60)
        os.chdir("n" * 60)
    Path("deep.csv").write_bytes(b"deep")
    drop(inbox, "z.csv")
    receipt = receive(Archive(tmp_path / "archive"), inbox, NOW)
    assert [version.path for version in receipt.received] == ["z.csv", f"{'n' * 60}/" * 100 + "deep.csv"][
        : 1 + is_taken
    ]
    assert ["more than 100 folders deep" in left.reason for left in receipt.left_out] == [True] * above


@pytest.mark.parametrize(("size", "is_taken"), [(MAX_FILE_BYTES, True), (MAX_FILE_BYTES + 1, False)])
def test_a_file_above_the_limit_is_named_and_not_read(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, size: int, is_taken: bool
) -> None:
    with (inbox / "sparse.csv").open("wb") as sparse:
        sparse.truncate(size)
    os.utime(inbox / "sparse.csv", (1_700_000_000, 1_700_000_000))
    archive = Archive(tmp_path / "archive")
    assert has_news(archive, inbox) == is_taken
    if is_taken:
        return  # half a gigabyte is read in the siege
    (left,) = receive(archive, inbox, NOW).left_out
    assert left.reason == "sparse.csv is larger than 512 MiB; export a shorter range."


@pytest.mark.parametrize("seconds", [-(2**33), 2**34 - 1, 0])
def test_a_file_of_any_time_is_taken_once(tmp_path: Path, inbox: Path, seconds: int) -> None:
    os.utime(drop(inbox, "a.csv"), (seconds, seconds))
    archive = Archive(tmp_path / "archive")
    assert len(receive(archive, inbox, NOW).received) == 1
    assert receive(archive, inbox, NOW).received == ()


@pytest.mark.parametrize("above", [0, 1])
def test_as_many_files_as_there_are_are_told_to_the_log(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, above: int
) -> None:
    monkeypatch.setattr("warehouse.archive.inbox.AT_ONCE", 3)
    for n in range(3 + above):
        drop(inbox, f"{n}.csv")
    assert len(receive(Archive(tmp_path / "archive"), inbox, NOW).received) == 3 + above
    assert len(Archive(tmp_path / "archive").file_versions()) == 3 + above


def test_a_file_dated_in_the_future_keeps_no_other_from_settling(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh, future = drop(inbox, "a.csv"), drop(inbox, "b.csv")
    os.utime(fresh)
    os.utime(future, (time.time() + 86_400,) * 2)
    slept = list[float]()
    monkeypatch.setattr(time, "sleep", slept.append)
    receive(Archive(tmp_path / "archive"), inbox, NOW)
    assert slept == [1.0]


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
    monkeypatch.setattr(time, "time_ns", lambda: file.stat().st_mtime_ns + int(age * 1e9))
    monkeypatch.setattr(time, "sleep", slept.append)
    assert receive(Archive(tmp_path / "archive"), inbox, NOW).received
    assert len(slept) == naps


def test_files_of_any_size_are_told_in_the_order_of_their_names(tmp_path: Path, inbox: Path) -> None:
    sizes = {"a.csv": SMALL_BYTES, "b.csv": SMALL_BYTES + 1, "c.csv": 1, "d.csv": SMALL_BYTES + 1, "e.csv": 1}
    for name, size in sizes.items():
        drop(inbox, name, name[0].encode() * size)
    archive = Archive(tmp_path / "archive")
    received = receive(archive, inbox, NOW).received
    assert [(version.path, version.size) for version in received] == list(sizes.items())
    assert all(archive.content(v.sha256) == v.path[0].encode() * v.size for v in received)
