from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from connectors.reading.days import day_ends, day_starts, end_of, local_day, start_of, utc, wall_times

PNH, LA = "Asia/Phnom_Penh", "America/Los_Angeles"
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("zone", "start"), [(PNH, datetime(2026, 3, 7, 17)), (LA, datetime(2026, 3, 8, 8)), ("UTC", datetime(2026, 3, 8))]
)
def test_a_day_goes_from_its_first_instant_to_its_last(zone: str, start: datetime) -> None:
    day = date(2026, 3, 8)
    assert (start_of(day, zone), end_of(day, zone)) == (start, start_of(day + timedelta(days=1), zone) - INSTANT)
    assert [local_day(at, zone) for at in (start - INSTANT, start, end_of(day, zone))] == [
        day - timedelta(days=1),
        day,
        day,
    ]


def test_the_day_on_which_summer_time_begins_has_23_hours() -> None:
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    assert end_of(spring, LA) - start_of(spring, LA) == timedelta(hours=23) - INSTANT
    assert end_of(autumn, LA) - start_of(autumn, LA) == timedelta(hours=25) - INSTANT


def test_columns_of_days_are_as_single_days() -> None:
    days = [date(2026, 3, 8), date(2026, 11, 1), date(2026, 7, 1)]
    column = pl.Series("day", days)
    for zone in (PNH, LA, "UTC"):
        assert day_starts(column, zone).to_list() == [start_of(day, zone) for day in days]
        ends = column.to_frame().select(day_ends(pl.col("day"), zone))["day"].to_list()
        assert ends == [end_of(day, zone) for day in days]


def test_an_hour_that_is_skipped_counts_as_the_one_after_it_and_one_that_comes_twice_as_the_first() -> None:
    skipped, twice = datetime(2026, 3, 8, 2, 30), datetime(2026, 11, 1, 1, 30)
    times = wall_times(pl.Series([skipped, twice, None], dtype=pl.Datetime("us")), LA)
    assert times.to_list() == [datetime(2026, 3, 8, 10, 30), datetime(2026, 11, 1, 8, 30), None]
    assert utc(twice, LA) == times[1]
