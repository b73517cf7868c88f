"""The nightly flow: receive, ask, load, compute, publish.

Prefect gives it retries, the tasks side by side, and what the operator sees. What a step does is in
:mod:`flows.steps`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

import polars as pl
from prefect import Task, flow, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from connectors.asking.pulling import Api
from flows import artifacts, cluster, notices, summary, turns
from flows.blocks import from_blocks
from flows.steps import (
    ask_apis,
    date_orders,
    expiries,
    freezing,
    healing,
    inboxes,
    keeping,
    khmer_files,
    mailing,
    news,
    night,
    plan_files,
    privacy,
    remembered,
    removals,
    unchanged,
)
from flows.steps.ask_apis import Pulled, Turn
from flows.steps.loaded import Loaded
from flows.steps.lock import only_night
from flows.steps.logs import logging_to
from flows.steps.night import AlreadyRunning, GoodPlan, Night
from flows.steps.platform_changes import AccountAsked
from flows.steps.settings import Workspace
from flows.summary import Run
from warehouse.evidence import late_rows
from warehouse.faults import fault
from warehouse.figures import attached, indicator_parts, plan_rules, sources, unplanned
from warehouse.plan.model import Plan
from warehouse.shortages import shortage

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

ACCOUNTS_AT_ONCE = 4
"""Accounts of one platform that are asked at a time."""

NO_TURN = (
    "{title} was not asked: other workspaces of this Prefect server asked with the same app for {hours} hours. "
    "The next night asks."
)


def _step(function: Callable[P, R], retries: int, name: str = "", run_name: str = "") -> Task[P, R]:
    """A step as a task: tried again, shown to the operator by a name, its frames neither kept nor cached."""
    name = name or function.__name__
    return task(
        name=name,
        task_run_name=run_name or name,
        retries=retries,
        retry_delay_seconds=10,
        retry_condition_fn=_may_pass,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(function)


def _may_pass(_task: object, _run: object, state: State[object]) -> bool:
    """Whether trying again may help: not where only a person can mend it."""
    try:
        state.result()
    except night.NEEDS_A_PERSON:
        return False
    except Exception as error:
        if shortage(error):
            return False
        logger.warning("a step failed (%s) and is tried again", fault(error))
    return True


def _ask_platform(workspace: Workspace, api: Api, plan: Plan, *, is_backfill: bool) -> Pulled:
    """Asks a platform in one flow at a time on this server for each app: the limits are the app's, not a flow's."""
    settings = from_blocks(workspace.api_settings(api.NAME), api.NAME, workspace.key)
    name, now = turns.turn_name(api.NAME, settings.app_asked_with()), night.now()
    with turns.turn_on_server(name) as is_our_turn:
        if not is_our_turn:
            return Pulled(problems=(NO_TURN.format(title=expiries.title(api), hours=turns.TURN_SECONDS // 3600),))
        day = turns.quota_day(settings, now)
        before = turns.units_spent(name, day) if day else 0
        pulled = ask_apis.ask_platform(
            workspace, api, plan, now, settings,
            is_backfill=is_backfill, ask_accounts=_ask_accounts, spent_by_app=before,
        )  # fmt: skip
        if day:
            turns.note_spent(name, day, before + pulled.units)
        return pulled


def _ask_accounts(turn: Turn) -> list[AccountAsked]:
    """Asks every account of a turn, :data:`ACCOUNTS_AT_ONCE`; each is a task."""
    show = artifacts.accounts_asked(turn.workspace, turn.api.NAME, len(turn.accounts))
    outcomes = []
    with ThreadPoolTaskRunner[AccountAsked](ACCOUNTS_AT_ONCE) as runner:
        # Quoted, since Prefect would look through every earlier pull for results of other tasks.
        futures = [runner.submit(ask_account, {"turn": quote(turn), "account": account}) for account in turn.accounts]
        for future in futures:
            outcomes.append(future.result())
            show(len(outcomes))
    return outcomes


def _load(workspace: Workspace, zone: str) -> Loaded:
    """Brings the warehouse up to what the archive holds, read where the settings say."""
    with cluster.reading(workspace, zone) as read_each:
        return night.load(workspace, zone, read_each=read_each)


receive = _step(night.receive, 2, "Take in the inbox")
# They ask again by themselves, and the next night goes on where this one stopped.
ask_platform = _step(_ask_platform, 0, "Ask a platform", "Ask {api.NAME}")
ask_account = _step(ask_apis.ask_account, 0, "Ask an account", "Ask {turn.api.NAME}:{account}")
load = _step(_load, 1, "Load what came in")
compute = _step(night.compute, 1, "Compute every figure")
report = _step(night.report, 0, "Make the report page")
publish = _step(night.release, 2, "Publish")
freeze_due = _step(freezing.freeze_due, 1, "Freeze reports that are due")
# What could not be sent is tried again by the next night.
mail_due = _step(mailing.mail_due, 0, "Mail reports that are due")


def ask(workspace: Workspace, plan: Plan, *, is_backfill: bool = False) -> dict[str, Pulled]:
    """Asks all platforms side by side; what asking each brought, by its name."""
    futures = {
        api.NAME: ask_platform.submit(workspace, api, plan, is_backfill=is_backfill)
        for api in ask_apis.platforms(workspace)
    }
    return {platform_name: future.result() for platform_name, future in futures.items()}


def run_name() -> str:
    """What an operator reads: ``Night of 2024-12-30, our-reach``, or a backfill of it, or a look at its inbox."""
    given = runtime.flow_run.parameters
    workspace = Workspace(Path(given["home"]))
    folder, plan, at = workspace.home.resolve().name, summary.plan_of(workspace), night.now()
    if given.get("only_if_changed"):
        return f"Look at the inbox, {summary.moment(at, plan.project.timezone if plan else 'UTC')}, {folder}"
    what = "Backfill" if runtime.flow_run.flow_name == "backfill" else "Night"
    day = given.get("as_of") or (night.default_day(plan) if plan else None)
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
    privacy.only_owner()
    workspace = Workspace(Path(home))
    with notices.failure_told(workspace, is_look=only_if_changed):
        workspace.require()
    logging_to(workspace.logs, workspace.secrets())
    with failure_shown(workspace, is_look=only_if_changed):
        try:
            with only_night(workspace, wait_seconds):
                if only_if_changed and not news.has_news(workspace):
                    return Completed(message="Nothing new.", data=Night())
                run = _night(workspace, as_of, is_asking=not only_if_changed)
        except AlreadyRunning:
            if only_if_changed:
                return Completed(message="Another night is at work already.", data=Night())
            raise
        artifacts.of_night(workspace, run)
        notices.of_night(workspace, run, is_look=only_if_changed)
    problems = run.night.problems
    if problems:
        return Completed(name="Partial", message="; ".join(problems)[:4000], data=run.night)
    return Completed(message=f"{run.night.loaded} files and pulls loaded.", data=run.night)


def _night(workspace: Workspace, as_of: date | None, *, is_asking: bool) -> Run:
    privacy.tighten(workspace)
    today = night.now().date()
    _, healed_at_once = healing.past_damage(workspace, today, partial(healing.require_opens, workspace))
    receipt = receive(workspace)
    good = night.keep_plan(workspace)
    pulled = ask(workspace, good.plan) if is_asking else {}
    before = summary.published_before(workspace.published)
    outcome, healed = healing.past_damage(workspace, today, partial(_load_and_publish, workspace, good, as_of))
    loaded = outcome.loaded
    is_mailing = is_asking and any(report.mail_to for report in good.plan.reports)
    mailed = mail_due(workspace, good) if is_mailing else mailing.Mailed()
    problems = (
        *healed_at_once,
        *healed,
        *remembered.remarks(workspace),
        *(left.reason for left in receipt.left_out),
        *good.mistakes,
        *inboxes.unplanned_organisations(workspace, good.plan),
        *(problem for platform in pulled.values() for problem in platform.problems),
        *loaded.problems,
        *outcome.problems,
        *mailed.problems,
    )
    done = Night(
        len(receipt.received),
        len(loaded.synced.loaded),
        problems,
        outcome.as_of,
        sum(platform.accounts for platform in pulled.values()),
        sum(platform.requests for platform in pulled.values()),
        (
            *(platform.cost for platform in pulled.values() if platform.cost),
            *outcome.to_look_at,
            *mailed.to_look_at,
            *privacy.open_secrets(workspace),
        ),
    )
    return Run(done, good.plan, loaded, outcome.tables, pulled, before)


class _Outcome(NamedTuple):
    """What loading and publishing came to: the day and its tables, and what is to be told beside what was loaded."""

    loaded: Loaded
    as_of: date
    tables: Mapping[str, pl.DataFrame]
    problems: tuple[str, ...]
    to_look_at: tuple[str, ...]


def _load_and_publish(workspace: Workspace, good: GoodPlan, as_of: date | None) -> _Outcome:
    """All of a night that reads the warehouse; nothing is asked in it, so that it can be done again at no cost."""
    zone = good.plan.project.timezone
    loaded = load(workspace, zone)
    removals.removing(workspace, zone)
    last_night = unchanged.still_published(workspace, good, as_of or night.default_day(good.plan), loaded)
    if last_night is None:
        return _publish(workspace, good, as_of, loaded)
    problems = (*last_night.problems, *freeze_due(workspace, good))
    return _Outcome(loaded, last_night.as_of, last_night.tables, problems, last_night.to_look_at)


def _publish(workspace: Workspace, good: GoodPlan, as_of: date | None, loaded: Loaded) -> _Outcome:
    unchanged.forget(workspace)
    computed = compute(workspace, good, as_of)
    published = publish(workspace, computed, report(workspace, computed))
    keeping.keep(workspace, computed, good.plan)
    is_workbook = plan_files.name_of(good.text) == plan_files.WORKBOOK
    not_counting = (
        *summary.not_counting(computed.tables, good.plan),
        *plan_rules.sentences_of_night(computed.day),
        *khmer_files.read(workspace).sentences,
    )
    if published.problems == computed.problems:  # else the report is to be made, or a file replaced, next time
        each_night = (*not_counting, *unplanned.sentences_of_night(computed.unplanned, (), is_workbook=is_workbook))
        unchanged.remember(workspace, good, computed.day.as_of, computed.problems, each_night)
    new = loaded.synced.loaded
    dates_to_decide, dates_assumed = date_orders.remarks(loaded, computed.day)
    for sentence in dates_assumed:
        logger.info("%s", sentence)
    late = late_rows.for_reports(computed.day, new)
    problems = (*dates_to_decide, *published.problems, *late, *freeze_due(workspace, good))
    to_look_at = (
        *not_counting,
        *unplanned.sentences_of_night(computed.unplanned, new, is_workbook=is_workbook),
        *sources.by_title_alone(computed.day.loads, computed.day.owners, new),
        *attached.of_no_indicator(computed.day.loads, good.plan),
        *indicator_parts.lacking(good.plan, computed.tables, computed.day.loads),
    )
    return _Outcome(loaded, published.as_of, computed.tables, problems, to_look_at)


@contextmanager
def failure_shown(workspace: Workspace, *, is_look: bool) -> Iterator[None]:
    """What ends a night by an error is left beside its run, and told."""
    with notices.failure_told(workspace, is_look=is_look):
        try:
            yield
        except Exception as error:
            artifacts.of_failure(workspace, error)
            raise
