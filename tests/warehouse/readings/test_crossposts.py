"""A video's own figures count once, on however many pages they stand. docs/rules.md: One post, one vote."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from connectors.contract import METRIC_COLUMNS, METRIC_NAMES, TIMESTAMP
from tests.conftest import OTHER_PAGE, PAGE, World, meta
from tests.samples import crossposted
from warehouse.readings import crossposts


def test_a_cross_posted_videos_own_figures_count_once(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE)))
    world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE)))
    tables = world.tables()
    assert tables["campaign_totals"].select("posts", "views", "shares").row(0) == (1, 50, 2)
    assert tables["account_totals"]["views"].to_list() == [50, 50]


def test_cross_posts_whose_pages_have_figures_of_their_own_count_each(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE)))
    world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE, Reactions=6)))
    assert world.campaign()["views"] == 100


def test_posts_are_one_video_from_four_metrics_on_that_both_pages_know(world: World) -> None:
    def drop(**less: Any) -> None:
        world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE)))
        world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE, **less)))

    drop(Shares="")
    assert world.campaign()["views"] == 100
    drop()
    assert world.campaign()["views"] == 50


def test_posts_of_which_everything_is_zero_are_not_taken_for_one_video(world: World) -> None:
    nothing = {"Views": 0, "Reactions": 0, "Comments": 0, "Shares": 0}
    world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE, **nothing)))
    world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE, **nothing)))
    assert world.campaign()["posts"] == 2


def test_posts_that_hang_together_by_pairs_count_as_the_first_of_them() -> None:
    pairs = pl.DataFrame({"platform": ["x"] * 3, "post_id": ["b", "c", "e"], "post_id_other": ["c", "d", "f"]})
    assert crossposts._joined(pairs).select("post_id", "counts_as").rows() == [
        ("b", "b"), ("c", "b"), ("d", "b"), ("e", "e"), ("f", "e")
    ]  # fmt: skip


AT = datetime(2024, 10, 1, 5)
LATER = datetime(2024, 10, 3)
ZONE = "Asia/Phnom_Penh"
FOUR = {"views": 50, "likes": 5, "comments": 0, "shares": 2}


def read(post_id: str, at: datetime = AT, platform: str = "facebook", **metrics: int | None) -> dict[str, Any]:
    return {"platform": platform, "post_id": post_id, "observed_at": at} | FOUR | metrics


def counting_as(readings: list[dict[str, Any]], posts: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    schema = {"platform": pl.String, "post_id": pl.String, "observed_at": TIMESTAMP}
    read_by_day = pl.DataFrame(readings, schema=schema | dict.fromkeys(METRIC_COLUMNS, pl.Int64)).with_columns(
        rounded=pl.lit(None, METRIC_NAMES), is_measured=pl.lit(True)
    )
    names = ("platform", "post_id", "account_id", "video_id", "text")
    given = {"platform": "facebook", "video_id": "v", "is_crosspost": False}
    described = pl.DataFrame(
        [given | {"account_id": f"page of {row['post_id']}"} | row for row in posts],
        schema=dict.fromkeys(names, pl.String) | {"is_crosspost": pl.Boolean},
    )
    result = crossposts.shared(read_by_day.lazy(), described, LATER, ZONE)
    assert result.schema == dict.fromkeys(("platform", "post_id", "counts_as"), pl.String)
    return [row[1:] for row in result.rows()]


A, B = {"post_id": "a"}, {"post_id": "b"}
ONE = [("a", "a"), ("b", "a")]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (A, B, ONE),
        (B, A, ONE),
        (A, B | {"video_id": "w"}, []),
        (A, B | {"video_id": None}, []),
        (A | {"account_id": "p"}, B | {"account_id": "p"}, []),
        (A | {"account_id": None}, B, ONE),
        (A, B | {"platform": "instagram"}, []),
        (A | {"video_id": None, "text": "t", "is_crosspost": True}, B | {"video_id": None, "text": "t", "is_crosspost": True}, ONE),
        (A | {"video_id": None, "text": "t", "is_crosspost": True}, B | {"video_id": None, "text": "t"}, []),
        (A | {"video_id": None, "text": "t", "is_crosspost": True}, B | {"video_id": None, "text": "u", "is_crosspost": True}, []),
        (A | {"video_id": None, "text": "v", "is_crosspost": True}, B, []),
    ],
)  # fmt: skip
def test_rows_of_two_pages_share_a_video_by_its_id_or_as_cross_posts_of_one_text(
    first: dict[str, Any], second: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    readings = [read(row["post_id"], platform=row.get("platform", "facebook")) for row in (first, second)]
    assert counting_as(readings, [first, second]) == expected


@pytest.mark.parametrize(
    ("metrics", "other", "expected"),
    [
        ({}, {"likes": 6}, []),
        ({"reach": 9}, {}, ONE),
        ({"reach": 9}, {"reach": 9}, ONE),
        ({"reach": 9}, {"reach": 8}, []),
        ({"shares": None}, {}, []),
        ({"shares": None, "reach": 4}, {"reach": 4}, ONE),
        ({"views": 0, "likes": 0, "shares": 0}, {"views": 0, "likes": 0, "shares": 0}, []),
        ({"views": 1, "likes": 0, "shares": 0}, {"views": 1, "likes": 0, "shares": 0}, ONE),
        ({"views": 0, "likes": 0, "shares": 0, "reach": 3}, {"views": 0, "likes": 0, "shares": 0}, []),
    ],
)
def test_all_that_both_pages_know_is_equal_and_not_all_of_it_nothing(
    metrics: dict[str, int | None], other: dict[str, int | None], expected: list[tuple[str, str]]
) -> None:
    assert counting_as([read("a", **metrics), read("b", **other)], [A, B]) == expected


def test_only_the_last_day_that_both_pages_tell_of_counts() -> None:
    day, moment = timedelta(days=1), timedelta(microseconds=1)
    apart = [read("a", views=7), read("b")]
    last = [read("a", AT + day), read("b", AT + day)]
    assert counting_as(apart + last, [A, B]) == ONE
    assert counting_as([read("a"), read("b"), read("a", AT + day, views=7), read("b", AT + day)], [A, B]) == []
    assert counting_as([*apart, read("a", AT + day)], [A, B]) == []
    assert counting_as(apart + [read(post, LATER, views=50) for post in "ab"], [A, B]) == []
    assert counting_as(apart + [read(post, LATER - moment, views=50) for post in "ab"], [A, B]) == ONE
    told_less = [read("a", AT + day, shares=None), read("b", AT + day, likes=6)]
    assert counting_as([read("a"), read("b"), *told_less], [A, B]) == ONE


def test_each_pair_has_a_last_day_of_its_own() -> None:
    day = timedelta(days=1)
    third = {"post_id": "c"}
    readings = [read("a"), read("b"), read("c"), read("a", AT + day, views=51), read("c", AT + day, views=52)]
    assert counting_as(readings, [A, B, third]) == [*ONE, ("c", "a")]
    elsewhere = [read("a", AT + day, "x"), read("b", AT + day, "x", views=7)]
    posts = [row | {"platform": platform} for platform in ("facebook", "x") for row in (A, B)]
    assert counting_as([*readings[:2], *elsewhere], posts) == ONE


def test_two_posts_of_one_page_are_two() -> None:
    one_page = [row | {"account_id": "p"} for row in (A, B)]
    assert counting_as([read("a"), read("b"), read("c", views=7)], [*one_page, {"post_id": "c"}]) == []


def test_days_are_those_of_the_reporting_zone() -> None:
    evening, morning = datetime(2024, 10, 1, 16, 59), datetime(2024, 10, 1, 17)
    assert counting_as([read("a", evening), read("b", morning)], [A, B]) == []
    assert counting_as([read("a", morning), read("b", datetime(2024, 10, 2, 16, 59))], [A, B]) == ONE


def test_what_three_pages_show_in_pairs_is_one_and_other_videos_are_others() -> None:
    posts = [A, B, {"post_id": "c"}, {"post_id": "d", "video_id": "w"}, {"post_id": "e", "video_id": "w"}]
    assert counting_as([read(post) for post in "abcde"], posts) == [
        ("a", "a"), ("b", "a"), ("c", "a"), ("d", "d"), ("e", "d")
    ]  # fmt: skip


def test_posts_of_two_platforms_that_have_one_id_do_not_hang_together() -> None:
    pairs = pl.DataFrame({"platform": ["y", "x", "x"], "post_id": ["a", "c", "b"], "post_id_other": ["b", "d", "c"]})
    assert crossposts._joined(pairs).rows() == [
        ("x", "b", "b"), ("x", "c", "b"), ("x", "d", "b"), ("y", "a", "a"), ("y", "b", "a")
    ]  # fmt: skip
    both_show_c = pl.DataFrame({"platform": ["x"] * 2, "post_id": ["a", "b"], "post_id_other": ["c", "c"]})
    assert crossposts._joined(both_show_c)["counts_as"].to_list() == ["a", "a", "a"]


TOGETHER = pl.DataFrame(
    {"platform": ["x", "x", "x", "y", "y"], "post_id": ["a", "b", "c", "a", "d"], "counts_as": ["a", "a", "a", "a", "a"]}
)  # fmt: skip


def test_what_was_read_of_one_page_is_a_reading_of_every_post_that_counts_as_one_with_it() -> None:
    read_of = pl.DataFrame({"views": [1, 2, 3], "platform": ["x", "x", "z"], "post_id": ["a", "c", "a"]}).lazy()
    assert crossposts.read_alone(read_of).collect().rows() == [
        (1, "x", "a", None),
        (2, "x", "c", None),
        (3, "z", "a", None),
    ]
    result = crossposts.read_together(read_of, TOGETHER).collect()
    assert result.schema == {"views": pl.Int64, "platform": pl.String, "post_id": pl.String, "read_as": pl.String}
    assert sorted(result.rows(), key=str) == [
        (1, "x", "a", None), (1, "x", "b", "a"), (1, "x", "c", "a"),
        (2, "x", "a", "c"), (2, "x", "b", "c"), (2, "x", "c", None),
        (3, "z", "a", None),
    ]  # fmt: skip


def test_what_counts_as_one_was_published_when_the_first_page_published_it() -> None:
    first = AT - timedelta(days=1)
    at = [AT, first, None, AT, AT + timedelta(days=1), AT + timedelta(days=2)]
    posts = pl.DataFrame(
        {"platform": [*"xxxyxx"], "post_id": [*"abcazw"], "published_at": at, "kind": [*"klmklm"], "text": ["t"] * 6}
    )
    result = crossposts.born(posts, TOGETHER)
    assert result.columns == ["platform", "post_id", "published_at", "kind"]
    assert result["kind"].to_list() == [*"klmklm"]
    assert result["published_at"].to_list() == [first, first, first, AT, *at[4:]]
