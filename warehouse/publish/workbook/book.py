"""The published tables as a workbook to open, print and send.

A cover with the headline figures, the indicators as a donor's table, a sheet a campaign; behind them a sheet a table,
hidden so that it is not printed, and what each column means. The copy to send ends with the campaigns. The cells hold
what the tables hold; what is not known is an empty cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from connectors.columns import Column
from warehouse.figures.tables import MART
from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.report.language import LANGUAGES, Language
from warehouse.publish.workbook import campaign_sheet, cover, dictionary_sheet, fill_in, indicator_sheet
from warehouse.publish.workbook.dictionary_sheet import DICTIONARY
from warehouse.publish.workbook.edition import BookTables, Edition
from warehouse.publish.workbook.sheets import (
    DAY,
    HEAD,
    INSTANT,
    LINK,
    Looks,
    lay_out,
    number_format,
)
from warehouse.publish.workbook.table_rows import TableSheet, cells_of, links_of
from warehouse.texts import number_of

LONGEST_SHEET = 1_048_575
"""The most rows below a header."""
MOST_ROWS = 5_000
"""The most posts, files or figures of accounts that a sheet lists: nobody reads more of them there.

Half a million posts take minutes to write; files and figures of accounts are more every night.
"""
_POSTS = ("views", "posts with the most views", "with fewer views, or of which none are known")
_NEWEST = {
    "source_files": ("observed_at", "files seen last", "seen before"),
    "account_figures": ("period_end", "figures of the newest days", "of days before"),
    "post_comparisons": ("read_at", "figures read last", "read before"),
}
"""By which column rows of tables are chosen that have too many; what they are, and what the others are."""

ABOUT = "about"
"""The table that says of which night a workbook is."""
_WIDEST, _LOOKED_AT = 42, 1_000
_ROW = 16
_CLIPPED: Mapping[str, Any] = {"text_wrap": True, "align": "left", "indent": 1}
"""A long text, in a row of fixed height: it does not run over the empty cells beside it."""


def copies_to_send(tables: BookTables, name: str) -> dict[str, bytes]:
    """The copy to send in each language, by the names of their files.

    Raises:
        OSError: the disk for temporary files is full.
    """
    return {f"{name}-{language}.xlsx": copy_to_send(tables, language) for language in LANGUAGES}


def copy_to_send(tables: BookTables, language: Language) -> bytes:
    """The workbook for others, as an .xlsx: no tables behind the campaigns, nothing to fill in, nobody's contact.

    One table is in it, of which version of the figures it is: by it a copy that comes back is known for one.

    Raises:
        OSError: the disk for temporary files is full.
    """
    return _written(Edition(tables, language), (ABOUT,), is_to_send=True)


def book(tables: BookTables, language: Language) -> bytes:
    """The workbook for the team, as an .xlsx: with all tables. The same tables give the same bytes.

    The tables and their sheets to fill in have the names and titles that programs know, in every language.

    Raises:
        OSError: the disk for temporary files is full.
    """
    return _written(Edition(tables, language), [name for name in MART if name in tables.tables])


def _written(edition: Edition, names: Sequence[str], *, is_to_send: bool = False) -> bytes:
    """The workbook of an edition, with the sheets of the tables with these names behind."""
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    to_fill_in = {name for name in names if fill_in.is_filled_in(name)}
    behind = [*names] if is_to_send else [*names, DICTIONARY]
    try:
        with xlsxwriter.Workbook(out, options) as made:
            made.set_properties(cover.properties(edition))
            looks = Looks(made)
            asked_for = (row["campaign_name"] or row["campaign_id"] for row, _ in edition.campaigns)
            first, second, *of_campaigns = campaign_sheet.sheet_names(
                (edition("cover"), edition.telling("indicators"), *asked_for),
                (DICTIONARY, *edition.book.tables),
                edition("nameless"),
            )
            of_all = (first, second, *of_campaigns, *behind)
            sheets = {name: made.add_worksheet(name, TableSheet) for name in of_all}
            for name, sheet in sheets.items():
                sheet.set_paper(9)  # A4
                sheet.set_footer(f"&L{_in_footer(edition.as_of)}&C{_in_footer(name)}&R{_page_of(edition)}")
                if name in behind and name not in to_fill_in:
                    sheet.hide()  # what is hidden is not printed, and other programs read it all the same
            contents = [(second, edition("indicators_says"))]
            contents += [(name, edition("campaign_says")) for name in of_campaigns]
            contents += [(name, edition("fill_in_says")) for name in names if name in to_fill_in]
            cover.write(sheets[first], looks, edition, contents, is_to_send=is_to_send)
            indicator_sheet.write(sheets[second], looks, edition)
            for name, (row, campaign) in zip(of_campaigns, edition.campaigns, strict=True):
                campaign_sheet.write(sheets[name], looks, edition, row, campaign)
            if is_to_send:
                sheets[ABOUT].very_hidden()
                about = edition.book.tables[ABOUT].drop("banner", strict=False)  # a word to the team
                _write_rows_of(sheets[ABOUT], looks, ABOUT, about)
            else:
                _write_tables(sheets, looks, edition, names, to_fill_in)
    except XlsxWriterException as error:
        raise OSError(f"the workbook could not be written: {error}") from error
    return out.getvalue()


def _in_footer(text: str) -> str:
    """A text in a footer, where & begins a code."""
    return text.replace("&", "&&")


def _page_of(edition: Edition) -> str:
    return edition("at_page", page="&P", pages="&N")


def _write_tables(
    sheets: Mapping[str, TableSheet],
    looks: Looks,
    edition: Edition,
    names: Sequence[str],
    to_fill_in: Collection[str],
) -> None:
    """The sheets behind: a table each, and what the columns of all mean."""
    tables = edition.book.tables
    for name in names:
        if name in to_fill_in:
            rows, others = _listed(name, tables[name])
            _write_to_fill_in(sheets[name], looks, name, rows, others, edition)
            fill_in.lay_out(sheets[name], looks, name, rows.height, tables)
        else:
            _write_rows_of(sheets[name], looks, name, tables[name])
    dictionary_sheet.write(
        sheets[DICTIONARY],
        looks,
        tables["about"]["timezone"].item(),
        {name: _grain(name, tables[name]) for name in names},
        {name: _declared(name, tables[name])[0] for name in names},
    )


def _write_rows_of(sheet: TableSheet, looks: Looks, name: str, table: pl.DataFrame) -> None:
    """The sheet of a table that nobody fills in."""
    rows, others = _listed(name, table)
    columns, key = _declared(name, rows)
    leading = next((place for place, c in enumerate(columns) if c.name not in key), len(columns))
    _write_table(sheet, looks, rows, others, columns, [_width(rows[c.name]) for c in columns], leading)


def _grain(name: str, table: pl.DataFrame) -> str:
    grain = f"a row is {MART[name].grain}"
    rows = number_of(table.height, "row")
    if chosen := _chosen_of_too_many(name, table):
        return f"{grain}: the {MOST_ROWS:,} {chosen[1]}, of {rows}; {_all_are_in(name)}"
    return f"{grain} ({rows})"


def _chosen_of_too_many(name: str, table: pl.DataFrame) -> tuple[str, str, str] | None:
    """How the rows are chosen that the sheet lists of a table; None where it lists all of them."""
    if table.height <= MOST_ROWS:
        return None
    is_of_posts = "post_id" in MART[name].key and "views" in table.columns
    return _POSTS if is_of_posts else _NEWEST.get(name)


def _all_are_in(name: str) -> str:
    return f"reach.duckdb has all of them, and so has parquet/{name}.parquet where a night published it"


def _listed(name: str, table: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """The rows of a table that its sheet lists, and a line about the others where there are any."""
    if chosen := _chosen_of_too_many(name, table):
        by, _, of_others = chosen
        others = f"… and {number_of(table.height - MOST_ROWS, 'post' if chosen is _POSTS else 'row')} {of_others}"
        if chosen is _POSTS:
            rows = most_viewed(table, MOST_ROWS, by)
        else:  # a file of which no day is known was refused, and waits for somebody
            rows = table.sort(by, descending=True, nulls_last=False, maintain_order=True).head(MOST_ROWS)
        return rows, f"{others}; {_all_are_in(name)}."
    if table.height <= LONGEST_SHEET:
        return table, ""
    others = f"… and {table.height - LONGEST_SHEET + 1:,} more rows"
    return table.head(LONGEST_SHEET - 1), f"{others}, for which a sheet has no room; reach.duckdb has them."


def _declared(name: str, table: pl.DataFrame) -> tuple[list[Column], tuple[str, ...]]:
    """A table's columns, with what they mean, and its key."""
    declared = {column.name: column for column in MART[name].columns}
    return [declared[column] for column in table.columns], MART[name].key


def _write_to_fill_in(
    sheet: TableSheet, looks: Looks, name: str, rows: pl.DataFrame, others: str, edition: Edition
) -> None:
    """A sheet of a table with columns to fill in before those of the table."""
    table = fill_in.with_columns(name, rows)
    columns = fill_in.columns(name, _declared(name, rows)[0], edition)
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
    link = looks.style(**_CLIPPED, **LINK)
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
