"""Deploys a workspace's two schedules from ``prefect.yaml`` and reads them back: ``make deploy``.

Prefect deploys a template whose variable is unset as an empty text and calls it a success: a night at
02:00 UTC on the wrong folder. So the variables come from the workspace here, and what the server then
has is compared with what was meant.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import PREFECT_API_URL

from flows.steps import plan_files
from flows.steps.logs import SHOWN_BY_PREFECT
from flows.steps.settings import SettingsError, Workspace
from warehouse.plan.model import PlanError
from warehouse.secret_shapes import struck

PREFECT_YAML = Path(__file__).resolve().parent.parent / "prefect.yaml"
POOL = "reach"


class NotDeployed(Exception):
    """The schedules are not what they should be; the sentence says what is wrong."""


def variables(workspace: Workspace) -> dict[str, str]:
    """What ``prefect.yaml`` asks for, from the workspace.

    Raises:
        SettingsError, PlanError: the workspace or its plan cannot be used.
    """
    workspace.require()
    try:
        zone = plan_files.plan_of(plan_files.read(workspace)).project.timezone
    except OSError:
        raise SettingsError(f"{workspace.plan_file} cannot be read, and holds the time zone.") from None
    return {"REACH_HOME": str(workspace.home.resolve()), "REACH_TIMEZONE": zone}


def deploy(values: Mapping[str, str], prefect_yaml: Path = PREFECT_YAML) -> None:
    """Makes the work pool, deploys both schedules, and checks what the server has then.

    Raises:
        NotDeployed: a variable is empty, the server does not answer, Prefect refused, or the server then has something
            else than what was meant.
    """
    if not prefect_yaml.exists():
        raise NotDeployed(f"{prefect_yaml} is not there; deploy from a checkout of Reach.")
    variables = re.findall(r"{{ *\$(\w+) *}}", prefect_yaml.read_text(encoding="utf-8"))
    empty = sorted({name for name in variables if not values.get(name, "").strip()})
    if empty:
        raise NotDeployed(f"prefect.yaml asks for {', '.join(empty)}, which is empty; nothing was deployed.")
    with get_client(sync_client=True) as client:
        if error := client.api_healthcheck():
            raise NotDeployed(
                f"The Prefect server at {struck(str(client.api_url))} does not answer ({struck(str(error))}); "
                "make server starts one on this machine."
            )
        with suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(prefect_yaml)],
            env={**os.environ, **values},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode:
            raise NotDeployed(f"Prefect did not deploy: {(done.stderr or done.stdout).strip()[-600:]}")
        read_back(client, values)


def read_back(client: SyncPrefectClient, values: Mapping[str, str]) -> None:
    """Compares what the server has with what was meant.

    Raises:
        NotDeployed: they differ.
    """
    home, zone = values["REACH_HOME"], values["REACH_TIMEZONE"]
    meant: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "nightly": ({"home": home, "wait_seconds": 3600}, {"cron": "0 2 * * *", "timezone": zone}),
        "inbox": ({"home": home, "only_if_changed": True}, {"interval": timedelta(minutes=10), "timezone": zone}),
    }
    for name, (parameters, schedule) in meant.items():
        try:
            there = client.read_deployment_by_name(f"nightly/{name}")
        except ObjectNotFound:
            raise NotDeployed(f"The server has no deployment nightly/{name}.") from None
        should_be = {
            "parameters": parameters,
            "schedules": [schedule],
            "work pool": POOL,
            "job variables": {"env": SHOWN_BY_PREFECT},
            "entrypoint": "flows.nightly.nightly",
            "runs at once": 1,
            "collision strategy": "CANCEL_NEW",
            "paused": False,
        }
        for what, value in _as_deployed(there, set(schedule)).items():
            if value != should_be[what]:
                raise NotDeployed(f"The deployment {name} has the {what} {value} where {should_be[what]} was meant.")


def _as_deployed(there: DeploymentResponse, keys_of_a_schedule: set[str]) -> dict[str, Any]:
    limit, options = there.global_concurrency_limit, there.concurrency_options
    return {
        "parameters": there.parameters,
        "schedules": [each.schedule.model_dump(include=keys_of_a_schedule) for each in there.schedules if each.active],
        "work pool": there.work_pool_name,
        "job variables": there.job_variables,
        "entrypoint": there.entrypoint,
        "runs at once": limit.limit if limit else None,
        "collision strategy": options.collision_strategy.value if options else None,
        "paused": there.paused,
    }


def main() -> None:
    """Deploys the workspace that ``REACH_HOME`` names."""
    server = PREFECT_API_URL.value()
    try:
        if not os.environ.get("REACH_HOME"):
            raise NotDeployed("Name the workspace: make deploy REACH_HOME=/path/to/workspace")
        if not server:
            raise NotDeployed("PREFECT_API_URL names no Prefect server; make server starts one on this machine.")
        values = variables(Workspace(Path(os.environ["REACH_HOME"])))
        deploy(values)
    except (NotDeployed, SettingsError, PlanError) as error:
        _stop(str(error))
    sys.stdout.write(
        f"Deployed {values['REACH_HOME']} to {struck(server)}: nightly at 02:00 {values['REACH_TIMEZONE']}, inbox "
        "every 10 minutes. Both run where a worker does: make worker\n"
    )


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
