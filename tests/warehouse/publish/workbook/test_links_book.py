"""The workbook of tagged links, with a QR code beside each."""

from __future__ import annotations

import io
import zipfile

import fastexcel
from PIL import Image

from warehouse.publish.workbook.links_book import links_book, qr_code

ROWS = [("=1+1", "facebook", "https://forum.example/?utm_source=facebook"), ("ក្រុម", "print", "https://forum.example/")]


def test_each_link_has_a_row_and_a_code_and_a_text_is_no_formula() -> None:
    book = links_book("Links of The forum", ROWS)
    assert fastexcel.read_excel(book).load_sheet(0).to_polars().select("partner", "channel", "link").rows() == ROWS
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        assert sum(name.startswith("xl/media/") for name in packed.namelist()) == len(ROWS)


def test_the_same_rows_are_the_same_bytes() -> None:
    assert links_book("Links", ROWS) == links_book("Links", ROWS)


def test_a_code_is_black_on_white_with_its_quiet_zone() -> None:
    with Image.open(io.BytesIO(qr_code("https://forum.example/"))) as image:
        assert image.width == image.height
        assert image.convert("L").getpixel((0, 0)) == 255
        assert image.convert("L").getpixel((12, 12)) == 0
