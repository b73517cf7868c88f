"""A night appears at once, takes the fixed paths one by one, and is completed where its run was killed in between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from warehouse.publish import nights

KILLED = """
import os, signal, sys
from pathlib import Path
from warehouse.publish import nights

left = int(sys.argv[2])
def watch(event, _):
    global left
    if event == "os.rename":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
published = Path(sys.argv[1])
built = nights.aside(published, "night")
for name in ("reach.duckdb", "parquet/a.parquet", "parquet/about.parquet", "report/index.html"):
    (built / name).parent.mkdir(exist_ok=True)
    (built / name).write_text(f"{sys.argv[3]} {name}")
sys.addaudithook(watch)
nights.show(published, built, {"as_of": "2024-12-30", "snapshot_id": sys.argv[3]})
"""
"""Shows a night, and dies just before the n-th rename."""


def shown(published: Path, night: str, **files: str) -> list[str]:
    """Shows a night of these files, whose names have ``__`` for a slash and ``_`` for a dot."""
    built = nights.aside(published, "night")
    for name, content in files.items():
        path = built / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    stuck = nights.show(published, built, {"as_of": "2024-12-30", "snapshot_id": night})
    nights.clear(published)
    return stuck


def files(folder: Path) -> dict[str, str]:
    """Every file of a folder with its content, without the nights' own folders and the manifest."""
    return {
        name: path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not (name := path.relative_to(folder).as_posix()).startswith(("nights", "manifest"))
    }


def night_of(published: Path) -> Path:
    """The folder that the manifest names, whose files are as it says."""
    described = nights.manifest(published)
    night = published / str(described["night"])
    for name, file in described["files"].items():
        content = (night / name).read_bytes()
        assert (len(content), sha256(content).hexdigest()) == (file["size"], file["sha256"]), name
    return night


def test_a_kill_between_any_two_renames_leaves_the_old_night_and_the_new_one_is_completed(tmp_path: Path) -> None:
    shown(tmp_path, "old", reach_duckdb="old", parquet__a_parquet="old", parquet__about_parquet="old", more="old")
    was, outcomes, number = files(tmp_path), set[str](), 0
    while "all done" not in outcomes:
        number += 1
        assert number < 20
        killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(number), f"new{number}"])
        if killed.returncode == 0:
            outcomes.add("all done")
        night = night_of(tmp_path)  # whole, whatever the instant
        nights.complete(tmp_path)
        now = files(tmp_path)
        assert now == files(night_of(tmp_path))
        assert not list(tmp_path.rglob(".*"))
        if now == was:
            outcomes.add("the old night stands")
            assert night_of(tmp_path) == night
        else:
            outcomes.add("completed")
            assert set(now.values()) == {f"new{number} {name}" for name in now}
        was = now
    assert outcomes == {"the old night stands", "completed", "all done"}
    assert number > 6  # the night, four files, the manifest, and then the folder of an older night


def replaced_ago(published: Path, night: str, seconds: float) -> None:
    """Lets a night be as old as that."""
    (folder,) = (published / "nights").glob(f"*-{night}")
    os.utime(folder, (time.time() - seconds,) * 2)


def test_a_night_keeps_its_folder_while_somebody_may_still_read_it(tmp_path: Path) -> None:
    for night in "abcd":
        shown(tmp_path, night, reach_duckdb=night)
    assert len(list((tmp_path / "nights").iterdir())) == 4
    for night, seconds in {"b": 301, "c": 290}.items():  # which replaced a and b
        replaced_ago(tmp_path, night, seconds)
    shown(tmp_path, "e", reach_duckdb="e")
    assert [path.name[-1] for path in sorted((tmp_path / "nights").iterdir())] == ["b", "c", "d", "e"]


def test_two_nights_keep_their_folders_and_numbers_go_on_where_those_are_taken_away(tmp_path: Path) -> None:
    for night in "ab":
        shown(tmp_path, night, reach_duckdb=night)
        replaced_ago(tmp_path, night, 301)
    shown(tmp_path, "c", reach_duckdb="c")
    assert [path.name for path in sorted((tmp_path / "nights").iterdir())] == [
        "000002-2024-12-30-b",
        "000003-2024-12-30-c",
    ]
    for path in (tmp_path / "nights").rglob("*"):
        path.unlink() if path.is_file() else None
    shown(tmp_path, "d", reach_duckdb="d")
    assert night_of(tmp_path).name == "000004-2024-12-30-d"


def test_a_files_size_and_hash_stand_in_the_manifest_which_lies_in_the_night_too(tmp_path: Path) -> None:
    shown(tmp_path, "a", reach_duckdb="12")
    described = json.loads((tmp_path / "manifest.json").read_bytes())
    assert (tmp_path / described["night"] / "manifest.json").read_bytes() == (tmp_path / "manifest.json").read_bytes()
    assert described["files"] == {"reach.duckdb": {"size": 2, "sha256": sha256(b"12").hexdigest()}}
    assert (described["snapshot_id"], described["as_of"]) == ("a", "2024-12-30")


def test_what_a_night_has_no_more_goes_unless_somebody_has_changed_it(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("somebody's")
    shown(tmp_path, "a", reach_xlsx="1", mine_xlsx="2", iati_xml="3", report__old_html="4", report__index_html="5")
    (tmp_path / "mine.xlsx").write_text("changed")
    shown(tmp_path, "b", reach_xlsx="6", report__index_html="7")
    assert files(tmp_path) == {
        "mine.xlsx": "changed",
        "notes.txt": "somebody's",
        "reach.xlsx": "6",
        "report/index.html": "7",
    }
    shown(tmp_path, "c", reach_xlsx="8")
    assert files(tmp_path)["report/index.html"] == "7"  # the page of the night before stands where none could be made


def test_what_a_version_without_manifests_left_goes_too(tmp_path: Path) -> None:
    for name, content in {
        "reach.xlsx": "1", "reach-2024-12-29.xlsx": "1", "reach-2024-12-28.xlsx": "changed", "iati-results.xml": "2",
        ".reach.duckdb.4711.tmp": "half", ".reach.duckdb.4711.tmp.wal": "half",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(content)
    nights.complete(tmp_path)
    shown(tmp_path, "a", reach_xlsx="3")
    assert files(tmp_path) == {"reach-2024-12-28.xlsx": "changed", "reach.xlsx": "3"}


def test_a_file_that_is_held_open_is_replaced_by_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(tmp_path, "a", reach_duckdb="1", reach_xlsx="1")
    replace = os.replace

    def held(path: Path, target: Path) -> None:
        if target.name == "reach.xlsx":
            raise PermissionError(13, "held")
        replace(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", held)
        assert shown(tmp_path, "b", reach_duckdb="2", reach_xlsx="2") == ["reach.xlsx"]
    assert files(tmp_path) == {"reach.duckdb": "2", "reach.xlsx": "1"}
    assert shown(tmp_path, "c", reach_duckdb="3", reach_xlsx="3") == []
    assert files(tmp_path) == {"reach.duckdb": "3", "reach.xlsx": "3"}


def test_what_is_no_night_of_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "nights" / "000009-mine").mkdir(parents=True)
    (tmp_path / "nights" / "@eaDir").mkdir()
    shown(tmp_path, "a", reach_duckdb="1")
    assert nights.complete(tmp_path) == []
    assert night_of(tmp_path).name == "000001-2024-12-30-a"
