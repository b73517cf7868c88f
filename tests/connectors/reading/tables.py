"""Tables of posts as tests of reading write them: as text, in a zip, in a workbook."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import xlsxwriter

from connectors.contract import Extract

HEADER = "Post ID,Page ID,Page name,Title,Publish time,Post type,Date,Views,Reach"
ROW = "122158000000000001,100064500000001,Mekong,ច្បាប់ព័ត៌មាន,09/27/2024 17:05,Photos,Lifetime,10,5"
TABLE = f"{HEADER}\n{ROW}\n"
WORKBOOK = "file.xlsx"


def views(extract: Extract) -> list[int | None]:
    return extract.observations["views"].to_list()


def zipped(**members: str | bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(
                zipfile.ZipInfo(name.replace("__", "."), (2024, 12, 31, 8, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return target.getvalue()


def workbook(*rows: list[object], sheet: str = "Sheet1") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.set_properties({"created": datetime(2024, 12, 31, 8)})
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(at, column, cell, *([day] if isinstance(cell, datetime) else []))
    return target.getvalue()


def xml_workbook(body: str) -> bytes:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    return f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">{body}</Workbook>'.encode()
