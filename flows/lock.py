"""One night at a time in a workspace, whoever starts it: the schedule, the inbox run or a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from flows.settings import Workspace
from flows.steps import AlreadyRunning


@contextmanager
def only_night(workspace: Workspace, wait_seconds: float = 0) -> Iterator[None]:
    """Holds the workspace's nights; the system lets go of it where the process dies.

    Raises:
        AlreadyRunning: another night still runs after ``wait_seconds``.
    """
    lock = FileLock(workspace.home / ".night.lock", timeout=wait_seconds)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunning(
            f"A night is already running in {workspace.home.resolve()}; this one did nothing."
        ) from None
    try:
        yield
    finally:
        lock.release()
