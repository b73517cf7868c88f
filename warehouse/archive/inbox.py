"""What lies in the inbox, and what of it is taken into the archive; files stay where they are.

Others fill the inbox, so nothing in it is trusted: one bad thing in it is named, and costs only itself.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from warehouse import file_system
from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion

MAX_FILE_BYTES = 512 * 1024 * 1024
SETTLING_SECONDS = 5.0
"""A file changed more recently than this may still be on its way in, and is looked at twice."""
DEEPEST = 100
"""Folders within folders; a share may show a folder within itself."""
AT_ONCE = 500
"""So many files are told to the log together: it is brought to the disk each time."""
SYNCED_AT_ONCE, SMALL_BYTES = 8, 256 * 1024
"""So many files, if they are no larger, are brought to the disk at the same time: it is waited for each."""

PLAN = "plan.xlsx"
"""The name of a workbook that is the plan where it lies in the inbox's own folder, and is taken nowhere else."""

_LITTER = re.compile(
    r"""^(\..* | ~\$.* | desktop\.ini | thumbs\.db | icon\r? | __macosx
         | .*\.(tmp|part|partial|crdownload|download|filepart|lnk|url) | .*~)$""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_PLAN = (
    "is named as a plan, and a plan counts only in the workspace or in the inbox's own folder: whoever looks after the "
    "plan puts it there; if it is no plan, give it another name"
)
_TEMPLATES = re.compile(r"^readme(\.\w+)?$", re.IGNORECASE)
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LIKE_A_NUMBER = r"\\(?=u[0-9a-f]{4}|x[0-9a-f]{2})"
_BY_NUMBER = re.compile(f"{_UNSHOWABLE.pattern}|{_LIKE_A_NUMBER}")
_TIMES = (-2_208_988_800, 7_258_118_400)
"""1900 to 2200: what a file system says beyond is no time, and the tables' days end somewhere."""


@dataclass(frozen=True)
class LeftOut:
    """Something of the inbox that was not taken, and why: one sentence for a person."""

    path: str
    reason: str


@dataclass(frozen=True)
class Receipt:
    """What one look at the inbox brought."""

    received: tuple[FileVersion, ...]
    left_out: tuple[LeftOut, ...]


class InboxFile(NamedTuple):
    """A file as it was listed: the names from the inbox to it, and its path as it is shown."""

    names: tuple[str, ...]
    path: str
    status: os.stat_result

    @property
    def size(self) -> int:
        """In bytes."""
        return self.status.st_size

    @property
    def modified_at(self) -> datetime:
        """Its time in UTC."""
        least, most = _TIMES
        return datetime.fromtimestamp(min(max(self.status.st_mtime, least), most), UTC).replace(tzinfo=None)

    @property
    def identity(self) -> tuple[str, int, datetime]:
        """By what a file is known to have been taken before, without opening it."""
        return self.path, self.size, self.modified_at


def receive(archive: Archive, inbox: Path, now: datetime) -> Receipt:
    """Takes what is new in the inbox; files stay where they are.

    A file seen before costs a look at its size and time. Litter of shares and spreadsheets is passed
    over in silence; what cannot be taken is named, and the rest is.
    """
    if not os.path.isdir(inbox):
        shown = shown_path(str(inbox))
        return Receipt(
            (), (LeftOut(inbox.name, f"The inbox {shown} does not exist; make the folder, or set another."),)
        )
    received, left_out, fresh = list[FileVersion](), list[LeftOut](), list[InboxFile]()
    seen = _seen(archive)
    for entry in _entries(inbox):
        if isinstance(entry, LeftOut):
            left_out.append(entry)
        elif entry.identity not in seen:
            fresh.append(entry)
    _let_settle(fresh)
    with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
        for start in range(0, len(fresh), AT_ONCE):
            together = fresh[start : start + AT_ONCE]
            small = [file for file in together if file.size <= SMALL_BYTES]
            kept = dict(zip(small, pool.map(lambda file: _kept(archive, inbox, file), small), strict=True))
            versions = []
            for file in together:
                sha256 = kept[file] if file in kept else _kept(archive, inbox, file)
                if isinstance(sha256, LeftOut):
                    left_out.append(sha256)
                else:
                    versions.append(FileVersion(file.path, sha256, file.size, file.modified_at, now))
            archive.keep_received(versions)
            received += versions
    return Receipt(tuple(received), tuple(left_out))


def _kept(archive: Archive, inbox: Path, file: InboxFile) -> str | LeftOut:
    """The hash of a file's bytes, which are in the archive now."""
    content = _read(inbox, file)
    return content if isinstance(content, LeftOut) else archive.keep(content)


def has_news(archive: Archive, inbox: Path) -> bool:
    """Whether there is something in the inbox to take that was not there before, without reading a file."""
    seen = _seen(archive)
    return any(
        file.identity not in seen and file.size <= MAX_FILE_BYTES and os.access(inbox.joinpath(*file.names), os.R_OK)
        for file in files(inbox)
    )


def files(inbox: Path) -> Iterator[InboxFile]:
    """The files that lie there, whether they were taken or not; none where the inbox is not there."""
    return (entry for entry in _entries(inbox) if isinstance(entry, InboxFile))


def inbox_plan(inbox: Path) -> Path | None:
    """The workbook with the plan, where it lies in the inbox's own folder; no link is followed to it."""
    try:
        with file_system.listed(inbox, ()) as entries:
            names = sorted(each.name for each in entries if _is_plan(each.name) and not file_system.is_folder(each))
    except OSError:
        return None
    paths = (inbox / name for name in names)
    return next((path for path in paths if path.is_file() and not path.is_symlink()), None)


def _is_plan(name: str) -> bool:
    return name.casefold() == PLAN


def shown_path(path: str) -> str:
    r"""A path as the screen, the log, the tables and the report can show it; no two paths are shown alike.

    Control characters and ends of lines are shown by their number (``\u000a``), and so are the bytes of a name that
    is not UTF-8 (``\xe9``).
    """

    def number(match: re.Match[str]) -> str:
        code = ord(match[0])
        return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"

    return _BY_NUMBER.sub(number, path)


def _seen(archive: Archive) -> set[tuple[str, int, datetime]]:
    versions = archive.file_versions()  # older versions of Reach kept such paths as they were
    paths = (shown_path(one.path) if _UNSHOWABLE.search(one.path) else one.path for one in versions)
    return {(path, one.size, one.modified_at) for path, one in zip(paths, versions, strict=True)}


def _entries(inbox: Path) -> Iterator[InboxFile | LeftOut]:
    """Every file, and what is none, in the order of names; the files of a folder go before its folders.

    Only folders are opened, and no link is followed.
    """
    folders: list[tuple[str, ...]] = [()]
    while folders:
        names = folders.pop()
        below = []
        try:
            with file_system.listed(inbox, names) as listed:
                for entry in sorted(listed, key=lambda one: one.name):
                    if _LITTER.match(entry.name):
                        continue
                    if file_system.is_folder(entry):
                        below.append((*names, entry.name))
                    elif not _TEMPLATES.match(entry.name) and (item := _listed(names, entry)):
                        yield item
        except OSError as error:
            yield _not_read(names, error)
        if len(names) < DEEPEST:
            folders += reversed(below)
        else:
            yield from (_left_out(deep, f"lies more than {DEEPEST} folders deep; move it up") for deep in below)


def _listed(folder: tuple[str, ...], entry: os.DirEntry[str]) -> InboxFile | LeftOut | None:
    """What an entry of a folder is; None where it is there no more."""
    names = (*folder, entry.name)
    try:
        status = file_system.status_of(entry)
    except FileNotFoundError:
        return None
    except OSError as error:
        return _not_read(names, error)
    if file_system.is_link(status):
        return _left_out(names, "is a link, and links are not followed; put the file or the folder itself there")
    if _is_plan(entry.name):
        return _left_out(names, _NO_PLAN) if folder else None
    if not stat.S_ISREG(status.st_mode):
        return _left_out(names, "is no file but a pipe, a socket or a device; take it away")
    return InboxFile(names, shown_path("/".join(names)), status)


def _read(inbox: Path, file: InboxFile) -> bytes | LeftOut:
    """The bytes of a file, as long as it is the one that was listed."""
    if file.size > MAX_FILE_BYTES:
        return _left_out(file.names, "is larger than 512 MiB; export a shorter range")
    try:
        with file_system.opened(inbox, file.names) as descriptor, open(descriptor, "rb", closefd=False) as source:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return _left_out(file.names, "is no file any more")
            content = source.read(file.size + 1)
            after = os.fstat(descriptor)
    except OSError as error:
        return _not_read(file.names, error)
    if (after.st_size, after.st_mtime_ns) != (file.size, file.status.st_mtime_ns) or len(content) != file.size:
        return _left_out(file.names, "is still being copied; the next run takes it")
    return content


def _left_out(names: tuple[str, ...], why: str) -> LeftOut:
    path = shown_path("/".join(names)) or "The inbox"
    return LeftOut(path, f"{path} {why}.")


def _not_read(names: tuple[str, ...], error: OSError) -> LeftOut:
    if isinstance(error, PermissionError):
        return _left_out(names, "may not be read by this account; give it read permission")
    return _left_out(names, f"could not be read ({error.strerror or error}); it is tried again")


def _let_settle(files: Iterable[InboxFile]) -> None:
    now = time.time()
    if any(0 <= now - file.status.st_mtime < SETTLING_SECONDS for file in files):
        time.sleep(1.0)
