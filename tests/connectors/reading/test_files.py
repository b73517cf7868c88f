from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import connectors
from connectors.contract import Extract, Raw, Refused
from connectors.reading import files
from connectors.reading.headers import Header
from tests.connectors.conftest import raw_of
from tests.connectors.reading.tables import TABLE, views, zipped

Make = Callable[..., Raw]
Read = Callable[..., Extract]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "damaged or has a password"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"<?xml version='1.0'?><Workbook>", "no spreadsheet"),
        (TABLE.encode() + b"a\0b", "NUL"),
        (b"PK\x03\x04 cut off", "cut off"),
        (b"just some words", "no export that is known"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(raw: Make, read: Read, content: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        read(raw(content))
    assert "\n" not in str(refused.value)


def test_a_file_is_opened_once_for_all_connectors(raw: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = files._opened
    monkeypatch.setattr(files, "_opened", lambda name, *more: opened.append(name) or real(name, *more))
    connectors.recognise(raw(TABLE), {})
    assert opened == ["file.csv"]


def test_importing_the_connectors_loads_no_reader_of_files() -> None:
    import subprocess
    import sys

    code = "import sys, connectors; sys.exit(bool({'pyarrow', 'fastexcel', 'xlsxwriter'} & set(sys.modules)))"
    root = Path(connectors.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_sheets_of_several_platforms_in_one_workbook_are_each_read_by_their_own(raw: Make) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["What we did in September"])
        facebook = book.add_worksheet("Facebook")
        for at, line in enumerate(TABLE.splitlines()):
            facebook.write_row(at, 0, line.split(","))
        youtube = book.add_worksheet("YouTube")
        youtube.write_row(0, 0, ["Content", "Video title", "Views", "Watch time (hours)"])
        youtube.write_row(1, 0, ["dQw4w9WgXcQ", "A debate", 40, 1.5])
    reading = connectors.read(raw(target.getvalue(), "September.xlsx"), {})
    assert [part.connector for part in reading] == ["facebook", "youtube"]
    assert [views(part.extract) for part in reading] == [[10], [40]]


def test_a_zip_of_two_platforms_says_which_part_of_it_was_not_read(raw: Make) -> None:
    unread = "Post ID,Permalink,Publish time,Katselukerrat,Comments\n122,https://www.instagram.com/p/abcdefgh/,x,1,2\n"
    file = raw(zipped(a__csv=TABLE, b__csv=unread.replace("Comments", "Kommentit")), "both.zip")
    reading = connectors.read(file, {})
    assert [part.connector for part in reading] == ["facebook"]
    assert any(note.startswith("a part of the file was not read: both.zip") for note in reading[0].extract.notes)


@pytest.mark.parametrize("name", ["x.pdf", "x.png", "x.jpg"])
def test_a_picture_or_pdf_is_answered_with_the_sheet(raw: Make, name: str) -> None:
    start = {"x.pdf": b"%PDF-1.7", "x.png": b"\x89PNG\r\n", "x.jpg": b"\xff\xd8\xff\xe0"}[name]
    with pytest.raises(Refused, match="type its figures into the sheet"):
        files.tables(raw(start + b" ...", name))


def test_a_table_larger_than_memory_allows_is_refused(raw: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "TABLE_LIMIT", 100)
    for file in (raw(TABLE), raw(zipped(a__csv=TABLE), "a.zip")):
        with pytest.raises(Refused, match="export it in two ranges"):
            files.tables(file)


def test_a_table_has_200_mebibytes_at_most() -> None:
    files._refuse_large("a.csv", 200 << 20)
    with pytest.raises(Refused, match="more than a table of 200 MiB; export it in two ranges"):
        files._refuse_large("a.csv", (200 << 20) + 1)


def test_rows_are_shown_as_they_came(raw: Make) -> None:
    (table,) = files.tables(raw("Views,Reach\n1,\n2,b\n"))
    rows = files.rows(table, Header(0, table.top[0], "en", {"views": (0,)}))
    assert files.contents(rows, pl.Series([1])).rows() == [(1, "1,")]


POSTS = ("Post ID", "Publish time", "Views", "Reach", "Comments", "Shares", "Custom labels")
SEVERAL = st.lists(
    st.lists(st.sampled_from(POSTS[2:]), unique=True, max_size=5).flatmap(
        lambda some: st.permutations([*POSTS[:2], *some])
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(SEVERAL, st.booleans())
def test_every_row_is_read_by_the_header_above_it_or_rejected(headers: list[list[str]], is_even: bool) -> None:
    """Exports that somebody put below each other: wider, narrower, in another order, with or without even widths."""
    assume(set(headers[0]) & set(POSTS[2:6]))  # a file that begins with a table without a figure is refused
    lines, expected = list[list[str]](), dict[str, dict[str, int]]()
    width = max(map(len, headers))
    for number, header in enumerate(headers):
        lines.append(header)
        for post in (2 * number, 2 * number + 1):
            counts = {column: 1000 * post + len(column) for column in header if column in POSTS[2:6]}
            fixed = {"Post ID": f"1221580000000{post:05}", "Publish time": "09/27/2024 17:05", "Custom labels": "x"}
            lines.append([str({**fixed, **counts}[column]) for column in header])
            expected[fixed["Post ID"]] = counts
    if is_even:
        lines = [[*line, *[""] * (width - len(line))] for line in lines]
    raw = raw_of("".join(",".join(line) + "\n" for line in lines).encode())
    platform, _ = connectors.recognise(raw, {})
    extract = platform.export.read(raw, platform.settings())  # type: ignore[union-attr]
    ours = {"Views": "views", "Reach": "reach", "Comments": "comments", "Shares": "shares"}
    for row in extract.observations.iter_rows(named=True):
        counts = {ours[column]: value for column, value in expected[row["post_id"][-18:]].items()}
        assert {name: row[name] for name in ours.values()} == {**dict.fromkeys(ours.values()), **counts}
    assert extract.observations.height + extract.rejects.height >= len(expected)
    if is_even:
        assert extract.rejects.height == 0
