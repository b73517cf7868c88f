"""Workbooks (.xlsx): every sheet as a grid of text, and the day the workbook was last saved."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime

import polars as pl

from connectors.contract import Refused

_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z?</")


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is a workbook: what Office writes holds its parts under ``xl/``."""
    return any(name.startswith("xl/") for name in archive.namelist())


def written_at(archive: zipfile.ZipFile) -> datetime | None:
    """The workbook's own ``modified`` property, in UTC; null where it has none."""
    if "docProps/core.xml" not in archive.namelist():
        return None
    found = _MODIFIED.search(archive.read("docProps/core.xml"))
    return datetime.fromisoformat(found.group(1).decode()) if found else None


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
