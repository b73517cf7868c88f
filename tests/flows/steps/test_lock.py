"""One night at a time in a workspace."""

from __future__ import annotations

import errno
import platform
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

WITHOUT_LOCKS = """
import ctypes, platform, sys

class Step(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("if_so", ctypes.c_ubyte), ("else", ctypes.c_ubyte), ("value", ctypes.c_uint)]

class Steps(ctypes.Structure):
    _fields_ = [("count", ctypes.c_ushort), ("steps", ctypes.POINTER(Step))]

flock = {"x86_64": 73, "aarch64": 32}[platform.machine()]
fails = 0x00050000 | int(sys.argv[2])
steps = (Step * 4)(Step(0x20, 0, 0, 0), Step(0x15, 0, 1, flock), Step(0x06, 0, 0, fails), Step(0x06, 0, 0, 0x7FFF0000))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, ctypes.byref(Steps(4, steps)), 0, 0) == 0

from flows.cli.main import main
sys.argv = ["reach", "publish", "--home", sys.argv[1]]
main()
"""
"""Runs a command for which the system refuses locks with an error, as file systems without them do (seccomp)."""


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


@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64") or sys.platform != "linux", reason="needs seccomp")
@pytest.mark.parametrize("error", [errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK])
def test_a_file_system_without_locks_is_said_and_nothing_is_done(world: World, error: int) -> None:
    command = [sys.executable, "-c", WITHOUT_LOCKS, str(world.workspace.home), str(error)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"The file system of {world.workspace.home} has no locks (")
    assert done.stderr.count("\n") == 1
    assert not world.workspace.published.exists()
