"""Whether there is something to publish: asked every few minutes, and a yes makes a night."""

from __future__ import annotations

from datetime import date

from connectors import PLATFORMS
from flows.steps import news, night
from tests.conftest import CAMPAIGN, World, meta, post
from warehouse.publish.report.khmer_texts import khmer_texts
from warehouse.publish.workbook.khmer_book import khmer_book


def publish(world: World) -> None:
    world.load()
    night.release(world.workspace, night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30)))


def test_a_file_the_plan_and_corrected_texts_are_news_once(world: World) -> None:
    def drop_a_file() -> None:
        world.drop("2024-10-01/a.csv", meta(post(1, Views=7)))

    def change_the_plan() -> None:
        world.plan(CAMPAIGN + "# a remark\n")

    def correct_a_text(khmer: str) -> None:
        (world.workspace.home / "khmer.xlsx").write_bytes(khmer_book(khmer_texts(PLATFORMS), {"page.overview": khmer}))

    assert news.has_news(world.workspace)
    for change in (drop_a_file, change_the_plan, lambda: correct_a_text("ក"), lambda: correct_a_text("ខ")):
        change()
        assert news.has_news(world.workspace)
        publish(world)
        assert not news.has_news(world.workspace)
    (world.workspace.home / "khmer.xlsx").unlink()
    assert news.has_news(world.workspace)
