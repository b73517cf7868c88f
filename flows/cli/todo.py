"""What ``reach sources --todo`` shows: whom to ask for which figures by when, with a message to paste."""

from __future__ import annotations

import polars as pl

from flows.cli import screen
from flows.cli.screen import Format
from flows.steps import night
from flows.steps.khmer_files import in_corrected_khmer
from flows.steps.settings import Workspace
from warehouse.publish.report.language import Language
from warehouse.publish.report.todo_texts import requests

COLUMNS = {
    "who": pl.String, "organisation": pl.String, "platform": pl.String, "account_id": pl.String,
    "account_name": pl.String, "last_day": pl.Date, "by": pl.Date, "message": pl.String,
}  # fmt: skip
"""As data it has a row a page; pages of one person have one message."""


@in_corrected_khmer
def show_todo(workspace: Workspace, language: Language | None, format: Format) -> bool:
    """Writes one message a person; as data a row a page. Whether somebody has to be asked."""
    good = night.read_plan(workspace)
    day = night.read_state(workspace, good, night.default_day(good.plan))
    opens, rows = language or workspace.settings.language, []
    for request in requests(day):
        todo, text = request.todo, request.messages[opens]
        rows += [(todo.who, todo.organisation, *page, request.by, text) for page in todo.pages]
        if format is Format.table:
            screen.say(f"{'' if len(rows) == len(todo.pages) else chr(10)}{text}")
    if format is not Format.table:
        screen.show(pl.DataFrame(rows, schema=COLUMNS, orient="row"), format)
    elif not rows:
        screen.say("Nobody has to be asked: every page was read late enough, or the report is due.")
    return bool(rows)
