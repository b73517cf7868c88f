"""What the screen says below a table."""

from __future__ import annotations

import pytest

from flows.cli import screen
from tests.conftest import World, meta, post


def test_the_screen_explains_every_change_that_a_shown_total_spans(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.drop("2026-10-01/a.csv", meta(post(1, Views=10)))
    screen.show_frame(world.tables("2026-10-01")["campaign_totals"], "campaign", screen.Format.table)
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Counted in two ways")]
    assert len(said) == 1
    assert said[0].startswith(
        "Counted in two ways, views on facebook. Before 14 November 2024: plays of videos and reels"
    )
    assert "Since then: plays and replays of videos and reels" in said[0]
