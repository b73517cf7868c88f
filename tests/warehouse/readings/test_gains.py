"""Gains against plain Python that follows "Lifetime counters" in docs/rules.md word for word, and fiscal periods."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import contract
from warehouse.plan import fiscal
from warehouse.readings import gains

ZONE = "Asia/Phnom_Penh"
FIRST = date(2024, 9, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(12)]

one_reading = st.fixed_dictionaries(
    {
        "post_id": st.sampled_from("ab"),
        "day": st.integers(0, 9),
        "hour": st.sampled_from([1, 9]),
        "views": st.none() | st.integers(0, 30),
        "reach": st.none() | st.integers(0, 30),
    }
)
histories = st.lists(one_reading, max_size=10)
born = st.fixed_dictionaries({"a": st.none() | st.integers(-3, 9), "b": st.none() | st.integers(-3, 9)})


def frames(history: list[dict[str, Any]], published: dict[str, int | None]) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Readings and posts as the functions take them; instants are hours of the reporting zone's day."""
    schema = contract.schema(contract.OBSERVATIONS) | {
        "load_id": pl.String,
        "is_measured": pl.Boolean,
        "observed_until": contract.TIMESTAMP,
    }
    rows = [
        {
            "platform": "facebook", "post_id": r["post_id"], "observed_at": at(r["day"], r["hour"]), "views": r["views"],
            "reach": r["reach"], "load_id": "l", "row": 1, "is_final": True, "is_measured": True,
            "observed_until": None if r.get("until") is None else at(r["day"] + r["until"], 23),
        }
        for r in history
    ]  # fmt: skip
    posts = pl.LazyFrame(
        [("facebook", post, None if day is None else at(day, 3)) for post, day in published.items()],
        schema={"platform": pl.String, "post_id": pl.String, "published_at": contract.TIMESTAMP},
        orient="row",
    )
    return pl.DataFrame(rows, schema=schema, orient="row").lazy(), posts


def at(day: int, hour: int) -> datetime:
    """An hour of a day in Phnom Penh, in UTC."""
    return datetime(2024, 9, 1) + timedelta(days=day, hours=hour - 7)


def nothing_loose() -> pl.LazyFrame:
    columns = {"platform": pl.String, "post_id": pl.String, "period_start": pl.Date, "period_end": pl.Date}
    return pl.LazyFrame(schema=columns | {m.column: pl.Int64 for m in contract.ADDITIVE})


def last(history: list[dict[str, Any]], post: str, metric: str, start: int, end: int) -> int | None:
    """The last known reading from one day to another; of one instant the larger."""
    readings = [r for r in history if r["post_id"] == post and start <= r["day"] <= end and r[metric] is not None]
    return max(((r["day"], r["hour"], r[metric]) for r in readings), default=(0, 0, None))[2]


def gain(
    history: list[dict[str, Any]], published: dict[str, int | None], post: str, metric: str, start: int, end: int
) -> int | None:
    now, day = last(history, post, metric, start, end), published[post]
    if now is None:
        return None
    before = last(history, post, metric, -99, start - 1)
    if before is None and day is not None and start <= day <= end:
        before = 0
    return None if before is None else now - before


@given(histories, born, st.sets(st.integers(0, 11), min_size=2, max_size=5))
@settings(max_examples=80, deadline=None)
def test_a_gain_is_the_difference_of_two_readings_and_consecutive_gains_add_up_to_the_whole(
    history: list[dict[str, Any]], published: dict[str, int | None], cuts: set[int]
) -> None:
    edges = sorted(cuts)
    parts = [(a, b - 1) for a, b in itertools.pairwise(edges)]
    readings, posts = frames(history, published)

    def gained(spans: list[tuple[int, int]]) -> dict[tuple[str, int], dict[str, Any]]:
        days = gains.spans(*((DAYS[a], DAYS[b]) for a, b in spans))
        rows = gains.over(readings, nothing_loose(), posts, days, ZONE).collect().iter_rows(named=True)
        return {(r["post_id"], (r["period_start"] - FIRST).days): r for r in rows}

    one_by_one, whole = gained(parts), gained([(edges[0], edges[-1] - 1)])
    for post in "ab":
        for metric in ("views", "reach"):
            each = [gain(history, published, post, metric, a, b) for a, b in parts]
            assert [one_by_one.get((post, a), {}).get(metric) for a, _ in parts] == each
            total = whole.get((post, edges[0]), {}).get(metric)
            assert total == gain(history, published, post, metric, edges[0], edges[-1] - 1)
            has_baselines = all(
                value is not None or last(history, post, metric, a, b) is None
                for value, (a, b) in zip(each, parts, strict=True)
            )
            if has_baselines and total is not None:
                assert sum(value for value in each if value is not None) == total


@given(histories, born)
@settings(max_examples=50, deadline=None)
def test_daily_gains_fall_on_days_that_were_read_and_add_up_to_the_last_reading(
    history: list[dict[str, Any]], published: dict[str, int | None]
) -> None:
    readings, posts = frames(history, published)
    rows = gains.daily(readings, nothing_loose(), posts, ZONE).collect()
    for post in "ab":
        rows_of_post = [r for r in rows.sort("day").iter_rows(named=True) if r["post_id"] == post]
        assert [(r["day"] - FIRST).days for r in rows_of_post] == sorted(
            {r["day"] for r in history if r["post_id"] == post}
        )
        read = [r for r in history if r["post_id"] == post and r["views"] is not None]
        day = published[post]
        if day is not None and all(r["day"] >= day for r in read):
            values = [r["views"] for r in rows_of_post if r["views"] is not None]
            assert sum(values) == (last(history, post, "views", -99, 99) or 0)
            covered = [r["days_covered"] for r in rows_of_post if r["views"] is not None and r["reach"] is None]
            assert all(days >= 1 for days in covered)


def test_periods_that_overlap_count_no_day_twice() -> None:
    schema = contract.schema(contract.OBSERVATIONS) | {
        "load_id": pl.String,
        "is_measured": pl.Boolean,
        "observed_until": contract.TIMESTAMP,
    }
    spans = [(1, 7, 70), (3, 4, 9), (6, 9, 9), (8, 9, 20), (10, 10, 1), (10, 10, 2)]
    rows = [
        {
            "platform": "x", "post_id": "a", "observed_at": datetime(2024, 10, 1) + timedelta(hours=n), "views": views,
            "period_start": DAYS[start], "period_end": DAYS[end], "period_opens_at": datetime(2024, 9, 1) + timedelta(start),
        }
        for n, (start, end, views) in enumerate(spans)
    ]  # fmt: skip
    posts = pl.LazyFrame({"platform": ["x"], "post_id": ["a"], "published_at": [datetime(2023, 1, 1)]})
    kept = gains.gains_without_total(pl.DataFrame(rows, schema=schema, orient="row").lazy(), posts).collect()
    assert kept.sort("period_start")["views"].to_list() == [70, 20, 2]


@pytest.mark.parametrize(
    ("name", "month", "start", "end"),
    [
        ("FY2024", 10, date(2023, 10, 1), date(2024, 9, 30)),
        ("FY2024-Q4", 10, date(2024, 7, 1), date(2024, 9, 30)),
        ("FY2024-Q1", 10, date(2023, 10, 1), date(2023, 12, 31)),
        ("FY2024", 1, date(2024, 1, 1), date(2024, 12, 31)),
        ("FY2024-Q1", 1, date(2024, 1, 1), date(2024, 3, 31)),
        ("FY2024-Q2", 7, date(2023, 10, 1), date(2023, 12, 31)),
        ("FY2024-Q1", 3, date(2023, 3, 1), date(2023, 5, 31)),
        ("FY2024-Q4", 3, date(2023, 12, 1), date(2024, 2, 29)),
    ],
)
def test_a_fiscal_period_is_named_by_the_year_in_which_its_year_ends(
    name: str, month: int, start: date, end: date
) -> None:
    assert fiscal.period(name, month) == (name, start, end)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 1500), st.integers(1, 12))
def test_fiscal_quarters_follow_each_other_and_hold_every_day(first: date, days: int, month: int) -> None:
    last_day = first + timedelta(days=days)
    years, quarters = fiscal.periods(first, last_day, month)
    for periods in (years, quarters):
        assert periods[0].start <= first
        assert periods[-1].end >= last_day
        assert all(a.end + timedelta(days=1) == b.start for a, b in itertools.pairwise(periods))
    assert {q.name[:6] for q in quarters} == {y.name for y in years}


def test_what_names_no_fiscal_period_is_refused() -> None:
    with pytest.raises(ValueError, match="FY24 is no fiscal"):
        fiscal.period("FY24", 10)


unsure_histories = st.lists(
    st.builds(lambda read, until: read | {"until": until}, one_reading, st.none() | st.integers(0, 5)), max_size=8
)


@given(unsure_histories, born, st.integers(0, 8), st.integers(0, 4))
@settings(max_examples=80, deadline=None)
def test_a_gain_whose_days_begin_or_end_while_a_reading_may_have_been_made_is_unknown(
    history: list[dict[str, Any]], published: dict[str, int | None], start: int, length: int
) -> None:
    end = start + length

    def newest(post: str, metric: str, first: int, last_day: int) -> dict[str, Any] | None:
        """The reading in use; of equal ones of an instant the one of which the day is known best."""
        there = [r for r in history if r["post_id"] == post and first <= r["day"] <= last_day and r[metric] is not None]
        unsure_for = {None: -1}
        return max(
            there, key=lambda r: (r["day"], r["hour"], r[metric], -unsure_for.get(r["until"], r["until"])), default=None
        )

    def last_day_of(read: dict[str, Any]) -> int:
        return int(read["day"] + (read["until"] or 0))

    readings, posts = frames(history, published)
    days = gains.spans((DAYS[start], DAYS[end])) if end < len(DAYS) else gains.spans((DAYS[start], DAYS[-1]))
    end = min(end, len(DAYS) - 1)
    gained = gains.over(readings, nothing_loose(), posts, days, ZONE, with_until=True).collect()
    rows = {row["post_id"]: row for row in gained.iter_rows(named=True)}
    for post in "ab":
        for metric in ("views", "reach"):
            closing, opening = newest(post, metric, start, end), newest(post, metric, -99, start - 1)
            expected = gain(history, published, post, metric, start, end)
            if (closing and last_day_of(closing) > end) or (opening and last_day_of(opening) >= start):
                expected = None
            assert rows.get(post, {}).get(metric) == expected


@given(unsure_histories, born)
@settings(max_examples=30, deadline=None)
def test_a_reading_of_which_the_day_is_not_known_is_none_of_a_days_gain(
    history: list[dict[str, Any]], published: dict[str, int | None]
) -> None:
    told = [read for read in history if not read["until"]]
    daily = [gains.daily(*_with_loose(*frames(part, published)), ZONE).collect() for part in (history, told)]
    key = ["post_id", "day"]
    assert daily[0].drop("read_until").sort(key).equals(daily[1].drop("read_until").sort(key))


def _with_loose(readings: pl.LazyFrame, posts: pl.LazyFrame) -> tuple[pl.LazyFrame, pl.LazyFrame, pl.LazyFrame]:
    return readings, nothing_loose(), posts
