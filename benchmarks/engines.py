"""One rollup in several engines: the last known reading of each metric a post as of a day, summed by campaign.

The engines are no dependencies of Reach. Each is installed into an environment of its own, whose Python is named:

    python -m benchmarks.engines make FOLDER            32 partitions of 100,000 readings
    python -m benchmarks.engines run FOLDER polars=/envs/polars/bin/python dask=/envs/dask/bin/python --times 3

Each run is a process with all its children in a control group of its own (version 1, as root), which counts their
processor seconds and peak memory. The engines run in turn; the rows of each are held to those of the first one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

PARTITIONS, POSTS, DAYS, AS_OF = 32, 1_000, 100, 80
"""Of each partition: its posts, and the days on which each was read. The day counts from 0 on."""
CAMPAIGNS = 20
FIRST = datetime(2024, 1, 1, 20, tzinfo=UTC)
METRICS = ("views", "impressions", "likes", "comments", "shares", "saves", "clicks", "reach", "watch_ms")
WORKERS = 2
GROUPS = [Path(f"/sys/fs/cgroup/{controller}/reach-engines") for controller in ("cpuacct", "memory")]
Row = tuple[str | int | None, ...]


def as_of() -> datetime:
    """The first instant after the day."""
    return FIRST.replace(hour=0) + timedelta(days=AS_OF + 1)


def make(folder: Path) -> None:
    """Writes the partitions, and ``campaigns.parquet``; some metrics are not known at some readings."""
    import polars as pl

    folder.mkdir(parents=True)
    for part in range(PARTITIONS):
        n, day = pl.col("n"), pl.col("day")
        metrics = [
            pl.when((n * 31 + day * 7 + place * 13) % 10 > 0)
            .then(n * (place + 3) % 9_973 + day * (place + 1))
            .alias(name)
            for place, name in enumerate(METRICS)
        ]
        first = part * POSTS
        frame = pl.select(n=pl.int_range(first, first + POSTS)).join(pl.select(day=pl.int_range(DAYS)), how="cross")
        frame.sort("day", n * 7919 % 1_000).select(
            pl.format("post-{}", n).alias("post_id"),
            (pl.lit(FIRST) + pl.duration(days=day, minutes=n % 200)).alias("observed_at"),
            *metrics,
        ).write_parquet(folder / f"part-{part:02}.parquet")
    n = pl.col("n")
    pl.select(n=pl.int_range(PARTITIONS * POSTS)).filter(n % 5 < 4).select(
        pl.format("post-{}", n).alias("post_id"), pl.format("campaign-{}", n // 5 % CAMPAIGNS).alias("campaign_id")
    ).write_parquet(folder / "campaigns.parquet")


def with_polars(folder: Path) -> list[Row]:
    return _polars_rows([_polars_part([f"{part}" for part in _parts(folder)], folder)])


def with_dask(folder: Path) -> list[Row]:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        futures = client.map(_polars_part, [[f"{part}"] for part in _parts(folder)], folder=folder)
        return _polars_rows(client.gather(futures))


def with_ray(folder: Path) -> list[Row]:
    import ray

    ray.init(num_cpus=WORKERS, include_dashboard=False, log_to_driver=False, object_store_memory=200_000_000)
    of_part = ray.remote(_polars_part)
    rows = _polars_rows(ray.get([of_part.remote([f"{part}"], folder) for part in _parts(folder)]))
    ray.shutdown()
    return rows


def _polars_part(parts: list[str], folder: Path):  # a polars frame, which not every engine's environment has
    import polars as pl

    return (
        pl.scan_parquet(parts)
        .filter(pl.col("observed_at") < as_of())
        .sort("observed_at")
        .group_by("post_id")
        .agg(pl.col(name).drop_nulls().last() for name in METRICS)
        .join(pl.scan_parquet(folder / "campaigns.parquet"), on="post_id")
        .group_by("campaign_id")
        .agg(pl.len().alias("posts"), pl.col(METRICS).sum(), pl.col(METRICS).count().name.suffix("_known"))
        .collect()
    )


def _polars_rows(frames: Sequence) -> list[Row]:
    import polars as pl

    together = pl.concat(frames).group_by("campaign_id").agg(pl.all().sum())
    return together.select("campaign_id", "posts", *METRICS, *(f"{name}_known" for name in METRICS)).rows()


def with_duckdb(folder: Path) -> list[Row]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"set threads = {WORKERS}; set timezone = 'UTC'")
        last = _listed("arg_max({0}, observed_at) as {0}")
        return connection.execute(_sql(last, "read_parquet('{}')", folder)).fetchall()


def with_spark(folder: Path) -> list[Row]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{WORKERS}]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", 2 * WORKERS)
    with builder.config("spark.driver.memory", "2g").getOrCreate() as spark:
        last = _listed("max_by({0}, observed_at) filter (where {0} is not null) as {0}")
        return [tuple(row) for row in spark.sql(_sql(last, "parquet.`{}`", folder)).collect()]


def with_daft(folder: Path) -> list[Row]:
    """Daft has no ``arg_max``: each figure is packed below the minute of its reading into 63 bits, and unpacked."""
    import daft

    low = 2**40
    minute = (daft.col("observed_at").cast(daft.DataType.int64()) - int(FIRST.timestamp()) * 10**6) // 60_000_000
    readings = daft.read_parquet(f"{folder}/part-*.parquet").where(daft.col("observed_at") < daft.lit(as_of()))
    packed = readings.select("post_id", *((minute * low + daft.col(name)).alias(name) for name in METRICS))
    last = packed.groupby("post_id").agg(*(daft.col(name).max() for name in METRICS))
    figures = last.select("post_id", *((daft.col(name) % low).alias(name) for name in METRICS))
    joined = figures.join(daft.read_parquet(f"{folder}/campaigns.parquet"), on="post_id")
    sums = [daft.col(name).sum() for name in METRICS]
    known_counts = [daft.col(name).count().alias(f"{name}_known") for name in METRICS]
    made = (
        joined.groupby("campaign_id").agg(daft.col("post_id").count().alias("posts"), *sums, *known_counts).to_pydict()
    )
    return list(
        zip(*(made[name] for name in ("campaign_id", "posts", *METRICS, *(f"{m}_known" for m in METRICS))), strict=True)
    )


def _listed(of_metric: str) -> str:
    return ", ".join(of_metric.format(name) for name in METRICS)


def _sql(last: str, table: str, folder: Path) -> str:
    """The rollup as SQL, by how an engine says the last known figure, and how it names a file."""
    readings, campaigns = (table.format(folder / name) for name in ("part-*.parquet", "campaigns.parquet"))
    sums = _listed("cast(sum({0}) as bigint) as {0}")
    return (
        f"with latest as (select post_id, {last} from {readings} "
        f"where observed_at < timestamp '{as_of():%Y-%m-%d %H:%M:%S}+00' group by post_id) "
        f"select campaign_id, count(*) as posts, {sums}, {_listed('count({0}) as {0}_known')} "
        f"from latest join {campaigns} using (post_id) group by campaign_id"
    )


ENGINES: dict[str, Callable[[Path], list[Row]]] = {
    "polars": with_polars,
    "dask": with_dask,
    "ray": with_ray,
    "daft": with_daft,
    "duckdb": with_duckdb,
    "spark": with_spark,
}


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.parquet"))


def _measured(python: str, engine: str, folder: Path) -> tuple[float, float, float, list[Row]]:
    """Seconds, processor seconds and peak MiB of a run with all its processes, and its rows."""
    processor, memory = GROUPS
    for group in GROUPS:
        group.mkdir(exist_ok=True)
    (processor / "cpuacct.usage").write_text("0")
    (memory / "memory.max_usage_in_bytes").write_text("0")

    def into_groups() -> None:
        for group in GROUPS:
            (group / "cgroup.procs").write_text(f"{os.getpid()}")

    started = time.perf_counter()
    command = [python, "-m", "benchmarks.engines", "one", f"{folder}", engine]
    done = subprocess.run(command, preexec_fn=into_groups, stdout=subprocess.PIPE, check=True, timeout=600)
    seconds = time.perf_counter() - started
    time.sleep(1)  # what an engine leaves behind ends
    cpu_seconds = int((processor / "cpuacct.usage").read_text()) / 1e9
    peak = int((memory / "memory.max_usage_in_bytes").read_text()) / 2**20
    return seconds, cpu_seconds, peak, [tuple(row) for row in json.loads(done.stdout.splitlines()[-1])]


def run(folder: Path, pythons: dict[str, str], times: int) -> None:
    """Runs the engines in turn, and prints the median of each one's costs."""
    costs: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    rows: dict[str, list[Row]] = {}
    for _ in range(times):
        for engine, python in pythons.items():
            *cost, rows[engine] = _measured(python, engine, folder)
            costs[engine].append((cost[0], cost[1], cost[2]))
            print(engine, [round(each, 1) for each in cost], file=sys.stderr, flush=True)
    first = next(iter(rows.values()))
    print("| engine | CPU s | wall s | peak MiB | rows |\n| --- | --- | --- | --- | --- |")
    for engine, each in costs.items():
        seconds, cpu, peak = (statistics.median(column) for column in zip(*each, strict=True))
        print(
            f"| {engine} | {cpu:.1f} | {seconds:.1f} | {peak:,.0f} | {'equal' if rows[engine] == first else 'OTHER'} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", choices=("make", "run", "one"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("engines", nargs="*", metavar="ENGINE=PYTHON")
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    folder = given.folder.resolve()
    if given.what == "make":
        make(folder)
    elif given.what == "run":
        run(folder, dict(each.split("=", 1) for each in given.engines), given.times)
    else:
        print(json.dumps(sorted(ENGINES[given.engines[0]](folder))))


if __name__ == "__main__":
    main()
