"""The steps of a night, over what nights before them left."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from flows.steps import freezing, night
from flows.steps.settings import Workspace
from tests.conftest import World, meta, post
from warehouse.archive import event_log
from warehouse.archive.archive import archive_in


def test_a_night_parses_each_event_of_the_log_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10)))
    world.load()
    archive_in.cache_clear()  # another process
    parsed: list[Any] = []
    original = json.loads

    def loads(text: bytes) -> Any:
        found = original(text)
        parsed.extend(own for own in found if isinstance(own, dict) and "event" in own)
        return found

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
