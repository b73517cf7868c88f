"""The schedules as an operator sets them up: deploy, worker, a run, a snapshot."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time

import duckdb
import pytest

from flows import deploy
from flows.settings import Workspace

pytestmark = pytest.mark.prefect


def final_state(deployment: str, seconds: float = 120) -> str:
    """Triggers a deployment and waits for the run's last state, by name."""
    from prefect.client.orchestration import get_client

    async def run() -> str:
        async with get_client() as client:
            there = await client.read_deployment_by_name(deployment)
            created = await client.create_flow_run_from_deployment(there.id)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                found = await client.read_flow_run(created.id)
                if found.state is not None and found.state.is_final():
                    return str(found.state.name)
                await asyncio.sleep(0.5)
        return "not finished"

    return asyncio.run(run())


def test_a_deployed_night_runs_on_a_worker_and_publishes(prefect_server: str, sample: Workspace) -> None:
    deploy.deploy(sample)
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", deploy.WORK_POOL]
    log = (sample.home / "worker.log").open("wb")
    worker = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"PREFECT_WORKER_QUERY_SECONDS": "1"})
    try:
        state = final_state("nightly/nightly")
    finally:
        worker.terminate()
        worker.wait(30)
        log.close()
    assert state == "Completed", (sample.home / "worker.log").read_text(errors="replace")[-3000:]
    with duckdb.connect(str(sample.published / "reach.duckdb"), read_only=True) as snapshot:
        assert snapshot.execute("select max(views) from campaign_totals").fetchall() == [(46_700,)]


def test_a_deployment_that_is_not_what_was_meant_is_found_out(prefect_server: str, sample: Workspace) -> None:
    deploy.deploy(sample)
    with pytest.raises(deploy.NotDeployed, match="time zone"):
        asyncio.run(deploy._read_back(deploy.variables(sample) | {"REACH_TIMEZONE": "Asia/Tokyo"}))


def test_nothing_is_deployed_where_a_variable_is_empty(sample: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploy, "CHECKOUT", "")
    with pytest.raises(deploy.NotDeployed, match="REACH_CHECKOUT is empty"):
        deploy.deploy(sample)


@pytest.mark.parametrize(
    ("named", "sentence"), [({}, "Name the workspace"), ({"REACH_HOME": "/nowhere"}, "PREFECT_API_URL")]
)
def test_make_deploy_says_what_is_missing(named: dict[str, str], sentence: str) -> None:
    kept = {k: v for k, v in os.environ.items() if k not in ("REACH_HOME", "PREFECT_API_URL")}
    done = subprocess.run([sys.executable, "-m", "flows.deploy"], env=kept | named, capture_output=True, text=True)
    assert done.returncode == 2
    assert sentence in done.stderr
