"""The nightly flow: receive, ask, load, compute, publish. What each step does is in :mod:`flows.steps.night`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.concurrency.sync import concurrency
from prefect.logging.handlers import APILogHandler
from prefect.states import Completed

from connectors.asking.pulling import Api
from connectors.asking.settings import ApiSettings
from flows import artifacts, notices, summary
from flows.blocks import from_blocks
from flows.steps import ask_apis, freezing
from flows.steps import night as steps
from flows.steps.ask_apis import Pulled
from flows.steps.lock import only_night
from flows.steps.logs import OURS, logging_to
from flows.steps.night import AlreadyRunning, GoodPlan, Night
from flows.steps.settings import Workspace
from flows.summary import Run
from warehouse.plan.model import Plan

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


def _step(function: Callable[P, R], retries: int, name: str = "", run_name: str = "") -> Callable[P, R]:
    """A step as a task: tried again, shown to the operator by a name, its frames neither kept nor cached."""
    name = name or function.__name__
    as_task: Callable[P, R] = task(
        name=name,
        task_run_name=run_name or name,
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
    except Exception as error:
        logger.warning("a step failed (%s: %s) and is tried again", type(error).__name__, error)
    return True


def _asked(
    workspace: Workspace, own: Api, plan: Plan, now: datetime, settings: ApiSettings, *, is_backfill: bool
) -> Pulled:
    """One platform asked, with its progress beside the run where that takes long."""
    show = artifacts.LongPull(workspace, own.NAME).show
    return ask_apis.pull(workspace, own, plan, now, settings, is_backfill=is_backfill, show=show)


receive = _step(steps.receive, 2, "Take in the inbox")
# It asks again by itself, and the next night goes on where this one stopped.
pull = _step(_asked, 0, "Ask a platform", "Ask {own.NAME}")
load = _step(steps.load, 1, "Load what came in")
compute = _step(steps.compute, 1, "Compute every figure")
report = _step(steps.report, 0, "Make the report page")
publish = _step(steps.release, 2, "Publish")
freeze_due = _step(freezing.freeze_due, 1, "Freeze reports that are due")


def run_name() -> str:
    """What an operator reads: ``Night of 2024-12-30, our-reach``, or a backfill of it, or a look at its inbox."""
    given = runtime.flow_run.parameters
    workspace = Workspace(Path(given["home"]))
    folder, plan, at = workspace.home.resolve().name, summary.plan_of(workspace), steps.now()
    if given.get("only_if_changed"):
        return f"Look at the inbox, {summary.moment(at, plan.project.timezone if plan else 'UTC')}, {folder}"
    what = "Backfill" if runtime.flow_run.flow_name == "backfill" else "Night"
    day = given.get("as_of") or (steps.today(plan.project.timezone) if plan else None)
    return f"{what} of {day}, {folder}" if day else f"{what}, {folder}"


@flow(name="nightly", flow_run_name=run_name, persist_result=False)
def nightly(
    home: str = ".", as_of: date | None = None, only_if_changed: bool = False, wait_seconds: float = 0
) -> State[Night]:
    """One night over a workspace: what came in becomes what is published, and who has to know is told.

    Args:
        home: the workspace's folder.
        as_of: the day of the totals; the reporting zone's today where none is named.
        only_if_changed: over at once where neither the inbox nor the plan has changed since, or where
            another night is at work already.
        wait_seconds: how long another night that is at work may take to end.

    Returns:
        A completed state with the :class:`Night`, named Partial where something was left out.
    """
    workspace = Workspace(Path(home))
    with notices.failure_told(workspace, is_look=only_if_changed):
        workspace.require()
    with logged(workspace), failure_shown(workspace, is_look=only_if_changed):
        try:
            with only_night(workspace, wait_seconds):
                if only_if_changed and not steps.has_news(workspace):
                    return Completed(message="Nothing new.", data=Night())
                run = _night(workspace, as_of, is_asking=not only_if_changed)
        except AlreadyRunning:
            if only_if_changed:
                return Completed(message="Another night is at work already.", data=Night())
            raise
        artifacts.of_night(workspace, run)
        notices.of_night(workspace, run, is_look=only_if_changed)
    night = run.night
    if night.problems:
        return Completed(name="Partial", message="; ".join(night.problems)[:4000], data=night)
    return Completed(message=f"{night.loaded} files and pulls loaded.", data=night)


def _night(workspace: Workspace, as_of: date | None, *, is_asking: bool) -> Run:
    receipt = receive(workspace)
    good = steps.read_plan(workspace)
    asked = {own.NAME: pulled(workspace, own, good) for own in ask_apis.platforms(workspace)} if is_asking else {}
    loaded = load(workspace, good.plan.project.timezone)
    freezing.removing(workspace, good.plan.project.timezone)
    tables, published = compute(workspace, good, as_of)
    before = summary.published_before(workspace.published)
    published = publish(workspace, tables, report(workspace, tables, published))
    unfrozen = freeze_due(workspace, good)
    left_out = (left.reason for left in receipt.left_out)
    night = Night(
        len(receipt.received),
        len(loaded.synced.loaded),
        (
            *left_out,
            *good.mistakes,
            *(p for own in asked.values() for p in own.problems),
            *loaded.problems,
            *published.problems,
            *unfrozen,
        ),
        published.as_of,
        sum(own.accounts for own in asked.values()),
        sum(own.requests for own in asked.values()),
    )
    return Run(night, good.plan, loaded, tables, asked, before)


def pulled(workspace: Workspace, own: Api, good: GoodPlan, *, is_backfill: bool = False) -> Pulled:
    """One platform asked, by one flow at a time on this server: its limits are the organisation's, not a flow's."""
    name = f"reach-{own.NAME}"
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(name, 1)
    settings = from_blocks(ask_apis.settings_of(workspace, own), own.NAME)
    with concurrency(name, occupy=1):
        return pull(workspace, own, good.plan, steps.now(), settings, is_backfill=is_backfill)


@contextmanager
def failure_shown(workspace: Workspace, *, is_look: bool) -> Iterator[None]:
    """What ends a night by an error is left beside its run, and told."""
    with notices.failure_told(workspace, is_look=is_look):
        try:
            yield
        except Exception as error:
            artifacts.of_failure(workspace, error)
            raise


@contextmanager
def logged(workspace: Workspace) -> Iterator[None]:
    """What the steps say goes to the workspace's logs, wherever the flow runs, and is shown beside its run."""
    logging_to(workspace.logs)
    shown = APILogHandler()
    for name in OURS:
        logging.getLogger(name).addHandler(shown)
    try:
        yield
    finally:
        for name in OURS:
            logging.getLogger(name).removeHandler(shown)
