"""Loading twice changes nothing, and what was known on a day can be asked for."""

from __future__ import annotations

import pytest

from flows.steps import night
from tests.conftest import CAMPAIGN, PAGE, World, at_noon_of, known_on, meta, post, sheet


def test_a_sheet_is_a_document_whose_newest_version_stands_for_all_of_it(world: World) -> None:
    row = {"platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop(
        "partner.csv",
        sheet({**row, "no": 1, "views": 40, "likes": 4}, {**row, "no": 2, "views": 9}),
        "2024-10-01T12:00",
    )
    world.load()
    world.drop("partner.csv", sheet({**row, "no": 1, "views": 4}), "2024-11-01T12:00")
    now, before = world.campaign("2024-12-30"), world.campaign("2024-10-15")
    assert (now["posts"], now["views"], now["likes"]) == (1, 4, None)
    assert (before["posts"], before["views"], before["likes"]) == (2, 49, 4)


def test_the_same_file_twice_changes_nothing(world: World) -> None:
    export = meta(post(1, Views=10))
    world.drop("2024-10-01/a.csv", export)
    before = world.tables()
    world.drop("2024-10-01/again.csv", export)
    world.drop("undated copy.csv", export, "2024-11-11T00:00")
    after = world.tables()
    assert before["campaign_totals"].equals(after["campaign_totals"])
    assert world.load().synced.loaded == ()


def test_a_rebuilt_warehouse_says_the_same(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-10-02/b.csv", meta(post(1, Views=12)))
    before = world.tables()["about"]["snapshot_id"].item()
    night.rebuild(world.workspace, "Asia/Phnom_Penh")
    assert world.tables()["about"]["snapshot_id"].item() == before


def test_known_on_takes_only_what_had_come_in_by_then(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    at_noon_of(world, monkeypatch, "2024-10-02")
    world.drop("2024-09-20/late.csv", meta(post(2, Views=5)))
    at_noon_of(world, monkeypatch, "2024-11-02")
    assert (known_on(world, "2024-11-01")["views"], known_on(world, "2024-11-02")["views"]) == (10, 15)
    assert known_on(world, "2024-11-02", "2024-09-30")["views"] == 5


def test_known_on_goes_by_the_plan_of_that_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=5)))
    at_noon_of(world, monkeypatch, "2024-10-02")
    world.plan(CAMPAIGN + f'except = ["facebook:{PAGE}_122158000000000002"]\n')
    at_noon_of(world, monkeypatch, "2024-11-02")
    assert (known_on(world, "2024-11-01")["views"], known_on(world, "2024-11-02")["views"]) == (15, 10)
    with pytest.raises(night.NoPlan, match="No plan was known on 2024-10-01"):
        known_on(world, "2024-10-01")
