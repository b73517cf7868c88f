"""Columns that stand twice in a table: which of them counts, and what is not known where they differ.

docs/rules.md: A column twice.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from connectors.contract import ACCOUNT_METRICS, COLUMN_ASKED, METRIC
from connectors.reading.headers import Header
from connectors.reading.numbers import NOTHING, count, milliseconds


class Chosen(NamedTuple):
    """A text column for each of ours and ``row``; the metrics of which two columns differ; what is to be said."""

    frame: pl.DataFrame
    disputed: tuple[str, ...]
    notes: tuple[str, ...]


def one_column_each(whole: pl.DataFrame, header: Header) -> Chosen:
    """The columns of a table in our words; ``whole`` has them by their place.

    Of several words of one language the first that is not empty all the way counts, for the whole file: they may be
    two definitions. Where one word, or its translation, stands twice, the cell that is filled counts, row by row. If
    two such cells of a row differ, the metric is not known in the whole file.
    """
    columns, disputed, notes = list[pl.Series](), list[str](), list[str]()
    for name in header.positions:
        filled = [group for group in header.definitions(name) if any(_is_filled(whole, at) for at in group)]
        places = next(iter(filled), header.definitions(name)[0])
        is_metric = name in METRIC or name in ACCOUNT_METRICS
        if len(filled) > 1 and is_metric:
            notes.append(
                f"{_named(header, [group[0] for group in filled])} stand for {name} and may be two definitions: "
                f"{header.cells[places[0]]} counts, in the whole file"
            )
        if is_metric and (difference := _difference(whole, places, name)):
            disputed.append(name)
            notes.append(
                f"{_named(header, places)} stand for {name} and differ, as in {difference}: "
                f"{name} not known; {COLUMN_ASKED}"
            )
            columns.append(pl.Series(name, [None], dtype=pl.String).new_from_index(0, whole.height))
        else:
            columns.append(_filled_in(whole, places, is_metric).alias(name))
    return Chosen(pl.DataFrame([whole["row"], *columns]), tuple(disputed), tuple(notes))


def _is_filled(whole: pl.DataFrame, at: int) -> bool:
    return whole[str(at)].null_count() < whole.height


def _named(header: Header, places: tuple[int, ...] | list[int]) -> str:
    """The columns as a person finds them: two may have one name."""
    return " and ".join(f"{header.cells[at]} (column {at + 1})" for at in sorted(places))


def _filled_in(whole: pl.DataFrame, places: tuple[int, ...], is_metric: bool) -> pl.Series:
    """The first filled cell of each row; a dash is none where another column has a figure."""
    if len(places) == 1:
        return whole[str(places[0])]
    cells = [pl.col(str(at)) for at in places]
    figures = [pl.when(~_is_nothing(cell)).then(cell) for cell in cells] if is_metric else []
    return whole.select(pl.coalesce(*figures, *cells)).to_series()


def _is_nothing(cell: pl.Expr) -> pl.Expr:
    return cell.str.strip_chars().str.to_lowercase().is_in(list(NOTHING))


def _difference(whole: pl.DataFrame, places: tuple[int, ...], name: str) -> str:
    """The first row whose cells differ, with them; empty where no row's do."""
    for other in places[1:]:
        one, two = (pl.col(str(at)).str.strip_chars() for at in (places[0], other))
        pairs = whole.select("row", one.alias("one"), two.alias("two"))
        pairs = pairs.filter((pl.col("one") != pl.col("two")).fill_null(False))
        for cells in pairs.unique(["one", "two"], keep="first", maintain_order=True).iter_rows():
            values = {_value(cell, name) for cell in cells[1:]} - {None}
            if len(values) > 1:
                return f"row {cells[0]} ({cells[1]} and {cells[2]})"
    return ""


def _value(cell: str, name: str) -> int | str | None:
    try:
        return milliseconds(cell) if name in METRIC and METRIC[name].per_unit > 1 else count(cell).value
    except ValueError:
        return cell
