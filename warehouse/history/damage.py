"""A warehouse file that is no warehouse, or not as it was written: how it is told, and putting it aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from warehouse import file_system

_DAMAGED = re.compile(
    r"Corrupt (database|WAL) file|not a valid DuckDB database|Could not read enough bytes|^Serialization Error"
    r"|WAL (does not|doesn't) match|Is a directory"
)
_OF_NEWER_DUCKDB = re.compile(r"created with a newer version of DuckDB|we can only read versions? ")
_MAGIC = slice(8, 12)
"""Where a DuckDB file says DUCK (duckdb.org/docs/stable/internals/storage)."""


class Damaged(Exception):
    """The file is no warehouse, or not as it was written; the sentence says what to run.

    It is never raised for a file that is held, for a full disk, a missing permission or too little memory.
    """

    def __init__(self, path: Path, how: str) -> None:
        self.how = f"{path.name} is damaged: {how}."
        super().__init__(
            f"{self.how} reach rebuild, or the next night, puts it aside and makes it again from the archive."
        )


class Newer(Exception):
    """A newer version of Reach made the warehouse; the sentence says what to do."""


NEWER = (
    "warehouse.duckdb was made by a newer version of Reach, and this one would lose what it holds: run the newer "
    "version, or move warehouse.duckdb away and run reach rebuild, which makes this version's from the archive."
)


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Tells damage, and what is newer, from whatever else DuckDB says inside.

    Raises:
        Damaged, Newer: instead of DuckDB's error.
    """
    try:
        yield
    except duckdb.Error as error:
        if _DAMAGED.search(str(error)):
            raise Damaged(path, "bytes of it are not as they were written") from error
        if _OF_NEWER_DUCKDB.search(str(error)):
            raise Newer(NEWER) from error
        raise


def require_magic(path: Path) -> None:
    """What is no file of DuckDB's never gets there: of SQLite's it would fetch an extension from the network."""
    if path.is_dir():
        raise Damaged(path, "it is a folder")
    if path.exists():
        with path.open("rb") as file:
            if file.read(_MAGIC.stop)[_MAGIC] != b"DUCK":
                raise Damaged(path, "it is no file of DuckDB's")


def put_aside(path: Path, day: date) -> Path:
    """Gives a damaged warehouse, with its log, a name that tells so; that name."""
    aside, number = path.with_name(f"{path.stem}.damaged-{day}{path.suffix}"), 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}.damaged-{day}-{number}{path.suffix}")
    log = path.with_name(path.name + ".wal")
    if log.exists():  # it goes first: beside a warehouse that is new it would be replayed into that
        file_system.replace(log, aside.with_name(aside.name + ".wal"))
    file_system.replace(path, aside)
    return aside
