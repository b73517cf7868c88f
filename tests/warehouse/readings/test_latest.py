"""The last known reading of each metric counts. docs/rules.md: Lifetime counters."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from connectors.contract import zones
from tests.conftest import World, meta, post
from warehouse.day import day_ends
from warehouse.readings.latest import end_of


def test_the_last_known_reading_of_each_metric_counts(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Shares=4)))
    world.drop("2024-10-02/b.csv", meta(post(1, Views=12), without=["Shares"]))
    total = world.campaign()
    assert (total["views"], total["shares"]) == (12, 4)
    assert total["read_from"].date() < total["read_to"].date()


def test_a_smaller_later_reading_replaces_a_larger_earlier_one(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reactions=10)))
    world.drop("2024-10-02/b.csv", meta(post(1, Reactions=9)))
    assert world.campaign()["likes"] == 9


def test_of_two_readings_of_one_instant_exact_beats_rounded_then_the_larger_counts(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views="3.5K", Reactions=5), post(1, Views=3467, Reactions=7)))
    total = world.campaign()
    assert (total["views"], total["likes"], total["approximate"]) == (3467, 7, 0)


def test_rows_of_one_post_in_one_file_are_one_post(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=5), post(1, Views=6)))
    total = world.campaign()
    assert (total["posts"], total["views"]) == (1, 6)


def test_a_day_ends_in_every_time_zone_there_is() -> None:
    days = pl.date_range(date(2021, 1, 1), date(2028, 12, 30), eager=True).alias("day").to_frame()
    for zone in sorted(zones()):
        ends = days.select(end_of(pl.col("day"), zone))["day"]
        assert ends.null_count() == 0, zone
        assert ends.is_sorted(), zone


def test_a_day_ends_where_summer_time_begins_at_midnight() -> None:
    for zone, day in (
        ("Africa/Cairo", date(2024, 4, 25)),
        ("Asia/Beirut", date(2024, 3, 30)),
        ("America/Santiago", date(2024, 9, 7)),
        ("Pacific/Apia", date(2011, 12, 29)),
    ):
        end = pl.DataFrame({"day": [day]}).select(end_of(pl.col("day"), zone)).item()
        assert end == day_ends(day, zone) - timedelta(microseconds=1)
