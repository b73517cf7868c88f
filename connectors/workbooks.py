"""Workbooks (.xlsx, .xls, .ods): every sheet as a grid of text, and the day the workbook was last saved."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import polars as pl

from connectors import spans, zips
from connectors.contract import Refused
from connectors.spans import CELL_LIMIT

_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z?</")
_OPENDOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
_META_DATE = re.compile(rb"<dc:date>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")


def is_workbook(name: str, archive: zipfile.ZipFile) -> bool:
    """Whether a zip is a workbook: what Office writes holds its parts under ``xl/``; an ODS says what it is.

    Raises:
        Refused: its first part is damaged.
    """
    return any(part.startswith("xl/") for part in archive.namelist()) or _is_opendocument(name, archive)


def _is_opendocument(name: str, archive: zipfile.ZipFile) -> bool:
    """Whether a zip is an OpenDocument spreadsheet (.ods), as LibreOffice and Google write it."""
    if "mimetype" not in archive.namelist() or "content.xml" not in archive.namelist():
        return False
    kind = zips.content(name, archive, archive.getinfo("mimetype"), 100)
    return kind.decode("ascii", errors="replace").startswith(_OPENDOCUMENT)


def written_at(archive: zipfile.ZipFile) -> datetime | None:
    """The workbook's own time of its last change, in UTC (an ODS writes the wall time); null where it has none."""
    for part, pattern in (("docProps/core.xml", _MODIFIED), ("meta.xml", _META_DATE)):
        if part in archive.namelist() and (found := pattern.search(archive.read(part))):
            try:
                return datetime.fromisoformat(found.group(1).decode())
            except ValueError:
                return None
    return None


def check(name: str, archive: zipfile.ZipFile) -> None:
    """Looks through a workbook, part by part, before a reader that cannot refuse takes it.

    Raises:
        Refused: it is damaged, of a kind that cannot be looked through, or its cells lie too far apart.
    """
    zips.check(name, archive)
    parts = archive.namelist()
    if _is_opendocument(name, archive):
        with archive.open("content.xml") as content:
            spans.check_opendocument(name, content)
        return
    if any(part.startswith("xl/") and part.endswith(".bin") and "/worksheets/" in part for part in parts):
        raise Refused(f"{name} is a binary workbook (.xlsb); save it as .xlsx.")
    for info in archive.infolist():
        if info.filename.casefold().endswith(".xml"):  # whichever part the workbook calls a sheet
            with archive.open(info) as member:
                spans.check_sheet(name, member)


def old_sheets(name: str, content: bytes) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each sheet of an .xls that holds something, as :func:`sheets` has them.

    The reader is plain Python: a damaged container may make it fail, but never takes the process with it.

    Raises:
        Refused: the workbook is damaged, empty, or has a password.
    """
    import xlrd  # type: ignore[import-untyped]

    try:
        with xlrd.open_workbook(file_contents=content, on_demand=True, ragged_rows=True, logfile=io.StringIO()) as book:
            found = [(sheet, _old_grid(name, book, book.sheet_by_name(sheet))) for sheet in book.sheet_names()]
    except Refused:
        raise
    except Exception as error:  # it checks little: struct's, its own, and whatever a damaged offset leads to
        raise Refused(
            f"{name} is a workbook that cannot be opened: it is damaged or has a password; save it again without one."
        ) from error
    grids = [(sheet, grid) for sheet, grid in found if grid.height and grid.width]
    if not grids:
        raise Refused(f"{name} is a workbook without a filled cell; fill it in, or remove it.")
    yield from grids


def _old_grid(name: str, book: Any, sheet: Any) -> pl.DataFrame:
    width = max((sheet.row_len(at) for at in range(sheet.nrows)), default=0)
    if width * sheet.nrows > CELL_LIMIT:
        raise Refused(f"{name} has a sheet of {sheet.nrows:,} rows and {width:,} columns; save its table as CSV.")
    rows = [[_old_cell(book, cell) for cell in sheet.row(at)] for at in range(sheet.nrows)]
    columns = [[row[at] if at < len(row) else None for row in rows] for at in range(width)]
    return pl.DataFrame({f"column_{at}": pl.Series(column, dtype=pl.String) for at, column in enumerate(columns)})


def _old_cell(book: Any, cell: Any) -> str | None:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value) or None
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        whole = int(cell.value) if abs(cell.value) < 2**63 else cell.value
        return str(whole if whole == cell.value else cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return str(xlrd.xldate_as_datetime(cell.value, book.datemode))
        except (ValueError, OverflowError):
            return str(cell.value)
    return None


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
        raise Refused(
            f"{name} is a workbook that cannot be opened: it is damaged or has a password; save it again without one."
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the Rust reader's bug, which no Exception clause catches
            raise
        raise Refused(f"{name} is a workbook that cannot be opened; save it again as .xlsx.") from error
    grids = [(sheet, grid) for sheet, grid in found if grid.height and grid.width]
    if not grids:
        raise Refused(f"{name} is a workbook without a filled cell; fill it in, or remove it.")
    yield from grids
