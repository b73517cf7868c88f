"""The last known reading of each metric counts. docs/rules.md: Lifetime counters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import contract
from connectors.contract import zones
from tests.conftest import World, meta, post
from warehouse.readings.latest import day_ends, day_of, end_of, latest, newest, untils

DAY = datetime(2024, 9, 1)
UNITS = (None, "day", "minute", "instant")


def test_the_last_known_reading_of_each_metric_counts(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Shares=4)))
    world.drop("2024-10-02/b.csv", meta(post(1, Views=12), without=["Shares"]))
    total = world.campaign()
    assert (total["views"], total["shares"]) == (12, 4)
    assert total["read_from"].date() < total["read_to"].date()


def test_a_smaller_later_reading_replaces_a_larger_earlier_one(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reactions=10)))
    world.drop("2024-10-02/b.csv", meta(post(1, Reactions=9)))
    assert world.campaign()["likes"] == 9


def test_of_two_readings_of_one_instant_exact_beats_rounded_then_the_larger_counts(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views="3.5K", Reactions=5), post(1, Views=3467, Reactions=7)))
    total = world.campaign()
    assert (total["views"], total["likes"], total["approximate"]) == (3467, 7, 0)


def test_rows_of_one_post_in_one_file_are_one_post(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=5), post(1, Views=6)))
    total = world.campaign()
    assert (total["posts"], total["views"]) == (1, 6)


def test_a_day_ends_in_every_time_zone_there_is() -> None:
    days = pl.date_range(date(2021, 1, 1), date(2028, 12, 30), eager=True).alias("day").to_frame()
    for zone in sorted(zones()):
        ends = days.select(end_of(pl.col("day"), zone))["day"]
        assert ends.null_count() == 0, zone
        assert ends.is_sorted(), zone


def test_a_day_ends_where_summer_time_begins_or_ends_at_midnight_and_on_a_day_of_25_hours() -> None:
    for zone, day in (
        ("Africa/Cairo", date(2024, 4, 25)),
        ("Asia/Beirut", date(2024, 3, 30)),
        ("America/Santiago", date(2024, 9, 7)),
        ("Pacific/Apia", date(2011, 12, 29)),
        ("America/Havana", date(2024, 11, 2)),
        ("Europe/Berlin", date(2024, 10, 27)),
    ):
        end = pl.DataFrame({"day": [day]}).select(end_of(pl.col("day"), zone)).item()
        assert end == day_ends(day, zone) - timedelta(microseconds=1)


@given(
    st.lists(st.tuples(st.sampled_from(UNITS), st.booleans(), st.integers(0, 9)), min_size=2, max_size=5),
    st.integers(0, 9),
)
def test_an_instant_of_publication_is_not_replaced_by_a_minute_and_a_minute_not_by_a_day(
    told: list[tuple[str | None, bool, int]], before: int
) -> None:
    """The finest stands, however old it is; of equally fine ones the newest before the instant, else the next one."""
    rows = [
        {"post_id": "a", "observed_at": DAY + timedelta(days=day), "published_at": DAY - timedelta(days=1 + number),
         "published_unit": unit, "is_damaged": is_damaged, "load_id": str(number), "row": 1}
        for number, (unit, is_damaged, day) in enumerate(told)
    ]  # fmt: skip
    schema = {"published_unit": pl.String}
    description = newest(
        pl.LazyFrame(rows, schema_overrides=schema), ["post_id"], DAY + timedelta(days=before)
    ).collect()
    intact = [one for one in told if not one[1]] or told
    finest = max(UNITS.index(one[0]) for one in intact)
    as_fine = [one for one in intact if UNITS.index(one[0]) == finest]
    past = [one[2] for one in as_fine if one[2] < before]
    on = max(past) if past else min(one[2] for one in as_fine)
    best = max(number for number, one in enumerate(told) if one in as_fine and one[2] == on)
    assert description["published_at"].item() == DAY - timedelta(days=1 + best)


BEFORE = datetime(2024, 10, 5)
AT = datetime(2024, 10, 1, 5)
HOUR, MOMENT = timedelta(hours=1), timedelta(microseconds=1)


def frame_of(rows: Sequence[dict[str, Any]]) -> pl.LazyFrame:
    """Readings of one post of x, measured at one instant, unless a row says otherwise."""
    schema = {"platform": pl.String, "post_id": pl.String, "observed_at": contract.TIMESTAMP, "rounded": contract.METRIC_NAMES, "is_measured": pl.Boolean, "observed_until": contract.TIMESTAMP, "day": pl.Int64}  # fmt: skip
    schema |= dict.fromkeys(contract.METRIC_COLUMNS, pl.Int64)
    blank = dict.fromkeys(schema) | {"platform": "x", "post_id": "p", "observed_at": AT, "is_measured": True}
    return pl.LazyFrame([blank | row for row in rows], schema=schema)


def last_known(*rows: dict[str, Any], within: Sequence[str] = (), read_at: Sequence[str] = ()) -> pl.DataFrame:
    """The last known readings, whatever the order of the rows."""
    order = ["platform", "post_id", *within]
    one, other = (latest(frame_of(some), BEFORE, within, read_at).sort(order).collect() for some in (rows, rows[::-1]))
    assert one.equals(other)
    return one


def one_post(*rows: dict[str, Any], read_at: Sequence[str] = ()) -> dict[str, Any]:
    return last_known(*rows, read_at=read_at).row(0, named=True)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"views": 5}, {"views": 3, "observed_at": AT + MOMENT}], (3, False, None, False)),
        ([{"views": 5}, {"views": 3, "observed_at": BEFORE - MOMENT}], (3, False, None, False)),
        ([{"views": 5}, {"views": 3, "observed_at": BEFORE}], (5, False, None, False)),
        ([{"views": 5}, {"views": None, "observed_at": AT + MOMENT}], (5, False, None, False)),
        ([{"views": 5}, {"views": 6}], (6, False, None, False)),
        ([{"views": -5}, {"views": -6}], (-5, False, None, False)),
        ([{"views": 0}], (0, False, None, False)),
        ([{"views": -(2**60)}], (-(2**60), False, None, False)),
        ([{"views": 2**60}, {"views": 2**60 - 1}], (2**60, False, None, False)),
        ([{"views": 3500, "rounded": ["views"]}], (3500, True, "views", False)),
        ([{"views": 3500, "rounded": ["views"]}, {"views": 3400}], (3400, False, None, False)),
        ([{"views": 3500, "rounded": ["views"]}, {"views": 3400, "observed_at": AT - MOMENT}], (3500, True, "views", False)),
        ([{"views": 3500, "rounded": ["views"]}, {"views": 3600, "rounded": ["likes", "views"]}], (3600, True, "views", False)),
        ([{"views": 3500, "rounded": ["likes"]}], (3500, False, None, False)),
        ([{"views": 3500, "rounded": ["views_paid"]}], (3500, False, None, False)),
        ([{"views": 3500, "rounded": ["views", "likes"], "likes": 9, "reach": 4}], (3500, True, "views;likes", False)),
        ([{"views": 5, "is_measured": False}], (5, False, None, True)),
        ([{"views": 5, "is_measured": False}, {"views": 5}], (5, False, None, False)),
        ([{"views": 6, "is_measured": False}, {"views": 5}], (6, False, None, True)),
        ([{"views": 6, "is_measured": False}, {"views": 5, "observed_at": AT + MOMENT}], (5, False, None, False)),
        ([{"views": 6, "is_measured": False}, {"views": 5, "rounded": ["views"]}], (6, False, None, True)),
        ([{}], (None, False, None, False)),
    ],
)  # fmt: skip
def test_the_newest_then_the_exact_then_the_larger_then_the_measured_reading_counts(
    rows: list[dict[str, Any]], expected: tuple[int | None, bool, str | None, bool]
) -> None:
    post_of = one_post(*rows)
    assert tuple(post_of[name] for name in ("views", "is_approximate", "rounded", "is_entered")) == expected


def test_each_metric_keeps_when_it_was_read() -> None:
    rows = [
        {"views": 1, "reach": 9}, {"views": 2, "observed_at": AT + HOUR}, {"clicks": 3, "observed_at": AT - HOUR},
        {"observed_at": AT + 2 * HOUR}, {"views": 9, "observed_at": BEFORE},
    ]  # fmt: skip
    post_of = one_post(*rows, read_at=["views", "likes"])
    assert [post_of[name] for name in ("read_from", "read_to", "figures_read_from", "last_read_at")] == [
        AT - HOUR, AT + HOUR, AT, AT + 2 * HOUR
    ]  # fmt: skip
    assert (post_of["views_read_at"], post_of["likes_read_at"]) == (AT + HOUR, None)
    assert (post_of["views"], post_of["reach"], post_of["clicks"], post_of["likes"]) == (2, 9, 3, None)
    early = one_post({"views": 1, "observed_at": datetime(1969, 1, 1)})
    assert (early["views"], early["read_from"]) == (1, datetime(1969, 1, 1))


def test_it_is_told_of_reach_and_impressions_whether_they_are_exact() -> None:
    post_of = one_post({"reach": 5, "impressions": 6, "rounded": ["reach"]})
    assert (post_of["reach_exact"], post_of["impressions_exact"], post_of["rounded"]) == (False, True, "reach")
    post_of = one_post({"views": 5})
    assert (post_of["reach_exact"], post_of["impressions_exact"]) == (None, None)


def test_there_is_a_row_for_each_post_and_part() -> None:
    rows = [
        {"views": 1, "day": 1},
        {"views": 2, "day": 2, "observed_at": AT - HOUR},
        {"platform": "y", "views": 3, "day": 1},
    ]
    assert last_known(*rows)["views"].to_list() == [1, 3]
    parts = last_known(*rows, within=["day"])
    assert parts.select("platform", "day", "views").rows() == [("x", 1, 1), ("x", 2, 2), ("y", 1, 3)]
    assert set(parts.columns) == {
        "platform", "post_id", "day", *contract.METRIC_COLUMNS, "last_read_at", "read_from", "read_to", "read_until",
        "figures_read_from", "is_approximate", "rounded", "is_entered", "reach_exact", "impressions_exact",
    }  # fmt: skip
    assert all(parts.schema[metric] == pl.Int64 for metric in contract.METRIC_COLUMNS)
    assert parts.schema["read_until"] == contract.TIMESTAMP


def untils_of(
    *rows: dict[str, Any], within: Sequence[str] = ()
) -> tuple[list[tuple[datetime | None, ...]], list[datetime | None]]:
    """Of each post until when its views and likes can have been read, where that is not told, and of the whole post."""
    results = []
    for some in (rows, rows[::-1]):
        frame = frame_of(some)
        until = untils(frame, BEFORE, within).sort("platform", *within).collect()
        whole = latest(frame, BEFORE, within, with_until=True).sort("platform", *within).collect()
        assert until.columns == ["platform", "post_id", *within, *contract.METRIC_COLUMNS]
        results.append((until.select("views", "likes").rows(), whole["read_until"].to_list()))
        assert latest(frame, BEFORE, within).select(pl.col("read_until").count()).collect().item() == 0
    assert results[0] == results[1]
    return results[0]


UNTIL = AT + 3 * HOUR


@pytest.mark.parametrize(
    ("rows", "views", "likes"),
    [
        ([{"views": 5, "observed_until": UNTIL}], UNTIL, None),
        ([{"views": 5, "observed_until": UNTIL}, {"views": 6, "observed_at": AT + MOMENT}], None, None),
        ([{"views": 5, "observed_until": UNTIL}, {"views": 6, "observed_at": AT - MOMENT}], UNTIL, None),
        ([{"views": 5, "observed_until": UNTIL}, {"views": 6, "observed_at": BEFORE, "observed_until": UNTIL + HOUR}], UNTIL, None),
        ([{"views": 5, "observed_until": UNTIL}, {"likes": 2, "observed_until": UNTIL + HOUR}], UNTIL, UNTIL + HOUR),
        ([{"views": 5, "observed_until": UNTIL}, {"likes": 2}], UNTIL, None),
        ([{"views": 5, "observed_until": UNTIL}, {"views": 5}], None, None),
        ([{"views": 5, "observed_until": UNTIL}, {"views": 4}], UNTIL, None),
        ([{"views": 5, "observed_until": UNTIL}, {"views": 5, "observed_until": UNTIL + HOUR}], UNTIL, None),
        ([{"views": None, "observed_until": UNTIL}], None, None),
    ],
)  # fmt: skip
def test_until_when_the_reading_in_use_can_have_been_made_is_told_unless_an_equal_one_is_dated(
    rows: list[dict[str, Any]], views: datetime | None, likes: datetime | None
) -> None:
    whole = max((one for one in (views, likes) if one is not None), default=None)
    assert untils_of(*rows) == ([(views, likes)], [whole])


def test_only_posts_and_parts_with_such_a_reading_have_an_instant_until_which_they_were_read() -> None:
    rows = [{"views": 5, "observed_until": UNTIL}, {"views": 7, "platform": "y"}]
    assert untils_of(*rows) == ([(UNTIL, None)], [UNTIL, None])
    parts = [
        {"views": 5, "observed_until": UNTIL},
        {"views": 7, "day": 1},
        {"views": 8, "day": 2, "observed_until": AT},
    ]
    assert untils_of(*parts, within=["day"]) == ([(UNTIL, None), (AT, None)], [UNTIL, None, AT])


def text_of(*rows: dict[str, Any]) -> list[str | None]:
    """The text that stands for one post, described in a whole row at an instant."""
    blank = {"platform": "x", "post_id": "p", "observed_at": AT, "load_id": "a", "row": 1, "is_damaged": False, "text": None}  # fmt: skip
    schema = {"platform": pl.String, "post_id": pl.String, "observed_at": contract.TIMESTAMP, "load_id": pl.String, "row": pl.Int64, "is_damaged": pl.Boolean, "text": pl.String}  # fmt: skip
    beside = dict.fromkeys(("identified_by", "published_unit", "published_other_at"), pl.String)
    texts = []
    for some in (rows, rows[::-1]):
        described = pl.LazyFrame([blank | row for row in some], schema=schema | beside)
        told = newest(described, ["platform", "post_id"], BEFORE).sort("platform").collect()
        assert told.columns == ["platform", "post_id", "text"]
        texts.append(told["text"].to_list())
    assert texts[0] == texts[1]
    return texts[0]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"observed_at": AT + MOMENT}, "other"),
        ({"observed_at": AT - MOMENT}, "one"),
        ({"observed_at": BEFORE - MOMENT}, "other"),
        ({"observed_at": BEFORE}, "one"),
        ({"observed_at": AT + MOMENT, "is_damaged": True}, "one"),
        ({"observed_at": AT + MOMENT, "text": None}, "one"),
        ({"load_id": "b"}, "other"),
        ({"row": 2}, "other"),
        ({"row": 0, "load_id": "b"}, "other"),
    ],
)
def test_the_newest_whole_description_stands(other: dict[str, Any], expected: str) -> None:
    assert text_of({"text": "one"}, {"text": "other"} | other) == [expected]


def test_what_is_known_from_later_or_damaged_stands_where_nothing_else_does() -> None:
    later, latest_of_all = ({"text": text, "observed_at": BEFORE + HOUR * n} for n, text in ((1, "later"), (2, "last")))
    damaged = {"text": "damaged", "is_damaged": True}
    assert text_of(later, latest_of_all) == ["later"]
    assert text_of(later, damaged) == ["later"]
    assert text_of({}, damaged) == ["damaged"]
    assert text_of({}, {"row": 2}) == [None]
    assert text_of({"text": "one"}, {"platform": "y", "text": "other"}) == ["one", "other"]
    assert text_of(damaged, {"platform": "y", "text": "a"}, {"platform": "y", "text": "b", "row": 2}) == [
        "damaged",
        "b",
    ]


def test_a_day_is_the_zone_s() -> None:
    instants = pl.DataFrame({"at": [datetime(2024, 9, 1, 16, 59), datetime(2024, 9, 1, 17)]})
    days = instants.select(day_of(pl.col("at"), "Asia/Phnom_Penh"))["at"].to_list()
    assert days == [date(2024, 9, 1), date(2024, 9, 2)]
    end = pl.select(end_of(pl.lit(date(2024, 9, 1)), "Asia/Phnom_Penh")).item()
    assert end == datetime(2024, 9, 1, 17) - MOMENT
