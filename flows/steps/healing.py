"""Mending what is damaged: the warehouse is made again from the archive, and lost bytes come from the inbox again.

DuckDB holds every block that it reads against a checksum. So a night needs no look at all of a warehouse, which takes
the longer the longer its history is: no figure rests on bytes that are not as they were written, and what a night does
not read is as good tomorrow. ``reach doctor``, and a command that changes something, read all of it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TypeVar

from flows.steps.remembered import ClockSetBack, Vanished
from flows.steps.settings import Workspace
from warehouse.archive.blobs import LostBytes
from warehouse.archive.log_lines import BadLine
from warehouse.archive.receipts import shown_path
from warehouse.archive.remote_blobs import NoArchive
from warehouse.figures.tables import SCHEMA_VERSION
from warehouse.history import damage, following, store
from warehouse.history.damage import Damaged, Newer
from warehouse.history.following import OnLoad, Synced
from warehouse.history.recognised import ReadEach, Reader, in_order
from warehouse.history.store import Busy, Outdated, Store, open_store
from warehouse.publish.snapshot import NothingPublished, query_published
from warehouse.shortages import Shortage

logger = logging.getLogger(__name__)

R = TypeVar("R")

NEEDS_A_PERSON = (BadLine, Busy, ClockSetBack, Damaged, LostBytes, Newer, NoArchive, Outdated, Shortage, Vanished)
"""What archive and warehouse may end a night with that trying again does not mend; each is a sentence."""


def heal(workspace: Workspace, day: date) -> list[str]:
    """Puts the warehouse aside, under a name with this day, where it is damaged; what was done, a sentence.

    All of it is read, and a damaged one twice: what is put aside is not read wrong but written wrong.

    Raises:
        Busy: another process holds it.
        Newer: a newer version of Reach made it, or what is published.
    """
    _refuse_newer(workspace)
    file = workspace.warehouse_file
    try:
        store.require_whole(file)
    except Damaged:
        try:
            store.require_whole(file)
        except Damaged as error:
            aside = damage.put_aside(file, day)
            sentence = f"{error.how} It was put aside as {aside.name} and is made again from the archive."
            logger.warning("%s", sentence)
            return [sentence]
    return []


def past_damage(workspace: Workspace, day: date, step: Callable[[], R]) -> tuple[R, list[str]]:
    """What a step gives, and what was done, a sentence, where it met damage: then it is done a second time.

    Between the two, :func:`heal` puts the warehouse aside. So the step begins with loading, or rests on no load.

    Raises:
        Busy, Newer: as :func:`heal`.
        Damaged: the step meets damage again.
    """
    try:
        return step(), []
    except Damaged as damaged:
        logger.warning("%s", damaged.how)
    healed = heal(workspace, day)
    return step(), healed


def require_opens(workspace: Workspace) -> None:
    """Looks whether warehouse and what is published can be used at all, whatever they hold.

    Raises:
        Busy: another process holds the warehouse.
        Damaged: it does not open.
        Newer: a newer version of Reach made it, or what is published.
    """
    _refuse_newer(workspace)
    if workspace.warehouse_file.exists():
        with open_store(workspace.warehouse_file, read_only=True, is_any_version=True):
            pass


def sync(
    history: Store, workspace: Workspace, reader: Reader, on_load: OnLoad, read_each: ReadEach = in_order
) -> Synced:
    """Makes the history what the archive says; what the archive lost is taken from the inbox again first."""
    synced = following.sync(history, workspace.archive, reader, on_load, read_each)
    if synced.lost and retake(workspace, {lost.sha256 for lost in synced.lost}):
        synced += following.sync(history, workspace.archive, reader, on_load, read_each)
    return synced


def retake(workspace: Workspace, hashes: Iterable[str]) -> set[str]:
    """Takes bytes that the archive lost again, where they still lie in the inbox or are the plan; the hashes of these.

    Raises:
        OSError: they cannot be written.
    """
    contents = still_there(workspace, hashes)
    for sha256, path in contents.items():
        workspace.archive.keep(path.read_bytes())
        logger.warning("%s was lost and is taken from %s again", sha256, shown_path(str(path)))
    return set(contents)


def still_there(workspace: Workspace, hashes: Iterable[str]) -> dict[str, Path]:
    """The files of the inboxes on this machine, and the plan, that have these bytes, by their hash."""
    wanted, there = set(hashes), dict[str, Path]()
    places = {(one.path, one.size) for one in workspace.archive.file_versions() if one.sha256 in wanted}
    files = ((inbox.root, file) for inbox in workspace.folders for file in inbox.files()) if places else ()
    paths = (root.joinpath(*file.names) for root, file in files if (file.path, file.size) in places)
    for path in (*workspace.plan_files, *paths):
        with suppress(OSError):
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            if sha256 in wanted:
                there[sha256] = path
    return there


def _refuse_newer(workspace: Workspace) -> None:
    """What a newer version published is not replaced: whoever reads it would miss tables and columns."""
    try:
        published_with = query_published(workspace.published, "select schema_version from about").item()
    except NothingPublished:
        return
    except Exception:  # it is damaged, and the next night that is published replaces it
        logger.warning("what is published in %s cannot be read", workspace.published, exc_info=True)
        return
    if _numbers(str(published_with)) > _numbers(SCHEMA_VERSION):
        raise Newer(
            f"What is published in {workspace.published} is of a newer version of Reach (tables {published_with}, here "
            f"{SCHEMA_VERSION}): run that version, or set another folder for published in reach.toml."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
