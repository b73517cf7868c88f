"""Which of a post's periods count where they overlap: those that cover the most days, in the fewest periods.

docs/rules.md: Lifetime counters.

Totals of pages and gains without a total are made of this one choice, so that a total is the sum of its gains. The
choice by the end of a day takes periods that end by then only: what comes later changes nothing of an earlier day.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from warehouse.readings.latest import POST

POST_METRIC = (*POST, "metric")

SINCE_EVER = date.min
"""The first day of what counts since publication, as if it were a period that nothing goes before."""

Span = tuple[int, int]
"""The first and the last day, as numbers of days."""


class Choice(NamedTuple):
    """For each of several spans: which one goes before it, and whether the choice by its last day ends with it."""

    before: list[int | None]
    is_last: list[bool]


def choose(spans: Sequence[Span]) -> Choice:
    """The choice by the last day of each span.

    Of choices that cover as many days in as many spans the one that ends first counts, then the one whose last span is
    the longest.

    Args:
        spans: in the order of their last days, then of their first; each once.
    """
    ends: list[int] = []
    best: list[tuple[tuple[int, int], int]] = []  # of each prefix: days, spans (fewer are more), and the last span
    before: list[int | None] = []
    for number, (first, last) in enumerate(spans):
        at = bisect_left(ends, first)
        (days, few), previous = best[at - 1] if at else ((0, 0), None)
        score = (days + last - first + 1, few - 1)
        before.append(previous)
        best.append((score, number) if not best or score > best[-1][0] else best[-1])
        ends.append(last)
    of_end = {last: best[number][1] for number, last in enumerate(ends)}
    return Choice(before, [of_end[last] == number for number, last in enumerate(ends)])


def newest(periods: pl.DataFrame) -> pl.DataFrame:
    """One row a post, metric and days: the newest reading, then the exact, the larger, the measured one."""
    order = ["observed_at", "is_exact", "value", "is_measured", "load_id", "row"]
    return periods.sort(order, descending=[False, False, False, False, True, True]).unique(
        [*POST_METRIC, "period_start", "period_end"], keep="last", maintain_order=True
    )


def chosen(periods: pl.DataFrame) -> pl.DataFrame:
    """The rows that count by the last day of all.

    Args:
        periods: ``platform, post_id, metric, period_start, period_end`` and more, a row a post, metric and days.
    """
    alone, overlapping = _parted(periods)
    kept = []
    for group in overlapping:
        before, is_last = choose(_spans(group))
        step: int | None = max(number for number, is_one in enumerate(is_last) if is_one)
        numbers = []
        while step is not None:
            numbers.append(step)
            step = before[step]
        kept.append(group[sorted(numbers)])
    return pl.concat([alone, *kept])


def totals(periods: pl.DataFrame) -> pl.DataFrame:
    """What the chosen periods add up to by each day that the choice reaches.

    Args:
        periods: as for :func:`chosen`, with ``value, is_exact, is_measured``.

    Returns:
        These rows and columns, with ``value`` as the sum of the choice that ends with the row, ``is_exact`` and
        ``is_measured`` where all of it is, and ``ended_before``, the last day of the period before, if there is one.
    """
    alone, overlapping = _parted(periods)
    added = alone.with_columns(
        pl.col("period_end").shift(1).over(POST_METRIC).alias("ended_before"),
        pl.col("value").cum_sum().over(POST_METRIC),
        *(pl.col(flag).cast(pl.Int8).cum_min().cast(pl.Boolean).over(POST_METRIC) for flag in _FLAGS),
    )
    return pl.concat([added, *(_added(group).select(added.columns) for group in overlapping)])


_FLAGS = ("is_exact", "is_measured")
_ADDED = pl.Schema({"value": pl.Int64, **dict.fromkeys(_FLAGS, pl.Boolean), "ended_before": pl.Date})


def _added(group: pl.DataFrame) -> pl.DataFrame:
    before, is_last = choose(_spans(group))
    ends = group["period_end"].to_list()
    sums: list[tuple[int, bool, bool, date | None]] = []
    for (value, is_exact, is_measured), previous in zip(
        group.select("value", *_FLAGS).iter_rows(), before, strict=True
    ):
        if previous is None:
            sums.append((value, is_exact, is_measured, None))
        else:
            total, all_exact, all_measured, _ = sums[previous]
            sums.append((total + value, all_exact and is_exact, all_measured and is_measured, ends[previous]))
    added = pl.DataFrame(sums, _ADDED, orient="row")
    return group.with_columns(added).filter(pl.Series(is_last))


def _parted(periods: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Periods of posts and metrics of which none overlap, and those of each other, in the order of last days."""
    ordered = periods.sort(*POST_METRIC, "period_end", "period_start")
    overlaps = (pl.col("period_start") <= pl.col("period_end").shift(1)).any().over(POST_METRIC).fill_null(False)
    marked = ordered.with_columns(overlaps.alias("overlaps"))
    if not marked["overlaps"].any():  # most sources give each day once
        return ordered, []
    groups = marked.filter("overlaps").drop("overlaps").partition_by(POST_METRIC, maintain_order=True)
    return marked.filter(~pl.col("overlaps")).drop("overlaps"), groups


def _spans(group: pl.DataFrame) -> list[Span]:
    return [(first.toordinal(), last.toordinal()) for first, last in group.select("period_start", "period_end").rows()]
