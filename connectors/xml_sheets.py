"""Spreadsheets that are XML: Excel's of 2003 (SpreadsheetML), which old tools name ``.xls``, and how large an ODS is.

Reference: SpreadsheetML of Office 2003 (``urn:schemas-microsoft-com:office:spreadsheet``); OpenDocument 1.3, part 3.
The parser (expat) unfolds no entity bombs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

import polars as pl

from connectors.contract import Refused

_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"

CELL_LIMIT = 10_000_000
COLUMN_LIMIT = 16_384
ROW_LIMIT = 1_048_576


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
    except ElementTree.ParseError as error:
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


def check_opendocument(name: str, source: IO[bytes]) -> None:
    """Counts the cells that an ODS unfolds to: its filled cells and rows may say that they repeat.

    Raises:
        Refused: it is damaged, or unfolds to more cells than any table has.
    """
    columns = width = filled = height = empty = (
        0  # of the sheet: its last filled column; rows up to its last filled one
    )
    try:
        for event, element in ElementTree.iterparse(source, ("start", "end")):
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    columns = height = empty = 0
                elif element.tag == f"{_TABLE}table-row":
                    width = filled = 0
            elif element.tag == f"{_TABLE}table-cell":
                width += max(_number(element.get(f"{_TABLE}number-columns-repeated"), 1), 1)
                if element.get(f"{_OFFICE}value-type") is not None or element.find(f"{_TEXT}p") is not None:
                    filled = width
                element.clear()
            elif element.tag == f"{_TABLE}table-row":
                empty += max(_number(element.get(f"{_TABLE}number-rows-repeated"), 1), 1)
                if filled:
                    columns, height, empty = max(columns, filled), height + empty, 0
                    if height * columns > CELL_LIMIT:
                        raise Refused(
                            f"{name} has a sheet that spans {height:,} rows and {columns:,} columns; "
                            "delete what stands far from the table, or save it as CSV."
                        )
                element.clear()
    except ElementTree.ParseError as error:
        raise Refused(f"{name} is a workbook that is damaged ({error}); save it again as .xlsx.") from error
