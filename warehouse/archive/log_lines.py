"""A line of the archive's log: an event as JSON, with a checksum.

Its last key is the CRC-32 of the line without that key, so that a line that changed is noticed and never taken for
another event; lines of before 28 November 2026 have none.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Event = dict[str, Any]

KINDS = frozenset(
    {
        "answered", "dated", "faulty plan", "forgotten", "frozen", "mailbox", "mailed", "plan", "pulled", "received",
        "removed", "restored", "taken", "withdrawn",
    }
)  # fmt: skip
"""The events that this version of Reach knows."""

_SEAL = b', "crc32": "'
_KIND = re.compile(rb'"event": "([^"\\]*)"')


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
