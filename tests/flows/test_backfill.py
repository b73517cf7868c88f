"""A backfill, as Prefect runs it: what it loads, and what it says of what it could not ask for."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from flows.run_night import run_backfill, run_night
from flows.steps.settings import Workspace
from tests.flows.test_artifacts import left, names
from tests.platforms import night
from tests.platforms.server import running
from tests.platforms.world import now

pytestmark = pytest.mark.prefect


def test_a_backfill_loads_what_nights_do_not_ask_for(prefect_server: str, tmp_path: Path) -> None:
    pages = night.facebook_pages(1, 60, now())
    with running({"facebook": pages}) as server:
        night.workspace(tmp_path, server, facebook=list(pages.pages))
        with (tmp_path / "reach.toml").open("a", encoding="utf-8") as settings:
            settings.write("look_back_days = 5\n")
        workspace = Workspace(tmp_path)
        assert run_backfill(workspace) == ()
        run_night(workspace, None)
    with duckdb.connect(str(tmp_path / "published" / "reach.duckdb"), read_only=True) as published:
        assert published.execute("select count(*) from post_totals").fetchall() == [(60,)]


def test_a_backfill_leaves_what_it_brought(prefect_server: str, tmp_path: Path) -> None:
    pages = night.facebook_pages(1, 30, now())
    with running({"facebook": pages}) as server:
        night.workspace(tmp_path, server, facebook=list(pages.pages))
        run_backfill(Workspace(tmp_path))
    (summary,) = left(Workspace(tmp_path), "backfill")
    assert "- facebook: 1 account asked in " in summary
    assert "- Loads: 1. The next night publishes them.\n" in summary
    assert "## What did not\n\n- Nothing was left out." in summary
    assert names(Workspace(tmp_path))[0].startswith("Backfill of 20")


def test_a_backfill_says_which_account_it_could_not_ask(prefect_server: str, tmp_path: Path) -> None:
    pages = night.facebook_pages(2, 5, now())
    dead = min(pages.pages)
    pages.dead = {dead: 463}
    with running({"facebook": pages}) as server:
        night.workspace(tmp_path, server, facebook=list(pages.pages))
        (problem,) = run_backfill(Workspace(tmp_path))
    assert dead in problem
