"""One night at a time in a workspace, whoever starts it: the schedule, the inbox run or a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from flows.steps.night import NEEDS_A_PERSON, AlreadyRunning
from flows.steps.remembered import archive_held
from flows.steps.settings import Workspace
from warehouse.shortages import shortage_named


@contextmanager
def only_night(workspace: Workspace, wait_seconds: float = 0, *, is_archive_given_up: bool = False) -> Iterator[None]:
    """Holds the workspace's nights; this process may hold them twice, and the system lets go where it dies.

    Args:
        is_archive_given_up: the archive may be less than it was (:func:`flows.steps.remembered.archive_held`).

    Raises:
        AlreadyRunning: another night still runs after ``wait_seconds``.
        Vanished, ClockSetBack: as :func:`flows.steps.remembered.archive_held`.
        Shortage: the machine lacks room, memory or permission; the sentence says which.
    """
    home = workspace.home.resolve()
    lock = FileLock(home / ".night.lock", thread_local=False, is_singleton=True)
    with shortage_named(*NEEDS_A_PERSON):
        try:
            lock.acquire(timeout=wait_seconds)
        except Timeout:
            raise AlreadyRunning(f"A night is already running in {home}; this one did nothing.") from None
        try:
            with archive_held(workspace, is_given_up=is_archive_given_up):
                yield
        finally:
            lock.release()
