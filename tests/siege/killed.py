"""Runs a command line of Reach, and kills the process at the n-th call of a function: a fault from outside."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def main() -> None:
    """``killed.py FILE::FUNCTION N COMMAND…``; FILE is the end of a path, N counts from 1."""
    place, number, *command = sys.argv[1:]
    run(place, int(number), command)


def run(place: str, number: int, command: Sequence[str], cpu_seconds: float = 0, log: str = "") -> None:
    """Runs a command of the program, or ``night HOME``, a night without Prefect, in this process.

    Args:
        place: at the call of which function it is killed, as FILE::FUNCTION; nowhere where ``number`` is 0.
        cpu_seconds: after how many of them the system ends it; never where that is 0.
        log: the file to which it writes what it says; the command then ends with its workspace, which gets a file
            with the seconds of CPU that it took.
    """
    if log:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
    if number:
        watch = _killer(*place.split("::"), number)
        threading.setprofile(watch)
        sys.setprofile(watch)
    if cpu_seconds:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        if command[0] == "night":
            plain_night(Path(command[1]))
        else:
            from flows.cli.main import main

            sys.argv = ["reach", *command]
            main()
    finally:
        if log:
            _tell_cpu(Path(command[-1]))


def _tell_cpu(home: Path) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    (home / "cpu").write_text(str(used.ru_utime + used.ru_stime))


def _killer(file: str, function: str, number: int) -> Callable[[Any, str, Any], None]:
    left = number

    def watch(frame: Any, event: str, _: Any) -> None:
        nonlocal left
        if event == "call" and frame.f_code.co_name == function and frame.f_code.co_filename.endswith(file):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return watch


def plain_night(home: Path) -> None:
    """What the flow does in a night that asks nobody and makes no report, step by step."""
    from flows.steps import freezing, healing, keeping, night, unchanged
    from flows.steps.lock import only_night
    from flows.steps.settings import Workspace

    workspace = Workspace(home)
    with only_night(workspace, 60):
        healing.require_opens(workspace)
        night.receive(workspace)
        good = night.keep_plan(workspace)

        def load_and_publish() -> None:
            loaded = night.load(workspace, good.plan.project.timezone)
            day = night.today(good.plan.project.timezone)
            if unchanged.still_published(workspace, good, day, loaded) is None:
                unchanged.forget(workspace)
                computed = night.compute(workspace, good)
                night.release(workspace, computed)
                keeping.keep(workspace, computed, good.plan)
                unchanged.remember(workspace, good, day, computed.problems, ())
            freezing.freeze_due(workspace, good)

        healing.past_damage(workspace, night.now().date(), load_and_publish)


if __name__ == "__main__":
    main()
