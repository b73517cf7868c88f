"""What a night's tables cost beside its totals: 150,000 posts, each read on four days.

Prints the seconds of each part, and of a whole computation. Run: python -m benchmarks.tables
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from benchmarks import rows
from benchmarks.exports import PLAN, write_export
from benchmarks.typed import Cost
from flows.steps import night
from flows.steps.settings import Workspace
from warehouse.figures import build, periods, why_unknown

T = TypeVar("T")
AT_MOST = 1.0
POSTS, DAYS, AS_OF = 150_000, ("2024-10-01", "2024-11-01", "2024-12-01", "2024-12-30"), date(2024, 12, 30)


def timed(name: str, part: Callable[[], T]) -> T:
    """What a part returns; what it cost is printed."""
    return costed(name, part)[0]


def costed(name: str, part: Callable[[], T]) -> tuple[T, Cost]:
    """What a part returns and what it cost, which is printed."""
    before, started = os.times(), time.perf_counter()
    made = part()
    seconds, after = time.perf_counter() - started, os.times()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cost = Cost(seconds, after.user + after.system - before.user - before.system, peak)
    print(f"{name:32} {seconds:6.2f} s   {cost.cpu_seconds:6.2f} CPU s   peak so far {peak:,.0f} MiB", flush=True)
    return made, cost


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        workspace.plan_file.write_text(PLAN, encoding="utf-8")
        for number, day in enumerate(DAYS):
            path = workspace.inbox / day / "export.csv"
            path.parent.mkdir(parents=True)
            write_export(path, POSTS)
            # Each day has bytes of its own: a column that is not read tells them apart.
            text = path.read_text(encoding="utf-8-sig").replace("Photos,,,,,Lifetime", f"Photos,,{number},,,Lifetime")
            path.write_text(text, encoding="utf-8-sig")
        night.receive(workspace)
        timed("load", lambda: night.load(workspace, "Asia/Phnom_Penh"))
        _parts(workspace)
        good = night.read_plan(workspace)
        computed = timed("every table, from the warehouse", lambda: night.compute(workspace, good, AS_OF))
        timed("published", lambda: night.release(workspace, computed))


def _parts(workspace: Workspace) -> None:
    good = night.read_plan(workspace)
    state = timed("state of the day", lambda: night.read_state(workspace, good, AS_OF))
    _, totals = costed("totals", lambda: build.totals(state))
    source, made_of = costed("what gains are made of", lambda: periods.source(state))
    _, by_day = costed("gains by day", lambda: periods.by_day(state, periods.sums_by_day(state, source)))
    _, by_period = costed("gains by fiscal period", lambda: periods.by_fiscal_period(state, source))
    gains = Cost(*(sum(parts) for parts in zip(made_of, by_day, by_period, strict=True)))
    times, of_cpu = gains.seconds / totals.seconds, gains.cpu_seconds / totals.cpu_seconds
    rows.tell(
        f"gains by day and fiscal period, {POSTS:,} posts x {len(DAYS)} days",
        f"the totals, {totals.seconds:.2f} s, {totals.cpu_seconds:.2f} CPU s",
        f"{times:.2f} times the seconds, {of_cpu:.2f} times the CPU seconds",
        f"at most {AT_MOST:g} times",
        is_met=max(times, of_cpu) <= AT_MOST,
    )
    timed("why figures are not known", lambda: why_unknown.of_accounts(state, why_unknown.of_attributed(state)))


if __name__ == "__main__":
    main()
