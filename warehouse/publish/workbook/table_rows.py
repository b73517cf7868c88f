"""A table's rows as they stand in a sheet's file, made column by column: cell by cell takes many times as long.

What a cell holds is what :func:`warehouse.publish.workbook.sheets.put` writes for the same value. Form: SpreadsheetML,
ECMA-376 Part 1, 18.3.1.73 (row), 18.3.1.4 (c) and 18.3.1.53 (is).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from warehouse.publish.workbook.sheets import LINK_TIP, MOST_LINKS, is_link, serial, shown

_ROW, _NUMBER, _TEXT, _IS_LINK = "row", "number", "text", "is_link"


class TableSheet(Worksheet):  # type: ignore[misc]
    """A sheet that takes rows which are written already; its workbook has to have ``constant_memory``."""

    def write_rows(self, cells: pl.Series, height: float, links: Mapping[tuple[int, int], str]) -> None:
        """Writes the cells of rows (:func:`cells_of`) below the first row, each row of one height in points.

        ``links`` are the addresses that can be clicked, by row and column, both from 0.
        """
        rows = cells.len()
        head = pl.format(f'<row r="{{}}" ht="{height:g}" customHeight="1">', pl.int_range(2, rows + 2))
        written = pl.select(pl.concat_str(head, cells, pl.lit("</row>"))).to_series()
        self._write_single_row(rows)  # the first row, which is in memory still
        self.row_data_fh.write("".join(written))
        self._check_dimensions(rows, self.dim_colmax)
        for (row, column), address in links.items():
            self.hyperlinks[row][column] = url = Url(address)
            url.tip = LINK_TIP


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
) -> pl.Series:
    """The cells of each row of a table that stands below one row; nothing for what is not known.

    Args:
        looks: each column's format.
        as_text: the format of texts, and of what Excel has no number for.
        links: :func:`links_of`'s, whose cells have the format ``link``.
    """
    rows = pl.int_range(2, table.height + 2, eager=True).alias(_ROW)
    columns = []
    for place, (values, look) in enumerate(zip(table.iter_columns(), looks, strict=True)):
        clicked = pl.Series([row + 1 for row, column in links if column == place], dtype=rows.dtype)
        frame = _as_written(values).with_columns(rows, rows.is_in(clicked).alias(_IS_LINK))
        columns.append(frame.select(_cell(xl_col_to_name(place), values.dtype, look, as_text, link)).to_series())
    return pl.select(pl.concat_str(columns, ignore_nulls=True)).to_series()


def _as_written(values: pl.Series) -> pl.DataFrame:
    """What of a column stands as a number, and what as a text: each null where it is the other, or not known."""
    cells = values.to_list()
    numbers = [None] * len(cells) if values.dtype == pl.String else [_number(value) for value in cells]
    texts = [
        shown(str(value)) if value is not None and number is None else None
        for value, number in zip(cells, numbers, strict=True)
    ]
    return pl.DataFrame({_NUMBER: numbers, _TEXT: texts}, schema={_NUMBER: pl.String, _TEXT: pl.String})


def _number(value: Any) -> str | None:
    number = None if value is None else serial(value)
    return None if number is None else f"{number:.16G}"


def _cell(name: str, dtype: pl.DataType, look: Format, as_text: Format, link: Format) -> pl.Expr:
    """The cell of a row in the column of a name; null where nothing is known."""
    kind = ' t="b"' if dtype == pl.Boolean else ""
    number = pl.format(f'<c r="{name}{{}}" s="{_index(look)}"{kind}><v>{{}}</v></c>', _ROW, _NUMBER)
    index = pl.when(_IS_LINK).then(_index(link)).otherwise(_index(as_text))
    blanks = pl.when(pl.col(_TEXT).str.contains(r"^\s|\s$")).then(pl.lit(' xml:space="preserve"')).otherwise(pl.lit(""))
    start = pl.format(f'<c r="{name}{{}}" s="{{}}" t="inlineStr"><is><t{{}}>', _ROW, index, blanks)
    return pl.coalesce(number, pl.concat_str(start, _escaped(), pl.lit("</t></is></c>")))


def _escaped() -> pl.Expr:
    """A text in XML; what looks like Excel's name of a character is a text, too (22.9.2.19, ``ST_Xstring``)."""
    text = pl.col(_TEXT)
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.str.replace_all(sign, name, literal=True)
    return text.str.replace_all("(_x[0-9a-fA-F]{4}_)", "_x005F${1}")


def _index(look: Format) -> int:
    """A format's place among the workbook's."""
    return int(look._get_xf_index())
