"""Which readings of posts a day looks at."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from connectors import PLATFORMS
from flows.steps import night
from tests.conftest import World, meta, post
from warehouse import post_readings
from warehouse.day import Day, day_of
from warehouse.history.counting import POSTS
from warehouse.history.store import open_store


@pytest.fixture
def daily(world: World) -> World:
    for day in range(1, 5):
        rows = [post(n, Views=day * n) for n in range(1, 8)]
        world.drop(f"2024-10-0{day}/a.csv", meta(*rows))
    world.load()
    return world


def test_readings_that_can_still_count_are_had_whole_a_part_of_the_posts_at_a_time(
    daily: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_readings, "ROWS_AT_ONCE", 8)
    good = night.read_plan(daily.workspace)
    with open_store(daily.workspace.warehouse_file, read_only=True) as store:
        day: Day = day_of(store, good.plan, PLATFORMS, date(2024, 12, 30), is_counting=True)
        assert day.every_reading.collect().height == 7 * 2, "the last one of the days that are over, and of the newest"
        assert day.in_parts
        wanted = day.posts.select("platform", "post_id").head(5)
        parts = [readings.collect() for _, readings in day.in_parts(wanted)]
    assert len(parts) > 1
    together = pl.concat(parts)
    assert together.height == 5 * 4
    assert together.select(list(POSTS)).unique().sort(list(POSTS)).equals(wanted.sort(list(POSTS)))


def test_spans_are_cut_where_a_fiscal_quarter_begins_and_the_day_of_the_newest_reading(daily: World) -> None:
    plan = night.read_plan(daily.workspace).plan
    with open_store(daily.workspace.warehouse_file, read_only=True) as store:
        span = post_readings.span_of(store, plan, datetime(2025, 1, 15))
        assert post_readings.span_of(store, plan, datetime(2024, 1, 1)).cuts == ()
    newest = datetime(2024, 10, 3, 17)
    assert span.cuts == (datetime(2024, 9, 30, 17), newest, datetime(2024, 12, 31, 17))
