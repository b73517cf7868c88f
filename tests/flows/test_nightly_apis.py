"""Nights that ask platforms, as Prefect runs them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from starlette.responses import Response

from flows.run_night import run_night
from flows.steps.night import Night
from flows.steps.settings import Workspace
from tests.conftest import meta, post
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


@dataclass(frozen=True)
class Held:
    """Two workspaces that ask one platform while somebody else asks with the app of the first."""

    left_out: Night
    questions: int
    """What the platform had been asked by then."""
    of_the_other_app: Night
    kept: list[tuple[int]]
    """How many rows the one that was left out published of its inbox all the same."""
    waited: Night


@pytest.fixture(scope="module")
def held(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Held:
    from flows import turns

    folder, pages = tmp_path_factory.mktemp("held"), night.facebook_pages(1, 3, now())
    with running({"facebook": pages}) as server, pytest.MonkeyPatch.context() as patch:
        for app in ("one", "two"):
            section = {"base_url": server.base_url("facebook"), "accounts": list(pages.pages), "app": app}
            night.written(folder / app, {"facebook": section}, {"facebook": {"token": night.TOKEN}})
        (folder / "one" / "inbox" / "a.csv").write_bytes(meta(post(1, Views=10)).encode())
        with turns.turn_on_server(turns.turn_name("facebook", "one")) as is_held:
            assert is_held
            patch.setattr(turns, "TURN_SECONDS", 2)
            left_out = run_night(Workspace(folder / "one"), None)
            patch.undo()
            questions = server.requests("facebook")
            of_the_other_app = run_night(Workspace(folder / "two"), None)
            with duckdb.connect(str(folder / "one" / "published" / "reach.duckdb"), read_only=True) as published:
                kept = published.execute("select kept from source_files where path = 'a.csv'").fetchall()
        waited = run_night(Workspace(folder / "one"), None)
    return Held(left_out, questions, of_the_other_app, kept, waited)


def test_workspaces_with_one_app_ask_in_turn_and_who_gets_no_turn_publishes_without_asking(held: Held) -> None:
    (problem,) = held.left_out.problems
    assert problem.startswith("Facebook was not asked: other workspaces of this Prefect server asked with the same app")
    assert held.questions == 0
    assert held.kept == [(1,)]
    assert (held.waited.problems, held.waited.accounts_asked) == ((), 1)


def test_workspaces_with_different_apps_do_not_wait_for_each_other(held: Held) -> None:
    assert (held.of_the_other_app.problems, held.of_the_other_app.accounts_asked) == ((), 1)
