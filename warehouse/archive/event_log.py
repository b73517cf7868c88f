"""The archive's log of events: a line of JSON for each, added at the end and never changed.

A line is parsed when an event of its kind is first asked for, and once in the life of an :class:`EventLog`. Where the
first lines were read by an earlier run, and are the same to the byte, the log is read from there on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from warehouse.archive.log_lines import BadLine, Event, is_sealed, kind_of, parsed, sealed, unfinished

_TAIL_BYTES = 4096
"""So many bytes before the place up to which the log was read tell whether it is still the same log."""

_HASH = re.compile(r"\b[0-9a-f]{64}\b")

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


class Line(NamedTuple):
    """A line of the log: which event it is of, its number, and at which byte it begins."""

    kind: str
    number: int
    begins: int


@dataclass(frozen=True)
class LogStart:
    """What was kept of the first lines of a log, so that they need not be read again.

    ``bytes`` and ``lines`` say how much that is, ``crc32`` which bytes. ``counts`` has how many lines there are
    of each kind whose events are not needed, because something else has what they come to; ``lines_at`` says where all
    other lines are.
    """

    bytes: int
    crc32: int
    lines: int
    counts: Mapping[str, int]
    lines_at: tuple[Line, ...]


@dataclass
class _Lines:
    """The lines of one kind: where they are in the log, the events parsed so far, and the text of the others."""

    numbers: list[int] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
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

    def __init__(self, file: Path, start_kept: Callable[[], LogStart | None] = lambda: None) -> None:
        self.file = file
        self._start_kept = start_kept
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._kinds: dict[str, _Lines] = {}
        self._count = 0
        self._end = 0
        self._tail = b""
        self._seen: tuple[int, int, int] | None = None
        self._start: LogStart | None = None
        self._log = object()

    def events(self, *kinds: str) -> list[Event]:
        """The events of these kinds in the order of the log. A last line that a crash cut short is passed over."""
        return self.added(NOTHING, *kinds)[0]

    def added(self, since: Position, *kinds: str) -> tuple[list[Event], Position]:
        """The events of these kinds after a position, in the order of the log, and the position at its end.

        Where the file was replaced or cut since, the new position is of another log, and the events are all of its.
        """
        placed, position = self.added_at(since, *kinds)
        return [event for _, event in placed], position

    def added_at(self, since: Position, *kinds: str) -> tuple[list[tuple[int, Event]], Position]:
        """As :meth:`added`, each event with the byte at which its line begins."""
        with self._lock:
            self._catch_up()
            first = since.lines if since.log is self._log else 0
            if self._start and first < self._start.lines and any(kind in self._start.counts for kind in kinds):
                self._start_kept = lambda: None  # somebody needs what was left out: all of the log is read
                self._forget()
                self._catch_up()
                first = 0
            placed = list[tuple[int, Event]]()
            for lines in (self._kinds[kind] for kind in kinds if kind in self._kinds):
                start = bisect_right(lines.numbers, first)
                placed += zip(lines.begins[start:], lines.parsed()[start:], strict=True)
            position = Position(self._log, self._count)
        if len(kinds) > 1:
            placed.sort(key=lambda pair: pair[0])
        return placed, position

    def events_at(self, begins: Iterable[int]) -> list[tuple[int, Event]]:
        """The events of the lines that begin at these bytes, in the order of the log."""
        placed, at_bytes = list[tuple[int, Event]](), sorted(begins)
        if not at_bytes:
            return placed
        with self.file.open("rb") as log:
            for at in at_bytes:
                log.seek(at)
                placed.append((at, json.loads(log.readline())))
        return placed

    def events_with(self, hashes: Set[str]) -> list[tuple[int, Event]]:
        """The events of the lines that name one of these hashes, in the order of the log; every line is looked at."""
        placed, begins = [], 0
        with self.file.open("rb") as log:
            for line in log:
                if not hashes.isdisjoint(_HASH.findall(line.decode(errors="replace"))) and line.endswith(b"\n"):
                    placed.append((begins, json.loads(line)))
                begins += len(line)
        return placed

    def taken_start(self) -> tuple[LogStart, Position] | None:
        """The first lines as they were kept, and the position at their end; None where all lines were read."""
        with self._lock:
            self._catch_up()
            return (self._start, Position(self._log, self._start.lines)) if self._start else None

    def start(self, *left_out: str) -> LogStart:
        """What is to be kept of the lines that were read, without those of the kinds that are ``left_out``."""
        with self._lock:
            self._catch_up()
            lines_at = [
                Line(kind, number, begins)
                for kind, lines in self._kinds.items()
                if kind not in left_out
                for number, begins in zip(lines.numbers, lines.begins, strict=True)
            ]
            counts = {kind: self.count(kind) for kind in left_out}
            return LogStart(self._end, self.crc32(self._end), self._count, counts, tuple(lines_at))

    def crc32(self, size: int) -> int:
        """The CRC-32 of the first bytes of the file, which are read piece by piece."""
        checksum = 0
        with self.file.open("rb") as log:
            while size and (piece := log.read(min(size, 1 << 20))):
                checksum, size = zlib.crc32(piece, checksum), size - len(piece)
        return checksum

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
            counts = self._start.counts if self._start else {}
            read = sum(len(self._kinds[kind].numbers) for kind in kinds if kind in self._kinds)
            return read + sum(counts.get(kind, 0) for kind in kinds)

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

    def _take_start(self, size: int) -> None:
        """Goes on from what was kept of the first lines, if they are still the same to the byte."""
        start = self._start_kept()
        if start is None or size < start.bytes or self.crc32(start.bytes) != start.crc32:
            return
        with self.file.open("rb") as log:
            for line in start.lines_at:
                lines = self._kinds.setdefault(line.kind, _Lines())
                lines.numbers.append(line.number)
                lines.begins.append(line.begins)
                log.seek(line.begins)
                lines.unparsed.append(log.readline().removesuffix(b"\n"))
            log.seek(max(0, start.bytes - _TAIL_BYTES))
            self._tail = log.read(min(_TAIL_BYTES, start.bytes))
        self._count, self._end, self._start = start.lines, start.bytes, start

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
        if self._seen is None:
            self._take_start(status.st_size)
        with self.file.open("rb") as log:
            start = self._end - len(self._tail)
            log.seek(start)
            added = log.read()
            if not added.startswith(self._tail):
                self._forget()
                log.seek(0)
                added = log.read()
        added = added[len(self._tail) : added.rfind(b"\n") + 1]
        begins = self._end
        for line in added.split(b"\n")[:-1]:
            self._count += 1
            try:
                name = kind_of(line, self._count)
            except BadLine:
                self._forget()  # whoever asks again is told again
                raise
            lines = self._kinds.setdefault(name, _Lines())
            lines.numbers.append(self._count)
            lines.begins.append(begins)
            lines.unparsed.append(line)
            begins += len(line) + 1
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
