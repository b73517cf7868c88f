"""What is wrong with a log of events, line by line, and putting that right or aside."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from warehouse import file_system
from warehouse.archive.log_lines import BadLine, Event, is_sealed, kind_of, lines_of, parsed

_MOST_BYTES = 4096
"""Of longer lines the bit that changed is not looked for: every bit of a line is tried."""
_KIND = re.compile(rb'"event": "([a-z ]+)"')
_PATH = re.compile(rb'"path": "([^"\\]*)"')


@dataclass(frozen=True)
class LineFault:
    """A line that cannot be used, why, and the line as it was where that can be told."""

    number: int
    line: bytes
    why: str
    is_newer: bool = False
    restored: bytes | None = None

    @property
    def about(self) -> str:
        """What the line seems to have been about; empty where nothing tells."""
        told = (pattern.search(self.line) for pattern in (_KIND, _PATH))
        return " ".join(match[1].decode(errors="replace") for match in told if match)


def faults(file: Path, understand: Callable[[Event], object]) -> list[LineFault]:
    """The lines of a log that cannot be used; ``understand`` raises where an event lacks something."""
    bad = []
    for number, line in lines_of(file):
        try:
            kind_of(line, number)
            understand(parsed(line, number))
        except BadLine as fault:
            bad.append(LineFault(number, line, fault.why, fault.is_newer, _restored(line)))
        except (AttributeError, KeyError, TypeError, ValueError):
            bad.append(LineFault(number, line, "it lacks what such an event tells"))
    return bad


def _restored(line: bytes) -> bytes | None:
    """The line with its checksum, where one bit of it changed: only one line differs so little and has that."""
    for at in range(len(line) if len(line) <= _MOST_BYTES else 0):
        for bit in range(8):
            candidate = line[:at] + bytes([line[at] ^ 1 << bit]) + line[at + 1 :]
            if is_sealed(candidate):
                return candidate
    return None


def mend(file: Path, bad: Iterable[LineFault], day: date) -> None:
    """Writes the log with restored lines put right and without the others, which a file of this day keeps.

    A process that dies in between leaves the log as it was.

    Raises:
        OSError: it cannot be written.
    """
    by_number = {fault.number: fault for fault in bad}
    put_aside = [fault.line + b"\n" for fault in by_number.values() if fault.restored is None]
    if put_aside:
        with file.with_name(f"events.damaged-{day}.jsonl").open("ab") as aside:
            aside.writelines(put_aside)
            aside.flush()
            os.fsync(aside.fileno())
    new = file.with_name(".events.jsonl.tmp")
    try:
        with new.open("wb") as log:
            for number, line in lines_of(file):
                kept = by_number[number].restored if number in by_number else line
                if kept is not None:
                    log.write(kept + b"\n")
            log.flush()
            os.fsync(log.fileno())
        file_system.replace(new, file)
    finally:
        new.unlink(missing_ok=True)


def kept_aside(folder: Path) -> bytes:
    """Every line that was ever put aside from the log in a folder."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("events.damaged-*.jsonl")))
