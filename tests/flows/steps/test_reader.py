"""What is read again after a change, and what is not: by copies of the sources in which one thing is another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from connectors import PLATFORMS
from connectors.contract import Raw
from connectors.reading import attached, filled_in
from flows.steps import reader
from tests.conftest import CAMPAIGN, PAGE, SHEET, World, meta, post, sheet, table
from tests.filled_in import as_workbook

ROOT = Path(__file__).parents[3]
READ = """
import json, sys
from datetime import date
from pathlib import Path
from unittest import mock
import connectors
from flows.steps import night
from flows.steps.settings import Workspace
from warehouse.history.frames import every_load
from warehouse.history.store import open_store
workspace, read, parts = Workspace(Path(sys.argv[1])), [], connectors.read_parts
def read_parts(found, settings):
    read.extend(part.platform.name for part in found)
    return parts(found, settings)
with mock.patch.object(connectors, "read_parts", read_parts):
    night.load(workspace, "Asia/Phnom_Penh")
tables = night.compute(workspace, night.read_plan(workspace), date(2024, 12, 30)).tables
total = tables["campaign_totals"].row(0, named=True)
with open_store(workspace.warehouse_file, read_only=True) as store:
    loads = every_load(store).sort("path")
json.dump({"read": sorted(read), "connectors": loads["connector"].to_list(), "totals": total}, sys.stdout, default=str)
"""
LIKES = "Reactions"


def test_nothing_is_read_again_where_nothing_changed(loaded: World) -> None:
    assert loaded.load().synced.loaded == ()


def test_without_its_word_for_likes_the_files_of_facebook_alone_are_read_again(loaded: World, tmp_path: Path) -> None:
    words = (ROOT / "connectors" / "facebook" / "words.toml").read_text(encoding="utf-8")
    assert f'"{LIKES}"' in words
    reading = _read(loaded, tmp_path, {"connectors/facebook/words.toml": {f'"{LIKES}"': '"Thumbs"'}})
    assert reading["read"] == ["facebook"]
    assert (reading["totals"]["views"], reading["totals"]["likes"]) == (30, 2)


def test_a_file_that_nobody_knew_is_read_once_somebody_does(world: World, tmp_path: Path) -> None:
    unknown = {"Post ID": "Pfosten", "Page ID": "Seite", "Publish time": "Wann", "Views": "Gucker"}
    world.drop("2024-10-01/a.csv", f"{','.join(unknown.values())}\n122158000000000001,{PAGE},09/02/2024 08:00,10\n")
    world.drop("2024-10-01/b.csv", sheet(_row()))
    assert len(world.load().synced.refused) == 1
    learned = {f'"{theirs}"': f'"{theirs}", "{other}"' for theirs, other in unknown.items()}
    reading = _read(world, tmp_path, {"connectors/facebook/words.toml": learned})
    assert reading["read"] == ["facebook"]


def test_what_one_platform_took_goes_to_another_that_is_surer_now(loaded: World, tmp_path: Path) -> None:
    """The sheet's own fingerprint is the same; that its file is recognised otherwise is noticed all the same."""
    surer = "def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:\n"
    greedy = f'{surer}    if raw.path.endswith("b.csv"):\n        return Match(9.0, "greedy")\n'
    reading = _read(loaded, tmp_path, {"connectors/facebook/export.py": {surer: greedy}})
    assert reading["connectors"] == ["facebook", None]


def test_a_metric_that_an_old_workspace_has_no_column_for_brings_it_up(loaded: World, tmp_path: Path) -> None:
    (declared,) = [
        path for path in (ROOT / "connectors").glob("*.py") if '\n    Metric("saves"' in path.read_text("utf-8")
    ]
    line = next(
        this_line
        for this_line in declared.read_text("utf-8").splitlines()
        if this_line.startswith('    Metric("saves"')
    )
    change = {line: f"{line}\n{line.replace('saves', 'bookmarks')}"}
    reading = _read(loaded, tmp_path, {str(declared.relative_to(ROOT)): change})
    assert reading["read"] == ["facebook", "sheet"]
    assert reading["totals"]["views"] == 30


def test_a_changed_setting_has_the_files_of_its_platform_read_again(loaded: World) -> None:
    _set(loaded, '[facebook]\ndate_order = "day first"')
    assert loaded.load().files["connector"].to_list() == ["facebook"]


@pytest.mark.parametrize("section", ["accounts = []", "look_back_days = 7", 'base_url = "https://proxy.example.org"'])
def test_a_setting_of_asking_alone_has_nothing_read_again(loaded: World, section: str) -> None:
    _set(loaded, f"[facebook]\n{section}")
    assert loaded.load().synced.loaded == ()


def test_a_warehouse_of_a_crash_between_a_file_and_its_readers_is_mended(loaded: World) -> None:
    from warehouse.history.store import open_store

    with open_store(loaded.workspace.warehouse_file) as store:
        store.connection.execute("delete from readers where connector = 'sheet'")
    assert loaded.load().files["connector"].to_list() == ["sheet"]


def test_every_fingerprint_is_another(loaded: World) -> None:
    made = reader.reader(loaded.workspace, "Asia/Phnom_Penh")
    other = reader.reader(loaded.workspace, "Asia/Bangkok")
    fingerprints = [*made.of_files.values(), *made.of_pulls.values(), made.of_recognition, made.of_all]
    assert len(set(fingerprints)) == len(fingerprints)
    for connector in (filled_in.CONNECTOR, attached.CONNECTOR):  # what a person fills in or attaches has no zone
        fingerprints.remove(made.of_files[connector])
    assert not set(fingerprints) & {*other.of_files.values(), *other.of_pulls.values(), other.of_all}


@pytest.mark.parametrize("platform", [platform.name for platform in PLATFORMS if platform.export and platform.api])
def test_how_files_are_read_does_not_rest_on_how_an_api_answers(platform: str) -> None:
    modules, _ = reader.code_of(f"connectors.{platform}.export")
    assert not [module for module in modules if module.endswith(".api")]


def test_a_fingerprint_rests_on_words_readers_and_what_they_import_and_not_on_asking() -> None:
    modules, data = reader.code_of("connectors.facebook.export")
    assert {"connectors", "connectors.contract", "connectors.facebook.export", "connectors.meta.exports"} <= modules
    assert {"connectors.reading.dates", "connectors.reading.unrecognised"} <= modules
    assert ("connectors.facebook", "words.toml") in data
    assert not any(module.startswith("connectors.asking.") or module.endswith(".api") for module in modules)
    modules, _ = reader.code_of("connectors.facebook.api")
    assert {"connectors.facebook.api", "connectors.meta.graph", "connectors.asking.answers"} <= modules
    assert "connectors.asking.http" not in modules


FILLED_IN = "post,campaign,not ours\nfacebook:1,forum,\n"


@pytest.mark.parametrize("path", ["Partner/reach.csv", "2024-12-30/reach.csv", "mail/dara/reach.csv"])
def test_what_is_filled_in_counts_only_in_the_inboxs_own_folder(path: str) -> None:
    def raw(path: str, content: str) -> Raw:
        return Raw(path, content.encode(), datetime(2024, 12, 30), datetime(2024, 12, 30))

    put_aside = reader.read_decisions(raw(path, FILLED_IN))
    assert put_aside is not None
    assert (put_aside.extract.decisions.height, put_aside.extract.rejects.height) == (0, 1)
    assert "counts only in the inbox's own folder" in put_aside.extract.notes[0]
    unchanged = reader.read_decisions(raw(path, FILLED_IN.replace("forum", "")))  # nobody filled it in
    assert unchanged is not None
    assert unchanged.extract.notes == ()
    decided = reader.read_decisions(raw("reach.csv", FILLED_IN))
    assert decided is not None
    assert decided.extract.decisions.height == 1


@pytest.fixture
def loaded(world: World) -> World:
    """A workspace with a file of Facebook's and a partner's sheet, loaded."""
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Reactions=5)))
    world.drop("2024-10-01/b.csv", sheet(_row()))
    assert len(world.load().synced.loaded) == 2
    return world


def _row() -> dict[str, Any]:
    return {
        "no": 1, "platform": "telegram", "account": "a", "link": "https://t.me/a/1", "title": "One #forum",
        "published": "2024-09-02", "read_on": "2024-09-30", "views": 20, "likes": 2,
    }  # fmt: skip


def _set(world: World, text: str) -> None:
    (world.workspace.home / "reach.toml").write_text(text, encoding="utf-8")
    world.workspace = type(world.workspace)(world.workspace.home)


def _read(world: World, folder: Path, changes: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What a copy of the sources with these changes reads again, and what it makes of the workspace."""
    assert CAMPAIGN in world.workspace.plan_file.read_text(encoding="utf-8")
    tree = folder / "tree"
    for package in ("connectors", "warehouse", "flows"):
        # With what was compiled of them: the copies have the same times, but for what changes.
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("*.pyc.*", "sample"))
    for path, replaced in changes.items():
        text = (tree / path).read_text(encoding="utf-8")
        for before, after in replaced.items():
            assert before in text
            text = text.replace(before, after, 1)
        (tree / path).write_text(text, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", READ, str(world.workspace.home)]
    done = subprocess.run(command, env=environment, cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    reading: dict[str, Any] = json.loads(done.stdout)
    return reading


@pytest.mark.parametrize("path", ["mix.xlsx", "A partner/mix.xlsx"])
def test_figures_in_a_workbook_that_says_what_counts_are_told_to_be_unread(path: str) -> None:
    def notes(**sheets: list[dict[str, object]]) -> list[str]:
        at = datetime(2024, 12, 30)
        decided = reader.read_decisions(Raw(path, as_workbook(unattributed_posts=[filled], **sheets), at, at))
        assert decided is not None
        return [note for note in decided.extract.notes if note != reader.PUT_ASIDE]

    filled: dict[str, object] = {"post": "facebook:1_2", "campaign": "forum"}
    typed = dict.fromkeys(SHEET) | {"no": 9, "platform": "facebook", "account": "P", "title": "t", "views": 7}
    [told] = notes(figures=[typed])
    assert told.startswith("its sheet figures holds figures, which are not read")
    assert notes(post_totals=[typed | {"as_of": "2024-12-30"}], notes=[{"a": "b"}]) == []


@pytest.mark.parametrize("name", ["typed.xlsx", "typed.csv"])
def test_figures_that_are_typed_beside_what_is_filled_in_are_told_to_be_unread_and_published_ones_are_not(
    name: str,
) -> None:
    def notes(row: dict[str, object]) -> list[str]:
        at = datetime(2024, 12, 30)
        content = as_workbook(typed=[row]) if name.endswith("xlsx") else table(row, [row]).encode()
        decided = reader.read_decisions(Raw(name, content, at, at))
        assert decided is not None
        assert decided.extract.decisions["campaigns"].to_list() == ["forum"]
        return list(decided.extract.notes)

    typed = dict.fromkeys(SHEET) | {"no": 9, "platform": "facebook", "account": "P", "title": "t", "views": 7}
    [told] = notes(typed | {"post": "facebook:1_2", "campaign": "forum", "not ours": None})
    assert told.startswith("figures stand beside what is filled in, and are not read")
    published = {"post": "facebook:1_2", "campaign": "forum", "platform": "facebook", "account_name": "P", "views": 7}
    assert notes(published | {"url": "https://www.facebook.com/1/posts/2", "text": "t"}) == []
