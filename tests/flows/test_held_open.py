"""Nothing that Reach itself holds open is renamed or removed, which Windows would refuse.

Every rename and removal of these runs is held against what the process has open and mapped, with the way of Windows
forced. What DuckDB and Prefect rename by themselves is not seen.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.conftest import CAMPAIGN, World, meta, post
from tests.flows.cli.typed import reach
from warehouse import file_system

pytestmark = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")


def in_use() -> set[str]:
    """The files that this process has open or mapped."""
    opened = set[str]()
    for link in Path("/proc/self/fd").iterdir():
        try:
            opened.add(os.readlink(link))
        except OSError:  # it was closed meanwhile
            continue
    maps = Path("/proc/self/maps").read_text().splitlines()
    mapped = {parts[5] for line in maps if len(parts := line.split(None, 5)) == 6}
    return {name for name in opened | mapped if not os.path.isdir(name)}


@pytest.fixture
def refused(world: World, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """The renames and removals in the workspace that Windows would have refused: which, and of what."""
    home, refusals = str(world.workspace.home.resolve()), set[tuple[str, str]]()

    def watched(name: str) -> None:
        really = getattr(os, name)

        def checked(*paths: Any, **how: Any) -> Any:
            for path in (os.fspath(path) for path in paths):
                folder = os.readlink(f"/proc/self/fd/{how['dir_fd']}") if how.get("dir_fd") is not None else ""
                whole = os.path.abspath(os.path.join(folder, path))
                if whole.startswith(home) and any(f"{one}/".startswith(f"{whole}/") for one in in_use()):
                    refusals.add((name, os.path.relpath(whole, home)))
            return really(*paths, **how)

        monkeypatch.setattr(os, name, checked)

    for name in ("rename", "replace", "unlink", "rmdir"):
        watched(name)
    monkeypatch.setattr(file_system, "IS_WINDOWS", True)
    return refusals


def test_what_is_held_open_is_noticed_here(world: World, refused: set[tuple[str, str]]) -> None:
    with (world.workspace.home / "a").open("w"):
        os.replace(world.workspace.home / "a", world.workspace.home / "b")
    assert refused == {("replace", "a")}


def test_no_run_renames_or_removes_what_it_holds_open(world: World, refused: set[tuple[str, str]]) -> None:
    home = world.workspace.home
    world.plan(CAMPAIGN)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.load()
    world.drop("2024-11-01/a.csv", meta(post(1, Views=30), post(2, Views=5)))
    world.load()
    for words in (
        ("publish", "--as-of", "2024-12-30"), ("freeze", "final", "--as-of", "2024-12-30"), ("rebuild",),
    ):  # fmt: skip
        done = reach(*words, "--home", home)
        assert done.returncode == 0, done.stderr
    assert refused == set()


def test_what_a_night_keeps_is_not_mapped_where_it_has_to_be_replaced(
    tmp_path: Path, refused: set[tuple[str, str]]
) -> None:
    file = tmp_path / "kept.parquet"
    pl.DataFrame({"number": range(100_000)}).write_parquet(file)
    frame = pl.read_parquet(file_system.unmapped(file))
    assert str(file) not in in_use()
    assert frame.height == 100_000
