"""The nightly flow: receive, load, publish. What each step does is in :mod:`flows.steps`."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging.handlers import APILogHandler
from prefect.settings import get_current_settings
from prefect.states import Completed

from flows import steps
from flows.logs import OURS, logging_to
from flows.run_night import AlreadyRunning, Night, only_night
from flows.settings import Workspace
from warehouse.publish import NotPublished
from warehouse.store import Busy

WAIT_SECONDS = 600
"""How long a scheduled night waits for a look at the inbox that is still at work."""


def may_pass(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether a failure is one that a second try may find gone: a share, a lock, a full disk."""
    return isinstance(state.result(raise_on_failure=False), (OSError, Busy, NotPublished))


_QUIET: dict[str, Any] = {"retry_condition_fn": may_pass, "cache_policy": NO_CACHE, "persist_result": False}
receive = task(name="receive", retries=2, retry_delay_seconds=5, **_QUIET)(steps.receive)
load = task(name="load", retries=1, retry_delay_seconds=10, **_QUIET)(steps.load)
compute = task(name="compute", retries=1, retry_delay_seconds=10, **_QUIET)(steps.compute)
release = task(name="publish", retries=2, retry_delay_seconds=10, **_QUIET)(steps.release)
TASKS = (receive, load, compute, release)


@flow(name="nightly", persist_result=False, validate_parameters=False)
def nightly(home: str = ".", as_of: str | None = None, only_if_changed: bool = False) -> State[Night]:
    """One night over a workspace: what came in becomes what is published.

    Args:
        home: the workspace's folder.
        as_of: the day of the totals, ``YYYY-MM-DD``; the reporting zone's today where none is named.
        only_if_changed: over at once where neither the inbox nor the plan has changed since, or where a night
            is at work already.

    Returns:
        A completed state, named Partial where something was left out, with the :class:`Night`.
    """
    workspace = Workspace(Path(home))
    workspace.require()
    _log_to(workspace)
    if only_if_changed and not steps.has_news(workspace):
        return _completed(Night(0, 0, (), None), "nothing has changed")
    try:
        with only_night(workspace, wait=0 if only_if_changed else WAIT_SECONDS):
            night = run(workspace, date.fromisoformat(as_of) if as_of else None)
    except AlreadyRunning:
        if only_if_changed:
            return _completed(Night(0, 0, (), None), "a night is at work; the next look takes what came in")
        raise
    return _completed(night, "; ".join(night.problems) or f"{night.loaded} files loaded")


def run(workspace: Workspace, as_of: date | None) -> Night:
    """The steps in order, with tasks where Prefect should retry and show them."""
    receipt = receive(workspace)
    good = steps.read_plan(workspace)
    loaded = load(workspace, good.plan.project.timezone)
    tables, computed = compute(workspace, good, as_of)
    published = release(workspace, tables, computed)
    problems = (*(left.reason for left in receipt.left_out), *good.mistakes, *loaded.problems, *published.problems)
    return Night(len(receipt.received), len(loaded.synced.loaded), problems, published.as_of)


def _completed(night: Night, message: str) -> State[Night]:
    return Completed(name="Partial" if night.is_partial else "Completed", message=message[:5000], data=night)


def _log_to(workspace: Workspace) -> None:
    """Reach's own lines go to the workspace's log, the screen, and the run's page on a Prefect server."""
    logging_to(workspace.logs)
    if get_current_settings().logging.to_api.enabled:
        to_server = APILogHandler()
        for name in OURS:
            logging.getLogger(name).addHandler(to_server)
