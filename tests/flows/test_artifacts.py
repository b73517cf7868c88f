"""What runs leave on a real Prefect server, read back through its API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.run_night import run_night
from flows.steps.settings import Workspace
from tests.flows.published import DAY, publish
from tests.flows.shared_runs import Looks, Nights
from tests.platforms import night
from tests.platforms.server import running
from tests.platforms.world import now
from warehouse.history.store import Busy

pytestmark = pytest.mark.prefect


def left(workspace: Workspace, what: str) -> list[Any]:
    """What artifacts of one key hold, oldest first."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    from flows.artifacts import key

    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key(workspace, what)]))
    with get_client(sync_client=True) as client:
        artifacts = client.read_artifacts(artifact_filter=wanted)
    assert all(finding.flow_run_id for finding in artifacts)
    return [finding.data for finding in sorted(artifacts, key=lambda finding: str(finding.created))]


def names(workspace: Workspace) -> tuple[str, list[str]]:
    """The name of the newest run over a workspace, and of its tasks in their order."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC)
        newest = next(run for run in runs if run.parameters.get("home") == str(workspace.home.resolve()))
        tasks = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[newest.id])))
    return newest.name, [task.name for task in sorted(tasks, key=lambda task: str(task.start_time))]


def test_a_night_leaves_what_came_in_the_totals_and_the_sources_under_names_of_its_workspace(
    sample_nights: Nights,
) -> None:
    sample = sample_nights.workspace
    summary = left(sample, "night")[0]
    assert summary.startswith("# Published as of 2024-12-30, nothing left out\n")
    assert "- 2024-12-30/outreach.csv: outreach, 7 of 7 rows\n" in summary
    assert "Nothing was published before, so there is no change to show." in summary
    assert "| IDUAI 2024 | 15 | 46,700 | 491 | 207 | 466 | 7,126 to 34,323 |" in summary
    assert "| IDUAI 2023 | 4 | ≈ 3,500 (1 of 4) |" in summary
    assert "Sunlight Cambodia sends a newer export" in summary
    table = left(sample, "sources")[-1]
    published = pl.read_parquet(sample.published / "parquet" / "source_freshness.parquet")
    assert [row["who has to act"] for row in json.loads(table)] == [
        act or "" for act in published.sort("connector", "account_name")["act"]
    ]
    assert names(sample) == (
        "Night of 2024-12-30, sample",
        [
            "Take in the inbox",
            "Load what came in",
            "Compute every figure",
            "Make the report page",
            "Publish",
            "Freeze reports that are due",
        ],
    )


def test_workspaces_of_one_server_have_artifacts_of_their_own(tmp_path: Path) -> None:
    import re

    from prefect.types.names import LOWERCASE_LETTERS_NUMBERS_AND_DASHES_ONLY_REGEX as VALID

    from flows.artifacts import key

    keys = {key(Workspace(tmp_path / name), "night") for name in ("a/our reach", "b/our reach", "សិទ្ធិ", "x" * 90)}
    assert len(keys) == 4
    assert all(re.fullmatch(VALID, this_key) for this_key in keys)
    assert len({key(Workspace(home), "night") for home in (tmp_path / "a", tmp_path / "b" / ".." / "a")}) == 1


def test_the_next_night_says_what_did_not_come_in_and_what_changed_since_the_snapshot_before(
    sample_nights: Nights,
) -> None:
    _, _, summary, again = left(sample_nights.workspace, "night")
    assert summary.startswith("# Published as of 2024-12-30, 1 thing was left out\n")
    assert "## What came in\n\n- Nothing new.\n" in summary
    assert "## What did not\n\n- \\<b\\>un\\|known \\<\\!channel\\>.csv is no export that is known" in summary
    assert "(Asia/Phnom\\_Penh), as of 2024-09-28.\n" in summary
    assert "| IDUAI 2022 | 7 | not known | 724 | 125 | 196 | 8,934 to 21,067 |" in summary
    row = next(line for line in summary.splitlines() if line.startswith("| IDUAI 2024 |"))
    assert "| 46,700 (not known before) |" in row
    assert row.endswith("| 7,126 to 34,323 (before: none) |")
    assert "- Nothing was left out.\n- Not used since earlier nights: 1 file; reach sources lists them.\n" in again
    assert "| IDUAI 2024 | 15 | 46,700 | 491 | 207 | 466 | 7,126 to 34,323 |" in again


def test_where_the_report_lies_is_a_link_once_the_settings_say_where_it_is_shared(sample_nights: Nights) -> None:
    path = str(sample_nights.workspace.report.resolve()).replace("_", "\\_")
    link = "[The report](https://share.example/our%20reach/%281%29/index.html)"
    assert left(sample_nights.workspace, "report") == [*[f"The report: {path}"] * 3, link]


def test_a_look_that_finds_nothing_leaves_nothing(two_looks: Looks) -> None:
    (summary,) = left(two_looks.workspace, "night")
    assert "- 2024-12-01/a.csv: " in summary  # so the first look left it
    assert len(left(two_looks.workspace, "sources")) == 1
    assert names(two_looks.workspace)[0].startswith("Look at the inbox, 20")
    assert names(two_looks.workspace)[0].endswith(" (Asia/Phnom_Penh), workspace")


def test_a_night_that_fails_leaves_why_and_what_stands(
    prefect_server: str, one_post: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import nightly

    publish(one_post)

    def compute(*_: object) -> None:
        raise Busy("the warehouse is held by <somebody>")

    monkeypatch.setattr(nightly, "compute", nightly._step(compute, 0))
    with pytest.raises(Busy):
        run_night(one_post, DAY)
    summary = left(one_post, "night")[-1]
    assert summary.startswith("# Nothing was published\n\nthe warehouse is held by \\<somebody\\>\n\n")
    assert "The old snapshot stands: as of 2024-12-30, made 20" in summary


def test_artifacts_that_cannot_be_left_cost_the_night_nothing(
    prefect_server: str, one_post: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise ConnectionError("the server is away")

    monkeypatch.setattr("flows.artifacts.create_markdown_artifact", refuses)
    assert run_night(one_post, DAY).published_as_of == DAY
    assert (len(left(one_post, "night")), len(left(one_post, "sources"))) == (0, 1)
    assert "an artifact could not be left" in (one_post.logs / "reach.jsonl").read_text(encoding="utf-8")


def test_long_pulls_show_how_far_they_are_and_short_ones_do_not(prefect_server: str, tmp_path: Path) -> None:
    long, short = night.facebook_pages(12, 5, now()), night.facebook_pages(1, 5, now())
    for name, pages in (("long", long), ("short", short)):
        (tmp_path / name).mkdir()
        with running({"facebook": pages}) as server:
            night.workspace(tmp_path / name, server, facebook=list(pages.pages))
            done = run_night(Workspace(tmp_path / name), None)
        assert (done.requests > 20) == (name == "long")
    assert left(Workspace(tmp_path / "long"), "facebook") == [100.0]
    assert left(Workspace(tmp_path / "short"), "facebook") == []
    tasks = names(Workspace(tmp_path / "long"))[1]
    assert "Ask facebook" in tasks
    assert {f"Ask facebook:{page}" for page in long.pages} <= set(tasks)
    assert "- facebook: 12 accounts asked in " in left(Workspace(tmp_path / "long"), "night")[0]


@pytest.mark.parametrize(("accounts", "shown"), [(9, 0), (10, 10), (39, 39), (40, 20), (200, 20), (205, 21)])
def test_many_accounts_are_shown_about_twenty_times_and_at_their_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accounts: int, shown: int
) -> None:
    from flows import artifacts

    percents: list[float] = []
    monkeypatch.setattr(artifacts, "create_progress_artifact", lambda percent, *_: percents.append(percent))
    monkeypatch.setattr(artifacts, "update_progress_artifact", lambda _, percent, __: percents.append(percent))
    show = artifacts.accounts_asked(Workspace(tmp_path), "facebook", accounts)
    for accounts_done in range(1, accounts + 1):
        show(accounts_done)
    assert (len(percents), percents[-1:]) == (shown, [100.0] if shown else [])
