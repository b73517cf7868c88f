"""The published tables: just their columns, one row a key, in the order of the key."""

from __future__ import annotations

import pytest

from warehouse.figures.mart import Mart
from warehouse.figures.tables import CLOCKED, MART, MARTS, SPAN, over_days


def test_a_table_over_days_says_which() -> None:
    with_days = over_days(MART["stage_totals"])
    assert with_days.columns == (*MART["stage_totals"].columns, *SPAN)


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_every_table_names_each_column_once_and_has_its_key(mart: Mart) -> None:
    names = [column.name for column in mart.columns]
    assert len(set(names)) == len(names)
    assert set(mart.key) <= set(names)


def test_only_tables_that_say_when_they_were_made_depend_on_it() -> None:
    assert set(CLOCKED) < set(MART)
