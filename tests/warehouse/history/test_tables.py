"""Every table is declared once, and another declaration is noticed."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from connectors.columns import Column
from warehouse.history import tables


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.name)
def test_a_table_is_made_with_its_columns_in_their_order(table: tables.Table) -> None:
    connection = duckdb.connect()
    connection.execute(tables.ddl(table.name, table.columns))
    made = connection.sql(f"from {table.name}").pl()
    assert made.schema == {column.name: column.dtype for column in table.columns}
    connection.close()


def test_a_further_column_is_another_declaration(monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables.declared()
    assert tables.declared() == before
    loads = tables.LOADS._replace(columns=(*tables.LOADS.columns, Column("more", pl.Int64, "more")))
    monkeypatch.setattr(tables, "TABLES", (loads, *tables.TABLES[1:]))
    assert tables.declared() != before
