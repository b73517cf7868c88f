"""The workbook's cover: whose figures, for whom, of which day, where they stand, and how to read them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import connectors
from tests.warehouse.publish.workbook.opening import (
    MAIN,
    SAMPLE_PLAN,
    Tables,
    parts,
    rows_of,
    sheet_of,
    team_book,
    to_send,
    visible,
)
from warehouse.publish.report.language import words
from warehouse.publish.report.sentence import of_project
from warehouse.publish.workbook.edition import MOST_CAMPAIGNS

BANNER = "The plan has a mistake: line 7."


def with_about(tables: Tables, **columns: object) -> Tables:
    return {**tables, "about": tables["about"].with_columns(**{name: pl.lit(value) for name, value in columns.items()})}


def lines(book: bytes, sheet: str = "Cover") -> list[str]:
    """What stands in a sheet's first column."""
    return [row[0] for row in rows_of(book, sheet) if row[0]]


def test_the_cover_says_who_reports_to_whom_of_which_day_and_by_what_was_known(tables: Tables) -> None:
    project = SAMPLE_PLAN.project.model_copy(update={"organisation": "Sunlight Cambodia", "donor": "Norad"})
    plan = SAMPLE_PLAN.model_copy(update={"project": project})
    told = lines(to_send(with_about(tables, known_on=date(2025, 1, 15)), plan, frozen_as="final-2024"))
    assert told[:7] == [
        "Women and Youth Empowerment in Leadership", "By Sunlight Cambodia", "For Norad",
        "Period: 1 July 2022 to 30 December 2024", "Figures of 30 December 2024",
        "by what was known on 15 January 2025", "Frozen as final-2024: these figures stay as they are.",
    ]  # fmt: skip
    assert tables["about"]["snapshot_id"].item() in told[-1]
    of_nobody = SAMPLE_PLAN.project.model_copy(update={"organisation": None, "donor": None})
    told = lines(to_send(tables, SAMPLE_PLAN.model_copy(update={"project": of_nobody})))
    assert not [line for line in told if line.startswith(("Frozen", "by what", "By ", "For "))]


@pytest.mark.parametrize(("is_sent", "says"), [(False, BANNER), (True, words("en")["workbook"]["not_to_send"])])
def test_a_faulty_plan_is_said_first_and_its_lines_only_to_the_team(tables: Tables, is_sent: bool, says: str) -> None:
    book = (to_send if is_sent else team_book)(with_about(tables, banner=BANNER))
    assert [row[1] for row in rows_of(book, "Cover") if row[0] == "Read this first"] == [says]
    in_file = any(BANNER in "".join(part.itertext()) for part in parts(book, r"xl/worksheets/.*\.xml"))
    assert in_file is not is_sent
    assert "Read this first" not in lines(to_send(tables))


def test_the_cover_names_the_definitions_that_changed_within_a_total_and_no_others(tables: Tables) -> None:
    title = "What platforms changed within these figures"
    told = rows_of(to_send(tables), "Cover")
    assert [row[1][:23] for row in told if row[0] == "Facebook, Views"] == ["Before 14 November 2024"]
    without = {
        name: table.with_columns(definitions=pl.lit(None, pl.String)) if "definitions" in table.columns else table
        for name, table in tables.items()
    }
    assert title in [row[0] for row in told]
    assert title not in lines(to_send(without))


def test_the_cover_leads_to_every_sheet_that_is_shown(tables: Tables) -> None:
    for book in (team_book(tables), to_send(tables)):
        led_to = [link.get("location") for link in sheet_of(book, "Cover").iter(f"{MAIN}hyperlink")]
        assert led_to == [f"'{name}'!A1" for name in visible(book)[1:]]


def test_the_cover_leads_to_the_sheet_of_a_campaign_with_an_apostrophe_in_its_name(tables: Tables) -> None:
    campaigns = tables["campaign_totals"].with_columns(campaign_name=pl.lit("Women's rights"))
    book = to_send({**tables, "campaign_totals": campaigns})
    assert "Women's rights" in visible(book)
    led_to = [link.get("location") for link in sheet_of(book, "Cover").iter(f"{MAIN}hyperlink")]
    assert "'Women''s rights'!A1" in led_to


def test_a_hostile_name_of_the_project_leaves_the_file_whole(tables: Tables) -> None:
    project = SAMPLE_PLAN.project.model_copy(update={"name": "<r>A & B\ufffe</r>"})
    book = to_send(tables, SAMPLE_PLAN.model_copy(update={"project": project}))
    assert lines(book)[0] == "<r>A & B\ufffd</r>"
    assert list(parts(book, r".*\.(xml|rels)"))


def test_the_cover_has_the_figures_of_the_tables_and_says_them_in_a_sentence(tables: Tables) -> None:
    rows = {row[0]: row for row in reversed(rows_of(to_send(tables), "Cover"))}  # the sheets' names are below
    metrics = ("posts", "views", "likes", "comments", "shares", "outreach")
    told = {"Together": tables["project_totals"].row(0, named=True)}
    told |= {row["campaign_name"]: row for row in tables["campaign_totals"].iter_rows(named=True)}
    for name, row in told.items():
        assert [value and float(value) for value in rows[name][1:7]] == [row[metric] for metric in metrics], name
    assert rows["IDUAI 2024"][7] == "7,126 to 34,323"
    assert "As of 30 December 2024, the 28 posts of 4 campaigns have at least about 52,451 views" in " ".join(
        filter(None, rows)
    )
    assert of_project(tables, "en", connectors.PLATFORMS) in rows


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_campaigns_have_a_row_and_the_cover_says_that_there_are_more(tables: Tables, more: int) -> None:
    campaigns = pl.concat([tables["campaign_totals"].head(1)] * (MOST_CAMPAIGNS + more)).with_columns(
        campaign_id=pl.format("c{}", pl.int_range(pl.len())), campaign_name=pl.format("C{}", pl.int_range(pl.len()))
    )
    book = to_send({**tables, "campaign_totals": campaigns})
    says = [row[1] for row in rows_of(book, "Cover") if row[0] == "…"]
    assert says == [f"Shown are {MOST_CAMPAIGNS} of {MOST_CAMPAIGNS + 1}."] * more
    assert len(visible(book)) == 2 + MOST_CAMPAIGNS
