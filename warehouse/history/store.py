"""The warehouse file: opened by one process at a time, changed in transactions.

DuckDB lets one process write and shuts every other out meanwhile; nobody but Reach opens this file,
and people read what is published.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl
import pyarrow as pa

from warehouse.history import tables
from warehouse.history.damage import NEWER, Damaged, Newer, damage_named, require_magic
from warehouse.history.tables import Table

WAIT_SECONDS = 30.0
BATCH = 122_880
"""Rows of a batch handed to DuckDB, its row group's: several are loaded at once."""
MEMORY = "512MB"
"""What DuckDB may keep for itself; polars works on the same machine."""

_OF_A_LOAD = (
    tables.LOADS,
    tables.ACCOUNTS,
    tables.POSTS,
    tables.OBSERVATIONS,
    tables.AD_FIGURES,
    tables.AUDIENCES,
    tables.TAGGED_VISITS,
    tables.ACCOUNT_METRICS,
    tables.ATTENDANCE,
    tables.REJECTS,
    tables.DECISIONS,
)

NOTHING_LOADED = "Nothing has been loaded yet; run reach nightly first."
CUT_SHORT = "Reading what came in was cut short, so no figure is whole; run reach publish (or reach nightly) first."

_HELD = re.compile(r"Could not set lock on file|used by another process")


class Busy(Exception):
    """Another process holds the warehouse; the sentence says who."""


class Outdated(Exception):
    """The warehouse has no tables yet, an older version's, or half of what came in; the sentence says what to do."""


class Followed(NamedTuple):
    """How many events of the archive the history follows, and how long the archive's log was then."""

    events: int
    log_bytes: int


class Load(NamedTuple):
    """A load on its way in: its row of the loads table, and frames with the columns of their tables but ``load_id``."""

    row: Mapping[str, object]
    frames: Mapping[Table, pl.DataFrame]


class Store:
    """An open warehouse. Use :func:`open_store`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def frame(self, query: str) -> pl.DataFrame:
        """What a query answers, as a frame."""
        answer: pl.DataFrame = self.connection.sql(query).pl()
        return answer

    def use_all_processors(self) -> None:
        """Reads with every processor, which pays where much is looked at and little handed on."""
        self.connection.execute("reset threads")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query answers, as tuples."""
        return self.connection.execute(query).fetchall()

    def put_loads(self, loads: Iterable[Load], readers: pl.DataFrame) -> None:
        """Puts loads and who read them into the history in one transaction, in place of what it held of these ids.

        Of loads with one id the last one stands.
        """
        by_id = {str(load.row["load_id"]): load for load in loads}
        self.connection.begin()
        try:
            self._delete("load_id", list(by_id))
            rows = [load.row for load in by_id.values()]
            self.add(tables.LOADS, pl.DataFrame(rows, schema={c.name: c.dtype for c in tables.LOADS.columns}))
            for table in _OF_A_LOAD[1:]:
                frames = {load_id: load.frames[table] for load_id, load in by_id.items() if table in load.frames}
                ids = [pl.Series([load_id]).new_from_index(0, frame.height) for load_id, frame in frames.items()]
                if frames:
                    rows_of_loads = pl.concat(frames.values(), rechunk=False)
                    self.add(table, rows_of_loads.with_columns(pl.concat(ids).alias("load_id")))
            self.add(tables.READERS, readers)
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            raise

    def drop_loads(self, place_ids: Iterable[str]) -> list[str]:
        """Takes away everything of these file versions, in one transaction; the ids of their loads."""
        gone = list(place_ids)
        if not gone:
            return []
        among = ", ".join(map(quoted, gone))
        load_ids = [str(load_id) for (load_id,) in self.rows(f"select load_id from loads where place_id in ({among})")]
        self.connection.begin()
        try:
            self._delete("load_id", load_ids)
            self.connection.execute(f"delete from {tables.READERS.name} where place_id in ({among})")
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            raise
        return load_ids

    def _delete(self, column: str, values: list[str]) -> None:
        for table in _OF_A_LOAD if values else ():
            self.connection.execute(f"delete from {table.name} where {column} in ({', '.join(map(quoted, values))})")

    def set_column(self, table: Table, key: str, column: str, values: pl.DataFrame) -> None:
        """A column of some rows of a table; ``values`` has the key and the column."""
        if values.height:
            self.connection.register("incoming", values.select(key, column).to_arrow())
            self.connection.execute(
                f"update {table.name} set {column} = i.{column} from incoming i where {table.name}.{key} = i.{key}"
            )
            self.connection.unregister("incoming")

    def fill(self, table: Table, frame: pl.DataFrame) -> None:
        """A whole table, in place of what it held."""
        self.connection.begin()
        self.connection.execute(f"delete from {table.name}")
        self.add(table, frame)
        self.connection.commit()

    def add(self, table: Table, frame: pl.DataFrame) -> None:
        """Further rows of a table."""
        if frame.height:
            batches = frame.to_arrow().to_batches(max_chunksize=BATCH)
            self.connection.register("incoming", pa.Table.from_batches(batches))
            self.connection.execute(f"insert into {table.name} by name select * from incoming")
            self.connection.unregister("incoming")

    def is_current(self) -> bool:
        """Whether the warehouse has the tables that this version of Reach declares.

        Raises:
            Newer: it has those of a newer version.
        """
        try:
            version = self.rows("select version, declared from schema_version")
        except (
            duckdb.CatalogException,
            duckdb.BinderException,
        ):  # asking for the table itself is far cheaper than for the names of all
            return False
        if version and version[0][0] > tables.SCHEMA_VERSION:
            raise Newer(NEWER)
        return version == [(tables.SCHEMA_VERSION, tables.declared())]

    def fingerprints(self) -> dict[str, tuple[int, int]]:
        """Rows of each table, and a hash of them in any order. Every byte that holds something is read for it.

        Raises:
            duckdb.Error: some of them are not as they were written.
        """
        return {
            name: self.rows(f'select count(*), coalesce(bit_xor(hash(t)), 0) from "{name}" t')[0]
            for name in sorted(self._tables())
        }

    def followed(self) -> Followed | None:
        """How far the history follows the archive; None where a run that was changing it was cut short."""
        rows = self.rows("select events, log_bytes from followed")
        return Followed(*rows[0]) if rows else None

    def follow(self, followed: Followed | None) -> None:
        """Keeps how far the history follows the archive; None while it is being changed."""
        self.fill(tables.FOLLOWED, pl.DataFrame([followed._asdict()] if followed else []))

    def without_load(self) -> dict[str, int]:
        """Rows of each table of loads that belong to no load."""
        count = "select count(*) from {} anti join loads using (load_id)"
        return {
            table.name: int(self.rows(count.format(table.name))[0][0]) for table in _OF_A_LOAD if table != tables.LOADS
        }

    def clear(self) -> None:
        """Drops every table; the next load reads the whole archive again."""
        self.connection.begin()  # a process that dies in between leaves all of them
        self._drop_tables()
        self.connection.commit()

    def _drop_tables(self) -> None:
        for name in self._tables():
            self.connection.execute(f'drop table "{name}"')

    def create(self) -> None:
        """Makes every table, empty, in place of what there was."""
        self.connection.begin()
        self._drop_tables()
        for table in tables.TABLES:
            self.connection.execute(tables.ddl(table.name, table.columns))
        self.connection.execute("insert into schema_version values (?, ?)", [tables.SCHEMA_VERSION, tables.declared()])
        self.connection.execute("insert into followed values (0, 0)")
        self.connection.commit()

    def _tables(self) -> list[str]:
        return [str(name) for (name,) in self.rows("select table_name from information_schema.tables")]


_OLDER = "{} has the tables of another version of Reach; the next night makes them, or reach rebuild."


@contextmanager
def open_store(
    path: Path, *, read_only: bool = False, wait: float = WAIT_SECONDS, is_any_version: bool = False
) -> Iterator[Store]:
    """The warehouse at ``path``, waiting for another process to let go of it.

    Args:
        is_any_version: also one of an older version, for who makes its tables anew, and none yet.

    Raises:
        Busy: another process still holds it after ``wait`` seconds.
        Outdated: nothing was loaded yet, it has an older version's tables, or a load was cut short.
        Newer: it has a newer version's tables.
        Damaged: it is no warehouse, or bytes of it are not as they were written; also while it is used.
    """
    if not is_any_version and not path.exists():
        raise Outdated(NOTHING_LOADED)
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with damage_named(path):
        require_magic(path)
        connection = _connected(path, read_only, time.monotonic() + wait)
        try:
            connection.execute("set produce_arrow_string_view = true")
            connection.execute(f"set memory_limit = '{MEMORY}'")
            if read_only:  # each thread holds buffers of its own, and handing frames on is no faster with two
                connection.execute("set threads = 1")
            store = Store(connection)
            if not is_new and not store.is_current():  # DuckDB takes its time to find that a table is not there
                names = store._tables()
                if names and tables.SCHEMA.name not in names:
                    raise Damaged(path, "it is a database of something else")
                if not is_any_version:
                    raise Outdated(_OLDER.format(path.name) if names else NOTHING_LOADED)
            elif not is_any_version and store.followed() is None:
                raise Outdated(CUT_SHORT)
            yield store
        finally:
            connection.close()


def require_whole(path: Path) -> None:
    """Reads all of a warehouse; one that is not there yet is whole.

    Raises:
        Busy, Damaged, Newer: as :func:`open_store`.
    """
    if path.exists():
        with open_store(path, read_only=True, is_any_version=True) as store:
            store.fingerprints()


def tidy(path: Path) -> None:
    """Puts in order what a killed process left beside a warehouse; nothing where the warehouse is in use.

    What was committed and lies in the log beside it goes into the file, as it does when a process ends by itself. What
    DuckDB moved out of memory is of no use to anybody.
    """
    log, spilled = (path.with_name(f"{path.name}.{end}") for end in ("wal", "tmp"))
    with suppress(Busy, duckdb.Error):
        if path.exists() and (log.exists() or spilled.exists()):
            _connected(path, False, 0).close()
        shutil.rmtree(spilled, ignore_errors=True)


def _connected(path: Path, read_only: bool, deadline: float) -> duckdb.DuckDBPyConnection:
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.IOException as error:
            if not _HELD.search(str(error)):  # "lock" alone is in "block", too
                raise
            if time.monotonic() >= deadline:
                holder = re.search(r"PID (\d+)", str(error))
                who = f"process {holder[1]}" if holder else "another process"
                raise Busy(f"{path.name} is held by {who}; try again when it has finished.") from None
            time.sleep(0.2)


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
