"""Runs on Prefect that several tests look at: each costs seconds, so each is made once a session."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from flows.run_night import run_night
from flows.steps.init import create_demo
from flows.steps.night import Night
from flows.steps.settings import Workspace
from tests.conftest import World, meta, post
from tests.flows.published import DAY
from tests.flows.told import listening
from warehouse.publish.snapshot import packed

EARLIER = date(2024, 9, 28)
UNKNOWN = "<b>un|known <!channel>.csv"
"""The name of a file that no connector knows, which Markdown and Slack would take for more than a name."""
SHARED_AT = "https://share.example/our reach/(1)/index.html"


def with_one_post(world: World) -> Workspace:
    """A workspace with one export, for what a night does over any."""
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10)))
    return world.workspace


@dataclass(frozen=True)
class Nights:
    """Four nights over the sample.

    The first is of :data:`DAY`, the second of :data:`EARLIER`. The third is of :data:`DAY`, and finds a file that is
    not known. The fourth is the third again, with a setting that says where the report is shared.
    """

    workspace: Workspace
    done: tuple[Night, ...]
    totals: tuple[bytes, ...]
    """The bytes of the table ``campaign_totals`` as each night left it."""
    notices: tuple[tuple[dict[str, Any], ...], ...]
    """What each night told somebody."""
    results: tuple[frozenset[str], frozenset[str]]
    """The results that Prefect kept before the nights, and after them."""


def four_nights(home: Path) -> Nights:
    create_demo(home)
    done, totals, notices = [], [], []
    kept = kept_results()
    with listening() as told:
        (home / ".env").write_text(f"REACH_NOTIFY__URLS={told.url}\n")
        for number, day in enumerate((DAY, EARLIER, DAY, DAY), 1):
            workspace = Workspace(home)
            if number == 3:
                (workspace.inbox / UNKNOWN).write_text("who,knows\n1,2\n")
            if number == 4:
                with (home / "reach.toml").open("a", encoding="utf-8") as settings:
                    settings.write(f'\nreport_url = "{SHARED_AT}"\n')
                workspace = Workspace(home)
            done.append(run_night(workspace, day))
            # Not the file's bytes: its metadata names the snapshot, and a file that came in makes another one.
            totals.append(packed(pl.read_parquet(workspace.published / "parquet" / "campaign_totals.parquet")))
            notices.append(tuple(told.notices))
            told.notices.clear()
    return Nights(workspace, tuple(done), tuple(totals), tuple(notices), (kept, kept_results()))


def kept_results() -> frozenset[str]:
    return frozenset(path.name for path in (Path(os.environ["PREFECT_HOME"]) / "storage").glob("*"))


@dataclass(frozen=True)
class Looks:
    """Two looks at one inbox: their states, and what the second took."""

    workspace: Workspace
    first: Any
    second: Any
    seconds: float
    published_at: tuple[int, int]
    """When ``reach.duckdb`` was written, in nanoseconds, after the first look and after the second."""


def two_looks(workspace: Workspace) -> Looks:
    from flows.nightly import nightly

    def published_at() -> int:
        return (workspace.published / "reach.duckdb").stat().st_mtime_ns

    home = str(workspace.home)
    first = nightly(home, only_if_changed=True, return_state=True)
    at, started = published_at(), time.monotonic()
    second = nightly(home, only_if_changed=True, return_state=True)
    return Looks(workspace, first, second, time.monotonic() - started, (at, published_at()))


@dataclass(frozen=True)
class Unanswered:
    """A night that could not start, and what it told somebody."""

    process: subprocess.CompletedProcess[str]
    notices: tuple[dict[str, Any], ...]


def unanswered(workspace: Workspace) -> Unanswered:
    environment = {**os.environ, "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    command = [sys.executable, "-m", "flows.cli.main", "nightly", "--home", str(workspace.home)]
    with listening() as told:
        (workspace.home / ".env").write_text(f"REACH_NOTIFY__URLS={told.url}\n")
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    return Unanswered(done, tuple(told.notices))
