"""What the commands share: the program, its options, its exit statuses, and how problems are said."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import documentation, screen
from flows.cli.screen import Format
from flows.steps import healing, night, recovery
from flows.steps.lock import only_night
from flows.steps.logs import logging_to
from flows.steps.night import GoodPlan
from flows.steps.privacy import tighten
from flows.steps.remembered import archive_held
from flows.steps.settings import SettingsError, Workspace
from warehouse.history.store import WAIT_SECONDS
from warehouse.publish.report.language import Language

ALL_WELL, LEFT_OUT, WRONG, NOT_PUBLISHED = 0, 1, 2, 3

_DOCUMENTS = documentation.folder()

app = typer.Typer(
    name="reach",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From what social platforms, partners and radio stations say to figures a donor can be told.",
    epilog=f"Messages name documents such as docs/operating.md: they lie in {_DOCUMENTS}." if _DOCUMENTS else None,
)
plan_app = typer.Typer(no_args_is_help=True, help="The plan: objectives, activities, campaigns and their rules.")
app.add_typer(plan_app, name="plan")

Home = Annotated[Path, typer.Option("--home", envvar="REACH_HOME", help="The workspace.", show_default="this folder")]
Day = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The day of the totals.")
]
KnownOn = Annotated[
    datetime | None,
    typer.Option(
        "--known-on", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD",
        help="By the files, withdrawals and plan known at the end of this day.",
    ),
]  # fmt: skip
As = Annotated[Format, typer.Option("--format", help="A table for the screen, or data for a program.")]
In = Annotated[Language | None, typer.Option("--language", help="en or km.", show_default="the setting language")]
HERE = Path()


def somebody(named: str) -> str:
    """Who says something: whoever is named, else the account of this machine.

    Raises:
        SettingsError: nobody is named, and the account has no name, as in a container.
    """
    try:
        return named or getpass.getuser()
    except (ImportError, KeyError, OSError):  # Windows lacks pwd; a number without a name differs by Python's version
        raise SettingsError("This account has no name here: say who says so with --by.") from None


def date_of(day: datetime | None) -> date | None:
    """The day of an option, which typer reads as an instant."""
    return day.date() if day else None


def opened(home: Path) -> Workspace:
    """The workspace of a command, its logs written to from now on.

    Raises:
        SettingsError: it is none, or its settings cannot be used.
    """
    workspace = Workspace(home)
    workspace.require()
    logging_to(workspace.logs, workspace.secrets())
    return workspace


@contextmanager
def changing(
    home: Path, hold: Callable[[Workspace], AbstractContextManager[None]] = archive_held
) -> Iterator[Workspace]:
    """The workspace of a command that changes something, while no night and no other such command is at work in it.

    A damaged warehouse is put aside and made again first, which is told, and makes the exit status 1.
    What a run that was cut short left unread is read first, too.

    Args:
        hold: as of :func:`flows.steps.lock.only_night`.

    Raises:
        SettingsError: it is none, or its settings cannot be used.
        AlreadyRunning: another one is still at work after half a minute.
        Busy, Newer: as :func:`flows.steps.healing.heal`.
        Vanished, ClockSetBack, Shortage: as :func:`flows.steps.lock.only_night`.
        NoPlan: there is something to be read, and no plan.
    """
    workspace = opened(home)
    with only_night(workspace, WAIT_SECONDS, hold):
        tighten(workspace)
        status = LEFT_OUT if healing.heal(workspace, night.now().date()) else ALL_WELL
        if hold is archive_held and (caught_up := recovery.catch_up(workspace)):
            screen.say("The warehouse had not caught up with the archive, as after a run cut short; now it has.")
            status = warn_and_status(caught_up.problems) or status
        try:
            yield workspace
        except typer.Exit as end:
            raise typer.Exit(end.exit_code or status) from None
    if status:
        raise typer.Exit(status)


def status_of_what_is_behind(workspace: Workspace) -> int:
    """Says on stderr where the archive has what figures of the warehouse lack, and gives the exit status for it."""
    behind = "What came in since the last night is not in these figures; reach publish reads it, and publishes."
    return warn_and_status([behind] if recovery.is_behind(workspace) else [])


def warn_and_status(problems: Iterable[str]) -> int:
    """Says what was left out, a line each on stderr, and gives the exit status for it."""
    status = ALL_WELL
    for problem in problems:
        screen.warn(problem)
        status = LEFT_OUT
    return status


def published(
    workspace: Workspace,
    good: GoodPlan,
    as_of: date | None = None,
    known_on: date | None = None,
    language: Language | None = None,
) -> int:
    """Computes and publishes again from what is loaded, says so, and gives the exit status."""
    computed = night.compute(workspace, good, as_of, known_on)
    done = night.release(workspace, computed, night.report(workspace, computed, language))
    screen.say(f"Published as of {done.as_of} to {workspace.published}.")
    return warn_and_status((*good.mistakes, *done.problems))


class PlanMistaken(Exception):
    """The plan has mistakes where only a good one will do; a sentence a line."""
