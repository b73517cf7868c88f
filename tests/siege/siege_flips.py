"""Bits flip in whatever a workspace holds: the next night publishes what an undisturbed one does, or says what is wrong.

A night never publishes another figure, and never ends with a fault of the program. A repair then brings the figures
back, or says why not.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from flows.steps import doctor, freezing, healing, keeping, night, unchanged
from flows.steps.lock import only_night
from flows.steps.privacy import only_owner
from flows.steps.settings import Workspace
from tests.conftest import meta, new_world, post
from warehouse.archive import kept_start
from warehouse.archive.archive import archive_in
from warehouse.archive.log_lines import BadLine
from warehouse.figures.tables import MARTS
from warehouse.history import rows
from warehouse.publish.snapshot import CLOCKED, read_tables

FLIPS = int(os.environ.get("REACH_FLIPS", "300"))
"""So many workspaces, each with one to three flipped bits; some 2 seconds each."""
DAY = date(2024, 12, 30)
LEFT_TO_A_PERSON = {"blob", "frozen"}
PARTS = (
    "warehouse.duckdb", "archive/events.jsonl", "archive/events.kept", "archive/blobs/**/*", "warehouse.kept/**/*",
    ".last-night.json", ".archive.json", "published/**/*",
)  # fmt: skip
ENDS = (BadLine, *night.NEEDS_A_PERSON)
"""What a night may end with: each is a sentence that names what is damaged."""


@pytest.fixture(autouse=True)
def _small_histories_are_kept_as_long_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_start, "FEWEST_BYTES", 1)
    monkeypatch.setattr(rows, "LONG", 1)


@pytest.fixture(scope="module")
def kept_nights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A workspace after a night, with more in its inbox; and what an undisturbed night makes of that."""
    only_owner()  # as the program does
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_start, "FEWEST_BYTES", 1)
        patch.setattr(rows, "LONG", 1)
        world = new_world(tmp_path_factory.mktemp("kept"))
        for number in range(6):
            some = [post(10 * number + row, Views=100 * number + row, Reach=row) for row in range(1, 9)]
            world.drop(f"2024-10-{number + 1:02}/a.csv", meta(*some))
        home = world.workspace.home
        a_night(home)
        world.drop("2024-11-01/more.csv", meta(*(post(row, Views=900 + row) for row in range(1, 9))))
        undisturbed = Path(shutil.copytree(home, home.parent / "undisturbed"))
        a_night(undisturbed)
        return {"before": home, "after": undisturbed}


def a_night(home: Path) -> list[str]:
    """A night without Prefect and without a report; what it says."""
    archive_in.cache_clear()  # as in a process of its own
    workspace = Workspace(home)
    with only_night(workspace):
        today = night.now().date()
        _, healed_at_once = healing.past_damage(workspace, today, partial(healing.require_opens, workspace))
        night.receive(workspace)
        good, problems = night.keep_plan(workspace), list[str]()

        def load_and_publish() -> None:
            loaded = night.load(workspace, good.plan.project.timezone)
            problems[:] = loaded.problems
            if unchanged.still_published(workspace, good, DAY, loaded) is None:
                unchanged.forget(workspace)
                computed = night.compute(workspace, good, DAY)
                night.release(workspace, computed)
                keeping.keep(workspace, computed, good.plan)
                unchanged.remember(workspace, good, DAY, computed.problems, ())
            freezing.freeze_due(workspace, good)

        _, healed = healing.past_damage(workspace, today, load_and_publish)
    return [*problems, *healed_at_once, *healed]


def tables_of(home: Path) -> dict[str, pl.DataFrame]:
    """What is published, from both of its forms, which must say the same; the tables that tell of the clock apart."""
    names = [mart.name for mart in MARTS if mart.name not in CLOCKED]
    files = {name: pl.read_parquet(home / "published" / "parquet" / f"{name}.parquet") for name in names}
    database = read_tables(home / "published", dict.fromkeys(names, ()))
    assert all(files[name].equals(database[name]) for name in names)
    return files


def is_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> bool:
    return all(one[name].equals(other[name]) for name in other)


def flip(home: Path, chance: random.Random) -> str:
    """Flips a bit of one file of one of the parts of a workspace; the file's path."""
    parts = [
        sorted(path for path in home.glob(pattern) if path.is_file() and not path.is_symlink() and path.stat().st_size)
        for pattern in PARTS
    ]
    file = chance.choice(chance.choice([part for part in parts if part]))
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)
    return str(file.relative_to(home))


@pytest.mark.parametrize("seed", range(FLIPS))
def test_whatever_bit_flips_no_other_figure_is_published_and_a_repair_brings_all_back(
    kept_nights: dict[str, Path], tmp_path: Path, seed: int
) -> None:
    chance, home = random.Random(seed), tmp_path / "workspace"
    is_new = seed % 3 != 0  # of three nights one has nothing new
    shutil.copytree(kept_nights["before"], home, symlinks=True)
    if not is_new:
        shutil.rmtree(home / "inbox" / "2024-11-01")
    before = tables_of(kept_nights["before"])
    due = tables_of(kept_nights["after"]) if is_new else before
    flipped = [flip(home, chance) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    told, end = list[str](), "published"
    try:
        told = a_night(home)
    except ENDS as error:
        told, end = [str(error)], f"ended with {type(error).__name__}"
    if end == "published":
        is_due = is_same(tables_of(home), due)
        assert is_due or any("cannot be read" in sentence for sentence in told), (flipped, told)
        end = "the figures that were due" if is_due else "figures of a lost file left out, and said"
    archive_in.cache_clear()
    doctor.repair(Workspace(home))
    findings = doctor.examine(Workspace(home))
    assert {finding.part for finding in findings} <= LEFT_TO_A_PERSON, (flipped, findings)
    again = a_night(home)
    assert is_same(tables_of(home), due) or any("cannot be read" in one for one in again), (flipped, again, findings)
    sys.stderr.write(f"flip {seed}: {', '.join(flipped)}: {end}\n")
