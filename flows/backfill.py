"""The backfill flow: everything that the platforms still have of each account, asked for once.

Killed at any point, it goes on where it stopped: what was answered is in the archive, and is not asked for again.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import artifacts
from flows.nightly import ask, load, run_name
from flows.steps import healing, night
from flows.steps.lock import only_night
from flows.steps.logs import logging_to
from flows.steps.privacy import only_owner
from flows.steps.settings import Workspace
from warehouse.texts import number_of


@flow(name="backfill", flow_run_name=run_name, persist_result=False)
def backfill(home: str = ".", wait_seconds: float = 0) -> State[tuple[str, ...]]:
    """Asks for all that is older than what the nights ask for, and loads it; the next night publishes it.

    Args:
        home: the workspace's folder.
        wait_seconds: how long a night that is at work may take to end.

    Returns:
        A completed state with what was left out, named Partial where that is something.
    """
    only_owner()
    workspace = Workspace(Path(home))
    workspace.require()
    logging_to(workspace.logs, workspace.secrets())
    with only_night(workspace, wait_seconds):
        today = night.now().date()
        _, healed_at_once = healing.past_damage(workspace, today, partial(healing.require_opens, workspace))
        good = night.keep_plan(workspace)
        pulled = ask(workspace, good.plan, is_backfill=True)
        loaded, healed = healing.past_damage(workspace, today, partial(load, workspace, good.plan.project.timezone))
        of_platforms = (problem for platform in pulled.values() for problem in platform.problems)
        problems = (*healed_at_once, *healed, *of_platforms, *loaded.problems)
        artifacts.of_backfill(workspace, pulled, loaded, problems)
    requests = sum(platform.requests for platform in pulled.values())
    accounts = sum(platform.accounts for platform in pulled.values())
    cost = f"{number_of(requests, 'request')} to {number_of(accounts, 'account')}."
    return Completed(
        name="Partial" if problems else None, message="; ".join((cost, *problems))[:4000], data=tuple(problems)
    )
