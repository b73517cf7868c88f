from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import zones
from connectors.reading.days import day_ends, day_starts, end_of, local_day, start_of, unit_of, utc, wall_times

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


@pytest.mark.parametrize(
    ("zone", "day", "opens"),
    [
        ("Africa/Cairo", date(2024, 4, 26), datetime(2024, 4, 25, 22)),  # at midnight clocks go to 01:00
        ("Asia/Beirut", date(2024, 3, 31), datetime(2024, 3, 30, 22)),
        ("America/Santiago", date(2024, 9, 8), datetime(2024, 9, 8, 4)),
        ("Antarctica/Casey", date(2016, 10, 22), datetime(2016, 10, 21, 16)),  # to 03:00
        ("Pacific/Apia", date(2011, 12, 31), datetime(2011, 12, 30, 10)),  # 30 December was left out
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10)),
        ("America/Havana", date(2024, 11, 3), datetime(2024, 11, 3, 4)),  # at 01:00 clocks go back to midnight
    ],
)
def test_a_day_begins_where_clocks_skip_or_repeat_midnight(zone: str, day: date, opens: datetime) -> None:
    assert day_starts(pl.Series([day]), zone).to_list() == [opens] == [start_of(day, zone)]
    eve = pl.DataFrame({"day": [day - timedelta(days=1)]})
    assert eve.select(day_ends(pl.col("day"), zone))["day"].to_list() == [opens - INSTANT]


def test_a_time_that_clocks_skip_is_known_however_much_they_skip() -> None:
    skipped = pl.Series([datetime(2011, 12, 30, 15), datetime(2011, 12, 29, 15)])
    assert wall_times(skipped, "Pacific/Apia").to_list() == [datetime(2011, 12, 31, 1), datetime(2011, 12, 30, 1)]


def test_every_day_of_every_zone_begins_after_the_one_before_and_ends_where_the_next_begins() -> None:
    days = pl.date_range(date(2021, 1, 1), date(2028, 12, 30), eager=True).alias("day")
    for zone in sorted(zones()):
        starts, ends = day_starts(days, zone), days.to_frame().select(day_ends(pl.col("day"), zone))["day"]
        assert starts.null_count() == ends.null_count() == 0, zone
        assert (ends.dt.offset_by("1us").head(-1) == starts.tail(-1)).all(), zone
        assert (starts.diff().drop_nulls() > timedelta()).all(), zone


@given(st.sampled_from(sorted(zones())), st.dates(date(2000, 1, 1), date(2025, 12, 31)))
def test_a_day_of_a_column_is_the_same_day_as_one_alone(zone: str, day: date) -> None:
    frame = pl.DataFrame({"day": [day]})
    assert day_starts(frame["day"], zone).item() == start_of(day, zone)
    assert frame.select(day_ends(pl.col("day"), zone)).item() == end_of(day, zone)


@pytest.mark.parametrize(
    ("at", "zone", "unit"),
    [
        (datetime(2024, 9, 26, 17), "Asia/Phnom_Penh", "day"),
        (datetime(2024, 9, 26, 17, 1), "Asia/Phnom_Penh", "minute"),
        (datetime(2024, 9, 26, 17, 0, 1), "Asia/Phnom_Penh", "instant"),
        (datetime(2024, 9, 26, 17, 0, 0, 1), "Asia/Phnom_Penh", "instant"),
        (datetime(2024, 4, 25, 22), "Africa/Cairo", "day"),  # summer time begins: the day's first hour is 1
        (None, "Asia/Phnom_Penh", None),
    ],
)
def test_the_first_instant_of_a_day_is_a_day_alone(at: datetime | None, zone: str, unit: str | None) -> None:
    frame = pl.DataFrame({"at": [at]}, schema={"at": pl.Datetime("us")})
    assert frame.select(unit_of(pl.col("at"), zone)).item() == unit
