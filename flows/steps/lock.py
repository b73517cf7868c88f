"""One night at a time in a workspace, whoever starts it: the schedule, the inbox run or a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from flows.steps.night import AlreadyRunning
from flows.steps.settings import Workspace


@contextmanager
def only_night(workspace: Workspace, wait_seconds: float = 0) -> Iterator[None]:
    """Holds the workspace's nights; this process may hold them twice, and the system lets go where it dies.

    Raises:
        AlreadyRunning: another night still runs after ``wait_seconds``.
    """
    home = workspace.home.resolve()
    lock = FileLock(home / ".night.lock", thread_local=False, is_singleton=True)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise AlreadyRunning(f"A night is already running in {home}; this one did nothing.") from None
    try:
        yield
    finally:
        lock.release()
