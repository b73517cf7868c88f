"""A 100 MB file in each of the worst layouts, beside the plain one: how long reading takes, and how much memory.

Each is read in a process of its own, the plain one and the other in turn, three times; prints the ratio to the plain
one of the same round, and the peak memory. Run: python -m benchmarks.layouts
"""

from __future__ import annotations

import csv
import io
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

SIZE, RUNS = 100_000_000, 3
WORDS = ("right", "to", "information", "សិទ្ធិទទួលបានព័ត៌មាន", "youth", "debate", "វីដេអូ", "#IDUAI2024", "vlog")
HEADER = ("Post ID", "Page ID", "Page name", "Title", "Description", "Publish time", "Permalink", "Post type", "Date",
          "Views", "Reach", "Reactions", "Comments", "Shares", "Total clicks", "Seconds viewed")  # fmt: skip
TIKTOK = (
    "Time",
    "Video title",
    "Video link",
    "Post time",
    "Total likes",
    "Total comments",
    "Total shares",
    "Total views",
)
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


def caption(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=24)) + "\n" + " ".join(chance.choices(WORDS, k=12))


def rows(count: Callable[[int], str] = str, moment: str = "%m/%d/%Y %H:%M") -> list[list[str]]:
    """Rows of a Meta export, as many as make about 100 MB as UTF-8."""
    chance, made, size = random.Random(7), list[list[str]](), 0
    day = datetime(2023, 1, 1)
    while size < SIZE:
        n = len(made)
        views = chance.randrange(2_000_000)
        when = day + timedelta(minutes=3 * n % 1_000_000)
        post, text = f"1221580000{n:08}", caption(chance)
        named = (
            f"{when.day} {MONTHS[when.month - 1]} {when.year} {when:%H:%M}" if moment == "fr" else when.strftime(moment)
        )
        row = [post, "100064500000001", "Mekong", "", text, named, f"https://www.facebook.com/100064500000001/posts/{post}",
               "Photos", "Lifetime", *(count(views // part) for part in (1, 2, 50, 400, 300, 20)),
               f"{views * 1.5:.3f}"]  # fmt: skip
        size += sum(len(cell.encode()) for cell in row) + len(row) + 4
        made.append(row)
    return made


def text_of(header: tuple[str, ...], rows: list[list[str]], mark: str = ",") -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=mark, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def wrapped(text: str) -> str:
    """Each line that holds a quote or a comma as one quoted cell, as genuine files have been saved."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join('"' + line.replace('"', '""') + '"' if set(line) & set('",') else line for line in lines)


def tiktok() -> str:
    """Titles with quotes and commas that nobody escaped."""
    chance, lines, size = random.Random(7), [",".join(f'"{name}"' for name in TIKTOK)], 0
    while size < SIZE:
        n = len(lines)
        title = f'She said "{caption(chance)}", and left'
        link = f"https://www.tiktok.com/@mekong/video/{(1_700_000_000 + n) << 32}"
        lines.append(f'"30 décembre","{title}","{link}","{n % 28 + 1} novembre","{n}","1","2","{n * 7}"')
        size += len(lines[-1].encode())
    return "\n".join(lines)


LAYOUTS: dict[str, Callable[[], bytes]] = {
    "plain": lambda: text_of(HEADER, rows()).encode("utf-8-sig"),
    "UTF-16": lambda: text_of(HEADER, rows()).encode("utf-16"),
    "Windows-1252, Khmer lost": lambda: text_of(HEADER, rows()).encode("cp1252", errors="replace"),
    "semicolons, 21.067, 27.10.23 01:10": lambda: text_of(
        HEADER, rows(lambda n: f"{n:,}".replace(",", "."), "%d.%m.%y %H:%M"), ";"
    ).encode(),
    "Khmer digits, rounded, month names": lambda: text_of(
        HEADER, rows(lambda n: (f"{n:,}".replace(",", " ") if n < 10**5 else f"{n / 1000:.1f}K").translate(KHMER), "fr")
    ).encode(),
    "ids cut by Excel": lambda: text_of(
        HEADER, [[f"{int(row[0]):.5E}".replace("E+", "E+"), *row[1:]] for row in rows()]
    ).encode(),
    "mojibake": lambda: text_of(HEADER, rows()).encode().decode("latin-1").encode(),
    "every line one quoted cell": lambda: wrapped(text_of(HEADER, rows())).encode(),
    "TikTok, quotes not escaped": lambda: tiktok().encode(),
}
"""Each layout by its name: what makes it the worst of its kind."""


def read(path: Path) -> None:
    """Reads one file as a night does, and prints what came of it."""
    import connectors
    from connectors.contract import Raw

    raw = Raw(path.name, path.read_bytes(), datetime(2025, 1, 2), datetime(2025, 1, 3))
    started = time.perf_counter()
    extract = connectors.read(raw, {})[0].extract
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.2f} {peak:.0f} {extract.posts.height} {extract.rejects.height}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{n}.csv" for n, name in enumerate(LAYOUTS)}
        for name, file in files.items():  # in processes of their own: a child's peak begins with its parent's
            subprocess.run([sys.executable, "-m", "benchmarks.layouts", name, str(file)], check=True)
            print(f"{name}: {file.stat().st_size / 1e6:.0f} MB", flush=True)
        for name in [name for name in LAYOUTS if name != "plain"]:
            ratios, seconds, peaks = [], [], []
            for _ in range(RUNS):
                plain, item = (_measured(files[which]) for which in ("plain", name))
                ratios.append(item[0] / plain[0])
                seconds.append(item[0])
                peaks.append(item[1])
            print(
                f"{name}: {min(ratios):.2f} / {statistics.median(ratios):.2f} / {max(ratios):.2f} times plain "
                f"(least, median, most), {statistics.median(seconds):.2f} s, peak {max(peaks):,.0f} MiB, "
                f"{item[2]:,.0f} posts, {item[3]:,.0f} rejected",
                flush=True,
            )


def _measured(path: Path) -> list[float]:
    command = [sys.executable, "-m", "benchmarks.layouts", str(path)]
    return [float(part) for part in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]


if __name__ == "__main__":
    if len(sys.argv) == 3:
        Path(sys.argv[2]).write_bytes(LAYOUTS[sys.argv[1]]())
    elif len(sys.argv) == 2:
        read(Path(sys.argv[1]))
    else:
        main()
