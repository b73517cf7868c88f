"""Columns of a table, declared once, and the frames that have them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import polars as pl


class Column(NamedTuple):
    """One column of a table, declared once: frame schema, DDL and docs derive from it."""

    name: str
    dtype: pl.DataType | type[pl.DataType]
    meaning: str
    unit: str = ""
    is_required: bool = False


def schema(columns: Iterable[Column]) -> dict[str, pl.DataType | type[pl.DataType]]:
    """The polars schema of a table's columns."""
    return {column.name: column.dtype for column in columns}


def frame(columns: tuple[Column, ...], data: pl.DataFrame | None = None) -> pl.DataFrame:
    """``data`` with exactly these columns in this order and type; what it lacks is null.

    Raises:
        ValueError: a required column holds null, or a column is not of the table.
    """
    if data is None:
        return pl.DataFrame(schema=schema(columns))
    out = data.select(_selected(columns, tuple(data.columns)))
    for column in columns:
        if column.is_required and out[column.name].null_count():
            raise ValueError(f"{column.name} must be known in every row")
    return out


@cache  # there are few kinds of files, and to build expressions takes longer than a small file's frame
def _selected(columns: tuple[Column, ...], given: tuple[str, ...]) -> list[pl.Expr]:
    if unknown := set(given) - {column.name for column in columns}:
        raise ValueError(f"not columns of this frame: {', '.join(sorted(unknown))}")
    none = {c.name: pl.lit(None, c.dtype).alias(c.name) for c in columns if c.name not in given}
    return [none.get(c.name, pl.col(c.name)).cast(c.dtype) for c in columns]
