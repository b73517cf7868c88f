"""The header of a partner's own table: of one line or of two, and figures that stand under several titles.

docs/rules.md: Two headers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise, takewhile

from connectors.contract import METRIC, Raw
from connectors.reading import files
from connectors.reading.files import Table
from connectors.reading.headers import header_key
from connectors.reading.layouts import Layout, MatchedTable, matched_table
from connectors.settings import ConnectorSettings

A_LINE_EACH = "a post on several platforms needs a line for each of them, with the platform in a column"
_OF_A_ROW = ("link", "title", "published")
"""What a table has once; a table that has it twice is two tables."""


def tables(raw: Raw, platform: str, layouts: tuple[Layout, ...], settings: ConnectorSettings) -> list[MatchedTable]:
    """The tables of a file that may be sheets, each by the line or the two lines that name the most of our columns.

    A table whose figures stand under several titles, or which is two tables beside each other, is refused: one post
    would get the figures of another.
    """
    matched = []
    for table in files.tables(raw):
        one = matched_table(table, platform, layouts, settings)
        joined = table.once("lines joined", partial(_with_lines_joined, table))
        two = matched_table(joined, platform, layouts, settings)
        if two and (one is None or len(two.top.positions) > len(one.top.positions)):
            one = two._replace(table=table)
        if one and (why := _beside_each_other(one) or _under_several_titles(one)):
            one = one._replace(layout=replace(one.layout, refused=why))
        if one:
            matched.append(one)
    return matched


def first_rows(one: MatchedTable) -> list[tuple[str, ...]]:
    """The first rows of a table, as far as no other header stands below its own."""
    below = one.table.top[one.top.at + 1 :]
    return list(takewhile(lambda line: not one.top.repeated(line), below))


def titles(one: MatchedTable) -> tuple[str, ...]:
    """The title above each column of a table, which stands in the first of its columns; empty where there is none."""
    above = one.table.top[one.top.at - 1] if one.top.at else ()
    title, of_columns = "", list[str]()
    for cell in above:
        title = cell or title
        of_columns.append(title)
    return tuple(of_columns)


def _with_lines_joined(table: Table) -> Table:
    """A table whose lines have, in their empty cells, what stands in the line above: a header may be of two lines."""
    top = table.top
    return replace(table, top=(*top[:1], *(_joined(above, line) for above, line in pairwise(top))))


def _joined(above: Sequence[str], line: Sequence[str]) -> tuple[str, ...]:
    width = max(len(above), len(line))
    upper, lower = ([*cells, *[""] * (width - len(cells))] for cells in (above, line))
    return tuple(low or up for up, low in zip(upper, lower, strict=True))


def _beside_each_other(one: MatchedTable) -> str:
    """Why a table cannot be read that has a column of its rows' links, captions or days twice; empty where it can."""
    for name in _OF_A_ROW:
        words = [header_key(one.top.cells[at]) for at in one.top.positions.get(name, ())]
        if twice := next((word for word in words if words.count(word) > 1), None):
            word = next(cell for cell in one.top.cells if header_key(cell) == twice)
            return f"has the column {word} twice, as two tables beside each other do: put one below the other"
    return ""


def _under_several_titles(one: MatchedTable) -> str:
    """Why a table cannot be read whose figure stands under several titles; empty where none does."""
    above = titles(one)
    for name, places in one.top.positions.items():
        under = dict.fromkeys(above[at] for at in places if at < len(above)) if name in METRIC else {}
        if len(under) > 1:
            word, (first, second, *_) = one.top.cells[places[0]], (*under, "")
            return (
                f"has {word} under {first or 'no title'} and under {second or 'no title'}: keep one column for each "
                f"figure; {A_LINE_EACH}"
            )
    return ""
