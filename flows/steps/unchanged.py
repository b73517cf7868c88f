"""A night to which nothing came: what is published stands, and what was to be told of it is told again."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.steps import khmer_files, network, news, night, program
from flows.steps.loaded import Loaded
from flows.steps.night import GoodPlan
from flows.steps.settings import Workspace
from warehouse import file_system
from warehouse.publish import nights
from warehouse.publish.snapshot import NothingPublished, read_tables

logger = logging.getLogger(__name__)

LAST = ".last-night.json"
TABLES = ("about", "project_totals", "campaign_totals", "source_freshness", "source_files")
"""The published tables of which a night tells."""


class StillPublished(NamedTuple):
    """What a night published that stands: its day, its tables, and what is to be told of it each night."""

    as_of: date
    tables: dict[str, pl.DataFrame]
    problems: tuple[str, ...]
    to_look_at: tuple[str, ...]


def still_published(workspace: Workspace, good: GoodPlan, as_of: date, loaded: Loaded) -> StillPublished | None:
    """What is published, where it was made of all that a night would make it of now; else None.

    That is everything in the archive that a figure rests on, the plan, the settings, the corrected texts in Khmer, the
    pictures, the members' nights, the day and the program. Every file of the published night has to lie where it was
    put, as it was written.
    """
    if any((loaded.synced.loaded, loaded.synced.refused, loaded.synced.dropped, loaded.synced.lost)):
        return None
    try:
        last = json.loads((workspace.home / LAST).read_bytes())
        manifest = nights.manifest(workspace.published)
        if last["made_of"] != _made_of(workspace, good, as_of) or last["night"] != manifest["night"]:
            return None
        if manifest.get("members", {}) != network.snapshots(workspace):
            return None
        if not nights.is_whole(workspace.published):
            return None
        tables = read_tables(workspace.published, dict.fromkeys(TABLES, ()))
        return StillPublished(as_of, tables, tuple(last["problems"]), tuple(last["to_look_at"]))
    except (OSError, ValueError, KeyError, TypeError, NothingPublished):
        return None


def remember(
    workspace: Workspace, good: GoodPlan, as_of: date, problems: Sequence[str], to_look_at: Sequence[str]
) -> None:
    """Remembers what a night was made of that was just published, and what is to be told of it each night.

    Where it cannot be written, the log says so, and the next night computes.
    """
    last = {
        "made_of": _made_of(workspace, good, as_of),
        "night": nights.manifest(workspace.published)["night"],
        "problems": list(problems),
        "to_look_at": list(to_look_at),
    }
    try:
        _write(workspace.home / LAST, json.dumps(last, indent=1, ensure_ascii=False))
    except OSError as error:
        logger.warning("what was published is not remembered, and the next night computes it again: %s", error)


def forget(workspace: Workspace) -> None:
    """Lets the next night compute, whatever it is made of."""
    (workspace.home / LAST).unlink(missing_ok=True)


def _made_of(workspace: Workspace, good: GoodPlan, as_of: date) -> str:
    digest = hashlib.sha256(good.text)
    parts = (
        program.fingerprint(),
        news.rests_on(workspace),
        as_of,
        night.is_reported(good.plan, as_of),
        good.mistakes,
        workspace.settings.model_dump_json(),
        khmer_files.read(workspace).sentences,
    )
    digest.update(repr(parts).encode())
    return digest.hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    """Replaces a file whole, so that a killed run leaves the one before."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    file_system.replace(unfinished, path)
