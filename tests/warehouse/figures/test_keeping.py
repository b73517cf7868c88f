"""What a night keeps for the next one."""

from __future__ import annotations

import shutil
from datetime import date, datetime

import pytest

from flows.steps import keeping, night, program
from flows.steps.night import Computed
from tests.conftest import CAMPAIGN, World, meta, post, sheet
from warehouse.history import kept as kept_before
from warehouse.history import rows
from warehouse.history.kept import Kept

DAY = date(2024, 12, 30)


@pytest.fixture(autouse=True)
def every_history_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LONG", -1)
    monkeypatch.setattr(rows, "DEEP", 0)


def night_of(world: World, day: date = DAY) -> Computed:
    world.load()
    good = night.read_plan(world.workspace)
    computed = night.compute(world.workspace, good, day)
    keeping.keep(world.workspace, computed, good.plan)
    return computed


def kept(world: World) -> Kept | None:
    return kept_before.read(world.workspace.kept, program.made_with(night.read_plan(world.workspace).plan))


def test_of_a_post_that_is_read_daily_two_readings_are_kept_and_the_days_that_are_over(world: World) -> None:
    for day in range(1, 9):
        world.drop(f"2024-10-0{day}/a.csv", meta(post(1, Views=day)))
    computed = night_of(world)
    stands = kept(world)
    assert stands is not None
    assert stands.rows.readings["views"].sort().to_list() == [7, 8], "the last of the past days, and of the open one"
    assert stands.rows.descriptions.height == 1
    assert stands.loads.height == 8
    assert stands.days.until == date(2024, 10, 8)
    daily = computed.tables["campaign_daily"]
    assert stands.days.gains["day"].sort().to_list() == daily.filter(daily["day"] < stands.days.until)["day"].to_list()


def test_documents_and_what_was_seen_after_the_day_are_read_anew(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    world.drop("2024-12-01/b.csv", meta(post(1, Views=2)))
    world.drop("s.csv", sheet({"no": 1, "platform": "tiktok", "title": "#forum", "published": "2024-09-03"}))
    night_of(world, date(2024, 11, 1))
    stands = kept(world)
    assert stands is not None
    assert stands.loads.height == 1
    assert stands.rows.readings["views"].to_list() == [1]
    assert stands.newest < datetime(2024, 10, 3)


def test_a_night_to_which_nothing_came_leaves_what_was_kept(world: World) -> None:
    def written() -> int:
        return (world.workspace.kept / "kept.json").stat().st_mtime_ns

    for day in (1, 5):
        world.drop(f"2024-10-0{day}/a.csv", meta(post(1, Views=day)))
    world.drop("s.csv", sheet({"no": 1, "platform": "tiktok", "title": "#forum", "published": "2024-09-03"}))
    night_of(world, date(2024, 11, 1))
    before = written()
    night_of(world, date(2024, 11, 2))
    assert written() == before
    world.plan(CAMPAIGN.replace('id = "forum"', 'id = "other"'))
    night_of(world, date(2024, 11, 3))
    assert written() > before, "the campaign's posts are others"
    before = written()
    world.drop("2024-11-03/a.csv", meta(post(1, Views=2)))
    night_of(world, date(2024, 11, 4))
    assert written() > before


def test_what_was_kept_does_not_serve_a_day_before_it(world: World) -> None:
    for day in (1, 5):
        world.drop(f"2024-10-0{day}/a.csv", meta(post(1, Views=day)))
    night_of(world)
    assert night_of(world).day.looked_at.scope.kept is not None
    earlier = night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 10, 3))
    assert earlier.day.looked_at.scope.kept is None
    assert earlier.tables["campaign_totals"]["views"].to_list() == [1]


def test_a_short_history_keeps_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LONG", 99)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    night_of(world)
    assert not world.workspace.kept.exists()


def test_a_rebuild_forgets_what_was_kept(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    night_of(world)
    assert world.workspace.kept.exists()
    night.rebuild(world.workspace, "Asia/Phnom_Penh")
    assert not world.workspace.kept.exists()


def test_a_night_of_a_day_before_those_that_were_kept_leaves_no_day_out_of_later_ones(world: World) -> None:
    """The days of a night end with the newest reading, also of a sheet; then the sheet is another one."""
    typed = {"no": 1, "platform": "tiktok", "title": "#forum", "published": "2024-09-03", "account": "a", "views": 7}
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    world.drop("s.csv", sheet(typed | {"read_on": "2024-12-19"}), "2024-12-20T12:00")
    night_of(world)
    world.drop("s.csv", sheet(typed | {"read_on": "2024-11-24"}), "2024-12-21T12:00")
    night_of(world, date(2024, 11, 15))
    by_what_was_kept = night_of(world, date(2024, 12, 8)).tables["campaign_daily"]
    shutil.rmtree(world.workspace.kept)
    assert by_what_was_kept.equals(night_of(world, date(2024, 12, 8)).tables["campaign_daily"])
    assert date(2024, 11, 24) in by_what_was_kept["day"]
