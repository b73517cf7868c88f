"""A Dask cluster of processes on loopback: a scheduler, and workers of one thread each."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.tcp_proxy import Line

_ADDRESS = re.compile(r"Scheduler at: +(tcp://\S+:\d+)\s")
SECONDS = 120
"""As long as a slow machine may take to start a process."""

AFTER: dict[int, Callable[[], object]] = {}
"""What a test does once so many pieces were read. It stands here, since workers are sent what a flow's module holds."""


@dataclass
class Cluster:
    """Where its scheduler answers, and its processes, which a test may kill.

    New workers call the scheduler over ``slow_line`` where there is one.
    """

    address: str
    folder: Path
    scheduler: subprocess.Popen[bytes]
    slow_line: Line | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where the scheduler listens."""
        return int(self.address.rpartition(":")[2])

    def start_worker(self) -> subprocess.Popen[bytes]:
        """One worker more, which has told the scheduler of itself."""
        log = self.folder / f"worker{len(list(self.folder.glob('worker*.log')))}.log"
        arguments = [
            f"tcp://127.0.0.1:{self.slow_line.port}" if self.slow_line else self.address,
            "--nthreads",
            "1",
            "--no-dashboard",
            "--dashboard-address",
            ":0",
            "--no-nanny",
            "--local-directory",
            self.folder,
        ]
        worker = _start("distributed.cli.dask_worker", log, *map(str, arguments))
        self.workers.append(worker)
        _wait_for(lambda: "Registered to" in log.read_text(errors="replace"), worker, log)
        return worker


@contextmanager
def running_cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster whose processes end with the block."""
    log = folder / "scheduler.log"
    arguments = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", ":0"]
    scheduler = _start("distributed.cli.dask_scheduler", log, *arguments)
    made = Cluster("", folder, scheduler)
    try:
        _wait_for(lambda: _ADDRESS.search(log.read_text(errors="replace")) is not None, scheduler, log)
        made.address = _ADDRESS.findall(log.read_text(errors="replace"))[0]
        for _ in range(workers):
            made.start_worker()
        yield made
    finally:
        for process in (*made.workers, made.scheduler):
            process.kill()
            process.wait(30)


def _start(module: str, log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    root = Path(__file__).parents[2]
    # Keys of S3 that a worker has by itself: it is sent none.
    keys = {
        "AWS_ACCESS_KEY_ID": "of a worker",
        "AWS_SECRET_ACCESS_KEY": "of a worker",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    environment = {**os.environ, **keys, "PYTHONPATH": f"{root}", "DASK_LOGGING__DISTRIBUTED": "info"}
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments], stdout=out, stderr=out, cwd=log.parent, env=environment
        )


def _wait_for(is_there: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS
    while not is_there():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"a process of the cluster did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
