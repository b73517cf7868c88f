"""A night over an export of 500,000 posts as a person types it, from Enter to published.

It runs on a Prefect server of its own. Beside it stand DuckDB's bare read of the same file and a night over an empty
workspace, which is Prefect's own part. Run: python -m benchmarks.nights
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import rows, typed
from benchmarks.exports import PLAN, write_export

POSTS, AT_MOST, PEAK_MIB = 500_000, 6.0, 1536
DAY = "2024-12-30"


def make(home: Path, posts: int) -> None:
    """A workspace with one export of so many posts; 0 for none."""
    (home / "inbox" / DAY).mkdir(parents=True)
    (home / "plan.toml").write_text(PLAN, encoding="utf-8")
    if posts:
        write_export(home / "inbox" / DAY / "export.csv", posts)


def bare(home: Path) -> None:
    """DuckDB's bare read of the export, every column a text."""
    import duckdb

    export = home / "inbox" / DAY / "export.csv"
    statement = f"create table bare as select * from read_csv('{export}', all_varchar = true)"
    typed.print_cost(lambda: duckdb.sql(statement))


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, typed.prefect_server() as server:

        def night(name: str) -> typed.Cost:
            cost = typed.reach(["nightly", "--as-of", DAY, "--home", f"{temporary}/{name}"], server)
            print(f"{name}: {cost.seconds:.1f} s, {cost.cpu_seconds:.1f} CPU s, {cost.peak_mib:,.0f} MiB", flush=True)
            return cost

        typed.python("benchmarks.nights", "make", f"{temporary}/empty", "0")
        typed.python("benchmarks.nights", "make", f"{temporary}/large", f"{POSTS}")
        night("empty")  # the server's first night is no part of what is measured
        empty = night("empty")
        read = typed.measured("benchmarks.nights", "bare", f"{temporary}/large")
        large = night("large")
    beside = [whole - prefects for whole, prefects in zip(large[:2], empty[:2], strict=True)]
    times, of_cpu = beside[0] / read.seconds, beside[1] / read.cpu_seconds
    rows.tell(
        f"an export of {POSTS:,} rows, from Enter to published, beside Prefect's part",
        f"DuckDB's bare read, {read.seconds:.1f} s, {read.cpu_seconds:.1f} CPU s; a night over nothing, "
        f"{empty.seconds:.1f} s, {empty.cpu_seconds:.1f} CPU s",
        f"{large.seconds:.1f} s, {large.cpu_seconds:.1f} CPU s: beside Prefect's part {times:.1f} times the seconds, "
        f"{of_cpu:.1f} times the CPU seconds; peak {large.peak_mib:,.0f} MiB",
        f"at most {AT_MOST:g} times, under {PEAK_MIB:,} MiB",
        is_met=max(times, of_cpu) <= AT_MOST and large.peak_mib < PEAK_MIB,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["bare"]:
        bare(Path(sys.argv[2]))
    else:
        main()
