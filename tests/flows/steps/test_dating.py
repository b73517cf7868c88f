"""The day of a file is told without moving it, and taken back. docs/rules.md: When was a file observed."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from flows.steps import night
from flows.steps.dating import tell_day, tell_days_by_name
from flows.steps.settings import SettingsError
from tests.conftest import World, at_noon_of, known_on, meta, post, sheet

ZONE = "Asia/Phnom_Penh"
LOOSE, OLDER = "Nov-05-2024_Jan-05-2025_1016476477111055.csv", "Oct-01-2024_Dec-31-2024_659394146642923.csv"


def drop_loose(world: World) -> None:
    """Two exports whose files were copied long after, the older one a moment later."""
    world.drop(LOOSE, meta(post(1, Views=110)), "2025-06-01T02:00:00")
    world.drop(OLDER, meta(post(1, Views=109)), "2025-06-01T02:00:01")


def test_of_files_that_were_copied_in_one_go_the_later_range_counts_and_each_is_named(world: World) -> None:
    drop_loose(world)
    problems = world.load().problems
    total = world.campaign("2025-03-01")
    assert (total["views"], total["read_from"].date()) == (110, date(2025, 1, 5))
    assert total["read_until"] == datetime(2025, 6, 1, 2)
    assert [problem.split(":")[0] for problem in problems] == [LOOSE, OLDER]
    assert f"reach date {LOOSE} 2025-01-05" in problems[0]


def test_a_day_that_is_told_counts_and_is_taken_back(world: World) -> None:
    drop_loose(world)
    world.load()
    tell_day(world.workspace, ZONE, OLDER, date(2025, 2, 1), "Dara")
    total = world.campaign("2025-03-01")
    assert (total["views"], total["read_until"], total["read_to"].date()) == (109, None, date(2025, 2, 1))
    night.rebuild(world.workspace, ZONE)
    assert world.campaign("2025-03-01")["views"] == 109
    tell_day(world.workspace, ZONE, OLDER, None, "Dara")
    assert world.campaign("2025-03-01")["views"] == 110


def test_a_day_that_is_told_is_known_from_then_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drop_loose(world)
    at_noon_of(world, monkeypatch, "2025-06-02")
    monkeypatch.setattr(night, "now", lambda: datetime(2025, 7, 2, 5))
    tell_day(world.workspace, ZONE, OLDER, date(2025, 2, 1), "Dara")
    views = [known_on(world, day, "2025-03-01")["views"] for day in ("2025-07-01", "2025-07-02")]
    assert views == [110, 109]


def test_all_whose_day_is_not_known_are_dated_by_their_names_and_back(world: World) -> None:
    drop_loose(world)
    world.drop("2025-02-01/a.csv", meta(post(2, Views=1)))
    world.load()
    assert tell_days_by_name(world.workspace, ZONE, "Dara") == [
        f"{LOOSE}: read on 2025-01-05.", f"{OLDER}: read on 2024-12-31."
    ]  # fmt: skip
    total = world.campaign("2025-01-05")
    assert (total["views"], total["read_until"]) == (110, None)
    assert len(tell_days_by_name(world.workspace, ZONE, "Dara", is_undone=True)) == 2
    assert world.campaign("2025-01-05")["read_until"] is not None
    assert tell_days_by_name(world.workspace, ZONE, "Dara", is_undone=True) == []


def test_rows_of_a_document_count_from_the_day_that_is_told_of_its_version(world: World) -> None:
    row = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("partner.csv", sheet({**row, "views": 40}), "2025-01-05T09:00")
    world.load()
    assert world.campaign("2024-12-30")["posts"] == 0
    tell_day(world.workspace, ZONE, "partner.csv", date(2024, 12, 30), "Dara")
    assert world.campaign("2024-12-30")["views"] == 40
    world.drop("partner.csv", sheet({**row, "views": 50}), "2025-01-04T09:00")  # an older version, found later
    assert world.campaign("2025-01-31")["views"] == 40


def test_the_day_of_a_copy_that_another_file_stands_for_is_told_as_well(world: World) -> None:
    content = meta(post(1, Views=10))
    world.drop("2024-10-01/a.csv", content)
    world.drop("copy.csv", content, "2024-11-01T12:00")
    world.load()
    read_to = world.campaign("2024-12-30")["read_to"].date()
    tell_day(world.workspace, ZONE, "copy.csv", date(2024, 10, 20), "Dara")
    assert (read_to, world.campaign("2024-12-30")["read_to"].date()) == (date(2024, 10, 1), date(2024, 10, 20))
    tell_day(world.workspace, ZONE, "copy.csv", None, "Dara")
    assert world.campaign("2024-12-30")["read_to"].date() == date(2024, 10, 1)


def test_what_cannot_be_told_is_said(world: World) -> None:
    world.drop("a.csv", meta(post(1, Views=10)))
    world.load()
    with pytest.raises(SettingsError, match="so its figures were not read on 2099-01-01"):
        tell_day(world.workspace, ZONE, "a.csv", date(2099, 1, 1), "Dara")
    with pytest.raises(SettingsError, match="nothing to take back"):
        tell_day(world.workspace, ZONE, "a.csv", None, "Dara")
    with pytest.raises(SettingsError, match=r"is called b\.csv"):
        tell_day(world.workspace, ZONE, "b.csv", date(2024, 1, 1), "Dara")
