"""What a run that was cut short left behind: it is completed, taken away, or read to its end."""

from __future__ import annotations

import logging
import os
import signal
from contextlib import suppress
from pathlib import Path

from flows.steps import freezing, night, privacy
from flows.steps.loaded import Loaded
from flows.steps.settings import Workspace
from warehouse.archive.log_lines import BadLine
from warehouse.history import catching_up
from warehouse.history.store import open_store, tidy
from warehouse.publish import nights

logger = logging.getLogger(__name__)

_NIGHT_OF = "NIGHT_OF_REACH_WORKSPACE"
"""Variable of the environment that marks what a night starts."""


def recover(workspace: Workspace) -> None:
    """Completes the night that a killed run had begun to show, and takes away what dead runs left half-made.

    The night's lock has to be held, so that nothing of a live run is taken for a dead one's. What cannot be done is
    logged, and stands in nobody's way: the next night replaces it.
    """
    try:
        with privacy.for_readers(workspace):
            stuck = nights.complete(workspace.published)
        for name in stuck:
            logger.warning("%s is held open by somebody and keeps its old state until the next run", name)
    except OSError as error:
        logger.warning("the night that a killed run had begun to show could not be completed: %s", error)
    with suppress(BadLine):  # it is told by whatever reads the log next
        for problem in freezing.write_missing(workspace):
            logger.warning("%s", problem)
    workspace.archive.blobs.remove_unfinished()
    tidy(workspace.warehouse_file)
    _end_orphans(workspace)


def mark_children(workspace: Workspace) -> None:
    """Marks what this process starts from now on as of this workspace's night, for when this process dies."""
    os.environ[_NIGHT_OF] = str(workspace.home.resolve())


def _end_orphans(workspace: Workspace) -> None:
    """Ends what a night that was killed had started: Prefect's server lives on without it.

    Only systems with ``/proc`` can be asked for that. What this process started itself, in a night before, goes on.
    """
    mark = f"{_NIGHT_OF}={workspace.home.resolve()}".encode()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # another user's, or gone by now
            if mark not in environment.read_bytes().split(b"\0"):
                continue
            pid, after_name = (
                int(environment.parent.name),
                environment.with_name("stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2],
            )
            parent = int(after_name.split()[1])
            if os.getpid() not in (pid, parent):
                logger.info("process %s, which a killed night had started, is ended", pid)
                os.kill(pid, signal.SIGTERM)


def is_behind(workspace: Workspace) -> bool:
    """Whether the archive has what the warehouse does not follow yet, or follows by half."""
    archive = workspace.archive
    if not workspace.warehouse_file.exists():
        return archive.count(*catching_up.EVENTS) > 0
    with open_store(workspace.warehouse_file, read_only=True, is_any_version=True) as store:
        return not store.is_current() or catching_up.is_behind(store, archive)


def catch_up(workspace: Workspace) -> Loaded | None:
    """Reads what the archive has and the warehouse does not follow yet; None where it follows everything.

    Raises:
        NoPlan: there is no plan, whose time zone is needed for that.
        Busy: another process holds the warehouse.
    """
    if not is_behind(workspace):
        return None
    return night.load(workspace, night.read_plan(workspace).plan.project.timezone)
