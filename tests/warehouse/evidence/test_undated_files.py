"""Files of which the day is not known are named, with their range, their time and the mend."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

from tests.conftest import World, meta, post
from warehouse.evidence import undated_files
from warehouse.evidence.undated_files import UndatedFile

ENDS = datetime(2025, 1, 5, 16, 59, 59, 999999)


def test_each_is_one_line_with_the_command_that_says_the_day() -> None:
    loads = pl.DataFrame(
        {"path": ["b/x y.csv", "a.csv"], "observed_at": [ENDS] * 2, "observed_until": [datetime(2026, 11, 28, 2), None]}
    )
    (sentence,) = undated_files.sentences(loads, "Asia/Phnom_Penh")
    assert "its range ends on 2025-01-05, and only the file's time, 2026-11-28, says when" in sentence
    assert "reach date 'b/x y.csv' 2025-01-05 (" in sentence
    assert "\n" not in sentence


def test_a_campaign_names_those_that_tell_of_its_posts(world: World) -> None:
    name = "Nov-05-2024_Jan-05-2025_1016476477111055.csv"
    world.drop(name, meta(post(1, Views=110)), "2025-06-01T02:00:00")
    world.drop(f"other/{name}", meta(post(2, Views=1, Description="of no campaign")), "2025-06-01T02:00:00")
    world.drop("2025-02-01/a.csv", meta(post(1, Views=110), post(3, Views=5)))
    state = world.day("2025-03-01")
    assert undated_files.of_campaign(state, "forum") == [UndatedFile(name, date(2025, 1, 5), date(2025, 6, 1))]
