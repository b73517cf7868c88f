"""Workbooks in Excel's XML of 2003 (SpreadsheetML), which old tools name ``.xls``.

Reference: SpreadsheetML of Office 2003 (``urn:schemas-microsoft-com:office:spreadsheet``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO

import polars as pl

from connectors.contract import Refused
from connectors.reading import size_limits
from connectors.reading.size_limits import COLUMN_LIMIT, ROW_LIMIT, SizeBudget

_SHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_WORKSHEET, _ROW, _CELL, _DATA, _NAME, _INDEX, _ACROSS = (
    f"{_SHEET} {tag_name}" for tag_name in ("Worksheet", "Row", "Cell", "Data", "Name", "Index", "MergeAcross")
)


def sheets(name: str, source: IO[bytes]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each sheet of a SpreadsheetML workbook, as a grid of text.

    Raises:
        Refused: it is damaged, of another kind, or spans more than any sheet.
    """
    reader = _Reader(name)
    for _ in size_limits.pieces(name, source, reader.start, reader.end, reader.text, namespaces=True):
        yield from reader.done
        reader.done.clear()


class _Reader:
    """The sheet, row and cell that the parser is in."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.done: list[tuple[str, pl.DataFrame]] = []
        self.sheet = ""
        self.rows: list[list[str | None]] = []
        self.cells: list[str | None] = []
        self.width = 0
        self.across = 0
        self.data: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == _WORKSHEET:
            self.sheet, self.rows, self.width = attributes.get(_NAME, ""), [], 0
        elif tag == _ROW:
            self.rows.extend([] for _ in range(self._skipped(attributes, len(self.rows), ROW_LIMIT)))
            self.cells = []
        elif tag == _CELL:
            self.cells.extend([None] * self._skipped(attributes, len(self.cells), COLUMN_LIMIT))
            self.cells.append(None)
            self.across = size_limits.whole(attributes.get(_ACROSS), 0)
        elif tag == _DATA:
            self.data = []

    def text(self, more: str) -> None:
        if self.data is not None:
            self.data.append(more)

    def end(self, tag: str) -> None:
        if tag == _DATA and self.data is not None and self.cells:
            self.cells[-1] = "".join(self.data)
            self.data = None
        elif tag == _CELL:
            self.cells.extend([None] * min(self.across, COLUMN_LIMIT - len(self.cells)))
        elif tag == _ROW:
            self.rows.append(self.cells)
            self.width = max(self.width, len(self.cells))
            SizeBudget().check(self.name, len(self.rows), self.width, 0)
        elif tag == _WORKSHEET:
            self.done.append((self.sheet, size_limits.grid(self.rows)))
            self.rows = []

    def _skipped(self, attributes: Mapping[str, str], at: int, limit: int) -> int:
        """How many empty ones an element's index skips."""
        skipped = size_limits.whole(attributes.get(_INDEX), at + 1) - 1 - at
        if not 0 <= skipped <= limit - at - 1:
            raise Refused(
                f"{self.name} numbers its cells in an order that no spreadsheet writes; save it again as .xlsx."
            )
        return skipped
