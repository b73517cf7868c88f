"""The last known reading of each metric counts. docs/rules.md: Lifetime counters."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import zones
from tests.conftest import World, meta, post
from warehouse.day import day_ends
from warehouse.readings.latest import end_of, newest

DAY = datetime(2024, 9, 1)
UNITS = (None, "day", "minute", "instant")


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


@given(
    st.lists(st.tuples(st.sampled_from(UNITS), st.booleans(), st.integers(0, 9)), min_size=2, max_size=5),
    st.integers(0, 9),
)
def test_an_instant_of_publication_is_not_replaced_by_a_minute_and_a_minute_not_by_a_day(
    told: list[tuple[str | None, bool, int]], before: int
) -> None:
    """The finest stands, however old it is; of equally fine ones the newest before the instant, else the next one."""
    rows = [
        {"post_id": "a", "observed_at": DAY + timedelta(days=day), "published_at": DAY - timedelta(days=1 + number),
         "published_unit": unit, "is_damaged": is_damaged, "load_id": str(number), "row": 1}
        for number, (unit, is_damaged, day) in enumerate(told)
    ]  # fmt: skip
    schema = {"published_unit": pl.String}
    description = newest(
        pl.LazyFrame(rows, schema_overrides=schema), ["post_id"], DAY + timedelta(days=before)
    ).collect()
    intact = [one for one in told if not one[1]] or told
    finest = max(UNITS.index(one[0]) for one in intact)
    as_fine = [one for one in intact if UNITS.index(one[0]) == finest]
    past = [one[2] for one in as_fine if one[2] < before]
    on = max(past) if past else min(one[2] for one in as_fine)
    best = max(number for number, one in enumerate(told) if one in as_fine and one[2] == on)
    assert description["published_at"].item() == DAY - timedelta(days=1 + best)
