"""What quarters gained stands beside the time before, of campaigns, activities and the project; what is not known is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from connectors import PLATFORMS
from flows.steps.settings import Workspace
from tests.warehouse.publish.report.conftest import Report
from warehouse.plan.model import Plan, Project
from warehouse.publish.report import quarter_chart
from warehouse.publish.report.captions import Captions
from warehouse.publish.report.charts import PAGE, Drawing
from warehouse.publish.report.language import number
from warehouse.publish.report.wording import Texts

DAY = date(2025, 3, 31)


def drawing(views: Mapping[str, int | None], *, is_over: bool = True) -> Drawing | None:
    periods: list[dict[str, Any]] = [
        {"period": name, "views": value, "views_known": 1, "posts": 1, "is_over": is_over, "definitions": None}
        for name, value in views.items()
    ]
    captions = Captions(Texts("en", "Asia/Phnom_Penh", PLATFORMS), PLATFORMS, Plan(project=Project(name="Project")))
    return quarter_chart.drawing(periods, DAY, captions, PAGE)


def test_a_year_of_several_quarters_is_held_against_the_one_before() -> None:
    quarters = drawing({"FY2024-Q3": 5, "FY2024-Q4": 6, "FY2024": 11, "FY2025-Q1": None, "FY2025-Q2": 20, "FY2025": 25})
    assert quarters is not None
    assert [row[1] for row in quarters.rows] == ["5", "6", "–", "20"]
    assert list(quarters.notes) == [
        "April to June 2025: 20 views were gained. What was gained in the quarter before is not known.",
        "2025: 25 views were gained. In the year before: 11.",
    ]


def test_a_quarter_stands_beside_the_one_before_and_one_that_runs_says_so() -> None:
    quarters = drawing({"FY2024-Q4": 6, "FY2024": 6, "FY2025-Q1": 20, "FY2025": 20}, is_over=False)
    assert quarters is not None
    assert list(quarters.notes) == [
        "January to March 2025: 20 views were gained. In the quarter before: 6.",
        "January to March 2025 is not over: its figure goes up to 31 March 2025.",
    ]


@pytest.mark.parametrize(("views", "is_drawn"), [((5, 6), True), ((None, 6), False), ((5, None), False), ((), False)])
def test_two_known_quarters_make_a_picture_and_fewer_none(views: tuple[int | None, ...], is_drawn: bool) -> None:
    quarters = {f"FY2024-Q{at}": value for at, value in enumerate(views, 1)}
    assert (drawing({**quarters, "FY2024": 11}) is not None) == is_drawn


@pytest.mark.parametrize("count", [7, 8, 9])
def test_no_more_than_eight_quarters_stand_beside_one_another(count: int) -> None:
    names = [f"FY{2023 + at // 4}-Q{at % 4 + 1}" for at in range(count)]
    quarters = drawing({**dict.fromkeys(names, 3), "FY2025": 3})
    assert quarters is not None
    assert len(quarters.rows) == min(count, 8)


def test_pages_of_the_project_and_its_activities_show_what_the_tables_have_of_quarters(
    sample: Report, published: Workspace
) -> None:
    pages = {"index.html": "project_periods where true"}
    for row in sample.rows("select activity_id, posts from activity_totals"):
        pages[f"activity-{row['activity_id']}.html"] = f"activity_periods where activity_id = '{row['activity_id']}'"
    drawn = 0
    for page, rows in pages.items():
        text = (published.published / "report" / page).read_text(encoding="utf-8")
        rows_with_views = sample.rows(
            f"select period, views from {rows} and period like '%-Q%' and views is not null order by period_start"
        )
        assert ('id="chart-quarters"' in text) == (len(rows_with_views) > 1), page
        if len(rows_with_views) > 1:
            table = text.split('id="chart-quarters"')[1].split("</table>")[0]
            drawn += 1
            assert all(number(row["views"]) in table for row in rows_with_views), page
    assert drawn >= 2


def test_rows_of_one_activity_come_by_their_days() -> None:
    periods = pl.DataFrame(
        {"activity_id": ["1.1", "1.1", "1.2"], "period_start": [date(2024, 4, 1), date(2024, 1, 1), date(2024, 1, 1)]}
    )
    assert [row["period_start"].month for row in quarter_chart.rows_of(periods, activity_id="1.1")] == [1, 4]
