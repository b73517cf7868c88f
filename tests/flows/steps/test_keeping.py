"""Keeping what the next night goes on from is no night's end."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from flows.steps import keeping, night
from tests.conftest import World, meta, post
from warehouse.history import kept, rows

DAY = date(2024, 12, 30)


def test_where_nothing_can_be_written_the_log_says_so_and_the_night_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rows, "LONG", -1)
    monkeypatch.setattr(rows, "DEEP", 0)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    world.load()
    good = night.read_plan(world.workspace)
    computed = night.compute(world.workspace, good, DAY)
    world.workspace.kept.write_text("a file where the folder would be")
    with caplog.at_level(logging.WARNING):
        keeping.keep(world.workspace, computed, good.plan)
    assert "nothing is kept for the next night, which takes longer" in caplog.text
    world.workspace.kept.unlink()
    keeping.keep(world.workspace, computed, good.plan)
    assert kept.read(world.workspace.kept, "another program") is None
    monkeypatch.setattr(rows, "LONG", 99)
    keeping.keep(world.workspace, night.compute(world.workspace, good, DAY), good.plan)
    assert not world.workspace.kept.exists(), "a history that is short again keeps nothing"
