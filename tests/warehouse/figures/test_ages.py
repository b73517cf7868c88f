"""How many participants are of the ages that a plan names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import World, copy_of, new_world, table
from tests.warehouse.figures.test_attendances import PLAN, people
from warehouse.figures.ages import of_band

COLUMNS = ("no", "date", "kind", "station", "title", "participants", "15-24", "Aged 25+")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = new_world(tmp_path_factory.mktemp("ages"))
    world.plan(PLAN)
    path = world.workspace.home / "plan.toml"
    bands = 'age_bands = ["15-24", "25+", "18-35"]\ntimezone'
    path.write_text(path.read_text("utf-8").replace("timezone", bands, 1), encoding="utf-8")
    return world


@pytest.fixture
def world(planned: World, tmp_path: Path) -> World:
    return copy_of(planned, tmp_path)


def test_bands_of_a_log_and_of_a_list_with_everybodys_age_add_up_by_activity_campaign_and_project(world: World) -> None:
    each = {"kind": "workshop", "station": "A", "date": "2024-09-27", "title": "Forum"}
    rows = [
        each | {"no": 1, "participants": 40, "15-24": 12, "Aged 25+": 28},
        each | {"no": 2, "participants": 10, "15-24": "3", "Aged 25+": "many"},
        each | {"no": 3, "participants": 7},
    ]
    world.drop("log.csv", table(COLUMNS, rows))
    aged = people(("1", "2024-10-02", "Forum"), ("2", "2024-10-02", "Forum"), ("3", "2024-10-02", "Forum"))
    ages = ("Age", "15", "24", "36")
    world.drop("people.csv", "\n".join(f"{line},{age}" for line, age in zip(aged.splitlines(), ages, strict=True)))
    whole = world.table("participants_by_age")
    of_activity = whole.filter(scope="activity", id="1.1")
    assert of_activity.select("age_band", "participants", "participants_known", "events").rows() == [
        ("15-24", 12 + 3 + 2, 3, 4),
        ("18-35", 1, 1, 4),  # the log's bands go over its ends
        ("25+", 28 + 1, 2, 4),
    ]
    assert whole.group_by("scope").len().sort("scope").rows() == [("activity", 3), ("campaign", 3), ("project", 3)]
    assert whole.filter(scope="project")["id"].to_list() == [None] * 3


def test_without_events_and_without_bands_in_the_plan_there_are_none(world: World) -> None:
    assert world.table("participants_by_age").is_empty()
    row = {"no": 1, "date": "2024-09-27", "kind": "meeting", "station": "A", "title": "Forum", "participants": 4}
    world.drop("log.csv", table(COLUMNS, [row | {"15-24": 4}]))
    assert world.table("participants_by_age").filter(scope="project", age_band="15-24")["participants"].to_list() == [4]
    plan = world.workspace.home / "plan.toml"
    plan.write_text(plan.read_text("utf-8").replace('["15-24", "25+", "18-35"]', "[]"), encoding="utf-8")
    assert world.table("participants_by_age").is_empty()


@pytest.mark.parametrize(
    ("spans", "participants", "band", "of_it"),
    [
        ([(15, 24, 5)], 9, "15-24", 5),  # the band itself
        ([(15, 24, 5), (25, None, 4)], 9, "15+", 9),
        ([(15, 24, 5), (25, None, 4)], 9, "18+", None),  # goes over an end
        ([(15, 24, 5)], 9, "10-30", None),  # the others may be of it, too
        ([(15, 24, 9)], 9, "25+", 0),
        ([(14, 14, 1), (15, 15, 1), (24, 24, 1), (25, 25, 1)], 4, "15-24", 2),  # both ends belong to it
        ([(25, None, 9)], 9, "25-30", None),
        ([], 0, "15-24", 0),
        (None, 9, "15-24", None),
    ],
)
def test_what_spans_of_ages_say_of_a_band(
    spans: list[tuple[int, int | None, int]] | None, participants: int, band: str, of_it: int | None
) -> None:
    ages = None
    if spans is not None:
        ages = [{"first": first, "last": last, "participants": number} for first, last, number in spans]
    assert of_band(ages, participants, band) == of_it


@given(st.lists(st.integers(0, 90), max_size=20), st.integers(0, 60), st.integers(0, 40))
def test_of_everybodys_age_a_band_has_those_that_lie_in_it(ages: list[int], first: int, more: int) -> None:
    spans = [{"first": age, "last": age, "participants": ages.count(age)} for age in set(ages)]
    in_it = sum(first <= age <= first + more for age in ages)
    assert of_band(spans, len(ages), f"{first}-{first + more}") == in_it
