"""The mark before the fractions of a column: a point or a comma, one for all of its cells.

docs/rules.md: One decimal mark a column.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import polars as pl

from connectors.contract import MARK_ASKED
from connectors.reading.numbers import decimal_mark_of, simplified

_WHOLE = r"^-?[0-9]*$"
_ONE_MARK = r"^-?[0-9]+[.,][0-9]+%?$"
_UNCLEAR = r"^-?[1-9][0-9]{0,2}[.,][0-9]{3}$"
_TWO_WAYS = frozenset({"es", "km"})
"""Languages in which fractions are written in two ways: 0,5 in Spain and 0.5 in Mexico; Cambodia has both."""


class Written(NamedTuple):
    """How a table is written: what tells its decimal mark where a column's cells do not.

    ``setting`` is a person's word for it; ``beside`` gives the table's other columns of figures, as text.
    """

    language: str = "en"
    delimiter: str = ""
    is_workbook: bool = False
    setting: str = ""
    beside: Callable[[], pl.DataFrame] = pl.DataFrame


class DecimalMark(NamedTuple):
    """``.`` or ``,`` or, where nothing tells, empty: then only cells that tell it by themselves are read."""

    mark: str
    notes: tuple[str, ...] = ()


def decimal_mark(name: str, cells: pl.Series, written: Written) -> DecimalMark:
    """The decimal mark of a column, by the first of these that tells one.

    1. Its cells: a leading zero, or other than three digits behind the mark. Two marks contradict each other.
    2. The setting.
    3. The cells of the other columns of figures, which one program has written.
    4. The language of the file, unless its delimiter or container speaks against thousands: a semicolon is the
       delimiter of those who write fractions with a comma, and the numbers of a workbook have a point.
    """
    plain = cells.drop_nulls().str.strip_chars()
    told = _told(plain)
    if len(told) == 1:
        return DecimalMark(told.pop())
    unclear = plain.filter(plain.str.contains(_UNCLEAR))
    if not len(unclear):
        return DecimalMark(".")
    count = "1 cell" if len(unclear) == 1 else f"{len(unclear)} cells"
    what = f"{count} of {name} such as {unclear[0]!r} may be thousands or a fraction"
    if told:
        return DecimalMark("", (f"{what}, and the column's other cells have both marks: not known there",))
    if written.setting:
        return DecimalMark(written.setting)
    beside = _told_beside(written.beside())
    if len(beside) == 1:
        return DecimalMark(beside.pop())
    marks = {_by_language(mark, written) for mark in unclear.str.extract("([.,])").unique()}
    mark = marks.pop() if len(marks) == 1 else ""
    if mark:
        return DecimalMark(mark, (f"{what}; {mark!r} read as the decimal mark, as the file is written",))
    return DecimalMark("", (f"{what}, and nothing in the file tells which: not known there; {MARK_ASKED}",))


def _told(plain: pl.Series) -> set[str]:
    """The decimal marks that cells tell by themselves."""
    cell = pl.col("cell")
    looks = {"is_whole": _WHOLE, "has_one_mark": _ONE_MARK, "is_unclear": _UNCLEAR}
    different = plain.unique().alias("cell").to_frame()
    different = different.with_columns(cell.str.contains(pattern).alias(name) for name, pattern in looks.items())
    is_clear = different["has_one_mark"] & ~different["is_unclear"]
    clear = different["cell"].filter(is_clear).str.extract("([.,])").unique()
    others = different["cell"].filter(~different["has_one_mark"] & ~different["is_whole"])
    return {*clear, *(decimal_mark_of(simplified(text)) for text in others)} - {""}


def _told_beside(beside: pl.DataFrame) -> set[str]:
    """The decimal marks that columns tell in which every filled cell is a number."""
    marks = set[str]()
    for column in beside.iter_columns():
        cells = column.drop_nulls().str.strip_chars()
        if len(cells) and (cells.str.contains(_ONE_MARK) | cells.str.contains(_WHOLE)).all():
            marks |= _told(cells.str.strip_suffix("%"))
    return marks


def _by_language(mark: str, written: Written) -> str:
    """The decimal mark of a table whose unclear cells have ``mark``; empty where language and delimiter differ."""
    other = "," if mark == "." else "."
    of_language = _of_language(written.language)
    if (written.is_workbook and mark == ".") or of_language == mark:
        return mark
    is_delimited_so = written.delimiter == {".": ",", ",": ";"}[mark]
    if not of_language:
        return mark if is_delimited_so else ""
    return "" if is_delimited_so else other


@cache
def _of_language(language: str) -> str:
    """The decimal mark of a language by CLDR; empty where it has both, or another one."""
    from babel import Locale, UnknownLocaleError

    if language in _TWO_WAYS:
        return ""
    try:
        mark = str(Locale.parse(language).number_symbols["latn"]["decimal"])
    except (UnknownLocaleError, ValueError, KeyError):
        return ""
    return mark if mark in (".", ",") else ""
