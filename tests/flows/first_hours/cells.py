"""Types into cells of a workbook, as a person does, and leaves everything else in it as it is."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

_CELL = re.compile(r'(<c r="([A-Z]+)\d+"[^>]*?(?:/>|>.*?</c>))', re.DOTALL)
"""A cell of a row, and the letters of its column."""


def type_into(workbook: Path, place: str, text: str) -> None:
    """Writes a text into a cell, such as ``rules!C2``; ``⏎`` begins a new line in it."""
    sheet, _, name = place.partition("!")
    letters, number = re.fullmatch(r"([A-Z]+)(\d+)", name).groups()  # type: ignore[union-attr]
    with zipfile.ZipFile(workbook) as old:
        parts = {info.filename: old.read(info) for info in old.infolist()}
    part = _part_of(parts, sheet)
    xml = parts[part].decode()
    typed = (
        f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{escape(text.replace(" ⏎ ", chr(10)))}</t></is></c>'
    )
    row = re.search(rf'<row r="{number}"[^>]*?(?:/>|>.*?</row>)', xml, re.DOTALL)
    if row is None:
        rows = f'<row r="{number}">{typed}</row></sheetData>'
        xml = xml.replace("</sheetData>", rows).replace("<sheetData/>", f"<sheetData>{rows}")
    else:
        cells = {cell[2]: cell[1] for cell in _CELL.finditer(row[0])} | {letters: typed}
        in_order = sorted(cells, key=lambda column: (len(column), column))
        head = row[0][: row[0].index(">")].rstrip("/")
        xml = xml.replace(row[0], f"{head}>{''.join(cells[column] for column in in_order)}</row>")
    parts[part] = xml.encode()
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as new:
        for path, content in parts.items():
            new.writestr(path, content)


def _part_of(parts: dict[str, bytes], sheet: str) -> str:
    """The part of a workbook that holds a sheet."""
    book, links = parts["xl/workbook.xml"].decode(), parts["xl/_rels/workbook.xml.rels"].decode()
    link = re.search(rf'<sheet name="{re.escape(sheet)}"[^>]* r:id="(\w+)"', book)
    assert link, f"there is no sheet {sheet}"
    target = re.search(rf'<Relationship [^>]*Id="{link[1]}"[^>]*?>', links)
    assert target
    path = re.search(r'Target="([^"]+)"', target[0])
    assert path
    return f"xl/{path[1]}"
