"""A campaign always has a picture, and what a reader has to know of it stands beside it."""

from __future__ import annotations

import pytest

from tests.conftest import World, meta, post
from tests.warehouse.publish.report.forum import book_of
from warehouse.publish.report import campaign_charts, charts
from warehouse.publish.report.charts import Drawing
from warehouse.publish.report.language import LANGUAGES, Language


def drawings(world: World, language: Language = "en") -> dict[str, Drawing]:
    book = book_of(world, language=language)
    rows = book.contents.campaigns["forum"].charts
    return {
        drawing.id: drawing
        for drawing in campaign_charts.of_campaign(rows, book.asset_titles("forum"), book.captions, charts.PAGE)
    }


def test_what_a_campaign_gained_is_added_up_over_its_days(world: World) -> None:
    for day, views in (("2024-12-01", 10), ("2024-12-02", 15), ("2024-12-04", 40)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    growth = drawings(world)["chart-growth"]
    assert [row[1:3] for row in growth.rows] == [("10", "10"), ("15", "5"), ("40", "25")]
    assert "10 by 1 December 2024, 40 by 4 December 2024" in growth.alt


@pytest.mark.parametrize("posts", [1, 2])
def test_a_campaign_of_one_page_and_one_reading_has_a_picture_of_its_posts(world: World, posts: int) -> None:
    world.drop("2024-12-01/a.csv", meta(*(post(n, Views=10 * n) for n in range(1, posts + 1))))
    drawn = drawings(world)
    assert list(drawn) == ["chart-what"]
    assert [row[1] for row in drawn["chart-what"].rows] == ["20", "10"][-posts:]


def test_one_post_is_no_picture_beside_another(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-12-02/a.csv", meta(post(1, Views=15)))
    assert list(drawings(world)) == ["chart-growth"]


@pytest.mark.parametrize(("views", "is_said"), [((50, 50), False), ((51, 49), True), ((100,), False)])
def test_one_post_that_makes_more_than_half_of_the_views_is_said(
    world: World, views: tuple[int, ...], is_said: bool
) -> None:
    world.drop("2024-12-01/a.csv", meta(*(post(n, Views=count) for n, count in enumerate(views, start=1))))
    told = " ".join(drawings(world)["chart-what"].notes)
    assert ("One post makes 51% of the views that are known" in told) == is_said


def test_posts_that_begin_alike_and_one_text_on_two_pages_are_told_apart(world: World) -> None:
    begins = "The contest of 2024 by the association of young people in Kampong Speu: #forum "
    texts = (f"{begins} Sokha", f"{begins} Dara", "#forum", "#forum")
    pages = [f"10006450000000{at}" for at in range(1, 5)]
    rows = (post(at, pages[at - 1], Views=90 - at, Description=text) for at, text in enumerate(texts, 1))
    world.drop("2024-12-01/a.csv", meta(*rows))
    names = [row[0] for row in drawings(world)["chart-what"].rows]
    assert len(set(names)) == len(texts)
    assert names[0].endswith("Sokha")
    assert names[1].endswith("Dara")


def test_every_language_has_the_same_charts(world: World) -> None:
    published = "01/20/2024 08:00"
    world.drop(
        "2024-02-01/a.csv", meta(post(1, Views=10, Publish_time=published), post(2, Views=90, Publish_time=published))
    )
    world.drop(
        "2024-06-02/a.csv", meta(post(1, Views=15, Publish_time=published), post(2, Views=95, Publish_time=published))
    )
    ids = {language: list(drawings(world, language)) for language in LANGUAGES}
    assert ids["en"] == ids["km"] == ["chart-growth", "chart-what", "chart-quarters"]
