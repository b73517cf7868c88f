"""What the search has found: each of these once broke a reader, by an error of its own, without end, or the process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

import connectors
from connectors.contract import Raw, Refused
from tests.fuzz.changes import as_ods, as_xlsx, as_xml, packed, unpacked
from tests.fuzz.readers import MODIFIED, RECEIVED, broken

POST = (
    "Post ID,Page ID,Page name,Publish time,Permalink,Views,Reach\n"
    "122158000000000001,1,P,09/02/2024 08:00,https://www.facebook.com/1/posts/122158000000000001,5,4\n"
)
TIKTOK = b"Video link,Total views,Total likes,Total comments,Total shares,,,,,\n"


def with_part(book: bytes, **parts: bytes) -> bytes:
    """A workbook, some parts of which are others."""
    return packed(list({**dict(unpacked(book)), **{_part(key): content for key, content in parts.items()}}.items()))


def _part(name: str) -> str:
    return {"texts": "xl/sharedStrings.xml", "sheet": "xl/worksheets/sheet1.xml"}.get(name, f"{name}.xml")


def sheet(rows: str) -> bytes:
    """An .xlsx of these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return with_part(
        as_xlsx(POST), sheet=f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    )


def texts(content: bytes, text: str) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<sst xmlns="%s" %s><si><t>%s</t></si></sst>' % (space, text.encode(), content)


def opendocument(rows: str) -> bytes:
    """An .ods of these rows."""
    content = dict(unpacked(as_ods(POST)))["content.xml"].decode()
    before, after = content.split("<table:table-row>", 1)[0], content.rsplit("</table:table-row>", 1)[1]
    return with_part(as_ods(POST), content=(before + rows + after).encode())


def repeated(rows: int, columns: int, inner: str) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell office:value-type="string" '
        f'table:number-columns-repeated="{columns}"><text:p>{inner}</text:p></table:table-cell></table:table-row>'
    )


def as_other(book: bytes, old: str, new: str) -> bytes:
    """A workbook, one part of which has another name, here and where it is named."""
    leaf, other = (name.rsplit("/", 1)[-1].encode() for name in (old, new))
    parts = {new if name == old else name: content.replace(leaf, other) for name, content in unpacked(book)}
    return packed(list(parts.items()))


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
NAMED = "<row><c t='s'><v>0</v></c></row>"
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "texts that say they are many": (
        lambda: with_part(as_xlsx(POST), texts=texts(b"a", 'uniqueCount="4294967295"')), "cells"),
    "texts that say they are more than numbers go": (
        lambda: with_part(as_xlsx(POST), texts=texts(b"a", f'uniqueCount="{2**63}"')),
        "cannot be opened",
    ),
    "a long text in many cells": (
        lambda: with_part(sheet(NAMED * 4000), texts=texts(b"ab" * 250_000, "")), "200 MiB of text"),
    "a long text in many cells, named in another way": (
        lambda: with_part(sheet("<row><c t='s'><v>+0</v></c></row>" * 4000), texts=texts(b"ab" * 250_000, "")),
        "200 MiB of text"),
    "two parts for texts": (
        lambda: packed([*unpacked(as_xlsx(POST)), ("xl/SharedStrings.xml", texts(b"a", ""))]), "two parts of one name"),
    "cells without a place in a row far down": (
        lambda: sheet('<row r="1"><c><v>1</v></c></row><row r="1048576"><c r="A1"><v>1</v></c>'
                      + "<c><v>1</v></c>" * 9 + "</row>"), "spans 1,048,576 rows"),
    "a cell far off": (lambda: sheet(FAR), "spans 1,048,576 rows and 16,384 columns"),
    "a cell far off, in single quotes": (lambda: sheet(FAR.replace('"', "'")), "spans 1,048,576 rows"),
    "a cell far off, with blanks": (lambda: sheet(FAR.replace("=", " = ")), "spans 1,048,576 rows"),
    "a cell far off, in small letters": (lambda: sheet(FAR.replace("XFD", "xfd")), "spans 1,048,576 rows"),
    "a cell far off, spelled with signs": (lambda: sheet(FAR.replace("D1048", "D&#49;048")), "spans 1,048,576 rows"),
    "a row that no sheet has": (lambda: sheet('<row><c r="A99999999999"><v>1</v></c></row>'), "no sheet has"),
    "a column that no sheet has": (lambda: sheet('<row><c r="ZZZZZZ1"><v>1</v></c></row>'), "no sheet has"),
    "a sheet that is not named .xml": (
        lambda: as_other(sheet(FAR), "xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.png"), "cannot be opened"),
    "more sheets than are read in seconds": (
        lambda: packed([(f"{at}.csv", POST.encode()) for at in range(101)]), "more than 100 tables"),
    "repeated cells": (lambda: opendocument(repeated(9000, 1000, "x")), "9,000 rows and 1,000 columns"),
    "a repeated text": (lambda: opendocument(repeated(5000, 100, "ab" * 5000)), "200 MiB of text"),
    "repeated blanks": (lambda: opendocument(repeated(1, 1, '<text:s text:c="4000000000"/>')), "200 MiB of text"),
    "an XML workbook of wide rows": (
        lambda: as_xml("").replace(b"</Table>", b'<Row><Cell ss:MergeAcross="16383"/></Row>' * 400 + b"</Table>"),
        "306 rows and 16,384 columns"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BOMBS)
def test_what_unfolds_to_more_than_memory_holds_is_refused_before_it_does(kind: str) -> None:
    make, says = BOMBS[kind]
    with pytest.raises(Refused, match=says):
        connectors.read(Raw("a", make(), MODIFIED, RECEIVED), {})


def ods_with_mimetype(change: Callable[[bytearray, int], None]) -> bytes:
    """An .ods whose first part is damaged: ``change`` gets the bytes and where this part's header stands."""
    content = bytearray(as_ods(POST))
    change(content, content.index(b"PK\3\4"))
    return bytes(content)


def wrong_checksum(content: bytearray, at: int) -> None:
    content[content.index(b"PK\1\2") + 16] ^= 0xFF
    content[at + 14] ^= 0xFF


def unknown_method(content: bytearray, at: int) -> None:
    content[content.index(b"PK\1\2") + 10] = content[at + 8] = 85


def no_deflate(content: bytearray, at: int) -> None:
    content[at + 38 : at + 42] = b"\xff\xff\xff\xff"


def without_a_name() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("b.csv", POST)
    return target.getvalue().replace(b"b.csv", b"\0.csv")


FOUND: dict[str, bytes] = {
    "an ods with a wrong checksum": b"a.ods\0" + ods_with_mimetype(wrong_checksum),
    "an ods packed in an unknown way": b"a.ods\0" + ods_with_mimetype(unknown_method),
    "an ods that is cut in its first part": b"a.ods\0" + ods_with_mimetype(no_deflate),
    "a member without a name": b"a.zip\0" + without_a_name(),
    "quotes and a lone return": b'a.csv\0","\r"',
    "a zip named by days that holds one empty line": b"Mar-01-2026_Jun-29-2026_1.zip\0" + packed([("a.csv", b"\n")]),
    "a header without its last line's end": b"a.csv\0Post URL\nImpressions",
    "UTF-16 without its mark": b"a.csv\0" + "Post link,Impressions".encode("utf-16-be"),
    "followers of more days than years have": b"FollowerHistory.csv\0Date,Followers\n" + b"January 1,5\n" * 2100,
    "a cell longer than csv takes": b"a.csv\0Video link,Total views\n" + b"a" * 131_073,
    "rows wider than their header": b"a.csv\0" + TIKTOK + b"," * 45 + b"x\ny\n",
    "very many blocks of account results": b"a.csv\0sep=,\n" + b'"Facebook reach"\n"Date","Primary"\n"2025-08-01","2"\n\n' * 1946,
    "very many columns": b"a.csv\0" + POST.replace("\n", "," * 65_000 + "\n").encode(),
    "escapes in a header": b"a.csv\0\x1b[31mPost ID,\x85Permalink,Wrong\x07,x\n1,2,3,4\n",
    "an encoding that is none": b"a.xls\0" + as_xml(POST).replace(b'"1.0"', b'"1.0" encoding="x-none"'),
    "an xml workbook cut off": b"a.xls\0" + as_xml(POST)[:-40],
}  # fmt: skip


@pytest.mark.parametrize("kind", FOUND)
def test_any_bytes_are_read_or_refused_in_one_sentence(kind: str) -> None:
    assert broken(FOUND[kind]) is None
