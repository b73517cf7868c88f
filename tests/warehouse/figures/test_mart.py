"""Published tables have their columns, the order of their key, and no key twice."""

from __future__ import annotations

import polars as pl
import pytest

from connectors.columns import Column
from warehouse.figures.mart import Mart, shaped

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
