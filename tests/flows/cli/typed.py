"""The program ``reach`` as a test types it, in this process or in one of its own."""

from __future__ import annotations

import io
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from flows.cli.main import main
from flows.steps.settings import Workspace

CTRL_C = "\x03"
AT_A_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from flows.cli.main import main
sys.argv = ["reach", *sys.argv[1:]]
main()
"""
"""The program with the terminal as its own, so that Ctrl-C reaches it."""


def copied(workspace: Workspace, folder: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(workspace.home, folder / "sample")))


def reach(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in this process, which saves the start of one."""
    out, err = io.StringIO(), io.StringIO()
    status = _run(out, err, ["reach", *map(str, words)], environment)
    return subprocess.CompletedProcess(["reach", *map(str, words)], status, out.getvalue(), err.getvalue())


def on_screen(*words: str | Path) -> str:
    """What the program in this process writes on a screen, in its order."""
    both = io.StringIO()
    _run(both, both, ["reach", *map(str, words)], {})
    return both.getvalue()


def _run(out: io.StringIO, err: io.StringIO, command: list[str], environment: dict[str, str]) -> int:
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        mock.patch.object(sys, "argv", command),
        mock.patch.dict(os.environ, {"COLUMNS": "160"} | environment),
    ):
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
    return 0


def reach_process(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The program as a person starts it."""
    command = [sys.executable, "-m", "flows.cli.main", *map(str, words)]
    env = os.environ | {"COLUMNS": "160", "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=env, encoding="utf-8")


def talk(folder: Path, answers: list[tuple[str, str]], *words: str) -> tuple[int, str]:
    """Types each answer when its question is on the screen; the exit status, and all that the screen showed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", AT_A_TERMINAL, *words]
    env = os.environ | {"COLUMNS": "200", "PYTHONPATH": os.pathsep.join(sys.path)}
    program = subprocess.Popen(command, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    screen, waiting, seen = "", list(answers), 0
    try:
        while select.select([ours], [], [], 15)[0] and (part := os.read(ours, 1 << 16)):
            screen += part.decode(errors="replace")
            while waiting and waiting[0][0] in screen[seen:]:
                question, answer = waiting.pop(0)
                seen = screen.index(question, seen) + len(question)
                if answer == CTRL_C:
                    time.sleep(1)  # a signal between the question and the reading of its answer is lost by readline
                os.write(ours, f"{answer}\n".encode())
    except OSError:  # the program has ended
        pass
    os.close(ours)  # the program is hung up on where it still waits for an answer
    assert waiting == [], screen
    return program.wait(), screen
