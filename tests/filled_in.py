"""A published workbook that somebody fills in: its sheets as rows, and rows as files to drop."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZipFile

import fastexcel
from xlsxwriter import Workbook

Row = Mapping[str, object]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rows_of(book: bytes | Path, sheet: str) -> list[dict[str, str | None]]:
    """The rows of a sheet by the titles of their columns."""
    read = fastexcel.read_excel(book if isinstance(book, bytes) else str(book))
    return read.load_sheet(sheet, dtypes="string").to_polars().to_dicts()


def as_workbook(**sheets: Sequence[Row]) -> bytes:
    """Rows as the sheets of a workbook, as a person's Excel saves them; a number is a number.

    The same rows give the same bytes: a file holds the second in which it was made, which is one for all.
    """
    out = BytesIO()
    with Workbook(out, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2024, 12, 1)})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for column, title in enumerate(dict.fromkeys(title for row in rows for title in row)):
                sheet.write_string(0, column, title)
                for at, row in enumerate(rows, 1):
                    sheet.write(at, column, row.get(title))
    return out.getvalue()


def typed_into(book: bytes, sheet: str, cells: Mapping[str, str]) -> bytes:
    """A published workbook with texts typed into empty cells of a sheet, everything else as it was."""
    place = fastexcel.read_excel(book).sheet_names.index(sheet) + 1
    out = BytesIO()
    ElementTree.register_namespace("", MAIN)
    with ZipFile(BytesIO(book)) as archive, ZipFile(out, "w", ZIP_DEFLATED) as copy:
        for part in archive.namelist():
            content = archive.read(part)
            if part == f"xl/worksheets/sheet{place}.xml":
                content = _with_cells(content, cells)
            copy.writestr(part, content)
    return out.getvalue()


def _with_cells(content: bytes, cells: Mapping[str, str]) -> bytes:
    tree = ElementTree.fromstring(content)
    for name, text in cells.items():
        [row] = (one for one in tree.iter(f"{{{MAIN}}}row") if one.get("r") == re.sub("[A-Z]", "", name))
        before = sum(_column(str(cell.get("r"))) < _column(name) for cell in row)
        cell = ElementTree.Element(f"{{{MAIN}}}c", {"r": name, "t": "inlineStr"})
        ElementTree.SubElement(ElementTree.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t").text = text
        row.insert(before, cell)
    return ElementTree.tostring(tree, "UTF-8")


def _column(cell: str) -> tuple[int, str]:
    letters = re.sub("[0-9]", "", cell)
    return len(letters), letters
