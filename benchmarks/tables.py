"""What a night's tables cost beside its totals: 150,000 posts, each read on four days.

Prints the seconds of each part, and of a whole computation. Run: python -m benchmarks.tables
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from benchmarks.exports import PLAN, write_export
from flows.steps import night
from flows.steps.settings import Workspace
from warehouse.figures import build, periods, why_unknown

T = TypeVar("T")
POSTS, DAYS, AS_OF = 150_000, ("2024-10-01", "2024-11-01", "2024-12-01", "2024-12-30"), date(2024, 12, 30)


def timed(name: str, part: Callable[[], T]) -> T:
    started = time.perf_counter()
    made = part()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:32} {time.perf_counter() - started:6.2f} s   peak so far {peak:,.0f} MiB", flush=True)
    return made


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
    timed("totals", lambda: build.totals(state))
    source = timed("what gains are made of", lambda: periods.source(state))
    timed("gains by day", lambda: periods.by_day(state, source))
    timed("gains by fiscal period", lambda: periods.by_fiscal_period(state, source))
    timed("why figures are not known", lambda: why_unknown.of_accounts(state))


if __name__ == "__main__":
    main()
