"""Commands that change what counts or keep a report: withdraw, freeze, and diff against a frozen report."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from connectors.contract import HEADLINES
from flows.cli import screen
from flows.cli.commands.options import (
    HERE,
    As,
    Day,
    Home,
    PlanMistaken,
    app,
    changing,
    date_of,
    opened,
    published,
    somebody,
    status_of_what_is_behind,
)
from flows.cli.next_line import hint_next, quoted, say_next, typed
from flows.cli.screen import Format
from flows.steps import night
from flows.steps.settings import SettingsError


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
    from flows.steps.withdrawal import withdraw

    with changing(home) as workspace:
        screen.say(withdraw(workspace, name, reason, somebody(by), is_undone=undo))
        status = published(workspace, night.keep_plan(workspace))
        say_next(f"type {typed('totals', home)}")
        raise typer.Exit(status)


@app.command("date")
def date_(
    name: Annotated[str, typer.Argument(metavar="[FILE]", help="A file of the inbox.")] = "",
    day: Annotated[str, typer.Argument(metavar="[DAY]", help="The day on which its figures were read.")] = "",
    by_name: Annotated[
        bool, typer.Option("--by-name", help="All whose day is not known: the last day of the range in their names.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Who says so.", show_default="you")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Takes it back.")] = False,
    home: Home = HERE,
) -> None:
    """Says on which day a file's figures were read, without moving it, and publishes again.

    Example: reach date "Page A.csv" 2024-12-30
    """
    from flows.steps import dating

    if by_name == bool(name) or bool(day) == (undo or by_name):
        raise SettingsError("Name a file and a day, such as 2024-12-30; or a file and --undo; or --by-name.")
    with changing(home) as workspace:
        good = night.keep_plan(workspace)
        zone, who = good.plan.project.timezone, somebody(by)
        if by_name:
            sentences = dating.tell_days_by_name(workspace, zone, who, is_undone=undo)
        else:
            sentences = [dating.tell_day(workspace, zone, name, None if undo else _day(day), who)]
        for sentence in sentences or ["No file waits for its day."]:
            screen.say(sentence)
        status = published(workspace, good)
        say_next(f"type {typed('totals', home)}")
        raise typer.Exit(status)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{text} is no day; write it as 2024-12-30.") from None


@app.command()
def freeze(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The report's name, used once.")],
    as_of: Day = None,
    home: Home = HERE,
) -> None:
    """Keeps a report's figures for ever; nothing that comes in later changes them.

    Example: reach freeze final-2024 --as-of 2024-12-30
    """
    from flows.steps import freezing

    with changing(home) as workspace:
        good = night.keep_plan(workspace)
        if good.mistakes:
            raise PlanMistaken("\n".join((*good.mistakes, "Mend the plan first: a frozen report keeps it for ever.")))
        planned = next((report.as_of for report in good.plan.reports if report.name == name), None)
        day = date_of(as_of) or planned or night.default_day(good.plan)
        sentences = freezing.freeze(workspace, good, name, day)
        screen.say(f"{name} is frozen as of {day}; {workspace.published / freezing.FOLDER / name} has it.")
        for sentence in sentences:
            screen.say(sentence)
        say_next(f"type {typed(f'diff {name}', home)} whenever you ask what has changed since")


@app.command()
def diff(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A frozen report.")],
    home: Home = HERE,
    format: As = Format.table,
) -> None:
    """Says what of a frozen report would be another figure today, and why.

    Example: reach diff final-2024
    """
    from flows.steps import freezing

    workspace = opened(home)
    good = night.read_plan(workspace)
    differences, details = freezing.diff(workspace, good, name)
    objects = freezing.as_objects(differences)
    screen.show_differences(name, objects, details, format)
    status = status_of_what_is_behind(workspace)
    if objects:
        names = ((one["key"].get("campaign_id"), one["metric"]) for one in objects)
        campaign, figure = next((one for one in names if one[0] and one[1] in HEADLINES), ("CAMPAIGN", "FIGURE"))
        behind = typed(f"explain {quoted(campaign)} {figure}", home)
        hint_next(f"type {behind} for what stands behind a figure", format)
    else:
        hint_next(f"type {typed('totals', home)} for the figures of today", format)
    raise typer.Exit(status)
