"""What the workbook's sheets share: what a cell holds, how it looks, how a table is scrolled and printed.

A text is always a text: no cell becomes a formula, not when somebody edits it either, and only http(s) leads anywhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from textwrap import wrap
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.palette import LIGHT, SIZES
from warehouse.texts import letters_beside

LONGEST_TEXT = 32_767
"""The most that a cell takes, in units of UTF-16: an emoji is two."""
MOST_LINKS = 65_530
"""The most links that a sheet takes."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINK = re.compile(r"https?://[^\s/?#\\<>\"]+\.[^\s\\<>\"]+", re.IGNORECASE)
_LONGEST_LINK = 2_000
FIRST_YEAR = 1901
"""Before that Excel and other programs do not agree on days."""
_DAY_0 = date(1899, 12, 30).toordinal()
"""Excel counts days from here, but for the first two months of 1900."""
EXACT = 10**15
"""From here on Excel rounds whole numbers."""

_KHMER = re.compile(r"[\u1780-\u17ff]")

_PIXELS = 4 / 3
"""Pixels of a point."""
_PAGE = (713.0, 1_000.0)
"""What margins leave of an A4 page in portrait, in pixels."""
_CROWDED = 1.2
"""So much longer than a page a sheet may be to be printed on one: its letters are still read."""
_HIGHEST = 409.0
"""The highest that a row can be, in points: Excel's limit."""
_WIDEST_PAGE = 250
"""The most characters in a row that can still be read where all columns are fitted onto a page."""

_TEXT_SIZE = 11
"""Points of plain text; Excel's own."""
HEAD: Mapping[str, Any] = {
    "bold": True, "font_color": LIGHT["paper"], "bg_color": LIGHT["main"], "valign": "vcenter",
}  # fmt: skip
TITLE: Mapping[str, Any] = {"bold": True, "font_size": round(_TEXT_SIZE * SIZES["first"]), "font_color": LIGHT["ink"]}
SECTION: Mapping[str, Any] = {
    "bold": True, "font_size": round(_TEXT_SIZE * SIZES["second"]), "font_color": LIGHT["main"],
}  # fmt: skip
LEAD: Mapping[str, Any] = {"font_size": round(_TEXT_SIZE * SIZES["third"])}
QUIET: Mapping[str, Any] = {"font_color": LIGHT["quiet"]}
FRAME: Mapping[str, Any] = {"bottom": 1, "bottom_color": LIGHT["line"]}
GRID: Mapping[str, Any] = {"border": 1, "border_color": LIGHT["line"]}
LINK: Mapping[str, Any] = {"font_color": LIGHT["main"], "underline": 1}
WARNING: Mapping[str, Any] = {"bold": True, "font_color": LIGHT["bad"], "bg_color": LIGHT["bad-paper"]}
TO_FILL: Mapping[str, Any] = {"bg_color": LIGHT["warn-paper"]}
VERDICTS = {
    "reached": LIGHT["good-paper"], "not reached": LIGHT["bad-paper"], "not yet reached": LIGHT["warn-paper"],
    "cannot be told": LIGHT["card"],
}  # fmt: skip
"""The fill of a verdict's cell; the word in it says the same."""
TEXT = "@"
DAY = "yyyy-mm-dd"
INSTANT = 'yyyy-mm-dd hh:mm "UTC"'


class Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}

    def style(self, num_format: str = TEXT, **properties: Any) -> Format:
        """A format with xlsxwriter's properties; what it holds stands at the top of its cell."""
        properties = {"valign": "top", "num_format": num_format} | properties
        name = repr(sorted(properties.items()))
        if name not in self._made:
            self._made[name] = self._book.add_format(properties)
        return self._made[name]


def shown(text: str) -> str:
    """A text as a cell can hold it: ``�`` for what XML knows no character for, ``…`` where it was too long."""
    if len(text) <= LONGEST_TEXT // 2 and text.isprintable():  # nearly every text is, and this runs for every cell
        return text
    text = _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST_TEXT // 2:
        units = text.encode("utf-16-le")
        if len(units) > 2 * LONGEST_TEXT:
            return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
    return text


def is_link(text: str) -> bool:
    """Whether a text may be clicked: an address of the web, with nothing in it that hides where it leads."""
    return len(text) <= _LONGEST_LINK and text.isprintable() and _LINK.fullmatch(text) is not None


def number_format(value: float, before: str = "", after: str = "") -> str:
    """How a number is shown, with words around it that are not in the cell's value."""
    digits = "#,##0" if float(value).is_integer() else "#,##0.0##"
    return (f'"{before}"' if before else "") + digits + (f'"{after}"' if after else "")


def put(sheet: Worksheet, row: int, column: int, value: Any, look: Format, as_text: Format) -> None:
    """Writes a value as what it is, and nothing where it is not known.

    What Excel has no number for is a text, by ``as_text``.
    """
    if value is None:
        return
    if isinstance(value, str):
        _put_text(sheet, row, column, shown(value), as_text)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif (number := serial(value)) is not None:
        sheet.write_number(row, column, number, look)
    else:
        sheet.write_string(row, column, str(value), as_text)


def serial(value: float | date) -> float | None:
    """A value as Excel's number; None for what it has none for: days long ago, infinity, more than fifteen digits.

    Instants are whole seconds: rounded up, the last of a day would be shown as the next one.
    """
    if not isinstance(value, date):
        return value if math.isfinite(value) and abs(value) < EXACT else None
    if value.year < FIRST_YEAR:
        return None
    days: float = value.toordinal() - _DAY_0
    if isinstance(value, datetime):
        days += (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    return days


def height(cells: Iterable[tuple[str, float]]) -> float:
    """How high a row of wrapped texts is, each beside the width of its column; LibreOffice does not fit it itself."""
    return min(_HIGHEST, max(_height(text, int(width)) for text, width in cells))


def _height(text: str, width: int) -> float:
    """How high a text is; a line with Khmer is higher, for the signs above and below its letters."""
    lines = text.split("\n")
    rows = sum(_lines(line, width) for line in lines)
    return (19.0 if _KHMER.search(text) else 15.0) * rows + (4 if rows > 1 else 0)


@lru_cache(maxsize=4_096)
def _lines(line: str, width: int) -> int:
    """How many lines a line is wrapped into; what the columns mean is in every workbook.

    Khmer's signs above and below a letter take no room beside it.
    """
    return len(wrap(letters_beside(line), width)) or 1


def pages_high(sheet: Worksheet, widths: Iterable[float], rows: int, row_height: float) -> int:
    """How many pages an A4 sheet in portrait is fitted to that is one page wide; 0 for as many as it takes.

    A sheet that is little longer than a page is made smaller, so that its last lines do not stand on a page alone.

    Args:
        sheet: one whose rows have their heights.
        widths: how wide its columns are.
        rows: how many rows it has.
        row_height: the height of a row of which nothing is said, in points.
    """
    row = row_height * _PIXELS
    sizes: Mapping[int, Sequence[float]] = sheet.row_sizes  # of each row that has a height of its own: pixels first
    pixels = row * rows + sum(size[0] - row for size in sizes.values())
    width = sum(7 * letters + 5 for letters in widths)  # of Excel's own font a letter has 7 pixels, a cell 5 more
    page = _PAGE[1] * max(1.0, width / _PAGE[0])
    return 1 if page < pixels <= _CROWDED * page else 0


def lay_out(sheet: Worksheet, rows: int, widths: Sequence[float], leading: int = 0) -> None:
    """A table below one row of headers, which stays when scrolled and on every page, with filters.

    What is too wide for a page goes on beside it, its ``leading`` columns repeated.
    """
    sheet.freeze_panes(1, leading)
    sheet.autofilter(0, 0, max(rows, 1), len(widths) - 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.repeat_rows(0)
    if sum(widths) <= _WIDEST_PAGE:
        sheet.fit_to_pages(1, 0)
        return
    sheet.set_print_scale(60)
    if leading:
        sheet.repeat_columns(0, leading - 1)


def _put_text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):  # xlsxwriter writes that as markup of its own, not as a text
        sheet.write_rich_string(row, column, look, text[:1], look, text[1:], look)
    else:
        sheet.write_string(row, column, text, look)
