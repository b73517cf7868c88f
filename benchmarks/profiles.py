"""Where a night's seconds of the processor go: one night over a workspace, looked at every few milliseconds.

What the process used since the last look, in all its threads, counts for the functions at work in the main one, so that
what polars and DuckDB do meanwhile counts for the function that waits for them. Prints the functions of Reach that took
most, with all that they call. Run: python -m benchmarks.profiles HOME DAY
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from benchmarks import typed

ROOT, PACKAGES = Path(__file__).parent.parent, ("connectors", "warehouse", "flows")
EVERY, SHOWN = 0.004, 45
"""Seconds between two looks, and how many functions are shown."""


class Sampler(threading.Thread):
    """Looks at one thread: ``together`` and ``alone`` are the seconds of each function, with what it calls and without.

    A function's own seconds hold what libraries do for it.
    """

    def __init__(self, thread: int) -> None:
        super().__init__(daemon=True)
        self.is_over = threading.Event()
        self.together: Counter[str] = Counter()
        self.alone: Counter[str] = Counter()
        self._thread = thread

    def run(self) -> None:
        last = time.process_time()
        while not self.is_over.wait(EVERY):
            now = time.process_time()
            names = list(self._at_work())
            self.alone.update(dict.fromkeys(names[:1], now - last))
            self.together.update(dict.fromkeys(names, now - last))
            last = now

    def _at_work(self) -> Iterator[str]:
        """The functions of Reach on the thread's stack, the innermost first."""
        frame = sys._current_frames().get(self._thread)
        while frame:
            if name := name_of(frame.f_code.co_filename, frame.f_code.co_name):
                yield name
            frame = frame.f_back


@cache
def name_of(file: str, function: str) -> str:
    """``warehouse/day.py::day_of``; empty for what is not Reach's."""
    path = Path(file)
    is_of_reach = path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in PACKAGES
    return f"{path.relative_to(ROOT)}::{function}" if is_of_reach and function[0] != "<" else ""


def night(home: Path, day: date) -> None:
    """Runs a night in this process and prints where its seconds went."""
    from flows.run_night import run_night
    from flows.steps.settings import Workspace

    before, sampler = time.process_time(), Sampler(threading.get_ident())
    sampler.start()
    run_night(Workspace(home), day)
    sampler.is_over.set()
    sampler.join()
    print(f"A night over {home.name} as of {day}: {time.process_time() - before:.1f} CPU s")
    print("    CPU s    alone")
    for name, seconds in sampler.together.most_common(SHOWN):
        print(f"{seconds:9.2f} {sampler.alone[name]:8.2f}  {name}")


if __name__ == "__main__":
    if "PREFECT_API_URL" in os.environ:
        night(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
    else:
        with typed.prefect_server() as server:
            os.environ["PREFECT_API_URL"] = server
            typed.python("benchmarks.profiles", *sys.argv[1:], is_shown=True)
