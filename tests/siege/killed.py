"""Runs a command line of Reach, and kills the process at the n-th call of a function: a fault from outside."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> None:
    """``killed.py FILE::FUNCTION N COMMAND…``; FILE is the end of a path, or ``built-in``; N from 1, or 0 for never.

    The command is one of the program, or ``night HOME``: a night without Prefect.
    """
    place, number, *command = sys.argv[1:]
    if int(number):
        watch = _killer(*place.split("::"), int(number))
        threading.setprofile(watch)
        sys.setprofile(watch)
    if command[0] == "night":
        plain_night(Path(command[1]))
        return
    from flows.cli.main import main

    sys.argv = ["reach", *command]
    main()


def _killer(file: str, function: str, number: int) -> Callable[[Any, str, Any], None]:
    left = number

    def watch(frame: Any, event: str, argument: Any) -> None:
        nonlocal left
        if event == "c_call":
            is_meant = file == "built-in" and argument.__name__ == function
        else:
            is_meant = event == "call" and frame.f_code.co_name == function and frame.f_code.co_filename.endswith(file)
        if is_meant:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return watch


def plain_night(home: Path) -> None:
    """What the flow does in a night that asks nobody, step by step."""
    from flows.steps import freezing, healing, night
    from flows.steps.lock import only_night
    from flows.steps.settings import Workspace

    workspace = Workspace(home)
    with only_night(workspace, 60):
        healing.heal(workspace, night.now().date())
        night.receive(workspace)
        good = night.keep_plan(workspace)
        night.load(workspace, good.plan.project.timezone)
        computed = night.compute(workspace, good)
        night.release(workspace, computed, night.report(workspace, computed))
        freezing.freeze_due(workspace, good)


if __name__ == "__main__":
    main()
