"""A past day's totals from the warehouse file, beside the best single DuckDB statement over the same file.

The warehouse is loaded from daily exports of the same posts (:mod:`benchmarks.daily_exports`). Reach and each statement
run in turn, each in a process of its own, with the file in the page cache; a process starts its clock when it has
imported what it needs. The answers are compared. Run: python -m benchmarks.past_day [POSTSxDAYS] [--home FOLDER]
[--json FILE]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable
from datetime import date
from math import inf
from pathlib import Path

import polars as pl

from benchmarks import copied_days, rows, typed
from benchmarks.daily_exports import ACTIVITIES, day_of
from benchmarks.typed import Cost
from connectors.contract import ADDITIVE, METRIC_COLUMNS

PAST_DAY = "totals of a past day"
RUNS, LOADED, HUGE = 3, 200, 10**8
AT_MOST, AT_MOST_HUGE = (1.0, inf), (1.2, 6 * 1024)
"""How many times the best statement, and how many MiB; the second from :data:`HUGE` readings on."""

METRICS = ("views", "likes", "comments", "shares", "clicks")
ANSWER = ("posts", *METRICS, "reach_at_least", "reach_at_most")
KEYS = ("campaign_id", "activity_id")
OURS = "Reach"

POST = "platform, post_id"
_ALL = ", ".join(METRIC_COLUMNS)
_THERE = "from observations where observed_at < timestamp '{before}'"
PACK = 2**44
"""A value takes less, and the seconds since 2000 above it less than what is left of 63 bits."""

LATEST = {
    "arg_max a metric": f"select {POST}, "
    + ", ".join(f"arg_max({m}, observed_at) as {m}" for m in METRIC_COLUMNS)
    + f" {_THERE} group by all",
    "packed max a metric": f"select {POST}, "
    + ", ".join(
        f"(max((epoch_us(observed_at)::hugeint << 62) + {m}) & ((1::hugeint << 62) - 1))::bigint as {m}"
        for m in METRIC_COLUMNS
    )
    + f" {_THERE} group by all",
    "packed max a metric, by the rank of its instant": "with instants as (select observed_at, "
    f"row_number() over (order by observed_at) * {PACK} as rank from (select distinct observed_at {_THERE})) "
    f"select {POST}, "
    + ", ".join(f"max(rank + {m}) % {PACK} as {m}" for m in METRIC_COLUMNS)
    + " from observations join instants using (observed_at) group by all",
    "packed max a metric, by its day": f"select {POST}, "
    + ", ".join(
        f"max((epoch(observed_at)::bigint // 86400 - 10957) * {PACK} + {m}) % {PACK} as {m}" for m in METRIC_COLUMNS
    )
    + f" {_THERE} group by all",
    "arg_max a row": f"select {POST}, unnest(last_row) from (select {POST}, arg_max({{{{"
    + ", ".join(f"{m}: {m}" for m in METRIC_COLUMNS)
    + f"}}}}, observed_at) as last_row {_THERE} group by all)",
    "max and semi join": f"select {POST}, {_ALL} from observations semi join "
    f"(select {POST}, max(observed_at) as observed_at {_THERE} group by all) using ({POST}, observed_at)",
    "qualify": f"select {POST}, {_ALL} {_THERE} "
    f"qualify row_number() over (partition by {POST} order by observed_at desc) = 1",
}
"""The last reading of each post before an instant, in as many ways as are known.

Those of :data:`BY_RULE` take each metric's last known reading, whichever row and instant it is of. The others take a
post's last row, or go by its day: the same only where every export tells every metric and is of another day, as here.
"""

BY_RULE = ("arg_max a metric", "packed max a metric", "packed max a metric, by the rank of its instant")

GIVEN, TEXTS = "given", "by their texts"
OF_TEXTS = f"""
select {POST}, 'c' || number as campaign_id, (number::int % {ACTIVITIES})::varchar as activity_id
from (
    select {POST}, regexp_extract(arg_max(text, observed_at), '#campaign(\\d\\d)', 1) as number
    from posts where observed_at < timestamp '{{before}}' group by all
) where number <> ''
"""
"""Whose each post is, by the hashtag in its newest text."""


def statement(latest: str, attributions: str) -> str:
    """Totals of campaigns and activities, one statement."""
    sums = ", ".join(f"sum({m})::bigint as {m}, count({m}) as {m}_known" for m in (m.column for m in ADDITIVE))
    return (
        f"with latest as ({latest}), taken as ({attributions}) select {', '.join(KEYS)}, count(*) as posts, {sums}, "
        "max(reach) as reach_at_least, sum(reach)::bigint as reach_at_most "
        f"from latest join taken using ({POST}) group by grouping sets ((campaign_id), (activity_id)) order by all"
    )


def of_duckdb(home: Path, day: date, latest: str, attributions: str) -> Callable[[], pl.DataFrame]:
    """The totals by a statement; of ``attributions`` "given" the clock does not start before they are in memory."""
    import duckdb

    from warehouse.readings.latest import day_ends

    before = f"{day_ends(day, 'Asia/Phnom_Penh')}"
    file = str(home / "warehouse.duckdb")
    connection = duckdb.connect()
    if attributions == GIVEN:
        with duckdb.connect(file, read_only=True) as warehouse:
            taken = warehouse.sql(OF_TEXTS.format(before=before)).pl()
        connection.register("taken", taken.to_arrow())
        connection.execute("create table given as from taken")
    else:
        attributions = OF_TEXTS.format(before=before)

    def run() -> pl.DataFrame:
        connection.execute(f"attach '{file}' as warehouse (read_only)")
        query = statement(LATEST[latest].format(before=before), "from given" if attributions == GIVEN else attributions)
        for table in ("observations", "posts"):
            query = query.replace(f"from {table} ", f"from warehouse.{table} ")
        answer: pl.DataFrame = connection.sql(query).pl()
        return answer

    return run


def of_reach(home: Path, day: date) -> Callable[[], pl.DataFrame]:
    """The totals as Reach computes them, from the file."""
    import connectors
    from flows.steps import night
    from flows.steps.settings import Workspace
    from warehouse.day import day_of as day_of_store
    from warehouse.figures import build
    from warehouse.history.rows import is_long
    from warehouse.history.store import open_store

    workspace = Workspace(home)

    def run() -> pl.DataFrame:
        plan = night.read_plan(workspace).plan
        with open_store(workspace.warehouse_file, read_only=True) as store:
            state = day_of_store(store, plan, connectors.PLATFORMS, day, is_counting=is_long(store))
            tables = build.totals(state, [f"{key.removesuffix('_id')}_totals" for key in KEYS])
        return pl.concat(
            [tables[f"{key.removesuffix('_id')}_totals"].select(key, *ANSWER) for key in KEYS], how="diagonal"
        )

    return run


def measure(run: Callable[[], pl.DataFrame], answer: Path) -> None:
    """Runs one of them, prints what it cost, and writes its answer."""
    totals = typed.print_cost(run)
    totals.select(*KEYS, pl.col(ANSWER).cast(pl.Int64)).sort(KEYS).write_parquet(answer)


def make(home: Path, posts: int, days: int) -> None:
    """A workspace whose warehouse holds so many days, :data:`LOADED` of them as they came; one that is there stands."""
    if not (home / "warehouse.duckdb").exists():
        loaded = min(days, LOADED)
        typed.python("benchmarks.daily_exports", f"{home}", f"{posts}", "0", f"{loaded}")
        typed.python("benchmarks.past_day", "--load", f"{home}")
        copied_days.copy(home / "warehouse.duckdb", loaded, days)


def load(home: Path) -> None:
    """Loads what lies in the inbox, as a night does."""
    from flows.steps import night
    from flows.steps.settings import Workspace

    workspace = Workspace(home)
    night.receive(workspace)
    night.load(workspace, night.keep_plan(workspace).plan.project.timezone)


def main() -> None:
    arguments = _arguments()
    posts, _, days = arguments.history.partition("x")
    day = day_of(int(days) * 9 // 10 - 1)
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.home or Path(temporary)
        make(home, int(posts), int(days))
        size = (home / "warehouse.duckdb").stat().st_size / 2**20
        print(f"{int(posts) * int(days):,} readings of {int(posts):,} posts, as of {day}; warehouse {size:,.0f} MiB")
        ways = [(OURS, "")] + [(name, how) for how in (TEXTS, GIVEN) for name in LATEST]
        costs: dict[tuple[str, str], list[Cost]] = {way: [] for way in ways}
        for _ in range(RUNS):
            for way in ways:
                costs[way].append(_in_a_process(home, day, way, Path(temporary) / "answer.parquet"))
    _tell(int(posts) * int(days), costs)
    if arguments.json:
        ours = _median(costs[OURS, ""])
        row = {"code": "now", "readings": int(posts) * int(days), "night": PAST_DAY, **ours._asdict()}
        with arguments.json.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")


def _median(costs: list[Cost]) -> Cost:
    return Cost(*map(statistics.median, zip(*costs, strict=True)))


def _in_a_process(home: Path, day: date, way: tuple[str, str], answer: Path) -> Cost:
    """What one of them costs; its answer has to be what the first one said."""
    expected = answer.with_name("expected.parquet")
    command = ["benchmarks.past_day", "--way", *way, "--day", f"{day}", "--home", f"{home}", "--answer", f"{answer}"]
    cost = typed.measured(*command)
    if not expected.exists():
        answer.rename(expected)
    elif not pl.read_parquet(answer).equals(pl.read_parquet(expected)):
        raise SystemExit(f"{way} gives other totals: {pl.read_parquet(answer)} {pl.read_parquet(expected)}")
    return cost


def _tell(readings: int, costs: dict[tuple[str, str], list[Cost]]) -> None:
    """Prints the medians of each way, and Reach's beside the best statement's."""
    medians = {way: _median(of_way) for way, of_way in costs.items()}
    print("| way | posts' campaigns | s | CPU s | peak MiB |\n| --- | --- | --- | --- | --- |")
    for (name, how), cost in medians.items():
        print(f"| {name} | {how} | {cost.seconds:.2f} | {cost.cpu_seconds:.2f} | {cost.peak_mib:,.0f} |")
    ours = medians[OURS, ""]
    at_most, peak_mib = AT_MOST if readings < HUGE else AT_MOST_HUGE
    for how in (GIVEN, TEXTS):
        of_duckdb = {name: cost for (name, way), cost in medians.items() if way == how}
        by_rule = min((cost, name) for name, cost in of_duckdb.items() if name in BY_RULE)
        best, name = by_rule
        times, of_cpu = ours.seconds / best.seconds, ours.cpu_seconds / best.cpu_seconds
        rows.tell(
            f"{readings:,} readings as of a past day, from the file to totals of campaigns and activities",
            f"the best statement ({name}; posts' campaigns {how}), {best.seconds:.2f} s, {best.cpu_seconds:.2f} CPU s",
            f"{times:.2f} times the seconds, {of_cpu:.2f} times the CPU seconds; "
            f"peak {ours.peak_mib:,.0f} MiB beside {best.peak_mib:,.0f}",
            f"at most {at_most} times" + (f", under {peak_mib:,} MiB" if peak_mib < inf else ""),
            is_met=max(times, of_cpu) <= at_most and ours.peak_mib < peak_mib,
        )
        fastest, name = min((cost, name) for name, cost in of_duckdb.items())
        print(
            f"Beside {name}, which is right for these readings: {ours.seconds / fastest.seconds:.2f} times the seconds"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.past_day")
    parser.add_argument("history", nargs="?", default="50000x200", metavar="POSTSxDAYS")
    parser.add_argument("--home", type=Path, help="the workspace: made where it is not there, and it stays")
    parser.add_argument("--json", type=Path, help="a file to which the measurement is added")
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--way", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--day", type=date.fromisoformat, help=argparse.SUPPRESS)
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    if given.load:
        load(given.load)
    elif given.way:
        name, how = given.way
        one = of_reach(given.home, given.day) if name == OURS else of_duckdb(given.home, given.day, name, how)
        measure(one, given.answer)
    else:
        main()
