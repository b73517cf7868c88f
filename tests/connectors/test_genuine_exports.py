"""Exports as people downloaded them, held to totals that were counted without this code.

They are not ours to publish, so they lie outside the repository, in the folder that ``REACH_EXPORTS`` names:
``INDEX.tsv`` says what each file is, ``EXPECTED.json`` has the totals.
"""

from __future__ import annotations

import csv
import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import connectors
from connectors.contract import Raw
from flows.cli.inspection import inspected
from flows.steps.settings import Workspace

FOLDER = os.environ.get("REACH_EXPORTS", "")
if not FOLDER:
    pytest.skip("set REACH_EXPORTS to the folder of genuine exports to read them, too", allow_module_level=True)

# What a refusal calls the file, by the kind that INDEX.tsv gives it; the first that the kind starts with.
CALLED = {
    "page summary": "summaries by format",
    "daily values by geography": "grouped by Geography",
    "table by traffic source": "grouped by Traffic source",
    "table by subscription status": "grouped by Subscription status",
    "two tables pasted": "put together by hand",
    "GA4 reports snapshot": "snapshot of several reports",
}


OF_AUDIENCES = ("audience blocks", "table by geography", "LinkedIn page, followers")
"""The kinds of files that tell of an account's audience, and of no posts."""


def entries(*expected: str) -> list[dict[str, str]]:
    with (Path(FOLDER) / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        rows = list(csv.DictReader(index, delimiter="\t"))
    return [row for row in rows if row["expected"] in expected and row["kind"] not in OF_AUDIENCES]


def entries_of_audiences() -> list[dict[str, str]]:
    with (Path(FOLDER) / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        return [row for row in csv.DictReader(index, delimiter="\t") if row["kind"] in OF_AUDIENCES]


def named(entry: dict[str, str]) -> str:
    return entry["file"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, Any]]:
    totals: dict[str, dict[str, Any]] = json.loads((Path(FOLDER) / "EXPECTED.json").read_text(encoding="utf-8"))
    return totals


@pytest.mark.parametrize("entry", entries("posts"), ids=named)
def test_a_genuine_table_of_posts_gives_the_totals_counted_without_us(
    entry: dict[str, str], workspace: Workspace, expected: dict[str, dict[str, Any]]
) -> None:
    seen, truth = inspected(Path(FOLDER) / entry["file"], workspace), expected[entry["file"]]
    assert (seen["refused"], seen["connector"]) == (None, entry["platform"])
    assert (seen["posts"], seen["rows"], len(seen["rejected"])) == (truth["posts"], truth["rows"], truth["rejected"])
    assert seen["known"] == {m: truth.get(f"{m}_known", 0) for m in seen["known"]}
    totals = {m: truth.get(m) for m in seen["totals"]}
    watched = totals.pop("watch_seconds")
    assert seen["totals"].pop("watch_seconds") == (watched if watched is None else pytest.approx(watched, abs=0.01))
    assert seen["totals"] == totals


@pytest.mark.parametrize("entry", entries("account"), ids=named)
def test_a_genuine_table_of_an_account_gives_its_figures_and_no_posts(
    entry: dict[str, str], workspace: Workspace
) -> None:
    seen = inspected(Path(FOLDER) / entry["file"], workspace)
    if seen["refused"]:
        assert called(entry) in seen["refused"]
        return
    assert (seen["connector"], seen["posts"], seen["rejected"]) == (entry["platform"], 0, [])
    assert seen["account_figures"] >= 1
    start, end = (date.fromisoformat(seen["period"][at]) for at in ("start", "end"))
    assert start < end


@pytest.mark.parametrize("entry", entries_of_audiences(), ids=named)
def test_a_genuine_file_of_an_audience_tells_its_parts_and_no_posts(entry: dict[str, str]) -> None:
    file = Path(FOLDER) / entry["file"]
    raw = Raw(file.name, file.read_bytes(), datetime(2026, 10, 1), datetime(2026, 10, 1))
    (part,) = connectors.read(raw, {})
    figures = part.extract.audiences
    assert (part.connector, part.extract.posts.height, part.extract.rejects.height) == (entry["platform"], 0, 0)
    assert figures.height >= 10
    assert figures.select(pl.coalesce("share_millionths", "count").null_count()).item() == 0
    assert figures.select("dimension", "part").is_unique().all()


@pytest.mark.parametrize("entry", entries("daily"), ids=named)
def test_a_genuine_table_of_posts_by_day_is_never_read_as_lifetime_figures(
    entry: dict[str, str], workspace: Workspace
) -> None:
    seen = inspected(Path(FOLDER) / entry["file"], workspace)
    assert seen["connector"] == entry["platform"]
    assert seen["period"] is not None
    assert all(row["period_start"] == row["period_end"] for row in seen["first"])


@pytest.mark.parametrize("entry", entries("refused"), ids=named)
def test_every_other_genuine_file_is_refused_in_a_sentence_that_names_it(
    entry: dict[str, str], workspace: Workspace
) -> None:
    refused = inspected(Path(FOLDER) / entry["file"], workspace)["refused"]
    assert refused, "it was read"
    assert (refused[-1], "\n" in refused) == (".", False)
    assert called(entry) in refused


@pytest.mark.parametrize("entry", entries("unchecked"), ids=named)
def test_a_genuine_file_that_was_damaged_is_read_or_refused_and_says_what_was_done(
    entry: dict[str, str], workspace: Workspace
) -> None:
    seen = inspected(Path(FOLDER) / entry["file"], workspace)
    assert seen["refused"] or seen["posts"]
    if "damaged" in entry["kind"]:
        assert seen["refused"] or any("one quoted cell" in note for note in seen["notes"])


def called(entry: dict[str, str]) -> str:
    return next(words for kind, words in CALLED.items() if entry["kind"].startswith(kind))


def test_the_genuine_files_cover_what_they_are_for() -> None:
    assert len(entries("posts")) == 44
    assert {e["platform"] for e in entries("posts")} >= {
        "facebook", "instagram", "youtube", "tiktok", "x", "linkedin", "website",
    }  # fmt: skip
    assert {e["language"][:2] for e in entries("posts")} >= {"en", "es", "de", "pt", "ja"}
