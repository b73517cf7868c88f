"""A warehouse in memory, with the tables that Reach declares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import polars as pl
import pytest

from warehouse.history import tables
from warehouse.history.store import Store
from warehouse.history.tables import Table

SEEN = datetime(2024, 9, 1)


class Rows:
    """Puts rows into a warehouse, with whatever a table needs besides: all at once, when somebody wants to see them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._store = Store(connection)
        self._store.create()
        self._waiting: list[tuple[Table, dict[str, Any]]] = []

    @property
    def store(self) -> Store:
        """The warehouse, with every row."""
        for table in dict.fromkeys(table for table, _ in self._waiting):
            rows = [row for of_table, row in self._waiting if of_table == table]
            self._store.add(table, pl.DataFrame(rows, {column.name: column.dtype for column in table.columns}))
        self._waiting.clear()
        return self._store

    def load(self, load_id: str, observed_at: datetime = SEEN, **columns: Any) -> None:
        """A load of an export."""
        given = {
            "load_id": load_id, "place_id": load_id, "connector": "facebook", "grade": "export", "path": f"{load_id}.csv",
            "sha256": load_id, "size": 1, "modified_at": observed_at, "received_at": observed_at,
            "observed_at": observed_at, "is_document": False,
        }  # fmt: skip
        self._add(tables.LOADS, given | columns)

    def reading(self, load_id: str, post_id: str, observed_at: datetime = SEEN, **metrics: Any) -> None:
        """A lifetime reading of a post."""
        given = {"load_id": load_id, "platform": "facebook", "post_id": post_id, "observed_at": observed_at, "row": 1}
        self._add(tables.OBSERVATIONS, given | {"is_final": True} | metrics)

    def post(self, load_id: str, post_id: str, **columns: Any) -> None:
        """A post as a load described it."""
        given = {"load_id": load_id, "platform": "facebook", "post_id": post_id, "identified_by": "id"}
        self._add(tables.POSTS, given | {"is_damaged": False, "observed_at": SEEN} | columns)

    def account(self, load_id: str, account_id: str, **columns: Any) -> None:
        """An account as a load named it."""
        given = {"load_id": load_id, "platform": "facebook", "account_id": account_id, "observed_at": SEEN}
        self._add(tables.ACCOUNTS, given | columns)

    def figure(self, load_id: str, metric: str, value: int | None) -> None:
        """A figure of an account."""
        given: dict[str, Any] = {"load_id": load_id, "platform": "facebook", "account_id": "1", "observed_at": SEEN}
        given |= {"period_start": SEEN.date(), "period_end": SEEN.date()}
        self._add(
            tables.ACCOUNT_METRICS, given | {"metric": metric, "value": value, "is_final": True, "is_rounded": False}
        )

    def loads(self) -> pl.DataFrame:
        """The loads table."""
        return self.store.frame("select * from loads")

    def _add(self, table: Table, row: dict[str, Any]) -> None:
        self._waiting.append((table, row))


@pytest.fixture(scope="session")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in memory: it takes longer to start than to make every table anew."""
    with duckdb.connect() as opened:
        opened.execute("set produce_arrow_string_view = true")
        yield opened


@pytest.fixture
def rows(connection: duckdb.DuckDBPyConnection) -> Rows:
    return Rows(connection)
