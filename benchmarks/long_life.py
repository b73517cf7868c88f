"""Years of nights in one workspace: whether a night, its memory and its files stay in line with what came in.

The steps are a night's own, in this process, by a clock that is given. Of a hundred nights one is killed, two meet a
cut file, two an API that is down. Every so often a night runs in a process of its own through Prefect, as cron starts
it. Prints a line for every fifty nights, and at the end what was promised beside what was measured. Linux.

Run: nice -n 15 python -m benchmarks.long_life --nights 1000 --accounts 300
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

import duckdb
import polars

from benchmarks.worlds.years import Years, clock_of, day_of_night
from connectors.asking import http
from flows.run_night import LARGEST_HOME_BYTES
from flows.steps import ask_apis, doctor, freezing, healing, keeping, lock, logs, night, privacy, removals
from flows.steps.settings import Workspace
from tests.platforms.server import running

NIGHTS_OF_A_LINE = 50
PREFECT_EVERY = 100
FIRST_WHOLE, LAST_WHOLE = 100, 60
"""So many nights at the beginning and at the end are always computed and published."""
MOST_TIMES = 1.2
"""What the last fifty nights may take beside nights 50 to 100."""
MIB = 1 << 20
ZONE = "Asia/Phnom_Penh"
MEASURES = (
    ("wall", "median seconds of a night", 1),
    ("cpu", "median CPU seconds of a night", 1),
    ("left", "median MiB in use after a night", MIB),
    ("peak", "median MiB at the peak of a night", MIB),
)
HEADER = (
    "| nights | wall s | CPU s | MiB in use after | MiB peak | MiB dropped | observations | inbox | blobs | log of "
    "events | warehouse | published | logs | .prefect | files | sentences |\n" + "| --- " * 16 + "|"
)


class Clock:
    """The instant at which the nights of a day run."""

    instant = datetime(2023, 1, 1)

    @classmethod
    def set(cls, day: date) -> None:
        """Lets every module that asks for the time be told this night's."""
        cls.instant = clock_of(day)
        night.now = lambda: cls.instant
        night.today = lambda zone: day
        http.datetime = _GivenTime  # type: ignore[attr-defined]


class _GivenTime(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return Clock.instant.replace(tzinfo=tz)


@dataclass(frozen=True)
class OnDisk:
    """What a workspace holds after some nights, in bytes; and its observations."""

    observations: int
    archive: int
    warehouse: int
    logs: int
    prefect: int


@dataclass(frozen=True)
class Criterion:
    """One thing that was promised, as a sentence with what was measured, and whether it held."""

    sentence: str
    is_met: bool


@dataclass(frozen=True)
class Measured:
    """What one night took and left."""

    wall: float
    cpu: float
    peak: int
    left: int
    came_in: int
    sentences: int = 0


def one_night(workspace: Workspace, day: date) -> int:
    """All steps of a night in their order; how many sentences it has for a person."""
    privacy.only_owner()
    with lock.only_night(workspace):
        privacy.tighten(workspace)
        healing.require_opens(workspace)
        receipt = night.receive(workspace)
        good = night.keep_plan(workspace)
        problems = len(receipt.left_out)
        for api in ask_apis.platforms(workspace):
            problems += len(ask_apis.ask_platform(workspace, api, good.plan, night.now()).problems)
        problems += len(night.load(workspace, good.plan.project.timezone).problems)
        removals.removing(workspace, good.plan.project.timezone)
        computed = night.compute(workspace, good, day)
        published = night.release(workspace, computed, night.report(workspace, computed))
        keeping.keep(workspace, computed, good.plan)
        return problems + len(published.problems) + len(freezing.freeze_due(workspace, good))


def take_in(workspace: Workspace, day: date) -> None:
    """What a night leaves in archive and warehouse: all but what is computed and published."""
    privacy.only_owner()
    with lock.only_night(workspace):
        night.receive(workspace)
        good = night.keep_plan(workspace)
        for api in ask_apis.platforms(workspace):
            ask_apis.ask_platform(workspace, api, good.plan, night.now())
        night.load(workspace, good.plan.project.timezone)
        removals.removing(workspace, good.plan.project.timezone)
        freezing.freeze_due(workspace, good)


def begin_logs(workspace: Workspace, day: date) -> None:
    """Logs of a night: the file of the day before is of another day, so that a new one begins."""
    file = workspace.logs / "reach.jsonl"
    if file.exists():
        before = clock_of(day).timestamp() - 86_400
        os.utime(file, (before, before))
    logs.logging_to(workspace.logs)


def in_a_process(home: Path, day: date, *, is_prefect: bool, kill_after: float | None = None) -> int | None:
    """A night in a process of its own; its exit status, or none where it was killed."""
    command = [sys.executable, "-m", "benchmarks.long_life", "--one-night", str(home), "--day", str(day)]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    process = subprocess.Popen(
        [*command, *(["--prefect"] if is_prefect else [])],
        env=outside,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return process.wait(kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def size_of(*paths: Path) -> int:
    """Bytes of files, and of all files in folders."""
    files = (file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]))
    return sum(file.stat().st_size for file in files if file.is_file())


def memory(name: str) -> int:
    """What the system says of this process's memory: ``VmRSS`` now, ``VmHWM`` at most since it was last cleared."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name))


def forget_peak() -> None:
    """Lets the system count the peak of memory anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def measured_night(workspace: Workspace, day: date, came_in: int) -> Measured:
    """A night in this process."""
    forget_peak()
    begin_logs(workspace, day)
    wall, cpu = time.perf_counter(), time.process_time()
    told = one_night(workspace, day)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = memory("VmHWM")
    gc.collect()
    return Measured(wall, cpu, peak, memory("VmRSS"), came_in, told)


def rows_of(workspace: Workspace) -> int:
    """Observations in the warehouse."""
    with duckdb.connect(str(workspace.warehouse_file), read_only=True) as connection:
        return int(connection.execute("select count(*) from observations").fetchall()[0][0])


def files_of(home: Path) -> list[Path]:
    """The files of a workspace but those that came in."""
    return [path for path in home.rglob("*") if path.is_file() and not {"inbox", "blobs"} & set(path.parts)]


def on_disk(workspace: Workspace) -> OnDisk:
    """What the workspace holds now."""
    home = workspace.home
    sizes = (size_of(path) for path in (home / "archive", workspace.warehouse_file, home / "logs", home / ".prefect"))
    return OnDisk(rows_of(workspace), *sizes)


def print_line(workspace: Workspace, number: int, nights: list[Measured], came_in: int) -> OnDisk:
    """A line on the last nights and on what is on the disk after them."""
    home, held = workspace.home, on_disk(workspace)
    sizes = [
        size_of(home / "inbox"), size_of(home / "archive" / "blobs"), size_of(home / "archive" / "events.jsonl"),
        held.warehouse, size_of(workspace.published), held.logs, held.prefect,
    ]  # fmt: skip
    cells = (
        f"{number - NIGHTS_OF_A_LINE + 1} to {number}",
        f"{statistics.median(one.wall for one in nights):.1f}",
        f"{statistics.median(one.cpu for one in nights):.1f}",
        f"{statistics.median(one.left for one in nights) / MIB:.0f}",
        f"{max(one.peak for one in nights) / MIB:.0f}",
        f"{came_in / MIB:.1f}",
        f"{held.observations:,}",
        *(f"{size / MIB:.1f}" for size in sizes),
        str(len(files_of(home))),
        str(sum(one.sentences for one in nights)),
    )
    print(f"| {' | '.join(cells)} |", flush=True)
    return held


def is_whole(number: int, given: argparse.Namespace) -> bool:
    """Whether a night is computed and published, and not only taken in."""
    return number < FIRST_WHOLE or number >= given.nights - LAST_WHOLE or number % given.whole_every == 0


def live(home: Path, world: Years, given: argparse.Namespace) -> tuple[list[Measured], list[OnDisk]]:
    """All nights, or as many as the hours allow.

    Returns what each night took that ran in this process, and what was on the disk after every fifty.
    """
    measured, came_in, of_line, lines = list[Measured](), 0, list[Measured](), list[OnDisk]()
    workspace, dice, until = Workspace(home), random.Random(world.seed), time.monotonic() + given.hours * 3600
    print(HEADER)
    with running({"mastodon": world.mastodon, "bluesky": world.bluesky}) as server:
        world.written(home, server, given.nights)
        for number in range(given.nights):
            day = day_of_night(number)
            Clock.set(day)
            dropped = world.begin_day(number, home)
            came_in += dropped
            if world.is_killed(number):
                took = of_line[-1].wall if of_line else 5.0
                in_a_process(home, day, is_prefect=False, kill_after=2 + dice.uniform(0, took))
            elif number % given.prefect_every == given.prefect_every - 1:
                begin_logs(workspace, day)
                status = in_a_process(home, day, is_prefect=True)
                if status not in (0, 1):
                    print(f"The night of {day} through Prefect ended with {status}.", flush=True)
            elif is_whole(number, given):
                of_line.append(measured_night(workspace, day, dropped))
                measured.append(of_line[-1])
            else:
                begin_logs(workspace, day)
                take_in(workspace, day)
            world.forget_questions(server)
            if (number + 1) % NIGHTS_OF_A_LINE == 0 and of_line:
                lines.append(print_line(workspace, number + 1, of_line, came_in))
                of_line = []
            if time.monotonic() > until:
                print(f"Stopped after {number + 1:,} nights, since the time is over.")
                break
    return measured, lines


def criteria(workspace: Workspace, measured: list[Measured], lines: list[OnDisk]) -> Iterator[Criterion]:
    """What was promised beside what was measured; a hundred nights at least."""
    first, last = measured[NIGHTS_OF_A_LINE : 2 * NIGHTS_OF_A_LINE], measured[-NIGHTS_OF_A_LINE:]
    for name, what, unit in MEASURES:
        before, after = (statistics.median(getattr(one, name) for one in nights) / unit for nights in (first, last))
        times = after / before
        sentence = f"{what}: {before:.2f} in nights 50 to 100, {after:.2f} in the last 50, {times:.2f} times"
        yield Criterion(sentence, times <= MOST_TIMES)
    for name in ("archive", "warehouse"):
        before, after = (getattr(held, name) / held.observations for held in (lines[1], lines[-1]))
        sentence = f"{name}: {before:.0f} bytes an observation after 100 nights, {after:.0f} after the last"
        yield Criterion(sentence, after <= MOST_TIMES * before)
    most = max(held.prefect for held in lines)
    yield Criterion(f"Prefect's folder: {most / MIB:.1f} MiB at most", most <= 2 * LARGEST_HOME_BYTES)
    logs_before, logs_after = lines[1].logs, lines[-1].logs
    sentence = f"logs: {logs_before / MIB:.2f} MiB after 100 nights, {logs_after / MIB:.2f} after the last"
    yield Criterion(sentence, logs_after <= 2 * logs_before)
    findings = doctor.examine(workspace)
    told = f"doctor: {len(findings)} findings" + "".join(f"; {one.part}: {one.sentence}" for one in findings[:3])
    yield Criterion(told, not findings)
    yield rebuilt(workspace)


def rebuilt(workspace: Workspace) -> Criterion:
    """Whether the archive alone gives the same totals, and how large a new warehouse is."""
    day, warehouse = day_of_last(workspace), workspace.warehouse_file
    grown, totals = warehouse.stat().st_size, workspace.published / "parquet" / "campaign_totals.parquet"
    before = polars.read_parquet(totals)
    warehouse.unlink()
    night.load(workspace, ZONE)
    night.release(workspace, night.compute(workspace, night.read_plan(workspace), day))
    is_same = polars.read_parquet(totals).equals(before)
    sizes = f"{grown / MIB:.1f} MiB, made new from the archive {warehouse.stat().st_size / MIB:.1f} MiB"
    return Criterion(f"warehouse: {sizes}, its totals {'the same' if is_same else 'others'}", is_same)


def day_of_last(workspace: Workspace) -> date:
    """The day of what is published."""
    with duckdb.connect(str(workspace.published / "reach.duckdb"), read_only=True) as connection:
        day: date = connection.execute("select as_of from about").fetchall()[0][0]
    return day


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=1000)
    parser.add_argument("--accounts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--prefect-every", type=int, default=PREFECT_EVERY)
    parser.add_argument(
        "--whole-every", type=int, default=1,
        help="between the first and the last nights, compute and publish only every so many; the others take in",
    )  # fmt: skip
    parser.add_argument("--hours", type=float, default=24, help="stop after so many")
    parser.add_argument("--keep", action="store_true", help="leave the workspace, to look at it")
    parser.add_argument("--one-night", help=argparse.SUPPRESS)
    parser.add_argument("--day", type=date.fromisoformat, help=argparse.SUPPRESS)
    parser.add_argument("--prefect", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one_night:
        workspace = Workspace(Path(given.one_night))
        Clock.set(given.day)
        if given.prefect:
            from flows.run_night import run_night

            sys.exit(1 if run_night(workspace, given.day).problems else 0)
        begin_logs(workspace, given.day)
        one_night(workspace, given.day)
        return
    home = Path(tempfile.mkdtemp(prefix="reach-years-"))
    print(f"{given.nights:,} nights over {given.accounts} accounts in {home}")
    try:
        measured, lines = live(home, Years(given.accounts, given.seed), given)
        for criterion in criteria(Workspace(home), measured, lines):
            print(f"{criterion.sentence}: {'met' if criterion.is_met else 'missed'}", flush=True)
    finally:
        if not given.keep:
            shutil.rmtree(home)


if __name__ == "__main__":
    main()
