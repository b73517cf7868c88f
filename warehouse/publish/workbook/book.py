"""The published tables as a workbook to open, print and send.

A cover with the headline figures, the indicators as a donor's table, a sheet a campaign; behind them a sheet a table,
hidden so that it is not printed, and what each column means. The copy to send ends with the campaigns. The cells hold
what the tables hold; what is not known is an empty cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import islice
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from connectors.contract import Column
from warehouse.figures.tables import MART
from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.workbook import campaign_sheet, cover, fill_in, indicator_sheet
from warehouse.publish.workbook.sheets import (
    DAY,
    HEAD,
    INSTANT,
    Looks,
    height,
    lay_out,
    number_format,
    put,
)
from warehouse.publish.workbook.table_rows import TableSheet, cells_of, links_of
from warehouse.texts import number_of

LONGEST_SHEET = 1_048_575
"""The most rows below a header."""
MOST_POSTS = 5_000
"""The most posts that a sheet lists: nobody reads more of them there, and half a million take minutes to write."""
COVER, INDICATORS, COLUMNS = "Cover", "Indicators", "Columns"

_WIDEST, _LOOKED_AT = 42, 1_000
_ROW = 16
_CLIPPED: Mapping[str, Any] = {"text_wrap": True, "align": "left", "indent": 1}
"""A long text, in a row of fixed height: it does not run over the empty cells beside it."""


def book(tables: Mapping[str, pl.DataFrame], frozen_as: str | None = None, *, is_to_send: bool = False) -> bytes:
    """The tables as an .xlsx; the same tables give the same bytes.

    Args:
        tables: the published tables by name, or those that a frozen report has.
        frozen_as: the name of the report that they were frozen as.
        is_to_send: whether it is for others: no tables behind the campaigns, nothing to fill in, no decisions, no
            files, nobody's contact.

    Raises:
        OSError: the disk for temporary files is full.
    """
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    names = [*(name for name in MART if name in tables), *(name for name in tables if name not in MART)]
    behind = [] if is_to_send else [*names, COLUMNS]
    try:
        with xlsxwriter.Workbook(out, options) as made:
            made.set_properties(cover.properties(tables))
            looks = Looks(made)
            campaigns = _with_sheet(tables)
            named = campaign_sheet.names_of(campaigns, (COVER, INDICATORS, COLUMNS, *tables))
            of_all = (COVER, INDICATORS, *named.values(), *behind)
            sheets = {name: made.add_worksheet(name, TableSheet) for name in of_all}
            to_fill_in = {name for name in behind if fill_in.is_filled_in(name) and not frozen_as}
            for name, sheet in sheets.items():
                sheet.set_paper(9)  # A4
                sheet.set_footer(f"&LAs of {tables['about']['as_of'].item()}&C{_in_footer(name)}&RPage &P of &N")
                if name in behind and name not in to_fill_in:
                    sheet.hide()  # what is hidden is not printed, and other programs read it all the same
            contents = [(INDICATORS, "the plan's indicators as a donor's table, with a sentence for each", True)]
            contents += [(name, "the campaign: its figures, pages, pieces of content, top posts", True)
                         for name in named.values()]  # fmt: skip
            if behind:
                contents += [(n, _grain(n, tables[n]) + (fill_in.TOLD if n in to_fill_in else ""), n in to_fill_in)
                             for n in names]  # fmt: skip
                contents.append((COLUMNS, "every column: what it means, and in what it counts; a right click on any "
                                 "sheet's name, then Unhide, shows it and the tables", False))  # fmt: skip
            cover.write(sheets[COVER], looks, tables, contents, frozen_as, has_tables=bool(behind))
            indicator_sheet.write(sheets[INDICATORS], looks, tables)
            for row in campaigns:
                campaign_sheet.write(sheets[named[row["campaign_id"]]], looks, tables, row)
            if behind:
                _write_tables(sheets, looks, tables, names, to_fill_in)
    except XlsxWriterException as error:
        raise OSError(f"the workbook could not be written: {error}") from error
    return out.getvalue()


def _with_sheet(tables: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """The campaigns that have a sheet, in the plan's order: those with something to show, as many as may have one."""
    if not campaign_sheet.has_figures(tables):
        return []
    rows = tables["campaign_totals"].iter_rows(named=True)
    return list(islice((row for row in rows if row["posts"] or row["outreach"]), campaign_sheet.MOST))


def _in_footer(name: str) -> str:
    """A sheet's name in a footer, where & begins a code."""
    return name.replace("&", "&&")


def _write_tables(
    sheets: Mapping[str, TableSheet],
    looks: Looks,
    tables: Mapping[str, pl.DataFrame],
    names: Sequence[str],
    to_fill_in: Iterable[str],
) -> None:
    """The sheets behind: a table each, and what the columns of all mean."""
    for name in names:
        rows, others = _listed(name, tables[name])
        columns, key = _declared(name, rows)
        if name in to_fill_in:
            _write_to_fill_in(sheets[name], looks, name, rows, others, columns)
            fill_in.lay_out(sheets[name], looks, name, rows.height, tables)
        else:
            leading = next((place for place, c in enumerate(columns) if c.name not in key), len(columns))
            widths = [_width(rows[c.name]) for c in columns]
            _write_table(sheets[name], looks, rows, others, columns, widths, leading)
    _write_columns(sheets[COLUMNS], looks, {name: _declared(name, tables[name])[0] for name in names})


def _grain(name: str, table: pl.DataFrame) -> str:
    grain = f"a row is {MART[name].grain}" if name in MART else "a table of the report's time"
    rows = number_of(table.height, "row")
    if _is_of_too_many_posts(name, table):
        return f"{grain}: the {MOST_POSTS:,} posts with the most views, of {rows}; {_all_are_in(name)}"
    return f"{grain} ({rows})"


def _is_of_too_many_posts(name: str, table: pl.DataFrame) -> bool:
    return table.height > MOST_POSTS and name in MART and "post_id" in MART[name].key and "views" in table.columns


def _all_are_in(name: str) -> str:
    return f"reach.duckdb has all of them, and so has parquet/{name}.parquet where a night published it"


def _listed(name: str, table: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """The rows of a table that its sheet lists, and a line about the others where there are any."""
    if _is_of_too_many_posts(name, table):
        others = f"… and {number_of(table.height - MOST_POSTS, 'post')} with fewer views, or of which none are known"
        return most_viewed(table, MOST_POSTS, "views"), f"{others}; {_all_are_in(name)}."
    if table.height <= LONGEST_SHEET:
        return table, ""
    others = f"… and {table.height - LONGEST_SHEET + 1:,} more rows"
    return table.head(LONGEST_SHEET - 1), f"{others}, for which a sheet has no room; reach.duckdb has them."


def _declared(name: str, table: pl.DataFrame) -> tuple[list[Column], tuple[str, ...]]:
    """A table's columns, with what they mean where that is declared today, and its key."""
    declared = {column.name: column for column in MART[name].columns} if name in MART else {}
    columns = [declared.get(column) or Column(column, dtype, "") for column, dtype in table.schema.items()]
    return columns, MART[name].key if name in MART else ()


def _write_to_fill_in(
    sheet: TableSheet, looks: Looks, name: str, rows: pl.DataFrame, others: str, declared: Sequence[Column]
) -> None:
    """A sheet of a table with columns to fill in before those of the table."""
    table, columns = fill_in.with_columns(name, rows), fill_in.columns(name, declared)
    widths = fill_in.widths(name, [_width(table[column.name]) for column in columns], columns)
    _write_table(sheet, looks, table, others, columns, widths, fill_in.leading(name))


def _write_table(
    sheet: TableSheet,
    looks: Looks,
    table: pl.DataFrame,
    others: str,
    columns: Sequence[Column],
    widths: Sequence[float],
    leading: int,
) -> None:
    """A sheet whose first row has the columns' names, so that other programs read it as a table, too.

    ``others`` is a line below the rows, about those that are not listed; the ``leading`` columns stay when scrolled.
    """
    as_text = looks.style(**_CLIPPED)
    link = looks.style(**_CLIPPED, font_color="#0563C1", underline=1)
    cells = [as_text if table[c.name].dtype == pl.String else looks.style(_shown_as(c, table[c.name])) for c in columns]
    sheet.set_default_row(_ROW)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width, cells[place])
    _head(sheet, looks, columns)
    rows = table.select(column.name for column in columns)
    links = links_of(rows, ("url", "source"))
    if rows.height:
        sheet.write_rows(cells_of(rows, cells, as_text, links, link), _ROW, links)
    if others:
        sheet.write_string(table.height + 1, 0, others, as_text)
    lay_out(sheet, table.height, widths, leading)


def _head(sheet: Worksheet, looks: Looks, columns: Iterable[Column]) -> None:
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.name, looks.style(**HEAD, indent=int(column.dtype == pl.String)))
        note = column.meaning + (f"\nIn {column.unit}." if column.unit else "")
        if note:
            lines = sum(len(line) // 36 + 1 for line in note.split("\n"))
            sheet.write_comment(0, place, note, {"author": "Reach", "width": 230, "height": 14 * lines + 14})


def _write_columns(sheet: Worksheet, looks: Looks, columns: Mapping[str, Sequence[Column]]) -> None:
    head, text = looks.style(**HEAD), looks.style(text_wrap=True)
    widths = (24, 28, 20, 90)
    for place, (title, width) in enumerate(zip(("table", "column", "in", "means"), widths, strict=True)):
        sheet.set_column(place, place, width, text)
        sheet.write_string(0, place, title, head)
    rows = [
        (name, column.name, column.unit, column.meaning) for name, of_table in columns.items() for column in of_table
    ]
    for row, values in enumerate(rows, 1):
        sheet.set_row(row, height(zip(values, widths, strict=True)))
        for place, value in enumerate(values):
            put(sheet, row, place, value or None, text, text)
    lay_out(sheet, len(rows), widths, 2)


def _shown_as(column: Column, values: pl.Series) -> str:
    """How a column's values are shown; percentages are those of the table, 125.5 as 125.5%."""
    dtype = values.dtype
    if dtype == pl.Date:
        return DAY
    if dtype == pl.Datetime:
        return INSTANT
    if dtype.is_numeric():
        some = next((value for value in values if not float(value or 0).is_integer()), 0)
        return number_format(some, after="%" if column.unit == "percent" else "")
    return "General"


def _width(values: pl.Series) -> float:
    """Wide enough for the header with its filter, and for what stands in the first rows."""
    shown = values.head(_LOOKED_AT).cast(pl.String).to_list()  # cheaper than polars' own lengths of a few texts
    longest = max((len(text) for text in shown if text is not None), default=0)
    if values.dtype == pl.Datetime:
        longest = 21
    return float(min(_WIDEST, max(9, len(values.name) + 5, longest + 3)))
