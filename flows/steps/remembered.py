"""What was there at the end of the last run, remembered outside of the archive.

A share that is not mounted looks like an archive in which nothing ever was. So the workspace remembers in
``.archive.json`` how far its log went, with a hash of what stood just before that place, and when that was.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.steps import clock, writing
from flows.steps.settings import Workspace
from warehouse import file_system
from warehouse.archive.event_log import End
from warehouse.archive.folder import Folder
from warehouse.archive.log_lines import BadLine
from warehouse.archive.remote_blobs import NoArchive
from warehouse.history.frames import every_load
from warehouse.history.store import open_store
from warehouse.texts import number_of

logger = logging.getLogger(__name__)

FILE = ".archive.json"
MAY_BE_BEHIND = timedelta(days=1)
"""A clock that is behind the last run by more than this stops a run: a zone that is wrong is less than a day."""
MINUTES_SILENT = timedelta(minutes=5)
"""A clock that is behind by less is being set by the network's, and nobody is told."""
_NAMED = 5


class Vanished(Exception):
    """The archive is not the one that was here, or less of it; the sentence says what is missing and what to do."""


class ClockSetBack(Exception):
    """The machine's clock is far behind the last run; the sentence says what to do."""


@dataclass(frozen=True)
class Memory:
    """How far the archive's log went, and when that was looked at."""

    end: End
    at: datetime


def read(workspace: Workspace) -> Memory | None:
    """What is remembered; None before the first run, and where it cannot be read."""
    try:
        kept = json.loads((workspace.home / FILE).read_text(encoding="utf-8"))
        memory = Memory(End(int(kept["bytes"]), str(kept["tail"])), datetime.fromisoformat(kept["at"]))
        if kept.get("check", _check(memory)) != _check(memory):  # one of before 30 November 2026 has none
            raise ValueError("it is not as it was written")
        return memory
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        logger.warning("%s cannot be read and is written again", workspace.home / FILE)
        return None


def remember(workspace: Workspace) -> None:
    """Remembers how far the log goes now; what cannot be written is remembered by the next run.

    A log that is not the one that is remembered, or has a line that cannot be read, changes nothing.
    """
    with suppress(OSError, BadLine):
        end = workspace.archive.end()
        if end.bytes:
            _write(workspace, Memory(end, clock.now()))
            workspace.archive.keep_start()


def _write(workspace: Workspace, memory: Memory) -> None:
    kept = {"bytes": memory.end.bytes, "tail": memory.end.tail, "at": memory.at.isoformat(), "check": _check(memory)}
    file_system.write_whole(workspace.home / FILE, json.dumps(kept).encode())


def _check(memory: Memory) -> str:
    """What tells a changed bit of the file from an archive that is another one."""
    return hashlib.sha256(f"{memory.end.bytes} {memory.end.tail} {memory.at.isoformat()}".encode()).hexdigest()[:16]


@contextmanager
def archive_given_up(workspace: Workspace) -> Iterator[None]:
    """Goes by the archive that is here, also where it is less than it was; it is the one that is remembered then.

    Raises:
        Vanished: there is none.
        NoArchive: its address does not answer.
    """
    if why := missing(workspace, read(workspace)):
        raise Vanished(why)
    writing.begin(workspace)
    try:
        yield
    finally:
        remember(workspace)


@contextmanager
def archive_held(workspace: Workspace) -> Iterator[None]:
    """Goes by the archive only where it is the one that was here before; remembers how far it goes at the end.

    Raises:
        Vanished: the archive is not there, not the one that was here, or another workspace's now.
        BadLine: a line of the log was changed.
        ClockSetBack: the clock is more than :data:`MAY_BE_BEHIND` behind the last run.
    """
    memory = read(workspace)
    if why := not_to_use(workspace, memory):
        raise Vanished(why)
    if memory and not workspace.archive.goes_on_from(memory.end):
        workspace.archive.end()  # a line that was changed is told as that
        raise Vanished(is_less(workspace, memory))
    if memory and (why := far_behind(memory)):
        raise ClockSetBack(why)
    writing.begin(workspace)
    with clock.not_before(memory.at if memory else datetime.min):
        try:
            yield
        finally:
            remember(workspace)


def not_to_use(workspace: Workspace, memory: Memory | None) -> str | None:
    """Why nothing may be done by the archive, a sentence: it is not there, or another's; None where it may."""
    try:
        return missing(workspace, memory) or writing.other(workspace)
    except NoArchive as error:
        return str(error)


def missing(workspace: Workspace, memory: Memory | None) -> str | None:
    """What of the archive is not there although something of it was, a sentence; None where all is."""
    archive, blobs = workspace.archive.folder, workspace.archive.blobs
    was_there = memory is not None or workspace.warehouse_file.exists() or _is_published(workspace)
    log = archive / "events.jsonl"
    if not was_there or (_size(log) and (memory is None or blobs.are_there())):
        return None
    if not archive.is_dir():
        what = f"The archive {archive} is not there"
    elif _size(log):
        what = f"{blobs.title} is not there, with everything that came in"
    elif blobs.are_there():
        what = f"{log} is not there, or empty, and only it says what came in, and when"
    else:
        what = f"The archive {archive} is empty, and was not"
    return (
        f"{what}. Nothing was changed, and what is published stands. Mount the share that holds it, or put it back "
        "from a backup; to begin anew without it, move warehouse.duckdb, .archive.json and what is published away."
    )


def far_behind(memory: Memory) -> str | None:
    """What is said of a clock that is far behind the last run; None where it is not."""
    now = clock.now()
    if memory.at - now <= MAY_BE_BEHIND:
        return None
    return (
        f"The clock of this machine says {now:%Y-%m-%d %H:%M} UTC, and the last run here was on "
        f"{memory.at:%Y-%m-%d %H:%M}. Set the clock; nothing was changed. Where the clock is right now and was wrong "
        "then, reach doctor --repair goes on from now."
    )


def _size(file: os.PathLike[str]) -> int:
    with suppress(OSError):
        return os.stat(file).st_size
    return 0


def _is_published(workspace: Workspace) -> bool:
    return (workspace.published / "reach.duckdb").exists()


def is_less(workspace: Workspace, memory: Memory) -> str:
    """What is said of a log that is not the one that is remembered, or less of it."""
    log = workspace.archive.folder / "events.jsonl"
    size = _size(log)
    what = (
        f"{log} is shorter than it was ({size:,} bytes of {memory.end.bytes:,})"
        if size < memory.end.bytes
        else f"{log} is not the one that was here before, or was changed"
    )
    lost = list[str]()
    with suppress(BadLine):
        lost = lost_with_it(workspace)
    loses = f" and loses {'; '.join(lost)}" if lost else ""
    return (
        f"{what}, as where an older backup was put back. Nothing was changed, and what is published stands. Put the "
        f"newer archive back; or run reach rebuild, which goes by this archive{loses}."
    )


def lost_with_it(workspace: Workspace) -> list[str]:
    """What the warehouse has, or was published, and the archive does not name: what a rebuild loses."""
    archive, lost = workspace.archive, list[str]()
    there = {(one.path, one.sha256) for one in archive.file_versions()}
    pulled = {pull.file_version.path for pull in archive.pulls()}
    with suppress(Exception), open_store(workspace.warehouse_file, read_only=True, wait=0) as store:
        loads = every_load(store).select("path", "sha256", "asked_of").unique().sort("path")
        paths = [
            path
            for path, sha256, asked_of in loads.iter_rows()
            if (path not in pulled if asked_of is not None else (path, sha256) not in there)
        ]
        if paths:
            more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
            lost.append(f"{number_of(len(paths), 'file')} ({', '.join(paths[:_NAMED])}{more})")
    frozen = {str(event["name"]) for event in archive.events("frozen")}
    folders = (workspace.published / "frozen").glob("*/reach.json")
    lost += [f"the frozen report {file.parent.name}" for file in sorted(folders) if file.parent.name not in frozen]
    return lost


def remarks(workspace: Workspace) -> list[str]:
    """What a run goes on with and a person should know: a clock that is behind, inboxes without anything."""
    sentences = []
    memory = read(workspace)
    if memory and (behind := memory.at - clock.system_now()) > MINUTES_SILENT:
        sentences.append(
            f"The clock of this machine is {int(behind.total_seconds() // 60)} minutes behind the last run; what comes "
            f"in counts as of {memory.at:%Y-%m-%d %H:%M} UTC until it has caught up. Set the clock."
        )
    for inbox in workspace.folders:
        if _is_empty(inbox) and _gave_files(inbox, workspace):
            sentences.append(
                f"The inbox {inbox.root} is empty, and files came from it before: is its share mounted? What came in "
                "counts on. Where it is empty on purpose, put a README into it."
            )
    return sentences


def _is_empty(inbox: Folder) -> bool:
    try:
        with os.scandir(inbox.root) as entries:
            return next(entries, None) is None
    except OSError:  # that it is not there is told by who looks into it
        return False


def _gave_files(inbox: Folder, workspace: Workspace) -> bool:
    """Whether files came from an inbox. What no other inbox has the path of came from the project's own."""
    paths = [version.path for version in workspace.archive.file_versions()]
    if inbox.prefix:
        return any(path.startswith(inbox.beginning) for path in paths)
    others = tuple(f"{'/'.join(one.prefix)}/" for one in workspace.settings.inboxes if one.prefix)
    return any(not path.startswith(others) for path in paths)
