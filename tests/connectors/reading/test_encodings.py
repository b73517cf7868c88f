from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.contract import Extract, Raw
from connectors.reading import encodings
from tests.connectors.reading.tables import TABLE, views

Make = Callable[..., Raw]
Read = Callable[..., Extract]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_table_is_read_in_every_encoding_of_exports(raw: Make, read: Read, encoding: str) -> None:
    content = TABLE.encode(encoding)
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    extract = read(raw(mark + content))
    assert extract.posts["text"].to_list() == ["ច្បាប់ព័ត៌មាន"]


def test_what_is_not_utf_8_is_read_as_windows_1252(raw: Make, read: Read) -> None:
    extract = read(raw(TABLE.replace("ច្បាប់ព័ត៌មាន", "café “open”").encode("windows-1252")))
    assert extract.posts["text"].to_list() == ["café “open”"]
    assert extract.evidence.encoding == "windows-1252"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-874", "สิทธิในการรับรู้ข้อมูล"),
        ("windows-1251", "право на информацию"),
        ("windows-1252", "à l’école, déjà vu"),
    ],
)
def test_what_is_not_utf_8_is_the_code_page_that_its_letters_are_of(
    raw: Make, read: Read, encoding: str, text: str
) -> None:
    codec = {"windows-874": "cp874"}.get(encoding, encoding)
    extract = read(raw(TABLE.replace("ច្បាប់ព័ត៌មាន", f'"{text}"').encode(codec)))
    assert (extract.posts["text"].to_list(), extract.evidence.encoding) == ([text], encoding)


def test_utf_16_that_lost_its_mark_is_read(raw: Make, read: Read) -> None:
    extract = read(raw(TABLE.replace("ច្បាប់ព័ត៌មាន", "law").encode("utf-16-le")))
    assert (views(extract), extract.evidence.encoding) == ([10], "utf-16-le")


def test_a_letter_that_was_cut_costs_that_letter_and_not_the_others(raw: Make, read: Read) -> None:
    cut = TABLE.encode().replace("ន,".encode(), "ន".encode()[:2] + b",")
    extract = read(raw(cut))
    assert extract.posts["text"].to_list() == ["ច្បាប់ព័ត៌មា\ufffd"]
    assert extract.posts["is_damaged"].to_list() == [True]


def test_marks_between_thousands_say_nothing_of_how_letters_are_written() -> None:
    thai = "ขขขข,1’000,1’000\n".encode("cp874")
    western = "caf\xe9,1’000,1’000\n".encode("cp1252")
    assert encodings.encoding("a.csv", thai, True) == "windows-874"
    assert encodings.encoding("a.csv", western, True) == "windows-1252"
    assert encodings.encoding("a.csv", "1’000\n".encode("cp1252"), True) == "windows-1252"
