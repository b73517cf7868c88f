"""Parts of an audience, as tables tell them: bands of age, genders, countries, each with a share or a count.

A share stays as its source tells it: nothing is filled up to the whole, and a part that is not told is not 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

import polars as pl
from babel import Locale

from connectors.audiences import COLUMNS, MEN, OTHERS, WOMEN
from connectors.columns import schema
from connectors.contract import Extract, ReadReport
from connectors.reading import files
from connectors.reading.extracts import extract
from connectors.reading.files import Rows
from connectors.reading.headers import LINES, header_key, values_of
from connectors.reading.layouts import MatchedTable
from connectors.reading.numbers import count, milliseconds
from connectors.reading.observed import Seen
from connectors.reading.posts import Covered, read_report

Unit = Literal["percent", "fraction", "count"]

NO_PARTS = "the source has the heading and tells no part"
_NO_PARTS_SAID = "a heading of its audience has no parts below it: these are not known"
LEFT_BLANK = "the source leaves it blank"
BELOW = "the source tells only that it is less than {most}"

_MILLION = 1_000_000
_PER_UNIT: Mapping[Unit, int] = {"percent": _MILLION // 100, "fraction": _MILLION}
_BELOW = re.compile(r"[<＜]\s*([\d.,]+\s*%?)")
_BAND = re.compile(r"(?:age)?[ _]*(\d{1,2})\s*(?:[-–—~_]|to)\s*(\d{1,2})", re.IGNORECASE)
_FROM = re.compile(r"(?:age)?[ _]*(\d{2})\s*(?:\+|[-–—]|and over|or over|and older|years and over)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]{2}")


class Told(NamedTuple):
    """One part as a source writes it: ``parts`` of each dimension in the order of its name, and the cell of the figure.

    ``row`` is that of the file, counted from 1 below the header.
    """

    row: int
    parts: tuple[str, ...]
    cell: str


class Breakdown(NamedTuple):
    """What one table tells of an audience: who it is, by what it is parted, in which unit, and the parts.

    ``size`` is the whole audience, ``start`` and ``end`` are the days of what was counted, where they are told.
    """

    platform: str
    account: str | None
    audience: str
    dimension: str
    unit: Unit
    told: Sequence[Told] = ()
    size: int | None = None
    start: date | None = None
    end: date | None = None
    language: str = "en"


def two_columns(one: MatchedTable, seen: Seen, covered: Covered, breakdown: Breakdown, figure: str) -> Extract:
    """The Extract of a table of one dimension: a column of its parts, and the column ``figure`` beside it."""
    rows = files.rows(one.table, one.top)
    at_part, at_figure = (str(one.top.positions[name][0]) for name in (breakdown.dimension, figure))
    cells = rows.whole.select("row", at_part, at_figure).drop_nulls(at_part).rows()
    told = [Told(row, (part,), cell or "") for row, part, cell in cells if header_key(part) not in _totals()]
    breakdown = breakdown._replace(told=told, language=one.top.language)
    return extract_of([breakdown], rows, read_report(one, seen, covered, ""), seen)


def extract_of(
    breakdowns: Iterable[Breakdown], rows: Rows, evidence: ReadReport, seen: Seen, notes: tuple[str, ...] = ()
) -> Extract:
    """The Extract of all that a table tells of audiences; figures that cannot be read are rejected with the reason."""
    figures = [frame for one in breakdowns for frame in (_figures(one, seen),) if frame.height]
    types = {**schema(COLUMNS), "row": pl.Int64, "reason": pl.String, "name": pl.String, "observed_at": _INSTANT}
    whole = pl.concat(figures) if figures else pl.DataFrame(schema=types)
    rejected = whole.filter(pl.col("reason").is_not_null()).select("row", "reason").unique("row", maintain_order=True)
    kept = whole.filter(pl.col("reason").is_null())
    if kept["part"].null_count():
        notes = (*notes, _NO_PARTS_SAID)
    return extract(rows, rejected, evidence, (*seen.notes, *notes), audiences=kept.drop("reason"))


_INSTANT = pl.Datetime("us")


def _figures(one: Breakdown, seen: Seen) -> pl.DataFrame:
    about = (one.platform, one.account, one.audience, one.dimension)
    days = (one.start, one.end)
    lines: list[tuple[object, ...]] = []
    parts = [part_of(one.dimension, told.parts, one.language) for told in one.told]
    for told, part in zip(one.told, parts, strict=True):
        figure = _figure(told.cell, one.unit)
        if parts.count(part) > 1:  # two words of the source are one of ours
            part = ", ".join(told.parts)
        lines.append(
            (*about, part, figure.share, figure.number, told.cell or None, one.size, figure.unknown, *days,
             told.row, figure.reason, one.account, seen.at)
        )  # fmt: skip
    if not lines:
        lines.append((*about, None, None, None, None, one.size, NO_PARTS, *days, 1, None, one.account, seen.at))
    types = {**schema(COLUMNS), "row": pl.Int64, "reason": pl.String, "name": pl.String, "observed_at": _INSTANT}
    return pl.DataFrame(lines, schema=types, orient="row")


class _Figure(NamedTuple):
    """A share in millionths, or a number; else why it is not known, or why the cell cannot be read."""

    share: int | None = None
    number: int | None = None
    unknown: str | None = None
    reason: str | None = None


def _figure(cell: str, unit: Unit) -> _Figure:
    """What a cell tells; a cell with a sign of percent is one, whatever the column."""
    text = cell.strip()
    if below := _BELOW.fullmatch(text):
        return _Figure(unknown=BELOW.format(most=below[1]))
    try:
        if unit == "count":
            number = count(text).value
            if number is not None and number < 0:
                return _Figure(reason=f"{text!r} is no count of an audience")
            return _Figure(number=number, unknown=LEFT_BLANK if number is None else None)
        per_unit = _PER_UNIT["percent" if "%" in text or "٪" in text else unit]
        share = milliseconds(re.sub(r"[%٪\s]", "", text).replace(",", "."), per_unit)
    except ValueError:
        return _Figure(reason=f"{text!r} is no share or count of an audience")
    if share is None:
        return _Figure(unknown=LEFT_BLANK)
    if not 0 <= share <= _MILLION:
        return _Figure(reason=f"{text!r} is no share: it lies outside 0 and the whole")
    return _Figure(share=share)


def part_of(dimension: str, parts: Sequence[str], language: str = "en") -> str:
    """A part in our vocabulary: ``18-24``, ``65+``, ``women``, ``KH``; two dimensions together are ``18-24, women``.

    What is none of these stays as its source writes it.
    """
    return ", ".join(
        _in_our_words(name, part, language) for name, part in zip(dimension.split("_and_"), parts, strict=True)
    )


def _in_our_words(dimension: str, part: str, language: str) -> str:
    text, key = " ".join(part.split()), header_key(part)
    if key in values_of(LINES, "others"):
        return OTHERS
    if dimension == "age":
        if band := _BAND.fullmatch(text):
            return f"{band[1]}-{band[2]}"
        return f"{oldest[1]}+" if (oldest := _FROM.fullmatch(text)) else text
    if dimension == "gender":
        return _genders().get(key, text)
    if dimension == "country":
        return text if _CODE.fullmatch(text) else _countries(language).get(key) or _countries("en").get(key) or text
    return text


def size_of(cell: str) -> int | None:
    """How large a whole audience is, where a cell says it."""
    try:
        return count(cell).value
    except ValueError:
        return None


def _totals() -> Mapping[str, str]:
    return values_of(LINES, "totals")


@cache
def _genders() -> Mapping[str, str]:
    return {key: meaning for meaning in (WOMEN, MEN, OTHERS) for key in values_of(LINES, f"gender_{meaning}")}


@cache
def _countries(language: str) -> Mapping[str, str]:
    """The code of each country by its name in a language, folded."""
    names = Locale.parse(language).territories
    return {header_key(name): code for code, name in names.items() if _CODE.fullmatch(code)}
