"""How long a question to the published snapshot may take, and how much it may answer.

DuckDB has no limit of time, and none of what it hands over. So a clock interrupts it, and its answer is taken piece by
piece.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb
import polars as pl
from pydantic import BaseModel, ConfigDict, Field

_PIECE_ROWS = 2_048
"""A vector of DuckDB's. A piece of it may be larger than the limit, since one cell may be."""
THREADS = 4


class LimitReached(Exception):
    """A question took longer, or had more of an answer, than it may; the sentence names the setting."""


class QueryLimits(BaseModel):
    """What ``reach query`` may take: of time, of rows and size of its answer, and of memory on the way there."""

    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(default=60, gt=0)
    rows: int = Field(default=1_000_000, ge=1)
    mebibytes: int = Field(default=256, ge=1)
    memory_mebibytes: int = Field(default=1_024, ge=64)

    def in_duckdb(self) -> dict[str, str | int]:
        """The same as DuckDB's settings, as far as it has them; nothing is written aside where memory is short."""
        return {"memory_limit": f"{self.memory_mebibytes}MiB", "threads": THREADS, "temp_directory": ""}


Collect = Callable[[duckdb.DuckDBPyRelation], pl.DataFrame]


@contextmanager
def within(connection: duckdb.DuckDBPyConnection, limits: QueryLimits) -> Iterator[Collect]:
    """Runs what is asked inside within limits; gives what takes a relation's answer.

    Raises:
        LimitReached: one of them was reached.
    """
    is_late = threading.Event()

    def interrupt() -> None:
        is_late.set()
        connection.interrupt()

    clock = threading.Timer(limits.seconds, interrupt)
    clock.daemon = True
    clock.start()
    try:
        yield lambda relation: _collected(relation, limits)
    except (duckdb.Error, OSError) as error:  # pyarrow tells DuckDB's errors as the system's
        if is_late.is_set():
            raise _reached(f"took longer than {limits.seconds:g} seconds", "seconds") from None
        if "Out of Memory Error" in str(error):
            needs = f"needs more than {limits.memory_mebibytes:,} MiB of memory"
            raise _reached(needs, "memory_mebibytes") from None
        raise error if isinstance(error, duckdb.Error) else duckdb.Error(str(error)) from None
    finally:
        clock.cancel()


def _collected(relation: duckdb.DuckDBPyRelation, limits: QueryLimits) -> pl.DataFrame:
    import pyarrow as pa  # it takes its time to start

    pieces, rows, size = [], 0, 0
    reader: pa.RecordBatchReader = relation.to_arrow_reader(_PIECE_ROWS)
    with reader:  # an answer that is given up keeps the file open as long as its reader
        for piece in reader:
            pieces.append(piece)
            rows += piece.num_rows
            size += piece.nbytes
            if rows > limits.rows:
                raise _reached(f"has more than {limits.rows:,} rows", "rows")
            if size > limits.mebibytes << 20:
                raise _reached(f"has more than {limits.mebibytes:,} MiB", "mebibytes")
    table = pl.from_arrow(pa.Table.from_batches(pieces, reader.schema))
    assert isinstance(table, pl.DataFrame)
    return table


def _reached(what: str, setting: str) -> LimitReached:
    return LimitReached(
        f"The answer {what}, and was given up. Ask for less, or set more as {setting} below [query] in reach.toml."
    )
