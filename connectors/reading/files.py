"""The tables of a dropped file: a text, a zip or a workbook.

A file is opened twice. :func:`tables` looks at the first lines only, so that every platform may look at them;
:func:`rows` then reads one table whole.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import polars as pl

from connectors.contract import METRIC, Raw, Refused
from connectors.reading import delimited, short_rows, twin_columns, workbooks, xml_sheets, zips
from connectors.reading.delimited import TOP_BYTES, TOP_ROWS, Body, Odd
from connectors.reading.headers import Header, header_keys
from connectors.reading.short_rows import Widened
from connectors.reading.size_limits import SizeBudget

_TYPE_IT = "type its figures into the sheet (reach init writes the template)"
_SIGNATURES = (
    (b"%PDF", f"is a PDF, which holds no figures that can be read; {_TYPE_IT}"),
    (b"\x89PNG", f"is a picture; {_TYPE_IT}"),
    (b"\xff\xd8\xff", f"is a picture; {_TYPE_IT}"),
    (b"GIF8", f"is a picture; {_TYPE_IT}"),
    (b"RIFF", f"is a picture or a recording; {_TYPE_IT}"),
    (b"II*\0", f"is a picture; {_TYPE_IT}"),
    (b"MM\0*", f"is a picture; {_TYPE_IT}"),
    (b"BM", f"is a picture; {_TYPE_IT}"),
    (b"\x1f\x8b", "is packed with gzip; unpack it first"),
    (b"Rar!", "is a RAR archive; unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it first"),
    (b"PAR1", "is a Parquet file; export the figures as CSV instead"),
    (b"SQLite format 3", "is a database; export the figures as CSV instead"),
)
T = TypeVar("T")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Table:
    """The top of one table, and how to read what stands below its header.

    ``place`` is its name within the file (member or sheet); ``written_at`` what its container says of
    its age: UTC where ``is_utc``, else in the zone of whoever packed it.
    """

    place: str
    top: tuple[tuple[str, ...], ...]
    below: Callable[[int, int], Body]  # record of the header, its width
    lines: Callable[[], list[tuple[str, ...]]]  # all records, each as wide as it is
    encoding: str = ""
    delimiter: str = ""
    written_at: datetime | None = None
    is_utc: bool = False
    text: Callable[[], bytes] | None = None  # all of a text, as UTF-8; none for a sheet
    notes: tuple[str, ...] = ()
    _results: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def top_keys(self) -> tuple[tuple[str, ...], ...]:
        """The keys of the cells of each line of ``top``."""
        return tuple(map(header_keys, self.top))

    def once(self, question: Hashable, answer: Callable[[], T]) -> T:
        """``answer()`` the first time that ``question`` is asked of this table, the same result every time after.

        A file is looked at by every platform, whole and by its parts. The results go when the table goes.
        """
        if question not in self._results:
            self._results[question] = answer()
        return cast(T, self._results[question])


# Connectors look at a file one after another, and a workbook has no cheap top. Values must not hold their Raw.
_SEEN: WeakKeyDictionary[Raw, tuple[Table, ...]] = WeakKeyDictionary()


def tables(raw: Raw) -> tuple[Table, ...]:
    """The tables of a file, by their first lines: one for a CSV, one a member of a zip, one a sheet of a workbook.

    Raises:
        Refused: the file holds no table that can be read; the sentence says what it is.
    """
    whole = raw.whole or raw
    if whole not in _SEEN:
        _SEEN[whole] = tuple(_opened(raw.name, raw.content, SizeBudget()))
    return tuple(table for table in _SEEN[whole] if raw.whole is None or table.place in raw.places)


def _opened(name: str, content: bytes, room: SizeBudget) -> Iterator[Table]:
    if len(content) < TOP_BYTES and not content.strip(b"\0\r\n\t ,;\xef\xbb\xbf\xff\xfe"):
        raise Refused(f"{name} is empty; download it again.")
    for signature, what in _SIGNATURES:
        if content.startswith(signature):
            raise Refused(f"{name} {what}.")
    is_packed = content.startswith(b"PK")
    if not is_packed:
        _refuse_large(name, len(content))
    if content.startswith(_OLD_WORKBOOK):
        yield from _sheets(room.filled(name, workbooks.old_sheets(name, content)))
    elif _is_xml_workbook(content):
        yield from _sheets(room.filled(name, xml_sheets.sheets(name, io.BytesIO(content.lstrip()))))
    elif is_packed:
        with zips.opened(name, content) as archive:
            yield from _packed(name, content, archive, room)
    else:
        yield _text(name, name, content[:TOP_BYTES], lambda: content)


def _packed(name: str, content: bytes, archive: zipfile.ZipFile, room: SizeBudget) -> Iterator[Table]:
    if workbooks.is_workbook(name, archive):
        book = workbooks.looked_through(name, content, archive)
        yield from _sheets(room.filled(name, workbooks.sheets(name, book)), workbooks.written_at(archive))
        return
    for member in zips.members(name, archive):
        leaf = member.filename.rsplit("/", 1)[-1]
        if zips.is_workbook(member):
            for table in _opened(leaf, zips.content(name, archive, member), room):
                yield replace(table, place=f"{leaf}/{table.place}")
            continue
        room.table(name)
        _refuse_large(f"{member.filename} in {name}", member.file_size)
        top = zips.content(name, archive, member, TOP_BYTES)
        load = _member(name, content, member.filename)
        yield _text(f"{member.filename} in {name}", member.filename, top, load, zips.written_at(member))


def _sheets(grids: Iterator[tuple[str, pl.DataFrame]], written_at: datetime | None = None) -> Iterator[Table]:
    return (_sheet(sheet, grid, written_at) for sheet, grid in grids)


TABLE_LIMIT = 200 * 1024 * 1024
"""No export is larger, and one of this size is read in 1.5 GiB of memory."""


def _refuse_large(name: str, size: int) -> None:
    if size > TABLE_LIMIT:
        raise Refused(
            f"{name} has {size >> 20:,} MiB, more than a table of {TABLE_LIMIT >> 20} MiB; export it in two ranges."
        )


def _is_xml_workbook(content: bytes) -> bool:
    return content[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml") and b"office:spreadsheet" in content[:4000]


def _text(name: str, place: str, first: bytes, load: Callable[[], bytes], written_at: datetime | None = None) -> Table:
    top = delimited.top(name, first)
    notes = ("every line was saved as one quoted cell, as spreadsheets do; the quotes were taken off",)
    return Table(
        place,
        top.records,
        lambda at, width: delimited.below(name, load(), at, width, top),
        lambda: delimited.lines(name, load(), top),
        top.encoding,
        top.delimiter,
        written_at,
        text=lambda: delimited.whole(name, load(), top),
        notes=notes if top.is_wrapped else (),
    )


def _member(name: str, content: bytes, member: str) -> Callable[[], bytes]:
    def load() -> bytes:
        with zips.opened(name, content) as archive:
            return zips.content(name, archive, archive.getinfo(member))

    return load


def _sheet(sheet: str, grid: pl.DataFrame, written_at: datetime | None) -> Table:
    def cells(rows: pl.DataFrame) -> list[tuple[str, ...]]:
        return [tuple((cell or "").strip() for cell in row) for row in rows.iter_rows()]

    def below(at: int, width: int) -> Body:
        frame = grid[at + 1 :, :width]
        frame = frame.rename(dict(zip(frame.columns, map(str, range(width)), strict=True)))
        frame = frame.with_columns(pl.when(pl.all().str.len_bytes() > 0).then(pl.all()))
        return Body(frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row")))

    def lines() -> list[tuple[str, ...]]:
        if grid.height > delimited.LINES:
            raise Refused(f"the sheet {sheet} has over {delimited.LINES:,} lines, more than any summary.")
        return cells(grid)

    return Table(sheet, tuple(cells(grid.head(TOP_ROWS))), below, lines, "workbook", "", written_at, is_utc=True)


# --------------------------------------------------------------------------- rows


@dataclass(frozen=True)
class Rows:
    """A table in our words: a text column for each canonical name of its header, and ``row``.

    ``whole`` keeps every cell as it came; ``odd`` the rows of another width that stay out. ``notes`` say what was done,
    ``disputed`` are metrics of which two columns differ.
    """

    frame: pl.DataFrame
    whole: pl.DataFrame
    odd: tuple[Odd, ...] = ()
    notes: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()


def rows(table: Table, header: Header) -> Rows:
    """The rows of a platform's own table, its short rows read from the left where they fit.

    Raises:
        Refused: the file is damaged below its top.
    """
    body = table.below(header.at, len(header.cells))
    return widened(body.frame, body.odd, header)


def widened(whole: pl.DataFrame, odd: Sequence[Odd], header: Header) -> Rows:
    """The rows of a platform's own table whose cells are at hand: ``whole`` are those as wide as the header."""
    of_any_width = {row.row: below for row in odd if (below := header.repeated(row.cells))}
    headers = {**dict(_headers_below(whole, header)), **of_any_width} if of_any_width else {}
    return _in_our_words(short_rows.left_aligned(whole, odd, header, dict(sorted(headers.items()))), header)


def rows_kept_by_hand(table: Table, header: Header) -> Rows:
    """The rows of a table that people type: a short row is whole where it has no counts.

    Raises:
        Refused: the file is damaged below its top.
    """
    body = table.below(header.at, len(header.cells))
    return _in_our_words(short_rows.without_counts(body.frame, body.odd, header), header)


def _in_our_words(widened: Widened, header: Header) -> Rows:
    filled = widened.whole
    if all(cells.null_count() for cells in filled.iter_columns() if cells.name != "row"):
        filled = filled.filter(~pl.all_horizontal(pl.exclude("row").is_null()))
    parts = list(_below_each_header(filled, header))
    chosen = [twin_columns.one_column_each(rows, top) for rows, top in parts]
    whole = pl.concat([rows for rows, _ in parts])
    notes = [*widened.notes, *(note for part in chosen for note in part.notes)]
    if any(top.positions != header.positions for _, top in parts):
        notes.append("a second header has its columns in another order: the rows below it are read by it")
    return Rows(
        pl.concat([part.frame for part in chosen], how="diagonal"),
        whole,
        widened.odd,
        tuple(dict.fromkeys(notes)),
        tuple(dict.fromkeys(name for part in chosen for name in part.disputed)),
    )


def _below_each_header(filled: pl.DataFrame, header: Header) -> Iterator[tuple[pl.DataFrame, Header]]:
    """The rows by the header that stands above them: people copy tables below each other, in any order of columns."""
    start, top = 0, header
    for row, below in _headers_below(filled, header):
        yield filled.filter(pl.col("row").is_between(start, row, closed="none")), top
        start, top = row, below
    yield (filled.filter(pl.col("row") > start) if start else filled), top


def _headers_below(filled: pl.DataFrame, header: Header) -> Iterator[tuple[int, Header]]:
    """The rows that are headers themselves, by their numbers."""
    figures = {str(at) for name, of_name in header.positions.items() if name in METRIC for at in of_name}
    for at in figures:  # no header holds a number, and most rows have one in the first column of figures
        filled = filled.filter(filled[at].cast(pl.Int64, strict=False).is_null())
        if not filled.height:
            return
    may_be = {at: _may_be_word(pl.col(at), header, at in figures) for at in filled.columns if at != "row"}
    having = filled.select(is_word.any() for is_word in may_be.values())
    words = {at: _words(filled[at], header, may_be[at]) for at in may_be if having[at].item()}
    if not any(words.values()):
        return
    is_header = pl.any_horizontal(pl.col(at).is_in(texts) for at, texts in words.items())
    for *cells, row in filled.filter(is_header.fill_null(False)).iter_rows():
        if below := header.repeated([cell or "" for cell in cells]):
            yield row, below


def _may_be_word(cell: pl.Expr, header: Header, is_figure: bool) -> pl.Expr:
    """Whether a cell may be what a column is called.

    In a column of figures that is every spelling of a word; among captions and links only plain ones are looked for,
    since a file has a million of them.
    """
    is_text = cell.str.contains(r"\pL") if is_figure else cell.str.to_lowercase().str.strip_chars().is_in(header.keys)
    return is_text.fill_null(False)


def _words(cells: pl.Series, header: Header, may_be: pl.Expr) -> list[str]:
    """The texts of a column that are what a column is called."""
    texts = cells.to_frame().filter(may_be).to_series().unique(maintain_order=True)
    return [text for text in texts if header.is_word(text)]


def contents(rows: Rows, numbers: pl.Series) -> pl.DataFrame:
    """These rows as they came, cells joined by commas: columns ``row`` and ``content``."""
    chosen = rows.whole.filter(pl.col("row").is_in(numbers.implode()))
    return chosen.select("row", pl.concat_str(pl.exclude("row").fill_null(""), separator=",").alias("content"))
