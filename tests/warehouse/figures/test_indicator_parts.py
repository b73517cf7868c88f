"""What definitions of donors ask for beside an indicator, and what of it is not there."""

from __future__ import annotations

import pytest

from tests.conftest import World
from tests.warehouse.figures.test_attendances import PLAN, line, log
from warehouse.figures import indicator_parts
from warehouse.figures.indicator_parts import Asked, parts

INDICATOR = """
[[indicator]]
id = "trained"
name = "Trained"
of = "campaign:forum"
metric = "participants"
definition = "own"
targets = { FY2024-Q4 = 100 }

[[definition]]
id = "own"
name = "People trained"
counts = "people who were trained"
parts = ["participants_women", "participants_men"]
evidence = "attendance lists"
"""


@pytest.fixture
def trained(world: World) -> World:
    world.plan(PLAN + INDICATOR)
    world.drop("2024-12-01/log.csv", log(line(1, participants=300, women=120)))
    return world


def test_parts_that_a_definition_asks_for_are_told_and_what_no_source_tells_is_not_known(trained: World) -> None:
    tables, plan = trained.published(), trained.day().plan
    assert parts(plan, "trained", "whole", tables) == [
        Asked("participants_women", 120), Asked("participants_men", None)
    ]  # fmt: skip
    assert parts(plan, "lost", "whole", tables) == []


def test_what_a_definition_asks_for_and_is_not_there_is_said_until_it_is(trained: World) -> None:
    day = trained.day()
    assert list(indicator_parts.lacking(day.plan, trained.published(), day.loads)) == [
        "Indicator trained: its definition own asks for men among participants, which no source tells.",
        "Indicator trained: its definition own asks for attendance lists, and no document is attached: drop it into "
        "documents/trained/ of the inbox.",
    ]
    trained.drop("2024-12-02/log.csv", log(line(1, participants=300, women=120, men=180)))
    trained.drop("documents/trained/list.pdf", b"%PDF-1.7")
    day = trained.day()
    assert list(indicator_parts.lacking(day.plan, trained.published(), day.loads)) == []


def test_an_indicator_without_a_definition_is_asked_for_nothing(world: World) -> None:
    world.plan(PLAN + INDICATOR.partition("definition")[0])
    day = world.day()
    assert list(indicator_parts.lacking(day.plan, world.published(), day.loads)) == []
