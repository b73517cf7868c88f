from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Raw
from connectors.reading.days import end_of
from connectors.reading.observed import meta_range, observed, studio_range
from connectors.settings import ConnectorSettings
from tests.conftest import World, meta, post

SETTINGS = ConnectorSettings()
FILE = datetime(2025, 1, 10, 3)
Make = Callable[..., Raw]


def test_the_innermost_dated_folder_comes_first(raw: Make) -> None:
    seen = observed(raw("", "2024-01-01/page/2024-12-30/a.csv"), SETTINGS, date(2024, 6, 1), "its name")
    assert seen == (datetime(2024, 12, 30, 16, 59, 59, 999999), "the folder 2024-12-30", date(2024, 12, 30), (), None)


def test_a_folder_dated_after_the_file_came_is_named_and_not_used(raw: Make) -> None:
    seen = observed(raw("", "2024-12-30/2031-01-01/a.csv"), SETTINGS)
    assert seen.on == date(2024, 12, 30)
    assert seen.notes == ("the folder 2031-01-01 is dated after the day the file came; it was not used",)


def test_a_folder_that_only_looks_like_a_date_is_none(raw: Make) -> None:
    assert observed(raw("", "2024-13-30/a.csv"), SETTINGS).at == FILE


def test_a_date_that_dates_the_figures_comes_before_the_files_time(raw: Make) -> None:
    seen = observed(raw(""), SETTINGS, date(2024, 12, 30), "the range in its name")
    assert (seen.at, seen.on) == (datetime(2024, 12, 30, 16, 59, 59, 999999), date(2024, 12, 30))


def test_a_zip_members_time_is_in_the_reporting_zone(raw: Make) -> None:
    seen = observed(raw(""), SETTINGS, written_at=datetime(2024, 12, 31, 8))
    assert (seen.at, seen.source, seen.on) == (datetime(2024, 12, 31, 1), "the member's time in its zip", None)


def test_the_later_of_metas_range_and_the_files_time_counts(raw: Make) -> None:
    assert observed(raw(""), SETTINGS, not_before=date(2025, 1, 5)).at == FILE
    assert observed(raw(""), SETTINGS, not_before=date(2025, 1, 31)).on == date(2025, 1, 31)


def test_a_time_after_the_file_came_is_not_believed(raw: Make) -> None:
    seen = observed(raw("", modified_at=datetime(2099, 1, 1)), SETTINGS)
    assert (seen.at, seen.source) == (datetime(2026, 10, 1), "the time it came in")
    assert len(seen.notes) == 1


def test_ranges_are_read_from_names(raw: Make) -> None:
    days = studio_range(raw("", "Content 2024-09-27_2024-12-30 Mekong Open Data (1).zip"))
    assert days == (date(2024, 9, 27), date(2024, 12, 30), "Mekong Open Data")
    unpacked = studio_range(raw("", "x/Content 2024-09-27_2024-12-30 Mekong/Table data.csv"))
    assert unpacked == (date(2024, 9, 27), date(2024, 12, 30), "Mekong")
    assert studio_range(raw("", "2024-09-27/Table data.csv")) is None
    assert meta_range("Nov-05-2024_Jan-05-2025_1016476477111055 .csv") == (date(2024, 11, 5), date(2025, 1, 5), "")
    assert meta_range("Foo-05-2024_Jan-05-2025_1.csv") is None


@pytest.mark.parametrize(
    ("ahead", "is_believed"), [(timedelta(days=1), True), (timedelta(days=1, microseconds=1), False)]
)
def test_a_time_may_be_a_day_ahead_of_when_the_file_came(raw: Make, ahead: timedelta, is_believed: bool) -> None:
    came = datetime(2026, 10, 1)
    seen = observed(raw("", modified_at=came + ahead), SETTINGS)
    assert (seen.at, bool(seen.notes)) == (came, not is_believed)
    inside = observed(raw(""), SETTINGS, written_at=came + ahead, is_written_in_utc=True)
    assert (inside.at, bool(inside.notes)) == ((came, False) if is_believed else (FILE, True))


@pytest.mark.parametrize(("day", "is_used"), [(date(2026, 10, 2), True), (date(2026, 10, 3), False)])
def test_a_date_may_be_the_day_after_the_file_came(raw: Make, day: date, is_used: bool) -> None:
    seen = observed(raw(""), SETTINGS, day, "the range in its name")
    came = datetime(2026, 10, 1)
    assert (seen.at, seen.on, bool(seen.notes)) == ((came, None, False) if is_used else (FILE, None, True))
    assert observed(raw(""), SETTINGS, not_before=day).at == (came if is_used else FILE)


@pytest.mark.parametrize(
    ("came", "whole_day"),
    [
        (datetime(2024, 12, 30, 16, 59, 59, 999999), date(2024, 12, 30)),
        (datetime(2024, 12, 30, 16, 59, 59, 999998), None),
    ],
)
def test_a_day_that_was_not_over_when_the_file_came_is_no_whole_day(came: datetime, whole_day: date | None) -> None:
    seen = observed(Raw("2024-12-30/a.csv", b"", came, came), SETTINGS)
    assert (seen.at, seen.on) == (came, whole_day)


near = st.datetimes(datetime(2024, 12, 25), datetime(2025, 1, 5))
DAYS = st.one_of(st.none(), near.map(datetime.date))


@given(near, near, DAYS, st.one_of(DAYS, near), st.one_of(st.none(), near), st.booleans(), DAYS)
def test_nothing_is_seen_after_it_came(
    came: datetime, modified: datetime, folder: date | None, dated: date | datetime | None, written: datetime | None,
    is_utc: bool, not_before: date | None,
) -> None:  # fmt: skip
    path = f"{folder}/a.csv" if folder else "a.csv"
    seen = observed(Raw(path, b"", modified, came), SETTINGS, dated, "its name", written, is_utc, not_before)
    assert seen.at <= (seen.until or came) <= came
    assert seen.on is None or end_of(seen.on, SETTINGS.reporting_zone) == seen.at


@pytest.mark.parametrize(
    ("later", "is_unsure"), [(timedelta(days=7), False), (timedelta(days=7, microseconds=1), True)]
)
def test_where_only_a_files_time_speaks_a_week_after_its_range_it_was_seen_between_the_two(
    raw: Make, later: timedelta, is_unsure: bool
) -> None:
    end = datetime(2024, 12, 31, 16, 59, 59, 999999)
    seen = observed(raw("", modified_at=end + later), SETTINGS, not_before=date(2024, 12, 31))
    assert (seen.at, seen.until) == ((end, end + later) if is_unsure else (end + later, None))
    assert seen.on is None
    if is_unsure:
        assert seen.source == "between the range in its name and the file's time"


def test_a_folder_a_members_time_and_the_day_that_somebody_told_say_when_a_file_was_seen(raw: Make) -> None:
    late, range_ends = datetime(2026, 1, 1), date(2024, 12, 31)
    dated = observed(raw("", "2025-06-01/a.csv", modified_at=late), SETTINGS, not_before=range_ends)
    written = observed(raw("", modified_at=late), SETTINGS, None, "", datetime(2025, 6, 1), True, range_ends)
    told = observed(replace(raw("", "2025-06-01/a.csv"), read_on=date(2025, 6, 2)), SETTINGS, not_before=range_ends)
    assert (dated.on, dated.until) == (date(2025, 6, 1), None)
    assert (written.at, written.until) == (datetime(2025, 6, 1), None)
    assert (told.on, told.until) == (date(2025, 6, 2), None)


def test_a_date_alone_is_the_whole_of_that_day(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    end = datetime(2024, 10, 1, 16, 59, 59, 999999, UTC).replace(tzinfo=None)
    assert world.campaign()["read_to"] == end
