"""One night at a time in a workspace."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from flows.steps.lock import only_night
from flows.steps.night import AlreadyRunning
from tests.conftest import World

HOLDS = """
import sys, time
from pathlib import Path
from flows.steps.lock import only_night
from flows.steps.settings import Workspace
with only_night(Workspace(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def held(world: World, seconds: float) -> subprocess.Popen[str]:
    """Another process that holds the workspace's nights."""
    command = [sys.executable, "-c", HOLDS, str(world.workspace.home), str(seconds)]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_a_second_process_is_refused_at_once_or_waits_and_a_process_that_dies_lets_go(world: World) -> None:
    other = held(world, 60)
    try:
        started = time.monotonic()
        with pytest.raises(AlreadyRunning, match="this one did nothing"), only_night(world.workspace):
            pass
        assert time.monotonic() - started < 5
    finally:
        other.kill()
        other.wait()
    with only_night(world.workspace):
        pass
    other = held(world, 0.5)
    with only_night(world.workspace, wait_seconds=60):
        other.wait(60)


def test_one_process_may_hold_the_nights_twice(world: World) -> None:
    with only_night(world.workspace), only_night(world.workspace):
        pass
