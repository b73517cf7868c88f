"""Who reads a file version, or a pull, and what that brings: a bad file costs itself and never the night."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from typing import Any, NamedTuple, TypeVar

import polars as pl

from connectors.contract import Extract, Raw, Refused
from warehouse.archive.blobs import LostBytes
from warehouse.archive.file_versions import FileVersion
from warehouse.faults import fault, trace
from warehouse.history import loading
from warehouse.history.store import Load, Store

logger = logging.getLogger(__name__)

T = TypeVar("T")
THREADS, TOGETHER = 2, 16
"""So many threads read small files, and so many of these wait for each other."""
SMALL_BYTES = 256 * 1024
"""The largest file that is read beside another one."""

_PANIC = "PanicException"
"""How libraries written in Rust fail; each has such a class of its own, and none is an ``Exception``."""

RawOf = Callable[[FileVersion], Raw]
Lost = dict[str, LostBytes]
"""Why file versions cannot be read, by their ``place_id``."""
LOST = "lost"
"""The fingerprint of what could not be read because its bytes were lost: no reader's, so that it is tried again."""


class Recognised(NamedTuple):
    """A connector that reads a file, and which of its tables: empty for all."""

    connector: str
    tables: str = ""


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


def loads_of(
    version: FileVersion, reader: Reader, raw_of: RawOf, lost: Lost
) -> tuple[list[Load], tuple[Recognised | None, ...]]:
    """What a file version, or a pull, brings, and who recognised it; None stands for nobody.

    A bad file never costs the night, not even where Reach or a library is to blame. Where the system or the memory is,
    the night ends, and the next one goes on.
    """
    try:
        reading = reader.read(raw_of(version))
        loads = [loading.load_of(version, connector, extract) for connector, extract in reading.extracts]
        return loads, reading.recognised
    except Refused as refusal:
        return [loading.refused(version, str(refusal))], (None,)
    except LostBytes as loss:
        lost[version.place_id] = loss
        return [loading.refused(version, f"{loss}, and nothing can be read from it.")], (None,)
    except BaseException as error:
        is_system = isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno is not None)
        if is_system or not (isinstance(error, Exception) or type(error).__name__ == _PANIC):
            raise
        logger.error("reading %s failed: %s", version.path, trace(error))
        why = f"Reach failed on this file ({fault(error)}); please report it."
        return [loading.refused(version, why)], (None,)


def in_order(
    versions: Iterable[FileVersion], read: Callable[[FileVersion], T]
) -> Iterator[tuple[FileVersion, Callable[[], T]]]:
    """Each file version with a function that gives what ``read`` makes of it.

    Two threads read small texts, since most of their time is spent outside of Python. Everything else is read alone,
    when its function is called: memory has room for one large file.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        for is_small, run in groupby(versions, _is_small):
            while together := list(islice(run, TOGETHER if is_small else 1)):
                if is_small:  # each in a context of its own, which says whose log it writes to
                    tasks = [pool.submit(copy_context().run, read, version) for version in together]
                    yield from ((version, task.result) for version, task in zip(together, tasks, strict=True))
                else:
                    yield together[0], partial(read, together[0])


def _is_small(version: FileVersion) -> bool:
    """Whether a version is small and cannot unfold to more than it is, as a zip or a workbook can."""
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
