"""The published table of audiences' parts."""

from __future__ import annotations

from warehouse.figures.audience_table import AUDIENCE_TABLE
from warehouse.measures import METRIC_MEASURES


def test_no_column_of_an_audience_is_a_measure_that_totals_add_up() -> None:
    columns = {column.name for column in AUDIENCE_TABLE.columns}
    assert not columns & {measure.declared.name for measure in METRIC_MEASURES}
    assert {"share", "count", "size", "unknown_because", "as_of"} <= columns
