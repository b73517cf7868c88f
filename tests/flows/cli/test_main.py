"""What a person types, and what they see."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
import typer
from filelock import FileLock

from flows.cli.main import app
from flows.steps.init import create_demo
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PLAN
from tests.flows.cli.typed import copied, reach, reach_process

COMMANDS = (
    "init",
    "demo",
    "backfill",
    "nightly",
    "notify",
    "plan",
    "query",
    "totals",
    "explain",
    "withdraw",
    "freeze",
    "diff",
    "unattributed",
    "sources",
    "sentence",
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
    "by", ["campaign", "activity", "project", "platform", "kind", "organisation", "account", "asset", "stage"]
)
def test_totals_by_anything_are_the_published_table(published: Workspace, by: str) -> None:
    shown = json.loads(reach("totals", "--by", by, "--format", "json", "--home", published.home).stdout)
    answer = json.loads(reach("query", f"from {by}_totals", "--format", "json", "--home", published.home).stdout)
    assert shown == answer
    assert {"posts", "views", "views_known", "reach_at_least", "as_of"} <= set(shown[0])


def test_totals_as_of_another_day_come_from_the_history(published: Workspace) -> None:
    totals = json.loads(reach("totals", "--as-of", "2024-10-15", "--format", "json", "--home", published.home).stdout)
    views = {row["campaign_id"]: row["views"] for row in totals}
    assert views["iduai-2024"] < 46_700
    assert totals[0]["as_of"] == "2024-10-15"


def test_a_question_may_neither_write_nor_read_other_files(published: Workspace) -> None:
    for sql in ("delete from campaign_totals", "copy campaign_totals to '/tmp/x.csv'", "from read_csv('/etc/hosts')"):
        answer = reach("query", sql, "--home", published.home)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert "Traceback" not in answer.stderr


def test_the_sentence_of_the_sample_is_the_printed_one(published: Workspace) -> None:
    done = reach("sentence", "iduai-2024", "--home", published.home)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "As of 30 December 2024, the 6 short-listed videos (in 15 posts) have 46,700 views, 466 shares, 207 comments "
        "and 491 reactions, and reached at least 7,126 accounts (at most 34,323). "
        "26 videos were submitted, 6 short-listed, 3 won. Beside that, the campaign has had 4 radio programmes."
    )
    khmer = reach("sentence", "iduai-2024", "--language", "km", "--home", published.home).stdout
    assert all(figure in khmer for figure in ("46,700", "466", "207", "491", "7,126", "34,323", "26"))
    assert khmer.endswith("។\n")


def test_a_sentence_is_asked_for_of_a_campaign_that_is_there_in_a_language_that_reach_writes(
    published: Workspace,
) -> None:
    done = reach("sentence", "iduai", "--home", published.home)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no campaign iduai in what is published; there are: iduai-2022, iduai-2023, iduai-2024" in done.stderr
    done = reach("sentence", "iduai-2024", "--language", "fr", "--home", published.home)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_sentence_needs_what_this_version_publishes(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "sample")
    create_demo(workspace.home)
    assert "run reach nightly first" in (done := reach("sentence", "iduai-2024", "--home", workspace.home)).stderr
    assert done.returncode == 3
    workspace.published.mkdir(exist_ok=True)
    with duckdb.connect(str(workspace.published / "reach.duckdb")) as old:
        old.execute("create table about (timezone text)")
    assert "run reach publish first" in (done := reach("sentence", "iduai-2024", "--home", workspace.home)).stderr
    assert done.returncode == 3


def test_init_writes_a_workspace_whose_plan_is_sound_and_keeps_what_is_there(tmp_path: Path) -> None:
    assert reach("init", tmp_path / "w").returncode == 0
    names = {p.relative_to(tmp_path / "w").as_posix() for p in (tmp_path / "w").rglob("*") if p.is_file()}
    assert {"reach.toml", "plan.toml", "templates/sheet.csv", "templates/outreach.csv"} <= names
    assert reach("plan", "check", "--home", tmp_path / "w").returncode == 0
    (tmp_path / "w" / "plan.toml").write_text("mine")
    reach("init", tmp_path / "w")
    assert (tmp_path / "w" / "plan.toml").read_text() == "mine"


def test_rebuild_and_publish_say_what_they_did(published: Workspace, tmp_path: Path) -> None:
    workspace = copied(published, tmp_path)
    rebuilt = reach("rebuild", "--home", workspace.home)
    assert (rebuilt.returncode, "Read 19 files again; 0 were refused." in rebuilt.stdout) == (0, True)
    again = reach("publish", "--as-of", "2024-12-30", "--home", workspace.home)
    assert (again.returncode, "as of 2024-12-30" in again.stdout) == (0, True)


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
    shown = reach_process("totals", "--home", tmp_path / "w")
    assert (shown.returncode, "run reach nightly first" in shown.stderr) == (3, True)


@pytest.mark.prefect
def test_a_night_with_an_absent_inbox_publishes_and_ends_1(prefect_server: str, sample: Workspace) -> None:
    sample.inbox.rename(sample.home / "elsewhere")
    shown = reach_process("nightly", "--home", sample.home)
    assert shown.returncode == 1
    assert "The inbox" in shown.stderr
    assert (sample.published / "reach.duckdb").exists()


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
    shown = reach_process("nightly", "--home", sample.home)
    assert shown.returncode == 3
    assert "plan.toml line 1" in shown.stderr
    assert "Traceback" not in shown.stderr


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
