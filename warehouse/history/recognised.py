"""Who reads a file version, or a pull, and what that brings: a bad file costs itself and never the night.

What is read is a :class:`Piece`, and what it brings rests on the piece, the archive and the reader alone: any process
that has the three may read it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from typing import Any, NamedTuple

import polars as pl

from connectors.contract import Extract, Raw, Refused
from warehouse.archive.archive import Archive
from warehouse.archive.blobs import LostBytes
from warehouse.archive.file_versions import FileVersion
from warehouse.archive.pulls import Pull
from warehouse.archive.remote_blobs import NoArchive
from warehouse.faults import fault, trace
from warehouse.history import loading
from warehouse.history.store import Load, Store

logger = logging.getLogger(__name__)

THREADS, TOGETHER = 2, 16
"""So many threads read small files, and so many of these wait for each other."""
SMALL_BYTES = 256 * 1024
"""The largest file that is read beside another one."""

_PANIC = "PanicException"
"""How libraries written in Rust fail; each has such a class of its own, and none is an ``Exception``."""

Lost = dict[str, LostBytes]
"""Why file versions cannot be read, by their ``place_id``."""
LOST = "lost"
"""The fingerprint of what could not be read because its bytes were lost: no reader's, so that it is tried again."""


class Recognised(NamedTuple):
    """A connector that reads a file, and which of its tables: empty for all."""

    connector: str
    tables: str = ""


class Piece(NamedTuple):
    """A file version to read; where it is a pull, with the pull, whose answers are read."""

    version: FileVersion
    pull: Pull | None = None

    def raw(self, archive: Archive) -> Raw:
        """What a connector reads of it.

        Raises:
            LostBytes: the archive does not have it any more.
        """
        return archive.raw_pull(self.pull) if self.pull else archive.raw(self.version)

    def loss(self, archive: Archive) -> LostBytes | None:
        """Why its bytes cannot be had any more; None where they can."""
        return archive.loss(self.version, self.pull)


class Brought(NamedTuple):
    """What a piece brought: its loads, who recognised it (None stands for nobody), and why it is lost, where it is."""

    loads: list[Load]
    recognised: tuple[Recognised | None, ...]
    lost: LostBytes | None = None


class Reading(NamedTuple):
    """Who reads a raw piece, and what each of those that could made of it."""

    recognised: tuple[Recognised, ...]
    extracts: tuple[tuple[str, Extract], ...]


@dataclass(frozen=True)
class Reader:
    """How raw pieces are read, and fingerprints of all that the reading depends on.

    ``recognise`` says who would read a piece, without reading it; it and ``read`` raise :class:`Refused`. ``of_files``
    and ``of_pulls`` have a fingerprint for each connector: one for its files, one for what its API answered.
    ``of_recognition`` changes with each of the files' ones, ``of_all`` with each of all.
    """

    recognise: Callable[[Raw], tuple[Recognised, ...]]
    read: Callable[[Raw], Reading]
    of_files: Mapping[str, str]
    of_pulls: Mapping[str, str]
    of_recognition: str
    of_all: str


ReadEach = Callable[[Archive, Reader, Sequence[Piece]], Iterator[tuple[Piece, Callable[[], Brought]]]]
"""Gives each piece, in their order, with a function that gives what it brought: :func:`in_order`, or elsewhere."""


def brought_by(piece: Piece, archive: Archive, reader: Reader) -> Brought:
    """What a piece brings.

    A bad file never costs the night, not even where Reach or a library is to blame. Where the system, the memory or
    the archive's address is, the night ends, and the next one goes on.
    """
    version = piece.version
    try:
        reading = reader.read(piece.raw(archive))
        loads = [loading.load_of(version, connector, extract) for connector, extract in reading.extracts]
        return Brought(loads, reading.recognised)
    except Refused as refusal:
        return Brought([loading.refused(version, str(refusal))], (None,))
    except LostBytes as loss:
        return Brought([loading.refused(version, f"{loss}, and nothing can be read from it.")], (None,), loss)
    except BaseException as error:
        is_system = isinstance(error, MemoryError | NoArchive) or (
            isinstance(error, OSError) and error.errno is not None
        )
        if is_system or not (isinstance(error, Exception) or type(error).__name__ == _PANIC):
            raise
        logger.error("reading %s failed: %s", version.path, trace(error))
        why = f"Reach failed on this file ({fault(error)}); please report it."
        return Brought([loading.refused(version, why)], (None,))


def in_order(
    archive: Archive, reader: Reader, pieces: Iterable[Piece]
) -> Iterator[tuple[Piece, Callable[[], Brought]]]:
    """Each piece with a function that gives what it brought, read by this process.

    Two threads read small texts, since most of their time is spent outside of Python. Everything else is read alone,
    when its function is called: memory has room for one large file.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        for together in chunks(pieces):
            if _is_small(together[0]):  # each in a context of its own, which says whose log it writes to
                tasks = [pool.submit(copy_context().run, brought_by, piece, archive, reader) for piece in together]
                yield from ((piece, task.result) for piece, task in zip(together, tasks, strict=True))
            else:
                yield together[0], partial(brought_by, together[0], archive, reader)


def chunks(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The pieces in their order: small texts by :data:`TOGETHER`, everything else alone."""
    for is_small, run in groupby(pieces, _is_small):
        while together := list(islice(run, TOGETHER if is_small else 1)):
            yield together


def _is_small(piece: Piece) -> bool:
    """Whether a piece is small and cannot unfold to more than it is, as a zip or a workbook can."""
    version = piece.version
    is_text = version.asked_of is not None or version.path.lower().endswith((".csv", ".tsv", ".txt"))
    return is_text and version.size <= SMALL_BYTES


def readers_of(
    reader: Reader, version: FileVersion, recognised: Iterable[Recognised | None], read_with: str | None
) -> list[dict[str, str | None]]:
    """The rows of a file version in the table of readers."""
    return [
        {
            "place_id": version.place_id,
            "connector": one and one.connector,
            "tables": one and one.tables,
            "read_with": read_with or fingerprint(reader, version, one and one.connector),
            "recognised_with": reader.of_recognition,
        }
        for one in recognised
    ]


def fingerprint(reader: Reader, version: FileVersion, connector: str | None) -> str | None:
    """What decides whether a file version, or pull, is read again; None where the connector is there no more."""
    if connector is None:
        return reader.of_all
    return (reader.of_files if version.asked_of is None else reader.of_pulls).get(connector)


_READERS_TO_CHECK = """
select place_id, readers.connector, tables, expected.read_with is distinct from readers.read_with as is_read_otherwise
from readers
join (select distinct place_id, asked_of is not null as is_pull from loads) loaded using (place_id)
left join expected on expected.connector is not distinct from readers.connector and expected.is_pull = loaded.is_pull
where expected.read_with is distinct from readers.read_with or (not loaded.is_pull and readers.recognised_with <> ?)
order by place_id, readers.connector
"""


def readers_to_check(store: Store, reader: Reader) -> list[tuple[Any, ...]]:
    """Who read what: where that rests on another fingerprint today, the reading's own or that of recognition.

    Each with its place, its connector, its tables, and whether what it read would be read otherwise.
    """
    of_kinds = ((False, reader.of_files), (True, reader.of_pulls))
    now: list[tuple[str | None, bool, str]]
    now = [(name, is_pull, read_with) for is_pull, kind in of_kinds for name, read_with in kind.items()]
    now += [(None, is_pull, reader.of_all) for is_pull in (False, True)]
    schema = {"connector": pl.String, "is_pull": pl.Boolean, "read_with": pl.String}
    store.connection.register("expected", pl.DataFrame(now, schema=schema, orient="row").to_arrow())
    answer = store.connection.execute(_READERS_TO_CHECK, [reader.of_recognition]).fetchall()
    store.connection.unregister("expected")
    return answer
