"""Reach over days bounds reach since publication, and is never taken for it. docs/rules.md: Reach by day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import contract
from connectors.columns import schema as schema_of
from tests.conftest import World, meta, post
from warehouse.reach import of_days
from warehouse.readings import latest
from warehouse.readings.latest import day_ends

ZONE = "UTC"
FIRST = date(2024, 9, 2)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def at(n: int, **more: int) -> datetime:
    return datetime.combine(day(n), datetime.min.time()) + timedelta(**more)


def by_day(number: int, *reaches: int | None, first: int = 0, **cells: Any) -> list[dict[str, Any]]:
    """The rows of Meta's export by day, of a post that was published on the first day."""
    return [
        post(number, Date=f"{day(n):%m/%d/%Y}", Publish_time=f"{FIRST:%m/%d/%Y} 08:00", Reach=reach, **cells)
        for n, reach in enumerate(reaches, first)
        if reach is not None
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([*by_day(1, 100, 150, 60, 20), *by_day(2, 30, 40, 5, 9)], (150, 414), id="whole days add up"),
        pytest.param([*by_day(1, 100, 150, 60), *by_day(2, 30, None, 40)], (150, None), id="a day is missing"),
        pytest.param([*by_day(1, 100, 150), *by_day(2, 30, 40, first=1)], (150, None), id="the first day is missing"),
        pytest.param([*by_day(1, 100), *by_day(2, 30)], (100, 130), id="one day is the whole of it"),
    ],
)
def test_no_day_is_a_posts_reach(world: World, rows: list[dict[str, Any]], expected: tuple[int, int | None]) -> None:
    world.drop("2024-10-01/days.csv", meta(*rows))
    total = world.campaign()
    assert (total["reach_at_least"], total["reach_at_most"]) == expected


def test_a_post_whose_reach_is_told_by_days_does_not_know_it_and_says_why(world: World) -> None:
    world.drop("2024-10-01/days.csv", meta(*by_day(1, 100, 150, Views=200)))
    tables = world.tables()
    (total,), (row,) = (tables[name].to_dicts() for name in ("campaign_totals", "post_totals"))
    assert (row["reach"], row["views"], total["reach_known"]) == (None, 400, 0)
    assert total["reach_basis"] == "at least: the largest post reach (known: 0, by days only: 1); at most: their sum"
    assert "reach: known day by day only" in tables["source_freshness"].row(0, named=True)["unknown"]


def test_a_reading_of_reach_after_the_days_takes_their_place_and_days_after_a_reading_add_to_it(world: World) -> None:
    world.drop("2024-10-01/days.csv", meta(*by_day(1, 100, 150)))
    world.drop("2024-09-20/life.csv", meta(post(1, Reach=180)))
    assert (world.campaign()["reach_at_least"], world.campaign()["reach_at_most"]) == (180, 180)
    world.drop("2024-10-01/more.csv", meta(*by_day(1, *(10 for _ in range(5)), first=18)))
    assert (world.campaign()["reach_at_least"], world.campaign()["reach_at_most"]) == (180, 230)
    world.drop("2024-10-02/gap.csv", meta(*by_day(1, 10, first=25)))
    assert (world.campaign()["reach_at_least"], world.campaign()["reach_at_most"]) == (180, None)


def test_over_a_quarter_the_largest_day_inside_it_is_reached_at_the_least(world: World) -> None:
    world.drop("2024-10-05/days.csv", meta(*by_day(1, 100, 150, 60), *by_day(1, 170, first=29)))
    quarters = world.table("campaign_periods", "2024-12-30").filter(pl.col("period").str.contains("Q"))
    assert dict(quarters.select("period", "reach_at_least").rows()) == {"FY2024-Q3": 150, "FY2024-Q4": 170}
    assert quarters["reach_at_most"].to_list() == [None, None]


SCHEMA = schema_of(contract.OBSERVATIONS) | {
    "load_id": pl.String,
    "is_measured": pl.Boolean,
    "observed_until": contract.TIMESTAMP,
}
MOMENT = timedelta(microseconds=1)
PHNOM_PENH = "Asia/Phnom_Penh"
BEFORE = datetime(2024, 9, 8, 17)
"""The end of the sixth day after the first in Phnom Penh."""


def reach_of(start: int, end: int, reach: int | None, **cells: Any) -> dict[str, Any]:
    """A reading of a post of x over days, which begin when they do in Phnom Penh."""
    days = {"period_start": day(start), "period_end": day(end), "period_opens_at": at(start, hours=-7)}
    return {"platform": "x", "post_id": "p", "load_id": "l", "observed_at": at(30), "reach": reach, **days, **cells}


def told(*rows: dict[str, Any], published_at: datetime | None = None, posts: str = "pq") -> list[tuple[Any, ...]]:
    """Post, connector, days, accounts and whether the post was published on them, whatever the order of the rows."""
    about = pl.DataFrame(
        [("x", post, published_at) for post in posts],
        schema={"platform": pl.String, "post_id": pl.String, "published_at": contract.TIMESTAMP}, orient="row",
    )  # fmt: skip
    loads = pl.DataFrame({"load_id": ["l", "m", "n"], "connector": ["x", "x", "y"]})
    results = []
    for some in (rows, rows[::-1]):
        observations = pl.LazyFrame([dict.fromkeys(SCHEMA) | row for row in some], schema=SCHEMA)
        over = of_days.over_days(observations, about, loads, BEFORE, PHNOM_PENH)
        assert over.columns == ["platform", "post_id", "connector", "period_start", "period_end", "ends_at", "least", "most", "is_first"]  # fmt: skip
        assert all(row["ends_at"] == at((row["period_end"] - FIRST).days, hours=17) - MOMENT for row in over.to_dicts())
        numbers = over.with_columns((pl.col("period_start", "period_end") - FIRST).dt.total_days())
        of_row = numbers.select("post_id", "connector", "period_start", "period_end", "least", "most", "is_first")
        results.append(sorted(of_row.rows()))
    assert results[0] == results[1]
    return results[0]


LATER = {"observed_at": at(31)}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([reach_of(1, 2, 60)], [("p", "x", 1, 2, 60, 60, False)]),
        ([reach_of(1, 2, None)], []),
        ([reach_of(1, 2, 60) | {"period_start": None}], []),
        ([reach_of(1, 2, 3500, rounded=["views", "reach"])], [("p", "x", 1, 2, 3450, 3599, False)]),
        ([reach_of(1, 2, 3500, rounded=["views"])], [("p", "x", 1, 2, 3500, 3500, False)]),
        ([reach_of(1, 2, 60, **LATER), reach_of(1, 2, 70)], [("p", "x", 1, 2, 60, 60, False)]),
        ([reach_of(1, 2, 60), reach_of(1, 2, 70, load_id="m")], [("p", "x", 1, 2, 70, 70, False)]),
        ([reach_of(1, 2, 60), reach_of(1, 2, 70)], [("p", "x", 1, 2, 70, 70, False)]),
        ([reach_of(1, 2, 60), reach_of(1, 2, 70, rounded=["reach"])], [("p", "x", 1, 2, 60, 60, False)]),
        ([reach_of(1, 2, 60), reach_of(1, 2, 70, load_id="n")], [("p", "x", 1, 2, 60, 60, False), ("p", "y", 1, 2, 70, 70, False)]),
        ([reach_of(1, 2, 60), reach_of(1, 3, 70), reach_of(2, 2, 8)],
         [("p", "x", 1, 2, 60, 60, False), ("p", "x", 1, 3, 70, 70, False), ("p", "x", 2, 2, 8, 8, False)]),
        ([reach_of(1, 2, 60), reach_of(1, 2, 70, post_id="q")], [("p", "x", 1, 2, 60, 60, False), ("q", "x", 1, 2, 70, 70, False)]),
        ([reach_of(1, 2, 60, post_id="nobody describes it")], [("nobody describes it", "x", 1, 2, 60, 60, False)]),
        ([reach_of(5, 6, 60), reach_of(6, 7, 9)], [("p", "x", 5, 6, 60, 60, False)]),
    ],
)  # fmt: skip
def test_of_each_source_and_days_that_are_over_the_newest_then_the_exact_then_the_larger_reach_counts(
    rows: list[dict[str, Any]], expected: list[tuple[Any, ...]]
) -> None:
    assert told(*rows) == expected


def test_a_day_of_the_totals_is_one_of_them_and_the_day_after_is_not() -> None:
    observations = pl.LazyFrame([dict.fromkeys(SCHEMA) | reach_of(5, 6, 60)], schema=SCHEMA)
    about = pl.DataFrame(schema={"platform": pl.String, "post_id": pl.String, "published_at": contract.TIMESTAMP})
    loads = pl.DataFrame({"load_id": ["l"], "connector": ["x"]})
    for before, rows in ((BEFORE, 1), (BEFORE - MOMENT, 0)):
        assert of_days.over_days(observations, about, loads, before, PHNOM_PENH).height == rows


@pytest.mark.parametrize(
    ("published_at", "is_first"),
    [
        (at(1, hours=-7), True), (at(1, hours=-7) - MOMENT, False), (at(2, hours=17) - MOMENT, True), (at(2, hours=17), False),
        (None, False),
    ],
)  # fmt: skip
def test_days_are_a_posts_first_where_it_was_published_on_them(published_at: datetime | None, is_first: bool) -> None:
    assert told(reach_of(1, 2, 60), published_at=published_at) == [("p", "x", 1, 2, 60, 60, is_first)]


Days = tuple[int, int, int, int] | tuple[int, int, int, int, str]


def bounds_by(
    days: Sequence[Days], first: Collection[int] = (), reach: tuple[int | None, bool | None, datetime | None] = (None, None, None)
) -> tuple[int, int | None, int] | None:  # fmt: skip
    """The least and the most by the end of a day, of days that begin with the post where they start on ``first``."""
    rows = [
        ("x", "p", source[0] if source else "x", day(start), day(end), at(end, hours=17) - MOMENT, least, most, start in first)
        for start, end, least, most, *source in days
    ]  # fmt: skip
    columns = {
        "platform": pl.String, "post_id": pl.String, "connector": pl.String, "period_start": pl.Date,
        "period_end": pl.Date, "ends_at": contract.TIMESTAMP, "least": pl.Int64, "most": pl.Int64, "is_first": pl.Boolean,
    }  # fmt: skip
    read = {"platform": pl.String, "post_id": pl.String, "reach": pl.Int64, "reach_exact": pl.Boolean, "reach_read_at": contract.TIMESTAMP}  # fmt: skip
    result = of_days.of_days(
        pl.DataFrame(rows, schema=columns, orient="row"), pl.DataFrame([("x", "p", *reach)], schema=read, orient="row")
    )
    assert result.schema == dict(of_days.OF_DAYS)
    return (*result.row(0)[2:4], (result["days_end"].item() - FIRST).days) if result.height else None


@pytest.mark.parametrize(
    ("days", "first", "reach", "expected"),
    [
        ([(0, 0, 9, 10), (1, 2, 20, 21)], [0], {}, (20, 31, 2)),
        ([(0, 0, 9, 10), (1, 2, 20, 21)], [], {}, (20, None, 2)),
        ([(0, 0, 9, 10), (2, 2, 20, 21)], [0], {}, (20, None, 2)),
        ([(-1, 0, 9, 10), (0, 0, 4, 5), (1, 1, 4, 5)], [-1, 0], {}, (9, 10, 1)),
        ([(0, 0, 9, 10), (1, 1, 20, 21), (1, 1, 7, 8, "y")], [0], {}, (20, 31, 1)),
        ([(0, 0, 9, 10), (1, 1, 20, 21), (0, 1, 7, 8, "y")], [0], {}, (20, None, 1)),
        ([(0, 0, 9, 10), (1, 1, 20, 21), (0, 1, 19, 20, "y")], [0], {}, (20, 20, 1)),
        ([(0, 0, 9, 10), (1, 1, 20, 21), (0, 0, 7, 8, "y"), (1, 2, 3, 4, "y")], [0], {}, (20, None, 2)),
        ([(0, 0, 9, 10), (1, 1, 20, 21), (0, 0, 27, 28, "y"), (1, 2, 3, 4, "y")], [0], {}, (27, 32, 2)),
        ([(2, 2, 9, 10)], [], {"reach": (50, True, at(2, hours=11))}, (50, None, 2)),
        ([(2, 2, 9, 10)], [], {"reach": (50, True, at(2, hours=12))}, (50, 60, 2)),
        ([(2, 2, 9, 10)], [], {"reach": (50, True, at(2, hours=17) - MOMENT)}, None),
        ([(2, 2, 9, 10)], [], {"reach": (50, True, at(2, hours=17) - 2 * MOMENT)}, (50, 60, 2)),
        ([(2, 2, 9, 10)], [], {"reach": (50, None, at(2, hours=12))}, (50, 60, 2)),
        ([(2, 2, 9, 10)], [], {"reach": (3500, False, at(2, hours=12))}, (3450, 3609, 2)),
        ([(2, 2, 90, 91)], [], {"reach": (50, True, at(2, hours=12))}, (90, 141, 2)),
        ([(1, 1, 90, 91), (2, 2, 9, 10)], [], {"reach": (50, True, at(2, hours=12))}, (50, 60, 2)),
        ([(1, 1, 5, 6), (2, 2, 9, 10)], [1], {"reach": (50, True, at(2, hours=12))}, (50, None, 2)),
        ([(1, 1, 45, 46), (2, 2, 9, 10)], [1], {"reach": (50, True, at(2, hours=12))}, (50, 56, 2)),
        ([(1, 1, 90, 91)], [], {"reach": (50, True, at(4))}, None),
    ],
)  # fmt: skip
def test_days_bound_a_posts_reach_from_its_publication_or_from_its_last_reading_on(
    days: list[Days], first: list[int], reach: dict[str, Any], expected: tuple[int, int | None, int] | None
) -> None:
    for some in (days, days[::-1]):
        assert bounds_by(some, first, **reach) == expected


def test_a_post_whose_reach_is_told_by_days_keeps_its_other_figures_and_no_reach_of_before() -> None:
    readings = pl.LazyFrame({"platform": ["x", "x"], "post_id": ["p", "q"], "reach": [5, 6], "views": [7, 8]})
    by_days = pl.DataFrame({"platform": ["x"], "post_id": ["p"]})
    kept = of_days.without_replaced(readings, by_days).collect().sort("post_id")
    assert kept.to_dict(as_series=False) == {"platform": ["x", "x"], "post_id": ["p", "q"], "reach": [None, 6], "views": [7, 8]}  # fmt: skip
    assert of_days.without_replaced(readings, by_days.clear()).collect().equals(readings.collect())


spans = st.lists(st.tuples(st.integers(-2, 7), st.integers(0, 5)), min_size=1, max_size=8, unique=True)
audiences = st.lists(st.sets(st.integers(0, 9)), min_size=8, max_size=8)


one_post = st.tuples(audiences, spans, st.none() | st.integers(0, 7), st.integers(0, 3))


@given(st.lists(one_post, min_size=5, max_size=5))
@settings(max_examples=40, deadline=None)  # of five posts each, since most of the time goes by the example
def test_the_truth_of_any_day_lies_within_the_bounds_of_the_days_by_its_end(
    posts: list[tuple[list[set[int]], list[tuple[int, int]], int | None, int]],
) -> None:
    """Simulated audiences, told over any days, with or without a reading since publication among them."""

    def reached(post: str, first: int, last: int) -> int:
        seen, _, _, published = posts[int(post)]
        shown = [who if n >= published else set() for n, who in enumerate(seen)]
        return len(set().union(*shown[max(first, 0) : max(last + 1, 0)]))

    told = {str(n): [(s, s + more) for s, more in spans if s + more <= 7] for n, (_, spans, _, _) in enumerate(posts)}
    rows = [
        {"post_id": post, "period_start": day(s), "period_end": day(e), "period_opens_at": at(s), "observed_at": at(30),
         "reach": reached(post, s, e)}
        for post, spans in told.items() for s, e in spans
    ]  # fmt: skip
    rows += [
        {"post_id": post, "observed_at": at(read_on + 1, hours=-1), "reach": reached(post, 0, read_on)}
        for post, (_, _, read_on, _) in zip(told, posts, strict=True)
        if read_on is not None
    ]
    common = {"platform": "facebook", "load_id": "l", "is_measured": True, "is_final": True}
    observations = pl.DataFrame([common | row for row in rows], schema=SCHEMA, orient="row").lazy()
    about = pl.DataFrame(
        [("facebook", post, at(published, hours=13)) for post, (_, _, _, published) in zip(told, posts, strict=True)],
        schema={"platform": pl.String, "post_id": pl.String, "published_at": contract.TIMESTAMP}, orient="row",
    )  # fmt: skip
    loads = pl.DataFrame({"load_id": ["l"], "connector": ["facebook"]})
    before = day_ends(day(7), ZONE)
    days = of_days.over_days(observations, about, loads, before, ZONE)
    lifetime = observations.filter(pl.col("period_start").is_null())
    read = latest.latest(lifetime, before, with_read_at=["reach"]).collect()
    every = about.select("platform", "post_id")  # a post is read where it has rows at all
    of_each = every.join(read, on=["platform", "post_id"], how="left")
    for row in of_days.of_days(days, of_each).iter_rows(named=True):
        post = row["post_id"]
        _, _, _, published = posts[int(post)]
        truth = reached(post, 0, (row["days_end"] - FIRST).days)
        assert row["days_least"] <= truth
        assert row["days_most"] is None or truth <= row["days_most"]
        is_whole = {published + n for n in range(8 - published)} <= {n for s, e in told[post] for n in range(s, e + 1)}
        assert row["days_most"] is not None or not is_whole
