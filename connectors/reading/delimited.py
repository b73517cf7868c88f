"""Delimited text (CSV, TSV): its delimiter, its first lines, its rows, and rows of another width.

CSV follows RFC 4180 with the liberties that spreadsheets take: any of ``, ; tab``, a byte-order mark, ``sep=,`` on top.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from connectors.contract import Refused
from connectors.reading import encodings

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.csv as pacsv

TOP_ROWS = 50
TOP_BYTES = 64 * 1024
_BLOCK_BYTES = 16 * 1024 * 1024  # no row is larger; the parser holds a few blocks at a time and not the whole file

_NO_TABLES = (
    (
        (b"<!doctype html", b"<html", b"<head", b"<table"),
        "is a web page, not the export; use Export there",
    ),
    ((b"<?xml",), "is XML, but no spreadsheet; export the figures as CSV instead"),
    ((b"{", b"[{"), "is JSON; export the figures as CSV instead"),
)


@dataclass(frozen=True)
class Odd:
    """A row whose number of cells is not its header's: its number, its cells, and the row as it came.

    ``is_last`` holds where the text ends with this row and without a line break. ``reason`` says why it is left out.
    """

    row: int
    cells: tuple[str, ...]
    content: str
    is_last: bool = False
    reason: str = ""

    @property
    def is_torn(self) -> bool:
        """Whether a quote stays open in it: it may have swallowed the rows below it."""
        return self.content.count('"') % 2 == 1


@dataclass(frozen=True)
class Body:
    """The rows below a header: a text column for each cell (``0``, ``1``, ...), and ``row``, counted from 1."""

    frame: pl.DataFrame
    odd: tuple[Odd, ...] = ()


class Top(NamedTuple):
    """The first records of a text, and how it is written."""

    records: tuple[tuple[str, ...], ...]
    encoding: str
    delimiter: str
    is_wrapped: bool = False  # a spreadsheet saved every line as one quoted cell


def top(name: str, first: bytes) -> Top:
    """The first records of a text by its first bytes.

    Raises:
        Refused: it is a text of another kind, or no text.
    """
    start = first.lstrip(b"\xef\xbb\xbf \r\n\t")[:200].lower()
    for marks, what in _NO_TABLES:
        if start.startswith(marks):
            raise Refused(f"{name} {what}.")
    encoding = encodings.encoding(name, first, is_whole=False)
    text = first.decode(encodings.CODECS[encoding], errors="replace").removeprefix("\ufeff")
    is_wrapped = _is_wrapped(text)
    if is_wrapped:
        text = _unwrapped(text)
    delimiter = _delimiter(text)
    return Top(tuple(record for record, _ in _records(text, delimiter)), encoding, delimiter, is_wrapped)


def whole(name: str, content: bytes, how: Top) -> bytes:
    """All of a text as UTF-8 without a mark, its lines unwrapped.

    Raises:
        Refused: it holds bytes that no text does.
    """
    return _in_utf8(name, content, how).removeprefix(codecs.BOM_UTF8)


def _in_utf8(name: str, content: bytes, how: Top) -> bytes:
    """:func:`whole`, its mark left where there is one: to take it away is to copy the text."""
    encoding = encodings.encoding(name, content, is_whole=True)
    if encoding not in ("utf-8", "utf-8-sig"):
        pieces = (content[at : at + encodings.PIECE_BYTES] for at in range(0, len(content), encodings.PIECE_BYTES))
        decoded = codecs.iterdecode(pieces, encodings.CODECS[encoding], errors="replace")
        content = b"".join(piece.encode("utf-8", errors="replace") for piece in decoded)
    return _unwrapped(content.decode("utf-8-sig", errors="replace")).encode() if how.is_wrapped else content


def below(name: str, content: bytes, at: int, width: int, how: Top) -> Body:
    """The rows below the header of a text, which is its record ``at`` and has ``width`` cells.

    Raises:
        Refused: it is damaged below its top.
    """
    content = _in_utf8(name, content, how)
    mark = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    head = content[mark : mark + TOP_BYTES * 2].decode(errors="ignore")
    ends = [end for _, end in _records(head, how.delimiter)]
    if at >= len(ends):
        raise Refused(f"{name} changes its encoding below its first lines: it is damaged; download it again.")
    body = _body(name, content, mark + len(head[: ends[at]].encode()), width, how.delimiter)
    is_ended = how.is_wrapped or content.endswith((b"\n", b"\r"))  # unwrapped lines have lost their last break
    if is_ended or not body.odd or body.odd[-1].row < body.frame.height + len(body.odd):
        return body
    return replace(body, odd=(*body.odd[:-1], replace(body.odd[-1], is_last=True)))


LINES = 300_000
"""Files whose tables stand below each other are summaries: none has more lines than this."""


def lines(name: str, content: bytes, how: Top) -> list[tuple[str, ...]]:
    """All records of a text, each as wide as it is; an empty line is an empty record.

    Raises:
        Refused: it has more lines than any summary.
    """
    text = whole(name, content, how).decode(errors="replace")
    if text.count("\n") > LINES:
        raise Refused(f"{name} has over {LINES:,} lines, more than any summary; export it again.")
    records = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=how.delimiter):
            records.append(tuple(cell.strip() for cell in record))
    except csv.Error as error:
        raise Refused(f"{name} cannot be read as CSV; download it again.") from error
    return records


_WRAPPED = re.compile(r'^"(.*)"[,;\t]*(\r?)$', re.MULTILINE)


def _is_wrapped(text: str) -> bool:
    """Whether the first line is one quoted cell that holds a header of its own.

    Quotes in it are doubled; where it has none, the next line must not be a row of cells, as below a title.
    """
    first, _, rest = text.partition("\n")
    wrapped = _WRAPPED.match(first.strip())
    if not wrapped or len(_cells(first)) != 1:
        return False
    if '""' in wrapped[1]:
        return re.search(r'(?<!")"(?!")', wrapped[1]) is None and any(mark in wrapped[1] for mark in ",;\t")
    below = rest.partition("\n")[0].strip()
    return len(_cells(wrapped[1])) > 3 and below.startswith('"') and len(_cells(below)) == 1


def _cells(line: str) -> list[str]:
    """The filled cells of one line, whatever its delimiter."""
    try:
        return max(
            ([cell for cell in next(csv.reader([line.strip()], delimiter=mark), []) if cell] for mark in ",;\t"),
            key=len,
        )
    except csv.Error:
        return [line]


def _unwrapped(text: str) -> str:
    """The text that stands in the cells: one a line, or one a record whose lines it holds."""
    try:
        records = csv.reader(io.StringIO(text, newline=""))
        return "\n".join(record[0] if record and not any(record[1:]) else ",".join(record) for record in records)
    except csv.Error:
        return _WRAPPED.sub(lambda line: line[1].replace('""', '"') + line[2], text)


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0].strip().strip('"')
    if first.casefold().startswith("sep=") and len(first) == 5:
        return first[4]
    return max(",;\t", key=lambda mark: _evenness(text, mark))


def _evenness(text: str, mark: str) -> tuple[int, int]:
    """How many records are no wider than one above them, as rows are below their header; and how wide that one is.

    A row may lack its last cells. Commas in dates and captions are below no header that has as many.
    """
    widths = [len(record) for record, _ in _records(text, mark)]
    fitting = (
        (sum(1 < width <= header for width in widths[at:]), header) for at, header in enumerate(widths) if header > 1
    )
    return max(fitting, default=(0, 0))


def _records(text: str, delimiter: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """The first records, each with the number of characters up to its end; blank lines are none."""
    taken = 0

    def counting() -> Iterator[str]:
        nonlocal taken
        for line in io.StringIO(text, newline=""):
            taken += len(line)
            yield line

    records = (record for record in csv.reader(counting(), delimiter=delimiter) if record)
    try:
        for record in itertools.islice(records, TOP_ROWS):
            yield tuple(cell.strip().strip("\ufeff") for cell in record), taken
    except csv.Error:  # a field larger than any header's: what came before it is the top
        return


def _body(name: str, content: bytes, start: int, width: int, delimiter: str) -> Body:
    import pyarrow as pa

    columns = [str(n) for n in range(width)]
    if not content[start : start + TOP_BYTES].strip():
        return Body(pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "row": pl.Int64}))
    text = pa.py_buffer(content).slice(start)
    try:
        odd: list[Odd] = []
        table = _parsed(text, columns, delimiter, odd, use_threads=True)
        if odd:  # only one thread tells the numbers of the rows that it leaves out
            odd = []
            table = _parsed(text, columns, delimiter, odd, use_threads=False)
    except pa.ArrowInvalid as error:  # its text quotes the row
        raise Refused(f"{name} cannot be read as CSV; download it again.") from error
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    del table
    pa.default_memory_pool().release_unused()
    numbers = pl.int_range(1, frame.height + len(odd) + 1, eager=True).alias("row")
    frame = frame.with_columns(numbers.filter(~numbers.is_in([o.row for o in odd])) if odd else numbers)
    is_whole = [len(o.cells) > width and not any(cell.strip() for cell in o.cells[width:]) for o in odd]
    return Body(
        joined(frame, [o for o, whole in zip(odd, is_whole, strict=True) if whole]),
        tuple(o for o, whole in zip(odd, is_whole, strict=True) if not whole),
    )


def _parsed(text: pa.Buffer, columns: list[str], delimiter: str, odd: list[Odd], use_threads: bool) -> pa.Table:
    import pyarrow as pa
    import pyarrow.csv as pacsv

    def keep(row: pacsv.InvalidRow) -> str:
        try:
            cells = next(csv.reader(io.StringIO(row.text, newline=""), delimiter=delimiter), [])
        except csv.Error:
            cells = [row.text]
        odd.append(Odd(row.number or 0, tuple(cells), row.text))
        return "skip"

    return pacsv.read_csv(
        pa.BufferReader(text),
        pacsv.ReadOptions(column_names=columns, use_threads=use_threads, block_size=_BLOCK_BYTES),
        pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=keep),
        pacsv.ConvertOptions(
            column_types={column: pa.large_string() for column in columns},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def joined(frame: pl.DataFrame, odd: Iterable[Odd]) -> pl.DataFrame:
    """``frame`` with rows of another width put back in their places, cut or filled up with nulls to its width."""
    width = frame.width - 1
    rows = [(*(cell or None for cell in o.cells[:width]), *[None] * (width - len(o.cells)), o.row) for o in odd]
    if not rows:
        return frame
    return pl.concat([frame, pl.DataFrame(rows, schema=frame.schema, orient="row")]).sort("row")
