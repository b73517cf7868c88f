"""The workbook holds what the database says, opens in a spreadsheet, and lets no text of the internet become more."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import duckdb
import fastexcel
import polars as pl
import pytest

from flows.steps import night
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PAGE, World, meta, post
from tests.flows.published import published_sample
from warehouse.figures.tables import MART, MARTS
from warehouse.publish.report.indicator import of_indicator
from warehouse.publish.workbook import book as workbook
from warehouse.publish.workbook.sheets import LONGEST_TEXT, is_link

Tables = dict[str, pl.DataFrame]
Convert = Callable[[Path], Path]

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"

HOSTILE = {
    "=1+1": "=1+1",
    '=HYPERLINK("http://evil.example","click")': '=HYPERLINK("http://evil.example","click")',
    "+1": "+1",
    "-2+3": "-2+3",
    "@SUM(A1:A9)": "@SUM(A1:A9)",
    "{=1+1}": "{=1+1}",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "<r><t>x</t></r></is><f>1+1</f><is></r>": "<r><t>x</t></r></is><f>1+1</f><is></r>",
    "</t></is></c>": "</t></is></c>",
    "javascript:alert(1)": "javascript:alert(1)",
    "nul\x00 and bell\x07": "nul\ufffd and bell\ufffd",
    "no character\ufffe": "no character\ufffd",
    "_x0041_": "_x0041_",
    "\u202eright to left": "\u202eright to left",
    "z" + "\u0317\u0357\u034a" * 50: "z" + "\u0317\u0357\u034a" * 50,
    "two\r\nlines\rand\nmore": "two\nlines\nand\nmore",
    "  spaces ": "  spaces ",
    "0012345678901234567": "0012345678901234567",
    "1e5": "1e5",
    "#REF!": "#REF!",
    "c" * 60_000: "c" * (LONGEST_TEXT - 1) + "…",
    "😀" * 20_000: "😀" * ((LONGEST_TEXT - 1) // 2) + "…",
    "x" + "😀" * 20_000: "x" + "😀" * (LONGEST_TEXT // 2 - 1) + "…",
    "ច្បាប់ព័ត៌មាន": "ច្បាប់ព័ត៌មាន",
}
"""Texts of posts, and what stands in their cells."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample after a night."""
    return published_sample(tmp_path_factory.mktemp("workbook") / "sample")


@pytest.fixture(scope="module")
def tables(sample: Workspace) -> Tables:
    """What the sample's published database says."""
    with duckdb.connect(str(sample.published / "reach.duckdb"), read_only=True) as connection:
        return {mart.name: connection.sql(f"from {mart.name}").pl() for mart in MARTS}


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """LibreOffice, with a profile of its own: converts a file and returns the new one."""
    program = shutil.which("soffice")
    if program is None:
        assert not os.environ.get("CI"), "soffice is missing: apt-get install libreoffice-calc"
        pytest.skip("LibreOffice is not installed here: nothing opens the workbook")
    home = tmp_path_factory.mktemp("libreoffice")

    def converted(file: Path) -> Path:
        profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "ods", "--outdir", str(home), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        made = home / f"{file.stem}.ods"
        assert made.exists(), done.stdout + done.stderr
        return made

    return converted


@pytest.fixture(scope="module")
def opened(sample: Workspace, convert: Convert) -> Path:
    """The sample's workbook as LibreOffice saves it."""
    return convert(sample.published / "reach.xlsx")


def parts(book: bytes, pattern: str) -> Iterator[ElementTree.Element]:
    """The parts of a workbook whose names match, each of them well-formed."""
    with ZipFile(BytesIO(book)) as archive:
        for name in archive.namelist():
            if re.fullmatch(pattern, name):
                yield ElementTree.fromstring(archive.read(name))


def sheet_of(book: bytes, name: str) -> ElementTree.Element:
    """The XML of a sheet."""
    place = fastexcel.read_excel(book).sheet_names.index(name) + 1
    [found] = parts(book, rf"xl/worksheets/sheet{place}\.xml")
    return found


def rows_of(book: bytes | Path, name: str) -> list[tuple[Any, ...]]:
    """A sheet's rows as text and numbers, without any taken for a header."""
    read = fastexcel.read_excel(book if isinstance(book, bytes) else str(book))
    return read.load_sheet(name, header_row=None, dtypes="string").to_polars().rows()


def shown_by_libreoffice(opened: Path, name: str) -> list[list[str]]:
    """A sheet's cells as they are shown."""
    table, text = OFFICE % "table", OFFICE % "text"
    with ZipFile(opened) as archive:
        content = ElementTree.fromstring(archive.read("content.xml"))
    [sheet] = (own for own in content.iter(f"{table}table") if own.get(f"{table}name") == name)
    return [
        [
            "\n".join("".join(line.itertext()) for line in cell.findall(f"{text}p"))
            for cell in row
            for _ in range(int(cell.get(f"{table}number-columns-repeated", 1)))
        ]
        for row in sheet.iter(f"{table}table-row")
    ]


def assert_holds(book: bytes | Path, tables: Tables) -> None:
    """Every table's sheet holds its columns and values: texts as texts, numbers as numbers, days as days."""
    read = fastexcel.read_excel(book if isinstance(book, bytes) else str(book))
    for name, table in tables.items():
        found = read.load_sheet(name).to_polars()
        assert found.columns == table.columns, name
        assert found.height == table.height, name
        for column, dtype in table.schema.items():
            expected, values = table[column], found[column]
            if expected.null_count() == table.height:
                assert values.null_count() == table.height, (name, column)
                continue
            assert values.dtype.is_numeric() == (dtype.is_numeric() or values.dtype != pl.Boolean == dtype), column
            assert values.dtype.is_temporal() == dtype.is_temporal(), (name, column)
            if dtype == pl.Datetime:
                expected = expected.dt.truncate("1s")
            if dtype == pl.String:  # an empty text looks like nothing, and LibreOffice takes it for that
                expected, values = expected.replace("", None), values.replace("", None)
            if dtype.is_float():  # Excel writes fifteen digits, and polars' sums have seventeen
                expected, values = expected.round_sig_figs(15), values.round_sig_figs(15)
            assert values.cast(dtype).to_list() == expected.to_list(), (name, column)


def world_of(world: World, *texts: str) -> Tables:
    """The tables of posts with these texts, read from an export."""
    rows = [post(number, Description=f"{text} #forum", Views=number) for number, text in enumerate(texts, 1)]
    world.drop("2024-12-01/a.csv", meta(*rows))
    return world.tables()


def with_texts(tables: Tables, *texts: str, column: str = "text") -> Tables:
    """The tables with posts that have exactly these texts, whatever a connector would have made of them."""
    posts = pl.concat([tables["post_totals"].head(1)] * len(texts)).with_columns(pl.Series(column, texts))
    return {**tables, "post_totals": posts}


def test_every_sheet_holds_what_the_database_says(sample: Workspace, tables: Tables) -> None:
    assert_holds(sample.published / "reach.xlsx", tables)


def test_libreoffice_opens_it_and_finds_the_same(tables: Tables, opened: Path) -> None:
    assert_holds(opened, tables)


def test_every_column_has_a_note_with_its_meaning_that_libreoffice_finds_too(sample: Workspace, opened: Path) -> None:
    book = (sample.published / "reach.xlsx").read_bytes()
    notes = [
        "".join(note.itertext()) for part in parts(book, r"xl/comments\d+\.xml") for note in part.iter(f"{MAIN}comment")
    ]
    meanings = [column.meaning for mart in MARTS for column in mart.columns]
    assert sorted(note.split("\nIn ")[0] for note in notes) == sorted(meanings)
    assert "no fewer accounts saw it\nIn accounts." in notes
    with ZipFile(opened) as archive:
        assert archive.read("content.xml").count(b"<office:annotation ") == len(meanings)
    assert [row[1] for row in rows_of(book, "Columns")[1:]] == [c.name for mart in MARTS for c in mart.columns]


def test_headers_stay_and_filter_and_repeat_on_every_page(sample: Workspace) -> None:
    book = (sample.published / "reach.xlsx").read_bytes()
    repeated = "".join("".join(part.itertext()) for part in parts(book, r"xl/workbook\.xml"))
    for name in ("Indicators", *MART, "Columns"):
        sheet = sheet_of(book, name)
        pane = sheet.find(f".//{MAIN}pane")
        assert pane is not None
        assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
        assert sheet.find(f"{MAIN}autoFilter") is not None
        assert re.search(rf"{name}!(\$A:\$\w+,{name}!)?\$1:\$1", repeated), name


def test_the_indicators_are_a_donor_s_table(tables: Tables, opened: Path) -> None:
    titles, *rows = shown_by_libreoffice(opened, "Indicators")
    cells = [dict(zip(filter(None, titles), row, strict=False)) for row in rows if any(row)]
    shown = {(own["Indicator"], own["Period"].split("\n")[0]): own for own in cells}
    assert len(shown) == tables["indicator_progress"].height
    own = shown["Views of content on the access to information law", "whole project"]
    assert own == {
        "Objective": "Increase civic participation relating to national budget transparency",
        "Output": "Enhance coordinated advocacy",
        "Activity": "1.1.7 National forum on fundamental freedom and access to information",
        "Indicator": "Views of content on the access to information law",
        "Period": "whole project\n2022-07-01 to\n2024-12-30",
        "Target": "40,000",
        "Actual": "≥ ≈ 50,200",
        "Percent": "≥ 125.5%",
        "Verdict": "reached",
        "In a sentence": own["In a sentence"],
        "Where it comes from": "views in activity_totals, 1.1.7: 16 of 26 know theirs",
    }
    for row in tables["indicator_progress"].iter_rows(named=True):
        period = "whole project" if row["period"] == "whole" else row["period"]
        assert shown[row["name"], period]["In a sentence"] == of_indicator(row, "en")
    assert shown["Radio programmes on the right to information", "whole project"]["Actual"] == "6"
    assert shown["Youth debates recorded and published", "whole project"]["Percent"] == "100%"


def test_an_indicator_s_cells_hold_the_database_s_numbers(sample: Workspace, tables: Tables) -> None:
    found = fastexcel.read_excel(str(sample.published / "reach.xlsx")).load_sheet("Indicators").to_polars()
    cells = found.select("Indicator", pl.col("Period").str.extract(r"^(\S+)"), "Target", "Actual", "Percent", "Verdict")
    says = tables["indicator_progress"].select("name", "period", "target", "actual", "percent", "verdict")
    assert sorted(cells.rows()) == sorted(says.rows())


def test_percentages_are_the_database_s_and_have_no_decimals_that_say_nothing(tables: Tables) -> None:
    progress = tables["indicator_progress"].head(2).with_columns(percent=pl.Series([117.0, None]))
    [_, first, second] = rows_of(workbook.book({**tables, "indicator_progress": progress}), "Indicators")
    assert {first[7], second[7]} == {"117", None}


def test_an_unknown_figure_is_an_empty_cell_and_zero_is_zero(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views="", Shares=0)))
    [found] = fastexcel.read_excel(workbook.book(world.tables())).load_sheet("campaign_totals").to_polars().to_dicts()
    assert (found["views"], found["shares"]) == (None, 0)


def test_a_plan_without_indicators_says_how_to_have_some(world: World) -> None:
    assert "[[indicator]]" in rows_of(workbook.book(world_of(world, "a")), "Indicators")[1][0]


def test_the_cover_says_of_which_day_and_by_what_was_known(tables: Tables) -> None:
    about = tables["about"].with_columns(
        known_on=pl.lit(date(2025, 1, 15)), banner=pl.lit("The plan has a mistake: line 7.")
    )
    rows = rows_of(workbook.book({**tables, "about": about}, "final-2024"), "Cover")
    told = {row[0]: row[1] for row in rows if row[0]}
    assert rows[0][0] == "Women and Youth Empowerment in Leadership"
    assert told["Read this first"] == "The plan has a mistake: line 7."
    assert told["As of"].startswith("2024-12-30")
    assert told["By what was known on"].startswith("2025-01-15")
    assert told["Frozen as"].startswith("final-2024;")
    assert "Asia/Phnom_Penh" in told["Days and times"]
    assert about["snapshot_id"].item() in told["Snapshot"]
    assert {"views", "reach", "engagements", "reach_at_least", "posts_gone"} <= told.keys()
    quiet = {row[0] for row in rows_of(workbook.book(tables), "Cover")}
    assert not quiet & {"Read this first", "By what was known on", "Frozen as"}


def test_the_cover_names_the_definitions_that_changed_within_a_total_and_no_others(tables: Tables) -> None:
    spanned = tables["campaign_totals"]["definitions"].drop_nulls().to_list()
    told = {row[0] for row in rows_of(workbook.book(tables), "Cover") if row[0] and " since " in row[0]}
    assert told == {own.split(":")[0] for text in spanned for own in text.split("; ") if " since " in own}
    without = {
        name: table.with_columns(definitions=pl.lit(None, pl.String)) if "definitions" in table.columns else table
        for name, table in tables.items()
    }
    told = {row[0] for row in rows_of(workbook.book(without), "Cover")}
    assert "None" in told
    assert not [label for label in told if label and " since " in label]


def test_the_cover_leads_to_every_sheet(tables: Tables) -> None:
    book = workbook.book(tables)
    led_to = [link.get("location") for link in sheet_of(book, "Cover").iter(f"{MAIN}hyperlink")]
    assert led_to == [f"'{name}'!A1" for name in fastexcel.read_excel(book).sheet_names[1:]]


def test_whatever_a_post_says_is_a_text(tables: Tables, convert: Convert, tmp_path: Path) -> None:
    book = workbook.book(with_texts(tables, *HOSTILE))
    found = fastexcel.read_excel(book).load_sheet("post_totals").to_polars()["text"]
    assert found.to_list() == list(HOSTILE.values())
    assert not [cell for part in parts(book, r"xl/worksheets/.*\.xml") for cell in part.iter(f"{MAIN}f")]
    (tmp_path / "hostile.xlsx").write_bytes(book)
    opened = convert(tmp_path / "hostile.xlsx")
    found = fastexcel.read_excel(str(opened)).load_sheet("post_totals").to_polars()["text"]
    assert [text.strip() for text in found] == [text.strip() for text in HOSTILE.values()]
    with ZipFile(opened) as archive:
        formulas = set(re.findall(rb'table:formula="([^"]*)"', archive.read("content.xml")))
    assert formulas <= {b"of:=TRUE()", b"of:=FALSE()"}  # how LibreOffice keeps a yes or no


def test_a_text_is_formatted_as_text_so_that_editing_it_makes_no_formula_and_no_number(tables: Tables) -> None:
    book = workbook.book(with_texts(tables, "=1+1"))
    [styles] = parts(book, r"xl/styles\.xml")
    codes = {own.get("numFmtId"): own.get("formatCode") for own in styles.iter(f"{MAIN}numFmt")}
    formats = [codes.get(own.get("numFmtId")) for own in styles.findall(f"{MAIN}cellXfs/{MAIN}xf")]
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
    book = workbook.book(with_texts(tables, address, column="url"))
    assert sheet_of(book, "post_totals").find(f".//{MAIN}hyperlink") is None
    assert fastexcel.read_excel(book).load_sheet("post_totals").to_polars()["url"].to_list() == [address]


def test_a_post_s_address_can_be_clicked_and_everything_that_can_is_of_the_web(tables: Tables) -> None:
    address = "https://www.facebook.com/watch/?v=1&x=%20#ច្បាប់"
    book = workbook.book(with_texts(tables, address, "javascript:alert(1)", column="url"))
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
    found = fastexcel.read_excel(book).load_sheet("post_totals").to_polars()
    ids = [f"{PAGE}_12215800000000{number:04}" for number in range(1, found.height + 1)]
    assert found["post_id"].to_list() == ids
    assert found["views"].to_list() == list(range(1, len(ids) + 1))
    assert fastexcel.read_excel(book).load_sheet("campaign_totals").to_polars()["campaign_name"].item() == "=1+1"


def test_hostile_names_of_the_project_leave_the_file_whole(tables: Tables) -> None:
    name = "<r>A & B\x00</r>"
    book = workbook.book({**tables, "project_totals": tables["project_totals"].with_columns(project_name=pl.lit(name))})
    assert rows_of(book, "Cover")[0][0] == "<r>A & B\ufffd</r>"
    assert list(parts(book, r".*\.(xml|rels)"))


def test_what_excel_has_no_number_for_is_a_text(tables: Tables) -> None:
    figures = (
        tables["account_figures"]
        .head(2)
        .with_columns(value=pl.Series([2**62, 5]), period_start=pl.Series([date(1, 1, 1), date(1900, 2, 28)]))
    )
    project = tables["project_totals"].with_columns(watch_seconds=pl.lit(float("inf")))
    book = workbook.book({**tables, "account_figures": figures, "project_totals": project})
    found = fastexcel.read_excel(book).load_sheet("account_figures", dtypes="string").to_polars()
    assert found["value"].to_list() == [str(2**62), "5"]
    assert found["period_start"].to_list() == ["0001-01-01", "1900-02-28"]
    assert fastexcel.read_excel(book).load_sheet("project_totals").to_polars()["watch_seconds"].item() == "inf"


def test_the_last_instant_of_a_day_stays_on_its_day(tables: Tables) -> None:
    last = datetime(2024, 12, 30, 16, 59, 59, 999_999)
    posts = tables["post_totals"].head(1).with_columns(observed_at=pl.lit(last))
    found = fastexcel.read_excel(workbook.book({**tables, "post_totals": posts})).load_sheet("post_totals").to_polars()
    assert found["observed_at"].item() == datetime(2024, 12, 30, 16, 59, 59)


def test_a_table_that_is_longer_than_a_sheet_is_cut_with_a_word(tables: Tables) -> None:
    numbers = pl.DataFrame({"number": pl.int_range(workbook.LONGEST_SHEET + 5, eager=True)})
    book = workbook.book({**tables, "numbers": numbers})
    place = fastexcel.read_excel(book).sheet_names.index("numbers") + 1
    with ZipFile(BytesIO(book)) as archive:
        end = archive.read(f"xl/worksheets/sheet{place}.xml")[-2_000:].decode()
    rows = re.findall(r'<row r="(\d+)".*?<(?:v|t)>(.*?)<', end)[-2:]
    assert rows[0] == ("1048575", str(workbook.LONGEST_SHEET - 2))
    assert rows[1][0] == "1048576"
    assert rows[1][1].startswith("… and 6 more rows")


def test_the_same_tables_give_the_same_bytes(tables: Tables) -> None:
    assert workbook.book(tables) == workbook.book(dict(reversed(tables.items())))


def test_a_copy_to_send_has_the_day_in_its_name_and_only_the_newest_stays(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    good, folder = (world.load(), night.read_plan(world.workspace))[1], world.workspace.published
    kept = {
        "reach-2024-07.xlsx": b"theirs",
        "reach-2024-01-01.xlsx": b"changed",
        "reach-2024-01-01.xlsx.bak": b"theirs",
    }
    folder.mkdir()
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    for day in ("2024-12-29", "2024-12-30", "2024-12-30"):
        night.release(world.workspace, night.compute(world.workspace, good, date.fromisoformat(day)))
    assert {path.name for path in folder.glob("*.xlsx*")} == {*kept, "reach.xlsx", "reach-2024-12-30.xlsx"}
    assert (folder / "reach.xlsx").read_bytes() == (folder / "reach-2024-12-30.xlsx").read_bytes()
    assert all((folder / name).read_bytes() == content for name, content in kept.items())
