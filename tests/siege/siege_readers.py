"""Readers while nights are published: no error, no mix of two nights that cannot be told, never an older one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tests.conftest import meta, new_world, post
from warehouse.figures.tables import MARTS
from warehouse.publish import snapshot

READERS = int(os.environ.get("REACH_READERS", "20"))
"""Readers of each kind."""
NIGHTS = int(os.environ.get("REACH_NIGHTS", "50"))
SECONDS_BETWEEN = float(os.environ.get("REACH_SECONDS_BETWEEN", "1"))
"""How long a night stays the newest at least."""

KINDS = ("reach.duckdb", "one Parquet file", "a night's folder", "parquet/*.parquet")


def test_twenty_readers_of_each_kind_over_fifty_nights(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    tables = world.tables()
    published, stop = tmp_path / "published", tmp_path / "stop"
    publish(published, tables, 1)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "POLARS_MAX_THREADS": "1"}
    readers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.siege.siege_readers", str(published), str(stop)],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(READERS)
    ]  # fmt: skip
    for reader in readers:
        assert reader.stdout is not None
        reader.stdout.readline()  # it has read for the first time
    for night in range(2, NIGHTS + 1):
        publish(published, tables, night)
        time.sleep(SECONDS_BETWEEN)
    stop.touch()
    ends = [reader.communicate(timeout=600) for reader in readers]
    failed = [error for reader, (_, error) in zip(readers, ends, strict=True) if reader.returncode]
    assert failed == []
    sums: dict[str, int] = {}
    for out, _ in ends:
        for name, count in json.loads(out).items():
            sums[name] = sums.get(name, 0) + count
    sys.stderr.write(f"\n{READERS} readers of each kind, {NIGHTS} nights: {json.dumps(sums)}\n")
    assert min(sums[kind] for kind in KINDS) >= READERS * 2


def publish(published: Path, tables: dict[str, pl.DataFrame], night: int) -> None:
    """Publishes a night whose figures are its number."""
    numbered = {name: with_views(table, night) for name, table in tables.items() if name != "about"}
    about = snapshot.about(
        numbered, as_of=date(2024, 12, 30), known_on=None, refreshed_at=datetime(2024, 12, 30) + timedelta(days=night),
        tool_version="1", timezone="UTC", banner=None,
    )  # fmt: skip
    beside = {f"report/page-{page}.html": b"x" * 10_000 for page in range(40)}
    assert snapshot.publish(published, numbered | {"about": about}, beside=beside) == []


def with_views(table: pl.DataFrame, night: int) -> pl.DataFrame:
    return table.with_columns(pl.lit(night, pl.Int64).alias("views")) if "views" in table.columns else table


def read(published: Path, stop: Path) -> dict[str, int]:
    """Reads in every way until ``stop`` is there; how often each way, and how many mixes were met and told."""
    os.nice(5)  # twenty of them leave the nights their share of the machine
    counts = dict.fromkeys((*KINDS, "mixes that were told"), 0)
    last: dict[str, int] = dict.fromkeys(KINDS, 0)
    ids: dict[str, int] = {}
    ways = (of_database, of_one_file, of_a_folder)
    while not stop.exists() or not counts[KINDS[-1]]:
        for kind, way in zip(KINDS, ways, strict=False):
            night = way(published)
            assert night >= last[kind], f"{kind}: {night} after {last[kind]}"
            last[kind] = night
            counts[kind] += 1
        counts["mixes that were told"] += of_all_files(published, ids)
        counts[KINDS[-1]] += 1
        time.sleep(0.05)
        if counts[KINDS[-1]] == 1:
            sys.stdout.write("\n")
            sys.stdout.flush()
    return counts


def the_one(nights: set[Any]) -> int:
    assert len(nights) == 1, nights
    return int(nights.pop())


def of_database(published: Path) -> int:
    with duckdb.connect(str(published / "reach.duckdb"), read_only=True) as figures:
        refreshed = figures.execute("select date_diff('day', '2024-12-30'::timestamp, refreshed_at) from about")
        nights = {row[0] for row in refreshed.fetchall()}
        for table in ("campaign_totals", "project_totals", "post_totals"):
            nights |= {row[0] for row in figures.execute(f"select views from {table}").fetchall()}
    return the_one(nights)


def of_one_file(published: Path) -> int:
    return the_one(set(pl.read_parquet(published / "parquet" / "campaign_totals.parquet")["views"]))


def of_a_folder(published: Path) -> int:
    described = json.loads((published / "manifest.json").read_bytes())
    night, nights = published / described["night"], set[Any]()
    for mart in MARTS:
        file = night / "parquet" / f"{mart.name}.parquet"
        assert pl.read_parquet_metadata(file)["snapshot_id"] == described["snapshot_id"]
        table = pl.read_parquet(file)
        nights |= set(table["views"]) if "views" in table.columns else set()
    for page in range(40):
        assert (night / "report" / f"page-{page}.html").stat().st_size == 10_000
    return the_one(nights | {of_database(night)})


def of_all_files(published: Path, ids: dict[str, int]) -> int:
    """1 where the files were of two nights; which was told by their metadata."""
    named = dict[str, set[int]]()
    for file in sorted((published / "parquet").glob("*.parquet")):
        content = file.read_bytes()
        snapshot_id = pl.read_parquet_metadata(content)["snapshot_id"]
        table = pl.read_parquet(content)
        named.setdefault(snapshot_id, set()).update(table["views"] if "views" in table.columns else ())
    assert all(len(nights) <= 1 for nights in named.values()), named
    for snapshot_id, nights in named.items():
        for night in nights:
            assert ids.setdefault(snapshot_id, night) == night
    return int(len(named) > 1)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(Path(sys.argv[1]), Path(sys.argv[2]))))
