"""Rows that lack their last cells: which of them can be read from the left, and why the others cannot.

docs/rules.md: Rows of another width.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from connectors.contract import ACCOUNT_METRICS, METRIC
from connectors.reading.delimited import Odd, joined
from connectors.reading.headers import LINES, NUMBER, Header, header_key, values_of
from connectors.reading.numbers import count, milliseconds

_IDENTITIES = ("post_id", "url", "video_id")
_NAMES = ("post_id", "url", "title", "text", "name", "date", "published_at")
_DAY = re.compile(r"\d{1,4}[./\- ]\d{1,2}[./\- ]\d{1,4}\.?(?: .*)?|\d{8}")
_LINK = re.compile(r"\S*[./]\S*")


class Widened(NamedTuple):
    """The rows of a table with its short rows among them, the rows that stay out, and what is to be said."""

    whole: pl.DataFrame
    odd: tuple[Odd, ...]
    notes: tuple[str, ...]


def left_aligned(
    whole: pl.DataFrame, odd: Sequence[Odd], header: Header, headers_below: Mapping[int, Header] | None = None
) -> Widened:
    """The rows of a platform's own export: a short row is read from the left where its cells fit their columns.

    ``headers_below`` are further headers by their rows, of any width: each row is held against the one above it.

    It must have an id or a link, its dates, and numbers in the columns of numbers. A row without any of the needed
    cells is left out with a reason, and a lone cell, as in a footer, stays what it is.
    """
    widths = Counter(len(row.cells) for row in odd)
    headers, widest = {0: header, **(headers_below or {})}, header
    kept, out = [], list[Odd]()
    for row in odd:
        if row.row in headers:
            kept.append(row)
            continue
        header = headers[max(number for number in headers if number < row.row)]
        columns, needs = _columns(header), _needs(header)
        is_alone = row.is_last and widths[len(row.cells)] == 1
        reason = _of_any_width(row, widest)
        if not reason and (misfit := _misfit(row, header, columns, needs, is_alone)) and not _is_total(row, header):
            reason = misfit
        if reason:
            out.append(replace(row, reason=f"{_cells(row, widest)}{reason}"))
        else:
            kept.append(row)
    short = sum(row.row not in headers for row in kept)
    what = "1 row lacks its last cells" if short == 1 else f"{short} rows lack their last cells"
    notes = (f"{what}, which are taken as empty: all other cells fit their columns",) if short else ()
    return Widened(joined(whole, kept), tuple(out), notes)


def without_counts(whole: pl.DataFrame, odd: Sequence[Odd], header: Header) -> Widened:
    """The rows of a document kept by hand: a short row is whole where it has no counts.

    A cell that is missing in the middle would move every count behind it into another column, and nothing shows it.
    """
    kept, out = [], list[Odd]()
    for row in odd:
        reason = _of_any_width(row, header)
        if not reason and _has_counts(row, header):
            reason = (
                ": a cell that is missing in the middle moves its counts; give the row all its cells, empty ones too"
            )
        if reason:
            out.append(replace(row, reason=f"{_cells(row, header)}{reason}"))
        else:
            kept.append(row)
    return Widened(joined(whole, kept), tuple(out), ())


def _cells(row: Odd, header: Header) -> str:
    count_of_cells = "1 cell" if len(row.cells) == 1 else f"{len(row.cells)} cells"
    return f"{count_of_cells} where the header has {len(header.cells)}"


def _of_any_width(row: Odd, header: Header) -> str:
    """Why a row is out whatever its columns hold; empty where it is merely short."""
    if row.is_torn:
        return ": a quote in it stays open, so that it may hold the rows below it"
    if len(row.cells) > len(header.cells):
        return ": more than there are columns, as of a comma or quote in a text that nothing marks as text"
    if sum(bool(cell.strip()) for cell in row.cells) < 2:
        return ": a line of its own, no row"
    return ""


def _filled(row: Odd, header: Header, name: str) -> Iterator[tuple[int, str]]:
    for at in header.positions.get(name, ()):
        if at < len(row.cells) and (cell := row.cells[at].strip()):
            yield at, cell


def _is_total(row: Odd, header: Header) -> bool:
    """Whether a row is a line of totals, which every reader passes over."""
    totals = values_of(LINES, "totals")
    return any(header_key(cell).strip(" :*") in totals for name in _NAMES for _, cell in _filled(row, header, name))


def _has(row: Odd, header: Header, name: str) -> bool:
    return next(_filled(row, header, name), None) is not None


def _misfit(
    row: Odd,
    header: Header,
    columns: Sequence[tuple[str, int]],
    needs: Sequence[tuple[str, ...]],
    is_alone: bool,
) -> str:
    """Why a short row of an export cannot be read from the left; empty where it can."""
    if is_alone:
        return ": the file ends within it; download it again"
    for need in needs:
        if not any(_has(row, header, name) for name in need):
            words = " or ".join(header.cells[header.positions[name][0]] for name in need)
            return f": it has no {words}"
    if all(at >= len(row.cells) for at in header.positions.get("date", (-1,))):
        return f": it ends before {header.cells[header.positions['date'][0]]}"
    for name, at in columns:
        if at < len(row.cells) and (cell := row.cells[at].strip()) and (what := _not(name, cell)):
            return f": {cell[:40]!r} under {header.cells[at]} is no {what}"
    return ""


def _columns(header: Header) -> list[tuple[str, int]]:
    """Our columns with each of their places; the day of a table by day is a date, as a time of publication is."""
    is_by_day = not header.positions.keys() & {*_IDENTITIES, "published_at"}
    names = {name: "published_at" if name == "date" and is_by_day else name for name in header.positions}
    return [(names[name], at) for name, places in header.positions.items() for at in places]


def _needs(header: Header) -> list[tuple[str, ...]]:
    """The columns of which a row must have one each: an id or link, the time of publication, else the day."""
    identities = tuple(name for name in _IDENTITIES if name in header.positions)
    needs = [identities] if identities else []
    if "published_at" in header.positions:
        needs.append(("published_at",))
    elif "date" in header.positions:
        needs.append(("date",))
    return needs


@lru_cache(maxsize=1 << 14)
def _not(name: str, cell: str) -> str:
    """What a cell should be and is not; empty where it fits its column."""
    if name in METRIC or name in ACCOUNT_METRICS:
        return "" if _is_number(name, cell) else "number"
    if name in ("published_at", "seen_on"):
        return "" if _is_date(cell) else "date"
    if name == "url":
        return "" if _LINK.fullmatch(cell) else "link"
    if name in ("date", "kind"):  # a date may be a word, such as Lifetime
        return "" if not NUMBER.fullmatch(cell) or _DAY.fullmatch(cell) else "date" if name == "date" else "word"
    return ""


def _is_number(name: str, cell: str) -> bool:
    if cell.isdecimal() and len(cell) < 15:
        return True
    try:
        milliseconds(cell) if name in METRIC and METRIC[name].per_unit > 1 else count(cell)
    except ValueError:
        return False
    return True


def _is_date(cell: str) -> bool:
    has_digit = any(letter.isdecimal() for letter in cell)
    return has_digit and "://" not in cell and (not NUMBER.fullmatch(cell) or bool(_DAY.fullmatch(cell)))


def _has_counts(row: Odd, header: Header) -> bool:
    """Whether a count stands in a short row, in its place or out of it, as in a column of dates or words."""
    for name in header.positions:
        for _, cell in _filled(row, header, name):
            if name in METRIC or name in ACCOUNT_METRICS:
                return True
            if name not in ("no", "account", "station") and NUMBER.fullmatch(cell) and not _DAY.fullmatch(cell):
                return True
    return False
