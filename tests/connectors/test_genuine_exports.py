"""Exports as people downloaded them, held to totals that were counted without this code.

They are not ours to publish, so they lie outside the repository, in the folder that ``REACH_EXPORTS`` names:
``INDEX.tsv`` says what each file is, ``EXPECTED.json`` has the totals.
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from flows.inspection import inspected
from flows.settings import Workspace

FOLDER = os.environ.get("REACH_EXPORTS", "")
if not FOLDER:
    pytest.skip("set REACH_EXPORTS to the folder of genuine exports to read them, too", allow_module_level=True)
PLATFORMS = ("facebook", "instagram", "youtube")
READ = ("Meta Business Suite, table of posts", "studio table of videos")

# What a refusal calls the file, by the kind that INDEX.tsv gives it; the first that the kind starts with.
CALLED = {
    "old Page Insights": "old Page Insights",
    "Meta Business Suite, table of posts, damaged": "one quoted cell",
    "Meta Business Suite, table of videos, damaged": "one quoted cell",
    "Meta Business Suite, table of posts": "language that is not read yet",
    "page daily": "account's results by day or its audience",
    "account daily": "account's results by day or its audience",
    "audience": "account's results by day or its audience",
    "page summary": "summaries by format",
    "daily totals": "channel's figures day by day",
    "daily values by geography": "day by day, grouped by Geography",
    "daily views of the top": "a few videos' figures day by day",
    "table by geography": "grouped by Geography",
    "table by traffic source": "grouped by Traffic source",
    "table by subscription status": "grouped by Subscription status",
    "two tables pasted": "put together by hand",
}


def entries() -> list[dict[str, str]]:
    with (Path(FOLDER) / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        return [row for row in csv.DictReader(index, delimiter="\t") if row["platform"] in PLATFORMS]


def is_loaded(entry: dict[str, str]) -> bool:
    return entry["expected"] == "posts" and entry["kind"].startswith(READ)


def named(entry: dict[str, str]) -> str:
    return entry["file"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((Path(FOLDER) / "EXPECTED.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("entry", [e for e in entries() if is_loaded(e)], ids=named)
def test_a_genuine_table_gives_the_totals_counted_without_us(
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


@pytest.mark.parametrize("entry", [e for e in entries() if not is_loaded(e)], ids=named)
def test_every_other_genuine_file_is_refused_in_a_sentence_that_names_it(
    entry: dict[str, str], workspace: Workspace
) -> None:
    refused = inspected(Path(FOLDER) / entry["file"], workspace)["refused"]
    assert refused, "it was read"
    assert (refused[-1], "\n" in refused) == (".", False)
    if entry["encoding"].startswith("xml"):
        assert "XML spreadsheet" in refused
    else:
        assert next(words for kind, words in CALLED.items() if entry["kind"].startswith(kind)) in refused


def test_the_genuine_files_cover_what_they_are_for() -> None:
    loaded = [e for e in entries() if is_loaded(e)]
    assert {e["platform"] for e in loaded} == set(PLATFORMS)
    assert {e["language"][:2] for e in loaded} >= {"en", "es", "de", "pt"}
