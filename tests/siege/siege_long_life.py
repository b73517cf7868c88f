"""A thousand nights over 300 accounts: a night, its memory and its files stay in line with what came in."""

from __future__ import annotations

import argparse
import os

import pytest

from benchmarks import long_life
from benchmarks.long_life import Criterion
from benchmarks.worlds.years import Years
from flows.steps.settings import Workspace

NIGHTS = int(os.environ.get("REACH_NIGHTS", "1000"))
ACCOUNTS = int(os.environ.get("REACH_ACCOUNTS", "300"))
HOURS = 24.0


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Criterion]]:
    """What was measured, by what it is about."""
    home = tmp_path_factory.mktemp("years")
    given = argparse.Namespace(nights=NIGHTS, prefect_every=long_life.PREFECT_EVERY, whole_every=1, hours=HOURS)
    measured, lines = long_life.live(home, Years(ACCOUNTS), given)
    about: dict[str, list[Criterion]] = {}
    for criterion in long_life.criteria(Workspace(home), measured, lines):
        about.setdefault(criterion.sentence.partition(":")[0], []).append(criterion)
    return about


@pytest.mark.parametrize(
    "what",
    [
        *(what for _, what, _ in long_life.MEASURES),
        "archive", "warehouse", "Prefect's folder", "logs", "doctor",
    ],
)  # fmt: skip
def test_years_of_nights_stay_in_line_with_what_came_in(lived: dict[str, list[Criterion]], what: str) -> None:
    assert [criterion.sentence for criterion in lived[what] if not criterion.is_met] == []
