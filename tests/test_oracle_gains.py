"""Gains: the oracle on histories worked out by hand, and against the engine once that has gains.

To switch the comparison on: set :data:`IS_THERE`, and let :func:`engine_gains` and :func:`engine_daily` call the engine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.conftest import CAMPAIGN, META, OTHER_PAGE, PAGE, PLAN, World, post
from tests.histories import FIRST, Case, cases, drop, new_world
from tests.oracle import File
from tests.test_oracle import EXAMPLES, SETTINGS, differences
from warehouse import plan

IS_THERE = False
SPAN = (date(2024, 10, 1), date(2024, 10, 31))


def engine_gains(world: World, start: date, end: date) -> Mapping[str, pl.DataFrame]:
    """The engine's tables of totals over a span: name -> table, with the columns of the published ones."""
    raise NotImplementedError


def engine_daily(world: World, as_of: date) -> pl.DataFrame:
    """The engine's ``campaign_daily``; its day is in a column ``day``."""
    raise NotImplementedError


needs_gains = pytest.mark.skipif(not IS_THERE, reason="the engine has no gains yet")


# --------------------------------------------------------------------------- by hand


def export(day: str, *rows: Mapping[str, Any]) -> File:
    """An export in a dated folder."""
    cells = tuple({name: str(value) for name, value in row.items()} for row in rows)
    return File(f"{day}/a.csv", datetime(2024, 12, 30), "meta", META, cells)


def forum(*files: File, start: date = SPAN[0], end: date = SPAN[1]) -> dict[str, Any]:
    return oracle.gains(files, plan.parse(PLAN + CAMPAIGN), start, end)["campaign_totals"][("forum",)]


def days(*files: File, as_of: date = date(2024, 12, 30)) -> dict[date, tuple[int | None, int, int | None]]:
    found = oracle.daily(files, plan.parse(PLAN + CAMPAIGN), as_of)
    return {day: (row["views"], row["views_known"], row["days_covered"]) for (_, day), row in sorted(found.items())}


def test_a_gain_is_the_difference_of_the_last_readings_in_and_before_the_span() -> None:
    files = [
        export(f"2024-{day}", post(1, Views=views))
        for day, views in (("09-20", 5), ("09-30", 10), ("10-10", 15), ("10-31", 40), ("11-01", 99))
    ]
    assert forum(*files)["views"] == 30


def test_a_gain_may_be_negative() -> None:
    total = forum(export("2024-09-30", post(1, Reactions=10)), export("2024-10-10", post(1, Reactions=8)))
    assert (total["likes"], total["likes_known"], total["engagements"]) == (-2, 1, -2)


def test_a_gain_without_a_reading_inside_the_span_is_unknown_and_the_post_still_counts() -> None:
    total = forum(export("2024-09-30", post(1, Views=10)))
    assert (total["posts"], total["views"], total["views_known"]) == (1, None, 0)


def test_a_gain_counts_from_0_where_the_post_was_published_inside_and_is_unknown_where_nothing_was_read_before() -> (
    None
):
    new = post(1, Views=7) | {"Publish time": "10/15/2024 08:00"}
    total = forum(export("2024-10-20", new, post(2, Views=100)))
    assert (total["posts"], total["views"], total["views_known"]) == (2, 7, 1)


def test_gains_are_known_metric_by_metric() -> None:
    total = forum(export("2024-09-30", post(1, Views=10)), export("2024-10-10", post(1, Views=12, Shares=4)))
    assert (total["views"], total["shares"], total["shares_known"]) == (2, None, 0)


def test_of_reach_only_the_largest_single_gain_is_said() -> None:
    before = export("2024-09-30", post(1, Reach=10), post(2, OTHER_PAGE, Reach=10))
    total = forum(before, export("2024-10-10", post(1, Reach=50), post(2, OTHER_PAGE, Reach=30)))
    assert (total["reach_at_least"], total["reach_at_most"], total["reach_known"]) == (40, None, 2)


def test_a_span_ends_with_its_last_day_of_the_reporting_zone() -> None:
    files = [File(f"{n}.csv", at, "meta", META, export("2024-01-01", {**post(1), "Views": views}).rows)
             for n, (at, views) in enumerate(((datetime(2024, 9, 30, 16, 59), 1), (datetime(2024, 10, 31, 16, 59), 5),
                                              (datetime(2024, 10, 31, 17, 0), 9)))]  # fmt: skip
    assert forum(*files)["views"] == 4


def test_a_cross_posted_videos_gain_counts_once() -> None:
    def rows(views: int) -> list[dict[str, Any]]:
        own = {"Views": views, "Reactions": 5, "Comments": 1, "Shares": 2, "Is crosspost": 1, "Description": "#forum"}
        return [post(1, PAGE, **own), post(2, OTHER_PAGE, **own)]

    total = forum(export("2024-09-30", *rows(10)), export("2024-10-10", *rows(15)))
    assert (total["posts"], total["views"]) == (1, 5)


def test_a_days_gain_is_on_the_last_known_reading_before_it_and_says_how_many_days_it_covers() -> None:
    files = [
        export(f"2024-{day}", post(1, Views=views)) for day, views in (("09-05", 10), ("09-06", 12), ("09-20", 11))
    ]
    assert days(*files) == {date(2024, 9, 5): (10, 1, 4), date(2024, 9, 6): (2, 1, 1), date(2024, 9, 20): (-1, 1, 14)}


def test_days_covered_is_the_largest_of_a_days_gains() -> None:
    first = export("2024-09-05", post(1, Views=10))
    assert days(first, export("2024-09-06", post(1, Views=12), post(2, Views=4))) == {
        date(2024, 9, 5): (10, 1, 4),
        date(2024, 9, 6): (6, 2, 5),
    }


# --------------------------------------------------------------------------- against the engine


@needs_gains
@settings(SETTINGS, max_examples=max(EXAMPLES // 2, 1))
@given(case=cases(), start=st.dates(FIRST, date(2024, 12, 20)), length=st.integers(0, 100))
def test_the_engine_and_the_oracle_agree_on_the_gains_of_a_span(case: Case, start: date, length: int) -> None:
    end = date.fromordinal(min(start.toordinal() + length, date(2025, 1, 10).toordinal()))
    with tempfile.TemporaryDirectory() as folder:
        world = new_world(Path(folder) / "workspace", case.plans)
        drop(world, case.files)
        world.load()
        engine = engine_gains(world, start, end)
        ours = oracle.gains(case.files, plan.parse(case.plan), start, end)
        found = [line for name, rows in ours.items() for line in differences(name, engine[name], rows)]
        assert not found, f"from {start} to {end}:\n" + "\n".join(found[:30])


@needs_gains
@settings(SETTINGS, max_examples=max(EXAMPLES // 2, 1))
@given(case=cases())
def test_the_engine_and_the_oracle_agree_on_every_day(case: Case) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = new_world(Path(folder) / "workspace", case.plans)
        drop(world, case.files)
        world.load()
        ours = oracle.daily(case.files, plan.parse(case.plan), case.days[0])
        found = differences("campaign_daily", engine_daily(world, case.days[0]), ours)
        assert not found, f"as of {case.days[0]}:\n" + "\n".join(found[:30])
