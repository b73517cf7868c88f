"""Merged cells of a workbook: a text stands for every row that its cell spans, a number for none of them.

docs/rules.md: Merged cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from connectors.reading.size_limits import Span

_NUMBER = re.compile(r"\W{0,3}\d[\d.,'\s]*%?")
_MOST_LETTERS = 10_000_000
"""No table that people keep repeats more than this when its merged cells are written out."""


def filled_down(grid: pl.DataFrame, spans: Iterable[Span]) -> pl.DataFrame:
    """``grid``, columns of text, with each cell that spans several rows written into all of them.

    A number is marked as that of several rows, so that no count is read from it: nobody knows whose it is.
    """
    columns: dict[int, list[str | None]] = {}
    letters = 0
    for span in spans:
        if not (0 <= span.top < grid.height and 0 <= span.column < grid.width):
            continue
        cells = columns.setdefault(span.column, grid.to_series(span.column).to_list())
        text, rows = cells[span.top], range(span.top, min(span.bottom + 1, grid.height))
        if not text or any(cells[row] for row in rows[1:]):
            continue
        letters += len(text) * len(rows)
        if letters > _MOST_LETTERS:
            return grid
        written = f"{text} (one cell for {len(rows)} rows)" if _NUMBER.fullmatch(text) else text
        cells[span.top : rows.stop] = [written] * len(rows)
    return grid.with_columns(pl.Series(grid.columns[at], cells, dtype=pl.String) for at, cells in columns.items())
