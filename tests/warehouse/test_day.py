"""What is known at the end of a day. docs/rules.md: As of, and known on."""

from __future__ import annotations

from datetime import date

import pytest

from flows.steps import night
from tests.conftest import CAMPAIGN, OTHER_PAGE, World, meta, post, sheet
from warehouse.history.store import open_store


def test_totals_are_as_of_a_day_of_the_reporting_zone(world: World) -> None:
    world.drop("a.csv", meta(post(1, Views=1)), "2024-09-30T16:59")
    world.drop("b.csv", meta(post(1, Views=2)), "2024-09-30T17:01")
    assert [world.campaign(day)["views"] for day in ("2024-09-29", "2024-09-30", "2024-10-01")] == [None, 1, 2]


def test_the_same_history_in_another_order_gives_the_same_bytes(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = {
        "2024-10-01/a.csv": meta(post(1, Views=10, Shares=4), post(2, Views=7)),
        "2024-10-02/b.csv": meta(post(1, Views=12), post(3, OTHER_PAGE, Reach=4)),
        "2024-10-02/c.csv": meta(post(1, Views=13, Description="Another text #forum")),
        "partner.csv": sheet(
            {"no": 1, "platform": "tiktok", "account": "A", "title": "#forum", "published": "2024-09-03"}
        ),
    }
    folder = tmp_path_factory.mktemp("other")
    (folder / "inbox").mkdir()
    other = World(type(world.workspace)(folder))
    other.plan(CAMPAIGN)
    for path in files:
        world.drop(path, files[path])
        world.load()
    for path in reversed(files):
        other.drop(path, files[path])
        other.load()
    one, two = world.published(), other.published()
    for name in one:
        if name not in ("about", "source_freshness"):
            one[name].write_parquet(tmp_path_factory.getbasetemp() / "one.parquet")
            two[name].write_parquet(tmp_path_factory.getbasetemp() / "two.parquet")
            same = [(tmp_path_factory.getbasetemp() / f"{n}.parquet").read_bytes() for n in ("one", "two")]
            assert same[0] == same[1], name
    assert one["about"]["snapshot_id"].item() == two["about"]["snapshot_id"].item()


@pytest.mark.parametrize("is_counting", [False, True])
def test_descriptions_stay_with_a_day_only_where_the_next_night_may_keep_them(world: World, is_counting: bool) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1), post(2)))
    world.load()
    with open_store(world.workspace.warehouse_file, read_only=True) as store:
        plan = night.read_plan(world.workspace).plan
        day = night.state_of(store, plan, date(2024, 12, 30), is_counting=is_counting)
    assert (day.posts.height, day.looked_at.described.height) == (2, 2 if is_counting else 0)
