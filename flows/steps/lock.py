"""One night at a time in a workspace, whoever starts it: the schedule, the inbox run or a person."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from filelock import FileLock, Timeout

from flows.steps import remembered
from flows.steps.night import NEEDS_A_PERSON, AlreadyRunning
from flows.steps.recovery import recover
from flows.steps.settings import SettingsError, Workspace
from warehouse.shortages import shortage_named

NO_LOCKS = (
    "The file system of {home} has no locks ({error}), so two nights could run into each other, and DuckDB opens "
    "nothing there: move the workspace to another disk, or have whoever runs the share switch locks on."
)

_WITHOUT_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK}


@contextmanager
def only_night(
    workspace: Workspace,
    wait_seconds: float = 0,
    hold: Callable[[Workspace], AbstractContextManager[None]] = remembered.archive_held,
) -> Iterator[None]:
    """Holds the workspace's nights; this process may hold them twice, and the system lets go where it dies.

    What a run that died left behind is put in order first.

    Args:
        hold: what is asked of the archive that was here before (:mod:`flows.steps.remembered`).

    Raises:
        AlreadyRunning: another night still runs after ``wait_seconds``.
        Vanished, ClockSetBack: as ``hold``.
        SettingsError: the workspace lies on a file system without locks.
        Shortage: the machine lacks room, memory or permission; the sentence says which.
    """
    home = workspace.home.resolve()
    lock = FileLock(home / ".night.lock", thread_local=False, is_singleton=True, fallback_to_soft=False)
    with shortage_named(*NEEDS_A_PERSON):
        try:
            lock.acquire(timeout=wait_seconds)
        except Timeout:
            raise AlreadyRunning(f"A night is already running in {home}; this one did nothing.") from None
        except NotImplementedError as error:  # what filelock makes of ENOSYS
            raise SettingsError(NO_LOCKS.format(home=home, error=error.__cause__)) from error
        except OSError as error:
            if error.errno in _WITHOUT_LOCKS:
                raise SettingsError(NO_LOCKS.format(home=home, error=error.strerror)) from error
            raise
        try:
            with hold(workspace):
                if lock.lock_counter == 1:
                    recover(workspace)
                yield
        finally:
            lock.release()
