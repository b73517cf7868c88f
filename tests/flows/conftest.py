"""One Prefect server on loopback for all tests of this folder, runs that many tests look at, and workspaces to run over."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.steps.init import create_demo
from flows.steps.logs import SHOWN_BY_PREFECT
from flows.steps.settings import Workspace
from tests.conftest import World, new_world
from tests.flows import shared_runs
from tests.flows.shared_runs import Looks, Nights, Unanswered, with_one_post


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


PORT = _free_port()
PREFECT_HOME = tempfile.mkdtemp(prefix="reach-prefect-")
atexit.register(shutil.rmtree, PREFECT_HOME, ignore_errors=True)  # also of the processes that start no server
# Prefect reads its settings when it is imported, so they stand before a test module imports it.
os.environ.update(
    {
        "PREFECT_HOME": PREFECT_HOME,
        "PREFECT_API_URL": f"http://127.0.0.1:{PORT}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        **SHOWN_BY_PREFECT,
    }
)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="package")
def prefect_server() -> Iterator[str]:
    """The address of a running server's API, which this process and its children use."""
    log_file = Path(PREFECT_HOME) / "server.log"
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(PORT),
        "--no-ui",
    ]
    with log_file.open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(os.environ["PREFECT_API_URL"] + "/health", server, log_file)
            yield os.environ["PREFECT_API_URL"]
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


@pytest.fixture
def sample(tmp_path: Path) -> Workspace:
    """A workspace from the bundled sample, before its first night."""
    create_demo(tmp_path / "sample")
    return Workspace(tmp_path / "sample")


@pytest.fixture
def one_post(world: World) -> Workspace:
    return with_one_post(world)


@pytest.fixture(scope="package")
def sample_nights(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Four nights over one workspace, which nobody changes after them."""
    return shared_runs.four_nights(tmp_path_factory.mktemp("nights") / "sample")


@pytest.fixture(scope="package")
def two_looks(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Looks:
    """Two looks at one inbox, of which the second finds nothing new."""
    return shared_runs.two_looks(with_one_post(new_world(tmp_path_factory.mktemp("looks"))))


@pytest.fixture(scope="package")
def unanswered(tmp_path_factory: pytest.TempPathFactory) -> Unanswered:
    """A night that a person starts where no Prefect server answers."""
    return shared_runs.unanswered(with_one_post(new_world(tmp_path_factory.mktemp("unanswered"))))
