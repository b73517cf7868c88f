"""Nights as a person types them, from Enter to published: over the sample, and over an export of 500,000 posts.

Prints the seconds of each and what it said; of the large one also the processor's seconds, its peak memory, and
DuckDB's bare read of the same file in the same run. Run: python -m benchmarks.nights
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.exports import PLAN, write_export
from flows.steps.init import create_demo
from flows.steps.settings import Workspace

POSTS = 500_000


def typed(home: Path) -> tuple[float, str]:
    """The seconds of a night over a workspace, and its status with the last thing that it said."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    command = [sys.executable, "-m", "flows.cli.main", "nightly", "--as-of", "2024-12-30", "--home", str(home)]
    started = time.perf_counter()
    done = subprocess.run(command, env=outside, capture_output=True, text=True)
    return time.perf_counter() - started, f"status {done.returncode}: {done.stdout.strip()}"


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        sample, large = Path(temporary) / "sample", Workspace(Path(temporary) / "large")
        create_demo(sample)
        for which in ("first night", "the same night again"):
            seconds, told = typed(sample)
            print(f"{which}: {seconds:.1f} s, {told}", flush=True)
        export = large.inbox / "2024-12-30" / "export.csv"
        export.parent.mkdir(parents=True)
        large.plan_file.write_text(PLAN, encoding="utf-8")
        write_export(export, POSTS)
        started = time.perf_counter()
        duckdb.sql(f"create table bare as select * from read_csv('{export}', all_varchar = true)")
        bare = time.perf_counter() - started
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds, told = typed(large.home)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        of_processor = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        peak = used.ru_maxrss / 1024
        print(f"an export of {POSTS:,} posts: {seconds:.1f} s, {of_processor:.1f} s of the processor, {peak:,.0f} MiB")
        print(f"DuckDB's bare read: {bare:.1f} s, so the night takes {seconds / bare:.0f} times that; {told}")


if __name__ == "__main__":
    main()
