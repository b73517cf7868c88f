"""The night as Prefect runs it: on a real server, over the sample."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from flows import steps
from flows.run_night import run_night
from flows.settings import Workspace

pytestmark = pytest.mark.prefect
DAY = date(2024, 12, 30)


def run_states() -> list[tuple[str, str]]:
    """Type and name of the last state of every run on the server, newest first."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    async def read() -> list[Any]:
        async with get_client() as client:
            return await client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC)

    return [(run.state.type.value, run.state.name) for run in asyncio.run(read())]


def test_a_night_publishes_and_the_next_one_has_nothing_to_load(prefect_server: str, sample: Workspace) -> None:
    night = run_night(sample, DAY)
    assert (night.loaded, night.problems, night.published_as_of) == (night.received, (), DAY)
    first = (sample.published / "parquet" / "campaign_totals.parquet").read_bytes()
    again = run_night(sample, DAY)
    assert (again.received, again.loaded, again.problems) == (0, 0, ())
    assert (sample.published / "parquet" / "campaign_totals.parquet").read_bytes() == first
    assert run_states()[0] == ("COMPLETED", "Completed")


def test_a_night_that_left_something_out_is_completed_and_named_partial(prefect_server: str, sample: Workspace) -> None:
    (sample.inbox / "unknown.csv").write_text("who,knows\n1,2\n")
    night = run_night(sample, DAY)
    assert [problem for problem in night.problems if problem.startswith("unknown.csv")] == list(night.problems)
    assert run_states()[0] == ("COMPLETED", "Partial")
    assert run_night(sample, DAY).problems == ()


def test_a_faulty_plan_leaves_the_last_good_one_in_force_and_a_banner(prefect_server: str, sample: Workspace) -> None:
    run_night(sample, DAY)
    text = sample.plan_file.read_text(encoding="utf-8")
    sample.plan_file.write_text(text.replace('activity = "1.1.7"', 'activity = "1.1.9"', 1), encoding="utf-8")
    night = run_night(sample, DAY)
    assert "1.1.9" in night.problems[0]
    with duckdb.connect(str(sample.published / "reach.duckdb"), read_only=True) as snapshot:
        banner, views = snapshot.execute(
            "select banner, (select views from campaign_totals where campaign_id = 'iduai-2024') from about"
        ).fetchall()[0]
    assert "1.1.9" in banner
    assert views == 46_700


def test_a_second_night_does_nothing_while_one_runs(prefect_server: str, sample: Workspace) -> None:
    with FileLock(sample.home / ".night.lock"), pytest.raises(steps.AlreadyRunning):
        run_night(sample, DAY)
    assert not sample.published.exists()


def test_the_inbox_schedule_is_over_at_once_where_nothing_changed(prefect_server: str, sample: Workspace) -> None:
    from flows.nightly import nightly

    home = str(sample.home)
    assert nightly(home, only_if_changed=True, return_state=True).result().loaded > 0
    written = (sample.published / "reach.duckdb").stat().st_mtime_ns
    assert nightly(home, only_if_changed=True, return_state=True).message == "Nothing new."
    assert (sample.published / "reach.duckdb").stat().st_mtime_ns == written
    with FileLock(sample.home / ".night.lock"):
        state = nightly(home, only_if_changed=True, return_state=True)
    assert (state.name, state.message) == ("Completed", "Another night is at work already.")


def test_tasks_keep_no_results_and_no_cache() -> None:
    from prefect.cache_policies import NO_CACHE

    from flows import nightly

    for step in (nightly.receive, nightly.load, nightly.compute, nightly.publish):
        assert (step.persist_result, step.cache_policy, step.retries > 0) == (False, NO_CACHE, True)  # type: ignore[attr-defined]
