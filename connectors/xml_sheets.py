"""Spreadsheets that are XML: Excel's of 2003 (SpreadsheetML), which old tools name ``.xls``.

Reference: SpreadsheetML of Office 2003 (``urn:schemas-microsoft-com:office:spreadsheet``). The parser (expat) unfolds
no entity bombs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

import polars as pl

from connectors.contract import Refused
from connectors.spans import CELL_LIMIT, COLUMN_LIMIT, ROW_LIMIT

_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"


def sheets(name: str, source: IO[bytes]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each sheet of a SpreadsheetML workbook that holds something, as a grid of text.

    Raises:
        Refused: it is damaged, of another kind, or spans more than any sheet.
    """
    found = False
    try:
        sheet, rows, cells = "", list[list[str | None]](), list[str | None]()
        for event, element in ElementTree.iterparse(source, ("start", "end")):
            if event == "start":
                if element.tag == f"{_SHEET}Worksheet":
                    sheet, rows = element.get(f"{_SHEET}Name", ""), []
                elif element.tag == f"{_SHEET}Row":
                    skipped = _index(name, element, len(rows), ROW_LIMIT)
                    rows.extend([] for _ in range(skipped))
                    cells = []
                continue
            if element.tag == f"{_SHEET}Cell":
                cells.extend([None] * _index(name, element, len(cells), COLUMN_LIMIT))
                data = element.find(f"{_SHEET}Data")
                cells.append("".join(data.itertext()) if data is not None else None)
                cells.extend([None] * min(_number(element.get(f"{_SHEET}MergeAcross")), COLUMN_LIMIT - len(cells)))
                element.clear()
            elif element.tag == f"{_SHEET}Row":
                rows.append(cells)
                element.clear()
            elif element.tag == f"{_SHEET}Worksheet":
                element.clear()
                if grid := _grid(name, rows):
                    found = True
                    yield sheet, grid[0]
    except (ElementTree.ParseError, LookupError, ValueError) as error:  # the latter two: an encoding that is none
        raise Refused(f"{name} is an XML spreadsheet that is damaged ({error}); save it again as .xlsx.") from error
    if not found:
        raise Refused(f"{name} is XML, but no spreadsheet with a filled cell; export the figures as CSV instead.")


def _grid(name: str, rows: list[list[str | None]]) -> tuple[pl.DataFrame] | None:
    width = max(map(len, rows), default=0)
    if not width:
        return None
    if width * len(rows) > CELL_LIMIT:
        raise Refused(f"{name} has a sheet of {len(rows):,} rows and {width:,} columns; save its table as CSV.")
    columns = [[row[at] if at < len(row) else None for row in rows] for at in range(width)]
    return (pl.DataFrame({f"column_{at}": pl.Series(column, dtype=pl.String) for at, column in enumerate(columns)}),)


def _index(name: str, element: ElementTree.Element, at: int, limit: int) -> int:
    """How many empty ones an element's index skips."""
    skipped = _number(element.get(f"{_SHEET}Index"), at + 1) - 1 - at
    if not 0 <= skipped <= limit - at:
        raise Refused(f"{name} numbers its cells in an order that no spreadsheet writes; save it again as .xlsx.")
    return skipped


def _number(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else default
