"""The same bytes at several places and times. docs/rules.md: Loading twice changes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import World, at_noon_of, known_on, meta, post


def test_the_same_bytes_in_a_folder_of_a_later_day_are_read_again_on_that_day(world: World) -> None:
    export = meta(post(1, Views=10))
    world.drop("2024-10-01/a.csv", export)
    world.drop("2024-12-20/a.csv", export)
    total = world.campaign()
    assert (total["views"], total["stale"], str(total["read_to"].date())) == (10, 0, "2024-12-20")


def test_a_dated_folder_wins_over_an_undated_place_that_came_first(world: World) -> None:
    export = meta(post(1, Views=10))
    world.drop("a.csv", export, "2024-09-05T00:00")
    world.load()
    world.drop("2024-10-01/a.csv", export)
    assert world.campaign("2024-09-30")["posts"] == 0
    assert world.campaign("2024-10-01")["posts"] == 1


def test_a_file_that_was_put_into_a_dated_folder_since_is_known_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = meta(post(1, Views=10))
    world.drop("a.csv", content, modified="2024-10-01T12:00")
    at_noon_of(world, monkeypatch, "2024-10-02")
    world.drop("2024-09-15/a.csv", content)
    at_noon_of(world, monkeypatch, "2024-11-02")
    read = {day: known_on(world, day)["read_to"].date() for day in ("2024-11-01", "2024-11-02")}
    assert read == {"2024-11-01": date(2024, 10, 1), "2024-11-02": date(2024, 9, 15)}
    assert world.campaign()["read_to"].date() == date(2024, 9, 15)
