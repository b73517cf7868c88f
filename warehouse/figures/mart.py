"""What a published table is, and how its columns are declared."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from connectors.columns import Column


class Mart(NamedTuple):
    """A published table: its name, its key, its columns and what one row is."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    grain: str


def count(name: str, meaning: str, unit: str = "posts") -> Column:
    """A column of whole numbers."""
    return Column(name, pl.Int64, meaning, unit)


def text(name: str, meaning: str) -> Column:
    """A column of texts."""
    return Column(name, pl.String, meaning)


def shaped(mart: Mart, data: pl.DataFrame) -> pl.DataFrame:
    """``data`` with exactly the mart's columns and types, sorted by its key; what it lacks is null.

    Raises:
        ValueError: two rows have one key.
    """
    there = data.schema
    lacking = [pl.lit(None, c.dtype).alias(c.name) for c in mart.columns if c.name not in there]
    others = [c for c in mart.columns if there.get(c.name, c.dtype) != c.dtype]
    out = (data.with_columns(lacking) if lacking else data).select([c.name for c in mart.columns])
    if others:  # polars plans a cast of each column that it is told, also of one that has the type
        out = out.cast({c.name: c.dtype for c in others})
    if not mart.key:
        return out
    out = out.sort(mart.key)
    is_as_before = pl.all_horizontal(pl.col(column).eq_missing(pl.col(column).shift()) for column in mart.key)
    if out.select(is_as_before.slice(1).any()).item():
        raise ValueError(f"{mart.name}: two rows of one {', '.join(mart.key)}")
    return out
