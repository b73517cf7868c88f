"""Gains over periods add up to totals where a total is known. docs/rules.md: Lifetime counters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import contract
from connectors.columns import schema as schema_of
from connectors.contract import TIMESTAMP
from tests.conftest import CAMPAIGN, World, meta, post
from tests.samples import linkedin_book, studio_zip, video
from tests.warehouse.evidence.test_readings_behind import explained
from warehouse import frames as frames_of_warehouse
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


def day(n: int) -> date:
    return date(2024, 9, 1) + timedelta(days=n - 1)


def begin_of(n: int) -> datetime:
    """The first instant of a day of September in Phnom Penh."""
    return datetime(2024, 8, 31, 17) + timedelta(days=n - 1)


def end_of_day(n: int) -> datetime:
    return begin_of(n + 1) - MOMENT


MOMENT = timedelta(microseconds=1)
CAME_AT = datetime(2024, 10, 20)

Frames = tuple[pl.LazyFrame, pl.LazyFrame, pl.LazyFrame, str]


def total(on: int, views: int, load: str = "b", **columns: Any) -> dict[str, Any]:
    """A reading since publication, of a load that is dated by a whole day."""
    return {"load_id": load, "observed_at": end_of_day(on), "observed_on": day(on), "views": views, **columns}


def gain(start: int, end: int, views: int | None, load: str = "l", **columns: Any) -> dict[str, Any]:
    """What was added from one day of September to another, both inclusive."""
    days = {"period_start": day(start), "period_end": day(end), "period_opens_at": begin_of(start)}
    return {"load_id": load, "observed_at": CAME_AT, **days, "views": views, **columns}


def frames(
    *rows: dict[str, Any], published_at: datetime | None = datetime(2023, 1, 1), kind: str = "video", posts: str = "a"
) -> Frames:
    """Observations of posts of x, the posts and the loads, each of the connector x unless its row names another."""
    schema = schema_of(contract.OBSERVATIONS) | {"load_id": pl.String, "is_measured": pl.Boolean, "observed_until": TIMESTAMP}  # fmt: skip
    given = dict.fromkeys(schema) | {"platform": "x", "post_id": "a", "row": 1, "is_measured": True}
    observations = [{name: cell for name, cell in (given | row).items() if name in schema} for row in rows]
    about = [("x", post, published_at, kind) for post in posts]
    loads = {
        row["load_id"]: (row["load_id"], row.get("connector", "x"), row.get("received_at", CAME_AT), row.get("observed_on"))
        for row in rows
    }  # fmt: skip
    return (
        pl.LazyFrame(observations, schema=schema),
        pl.LazyFrame(about, schema={"platform": pl.String, "post_id": pl.String, "published_at": TIMESTAMP, "kind": pl.String}, orient="row"),
        pl.LazyFrame(list(loads.values()), schema={"load_id": pl.String, "connector": pl.String, "received_at": TIMESTAMP, "observed_on": pl.Date}, orient="row"),
        ZONE,
    )  # fmt: skip


def chained(*rows: dict[str, Any], told: Sequence[str] = (), **about: Any) -> list[tuple[Any, ...]]:
    """From which day to which gains reach, with the total then and more columns, whatever the order of the rows."""
    results = []
    for some in (rows, rows[::-1]):
        chains = lifetime.chains(*frames(*some, **about)).collect()
        assert chains.columns == [
            "platform", "post_id", "metric", "connector", "from_day", "period_start", "day", "read_at", "value", "is_exact",
            "is_measured", "load_id", "row",
        ]  # fmt: skip
        of_days = chains.with_columns((pl.col("from_day", "day") - day(1)).dt.total_days() + 1)
        results.append(sorted(of_days.select("from_day", "day", "value", *told).rows(), key=str))
    assert results[0] == results[1]
    return results[0]


BASE = (None, 3, 100)


@pytest.mark.parametrize(
    ("gains", "expected"),
    [
        ([gain(4, 5, 7), gain(6, 6, 2)], [(3, 5, 107), (5, 6, 109)]),
        ([gain(4, 5, 7), gain(7, 8, 2)], [(3, 5, 107)]),
        ([gain(3, 5, 7)], []),
        ([gain(4, 5, None), gain(6, 6, 2)], []),
        ([gain(4, 5, 7), gain(6, 6, 2, "m", connector="y")], [(3, 5, 107)]),
        ([gain(4, 5, 7), gain(4, 4, 3, "m", connector="y")], [(3, 4, 103), (3, 5, 107)]),
        ([gain(4, 5, 7), gain(4, 5, 3, "m", observed_at=CAME_AT + MOMENT)], [(3, 5, 103)]),
        ([gain(4, 5, 7), gain(4, 5, 9)], [(3, 5, 109)]),
        ([gain(4, 6, 9), *(gain(n, n, 1) for n in (4, 5, 6, 7))], [(3, 4, 101), (3, 6, 109), (4, 5, 102), (6, 7, 110)]),
        ([gain(4, 5, 7), gain(6, 6, 2), total(5, 120, "c")], [(5, 6, 122), (None, 5, 120)]),
        ([gain(4, 5, 7), total(3, 90, "c")], [(3, 5, 107), (None, 3, 90)]),
        ([gain(4, 5, 7), total(4, 90, "c", observed_on=None), gain(5, 6, 7)], [(3, 5, 107)]),
        ([gain(4, 5, 7, "m", received_at=end_of_day(5), observed_at=begin_of(5)), gain(6, 6, 2)], [(3, 5, 107), (5, 6, 109)]),
        ([gain(4, 5, 7, "m", received_at=begin_of(5), observed_at=end_of_day(5)), gain(6, 6, 2)], [(3, 5, 107), (5, 6, 109)]),
        ([gain(4, 5, 7, "m", received_at=begin_of(5), observed_at=begin_of(5)), gain(6, 6, 2)], [(3, 5, 107)]),
    ],
)  # fmt: skip
def test_gains_go_on_from_a_known_day_by_the_fewest_periods_of_one_connector(
    gains: list[dict[str, Any]], expected: list[tuple[int | None, int, int]]
) -> None:
    assert chained(total(3, 100), *gains) == sorted([*expected, BASE], key=str)


def test_posts_and_metrics_have_chains_of_their_own() -> None:
    rows = [
        total(3, 100, likes=10), gain(4, 5, 7), gain(4, 4, None, likes=1), gain(6, 6, 5, likes=5),
        total(5, 50, "c", post_id="b"), gain(6, 6, 1, post_id="b"), total(5, 9, "c", post_id="of totals alone"),
    ]  # fmt: skip
    assert chained(*rows, told=("post_id", "metric"), posts="ab") == sorted(
        [
            (*BASE, "a", "views"), (None, 3, 10, "a", "likes"), (None, 5, 50, "b", "views"), (3, 5, 107, "a", "views"),
            (5, 6, 112, "a", "views"), (3, 4, 11, "a", "likes"), (5, 6, 51, "b", "views"),
        ],
        key=str,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([gain(4, 5, 7)], (107, True, True, "l", 1)),
        ([gain(4, 5, 7, rounded=["likes", "views"])], (107, False, True, "l", 1)),
        ([gain(4, 5, 7, rounded=["likes"])], (107, True, True, "l", 1)),
        ([gain(4, 5, 7, is_measured=False)], (107, True, False, "l", 1)),
        ([gain(4, 5, 7, rounded=["views"]), gain(4, 5, 5)], (105, True, True, "l", 1)),
        ([gain(4, 5, 7), gain(4, 5, 7, is_measured=False)], (107, True, True, "l", 1)),
        ([gain(4, 5, 8, is_measured=False), gain(4, 5, 7)], (108, True, False, "l", 1)),
        ([gain(4, 5, 7, row=2), gain(4, 5, 7)], (107, True, True, "l", 1)),
        ([gain(4, 5, 7, row=2), gain(4, 5, 7, "m")], (107, True, True, "l", 2)),
        ([gain(4, 5, 7), total(3, 101, "c", rounded=["views"])], (107, True, True, "l", 1)),
        ([gain(4, 5, 7, rounded=["views"]), total(3, 101, "c", rounded=["views"])], (107, False, True, "l", 1)),
        ([gain(4, 5, 7), total(3, 101, "c", is_measured=False)], (108, True, False, "l", 1)),
        ([gain(4, 5, 7), total(3, 100, "c", is_measured=False)], (107, True, True, "l", 1)),
    ],
)
def test_of_totals_of_one_day_the_exact_then_the_larger_then_the_measured_counts(
    rows: list[dict[str, Any]], expected: tuple[Any, ...]
) -> None:
    (one,) = (
        row for row in chained(total(3, 100), *rows, told=("is_exact", "is_measured", "load_id", "row")) if row[0]
    )
    assert one == (3, 5, *expected)


def test_a_total_that_rests_on_a_rounded_or_a_typed_one_is_so_too() -> None:
    base = total(3, 100, rounded=["views"], is_measured=False)
    rows = chained(base, gain(4, 5, 7), gain(6, 6, 1), told=("is_exact", "is_measured"))
    assert rows == [(3, 5, 107, False, False), (5, 6, 108, False, False), (*BASE, False, False)]


def test_a_reached_day_says_on_which_day_its_gain_begins_and_of_a_post_whose_connector_it_is() -> None:
    told = ("period_start", "connector")
    for posts in ("a", ""):  # also where nothing describes the post
        rows = chained(total(3, 100), gain(4, 5, 7), told=told, posts=posts)
        assert rows == [(3, 5, 107, day(4), "x"), (*BASE, None, "x")]
    page = chained(gain(4, 4, 5), told=told, kind="page", published_at=None)
    assert [row[3:] for row in page if row[1] == 4] == [(day(4), None)]


def test_a_known_day_is_reached_by_no_gain_also_where_a_period_since_the_publication_tells_it() -> None:
    rows = chained(gain(4, 5, 7), gain(6, 6, 1), told=("period_start",), published_at=begin_of(4))
    assert rows == [(5, 6, 8, day(6)), (None, 5, 7, None)]


def test_a_reached_day_is_read_at_its_end_and_never_after_the_file_came() -> None:
    rows = chained(total(3, 100), gain(4, 5, 7), gain(6, 6, 1, received_at=begin_of(6), observed_at=begin_of(6), load="m"), told=("read_at",))  # fmt: skip
    assert rows == [(3, 5, 107, end_of_day(5)), (5, 6, 108, begin_of(6)), (*BASE, end_of_day(3))]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([gain(4, 4, 5), gain(5, 5, 2)], [(None, 4, 5), (4, 5, 7)]),
        ([gain(4, 4, 5), gain(7, 7, 2)], [(None, 4, 5), (4, 7, 7)]),
        ([gain(4, 7, 5), gain(5, 5, 2), gain(9, 9, 1)], [(None, 5, 2), (None, 7, 5), (7, 9, 6)]),
        ([gain(4, 7, 5), gain(4, 5, 2), gain(6, 8, 4)], [(None, 5, 2), (None, 7, 5), (5, 8, 6)]),
        ([gain(4, 4, 5, rounded=["views"]), gain(6, 6, 2)], [(None, 4, 5), (4, 6, 7)]),
        ([gain(4, 4, 5), gain(6, 6, 2, "m", connector="y")], [(None, 4, 5), (4, 6, 7)]),
    ],
)
def test_a_pages_total_is_the_sum_of_the_periods_that_cover_the_most_days(
    rows: list[dict[str, Any]], expected: list[tuple[int | None, int, int]]
) -> None:
    assert chained(*rows, kind="page", published_at=None) == sorted(expected, key=str)
    assert chained(*rows, published_at=None) == []


def test_the_periods_of_a_page_are_chosen_for_each_metric_and_one_rounded_figure_makes_the_total_so() -> None:
    rows = [gain(4, 4, 5, rounded=["views"]), gain(5, 5, None, likes=1), gain(6, 6, 2), gain(8, 8, None, likes=1)]
    told = chained(*rows, told=("metric", "read_at", "is_exact"), kind="page", published_at=None)
    views = [(None, 4, 5, "views", end_of_day(4), False), (4, 6, 7, "views", end_of_day(6), False)]
    likes = [(None, 5, 1, "likes", end_of_day(5), True), (5, 8, 2, "likes", end_of_day(8), True)]
    assert told == sorted([*views, *likes], key=str)


def test_of_a_pages_periods_of_the_same_days_the_newest_counts_whatever_it_is_and_of_which_connector() -> None:
    page: dict[str, Any] = {"kind": "page", "published_at": None}
    old, new = gain(4, 5, 9), gain(4, 5, 7, "m", connector="y", observed_at=CAME_AT + MOMENT, is_measured=False)
    assert chained(old, new, told=("load_id",), **page) == [(None, 5, 7, "m")]
    assert chained(old, gain(4, 5, 7, "m"), told=("load_id",), **page) == [(None, 5, 9, "l")]


def test_what_is_known_of_a_page_since_its_publication_goes_before_every_period_until_then() -> None:
    page: dict[str, Any] = {"kind": "page", "published_at": None}
    rows = chained(gain(2, 3, 8), total(3, 100), gain(5, 5, 2), **page)
    assert rows == sorted([BASE, (3, 5, 102)], key=str)


def test_each_page_begins_with_its_own_first_day() -> None:
    rows = chained(gain(4, 4, 5), gain(6, 6, 2, post_id="b"), told=("post_id",), posts="ab", kind="page", published_at=None)  # fmt: skip
    assert rows == [(None, 4, 5, "a"), (None, 6, 2, "b")]


def readings_of(*rows: dict[str, Any], **about: Any) -> list[tuple[Any, ...]]:
    read = lifetime.readings(*frames(*rows, **about)).collect()
    assert read.schema == frames_of_warehouse.READINGS.columns
    return read.select("observed_at", "observed_until", "views", "likes", "rounded", "is_measured").rows()


@pytest.mark.parametrize(
    ("published_at", "is_whole"),
    [
        (begin_of(4), True), (begin_of(4) - MOMENT, False), (end_of_day(5), True), (begin_of(6), False), (None, False),
    ],
)  # fmt: skip
def test_a_reading_over_a_period_is_one_since_publication_where_the_post_was_published_inside_it(
    published_at: datetime | None, is_whole: bool
) -> None:
    row = gain(4, 5, 7, rounded=["views"], observed_until=CAME_AT)
    read = (7, None, ["views"]) if is_whole else (None, None, None)
    assert readings_of(row, published_at=published_at) == [(end_of_day(5), None, *read, True)]
    assert ((5, 6, 9) in chained(row, gain(6, 6, 2), published_at=published_at)) == is_whole


def test_a_reading_of_a_post_that_nothing_describes_still_says_that_it_is_there() -> None:
    assert readings_of(gain(4, 5, 7), posts="") == [(end_of_day(5), None, None, None, None, True)]


def test_readings_are_those_as_read_and_the_totals_of_gains_each_of_one_metric() -> None:
    rows = [
        total(3, 100, likes=10, observed_until=CAME_AT),
        gain(4, 5, 7, likes=1, rounded=["likes"], is_measured=False),
    ]
    assert sorted(readings_of(*rows), key=str) == sorted(
        [
            (end_of_day(3), CAME_AT, 100, 10, None, True),
            (end_of_day(5), None, None, None, None, False),
            (end_of_day(5), None, 107, None, None, False),
            (end_of_day(5), None, None, 11, ["likes"], False),
        ],
        key=str,
    )


def test_of_periods_that_hold_the_publication_and_end_with_one_day_the_newest_reading_of_each_metric_counts() -> None:
    old, new = gain(4, 6, 90, likes=4), gain(5, 6, 70, "m", observed_at=CAME_AT + MOMENT)
    for rows in ([old, new], [new, old]):
        read = readings_of(*rows, published_at=begin_of(5))
        assert sorted((row[:4] for row in read), key=str) == [
            (end_of_day(6), None, 70, None), (end_of_day(6), None, None, 4)
        ]  # fmt: skip
    of_other_days = readings_of(gain(4, 6, 90), gain(4, 7, 95, "m"), published_at=begin_of(5))
    assert sorted(row[2] for row in of_other_days) == [90, 95]


@pytest.mark.parametrize("published", [datetime(2024, 9, 27), datetime(2023, 9, 27)])
@pytest.mark.parametrize("came_at", [DAY_ENDS, DAY_ENDS - timedelta(microseconds=1)])
def test_a_last_day_that_was_not_over_when_the_file_came_is_read_then_and_ends_the_chain(
    came_at: datetime, published: datetime
) -> None:
    """100 views until August, 20 in September, 3 in October; the file of September came on its last day."""
    rows = [
        total(0, 100, observed_at=datetime(2024, 8, 31, 16, 59)),
        gain(1, 30, 20, "september", observed_at=came_at, received_at=came_at),
        gain(31, 61, 3, "october", observed_at=datetime(2024, 11, 5), received_at=datetime(2024, 11, 5)),
    ]
    readings = lifetime.readings(*frames(*rows, published_at=published)).drop_nulls("views").collect()
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
    published_at = None if published_on is None else datetime(2024, 9, 1, 5) + timedelta(days=published_on)
    rows = [
        gain(n + 1, n + 1, views, load, observed_at=asked_at[load], received_at=asked_at[load])
        for n, load, views in days
    ]
    readings = lifetime.readings(*frames(*rows, published_at=published_at, kind="page"))
    last = latest(readings, datetime(2025, 1, 1)).collect()
    newest = {n: views for n, _, views in sorted(days, key=lambda day: day[1], reverse=True)}
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
