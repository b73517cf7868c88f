"""Looking changes nothing in a workspace; what changes something waits until nobody else does, or says so."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.cli.commands import options
from flows.cli.main import app
from flows.steps import freezing, night
from flows.steps.settings import Workspace
from tests.flows.cli.typed import copied, reach
from tests.flows.published import DAY

LOOKING = (
    "totals",
    "totals --by stage --as-of 2024-12-01",
    "totals --known-on 2099-12-31",
    "totals --unknown",
    "totals --from 2024-10-01 --to 2024-12-30",
    "explain iduai-2024 views --open",
    "explain iduai-2024 views --against 50000",
    "sentence iduai-2024",
    "query 'from about'",
    "unattributed",
    "sources",
    "diff final",
    "plan check",
    "inspect",
    "doctor",
)
CHANGING = {
    "nightly": "nightly",
    "backfill": "backfill",
    "publish": "publish",
    "rebuild": "rebuild",
    "withdraw": "withdraw {file} --reason wrong",
    "date": "date {file} 2024-12-01",
    "freeze": "freeze other",
    "doctor": "doctor --repair",
}
OTHERS = ("init", "demo", "notify", "report", "links", "mcp")
"""Commands that make a workspace, write documents beside what is published, or do nothing in it."""

HOLDING = """
import sys, time
from pathlib import Path
from flows.steps.lock import only_night
from flows.steps.settings import Workspace
with only_night(Workspace(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def workspace(published: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample, published, with a frozen report, and with a plan that was changed since."""
    made = copied(published, tmp_path_factory.mktemp("looked"))
    freezing.freeze(made, night.read_plan(made), "final", DAY)
    with made.plan_file.open("a", encoding="utf-8") as plan:
        plan.write("\n# looked at, and not taken in yet\n")
    return made


def _state(workspace: Workspace) -> dict[str, tuple[bytes, int]]:
    """Every file's bytes and time, without logs and lock files."""
    return {
        path.relative_to(workspace.home).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in workspace.home.rglob("*")
        if path.is_file() and workspace.logs not in path.parents and path.suffix != ".lock"
    }


def _words(command: str, workspace: Workspace) -> list[str]:
    file = min(workspace.inbox.rglob("*.csv"))
    words = [word.format(file=file.relative_to(workspace.inbox)) for word in shlex.split(command)]
    return [*words, *([str(file)] if words == ["inspect"] else []), "--home", str(workspace.home)]


@pytest.mark.parametrize("command", LOOKING)
def test_looking_leaves_every_byte_as_it_was(workspace: Workspace, command: str) -> None:
    before = _state(workspace)
    done = reach(*_words(command, workspace))
    assert done.returncode in (0, 1), done.stderr
    assert _state(workspace) == before


def test_a_plan_with_a_mistake_that_is_looked_at_is_not_kept(workspace: Workspace, tmp_path: Path) -> None:
    other = copied(workspace, tmp_path)
    other.plan_file.write_text("[project\n", encoding="utf-8")
    before = _state(other)
    assert reach("totals", "--as-of", "2024-12-01", "--home", other.home).returncode == 0
    assert _state(other) == before


def test_every_command_looks_or_changes_something() -> None:
    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert names == {command.split()[0] for command in LOOKING if command != "plan check"} | {*CHANGING, *OTHERS}


@pytest.fixture(scope="module")
def held(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace in which another process is at work."""
    made = Workspace(Path(shutil.copytree(workspace.home, tmp_path_factory.mktemp("held") / "sample")))
    holder = subprocess.Popen([sys.executable, "-c", HOLDING, str(made.home)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield made
    finally:
        holder.kill()
        holder.wait()


@pytest.mark.parametrize("command", CHANGING.values(), ids=CHANGING.keys())
def test_what_changes_something_does_nothing_beside_a_night(
    held: Workspace, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "WAIT_SECONDS", 0.1)
    before = _state(held)
    done = reach(*_words(command, held))
    assert (done.returncode, "A night is already running" in done.stderr) == (3, True)
    assert "Traceback" not in done.stderr
    assert _state(held) == before
