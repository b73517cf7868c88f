"""The published tables: just their columns, one row a key, in the order of the key."""

from __future__ import annotations

import polars as pl
import pytest

from connectors.columns import Column
from warehouse.figures.tables import CLOCKED, MART, MARTS, SPAN, Mart, over_days, shaped

HENS = Mart("hens", ("farm",), (Column("farm", pl.String, ""), Column("eggs", pl.Int64, "")), "a farm")


def test_a_table_has_its_columns_and_types_and_the_order_of_its_key() -> None:
    table = shaped(HENS, pl.DataFrame({"other": [1, 2], "farm": ["b", "a"]}))
    assert table.schema == {"farm": pl.String, "eggs": pl.Int64}
    assert table.rows() == [("a", None), ("b", None)]


def test_two_rows_of_one_key_are_never_published() -> None:
    with pytest.raises(ValueError, match="hens: two rows of one farm"):
        shaped(HENS, pl.DataFrame({"farm": ["a", "a"], "eggs": [1, 2]}))


def test_a_table_without_a_key_keeps_its_order() -> None:
    table = shaped(HENS._replace(key=()), pl.DataFrame({"farm": ["b", "a", "b"]}))
    assert table["farm"].to_list() == ["b", "a", "b"]


def test_a_table_over_days_says_which() -> None:
    assert [column.name for column in over_days(HENS).columns] == ["farm", "eggs", *(c.name for c in SPAN)]


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_every_table_names_each_column_once_and_has_its_key(mart: Mart) -> None:
    names = [column.name for column in mart.columns]
    assert len(set(names)) == len(names)
    assert set(mart.key) <= set(names)


def test_only_tables_that_say_when_they_were_made_depend_on_it() -> None:
    assert set(CLOCKED) < set(MART)
