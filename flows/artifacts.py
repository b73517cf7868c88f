"""What a run leaves on the Prefect server, for whoever looks at it: a summary, its sources, the report, progress.

What stands in them is made in :mod:`flows.summary`. An artifact that cannot be left never costs a night.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
import time
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
from flows.steps.night import Loaded
from flows.steps.settings import Workspace
from flows.summary import Run

logger = logging.getLogger(__name__)

MANY_QUESTIONS, LONG_SECONDS = 20, 10.0
"""A pull is long, and shown while it goes on, beyond so many questions or seconds."""

SELDOM_SECONDS = 10.0
"""The least between two updates of what is shown."""


def key(workspace: Workspace, what: str) -> str:
    """An artifact's name, the same every night, another one for every workspace: ``reach-our-reach-3f1a9c-night``."""
    home = workspace.home.resolve()
    name = re.sub(r"[^a-z0-9]+", "-", home.name.lower())[:40].strip("-")
    own = hashlib.sha256(str(home).encode()).hexdigest()[:6]
    return "-".join(part for part in ("reach", name, own, what) if part)


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


def of_backfill(workspace: Workspace, asked: Mapping[str, Pulled], loaded: Loaded, problems: Sequence[str]) -> None:
    """The summary of a backfill."""
    _left(
        lambda: create_markdown_artifact(
            summary.asked_markdown(asked, loaded, problems), key(workspace, "backfill"), "What the platforms gave."
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


class LongPull:
    """How far the asking of one platform has come, shown once it takes long, and then seldom."""

    def __init__(self, workspace: Workspace, platform: str) -> None:
        self._name = key(workspace, platform)
        self._platform = platform
        self._id: UUID | None = None
        self._started = self._shown = time.monotonic()
        self._lock = threading.Lock()

    def show(self, questions: int, share: float) -> None:
        """Shows how many questions were asked and which share (0 to 1) of all is done, where it is time to."""
        if not self._lock.acquire(blocking=share >= 1):  # what another thread shows just now will do
            return
        try:
            now = time.monotonic()
            is_long = questions > MANY_QUESTIONS or now - self._started > LONG_SECONDS
            is_too_soon = self._id is not None and share < 1 and now - self._shown < SELDOM_SECONDS
            if is_long and not is_too_soon:
                self._shown = now
                _left(lambda: self._post(questions, share))
        finally:
            self._lock.release()

    def _post(self, questions: int, share: float) -> None:
        said = f"{self._platform}: {questions:,} questions asked."
        if self._id is None:
            self._id = cast(UUID, create_progress_artifact(100 * share, self._name, said))
        else:
            update_progress_artifact(self._id, 100 * share, said)
