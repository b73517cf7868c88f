"""What a cell counts: whole, rounded, unknown, or a reason to reject its row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from tests.oracle.came_in import Known, Row


class NotACount(Exception):
    """A cell that rejects its row."""


def parse_count(cell: str) -> Known | None:
    """Rule 9."""
    cell = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in cell.strip())
    if cell.casefold() in ("", "--", "n/a"):
        return None
    if re.fullmatch(r"\d+", cell):
        return Known(int(cell))
    if re.fullmatch(r"[1-9]\d{0,2}([,. ])\d{3}(\1\d{3})*", cell):
        return Known(int(re.sub(r"\D", "", cell)))
    if match := re.fullmatch(r"(\d+)\.0+", cell):
        return Known(int(match[1]))
    if match := re.fullmatch(r"(\d+)(?:\.(\d))?([KM])", cell):
        return Known((int(match[1]) * 10 + int(match[2] or 0)) * {"K": 100, "M": 100_000}[match[3]], True)
    raise NotACount(cell)


def metrics_of(row: Row, columns: Iterable[str], words: Mapping[str, str]) -> dict[str, Known]:
    """A row's counts; 0 views or impressions where somebody was reached are refuted, and unknown.

    docs/rules.md: Counts are whole.
    """
    parsed = {words[name]: parse_count(row.get(name, "")) for name in columns if name in words}
    counts = {metric: count for metric, count in parsed.items() if count is not None}
    for shown in ("views", "impressions"):
        if shown in counts and counts[shown].value == 0 and "reach" in counts and counts["reach"].value > 0:
            del counts[shown]
    return counts
