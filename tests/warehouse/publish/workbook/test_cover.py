"""The workbook's cover: of which day, by what was known, and what the words mean."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.warehouse.publish.workbook.opening import MAIN, Tables, parts, rows_of, sheet_of, visible
from warehouse.publish.workbook import book as workbook


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
    assert told == {word.split(":")[0] for text in spanned for word in text.split("; ") if " since " in word}
    without = {
        name: table.with_columns(definitions=pl.lit(None, pl.String)) if "definitions" in table.columns else table
        for name, table in tables.items()
    }
    told = {row[0] for row in rows_of(workbook.book(without), "Cover")}
    assert "None" in told
    assert not [label for label in told if label and " since " in label]


def test_the_cover_leads_to_every_sheet_that_is_shown(tables: Tables) -> None:
    book = workbook.book(tables)
    led_to = [link.get("location") for link in sheet_of(book, "Cover").iter(f"{MAIN}hyperlink")]
    assert led_to == [f"'{name}'!A1" for name in visible(book)[1:]]


def test_the_cover_leads_to_the_sheet_of_a_campaign_with_an_apostrophe_in_its_name(tables: Tables) -> None:
    campaigns = tables["campaign_totals"].with_columns(campaign_name=pl.lit("Women's rights"))
    book = workbook.book({**tables, "campaign_totals": campaigns})
    assert "Women's rights" in visible(book)
    led_to = [link.get("location") for link in sheet_of(book, "Cover").iter(f"{MAIN}hyperlink")]
    assert "'Women''s rights'!A1" in led_to


def test_hostile_names_of_the_project_leave_the_file_whole(tables: Tables) -> None:
    name = "<r>A & B\x00</r>"
    book = workbook.book({**tables, "project_totals": tables["project_totals"].with_columns(project_name=pl.lit(name))})
    assert rows_of(book, "Cover")[0][0] == "<r>A & B\ufffd</r>"
    assert list(parts(book, r".*\.(xml|rels)"))


def test_the_cover_has_the_figures_of_the_tables(tables: Tables) -> None:
    rows = {row[0]: row for row in reversed(rows_of(workbook.book(tables), "Cover"))}  # the sheets' names are below
    metrics = ("posts", "views", "likes", "comments", "shares")
    told = {"All together": tables["project_totals"].row(0, named=True)}
    told |= {row["campaign_name"]: row for row in tables["campaign_totals"].iter_rows(named=True)}
    for name, row in told.items():
        assert [value and float(value) for value in rows[name][1:6]] == [row[metric] for metric in metrics], name
    assert rows["IDUAI 2024"][6] == "7,126 to 34,323"
