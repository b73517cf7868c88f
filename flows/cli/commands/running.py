"""Commands that run something: a night, a backfill, a publication, a rebuild."""

from __future__ import annotations

import logging
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows import notices
from flows.cli import screen
from flows.cli.commands.options import (
    ALL_WELL,
    HERE,
    LEFT_OUT,
    NOT_PUBLISHED,
    Day,
    Home,
    In,
    KnownOn,
    app,
    changing,
    date_of,
    opened,
    published,
    warn_and_status,
)
from flows.cli.next_line import opened_next, say_next, typed
from flows.cli.screen import Format
from flows.steps import night, plan_files
from flows.steps.remembered import archive_given_up, lost_with_it
from flows.steps.settings import SettingsError, Workspace, plans_in
from warehouse.faults import fault, trace
from warehouse.figures import plan_rules
from warehouse.plan.model import PlanError
from warehouse.texts import number_of

logger = logging.getLogger(__name__)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(envvar="REACH_HOME", help="Where to make it.")],
    name: Annotated[str, typer.Option("--name", help="What the project is called.")] = "",
    country: Annotated[str, typer.Option("--country", help="Its country, or its time zone.")] = "",
    starts: Annotated[str, typer.Option("--starts", metavar="YYYY-MM-DD", help="Its first day.")] = "",
    ends: Annotated[str, typer.Option("--ends", metavar="YYYY-MM-DD", help="Its last day.")] = "",
    page: Annotated[list[str] | None, typer.Option("--page", metavar="LINK", help="A page that counts.")] = None,
    organisation: Annotated[str, typer.Option("--organisation", help="Whose pages these are.")] = "",
    campaign: Annotated[str, typer.Option("--campaign", help="The first campaign.")] = "",
    hashtag: Annotated[list[str] | None, typer.Option("--hashtag", help="A hashtag of it.")] = None,
    workbook: Annotated[bool, typer.Option("--workbook", help="The plan as plan.xlsx, for Excel.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Asks nothing; takes what the other options say.")] = False,
) -> None:
    """Makes a workspace: settings, a plan, an inbox and the three templates. Asks for the plan where a person types.

    Example: reach init our-reach

    Example: reach init our-reach --yes --name "Youth debate" --country Cambodia --hashtag YouthDebate
    """
    from flows.cli import first_questions
    from flows.steps.first_plan import written
    from flows.steps.init import create, require_room_for_workspace

    require_room_for_workspace(folder)
    flags = first_questions.Flags(name, country, starts, ends, page or (), organisation, campaign, hashtag or ())
    plan = None
    if there := plans_in(folder):
        screen.say(f"{there[0]} is there already, and stays as it is.")
    elif not yes and first_questions.is_answered_by_a_person():
        try:
            plan = written(first_questions.ask(flags))
        except typer.Abort:
            raise SettingsError("Stopped; nothing was written.") from None
    elif any(flags):
        plan = written(first_questions.taken_from_flags(flags))
    create(folder, plan, is_workbook=workbook)
    screen.say(f"{folder} is ready.")
    do = "look through" if plan else "write"
    say_next(f"{do} {plans_in(folder)[0]}, drop exports into {folder / 'inbox'}, and type {typed('nightly', folder)}")


@app.command()
def demo(folder: Annotated[Path, typer.Argument(help="Where to make it.")] = Path("reach-demo")) -> None:
    """Makes a workspace from the bundled sample, runs one night over it and shows its totals.

    Example: reach demo
    """
    from flows.steps.init import create_demo

    create_demo(folder)
    workspace = opened(folder)
    status, _ = _night(workspace, date(2024, 12, 30))
    screen.show_totals(workspace.published, "activity", Format.table)
    screen.show_totals(workspace.published, "campaign", Format.table)
    screen.say(
        f"What was published lies in {workspace.published}: report/index.html opens in a browser, "
        "reach.duckdb answers questions in SQL, parquet/ is for tools."
    )
    behind = typed("explain iduai-2024 views", folder)
    say_next(
        f"{opened_next(workspace)}; type {behind} for what is behind a figure; reach init our-reach makes a workspace "
        "of your own"
    )
    raise typer.Exit(status)


@app.command()
def nightly(home: Home = HERE, as_of: Day = None) -> None:
    """Runs the nightly flow once, now: takes in what is new, computes and publishes.

    Example: reach nightly --home our-reach
    """
    with notices.failure_told(Workspace(home)):
        workspace = opened(home)
    status, problems = _night(workspace, as_of.date() if as_of else None)
    if status not in (ALL_WELL, LEFT_OUT):
        raise typer.Exit(status)
    if any(problem.endswith(plan_rules.SEE_PLAN_CHECK) for problem in problems) or not _is_plan_sound(workspace):
        say_next(f"type {typed('plan check', home)}, and mend {workspace.plan_file}; {opened_next(workspace)}")
    elif status == ALL_WELL:
        say_next(opened_next(workspace))
    else:
        say_next(f"{opened_next(workspace)}; {typed('sources', home)} says who has to do what")
    raise typer.Exit(status)


@app.command()
def notify(home: Home = HERE) -> None:
    """Sends a trial to everybody who is told of nights that fail or leave something out (docs/operating.md).

    Example: reach notify --home our-reach
    """
    workspace = opened(home)
    count = len(workspace.notify.urls)
    if not count:
        raise SettingsError("Nobody is told of nights: put REACH_NOTIFY__URLS into .env, as docs/operating.md shows.")
    failed = notices.trial(workspace)
    screen.say(f"Sent to {count - len(failed)} of {count}.")
    status = warn_and_status(failed)
    say_next(f"mend REACH_NOTIFY__URLS in .env and type {typed('notify', home)}" if failed else "see that it has come")
    raise typer.Exit(status)


@app.command()
def backfill(home: Home = HERE) -> None:
    """Asks the platforms for everything they still have, once; stopped, it goes on where it was.

    Example: reach backfill --home our-reach
    """
    from flows.run_night import run_backfill

    workspace = opened(home)
    problems = run_backfill(workspace)
    screen.say("What the platforms have is loaded; the next night, or reach publish, publishes it.")
    status = warn_and_status(problems)
    say_next(f"type {typed('publish', home)}")
    raise typer.Exit(status)


@app.command()
def publish(home: Home = HERE, as_of: Day = None, known_on: KnownOn = None, language: In = None) -> None:
    """Computes and publishes again from what is loaded, without looking at the inbox.

    The report page opens in the language of the settings, or of --language.

    Example: reach publish --as-of 2024-12-30
    """
    with changing(home) as workspace:
        good = night.keep_plan(workspace, date_of(known_on))
        status = published(workspace, good, date_of(as_of), date_of(known_on), language)
        say_next(opened_next(workspace))
        raise typer.Exit(status)


@app.command()
def rebuild(home: Home = HERE) -> None:
    """Makes the warehouse again from the archive.

    Example: reach rebuild
    """
    with changing(home, archive_given_up) as workspace, screen.progress("reading the archive") as on_load:
        lost = [f"The archive does not name it any more, and it is lost: {one}." for one in lost_with_it(workspace)]
        good = night.keep_plan(workspace)
        loaded = night.rebuild(workspace, good.plan.project.timezone, on_load)
    screen.say(f"Read {number_of(len(loaded.synced.loaded), 'file')} again; {len(loaded.synced.refused)} refused.")
    status = warn_and_status((*lost, *good.mistakes, *loaded.problems))
    say_next(f"type {typed('publish', home)}")
    raise typer.Exit(status)


def _is_plan_sound(workspace: Workspace) -> bool:
    try:
        plan_files.plan_of(plan_files.read(workspace))
    except (OSError, PlanError):
        return False
    return True


def _night(workspace: Workspace, as_of: date | None) -> tuple[int, tuple[str, ...]]:
    """Runs a night and says what it did: the exit status, and what was left out."""
    from flows.run_night import run_night

    if sys.stderr.isatty():
        screen.warn("The night begins. It says nothing for some seconds.")  # Prefect starts
    try:
        done = run_night(workspace, as_of)
    except night.NEEDS_A_PERSON as error:
        warn_and_status(str(error).splitlines())
        if isinstance(error, night.NoPlan):
            say_next(f"mend {workspace.plan_file}, and type {typed('plan check', workspace.home)}")
        raise typer.Exit(NOT_PUBLISHED) from None
    except KeyboardInterrupt:
        screen.warn("Stopped; the old snapshot stands.")
        return NOT_PUBLISHED, ()
    except Exception as error:
        logger.error("the night failed: %s", trace(error))
        screen.warn(
            f"The night failed ({fault(error)}). The old snapshot stands; "
            f"{workspace.logs / 'reach.jsonl'} has the details, please report them."
        )
        return NOT_PUBLISHED, ()
    news = (
        f"{number_of(done.received, 'new file')}, {done.loaded} loaded"
        if done.received or done.loaded
        else "Nothing new"
    )
    if done.accounts_asked:
        news = f"{number_of(done.accounts_asked, 'account')} asked in {number_of(done.requests, 'request')}; {news}"
    screen.say(f"{news}; published as of {done.published_as_of}.")
    for sentence in done.to_look_at:
        screen.say(sentence)
    return warn_and_status(done.problems), done.problems
