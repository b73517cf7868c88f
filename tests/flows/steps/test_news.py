"""Whether there is something to publish: asked every few minutes, and a yes makes a night."""

from __future__ import annotations

from datetime import date

from connectors import PLATFORMS
from flows.steps import news, night
from flows.steps.picture_files import THUMBNAILS
from tests.conftest import CAMPAIGN, World, meta, post
from tests.flows.steps.test_picture_files import picture
from warehouse.publish.report.khmer_texts import khmer_texts
from warehouse.publish.workbook.khmer_book import khmer_book


def publish(world: World) -> None:
    world.load()
    night.release(world.workspace, night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30)))


def test_a_file_the_plan_corrected_texts_and_pictures_are_news_once(world: World) -> None:
    def drop_a_file() -> None:
        world.drop("2024-10-01/a.csv", meta(post(1, Views=7)))

    def change_the_plan() -> None:
        world.plan(CAMPAIGN + "# a remark\n")

    def correct_a_text(khmer: str) -> None:
        (world.workspace.home / "khmer.xlsx").write_bytes(khmer_book(khmer_texts(PLATFORMS), {"page.overview": khmer}))

    def put_a_picture(width: int) -> None:
        picture(world.workspace.home / THUMBNAILS, "clip.png", (width, 10))

    def spoil_the_picture() -> None:
        (world.workspace.home / THUMBNAILS / "clip.png").write_bytes(b"")

    assert news.has_news(world.workspace)
    texts = (lambda: correct_a_text("ក"), lambda: correct_a_text("ខ"))
    pictures = (lambda: put_a_picture(10), lambda: put_a_picture(20), spoil_the_picture)
    for change in (drop_a_file, change_the_plan, *texts, *pictures):
        change()
        assert news.has_news(world.workspace)
        publish(world)
        assert not news.has_news(world.workspace)
    (world.workspace.home / "khmer.xlsx").unlink()
    assert news.has_news(world.workspace)
