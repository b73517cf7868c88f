from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.reading import files, workbooks
from tests.connectors.reading.tables import HEADER, ROW, WORKBOOK, views, workbook

Make = Callable[..., Raw]
Read = Callable[..., Extract]


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


def parts(**names: str) -> bytes:
    """A zip with these parts, ``__`` for ``/`` and ``_`` for a point."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (parts(xl__workbook_xml="<a/>"), True),
        (parts(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_xml="<a/>"), True),
        (parts(mimetype="application/vnd.oasis.opendocument.text", content_xml="<a/>"), False),
        (parts(content_xml="<a/>"), False),
        (parts(a_csv="a,b"), False),
    ],
)
def test_a_zip_is_a_workbook_by_its_parts(content: bytes, is_one: bool) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert workbooks.is_workbook("a.zip", archive) is is_one


def test_a_binary_workbook_and_two_parts_of_one_name_are_refused(raw: Make) -> None:
    with pytest.raises(Refused, match=r"binary workbook \(.xlsb\)"):
        files.tables(raw(parts(xl__workbook_bin="a"), "a.xlsb"))
    with pytest.raises(Refused, match="two parts of one name"):
        files.tables(raw(parts(xl__workbook_xml="<a/>", XL__workbook_xml="<a/>"), WORKBOOK))


@pytest.mark.parametrize(("size", "is_refused"), [(16 << 20, False), ((16 << 20) + 1, True)])
def test_the_part_that_describes_the_sheets_has_16_mebibytes_at_most(size: int, is_refused: bool) -> None:
    content = parts(xl__workbook_xml="<a>" + " " * (size - 7) + "</a>", xl__worksheets__sheet1_xml="<worksheet/>")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if is_refused:
            with pytest.raises(Refused, match="describes more sheets or formats"):
                workbooks.looked_through("a.xlsx", content, archive)
        else:
            assert workbooks.looked_through("a.xlsx", content, archive).content == content


def test_parts_that_were_not_looked_through_are_not_handed_to_the_reader() -> None:
    content = parts(xl__workbook_xml="<a/>", xl__media__image1_png="not looked at")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        left = workbooks.looked_through("a.xlsx", content, archive)
    assert zipfile.ZipFile(io.BytesIO(left.content)).namelist() == ["xl/workbook.xml"]


def test_the_time_of_the_last_change_is_read_from_either_kind() -> None:
    office = parts(docProps__core_xml="<a><dcterms:modified xsi:type='b'>2024-12-31T08:00:00Z</dcterms:modified></a>")
    opendocument = parts(meta_xml="<a><dc:date>2024-12-31T08:00:00.123</dc:date></a>")
    for content in (office, opendocument):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert workbooks.written_at(archive) == datetime(2024, 12, 31, 8)
    with zipfile.ZipFile(io.BytesIO(parts(a_csv="a"))) as archive:
        assert workbooks.written_at(archive) is None
