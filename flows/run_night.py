"""Running the nightly flow in this process, on the operator's Prefect server or a temporary one."""

from __future__ import annotations

import logging
import os
import shutil
from datetime import date
from typing import Any, cast

from flows.settings import Workspace
from flows.steps import Night

logger = logging.getLogger(__name__)

PREFECT_HOME = ".prefect"
LARGEST_HOME_BYTES = 50_000_000


def run_night(workspace: Workspace, as_of: date | None) -> Night:
    """One night, now. Where ``PREFECT_API_URL`` names a running server, it shows the run.

    Raises:
        AlreadyRunning, NoPlan, NotPublished, Busy, SettingsError: a sentence for the person.
    """
    _prepare(workspace)
    from prefect.client.schemas.objects import State

    from flows.nightly import nightly

    _quiet()
    day = as_of.isoformat() if as_of else None
    # The state is asked for, since a Partial one is what the flow returns.
    state = cast("State[Any]", nightly(str(workspace.home.resolve()), day, return_state=True))
    night = state.result(raise_on_failure=True)
    if not isinstance(night, Night):
        raise RuntimeError(f"the run ended as {state.name}: {state.message}")
    return night


def _prepare(workspace: Workspace) -> None:
    """Prefect's settings, where the user made none; they are read when it is imported."""
    home = workspace.home.resolve() / PREFECT_HOME
    if "PREFECT_API_URL" not in os.environ and "PREFECT_HOME" not in os.environ:
        # Runs are kept apart from the user's own, and nothing of value lives there.
        if home.exists() and sum(f.stat().st_size for f in home.rglob("*") if f.is_file()) > LARGEST_HOME_BYTES:
            shutil.rmtree(home, ignore_errors=True)
        os.environ["PREFECT_HOME"] = str(home)
    for name, value in {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,warehouse,connectors",
        "PREFECT_CLI_PROMPT": "false",
    }.items():
        os.environ.setdefault(name, value)


def _quiet() -> None:
    """Silences what Prefect says of itself: "database is locked" and traces of events that it flushes at exit."""
    for name in ("prefect", "prefect._internal", "prefect.events", "prefect.server", "httpx", "uvicorn"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
