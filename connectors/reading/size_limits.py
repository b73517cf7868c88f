"""The limits of a workbook's size, checked before its reader takes memory for it.

The native reader holds every cell between the first and the last one and cannot refuse: where memory ends, the process
ends. So the XML of each sheet is looked through first. The parser (expat) unfolds no entity bombs.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, NamedTuple
from xml.parsers import expat

import polars as pl

from connectors.contract import Refused

CELL_LIMIT = 5_000_000
TEXT_LIMIT = 200 * 1024 * 1024  # bytes
TABLES_LIMIT = 100
"""A file of so many tables is read in seconds, and one of so many cells and so much text in 1.5 GiB of memory."""

COLUMN_LIMIT = 16_384
ROW_LIMIT = 1_048_576
_PIECE = 4 * 1024 * 1024  # bytes: the parser looks again from the start of a tag that goes on

_OWN = frozenset({"c", "v", "row", "is", "t", "f"})
_DIGITS = 40  # no number of a text is longer, whatever stands around it
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class SizeBudget:
    """What one file has taken so far of the tables, cells and text that it may have."""

    def __init__(self) -> None:
        self.tables = self.cells = self.text = 0

    def table(self, name: str) -> None:
        """Counts one more table.

        Raises:
            Refused: the file has more of them than can be read in seconds.
        """
        self.tables += 1
        if self.tables > TABLES_LIMIT:
            raise Refused(f"{name} holds more than {TABLES_LIMIT} tables; drop them in several files.")

    def filled(self, name: str, sheets: Iterator[tuple[str, pl.DataFrame]]) -> Iterator[tuple[str, pl.DataFrame]]:
        """The sheets of a workbook that hold something; several may show one part of it, so each counts again.

        Raises:
            Refused: none does, or all that the file holds is too much.
        """
        is_empty = True
        for sheet, grid in sheets:
            self.table(name)
            if not grid.height or not grid.width:
                continue
            is_empty = False
            self.take(name, grid.height, grid.width, sum(grid.select(pl.all().str.len_bytes().sum()).row(0)))
            yield sheet, grid
        if is_empty:
            raise Refused(f"{name} is a workbook without a filled cell; fill it in, or remove it.")

    def take(self, name: str, rows: int, columns: int, text: int) -> None:
        """Counts one more sheet.

        Raises:
            Refused: there is no room for it.
        """
        self.check(name, rows, columns, text)
        self.cells += rows * columns
        self.text += text

    def check(self, name: str, rows: int, columns: int, text: int) -> None:
        """Looks whether there is room for a sheet.

        Raises:
            Refused: there is none.
        """
        if self.cells + rows * columns > CELL_LIMIT:
            raise Refused(
                f"{name} unfolds to over {CELL_LIMIT:,} cells: a sheet spans {rows:,} rows and {columns:,} columns; "
                "delete what stands far from the table, or save it as CSV."
            )
        if self.text + text > TEXT_LIMIT:
            raise Refused(f"{name} unfolds to over {TEXT_LIMIT >> 20} MiB of text; save its table as CSV.")


def shared_strings(name: str, source: IO[bytes]) -> Sequence[int]:
    """The size in bytes of each shared text of an .xlsx; cells name such a text by its number.

    Raises:
        Refused: the texts are damaged, or there are more than a workbook may have, or the part says that there are.
    """
    lengths, room = array("Q"), SizeBudget()

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        local = _local(tag)
        if local == "sst":
            room.check(name, max(whole(attributes.get(attribute), 0) for attribute in ("count", "uniqueCount")), 1, 0)
        elif local == "si":
            lengths.append(0)
            room.check(name, len(lengths), 1, 0)

    def text(more: str) -> None:
        if lengths:
            size = len(more.encode())
            lengths[-1] += size
            room.take(name, 0, 0, size)

    _parse(name, source, start, None, text)
    return lengths


class Span(NamedTuple):
    """A cell that spans several rows, by its rows and its first column from 0; the last row belongs to it."""

    top: int
    bottom: int
    column: int


def check_sheet(name: str, source: IO[bytes], shared: Sequence[int], room: SizeBudget) -> tuple[Span, ...]:
    """Checks one sheet of an .xlsx; the cells of it that span several rows, in the grid from its first filled cell on.

    A cell is at the place that it names, or behind the one before it.

    ``shared`` is what :func:`shared_strings` says of the workbook.

    Raises:
        Refused: it is damaged, names a place that no sheet has, or unfolds to too much.
    """
    longest = max(shared, default=0)
    least, most = (ROW_LIMIT + 1, COLUMN_LIMIT + 1), (0, 0)
    row = named = column = total = 0
    is_shared, text, spans = False, "", list[Span]()

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal least, most, row, named, column, total, is_shared, text
        local = tag if tag in _OWN else _local(tag)
        if is_shared and text:
            total += named_by(text)
        text = ""
        if local == "c":
            place = _REFERENCE.fullmatch(attributes["r"]) if "r" in attributes else None
            if "r" in attributes and place is None:
                named = ROW_LIMIT + 1
            elif place:
                named, column = int(place[2]), _column(place[1])
            else:
                named, column = row, column + 1
            is_shared = attributes.get("t") == "s"
        elif local in ("v", "is"):  # where a cell names another row than the one that it stands in, either may count
            least = min(least[0], named, row or named), min(least[1], column)
            most = max(most[0], named, row), max(most[1], column)
        elif local == "row":
            row, column = whole(attributes.get("r"), row + 1), 0
            named = row
        elif local == "mergeCell":
            spans.extend(_of_several_rows(attributes.get("ref", "")))
        if named > ROW_LIMIT or column > COLUMN_LIMIT:
            raise Refused(f"{name} names a cell that no sheet has; save it again as .xlsx.")

    def characters(more: str) -> None:
        nonlocal total, text
        total += len(more.encode())
        if len(text) < _DIGITS:
            text += more

    def named_by(number: str) -> int:
        at = whole(number.strip(), len(shared))
        return shared[at] if at < len(shared) else longest

    _parse(name, source, start, None, characters)
    total += named_by(text) if is_shared else 0
    rows, columns = (most[0] - least[0] + 1, most[1] - least[1] + 1) if most != (0, 0) else (0, 0)
    room.take(name, rows, columns, total)
    return tuple(Span(one.top - least[0], one.bottom - least[0], one.column - least[1]) for one in spans)


def place_of(reference: str) -> tuple[int, int] | None:
    """Row and column, from 1, of a cell that is called such as ``C4``; None where its name is none."""
    place = _REFERENCE.fullmatch(reference)
    return (int(place[2]), _column(place[1])) if place else None


def _of_several_rows(reference: str) -> Iterator[Span]:
    """The merged cell that is called ``A2:C4``; none where it is of one row, or where its name is none."""
    corners = [match for corner in reference.split(":") if (match := _REFERENCE.fullmatch(corner))]
    rows = sorted(int(corner[2]) for corner in corners)
    if len(corners) == 2 and rows[0] < rows[1]:
        yield Span(rows[0], rows[1], min(_column(corner[1]) for corner in corners))


def check_opendocument(name: str, source: IO[bytes]) -> None:
    """Checks the content of an .ods, whose cells and rows may say that they repeat.

    Raises:
        Refused: it is damaged, or unfolds to more than any workbook has.
    """
    room = SizeBudget()
    columns = height = empty = width = filled = repeats = times = 0
    total = inner = blank = 0  # blank rows count once a filled one stands below them

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal columns, height, empty, width, filled, repeats, times, inner, total, blank
        local = _local(tag)
        local_attributes = {_local(key): value for key, value in attributes.items()} if attributes else {}
        if local == "table":
            room.table(name)
            room.take(name, height, columns, total)
            columns = height = empty = total = blank = 0
        elif local == "table-row":
            width = filled = inner = 0
            repeats = max(whole(local_attributes.get("number-rows-repeated"), 1), 1)
        elif local in ("table-cell", "covered-table-cell"):
            times = max(whole(local_attributes.get("number-columns-repeated"), 1), 1)
            width += times
            inner += times * sum(map(len, local_attributes.values()))
            filled = width if {"value-type", "value", "formula"} & local_attributes.keys() else filled
        elif local == "p":
            filled = max(filled, width)
        elif local == "s":  # so many spaces
            inner += times * whole(local_attributes.get("c"), 1)

    def text(more: str) -> None:
        nonlocal inner
        inner += times * len(more.encode())

    def end(tag: str) -> None:
        nonlocal columns, height, empty, total, blank
        if _local(tag) == "table-row":
            empty += repeats
            blank += inner * repeats
            if filled:
                columns, height, empty = max(columns, filled), height + empty, 0
                total, blank = total + blank, 0
                room.check(name, height, columns, total)

    _parse(name, source, start, end, text)


def _parse(name: str, source: IO[bytes], *handlers: Callable[..., None] | None) -> None:
    for _ in pieces(name, source, *handlers):
        pass


def pieces(
    name: str,
    source: IO[bytes],
    start: Callable[[str, Mapping[str, str]], None] | None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    *,
    namespaces: bool = False,
) -> Iterator[None]:
    """Parses XML, and stops behind each piece. With ``namespaces`` a name has its namespace and a space before it.

    Raises:
        Refused: it is damaged.
    """
    parser = expat.ParserCreate(namespace_separator=" " if namespaces else None)
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    piece = b"?"
    while piece:
        with _readable(name):
            piece = source.read(_PIECE)
            parser.Parse(piece, not piece)
        yield


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that is none
        raise Refused(f"{name} is a workbook that is damaged; save it again as .xlsx.") from error


def grid(rows: list[list[str | None]]) -> pl.DataFrame:
    """Rows of cells, each as long as it is, as columns of text."""
    width = max(map(len, rows), default=0)
    columns = [[row[at] if at < len(row) else None for row in rows] for at in range(width)]
    return pl.DataFrame({f"column_{at}": pl.Series(column, dtype=pl.String) for at, column in enumerate(columns)})


def _local(tag: str) -> str:
    return tag.rsplit(":", 1)[-1]


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def whole(text: str | None, default: int) -> int:
    """A whole number of an attribute; ``default`` where it is none, or longer than any count."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else default
