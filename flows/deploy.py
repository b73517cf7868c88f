"""Puts a workspace's schedules on the Prefect server, beside those of other workspaces: ``make deploy``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL
from prefect.utilities.callables import parameter_schema

from flows.nightly import nightly
from flows.steps import plan_files
from flows.steps.logs import SHOWN_BY_PREFECT
from flows.steps.settings import SettingsError, Workspace
from warehouse.plan.model import PlanError
from warehouse.secret_shapes import struck
from warehouse.texts import number_of

POOL = "reach"
BEFORE_MANY_WORKSPACES = ("nightly", "inbox")
"""What a workspace's deployments were called until 29 November 2026, when a server had one workspace."""


class NotDeployed(Exception):
    """The schedules are not on the server; the sentence says why."""


def time_zone(workspace: Workspace) -> str:
    """The zone in which the workspace's nights begin.

    Raises:
        SettingsError, PlanError: the workspace or its plan cannot be used.
    """
    workspace.require()
    try:
        return plan_files.plan_of(plan_files.read(workspace)).project.timezone
    except OSError:
        raise SettingsError(f"{workspace.plan_file} cannot be read, and holds the time zone.") from None


def deploy(workspace: Workspace, zone: str) -> list[str]:
    """Makes the work pool and the deployments, or brings those up to date that the workspace has; their names.

    Without looks at the inbox there is the night's alone.

    Raises:
        NotDeployed: the server does not answer, or refused.
    """
    minutes = workspace.settings.look_minutes
    with get_client(sync_client=True) as client:
        if error := client.api_healthcheck():
            raise NotDeployed(
                f"The Prefect server at {struck(str(client.api_url))} does not answer ({struck(str(error))}); "
                "make server starts one on this machine."
            )
        with suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        try:
            names = [
                _deploy_one(
                    client,
                    workspace,
                    "nightly",
                    "takes in what is new, computes and publishes, every night at two.",
                    CronSchedule(cron="0 2 * * *", timezone=zone),
                    wait_seconds=3600,  # for an inbox run that is at work at two
                ),
            ]
            if minutes:
                names += [
                    _deploy_one(
                        client,
                        workspace,
                        "inbox",
                        f"every {number_of(minutes, 'minute')}, takes in what was dropped into the inbox and "
                        "publishes; over at once where nothing was.",
                        IntervalSchedule(interval=timedelta(minutes=minutes), timezone=zone),
                        only_if_changed=True,
                    )
                ]
        except PrefectHTTPStatusError as error:
            raise NotDeployed(f"Prefect did not deploy: {struck(str(error))[-600:]}") from None
        no_more = BEFORE_MANY_WORKSPACES if minutes else (*BEFORE_MANY_WORKSPACES, f"inbox-{workspace.key}")
        _take_away(client, workspace, no_more)
    return names


def _deploy_one(
    client: SyncPrefectClient,
    workspace: Workspace,
    what: str,
    does: str,
    schedule: CronSchedule | IntervalSchedule,
    **parameters: object,
) -> str:
    """Makes a deployment, named and tagged by the workspace's key, or brings it up to date; its full name."""
    name, home = f"{what}-{workspace.key}", str(workspace.home.resolve())
    client.create_deployment(
        client.create_flow_from_name(nightly.name),
        name,
        description=f"{home}: {does}",
        tags=["reach", workspace.key],
        schedules=[DeploymentScheduleCreate(schedule=schedule, active=True, slug=what)],
        parameters={"home": home, **parameters},
        parameter_openapi_schema=parameter_schema(nightly.fn).model_dump_for_openapi(),
        paused=False,
        work_pool_name=POOL,
        job_variables={"env": SHOWN_BY_PREFECT},  # a run's page shows our lines
        concurrency_limit=1,
        concurrency_options=ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint=f"{nightly.fn.__module__}.{nightly.fn.__name__}",  # the worker's own installation is what runs
        pull_steps=[],
    )
    return f"{nightly.name}/{name}"


def _take_away(client: SyncPrefectClient, workspace: Workspace, names: Iterable[str]) -> None:
    """Takes away the workspace's deployments of these names, which it does not have any more."""
    for name in names:
        with suppress(ObjectNotFound):
            older = client.read_deployment_by_name(f"{nightly.name}/{name}")
            if older.parameters.get("home") == str(workspace.home.resolve()):
                client.delete_deployment(older.id)


def main() -> None:
    """Deploys the workspace that ``REACH_HOME`` names."""
    server = PREFECT_API_URL.value()
    try:
        if not os.environ.get("REACH_HOME"):
            raise NotDeployed("Name the workspace: make deploy REACH_HOME=/path/to/workspace")
        if not server:
            raise NotDeployed("PREFECT_API_URL names no Prefect server; make server starts one on this machine.")
        workspace = Workspace(Path(os.environ["REACH_HOME"]))
        zone = time_zone(workspace)
        night, *looks = deploy(workspace, zone)
    except (NotDeployed, SettingsError, PlanError) as error:
        _stop(str(error))
    often = number_of(workspace.settings.look_minutes, "minute")
    sys.stdout.write(
        f"Deployed {workspace.home.resolve()} to {struck(server)}: {night} at 02:00 {zone}"
        f"{''.join(f', {look} every {often}' for look in looks)}. A worker runs them: make worker\n"
    )


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
