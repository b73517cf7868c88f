"""The last line of a command: what to type or open next.

A command that does something ends with it on stdout. A command that answers has data on stdout: there it stands on
stderr, and only where a person reads the answer as a table on a terminal.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from flows.cli import screen
from flows.cli.screen import Format
from flows.steps.settings import Workspace
from warehouse import file_system


def say_next(what: str) -> None:
    """Ends a command that did something."""
    screen.say(f"Next: {what}.")


def hint_next(what: str, format: Format = Format.table) -> None:
    """Ends a command that answered, where a person sees the answer."""
    if format is Format.table and is_read_by_a_person():
        screen.warn(f"Next: {what}.")


def is_read_by_a_person() -> bool:
    """Whether what is written appears on a terminal, and is not piped on or kept in a file."""
    return sys.stdout.isatty() and sys.stderr.isatty()


def typed(words: str, home: Path = Path()) -> str:
    """A command as it can be typed here: with ``--home`` where the workspace is not the one that is taken without."""
    is_here = home.resolve() == Path(os.environ.get("REACH_HOME") or ".").resolve()
    return f"reach {words}" if is_here else f"reach {words} --home {quoted(home)}"


def quoted(path: Path) -> str:
    """A path as the system's shell reads it as one word."""
    return subprocess.list2cmdline([str(path)]) if file_system.IS_WINDOWS else shlex.quote(str(path))


def opened_next(workspace: Workspace) -> str:
    """How the published report is opened; where there is none yet, how it is made."""
    if not workspace.report.exists():
        return f"type {typed('nightly', workspace.home)}, which publishes"
    return f"open {workspace.report} in a browser"
