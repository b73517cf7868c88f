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

import polars as pl

from connectors.contract import HEADLINES
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


def quoted(word: Path | str) -> str:
    """A path or another text as the system's shell reads it as one word."""
    return subprocess.list2cmdline([str(word)]) if file_system.IS_WINDOWS else shlex.quote(str(word))


def explained_next(totals: pl.DataFrame, home: Path = Path()) -> str:
    """How a figure is explained: the largest one of these totals that a person asks for first."""
    for name in (one for one in ("campaign_id", "activity_id") if one in totals.columns):
        for metric in (one for one in HEADLINES if one in totals.columns):
            largest = totals.drop_nulls([name, metric]).sort(metric, name, descending=[True, False])
            if largest.height:
                words = f"explain {quoted(largest[name][0])} {metric}"
                return f"type {typed(words, home)} for what a figure is made of"
    return f"type {typed('explain CAMPAIGN FIGURE', home)} for what a figure is made of"


def opened_next(workspace: Workspace) -> str:
    """How the published report is opened; where there is none yet, how it is made."""
    if not workspace.report.exists():
        return f"type {typed('nightly', workspace.home)}, which publishes"
    return f"open {workspace.report} in a browser"
