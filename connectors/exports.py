"""Opening what people drop: texts, zips, workbooks.

A container is opened twice: :func:`tables` looks at the first lines only, so that every connector may
look before one reads; :func:`rows` then reads one table whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

import polars as pl

from connectors import delimited, workbooks, zips
from connectors.contract import Raw, Refused
from connectors.delimited import TOP_BYTES, TOP_ROWS, Body, Odd
from connectors.headers import Header

_SIGNATURES = (
    (
        b"\xd0\xcf\x11\xe0",
        "is an old Excel workbook (.xls) or one with a password; save it as .xlsx or CSV without one",
    ),
    (b"%PDF", "is a PDF; export the figures as CSV instead"),
    (b"\x89PNG", "is a picture; export the figures as CSV instead of a screenshot"),
    (b"\xff\xd8\xff", "is a picture; export the figures as CSV instead of a photo"),
    (b"GIF8", "is a picture; export the figures as CSV instead"),
    (b"RIFF", "is a picture or a recording; export the figures as CSV instead"),
    (b"\x1f\x8b", "is packed with gzip; unpack it first"),
    (b"Rar!", "is a RAR archive; unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it first"),
    (b"PAR1", "is a Parquet file; export the figures as CSV instead"),
    (b"SQLite format 3", "is a database; export the figures as CSV instead"),
)


@dataclass(frozen=True)
class Table:
    """The top of one table, and how to read what stands below its header.

    ``place`` is its name within the file (member or sheet); ``written_at`` what its container says of
    its age: UTC where ``is_utc``, else in the zone of whoever packed it.
    """

    place: str
    top: tuple[tuple[str, ...], ...]
    below: Callable[[int, int], Body]  # record of the header, its width
    encoding: str = ""
    delimiter: str = ""
    written_at: datetime | None = None
    is_utc: bool = False


# Connectors look at a file one after another, and a workbook has no cheap top. Values must not hold their Raw.
_SEEN: WeakKeyDictionary[Raw, tuple[Table, ...]] = WeakKeyDictionary()


def tables(raw: Raw) -> tuple[Table, ...]:
    """The tables of a file, by their first lines: one for a CSV, one a member of a zip, one a sheet of a workbook.

    Raises:
        Refused: the file holds no table that can be read; the sentence says what it is.
    """
    if raw not in _SEEN:
        _SEEN[raw] = tuple(_opened(raw.name, raw.content))
    return _SEEN[raw]


def _opened(name: str, content: bytes) -> Iterator[Table]:
    if len(content) < TOP_BYTES and not content.strip(b"\0\r\n\t ,;\xef\xbb\xbf\xff\xfe"):
        raise Refused(f"{name} is empty; download it again.")
    for signature, what in _SIGNATURES:
        if content.startswith(signature):
            raise Refused(f"{name} {what}.")
    if not content.startswith(b"PK"):
        yield _text(name, name, content[:TOP_BYTES], lambda: content)
        return
    with zips.opened(name, content) as archive:
        if workbooks.is_workbook(archive):
            zips.check(name, archive)
            workbooks.check(name, archive)
            written_at = workbooks.written_at(archive)
            for sheet, grid in workbooks.sheets(name, content):
                yield _sheet(sheet, grid, written_at)
            return
        members = zips.members(name, archive)
        for member in members:
            top = zips.content(name, archive, member, TOP_BYTES)
            load = _member(name, content, member.filename)
            yield _text(f"{member.filename} in {name}", member.filename, top, load, zips.written_at(member))


def _text(name: str, place: str, first: bytes, load: Callable[[], bytes], written_at: datetime | None = None) -> Table:
    top = delimited.top(name, first)

    def below(at: int, width: int) -> Body:
        return delimited.below(name, load(), at, width, top.delimiter)

    return Table(place, top.records, below, top.encoding, top.delimiter, written_at)


def _member(name: str, content: bytes, member: str) -> Callable[[], bytes]:
    def load() -> bytes:
        with zips.opened(name, content) as archive:
            return zips.content(name, archive, archive.getinfo(member))

    return load


def _sheet(sheet: str, grid: pl.DataFrame, written_at: datetime | None) -> Table:
    top = tuple(tuple((cell or "").strip() for cell in row) for row in grid.head(TOP_ROWS).iter_rows())

    def below(at: int, width: int) -> Body:
        frame = grid[at + 1 :, :width]
        frame = frame.rename(dict(zip(frame.columns, map(str, range(width)), strict=True)))
        frame = frame.with_columns(pl.when(pl.all().str.len_bytes() > 0).then(pl.all()))
        return Body(frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row")))

    return Table(sheet, top, below, "xlsx", "", written_at, is_utc=True)


# --------------------------------------------------------------------------- rows


@dataclass(frozen=True)
class Rows:
    """A table in our words: a text column for each canonical name of its header, and ``row``.

    ``whole`` keeps every cell as it came; ``odd`` the rows of another width.
    """

    frame: pl.DataFrame
    whole: pl.DataFrame
    odd: tuple[Odd, ...] = ()


def rows(table: Table, header: Header) -> Rows:
    """The rows below a header. Of two columns of one name the first wins, unless it is empty all the way.

    Raises:
        Refused: the file is damaged below its top.
    """
    body = table.below(header.at, len(header.cells))
    filled = body.frame.filter(~pl.all_horizontal(pl.exclude("row").is_null()))
    chosen: Mapping[str, int] = {
        name: next((at for at in positions if filled[str(at)].null_count() < filled.height), positions[0])
        for name, positions in header.positions.items()
    }
    return Rows(filled.select("row", *(pl.col(str(at)).alias(name) for name, at in chosen.items())), filled, body.odd)


def contents(rows: Rows, numbers: pl.Series) -> pl.DataFrame:
    """These rows as they came, cells joined by commas: columns ``row`` and ``content``."""
    found = rows.whole.filter(pl.col("row").is_in(numbers.implode()))
    return found.select("row", pl.concat_str(pl.exclude("row").fill_null(""), separator=",").alias("content"))
