"""Posts that were read after the day of the figures for the first time are told, with what they have since."""

from __future__ import annotations

from datetime import date

import pytest

from flows.steps import night
from tests.conftest import CAMPAIGN, World, meta, post
from warehouse.evidence import read_later
from warehouse.figures import plan_rules
from warehouse.history import rows


def told(world: World, as_of: str) -> list[tuple[object, ...]]:
    day = night.read_state(world.workspace, night.read_plan(world.workspace), date.fromisoformat(as_of))
    return read_later.posts(day).select("campaign_id", "post_id", "views").rows()


@pytest.fixture
def two(world: World) -> World:
    """A post that was read in time, one that was read later twice, and one that was published later."""
    world.plan(CAMPAIGN + "starts = 2024-09-01\n")
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-11-05/b.csv", meta(post(1, Views=20), post(2, Views=30)))
    late = post(3, Views=50) | {"Publish time": "11/01/2024 08:00"}
    world.drop("2024-11-09/c.csv", meta(post(2, Views=40), late))
    world.load()
    return world


def test_a_post_that_was_first_read_after_the_day_is_told_with_its_last_reading(two: World) -> None:
    ((campaign, post_id, views),) = told(two, "2024-10-31")
    assert (campaign, str(post_id)[-4:], views) == ("forum", "0002", 40)


def test_nothing_is_told_where_every_post_was_read_in_time(two: World) -> None:
    assert told(two, "2024-11-09") == []


def test_a_long_history_tells_the_same(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    short = told(two, "2024-10-31")
    monkeypatch.setattr(rows, "LONG", -1)
    monkeypatch.setattr(rows, "DEEP", 0)
    computed = night.compute(two.workspace, night.read_plan(two.workspace), date(2024, 10, 31))
    assert computed.day.in_parts is not None
    assert computed.read_later.select("campaign_id", "post_id", "views").rows() == short


def test_a_day_before_every_reading_is_not_empty_in_silence(two: World) -> None:
    day = night.read_state(two.workspace, night.read_plan(two.workspace), date(2024, 9, 30))
    assert plan_rules.nothing_counts(day) == (
        "None of the posts that count in a campaign was read by 2024-09-30, so that every total is empty; "
        "the first reading is of 2024-10-01: reach publish --as-of 2024-10-01 publishes that day."
    )
