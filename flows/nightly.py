"""The nightly flow: receive, load, compute, publish. What each step does is in :mod:`flows.steps`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import ParamSpec, TypeVar

from filelock import FileLock, Timeout
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import steps
from flows.settings import Workspace
from flows.steps import Night

P = ParamSpec("P")
R = TypeVar("R")


def _step(function: Callable[P, R], retries: int) -> Callable[P, R]:
    """A step as a task: tried again, shown to the operator, its frames neither kept nor cached."""
    as_task: Callable[P, R] = task(
        name=function.__name__,
        retries=retries,
        retry_delay_seconds=10,
        retry_condition_fn=_may_pass,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(function)
    return as_task


def _may_pass(_task: object, _run: object, state: State[object]) -> bool:
    """Whether trying again may help: not where only a person can mend it."""
    try:
        state.result()
    except steps.NEEDS_A_PERSON:
        return False
    except Exception:
        return True
    return False


receive = _step(steps.receive, 2)
load = _step(steps.load, 1)
compute = _step(steps.compute, 1)
publish = _step(steps.release, 2)


@flow(name="nightly", persist_result=False)
def nightly(home: str = ".", as_of: str | None = None, only_if_changed: bool = False) -> State[Night]:
    """One night over a workspace: what came in becomes what is published.

    Args:
        home: the workspace's folder.
        as_of: the day of the totals, ``YYYY-MM-DD``; the reporting zone's today where none is named.
        only_if_changed: over at once where neither the inbox nor the plan has changed since, or where
            another night is at work already.

    Returns:
        A completed state with the :class:`Night`, named Partial where something was left out.
    """
    workspace = Workspace(Path(home))
    workspace.require()
    try:
        with FileLock(workspace.home / ".night.lock", timeout=0):
            if only_if_changed and not steps.has_news(workspace):
                return Completed(message="Nothing new.", data=Night())
            night = _night(workspace, date.fromisoformat(as_of) if as_of else None)
    except Timeout:
        if only_if_changed:
            return Completed(message="Another night is at work already.", data=Night())
        raise steps.AlreadyRunning(
            f"A night is already running in {workspace.home.resolve()}; this one did nothing."
        ) from None
    if night.problems:
        return Completed(name="Partial", message="; ".join(night.problems)[:4000], data=night)
    return Completed(message=f"{night.loaded} files loaded.", data=night)


def _night(workspace: Workspace, as_of: date | None) -> Night:
    receipt = receive(workspace)
    good = steps.read_plan(workspace)
    loaded = load(workspace, good.plan.project.timezone)
    tables, published = compute(workspace, good, as_of)
    published = publish(workspace, tables, published)
    left_out = (left.reason for left in receipt.left_out)
    return Night(
        len(receipt.received),
        len(loaded.synced.loaded),
        (*left_out, *good.mistakes, *loaded.problems, *published.problems),
        published.as_of,
    )
