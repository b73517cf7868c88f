"""Commands that run something: making a workspace, a night, a publication, a rebuild."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from flows.steps.settings import Workspace
from tests.flows.cli.typed import copied, reach, reach_process


def test_init_writes_a_workspace_whose_plan_is_sound_and_keeps_what_is_there(tmp_path: Path) -> None:
    assert reach("init", tmp_path / "w").returncode == 0
    names = {p.relative_to(tmp_path / "w").as_posix() for p in (tmp_path / "w").rglob("*") if p.is_file()}
    assert {"reach.toml", "plan.toml", "templates/sheet.csv", "templates/outreach.csv", "templates/press.csv"} <= names
    assert reach("plan", "check", "--home", tmp_path / "w").returncode == 0
    (tmp_path / "w" / "plan.toml").write_text("mine")
    reach("init", tmp_path / "w")
    assert (tmp_path / "w" / "plan.toml").read_text() == "mine"


def test_rebuild_and_publish_say_what_they_did(published: Workspace, tmp_path: Path) -> None:
    workspace = copied(published, tmp_path)
    rebuilt = reach("rebuild", "--home", workspace.home)
    assert (rebuilt.returncode, "Read 20 files again; 0 refused." in rebuilt.stdout) == (0, True)
    again = reach("publish", "--as-of", "2024-12-30", "--home", workspace.home)
    assert (again.returncode, "as of 2024-12-30" in again.stdout) == (0, True)


@pytest.mark.prefect
def test_a_night_with_an_absent_inbox_publishes_and_ends_1(prefect_server: str, one_post: Workspace) -> None:
    one_post.inbox.rename(one_post.home / "elsewhere")
    shown = reach("nightly", "--home", one_post.home)
    assert shown.returncode == 1
    assert "The inbox" in shown.stderr
    assert (one_post.published / "reach.duckdb").exists()
    last = shown.stdout.splitlines()[-1]
    assert last.startswith(f"Next: open {one_post.report} in a browser; reach sources --home ")


@pytest.mark.prefect
def test_a_backfill_ends_with_what_to_type(prefect_server: str, one_post: Workspace) -> None:
    shown = reach("backfill", "--home", one_post.home)
    assert (shown.returncode, shown.stdout.splitlines()[-1]) == (0, f"Next: type reach publish --home {one_post.home}.")


@pytest.mark.prefect
def test_a_second_night_ends_3_with_one_sentence(prefect_server: str, sample: Workspace) -> None:
    with FileLock(sample.home / ".night.lock"):
        shown = reach_process("nightly", "--home", sample.home)
    assert shown.returncode == 3
    assert "A night is already running" in shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.mark.prefect
def test_a_first_night_without_a_usable_plan_ends_3_and_names_the_line(prefect_server: str, sample: Workspace) -> None:
    sample.plan_file.write_text("[project\n")
    shown = reach("nightly", "--home", sample.home)
    assert shown.returncode == 3
    assert "plan.toml line 1" in shown.stderr
    assert "Traceback" not in shown.stderr
    assert shown.stdout.startswith(f"Next: mend {sample.plan_file}, and type reach plan check --home ")


def test_a_trial_message_needs_somebody_to_send_it_to(tmp_path: Path) -> None:
    reach("init", tmp_path / "w")
    done = reach("notify", "--home", tmp_path / "w")
    assert (done.returncode, done.stdout) == (2, "")
    assert "put REACH_NOTIFY__URLS into .env" in done.stderr


def test_a_demonstration_is_made_nowhere_where_files_lie(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = reach("demo", tmp_path)
    assert (done.returncode, "name another folder" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
