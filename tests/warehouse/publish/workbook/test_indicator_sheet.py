"""The workbook's sheet of indicators is a donor's table with the database's numbers."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl

from flows.steps.settings import Workspace
from tests.conftest import World
from tests.warehouse.publish.workbook.opening import Tables, rows_of, shown_by_libreoffice, team_book, world_of
from warehouse.publish.report.indicator import of_indicator

PERIODS = {
    "whole": "whole project", "FY2024-Q4": "July to September 2024", "FY2025-Q1": "October to December 2024",
}  # fmt: skip


def test_the_indicators_are_a_donor_s_table(tables: Tables, opened: Path) -> None:
    titles, *rows = shown_by_libreoffice(opened, "Indicators")
    cells = [dict(zip(filter(None, titles), row, strict=False)) for row in rows if any(row)]
    shown = {(cell["Indicator"], cell["Period"].split("\n")[0]): cell for cell in cells}
    assert len(shown) == tables["indicator_progress"].height
    item = shown["Views of content on the access to information law", "whole project"]
    assert item == {
        "Objective": "Increase civic participation relating to national budget transparency",
        "Output": "Enhance coordinated advocacy",
        "Activity": "1.1.7 National forum on fundamental freedom and access to information",
        "Indicator": "Views of content on the access to information law",
        "Baseline": item["Baseline"],
        "Period": "whole project\n2022-07-01 to 2024-12-30",
        "Target": "40,000",
        "Actual": "≥ ≈ 50,200",
        "Percent": "≥ 125.5%",
        "Result": "reached",
        "In a sentence": item["In a sentence"],
        "Where it comes from": "Counted over all campaigns of activity 1.1.7. Posts that know it: 16 of 26",
    }
    for row in tables["indicator_progress"].iter_rows(named=True):
        assert shown[row["name"], PERIODS[row["period"]]]["In a sentence"] == of_indicator(row, "en")
    assert shown["Radio programmes on the right to information", "whole project"]["Actual"] == "6"
    assert shown["Youth debates recorded and published", "whole project"]["Percent"] == "100%"


def test_an_indicator_s_cells_hold_the_database_s_numbers(published: Workspace, tables: Tables) -> None:
    cells = fastexcel.read_excel(str(published.published / "reach.xlsx")).load_sheet("Indicators").to_polars()
    cells = cells.select("Indicator", pl.col("Period").str.extract(r"^(.+)"), "Target", "Actual", "Percent", "Result")
    period = pl.col("period").replace_strict(PERIODS)
    says = tables["indicator_progress"].select("name", period, "target", "actual", "percent", "verdict")
    assert sorted(cells.rows()) == sorted(says.rows())


def test_percentages_are_the_database_s_and_have_no_decimals_that_say_nothing(tables: Tables) -> None:
    progress = tables["indicator_progress"].head(2).with_columns(percent=pl.Series([117.0, None]))
    [_, first, second] = rows_of(team_book({**tables, "indicator_progress": progress}), "Indicators")
    assert {first[8], second[8]} == {"117", None}


def test_a_plan_without_indicators_says_how_to_have_some(world: World) -> None:
    assert "an indicator of the plan is a row here" in rows_of(team_book(world_of(world, "a")), "Indicators")[1][0]
