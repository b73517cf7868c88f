"""The published snapshot: writing ``reach.duckdb`` and ``parquet/``, and reading the former.

Each file is replaced whole, by a rename (:mod:`warehouse.publish.nights`). A process that is reading keeps the file
that it opened. A process that comes later gets the new file. Nobody waits.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from io import BufferedWriter, BytesIO, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import polars as pl
from polars import selectors as cs

from warehouse.figures.mart import shaped
from warehouse.figures.tables import CLOCKED, MART, MARTS
from warehouse.figures.tables import SCHEMA_VERSION as TABLES_VERSION
from warehouse.history.store import quoted
from warehouse.publish import described, empty_tables, nights, power_bi
from warehouse.publish.query_limits import QueryLimits, within

ROW_GROUP = 122_880
"""Rows that DuckDB writes together; a table of many posts is handed over by so many."""

OLDEST_READER = "v1.0.0"
"""Storage version of the published file: DuckDB clients from 1.1 on open it."""


class NotPublished(Exception):
    """Nothing was published and the old snapshot stands; the sentence says why."""


class NothingPublished(Exception):
    """There is no snapshot to read; the sentence says what to do."""


def packed(table: pl.DataFrame) -> bytes:
    """A table as bytes: the same for the same content.

    Parquet does not keep what an engine leaves behind in empty cells, so equal tables give equal bytes.
    """
    buffer = BytesIO()
    _pack(table, buffer)
    return buffer.getvalue()


def _pack(table: pl.DataFrame, into: BinaryIO) -> None:
    table.rechunk().write_parquet(into, compression="uncompressed", statistics=False)


class _Digest(RawIOBase):
    """A file that keeps nothing but the hash of what is written: a table's bytes are as large as the table."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, content: Any, /) -> int:
        self.sha256.update(content)
        return memoryview(content).nbytes

    def writable(self) -> bool:
        return True


def about(
    figures: Mapping[str, pl.DataFrame],
    *,
    as_of: date,
    known_on: date | None,
    refreshed_at: datetime,
    tool_version: str,
    timezone: str,
    banner: str | None,
) -> pl.DataFrame:
    """The ``about`` table; its ``snapshot_id`` is a hash of every figure that does not depend on the clock."""
    digest = _Digest()
    for mart in MARTS:
        if mart.name not in CLOCKED:
            out = BufferedWriter(digest)
            _pack(figures[mart.name], out)
            out.detach()
    row = {
        "schema_version": TABLES_VERSION,
        "snapshot_id": digest.sha256.hexdigest()[:16],
        "as_of": as_of,
        "known_on": known_on,
        "refreshed_at": refreshed_at,
        "tool_version": tool_version,
        "timezone": timezone,
        "banner": banner,
    }
    return shaped(MART["about"], pl.DataFrame([row], infer_schema_length=None))


def publish(
    folder: Path,
    figures: Mapping[str, pl.DataFrame],
    *,
    beside: Mapping[str, bytes] | None = None,
    head: Mapping[str, object] | None = None,
) -> list[str]:
    """Publishes every mart as DuckDB and as Parquet, as one night; the files that could not be replaced.

    Args:
        beside: further files, by name.
        head: what the manifest says further.

    Raises:
        NotPublished: the disk is full, the folder may not be written, or what was written is not what was meant.
    """
    with _published_or_not(folder):
        night = nights.aside(folder, "night")
        write(night, figures, beside)
        (night / "parquet").mkdir()
        about = figures["about"].row(0, named=True)
        (night / "parquet" / described.PACKAGE).write_bytes(described.package(about))
        (night / "parquet" / described.DBT).write_bytes(described.dbt_sources())
        (night / "parquet" / power_bi.PROJECT).write_bytes(power_bi.project())
        in_each = {name: str(about[name]) for name in ("snapshot_id", "as_of")}
        for mart in MARTS:
            path = night / "parquet" / f"{mart.name}.parquet"
            figures[mart.name].write_parquet(path, compression="snappy", metadata=in_each)  # what every reader knows
        return nights.show(folder, night, about | dict(head or {}))


def publish_frozen(folder: Path, name: str, figures: Mapping[str, pl.DataFrame], beside: Mapping[str, bytes]) -> None:
    """Puts a frozen report's marts as DuckDB, and further files, into a folder of the published ones, at once.

    Raises:
        NotPublished: as :func:`publish`.
    """
    with _published_or_not(folder):
        report = nights.aside(folder, "frozen")
        write(report, figures, beside)
        nights.place(folder, report, folder / name)


def write(folder: Path, figures: Mapping[str, pl.DataFrame], beside: Mapping[str, bytes] | None = None) -> None:
    """Writes every mart as DuckDB into an empty folder, and further files by name."""
    _write_duckdb(folder / "reach.duckdb", figures)
    for name, content in (beside or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@contextmanager
def _published_or_not(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, duckdb.Error, pl.exceptions.PolarsError) as error:
        raise NotPublished(f"Nothing could be written to {folder} ({error}); the old snapshot stands.") from error
    finally:
        nights.clear(folder)


def _write_duckdb(path: Path, figures: Mapping[str, pl.DataFrame]) -> None:
    # Two threads take twice the processor's time for one in which row groups are whole, and the file is larger by half.
    with duckdb.connect(config={"threads": 1}) as connection:
        quoted_path = quoted(str(path))
        connection.execute(f"attach {quoted_path} as out (storage_version '{OLDEST_READER}')")
        wanted = [mart for mart in MARTS if mart.name in figures]  # a frozen report has the tables of its time
        empty_tables.create(connection, "out", [mart.name for mart in wanted])
        connection.begin()
        for mart in wanted:
            for part in figures[mart.name].iter_slices(ROW_GROUP):
                as_they_are = part.to_arrow(compat_level=pl.CompatLevel.newest())  # without copies of texts
                connection.register("incoming", as_they_are)
                connection.execute(f"insert into out.{mart.name} by name select * from incoming")
                connection.unregister("incoming")
                if part.height == ROW_GROUP:  # what is not committed lies in memory as it is
                    connection.commit()
                    connection.begin()
        connection.commit()
        connection.execute("checkpoint out")
        connection.execute("detach out")
        connection.execute(f"attach {quoted_path} as written (read_only)")  # what is in the file now
        for mart in wanted:
            rows = connection.execute(f"select count(*) from written.{mart.name}").fetchall()
            if rows != [(figures[mart.name].height,)]:
                raise duckdb.DataError(f"{mart.name} has {rows[0][0]} rows of {figures[mart.name].height}")


def query_published(published: Path, sql: str, limits: QueryLimits | None = None) -> pl.DataFrame:
    """The answer to a question in SQL about the published snapshot, within the limits that are named.

    A whole number is Int64 where every row fits; DuckDB's sums are wider. An interval, a time with its zone, a blob and
    other types that frames do not have are texts, as DuckDB writes them; so are columns in which a day is infinite, or
    lies outside of the years 1 to 9999.

    Raises:
        NothingPublished: there is no snapshot yet.
        duckdb.Error: the question cannot be answered.
        LimitReached: it takes longer, or its answer is larger, than the limits allow.
    """
    with (
        _opened(published, limits.in_duckdb() if limits else {}) as connection,
        within(connection, limits) if limits else nullcontext(duckdb.DuckDBPyRelation.pl) as collect,
    ):
        relation = connection.sql(sql)
        if relation is None:
            return pl.DataFrame()
        as_text = [bool(_NOT_IN_FRAMES.search(str(column_type))) for column_type in relation.types]
        answer: pl.DataFrame = collect(_with_texts(relation, as_text))
        if any(far := [_has_days_beyond_calendars(column) for column in answer.iter_columns()]):
            as_text = [one or other for one, other in zip(as_text, far, strict=True)]
            answer = collect(_with_texts(relation, as_text))
    return answer.with_columns(_as_int64(column) for column in answer.select(cs.decimal()).iter_columns())


_NOT_IN_FRAMES = re.compile(r"\b(INTERVAL|BLOB|BIT|BIGNUM|GEOMETRY|UNION|VARIANT|TIME WITH TIME ZONE)\b")
"""Types of DuckDB that polars refuses, cannot write as text, or reads without a part of them."""


def _with_texts(relation: duckdb.DuckDBPyRelation, as_text: Sequence[bool]) -> duckdb.DuckDBPyRelation:
    """A relation whose columns have a name each, and are texts where ``as_text`` says so."""
    names = _apart(relation.columns)
    if not any(as_text) and names == relation.columns:
        return relation
    columns = zip(names, as_text, strict=True)
    return relation.project(
        ", ".join(
            f"#{place}{'::varchar' if is_text else ''} AS {_name_in_sql(name)}"
            for place, (name, is_text) in enumerate(columns, start=1)
        )
    )


def _apart(names: Sequence[str]) -> list[str]:
    """Names of columns, each once: a second ``views`` is ``views_2``."""
    taken, apart = set(names), dict[str, None]()
    numbers = Counter[str](dict.fromkeys(taken, 1))
    for name in names:
        free = name
        while free in apart or (free != name and free in taken):
            numbers[name] += 1
            free = f"{name}_{numbers[name]}"
        apart[free] = None
    return list(apart)


def _has_days_beyond_calendars(column: pl.Series) -> bool:
    """Whether a day or time in a column, or in what it nests, is none of Python's: polars ends the process over it."""
    dtype = column.dtype
    if isinstance(dtype, pl.List | pl.Array):
        return _has_days_beyond_calendars(column.explode())
    if isinstance(dtype, pl.Struct):
        return any(map(_has_days_beyond_calendars, column.struct.unnest().iter_columns()))
    if not isinstance(dtype, pl.Date | pl.Datetime):
        return False
    per_day = 1 if isinstance(dtype, pl.Date) else 86_400 * _PER_SECOND[dtype.time_unit]
    days = column.to_physical().cast(pl.Int64) // per_day
    first, last = ((day - date(1970, 1, 1)).days for day in (date.min, date.max))
    return bool((~days.is_between(first + 1, last - 1)).any())  # a time zone may move a time by a day


_PER_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}


def _name_in_sql(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _as_int64(column: pl.Series) -> pl.Series:
    """Whole numbers of 128 bits as Int64, where they all fit."""
    if column.dtype.scale != 0:  # type: ignore[attr-defined]
        return column
    narrow = column.cast(pl.Int64, strict=False)
    return narrow if narrow.null_count() == column.null_count() else column


def read_tables(published: Path, reads: Mapping[str, Sequence[str]]) -> dict[str, pl.DataFrame]:
    """Published tables by name, all of one night, with the columns that ``reads`` names; an empty sequence means all.

    Raises:
        NothingPublished: there is no snapshot yet, or an older version of Reach made it, without some of these.
    """
    with _opened(published) as connection:
        try:
            return {
                name: connection.sql(f"select {', '.join(columns) or '*'} from {name}").pl()
                for name, columns in reads.items()
            }
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise NothingPublished(
                f"What is published in {published} is of an older version of Reach; run reach publish first."
            ) from error


_NO_LIMITS: Mapping[str, str | int] = {}
_NOTHING_OUTSIDE: Mapping[str, bool] = {"enable_external_access": False, "lock_configuration": True}
"""Neither files nor addresses nor extensions, and no statement that changes that."""


@contextmanager
def _opened(published: Path, limits: Mapping[str, str | int] = _NO_LIMITS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to what is published; it keeps reading the night that it opened."""
    snapshot = published / "reach.duckdb"
    if not snapshot.exists():
        raise NothingPublished(f"Nothing has been published to {published} yet; run reach nightly first.")
    with duckdb.connect(str(snapshot), read_only=True, config={**_NOTHING_OUTSIDE, **limits}) as connection:
        yield connection
