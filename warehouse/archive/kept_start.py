"""What a log's first lines come to, kept in a file beside it, so that a night reads only the lines after them.

The file says which bytes of the log it is of, and has checksums of these and of itself. Where one of them does not
suit, or another version of Reach made it, it is as if it were not there: the whole log is read, which takes longer.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import polars as pl

from warehouse import file_system
from warehouse.archive.blobs import ASIDE
from warehouse.archive.event_log import Line, LogStart

FILE = "events.kept"
FOLDED = ("answered", "pulled")
"""The kinds of events whose lines are not read again: the table of pulls has what they come to."""
FEWEST_BYTES = 1 << 20
"""A log that is shorter is read as quickly as what would be kept of it."""
SHARE = 64
"""What is kept is made anew once the log has grown by the 64th part: a night then reads that much at most."""

_LINES = {"kind": pl.String, "number": pl.UInt64, "begins": pl.UInt64}


class KeptStart(NamedTuple):
    """The first lines of a log, and the pulls that they tell of, columns :data:`pull_table.COLUMNS`."""

    start: LogStart
    pulls: pl.DataFrame


def is_due(log_bytes: int, kept: LogStart | None) -> bool:
    """Whether a log of so many bytes has outgrown what is kept of it."""
    return log_bytes >= FEWEST_BYTES and (kept is None or log_bytes - kept.bytes >= log_bytes // SHARE)


def write(folder: Path, kept: KeptStart) -> None:
    """Keeps the start of a log, in place of what was kept before; what is half-written is never taken for whole.

    Raises:
        OSError: it cannot be written.
    """
    start, parts = kept.start, [BytesIO(), BytesIO()]
    lines = pl.DataFrame(start.lines_at, schema=_LINES, orient="row")
    for part, frame in zip(parts, (lines, kept.pulls), strict=True):
        frame.write_ipc(part, compression="lz4")
    contents = [part.getvalue() for part in parts]
    head = {
        "made_with": _made_with(),
        "bytes": start.bytes,
        "crc32": start.crc32,
        "lines": start.lines,
        "counts": dict(start.counts),
        "parts": [len(content) for content in contents],
    }
    kept_bytes = json.dumps(head).encode() + b"\n" + b"".join(contents)
    aside = folder / ASIDE / FILE
    aside.parent.mkdir(exist_ok=True)
    try:
        with aside.open("wb") as file:
            file.write(b"%08x\n" % zlib.crc32(kept_bytes) + kept_bytes)
            file.flush()
            os.fsync(file.fileno())
        file_system.replace(aside, folder / FILE)
    finally:
        aside.unlink(missing_ok=True)


def read(folder: Path) -> KeptStart | None:
    """What is kept of the log in a folder; None where nothing is, or it cannot be used."""
    try:
        checksum, _, kept = (folder / FILE).read_bytes().partition(b"\n")
        if int(checksum, 16) != zlib.crc32(kept):
            return None
        line, _, rest = kept.partition(b"\n")
        head = json.loads(line)
        if head["made_with"] != _made_with():
            return None
        contents = [rest[: head["parts"][0]], rest[head["parts"][0] :]]
        lines, pulls = (pl.read_ipc(BytesIO(content)) for content in contents)
        start = LogStart(
            head["bytes"], head["crc32"], head["lines"], head["counts"], tuple(map(Line._make, lines.rows()))
        )
        return KeptStart(start, pulls)
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return None


@cache
def _made_with() -> str:
    """A fingerprint of the code that makes what is kept."""
    digest = hashlib.sha256(pl.__version__.encode())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]
