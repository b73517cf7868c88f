"""An indicator's progress as a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from connectors import PLATFORMS
from tests.conftest import CAMPAIGN, OTHER_PAGE, World, meta
from tests.warehouse.publish.report.forum import full
from warehouse.figures.tables import MART
from warehouse.publish.report.indicator import is_total, of_indicator, source_told
from warehouse.publish.report.wording import Texts


def progress(**cells: Any) -> dict[str, Any]:
    row = dict.fromkeys(column.name for column in MART["indicator_progress"].columns)
    return row | {"metric": "views", "unit": "plays or displays", "is_at_least": False} | cells


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (progress(actual=46700.0, target=40000.0, percent=116.8, verdict="reached"), "Reached: 46,700 of 40,000 views (116.8%)."),
        (progress(actual=2251.0, target=3000.0, percent=75.0, verdict="not yet reached"), "Not yet reached: 2,251 of 3,000 views (75%)."),
        (progress(actual=1.0, target=1.0, percent=100.0, verdict="reached", metric="shares"), "Reached: 1 of 1 share (100%)."),
        (progress(actual=7.0, target=9.0, is_at_least=True, percent=77.8, verdict="cannot be told"), "Cannot be told: at least 7 of 9 views (at least 77.8%)."),
        (progress(target=9.0, verdict="cannot be told"), "Cannot be told: not known, the target is 9 views."),
        (progress(), "Not known."),
        (progress(actual=0.0), "0 views, without a target."),
        (progress(actual=100.0, actual_at_most=170.0, is_at_least=True, metric="reach", unit="accounts", target=150.0, percent=66.7, verdict="cannot be told"), "Cannot be told: at least 100 (at most 170) of 150 accounts (at least 66.7%)."),
        (progress(actual=50.0, baseline=20.0, target=80.0, percent=50.0, verdict="not reached"), "Not reached: 50 of 80 views (50% of the way from 20)."),
        (progress(actual=12.5, baseline=40.0, target=20.0, percent=137.5, verdict="reached", metric=None, unit=None, is_entered=True), "Reached: 12.5, aimed at no more than 20 (137.5% of the way from 40). Entered by hand."),
        (progress(actual=3500.0, target=3000.0, percent=116.7, verdict="reached", is_approximate=True, is_entered=True), "Reached: 3,500 of 3,000 views (116.7%). Rounded figures are in use. Figures typed in by hand are in use."),
    ],
)  # fmt: skip
def test_an_indicator_is_told_in_a_sentence(row: dict[str, Any], line: str) -> None:
    assert of_indicator(row, "en") == line
    khmer = of_indicator(row, "km")
    assert khmer.endswith("។")
    assert set(re.findall(r"\d[\d,.]*\d|\d", khmer)) == set(re.findall(r"\d[\d,.]*\d|\d", line))


def test_an_indicator_of_posts_that_do_not_all_know_is_a_lower_bound(world: World) -> None:
    indicator = '[[indicator]]\nid = "a"\nname = "Views"\nof = "campaign:forum"\nmetric = "views"\ntarget = 100\n'
    world.plan(CAMPAIGN + indicator)
    world.drop("2024-11-01/a.csv", meta(full(1), full(2, page=OTHER_PAGE, Views="")))
    row = world.table("indicator_progress", "2024-11-01").row(0, named=True)
    assert of_indicator(row, "en") == "Cannot be told: at least 20 of 100 views (at least 20%)."


@pytest.mark.parametrize(
    ("metric", "source", "shown"),
    [
        ("views", "views in activity_totals, 1: 2 of 13 know theirs", "Posts that know it: 2 of 13"),
        (None, "Attendance: 2 of 13 know theirs", "Attendance: 2 of 13 know theirs"),
        ("engagements", "engagements in activity_totals, 1: 2 of 3 know all that their platform reports",
         "Posts that know all of it: 2 of 3"),
        ("views", "views in project_totals: 2 of 3 know theirs, 1 of them without some days",
         "Posts that know it: 2 of 3; of 1 of them some days are missing"),
        ("reach", "reach in campaign_totals, forum: no post knows its reach", "no post knows its reach"),
        ("visits", "visits in project_totals", None), ("posts", "posts in activity_totals, 1.2.2", None),
        (None, None, None),
    ],
)  # fmt: skip
def test_of_how_many_posts_an_indicator_is_known_is_told_without_the_names_of_tables(
    metric: str | None, source: str | None, shown: str | None
) -> None:
    told = Texts("en", "Asia/Phnom_Penh", PLATFORMS).told
    assert source_told({"metric": metric, "source": source}, told) == shown


@pytest.mark.parametrize(
    ("metric", "source", "is_one"),
    [
        ("views", "views in project_totals: 2 of 3 know theirs", True), ("posts", "posts in activity_totals, 1.2.2", True),
        ("winner", "assets of the plan in this stage", False), (None, "views in project_totals", False),
        ("views", None, False),
    ],
)  # fmt: skip
def test_a_total_is_told_from_what_is_counted_otherwise(metric: str | None, source: str | None, is_one: bool) -> None:
    assert is_total({"metric": metric, "source": source}) is is_one
