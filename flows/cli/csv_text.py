"""Tables as CSV that a spreadsheet opens without taking a text of somebody else's for a formula.

Spreadsheets compute a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break, and such a formula can
fetch an address with what stands beside it. Such a text gets an apostrophe in front (OWASP, "CSV Injection").
"""

from __future__ import annotations

import polars as pl
from polars import selectors as cs

_BLANKS = r"[\s\x00-\x1f\x{85}\x{ad}\x{200b}-\x{200f}\x{2028}-\x{202f}\x{2060}\x{feff}]*"
_FORMULA = rf"^(?:[\t\r\n]|{_BLANKS}[=+\-@＝＋－＠﹢﹣﹦﹫−])"
"""Also behind blanks, and in the wide and small variants that spreadsheets take for the sign."""
_NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"


def csv_text(table: pl.DataFrame) -> str:
    """A table of flat columns as CSV: no cell, and no column's name, begins as a formula unless it is a number."""
    texts = table.with_columns((cs.categorical() | cs.enum()).cast(pl.String))
    heads = pl.DataFrame([pl.Series(str(place), [name]) for place, name in enumerate(table.columns)])
    return "".join(_plain(part).write_csv(include_header=False) for part in (heads, texts) if part.width)


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    is_formula = cs.string().str.contains(_FORMULA) & ~cs.string().str.contains(_NUMBER)
    return table.with_columns(pl.when(is_formula).then("'" + cs.string()).otherwise(cs.string()).name.keep())
