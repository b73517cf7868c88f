"""The artifacts of a run on the Prefect server: a summary, the table of sources, where the report is, and progress.

:mod:`flows.summary` makes their texts. A night goes on where an artifact cannot be left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import cast
from uuid import UUID

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows import summary
from flows.steps.ask_apis import Pulled
from flows.steps.loaded import Loaded
from flows.steps.settings import Workspace
from flows.summary import Run

logger = logging.getLogger(__name__)

MANY_ACCOUNTS = 10
"""From so many accounts on, how many of a platform's were asked is shown while it goes on."""

UPDATES = 20
"""About how often that is shown anew."""


def key(workspace: Workspace, what: str) -> str:
    """An artifact's name, the same every night, another one for each workspace: ``reach-ours-3f1a9c40b7-night``."""
    return f"reach-{workspace.key}-{what}"


def of_night(workspace: Workspace, run: Run) -> None:
    """The summary of a night, the table of its sources, and where its report is."""
    _left(
        lambda: create_markdown_artifact(
            summary.markdown(run), key(workspace, "night"), "What came in, what did not, and what changed."
        ),
        lambda: create_table_artifact(
            summary.sources(run.tables), key(workspace, "sources"), "Every source, how old it is, and who has to act."
        ),
        lambda: _report(workspace),
    )


def of_failure(workspace: Workspace, error: BaseException) -> None:
    """The summary of a night that published nothing."""
    _left(
        lambda: create_markdown_artifact(
            summary.failure_markdown(error, summary.published_before(workspace.published)),
            key(workspace, "night"),
            "Nothing was published.",
        )
    )


def of_backfill(workspace: Workspace, pulled: Mapping[str, Pulled], loaded: Loaded, problems: Sequence[str]) -> None:
    """The summary of a backfill."""
    _left(
        lambda: create_markdown_artifact(
            summary.backfill_markdown(pulled, loaded, problems), key(workspace, "backfill"), "What the platforms gave."
        )
    )


def _report(workspace: Workspace) -> None:
    """A link where the settings say where the report is shared: a browser follows none from a server to a file."""
    if not workspace.report.exists():
        return
    name, about = key(workspace, "report"), "The report."
    if url := workspace.settings.report_url:
        create_link_artifact(url, "The report", name, about)
    else:
        create_markdown_artifact(f"The report: {summary.escaped(workspace.report.resolve())}", name, about)


def _left(*leave: Callable[[], object]) -> None:
    for one in leave:
        try:
            one()
        except Exception as error:
            logger.warning("an artifact could not be left on the Prefect server (%s)", type(error).__name__)


def accounts_asked(workspace: Workspace, platform_name: str, accounts: int) -> Callable[[int], None]:
    """Shows how many of a platform's accounts were asked, where they are many.

    Returns:
        What is to be called with their number whenever one more was asked.
    """
    if accounts < MANY_ACCOUNTS:
        return lambda accounts_done: None
    shown: list[UUID] = []

    def show(accounts_done: int) -> None:
        description = f"{platform_name}: {accounts_done:,} of {accounts:,} accounts asked."
        percent = 100 * accounts_done / accounts
        if not shown:
            shown.append(cast(UUID, create_progress_artifact(percent, key(workspace, platform_name), description)))
        else:
            update_progress_artifact(shown[0], percent, description)

    every = max(1, accounts // UPDATES)

    def advance(accounts_done: int) -> None:
        if accounts_done % every == 0 or accounts_done == accounts:
            _left(lambda: show(accounts_done))

    return advance
