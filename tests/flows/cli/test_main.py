"""What a person types, and what they see."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from flows.cli.main import app
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PLAN
from tests.flows.cli.typed import reach, reach_process

COMMANDS = (
    "init",
    "doctor",
    "demo",
    "backfill",
    "nightly",
    "notify",
    "plan",
    "query",
    "totals",
    "explain",
    "links",
    "withdraw",
    "date",
    "freeze",
    "diff",
    "unattributed",
    "sources",
    "sentence",
    "report",
    "mcp",
    "inspect",
    "publish",
    "rebuild",
)


def test_every_command_explains_itself_with_an_example() -> None:
    click = typer.main.get_command(app)
    assert set(click.commands) == set(COMMANDS)  # type: ignore[attr-defined]
    for name, command in click.commands.items():  # type: ignore[attr-defined]
        for one in getattr(command, "commands", {name: command}).values():
            assert "Example: reach " in (one.help or ""), name


def test_every_command_is_in_the_readme() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`reach {name}" not in readme] == []


@pytest.mark.parametrize(
    "words",
    [
        ("withdraw", "a.csv", "--reason", "wrong page"), ("withdraw", "a.csv", "--reason", "right page", "--undo"),
        ("freeze", "final"), ("publish",), ("publish", "--as-of", "2024-10-01"), ("publish", "--known-on", "2099-01-01"),
        ("totals",), ("totals", "--as-of", "2024-10-01"), ("explain", "iduai-2024", "views"), ("query", "select 1"),
        ("explain", "iduai-2024", "views", "--as-of", "2024-10-01"), ("sentence", "iduai-2024"), ("unattributed",),
        ("sources",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_before_the_first_load_a_command_says_what_is_missing(not_loaded: Path, words: tuple[str, ...]) -> None:
    done = reach(*words, "--home", not_loaded)
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].endswith("run reach nightly first.")


@pytest.fixture(scope="module")
def not_loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a plan that was kept, in which no night has run."""
    home = tmp_path_factory.mktemp("before") / "workspace"
    reach("init", home)
    (home / "plan.toml").write_text(PLAN + CAMPAIGN.replace('"forum"\nact', '"iduai-2024"\nact'), encoding="utf-8")
    reach("publish", "--home", home)
    return home


def test_commands_that_need_no_flow_do_not_import_prefect() -> None:
    code = "import sys, flows.cli.main, flows.cli.inspection, flows.cli.plan_check; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    ("toml", "environment", "sentence"),
    [
        ("inbx = 'x'", {}, "inbx is no setting; the nearest is inbox"),
        ("[facebook]\nzne = 'x'", {}, "facebook.zne is no setting; the nearest is zone"),
        ("[facebook]\nzone = 'Mars'", {}, "'Mars' is not a time zone"),
        ("", {"REACH_FACEBOOK__ZONE": "Mars"}, "'Mars' is not a time zone"),
        ("[facebook", {}, "reach.toml cannot be read"),
        (
            "",
            {"REACH_FACEBOOK__TOKENS": "gar-bage"},
            "A setting REACH_FACEBOOK… in the environment or .env cannot be read",
        ),
    ],
)
def test_wrong_settings_are_one_sentence_with_status_2(
    tmp_path: Path, toml: str, environment: dict[str, str], sentence: str
) -> None:
    (tmp_path / "reach.toml").write_text(toml)
    shown = reach("sources", "--home", tmp_path, **environment)
    assert shown.returncode == 2
    assert sentence in shown.stderr
    assert "Traceback" not in shown.stderr
    assert "gar-bage" not in shown.stderr  # it may be a secret


def test_the_environment_wins_over_dotenv_and_that_over_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reach.toml").write_text("inbox = 'toml'\npublished = 'toml'\narchive = 'toml'\n")
    (tmp_path / ".env").write_text("REACH_PUBLISHED=dotenv\nREACH_ARCHIVE=dotenv\nOTHER_PROGRAM=1\n")
    monkeypatch.setenv("REACH_ARCHIVE", "environment")
    settings = Workspace(tmp_path).settings
    assert (str(settings.inbox), str(settings.published), str(settings.archive)) == ("toml", "dotenv", "environment")


def test_a_folder_that_is_no_workspace_is_said_in_a_sentence(tmp_path: Path) -> None:
    shown = reach_process("totals", "--home", tmp_path)
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1)
    assert "is no workspace of Reach" in shown.stderr


def test_totals_before_the_first_night_say_what_to_do(tmp_path: Path) -> None:
    reach("init", tmp_path / "w")
    shown = reach("totals", "--home", tmp_path / "w")
    assert (shown.returncode, "run reach nightly first" in shown.stderr) == (3, True)


def test_a_command_waits_for_the_warehouse_and_says_who_holds_it(published: Workspace) -> None:
    code = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", code, str(published.warehouse_file)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        from warehouse.history.store import Busy, open_store

        started = time.monotonic()
        with pytest.raises(Busy, match=f"process {holder.pid}"), open_store(published.warehouse_file, wait=0.5):
            pass
        assert time.monotonic() - started < 10
    finally:
        holder.kill()
        holder.wait()
