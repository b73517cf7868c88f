"""The commands of the plan: its mistakes, and from one of its forms to the other."""

from __future__ import annotations

from pathlib import Path

import typer

from flows.cli import screen
from flows.cli.commands.options import ALL_WELL, HERE, Home, PlanMistaken, opened, plan_app
from flows.cli.next_line import say_next, typed
from flows.steps import plan_files
from flows.steps.settings import SettingsError
from warehouse.plan.model import PlanError


@plan_app.command("check")
def plan_check(home: Home = HERE) -> None:
    """Says the plan's mistakes, each with its line, and what each of its rules takes.

    Example: reach plan check --home our-reach
    """
    from flows.cli.plan_check import check

    workspace = opened(home)
    status, takes = check(workspace)
    if status != ALL_WELL:
        say_next(f"mend {workspace.plan_file}, and type {typed('plan check', home)}")
    else:
        on = typed("publish" if workspace.report.exists() else "nightly", home)
        mend = f"mend the rules that match nothing in {workspace.plan_file}, and type {typed('plan check', home)}; or "
        say_next(f"{'' if takes else mend}type {on}")
    raise typer.Exit(status)


@plan_app.command("to-workbook")
def plan_to_workbook(home: Home = HERE) -> None:
    """Writes the plan as plan.xlsx, to go on with in Excel or LibreOffice; plan.toml is put aside.

    Example: reach plan to-workbook --home our-reach
    """
    _turn(home, plan_files.WORKBOOK)


@plan_app.command("to-toml")
def plan_to_toml(home: Home = HERE) -> None:
    """Writes the plan as plan.toml, to go on with in an editor; plan.xlsx is put aside.

    Example: reach plan to-toml --home our-reach
    """
    _turn(home, plan_files.TOML)


@plan_app.command("decisions")
def plan_decisions(home: Home = HERE) -> None:
    """Prints what was decided in filled-in workbooks as lines of plan.toml, to be copied there.

    Example: reach plan decisions --home our-reach
    """
    from flows.steps import night
    from warehouse.evidence import decided

    workspace = opened(home)
    good = night.read_plan(workspace)
    history = night.read_state(workspace, good, night.default_day(good.plan))
    screen.say(
        "\n".join(decided.as_plan(history.decisions, good.plan)) or "Nothing was decided in a workbook that counts."
    )
    if history.decisions["why_not"].null_count():
        say_next(f"copy what is to stay into {workspace.plan_file}; the plan goes before what was decided")


def _turn(home: Path, target: str) -> None:
    workspace = opened(home)
    try:
        aside = plan_files.turn(workspace, target)
    except OSError as error:
        raise SettingsError(f"The plan cannot be written as {target} ({error.strerror}).") from None
    except PlanError as error:
        raise PlanMistaken(f"{error}\nMend the plan first; nothing was written.") from None
    if aside is None:
        screen.say(f"The plan is {target} already.")
    else:
        screen.say(f"{workspace.home / target} is the plan now; the one before lies in {aside}, and counts no more.")
    say_next(f"type {typed('plan check', home)}")
