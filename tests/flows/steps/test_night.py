"""The steps of a night, over what nights before them left."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from flows.steps import freezing, night
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PLAN, World, meta, post
from tests.samples import indicator
from warehouse.archive import event_log
from warehouse.archive.archive import archive_in


def test_a_night_parses_each_event_of_the_log_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10)))
    world.load()
    archive_in.cache_clear()  # another process
    parsed: list[Any] = []
    original = json.loads

    def loads(text: bytes) -> Any:
        value = original(text)
        parsed.extend(event for event in value if isinstance(event, dict) and "event" in event)
        return value

    monkeypatch.setattr(event_log.json, "loads", loads)
    workspace = Workspace(world.workspace.home)
    world.drop("2024-12-02/a.csv", meta(post(1, Views=20)))
    assert night.has_news(workspace)
    night.receive(workspace)
    good = night.keep_plan(workspace)
    night.load(workspace, good.plan.project.timezone)
    freezing.removing(workspace, good.plan.project.timezone)
    night.compute(workspace, good, date(2024, 12, 30))
    freezing.freeze(workspace, good, "final", date(2024, 12, 30))
    kinds = [event["event"] for event in parsed]
    assert sorted(kinds) == ["frozen", "plan", "received", "received"]


def test_a_row_without_id_link_or_text_is_rejected_with_the_reason(world: World) -> None:
    nobody = {**post(1), "Post ID": "1.22158E+17", "Permalink": "", "Description": ""}
    world.drop("2024-10-01/a.csv", meta(post(2, Views=1), nobody))
    assert world.load().problems[0].startswith("2024-10-01/a.csv: 1 of 2 rows was left out; the first: ")


def test_a_night_asks_what_no_file_tells_and_names_columns_that_differ(world: World) -> None:
    hours = "Video;Vistas;Tiempo de reproducción (horas);Vistas\nAAAAAAAAAA1;5;3.125;6\n"
    world.drop("2024-10-01/t.csv", hours)
    columns, mark = world.load().problems
    assert columns.startswith("2024-10-01/t.csv: Vistas (column 2) and Vistas (column 4) stand for views and differ")
    assert mark.startswith("2024-10-01/t.csv: 1 cell of watch_seconds such as '3.125' may be thousands or a fraction")
    assert mark.endswith('write decimal_mark = "." or "," below the platform in reach.toml.')
    assert world.load().problems == []


def test_a_bad_file_costs_neither_the_others_nor_the_night(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    world.drop("2024-10-01/bad.csv", "who,knows\n1,2\n")
    world.drop("2024-10-01/cut.zip", b"PK\x03\x04 cut off")
    loaded = world.load()
    assert (len(loaded.synced.loaded), len(loaded.synced.refused), len(loaded.problems)) == (1, 2, 2)
    assert world.campaign()["views"] == 1
    assert world.load().problems == []
    assert world.table("source_files")["problem"].is_not_null().sum() == 2


def test_a_refused_file_in_two_dated_folders_is_news_once(world: World) -> None:
    for day in ("2024-10-01", "2024-10-02"):
        world.drop(f"{day}/bad.csv", "who,knows\n1,2\n")
    assert len(world.load().synced.refused) == 2
    assert world.load().synced.refused == ()


def test_what_is_published_has_the_results_for_an_iati_file(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Reach=7)))
    dates = '"Asia/Phnom_Penh"\nstarts = 2024-01-01\nends = 2024-12-30'
    text = PLAN.replace('"Asia/Phnom_Penh"', dates) + CAMPAIGN
    text += indicator("activity:1.1", "views", 8) + indicator("activity:1.1", "reach", 5)
    world.workspace.plan_file.write_text(text)
    world.load()
    good = night.read_plan(world.workspace)
    night.release(world.workspace, night.compute(world.workspace, good, date(2024, 12, 30)))
    root = ElementTree.parse(world.workspace.published / "iati-results.xml").getroot()
    results = {item.find("reference").get("code"): item for item in root.iter("indicator")}  # type: ignore[union-attr]
    assert {code: finding.find("period/actual").get("value") for code, finding in results.items()} == {
        "views": "10",
        "reach": "7",
    }  # type: ignore[union-attr]
    assert results["reach"].get("aggregation-status") == "0"
