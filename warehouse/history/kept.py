"""What a night keeps for the next one: the rows of a long history that can still count, and what its past days gained.

It lies in a folder beside the warehouse and may be taken away at any time: a night that finds none, or one that does
not suit, looks at the whole history again and comes to the same figures. It suits while every load that it was made of
counts as it did.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from warehouse import file_system

logger = logging.getLogger(__name__)

_HEAD = "kept.json"


@dataclass(frozen=True)
class Rows:
    """Rows as they lie in the warehouse, of the loads that count: those that can still count.

    ``descriptions`` and ``reasons`` are as :mod:`warehouse.history.counting` chooses them, ``readings`` too;
    ``of_loads`` names the accounts whose posts each load names, ``posts_of_loads`` how many posts these are.
    ``at_ages`` are :func:`warehouse.history.counting.at_ages`' rows of the posts of ``born``.
    """

    descriptions: pl.DataFrame
    readings: pl.DataFrame
    reasons: pl.DataFrame
    of_loads: pl.DataFrame
    posts_of_loads: pl.DataFrame
    at_ages: pl.DataFrame
    born: pl.DataFrame


@dataclass(frozen=True)
class Days:
    """What campaigns gained on the days before ``until``, and what that was made of.

    ``gains`` are the sums of :mod:`warehouse.figures.periods`. A campaign's stay as long as its rows of ``members`` do:
    each post that was read before ``until``, with the names under which it was read and what is told of it.
    ``documents`` names the loads of documents, of which rows count from any day.
    """

    until: date
    gains: pl.DataFrame
    members: pl.DataFrame
    documents: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """See this module.

    ``loads`` names the loads that it was made of: ``load_id, told``, the latter all that is told of one. ``lists`` are
    what they list (:func:`warehouse.readings.gone.lists_of`), by ``listable``, what was told of posts.
    ``made_with`` names whatever else it rests on; nothing of it was read at ``newest`` or later.
    """

    made_with: str
    newest: datetime
    loads: pl.DataFrame
    rows: Rows
    lists: pl.DataFrame
    listable: pl.DataFrame
    days: Days


def read(folder: Path, made_with: str) -> Kept | None:
    """What a night kept in a folder, made with the same; None where it kept nothing, or something else lies there."""
    try:
        head = json.loads((folder / _HEAD).read_bytes())
        if head["made_with"] != made_with or head.pop("check") != _check(head):
            return None
        frames = {name: _read(folder / f"{name}.parquet", sha256) for name, sha256 in head["files"].items()}
        rows = Rows(**{field.name: frames[field.name] for field in fields(Rows)})
        days = Days(date.fromisoformat(head["until"]), frames["gains"], frames["members"], tuple(head["documents"]))
        newest = datetime.fromisoformat(head["newest"])
        return Kept(head["made_with"], newest, frames["loads"], rows, frames["lists"], frames["listable"], days)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError) as error:
        logger.info("what the night before kept in %s is not used: %s", folder, type(error).__name__)
        return None


def write(folder: Path, kept: Kept) -> None:
    """Keeps it in a folder, in place of what lies there.

    Raises:
        OSError: the disk is full, or the folder may not be written.
    """
    frames: Mapping[str, pl.DataFrame] = {
        "loads": kept.loads,
        "lists": kept.lists,
        "listable": kept.listable,
        "gains": kept.days.gains,
        "members": kept.days.members,
        **{field.name: getattr(kept.rows, field.name) for field in fields(Rows)},
    }
    forget(folder)
    folder.mkdir(mode=0o700, exist_ok=True)  # on Windows a file that somebody holds open stays, and is written over
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet", compression="lz4")
    head: dict[str, Any] = {
        "made_with": kept.made_with,
        "newest": kept.newest.isoformat(),
        "until": kept.days.until.isoformat(),
        "documents": kept.days.documents,
        "files": {name: _sha256(folder / f"{name}.parquet") for name in frames},
    }
    unfinished = folder / f"{_HEAD}.new"  # what a killed run leaves has no head, and is not used
    unfinished.write_text(json.dumps(head | {"check": _check(head)}, indent=1), encoding="utf-8")
    file_system.replace(unfinished, folder / _HEAD)


def forget(folder: Path) -> None:
    """Takes away what was kept."""
    shutil.rmtree(folder, ignore_errors=True)


def _read(file: Path, sha256: str) -> pl.DataFrame:
    if _sha256(file) != sha256:
        raise ValueError(f"{file.name} is not as it was written")
    return pl.read_parquet(file_system.unmapped(file))


def _check(head: Mapping[str, Any]) -> str:
    """What tells a changed bit of the head: with another day it would add up days twice."""
    return hashlib.sha256(json.dumps(head, sort_keys=True).encode()).hexdigest()[:16]


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
