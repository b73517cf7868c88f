"""Kills at random instants and at chosen ones: the next command, whichever it is, ends as if nothing had happened."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import meta, new_world, post
from tests.siege import killed

KILLS = int(os.environ.get("REACH_KILLS", "200"))
"""Kills at random instants."""
SEED = int(os.environ.get("REACH_SEED", "17"))

FILE = "2024-10-01/a.csv"
COMMANDS: dict[str, tuple[str, ...]] = {
    "night": (),
    "publish": (),
    "rebuild": (),
    "withdraw": (FILE, "--reason", "wrong", "--by", "me"),
    "date": (FILE, "2024-09-30", "--by", "me"),
    "freeze": ("final", "--as-of", "2024-12-30"),
}
PUBLISHING = ("night", "publish", "withdraw", "date")

DIRECTED = [
    *(("publish", "file_system.py::replace", number) for number in (1, 2, 3, 9, 17, 30, 44, 47)),
    *(("publish", place, 1) for place in ("nights.py::place", "nights.py::_put", "nights.py::_copies", "snapshot.py::write")),
    ("night", "event_log.py::append", 1),
    ("night", "unchanged.py::_write", 1),
    *(("night", "blobs.py::keep", number) for number in (1, 2, 3)),
    *(("night", "file_system.py::replace", number) for number in (1, 3, 6, 20)),
    *(("night", "store.py::follow", number) for number in (1, 2)),
    *(("night", place, 1) for place in ("store.py::put_loads", "following.py::_judge", "following.py::_keep_api_accounts")),
    *(("rebuild", "store.py::follow", number) for number in (1, 2)),
    *(("rebuild", place, 1) for place in ("store.py::clear", "store.py::create", "store.py::put_loads", "following.py::_judge")),
    *(("withdraw", "store.py::follow", number) for number in (1, 2)),
    *(
        ("withdraw", place, 1)
        for place in ("event_log.py::append", "following.py::_keep_withdrawals", "following.py::_judge", "nights.py::_put")
    ),
    *(("date", place, 1) for place in ("event_log.py::append", "store.py::put_loads", "following.py::_judge")),
    *(("freeze", "blobs.py::keep", number) for number in (1, 9)),
    *(("freeze", place, 1) for place in ("event_log.py::append", "freezing.py::_write", "nights.py::place")),
    ("freeze", "file_system.py::replace", 22),
]  # fmt: skip
"""A command, and at the how manyth call of which function it is killed."""


class Besieged:
    """A workspace with a published night and more in its inbox, and what undisturbed runs make of copies of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["tests.siege.killed", "tests.siege.preloaded"])
        self.base = new_world(folder)
        self.base.drop(FILE, meta(post(1, Views=10, Reach=5), post(2, Views=20)))
        self.base.drop("2024-10-02/b.csv", meta(post(1, Views=15, Reach=6), post(3, Views=7)))
        assert self.run(self.base.workspace.home, "night") == 0
        for number in range(3):
            rows = [post(10 * number + row, Views=100 * number + row) for row in range(1, 9)]
            self.base.drop(f"2024-10-0{4 + number}/more.csv", meta(*rows))
        self.published: dict[str, dict[str, str]] = {}
        self.taken = {name: self.cost(name) for name in COMMANDS}

    def copy(self, name: str) -> Path:
        return Path(shutil.copytree(self.base.workspace.home, self.folder / name))

    def run(self, home: Path, name: str, place: str = "", number: int = 0, cpu_seconds: float = 0) -> int:
        """The status of a command over a workspace; -27 where it used up its seconds of CPU, -9 where it was killed."""
        words = (name, str(home)) if name in ("night", "oracle") else (name, *COMMANDS[name], "--home", str(home))
        log = home.parent / f"{home.name}.log"
        process = self.context.Process(target=killed.run, args=(place, number, words, cpu_seconds, str(log)))
        process.start()
        process.join()
        assert process.exitcode is not None
        return process.exitcode

    def cost(self, name: str) -> float:
        """The seconds of CPU that an undisturbed command takes."""
        home = self.copy(f"undisturbed-{name}")
        assert self.run(home, name) in (0, 1), (home.parent / f"{home.name}.log").read_text()
        seconds = float((home / "cpu").read_text())
        shutil.rmtree(home)
        return seconds

    def oracle(self, home: Path) -> dict[str, str]:
        """What a workspace that has only the archive of this one publishes, once for archives that say the same."""
        key = archive_key(home)
        if key not in self.published:
            other = self.folder / f"oracle-{len(self.published)}"
            other.mkdir()
            shutil.copytree(home / "archive", other / "archive")
            (other / "inbox").mkdir()
            shutil.copy(home / "plan.toml", other)
            assert self.run(other, "publish") in (0, 1), (other.parent / f"{other.name}.log").read_text()
            self.published[key] = tables(other)
            shutil.rmtree(other)
        return self.published[key]

    def siege(self, home: Path, one: str, other: str, **kill: Any) -> str:
        """Kills ``one``, then runs ``other``, and holds what readers have against what they must have; how it died."""
        status = self.run(home, one, **kill)
        self.hold(home, other, f"{one} killed by {kill} with {status}, then {other}")
        return {0: "was over before", -9: "killed", -27: "killed", 1: "was over before"}.get(
            status, f"ended with {status}"
        )

    def hold(self, home: Path, other: str, told: str) -> None:
        """Runs a command over what a kill left, then a night: each leaves what an undisturbed run would."""
        whole(home, told)
        after = self.run(home, other)
        log = (home.parent / f"{home.name}.log").read_text()
        assert after in (0, 1) or (after == 2 and ("already" in log or "was frozen" in log)), f"{told}: {after}\n{log}"
        if other in PUBLISHING and after != 2:
            assert tables(home) == self.oracle(home), told
        settled(home, told)
        if other != "night":
            assert self.run(home, "night") in (0, 1), told
        assert tables(home) == self.oracle(home), told
        assert received(home) == 5, told
        settled(home, told)


def tables(home: Path) -> dict[str, str]:
    """The hash of each Parquet file whose bytes follow from the history alone, without the times at which it came."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted((home / "published" / "parquet").glob("*.parquet"))
        if file.stem not in ("about", "source_freshness", "source_files")
    }


def archive_key(home: Path) -> str:
    """What the archive says, without when."""
    events = [json.loads(line) for line in (home / "archive" / "events.jsonl").read_bytes().splitlines()]
    told = [
        {
            name: value
            for name, value in event.items()
            if not name.endswith("_at") and name not in ("at", "seal", "tables")
        }
        for event in events
        if event["event"] not in ("frozen", "plan")
    ]
    return json.dumps(told, sort_keys=True)


def received(home: Path) -> int:
    return (home / "archive" / "events.jsonl").read_text().count('"event": "received"')


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def whole(home: Path, told: str) -> None:
    """What readers have right after a kill: a whole night by the manifest, and only whole files at the fixed paths."""
    published = home / "published"
    described = json.loads((published / "manifest.json").read_bytes())
    for name, file in described["files"].items():
        assert sha256(published / described["night"] / name) == file["sha256"], f"{told}: {name}"
    nights = [json.loads(path.read_bytes())["files"] for path in published.glob("nights/*/manifest.json")]
    for name in described["files"]:
        allowed = {night[name]["sha256"] for night in nights if name in night}
        assert sha256(published / name) in allowed, f"{told}: {name} is of no night"


def settled(home: Path, told: str) -> None:
    """What a run leaves that was not killed: one night everywhere, whole frozen reports, no litter."""
    published = home / "published"
    described = json.loads((published / "manifest.json").read_bytes())
    for name, file in described["files"].items():
        for folder in (published, published / described["night"]):
            assert sha256(folder / name) == file["sha256"], f"{told}: {name}"
    for report in published.glob("frozen/*"):
        books = {f"{report.name}-en.xlsx", f"{report.name}-km.xlsx"}
        assert {path.name for path in report.iterdir()} == {"reach.duckdb", "reach.json", *books}, told
    litter = [
        path for path in home.rglob("*") if path.suffix in (".tmp", ".wal", ".new") or ".unfinished" in path.parts[:-1]
    ]
    assert litter == [], told


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Besieged:
    return Besieged(tmp_path_factory.mktemp("besieged"))


def test_kills_at_chosen_instants(besieged: Besieged) -> None:
    chance, ends = random.Random(SEED), list[str]()
    for number, (one, place, call) in enumerate(DIRECTED):
        home = besieged.copy(f"directed-{number}")
        end = besieged.siege(home, one, chance.choice(list(COMMANDS)), place=place, number=call)
        assert end == "killed", f"{one} never came to call {call} of {place}"
        ends.append(end)
        shutil.rmtree(home)
        sys.stderr.write(f"directed {number + 1} of {len(DIRECTED)}\n")


def test_kills_at_random_instants(besieged: Besieged) -> None:
    chance, ends = random.Random(SEED), list[str]()
    for number in range(KILLS):
        one, other = chance.choice(list(COMMANDS)), chance.choice(list(COMMANDS))
        home = besieged.copy(f"random-{number}")
        ends.append(besieged.siege(home, one, other, cpu_seconds=chance.uniform(0.005, besieged.taken[one])))
        shutil.rmtree(home)
        sys.stderr.write(f"random {number + 1} of {KILLS}: {one}, {ends[-1]}; then {other}\n")
    sys.stderr.write(json.dumps({end: ends.count(end) for end in sorted(set(ends))}) + "\n")
    assert ends.count("killed") > KILLS // 2
