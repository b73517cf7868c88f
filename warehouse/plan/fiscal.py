"""Fiscal years and their quarters, as the plan sets them: ``FY2024`` is the one that ends in 2024."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple


class Period(NamedTuple):
    """A fiscal year, or a quarter of one; both days inclusive."""

    name: str
    start: date
    end: date


def period(name: str, first_month: int) -> Period:
    """The period that a name such as ``FY2024`` or ``FY2024-Q4`` names, in fiscal years that begin with a month.

    Raises:
        ValueError: it names none.
    """
    match = re.fullmatch(r"FY(\d{4})(?:-Q([1-4]))?", name)
    if not match or int(match[1]) < 2:
        raise ValueError(f"{name} is no fiscal year or quarter")
    year = int(match[1]) - (first_month > 1)
    months = year * 12 + first_month - 1
    first, last = (
        (months, months + 11) if not match[2] else (months + 3 * int(match[2]) - 3, months + 3 * int(match[2]) - 1)
    )
    return Period(name, date(first // 12, first % 12 + 1, 1), _last_day(last // 12, last % 12 + 1))


def periods(first: date, last: date, first_month: int) -> tuple[list[Period], list[Period]]:
    """The fiscal years, and the quarters, from the one of a day to the one of another."""
    years, quarters = [], []
    day = first
    while day <= last:
        year = period(f"FY{day.year + (first_month > 1 and day.month >= first_month)}", first_month)
        years.append(year)
        quarters += [period(f"{year.name}-Q{n}", first_month) for n in (1, 2, 3, 4)]
        day = year.end + timedelta(days=1)
    return years, [quarter for quarter in quarters if quarter.end >= first and quarter.start <= last]


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
