"""The parts of an indicator's participants in the IATI file, by the standard's own schema and from published tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import etree

from tests.conftest import World, copy_of, new_world
from tests.warehouse.figures.test_attendances import PLAN, line, log
from tests.warehouse.publish.test_iati import check, schema
from warehouse.publish import iati
from warehouse.publish.iati_parts import dimension, parts_of_actual

__all__ = ["schema"]  # the fixture

INDICATORS = """
[[indicator]]
id = "1.1-p"
name = "Participants"
of = "activity:1.1"
metric = "participants"
target = 500
targets = { FY2024-Q1 = 100, FY2025 = 100 }
[[indicator]]
id = "1.1-w"
name = "Women"
of = "activity:1.1"
metric = "participants_women"
target = 200
[[indicator]]
id = "0-p"
name = "Participants of the project"
metric = "participants"
of = "project"
target = 9
[[indicator]]
id = "1.1-v"
name = "Views"
of = "activity:1.1"
metric = "views"
target = 200
"""
DAYS = 'timezone = "Asia/Phnom_Penh"\nstarts = 2024-01-01\nends = 2024-12-31\nyouth = "15 to 35 years"'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = new_world(tmp_path_factory.mktemp("iati"))
    world.plan(PLAN + INDICATORS)
    path = world.workspace.home / "plan.toml"
    path.write_text(path.read_text("utf-8").replace('timezone = "Asia/Phnom_Penh"', DAYS), encoding="utf-8")
    rows = line(1, "2024-02-01", participants=300, women=120, men=178, sex_not_told=2, youth=9, with_disability=4)
    world.drop("2024-12-01/log.csv", log(rows, line(2, "2024-05-01", participants=188)))
    return world


@pytest.fixture(scope="module")
def fragment(made: World) -> iati.Fragment:
    tables, plan = made.published(), made.day().plan
    return iati.fragment(tables["indicator_progress"], plan, made.day().as_of, tables)


def actuals(fragment: iati.Fragment, indicator: str) -> dict[str, list[Any]]:
    """By the first day of each period of an indicator: value, dimension and comment of its actuals."""
    (element,) = etree.fromstring(fragment.xml).xpath(f"//indicator[reference/@code='{indicator}']")
    return {
        period.find("period-start").get("iso-date") + "/" + period.find("period-end").get("iso-date"): [
            (
                actual.get("value"),
                *((d.get("name"), d.get("value")) for d in actual.findall("dimension")),
                *(["in part"] if "Known of" in (actual.findtext("comment/narrative") or "") else []),
            )
            for actual in period.findall("actual")
        ]
        for period in element.findall("period")
    }


def test_participants_are_parted_by_sex_age_and_disability_with_what_is_known_in_part(
    fragment: iati.Fragment, schema: etree.XMLSchema
) -> None:
    check(fragment, schema)
    of_periods = actuals(fragment, "1.1-p")
    parts = [
        ("120", ("sex", "female")), ("178", ("sex", "male")), ("2", ("sex", "not stated")),
        ("9", ("age", "15 to 35 years")), ("4", ("disability", "with disability")),
    ]  # fmt: skip
    assert of_periods["2024-01-01/2024-12-31"] == [("488",), *((*part, "in part") for part in parts)]
    assert of_periods["2024-01-01/2024-03-31"] == [("300",), *parts]
    assert actuals(fragment, "0-p")["2024-01-01/2024-12-31"][1] == ("120", ("sex", "female"), "in part")


def test_an_indicator_of_women_alone_says_so_and_another_has_no_dimension(fragment: iati.Fragment) -> None:
    assert actuals(fragment, "1.1-w")["2024-01-01/2024-12-31"] == [("120", ("sex", "female"))]
    assert actuals(fragment, "1.1-v") == {"2024-01-01/2024-12-31": []}


def test_tables_without_these_columns_have_no_parts(made: World) -> None:
    plan = made.day().plan
    (indicator,) = [one for one in plan.indicators if one.id == "1.1-p"]
    tables = {"activity_totals": made.table("activity_totals").select("activity_id", "posts")}
    assert parts_of_actual(indicator, "whole", plan, tables) == parts_of_actual(None, "whole", plan, tables) == []
    assert parts_of_actual(indicator, "FY2024", plan, {}) == []


def test_bands_of_ages_are_dimensions_of_an_indicators_whole_time(made: World) -> None:
    plan = made.day().plan
    of_activity, of_project = (
        next(one for one in plan.indicators if one.id == indicator_id) for indicator_id in ("1.1-p", "0-p")
    )
    band = {"age_band": "15-24", "participants_known": 1, "events": 2}
    rows = [
        band | {"scope": "activity", "id": "1.1", "participants": 17},
        band | {"scope": "activity", "id": "1.1", "participants": None, "age_band": "25+"},
        band | {"scope": "activity", "id": "1.2", "participants": 3},
        band | {"scope": "project", "id": None, "participants": 20},
    ]
    of_day = made.tables()
    tables = {name: of_day[name] for name in ("activity_totals", "project_totals", "activity_periods")}
    tables["participants_by_age"] = pl.DataFrame(rows)
    for indicator, people in ((of_activity, 17), (of_project, 20)):
        parts = [part for part in parts_of_actual(indicator, "whole", plan, tables) if part.value in ("15-24", "25+")]
        assert parts == [("age", "15-24", people, 1, 2)]
    of_year = parts_of_actual(of_activity, "FY2024", plan, tables)
    assert "15-24" not in [part.value for part in of_year]


def test_young_people_are_called_youth_where_the_plan_does_not_say_who_they_are(made: World, tmp_path: Path) -> None:
    world = copy_of(made, tmp_path)
    world.plan(PLAN)
    assert dimension("participants_youth", world.day().plan) == ("age", "youth")
    assert dimension("views", world.day().plan) is None
