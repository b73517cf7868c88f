"""Days and wall times of a zone as instants in UTC, and back.

docs/rules.md: Days and time zones.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl


def wall_times(naive: pl.Series, zone: str) -> pl.Series:
    """Wall times in ``zone`` as UTC; the hour that is skipped in spring counts as the one after it."""
    column = naive.alias("at").to_frame()
    times = column.select(_in_utc(pl.col("at"), zone))["at"]
    if times.null_count() > naive.null_count():
        times = column.select(_in_utc_with_skipped(pl.col("at"), zone))["at"]
    return times.alias(naive.name)


def _in_utc(naive: pl.Expr, zone: str) -> pl.Expr:
    local = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _in_utc_with_skipped(naive: pl.Expr, zone: str) -> pl.Expr:
    """A time that clocks skip comes 24 hours after the same time of the day before, however much they skip."""
    return pl.coalesce(_in_utc(naive, zone), _in_utc(naive.dt.offset_by("-1d"), zone).dt.offset_by("1d"))


def utc(moment: datetime, zone: str) -> datetime:
    """A wall time of ``zone`` in UTC, without a zone."""
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def start_of(day: date, zone: str) -> datetime:
    """The first instant of a day of ``zone``, in UTC."""
    return utc(datetime.combine(day, time()), zone)


def end_of(day: date, zone: str) -> datetime:
    """The last microsecond of a day of ``zone``, in UTC."""
    return start_of(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def local_day(moment: datetime, zone: str) -> date:
    """The day of ``zone`` in which an instant lies."""
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).date()


def day_starts(day: pl.Series, zone: str) -> pl.Series:
    """The first instant of each day of ``zone``, in UTC."""
    return wall_times(day.cast(pl.Datetime("us")), zone)


def unit_of(at: pl.Expr, zone: str) -> pl.Expr:
    """How finely an instant in UTC was told in ``zone``: ``instant``, ``minute`` or ``day``; null where it was not.

    The first instant of a day stands for all of it, since spreadsheets write midnight where people type a day alone.
    """
    local = at.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    is_exact = (local.dt.second() > 0) | (local.dt.microsecond() > 0)
    is_day = at == _in_utc_with_skipped(local.dt.date().cast(pl.Datetime("us")), zone)
    unit = pl.when(is_exact).then(pl.lit("instant")).when(is_day).then(pl.lit("day")).otherwise(pl.lit("minute"))
    return pl.when(at.is_not_null()).then(unit)


def day_ends(day: pl.Expr, zone: str) -> pl.Expr:
    """The last microsecond of each day of ``zone``, in UTC; a day may begin later than at midnight."""
    return _in_utc_with_skipped(day.dt.offset_by("1d").cast(pl.Datetime("us")), zone).dt.offset_by("-1us")
