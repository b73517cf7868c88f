"""What is chosen of a history: no row less than can count, and of a post that is read every day only a few."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.history import counting
from warehouse.history.counting import DESCRIPTIONS, READINGS, REASONS, Span, Whole
from warehouse.readings.latest import latest

DAY = timedelta(days=1)
EVER = Span(SEEN + 99 * DAY, ())
SURE = pl.DataFrame(schema=counting.LOADS)


def chosen(rows: Rows, span: Span = EVER, whole: Whole | None = None, unsure: pl.DataFrame = SURE) -> pl.DataFrame:
    connection = rows.store.connection
    return counting.readings(connection, READINGS.format(where=""), span, whole or Whole(), unsure)


def days_of(rows: Rows, *args: Any, **more: Any) -> list[int]:
    return sorted((at - SEEN).days for at in chosen(rows, *args, **more)["observed_at"])


@pytest.fixture
def daily(rows: Rows) -> Rows:
    """A post that was read on ten days, with its views."""
    for day in range(10):
        rows.load(f"{day}", SEEN + day * DAY)
        rows.reading(f"{day}", "a", SEEN + day * DAY, views=day)
    return rows


def test_of_readings_that_know_the_same_the_last_stays(daily: Rows) -> None:
    assert days_of(daily) == [9]


def test_a_metric_that_later_readings_do_not_know_keeps_its_last_one(daily: Rows) -> None:
    daily.load("likes", SEEN + 4 * DAY)
    daily.reading("likes", "a", SEEN + 4 * DAY, views=4, likes=1)
    assert days_of(daily) == [4, 9]


def test_readings_from_the_end_of_the_day_on_do_not_count(daily: Rows) -> None:
    assert days_of(daily, Span(SEEN + 5 * DAY, ())) == [4]


def test_each_span_between_cuts_keeps_its_last_reading(daily: Rows) -> None:
    assert days_of(daily, Span(EVER.before, (SEEN + 3 * DAY, SEEN + 7 * DAY))) == [2, 6, 9]


def test_all_of_one_instant_stay_since_rules_choose_among_them(daily: Rows) -> None:
    daily.load("typed", SEEN + 9 * DAY, grade="entered")
    daily.reading("typed", "a", SEEN + 9 * DAY, views=100)
    daily.reading("typed", "a", SEEN + 9 * DAY, views=7, rounded=["views"], row=2)
    assert days_of(daily) == [9, 9, 9]


def test_a_post_that_is_asked_for_whole_keeps_every_reading(daily: Rows) -> None:
    posts = pl.DataFrame([("facebook", "a")], counting.POSTS, orient="row")
    assert days_of(daily, whole=Whole(posts=posts)) == list(range(10))


def test_a_load_that_is_asked_for_whole_keeps_every_reading(daily: Rows) -> None:
    loads = pl.DataFrame({"load_id": ["3"]})
    assert days_of(daily, whole=Whole(loads=loads)) == [3, 9]


def test_a_post_with_a_reading_over_a_period_keeps_every_reading(daily: Rows) -> None:
    daily.load("period", SEEN + 5 * DAY)
    first, last = SEEN.date(), (SEEN + 3 * DAY).date()
    daily.reading("period", "a", SEEN + 5 * DAY, views=3, period_start=first, period_end=last)
    assert days_of(daily) == [*range(6), 5, *range(6, 10)]


def test_the_last_reading_of_which_the_day_is_known_stays_beside_a_later_one(daily: Rows) -> None:
    daily.load("unsure", SEEN + 20 * DAY, observed_until=SEEN + 22 * DAY)
    daily.reading("unsure", "a", SEEN + 20 * DAY, views=20)
    assert days_of(daily) == [20]
    assert days_of(daily, unsure=pl.DataFrame({"load_id": ["unsure"]})) == [9, 20]


def test_impressions_stay_that_were_read_last_before_the_last_reach(daily: Rows) -> None:
    for day, metrics in (
        (11, {"impressions": 5}),
        (12, {"reach": 4}),
        (13, {"impressions": 6}),
        (14, {"impressions": 7}),
    ):
        daily.load(f"{day}", SEEN + day * DAY)
        daily.reading(f"{day}", "a", SEEN + day * DAY, **metrics)
    assert days_of(daily) == [9, 11, 12, 14]


def test_descriptions_that_say_the_same_are_the_last_one(rows: Rows) -> None:
    for day, text in enumerate(("old", "old", "new", "new", "new")):
        rows.load(f"{day}", SEEN + day * DAY)
        rows.post(f"{day}", "a", text=text, observed_at=SEEN + day * DAY)
    described = counting.descriptions(rows.store.connection, DESCRIPTIONS.format(where=""), EVER.before)
    assert sorted(described.select("load_id", "text").rows()) == [("1", "old"), ("4", "new")]
    then = counting.descriptions(rows.store.connection, DESCRIPTIONS.format(where=""), SEEN + 3 * DAY)
    assert sorted(then["load_id"]) == ["1", "2", "3"], "of those from the end of the day on the first one"


@pytest.mark.parametrize(
    ("load", "row"),
    [
        ({"grade": "api"}, {}),
        ({"connector": "sheet"}, {}),
        ({}, {"is_gone": True}),
        ({}, {"account_id": "page"}),
        ({}, {"identified_by": "link"}),
    ],
)
def test_descriptions_that_differ_in_anything_stay_both(rows: Rows, load: dict[str, Any], row: dict[str, Any]) -> None:
    rows.load("a", **load)
    rows.post("a", "p", **row)
    rows.load("b", SEEN + DAY)
    rows.post("b", "p", observed_at=SEEN + DAY)
    described = counting.descriptions(rows.store.connection, DESCRIPTIONS.format(where=""), EVER.before)
    assert described.height == 2


def test_a_description_without_an_account_stays_for_each_folder(rows: Rows) -> None:
    for day, path in enumerate(("one/a.csv", "one/b.csv", "two/c.csv")):
        rows.load(path, SEEN + day * DAY, path=path)
        rows.post(path, "p", observed_at=SEEN + day * DAY)
    described = counting.descriptions(rows.store.connection, DESCRIPTIONS.format(where=""), EVER.before)
    assert sorted(described["load_id"]) == ["one/b.csv", "two/c.csv"]


def test_of_reasons_that_say_the_same_the_last_stays(rows: Rows) -> None:
    told = [{"metric": "likes", "reason": "hidden"}]
    for day in range(3):
        rows.load(f"{day}", SEEN + day * DAY)
        rows.reading(f"{day}", "a", SEEN + day * DAY, unknown_because=told)
        rows.reading(f"{day}", "b", SEEN + day * DAY, is_final=day > 1)
    query = REASONS.format(where="", and_="where")
    assert sorted(counting.reasons(rows.store.connection, query).select("load_id", "post_id").rows()) == [
        ("1", "b"), ("2", "a"),
    ]  # fmt: skip


readings = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 9),
        st.fixed_dictionaries({m: st.one_of(st.none(), st.integers(0, 3)) for m in ("views", "impressions", "reach")}),
        st.booleans(),
    ),
    max_size=14,
)


histories = st.lists(st.tuples(readings, readings), min_size=5, max_size=5)
"""Of posts of their own: five are one example, since most of the time goes by the example."""


@settings(max_examples=12, deadline=None)
@given(each=histories, before=st.integers(1, 10), cut=st.integers(0, 9))
def test_the_last_readings_of_what_was_chosen_are_those_of_everything(
    connection: Any, each: list[tuple[list[Any], list[Any]]], before: int, cut: int
) -> None:
    """Also beside what comes in later, whichever day that is of."""
    rows = Rows(connection)
    history, later = (
        [(f"{number}{post}", *reading) for number, both in enumerate(each) for post, *reading in both[when]]
        for when in (0, 1)
    )
    for number, (post, day, metrics, is_typed) in enumerate([*history, *later]):
        at = SEEN + day * DAY
        rows.load(f"{number}", at, grade="entered" if is_typed else "export")
        rows.reading(f"{number}", post, at, row=number, **metrics)
    every = counting.frame(rows.store.connection, READINGS.format(where=""))
    query = READINGS.format(where=f"where load_id::int < {len(history)}")
    span = Span(SEEN + before * DAY, (SEEN + cut * DAY,))
    some = counting.readings(rows.store.connection, query, span, Whole(), SURE)
    came_later = every.filter(pl.col("load_id").cast(pl.Int64) >= len(history))

    def last(frame: pl.DataFrame, within: list[str]) -> pl.DataFrame:
        numbered = frame.lazy().with_columns((pl.col("observed_at") >= span.cuts[0]).alias("half"))
        last_readings = latest(numbered, span.before, within, with_read_at=("reach",), with_until=True)
        return last_readings.collect().sort("post_id", *within)

    for within in ([], ["half"]):
        then = every.filter(pl.col("load_id").cast(pl.Int64) < len(history))
        assert last(some, within).equals(last(then, within))
        assert last(pl.concat([some, came_later]), within).equals(last(every, within))
