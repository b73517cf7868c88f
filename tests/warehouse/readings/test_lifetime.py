"""Gains over periods add up to totals where a total is known. docs/rules.md: Lifetime counters."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import METRIC_COLUMNS, TIMESTAMP
from tests.conftest import CAMPAIGN, World, meta, post
from tests.samples import linkedin_book, studio_zip, video
from tests.warehouse.evidence.test_readings_behind import explained
from warehouse.readings import lifetime
from warehouse.readings.latest import latest

ZONE = "Asia/Phnom_Penh"
DAY_ENDS = datetime(2024, 9, 30, 17) - timedelta(microseconds=1)
"""The last instant of 30 September 2024 in Phnom Penh."""


def test_a_period_in_which_the_video_was_published_is_its_lifetime_as_of_the_last_day(world: World) -> None:
    export = studio_zip("", "", [video("Sep 27, 2024", Views=7)])
    world.drop("2025-01-31/Content 2024-09-01_2024-10-31 Our channel.zip", export)
    assert world.campaign("2024-10-30")["posts"] == 0
    assert world.campaign("2024-10-31")["views"] == 7


def test_gains_chain_through_periods_that_begin_the_day_after(world: World) -> None:
    for start, end, views in (("09-01", "09-30", 100), ("10-01", "10-31", 20), ("11-01", "11-30", 3)):
        name = f"Content 2024-{start}_2024-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2024", Views=views)]))
    views = {day: world.campaign(day)["views"] for day in ("2024-09-30", "2024-10-31", "2024-11-29", "2024-11-30")}
    assert views == {"2024-09-30": 100, "2024-10-31": 120, "2024-11-29": 120, "2024-11-30": 123}


def test_a_gap_ends_the_chain_and_what_it_had_reached_stays(world: World) -> None:
    for start, end, views in (("09-01", "09-30", 100), ("10-02", "10-31", 20)):
        name = f"Content 2024-{start}_2024-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2024", Views=views)]))
    assert world.campaign()["views"] == 100


def test_a_gain_of_an_older_video_alone_is_no_total_but_the_video_counts(world: World) -> None:
    world.drop("Content 2024-10-01_2024-10-31 Our channel.zip", studio_zip("", "", [video("Sep 27, 2023", Views=20)]))
    total = world.campaign()
    assert (total["posts"], total["views"], total["views_known"]) == (1, None, 0)
    assert world.campaign("2024-10-30")["posts"] == 0


def test_gains_chain_from_a_lifetime_reading_dated_by_a_whole_day(world: World) -> None:
    lifetime = 'Content,Video title,Video publish time,Views\ndQw4w9WgXcQ,A debate #forum,"Sep 27, 2023",1000\n'
    world.drop("2024-09-30/Our channel/Table data.csv", lifetime)
    world.drop("Content 2024-10-01_2024-10-31 Our channel.zip", studio_zip("", "", [video("Sep 27, 2023", Views=20)]))
    assert world.campaign()["views"] == 1020


def test_of_overlapping_periods_the_fewest_make_the_chain(world: World) -> None:
    for start, end, views in (
        ("09-01", "09-30", 100),
        ("10-01", "10-10", 5),
        ("10-11", "10-31", 9),
        ("10-01", "10-31", 15),
    ):
        name = f"Content 2024-{start}_2024-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2024", Views=views)]))
    assert world.campaign("2024-10-10")["views"] == 105
    assert world.campaign("2024-10-31")["views"] == 115


LINKEDIN = {
    "September": (date(2024, 9, 1), date(2024, 9, 30), 10),
    "October": (date(2024, 10, 1), date(2024, 10, 31), 5),
    "from mid September": (date(2024, 9, 15), date(2024, 10, 31), 8),
    "December": (date(2024, 12, 1), date(2024, 12, 20), 3),
}


@pytest.mark.parametrize(
    ("ranges", "likes"),
    [
        (("September",), 10),
        (("September", "October"), 15),
        (("October", "September"), 15),
        (("September", "from mid September", "October"), 15),
        (("September", "from mid September"), 10),
        (("September", "October", "December"), 15),
        (("October", "December"), None),
    ],
    ids=str,
)
def test_ranges_of_linkedin_that_follow_each_other_overlap_or_leave_a_gap(
    world: World, ranges: tuple[str, ...], likes: int | None
) -> None:
    for name in ranges:
        world.drop(f"our-page_content {name}.xlsx", linkedin_book(*LINKEDIN[name]), "2025-01-02T00:00")
    total = world.campaign()
    assert (total["likes"], total["likes_known"]) == (likes, int(likes is not None))


def test_a_daily_breakdown_adds_up_from_the_day_of_publication(world: World) -> None:
    days = [post(1, Date=f"09/{day:02}/2024", Views=views, Reach=views) for day, views in ((2, 7), (3, 5), (4, 1))]
    world.drop("2024-10-01/days.csv", meta(*days))
    total = world.campaign()
    assert (total["posts"], total["views"]) == (1, 13)


@pytest.mark.parametrize("published", [datetime(2024, 9, 27), datetime(2023, 9, 27)])
@pytest.mark.parametrize("came_at", [DAY_ENDS, DAY_ENDS - timedelta(microseconds=1)])
def test_a_last_day_that_was_not_over_when_the_file_came_is_read_then_and_ends_the_chain(
    came_at: datetime, published: datetime
) -> None:
    """100 views until August, 20 in September, 3 in October; the file of September came on its last day."""
    observations = [
        {"load_id": load, "observed_at": at, "period_start": start, "period_end": end, "period_opens_at": opens, "views": views}
        for load, at, start, end, opens, views in (
            ("base", datetime(2024, 8, 31, 16, 59), None, None, None, 100),
            ("september", came_at, date(2024, 9, 1), date(2024, 9, 30), datetime(2024, 9, 1), 20),
            ("october", datetime(2024, 11, 5), date(2024, 10, 1), date(2024, 10, 31), datetime(2024, 10, 1), 3),
        )
    ]  # fmt: skip
    frame = pl.LazyFrame(observations).with_columns(
        platform=pl.lit("youtube"), post_id=pl.lit("a"), row=pl.lit(1), is_measured=pl.lit(True),
        observed_until=pl.lit(None, TIMESTAMP), rounded=pl.lit(None, pl.String), **{m: pl.lit(None, pl.Int64) for m in METRIC_COLUMNS if m != "views"},
    )  # fmt: skip
    posts = pl.LazyFrame({"platform": ["youtube"], "post_id": ["a"], "published_at": [published], "kind": ["video"]})
    loads = pl.LazyFrame(
        {"load_id": ["base", "september", "october"], "connector": ["youtube"] * 3,
         "observed_on": [date(2024, 8, 31), None, None], "received_at": [came_at, came_at, datetime(2024, 11, 5)]},
        schema_overrides={"received_at": TIMESTAMP},
    )  # fmt: skip
    readings = lifetime.readings(frame, posts, loads, ZONE).drop_nulls("views").collect()
    totals = {row["load_id"]: (row["observed_at"], row["views"]) for row in readings.iter_rows(named=True)}
    first = 20 if published > datetime(2024, 9, 1) else 120
    assert totals["september"] == (came_at, first)
    assert totals.get("october", (None, None))[1] == (first + 3 if came_at == DAY_ENDS else None)


days_of_a_page = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["first", "again"]), st.integers(0, 50)),
    min_size=1, max_size=12, unique_by=lambda day: day[:2],
)  # fmt: skip


@given(days_of_a_page, st.none() | st.integers(0, 12))
@settings(max_examples=60)
def test_a_page_has_the_total_of_the_days_that_were_read_each_in_its_newest_state(
    days: list[tuple[int, str, int]], published_on: int | None
) -> None:
    asked_at = {"first": datetime(2024, 10, 1), "again": datetime(2024, 10, 2)}
    first = date(2024, 9, 1)
    published_at = None if published_on is None else datetime(2024, 9, 1, 5) + timedelta(days=published_on)
    observations = [
        {"load_id": load, "observed_at": asked_at[load], "period_start": first + timedelta(days=n),
         "period_end": first + timedelta(days=n), "period_opens_at": datetime(2024, 9, 1) + timedelta(days=n),
         "views": views}
        for n, load, views in days
    ]  # fmt: skip
    frame = pl.LazyFrame(observations).with_columns(
        platform=pl.lit("website"), post_id=pl.lit("a"), row=pl.lit(1), is_measured=pl.lit(True),
        observed_until=pl.lit(None, TIMESTAMP),
        rounded=pl.lit(None, pl.String), **{m: pl.lit(None, pl.Int64) for m in METRIC_COLUMNS if m != "views"},
    )  # fmt: skip
    posts = pl.LazyFrame(
        {"platform": ["website"], "post_id": ["a"], "published_at": [published_at], "kind": ["page"]},
        schema_overrides={"published_at": TIMESTAMP},
    )
    loads = pl.LazyFrame(
        {"load_id": list(asked_at), "connector": ["website"] * 2, "observed_on": [None, None],
         "received_at": list(asked_at.values())},
        schema_overrides={"received_at": TIMESTAMP, "observed_on": pl.Date},
    )  # fmt: skip
    last = latest(lifetime.readings(frame, posts, loads, ZONE), datetime(2025, 1, 1)).collect()
    newest = {n: views for n, _, views in sorted(days, key=lambda day: day[1], reverse=True)}
    if published_on in newest:  # a total as of the end of that day: of two the larger stands, as everywhere
        newest[published_on] = max(views for n, _, views in days if n == published_on)
    since = 0 if published_on is None or published_on not in newest else published_on
    assert last["views"].to_list() == [sum(views for n, views in newest.items() if n >= since)]


def test_the_total_of_a_page_is_explained_by_its_days_and_gains_stay_those_of_the_days(world: World) -> None:
    for month, last, views in (("09", 30, 40), ("10", 31, 2)):
        world.drop(
            f"2024-12-01/pages-{month}.csv",
            f"# ----------------------------------------\n# Pages and screens\n# Start date: 2024{month}01\n"
            f"# End date: 2024{month}{last}\n# ----------------------------------------\n"
            f"Hostname,Page path and screen class,Views\nnews.example,/forum,{views}\n",
        )
    world.plan(CAMPAIGN.replace('hashtags = ["forum"]', 'accounts = ["website:news.example"]'))
    tables = world.tables()
    assert tables["campaign_totals"]["views"].item() == 42
    periods = dict(tables["campaign_periods"].select("period", "views").iter_rows())
    assert {name: views for name, views in periods.items() if "Q" in name} == {"FY2024-Q3": 40, "FY2024-Q4": 2}
    lines = explained(world, "views").lines.sort("period_start").select("value", "period_start")
    assert lines.rows() == [(40, date(2024, 9, 1)), (2, date(2024, 10, 1))]
