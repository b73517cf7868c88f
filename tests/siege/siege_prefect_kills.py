"""Nights and backfills that Prefect runs are killed, alone or with all that they started: the next command makes it good."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.steps import recovery
from tests.connectors.bluesky.server import Bluesky
from tests.connectors.mastodon.server import Mastodon
from tests.platforms.server import running
from tests.platforms.world import Account, now
from tests.siege.siege_kills import COMMANDS, Besieged

KILLS = int(os.environ.get("REACH_PREFECT_KILLS", "40"))
"""Kills; about half a minute each."""
SECONDS_TO_END = 60
"""As long as a Prefect server that is told to end may take for it on a busy machine."""
SEED = int(os.environ.get("REACH_SEED", "17"))
SIGNALS = (signal.SIGKILL, signal.SIGTERM)
SECONDS = 600.0


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    """The workspace of the other kills, which also asks two accounts."""
    mastodon = Mastodon({"radio": Account("109000000000000001", "radio").with_posts(30, now())})
    bluesky = Bluesky({"mekong.example": Account("did:plc:mekong", "mekong.example").with_posts(30, now())})
    with running({"mastodon": mastodon, "bluesky": bluesky}) as server:
        besieged = Besieged(tmp_path_factory.mktemp("besieged"))
        (besieged.base.workspace.home / "reach.toml").write_text(
            f'[mastodon]\naccounts = ["radio@mekong.example"]\nbase_url = "{server.base_url("mastodon")}"\n'
            f'[bluesky]\naccounts = ["mekong.example"]\nbase_url = "{server.base_url("bluesky")}"\n'
        )
        yield besieged


def started(home: Path, command: str) -> subprocess.Popen[bytes]:
    """A command of the program as a person types it, the first of a group of processes."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with (home.parent / f"{home.name}.first.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "flows.cli.main", command, "--home", str(home)],
            env=outside | {"PYTHONPATH": os.pathsep.join(sys.path)}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def left_over(home: Path) -> list[int]:
    """The processes that a killed run of this workspace left."""
    mark, left = f"{recovery._NIGHT_OF}={home.resolve()}".encode(), []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in environment.read_bytes().split(b"\0"):
                left.append(int(environment.parent.name))
        except OSError:
            continue
    return left


def test_kills_of_nights_and_backfills_that_prefect_runs(besieged: Besieged) -> None:
    chance, ends, taken = random.Random(SEED), list[str](), dict[str, float]()
    for command in ("nightly", "backfill"):
        home, begin = besieged.copy(f"undisturbed-{command}"), time.monotonic()
        assert started(home, command).wait(SECONDS) in (0, 1), (home.parent / f"{home.name}.first.log").read_text()
        taken[command] = time.monotonic() - begin
        shutil.rmtree(home)
    for number in range(KILLS):
        command, other = chance.choice(list(taken)), chance.choice(list(COMMANDS))
        which, is_group = chance.choice(SIGNALS), chance.random() < 0.5
        home, seconds = besieged.copy(f"prefect-{number}"), chance.uniform(0.1, taken[command])
        process = started(home, command)
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            (os.killpg if is_group else os.kill)(process.pid, which)
            status = process.wait(SECONDS)
        log = (home.parent / f"{home.name}.first.log").read_text()
        told = f"{command} after {seconds:.1f} s by {which.name}{' to all' if is_group else ''}: {status}, then {other}"
        assert "Traceback" not in log, f"{told}\n{log}"
        besieged.hold(home, other, told)
        until = time.monotonic() + SECONDS_TO_END
        while left_over(home) and time.monotonic() < until:
            time.sleep(0.5)
        assert left_over(home) == [], told
        shutil.rmtree(home)
        ends.append("over before" if status in (0, 1) else f"ended with {status}")
        sys.stderr.write(f"prefect {number + 1} of {KILLS}: {told}\n")
    sys.stderr.write(json.dumps({end: ends.count(end) for end in sorted(set(ends))}) + "\n")
