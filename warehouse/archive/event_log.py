"""The archive's log of events: a line of JSON for each, added at the end and never changed.

A line is parsed when an event of its kind is first asked for, and once in the life of an :class:`EventLog`.
"""

from __future__ import annotations

import json
import os
import re
import threading
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Event = dict[str, Any]

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


@dataclass
class _Lines:
    """The lines of one kind: their numbers in the log, the events parsed so far, and the text of the others."""

    numbers: list[int] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    unparsed: list[bytes] = field(default_factory=list)

    def parsed(self) -> list[Event]:
        if self.unparsed:
            self.events += json.loads(b"[" + b",".join(self.unparsed) + b"]")  # one call: keys are shared
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

    def append(self, *events: Mapping[str, object]) -> None:
        """Adds events, and returns when they are on the disk."""
        if not events:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{_line(event)}\n" for event in events)
        with self._lock, _WRITING, self.file.open("a+b") as log:
            log.seek(0, os.SEEK_END)
            if log.tell():
                log.seek(-1, os.SEEK_END)
                if log.read(1) != b"\n":  # a crash cut the last line short: what it named comes in again
                    log.truncate(self.file.read_bytes().rfind(b"\n") + 1)
            log.write(lines.encode())
            log.flush()
            os.fsync(log.fileno())

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
            kind = _KIND.search(line)
            name = kind[1].decode() if kind else str(json.loads(line)["event"])
            lines = self._kinds.setdefault(name, _Lines())
            lines.numbers.append(self._count)
            lines.unparsed.append(line)
        self._end += len(added)
        self._tail = (self._tail + added)[-_TAIL_BYTES:]
        self._seen = seen


def _line(event: Mapping[str, object]) -> str:
    return json.dumps(event, default=lambda value: value.isoformat(), ensure_ascii=False, sort_keys=True)
