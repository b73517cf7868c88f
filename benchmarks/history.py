"""What a night costs as the history grows: the first, one with nothing new, and one more day, as a person types them.

Each history is so many posts, exported on so many days. Every night is ``reach nightly --as-of DAY`` in a process of
its own, on one Prefect server; the same nights over an empty workspace are the baseline of the same run. Prints the
seconds, the processor's seconds and the peak memory of each, and of long histories what they have to reach.
Run: python -m benchmarks.history [POSTSxDAYS ...] [--keep FOLDER] [--json FILE [--code NAME]]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import rows, typed
from benchmarks.daily_exports import day_of
from benchmarks.typed import Cost

HISTORIES = ("1000x10", "5000x20", "50000x20", "50000x100", "50000x200")
FIRST, AGAIN, NEXT_DAY, ONE_MORE = "first night", "nothing new, same day", "nothing new, next day", "one more day"
LONG = 100
"""From so many days on a night is held to what it has to reach: of few days each is no small part."""

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
    """The nights over a history, each as it is over, by its name; the workspace is made in ``home``.

    Where it is there, with those days loaded, it goes on, and the first night is not measured.
    """

    def write(first: int, days: int) -> None:
        typed.python("benchmarks.daily_exports", *map(str, (home, history.posts, first, days)))

    def night(number: int) -> Cost:
        return typed.reach(["nightly", "--as-of", f"{day_of(number)}", "--home", f"{home}"], server)

    last = max(history.days, 1) - 1
    if (home / "warehouse.duckdb").exists():
        night(last)
    else:
        write(0, history.days)
        yield FIRST, night(last)
    yield AGAIN, night(last)
    yield NEXT_DAY, night(last + 1)
    if history.days:
        write(last + 1, 1)
        yield ONE_MORE, night(last + 1)
        typed.python("benchmarks.daily_exports", "check", f"{home}", f"{day_of(last + 1)}")


def tell_nothing_new(history: History, costs: dict[str, Cost], empty: dict[str, Cost]) -> None:
    """The rows of nights with nothing new."""
    for name in (AGAIN, NEXT_DAY):
        base = empty[name]
        more = Cost(*(after - before for after, before in zip(costs[name], base, strict=True)))
        rows.tell(
            f"{name}, on {history.readings:,} readings",
            f"the night over nothing: {base.seconds:.1f} s, {base.cpu_seconds:.1f} CPU s, {base.peak_mib:,.0f} MiB",
            f"{more.seconds:+.1f} s, {more.cpu_seconds:+.1f} CPU s, {more.peak_mib:+,.0f} MiB",
            f"at most +{MORE_SECONDS} s, +{MORE_MIB} MiB",
            is_met=max(more.seconds, more.cpu_seconds) <= MORE_SECONDS and more.peak_mib <= MORE_MIB,
        )


def tell_one_more(history: History, costs: dict[str, Cost]) -> None:
    """The row of one more day beside the first night."""
    first, night = costs[FIRST], costs[ONE_MORE]
    parts = night.seconds / first.seconds, night.cpu_seconds / first.cpu_seconds
    rows.tell(
        f"one more day of {history.posts:,} rows, on {history.readings:,} readings",
        f"the first night: {first.seconds:.1f} s, {first.cpu_seconds:.1f} CPU s, {first.peak_mib:,.0f} MiB",
        f"{parts[0]:.0%} of the seconds, {parts[1]:.0%} of the CPU seconds; peak {night.peak_mib:,.0f} MiB",
        f"at most {PART_OF_FIRST:.0%}, under {PEAK_MIB:,} MiB",
        is_met=max(parts) <= PART_OF_FIRST and night.peak_mib < PEAK_MIB,
    )


def tell_growth(history: History, costs: dict[str, Cost], twice: dict[str, Cost]) -> None:
    """The row of one more day on a history that is twice as long."""
    night, later = costs[ONE_MORE], twice[ONE_MORE]
    times = later.seconds / night.seconds, later.cpu_seconds / night.cpu_seconds
    rows.tell(
        f"one more day of {history.posts:,} rows, on {2 * history.readings:,} readings",
        f"the same on {history.readings:,}: {night.seconds:.1f} s, {night.cpu_seconds:.1f} CPU s",
        f"{times[0]:.2f} times the seconds, {times[1]:.2f} times the CPU seconds; peak {later.peak_mib:,.0f} MiB",
        f"at most {GROWTH} times, under {PEAK_MIB:,} MiB",
        is_met=max(times) <= GROWTH and later.peak_mib < PEAK_MIB,
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
        if history.days >= LONG:
            tell_nothing_new(history, costs, empty)
            if FIRST in costs:
                tell_one_more(history, costs)
        if twice := measured.get(History(history.posts, history.days * 2)):
            tell_growth(history, costs, twice)
    if arguments.json:
        measurements = [
            {"code": arguments.code, "readings": history.readings, "night": name, **cost._asdict()}
            for history, costs in ((History(0, 0), empty), *measured.items())
            for name, cost in costs.items()
        ]
        with arguments.json.open("a", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in measurements)


def _row(history: History, name: str, cost: Cost) -> str:
    which = f"{history.readings:,} ({history.posts:,} x {history.days})" if history.readings else "none"
    return f"| {which} | {name} | {cost.seconds:.1f} | {cost.cpu_seconds:.1f} | {cost.peak_mib:,.0f} |"


def _arguments() -> argparse.Namespace:
    def history(text: str) -> History:
        posts, _, days = text.partition("x")
        return History(int(posts), int(days))

    parser = argparse.ArgumentParser(prog="python -m benchmarks.history")
    parser.add_argument("histories", nargs="*", type=history, default=[*map(history, HISTORIES)], metavar="POSTSxDAYS")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="where the workspaces are made, and stay; one goes on"
    )
    parser.add_argument("--code", default="now", help="what the measurements call the code, as before")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="a file to which the measurements are added, a line each"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
