"""Nights that ask platforms, as Prefect runs them."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest
from starlette.responses import Response

from flows.run_night import run_night
from flows.steps.settings import Workspace
from tests.flows.test_nightly import run_states
from tests.platforms import night
from tests.platforms.server import Question, running
from tests.platforms.world import now

pytestmark = pytest.mark.prefect


def test_dead_tokens_and_failing_questions_cost_their_pages_only(
    prefect_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client

    monkeypatch.setattr("connectors.asking.http._wait", lambda _: 0)
    pages = night.facebook_pages(10, 10, now())
    dead = list(pages.pages)[3:5]
    pages.dead = dict.fromkeys(dead, 463)
    with running({"facebook": pages}) as server:
        server.faults.append(lambda question: Response("<html>", 502) if question.number % 10 == 9 else None)
        night.workspace(tmp_path, server, facebook=list(pages.pages))
        workspace = Workspace(tmp_path)
        done = run_night(workspace, None)
    assert (done.accounts_asked, done.loaded) == (10, 8)
    assert [[page for page in dead if page in problem] for problem in done.problems] == [[dead[0]], [dead[1]]]
    assert run_states(workspace)[0] == ("COMPLETED", "Partial")
    with duckdb.connect(str(tmp_path / "published" / "reach.duckdb"), read_only=True) as published:
        assert published.execute("select posts, views_known from campaign_totals").fetchall() == [(8 * 10, 8 * 10)]
        acting = published.execute(
            "select account_id from source_freshness where act is not null order by 1"
        ).fetchall()
        assert acting == [(item,) for item in dead]
    with get_client(sync_client=True) as client:  # two flows never spend one budget side by side
        assert client.read_global_concurrency_limit_by_name("reach-facebook").limit == 1
    kept = [file for file in Path(os.environ["PREFECT_HOME"]).rglob("*") if file.is_file()]
    assert kept
    assert not [file for file in kept if night.TOKEN.encode() in file.read_bytes()]


def test_platforms_are_asked_side_by_side(prefect_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.asking.http._wait", lambda _: 3)
    platforms = {name: one for name, one in night.every(3, now()).items() if name in ("facebook", "mastodon")}
    with running({name: one.platform for name, one in platforms.items()}) as server:

        def until_the_other_is_asked(question: Question) -> Response | None:
            is_alone = question.platform == "facebook" and not server.requests("mastodon")
            return Response("<html>", 502) if is_alone else None

        server.faults.append(until_the_other_is_asked)
        settings = {name: one.given(server, name) for name, one in platforms.items()}
        night.written(tmp_path, settings, {name: one.secrets for name, one in platforms.items()})
        done = run_night(Workspace(tmp_path), None)
    assert (done.problems, done.accounts_asked) == ((), 2)
