"""The archive's log of events: a line of JSON for each, added at the end and never changed.

A line is parsed when an event of its kind is first asked for, and once in the life of an :class:`EventLog`. Its last
key is the CRC-32 of the line without that key, so that a line that changed is noticed and never taken for another
event; lines of before 28 November 2026 have none.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

Event = dict[str, Any]

KINDS = frozenset(
    {
        "answered", "dated", "faulty plan", "forgotten", "frozen", "plan", "pulled", "received", "removed", "restored",
        "taken", "withdrawn",
    }
)  # fmt: skip
"""The events that this version of Reach knows."""

_SEAL = b', "crc32": "'
_KIND = re.compile(rb'"event": "([^"\\]*)"')
_TAIL_BYTES = 4096
"""So many bytes before the place up to which the log was read tell whether it is still the same log."""


_WRITING = threading.Lock()  # held by one log at a time, also where two are of one file


@dataclass(frozen=True)
class Position:
    """How many lines were taken in, and of which log."""

    log: object
    lines: int


NOTHING = Position(None, 0)


@dataclass(frozen=True)
class End:
    """How many bytes of whole lines a log has, and a hash of what stands just before that place."""

    bytes: int
    tail: str


class BadLine(Exception):
    """A line of the log is not as it was written, or of a newer version; the sentence says which, and what to do."""

    def __init__(self, number: int, why: str, *, is_newer: bool = False) -> None:
        self.number = number
        self.why = why
        self.is_newer = is_newer
        what_to_do = (
            "Run that version."
            if is_newer
            else "reach doctor says what it was about; reach doctor --repair puts it aside and goes on without it."
        )
        super().__init__(f"Line {number} of the archive's events.jsonl cannot be used: {why}. {what_to_do}")


@dataclass
class _Lines:
    """The lines of one kind: their numbers in the log, the events parsed so far, and the text of the others."""

    numbers: list[int] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    unparsed: list[bytes] = field(default_factory=list)

    def parsed(self) -> list[Event]:
        if self.unparsed:
            try:
                self.events += json.loads(b"[" + b",".join(self.unparsed) + b"]")  # one call: keys are shared
            except ValueError:
                for number, line in zip(self.numbers[len(self.events) :], self.unparsed, strict=True):
                    parsed(line, number)
                raise
            self.unparsed.clear()
        return self.events


class EventLog:
    """The events of one file. Several threads may ask it and add to it; other processes may add to the file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._kinds: dict[str, _Lines] = {}
        self._count = 0
        self._end = 0
        self._tail = b""
        self._seen: tuple[int, int, int] | None = None
        self._log = object()

    def events(self, *kinds: str) -> list[Event]:
        """The events of these kinds in the order of the log. A last line that a crash cut short is passed over."""
        return self.added(NOTHING, *kinds)[0]

    def added(self, since: Position, *kinds: str) -> tuple[list[Event], Position]:
        """The events of these kinds after a position, in the order of the log, and the position at its end.

        Where the file was replaced or cut since, the new position is of another log, and the events are all of its.
        """
        with self._lock:
            self._catch_up()
            first = since.lines if since.log is self._log else 0
            numbered = list[tuple[int, Event]]()
            for lines in (self._kinds[kind] for kind in kinds if kind in self._kinds):
                start = bisect_right(lines.numbers, first)
                numbered += zip(lines.numbers[start:], lines.parsed()[start:], strict=True)
            position = Position(self._log, self._count)
        if len(kinds) > 1:
            numbered.sort(key=lambda pair: pair[0])
        return [event for _, event in numbered], position

    def mend_end(self) -> None:
        """Makes the last line a whole one, as the next event would."""
        with self._lock, _WRITING, self.file.open("a+b", buffering=0) as log:
            _mended_end(log)
            os.fsync(log.fileno())

    def end(self) -> End:
        """How far the log goes."""
        with self._lock:
            self._catch_up()
            return End(self._end, hashlib.sha256(self._tail).hexdigest())

    def goes_on_from(self, end: End) -> bool:
        """Whether the log is the one that went so far, and has at least that; without reading more than its end."""
        try:
            with self.file.open("rb") as log:
                log.seek(max(0, end.bytes - _TAIL_BYTES))
                tail = log.read(min(_TAIL_BYTES, end.bytes))
        except FileNotFoundError:
            tail = b""
        return hashlib.sha256(tail).hexdigest() == end.tail

    def count(self, *kinds: str) -> int:
        """How many events of these kinds there are; none is parsed."""
        with self._lock:
            self._catch_up()
            return sum(len(self._kinds[kind].numbers) for kind in kinds if kind in self._kinds)

    def append(self, *events: Mapping[str, object]) -> None:
        """Adds events, and returns when they are on the disk.

        Raises:
            OSError: the disk is full, or may not be written; the log is as before.
        """
        if not events:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        lines = b"".join(sealed(event) + b"\n" for event in events)
        with self._lock, _WRITING, self.file.open("a+b", buffering=0) as log:
            end = _mended_end(log)
            try:
                rest = memoryview(lines)
                while rest:
                    rest = rest[log.write(rest) :]
                os.fsync(log.fileno())
            except OSError:
                with suppress(OSError):
                    log.truncate(end)
                raise

    def _catch_up(self) -> None:
        """Reads what was added to the file since; all of it where it is not the file that was read."""
        try:
            status = self.file.stat()
        except FileNotFoundError:
            self._forget()
            return
        seen = (status.st_ino, status.st_size, status.st_mtime_ns)
        if seen == self._seen:
            return
        if self._seen and seen[0] != self._seen[0]:
            self._forget()
        with self.file.open("rb") as log:
            start = self._end - len(self._tail)
            log.seek(start)
            added = log.read()
            if not added.startswith(self._tail):
                self._forget()
                log.seek(0)
                added = log.read()
        added = added[len(self._tail) : added.rfind(b"\n") + 1]
        for line in added.split(b"\n")[:-1]:
            self._count += 1
            try:
                name = kind_of(line, self._count)
            except BadLine:
                self._forget()  # whoever asks again is told again
                raise
            lines = self._kinds.setdefault(name, _Lines())
            lines.numbers.append(self._count)
            lines.unparsed.append(line)
        self._end += len(added)
        self._tail = (self._tail + added)[-_TAIL_BYTES:]
        self._seen = seen


def _mended_end(log: FileIO) -> int:
    """How long the log is once its last line is a whole one: what a crash cut short goes, what it named comes again."""
    end = log.seek(0, os.SEEK_END)
    if end and (rest := unfinished(Path(log.name))):
        # Where all of a line is there, only its end is missing, or is another byte.
        whole = next((line for line in (rest, rest[:-1]) if is_sealed(line)), b"")
        log.truncate(end - len(rest) + len(whole))
        if whole:
            log.write(b"\n")
        end = log.seek(0, os.SEEK_END)
    return end


def unfinished(file: Path) -> bytes:
    """What follows the last whole line of a log."""
    with file.open("rb") as log:
        size, rest, step = log.seek(0, os.SEEK_END), b"", 65_536
        for end in range(size, 0, -step):
            log.seek(max(0, end - step))
            rest = log.read(min(step, end)) + rest
            if b"\n" in rest:
                return rest[rest.rfind(b"\n") + 1 :]
    return rest


def sealed(event: Mapping[str, object]) -> bytes:
    """An event as a line of the log, with its checksum, without the line's end."""
    body = json.dumps(event, default=lambda value: value.isoformat(), ensure_ascii=False, sort_keys=True).encode()
    return b'%s%s%08x"}' % (body[:-1], _SEAL, zlib.crc32(body))


def _has_seal(line: bytes) -> bool:
    return line[-22:-10] == _SEAL


def is_sealed(line: bytes) -> bool:
    """Whether a line has a checksum, and it is the line's."""
    return _has_seal(line) and line[-10:-2] == b"%08x" % zlib.crc32(b"}", zlib.crc32(line[:-22])) and line[-2:] == b'"}'


def kind_of(line: bytes, number: int) -> str:
    """Which event the line is of.

    Raises:
        BadLine: the line is not as it was written, or no event that this version knows.
    """
    if _has_seal(line) and not is_sealed(line):
        raise BadLine(number, "its checksum is another")
    named = _KIND.search(line)
    kind = named[1].decode(errors="replace") if named else str(parsed(line, number)["event"])
    if kind not in KINDS:
        if _has_seal(line):
            raise BadLine(number, f"a newer version of Reach wrote it ({kind})", is_newer=True)
        raise BadLine(number, f"there is no event {kind!r}")
    return kind


def parsed(line: bytes, number: int) -> Event:
    """The event of a line.

    Raises:
        BadLine: it is none.
    """
    try:
        event = json.loads(line)
    except ValueError:
        raise BadLine(number, "it is no JSON") from None
    if not isinstance(event, dict) or "event" not in event:
        raise BadLine(number, "it is no event")
    return event


def lines_of(file: Path) -> Iterator[tuple[int, bytes]]:
    """Every whole line of a log with its number; a last one that was cut short is none."""
    with file.open("rb") as log:
        for number, line in enumerate(log, 1):
            if line.endswith(b"\n"):
                yield number, line[:-1]
