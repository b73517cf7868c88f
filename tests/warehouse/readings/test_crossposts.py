"""A video's own figures count once, on however many pages they stand. docs/rules.md: One post, one vote."""

from __future__ import annotations

from tests.conftest import OTHER_PAGE, PAGE, World, meta
from tests.samples import crossposted


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
