"""Gains over a span, each day and each fiscal period. docs/rules.md: Lifetime counters."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from flows.steps import night
from tests.conftest import CAMPAIGN, PLAN, World, meta, post
from tests.samples import studio_zip, video
from tests.warehouse.publish.report.forum import asset
from warehouse.figures import build, periods
from warehouse.history import rows


def in_days(world: World, start: str, end: str, by: str = "campaign") -> dict[str, Any]:
    """The first row of totals over days."""
    state = world.day(end)
    return build.gained(state, date.fromisoformat(start))[f"{by}_totals"].row(0, named=True)


def test_the_gain_of_a_span_is_the_difference_of_two_readings(world: World) -> None:
    for day, views in (("2024-09-30", 100), ("2024-10-15", 140), ("2024-10-31", 150), ("2024-11-05", 155)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    total = in_days(world, "2024-10-01", "2024-10-31")
    assert (total["views"], total["views_known"], total["posts"], total["posts_first_seen"]) == (50, 1, 1, 0)


def test_a_post_published_within_the_days_began_at_zero(world: World) -> None:
    world.drop("2024-10-15/a.csv", meta(post(1, Views=140)))
    total = in_days(world, "2024-09-01", "2024-10-31")
    assert (total["views"], total["baselines_unknown"], total["accounts_first_seen"]) == (140, 0, 1)


def test_a_gain_without_an_earlier_reading_is_unknown_and_counted_as_such(world: World) -> None:
    world.drop("2024-10-15/a.csv", meta(post(1, Views=140)))
    total = in_days(world, "2024-10-01", "2024-10-31")
    assert (total["views"], total["views_known"], total["posts"], total["baselines_unknown"]) == (None, 0, 1, 1)


def test_days_without_a_reading_gain_nothing_that_is_known(world: World) -> None:
    world.drop("2024-09-30/a.csv", meta(post(1, Views=100)))
    total = in_days(world, "2024-10-01", "2024-10-31")
    assert (total["posts"], total["views"], total["baselines_unknown"]) == (1, None, 0)


def test_likes_that_a_platform_takes_back_are_a_negative_gain(world: World) -> None:
    for day, likes in (("2024-09-30", 10), ("2024-10-15", 8)):
        world.drop(f"{day}/a.csv", meta(post(1, Reactions=likes)))
    assert in_days(world, "2024-10-01", "2024-10-31")["likes"] == -2


def test_over_days_the_largest_gain_of_reach_is_all_that_is_known(world: World) -> None:
    world.drop("2024-09-30/a.csv", meta(post(1, Reach=10), post(2, Reach=20)))
    world.drop("2024-10-15/a.csv", meta(post(1, Reach=40), post(2, Reach=25)))
    total = in_days(world, "2024-10-01", "2024-10-31")
    assert (total["reach_at_least"], total["reach_at_most"], total["reach_known"]) == (30, None, 2)


def test_a_gain_falls_on_the_day_of_the_next_reading(world: World) -> None:
    for day, views in (("2024-09-05", 100), ("2024-09-10", 140), ("2024-09-11", 141)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    daily = world.table("campaign_daily")
    assert daily.select("day", "views", "days_covered").rows() == [
        (date(2024, 9, 5), 100, 4), (date(2024, 9, 10), 40, 5), (date(2024, 9, 11), 1, 1)
    ]  # fmt: skip


def test_periods_of_older_posts_are_gains_where_no_total_is_known(world: World) -> None:
    for start, end, views in (("10-01", "10-31", 20), ("11-01", "11-30", 3)):
        name = f"Content 2024-{start}_2024-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2023", Views=views)]))
    assert in_days(world, "2024-10-01", "2024-11-30")["views"] == 23
    assert in_days(world, "2024-11-01", "2024-11-30")["views"] == 3
    assert in_days(world, "2024-11-15", "2024-11-30")["views"] is None


def test_fiscal_periods_begin_as_the_plan_sets_them(world: World) -> None:
    world.workspace.plan_file.write_text(
        (PLAN + CAMPAIGN).replace('"Asia/Phnom_Penh"', '"Asia/Phnom_Penh"\nfiscal_year_starts = 10')
    )
    for day, views in (("2024-09-30", 100), ("2024-10-15", 140), ("2025-01-01", 150)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    quarters = world.table("campaign_periods", "2025-02-01")
    assert dict(quarters.select("period", "views").rows()) == {
        "FY2024": 100, "FY2024-Q4": 100, "FY2025": 50, "FY2025-Q1": 40, "FY2025-Q2": 10
    }  # fmt: skip
    assert dict(quarters.select("period", "is_over").rows())["FY2025-Q2"] is False


@pytest.mark.parametrize("rows_at_once", [1, 2, 4])
def test_fiscal_periods_are_the_same_however_many_are_added_up_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    for day, views in (("2024-03-30", 100), ("2024-08-15", 140), ("2025-01-01", 150)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views), post(2, Views=2 * views)))
    day = world.day("2025-02-01")
    source = periods.source(day)
    at_once = periods.by_fiscal_period(day, source)
    monkeypatch.setattr(periods, "_ROWS_AT_ONCE", rows_at_once)
    in_turn = periods.by_fiscal_period(day, source)
    assert {name: table.height for name, table in at_once.items()} == dict.fromkeys(periods.PERIODS, 5)
    for name, table in at_once.items():
        assert_frame_equal(table, in_turn[name], check_row_order=False)


def test_above_campaigns_a_post_counts_once_in_a_period_and_gains_are_those_of_the_same_days(world: World) -> None:
    twin, elsewhere = (
        CAMPAIGN.replace('"forum"', f'"{name}"', 1).replace('"1.1"', f'"{activity}"')
        for name, activity in (("twin", "1.1"), ("elsewhere", "1.2"))
    )
    world.plan(CAMPAIGN + twin + elsewhere)
    for day, views in (("2024-09-30", 100), ("2024-12-15", 140)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views), post(2, Views=3 * views)))
    day = world.day()
    tables = world.tables()
    for name, by in periods.PERIODS.items():
        rows = tables[name].rows(named=True)
        assert {row["period"]: row["views"] for row in rows} == {"FY2024": 560, "FY2024-Q3": 400, "FY2024-Q4": 160}
        for row in rows:
            totals = build.gained(day, row["period_start"], min(row["period_end"], day.as_of))
            of_days = totals[name.replace("_periods", "_totals")].rows(named=True)
            [total] = [one for one in of_days if all(one[column] == row[column] for column in by)]
            same = set(total) & set(row) - {"period_end", "stale"}
            assert {column: row[column] for column in same} == {column: total[column] for column in same}
    assert [tables[name].height for name in periods.PERIODS] == [9, 6, 3]


@pytest.mark.parametrize("is_long", [False, True])
def test_what_an_asset_gained_by_day_is_that_of_its_posts_alone_however_long_the_history(
    world: World, monkeypatch: pytest.MonkeyPatch, is_long: bool
) -> None:
    world.plan(CAMPAIGN + asset("clip", None, 1, 2) + asset("later", None, 3))
    for day, views in (("2024-09-10", 100), ("2024-09-12", 140), ("2024-10-01", 150)):
        world.drop(f"{day}/a.csv", meta(*(post(at, Views=views * 2**at) for at in range(1, 5))))
    monkeypatch.setattr(rows, "LONG", -1 if is_long else 10**9)
    world.load()
    computed = night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))
    assert (computed.day.in_parts is not None) == is_long
    gained = computed.days_of_assets.sort("asset_id", "day").select("asset_id", "day", "views", "posts").rows()
    assert gained == [
        (name, date(2024, *on), views * posts_and_twos[1], posts_and_twos[0])
        for name, posts_and_twos in (("clip", (2, 2 + 4)), ("later", (1, 8)))
        for on, views in (((9, 10), 100), ((9, 12), 40), ((10, 1), 10))
    ]


def test_a_plan_without_assets_has_no_days_of_any(world: World) -> None:
    world.drop("2024-09-10/a.csv", meta(post(1, Views=100)))
    without = periods.by_day_of_assets(world.day())
    world.plan(CAMPAIGN + asset("clip", None, 1))
    with_one = periods.by_day_of_assets(world.day())
    assert (without.height, with_one.height) == (0, 1)
    assert without.select(with_one.columns).schema == with_one.schema
