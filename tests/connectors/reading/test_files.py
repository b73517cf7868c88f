from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

import connectors
from connectors.contract import Extract, Raw, Refused
from connectors.reading import files, zips

Make = Callable[..., Raw]
Read = Callable[..., Extract]
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


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_with_every_delimiter_and_line_end(raw: Make, read: Read, mark: str, end: str) -> None:
    extract = read(raw(TABLE.replace(",", mark).replace("\n", end)))
    assert (views(extract), extract.evidence.delimiter) == ([10], mark)


def test_commas_in_captions_do_not_pass_for_the_delimiter(raw: Make, read: Read) -> None:
    rows = [ROW.replace(",", ";").replace("ច្បាប់ព័ត៌មាន", "a" + ", b" * n) for n in (9, 14, 20)]
    assert views(read(raw("\n".join([HEADER.replace(",", ";"), *rows])))) == [10, 10, 10]


def test_sep_on_top_and_lines_above_the_header_are_passed_over(raw: Make, read: Read) -> None:
    assert views(read(raw(f"sep=;\n{TABLE.replace(',', ';')}"))) == [10]
    assert views(read(raw(f"Our page in September\n\n{TABLE}"))) == [10]


def test_a_header_without_rows_is_a_table_without_posts(raw: Make, read: Read) -> None:
    assert read(raw(HEADER)).evidence.rows == 0


def test_rows_keep_their_numbers_when_others_are_cut_off(raw: Make, read: Read) -> None:
    extract = read(raw(f"{TABLE}122158,cut off\n{ROW.replace('001,', '002,')}\n{ROW},a,b\n"))
    assert extract.observations["row"].to_list() == [1, 3]
    assert extract.rejects.select("row", "content").rows() == [(2, "122158,cut off"), (4, f"{ROW},a,b")]
    assert extract.rejects["reason"][0].startswith("2 cells where the header has 9")
    assert extract.evidence.rows == 4


def test_rows_that_blank_cells_make_longer_are_whole(raw: Make, read: Read) -> None:
    extract = read(raw(f"{HEADER}\n{ROW},,\n{ROW.replace('001,', '002,')}\n"))
    assert (views(extract), extract.observations["row"].to_list()) == ([10, 10], [1, 2])


def test_rows_behind_a_quote_that_stays_open_are_rejected_and_not_lost(raw: Make, read: Read) -> None:
    extract = read(raw(f'{TABLE}"{ROW}\n{ROW}\n'))
    assert (views(extract), extract.evidence.rows) == ([10], 2)
    assert extract.rejects.select("row", "content").rows() == [(2, f'"{ROW}\n{ROW}')]


def test_blank_lines_are_no_rows(raw: Make, read: Read) -> None:
    extract = read(raw(f"{HEADER}\n\n{ROW}\n\ncut,off\n{ROW}\n"))
    assert (extract.observations["row"].to_list(), extract.rejects["row"].to_list()) == ([1, 3], [2])


def test_a_file_larger_than_its_top_is_read_whole(raw: Make, read: Read) -> None:
    rows = [f"{122158000000000001 + n}{ROW[18:]}" for n in range(2000)]
    extract = read(raw("\n".join([HEADER, *rows])))
    assert extract.posts["post_id"].n_unique() == 2000


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


def test_a_file_of_no_platform_is_refused_with_its_header(raw: Make) -> None:
    with pytest.raises(Refused, match=r"“Colour, Weight”.*sheet template"):
        connectors.recognise(raw("Colour,Weight\nred,3\n"), {})


def test_a_table_in_a_zip_is_dated_by_its_member(raw: Make, read: Read) -> None:
    extract = read(raw(zipped(data__csv=TABLE, __MACOSX="litter"), "export.zip"))
    assert views(extract) == [10]
    assert extract.evidence.observed_at == datetime(2024, 12, 31, 1)


def test_a_zip_that_is_too_much_is_refused(raw: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(data__csv="0" * (8 << 20))
    with pytest.raises(Refused, match="200 times"):
        files.tables(raw(bomb))
    monkeypatch.setattr(zips, "UNPACKED_LIMIT", 50)
    with pytest.raises(Refused, match="unpacks to over"):
        files.tables(raw(zipped(data__csv=TABLE * 9)))
    monkeypatch.setattr(zips, "MEMBER_LIMIT", 1)
    with pytest.raises(Refused, match="over the limit of 1"):
        files.tables(raw(zipped(a__csv=TABLE, b__csv=TABLE)))


def test_a_zip_that_declares_too_much_is_refused_before_any_of_it_is_unpacked(
    raw: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb, unpacked = zipped(data__csv="0" * (8 << 20)), []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **more: unpacked.append("a member"))
    with pytest.raises(Refused, match="200 times"):
        files.tables(raw(bomb))
    assert unpacked == []


def test_a_zip_that_lies_about_its_size_is_refused(raw: Make, read: Read) -> None:
    content = zipped(data__csv=TABLE * 3)
    real, told = len(TABLE.encode() * 3), len(TABLE.encode())
    with pytest.raises(Refused, match="damaged"):
        read(raw(content.replace(real.to_bytes(4, "little"), told.to_bytes(4, "little"))))


def test_a_zip_in_a_zip_a_password_and_an_empty_zip_are_refused(raw: Make) -> None:
    with pytest.raises(Refused, match="another zip"):
        files.tables(raw(zipped(inner__zip=zipped(data__csv=TABLE))))
    with pytest.raises(Refused, match="another zip"):
        files.tables(raw(zipped(hidden__csv=zipped(data__csv=TABLE))))
    with pytest.raises(Refused, match="no table"):
        files.tables(raw(zipped(readme__md="hello")))
    locked = bytearray(zipped(data__csv=TABLE))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Refused, match="password"):
        files.tables(raw(bytes(locked)))


def test_all_tables_of_posts_in_one_file_are_read_their_rows_numbered_on(raw: Make, read: Read) -> None:
    other = TABLE.replace("0001,1000", "0002,1000").replace(",10,5", ",20,6")
    extract = read(raw(zipped(a__csv=TABLE, b__csv=other)))
    assert (views(extract), extract.observations["row"].to_list()) == ([10, 20], [1, 2])


def test_a_workbook_is_read_with_its_dates_and_whole_numbers(raw: Make, read: Read) -> None:
    row: list[object] = ["122158000000000001", 100064500000001, "Mekong", "One", datetime(2024, 9, 27, 17, 5), "Photos",
                         "Lifetime", 10, 5]  # fmt: skip
    extract = read(raw(workbook(["Our page"], [], HEADER.split(","), row), WORKBOOK))
    assert extract.posts["post_id"].to_list() == ["100064500000001_122158000000000001"]
    assert extract.posts["published_at"].to_list() == [datetime(2024, 9, 28, 0, 5)]
    assert (views(extract), extract.observations["row"].to_list()) == ([10], [1])
    assert extract.evidence.observed_from == "the workbook's own time"


def test_a_workbook_that_is_damaged_or_empty_is_refused(raw: Make) -> None:
    content = workbook(HEADER.split(","))
    with pytest.raises(Refused, match="cut off"):
        files.tables(raw(content[:-200], WORKBOOK))
    with pytest.raises(Refused, match="without a filled cell"):
        files.tables(raw(workbook(), WORKBOOK))


def test_a_workbook_whose_own_time_is_none_is_as_old_as_its_file(raw: Make, read: Read) -> None:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(HEADER.split(","), ROW.split(",")))) as source,
        zipfile.ZipFile(target, "w") as copy,
    ):
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b"2024-12-31T", b"2024-99-99T"))
    assert read(raw(target.getvalue(), WORKBOOK)).evidence.observed_from == "the file's time"


def test_a_file_is_opened_once_for_all_connectors(raw: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = files._opened
    monkeypatch.setattr(files, "_opened", lambda name, *own: opened.append(name) or real(name, *own))
    connectors.recognise(raw(TABLE), {})
    assert opened == ["file.csv"]


def test_importing_the_connectors_loads_no_reader_of_files() -> None:
    import subprocess
    import sys

    code = "import sys, connectors; sys.exit(bool({'pyarrow', 'fastexcel', 'xlsxwriter'} & set(sys.modules)))"
    root = Path(connectors.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_frames_carry_the_types_of_the_contract(raw: Make, read: Read) -> None:
    assert read(raw(TABLE)).observations.schema["watch_ms"] == pl.Int64


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
    found = connectors.read(raw(target.getvalue(), "September.xlsx"), {})
    assert [own.connector for own in found] == ["facebook", "youtube"]
    assert [views(own.extract) for own in found] == [[10], [40]]


def test_a_zip_of_two_platforms_says_which_part_of_it_was_not_read(raw: Make) -> None:
    unread = "Post ID,Permalink,Publish time,Katselukerrat,Comments\n122,https://www.instagram.com/p/abcdefgh/,x,1,2\n"
    file = raw(zipped(a__csv=TABLE, b__csv=unread.replace("Comments", "Kommentit")), "both.zip")
    found = connectors.read(file, {})
    assert [own.connector for own in found] == ["facebook"]
    assert any(note.startswith("a part of the file was not read: both.zip") for note in found[0].extract.notes)


def xml_workbook(body: str) -> bytes:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    return f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">{body}</Workbook>'.encode()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            '<Worksheet ss:Name="a"><Table><Row ss:Index="999999999"><Cell><Data>x</Data></Cell></Row></Table></Worksheet>',
            "order",
        ),
        (
            '<Worksheet ss:Name="a"><Table><Row><Cell ss:Index="1000000"><Data>x</Data></Cell></Row></Table></Worksheet>',
            "order",
        ),
        ('<Worksheet ss:Name="a"><Table><Row></Row></Table></Worksheet>', "without a filled cell"),
        ('<Worksheet ss:Name="a"><Table><Row>', "damaged"),
    ],
)
def test_an_xml_workbook_that_is_none_is_refused(raw: Make, body: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        files.tables(raw(xml_workbook(body), "old.xls"))


def test_a_workbook_in_a_zip_is_read(raw: Make, read: Read) -> None:
    book = workbook(HEADER.split(","), ROW.split(","))
    assert views(read(raw(zipped(September__xlsx=book), "exports.zip"))) == [10]


@pytest.mark.parametrize("name", ["x.pdf", "x.png", "x.jpg"])
def test_a_picture_or_pdf_is_answered_with_the_sheet(raw: Make, name: str) -> None:
    start = {"x.pdf": b"%PDF-1.7", "x.png": b"\x89PNG\r\n", "x.jpg": b"\xff\xd8\xff\xe0"}[name]
    with pytest.raises(Refused, match="type its figures into the sheet"):
        files.tables(raw(start + b" ...", name))


def test_a_header_that_stands_again_further_down_and_totals_anywhere_are_no_rows(raw: Make, read: Read) -> None:
    other = ROW.replace("0001,1000", "0002,1000")
    extract = read(raw("\n".join([HEADER, ROW, "Total,,,,,,,20,10", HEADER, other, ",,Gesamt,,,,,20,10"])))
    assert (views(extract), extract.evidence.rows) == ([10, 10], 2)


def test_a_table_larger_than_memory_allows_is_refused(raw: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "TABLE_LIMIT", 100)
    for file in (raw(TABLE), raw(zipped(a__csv=TABLE), "a.zip")):
        with pytest.raises(Refused, match="export it in two ranges"):
            files.tables(file)


def test_lines_that_are_one_quoted_cell_are_known_by_their_header_and_the_line_below_it(raw: Make, read: Read) -> None:
    plain = TABLE.replace("ច្បាប់ព័ត៌មាន", "law")
    wrapped = "\n".join(f'"{line}"' for line in plain.splitlines())
    assert views(read(raw(wrapped))) == [10]
    titled = read(raw(f'"Our pages, in September, of 2024, all of them"\n{plain}'))
    assert (views(titled), titled.notes) == ([10], ())
