"""The last line of each command: what to type or open next."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import polars as pl
import pytest
import typer

from flows.cli import next_line
from flows.cli.main import app
from flows.cli.next_line import explained_next, quoted, typed
from tests.conftest import new_world
from tests.flows.cli.test_main import COMMANDS
from tests.flows.cli.typed import reach
from tests.flows.shared_runs import with_one_post
from tests.flows.told import listening
from warehouse import file_system

ANSWERS = (
    "query 'select 1'", "totals", "totals --as-of 2024-09-30", "explain forum views", "sentence forum", "unattributed",
    "sources", "inspect inbox/page.csv", "doctor", "diff final",
)  # fmt: skip
"""What is typed for an answer, which is data on stdout."""
DOES = (
    "init new", "publish", "plan check", "rebuild", "freeze final", "withdraw page.csv --reason wrong",
    "date page.csv 2024-09-30", "explain forum views --pack evidence.zip", "report --html", "links forum",
)  # fmt: skip
NEEDS_PREFECT = {"nightly", "demo", "backfill"}  # tests of running commands, and of the wheel
FOR_PROGRAMS = {"mcp"}
"""What no person reads."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one post, published and frozen."""
    world = new_world(tmp_path_factory.mktemp("next"))
    workspace = with_one_post(world)
    world.drop("page.csv", next(workspace.inbox.rglob("*.csv")).read_bytes().replace(b"Post 1 ", b"Post one "))
    with workspace.plan_file.open("a", encoding="utf-8") as plan:
        plan.write('\nlanding = "https://forum.example/"\n')
    world.load()
    assert reach("freeze", "final", "--home", workspace.home).returncode == 0
    assert reach("publish", "--home", workspace.home).returncode == 0
    return workspace.home


def run(words: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """What a command that is typed in the workspace writes on stdout and stderr."""
    monkeypatch.chdir(home)
    done = reach(*shlex.split(words))
    assert done.returncode in (0, 1), done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize("words", DOES)
def test_a_command_that_does_something_ends_with_what_to_type_or_open(
    home: Path, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = words.replace("freeze final", "freeze final-2")
    stdout, _ = run(words, home, monkeypatch)
    assert_can_be_typed(stdout.splitlines()[-1])


@pytest.mark.parametrize("words", ANSWERS)
def test_a_command_that_answers_says_it_on_stderr_where_a_person_reads(
    home: Path, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped, hint = run(words, home, monkeypatch)
    assert "Next: " not in piped + hint
    monkeypatch.setattr(next_line, "is_read_by_a_person", lambda: True)
    shown, hint = run(words, home, monkeypatch)
    assert shown == piped
    assert_can_be_typed(hint.splitlines()[-1])


@pytest.mark.parametrize("words", ["totals", "explain forum views", "sources", "unattributed"])
def test_data_for_a_program_has_no_such_line(
    home: Path, words: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(next_line, "is_read_by_a_person", lambda: True)
    monkeypatch.chdir(home)
    monkeypatch.setattr("sys.argv", ["reach", *shlex.split(words), "--format", "csv"])
    app(standalone_mode=False)
    assert "Next: " not in "".join(capfd.readouterr())


def test_a_trial_of_notices_ends_with_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as told:
        monkeypatch.setenv("REACH_NOTIFY__URLS", told.url)
        stdout, _ = run("notify", home, monkeypatch)
    assert stdout.splitlines()[-1] == "Next: see that it has come."


def test_every_command_is_tried_here_or_says_where() -> None:
    tried = {words.split()[0] for words in (*ANSWERS, *DOES)}
    assert tried | NEEDS_PREFECT | FOR_PROGRAMS | {"notify"} == set(COMMANDS)


def test_a_command_names_the_workspace_unless_it_is_taken_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REACH_HOME", raising=False)
    assert typed("totals") == typed("totals", tmp_path) == "reach totals"
    assert typed("totals", Path("our reach")) == "reach totals --home 'our reach'"
    monkeypatch.setenv("REACH_HOME", "our reach")
    assert typed("totals", Path("our reach")) == "reach totals"
    monkeypatch.setattr(file_system, "IS_WINDOWS", True)
    assert quoted(tmp_path / "our reach") == f'"{tmp_path / "our reach"}"'


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ({"campaign_id": ["a", "b b"], "views": [3, 7]}, "explain 'b b' views"),
        ({"campaign_id": ["a", "b"], "views": [None, None], "likes": [4, 4]}, "explain a likes"),
        ({"activity_id": ["1.1"], "views": [0]}, "explain 1.1 views"),
        ({"campaign_id": ["a"], "views": [None]}, "explain CAMPAIGN FIGURE"),
        ({"project_name": ["a"], "views": [5]}, "explain CAMPAIGN FIGURE"),
    ],
)
def test_the_largest_figure_of_those_that_are_shown_is_named_to_be_explained(
    totals: dict[str, list[object]], words: str
) -> None:
    frame = pl.DataFrame(totals, schema_overrides={"views": pl.Int64})
    assert explained_next(frame).startswith(f"type reach {words} for what")


def test_a_plan_whose_rule_matches_nothing_is_to_be_mended_first(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(home, tmp_path / "copy")
    plan = tmp_path / "copy" / "plan.toml"
    plan.write_text(plan.read_text("utf-8").replace('hashtags = ["forum"]', 'hashtags = ["forun"]'), "utf-8")
    shown, warned = run("plan check", tmp_path / "copy", monkeypatch)
    assert shown.splitlines()[-1].startswith(
        "Next: mend the rules that match nothing in plan.toml, and type reach plan"
    )
    assert "so that every total is empty.\n" in warned


def assert_can_be_typed(line: str) -> None:
    """The line begins with Next, and each command in it is one that there is, with options that it has."""
    assert line.startswith("Next: ")
    assert line.endswith(".")
    group = typer.main.get_command(app)
    for clause in line.rstrip(".").replace("; ", ", ").split(", "):
        _, typed_here, words = clause.partition("reach ")
        if not typed_here or " in a browser" in clause:
            continue
        name, *rest = shlex.split(words)
        command = group.commands[name]  # type: ignore[attr-defined]
        if hasattr(command, "commands"):
            command, rest = command.commands[rest[0]], rest[1:]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options, line
