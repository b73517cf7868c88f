"""The command that checks a workspace, and mends what can be mended."""

from __future__ import annotations

from typing import Annotated

import polars as pl
import typer

from flows.cli import screen
from flows.cli.commands.options import ALL_WELL, HERE, LEFT_OUT, As, Home, app, opened
from flows.cli.next_line import hint_next, typed
from flows.cli.screen import Format
from flows.steps.settings import Workspace


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    home: Home = HERE,
    format: As = Format.table,
) -> None:
    """Checks archive, log, loads and what is published against each other; changes nothing without --repair.

    Example: reach doctor --home our-reach
    """
    from flows.steps import doctor

    workspace = opened(home) if repair else Workspace(home)
    workspace.require()
    findings = doctor.repair(workspace) if repair else doctor.examine(workspace)
    if findings or format is not Format.table:
        rows = [(one.part, one.sentence, "mended" if one.is_mended else one.what_to_do) for one in findings]
        columns = ("part", "finding", "what_to_do")
        screen.show(pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row"), format)
    is_well = all(finding.is_mended for finding in findings)
    if is_well and format is Format.table:
        screen.say("All is well." if not findings else "All is well now.")
        hint_next(f"type {typed('nightly', home)}")
    elif not repair:
        hint_next(f"type {typed('doctor --repair', home)}, which mends what can be mended", format)
    else:
        hint_next(f"do what stands beside each finding, and type {typed('doctor', home)}", format)
    raise typer.Exit(ALL_WELL if is_well else LEFT_OUT)
