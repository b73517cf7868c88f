"""The workbook holds what the database says, opens in a spreadsheet, and is one file a night and one to send."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import fastexcel
import polars as pl
import pypdfium2
import pytest
from xlsxwriter import Workbook

import connectors
from connectors.contract import Raw
from flows.steps import night
from flows.steps.settings import Workspace
from tests.conftest import World, meta, new_world, post
from tests.warehouse.publish.report import hostile
from tests.warehouse.publish.workbook.opening import (
    MAIN,
    SAMPLE_PLAN,
    Tables,
    few,
    parts,
    rows_of,
    sheet_of,
    team_book,
    to_send,
    visible,
)
from warehouse.figures.tables import MART, MARTS
from warehouse.plan.model import Plan
from warehouse.publish.report.language import LANGUAGES, Language, words
from warehouse.publish.workbook import book as workbook

TO_FILL_IN = {
    "unattributed_posts": ("post", "campaign", "asset", "not ours", "remark"),
    "possible_doubles": ("post", "other post", "same", "same as", "remark"),
    "decisions": ("take back",),
}
"""What sheets have beside their tables' columns."""


def assert_holds(book: bytes | Path, tables: Tables) -> None:
    """Every table's sheet holds its columns and values: texts as texts, numbers as numbers, days as days."""
    read = fastexcel.read_excel(book if isinstance(book, bytes) else str(book))
    for name, table in tables.items():
        read_back = read.load_sheet(name).to_polars()
        beside = set(read_back.columns) - set(table.columns)
        assert beside == set(TO_FILL_IN.get(name, ())), name
        if not beside:
            assert read_back.columns == table.columns, name
        assert read_back.height == table.height, name
        for column, dtype in table.schema.items():
            expected, values = table[column], read_back[column]
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


def test_every_sheet_holds_what_the_database_says(published: Workspace, tables: Tables) -> None:
    assert_holds(published.published / "reach.xlsx", tables)


def test_libreoffice_opens_it_and_finds_the_same(tables: Tables, opened: Path) -> None:
    assert_holds(opened, tables)


def test_every_column_has_a_note_with_its_meaning_that_libreoffice_finds_too(
    published: Workspace, opened: Path
) -> None:
    book = (published.published / "reach.xlsx").read_bytes()
    notes = [
        "".join(note.itertext()) for part in parts(book, r"xl/comments\d+\.xml") for note in part.iter(f"{MAIN}comment")
    ]
    meanings = [column.meaning for mart in MARTS for column in mart.columns]
    added = sum(map(len, TO_FILL_IN.values()))
    told = [note.split("\nIn ")[0] for note in notes]
    assert sorted(note for note in told if note in meanings) == sorted(meanings)
    assert len(told) == len(meanings) + added
    assert "no fewer accounts saw it\nIn accounts." in notes
    with ZipFile(opened) as archive:
        assert archive.read("content.xml").count(b"<office:annotation ") == len(told)


def test_headers_stay_and_filter_and_repeat_on_every_page(published: Workspace) -> None:
    book = (published.published / "reach.xlsx").read_bytes()
    repeated = "".join("".join(part.itertext()) for part in parts(book, r"xl/workbook\.xml"))
    for name in ("Indicators", *MART, "Dictionary"):
        sheet = sheet_of(book, name)
        pane = sheet.find(f".//{MAIN}pane")
        assert pane is not None
        assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
        assert sheet.find(f"{MAIN}autoFilter") is not None
        assert re.search(rf"{name}!(\$A:\$\w+,{name}!)?\$1:\$1", repeated), name


def test_an_unknown_figure_is_an_empty_cell_and_zero_is_zero(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views="", Shares=0)))
    [row] = fastexcel.read_excel(team_book(world.published())).load_sheet("campaign_totals").to_polars().to_dicts()
    assert (row["views"], row["shares"]) == (None, 0)


@pytest.mark.parametrize(("rows", "kept", "word"), [(9, 9, None), (10, 10, None), (11, 9, "… and 2 more rows")])
def test_a_table_that_is_longer_than_a_sheet_is_cut_with_a_word(
    tables: Tables, monkeypatch: pytest.MonkeyPatch, rows: int, kept: int, word: str | None
) -> None:
    monkeypatch.setattr(workbook, "LONGEST_SHEET", 10)
    numbers = pl.DataFrame({"platform": map(str, range(rows))})
    _, *cells = rows_of(team_book({**few(tables), "platform_totals": numbers}), "platform_totals")
    assert [cell for (cell,) in cells[:kept]] == [str(number) for number in range(kept)]
    assert [str(cell).partition(",")[0] for (cell,) in cells[kept:]] == ([word] if word else [])


@pytest.mark.parametrize("more", [0, 1])
def test_a_sheet_lists_the_five_thousand_posts_with_the_most_views_and_says_where_all_are(
    tables: Tables, more: int
) -> None:
    posts = 5_000 + more
    views = [None, 7, 9, 9, *range(10, posts + 6)]
    of_posts = pl.DataFrame({"platform": "facebook", "post_id": map(str, range(posts)), "views": views})
    book = team_book({**few(tables), "post_totals": of_posts})
    _, *rows = rows_of(book, "post_totals")
    by_views = [*range(posts - 1, 3, -1), 2, 3, 1]
    assert [row[1] for row in rows[:5_000]] == [str(number) for number in (by_views if more else range(posts))]
    others = "… and 1 post with fewer views, or of which none are known; reach.duckdb has all of them"
    assert [str(row[0]).partition(", and so")[0] for row in rows[5_000:]] == [others] * more
    [told] = [row[3] for row in rows_of(book, "Dictionary") if row[:2] == ("post_totals", None)]
    assert ("the 5,000 posts with the most views, of 5,001 rows" in str(told)) == bool(more)


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize(
    ("name", "key", "column", "first", "shown", "others"),
    [
        ("source_files", "load_id", "observed_at", datetime(2023, 1, 1), "files seen last", "seen before"),
        ("account_figures", "load", "period_end", date(2013, 1, 1), "figures of the newest days", "of days before"),
        ("post_comparisons", "post_id", "read_at", datetime(2023, 1, 1), "figures read last", "read before"),
    ],
)
def test_a_sheet_of_what_every_night_adds_to_lists_the_newest_five_thousand_and_says_where_all_are(
    tables: Tables, name: str, key: str, column: str, first: date, shown: str, others: str, more: int
) -> None:
    rows = 5_000 + more
    days = [None, *(first + timedelta(days=number) for number in range(rows - 1))]
    book = team_book({**few(tables), name: pl.DataFrame({key: map(str, range(rows)), column: days})})
    _, *listed = rows_of(book, name)
    newest = [0, *range(rows - 1, 1, -1)] if more else range(rows)
    assert [row[0] for row in listed[:5_000]] == [str(number) for number in newest]
    left = [f"… and 1 row {others}; reach.duckdb has all of them"] * more
    assert [str(row[0]).partition(", and so")[0] for row in listed[5_000:]] == left
    [told] = [row[3] for row in rows_of(book, "Dictionary") if row[:2] == (name, None)]
    assert (f"the 5,000 {shown}, of 5,001 rows" in str(told)) == bool(more)


def test_the_longest_sheet_is_excels() -> None:
    with Workbook(BytesIO(), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        assert sheet.write_number(workbook.LONGEST_SHEET, 0, 1) == 0
        assert sheet.write_number(workbook.LONGEST_SHEET + 1, 0, 1) == -1


def test_the_same_tables_give_the_same_bytes(tables: Tables) -> None:
    for book in (team_book, to_send):
        assert book(tables, language="km") == book(dict(reversed(tables.items())), language="km")


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
    before, after = (
        night.compute(world.workspace, good, date.fromisoformat(day)) for day in ("2024-12-29", "2024-12-30")
    )
    for computed in (before, after, after):
        night.release(world.workspace, computed)
    copies = {"en": "reach-2024-12-30-en.xlsx", "km": "reach-2024-12-30-km.xlsx"}
    assert {path.name for path in folder.glob("*.xlsx*")} == {*kept, "reach.xlsx", *copies.values(), night.TODOS}
    sheets = {language: visible((folder / name).read_bytes()) for language, name in copies.items()}
    assert sheets == {"en": ["Cover", "Indicators", "The forum"], "km": ["ទំព័រមុខ", "សូចនាករ", "The forum"]}
    assert all((folder / name).read_bytes() == content for name, content in kept.items())


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_copy_to_send_has_campaigns_and_nothing_of_the_team(tables: Tables, language: Language) -> None:
    sent = to_send(tables, language=language)
    of_language = words(language)
    shown = [
        of_language["workbook"]["cover"],
        of_language["document"]["indicators"],
        *tables["campaign_totals"]["campaign_name"],
    ]
    assert visible(sent) == shown
    assert fastexcel.read_excel(sent).sheet_names == [*shown, "about"]
    told = " ".join(str(cell) for name in shown for row in rows_of(sent, name) for cell in row)
    code_words = (
        *(name for name in MART if "_" in name),
        "reach.xlsx",
        "reach_at_least",
        "_known",
        "facebook",
        "youtube",
    )
    assert not [name for name in code_words if re.search(rf"(?<![#/.\w]){name}\b", told)]
    contacts = [organisation.contact for organisation in SAMPLE_PLAN.organisations if organisation.contact]
    assert contacts
    assert not [contact for contact in contacts if contact in told]
    assert not [
        part for part in parts(sent, r"xl/worksheets/.*\.xml") if part.find(f"{MAIN}dataValidations") is not None
    ]


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("book", [to_send, team_book])
def test_a_published_workbook_that_comes_back_is_known_for_one_and_holds_no_figures(
    tables: Tables, language: Language, book: Callable[..., bytes]
) -> None:
    hostile = tables["campaign_totals"].with_columns(campaign_name=pl.lit("Facebook"))
    at, name = datetime(2024, 12, 30), "Sunlight Cambodia/reach-2024-12-30-en.xlsx"
    made = book({**tables, "campaign_totals": hostile}, language=language)
    decided = connectors.read_decisions(Raw(name, made, at, at))
    assert decided is not None
    assert (decided.extract.evidence.rows, decided.extract.notes) == (0, ())
    assert not decided.extract.observations.height


def test_tables_are_hidden_and_so_not_printed_but_those_to_fill_in(tables: Tables) -> None:
    book = team_book(tables)
    shown = ["Cover", "Indicators", *tables["campaign_totals"]["campaign_name"]]
    assert visible(book) == [*shown, *(name for name in tables if name in TO_FILL_IN)]
    assert visible(to_send(tables)) == shown


@pytest.fixture(scope="module")
def hostile_world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, Plan]:
    """The tables and the plan of a workspace in which every text tries to be something else."""
    world = new_world(tmp_path_factory.mktemp("hostile world"))
    hostile.fill(world)
    return world.published(), night.read_plan(world.workspace).plan


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("book", [to_send, team_book])
def test_a_hostile_workspace_makes_a_whole_workbook_of_texts_alone(
    hostile_world: tuple[Tables, Plan], language: Language, book: Callable[..., bytes]
) -> None:
    made = book(*hostile_world, language)
    assert list(parts(made, r".*\.(xml|rels)"))  # each well-formed
    assert not [cell for part in parts(made, r"xl/worksheets/.*\.xml") for cell in part.iter(f"{MAIN}f")]
    targets = [rel.get("Target", "") for rels in parts(made, r"xl/worksheets/_rels/.*") for rel in rels
               if rel.get("TargetMode") == "External"]  # fmt: skip
    assert not [target for target in targets if not target.startswith(("http://", "https://"))]
    cells = [cell for row in rows_of(made, visible(made)[2]) for cell in row if cell]
    assert max(map(len, cells)) < 1_000
    assert {f"{text} #forum" for text in hostile.TEXTS[-7:] if len(text) < 80} <= set(cells)
    assert not [cell for cell in cells if "\u202e" in cell]


@pytest.mark.parametrize("language", ["en", "km"])
def test_what_is_sent_is_one_page_wide(tables: Tables, language: Language) -> None:
    sent = to_send(tables, language=language)
    for name in visible(sent):
        setup = sheet_of(sent, name).find(f"{MAIN}pageSetup")
        assert setup is not None
        assert setup.get("paperSize") == "9"  # A4
        assert (setup.get("fitToWidth"), setup.get("fitToHeight", "1") in ("0", "1")) == (None, True), (
            name
        )  # 1 is usual


def test_what_is_sent_prints_on_fewer_than_twelve_pages(tables: Tables, tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        assert not os.environ.get("CI"), "soffice is missing: apt-get install libreoffice-calc"
        pytest.skip("LibreOffice is not installed here: nothing prints the workbook")
    for language in LANGUAGES:
        (tmp_path / f"{language}.xlsx").write_bytes(to_send(tables, language=language))
    profile = f"-env:UserInstallation={tmp_path.as_uri()}/profile"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    files = [str(tmp_path / f"{language}.xlsx") for language in LANGUAGES]
    subprocess.run([*command, *files], capture_output=True, timeout=300, check=True)
    for language in LANGUAGES:
        with pypdfium2.PdfDocument(tmp_path / f"{language}.pdf") as printed:
            assert len(printed) < 12
            told = [page.get_textpage().get_text_range() for page in printed]
        assert min(map(len, told)) > 300, "a page has little more than its footer"
