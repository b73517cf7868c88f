"""The published tables without rows, in a DuckDB file: each with its columns, and each column with what it means."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from warehouse.figures.tables import MARTS
from warehouse.history import tables
from warehouse.history.store import quoted


def create(connection: duckdb.DuckDBPyConnection, database: str, names: Collection[str]) -> None:
    """Makes these tables in an attached database that has none.

    DuckDB needs a fifth of a second for hundreds of comments. They are written once a process, and copied: a night
    that freezes reports publishes several times.
    """
    with TemporaryDirectory() as folder:
        declared = Path(folder) / "declared.duckdb"
        declared.write_bytes(_declared(tuple(mart.name for mart in MARTS if mart.name in names)))
        connection.execute(f"attach {quoted(str(declared))} as declared (read_only)")
        connection.execute(f"copy from database declared to {database} (schema)")
        connection.execute("detach declared")


@cache
def _declared(names: tuple[str, ...]) -> bytes:
    """A file of DuckDB's with these tables."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "declared.duckdb"
        with duckdb.connect(str(file)) as connection:
            connection.begin()  # one for all: each of a thousand comments would be written to the disk by itself
            for mart in (mart for mart in MARTS if mart.name in names):
                statements = [tables.ddl(mart.name, mart.columns)]
                for column in mart.columns:
                    unit = f" ({column.unit})" if column.unit else ""
                    meaning = quoted(column.meaning + unit)
                    statements.append(f'comment on column {mart.name}."{column.name}" is {meaning}')
                connection.execute("; ".join(statements))
            connection.commit()
        return file.read_bytes()
