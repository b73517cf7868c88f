"""What differs between two results of one question: two tables in Parquet, or two answers of the program."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

FAILED = b"failed: "
"""What an answer begins with that is none: two of them prove nothing, though they may be equal."""

IN_ANY_ORDER = ("reach_basis", "source", "bounds")
"""Columns, and a key of ``reach explain``, whose texts may name accounts in any order.

The commit that the restructuring began from (767dcf2) writes them so: two nights of it over one workspace differ in the
order of two accounts. What is said of each account has to be the same, and no figure may be another.
"""

SHOWN = 3  # cells of a table that differ

CellPlace = tuple[int, str]


class Difference(NamedTuple):
    """What differs, in a sentence; ``is_order`` where it is nothing but the order of :data:`IN_ANY_ORDER`."""

    sentence: str
    is_order: bool = False


def between(left: Path, right: Path) -> Difference | None:
    """What differs between A's file and B's; None where nothing does."""
    for side, letter in ((left, "A"), (right, "B")):
        if not side.exists():
            return Difference(f"{letter} does not have it")
    first, second = left.read_bytes(), right.read_bytes()
    for content in (first, second):
        if content.startswith(FAILED):
            return Difference(content.decode())
    if first == second:
        return None
    if left.suffix == ".parquet":
        return _of_tables(pl.read_parquet(first), pl.read_parquet(second))
    if "csv" in left.name:
        (status, one), (other, two) = (content.split(b"\n", 1) for content in (first, second))
        if status == other:
            return _of_tables(*(pl.read_csv(io.BytesIO(content), infer_schema=False) for content in (one, two)))
    if first.splitlines() == second.splitlines():
        return Difference("equal lines, other ends of lines")
    return _of_lines(first.decode().splitlines(), second.decode().splitlines())


def _of_tables(left: pl.DataFrame, right: pl.DataFrame) -> Difference:
    """Counts of rows, then the columns or the first rows that differ."""
    counts = f"{left.height} and {right.height} rows"
    if list(left.schema.items()) != list(right.schema.items()):
        names = dict.fromkeys((*left.columns, *right.columns))
        other = [name for name in names if left.schema.get(name) != right.schema.get(name)]
        return Difference(f"{counts}; other columns: {', '.join(other) or 'only their order'}")
    if left.height != right.height:
        return Difference("; ".join((counts, *_alone("A", left, right), *_alone("B", right, left))))
    places = [(row, name) for name in left.columns for row in left[name].ne_missing(right[name]).arg_true()]
    moved = [place for place in places if _is_order(left, right, place)]
    if moved and len(moved) == len(places):
        columns = ", ".join(dict.fromkeys(name for _, name in places))
        return Difference(f"{columns}: the accounts stand in another order in {len(places)} cells", is_order=True)
    if not places:
        return Difference(f"{counts}; equal cells, other bytes")
    places = sorted(set(places) - set(moved))
    columns = ", ".join(name for name in left.columns if name in {name for _, name in places})
    told = f"{counts}; {len({row for row, _ in places})} rows differ, in {columns}"
    return Difference("; ".join((told, *(_cell(left, right, place) for place in places[:SHOWN]))))


def _alone(letter: str, table: pl.DataFrame, other: pl.DataFrame) -> Iterator[str]:
    """How many rows only one of two tables has, and the first of them."""
    only = table.join(other, on=table.columns, how="anti", nulls_equal=True, maintain_order="left")
    yield f"{only.height} only in {letter}" + (f", the first {_key(only.row(0))}" if only.height else "")


def _is_order(left: pl.DataFrame, right: pl.DataFrame, place: CellPlace) -> bool:
    """Whether a cell differs in nothing but the order of accounts."""
    row, name = place
    return name in IN_ANY_ORDER and _says_the_same(str(left[name][row]), str(right[name][row]))


def _says_the_same(left: str, right: str) -> bool:
    """Whether two texts are made of the same parts."""
    first, second = (sorted(re.split(r"[,;:] (?:but )?", text)) for text in (left, right))
    return first == second


def _cell(left: pl.DataFrame, right: pl.DataFrame, place: CellPlace) -> str:
    row, name = place
    return f"row {row} {_key(left.row(row))} {name}: {left[name][row]!r} | {right[name][row]!r}"


def _key(row: Sequence[object]) -> str:
    """The first cells of a row, by which a person finds it."""
    return "(" + ", ".join(str(cell) for cell in row[:2]) + ")"


def _of_lines(left: Sequence[str], right: Sequence[str]) -> Difference:
    """The first line that differs; lines of JSON as :data:`IN_ANY_ORDER` allows them."""
    if len(left) != len(right):
        return Difference(f"{len(left)} and {len(right)} lines")
    moved = 0
    for number, (one, two) in enumerate(zip(left, right, strict=True), start=1):
        key = re.match(r'\s*"(\w+)": "', one)
        if one != two and key and key[1] in IN_ANY_ORDER and _says_the_same(one.rstrip('",'), two.rstrip('",')):
            moved += 1
        elif one != two:
            return Difference(f"line {number}: {one[:200]!r} | {two[:200]!r}")
    return Difference(f"the accounts stand in another order in {moved} lines", is_order=True)
