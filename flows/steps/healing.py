"""Putting a damaged warehouse aside, so that it is made again from the archive."""

from __future__ import annotations

import logging
from datetime import date

from flows.steps.settings import Workspace
from warehouse.figures.tables import SCHEMA_VERSION
from warehouse.history import store
from warehouse.history.store import Damaged, Newer
from warehouse.publish.snapshot import NothingPublished, query_published

logger = logging.getLogger(__name__)


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
        except Damaged as damage:
            aside = store.put_aside(file, day)
            sentence = f"{damage.how} It was put aside as {aside.name} and is made again from the archive."
            logger.warning("%s", sentence)
            return [sentence]
    return []


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
