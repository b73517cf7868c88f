"""A workbook opened for a test: its XML, its cells as Excel and LibreOffice have them, and tables with texts to put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import fastexcel
import polars as pl

import connectors
import flows
from flows.steps import plan_files
from tests.conftest import World, meta, post
from warehouse.plan.model import Plan
from warehouse.publish.report.language import Language
from warehouse.publish.workbook import book as workbook
from warehouse.publish.workbook.edition import BookTables
from warehouse.publish.workbook.sheets import LONGEST_TEXT

Tables = dict[str, pl.DataFrame]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"

HOSTILE = {
    "=1+1": "=1+1",
    '=HYPERLINK("http://evil.example","click")': '=HYPERLINK("http://evil.example","click")',
    "+1": "+1",
    "-2+3": "-2+3",
    "@SUM(A1:A9)": "@SUM(A1:A9)",
    "{=1+1}": "{=1+1}",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "<r><t>x</t></r></is><f>1+1</f><is></r>": "<r><t>x</t></r></is><f>1+1</f><is></r>",
    "</t></is></c>": "</t></is></c>",
    "javascript:alert(1)": "javascript:alert(1)",
    "nul\x00 and bell\x07": "nul\ufffd and bell\ufffd",
    "no character\ufffe": "no character\ufffd",
    "_x0041_": "_x0041_",
    "\u202eright to left": "\u202eright to left",
    "z" + "\u0317\u0357\u034a" * 50: "z" + "\u0317\u0357\u034a" * 50,
    "two\r\nlines\rand\nmore": "two\nlines\nand\nmore",
    "  spaces ": "  spaces ",
    "0012345678901234567": "0012345678901234567",
    "1e5": "1e5",
    "#REF!": "#REF!",
    "c" * 60_000: "c" * (LONGEST_TEXT - 1) + "…",
    "😀" * 20_000: "😀" * ((LONGEST_TEXT - 1) // 2) + "…",
    "x" + "😀" * 20_000: "x" + "😀" * (LONGEST_TEXT // 2 - 1) + "…",
    "ច្បាប់ព័ត៌មាន": "ច្បាប់ព័ត៌មាន",
}
"""Texts of posts, and what stands in their cells."""


SAMPLE_PLAN = plan_files.parse((Path(flows.__file__).parent / "sample" / "plan.toml").read_bytes())


def team_book(tables: Tables, plan: Plan = SAMPLE_PLAN, language: Language = "en") -> bytes:
    """The team's workbook of tables."""
    return workbook.book(BookTables(tables, plan, connectors.PLATFORMS), language)


def to_send(tables: Tables, plan: Plan = SAMPLE_PLAN, language: Language = "en", frozen_as: str | None = None) -> bytes:
    """The copy to send of tables."""
    return workbook.copy_to_send(BookTables(tables, plan, connectors.PLATFORMS, frozen_as), language)


def parts(book: bytes, pattern: str) -> Iterator[ElementTree.Element]:
    """The parts of a workbook whose names match, each of them well-formed."""
    with ZipFile(BytesIO(book)) as archive:
        for name in archive.namelist():
            if re.fullmatch(pattern, name):
                yield ElementTree.fromstring(archive.read(name))


def sheet_of(book: bytes, name: str) -> ElementTree.Element:
    """The XML of a sheet."""
    place = fastexcel.read_excel(book).sheet_names.index(name) + 1
    [sheet] = parts(book, rf"xl/worksheets/sheet{place}\.xml")
    return sheet


def visible(book: bytes) -> list[str]:
    """The names of the sheets that are shown, and so printed."""
    [workbook] = parts(book, r"xl/workbook\.xml")
    return [str(sheet.get("name")) for sheet in workbook.iter(f"{MAIN}sheet") if not sheet.get("state")]


def rows_of(book: bytes | Path, name: str) -> list[tuple[Any, ...]]:
    """A sheet's rows as text and numbers, without any taken for a header."""
    read = fastexcel.read_excel(book if isinstance(book, bytes) else str(book))
    return read.load_sheet(name, header_row=None, dtypes="string").to_polars().rows()


def shown_by_libreoffice(opened: Path, name: str) -> list[list[str]]:
    """A sheet's cells as they are shown."""
    table, text = OFFICE % "table", OFFICE % "text"
    with ZipFile(opened) as archive:
        content = ElementTree.fromstring(archive.read("content.xml"))
    [sheet] = (
        table_element for table_element in content.iter(f"{table}table") if table_element.get(f"{table}name") == name
    )
    return [
        [
            "\n".join("".join(line.itertext()) for line in cell.findall(f"{text}p"))
            for cell in row
            for _ in range(int(cell.get(f"{table}number-columns-repeated", 1)))
        ]
        for row in sheet.iter(f"{table}table-row")
    ]


def world_of(world: World, *texts: str) -> Tables:
    """The tables of posts with these texts, read from an export."""
    rows = [post(number, Description=f"{text} #forum", Views=number) for number, text in enumerate(texts, 1)]
    world.drop("2024-12-01/a.csv", meta(*rows))
    return world.published()


def few(tables: Tables) -> Tables:
    """The tables that the cover and the indicators need, and the posts."""
    names = ("about", "project_totals", "activity_totals", "indicator_progress", "definition_changes", "post_totals")
    return {name: tables[name] for name in names}


def with_texts(tables: Tables, *texts: str, column: str = "text") -> Tables:
    """The tables with posts that have exactly these texts, whatever a connector would have made of them."""
    posts = pl.concat([tables["post_totals"].head(1)] * len(texts)).with_columns(pl.Series(column, texts))
    return {**tables, "post_totals": posts}
