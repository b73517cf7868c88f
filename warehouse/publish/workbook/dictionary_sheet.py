"""The workbook's data dictionary: what a row of each table is, and what every column means and counts in.

It is for who works with the tables, and so in English, as they are. ``docs/tables.md`` says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from connectors.columns import Column
from warehouse.figures.tables import MART
from warehouse.publish.workbook.sheets import HEAD, LONGEST_TEXT, Looks, height, lay_out, put

DICTIONARY = "Dictionary"
EVERY_TABLE = "every table"
_WIDTHS = {"table": 24, "column": 28, "in": 20, "means": 90}
_READING = (
    ("(an empty cell)", "Not known (null in the database), which is not 0. Excel's SUM passes over it: a column "
     "…_known beside a figure says how many of the posts know it."),
    ("reach_…", "Counts accounts, not people, and is never added up, since one account sees several posts. What can be "
     "proved are two bounds: by the end of reach_on the true number lay between reach_at_least and reach_at_most. "
     "Where reach_at_most is empty, only the lower bound is known."),
    ("read_until", "Where it is filled, nobody told on which day some of the figures were read: it was between "
     "read_from and read_until."),
    ("(gains)", "Tables whose names end with _daily or _periods hold what was added in their days; other totals count "
     "from the publication to the end of the day as_of."),
    ("(days and times)", "Days are those of {timezone}. Times are UTC, as in the database, and whole seconds."),
    ("(texts)", "Ids are texts, so that no digit is lost. Captions, names and links come from the internet as they "
     f"are; longer than {LONGEST_TEXT:,} characters they end with “…”."),
)  # fmt: skip


def write(
    sheet: Worksheet, looks: Looks, timezone: str, grains: Mapping[str, str], columns: Mapping[str, Sequence[Column]]
) -> None:
    """The dictionary.

    Args:
        timezone: the reporting zone.
        grains: what a row of each table is, and how many there are.
        columns: the columns of each table.
    """
    head, text, bold = looks.style(**HEAD), looks.style(text_wrap=True), looks.style(text_wrap=True, bold=True)
    for place, (title, width) in enumerate(_WIDTHS.items()):
        sheet.set_column(place, place, width, text)
        sheet.write_string(0, place, title, head)
    rows = list(_rows(timezone, grains, columns))
    for row, values in enumerate(rows, 1):
        look = text if values[1] else bold
        sheet.set_row(row, height(zip(values, _WIDTHS.values(), strict=True)))
        for place, value in enumerate(values):
            put(sheet, row, place, value or None, look, look)
    lay_out(sheet, len(rows), list(_WIDTHS.values()), 2)


def _rows(
    timezone: str, grains: Mapping[str, str], columns: Mapping[str, Sequence[Column]]
) -> Iterator[tuple[str, str, str, str]]:
    for what, meaning in _READING:
        yield EVERY_TABLE, what, "", meaning.format(timezone=timezone)
    for name, of_table in columns.items():
        key = f"; its key: {', '.join(MART[name].key)}" if MART[name].key else ""
        yield name, "", "", f"{grains[name]}{key}"
        for column in of_table:
            yield name, column.name, column.unit, column.meaning
