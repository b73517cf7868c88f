"""Commands that change what counts, or keep a report."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest

from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, World, meta, post
from tests.flows.cli.typed import reach

REPORT = '[[report]]\nname = "final"\nas_of = 2024-11-30\n'


@pytest.fixture
def loaded(world: World) -> Workspace:
    """Two exports of one post, of which the newer one has fewer views."""
    world.plan(CAMPAIGN + REPORT)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-11-01/b.csv", meta(post(1, Views=9)))
    world.load()
    return world.workspace


def views(workspace: Workspace) -> int:
    done = reach("query", "select views from campaign_totals", "--format", "json", "--home", workspace.home)
    return int(json.loads(done.stdout)[0]["views"])


def test_a_withdrawn_file_counts_nowhere_until_it_is_put_back(loaded: Workspace) -> None:
    words = ("2024-11-01/b.csv", "--reason", "another page's figures", "--home", loaded.home)
    assert reach("withdraw", *words).returncode == 0
    assert views(loaded) == 10
    assert reach("withdraw", *words, "--undo", "--by", "Dara").returncode == 0
    assert views(loaded) == 9
    events = list(loaded.archive.events("withdrawn"))
    assert getpass.getuser() in json.dumps(events, default=str)


def test_a_report_is_frozen_as_of_the_day_that_the_plan_gives_it(loaded: Workspace) -> None:
    done = reach("freeze", "final", "--home", loaded.home)
    assert (done.returncode, "final is frozen as of 2024-11-30" in done.stdout) == (0, True)
    again = reach("freeze", "early", "--as-of", "2024-10-15", "--home", loaded.home)
    assert "early is frozen as of 2024-10-15" in again.stdout
    assert reach("diff", "final", "--home", loaded.home).returncode == 0


def test_nothing_is_frozen_by_a_plan_with_a_mistake(loaded: Workspace) -> None:
    assert reach("publish", "--home", loaded.home).returncode == 0  # keeps the good plan
    before = set(Path(loaded.published).rglob("*"))
    loaded.plan_file.write_text("[project\n", encoding="utf-8")
    done = reach("freeze", "final", "--home", loaded.home)
    assert done.returncode == 2
    assert "Mend the plan first: a frozen report keeps it for ever." in done.stderr
    assert set(Path(loaded.published).rglob("*")) == before
