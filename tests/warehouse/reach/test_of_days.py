"""Reach over days bounds reach since publication, and is never taken for it. docs/rules.md: Reach by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import contract
from tests.conftest import World, meta, post
from warehouse.day import day_ends
from warehouse.reach import of_days
from warehouse.readings import latest

ZONE = "UTC"
FIRST = date(2024, 9, 2)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


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
    quarters = world.tables("2024-12-30")["campaign_periods"].filter(pl.col("period").str.contains("Q"))
    assert dict(quarters.select("period", "reach_at_least").rows()) == {"FY2024-Q3": 150, "FY2024-Q4": 170}
    assert quarters["reach_at_most"].to_list() == [None, None]


spans = st.lists(st.tuples(st.integers(-2, 7), st.integers(0, 5)), min_size=1, max_size=8, unique=True)
audiences = st.lists(st.sets(st.integers(0, 9)), min_size=8, max_size=8)


@given(seen=audiences, spans=spans, read_on=st.none() | st.integers(0, 7), published=st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_the_truth_of_any_day_lies_within_the_bounds_of_the_days_by_its_end(
    seen: list[set[int]], spans: list[tuple[int, int]], read_on: int | None, published: int
) -> None:
    """A simulated audience, told over any days, with or without a reading since publication among them."""
    shown = [who if n >= published else set() for n, who in enumerate(seen)]

    def reached(first: int, last: int) -> int:
        return len(set().union(*shown[max(first, 0) : max(last + 1, 0)]))

    told = [(first, first + more) for first, more in spans if first + more <= 7]
    rows = [
        {"period_start": day(s), "period_end": day(e), "period_opens_at": at(s), "observed_at": at(30), "reach": reached(s, e)}
        for s, e in told
    ]  # fmt: skip
    rows += [] if read_on is None else [{"observed_at": at(read_on + 1, hours=-1), "reach": reached(0, read_on)}]
    common = {"platform": "facebook", "post_id": "p", "load_id": "l", "is_measured": True, "is_final": True}
    schema = contract.schema(contract.OBSERVATIONS) | {
        "load_id": pl.String,
        "is_measured": pl.Boolean,
        "observed_until": contract.TIMESTAMP,
    }
    observations = pl.DataFrame([common | row for row in rows], schema=schema, orient="row").lazy()
    about = pl.DataFrame(
        [("facebook", "p", at(published, hours=13))],
        schema={"platform": pl.String, "post_id": pl.String, "published_at": contract.TIMESTAMP}, orient="row",
    )  # fmt: skip
    loads = pl.DataFrame({"load_id": ["l"], "connector": ["facebook"]})
    before = day_ends(day(7), ZONE)
    days = of_days.over_days(observations, about, loads, before, ZONE)
    lifetime = observations.filter(pl.col("period_start").is_null())
    read = latest.latest(lifetime, before, with_read_at=["reach"]).collect()
    if not read.height:  # a post is read where it has rows at all
        read = about.select("platform", "post_id").with_columns(
            reach=pl.lit(None, pl.Int64), reach_exact=pl.lit(None, pl.Boolean), reach_read_at=pl.lit(None, contract.TIMESTAMP)
        )  # fmt: skip
    for row in of_days.of_days(days, read).iter_rows(named=True):
        truth = reached(0, (row["days_end"] - FIRST).days)
        assert row["days_least"] <= truth
        assert row["days_most"] is None or truth <= row["days_most"]
        is_whole = {published + n for n in range(8 - published)} <= {n for s, e in told for n in range(s, e + 1)}
        assert row["days_most"] is not None or not is_whole


def at(n: int, **more: int) -> datetime:
    return datetime.combine(day(n), datetime.min.time()) + timedelta(**more)
