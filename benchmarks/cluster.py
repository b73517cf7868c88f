"""One history, read by this machine's process, by the workers of a cluster, and by workers one of which is killed.

Prints what each first night costs as it is typed, without what the workers use, and whether every published table has
the same bytes. The cluster's processes share this machine, so what is shown is that nothing differs and what a cluster
costs; how much faster more machines are, it cannot tell.
Run: python -m benchmarks.cluster [POSTSxDAYS] [--workers N]
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import threading
import time
from pathlib import Path

from benchmarks import typed
from benchmarks.daily_exports import day_of
from benchmarks.same_figures import CLOCKED
from tests.flows.dask_cluster import Cluster, running_cluster

LOADED_BYTES = 4_000_000
"""A warehouse of so many bytes has its first loads, and most are still to come."""


def make(home: Path, posts: int, days: int, address: str = "") -> Path:
    """A workspace with a history, before its first night; where an address is given, a cluster reads it."""
    typed.python("benchmarks.daily_exports", *map(str, (home, posts, 0, days)))
    if address:
        with (home / "reach.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'\n[engine]\nkind = "dask"\naddress = "{address}"\n')
    return home


def published(home: Path) -> dict[str, str]:
    """The hash of each published table's bytes."""
    tables = (table for table in (home / "published" / "parquet").glob("*.parquet") if table.stem not in CLOCKED)
    return {table.stem: hashlib.sha256(table.read_bytes()).hexdigest() for table in tables}


def kill_one(cluster: Cluster, home: Path) -> None:
    """Kills a worker once the first files are in the warehouse."""
    warehouse = home / "warehouse.duckdb"
    while not (warehouse.exists() and warehouse.stat().st_size > LOADED_BYTES):
        time.sleep(0.05)
    cluster.workers[0].kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("history", nargs="?", default="50000x20")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    posts, days = map(int, given.history.split("x"))
    night = ["nightly", "--as-of", f"{day_of(days - 1)}", "--home"]
    with tempfile.TemporaryDirectory() as temporary, typed.prefect_server() as server:
        folder = Path(temporary)
        for name in ("cluster", "killed"):
            (folder / name).mkdir()
        with running_cluster(folder / "cluster", given.workers) as cluster:
            one = make(folder / "one", posts, days)
            by_workers = make(folder / "by-workers", posts, days, cluster.address)
            typed.reach([*night, f"{make(folder / 'before', 10, 1, cluster.address)}"], server)  # what starts once
            for what, home in (("one process", one), (f"{given.workers} workers", by_workers)):
                tell(what, typed.reach([*night, f"{home}"], server), published(home) == published(one))
        with running_cluster(folder / "killed", given.workers) as cluster:
            home = make(folder / "one-killed", posts, days, cluster.address)
            killer = threading.Thread(target=kill_one, args=(cluster, home), daemon=True)
            killer.start()
            cost = typed.reach([*night, f"{home}"], server)
            killed = cluster.workers[0].poll() is not None
        what = f"{given.workers} workers, one killed" if killed else "the night was over before a worker was killed"
        tell(what, cost, published(home) == published(one))


def tell(what: str, cost: typed.Cost, is_same: bool) -> None:
    same = "the same bytes" if is_same else "OTHER BYTES"
    print(
        f"| {what} | {cost.seconds:.1f} s | {cost.cpu_seconds:.1f} CPU s | {cost.peak_mib:,.0f} MiB | {same} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
