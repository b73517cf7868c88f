"""Tables are made with what each column means, those that are wanted alone, however often."""

from __future__ import annotations

import duckdb

from warehouse.figures.tables import MART
from warehouse.publish import empty_tables


def test_each_column_says_what_it_means_and_in_what_unit_again_and_again() -> None:
    mart = MART["campaign_totals"]
    meant = [(column.name, column.meaning + (f" ({column.unit})" if column.unit else "")) for column in mart.columns]
    for _ in range(2):
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as out")
            empty_tables.create(connection, "out", ["campaign_totals"])
            asks = "select table_name, column_name, comment from duckdb_columns() where not internal"
            assert connection.execute(asks).fetchall() == [("campaign_totals", *of_column) for of_column in meant]
            assert connection.execute("select count(*) from out.campaign_totals").fetchall() == [(0,)]


def test_a_table_of_another_time_is_not_made() -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as out")
        empty_tables.create(connection, "out", ["campaign_totals", "a_table_of_1999", "about"])
        made = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
    assert made == [("about",), ("campaign_totals",)]
