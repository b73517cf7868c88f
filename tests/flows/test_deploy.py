"""The schedules as an operator sets them up: deploy, worker, a run, a snapshot."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock
from uuid import UUID

import duckdb
import pytest

from flows.steps.logs import SHOWN_BY_PREFECT
from flows.steps.settings import Workspace
from tests.conftest import new_world
from tests.flows.shared_runs import with_one_post
from tests.flows.told import listening

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

pytestmark = pytest.mark.prefect


@contextmanager
def client() -> Iterator[SyncPrefectClient]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as server:
        yield server


COMMAND = [sys.executable, "-m", "flows.deploy"]
"""What ``make deploy`` starts."""


def make_deploy(home: str) -> subprocess.CompletedProcess[str]:
    """The same in this process, which saves the start of one."""
    from flows import deploy

    out, err, status = io.StringIO(), io.StringIO(), 0
    with redirect_stdout(out), redirect_stderr(err), mock.patch.dict(os.environ, {"REACH_HOME": home}):
        try:
            deploy.main()
        except SystemExit as end:
            status = int(end.code or 0)
    return subprocess.CompletedProcess(COMMAND, status, out.getvalue(), err.getvalue())


def until(done: Callable[[], bool], what: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds:g} s"
        time.sleep(0.5)


def scheduled(deployment_id: UUID) -> list[FlowRun]:
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

    with client() as server:
        wanted = DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id]))
        runs = server.read_flow_runs(deployment_filter=wanted)
    return sorted((run for run in runs if run.auto_scheduled), key=lambda run: str(run.expected_start_time))


@contextmanager
def worker(log: Path) -> Iterator[None]:
    from flows.deploy import POOL

    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL]
    with log.open("wb") as to:
        running = subprocess.Popen(
            command, stdout=to, stderr=to, env={**os.environ, "PREFECT_WORKER_QUERY_SECONDS": "1"}
        )
        try:
            yield
        finally:
            running.terminate()
            running.wait(30)


@pytest.fixture(scope="module")
def deployed(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with one export, deployed."""
    workspace = with_one_post(new_world(tmp_path_factory.mktemp("deployed")))
    made = make_deploy(str(workspace.home))
    assert made.returncode == 0, made.stderr
    assert "nightly at 02:00 Asia/Phnom_Penh, inbox every 10 minutes" in made.stdout
    return workspace


@dataclass(frozen=True)
class LateNights:
    """The nights of two weeks in which no worker ran, once one does: how each ended, and the one that ran."""

    states: Counter[str]
    night: FlowRun
    log: str


@pytest.fixture(scope="module")
def late_nights(deployed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> LateNights:
    from prefect.states import Scheduled

    log = tmp_path_factory.mktemp("worker") / "worker.log"
    with client() as server:
        nightly, now = server.read_deployment_by_name("nightly/nightly").id, datetime.now(UTC)
        late = [
            server.create_flow_run_from_deployment(
                nightly, state=Scheduled(scheduled_time=now - timedelta(days=days))
            ).id
            for days in range(14)
        ]
        with worker(log):

            def runs() -> list[FlowRun]:
                return [server.read_flow_run(run) for run in late]

            until(lambda: all(run.state and run.state.is_final() for run in runs()), "the nights")
            states = Counter(run.state_name or "" for run in runs())
            night = next((run for run in runs() if run.state_name == "Completed"), runs()[0])
    return LateNights(states, night, log.read_text(errors="replace"))


def test_scheduled_nights_that_were_missed_do_not_run_one_after_the_other(late_nights: LateNights) -> None:
    assert late_nights.states == {"Completed": 1, "Cancelled": 13}


def test_a_deployed_night_runs_on_a_worker_publishes_and_is_shown_with_its_lines(
    deployed: Workspace, late_nights: LateNights
) -> None:
    from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

    night = late_nights.night
    assert night.state_name == "Completed", late_nights.log[-3000:]
    with duckdb.connect(str(deployed.published / "reach.duckdb"), read_only=True) as snapshot:
        assert snapshot.execute("select max(views) from campaign_totals").fetchall() == [(10,)]
    with client() as server:
        lines = server.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[night.id])))
    shown = [line.message for line in lines if line.name.startswith("flows.")]
    assert any(line.startswith("received ") for line in shown)
    assert len(shown) == len(set(shown))
    assert "received " in (deployed.logs / "reach.jsonl").read_text(encoding="utf-8")


def test_the_server_schedules_nights_at_two_in_the_plans_time_zone_and_inbox_runs_every_ten_minutes(
    deployed: Workspace,
) -> None:
    with client() as server:
        nightly = server.read_deployment_by_name("nightly/nightly")
        inbox = server.read_deployment_by_name("nightly/inbox")
    until(lambda: bool(scheduled(nightly.id)) and len(scheduled(inbox.id)) > 1, "scheduling")
    first = scheduled(nightly.id)[0].expected_start_time
    assert first is not None
    assert (first.hour, first.minute, first.utcoffset()) == (19, 0, timedelta(0))
    one, two = (run.expected_start_time for run in scheduled(inbox.id)[:2])
    assert one is not None
    assert two is not None
    assert two - one == timedelta(minutes=10)


def test_a_deployment_holds_no_path_but_the_workspaces(deployed: Workspace) -> None:
    with client() as server:
        for name in ("nightly", "inbox"):
            there = server.read_deployment_by_name(f"nightly/{name}")
            assert (there.path, there.pull_steps, there.job_variables) == (None, [], {"env": SHOWN_BY_PREFECT})
            assert there.parameters["home"] == str(deployed.home)


def test_the_documented_automation_tells_of_nights_that_did_not_run_and_of_no_look_at_the_inbox(
    deployed: Workspace, tmp_path: Path
) -> None:
    from prefect.blocks.notifications import CustomWebhookNotificationBlock
    from prefect.states import Crashed

    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    written = page.split("```yaml\n")[1].split("```")[0]
    with listening() as told, client() as server:
        url = f"http://127.0.0.1:{told.port}/"
        message = {"title": "{{subject}}", "message": "{{body}}"}
        block = CustomWebhookNotificationBlock(name="watch", url=url, json_data=message).save("reach-watch")
        file = tmp_path / "automation.yaml"
        file.write_text(written.replace("00000000-0000-0000-0000-000000000000", str(block)))
        command = [sys.executable, "-m", "prefect", "automation", "create", "--from-file", str(file)]
        made = subprocess.run(command, capture_output=True, text=True)
        assert made.returncode == 0, made.stdout + made.stderr
        time.sleep(3)  # until the server's triggers have heard of it
        for name in ("inbox", "nightly"):
            run = server.create_flow_run_from_deployment(
                server.read_deployment_by_name(f"nightly/{name}").id, name=name
            )
            server.set_flow_run_state(run.id, Crashed(), force=True)
        until(lambda: bool(told.notices), "the notice", 60)
        assert [notice["title"] for notice in told.notices] == ["Reach: a night did not run"]
        assert told.notices[0]["message"].startswith("nightly is Crashed: see whether the worker runs (make worker).")


def test_deploying_again_replaces_the_schedules_and_a_deployment_that_differs_is_found_out(deployed: Workspace) -> None:
    from flows import deploy

    values = deploy.variables(deployed)
    deploy.deploy({**values, "REACH_TIMEZONE": "Asia/Tokyo"})
    with client() as server:
        there = server.read_deployment_by_name("nightly/nightly")
        with pytest.raises(deploy.NotDeployed, match=r"nightly has the schedules .*Asia/Tokyo.* was meant"):
            deploy.read_back(server, values)
    assert [schedule.schedule.timezone for schedule in there.schedules] == ["Asia/Tokyo"]  # type: ignore[union-attr]


def test_nothing_is_deployed_where_a_variable_is_empty(sample: Workspace) -> None:
    from flows import deploy

    values = deploy.variables(sample)
    variables = re.findall(r"\$(\w+)", deploy.PREFECT_YAML.read_text(encoding="utf-8"))
    assert set(variables) == set(values)
    for name in variables:
        with pytest.raises(deploy.NotDeployed, match=f"{name}, which is empty; nothing was deployed"):
            deploy.deploy({**values, name: ""})


@pytest.mark.parametrize(("home", "sentence"), [("", "Name the workspace"), ("/nowhere", "/nowhere does not exist")])
def test_make_deploy_says_what_is_missing(home: str, sentence: str) -> None:
    made = make_deploy(home)
    assert (made.returncode, made.stdout) == (2, "")
    assert sentence in made.stderr
    assert len(made.stderr.splitlines()) == 1


def test_make_deploy_needs_a_server(sample: Workspace) -> None:
    environment = {**os.environ, "REACH_HOME": str(sample.home), "PREFECT_API_URL": ""}
    made = subprocess.run(COMMAND, env=environment, capture_output=True, text=True)
    assert (made.returncode, made.stdout) == (2, "")
    assert "PREFECT_API_URL names no Prefect server" in made.stderr
    assert len(made.stderr.splitlines()) == 1


def test_make_deploy_needs_a_server_that_answers(sample: Workspace) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        made = make_deploy(str(sample.home))
    assert (made.returncode, made.stdout) == (2, "")
    assert "does not answer" in made.stderr
    assert len(made.stderr.splitlines()) == 1
