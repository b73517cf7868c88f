"""The schedules as an operator sets them up: deploy, worker, a run, a snapshot."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import UUID

import duckdb
import pytest

from flows.steps.logs import SHOWN_BY_PREFECT
from flows.steps.settings import Workspace
from tests.conftest import new_world
from tests.flows.shared_runs import with_one_post
from tests.flows.told import listening
from tests.platforms import night
from tests.platforms.server import Question, running
from tests.platforms.world import now

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

pytestmark = pytest.mark.prefect


@contextmanager
def client() -> Iterator[SyncPrefectClient]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as server:
        yield server


MANY = 50

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

    # A run works in a folder of its own, where only an absolute path leads to the checkout that is tested.
    path = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--limit", "4"]
    with log.open("wb") as to:
        running = subprocess.Popen(
            command,
            stdout=to,
            stderr=to,
            env={**os.environ, "PREFECT_WORKER_QUERY_SECONDS": "1", "PYTHONPATH": path},
        )
        try:
            yield
        finally:
            running.terminate()
            running.wait(30)


def run_by_worker(workspaces: Iterable[Workspace], log: Path, states: Iterable[Any] = repeat(None)) -> list[FlowRun]:
    """A night of each, run by one worker, once all have ended; ``states`` are those in which they begin."""
    with client() as server:
        runs = [
            server.create_flow_run_from_deployment(
                server.read_deployment_by_name(f"nightly/nightly-{workspace.key}").id, state=state
            ).id
            for workspace, state in zip(workspaces, states, strict=False)
        ]
        with worker(log):
            until(lambda: all(is_final(server.read_flow_run(run)) for run in runs), "the nights", 300)
        return [server.read_flow_run(run) for run in runs]


def is_final(run: FlowRun) -> bool:
    return run.state is not None and run.state.is_final()


def views(workspace: Workspace) -> list[tuple[int]]:
    with duckdb.connect(str(workspace.published / "reach.duckdb"), read_only=True) as snapshot:
        return snapshot.execute("select max(views) from campaign_totals").fetchall()


@pytest.fixture(scope="module")
def deployed(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with one export, deployed."""
    workspace = with_one_post(new_world(tmp_path_factory.mktemp("deployed")))
    made = make_deploy(str(workspace.home))
    assert made.returncode == 0, made.stderr
    assert f"nightly/nightly-{workspace.key} at 02:00 Asia/Phnom_Penh" in made.stdout
    assert f"nightly/inbox-{workspace.key} every 10 minutes" in made.stdout
    return workspace


@pytest.fixture(scope="module")
def many(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Workspace]]:
    """Fifty workspaces whose folders have one name, deployed; the plan of every other one is in Tokyo's time."""
    from flows import deploy

    root = tmp_path_factory.mktemp("many")
    workspaces = [with_one_post(new_world(root / f"member-{number}")) for number in range(MANY)]
    for workspace in workspaces[::2]:
        plan = workspace.plan_file.read_text(encoding="utf-8")
        workspace.plan_file.write_text(plan.replace("Asia/Phnom_Penh", "Asia/Tokyo"), encoding="utf-8")
    for workspace in workspaces:
        deploy.deploy(workspace, deploy.time_zone(workspace))
    yield workspaces
    with client() as server:  # their hundreds of scheduled runs would hide those of other tests
        for there in server.read_deployments(limit=200):
            if {*there.tags} & {workspace.key for workspace in workspaces}:
                server.delete_deployment(there.id)


@dataclass(frozen=True)
class LateNights:
    """The nights of two weeks in which no worker ran, once one does: how each ended, and the one that ran."""

    states: Counter[str]
    night: FlowRun
    log: str


@pytest.fixture(scope="module")
def late_nights(deployed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> LateNights:
    from prefect.states import Scheduled

    now = datetime.now(UTC)
    late = [Scheduled(scheduled_time=now - timedelta(days=days)) for days in range(14)]
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    runs = run_by_worker([deployed] * 14, log, late)
    states = Counter(run.state_name or "" for run in runs)
    night = next((run for run in runs if run.state_name == "Completed"), runs[0])
    return LateNights(states, night, log.read_text(errors="replace"))


def test_scheduled_nights_that_were_missed_do_not_run_one_after_the_other(late_nights: LateNights) -> None:
    assert late_nights.states == {"Completed": 1, "Cancelled": 13}, late_nights.log[-3000:]


def test_a_deployed_night_runs_on_a_worker_publishes_and_is_shown_with_its_lines(
    deployed: Workspace, late_nights: LateNights
) -> None:
    from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

    night = late_nights.night
    assert night.state_name == "Completed", late_nights.log[-3000:]
    assert views(deployed) == [(10,)]
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
        nightly = server.read_deployment_by_name(f"nightly/nightly-{deployed.key}")
        inbox = server.read_deployment_by_name(f"nightly/inbox-{deployed.key}")
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
            there = server.read_deployment_by_name(f"nightly/{name}-{deployed.key}")
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
                server.read_deployment_by_name(f"nightly/{name}-{deployed.key}").id, name=name
            )
            server.set_flow_run_state(run.id, Crashed(), force=True)
        until(lambda: bool(told.notices), "the notice", 60)
        assert [notice["title"] for notice in told.notices] == ["Reach: a night did not run"]
        assert told.notices[0]["message"].startswith("nightly is Crashed: see whether the worker runs (make worker).")


# Before fifty workspaces are deployed, whose nights are due at one instant and would fill the worker.
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_a_night_that_hangs_and_is_killed_costs_no_other_workspace_and_its_own_next_look_publishes(
    prefect_server: str, tmp_path: Path
) -> None:
    from flows import deploy

    hung, other = Workspace(tmp_path / "hung"), Workspace(tmp_path / "other")
    may_go = threading.Event()

    def hang(_: Question) -> None:
        may_go.wait(120)

    with (
        running({"facebook": night.facebook_pages(1, 3, now())}) as silent,
        running({"facebook": night.facebook_pages(1, 3, now())}) as awake,
        client() as server,
    ):
        silent.faults.append(hang)
        for workspace, platform in ((hung, silent), (other, awake)):
            section = {"base_url": platform.base_url("facebook"), "accounts": ["100064500000001"]}
            night.written(
                workspace.home,
                {"facebook": {**section, "app": workspace.home.name}},
                {"facebook": {"token": night.TOKEN}},
            )
            deploy.deploy(workspace, "Asia/Phnom_Penh")

        def start(what: str, workspace: Workspace) -> UUID:
            there = server.read_deployment_by_name(f"nightly/{what}-{workspace.key}")
            return server.create_flow_run_from_deployment(there.id).id

        with worker(tmp_path / "worker.log"):
            of_hung = start("nightly", hung)
            until(lambda: bool(silent.questions), "a question")
            of_other = start("nightly", other)
            until(lambda: is_final(server.read_flow_run(of_other)), "the other's night")
            os.kill(process_of(of_hung), signal.SIGKILL)
            until(lambda: is_final(server.read_flow_run(of_hung)), "the end of the hung one")
            again = start("inbox", hung)
            until(lambda: is_final(server.read_flow_run(again)), "the next look")
        may_go.set()
        states = [server.read_flow_run(run).state_name for run in (of_hung, of_other, again)]
    assert states == ["Crashed", "Completed", "Completed"], (tmp_path / "worker.log").read_text()[-3000:]
    with duckdb.connect(str(other.published / "reach.duckdb"), read_only=True) as snapshot:
        assert snapshot.execute("select posts from campaign_totals").fetchall() == [(3,)]
    assert (hung.published / "reach.duckdb").exists()


def process_of(run: UUID) -> int:
    """The process in which a run works."""
    mark = f"PREFECT__FLOW_RUN_ID={run}".encode()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in environment.read_bytes().split(b"\0"):
                return int(environment.parent.name)
    raise AssertionError(f"no process has {mark.decode()}")


def test_fifty_workspaces_stand_beside_each_other_and_each_deployment_is_its_own(many: list[Workspace]) -> None:
    with client() as server:
        for number, workspace in enumerate(many):
            zone = "Asia/Phnom_Penh" if number % 2 else "Asia/Tokyo"
            home = {"home": str(workspace.home)}
            night = {"cron": "0 2 * * *", "timezone": zone}
            look = {"interval": timedelta(minutes=10), "timezone": zone}
            for name, parameters, schedule in (
                ("nightly", {**home, "wait_seconds": 3600}, night),
                ("inbox", {**home, "only_if_changed": True}, look),
            ):
                there = server.read_deployment_by_name(f"nightly/{name}-{workspace.key}")
                (of_server,) = (each.schedule for each in there.schedules if each.active)
                limit, options = there.global_concurrency_limit, there.concurrency_options
                assert (there.parameters, of_server.model_dump(include=set(schedule))) == (parameters, schedule)
                assert (there.work_pool_name, there.entrypoint, there.paused) == (
                    "reach", "flows.nightly.nightly", False,
                )  # fmt: skip
                assert (limit and limit.limit, options and options.collision_strategy.value) == (1, "CANCEL_NEW")
                assert there.tags == ["reach", workspace.key]
                assert there.description is not None
                assert there.description.startswith(f"{workspace.home}: ")


def test_of_two_workspaces_on_one_worker_the_one_with_a_broken_plan_fails_alone(
    many: list[Workspace], tmp_path: Path
) -> None:
    broken, good = many[3], many[4]
    broken.plan_file.write_text("[project", encoding="utf-8")
    of_broken, of_good = run_by_worker((broken, good), tmp_path / "worker.log")
    assert (of_broken.state_name, of_good.state_name) == ("Failed", "Completed")
    assert not broken.published.exists()
    assert views(good) == [(10,)]


def test_deploying_again_changes_the_workspaces_own_deployments_alone(many: list[Workspace]) -> None:
    from flows import deploy

    def all_there() -> dict[str, object]:
        with client() as server:
            there = server.read_deployments(limit=200)
        return {each.name: [s.schedule.timezone for s in each.schedules] for each in there}  # type: ignore[union-attr]

    before = all_there()
    assert len({name for name in before if name.startswith(("nightly-", "inbox-"))}) >= 2 * MANY
    with client() as server:
        of_seven = server.read_deployment_by_name(f"nightly/nightly-{many[7].key}")
    until(lambda: bool(scheduled(of_seven.id)), "scheduling")
    soon = datetime.now(UTC) + timedelta(minutes=1)
    missed = {run.id for run in scheduled(of_seven.id) if run.expected_start_time and run.expected_start_time > soon}
    assert missed
    deploy.deploy(many[7], "Europe/Paris")
    changed = {f"{name}-{many[7].key}": ["Europe/Paris"] for name in ("nightly", "inbox")}
    assert all_there() == {**before, **changed}
    assert not missed & {run.id for run in scheduled(of_seven.id)}


def test_a_workspace_is_taken_away_by_prefects_own_command_and_the_others_stay(many: list[Workspace]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith(".venv/bin/prefect deployment delete ")]
    for line in lines:
        name = line.removeprefix(".venv/bin/prefect ").replace("our-reach-3f1a9c40b7", many[9].key)
        done = subprocess.run([sys.executable, "-m", "prefect", "--no-prompt", *name.split()], capture_output=True)
        assert done.returncode == 0, done.stderr
    with client() as server:
        there = {each.name for each in server.read_deployments(limit=200)}
    keys = {name.partition("-")[2] for name in there}
    assert many[9].key not in keys
    assert {each.key for each in many if each != many[9]} <= keys


def test_deployments_of_before_servers_had_many_workspaces_are_replaced_where_they_are_the_workspaces(
    many: list[Workspace],
) -> None:
    from flows import deploy
    from flows.nightly import nightly

    mine, other = many[10], many[11]
    for name, home in (("nightly", mine.home), ("inbox", other.home)):
        nightly.to_deployment(name, parameters={"home": str(home)}, work_pool_name=deploy.POOL).apply()
    deploy.deploy(mine, "Asia/Phnom_Penh")
    with client() as server:
        there = {each.name for each in server.read_deployments(limit=200)}
        server.delete_deployment(server.read_deployment_by_name("nightly/inbox").id)
    assert {"nightly", "inbox"} & there == {"inbox"}


def test_a_workspace_is_looked_at_as_often_as_it_says_or_not_at_all(prefect_server: str, tmp_path: Path) -> None:
    workspace = Workspace(new_world(tmp_path).workspace.home.rename(tmp_path / "វិទ្យុមេគង្គ"))
    settings = workspace.home / "reach.toml"
    settings.write_text("look_minutes = 30\n", encoding="utf-8")
    made = make_deploy(str(workspace.home))
    assert f"nightly/inbox-{workspace.key} every 30 minutes" in made.stdout, made.stderr
    with client() as server:
        there = server.read_deployment_by_name(f"nightly/inbox-{workspace.key}")
        assert [each.schedule.interval for each in there.schedules] == [timedelta(minutes=30)]  # type: ignore[union-attr]
        assert (there.description or "").startswith(f"{workspace.home}: every 30 minutes")
        settings.write_text("look_minutes = 0\n", encoding="utf-8")
        made = make_deploy(str(workspace.home))
        names = {each.name for each in server.read_deployments(limit=200)}
    assert "inbox" not in made.stdout
    assert {f"{name}-{workspace.key}" for name in ("nightly", "inbox")} & names == {f"nightly-{workspace.key}"}


def test_the_night_of_a_workspace_that_was_moved_away_says_so(prefect_server: str, tmp_path: Path) -> None:
    from flows.nightly import nightly
    from flows.steps.settings import SettingsError

    with pytest.raises(SettingsError, match=f"^{tmp_path / 'moved'} does not exist"):
        nightly(str(tmp_path / "moved"))


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
