"""A fiscal year is named after the year in which it ends, and has four quarters of three months."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.plan.fiscal import period, periods

MONTHS = st.integers(1, 12)
DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))


@pytest.mark.parametrize(
    ("name", "first_month", "start", "end"),
    [
        ("FY2024", 1, "2024-01-01", "2024-12-31"),
        ("FY2024", 10, "2023-10-01", "2024-09-30"),
        ("FY2024", 2, "2023-02-01", "2024-01-31"),
        ("FY2024", 3, "2023-03-01", "2024-02-29"),
        ("FY2024-Q1", 10, "2023-10-01", "2023-12-31"),
        ("FY2024-Q2", 10, "2024-01-01", "2024-03-31"),
        ("FY2024-Q4", 12, "2024-09-01", "2024-11-30"),
    ],
)
def test_a_period_has_its_first_and_last_day(name: str, first_month: int, start: str, end: str) -> None:
    days = period(name, first_month)
    assert (days.name, str(days.start), str(days.end)) == (name, start, end)


@pytest.mark.parametrize("name", ["2024", "FY24", "FY2024-Q0", "FY2024-Q5", "FY2024-q1", "FY0001", "FY0000", "FY2024 "])
def test_what_names_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no fiscal year or quarter"):
        period(name, 1)


@given(st.integers(2, 9998), MONTHS)
def test_quarters_follow_each_other_and_make_the_year(year: int, first_month: int) -> None:
    whole = period(f"FY{year:04}", first_month)
    quarters = [period(f"FY{year:04}-Q{number}", first_month) for number in (1, 2, 3, 4)]
    assert (quarters[0].start, quarters[-1].end) == (whole.start, whole.end)
    for one, following in itertools.pairwise(quarters):
        assert following.start - one.end == timedelta(days=1)


@given(DAYS, st.integers(0, 2000), MONTHS)
def test_periods_of_days_begin_with_that_of_the_first_and_end_with_that_of_the_last(
    first: date, days: int, first_month: int
) -> None:
    last = first + timedelta(days=days)
    for years_or_quarters in periods(first, last, first_month):
        assert years_or_quarters[0].start <= first <= years_or_quarters[0].end
        assert years_or_quarters[-1].start <= last <= years_or_quarters[-1].end
        assert all(after.start - one.end == timedelta(days=1) for one, after in itertools.pairwise(years_or_quarters))


def test_days_of_one_quarter_have_one_year_and_one_quarter() -> None:
    years, quarters = periods(date(2024, 7, 1), date(2024, 9, 30), 10)
    assert [one.name for one in (*years, *quarters)] == ["FY2024", "FY2024-Q4"]
