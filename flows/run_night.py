"""One night in this process: the flow as ``reach nightly`` and ``reach demo`` run it.

Prefect is imported when a night begins, not before: its settings are read from the environment then, and a
command that needs no flow does not wait for it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from flows.settings import SettingsError, Workspace
from flows.steps import NoPlan
from warehouse.publish import NotPublished
from warehouse.store import Busy

logger = logging.getLogger(__name__)

MAX_HISTORY_BYTES = 64 * 1024 * 1024
"""Beyond this, what a workspace's own Prefect remembers of its runs is thrown away before the next night."""


class AlreadyRunning(Exception):
    """Another night is at work in the workspace; the sentence says so."""


class Stopped(Exception):
    """A night ended by what nobody foresaw; the sentence says where the log is."""


@dataclass(frozen=True)
class Night:
    """What a night did, for the person who asks next morning."""

    received: int
    loaded: int
    problems: tuple[str, ...]
    published_as_of: date | None

    @property
    def is_partial(self) -> bool:
        return bool(self.problems)


def run_night(workspace: Workspace, as_of: date | None = None) -> Night:
    """Runs the nightly flow over a workspace, on the server that ``PREFECT_API_URL`` names or a passing one.

    Raises:
        AlreadyRunning: another night is at work there; this one did nothing.
        NoPlan, NotPublished, Busy, SettingsError: as the steps say.
        Stopped: anything else; the log file has the traceback.
    """
    try:
        with only_night(workspace):
            _prepare_prefect(workspace.home.resolve())
            from flows.nightly import nightly

            state = nightly(str(workspace.home.resolve()), as_of.isoformat() if as_of else None, return_state=True)
            return state.result()
    except (AlreadyRunning, NoPlan, NotPublished, Busy, SettingsError):
        raise
    except Exception as error:
        _log_traceback()
        said = (str(error).splitlines() or [""])[0]
        raise Stopped(
            f"The night stopped on something unforeseen ({type(error).__name__}: {said}); "
            f"the newest lines in {workspace.logs} say where."
        ) from error


@contextlib.contextmanager
def only_night(workspace: Workspace, wait: float = 0) -> Iterator[None]:
    """Holds the workspace for one night; within this process it may be held again.

    Raises:
        AlreadyRunning: another process still holds it after ``wait`` seconds.
    """
    lock = FileLock(workspace.home.resolve() / ".night.lock", is_singleton=True, thread_local=False)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise AlreadyRunning(
            f"A night is already running in {workspace.home.resolve()}; this one does nothing."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _prepare_prefect(home: Path) -> None:
    """Settles Prefect's settings where the person left them open."""
    passing = not os.environ.get("PREFECT_API_URL")
    defaults = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    }
    if passing:
        defaults["PREFECT_LOGGING_TO_API_ENABLED"] = "false"
        if not os.environ.get("PREFECT_HOME"):
            defaults["PREFECT_HOME"] = str(home / ".prefect")
            _forget_if_large(home / ".prefect")
    for name, value in defaults.items():
        if not os.environ.get(name):
            os.environ[name] = value


def _forget_if_large(history: Path) -> None:
    if history.is_dir() and sum(f.stat().st_size for f in history.glob("prefect.db*")) > MAX_HISTORY_BYTES:
        shutil.rmtree(history, ignore_errors=True)


def _log_traceback() -> None:
    """Keeps the traceback for the engineer: in the log file, not on the screen."""
    record = logger.makeRecord(
        logger.name, logging.ERROR, __file__, 0, "the night stopped on something unforeseen", (), sys.exc_info()
    )
    for handler in logging.getLogger("flows").handlers:
        if isinstance(handler, logging.FileHandler):
            handler.handle(record)
