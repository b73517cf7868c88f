"""Rollups against plain Python that follows the rules word for word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import PLATFORMS, contract
from connectors.columns import schema as schema_of
from tests.conftest import World, meta, post, sheet
from tests.samples import studio_zip, video
from warehouse.figures.totals import group_totals, with_counting_post
from warehouse.reach import of_posts
from warehouse.readings import latest, lifetime
from warehouse.readings.latest import POST, newest

ZONE = "Asia/Phnom_Penh"
START = datetime(2024, 9, 1)
counts = st.none() | st.integers(0, 20)


def readings_of(rows: Iterable[dict[str, Any]]) -> pl.LazyFrame:
    """Observations as the store hands them on."""
    schema = schema_of(contract.OBSERVATIONS) | {
        "load_id": pl.String,
        "is_measured": pl.Boolean,
        "observed_until": contract.TIMESTAMP,
    }
    filled = [
        {"platform": "facebook", "load_id": "l", "row": 1, "is_final": True, "is_measured": True, **r} for r in rows
    ]
    return pl.DataFrame(filled, schema=schema, orient="row").lazy()


def totals_of(readings: pl.LazyFrame, groups: dict[str, str], before: datetime) -> dict[str, dict[str, Any]]:
    owned = (
        pl.DataFrame(
            [("facebook", post, group) for post, group in groups.items()],
            schema={"platform": pl.String, "post_id": pl.String, "campaign_id": pl.String},
            orient="row",
        )
        .with_columns(kind=pl.lit("post"))
        .lazy()
    )
    last = latest.latest(readings, before, with_read_at=("impressions", "reach")).with_columns(
        counts_as=pl.lit(None, pl.String),
        gone_since=pl.lit(None, pl.Date),
        is_watched=pl.lit(None, pl.Boolean),
        is_in_part=pl.lit(None, pl.Boolean),
    )
    bounded = of_posts.with_bounds(last.collect(), PLATFORMS, "UTC")
    posts = with_counting_post(bounded.lazy(), owned)
    totals = group_totals(posts, ["campaign_id"], before.date(), before, PLATFORMS).collect()
    return {row["campaign_id"]: row for row in totals.iter_rows(named=True)}


one_reading = st.fixed_dictionaries(
    {
        "post_id": st.sampled_from("abc"),
        "observed_at": st.integers(0, 4).map(lambda d: START + timedelta(days=d)),
        "views": counts,
        "shares": counts,
        "reach": counts,
        "rounded": st.sampled_from([None, ["views"], ["views", "reach"], ["shares"]]),
        "is_measured": st.booleans(),
    }
)
histories = st.lists(one_reading, max_size=12)
SEVERAL = 5
"""So many cases are one example, in one frame: most of the time goes by the example."""


def several(cases: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(cases, min_size=SEVERAL, max_size=SEVERAL)


def apart(each: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The readings of several histories, the number of its history before the name of each post."""
    return [row | {"post_id": f"{number}{row['post_id']}"} for number, rows in enumerate(each) for row in rows]


def last_known(history: list[dict[str, Any]], post: str, metric: str, before: datetime) -> int | None:
    """Rule 3: the last known reading; of one instant exact beats rounded, then the larger."""
    readings = [r for r in history if r["post_id"] == post and r["observed_at"] < before and r[metric] is not None]
    ranked = [(r["observed_at"], metric not in (r["rounded"] or ()), r[metric]) for r in readings]
    return max(ranked)[2] if ranked else None


@given(several(histories), st.integers(0, 5))
@settings(max_examples=150 // SEVERAL, deadline=None)
def test_a_metrics_total_is_the_sum_of_the_last_known_readings_and_says_how_many(
    each: list[list[dict[str, Any]]], days: int
) -> None:
    before, history = START + timedelta(days=days), apart(each)
    groups = {f"{n}{post}": f"{n}{group}" for n in range(SEVERAL) for post, group in zip("abc", "xxy", strict=True)}
    totals = totals_of(readings_of(history), groups, before)
    for group in set(groups.values()):
        posts = [p for p, g in groups.items() if g == group]
        seen = {r["post_id"] for r in history if r["observed_at"] < before} & set(posts)
        assert (group in totals) == bool(seen)
        for metric in ("views", "shares") if seen else ():
            values = [v for p in posts if (v := last_known(history, p, metric, before)) is not None]
            assert totals[group][metric] == (sum(values) if values else None)
            assert totals[group][f"{metric}_known"] == len(values)
            assert totals[group]["posts"] == len(seen)


@given(several(histories))
@settings(max_examples=60 // SEVERAL, deadline=None)
def test_the_order_of_readings_leaves_no_trace(each: list[list[dict[str, Any]]]) -> None:
    before, history = START + timedelta(days=9), apart(each)
    one = latest.latest(readings_of(history), before).collect().sort(POST)
    other = latest.latest(readings_of(reversed(history)), before).collect().sort(POST)
    assert one.equals(other)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in memory: it takes longer to start than an example does."""
    with duckdb.connect() as opened:
        yield opened


@given(several(histories))
@settings(max_examples=60 // SEVERAL, deadline=None)
def test_sums_agree_with_duckdbs_where_all_are_unknown_too(
    connection: duckdb.DuckDBPyConnection, each: list[list[dict[str, Any]]]
) -> None:
    before, history = START + timedelta(days=9), apart(each)
    last = latest.latest(readings_of(history), before).collect()
    groups = {f"{number}{post}": str(number) for number in range(SEVERAL) for post in "abc"}
    totals = totals_of(readings_of(history), groups, before)
    connection.register("latest", last.to_arrow())
    sums_of_duckdb = connection.execute(
        "select left(post_id, 1), sum(views)::bigint, sum(shares)::bigint, count(views) from latest group by all"
    ).fetchall()
    assert sorted(sums_of_duckdb) == [
        (group, total["views"], total["shares"], total["views_known"]) for group, total in sorted(totals.items())
    ]


@given(several(st.lists(st.tuples(st.integers(0, 500), st.booleans()), min_size=1, max_size=8)))
@settings(max_examples=80 // SEVERAL, deadline=None)
def test_bounds_hold_the_true_union_whatever_overlaps(each: list[list[tuple[int, bool]]]) -> None:
    """Sets of accounts: every post's either from the start of one line of accounts, or its own stretch of it."""
    campaigns: list[list[set[int]]] = []
    for posts in each:
        sets, end = [], 0
        for size, is_nested in posts:
            sets.append(set(range(size)) if is_nested else set(range(end, end + size)))
            end += size
        campaigns.append(sets)
    history = apart(
        [{"post_id": f"-{n}", "observed_at": START, "reach": len(s)} for n, s in enumerate(sets)] for sets in campaigns
    )
    groups = {row["post_id"]: row["post_id"].partition("-")[0] for row in history}
    totals = totals_of(readings_of(history), groups, START + timedelta(days=1))
    for number, sets in enumerate(campaigns):
        total, truth = totals[str(number)], len(set().union(*sets))
        assert total["reach_at_least"] <= truth <= total["reach_at_most"]
        assert total["reach_at_least"] == max(map(len, sets))


@given(several(st.integers(0, 99_999_999)))
@settings(max_examples=100 // SEVERAL, deadline=None)
def test_a_rounded_reach_is_taken_for_all_that_it_can_stand_for(each: list[int]) -> None:
    printed: dict[str, int] = {}
    for number, accounts in enumerate(each):
        digits = max(len(str(accounts)) - 2, 0)
        printed |= {f"{number} rounded": round(accounts, -digits), f"{number} cut": accounts - accounts % 10**digits}
    history = [{"post_id": p, "observed_at": START, "reach": n, "rounded": ["reach"]} for p, n in printed.items()]
    totals = totals_of(readings_of(history), {post: post for post in printed}, START + timedelta(days=1))
    assert set(totals) == set(printed)
    for post_id, total in totals.items():
        assert total["reach_at_least"] <= each[int(post_id.split()[0])] <= total["reach_at_most"]


periods = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 5), counts), max_size=8)
Walk = tuple[list[tuple[int, int, int | None]], int, int | None]


@given(several(st.tuples(periods, st.integers(0, 6), counts)))
@settings(max_examples=150 // SEVERAL, deadline=None)
def test_gains_reach_exactly_the_days_that_a_walk_from_a_known_day_reaches(each: list[Walk]) -> None:
    day = [date(2024, 9, 1) + timedelta(days=n) for n in range(20)]
    history: list[dict[str, Any]] = [
        {
            "post_id": str(number), "load_id": "gains", "observed_at": START + timedelta(days=40), "period_start": day[start],
            "period_end": day[start + length], "period_opens_at": datetime(2024, 9, 1) + timedelta(days=start), "views": gain,
        }
        for number, (steps, _, _) in enumerate(each) for start, length, gain in steps
    ]  # fmt: skip
    history += [
        {"post_id": str(n), "load_id": f"{n}", "observed_at": START + timedelta(days=known_on), "views": total}
        for n, (_, known_on, total) in enumerate(each)
    ]
    published = {"platform": "facebook", "published_at": datetime(2023, 1, 1), "kind": "video"}
    posts = pl.LazyFrame([published | {"post_id": str(number)} for number in range(SEVERAL)])
    loads = pl.LazyFrame(
        {"load_id": ["gains", *map(str, range(SEVERAL))], "connector": "youtube", "received_at": datetime(2025, 1, 1),
         "observed_on": [None, *(day[known_on] for _, known_on, _ in each)]}
    )  # fmt: skip
    readings = lifetime.readings(readings_of(history), posts, loads, ZONE).collect()
    chained = readings.filter((pl.col("load_id") == "gains") & pl.col("views").is_not_null())
    ends = {d: (datetime(d.year, d.month, d.day) + timedelta(hours=17) - timedelta(microseconds=1)) for d in day}
    for number, (steps, known_on, total) in enumerate(each):
        reached: dict[date, set[int]] = {day[known_on]: {total}} if total is not None else {}
        for _ in steps:
            for start, length, gain in steps:
                before, end = day[start - 1], day[start + length]
                if gain is not None and before in reached:
                    reached.setdefault(end, set()).update(v + gain for v in reached[before])
        of_post = chained.filter(pl.col("post_id") == str(number))
        got = dict(of_post.select("observed_at", "views").iter_rows())
        assert set(got) == {ends[d] for d in reached if d != day[known_on]}
        assert all(got[ends[d]] in values for d, values in reached.items() if d != day[known_on])


def test_consecutive_periods_add_up_to_the_whole() -> None:
    day = date(2024, 9, 1)
    history: list[dict[str, Any]] = [
        {"post_id": "a", "load_id": "base", "observed_at": START, "views": 100, "reach": 9}
    ]
    for n in range(1, 60):
        today = day + timedelta(days=n)
        history.append(
            {"post_id": "a", "load_id": "gains", "observed_at": START, "period_start": today, "period_end": today,
             "period_opens_at": START + timedelta(days=n), "views": n, "reach": 5}
        )  # fmt: skip
    posts = pl.LazyFrame(
        {"platform": ["facebook"], "post_id": ["a"], "published_at": [datetime(2023, 1, 1)], "kind": ["video"]}
    )
    loads = pl.LazyFrame(
        {"load_id": ["gains", "base"], "connector": ["youtube"] * 2, "received_at": [datetime(2025, 1, 1)] * 2,
         "observed_on": [None, day]}
    )  # fmt: skip
    last = latest.latest(lifetime.readings(readings_of(history), posts, loads, ZONE), datetime(2025, 1, 1)).collect()
    assert last.select("views", "reach").row(0) == (100 + sum(range(1, 60)), 9)


def test_the_newest_undamaged_value_of_each_column_describes_a_post() -> None:
    rows = [
        {"post_id": "a", "observed_at": START, "text": "whole", "kind": "post", "is_damaged": False, "load_id": "1"},
        {"post_id": "a", "observed_at": START + timedelta(days=1), "text": "?????", "kind": "video", "is_damaged": True, "load_id": "2"},
        {"post_id": "a", "observed_at": START + timedelta(days=2), "text": None, "kind": "short", "is_damaged": False, "load_id": "3"},
        {"post_id": "a", "observed_at": START + timedelta(days=9), "text": "later", "kind": None, "is_damaged": False, "load_id": "4"},
        {"post_id": "b", "observed_at": START + timedelta(days=9), "text": "only later", "kind": "post", "is_damaged": False, "load_id": "4"},
    ]  # fmt: skip
    description = (
        newest(pl.LazyFrame(rows).with_columns(row=pl.lit(1)), ["post_id"], START + timedelta(days=3))
        .collect()
        .sort("post_id")
    )
    assert description.select("post_id", "text", "kind").rows() == [
        ("a", "whole", "short"),
        ("b", "only later", "post"),
    ]


def test_an_unknown_metric_is_not_zero(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Shares=2), post(2, Views="", Shares=3)))
    total = world.campaign()
    assert (total["views"], total["views_known"], total["posts"]) == (10, 1, 2)
    assert (total["shares"], total["shares_known"]) == (5, 2)


def test_a_metric_that_no_post_knows_is_null(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), without=["Shares"]))
    total = world.campaign()
    assert (total["shares"], total["shares_known"]) == (None, 0)
    assert total["saves"] is None


def test_a_youtube_export_without_a_shares_column_has_unknown_shares(world: World) -> None:
    world.drop("Content 2024-09-01_2024-12-01 Our channel.zip", studio_zip("", "", [video("Sep 27, 2024", Views=7)]))
    total = world.campaign()
    assert (total["views"], total["shares"], total["shares_known"]) == (7, None, 0)


def test_the_engagements_count_only_what_is_known(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reactions=5, Comments=1), post(2)))
    total = world.campaign()
    assert (total["engagements"], total["engagements_known"]) == (6, 1)


def test_listeners_of_radio_stay_outside_and_are_counted_apart(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100)))
    world.drop(
        "2024-10-01/outreach.csv",
        "no,date,kind,station,title,organisation,link,audience,audience_source,note\n"
        "1,2024-09-20,radio,Radio A,Talk show #forum,,,50000,the station,\n",
    )
    total = world.campaign()
    assert (total["posts"], total["outreach"], total["reach_at_most"]) == (1, 1, 100)


def test_a_post_not_read_for_two_weeks_is_stale(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    assert [world.campaign(day)["stale"] for day in ("2024-10-15", "2024-10-16")] == [0, 1]


def test_totals_say_how_many_posts_rest_on_typed_figures(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    row = {"no": 1, "platform": "tiktok", "account": "A", "title": "x #forum", "published": "2024-09-03", "views": 5}
    world.drop("2024-10-01/s.csv", sheet(row))
    total = world.campaign()
    assert (total["posts"], total["entered"]) == (2, 1)
