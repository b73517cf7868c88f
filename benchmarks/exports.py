"""A 500,000-row Meta export, from file to warehouse to totals, beside DuckDB's bare read of the same file.

The two in turn, five times, whole processes; prints the times, the median ratios and the peak memory of ours.
Run: python -m benchmarks.exports
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks import rows, typed

ROWS, RUNS, AT_MOST = 500_000, 5, 2.0
HEADER = (
    '"Post ID","Page ID","Page name",Title,Description,"Duration (sec)","Publish time","Caption type",Permalink,'
    '"Is crosspost","Is share","Post type",Languages,"Custom labels","Funded content status","Data comment",Date,Views,'
    'Reach,"Reactions, Comments and Shares",Reactions,Comments,Shares,"Total clicks","Other Clicks",'
    '"Matched Audience Targeting Consumption (Photo Click)","Link Clicks","Seconds viewed","Average Seconds viewed",'
    '"Estimated earnings (USD)"'
)
PLAN = """
[project]
name = "Benchmark"
[[activity]]
id = "1"
name = "Everything"
[[campaign]]
id = "all"
activity = "1"
name = "A hashtag"
match = { hashtags = ["IDUAI2024", "ច្បាប់ព័ត៌មាន"] }
"""


def write_export(path: Path, count: int = ROWS) -> None:
    """A Meta Business Suite content export of ``count`` posts of 40 pages, with captions of several lines."""
    chance = random.Random(7)
    day = datetime(2024, 1, 1)
    tags = ("#IDUAI2024", "#ច្បាប់ព័ត៌មាន", "#budget", "")
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        out.write(HEADER + "\n")
        for n in range(count):
            page = 100064500000001 + n % 40
            post = 122158000000000001 + n
            when = (day + timedelta(minutes=n % 525_000)).strftime("%m/%d/%Y %H:%M")
            text = f"Post {n} of the page\n\nសិទ្ធិទទួលបានព័ត៌មាន, second line {chance.choice(tags)}"
            views = chance.randrange(10_000)
            likes, comments, shares = views // 50, views // 400, views // 300
            out.write(
                f'{post},{page},"Page {n % 40}","","{text}",0,{when},N/A,https://www.facebook.com/{page}/posts/{post},0,0,'
                f"Photos,,,,,Lifetime,{views},{views // 2},{likes + comments + shares},{likes},{comments},{shares},"
                f"{views // 20},{views // 40},{views // 40},0,{views * 1.5:.3f},1.5,0\n"
            )


def ours(folder: Path) -> None:
    """Archive, load and every table of totals, as a night does it."""
    from flows.steps import night
    from flows.steps.settings import Workspace
    from warehouse.figures import build

    workspace = Workspace(folder)
    started = time.perf_counter()
    night.receive(workspace)
    good = night.read_plan(workspace)
    received = time.perf_counter()
    night.load(workspace, good.plan.project.timezone)
    loaded = time.perf_counter()
    state = night.read_state(workspace, good, night.today(good.plan.project.timezone))
    campaign = build.totals(state)["campaign_totals"].row(0, named=True)
    computed = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  archive {received - started:.2f} s, load {loaded - received:.2f} s, totals {computed - loaded:.2f} s")
    print(f"  {campaign['posts']:,} posts with {campaign['views']:,} views; peak memory {peak:,.0f} MB")


def baseline(folder: Path) -> None:
    """DuckDB's bare read, every column a text."""
    import duckdb

    export = next((folder / "inbox").glob("*.csv"))
    with duckdb.connect(str(folder / "bare.duckdb")) as connection:
        connection.execute(f"create table t as select * from read_csv('{export}', all_varchar=true)")
        print(f"  {connection.sql('select count(*) from t').fetchall()[0][0]:,} rows")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "inbox").mkdir()
        (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
        export = folder / "inbox" / "Jan-01-2024_Dec-30-2024_1234567890123456.csv"
        write_export(export)
        print(f"{ROWS:,} rows, {export.stat().st_size / 1e6:.0f} MB")
        export.read_bytes()  # both find it in the page cache
        os.utime(export, (1_735_500_000, 1_735_500_000))  # no file that may still be on its way in
        pairs = []
        for _ in range(RUNS):
            costs = {}
            for what in ("baseline", "ours"):
                for made in ("archive", "warehouse.duckdb", "bare.duckdb"):
                    shutil.rmtree(folder / made) if (folder / made).is_dir() else (folder / made).unlink(
                        missing_ok=True
                    )
                costs[what] = typed.python("benchmarks.exports", what, f"{folder}", is_shown=True)
                print(f"{what}: {costs[what].seconds:.2f} s, {costs[what].cpu_seconds:.2f} CPU s", flush=True)
            pairs.append((costs["ours"], costs["baseline"]))
    ratios = [ours.seconds / bare.seconds for ours, bare in pairs]
    of_cpu = statistics.median(ours.cpu_seconds / bare.cpu_seconds for ours, bare in pairs)
    print(f"ratio: {min(ratios):.2f} / {statistics.median(ratios):.2f} / {max(ratios):.2f} (least, median, most)")
    rows.tell(
        f"an export of {ROWS:,} rows, from file to totals",
        f"DuckDB's bare read, {statistics.median(bare.seconds for _, bare in pairs):.1f} s, "
        f"{statistics.median(bare.cpu_seconds for _, bare in pairs):.1f} CPU s",
        f"{statistics.median(ratios):.2f} times the seconds, {of_cpu:.2f} times the CPU seconds; "
        f"peak {max(ours.peak_mib for ours, _ in pairs):,.0f} MiB",
        f"at most {AT_MOST:g} times",
        is_met=max(statistics.median(ratios), of_cpu) <= AT_MOST,
    )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        {"ours": ours, "baseline": baseline}[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
