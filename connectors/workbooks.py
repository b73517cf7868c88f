"""Workbooks (.xlsx): every sheet as a grid of text, and the day the workbook was last saved."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO

import polars as pl

from connectors.contract import Refused

_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z?</")
_FILLED = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_CELL_BYTES = 256  # no tag of a cell is longer
_CHUNK = 1 << 20
CELL_LIMIT = 10_000_000


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is a workbook: what Office writes holds its parts under ``xl/``."""
    return any(name.startswith("xl/") for name in archive.namelist())


def written_at(archive: zipfile.ZipFile) -> datetime | None:
    """The workbook's own ``modified`` property, in UTC; null where it has none."""
    if "docProps/core.xml" not in archive.namelist():
        return None
    found = _MODIFIED.search(archive.read("docProps/core.xml"))
    try:
        return datetime.fromisoformat(found.group(1).decode()) if found else None
    except ValueError:
        return None


def check(name: str, archive: zipfile.ZipFile) -> None:
    """Looks how far a sheet's filled cells lie apart: its reader makes room for all between them, and cannot refuse.

    Raises:
        Refused: a sheet spans more than the limit, mostly by one stray cell far below or beside its table.
    """
    for info in archive.infolist():
        if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
            with archive.open(info) as member:
                columns, rows = _corners(member)
            if (columns[1] - columns[0] + 1) * (rows[1] - rows[0] + 1) > CELL_LIMIT:
                raise Refused(
                    f"{name} has a sheet that spans {rows[1] - rows[0] + 1:,} rows and {columns[1] - columns[0] + 1:,} "
                    "columns, mostly by one stray cell; delete what stands far from the table, or save it as CSV."
                )


def _corners(sheet: IO[bytes]) -> tuple[tuple[int, int], tuple[int, int]]:
    """The first and last column and the first and last row that hold a filled cell."""
    letters: set[bytes] = set()
    low, high = 1 << 30, 0
    rest = b""
    while piece := sheet.read(_CHUNK):
        text = rest + piece
        for column, row in _FILLED.findall(text):
            letters.add(column)
            low, high = min(low, int(row)), max(high, int(row))
        rest = text[-_CELL_BYTES:]
    columns = [_column(own) for own in letters]
    return (min(columns, default=0), max(columns, default=0)), (min(low, high), high)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def sheets(name: str, content: bytes) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each sheet that holds something, as text: dates as ``2024-09-27 10:05:00``, whole numbers without a point.

    Raises:
        Refused: the workbook is damaged or empty.
    """
    import fastexcel

    try:
        book = fastexcel.read_excel(content)
        found = [
            (sheet, book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()) for sheet in book.sheet_names
        ]
    except fastexcel.FastExcelError as error:
        raise Refused(f"{name} is a workbook that cannot be opened; save it again as .xlsx.") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the Rust reader's bug, which no Exception clause catches
            raise
        raise Refused(f"{name} is a workbook that cannot be opened; save it again as .xlsx.") from error
    grids = [(sheet, grid) for sheet, grid in found if grid.height and grid.width]
    if not grids:
        raise Refused(f"{name} is a workbook without a filled cell; fill it in, or remove it.")
    yield from grids
