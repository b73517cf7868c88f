"""The command line: what a person asks of a workspace.

Commands that need no flow do not import Prefect. Exit status: 0 all well; 1 finished, but something was left
out (named on stderr); 2 wrong usage, settings or plan, nothing was touched; 3 nothing was published and the
old snapshot stands.
"""

from __future__ import annotations

import getpass
import logging
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import duckdb
import typer

from connectors.contract import Refused
from flows import screen, steps
from flows.logs import logging_to
from flows.screen import Format
from flows.settings import SettingsError, Workspace
from warehouse import figures
from warehouse.evidence import NoSuchFigure
from warehouse.plan import PlanError

logger = logging.getLogger(__name__)

ALL_WELL, LEFT_OUT, WRONG, NOT_PUBLISHED = 0, 1, 2, 3

app = typer.Typer(
    name="reach",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From what social platforms, partners and radio stations say to figures a donor can be told.",
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
HERE = Path()


@app.command()
def init(folder: Path) -> None:
    """Makes a workspace: settings, a plan to fill in, an inbox and the two templates.

    Example: reach init our-reach
    """
    from flows.workspace import create

    create(folder)
    screen.say(
        f"{folder} is ready: write plan.toml, drop exports into {folder / 'inbox'}, then: reach nightly --home {folder}"
    )


@app.command()
def demo(folder: Annotated[Path, typer.Argument(help="Where to make it.")] = Path("reach-demo")) -> None:
    """Makes a workspace from the bundled sample, runs one night over it and shows its totals.

    Example: reach demo
    """
    from flows.workspace import create_demo

    create_demo(folder)
    workspace = _open(folder)
    status = _night(workspace, date(2024, 12, 30))
    screen.show_totals(workspace.published, "activity", Format.table)
    screen.show_totals(workspace.published, "campaign", Format.table)
    screen.say(
        f"What was published lies in {workspace.published}: reach.duckdb for questions in SQL, parquet/ for tools."
    )
    raise typer.Exit(status)


@app.command()
def nightly(home: Home = HERE, as_of: Day = None) -> None:
    """Runs the nightly flow once, now: takes in what is new, computes and publishes.

    Example: reach nightly --home our-reach
    """
    raise typer.Exit(_night(_open(home), as_of.date() if as_of else None))


@app.command()
def backfill(home: Home = HERE) -> None:
    """Asks the platforms for everything they still have, once; stopped, it goes on where it was.

    Example: reach backfill --home our-reach
    """
    from flows.run_night import run_backfill

    workspace = _open(home)
    problems = run_backfill(workspace)
    screen.say("What the platforms have is loaded; the next night, or reach publish, publishes it.")
    raise typer.Exit(_said(problems))


@plan_app.command("check")
def plan_check(home: Home = HERE) -> None:
    """Says the plan's mistakes, each with its line, and what each of its rules takes.

    Example: reach plan check --home our-reach
    """
    from flows.plan_check import check

    raise typer.Exit(check(_open(home)))


@app.command()
def query(sql: Annotated[str, typer.Argument(metavar="SQL")], home: Home = HERE, format: As = Format.table) -> None:
    """Asks the published snapshot in SQL, read-only.

    Example: reach query "select campaign_id, views from campaign_totals"
    """
    screen.show(screen.asked(_open(home).published, sql), format)


@app.command()
def totals(
    by: Annotated[screen.By, typer.Option("--by", help="What makes a row.")] = screen.By.campaign,
    as_of: Day = None,
    known_on: KnownOn = None,
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Gains: from this day on."),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Gains: up to this day, inclusive."),
    ] = None,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Says of how many posts a figure is not known, and why.")
    ] = False,
    home: Home = HERE,
    format: As = Format.table,
) -> None:
    """Shows the totals, as published or as they stood on another day, or what they gained over days.

    Example: reach totals --by stage --as-of 2024-12-30

    Example: reach totals --from 2024-10-01 --to 2024-12-31
    """
    workspace = _open(home)
    if as_of is None and known_on is None and start is None and end is None and not unknown:
        screen.show_totals(workspace.published, by.value, format)
        return
    if as_of is not None and (start or end):
        raise typer.BadParameter("--as-of is a day, --from and --to are a span of days; name one of the two.")
    if end and not start:
        raise typer.BadParameter("--to needs --from: gains are counted from a day on.", param_hint="--from")
    last = as_of or end
    good = steps.read_plan(workspace, _date(known_on))
    day = _date(last) or _date(known_on) or steps.today(good.plan.project.timezone)
    if start and start.date() > day:
        raise typer.BadParameter(f"is {start.date()}, after {day}, the last day.", param_hint="--from")
    state = steps.read_state(workspace, good, day, _date(known_on))
    if unknown:
        screen.show(figures.unknown(state, by.value), format)
        return
    tables = figures.gained(state, start.date()) if start else figures.totals(state)
    screen.show_frame(tables[f"{by.value}_totals"], by.value, format)


@app.command()
def explain(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign's id.")],
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="A column of the totals, or a stage.")],
    as_of: Day = None,
    known_on: KnownOn = None,
    open_: Annotated[bool, typer.Option("--open", help="Shows the rows of the original files, too.")] = False,
    against: Annotated[
        float | None, typer.Option("--against", metavar="N", help="Why it is not N, which somebody sees elsewhere.")
    ] = None,
    pack: Annotated[
        Path | None,
        typer.Option("--pack", metavar="FILE.zip", help="Writes it and its files, for an auditor."),
    ] = None,
    home: Home = HERE,
    format: As = Format.table,
) -> None:
    """Shows what a figure is made of: posts, readings, files and rows, which add up to it.

    Example: reach explain iduai-2024 views --as-of 2024-12-30
    """
    from flows import explain
    from warehouse import against as against_
    from warehouse import evidence

    workspace = _open(home)
    good = steps.read_plan(workspace, _date(known_on))
    day = _date(as_of) or _date(known_on) or steps.today(good.plan.project.timezone)
    state = steps.read_state(workspace, good, day, _date(known_on))
    found = evidence.of(state, campaign, metric)
    if pack is not None:
        from flows.pack import write

        missing = write(pack, found, state, workspace, steps.plan_text(workspace, _date(known_on)))
        screen.say(f"{pack} holds the figure and everything behind it; verify.py in it checks that.")
        raise typer.Exit(_said(missing))
    if against is not None:
        explain.show_against(found, against_.reasons(state, found, against * found.per_unit), against, format)
        return
    explain.show(found, _date(known_on), format)
    if open_:
        explain.show_originals(found, workspace, good.plan.project.timezone)


@app.command()
def unattributed(home: Home = HERE, format: As = Format.table) -> None:
    """Lists the posts that no rule took, by views, with the rule that came nearest.

    Example: reach unattributed
    """
    screen.show_unattributed(_open(home).published, format)


@app.command()
def sources(
    home: Home = HERE,
    format: As = Format.table,
    check: Annotated[
        bool, typer.Option("--check", help="Ask every account of the settings now; nothing is kept.")
    ] = False,
) -> None:
    """Lists each source: last good load, age, rows, rejects, and who has to do something.

    Example: reach sources --check
    """
    if check:
        from flows.access import checks

        found = list(checks(_open(home)))
        if not found:
            screen.say("The settings name no accounts to ask: reach.toml says how.")
        else:
            screen.show_checks(found, format)
        raise typer.Exit(LEFT_OUT if any(own.act for own in found) else ALL_WELL)
    screen.show_sources(_open(home).published, format)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    home: Home = HERE,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Says what a file is taken for, and why, without loading it.

    Example: reach inspect inbox/Sep-01-2024_Dec-30-2024_1234567890.csv
    """
    from flows.inspection import inspected, shown

    if format not in ("text", "json"):
        raise typer.BadParameter("is text or json", param_hint="--format")
    seen = inspected(file, Workspace(home))
    screen.say(shown(seen, format))
    raise typer.Exit(LEFT_OUT if seen["refused"] else ALL_WELL)


@app.command()
def publish(home: Home = HERE, as_of: Day = None, known_on: KnownOn = None) -> None:
    """Computes and publishes again from what is loaded, without looking at the inbox.

    Example: reach publish --as-of 2024-12-30
    """
    workspace = _open(home)
    good = steps.read_plan(workspace, _date(known_on))
    tables, done = steps.compute(workspace, good, _date(as_of), _date(known_on))
    done = steps.release(workspace, tables, done)
    screen.say(f"Published as of {done.as_of} to {workspace.published}.")
    raise typer.Exit(_said((*good.mistakes, *done.problems)))


@app.command()
def withdraw(
    name: Annotated[str, typer.Argument(metavar="FILE|LOAD", help="A file of the inbox, or a load's id.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for whoever asks in a year.")],
    by: Annotated[str, typer.Option("--by", help="Who says so.", show_default="you")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Puts it back in.")] = False,
    home: Home = HERE,
) -> None:
    """Takes a wrong file out of every figure, or back in, and publishes again; nothing is deleted.

    Example: reach withdraw "2024-10-01/Page A.csv" --reason "another page's figures"
    """
    from flows.withdrawal import withdraw

    workspace = _open(home)
    screen.say(withdraw(workspace, name, reason, by or getpass.getuser(), is_undone=undo))
    good = steps.read_plan(workspace)
    tables, done = steps.compute(workspace, good)
    done = steps.release(workspace, tables, done)
    screen.say(f"Published as of {done.as_of} to {workspace.published}.")
    raise typer.Exit(_said((*good.mistakes, *done.problems)))


@app.command()
def freeze(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The report's name, used once.")],
    as_of: Day = None,
    home: Home = HERE,
) -> None:
    """Keeps a report's figures for ever; nothing that comes in later changes them.

    Example: reach freeze final-2024 --as-of 2024-12-30
    """
    from flows import frozen
    from flows.lock import only_night
    from warehouse.store import WAIT_SECONDS

    workspace = _open(home)
    good = steps.read_plan(workspace)
    if good.mistakes:
        raise PlanMistaken("\n".join((*good.mistakes, "Mend the plan first: a frozen report keeps it for ever.")))
    planned = next((own.as_of for own in good.plan.reports if own.name == name), None)
    day = _date(as_of) or planned or steps.today(good.plan.project.timezone)
    with only_night(workspace, WAIT_SECONDS):
        said = frozen.freeze(workspace, good, name, day)
    screen.say(f"{name} is frozen as of {day}; {workspace.published / frozen.FOLDER / name} has it.")
    for sentence in said:
        screen.say(sentence)


@app.command()
def diff(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A frozen report.")],
    home: Home = HERE,
    format: As = Format.table,
) -> None:
    """Says what of a frozen report would be another figure today, and why.

    Example: reach diff final-2024
    """
    from flows import frozen

    workspace = _open(home)
    good = steps.read_plan(workspace)
    found, details = frozen.diff(workspace, good, name)
    screen.show_differences(name, frozen.as_objects(found), details, format)


@app.command()
def rebuild(home: Home = HERE) -> None:
    """Makes the warehouse again from the archive.

    Example: reach rebuild
    """
    workspace = _open(home)
    good = steps.read_plan(workspace)
    with screen.progress("reading the archive") as on_load:
        loaded = steps.rebuild(workspace, good.plan.project.timezone, on_load)
    screen.say(f"Read {len(loaded.synced.loaded)} files again; {len(loaded.synced.refused)} were refused.")
    raise typer.Exit(_said((*good.mistakes, *loaded.problems)))


class PlanMistaken(Exception):
    """The plan has mistakes where only a good one will do; a sentence a line."""


def main() -> None:
    """The program ``reach``."""
    try:
        app()
    except (SettingsError, Refused, PlanError, PlanMistaken, NoSuchFigure, steps.NoPlan, duckdb.Error) as error:
        _fail(error, WRONG)
    except (*steps.NEEDS_A_PERSON, screen.NothingPublished) as error:
        _fail(error, NOT_PUBLISHED)
    except BrokenPipeError:
        sys.stderr.close()


def _date(day: datetime | None) -> date | None:
    return day.date() if day else None


def _open(home: Path) -> Workspace:
    workspace = Workspace(home)
    workspace.require()
    logging_to(workspace.logs)
    return workspace


def _night(workspace: Workspace, as_of: date | None) -> int:
    from flows.run_night import run_night

    try:
        night = run_night(workspace, as_of)
    except steps.NEEDS_A_PERSON as error:
        _fail(error, NOT_PUBLISHED)
    except KeyboardInterrupt:
        screen.warn("Stopped; the old snapshot stands.")
        return NOT_PUBLISHED
    except Exception as error:
        logger.exception("the night failed")
        screen.warn(
            f"The night failed ({type(error).__name__}: {error}). The old snapshot stands; "
            f"{workspace.logs / 'reach.jsonl'} has the details, please report them."
        )
        return NOT_PUBLISHED
    news = f"{night.received} new files, {night.loaded} loaded" if night.received or night.loaded else "Nothing new"
    if night.asked:
        news = f"{night.asked} accounts asked in {night.requests} requests; {news}"
    screen.say(f"{news}; published as of {night.published_as_of}.")
    return _said(night.problems)


def _said(problems: tuple[str, ...] | list[str]) -> int:
    for problem in problems:
        screen.warn(problem)
    return LEFT_OUT if problems else ALL_WELL


def _fail(error: BaseException, status: int) -> NoReturn:
    for line in str(error).splitlines():
        screen.warn(line)
    sys.exit(status)


if __name__ == "__main__":
    main()
