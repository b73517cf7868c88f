"""The workbook's sheets that people fill in offer what may stand there, and come back as Excel and LibreOffice save them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

import connectors
from connectors.contract import Raw
from connectors.reading import filled_in
from flows.steps.settings import Workspace
from tests.filled_in import rows_of, typed_into
from tests.warehouse.publish.workbook.opening import MAIN, Tables, few, parts, sheet_of, team_book


@pytest.fixture(scope="module")
def with_doubles(tables: Tables) -> Tables:
    """The sample's tables with a possible double, and a decision."""
    post, other = tables["post_totals"]["post_id"].to_list()[:2]
    doubles = {"platform": "facebook", "post_id": post, "other_post_id": other, "text": "A post"}
    made = {"post": f"facebook:{post}", "decided": "not ours", "path": "reach.xlsx", "cells": "S!B2"}
    further = {"possible_doubles": [doubles], "decisions": [made]}
    return tables | {name: pl.DataFrame(rows, schema=tables[name].schema) for name, rows in further.items()}


def decided(content: bytes, name: str = "reach.xlsx") -> list[tuple[str, str, str]]:
    at = datetime(2024, 12, 30)
    extract = filled_in.read(Raw(name, content, at, at), connectors.PLATFORMS.names)
    assert extract is not None
    assert extract.notes == ()
    return extract.decisions.select("decided", "post", "cells").rows()


CELLS = {
    "unattributed_posts": {"B2": "iduai-2024", "D3": "yes", "E3": "Lunch"},
    "possible_doubles": {"C2": "no"},
    "decisions": {"A2": "yes"},
}


@pytest.fixture(scope="module")
def typed(with_doubles: Tables) -> bytes:
    return with_cells_typed(with_doubles)


def with_cells_typed(tables: Tables) -> bytes:
    """A workbook of these tables into which a person typed what :data:`CELLS` says."""
    book = team_book(tables)
    assert decided(book) == []
    for sheet, cells in CELLS.items():
        book = typed_into(book, sheet, cells)
    return book


def expected(tables: Tables) -> list[tuple[str, str, str]]:
    first, second = (
        f"{platform}:{post_id}"
        for platform, post_id in tables["unattributed_posts"].select("platform", "post_id").head(2).iter_rows()
    )
    double, decision = tables["possible_doubles"]["post_id"].item(), tables["decisions"]["post"].item()
    return [
        ("in a campaign", first, "unattributed_posts!B2"),
        ("not ours", second, "unattributed_posts!D3"),
        ("not the same", f"facebook:{double}", "possible_doubles!C2"),
        ("taken back", decision, "decisions!A2"),
    ]


def test_what_is_typed_into_the_published_workbook_is_read_back(with_doubles: Tables, typed: bytes) -> None:
    assert decided(typed) == expected(with_doubles)


def test_libreoffice_saves_what_was_typed_so_that_it_is_read_back(with_doubles: Tables, tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        assert not os.environ.get("CI"), "soffice is missing: apt-get install libreoffice-calc"
        pytest.skip("LibreOffice is not installed here: nothing saves the workbook")
    # LibreOffice takes most of its time for remarks on the columns of all other tables.
    typed = with_cells_typed(
        {**few(with_doubles), **{name: with_doubles[name] for name in ("campaign_totals", *CELLS)}}
    )
    (tmp_path / "typed.xlsx").write_bytes(typed)
    profile = f"-env:UserInstallation={tmp_path.as_uri()}/profile"
    command = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved")]
    subprocess.run([*command, str(tmp_path / "typed.xlsx")], capture_output=True, timeout=300, check=True)
    saved = (tmp_path / "saved" / "typed.xlsx").read_bytes()
    assert saved != typed
    assert sorted(decided(saved)) == sorted(expected(with_doubles))


def test_the_whole_workbook_is_read_as_libreoffice_saves_it_in_its_own_form(opened: Path) -> None:
    assert decided(opened.read_bytes(), "reach.ods") == []


def test_cells_to_fill_in_offer_the_plans_campaigns_and_yes_and_no(with_doubles: Tables) -> None:
    book = team_book(with_doubles)
    offered = {
        str(one.get("sqref")): str(one.findtext(f"{MAIN}formula1"))
        for name in CELLS
        for one in sheet_of(book, name).iter(f"{MAIN}dataValidation")
    }
    campaigns, rows = with_doubles["campaign_totals"], with_doubles["unattributed_posts"].height
    assert offered[f"B2:B{rows + 1}"] == f"campaign_totals!$A$2:$A${campaigns.height + 1}"
    assert rows_of(book, "campaign_totals")[0]["campaign_id"] == campaigns["campaign_id"][0]
    assert (offered["C2"], offered["A2"]) == ('"yes,no"', '"yes"')


def test_the_sheets_to_fill_in_are_those_of_programs_in_every_language(with_doubles: Tables) -> None:
    in_khmer = team_book(with_doubles, language="km")
    for sheet in CELLS:
        assert rows_of(in_khmer, sheet) == rows_of(team_book(with_doubles), sheet)
        in_khmer = typed_into(in_khmer, sheet, CELLS[sheet])
    assert decided(in_khmer) == expected(with_doubles)


def test_comments_of_columns_to_fill_in_are_in_the_workbooks_language(with_doubles: Tables) -> None:
    in_english, in_khmer = (
        {
            "".join(note.itertext())
            for part in parts(book, r"xl/comments\d+\.xml")
            for note in part.iter(f"{MAIN}comment")
        }
        for book in (team_book(with_doubles), team_book(with_doubles, language="km"))
    )
    assert {note for note in in_english - in_khmer if note.startswith("Fill in")} == in_english - in_khmer
    assert len(in_khmer - in_english) == len(in_english - in_khmer) == 7
    assert all(re.search("[\u1780-\u17ff]", note) for note in in_khmer - in_english)


def test_sheets_without_rows_have_their_columns(tables: Tables) -> None:
    book = team_book({name: table.clear() if name in CELLS else table for name, table in tables.items()})
    for name in CELLS:
        assert sheet_of(book, name).find(f"{MAIN}dataValidations") is None
    assert decided(book) == []


def test_posts_are_named_by_texts_that_no_spreadsheet_changes(published: Workspace, tables: Tables) -> None:
    rows = rows_of(published.published / "reach.xlsx", "unattributed_posts")
    assert [row["post"] for row in rows] == [
        f"{platform}:{post_id}"
        for platform, post_id in tables["unattributed_posts"].select("platform", "post_id").rows()
    ]
