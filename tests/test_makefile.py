"""What the targets of the Makefile start."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def recipe(target: str, **environment: str) -> str:
    """The commands of a target, which are printed and not run."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | environment
    command = ["make", "--dry-run", "--assume-old=.venv/.installed", target]
    return subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("given", "host"), [({}, "127.0.0.1"), ({"PREFECT_SERVER_API_HOST": "10.0.0.5"}, "10.0.0.5")])
def test_the_server_listens_on_this_machine_alone_unless_another_address_is_named(
    given: dict[str, str], host: str
) -> None:
    command = next(line for line in recipe("server").splitlines() if "server start" in line)
    option = command[command.index("--host") :].split()[1]
    shown = subprocess.run(["sh", "-c", f"printf %s {option}"], env=given, capture_output=True, text=True, check=True)
    assert shown.stdout == host


@pytest.mark.parametrize(("target", "is_private"), [("server", True), ("worker", False)])
def test_what_the_server_writes_is_its_owners_alone_and_the_workers_umask_says_who_reads_what_is_published(
    target: str, is_private: bool
) -> None:
    assert ("umask" in recipe(target)) is is_private


THREADS = """
import os, sys, pytest
assert pytest.main(["--collect-only", "-q", "-q", *sys.argv[1:]]) == 0
names = [open(f"/proc/self/task/{thread}/comm").read() for thread in os.listdir("/proc/self/task")]
print("threads:", [name.strip() for name in names if name.startswith("polars-") and name[7].isdigit()])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads have names in /proc there")
def test_collecting_what_make_mutate_runs_starts_no_threads_of_polars() -> None:
    """Each change is tried in a fork of the process that collected the tests, where these threads would be missing."""
    mutmut = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    collected = (*mutmut["pytest_add_cli_args"], *mutmut["pytest_add_cli_args_test_selection"])
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-W", "ignore", "-c", THREADS, *collected]
    done = subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "threads: []", done.stdout[-1000:]
