"""Visits that links with a campaign's tags made. docs/rules.md: Visits by tags."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.columns import schema
from connectors.contract import TAGGED_VISITS
from tests.conftest import CAMPAIGN, World
from warehouse.figures.campaign_visits import of_chosen_days, tables

SITE = "2024-11-01/mekong.example"
SECOND = """
[[campaign]]
id = "debate"
activity = "1.1"
name = "The debate"
match = { hashtags = ["debate"] }
utm = ["Forum-2024", "debate"]
"""


def report(*rows: str, first: str = "20241001", last: str = "20241031") -> str:
    """Google Analytics' report of sessions by campaign, source and medium."""
    head = f"# Start date: {first}\n# End date: {last}\nSession campaign,Session source / medium,Sessions\n"
    return head + "\n".join(rows) + "\n"


OCTOBER = report(
    "forum-2024,facebook / social,120", "FORUM-2024,telegram / social,30", "other,newsletter / email,7",
    "(direct),(direct) / (none),800", "(not set),google / organic,50",
)  # fmt: skip


def visits(world: World, table: str = "campaign_visits") -> list[tuple[Any, ...]]:
    columns = ("visits", "other_tags", "untagged", "in_all", "days")
    rows = world.table(table)
    return rows.select(rows.columns[0], *columns).rows()


def test_visits_with_a_campaigns_tags_stand_beside_those_of_which_nothing_tells_the_campaign(world: World) -> None:
    world.plan(CAMPAIGN + 'utm = ["forum-2024"]\n')
    world.drop(f"{SITE}/a.csv", OCTOBER)
    assert visits(world) == [("forum", 150, 7, 850, 1007, 31)]
    tables = world.tables()
    totals = tables["campaign_totals"].row(by_predicate=pl.col("campaign_id") == "forum", named=True)
    assert (totals["visits"], totals["reach_at_least"], totals["reach_at_most"]) == (None, None, None)
    parts = tables["tagged_visits"].filter(campaign_ids="forum")
    assert parts.select("tag", "source", "medium", "visits").sort("tag").rows() == [
        ("FORUM-2024", "telegram", "social", 30), ("forum-2024", "facebook", "social", 120),
    ]  # fmt: skip


def test_a_tag_of_two_campaigns_counts_in_both_and_once_in_their_activity(world: World) -> None:
    world.plan(CAMPAIGN + 'utm = ["forum-2024"]\n' + SECOND)
    world.drop(f"{SITE}/a.csv", OCTOBER)
    assert [row[:2] for row in visits(world)] == [("debate", 150), ("forum", 150)]
    assert visits(world, "activity_visits") == [("1.1", 150, 7, 850, 1007, 31)]


def test_a_campaign_without_tags_in_the_plan_has_those_that_are_its_id_and_no_row_without_visits(world: World) -> None:
    world.drop(f"{SITE}/a.csv", report("Forum,facebook / social,5", "x,y / z,1"))
    assert visits(world) == [("forum", 5, 1, 0, 6, 31)]
    world.drop(f"{SITE.replace('-01', '-02')}/a.csv", report("x,y / z,1"))
    assert visits(world) == []


def test_of_tags_that_the_plan_names_and_no_visit_has_there_were_none(world: World) -> None:
    world.plan(CAMPAIGN + 'utm = ["forum-2024"]\n')
    world.drop(f"{SITE}/a.csv", report("x,y / z,1"))
    assert visits(world) == [("forum", 0, 1, 0, 1, 31)]


def test_no_day_counts_twice_and_the_newest_report_of_the_same_days_stands(world: World) -> None:
    world.plan(CAMPAIGN + 'utm = ["a"]\n')
    world.drop("2024-11-01/mekong.example/a.csv", report("a,x / y,5"))
    world.drop("2024-11-02/mekong.example/b.csv", report("a,x / y,6"))
    world.drop("2024-11-16/mekong.example/c.csv", report("a,x / y,100", first="20241015", last="20241115"))
    world.drop("2024-12-01/mekong.example/d.csv", report("a,x / y,7", first="20241101", last="20241130"))
    assert visits(world) == [("forum", 13, 0, 0, 13, 61)]


def test_visits_as_of_a_day_are_those_that_were_read_by_then(world: World) -> None:
    world.drop("2024-11-01/mekong.example/a.csv", report("forum,x / y,5"))
    assert world.table("campaign_visits", "2024-10-31").is_empty()
    assert world.table("campaign_visits", "2024-11-01").height == 1


def row(load: int, first: int, days: int, visits: int | None, **cells: Any) -> dict[str, Any]:
    start = date(2024, 10, 1) + timedelta(days=first)
    return {
        "load_id": f"{load}", "platform": "website", "account_id": "site", "tag": "a", "period_start": start,
        "period_end": start + timedelta(days=days), "visits": visits, "observed_at": datetime(2024, 12, 1 + load), "row": 1,
    } | cells  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=7))
def test_what_counts_covers_the_most_days_of_which_none_counts_twice(spans: list[tuple[int, int]]) -> None:
    rows = [row(load, first, days, 1) for load, (first, days) in enumerate(spans)]
    that_count = of_chosen_days(pl.DataFrame(rows, {"load_id": pl.String} | schema(TAGGED_VISITS)))
    days = [
        first + timedelta(days=number)
        for first, last in that_count.select("period_start", "period_end").rows()
        for number in range((last - first).days + 1)
    ]
    assert len(days) == len(set(days))
    most = 0
    for chosen in range(2 ** len(spans)):
        some = [span for at, span in enumerate(spans) if chosen >> at & 1]
        covered = [first + number for first, more in some for number in range(more + 1)]
        if len(covered) == len(set(covered)):
            most = max(most, len(covered))
    assert len(days) == most
    newest = {(first, days): load for load, (first, days) in enumerate(spans)}
    assert set(that_count["load_id"]) <= {str(load) for load in newest.values()}


@pytest.mark.parametrize(("caution", "visits"), [(None, 0), ("Google withheld rows with few users", None)])
def test_where_google_left_rows_out_no_visit_is_no_zero(caution: str | None, visits: int | None, world: World) -> None:
    world.plan(CAMPAIGN + 'utm = ["forum-2024"]\n')
    day = world.day()
    told = pl.DataFrame([row(1, 0, 0, 9, caution=caution)], dict(day.tagged_visits.schema))

    table = tables(replace(day, tagged_visits=told))["campaign_visits"]
    assert table.select("visits", "caution").rows() == [(visits, caution)]
