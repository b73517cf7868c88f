"""What lies in the inbox, and what of it is taken into the archive; files stay where they are."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion

MAX_FILE_BYTES = 512 * 1024 * 1024
SETTLING_SECONDS = 5.0
"""A file changed more recently than this may still be on its way in, and is looked at twice."""

_LITTER = re.compile(
    r"""^(\..* | ~\$.* | desktop\.ini | thumbs\.db | icon\r? | __macosx
         | .*\.(tmp|part|partial|crdownload|download|filepart|lnk|url) | .*~)$""",
    re.IGNORECASE | re.VERBOSE,
)
_TEMPLATES = re.compile(r"^readme(\.\w+)?$", re.IGNORECASE)


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


def receive(archive: Archive, inbox: Path, now: datetime) -> Receipt:
    """Takes what is new in the inbox; files stay where they are.

    A file seen before costs a look at its size and time. Litter of shares and spreadsheets is passed
    over in silence; what cannot be taken is named, and the rest is.
    """
    if not inbox.is_dir():
        return Receipt(
            (), (LeftOut(inbox.name, f"The inbox {inbox} does not exist; make the folder, or set another."),)
        )
    seen = {(p.path, p.size, p.modified_at) for p in archive.file_versions()}
    received: list[FileVersion] = []
    left_out: list[LeftOut] = []
    fresh = []
    for path in _files(inbox, lambda folder: left_out.append(_unreadable(inbox, folder))):
        status = path.stat()
        if (_relative(inbox, path), status.st_size, _utc(status.st_mtime)) not in seen:
            fresh.append((path, status))
    _let_settle(status for _, status in fresh)
    for path, before in fresh:
        relative = _relative(inbox, path)
        try:
            if before.st_size > MAX_FILE_BYTES:
                left_out.append(LeftOut(relative, f"{relative} is larger than 512 MiB; export a shorter range."))
                continue
            content = path.read_bytes()
            after = path.stat()
        except PermissionError:
            left_out.append(_unreadable(inbox, path))
            continue
        except OSError as error:
            left_out.append(LeftOut(relative, f"{relative} could not be read ({error.strerror}); it is tried again."))
            continue
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
            left_out.append(LeftOut(relative, f"{relative} is still being copied; the next run takes it."))
            continue
        version = FileVersion(relative, archive.keep(content), len(content), _utc(after.st_mtime), now)
        archive.keep_received(version)
        received.append(version)
    return Receipt(tuple(received), tuple(left_out))


def has_news(archive: Archive, inbox: Path) -> bool:
    """Whether there is something in the inbox to take that was not there before, without reading a file."""
    seen = {(p.path, p.size, p.modified_at) for p in archive.file_versions()}
    for path in _files(inbox, lambda _: None) if inbox.is_dir() else ():
        status = path.stat()
        is_new = (_relative(inbox, path), status.st_size, _utc(status.st_mtime)) not in seen
        if is_new and status.st_size <= MAX_FILE_BYTES and os.access(path, os.R_OK):
            return True
    return False


def _files(inbox: Path, on_unreadable: Callable[[Path], object]) -> Iterator[Path]:
    for root, folders, files in os.walk(inbox, onerror=lambda e: on_unreadable(Path(str(e.filename)))):
        folders[:] = sorted(f for f in folders if not _LITTER.match(f))
        for name in sorted(files):
            path = Path(root, name)
            if not (_LITTER.match(name) or _TEMPLATES.match(name)) and path.is_file():
                yield path


def _relative(inbox: Path, path: Path) -> str:
    return path.relative_to(inbox).as_posix()


def _unreadable(inbox: Path, path: Path) -> LeftOut:
    relative = _relative(inbox, path)
    return LeftOut(relative, f"{relative} may not be read by this account; give it read permission.")


def _let_settle(statuses: Iterable[os.stat_result]) -> None:
    newest = max((s.st_mtime for s in statuses), default=0.0)
    age = time.time() - newest
    if 0 <= age < SETTLING_SECONDS:
        time.sleep(1.0)


def _utc(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC).replace(tzinfo=None)
