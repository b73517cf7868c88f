"""A video's own figures count once, on however many pages they stand. docs/rules.md: One post, one vote."""

from __future__ import annotations

from typing import Any

import polars as pl

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
