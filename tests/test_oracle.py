"""The engine and a second opinion (tests/oracle) agree on every table, over random histories and plans.

Each example is a workspace with real files, so that a run has few of them: ``REACH_ORACLE_EXAMPLES=2000`` makes it long.
In a short run, tests that draw a case alone draw the same ones, and share the worlds and tables that they make of them.
A failure says what the two differ in, prints the case and a line that makes it again. Making the case smaller takes
minutes, and is done where ``REACH_ORACLE_SHRINK`` is set.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from connectors import PLATFORMS
from connectors.contract import ADDITIVE
from flows.steps import night
from tests import oracle
from tests.conftest import World
from tests.histories import ZONE, Case, cases, drop, new_world
from warehouse.figures import build
from warehouse.figures.tables import CLOCKED, MART, MARTS
from warehouse.history.store import open_store
from warehouse.plan import model
from warehouse.publish import snapshot
from warehouse.readings.latest import day_ends

IS_SHORT = "REACH_ORACLE_EXAMPLES" not in os.environ
EXAMPLES = int(os.environ.get("REACH_ORACLE_EXAMPLES", "10"))
PHASES = (
    Phase.explicit,
    Phase.reuse,
    Phase.generate,
    *([Phase.shrink] if os.environ.get("REACH_ORACLE_SHRINK") else []),
)
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=IS_SHORT,  # a run of everybody's searches nothing new, and never by luck
    phases=PHASES,
    print_blob=True,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
)


def differences(name: str, engine: pl.DataFrame, ours: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> list[str]:
    """What two opinions of one table differ in, a line each."""
    key = MART[name].key
    theirs = {tuple(row[column] for column in key): row for row in engine.iter_rows(named=True)}
    out = [f"{name} {our}: only the oracle has it" for our in ours if our not in theirs]
    out += [f"{name} {their}: only the engine has it" for their in theirs if their not in ours]
    for our in ours:
        for column, value in ours[our].items():
            if our in theirs and theirs[our][column] != value:
                out.append(f"{name} {our} {column}: the engine says {theirs[our][column]!r}, the oracle {value!r}")
    return out


def disagreements(case: Case, as_of: date, known_on: date | None, engine: Mapping[str, pl.DataFrame]) -> list[str]:
    """What the engine's tables of a day say that the oracle does not, by what was known on a day."""
    files = oracle.known_by(case.files, day_ends(known_on, ZONE) if known_on else None)
    ours = oracle.tables(files, model.parse(case.plan, PLATFORMS.names), as_of)
    return [line for name, rows in ours.items() for line in differences(name, engine[name], rows)]


class Worlds:
    """The worlds of cases, and their tables, which nobody changes; a long run keeps those of one case at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[str, World] = {}
        self.computed: dict[tuple[str, date, date | None], Mapping[str, pl.DataFrame]] = {}

    def world(self, case: Case, files: Sequence[oracle.File]) -> World:
        """A world with the plans of a case, over some of its files."""
        key = repr((case.plans, files))
        if key not in self.made:
            if not IS_SHORT:
                self.forget()
            made = new_world(self.folder / f"workspace {len(self.made)}", case.plans)
            drop(made, files)
            made.load()
            self.made[key] = made
        return self.made[key]

    def tables(
        self, case: Case, files: Sequence[oracle.File], as_of: date, known_on: date | None = None
    ) -> Mapping[str, pl.DataFrame]:
        """What is published of such a world as of a day, by what was known on a day."""
        workspace, key = self.world(case, files).workspace, (repr((case.plans, files)), as_of, known_on)
        if key not in self.computed:
            good = night.read_plan(workspace, known_on)
            self.computed[key] = night.compute(workspace, good, as_of, known_on=known_on).tables
        return self.computed[key]

    def forget(self) -> None:
        self.made.clear()
        self.computed.clear()
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("worlds"))


def same_cases(test: Callable[..., None]) -> Callable[..., None]:
    """Lets a short run draw what every other test draws that is marked with this and draws a case alone."""
    return seed(14)(test) if IS_SHORT else test


@same_cases
@SETTINGS
@given(case=cases())
def test_the_engine_and_the_oracle_agree_on_every_table(worlds: Worlds, case: Case) -> None:
    for as_of, known_on in zip(case.days, (case.known_on, None), strict=False):
        disagreeing = disagreements(case, as_of, known_on, worlds.tables(case, case.files, as_of, known_on))
        assert not disagreeing, f"as of {as_of}, known on {known_on}:\n" + "\n".join(disagreeing[:30])


@same_cases
@SETTINGS
@given(case=cases())
def test_what_can_still_count_gives_the_tables_of_everything(worlds: Worlds, case: Case) -> None:
    workspace = worlds.world(case, case.files).workspace
    for as_of, known_on in zip(case.days, (case.known_on, None), strict=False):
        plan, everything = night.read_plan(workspace, known_on).plan, worlds.tables(case, case.files, as_of, known_on)
        with open_store(workspace.warehouse_file, read_only=True) as store:
            counting = build.build(night.state_of(store, plan, as_of, known_on, is_counting=True))
        for name, table in counting.items():
            assert everything[name].equals(table), f"{name} as of {as_of}, known on {known_on}"


SPANS = settings(SETTINGS, max_examples=max(EXAMPLES // 2, 1))


@SPANS
@given(case=cases(), start=st.dates(date(2024, 9, 1), date(2024, 12, 1)), days=st.integers(0, 60))
def test_the_engine_and_the_oracle_agree_on_what_was_gained_over_days(
    worlds: Worlds, case: Case, start: date, days: int
) -> None:
    """Of readings of counters; what sources give as gains themselves has tests of its own."""
    end = start + timedelta(days=days)
    files = tuple(file for file in case.files if is_of_counters(file))
    workspace = worlds.world(case, files).workspace
    good = night.read_plan(workspace)
    tables = build.gained(night.read_state(workspace, good, end), start)
    ours = oracle.gains(oracle.known_by(files), good.plan, start, end)
    engine = {name: table.filter(pl.col("posts") > 0) for name, table in tables.items()}
    disagreeing = [line for name, rows in ours.items() for line in differences(name, engine[name], measured(rows))]
    assert not disagreeing, f"from {start} to {end}:\n" + "\n".join(disagreeing[:30])


@same_cases
@SPANS
@given(case=cases())
def test_the_engine_and_the_oracle_agree_on_what_each_day_gained(worlds: Worlds, case: Case) -> None:
    as_of, files = case.days[0], tuple(file for file in case.files if is_of_counters(file))
    daily = worlds.tables(case, files, as_of)["campaign_daily"]
    ours = oracle.daily(oracle.known_by(files), model.parse(case.plan, PLATFORMS.names), as_of)
    engine = daily.filter(pl.any_horizontal(pl.col(f"{m.name}_known") > 0 for m in ADDITIVE))
    with_values = {key: row for key, row in ours.items() if any(row[f"{m.name}_known"] for m in ADDITIVE)}
    disagreeing = differences("campaign_daily", engine, with_values)
    assert not disagreeing, f"as of {as_of}:\n" + "\n".join(disagreeing[:30])


@same_cases
@SPANS
@given(case=cases())
def test_the_engine_and_the_oracle_agree_on_periods_and_indicators(worlds: Worlds, case: Case) -> None:
    as_of, files = case.days[0], tuple(file for file in case.files if is_of_counters(file))
    tables, plan = worlds.tables(case, files, as_of), model.parse(case.plan, PLATFORMS.names)
    quarters = tables["campaign_periods"].filter(pl.col("posts") > 0)
    disagreeing = differences("campaign_periods", quarters, oracle.by_period(oracle.known_by(files), plan, as_of))
    ours = oracle.indicators(oracle.known_by(files), plan, as_of)
    disagreeing += differences("indicator_progress", tables["indicator_progress"], ours)
    assert not disagreeing, f"as of {as_of}:\n" + "\n".join(disagreeing[:30])


def is_of_counters(file: oracle.File) -> bool:
    return file.kind != "studio" and "days" not in file.path and not any(row.get("from") for row in file.rows)


def measured(rows: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The measures of gains, without what only totals have."""
    names = {
        "posts",
        "engagements",
        "engagements_known",
        "engagements_whole",
        "reach_at_least",
        "reach_at_most",
        "reach_known",
    }
    names |= {"posts_first_seen", "assets_first_seen", "accounts_first_seen", "baselines_unknown"}
    names |= {f"{m.name}{end}" for m in ADDITIVE for end in ("", "_known")}
    # Outreach counts in the days in which it took place; the oracle's groups have it whenever it was.
    online = {key: row for key, row in rows.items() if row["posts"]}
    return {key: {name: value for name, value in row.items() if name in names} for key, row in online.items()}


ORDERED = settings(SETTINGS, max_examples=max(EXAMPLES // 3, 1))


@ORDERED
@given(case=cases(is_noisy=True), data=st.data())
def test_the_same_history_in_any_order_gives_the_same_bytes(case: Case, data: st.DataObject) -> None:
    orders = (case.files, data.draw(st.permutations(case.files)))
    with tempfile.TemporaryDirectory() as folder:
        files_of_order = []
        for number, files in enumerate(orders):
            world = new_world(Path(folder) / f"workspace {number}", case.plans)
            drop(world, files, data.draw(st.lists(st.booleans(), min_size=len(files), max_size=len(files))))
            world.load()
            tables = night.compute(world.workspace, night.read_plan(world.workspace), case.days[0]).tables
            snapshot.publish(world.workspace.published, tables)
            files_of_order.append(
                {mart.name: published(world, mart.name) for mart in MARTS if mart.name not in CLOCKED}
            )
        assert [name for name in files_of_order[0] if files_of_order[0][name] != files_of_order[1][name]] == []


def published(world: World, name: str) -> bytes:
    return (world.workspace.published / "parquet" / f"{name}.parquet").read_bytes()
