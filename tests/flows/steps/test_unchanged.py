"""A night to which nothing came publishes nothing and tells the same; whatever changes what it is made of computes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from connectors import PLATFORMS
from flows.steps import night, unchanged
from flows.steps.picture_files import THUMBNAILS
from flows.steps.settings import Workspace
from flows.steps.unchanged import StillPublished
from tests.conftest import CAMPAIGN, World, copy_of, meta, new_world, post
from tests.flows.steps.test_picture_files import picture
from warehouse.publish.report.khmer_texts import khmer_texts
from warehouse.publish.workbook.khmer_book import khmer_book

DAY = date(2024, 12, 30)


def after_a_look(world: World, day: date = DAY) -> StillPublished | None:
    workspace = Workspace(world.workspace.home)  # as the next process sees it
    night.receive(workspace)
    good = night.keep_plan(workspace)
    return unchanged.still_published(workspace, good, day, night.load(workspace, good.plan.project.timezone))


@pytest.fixture(scope="module")
def kept_night(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world after a night, which is remembered, for copies."""
    world = new_world(tmp_path_factory.mktemp("kept"))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=7)))
    world.load()
    good = night.read_plan(world.workspace)
    night.release(world.workspace, night.compute(world.workspace, good, DAY))
    unchanged.remember(world.workspace, good, DAY, ["a page is gone"], ["look at this"])
    return world


@pytest.fixture
def published(kept_night: World, tmp_path: Path) -> World:
    return copy_of(kept_night, tmp_path)


def test_what_is_published_stands_and_tells_what_it_told(published: World) -> None:
    stands = after_a_look(published)
    assert stands is not None
    assert (stands.as_of, stands.problems, stands.to_look_at) == (DAY, ("a page is gone",), ("look at this",))
    assert stands.tables["campaign_totals"]["views"].to_list() == [7]


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


CHANGES: dict[str, Callable[[World], object]] = {
    "a file": lambda world: world.drop("2024-10-02/b.csv", meta(post(1, Views=9))),
    "the plan": lambda world: world.plan(CAMPAIGN + "\n# a remark\n"),
    "a setting": lambda world: (world.workspace.home / "reach.toml").write_text('language = "km"\n'),
    "a text in Khmer": lambda world: (world.workspace.home / "khmer.xlsx").write_bytes(
        khmer_book(khmer_texts(PLATFORMS), {"page.overview": "ក"})
    ),
    "a text in Khmer that cannot be used": lambda world: (world.workspace.home / "khmer.xlsx").write_bytes(b"cut off"),
    "a picture": lambda world: picture(world.workspace.home / THUMBNAILS, "clip.png"),
    "a lacking file": lambda world: (world.workspace.published / "parquet" / "post_totals.parquet").unlink(),
    "another size": lambda world: (world.workspace.published / "reach.xlsx").write_bytes(b"typed over"),
    "one bit": lambda world: flip(world.workspace.published / "parquet" / "post_totals.parquet"),
    "one bit of the night's folder": lambda world: flip(
        next(world.workspace.published.glob("nights/*/parquet/post_totals.parquet"))
    ),
    "another night": lambda world: night.release(
        world.workspace, night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 1))
    ),
    "nothing remembered": lambda world: unchanged.forget(world.workspace),
    "half remembered": lambda world: (world.workspace.home / unchanged.LAST).write_text("{"),
    "a rebuilt warehouse": lambda world: world.workspace.warehouse_file.unlink(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_night_computes_where_anything_changed(published: World, what: str) -> None:
    CHANGES[what](published)
    assert after_a_look(published) is None


def test_another_day_computes(published: World) -> None:
    assert after_a_look(published, date(2024, 12, 31)) is None


def test_another_program_computes(published: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged.program, "fingerprint", lambda: "another")
    assert after_a_look(published) is None


def test_where_it_cannot_be_remembered_the_next_night_computes(
    published: World, caplog: pytest.LogCaptureFixture
) -> None:
    unchanged.forget(published.workspace)
    (published.workspace.home / unchanged.LAST).mkdir()
    unchanged.remember(published.workspace, night.read_plan(published.workspace), DAY, [], [])
    assert "the next night computes it again" in caplog.text
    assert after_a_look(published) is None
