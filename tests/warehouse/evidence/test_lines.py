"""Lines of evidence: what they add up to."""

from __future__ import annotations

import polars as pl

from warehouse.evidence.lines import LINES, sum_of_lines


def test_lines_without_a_value_add_nothing_and_alone_make_no_figure() -> None:
    lines = pl.DataFrame({"value": [3, None, -1]}, schema={"value": LINES["value"]})
    assert sum_of_lines(lines) == 2
    assert sum_of_lines(lines.filter(pl.col("value").is_null())) is None
    assert sum_of_lines(lines.clear()) is None
