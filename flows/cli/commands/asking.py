"""Commands that answer: they read what is published, or the warehouse for a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from flows.cli import screen
from flows.cli.commands.options import (
    ALL_WELL,
    HERE,
    LEFT_OUT,
    As,
    Day,
    Home,
    In,
    KnownOn,
    app,
    date_of,
    opened,
    status_of_what_is_behind,
    warn_and_status,
)
from flows.cli.next_line import explained_next, hint_next, quoted, say_next, typed
from flows.cli.screen import Format
from flows.steps import inboxes, night
from flows.steps.privacy import open_secrets
from flows.steps.published_lines import published_lines
from flows.steps.settings import Workspace
from warehouse.figure_words import NoSuchFigure
from warehouse.figures import build
from warehouse.plan.model import Plan
from warehouse.plan.named_lines import Line, campaigns_named, instead_of_indicator, lines_of
from warehouse.publish.snapshot import query_published, read_tables

MOST_DRAWN = 10_000
"""The most rows of an answer that are drawn as a table; as data all are written."""


@app.command()
def query(sql: Annotated[str, typer.Argument(metavar="SQL")], home: Home = HERE, format: As = Format.table) -> None:
    """Asks the published snapshot in SQL, read-only.

    Example: reach query "select campaign_id, views from campaign_totals"
    """
    workspace = opened(home)
    screen.show(query_published(workspace.published, sql, workspace.settings.query), format, most=MOST_DRAWN)
    hint_next("the same with --format csv > answer.csv gives a file for a spreadsheet", format)


@app.command()
def totals(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Only a campaign's or an activity's: its id or its name.")
    ] = None,
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

    Example: reach totals "IDUAI 2024" --by stage --as-of 2024-12-30

    Example: reach totals --from 2024-10-01 --to 2024-12-31
    """
    workspace = opened(home)
    if as_of is None and known_on is None and start is None and end is None and not unknown:
        tables = read_tables(workspace.published, {f"{by.value}_totals": ()})
        only = None if name is None else published_lines(workspace)
        rows = _rows_of(tables[f"{by.value}_totals"], by, name, only)
        screen.show_frame(rows, by.value, format)
        hint_next(explained_next(rows, home), format)
        return
    if as_of is not None and (start or end):
        raise typer.BadParameter("--as-of is a day, --from and --to are a span of days; name one of the two.")
    if end and not start:
        raise typer.BadParameter("--to needs --from: gains are counted from a day on.", param_hint="--from")
    last = as_of or end
    good = night.read_plan(workspace, date_of(known_on))
    day = date_of(last) or date_of(known_on) or night.default_day(good.plan)
    if start and start.date() > day:
        raise typer.BadParameter(f"is {start.date()}, after {day}, the last day.", param_hint="--from")
    history = night.read_state(workspace, good, day, date_of(known_on))
    plan_lines = lines_of(good.plan)
    if unknown:
        rows = _rows_of(build.unknown(history, by.value), by, name, plan_lines)
        screen.show(rows, format)
    else:
        tables = build.gained(history, start.date()) if start else build.totals(history)
        rows = _rows_of(tables[f"{by.value}_totals"], by, name, plan_lines)
        screen.show_frame(rows, by.value, format)
    status = status_of_what_is_behind(workspace)
    hint_next(explained_next(rows, home), format)
    raise typer.Exit(status)


def _rows_of(totals: pl.DataFrame, by: screen.By, name: str | None, plan_lines: Sequence[Line] | None) -> pl.DataFrame:
    """The rows of totals of a campaign or activity that a person names; all where none is named."""
    if name is None or plan_lines is None:
        return totals
    campaigns = campaigns_named(name, plan_lines)
    if by is screen.By.project:
        raise typer.BadParameter("the project is one row: leave out the name, or --by project.", param_hint="--by")
    if by is not screen.By.activity:
        return totals.filter(pl.col("campaign_id").is_in(campaigns))
    of_plan = [line for line in plan_lines if not line.is_campaign]
    # An id may be a campaign's and an activity's: who asks by activity means the activity.
    activities = [line.id for line in of_plan if line.id == name] or [
        line.id for line in of_plan if {*line.campaigns} & {*campaigns}
    ]
    return totals.filter(pl.col("activity_id").is_in(activities))


@app.command()
def explain(
    campaign: Annotated[
        str, typer.Argument(metavar="CAMPAIGN", help="The id or name of a campaign, or of an activity.")
    ],
    metric: Annotated[
        str, typer.Argument(metavar="FIGURE", help="A column of the totals, a stage, what screens call it, or spend.")
    ],
    as_of: Day = None,
    known_on: KnownOn = None,
    open_: Annotated[bool, typer.Option("--open", help="Shows the rows of the original files, too.")] = False,
    other_number: Annotated[
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
    from flows.cli import explain
    from warehouse.evidence import readings_behind, why_not

    workspace = opened(home)
    good = night.read_plan(workspace, date_of(known_on))
    day = date_of(as_of) or date_of(known_on) or night.default_day(good.plan)
    history = night.read_state(workspace, good, day, date_of(known_on))
    campaigns = _explained(campaign, good.plan)
    if len(campaigns) > 1 and (pack is not None or other_number is not None):
        raise typer.BadParameter(f"names several campaigns; write the one you mean: {', '.join(campaigns)}.")
    figures = [readings_behind.figure_evidence(history, campaign_id, metric) for campaign_id in campaigns]
    evidence = figures[-1]
    if pack is not None:
        from flows.cli.pack import write

        missing = write(pack, evidence, history, workspace, good.text)
        screen.say(f"{pack} holds the figure and everything behind it; verify.py in it checks that.")
        status = warn_and_status(missing) or status_of_what_is_behind(workspace)
        say_next(f"send {pack}; whoever has it unpacks it and types python verify.py there")
        raise typer.Exit(status)
    if other_number is not None:
        reasons = why_not.reasons(history, evidence, other_number * evidence.per_unit)
        explain.show_why_not(evidence, reasons, other_number, format)
    else:
        explain.show(figures, history, date_of(known_on), format)
        for one in figures if open_ else ():
            explain.show_originals(one, workspace, good.plan.project.timezone)
    if len(campaigns) > 1:
        say = screen.say if format is Format.table else screen.warn  # data stays data
        if of_all := explain.of_activity(history, campaigns[0], evidence.metric):
            say(f"{campaign} itself: {of_all}.")
        say(f"These are the campaigns of {campaign}. A post of two of them counts once in the activity's total.")
    status = status_of_what_is_behind(workspace)
    words = f"explain {campaigns[-1]} {evidence.metric} --pack evidence.zip"
    hint_next(f"type {typed(words, home)} to give all of it to somebody", format)
    raise typer.Exit(status)


def _explained(word: str, plan: Plan) -> tuple[str, ...]:
    """The campaigns that a person asks about; whoever names an indicator is told what to type instead."""
    try:
        return campaigns_named(word, lines_of(plan))
    except NoSuchFigure:
        if instead := instead_of_indicator(plan, word):
            raise NoSuchFigure(instead) from None
        raise


@app.command("sentence")
def sentence_(
    campaign: Annotated[
        str, typer.Argument(metavar="CAMPAIGN", help="The id or name of a campaign, or of an activity.")
    ],
    language: In = None,
    home: Home = HERE,
) -> None:
    """Says a campaign's published figures as a line to paste into a report; of an activity, a line a campaign.

    Example: reach sentence iduai-2024 --language km
    """
    from flows.steps.sentences import sentences
    from warehouse.publish.report.sentence import READS

    workspace = opened(home)
    tables = read_tables(workspace.published, READS)
    lines = sentences(workspace, tables, campaign, language or workspace.settings.language)
    for line in lines.values():
        screen.say(line)
    hint_next(explained_next(tables["campaign_totals"].filter(pl.col("campaign_id").is_in(list(lines))), home))


@app.command()
def unattributed(home: Home = HERE, format: As = Format.table) -> None:
    """Lists the posts that no rule took, by views, with the rule that came nearest.

    Example: reach unattributed
    """
    workspace = opened(home)
    screen.show_unattributed(workspace.published, format)
    book = workspace.published / night.WORKBOOK
    fill_in = f"or fill in the yellow cells of {book} and drop it into {workspace.inbox}"
    hint_next(f"write a rule into {workspace.plan_file}, and type {typed('plan check', home)}; {fill_in}", format)


@app.command()
def sources(
    home: Home = HERE,
    format: As = Format.table,
    check: Annotated[
        bool, typer.Option("--check", help="Ask every account and inbox of the settings now; nothing is kept.")
    ] = False,
    todo: Annotated[
        bool, typer.Option("--todo", help="Whom to ask for which figures by when, with a message to paste.")
    ] = False,
    language: In = None,
) -> None:
    """Lists each source: last good load, age, rows, rejects, and who has to do something.

    Example: reach sources --check

    Example: reach sources --todo --language km
    """
    if todo:
        from flows.cli.todo import show_todo

        workspace = opened(home)
        if show_todo(workspace, language, format):
            hint_next(f"paste each message to its person, put what comes into {workspace.inbox}, and type "
                      f"{typed('nightly', home)}", format)  # fmt: skip
        else:
            hint_next(f"type {typed('sources', home)} for how old each page's figures are", format)
        return
    if check:
        from flows.steps.access import checks, inbox_checks

        workspace = opened(home)
        status = warn_and_status(open_secrets(workspace))
        checks_made = [*inbox_checks(workspace), *checks(workspace)]
        if not checks_made:
            screen.say("The settings name no accounts to ask; docs/access.md says which token each platform needs.")
            settings = workspace.home / "reach.toml"
            hint_next(f"in {settings}, take away the # before a platform and its accounts, write yours, and type "
                      f"{typed('sources --check', home)}", format)  # fmt: skip
        else:
            screen.show_checks(checks_made, format)
            hint_next(f"type {typed('nightly', home)}", format)
        raise typer.Exit(LEFT_OUT if any(check_made.act for check_made in checks_made) else status)
    workspace = opened(home)
    screen.show_sources(workspace.published, format)
    if format is Format.table:
        for sentence in inboxes.overview(workspace):
            screen.say(sentence)
    hint_next(_next_of_sources(workspace), format)


def _next_of_sources(workspace: Workspace) -> str:
    """What to type behind the list of sources: about the first file that has a problem, or whom to ask."""
    problems = query_published(
        workspace.published, "select path from source_files where problem is not null order by 1"
    )
    files = (workspace.inbox / path for path in problems["path"])
    if file := next((file for file in files if file.exists()), None):
        return f"type {typed(f'inspect {quoted(file)}', workspace.home)} for what that file is taken for, and why"
    return f"type {typed('sources --todo', workspace.home)} for whom to ask, with a message to paste"


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    home: Home = HERE,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Says what a file is taken for, and why, without loading it.

    Example: reach inspect inbox/Sep-01-2024_Dec-30-2024_1234567890.csv
    """
    from flows.cli.inspection import inspected, shown

    if format not in ("text", "json"):
        raise typer.BadParameter("is text or json", param_hint="--format")
    seen = inspected(file, Workspace(home))
    screen.say(shown(seen, format))
    if format == "text":
        sheet = "write its figures into a copy of templates/sheet.csv and put that into the inbox"
        do = f"download it again, or {sheet}" if seen["refused"] else "put it into the inbox"
        hint_next(f"{do}, and type {typed('nightly', home)}")
    raise typer.Exit(LEFT_OUT if seen["refused"] else ALL_WELL)
