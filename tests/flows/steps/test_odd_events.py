"""What the doctor says of events whose numbers contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps import doctor, night, odd_events
from flows.steps.lock import only_night
from flows.steps.settings import Workspace
from tests.conftest import new_world, table
from tests.flows.published import publish

COLUMNS = ("no", "date", "kind", "station", "title", "participants", "women", "men", "youth", "events")


@pytest.fixture(scope="module")
def with_events(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    world = new_world(tmp_path_factory.mktemp("odd"))
    rows = [
        {"participants": 10, "women": 4, "men": 6},
        {"participants": 10, "women": 4, "men": 5, "title": "Dialogue"},
        {"participants": 10, "women": 14},
        {"participants": 10, "youth": 11},
        {"women": 3},
        {"participants": 5, "events": 0},
    ]
    each = {"date": "2024-09-27", "kind": "meeting", "station": "A", "title": "Forum"}
    world.drop("log.csv", table(COLUMNS, [each | {"no": n} | row for n, row in enumerate(rows)]))
    with only_night(world.workspace):
        world.load()
        publish(world.workspace)
    return world.workspace


def test_each_contradiction_is_a_sentence_with_the_event_and_both_numbers(with_events: Workspace) -> None:
    assert list(odd_events.sentences(with_events)) == [
        "outreach:A 2024-09-27 1 (Dialogue): women, men and sex not told come to 9, and participants is 10.",
        "outreach:A 2024-09-27 2 (Forum): participants_women is 14, more than its 10 participants.",
        "outreach:A 2024-09-27 3 (Forum): participants_youth is 11, more than its 10 participants.",
        "outreach:A 2024-09-27 4 (Forum): participants_women is 3, and participants is not told.",
        "outreach:A 2024-09-27 5 (Forum): participants is 5, of no event.",
    ]


def test_the_doctor_tells_them_and_mends_none(with_events: Workspace) -> None:
    told = [finding for finding in doctor.examine(with_events) if finding.part == "event"]
    assert [finding.sentence for finding in told] == list(odd_events.sentences(with_events))
    assert all(finding.mend is None and finding.what_to_do.startswith("correct its row") for finding in told)


def test_where_nothing_is_published_nothing_is_told(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    assert list(odd_events.sentences(world.workspace)) == []
    assert night.read_plan(world.workspace)
