"""The command line: what a person asks of a workspace.

Commands that need no flow do not import Prefect. Exit status: 0 all well; 1 finished, but something was left
out (named on stderr); 2 wrong usage, settings or plan, nothing was touched; 3 nothing was published and the
old snapshot stands.
"""

from __future__ import annotations

import io
import signal
import sys
from typing import NoReturn

import duckdb

from connectors.contract import Refused
from flows.cli import screen
from flows.cli.commands import asking, keeping, linking, mending, planning, reporting, running, serving
from flows.cli.commands.options import NOT_PUBLISHED, WRONG, PlanMistaken, app
from flows.steps import night
from flows.steps.privacy import only_owner
from flows.steps.settings import SettingsError
from warehouse.figure_words import NoSuchFigure
from warehouse.plan.model import PlanError
from warehouse.publish.query_limits import LimitReached
from warehouse.publish.snapshot import NothingPublished

TERMINATED = 128 + signal.SIGTERM
"""The exit status of what is asked to end, as shells say it."""

__all__ = ["app", "asking", "keeping", "linking", "main", "mending", "planning", "reporting", "running", "serving"]


def main() -> None:
    """The program ``reach``."""
    only_owner()
    write_any_letter()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # ends what a night has started, too
    try:
        app()
    except (
        SettingsError,
        Refused,
        PlanError,
        PlanMistaken,
        NoSuchFigure,
        night.NoPlan,
        LimitReached,
        duckdb.Error,
    ) as error:
        _fail(error, WRONG)
    except (*night.NEEDS_A_PERSON, NothingPublished) as error:
        _fail(error, NOT_PUBLISHED)
    except BrokenPipeError:
        sys.stderr.close()


def write_any_letter() -> None:
    """Lets stdout and stderr take Khmer in any code page: into a pipe or file goes UTF-8, without Windows' line ends.

    A terminal keeps its encoding, and shows what that lacks as question marks.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _fail(error: BaseException, status: int) -> NoReturn:
    for line in str(error).splitlines():
        screen.warn(line)
    sys.exit(status)


if __name__ == "__main__":
    main()
