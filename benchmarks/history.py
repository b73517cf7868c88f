"""What a night costs as the history grows: the first, one with nothing new, and one more day, as a person types them.

Each history is so many posts, exported on so many days. Every night is ``reach nightly --as-of DAY`` in a process of
its own, on one Prefect server; the same nights over an empty workspace are the baseline of the same run. Prints the
seconds, the processor's seconds and the peak memory of each, and what the ratios are beside their aims.
Run: python -m benchmarks.history [POSTSxDAYS ...] [--keep FOLDER] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import typed
from benchmarks.daily_exports import day_of
from benchmarks.typed import Cost

HISTORIES = ("1000x10", "5000x20", "50000x20", "50000x100", "50000x200")
FIRST, AGAIN, NEXT_DAY, ONE_MORE = "first night", "nothing new, same day", "nothing new, next day", "one more day"
MORE_SECONDS, MORE_MIB = 3, 100
"""What a night with nothing new may cost beside the same night over an empty workspace."""

PART_OF_FIRST, PEAK_MIB, GROWTH = 0.1, 1024, 1.2
"""What one more day may cost: this part of the first night, this memory, and so much more on twice the history."""


class History(NamedTuple):
    """So many posts, each exported on so many days."""

    posts: int
    days: int

    @property
    def readings(self) -> int:
        return self.posts * self.days


def nights(home: Path, history: History, server: str) -> Iterator[tuple[str, Cost]]:
    """The nights over a history, each as it is over, by its name; the workspace is made in ``home``."""

    def write(first: int, days: int) -> None:
        typed.python("benchmarks.daily_exports", *map(str, (home, history.posts, first, days)))

    def night(number: int) -> Cost:
        return typed.reach(["nightly", "--as-of", f"{day_of(number)}", "--home", f"{home}"], server)

    last = max(history.days, 1) - 1
    write(0, history.days)
    yield FIRST, night(last)
    yield AGAIN, night(last)
    yield NEXT_DAY, night(last + 1)
    if history.days:
        write(last + 1, 1)
        yield ONE_MORE, night(last + 1)


def judged(costs: dict[str, Cost], empty: dict[str, Cost]) -> Iterator[str]:
    """A sentence for each aim that the nights over a history have."""
    for name in (AGAIN, NEXT_DAY):
        more = [after - before for after, before in zip(costs[name], empty[name], strict=True)]
        yield (
            f"{name}, beside an empty workspace: {more[0]:+.1f} s, {more[1]:+.1f} CPU s (at most +{MORE_SECONDS} s), "
            f"{more[2]:+,.0f} MiB (at most +{MORE_MIB})"
        )
    first, one_more = costs[FIRST], costs[ONE_MORE]
    yield (
        f"{ONE_MORE}, beside the first night: {one_more.seconds / first.seconds:.0%} of its seconds, "
        f"{one_more.cpu_seconds / first.cpu_seconds:.0%} of its CPU seconds (at most {PART_OF_FIRST:.0%}); "
        f"peak {one_more.peak_mib:,.0f} MiB (under {PEAK_MIB:,})"
    )


def growth(measured: dict[History, dict[str, Cost]]) -> Iterator[str]:
    """A sentence for each pair of histories of the same posts, of which one is twice as long."""
    for history, costs in measured.items():
        twice = measured.get(History(history.posts, history.days * 2))
        if twice:
            seconds, cpu_seconds, peak = (b / a for a, b in zip(costs[ONE_MORE], twice[ONE_MORE], strict=True))
            yield (
                f"{ONE_MORE}, on {history.readings * 2:,} readings beside {history.readings:,}: {seconds:.2f} times "
                f"the seconds, {cpu_seconds:.2f} times the CPU seconds (at most {GROWTH}), {peak:.2f} times the memory"
            )


def main() -> None:
    arguments = _arguments()
    measured: dict[History, dict[str, Cost]] = {}
    print("| readings | night | s | CPU s | peak MiB |\n| --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as temporary, typed.prefect_server() as server:
        for _ in nights(Path(temporary) / "before", History(0, 0), server):
            """The server's first night and each module's byte code are no part of what is measured."""
        for history in (History(0, 0), *arguments.histories):
            costs = measured[history] = {}
            home = (arguments.keep or Path(temporary)) / f"{history.posts}x{history.days}"
            for name, cost in nights(home, history, server):
                costs[name] = cost
                print(_row(history, name, cost), flush=True)
    empty = measured.pop(History(0, 0))
    for history, costs in measured.items():
        print(f"\n{history.readings:,} readings ({history.posts:,} posts on {history.days} days)")
        print("\n".join(judged(costs, empty)))
    print("\n".join(("", *growth(measured))))
    if arguments.json:
        rows = [
            {"readings": history.readings, "night": name, **cost._asdict()}
            for history, costs in ((History(0, 0), empty), *measured.items())
            for name, cost in costs.items()
        ]
        arguments.json.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _row(history: History, name: str, cost: Cost) -> str:
    which = f"{history.readings:,} ({history.posts:,} x {history.days})" if history.readings else "none"
    return f"| {which} | {name} | {cost.seconds:.1f} | {cost.cpu_seconds:.1f} | {cost.peak_mib:,.0f} |"


def _arguments() -> argparse.Namespace:
    def history(text: str) -> History:
        posts, _, days = text.partition("x")
        return History(int(posts), int(days))

    parser = argparse.ArgumentParser(prog="python -m benchmarks.history")
    parser.add_argument("histories", nargs="*", type=history, default=[*map(history, HISTORIES)], metavar="POSTSxDAYS")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the workspaces are made, and stay")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the measurements are written, a line each")
    return parser.parse_args()


if __name__ == "__main__":
    main()
