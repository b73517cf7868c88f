"""Dates and times as exports write them, read as instants in UTC.

docs/rules.md: Days and time zones; Day or month first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import polars as pl

from connectors.reading.date_parts import (
    is_both,
    is_numeric,
    numeric,
    taken_apart,
    taken_apart_without_years,
    written,
    year_month_day,
)
from connectors.reading.days import wall_times
from connectors.settings import DateOrder, Order

ORDERS: tuple[Order, ...] = ("month first", "day first")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Decision(NamedTuple):
    """In which order the dates of a file stand, and what says so; ``order`` is None where nothing tells.

    ``is_open`` holds where neither the file nor a person tells, so that the other order is possible, too.
    """

    order: Order | None
    source: str = ""
    is_open: bool = False
    notes: tuple[str, ...] = ()


class Moments(NamedTuple):
    """A column of dates read: ``at`` in UTC, ``on`` the day as written, both null where unreadable.

    ``is_doubtful`` marks dates that are other ones with day and month the other way round, where the file does not
    tell which is which; ``other_at`` is that other instant, null for all other dates.
    """

    at: pl.Series
    on: pl.Series
    order: str
    notes: tuple[str, ...]
    is_doubtful: pl.Series
    other_at: pl.Series


def moments(
    texts: pl.Series, order: DateOrder, zone: str, latest: datetime | None = None, beside: Iterable[pl.Series] = ()
) -> Moments:
    """Dates and times without a zone, as written in ``zone``; a date alone is the start of its day.

    A whole file has one order of day and month (:func:`_decide`), for which the columns ``beside`` count as well.
    """
    parts = taken_apart(texts)
    return _read(parts, zone, _decide([parts, *map(taken_apart, beside)], order, latest))


def moments_of_file(
    columns: Mapping[str, pl.Series], order: DateOrder, zone: str, latest: datetime
) -> tuple[dict[str, Moments], Decision]:
    """All columns of dates of one file, which have one order of day and month, and what decided that."""
    parts = {name: taken_apart(texts) for name, texts in columns.items()}
    decision = _decide(list(parts.values()), order, latest)
    return {name: _read(each, zone, decision) for name, each in parts.items()}, decision


def month_days(texts: pl.Series, order: Order | None) -> pl.DataFrame:
    """Dates that may lack their year, as ``month``, ``day`` and ``year``, each null where it is not said."""
    parts = taken_apart_without_years(texts)
    numbers = numeric(parts)
    is_day_first = (order == "day first" or bool((numbers["a"] > 12).any())) and not (numbers["b"] > 12).any()
    return parts.select(*year_month_day(is_day_first))


def _decide(columns: Sequence[pl.DataFrame], order: DateOrder, latest: datetime | None) -> Decision:
    """The order of day and month in a file. The first of these that tells decides:

    1. the platform's own order; only where most dates can be read in the other one alone, the file was rewritten;
    2. a date that can be read in one order only, such as ``27/09``;
    3. the order in which no date lies after ``latest``, the instant at which the file came;
    4. the order in which the dates are sorted;
    5. ``order``: the settings, the platform's habit, or a country's custom; a note says so.
    """
    numbers = pl.concat([numeric(parts) for parts in columns])
    a_is_day, b_is_day = pl.col("a") > 12, pl.col("b") > 12
    counts = ((a_is_day & ~b_is_day).sum().alias("day first"), (b_is_day & ~a_is_day).sum().alias("month first"))
    day_first, month_first, is_doubtful = numbers.select(*counts, is_both().any().alias("is_doubtful")).row(0)
    if order.is_of_platform and order.order:
        others = day_first if order.order == "month first" else month_first
        if 2 * others <= numbers.height:
            return Decision(order.order, notes=(_mixed(order),) if others else ())
    if bool(day_first) != bool(month_first):
        return Decision("day first" if day_first else "month first", "a date that can be read in one way only")
    if day_first:
        return Decision(order.order, order.source, order.is_assumed and is_doubtful, (_mixed(order),))
    if not is_doubtful:
        return Decision(order.order or "day first")
    naive = [{way: written(parts, way == "day first")["naive"].drop_nulls() for way in ORDERS} for parts in columns]
    if latest is not None and (told := _before(naive, latest)):
        return Decision(told, "no date lies after the day the file came")
    if told := _sorted(naive):
        return Decision(told, "the sequence of its dates")
    if order.order is None:
        return Decision(
            None,
            order.source,
            order.is_assumed,
            ("no date tells day from month, and nothing says their order: not known",),
        )
    note = f"no date tells day from month; read {order.order}, {order.source}"
    return Decision(order.order, order.source, order.is_assumed, (note,))


def _mixed(order: DateOrder) -> str:
    taken = f"was read {order.order}, {order.source}" if order.order else "is not known"
    return f"dates stand in both orders; what could be either {taken}"


def _before(columns: Sequence[Mapping[Order, pl.Series]], latest: datetime) -> Order | None:
    """The one order in which no date lies after an instant; a clock may be a little off."""
    last = latest + timedelta(days=2)
    late = {way: any(bool((dates[way] > last).any()) for dates in columns) for way in ORDERS}
    if late["month first"] == late["day first"]:
        return None
    return "day first" if late["month first"] else "month first"


def _sorted(columns: Sequence[Mapping[Order, pl.Series]]) -> Order | None:
    """The one order in which columns of at least five days are sorted."""
    told = set()
    for dates in columns:
        is_sorted = {way: dates[way].is_sorted() or dates[way].is_sorted(descending=True) for way in ORDERS}
        if is_sorted["month first"] != is_sorted["day first"] and dates["month first"].n_unique() >= 5:
            told.add(next(way for way in ORDERS if is_sorted[way]))
    return told.pop() if len(told) == 1 else None


def _read(parts: pl.DataFrame, zone: str, decision: Decision) -> Moments:
    is_doubtful = pl.repeat(False, parts.height, eager=True)
    if decision.is_open:
        is_doubtful = parts.select(is_both())["mark"]
    dates = written(parts, decision.order == "day first")
    if decision.order is None:
        dates = _where(~is_doubtful, dates)
    at = _instants(dates, zone)
    other_at = at.clear(len(at))
    if decision.order and is_doubtful.any():
        other_at = _instants(_where(is_doubtful, written(parts, decision.order == "month first")), zone)
    has_numeric = bool(parts.select(is_numeric().any()).item())
    order: str = (decision.order or "") if has_numeric else _named_order(parts) if at.count() else ""
    on = dates["naive"].dt.date()
    return Moments(at.alias("at"), on.alias("on"), order, decision.notes, is_doubtful, other_at.alias("other_at"))


def _where(holds: pl.Series, dates: pl.DataFrame) -> pl.DataFrame:
    return dates.with_columns(pl.when(pl.lit(holds)).then("naive").alias("naive"))


def _named_order(parts: pl.DataFrame) -> str:
    """The order of dates that can be read in one way only."""
    if (parts["a"] > 31).any():
        return "year first"
    return "month by name" if parts["month"].count() else "day first"


def _instants(dates: pl.DataFrame, zone: str) -> pl.Series:
    """Wall times in UTC, by their own offset where they have one."""
    at = wall_times(dates["naive"], zone)
    with_offset = dates["offset"].is_not_null()
    if not with_offset.any():
        return at
    by_offset = pl.lit(dates["naive"]) - pl.duration(minutes=pl.lit(dates["offset"]))
    return pl.select(pl.when(with_offset).then(by_offset).otherwise(pl.lit(at))).to_series()
