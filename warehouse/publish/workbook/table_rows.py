"""A table's rows as they stand in a sheet's file, made column by column: cell by cell takes many times as long.

What a cell holds is what :func:`warehouse.publish.workbook.sheets.put` writes for the same value. Form: SpreadsheetML,
ECMA-376 Part 1, 18.3.1.73 (row), 18.3.1.4 (c) and 18.3.1.53 (is).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from warehouse.publish.workbook.sheets import MOST_LINKS, is_link, serial, shown

_AT_ONCE = 10_000
"""Rows whose cells are in memory at once."""
_LIKE_A_CHARACTER = re.compile("(_x[0-9a-fA-F]{4}_)")


class _Starts(NamedTuple):
    """How a column's cells start: the cell itself, and behind the number of its row a number, a text, a link."""

    cell: str
    number: str
    text: str
    clicked: str


class TableSheet(Worksheet):  # type: ignore[misc]
    """A sheet that takes rows which are written already; its workbook has to have ``constant_memory``."""

    def write_rows(self, rows: Iterable[str], height: float, links: Mapping[tuple[int, int], str]) -> None:
        """Writes rows, each the cells of it (:func:`cells_of`), below the first row, each of one height in points.

        ``links`` are the addresses that can be clicked, by row and column, both from 0.
        """
        self._write_single_row(1)  # the first row, which is in memory still
        last = 0
        for last, cells in enumerate(rows, 1):
            self.row_data_fh.write(f'<row r="{last + 1}" ht="{height:g}" customHeight="1">{cells}</row>')
        self.previous_row = last
        self._check_dimensions(last, self.dim_colmax)
        for (row, column), address in links.items():
            self.hyperlinks[row][column] = Url(address)


def links_of(table: pl.DataFrame, columns: Sequence[str]) -> dict[tuple[int, int], str]:
    """The addresses of a table that can be clicked, by row and column of its sheet: the first that a sheet takes."""
    places = sorted(table.columns.index(column) for column in columns if column in table.columns)
    addresses = (
        ((row, place), values[place])
        for row, values in enumerate(table.iter_rows() if places else (), 1)
        for place in places
        if values[place] is not None and is_link(values[place])
    )
    return dict(islice(addresses, MOST_LINKS))


def cells_of(
    table: pl.DataFrame, looks: Sequence[Format], as_text: Format, links: Mapping[tuple[int, int], str], link: Format
) -> Iterator[str]:
    """The cells of each row of a table that stands below one row; nothing for what is not known.

    Args:
        looks: each column's format.
        as_text: the format of texts, and of what Excel has no number for.
        links: :func:`links_of`'s, whose cells have the format ``link``.
    """
    starts = [
        _starts(xl_col_to_name(place), dtype, look, as_text, link)
        for place, (dtype, look) in enumerate(zip(table.dtypes, looks, strict=True))
    ]
    return (cells for first in range(0, table.height, _AT_ONCE) for cells in _rows(table, first, starts, links))


def _starts(name: str, dtype: pl.DataType, look: Format, as_text: Format, link: Format) -> _Starts:
    """How the cells of the column of a name start, before and behind the number of their row."""
    kind = ' t="b"' if dtype == pl.Boolean else ""
    number = f'" s="{_index(look)}"{kind}><v>'
    clicked, text = (f'" s="{_index(form)}" t="inlineStr"><is><t' for form in (link, as_text))
    return _Starts(f'<c r="{name}', number, text, clicked)


def _rows(
    table: pl.DataFrame, first: int, starts: Sequence[_Starts], links: Mapping[tuple[int, int], str]
) -> Iterator[str]:
    """The cells of each row of a table from a row on, of as many as are made at once."""
    columns = []
    for place, (values, start) in enumerate(zip(table[first : first + _AT_ONCE].iter_columns(), starts, strict=True)):
        is_text, cells = values.dtype == pl.String, []
        for row, value in enumerate(values.to_list(), first + 1):
            if value is None:
                cells.append("")
            elif not is_text and (number := serial(value)) is not None:
                cells.append(f"{start.cell}{row + 1}{start.number}{number:.16G}</v></c>")
            else:
                begun = start.clicked if (row, place) in links else start.text
                cells.append(f"{start.cell}{row + 1}{begun}{_as_text(shown(str(value)))}</t></is></c>")
        columns.append(cells)
    return map("".join, zip(*columns, strict=True))


def _as_text(text: str) -> str:
    """A text in XML behind the start of its tag; what looks like Excel's name of a character is a text, too.

    (22.9.2.19, ``ST_Xstring``.)
    """
    blanks = ' xml:space="preserve">' if text[:1].isspace() or text[-1:].isspace() else ">"
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return blanks + (_LIKE_A_CHARACTER.sub(r"_x005F\1", text) if "_x" in text else text)


def _index(look: Format) -> int:
    """A format's place among the workbook's."""
    return int(look._get_xf_index())
