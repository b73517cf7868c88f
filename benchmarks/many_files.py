"""A night over an inbox of many small exports, and the same night again: CPU seconds of each step.

Steps are called as a night calls them, without Prefect's server. Run: python -m benchmarks.many_files [FILES]
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from benchmarks import rows
from benchmarks.exports import HEADER, PLAN

FILES, POSTS, AT_MOST = 2_000, 5, 15
ACCOUNTS = 40
T = TypeVar("T")


def write_inbox(inbox: Path, files: int) -> None:
    """Exports of 40 pages, each with five posts of its own, in dated folders."""
    chance = random.Random(7)
    first = datetime(2024, 1, 1)
    for n in range(files):
        page, day = 100064500000001 + n % ACCOUNTS, first + timedelta(days=n // ACCOUNTS)
        folder = inbox / f"{day + timedelta(days=7):%Y-%m-%d}" / f"Page {n % ACCOUNTS}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [HEADER]
        for k in range(POSTS):
            views = chance.randrange(10_000)
            likes, comments, shares = views // 50, views // 400, views // 300
            lines.append(
                f'{122158000000000001 + n * POSTS + k},{page},"Page {n % ACCOUNTS}","","Post {k} #IDUAI2024",0,'
                f"{day + timedelta(minutes=k):%m/%d/%Y %H:%M},N/A,"
                f"https://www.facebook.com/{page}/posts/{122158000000000001 + n * POSTS + k},0,0,Photos,,,,,Lifetime,"
                f"{views},{views // 2},{likes + comments + shares},{likes},{comments},{shares},{views // 20},"
                f"{views // 40},{views // 40},0,{views * 1.5:.3f},1.5,0"
            )
        file = folder / f"{day:%b-%d-%Y}_{day + timedelta(days=6):%b-%d-%Y}_{1234567890123456 + n}.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
        os.utime(file, (1_735_500_000, 1_735_500_000))


def night_over(folder: Path) -> tuple[float, float]:
    """A night, its steps one after another; its seconds, and the processor's."""
    from flows.steps import night
    from flows.steps.settings import Workspace

    workspace = Workspace(folder)
    total, began = 0.0, time.perf_counter()

    def step(name: str, work: Callable[[], T]) -> T:
        nonlocal total
        before, started = os.times(), time.perf_counter()
        result = work()
        after = os.times()
        user, system = after.user - before.user, after.system - before.system
        total += user + system
        print(f"  {name}: {user + system:.2f} s ({user:.2f} + {system:.2f}), wall {time.perf_counter() - started:.2f}")
        return result

    receipt = step("receive", lambda: night.receive(workspace))
    good = night.keep_plan(workspace)
    loaded = step("load", lambda: night.load(workspace, good.plan.project.timezone))
    computed = step("compute", lambda: night.compute(workspace, good, date(2024, 12, 30)))
    report = step("report", lambda: night.report(workspace, computed))
    step("publish", lambda: night.release(workspace, computed, report))
    campaign = computed.tables["campaign_totals"].row(0, named=True)
    print(
        f"  {len(receipt.received):,} received, {len(loaded.synced.loaded):,} loaded: {total:.2f} CPU seconds;", end=" "
    )
    print(f"{campaign['posts']:,} posts with {campaign['views']:,} views")
    return time.perf_counter() - began, total


def main(files: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
        write_inbox(folder / "inbox", files)
        costs = {}
        for name in ("first night", "the same night again"):
            print(f"{files:,} files of {POSTS} posts, {name}:")
            costs[name] = night_over(folder)
    (seconds, of_cpu), again = costs.values()
    rows.tell(
        f"{files:,} small files, first night without Prefect",
        f"the same night again: {again[0]:.1f} s, {again[1]:.1f} CPU s",
        f"{seconds:.1f} s, {of_cpu:.1f} CPU s",
        f"{AT_MOST * files / FILES:g} s",
        is_met=seconds <= AT_MOST * files / FILES,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FILES)
