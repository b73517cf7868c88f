"""Gains against plain Python that follows "Lifetime counters" in docs/rules.md word for word, and fiscal periods."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from connectors import contract
from connectors.columns import schema as schema_of
from warehouse.plan import fiscal
from warehouse.readings import gains
from warehouse.readings.latest import POST

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
SEVERAL = 5
"""So many histories of two posts are one example, in one frame: most of the time goes by the example."""
POSTS = [f"{number}{post}" for number in range(SEVERAL) for post in "ab"]


def several(history: st.SearchStrategy[list[dict[str, Any]]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """The readings of several histories, whose posts are not the same."""
    return st.lists(history, min_size=SEVERAL, max_size=SEVERAL).map(
        lambda each: [r | {"post_id": f"{number}{r['post_id']}"} for number, rows in enumerate(each) for r in rows]
    )


histories = several(st.lists(one_reading, max_size=10))
born = st.fixed_dictionaries(dict.fromkeys(POSTS, st.none() | st.integers(-3, 9)))


def frames(history: list[dict[str, Any]], published: dict[str, int | None]) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Readings and posts as the functions take them; instants are hours of the reporting zone's day."""
    schema = schema_of(contract.OBSERVATIONS) | {
        "load_id": pl.String,
        "is_measured": pl.Boolean,
        "observed_until": contract.TIMESTAMP,
    }
    rows = [
        {
            "platform": "facebook", "load_id": "l", "row": 1, "is_final": True, "is_measured": True,
            "observed_at": at(r["day"], r["hour"]),
            "observed_until": None if r.get("until") is None else at(r["day"] + r["until"], 23),
        } | {name: cell for name, cell in r.items() if name in schema}
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
    flags = dict.fromkeys(("is_approximate", "is_entered"), pl.Boolean)
    return pl.LazyFrame(schema=columns | {m.column: pl.Int64 for m in contract.ADDITIVE} | flags)


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


def read(on: int, views: int | None = None, post: str = "a", **more: Any) -> dict[str, Any]:
    """A reading at one o'clock at night, when the day before is not over in UTC."""
    return {"post_id": post, "day": on, "hour": 1, "views": views, "reach": None, **more}


def gains_over(*periods: tuple[str, int, int, int]) -> pl.LazyFrame:
    """Gains in views of posts of which no total is known, from one day to another."""
    rows = [
        {"platform": "facebook", "post_id": post, "period_start": DAYS[start], "period_end": DAYS[end], "views": views}
        for post, start, end, views in periods
    ]
    return pl.LazyFrame(rows, schema=nothing_loose().collect_schema())


def gained(
    history: list[dict[str, Any]],
    *periods: tuple[int, int],
    born: dict[str, int | None] | None = None,
    beside: Sequence[tuple[str, int, int, int]] = (),
    **options: Any,
) -> pl.DataFrame:
    """The gains over periods, by post and period, whatever the order of the readings."""
    days = gains.spans(*((DAYS[start], DAYS[end]) for start, end in periods))
    results = []
    for some in (history, history[::-1]):
        readings, posts = frames(some, born or {})
        over = gains.over(readings, gains_over(*beside), posts, days, ZONE, **options).collect()
        results.append(over.sort("post_id", "period_start"))
    assert results[0].equals(results[1])
    return results[0]


@pytest.mark.parametrize(
    ("history", "periods", "born", "expected"),
    [
        pytest.param([read(1, 10), read(4, 15)], [(3, 5)], None, [("a", 3, 5, False, False, False)], id="between two readings"),
        pytest.param([read(1, 10), read(3, 11), read(4, 15)], [(3, 5)], None, [("a", 3, 5, False, False, False)], id="the newest of the days"),
        pytest.param([read(1, 10), read(2, 11), read(4, 15)], [(3, 5)], None, [("a", 3, 4, False, False, False)], id="the newest before the days"),
        pytest.param([read(2, 10), read(3, 15)], [(3, 5)], None, [("a", 3, 5, False, False, False)], id="on the first day"),
        pytest.param([read(2, 10), read(5, 15)], [(3, 5)], None, [("a", 3, 5, False, False, False)], id="on the last day"),
        pytest.param([read(2, 10), read(6, 15)], [(3, 5)], None, [("a", 3, None, False, False, False)], id="after the last day"),
        pytest.param([read(2, 15), read(5, 10)], [(3, 5)], None, [("a", 3, -5, False, False, False)], id="negative"),
        pytest.param([read(4, 15)], [(3, 5)], None, [("a", 3, None, True, False, True)], id="no reading before"),
        pytest.param([read(4, 15)], [(3, 5)], {"a": 2}, [("a", 3, None, True, False, True)], id="published before the days"),
        pytest.param([read(4, 15)], [(3, 5)], {"a": 3}, [("a", 3, 15, True, True, False)], id="published on the first day"),
        pytest.param([read(5, 15)], [(3, 5)], {"a": 5}, [("a", 3, 15, True, True, False)], id="published on the last day"),
        pytest.param([read(5, 15)], [(3, 5)], {"a": 6}, [("a", 3, None, True, False, True)], id="published after the days"),
        pytest.param([read(2, 10), read(4, 15)], [(3, 5)], {"a": 3}, [("a", 3, 5, False, True, False)], id="published after a reading"),
        pytest.param([read(1, 10), read(4, 15)], [(3, 5), (0, 2)], {"a": 0}, [("a", 0, 10, True, True, False), ("a", 3, 5, False, False, False)], id="days follow each other in any order"),
        pytest.param([read(1, 10), read(3, 15), read(6, 18)], [(0, 1), (5, 6)], None, [("a", 0, None, True, False, True), ("a", 5, 3, False, False, False)], id="days are left out"),
        pytest.param([read(1, 10)], [(0, 1), (2, 3)], None, [("a", 0, None, True, False, True), ("a", 2, None, False, False, False)], id="not read again"),
        pytest.param([read(3, 10)], [(0, 1), (2, 3)], None, [("a", 2, None, True, False, True)], id="not read before"),
        pytest.param([read(1, 10), read(2), read(4, 15)], [(2, 3), (4, 5)], None, [("a", 2, None, False, False, False), ("a", 4, 5, False, False, False)], id="a reading without the metric"),
        pytest.param([read(1, 10), read(4, 15), read(1, 3, "b"), read(5, 4, "b")], [(3, 5)], None, [("a", 3, 5, False, False, False), ("b", 3, 1, False, False, False)], id="two posts"),
        pytest.param([read(1, 10), read(4, 15), read(4, 9, "b")], [(3, 5)], {"b": 4}, [("a", 3, 5, False, False, False), ("b", 3, 9, True, True, False)], id="one of them published"),
    ],
)  # fmt: skip
def test_a_gain_needs_a_reading_within_its_days_and_one_before_or_the_publication_within(
    history: list[dict[str, Any]],
    periods: list[tuple[int, int]],
    born: dict[str, int | None] | None,
    expected: list[tuple[Any, ...]],
) -> None:
    rows = gained(history, *periods, born=born)
    assert [
        (post, (start - FIRST).days, views, is_first, is_published, is_unknown)
        for post, start, views, is_first, is_published, is_unknown in rows.select(
            "post_id", "period_start", "views", "is_first", "is_published", "is_baseline_unknown"
        ).rows()
    ] == expected
    assert set(rows["period_end"] - rows["period_start"]) <= {timedelta(days=b - a) for a, b in periods}


def test_a_gain_is_as_sure_as_its_two_readings_and_lies_between_their_instants() -> None:
    columns = ["read_from", "read_to", "last_read_at", "is_approximate", "is_entered", "views", "likes", "reach", "audience"]  # fmt: skip

    def one(*history: dict[str, Any], start: int = 3, **options: Any) -> tuple[Any, ...]:
        row = gained(list(history), (0, 2), (3, 5), **options).filter(pl.col("period_start") == DAYS[start])
        return row.select(columns).row(0)

    before, now = read(1, 10, likes=4, reach=7), read(4, 15, likes=6, reach=9, audience=5)
    told = (at(1, 1), at(4, 1), at(4, 1))
    assert one(before, now) == (*told, False, False, 5, 2, 2, None)
    assert one(before | {"rounded": ["views"]}, now) == (*told, True, False, 5, 2, 2, None)
    assert one(before, now | {"rounded": ["views"]}) == (*told, True, False, 5, 2, 2, None)
    assert one(before | {"is_measured": False}, now)[3:5] == (False, True)
    assert one(before, now | {"is_measured": False})[3:5] == (False, True)
    assert one(now)[:6] == (at(4, 1), at(4, 1), at(4, 1), False, False, None)
    assert one(before)[:6] == (None, None, at(1, 1), False, False, None)
    unsure = one(before | {"until": 0}, now, with_until=True)
    assert unsure == (at(1, 23), at(4, 1), at(4, 1), False, False, 5, 2, 2, None)


def test_a_gain_tells_when_its_metrics_were_read_and_takes_for_exact_what_was_not_read() -> None:
    rows = gained([read(1, 10), read(4, 15, reach=3, rounded=["reach"])], (3, 5), with_read_at=["views"])
    assert rows.select("views_read_at", "reach_exact", "impressions_exact").row(0) == (at(4, 1), False, True)
    assert gained([read(1, 10)], (3, 5)).select("reach_exact", "impressions_exact", "is_approximate").row(0) == (
        True, True, False
    )  # fmt: skip


def test_each_post_that_was_not_read_again_was_last_read_when_it_was() -> None:
    rows = gained([read(1, 10), read(2, 10, "b")], (0, 2), (3, 5)).filter(pl.col("period_start") == DAYS[3])
    assert rows.select("post_id", "last_read_at").rows() == [("a", at(1, 1)), ("b", at(2, 1))]


def test_periods_in_which_a_post_was_not_read_keep_when_it_was_read_last_whatever_the_order_of_rows() -> None:
    schema = {"platform": pl.String, "post_id": pl.String, "number": pl.Int64, "born": pl.Int64}
    schema |= {"last_read_at": contract.TIMESTAMP, "is_approximate": pl.Boolean, "is_entered": pl.Boolean}
    rows = [
        {"platform": "x", "post_id": post, "number": number, "last_read_at": read_at, "is_approximate": is_rounded}
        for post, number, read_at, is_rounded in (
            ("a", 1, at(1, 1), True), ("a", 5, at(3, 1), False), ("b", 2, at(2, 1), False), ("c", 8, at(5, 1), False)
        )
    ]  # fmt: skip
    for some in (rows, rows[::-1]):
        silent = (
            gains._silent(gains._in_order(pl.LazyFrame(some, schema=schema), POST), 8, POST)
            .collect()
            .sort("post_id", "number")
        )
        assert silent.select("post_id", "number", "first", "last_read_at", "is_approximate").rows() == [
            ("a", 3, 1, at(1, 1), True), ("a", 7, 1, at(3, 1), False), *(("b", n, 2, at(2, 1), False) for n in (3, 5, 7))
        ]  # fmt: skip
        assert not silent["is_baseline_unknown"].any()


def test_gains_over_no_days_and_of_no_readings_have_the_same_columns() -> None:
    whole = gained([read(1, 10)], (0, 2))
    assert gained([], (0, 2)).schema == whole.schema
    assert gains.spans((DAYS[3], DAYS[4]), (DAYS[0], DAYS[2])).rows() == [(DAYS[0], DAYS[2]), (DAYS[3], DAYS[4])]
    assert gains.spans().schema == {"period_start": pl.Date, "period_end": pl.Date}
    assert set(whole.columns) == {
        "platform", "post_id", "period_start", "period_end", *contract.METRIC_COLUMNS, "last_read_at", "read_from",
        "read_to", "read_until", "figures_read_from", "is_approximate", "rounded", "is_entered", "reach_exact",
        "is_in_part", "reach_gain_least",
        "impressions_exact", "is_first", "is_published", "is_baseline_unknown",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("history", "beside", "expected"),
    [
        ([read(3)], [("a", 3, 3, 4), ("a", 5, 5, 3)], [("a", 3, 7)]),
        ([read(3)], [("a", 2, 3, 4)], [("a", 3, None)]),
        ([read(3)], [("a", 5, 6, 4)], [("a", 3, None)]),
        ([read(3), read(6)], [("a", 3, 5, 4), ("a", 6, 8, 2)], [("a", 3, 4), ("a", 6, 2)]),
        ([read(3), read(6)], [("a", 3, 6, 4)], [("a", 3, None), ("a", 6, None)]),
        ([read(2, 10), read(3, 15)], [("a", 3, 5, 4)], [("a", 3, 5)]),
        ([read(3, 15)], [("a", 3, 5, 4)], [("a", 3, 4)]),
        ([], [("b", 3, 5, 4)], [("b", 3, 4)]),
        ([read(3)], [("a", 1, 1, 4)], [("a", 3, None)]),
    ],
)
def test_gains_over_periods_within_the_days_count_where_no_two_readings_tell(
    history: list[dict[str, Any]], beside: list[tuple[str, int, int, int]], expected: list[tuple[Any, ...]]
) -> None:
    periods = [(3, 5), (6, 8)] if any(row["day"] > 5 for row in history) else [(3, 5)]
    rows = gained(history, *periods, beside=beside)
    assert [(post, (start - FIRST).days, views) for post, start, views in rows.select("post_id", "period_start", "views").rows()] == expected  # fmt: skip
    assert rows["likes"].null_count() == rows.height
    assert rows.select("is_first", "is_published").rows() == [
        (bool(history) and (start - FIRST).days == 3 and history[0]["day"] == 3, False)
        for start in rows["period_start"]
    ]


THREE = [(1, 2), (3, 5), (7, 8)]
"""Spans of days, of which the second begins the day after the first, and the third two days after the second."""


@pytest.mark.parametrize(
    ("history", "beside", "expected"),
    [
        pytest.param([], [(3, 5)], {3: (4, False)}, id="the very days"),
        pytest.param([], [(4, 4), (5, 5)], {3: (8, False)}, id="inside the days"),
        pytest.param([], [(0, 1)], {1: (None, True)}, id="from before all days"),
        pytest.param([], [(8, 9)], {7: (None, True)}, id="until after all days"),
        pytest.param([], [(2, 3)], {1: (None, True), 3: (None, True)}, id="of two spans"),
        pytest.param([], [(2, 7)], {1: (None, True), 3: (None, True), 7: (None, True)}, id="of all spans"),
        pytest.param([], [(5, 6)], {3: (None, True)}, id="until a day that is left out"),
        pytest.param([], [(6, 7)], {7: (None, True)}, id="from a day that is left out"),
        pytest.param([], [(6, 6)], {}, id="days that are left out"),
        pytest.param([], [(3, 4), (5, 6)], {3: (4, True)}, id="one period inside, one in part"),
        pytest.param([read(2, 10), read(3, 15)], [(5, 6)], {1: (None, False), 3: (5, False), 7: (None, False)}, id="readings tell"),
        pytest.param([read(2), read(3, 15)], [(5, 6)], {1: (None, False), 3: (None, True), 7: (None, False)}, id="one reading does not tell"),
        pytest.param([read(2), read(3)], [], {1: (None, False), 3: (None, False), 7: (None, False)}, id="no period"),
    ],
)  # fmt: skip
def test_a_gain_is_known_in_part_where_days_hold_a_period_only_in_part_and_no_readings_tell(
    history: list[dict[str, Any]], beside: list[tuple[int, int]], expected: dict[int, tuple[int | None, bool]]
) -> None:
    rows = gained(history, *THREE, beside=[("a", *days, 4) for days in beside])
    told = rows.select("period_start", "views", "is_in_part").rows()
    assert {(start - FIRST).days: (views, is_in_part) for start, views, is_in_part in told} == expected


@pytest.mark.parametrize(
    ("history", "flags", "expected"),
    [
        ([], (False, False), (4, False, False)),
        ([], (True, False), (4, True, False)),
        ([], (False, True), (4, False, True)),
        ([read(4)], (True, True), (4, True, True)),
        ([read(2, 10), read(4, 15)], (True, True), (5, False, False)),
        ([read(2, 10), read(4, 15, rounded=["views"])], (False, False), (5, True, False)),
        ([read(2, 10), read(4, 15, is_measured=False)], (False, False), (5, False, True)),
    ],
)
def test_a_gain_is_approximate_or_entered_as_the_period_that_tells_it_and_not_as_one_that_does_not(
    history: list[dict[str, Any]], flags: tuple[bool, bool], expected: tuple[Any, ...]
) -> None:
    readings, posts = frames(history, {})
    is_approximate, is_entered = map(pl.lit, flags)
    beside = gains_over(("a", 3, 5, 4)).with_columns(is_approximate=is_approximate, is_entered=is_entered)
    rows = gains.over(readings, beside, posts, gains.spans((DAYS[3], DAYS[5])), ZONE).collect()
    assert rows.select("views", "is_approximate", "is_entered").rows() == [expected]


@pytest.mark.parametrize(
    ("history", "views", "reach", "is_unknown"),
    [
        ([read(1, 10, reach=1), read(4, 15, reach=3)], 5, 2, False),
        ([read(1, 10, reach=1), read(4, 15, reach=3, until=1)], 5, 2, False),
        ([read(1, 10, reach=1), read(4, 15, reach=3, until=2)], None, None, True),
        ([read(1, 10, reach=1, until=1), read(4, 15, reach=3)], 5, 2, False),
        ([read(1, 10, reach=1, until=2), read(4, 15, reach=3)], None, None, True),
        ([read(1, 10, reach=1), read(4, 15), read(3, reach=3, until=3)], 5, None, True),
        ([read(1, 10, until=4), read(2, reach=1), read(4, 15, reach=3)], None, 2, True),
        ([read(1, 10, until=4), read(2, 12, reach=1), read(4, 15, reach=3)], 3, 2, False),
        ([read(1, 10, reach=1), read(4, 15, reach=3), read(1, 1, "b", until=5), read(4, 2, "b")], 5, 2, False),
    ],
)
def test_a_gain_of_one_metric_is_unknown_where_one_of_its_two_readings_may_be_of_other_days(
    history: list[dict[str, Any]], views: int | None, reach: int | None, is_unknown: bool
) -> None:
    rows = gained(history, (3, 5), with_until=True).filter(pl.col("post_id") == "a")
    assert rows.select("views", "reach", "is_baseline_unknown").row(0) == (views, reach, is_unknown)
    told = gained(history, (3, 5)).filter(pl.col("post_id") == "a")
    assert None not in told.select("views", "reach").row(0)
    assert set(rows.columns) == set(told.columns)


def test_of_two_posts_each_has_readings_before_of_its_own_whatever_the_order_of_rows() -> None:
    key = {"platform": pl.String, "post_id": pl.String, "number": pl.Int64}
    numbers = gains.spans((DAYS[3], DAYS[5])).with_columns(number=pl.lit(1, pl.Int64))
    posts = [("a", 0, 10, 1), ("a", 1, 15, None), ("b", 0, 1, 5), ("b", 1, 2, None)]
    results = []
    for some in (posts, posts[::-1]):
        read = pl.LazyFrame([("x", post, number, views) for post, number, views, _ in some], schema=key | {"views": pl.Int64}, orient="row")  # fmt: skip
        until = pl.LazyFrame([("x", post, number, last and at(last, 0)) for post, number, _, last in some], schema=key | {"views": contract.TIMESTAMP}, orient="row")  # fmt: skip
        blank = {m: pl.lit(None, pl.Int64) for m in gains._GAINED if m != "views"}
        unknown = {name: pl.lit(None, contract.TIMESTAMP) for name in blank}
        gained_ = read.with_columns(**blank, is_baseline_unknown=pl.lit(False), reach_gain_least=pl.lit(None, pl.Int64))
        sure = gains._without_unsure(
            gained_, read.with_columns(**blank), until.with_columns(**unknown), numbers, ZONE, POST
        )
        columns = ["post_id", "views", "is_baseline_unknown"]
        results.append(sure.filter(pl.col("number") == 1).select(columns).collect().sort("post_id").rows())
    assert results == [[("a", 15, False), ("b", None, True)]] * 2


@pytest.mark.parametrize("with_until", [False, True])
def test_posts_that_go_by_numbers_gain_what_they_gain_by_their_names(with_until: bool) -> None:
    history = [
        read(1, 10, until=1),
        read(3, 12, until=2),
        read(4, 15),
        read(2, 7, "b"),
        read(5, 4, "b"),
        read(0, 1, "d"),
    ]
    readings, posts = frames(history, {"a": 0, "b": None, "c": 2, "d": 0})
    beside, days = gains_over(("c", 3, 5, 20), ("b", 1, 4, 3)), gains.spans((DAYS[0], DAYS[2]), (DAYS[3], DAYS[5]))
    number = {"a": 4, "b": 0, "c": 7, "d": 5}
    read_, beside_, posts_ = (
        frame.with_columns(post=pl.col("post_id").replace_strict(number, return_dtype=pl.UInt32)).drop(POST)
        for frame in (readings, beside, posts)
    )
    for name, one, other in (
        ("number", gains.over(readings, beside, posts, days, ZONE, with_until=with_until),
         gains.over(read_, beside_, posts_, days, ZONE, with_until=with_until, post=["post"])),
        ("day", gains.daily(readings, beside, posts, ZONE), gains.daily(read_, beside_, posts_, ZONE, ["post"])),
    ):  # fmt: skip
        order = ["post", "period_start" if name == "number" else "day"]
        named = one.with_columns(post=pl.col("post_id").replace_strict(number, return_dtype=pl.UInt32)).drop(POST)
        numbered = other.sort(order).collect()
        assert numbered.height > 3
        assert_frame_equal(named.sort(order).collect(), numbered, check_column_order=False)


def gains_of(
    *periods: tuple[str, int, int, int | None],
    published_at: datetime | None = datetime(2023, 1, 1),
    told: Sequence[str] = (),
    **cells: Any,
) -> list[tuple[Any, ...]]:
    """Of gains over days that count without a total: post, days, views and more columns, whatever the order of rows."""
    schema = schema_of(contract.OBSERVATIONS) | {"load_id": pl.String, "is_measured": pl.Boolean}
    rows = [
        {"platform": "x", "post_id": post, "observed_at": at(20, 0), "period_start": DAYS[start], "period_end": DAYS[end],
         "period_opens_at": at(start, 0), "views": views, "load_id": "l", "row": 1, "is_measured": True} | {name: cell[n] for name, cell in cells.items()}
        for n, (post, start, end, views) in enumerate(periods)
    ]  # fmt: skip
    posts = pl.LazyFrame(
        [("x", "a", published_at), ("x", "b", published_at)],
        schema={"platform": pl.String, "post_id": pl.String, "published_at": contract.TIMESTAMP}, orient="row",
    )  # fmt: skip
    results = []
    for some in (rows, rows[::-1]):
        observations = pl.LazyFrame([dict.fromkeys(schema) | row for row in some], schema=schema)
        kept = gains.gains_without_total(observations, posts).collect()
        assert kept.columns == [
            "platform",
            "post_id",
            "period_start",
            "period_end",
            *gains._ADDITIVE,
            "is_approximate",
            "is_entered",
        ]
        days = kept.with_columns((pl.col("period_start", "period_end") - FIRST).dt.total_days())
        columns = ["post_id", "period_start", "period_end", "views", "likes", *told]
        results.append(sorted(days.select(columns).rows(), key=str))
    assert results[0] == results[1]
    return [row[:4] + row[5:] if row[4] is None else row for row in results[0]]


def test_of_periods_that_overlap_those_count_that_cover_the_most_days_for_each_post_and_metric() -> None:
    assert gains_of(("a", 1, 3, 7), ("a", 4, 5, 9)) == [("a", 1, 3, 7), ("a", 4, 5, 9)]
    assert gains_of(("a", 1, 3, 7), ("a", 3, 5, 9)) == [("a", 1, 3, 7)]
    assert gains_of(("a", 1, 3, 7), ("a", 1, 5, 9)) == [("a", 1, 5, 9)]
    assert gains_of(("a", 1, 3, 7), ("a", 2, 4, 9)) == [("a", 1, 3, 7)]
    assert gains_of(("a", 1, 6, 7), ("a", 2, 3, 9), ("a", 4, 5, 9), ("a", 7, 7, 1)) == [("a", 1, 6, 7), ("a", 7, 7, 1)]
    assert gains_of(("a", 1, 3, 7), ("a", 3, 5, 9), ("b", 2, 4, 1)) == [("a", 1, 3, 7), ("b", 2, 4, 1)]
    assert gains_of(("a", 1, 6, 7), ("a", 2, 3, 9), ("a", 4, 9, 9)) == [("a", 2, 3, 9), ("a", 4, 9, 9)]
    likes = gains_of(("a", 1, 3, 7), ("a", 2, 4, None), likes=[None, 5])
    assert likes == [("a", 1, 3, 7), ("a", 2, 4, None, 5)]


def test_of_two_readings_of_one_period_the_newest_then_the_exact_then_the_larger_counts() -> None:
    twice = ("a", 1, 3, 7), ("a", 1, 3, 9)
    assert gains_of(*twice) == [("a", 1, 3, 9)]
    assert gains_of(*twice, rounded=[None, ["views"]]) == [("a", 1, 3, 7)]
    assert gains_of(*twice, rounded=[None, ["likes"]]) == [("a", 1, 3, 9)]
    assert gains_of(*twice, observed_at=[at(21, 0), at(20, 0)]) == [("a", 1, 3, 7)]
    assert gains_of(("a", 1, 3, 7), ("a", 1, 3, None), observed_at=[at(20, 0), at(21, 0)]) == [("a", 1, 3, 7)]


def test_a_gain_without_a_total_is_approximate_where_its_metric_is_rounded_and_entered_where_it_was_typed() -> None:
    one, told = ("a", 1, 3, 7), ("is_approximate", "is_entered")
    assert gains_of(one, told=told) == [(*one, False, False)]
    assert gains_of(one, told=told, rounded=[["views"]]) == [(*one, True, False)]
    assert gains_of(one, told=told, rounded=[["likes"]]) == [(*one, False, False)]
    assert gains_of(one, told=told, is_measured=[False]) == [(*one, False, True)]


def test_a_gain_needs_no_total_where_the_post_was_published_before_its_days_or_nobody_knows_when() -> None:
    one = ("a", 1, 3, 7)
    assert gains_of(one, published_at=at(1, 0) - timedelta(microseconds=1)) == [one]
    assert gains_of(one, published_at=at(1, 0)) == []
    assert gains_of(one, published_at=None) == [one]
    assert gains_of(("nobody describes it", 1, 3, 7)) == [("nobody describes it", 1, 3, 7)]


@pytest.mark.parametrize(
    ("history", "born", "beside", "expected"),
    [
        ([read(1, 10), read(4, 15)], None, [], [("a", 1, None, None), ("a", 4, 5, 3)]),
        ([read(1, 10), read(4, 15)], {"a": -2}, [], [("a", 1, 10, 4), ("a", 4, 5, 3)]),
        ([read(1, 10)], {"a": 1}, [], [("a", 1, 10, 1)]),
        ([read(1, 10)], {"a": 2}, [], [("a", 1, None, None)]),
        ([read(1, 10, likes=1), read(2, 11), read(4, 15, likes=4)], None, [], [("a", 1, None, None), ("a", 2, 1, 1), ("a", 4, 4, 3)]),
        ([read(1, 10), read(1, 12, hour=9), read(4, 15)], None, [], [("a", 1, None, None), ("a", 4, 3, 3)]),
        ([read(1, 10), read(2, 11, until=1), read(4, 15)], None, [], [("a", 1, None, None), ("a", 4, 5, 3)]),
        ([read(1, 10), read(2, 11, until=0), read(4, 15)], None, [], [("a", 1, None, None), ("a", 2, 1, 1), ("a", 4, 4, 2)]),
        ([read(1, 10), read(4, 15), read(4, 3, "b")], {"b": 4}, [], [("a", 1, None, None), ("a", 4, 5, 3), ("b", 4, 3, 1)]),
        ([read(4)], None, [("a", 2, 4, 7), ("a", 4, 4, 1)], [("a", 4, 8, 3)]),
        ([read(1, 10), read(4, 15)], None, [("a", 4, 4, 7)], [("a", 1, None, None), ("a", 4, 5, 3)]),
        ([], None, [("b", 2, 4, 7)], [("b", 4, 7, 3)]),
    ],
)  # fmt: skip
def test_a_days_gain_goes_back_to_the_reading_before_or_to_the_publication_and_says_over_how_many_days(
    history: list[dict[str, Any]],
    born: dict[str, int | None] | None,
    beside: list[tuple[str, int, int, int]],
    expected: list[tuple[Any, ...]],
) -> None:
    for some in (history, history[::-1]):
        readings, posts = frames(some, born or {})
        rows = gains.daily(readings, gains_over(*beside), posts, ZONE).collect().sort("post_id", "day")
        told = rows.select("post_id", "day", "views", "days_covered").rows()
        assert [(post, (day - FIRST).days, views, days) for post, day, views, days in told] == expected
        assert not {"born", "loose_days", "number"} & set(rows.columns)


@given(histories, born, st.sets(st.integers(0, 11), min_size=2, max_size=5))
@settings(max_examples=80 // SEVERAL, deadline=None)
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
    for post in POSTS:
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
@settings(max_examples=50 // SEVERAL, deadline=None)
def test_daily_gains_fall_on_days_that_were_read_and_add_up_to_the_last_reading(
    history: list[dict[str, Any]], published: dict[str, int | None]
) -> None:
    readings, posts = frames(history, published)
    rows = gains.daily(readings, nothing_loose(), posts, ZONE).collect()
    for post in POSTS:
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
    schema = schema_of(contract.OBSERVATIONS) | {
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


unsure_histories = several(
    st.lists(
        st.builds(lambda read, until: read | {"until": until}, one_reading, st.none() | st.integers(0, 5)), max_size=8
    )
)


@given(unsure_histories, born, st.integers(0, 8), st.integers(0, 4))
@settings(max_examples=80 // SEVERAL, deadline=None)
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
    for post in POSTS:
        for metric in ("views", "reach"):
            closing, opening = newest(post, metric, start, end), newest(post, metric, -99, start - 1)
            expected = gain(history, published, post, metric, start, end)
            if (closing and last_day_of(closing) > end) or (opening and last_day_of(opening) >= start):
                expected = None
            assert rows.get(post, {}).get(metric) == expected


@given(unsure_histories, born)
@settings(max_examples=30 // SEVERAL, deadline=None)
def test_a_reading_of_which_the_day_is_not_known_is_none_of_a_days_gain(
    history: list[dict[str, Any]], published: dict[str, int | None]
) -> None:
    told = [read for read in history if not read["until"]]
    daily = [gains.daily(*_with_loose(*frames(part, published)), ZONE).collect() for part in (history, told)]
    key = ["post_id", "day"]
    assert daily[0].drop("read_until").sort(key).equals(daily[1].drop("read_until").sort(key))


def _with_loose(readings: pl.LazyFrame, posts: pl.LazyFrame) -> tuple[pl.LazyFrame, pl.LazyFrame, pl.LazyFrame]:
    return readings, nothing_loose(), posts


@pytest.mark.parametrize(
    ("history", "least"),
    [
        ([read(1, reach=1200), read(4, reach=3500, rounded=["reach"])], 3450 - 1200),
        ([read(1, reach=1200, rounded=["reach"]), read(4, reach=3500)], 3500 - 1299),
        ([read(1, reach=1200, rounded=["reach"]), read(4, reach=3500, rounded=["reach"])], 3450 - 1299),
        ([read(1, reach=1200, rounded=["views"]), read(4, reach=3500)], 2300),
        ([read(4, reach=3500)], None),
    ],
)
def test_the_gain_of_a_rounded_reach_is_no_less_than_all_that_its_readings_can_stand_for(
    history: list[dict[str, Any]], least: int | None
) -> None:
    assert gained(history, (3, 5))["reach_gain_least"].to_list() == [least]


@pytest.mark.parametrize(("rounded", "least"), [(None, 3500), (["reach"], 3450)])
def test_the_gain_of_a_published_post_is_no_less_than_what_its_first_reach_stands_for(
    rounded: list[str] | None, least: int
) -> None:
    rows = gained([read(4, reach=3500, rounded=rounded)], (3, 5), born={"a": 4})
    assert rows["reach_gain_least"].to_list() == [least]
