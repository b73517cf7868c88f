"""What commands cost as a person types them: seconds, the processor's seconds and the peak of memory of each."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Cost(NamedTuple):
    """Of one process and the children that it waited for."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def python(*arguments: str, environment: dict[str, str] | None = None, is_shown: bool = False) -> Cost:
    """What ``python -m ARGUMENTS`` costs; what it prints is shown at once, or only where it fails.

    The peak of a process begins with what the process that starts it uses, so a benchmark makes its inputs in
    processes of their own too.

    Raises:
        RuntimeError: it ended with another status than 0; its last lines.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        where = None if is_shown else output
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", *arguments], env=environment, stdout=where, stderr=where)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}: {output.read()[-2000:]}")
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measured(*arguments: str) -> Cost:
    """What a part of ``python -m ARGUMENTS`` costs, which prints it with :func:`print_cost` and nothing else.

    Raises:
        subprocess.CalledProcessError: it ended with another status than 0.
    """
    command = [sys.executable, "-m", *arguments]
    return Cost(*json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


def print_cost(part: Callable[[], T]) -> T:
    """What a function returns, after what it cost in this process was printed for :func:`measured`."""
    before, started = os.times(), time.perf_counter()
    result = part()
    seconds, after = time.perf_counter() - started, os.times()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(Cost(seconds, after.user + after.system - before.user - before.system, peak)))
    return result


def reach(arguments: Sequence[str], server: str) -> Cost:
    """What ``reach ARGUMENTS`` costs, with the Prefect server at this address.

    Raises:
        RuntimeError: as :func:`python`.
    """
    return python("flows.cli.main", *arguments, environment=_environment(PREFECT_API_URL=server))


@contextmanager
def prefect_server() -> Iterator[str]:
    """The address of a Prefect server of its own, which has answered.

    Raises:
        RuntimeError: it does not answer; the last lines of its log.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/api"
    with tempfile.TemporaryDirectory(prefix="reach-prefect-", ignore_cleanup_errors=True) as home:
        given = {"PREFECT_HOME": home, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
        log = Path(home) / "server.log"
        command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--host", "127.0.0.1"]
        with log.open("wb") as out:
            server = subprocess.Popen(
                [*command, "--port", f"{port}"], env=_environment(**given), stdout=out, stderr=out
            )
        try:
            _wait_for(f"{address}/health", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"Prefect's server did not start: {log.read_text(errors='replace')[-2000:]}")


def _environment(**given: str) -> dict[str, str]:
    """The caller's environment without settings of Prefect or Reach, but for those that are given."""
    left = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REACH_"))}
    left.pop("PYTHONDONTWRITEBYTECODE", None)
    return left | given
