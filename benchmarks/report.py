"""The report page of big campaigns: what making it costs, what it weighs, and how long a browser takes to open it.

Prints, for 5,000 and for 100,000 posts of one campaign, read on two days: seconds and peak memory of making the page,
the folder's size, and seconds until the campaign's, the evidence's and the posts' page stand, from the disk, five
times.
Run: python -m benchmarks.report
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks import rows
from benchmarks.exports import write_export
from benchmarks.tables import costed, timed
from benchmarks.typed import Cost
from flows.steps import night
from flows.steps.settings import Workspace
from tests.warehouse.publish.report.browser import chromium, missing, offline, open_page, url

MOST = 100_000
SIZES, RUNS, AS_OF = (5_000, MOST), 5, date(2024, 12, 30)
AT_MOST_SECONDS, PART_OF_FIRST = 10, 0.1
"""The processor's seconds of workbook and report, and the part of them that the same tables may take again."""

PLAN = """
[project]
name = "Benchmark"
[[activity]]
id = "1"
name = "Everything"
[[campaign]]
id = "all"
activity = "1"
name = "Every post"
match = { text = ["Post"] }
"""
CAPTION = "ប្រជាពលរដ្ឋមានសិទ្ធិទទួលបានព័ត៌មាន " * 8
"""Some 290 letters of Khmer, three bytes each, behind every post."""
PAGES = ("campaign-all.html", "why-all.html#views", "posts.html")


def publish(home: Path, posts: int) -> Workspace:
    """A workspace with one campaign of ``posts`` posts of 40 pages, published with its report."""
    workspace = Workspace(home)
    home.mkdir(parents=True, exist_ok=True)
    workspace.plan_file.write_text(PLAN, encoding="utf-8")
    for day, type_ in (("2024-12-01", "Photos"), ("2024-12-30", "Videos")):
        path = workspace.inbox / day / "export.csv"
        path.parent.mkdir(parents=True)
        write_export(path, posts)
        text = path.read_text(encoding="utf-8-sig").replace("Photos", type_).replace("second line", CAPTION)
        path.write_text(text, encoding="utf-8-sig")
    night.receive(workspace)
    night.load(workspace, "Asia/Phnom_Penh")
    good = night.read_plan(workspace)
    computed = timed("every table", lambda: night.compute(workspace, good, AS_OF))
    first = _written(workspace, computed, "")
    again = _written(workspace, computed, ", again")
    if posts == MOST:
        rows.tell(
            f"workbook and report of {posts:,} posts",
            f"the same again, their tables the same: {again.seconds:.1f} s, {again.cpu_seconds:.1f} CPU s",
            f"{first.seconds:.1f} s, {first.cpu_seconds:.1f} CPU s",
            f"not made where their tables are the same; else {AT_MOST_SECONDS} s of CPU",
            is_met=first.cpu_seconds <= AT_MOST_SECONDS and again.cpu_seconds <= PART_OF_FIRST * first.cpu_seconds,
        )
    return workspace


def _written(workspace: Workspace, computed: night.Computed, when: str) -> Cost:
    """What the report and all that is published cost."""
    made, report = costed(f"the report{when}", lambda: night.report(workspace, computed))
    assert not made.problems, made.problems
    _, written = costed(f"written{when}", lambda: night.release(workspace, computed, made))
    return Cost(report.seconds + written.seconds, report.cpu_seconds + written.cpu_seconds, written.peak_mib)


def weigh(folder: Path) -> None:
    """Prints the folder's size and its three heaviest files."""
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    heaviest = sorted(sizes.items(), key=lambda pair: -pair[1])[:3]
    named = ", ".join(f"{name} {size / 1e6:.2f} MB" for name, size in heaviest)
    print(f"  {len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB; the heaviest: {named}", flush=True)


def open_each(folder: Path) -> None:
    """Prints how long each page takes to stand, with its charts drawn or its list written."""
    if text := missing():
        print(f"  {text}")
        return
    with chromium() as browser:
        for name in PAGES:
            seconds = []
            for _ in range(RUNS):
                context = offline(browser)
                page = context.new_page()
                started = time.perf_counter()
                open_page(page, url(folder, name))
                page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
                seconds.append(time.perf_counter() - started)
                context.close()
            least, median, most = min(seconds), statistics.median(seconds), max(seconds)
            print(f"  {name:20} {least:.2f} / {median:.2f} / {most:.2f} s to open (least, median, most)", flush=True)


def main() -> None:
    for posts in SIZES:
        print(f"{posts:,} posts", flush=True)
        with tempfile.TemporaryDirectory() as temporary:
            home = Path(temporary) / "big"
            subprocess.run([sys.executable, "-m", "benchmarks.report", "publish", str(home), str(posts)], check=True)
            weigh(home / "published" / "report")
            open_each(home / "published" / "report")


if __name__ == "__main__":
    if sys.argv[1:2] == ["publish"]:
        publish(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
