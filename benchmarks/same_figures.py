"""Whether two checkouts publish the same figures, to the byte, over the same inputs.

The inputs are made once: the bundled sample, genuine exports (the folder that ``REACH_EXPORTS`` names) and three random
worlds of two nights. Each checkout runs its nights in workspaces of its own and answers the same questions. Every table
in published/parquet is compared, but for those that tell when they were made; so is what the answers say. The bytes
have to be the same, but for the order of accounts in two texts (benchmarks/differences.py says which, and why).

Run: python -m benchmarks.same_figures CHECKOUT_A CHECKOUT_B [--keep DIR] [--python PATH]

Exit status: 0 nothing differs; 1 something differs, or a night failed; 2 wrong usage; 3 nothing differs, but an input
was left out.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from benchmarks.differences import FAILED, between
from benchmarks.worlds import given, seeded
from benchmarks.worlds.posts import Night, World

SEEDS = (1, 2, 3)
CLOCKED = ("about", "source_freshness")
"""Tables that tell when they were made."""

FINISHED = (0, 1)
"""Exit statuses of a command that did its work; 1 says that something was left out, as a refused file is."""

COLLECTED = 1
"""To be raised where a result is to hold something else: then what was kept before is made again."""

LAUNCH = """
import atexit, os, sys
from importlib import import_module
checkout, module, function = sys.argv[1:4]
sys.argv[:] = ["reach", *sys.argv[4:]]
roots = [os.path.realpath(own) + os.sep for own in (checkout, sys.prefix, sys.base_prefix, os.path.dirname(__file__))]

def only_its_own():
    files = [getattr(own, "__file__", None) for own in list(sys.modules.values())]
    strange = [own for own in files if own and not os.path.realpath(own).startswith(tuple(roots))]
    if strange:
        sys.stderr.write(f"code of another place ran: {strange[0]}\\n")
        sys.stderr.flush()
        os._exit(99)

atexit.register(only_its_own)
sys.exit(getattr(import_module(module), function)())
"""
"""Starts the program of a checkout. An installed Reach must not lend it modules, so it looks at the end."""


class Failed(Exception):
    """A command that did not do its work; a sentence."""


@dataclass(frozen=True)
class Checkout:
    """A checkout whose program is run: ``module`` and ``function`` are what its pyproject.toml calls ``reach``."""

    letter: str
    folder: Path
    module: str
    function: str
    python: str
    work: Path

    def reach(self, *arguments: str) -> bytes:
        """Runs a command and returns what it says on stdout.

        Raises:
            Failed: it ended with a status that is not one of :data:`FINISHED`.
        """
        launch = self.work / "launch.py"
        launch.write_text(LAUNCH, encoding="utf-8")
        command = [self.python, str(launch), str(self.folder), self.module, self.function, *arguments]
        done = subprocess.run(command, env=self._environment(), cwd=self.work, capture_output=True)
        if done.returncode not in FINISHED:
            last = done.stderr.decode(errors="replace").strip().splitlines()[-3:]
            last_words = " / ".join(last) or "nothing on stderr"
            raise Failed(f"{self.letter}: reach {' '.join(arguments)} ended with {done.returncode}: {last_words}")
        return f"status {done.returncode}\n".encode() + done.stdout

    def _environment(self) -> dict[str, str]:
        """One home for Prefect, so that its database is made once; nothing of the caller's own settings."""
        dropped = ("REACH_", "PREFECT_", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        return kept | {
            "PYTHONPATH": str(self.folder),
            "PREFECT_HOME": str(self.work / "prefect"),
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }


@dataclass
class Compared:
    """What was compared of all worlds so far."""

    differs: bool = False
    tables: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)


def main() -> int:
    """Compares two checkouts over every world; the exit status."""
    arguments = _arguments()
    work = Path(tempfile.mkdtemp(prefix="same-figures-"))
    folders = (arguments.checkout_a, arguments.checkout_b)
    try:
        one, two = (
            _checkout(folder, arguments.python, work, letter) for folder, letter in zip(folders, "AB", strict=True)
        )
        compared = Compared()
        worlds, left_out = _worlds(one, two, compared)
    except (OSError, KeyError, ValueError) as error:
        print(f"These cannot be compared: {error}", file=sys.stderr)
        shutil.rmtree(work)
        return 2
    kept = _kept(one, arguments.keep)
    for world in worlds:
        _compare(world, one, two, kept, compared)
    if empty := sorted(compared.tables - compared.filled):
        print(f"no world has a row of: {', '.join(empty)}")
    for sentence in left_out:
        print(f"left out: {sentence}")
    if compared.differs:
        print(f"something differs; both checkouts' workspaces and results lie in {work}")
        return 1
    shutil.rmtree(work)
    print("nothing differs" + (", but see what was left out" if left_out else ""))
    return 3 if left_out else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.same_figures", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("checkout_a", type=Path, metavar="CHECKOUT_A")
    parser.add_argument("checkout_b", type=Path, metavar="CHECKOUT_B")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where A's results are kept, by its commit")
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="what runs both checkouts")
    return parser.parse_args()


def _checkout(folder: Path, python: str, work: Path, letter: str) -> Checkout:
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, function = project["project"]["scripts"]["reach"].partition(":")
    program = os.path.abspath(python) if os.sep in python else python  # commands run in another folder
    return Checkout(letter, folder.resolve(), module, function, program, work)


def _worlds(one: Checkout, two: Checkout, compared: Compared) -> tuple[list[World], list[str]]:
    """The inputs, and a sentence for each that there is not. Both checkouts get the sample of the first one."""
    worlds, left_out = [], []
    samples = [given.sample(checkout.folder) for checkout in (one, two)]
    if samples[0]:
        worlds.append(samples[0])
    else:
        left_out.append("the sample, which the first checkout does not have")
    if samples[0] != samples[1]:
        print("sample: the two checkouts bring different files")
        compared.differs = True
    if exports := os.environ.get("REACH_EXPORTS"):
        worlds.append(given.genuine(Path(exports)))
    else:
        left_out.append("the genuine exports; set REACH_EXPORTS to their folder")
    return [*worlds, *(seeded.world(seed) for seed in SEEDS)], left_out


# --------------------------------------------------------------------------- running


def _kept(one: Checkout, keep: Path | None) -> Path | None:
    """Where A's results are kept: by its commit and what computes them. Of changed files there is no commit."""
    if keep is None:
        return None
    git = ["git", "-C", str(one.folder)]
    status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True)
    if status.returncode or status.stdout.strip():
        print("A's results are not kept: it is no clean checkout of a commit", file=sys.stderr)
        return None
    commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    code = "import duckdb, polars; print(f'polars-{polars.__version__}-duckdb-{duckdb.__version__}')"
    versions = subprocess.run([one.python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    return keep.resolve() / f"{commit}-{versions}"


def _digest(world: World) -> str:
    """A name for a world's inputs and for what is collected of them, so that older results are not taken for these."""
    digest = hashlib.sha256(f"{COLLECTED}".encode())
    for night in world.nights:
        digest.update(f"{night.as_of}\n{night.plan}\n".encode())
        for file in night.files:
            digest.update(f"{file.path}\n{file.modified.isoformat()}\n{len(file.content)}\n".encode())
            digest.update(file.content)
    digest.update(repr(world.questions).encode())
    return digest.hexdigest()[:16]


def _results(world: World, checkout: Checkout, kept: Path | None = None) -> Path:
    """A folder with the tables of each night and the answers to each question; a kept one is not made again.

    Raises:
        Failed: a command did not do its work.
    """
    stored = kept / f"{world.name}-{_digest(world)}" if kept else None
    if stored and stored.is_dir():
        return stored
    home = checkout.work / world.name / checkout.letter
    results = home.with_name(f"results of {checkout.letter}")
    for number, night in enumerate(world.nights, start=1):
        started = time.perf_counter()
        _put(night, home)
        printed = checkout.reach("nightly", "--as-of", f"{night.as_of}", "--home", str(home))
        folder = results / f"night-{number}"
        folder.mkdir(parents=True)
        (folder / "status.txt").write_bytes(printed.splitlines()[0])
        tables = [table for table in (home / "published" / "parquet").glob("*.parquet") if table.stem not in CLOCKED]
        if not tables:
            raise Failed(f"{checkout.letter}: night {number} published no tables")
        for table in tables:
            shutil.copy(table, folder)
        seconds = time.perf_counter() - started
        print(f"{world.name}: {checkout.letter}, night {number}: {seconds:.0f} s", file=sys.stderr)
    (results / "answers").mkdir()
    has_failed = False
    for number, question in enumerate(world.questions, start=1):
        try:
            answer = checkout.reach(*question, "--home", str(home))
        except Failed as error:
            answer, has_failed = FAILED + str(error).encode(), True
        (results / "answers" / f"{number} {question[0]} {question[-1]}.txt").write_bytes(answer)
    if stored and not has_failed:
        aside = stored.with_name(f"{stored.name}.{os.getpid()}")
        shutil.copytree(results, aside)
        aside.rename(stored)
    return results


def _put(night: Night, home: Path) -> None:
    """Writes what is new into a workspace, each file with its own time."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "plan.toml").write_text(night.plan, encoding="utf-8")
    for file in night.files:
        path = home / "inbox" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        os.utime(path, (int(file.modified.timestamp()),) * 2)


# --------------------------------------------------------------------------- comparing


def _compare(world: World, one: Checkout, two: Checkout, kept: Path | None, compared: Compared) -> None:
    """Runs a world in both checkouts, and prints what differs and a summary."""
    try:
        left, right = _results(world, one, kept), _results(world, two)
    except Failed as error:
        compared.differs = True
        print(f"{world.name}: cannot be compared. {error}")
        return
    names = sorted({file.relative_to(side).as_posix() for side in (left, right) for file in side.rglob("*.*")})
    count = 0
    for name in names:
        difference = between(left / name, right / name)
        if difference:
            count += not difference.is_order
            print(f"{world.name}, {name.rpartition('.')[0]}: {difference.sentence}", flush=True)
    tables = [left / name for name in names if name.endswith(".parquet") and (left / name).exists()]
    compared.tables.update(table.stem for table in tables)
    compared.filled.update(table.stem for table in tables if pl.scan_parquet(table).select(pl.len()).collect().item())
    compared.differs = compared.differs or count > 0
    what = f"{sum(name.endswith('.parquet') for name in names)} tables and {len(world.questions)} answers"
    print(f"{world.name}: {what}, {f'{count} of them differ' if count else 'all the same'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
