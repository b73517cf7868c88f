"""Whether anything moved of what a campaign's past days are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.steps import keeping, night
from tests.conftest import CAMPAIGN, World, copy_of, meta, new_world, post, sheet
from warehouse.day import Day
from warehouse.figures import members
from warehouse.history import rows

DAY = date(2024, 12, 30)
UNTIL = date(2024, 10, 2)
OTHER = '[[campaign]]\nid = "other"\nactivity = "1.1"\nname = "Other"\nmatch = { hashtags = ["other"] }\n'


@pytest.fixture(autouse=True, scope="module")
def every_history_is_long() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "LONG", -1)
        patch.setattr(rows, "DEEP", 0)
        yield


def night_of(world: World) -> Day:
    world.load()
    good = night.read_plan(world.workspace)
    computed = night.compute(world.workspace, good, DAY)
    keeping.keep(world.workspace, computed, good.plan)
    return computed.day


@pytest.fixture(scope="module")
def kept_night(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two campaigns with a post each, read on two days, of which the second is not over, for copies."""
    world = new_world(tmp_path_factory.mktemp("kept"))
    world.plan(CAMPAIGN + OTHER)
    for day in (1, 2):
        posts = post(1, Views=day), post(2, Views=day, Description="#other")
        world.drop(f"2024-10-0{day}/a.csv", meta(*posts))
    night_of(world)
    return world


@pytest.fixture
def kept(kept_night: World, tmp_path: Path) -> World:
    return copy_of(kept_night, tmp_path)


CHANGES: dict[str, tuple[Callable[[World], object], set[str]]] = {
    "nothing": (lambda world: None, set()),
    "a later reading": (lambda world: world.drop("2024-10-03/a.csv", meta(post(1, Views=9))), set()),
    "a reading of the open day": (lambda world: world.drop("2024-10-02/b.csv", meta(post(1, Views=9))), set()),
    "a reading of a past day": (lambda world: world.drop("2024-10-01/b.csv", meta(post(1, Views=9))), {"forum"}),
    "a post that is new": (lambda world: world.drop("2024-10-03/a.csv", meta(post(3, Views=9))), set()),
    "a text that moves a post": (
        lambda world: world.drop("2024-10-03/a.csv", meta(post(1, Views=9, Description="#other"))),
        {"other"},
    ),
    "a document": (
        lambda world: world.drop("s.csv", sheet({"no": 1, "platform": "tiktok", "title": "x", "published": "2024-09-03"})),
        {"forum", "other"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_campaigns_move_with_what_their_past_days_are_made_of(kept: World, what: str) -> None:
    change, moved = CHANGES[what]
    change(kept)
    day = night_of(kept)
    before = day.looked_at.scope.kept
    assert before is not None
    assert before.days.until == UNTIL
    assert members.moved(day, before.days) == moved


def test_members_are_posts_that_were_read_before(kept: World) -> None:
    kept.drop("2024-10-03/a.csv", meta(post(3, Views=9)))
    day = night_of(kept)
    assert sorted(members.before(day, UNTIL)["post_id"].str.slice(-1)) == ["1", "2"]
    assert sorted(members.before(day, date(2024, 10, 4))["post_id"].str.slice(-1)) == ["1", "2", "3"]
