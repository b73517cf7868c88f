"""Deploys a workspace's two schedules from ``prefect.yaml`` and reads them back: ``make deploy``.

Prefect deploys a template whose variable is unset as an empty text and calls it a success: a night at
02:00 UTC on the wrong folder. So the variables come from the workspace here, and what the server then
says is compared with what was meant.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists

from flows import steps
from flows.settings import SettingsError, Workspace

CHECKOUT = Path(__file__).resolve().parent.parent
WORK_POOL = "reach"
NAMES = ("nightly", "inbox")


class NotDeployed(Exception):
    """The schedules are not what they should be; the sentence says what is wrong."""


def variables(workspace: Workspace) -> dict[str, str]:
    """What ``prefect.yaml`` asks for, from the workspace.

    Raises:
        NotDeployed: one of them is empty.
        SettingsError, NoPlan: the workspace cannot be used.
    """
    workspace.require()
    found = {
        "REACH_CHECKOUT": str(CHECKOUT),
        "REACH_HOME": str(workspace.home.resolve()),
        "REACH_TIMEZONE": steps.read_plan(workspace).plan.project.timezone,
    }
    for name, value in found.items():
        if not value:
            raise NotDeployed(f"{name} is empty, so nothing was deployed.")
    return found


def deploy(workspace: Workspace) -> None:
    """Makes the work pool, deploys both schedules, and checks what the server has then.

    Raises:
        NotDeployed: there is no server, Prefect refused, or what it has is not what was meant.
    """
    set_to = variables(workspace)
    asyncio.run(_make_pool())
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    done = subprocess.run(command, cwd=CHECKOUT, env=os.environ | set_to, capture_output=True, text=True)
    if done.returncode:
        raise NotDeployed(f"Prefect did not deploy: {(done.stderr or done.stdout).strip()[-600:]}")
    asyncio.run(_read_back(set_to))


async def _make_pool() -> None:
    try:
        async with get_client() as client:
            await client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="process"))
    except ObjectAlreadyExists:
        pass


async def _read_back(set_to: dict[str, str]) -> None:
    async with get_client() as client:
        for name in NAMES:
            there = await client.read_deployment_by_name(f"nightly/{name}")
            schedule = there.schedules[0].schedule if there.schedules else None
            limit = there.concurrency_options
            meant: dict[str, tuple[Any, Any]] = {
                "workspace": (there.parameters.get("home"), set_to["REACH_HOME"]),
                "work pool": (there.work_pool_name, WORK_POOL),
                "concurrency limit": (there.global_concurrency_limit and there.global_concurrency_limit.limit, 1),
                "collision strategy": (limit and limit.collision_strategy.value, "CANCEL_NEW"),
                "pull step": (set_to["REACH_CHECKOUT"] in str(there.pull_steps), True),
            }
            if name == "nightly":
                meant["time"] = (getattr(schedule, "cron", None), "0 2 * * *")
                meant["time zone"] = (getattr(schedule, "timezone", None), set_to["REACH_TIMEZONE"])
            else:
                meant["interval"] = (getattr(schedule, "interval", None), timedelta(minutes=10))
                meant["only_if_changed"] = (there.parameters.get("only_if_changed"), True)
            for what, (is_now, should_be) in meant.items():
                if is_now != should_be:
                    raise NotDeployed(f"The deployment {name} has the {what} {is_now!r} where {should_be!r} was meant.")


def main() -> None:
    """Deploys the workspace that ``REACH_HOME`` names."""
    home = os.environ.get("REACH_HOME", "")
    try:
        if not home:
            raise NotDeployed("Name the workspace: make deploy REACH_HOME=/path/to/workspace")
        if not os.environ.get("PREFECT_API_URL"):
            raise NotDeployed(
                "PREFECT_API_URL names no server: start one with prefect server start, and set it to "
                "http://127.0.0.1:4200/api, say."
            )
        workspace = Workspace(Path(home))
        deploy(workspace)
    except (NotDeployed, SettingsError, steps.NoPlan) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    sys.stdout.write(
        f"Deployed for {workspace.home.resolve()}: nightly at 02:00 {variables(workspace)['REACH_TIMEZONE']}, "
        f"inbox every 10 minutes. A worker runs them: prefect worker start --pool {WORK_POOL}\n"
    )


if __name__ == "__main__":
    main()
