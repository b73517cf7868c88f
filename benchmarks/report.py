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

from benchmarks.exports import write_export
from benchmarks.tables import timed
from flows.steps import night
from flows.steps.settings import Workspace
from tests.warehouse.publish.report.browser import chromium, missing, offline, open_page, url

SIZES, RUNS, AS_OF = (5_000, 100_000), 5, date(2024, 12, 30)
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
    made = timed("the report", lambda: night.report(workspace, computed))
    assert not made.problems, made.problems
    timed("written", lambda: night.release(workspace, computed, made))
    return workspace


def weigh(folder: Path) -> None:
    """Prints the folder's size and its three heaviest files."""
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    heaviest = sorted(sizes.items(), key=lambda pair: -pair[1])[:3]
    rows = ", ".join(f"{name} {size / 1e6:.2f} MB" for name, size in heaviest)
    print(f"  {len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB; the heaviest: {rows}", flush=True)


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
