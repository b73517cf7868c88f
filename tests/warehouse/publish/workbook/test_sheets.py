"""What a cell holds: a text is never a formula, only links of the web can be clicked, numbers and days that Excel has."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest
from xlsxwriter import Workbook

from flows.steps import night
from tests.conftest import CAMPAIGN, PAGE, World
from tests.warehouse.publish.workbook.opening import (
    HOSTILE,
    MAIN,
    Tables,
    few,
    parts,
    rows_of,
    sheet_of,
    team_book,
    with_texts,
    world_of,
)
from warehouse.figures.tables import MART
from warehouse.publish.workbook import table_rows
from warehouse.publish.workbook.sheets import LONGEST_TEXT, MOST_LINKS, height, is_link, pages_high, put, shown


def test_whatever_a_post_says_is_a_text(hostile_book: Path, hostile_opened: Path) -> None:
    book = hostile_book.read_bytes()
    cells = fastexcel.read_excel(book).load_sheet("post_totals").to_polars()["text"]
    assert cells.to_list() == list(HOSTILE.values())
    assert not [cell for part in parts(book, r"xl/worksheets/.*\.xml") for cell in part.iter(f"{MAIN}f")]
    cells = fastexcel.read_excel(str(hostile_opened)).load_sheet("post_totals").to_polars()["text"]
    assert [text.strip() for text in cells] == [text.strip() for text in HOSTILE.values()]
    with ZipFile(hostile_opened) as archive:
        formulas = set(re.findall(rb'table:formula="([^"]*)"', archive.read("content.xml")))
    assert formulas <= {b"of:=TRUE()", b"of:=FALSE()"}  # how LibreOffice keeps a yes or no


def test_a_text_is_formatted_as_text_so_that_editing_it_makes_no_formula_and_no_number(tables: Tables) -> None:
    book = team_book(with_texts(tables, "=1+1"))
    [styles] = parts(book, r"xl/styles\.xml")
    codes = {style.get("numFmtId"): style.get("formatCode") for style in styles.iter(f"{MAIN}numFmt")}
    formats = [codes.get(style.get("numFmtId")) for style in styles.findall(f"{MAIN}cellXfs/{MAIN}xf")]
    texts = [
        cell
        for name in MART
        for row in list(sheet_of(book, name).iter(f"{MAIN}row"))[1:]
        for cell in row
        if cell.get("t") == "inlineStr"
    ]
    assert texts
    assert {formats[int(cell.get("s", 0))] for cell in texts} == {"@"}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "file:///etc/passwd", "\\\\share\\x", "mailto:a@b.example", "ftp://a.example/",
        "https://", "https://localhost", "http://a.example/ and more", "http://a.example/\u202egpj.exe",
        " https://a.example/", "internal:about!A1", "external:c:\\x.xlsx", "https://a.example/" + "a" * 2_000,
    ],
)  # fmt: skip
def test_what_is_no_plain_address_of_the_web_cannot_be_clicked(tables: Tables, address: str) -> None:
    assert not is_link(address)
    book = team_book(with_texts(few(tables), address, column="url"))
    assert sheet_of(book, "post_totals").find(f".//{MAIN}hyperlink") is None
    assert fastexcel.read_excel(book).load_sheet("post_totals").to_polars()["url"].to_list() == [address]


def test_a_post_s_address_can_be_clicked_and_everything_that_can_is_of_the_web(tables: Tables) -> None:
    address = "https://www.facebook.com/watch/?v=1&x=%20#ច្បាប់"
    book = team_book(with_texts(tables, address, "javascript:alert(1)", column="url"))
    targets = [
        part.get("Target", "")
        for rels in parts(book, r"xl/worksheets/_rels/.*\.rels")
        for part in rels
        if part.get("TargetMode") == "External"
    ]
    assert "https://www.facebook.com/watch/?v=1&x=%20" in targets
    assert not [target for target in targets if not target.startswith(("http://", "https://"))]


def test_hostile_texts_go_all_the_way_from_an_export(world: World, tmp_path: Path) -> None:
    world.plan(CAMPAIGN.replace("The forum", "=1+1"))
    world_of(world, *(text for text in HOSTILE if "\x00" not in text))
    good = night.read_plan(world.workspace)
    night.release(world.workspace, night.compute(world.workspace, good, date(2024, 12, 30)))
    book = (world.workspace.published / "reach.xlsx").read_bytes()
    assert not [cell for part in parts(book, r"xl/worksheets/.*\.xml") for cell in part.iter(f"{MAIN}f")]
    cells = fastexcel.read_excel(book).load_sheet("post_totals").to_polars()
    ids = [f"{PAGE}_12215800000000{number:04}" for number in range(1, cells.height + 1)]
    assert cells["post_id"].to_list() == ids
    assert cells["views"].to_list() == list(range(1, len(ids) + 1))
    assert fastexcel.read_excel(book).load_sheet("campaign_totals").to_polars()["campaign_name"].item() == "=1+1"


def test_what_excel_has_no_number_for_is_a_text(tables: Tables) -> None:
    figures = (
        tables["account_figures"]
        .head(2)
        .with_columns(value=pl.Series([2**62, 5]), period_start=pl.Series([date(1, 1, 1), date(1900, 2, 28)]))
    )
    project = tables["project_totals"].with_columns(watch_seconds=pl.lit(float("inf")))
    book = team_book({**tables, "account_figures": figures, "project_totals": project})
    cells = fastexcel.read_excel(book).load_sheet("account_figures", dtypes="string").to_polars()
    assert cells["value"].to_list() == [str(2**62), "5"]
    assert cells["period_start"].to_list() == ["0001-01-01", "1900-02-28"]
    assert fastexcel.read_excel(book).load_sheet("project_totals").to_polars()["watch_seconds"].item() == "inf"


def test_the_last_instant_of_a_day_stays_on_its_day(tables: Tables) -> None:
    last = datetime(2024, 12, 30, 16, 59, 59, 999_999)
    posts = tables["post_totals"].head(1).with_columns(observed_at=pl.lit(last))
    cells = fastexcel.read_excel(team_book({**tables, "post_totals": posts})).load_sheet("post_totals").to_polars()
    assert cells["observed_at"].item() == datetime(2024, 12, 30, 16, 59, 59)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a" * LONGEST_TEXT, "a" * LONGEST_TEXT),
        ("a" * (LONGEST_TEXT + 1), "a" * (LONGEST_TEXT - 1) + "…"),
        ("x" + "😀" * (LONGEST_TEXT // 2), "x" + "😀" * (LONGEST_TEXT // 2)),
        ("😀" * (LONGEST_TEXT // 2 + 1), "😀" * (LONGEST_TEXT // 2) + "…"),
    ],
    ids=["the longest", "one letter more", "the longest of emoji", "one emoji more"],
)
def test_a_cell_takes_so_many_units_of_utf16_and_an_emoji_is_two(text: str, cell: str) -> None:
    assert LONGEST_TEXT == 32_767
    assert shown(text) == cell


@pytest.mark.parametrize(("length", "is_clicked"), [(2_000, True), (2_001, False)])
def test_an_address_that_is_too_long_is_a_text(length: int, is_clicked: bool) -> None:
    assert is_link("https://a.example/".ljust(length, "a")) == is_clicked


@pytest.mark.parametrize(
    ("value", "is_text"),
    [
        (10**15 - 1, False), (10**15, True), (-(10**15), True), (float("nan"), True), (date(1900, 12, 31), True),
        (date(1901, 1, 1), False), (datetime(1900, 12, 31, 23, 59), True), (datetime(1901, 1, 1), False),
    ],
)  # fmt: skip
def test_numbers_and_days_are_numbers_as_far_as_excel_has_them(value: object, is_text: bool) -> None:
    out = BytesIO()
    with Workbook(out) as book:
        look = book.add_format({"num_format": "0"})
        put(book.add_worksheet("one"), 0, 0, value, look, look)
    [cell] = sheet_of(out.getvalue(), "one").iter(f"{MAIN}c")
    assert (cell.get("t") == "s") == is_text


def test_a_sheet_takes_so_many_links_as_excel_does(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    with Workbook(BytesIO()) as full:
        sheet = full.add_worksheet()
        sheet.hlink_count = MOST_LINKS - 1
        assert sheet.write_url(0, 0, "https://a.example/") == 0
        with pytest.warns(UserWarning, match="exceeds Excel's limit of 65,530"):
            sheet.write_url(1, 0, "https://a.example/")
    monkeypatch.setattr(table_rows, "MOST_LINKS", 2)
    book = team_book(with_texts(few(tables), *["https://a.example/"] * 3, column="url"))
    assert len(list(sheet_of(book, "post_totals").iter(f"{MAIN}hyperlink"))) == 2
    assert rows_of(book, "post_totals")[3].count("https://a.example/") == 1


@pytest.mark.parametrize(("rows", "pages", "with_a_point_more"), [(50, 0, 1), (51, 1, 1), (60, 1, 0), (61, 0, 0)])
@pytest.mark.parametrize("times", [1, 2])
def test_a_sheet_that_is_little_longer_than_a_page_is_printed_on_one(
    rows: int, pages: int, with_a_point_more: int, times: int
) -> None:
    as_wide_as_a_page = (713 - 5) / 7
    with Workbook(BytesIO(), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.set_row(0, 15 * times)
        widths = [as_wide_as_a_page] * times  # what is wider is printed smaller, so that more rows are on a page
        assert pages_high(sheet, widths, rows, 15 * times) == pages  # 1,000 pixels on a page
        sheet.set_row(0, 15 * times + times)
        assert pages_high(sheet, widths, rows, 15 * times) == with_a_point_more


@pytest.mark.parametrize(
    ("text", "width", "points"),
    [
        ("", 10, 15), ("a" * 10, 10, 15), ("a" * 11, 10, 34), ("a\nb", 10, 34), ("ក" * 10, 10, 19), ("ក" * 11, 10, 42),
        ("ក្រុំ" * 10, 10, 19), ("é" * 10, 10, 15), ("a\u200b" * 10, 10, 15), ("a " * 5_000, 10, 409),
    ],
)  # fmt: skip
def test_a_row_is_as_high_as_its_lines_and_signs_above_and_below_a_letter_make_no_line_longer(
    text: str, width: int, points: float
) -> None:
    assert height([("b", 1), (text, width)]) == points
