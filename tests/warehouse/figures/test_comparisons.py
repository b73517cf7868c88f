"""Posts beside the past of their page. docs/rules.md: Compared with its own past."""

from __future__ import annotations

import statistics
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import TIMESTAMP
from connectors.platform import Change
from flows.steps import keeping, night
from tests.conftest import OTHER_PAGE, PAGE, World, meta, post
from warehouse.figures.comparisons import FEWEST, by_one_definition, with_medians
from warehouse.history import rows
from warehouse.readings.at_ages import AT_AGES, PAST
from warehouse.readings.definition_changes import Boundary

BORN = datetime(2024, 9, 2, 8)
DAY = timedelta(days=1)
TYPES = {
    **AT_AGES, "account_id": pl.String, "kind": pl.String, "published_at": TIMESTAMP, "definition": pl.Int64,
    "counts_as": pl.String,
}  # fmt: skip


def figure(number: int, value: int, days: float, **cells: Any) -> dict[str, Any]:
    """A post's views after seven days, published so many days after the first."""
    given_cells = {
        "platform": "facebook", "post_id": f"p{number:03}", "age_days": 7, "metric": "views", "value": value,
        "is_exact": True, "account_id": "page", "kind": "video", "published_at": BORN + days * DAY, "definition": 0,
    }  # fmt: skip
    return given_cells | cells


def compared(*figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is told of each post, by its id."""
    return {row["post_id"]: row for row in with_medians(pl.DataFrame(figures, TYPES)).iter_rows(named=True)}


def test_a_post_is_held_against_the_median_of_those_before_it() -> None:
    past = [figure(number, number, number) for number in range(1, 11)]
    row = compared(*past, figure(11, 22, 11), figure(12, 10_000, 12))["p011"]
    assert (row["posts_compared"], row["median"], row["times"], row["is_approximate"]) == (10, 5.5, 4.0, False)


@pytest.mark.parametrize(("posts", "median"), [(FEWEST - 1, None), (FEWEST, 5.0)])
def test_below_ten_posts_nothing_is_said_but_how_many_there_are(posts: int, median: float | None) -> None:
    row = compared(*(figure(number, 5, number) for number in range(posts)), figure(99, 15, 50))["p099"]
    assert (row["posts_compared"], row["median"], row["times"]) == (posts, median, median and 3.0)


def test_a_median_of_nothing_has_no_multiple() -> None:
    row = compared(*(figure(number, 0, number) for number in range(10)), figure(99, 15, 50))["p099"]
    assert (row["median"], row["times"]) == (0.0, None)


def test_posts_of_one_instant_are_not_before_each_other() -> None:
    rows_of_posts = compared(*(figure(number, 5, 0) for number in range(11)))
    assert {row["posts_compared"] for row in rows_of_posts.values()} == {0}


@pytest.mark.parametrize(("before", "posts"), [(PAST, 10), (PAST + timedelta(microseconds=1), 9)])
def test_the_past_is_a_year(before: timedelta, posts: int) -> None:
    first = figure(1, 5, 0, published_at=BORN + 300 * DAY - before)
    row = compared(first, *(figure(number, 5, 200) for number in range(2, 11)), figure(99, 5, 300))["p099"]
    assert row["posts_compared"] == posts


@pytest.mark.parametrize(
    "other",
    [{"account_id": "other"}, {"kind": "photo"}, {"age_days": 28}, {"metric": "likes"}, {"definition": 1},
     {"platform": "instagram"}],
)  # fmt: skip
def test_only_the_same_page_kind_age_metric_and_definition_are_compared(other: dict[str, Any]) -> None:
    past = [figure(number, 5, number) for number in range(10)]
    assert compared(*past, figure(99, 5, 50, **other))["p099"]["posts_compared"] == 0


def test_posts_of_one_page_that_show_one_videos_figures_count_once() -> None:
    twins = [figure(1, 5, 1, counts_as="p001"), figure(2, 5, 2, counts_as="p001")]
    told = compared(*twins, figure(3, 5, 3))
    assert (told["p003"]["posts_compared"], "p002" in told) == (1, False)


def test_a_rounded_figure_marks_itself_and_every_median_that_it_is_behind() -> None:
    past = [figure(number, 5, number, is_exact=number > 0) for number in range(12)]
    told = compared(*past)
    marked = {name for name, row in told.items() if row["is_approximate"]}
    assert marked == {"p000", "p010", "p011"}, "the others have no median that it could be behind"


figures = st.lists(
    st.builds(
        lambda value, days, page, kind, exact: figure(0, value, days, account_id=page, kind=kind, is_exact=exact),
        st.integers(0, 5), st.sampled_from([*range(8), 365, 366, 367, 800]), st.sampled_from("ab"),
        st.sampled_from(["video", "photo"]), st.booleans(),
    ),
    max_size=60,
)  # fmt: skip


@given(figures)
def test_every_row_is_what_a_look_at_all_posts_before_it_gives(drawn: list[dict[str, Any]]) -> None:
    posts = [one | {"post_id": f"p{number:03}"} for number, one in enumerate(drawn)]
    told = compared(*posts)
    assert len(told) == len(posts)
    for one in posts:
        past = [
            other for other in posts
            if (other["account_id"], other["kind"]) == (one["account_id"], one["kind"])
            and one["published_at"] - timedelta(days=365) <= other["published_at"] < one["published_at"]
        ]  # fmt: skip
        median = statistics.median(other["value"] for other in past) if len(past) >= 10 else None
        is_approximate = not one["is_exact"] or (median is not None and not all(other["is_exact"] for other in past))
        row = told[one["post_id"]]
        assert (row["posts_compared"], row["median"], row["is_approximate"]) == (len(past), median, is_approximate)
        assert row["times"] == (pytest.approx(one["value"] / median) if median else None)


@pytest.mark.parametrize(
    ("published", "read", "definition"),
    [(1, 8, 0), (9, 16, None), (9.99, 17, None), (2, 9.99, 0), (3, 10, None), (10, 17, 1)],
)
def test_figures_counted_by_another_definition_are_apart_and_those_by_two_are_left_out(
    published: float, read: float, definition: int | None
) -> None:
    change = Change("facebook", "views", BORN.date(), ("video",), "plays", "views", "somewhere", is_given=True)
    boundary = Boundary(change, BORN + 10 * DAY)
    one = figure(1, 5, published, read_at=BORN + read * DAY)
    of_another = [one | {"metric": "likes"}, one | {"kind": "photo"}, one | {"platform": "tiktok"}]
    told = pl.DataFrame([one, *of_another], TYPES).drop("definition")
    expected = [] if definition is None else [definition]
    assert by_one_definition(told, [boundary])["definition"].to_list() == [*expected, 0, 0, 0]


def daily(numbers: range, page: str = PAGE) -> list[dict[str, Any]]:
    """Posts of ``numbers``, one published each day from 1 September 2024 on, each with its number of views."""
    return [
        post(number, page, Publish_time=f"09/{number:02}/2024 08:00", Views=number * 10, Reactions=number)
        for number in numbers
    ]


@pytest.fixture
def read_daily(world: World) -> World:
    """Twelve posts of one page, and two of another, that were read on each day of September."""
    for day in range(2, 31):
        read = daily(range(1, min(day, 13))) + daily(range(11, min(day, 13)), OTHER_PAGE)
        world.drop(f"2024-09-{day:02}/a.csv", meta(*read))
    return world


def test_posts_of_campaigns_stand_beside_their_pages_past_posts_as_of_a_day(read_daily: World) -> None:
    table = read_daily.table("post_comparisons", "2024-09-30")
    last = table.filter(metric="views", age_days=7, account_id=PAGE).sort("value").row(-1, named=True)
    assert (last["value"], last["posts_compared"], last["median"], last["times"]) == (120, 11, 60.0, 2.0)
    assert table.filter(account_id=OTHER_PAGE)["median"].null_count() == table.filter(account_id=OTHER_PAGE).height
    then = read_daily.table("post_comparisons", "2024-09-12")
    assert then["age_days"].unique().to_list() == [1, 7]
    assert then.equals(
        table.filter(pl.col("read_at") <= then["read_at"].max()).with_columns(as_of=then["as_of"].first())
    )


def test_posts_outside_campaigns_are_compared_with_and_have_no_rows(world: World) -> None:
    past = [row | {"Description": "something else"} for row in daily(range(1, 11))]
    for number, row in enumerate([*past, *daily(range(11, 12))], start=1):
        world.drop(f"2024-09-{number + 8:02}/a.csv", meta(row))
    table = world.table("post_comparisons", "2024-09-30").filter(metric="views")
    assert table.select("post_id", "age_days", "posts_compared").rows() == [(f"{PAGE}_{post(11)['Post ID']}", 7, 10)]


def test_a_deleted_post_keeps_its_place_in_the_past(read_daily: World) -> None:
    read_daily.drop("2024-09-30/a.csv", meta(*daily(range(2, 13))))
    assert read_daily.table("post_comparisons")["posts_compared"].max() == 11


def test_nights_over_a_long_history_tell_what_a_look_at_everything_does(
    read_daily: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_it_is = read_daily.table("post_comparisons", "2024-09-30")
    monkeypatch.setattr(rows, "LONG", -1)
    monkeypatch.setattr(rows, "DEEP", 0)
    later = [read_daily.workspace.inbox / f"2024-09-{day}" for day in range(10, 31)]
    kept_aside = read_daily.workspace.home / "aside"
    kept_aside.mkdir()
    for folder in later:
        folder.rename(kept_aside / folder.name)
    nights = []
    for folder in [None, *later]:
        if folder is not None and folder.name[-1] != "5":  # some days are not exported, others come together
            (kept_aside / folder.name).rename(folder)
            if folder.name[-1] == "7":
                continue
        read_daily.load()
        good = night.read_plan(read_daily.workspace)
        computed = night.compute(read_daily.workspace, good, datetime(2024, 9, 30).date())
        keeping.keep(read_daily.workspace, computed, good.plan)
        nights.append(computed)
    assert [one.day.looked_at.scope.kept is not None for one in nights[1:]].count(False) == 0
    for folder in kept_aside.iterdir():
        folder.rename(read_daily.workspace.inbox / folder.name)
    read_daily.load()
    last = night.compute(read_daily.workspace, night.read_plan(read_daily.workspace), datetime(2024, 9, 30).date())
    assert last.day.looked_at.of_ages.rows.height > 0
    assert last.tables["post_comparisons"].equals(as_it_is)
