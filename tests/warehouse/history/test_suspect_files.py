"""A file is in doubt where more than half of five or more posts fell by over 2 %, and just there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from flows.steps.withdrawal import withdraw
from tests.conftest import World, meta, post
from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.history import suspect_files

LATER = SEEN + timedelta(days=1)


def doubted(rows: Rows) -> list[str]:
    return suspect_files.find(rows.store.connection, rows.loads())["load_id"].to_list()


def two_files(
    rows: Rows, before: list[int | None], after: list[int | None], metric: str = "views", **columns: object
) -> None:
    """The same posts in two files, a day apart."""
    rows.load("old")
    rows.load("new", LATER, **columns)
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        rows.reading("old", str(number), **{metric: one})
        rows.reading("new", str(number), LATER, **{metric: other})


@pytest.mark.parametrize(("after", "is_doubted"), [(980, False), (979, True), (1000, False), (0, True)])
def test_two_percent_is_the_least_that_a_post_may_not_fall_by(rows: Rows, after: int, is_doubted: bool) -> None:
    two_files(rows, [1000] * 5, [after] * 5)
    assert doubted(rows) == ["new"] * is_doubted


@pytest.mark.parametrize(
    ("fell", "shared", "is_doubted"), [(2, 5, False), (3, 5, True), (3, 6, False), (4, 6, True), (4, 4, False)]
)
def test_more_than_half_of_five_posts_or_more(rows: Rows, fell: int, shared: int, is_doubted: bool) -> None:
    two_files(rows, [1000] * shared, [1] * fell + [1000] * (shared - fell))
    assert doubted(rows) == ["new"] * is_doubted


def test_a_post_that_only_one_file_knows_says_nothing(rows: Rows) -> None:
    two_files(rows, [1000] * 4 + [None], [1] * 5)
    assert doubted(rows) == []


def test_the_first_metric_that_both_know_decides(rows: Rows) -> None:
    rows.load("old")
    rows.load("new", LATER)
    for number in range(5):
        rows.reading("old", str(number), views=10, likes=1000)
        rows.reading("new", str(number), LATER, views=10, likes=1)
    assert doubted(rows) == []


@pytest.mark.parametrize("metric", ["views", "impressions", "reach", "likes"])
def test_each_of_the_main_metrics_can_tell(rows: Rows, metric: str) -> None:
    two_files(rows, [1000] * 5, [1] * 5, metric)
    assert doubted(rows) == ["new"]


def test_a_metric_that_is_no_main_one_tells_nothing(rows: Rows) -> None:
    two_files(rows, [1000] * 5, [1] * 5, "comments")
    assert doubted(rows) == []


@pytest.mark.parametrize(
    "columns", [{"grade": "api"}, {"grade": "entered"}, {"is_document": True}, {"refused": "x"}, {"withdrawn": "x"}]
)
def test_what_an_api_said_what_people_typed_and_what_does_not_count_is_not_judged(
    rows: Rows, columns: dict[str, object]
) -> None:
    two_files(rows, [1000] * 5, [1] * 5, **columns)
    assert doubted(rows) == []


def test_readings_of_one_instant_are_not_earlier_than_each_other(rows: Rows) -> None:
    rows.load("old")
    rows.load("new")
    for number in range(5):
        rows.reading("old", str(number), views=1000)
        rows.reading("new", str(number), views=1)
    assert doubted(rows) == []


def test_without_the_file_that_is_doubted_the_next_one_is_judged_anew(rows: Rows) -> None:
    two_files(rows, [1000] * 5, [1] * 5)
    rows.load("last", LATER + timedelta(days=1))
    for number in range(5):
        rows.reading("last", str(number), LATER + timedelta(days=1), views=1000)
    assert doubted(rows) == ["new"]


def test_gains_of_a_period_are_no_lifetime_readings(rows: Rows) -> None:
    rows.load("old")
    rows.load("new", LATER)
    for number in range(5):
        rows.reading("old", str(number), views=1000)
        rows.reading("new", str(number), LATER, views=1, period_start=SEEN.date(), period_end=SEEN.date())
    assert doubted(rows) == []


def test_a_file_dated_wrong_is_kept_and_not_used(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(*(post(n, Views=1000) for n in range(1, 7))))
    world.drop("2024-10-02/b.csv", meta(*(post(n, Views=100) for n in range(1, 7))))
    assert "dated wrong" in world.load().problems[0]
    assert world.campaign()["views"] == 6000


def test_a_withdrawn_file_doubts_no_other(world: World) -> None:
    rows = [post(n, Views=1000) for n in range(1, 7)]
    world.drop("2024-10-01/wrong.csv", meta(*rows))
    world.drop("2024-10-02/right.csv", meta(*(r | {"Views": 10} for r in rows)))
    assert world.campaign()["views"] == 6000
    withdraw(world.workspace, "wrong.csv", "another page's", "Dara")
    assert world.campaign()["views"] == 60


def test_the_sentence_says_how_many_posts_fell_and_what_helps(rows: Rows) -> None:
    two_files(rows, [1000] * 6, [1] * 5 + [1000])
    assert suspect_files.find(rows.store.connection, rows.loads()).rows() == [
        (
            "new",
            "5 of its 6 posts known before lie over 2 % below an earlier reading: the file is dated wrong or covers a "
            "period. Put it into a folder named by the day it was downloaded, such as 2024-12-30, or say the day: reach "
            "date.",
        )
    ]


def test_judging_leaves_nothing_behind_in_the_warehouse(rows: Rows) -> None:
    two_files(rows, [1000] * 5, [1] * 5)
    assert doubted(rows) == ["new"]
    assert not rows.store.connection.execute("select 1 from duckdb_views() where view_name = 'judged'").fetchall()


@pytest.mark.parametrize(("until", "is_doubted"), [(LATER - timedelta(microseconds=1), True), (LATER, False)])
def test_a_file_of_which_the_day_is_not_known_is_earlier_only_once_it_must_have_been_read(
    rows: Rows, until: datetime, is_doubted: bool
) -> None:
    rows.load("old", observed_until=until)
    rows.load("new", LATER)
    for number in range(5):
        rows.reading("old", str(number), views=1000)
        rows.reading("new", str(number), LATER, views=10)
    assert doubted(rows) == ["new"] * is_doubted


def test_a_file_of_which_the_day_is_not_known_is_judged_from_the_first_instant_on(rows: Rows) -> None:
    two_files(rows, [1000] * 5, [10] * 5, observed_until=LATER + timedelta(days=9))
    assert doubted(rows) == ["new"]
