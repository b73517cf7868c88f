"""The workbook of a campaign's tagged links: a row for each partner and channel, with the link as a QR code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

import segno
import xlsxwriter

from warehouse.publish.workbook.sheets import HEAD, Looks, lay_out, put

SHEET = "links"
_COLUMNS = {"partner": 28, "channel": 16, "link": 90, "QR code": 22}
_SCALE, _BORDER = 3, 4
"""Pixels of a QR code's module, and the modules that its quiet zone needs by ISO/IEC 18004."""
_ROW = 130
"""Points: the codes of links with up to some 200 letters fit."""


def qr_code(link: str) -> bytes:
    """A link as a QR code, a PNG; a quarter of it may be soiled and it is still read."""
    out = BytesIO()
    segno.make(link, error="q", micro=False).save(out, kind="png", scale=_SCALE, border=_BORDER)
    return out.getvalue()


def links_book(title: str, rows: Iterable[tuple[str, str, str]]) -> bytes:
    """Partner, channel and link of each row as an .xlsx; the same rows are the same bytes."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}) as made:
        made.set_properties({"title": title, "created": datetime(2000, 1, 1)})
        looks = Looks(made)
        sheet = made.add_worksheet(SHEET)
        sheet.set_paper(9)  # A4
        sheet.set_footer(f"&L{title}&RPage &P of &N")
        head, text = looks.style(**HEAD), looks.style(text_wrap=True, valign="top")
        for place, (name, width) in enumerate(_COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, head)
        count = 0
        for count, cells in enumerate(rows, 1):
            sheet.set_row(count, _ROW)
            for place, cell in enumerate(cells):
                put(sheet, count, place, cell, text, text)
            options = {
                "image_data": BytesIO(qr_code(cells[-1])), "object_position": 1, "description": cells[-1],
                "x_scale": 0.9, "y_scale": 0.9,
            }  # fmt: skip
            sheet.insert_image(count, len(cells), f"{count}.png", options)
        lay_out(sheet, count, list(_COLUMNS.values()), 1)
    return out.getvalue()
