"""Running the flows in this process, on the Prefect server in use or on a temporary one."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

from flows import notices
from flows.steps.lock import only_night
from flows.steps.logs import SHOWN_BY_PREFECT
from flows.steps.night import NEEDS_A_PERSON, Night
from flows.steps.recovery import mark_children
from flows.steps.settings import SettingsError, Workspace
from warehouse.secret_shapes import struck
from warehouse.shortages import require_room

PREFECT_HOME = ".prefect"
LARGEST_HOME_BYTES = 50_000_000
"""A folder of Prefect's that is larger than this is thrown away before the next run."""
ROOM_BYTES = 12_000_000
"""Twice what Prefect writes in a night: without room for it, it waits for minutes and does not say why."""
PREFECT_SETTINGS = {
    **SHOWN_BY_PREFECT,
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
    "DASK_LOGGING__DISTRIBUTED": "critical",
}
"""Prefect's settings, and those of its runner for Dask, where the user made none.

It sends no telemetry, waits for a slow machine, and shows our lines beside their run. It is silent on the screen:
"database is locked" and "Error flushing events" mean nothing for a night.
"""


def run_night(workspace: Workspace, as_of: date | None) -> Night:
    """One night, now. Where ``PREFECT_API_URL`` names a running server, it shows the run.

    A failure is told, also where Prefect does not start; the flow tells its own, which is not told twice.

    Raises:
        AlreadyRunning, NoPlan, NotPublished, Busy, SettingsError: a sentence for the person.
    """
    # Held from here on, since Prefect takes its time to start and a second night should hear of this one at once.
    with notices.failure_told(workspace), only_night(workspace), _room_for_prefect(workspace):
        _prepare(workspace)
        return _run(workspace, as_of)


def run_backfill(workspace: Workspace) -> tuple[str, ...]:
    """Asks for everything that the platforms have, now; what was left out, a sentence each.

    Raises:
        AlreadyRunning, NoPlan, Busy, SettingsError: a sentence for the person.
    """
    with only_night(workspace), _room_for_prefect(workspace):
        _prepare(workspace)
        from flows.backfill import backfill

        return cast("tuple[str, ...]", _result(lambda: backfill(str(workspace.home.resolve()), return_state=True)))


@contextmanager
def _room_for_prefect(workspace: Workspace) -> Iterator[None]:
    """Lets nothing begin without room, and says that there is none left where that may be why something failed.

    Raises:
        OSError: there is no room.
    """
    require_room(workspace.home, ROOM_BYTES)
    try:
        yield
    except NEEDS_A_PERSON:
        raise
    except Exception:
        require_room(workspace.home, ROOM_BYTES)
        raise


def _run(workspace: Workspace, as_of: date | None) -> Night:
    from flows.nightly import nightly

    night = _result(lambda: nightly(str(workspace.home.resolve()), as_of, return_state=True))
    if not isinstance(night, Night):
        raise RuntimeError(f"the run ended with {night}")
    return night


def _result(run: Callable[[], object]) -> object:
    """What a flow's run returned; its state is asked for, since the flows return one."""
    from prefect.client.schemas.objects import State

    try:
        state = cast("State[Any]", run())
    except RuntimeError as error:
        if not str(error).startswith("Failed to reach API"):
            raise
        server = struck(os.environ.get("PREFECT_API_URL", ""))
        raise SettingsError(
            f"The Prefect server at {server} does not answer: start it, or unset PREFECT_API_URL to do without."
        ) from None
    return state.result(raise_on_failure=True)


def _prepare(workspace: Workspace) -> None:
    """Prefect's settings, which it reads when it is imported."""
    mark_children(workspace)
    if not os.environ.get("PREFECT_API_URL") and "PREFECT_HOME" not in os.environ:
        # Runs are kept apart from the user's own. Nothing of value lives there, so a large one is thrown away.
        home = workspace.home.resolve() / PREFECT_HOME
        if sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) > LARGEST_HOME_BYTES:
            shutil.rmtree(home, ignore_errors=True)
        os.environ["PREFECT_HOME"] = str(home)
    for name, value in PREFECT_SETTINGS.items():
        os.environ.setdefault(name, value)
    logging.getLogger("httpx").setLevel(logging.CRITICAL)
