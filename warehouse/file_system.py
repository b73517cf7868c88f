"""What file systems of Windows do in another way than those of POSIX: each such thing has one function here.

Tests try the way of Windows on any system with :data:`IS_WINDOWS`. It goes by Microsoft's pages "Naming Files, Paths,
and Namespaces", "FlushFileBuffers" and "MoveFileEx", and by Python's documentation of :mod:`os`.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

IS_WINDOWS = os.name == "nt"
TRIES, PAUSE_SECONDS = 5, 0.2
"""How often, and how far apart, Windows is asked to replace a file: scanners and sync clients let go soon."""

_BINARY = getattr(os, "O_BINARY", 0)
_FOLDER: int = getattr(os, "O_DIRECTORY", 0)
_NO_LINK_NO_PIPE: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LINKS = {0xA0000003, 0xA000000C}
"""The tags of junctions and of symbolic links. Others are of files, such as those that OneDrive keeps elsewhere."""
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?")
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def replace(source: Path, target: Path) -> None:
    """Gives a file or folder another name by one rename; a file that has that name is replaced.

    Windows refuses that while somebody holds either open, so it is asked several times.

    Raises:
        PermissionError: somebody holds it open on Windows, or this account may not.
        OSError: the disk is full, or may not be written.
    """
    for left in range(TRIES, 0, -1):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if not IS_WINDOWS or left == 1:
                raise
            time.sleep(PAUSE_SECONDS)


def sync(path: Path) -> None:
    """Waits until a file, or what a folder lists, is on the disk.

    Windows does that for folders by itself, and for a file only where it is opened to be written.
    """
    if not IS_WINDOWS:
        flags = os.O_RDONLY
    elif path.is_dir():
        return
    else:
        flags = os.O_RDWR | _BINARY
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(file: Path, content: bytes, rights: int = 0o666) -> None:
    """Writes a file of which others see the old content or the new one, also where this run is killed.

    A new file has these ``rights``, as far as the umask leaves them.

    Raises:
        OSError: the disk is full, or may not be written; the old content stands, and nothing is left of the new one.
    """
    aside = file.with_name(f"{file.name}.new")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, rights), "wb") as out:
            out.write(content)
        sync(aside)
        replace(aside, file)
    finally:
        aside.unlink(missing_ok=True)


def unmapped(file: Path) -> Path | BytesIO:
    """A file for a reader that may map it into memory for as long as what it gave is in use.

    Windows lets nobody replace a mapped file, so there the reader gets its bytes.
    """
    return BytesIO(file.read_bytes()) if IS_WINDOWS else file


@contextmanager
def listed(root: Path, names: tuple[str, ...]) -> Iterator[Iterator[os.DirEntry[str]]]:
    """The entries of the folder that has these names from a root on; no link on the way is followed.

    Raises:
        OSError: a name is a link or no folder, or may not be read.
    """
    if IS_WINDOWS:
        with os.scandir(_without_links(root, names)) as entries:
            yield entries
        return
    with _descended(root, names, _FOLDER) as folder, os.scandir(folder) as entries:
        yield entries


@contextmanager
def opened(root: Path, names: tuple[str, ...]) -> Iterator[int]:
    """A descriptor of the file that has these names from a root on; no link on the way is followed.

    Not even a link is followed that was put there after a look, and no pipe is waited for. Windows opens paths as a
    whole: there the file is looked at before and after.

    Raises:
        OSError: a name is a link, or may not be read.
    """
    if not IS_WINDOWS:
        with _descended(root, names, 0) as descriptor:
            yield descriptor
        return
    path = _without_links(root, names)
    descriptor = os.open(path, os.O_RDONLY | _BINARY)
    try:
        if not os.path.samestat(os.lstat(path), os.fstat(descriptor)):
            raise OSError("it was replaced while it was opened")
        yield descriptor
    finally:
        os.close(descriptor)


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder and no link to one.

    Raises:
        OSError: it may not be looked at.
    """
    return entry.is_dir(follow_symlinks=False) and not (IS_WINDOWS and is_link(status_of(entry)))


def status_of(entry: os.DirEntry[str]) -> os.stat_result:
    """Size and time of an entry of a folder; no link is followed.

    What Windows lists of a file may be older than the file.

    Raises:
        OSError: it is there no more, or may not be looked at.
    """
    return os.lstat(entry.path) if IS_WINDOWS else entry.stat(follow_symlinks=False)


def is_link(status: os.stat_result) -> bool:
    """Whether this is a link to a file or folder: a symbolic one, or a junction of Windows."""
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) in _LINKS


def has_rights(path: Path, rights: int) -> bool:
    """Whether somebody has one of these rights on a file; Windows tells nothing of it, and a lost file has none."""
    try:
        return not IS_WINDOWS and bool(stat.S_IMODE(path.stat().st_mode) & rights)
    except OSError:
        return False


def is_name_everywhere(name: str) -> bool:
    """Whether a file or folder can have this name on every system: Windows keeps some for devices."""
    return bool(name) and not (_NOT_IN_NAMES.search(name) or _DEVICES.fullmatch(name) or name[-1] in " .")


def name_everywhere(name: str) -> str:
    """A name as a file can have it on every system: what Windows refuses becomes ``_``."""
    plain = _NOT_IN_NAMES.sub("_", name).rstrip(" .") or "_"
    return f"_{plain}" if _DEVICES.fullmatch(plain) else plain


@contextmanager
def _descended(root: Path, names: tuple[str, ...], kind: int) -> Iterator[int]:
    """A descriptor of what has these names from a root on, opened name by name."""
    at = os.open(root, os.O_RDONLY | _FOLDER)
    try:
        for depth, name in enumerate(names, 1):
            flags = kind if depth == len(names) else _FOLDER
            below = os.open(name, os.O_RDONLY | _NO_LINK_NO_PIPE | flags, dir_fd=at)
            os.close(at)
            at = below
        yield at
    finally:
        os.close(at)


def _without_links(root: Path, names: tuple[str, ...]) -> Path:
    """The path of what has these names from a root on.

    Raises:
        OSError: one of the names is a link, or is not there.
    """
    path = root
    for name in names:
        path /= name
        if is_link(os.lstat(path)):
            raise OSError("it is a link, and links are not followed")
    return path


def real_path(folder: Path) -> Path:
    """Where a folder lies, whatever links lead there; a link that leads to itself stays as it is."""
    return Path(os.path.realpath(folder))  # Path.resolve raises on such a link
