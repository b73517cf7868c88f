"""Nights that keep what can still count publish what a look at everything would, whatever came in and in which order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.steps import keeping, night, withdrawal
from flows.steps.night import Computed
from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet
from tests.histories import CAME_FROM, LAST, Case, at_instant, cases, drop, new_world
from tests.test_oracle import SETTINGS
from warehouse.figures import build
from warehouse.history import rows
from warehouse.history.store import open_store


@pytest.fixture(autouse=True, scope="module")
def every_history_is_long() -> Iterator[None]:
    """As one of a few hundred thousand readings is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "LONG", -1)
        patch.setattr(rows, "DEEP", 0)
        yield


@dataclass(frozen=True)
class Night:
    """What comes before a night: so many files, and perhaps another plan or a withdrawal; and its day."""

    files: int
    plan: int
    withdraws: int | None
    day: date


USED: list[bool] = []

LATE = [date(2024, 12, 30), date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 10)]
nights = st.lists(
    st.builds(
        Night,
        files=st.integers(0, 3),
        plan=st.sampled_from([0, 0, 0, 0, 1]),
        withdraws=st.sampled_from([None, None, None, None, None, 0, 1, 2, 3]),
        day=st.sampled_from([*LATE, *LATE, date(2024, 11, 15)])
        | st.sampled_from(LATE)
        | st.dates(date(2024, 9, 5), LAST),
    ),
    min_size=3,
    max_size=7,
)


def _withdraw(world: World, number: int) -> None:
    """Takes a load out of every figure, or puts it back in."""
    with open_store(world.workspace.warehouse_file, read_only=True) as store:
        loads = store.rows("select load_id, withdrawn from loads where refused is null order by load_id")
    if loads:
        load_id, withdrawn = loads[number % len(loads)]
        withdrawal.withdraw(world.workspace, load_id, "a trial", "Dara", is_undone=withdrawn is not None)


def _night(world: World, day: date) -> Computed:
    good = night.read_plan(world.workspace)
    computed = night.compute(world.workspace, good, day)
    keeping.keep(world.workspace, computed, good.plan)
    return computed


def _everything(world: World, day: date) -> dict[str, pl.DataFrame]:
    with open_store(world.workspace.warehouse_file, read_only=True) as store:
        return build.build(night.state_of(store, night.read_plan(world.workspace).plan, day))


@SETTINGS
@given(case=cases(), nights=nights)
def test_each_night_publishes_what_a_look_at_everything_would(case: Case, nights: list[Night]) -> None:
    files = list(case.files)
    with tempfile.TemporaryDirectory() as folder:
        world = new_world(Path(folder) / "workspace", case.plans[:1])
        drop(world, files[:2])
        files = files[2:]
        for number, one in enumerate(nights):
            drop(world, files[: one.files])
            files = files[one.files :]
            with at_instant(CAME_FROM + timedelta(days=60 + number)):
                world.workspace.plan_file.write_text(case.plans[min(one.plan, len(case.plans) - 1)], encoding="utf-8")
                world.load()
                if one.withdraws is not None:
                    _withdraw(world, one.withdraws)
                by_night = _night(world, one.day)
                everything = _everything(world, one.day)
                USED.append(by_night.day.looked_at.scope.kept is not None)
            for name, table in everything.items():
                assert by_night.tables[name].equals(table), f"{name} of night {number}, as of {one.day}"


def test_a_night_of_an_earlier_day_has_nothing_of_the_later_days_of_documents_that_were_kept(world: World) -> None:
    named = {
        "no": 1,
        "platform": "facebook",
        "account": "Page 1",
        "link": f"https://www.facebook.com/{PAGE}/posts/122158000000000001",
    }
    world.plan(CAMPAIGN)
    world.drop("2024-09-05/a.csv", meta(post(1, Views=10)))
    world.drop("2024-11-05/s.csv", sheet({**named, "title": "#forum", "views": 12}))
    world.drop("2024-12-28/b.csv", meta(post(2, Views=10)))
    world.load()
    withdrawal.withdraw(world.workspace, "2024-12-28/b.csv", "a trial", "Dara")  # its day still begins what can change
    world.load()
    assert _night(world, date(2024, 12, 30)).tables["campaign_daily"]["day"].max() == date(2024, 11, 5)
    earlier = _night(world, date(2024, 9, 27))
    assert earlier.day.looked_at.scope.kept is not None
    assert earlier.tables["campaign_daily"].equals(_everything(world, date(2024, 9, 27))["campaign_daily"])


def test_what_a_night_kept_is_used() -> None:
    assert sum(USED) > len(USED) / 8  # most of the drawn nights change the plan, or go back in time
