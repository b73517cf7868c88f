"""A backup is archive, plan and settings: on any other machine they give the same published bytes (docs/operating.md)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.steps import freezing, night
from flows.steps.dating import tell_day
from flows.steps.settings import Workspace
from flows.steps.withdrawal import withdraw
from tests.conftest import World, at_noon_of, meta, post, sheet
from tests.flows.published import DAY, publish
from warehouse.figures.tables import CLOCKED, MARTS

ZONE = "Asia/Phnom_Penh"
SAME = [mart.name for mart in MARTS if mart.name not in CLOCKED]
"""The tables that do not depend on the clock."""


def copied_log_first(archive: Path, to: Path) -> None:
    """An archive, copied as docs/operating.md says: the log before the blobs. Times and rights are not kept."""
    to.mkdir(parents=True)
    shutil.copyfile(archive / "events.jsonl", to / "events.jsonl")
    not_yet = shutil.ignore_patterns("*.tmp")
    shutil.copytree(archive / "blobs", to / "blobs", ignore=not_yet, copy_function=shutil.copyfile)


def moved(workspace: Workspace, to: Path) -> Workspace:
    """What the documents say to copy, on another path; neither inbox nor warehouse."""
    copied_log_first(workspace.home / "archive", to / "archive")
    for name in ("plan.toml", "reach.toml"):
        if (workspace.home / name).exists():
            shutil.copyfile(workspace.home / name, to / name)
    return Workspace(to)


def published_tables(workspace: Workspace) -> dict[str, bytes]:
    return {name: (workspace.published / "parquet" / f"{name}.parquet").read_bytes() for name in SAME}


def test_archive_plan_and_settings_on_another_machine_give_the_same_published_bytes(
    published: Workspace, tmp_path: Path
) -> None:
    """The other machine has another path, time zone, locale and umask, and other times of all files."""
    there = moved(published, tmp_path / "another place" / "ឯកសារ")
    outside = {name: value for name, value in os.environ.items() if not name.startswith("REACH_")}
    outside |= {"TZ": "America/St_Johns", "LC_ALL": "C", "LANG": "C"}
    for command in (["rebuild"], ["publish", "--as-of", str(DAY)]):
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli.main", *command, "--home", str(there.home)],
            env=outside, umask=0o077, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert published_tables(there) == published_tables(published)
    iati = "iati-results.xml"
    assert (there.published / iati).read_bytes() == (published.published / iati).read_bytes()


def test_what_people_did_moves_with_the_archive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Withdrawals, days that were told, versions of documents, plans of before and frozen reports stand in it."""
    workspace = world.workspace
    world.drop("loose.csv", meta(post(1, Views=110)), "2024-12-05T02:00")
    world.drop("2024-12-01/wrong.csv", meta(post(2, Views=900)))
    world.drop(
        "partner.csv",
        sheet(
            {
                "platform": "facebook",
                "account": "Page 1",
                "link": "https://www.facebook.com/100064500000001/posts/122158000000000003",
                "title": "Post 3 #forum",
                "published": "2024-09-02",
                "views": 30,
            }
        ),
        "2024-12-02T02:00",
    )
    at_noon_of(world, monkeypatch, "2024-12-06")
    tell_day(workspace, ZONE, "loose.csv", date(2024, 12, 4), "Dara")
    withdraw(workspace, "2024-12-01/wrong.csv", "a test export", "Dara")
    freezing.freeze(workspace, night.read_plan(workspace), "final", date(2024, 12, 5))
    at_noon_of(world, monkeypatch, "2024-12-20")
    publish(workspace, date(2024, 12, 19))
    there = moved(workspace, tmp_path / "moved")
    monkeypatch.setattr(night, "now", lambda: datetime(2025, 3, 1))
    night.rebuild(there, ZONE)
    night.release(there, night.compute(there, night.read_plan(there), date(2024, 12, 19)))
    assert published_tables(there) == published_tables(workspace)
    assert freezing.diff(there, night.read_plan(there), "final") == ([], {})
    assert freezing.write_missing(there) == []
    frozen = (Path("frozen") / "final" / "reach.json", Path("frozen") / "final" / "final-km.xlsx")
    assert [(there.published / path).exists() for path in frozen] == [True, True]


TAKING_IN = """
import sys
from pathlib import Path
from flows.steps import night
from flows.steps.settings import Workspace
night.receive(Workspace(Path(sys.argv[1])))
"""


def test_a_copy_that_begins_with_the_log_is_whole_also_while_a_night_takes_files_in(
    world: World, tmp_path: Path
) -> None:
    for number in range(120):
        world.drop(f"2024-12-01/{number}.csv", meta(post(number, Views=number)))
    archive = world.workspace.home / "archive"
    taking_in = subprocess.Popen([sys.executable, "-c", TAKING_IN, str(world.workspace.home)])
    copies: list[tuple[int, set[str]]] = []
    while not (archive / "blobs").exists() and taking_in.poll() is None:
        time.sleep(0.001)
    while taking_in.poll() is None:
        if (archive / "events.jsonl").exists():
            to = tmp_path / f"copy {len(copies)}"
            copied_log_first(archive, to)
            lines = (to / "events.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
            named = {json.loads(line)["sha256"] for line in lines}
            have = {path.stem for path in (to / "blobs").rglob("*.zst")}
            copies.append((len(named), named - have))
    assert taking_in.returncode == 0
    assert {frozenset(missing) for _, missing in copies} == {frozenset()}
    assert copies
