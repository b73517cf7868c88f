"""What Windows does in another way, tried here with its way forced."""

from __future__ import annotations

import ast
import errno
import os
from datetime import datetime
from itertools import product
from pathlib import Path, PureWindowsPath

import pytest

from tests.conftest import World
from warehouse import file_system
from warehouse.archive.folder import Folder
from warehouse.archive.inbox import receive
from warehouse.file_system import is_name_everywhere, name_everywhere, opened, replace, sync, write_whole
from warehouse.publish import nights

ROOT = Path(__file__).resolve().parents[2]
ONE_PLACE = "warehouse/file_system.py"
ASKS_FOR_THE_SYSTEM = {"os.name", "sys.platform", "platform.system"}
POSIX = {"fcntl", "grp", "pty", "pwd", "resource", "select", "termios", "tty"}
"""Modules that Windows lacks, or has in part; Python's documentation of each says so."""
RENAMES = {"os.rename", "os.renames", "os.replace", "os.link", "os.symlink", "os.fork"}
PATHS = {"aside", "blob", "file", "folder", "log", "path", "target"}
"""Names of paths: what is renamed to one of them is a file."""
CODE = sorted(path for package in ("connectors", "warehouse", "flows") for path in (ROOT / package).rglob("*.py"))


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_system, "IS_WINDOWS", True)
    monkeypatch.setattr(file_system, "PAUSE_SECONDS", 0.01)


def test_a_file_is_written_as_a_whole_or_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".writer.json"
    write_whole(file, b"old")
    write_whole(file, b"new")
    assert (file.read_bytes(), [path.name for path in tmp_path.iterdir()]) == (b"new", [".writer.json"])
    monkeypatch.setattr(file_system, "sync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "no room")))
    with pytest.raises(OSError, match="no room"):
        write_whole(file, b"newer")
    assert (file.read_bytes(), [path.name for path in tmp_path.iterdir()]) == (b"new", [".writer.json"])


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX's")
def test_a_file_that_is_written_whole_has_the_rights_that_are_asked_for(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "public", b"")
        write_whole(tmp_path / "private", b"", rights=0o600)
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("public", "private")] == [0o644, 0o600]


def refusing(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Lets the next renames be refused, as Windows does while somebody holds a file open; the tries so far."""
    really, tries = os.replace, list[int]()

    def held(source: Path, target: Path) -> None:
        tries.append(len(tries))
        if len(tries) <= times:
            raise PermissionError(13, "held open")
        really(source, target)

    monkeypatch.setattr(os, "replace", held)
    return tries


def test_a_rename_is_tried_again_while_a_scanner_holds_the_file(
    tmp_path: Path, windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").write_text("new")
    refusing(monkeypatch, file_system.TRIES - 1)
    replace(tmp_path / "new", tmp_path / "file")
    assert (tmp_path / "file").read_text() == "new"


def test_a_file_that_is_held_for_long_is_an_error_and_elsewhere_the_first_refusal_is(
    tmp_path: Path, windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").write_text("new")
    tries = refusing(monkeypatch, 100)
    with pytest.raises(PermissionError):
        replace(tmp_path / "new", tmp_path / "file")
    assert len(tries) == file_system.TRIES
    monkeypatch.setattr(file_system, "IS_WINDOWS", False)
    with pytest.raises(PermissionError):
        replace(tmp_path / "new", tmp_path / "file")
    assert len(tries) == file_system.TRIES + 1


def test_only_files_are_synced_and_they_are_opened_to_be_written(
    tmp_path: Path, windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    flags = list[int]()
    really = os.open
    monkeypatch.setattr(os, "open", lambda path, how: flags.append(how) or really(path, how))
    sync(tmp_path / "file")
    sync(tmp_path)
    assert flags == [os.O_RDWR]


def test_the_inbox_is_taken_as_elsewhere_and_no_link_in_it_is_followed(world: World, windows: None) -> None:
    inbox, outside = world.workspace.inbox, world.workspace.home / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("secret")
    for path in ("a.csv", "deep/er/b.csv", "Ünï/ខ្មែរ.csv"):
        world.drop(path, path)
    (inbox / "link.csv").symlink_to(outside / "secret.csv")
    (inbox / "folder").symlink_to(outside)
    os.mkfifo(inbox / "pipe")
    receipt = receive(world.workspace.archive, [Folder(inbox)], datetime(2026, 11, 28))
    assert [version.path for version in receipt.received] == ["a.csv", "deep/er/b.csv", "Ünï/ខ្មែរ.csv"]
    assert [one.path for one in receipt.left_out] == ["folder", "link.csv", "pipe"]
    assert receive(world.workspace.archive, [Folder(inbox)], datetime(2026, 11, 28)).received == ()


def test_a_file_that_is_swapped_for_a_link_is_not_read(
    tmp_path: Path, windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "a").write_text("a")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="links are not followed"), opened(tmp_path, ("link",)):
        pass
    really = os.open

    def swapped(path: Path, flags: int) -> int:
        path.unlink()
        path.symlink_to(tmp_path / "secret")
        return really(path, flags)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(OSError, match="replaced while it was opened"), opened(tmp_path, ("a",)):
        pass


def test_a_junction_is_a_link_and_a_file_that_onedrive_keeps_elsewhere_is_none() -> None:
    folder = os.stat(ROOT)
    tagged = {name: _Status(folder.st_mode, tag) for name, tag in {"junction": 0xA0000003, "cloud": 0x9000001A}.items()}
    assert {name: file_system.is_link(status) for name, status in tagged.items()} == {"junction": True, "cloud": False}  # type: ignore[arg-type]
    assert not file_system.is_link(folder)


class _Status:
    def __init__(self, mode: int, tag: int) -> None:
        self.st_mode, self.st_reparse_tag = mode, tag


def test_what_cannot_be_taken_away_stops_no_night(
    tmp_path: Path, windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = nights.aside(tmp_path, "night")
    monkeypatch.setattr("shutil.rmtree", lambda folder, ignore_errors: None)
    second = nights.aside(tmp_path, "night")
    assert first != second
    assert list(second.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["CON", "con.csv", "aux.csv", "NUL.tar.gz", "com1", "LPT9.txt", "COM¹", "final.", "final ", "a:b", "a?b", "a|b", "",
     "a\\b", "a/b", "a\nb", "conin$"],
)  # fmt: skip
def test_a_name_that_windows_refuses_is_none_anywhere(name: str) -> None:
    assert not is_name_everywhere(name)
    assert is_name_everywhere(name_everywhere(name))


@pytest.mark.parametrize("name", ["final-2024", "console", "com10", "auxiliary.csv", "របាយការណ៍", ".csv", "a.b c.csv"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert is_name_everywhere(name)
    assert name_everywhere(name) == name


@pytest.mark.skipif(not hasattr(PureWindowsPath, "is_reserved"), reason="Python has another name for it")
def test_python_knows_no_reserved_name_that_we_do_not() -> None:
    stems = ("con", "prn", "aux", "nul", "com1", "com9", "lpt1", "com²", "conin$", "conout$", "com0", "final")
    for stem, rest in product(stems, ("", ".csv", ".", " ", ".a.b")):
        if PureWindowsPath(stem + rest).is_reserved():
            assert not is_name_everywhere(stem + rest), stem + rest


def test_nothing_else_asks_which_system_this_is_or_rests_on_posix_alone() -> None:
    """What only POSIX has in :mod:`os` and :mod:`signal` is found by ``make lint``: mypy reads the code as Windows."""
    words_by_module = {name: _posix(path) for path in CODE if (name := path.relative_to(ROOT).as_posix()) != ONE_PLACE}
    assert {name: words for name, words in words_by_module.items() if words} == {}


def _posix(path: Path) -> set[str]:
    """What a module imports or calls that rests on one system."""
    words = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                words |= {alias.name for alias in names} & POSIX
            case ast.ImportFrom(module=str(module)):
                words |= {module} & POSIX
            case ast.Call(func=ast.Attribute(attr="read_text" | "write_text" as method), keywords=keywords):
                words |= {f"{method} without encoding"} if "encoding" not in {one.arg for one in keywords} else set()
            case ast.Call(func=ast.Attribute(attr="replace" | "rename" as method), args=[target], keywords=[]):
                is_path = isinstance(target, ast.BinOp) or (isinstance(target, ast.Name) and target.id in PATHS)
                words |= {f"Path.{method}"} if is_path else set()  # polars' take a mapping, texts' two texts
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                words |= {f"{owner}.{attribute}"} & (ASKS_FOR_THE_SYSTEM | RENAMES)
    return words
