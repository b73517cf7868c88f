"""By how much a removal moves a frozen report is kept, also where the run that removed died in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import polars as pl
import pytest

from flows.steps import freezing, night, removals, terms
from flows.steps.settings import Workspace
from tests.conftest import PAGE, World
from tests.flows.steps.asking import AFTER, again, one_night
from warehouse.archive.pulls import Pull
from warehouse.evidence import differences

ZONE = "Asia/Phnom_Penh"
OF_THE_PAGE = (
    f'[[campaign]]\nid = "page"\nactivity = "1.1"\nname = "The page"\nposts = []\nmatch = {{ accounts = ["{PAGE}"] }}\n'
)


class Died(Exception):
    """What ends a run in the middle, as a kill would."""


def removal(workspace: Workspace, due: list[Pull], when: str) -> Callable[[], None]:
    def remove() -> None:
        if when == "before it removed":
            raise Died
        terms.remove(workspace, due, night.now())
        if when == "after it removed":
            raise Died

    return remove


@pytest.mark.parametrize("when", ["before it removed", "after it removed", "after it kept the difference", "never"])
def test_a_run_that_dies_leaves_the_measure_to_the_next_one(
    asking: World, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    asking.plan(OF_THE_PAGE)
    settings = asking.workspace.home / "reach.toml"
    settings.write_text(settings.read_text() + "keep_days = 30\n")
    asking = again(asking)
    one_night(asking)
    workspace, good = asking.workspace, night.read_plan(asking.workspace)
    monkeypatch.setattr(night, "today", lambda _: AFTER + timedelta(days=2))
    freezing.freeze(workspace, good, "october", AFTER)
    views = freezing.read(workspace, "october").tables["campaign_totals"]["views"].item()
    assert views
    later = night.now() + timedelta(days=40)
    monkeypatch.setattr(night, "now", lambda: later)
    due, left = terms.past(workspace, later), workspace.home / removals.FILE
    if when != "never":
        try:
            removals._measured(workspace, ZONE, differences.REMOVED, due, removal(workspace, due, when))
            before = removals.FiguresBefore(differences.REMOVED, later, {"october": dict[str, pl.DataFrame]()})
            removals._write(workspace, before)  # it died before the file was gone
        except Died:
            assert when != "after it kept the difference"
        assert left.exists()
    for _ in range(2):
        removals.removing(again(asking).workspace, ZONE)
        assert not left.exists()
    assert len(again(asking).workspace.archive.events("taken")) == 1
    changes, _ = freezing.diff(again(asking).workspace, good, "october")
    of_views = next(one for one in changes if (one.table, one.metric) == ("campaign_totals", "views"))
    assert of_views.causes == {"reading removed by the platform's terms": -views}


def test_a_file_of_before_that_is_damaged_costs_the_measure_and_nothing_else(asking: World) -> None:
    (asking.workspace.home / removals.FILE).write_text(
        '{"kind": "removed", "at": "2024-10-01", "reports": {"a": {"b": "c"}}}'
    )
    removals.removing(asking.workspace, ZONE)
    assert not (asking.workspace.home / removals.FILE).exists()
    assert asking.workspace.archive.events("taken") == []
