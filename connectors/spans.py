"""How far the cells of a workbook lie apart, looked at before its reader makes room for all of them.

The native reader holds every cell between the first and the last one and cannot refuse: where memory ends, the process
ends. So each sheet's XML is looked through first, whatever its prefixes; the parser (expat) unfolds no entity bombs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import IO
from xml.parsers import expat

from connectors.contract import Refused

CELL_LIMIT = 10_000_000
COLUMN_LIMIT = 16_384
ROW_LIMIT = 1_048_576

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def check_sheet(name: str, source: IO[bytes]) -> None:
    """One sheet of an .xlsx: its filled cells by the places that they name, or by their order where they name none.

    Raises:
        Refused: it is damaged, names a place that no sheet has, or its cells lie too far apart.
    """
    least, most = (ROW_LIMIT + 1, COLUMN_LIMIT + 1), (0, 0)
    row = column = 0

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal least, most, row, column
        local = _local(tag)
        if local == "row":
            row, column = _number(attributes.get("r"), row + 1), 0
        elif local == "c":
            place = _REFERENCE.fullmatch(attributes["r"]) if "r" in attributes else None
            if "r" in attributes and place is None:
                row = ROW_LIMIT + 1
            elif place:
                row, column = int(place[2]), _column(place[1])
            else:
                column += 1
        elif local in ("v", "is"):
            least, most = (min(least[0], row), min(least[1], column)), (max(most[0], row), max(most[1], column))
        if row > ROW_LIMIT or column > COLUMN_LIMIT:
            raise Refused(f"{name} names a cell that no sheet has; save it again as .xlsx.")

    _parsed(name, source, start)
    if most != (0, 0):
        _refuse_wide(name, most[0] - least[0] + 1, most[1] - least[1] + 1)


def check_opendocument(name: str, source: IO[bytes]) -> None:
    """The content of an .ods, whose cells and rows may say that they repeat.

    Raises:
        Refused: it is damaged, or unfolds to more cells than any table has.
    """
    columns = height = empty = width = filled = repeats = 0

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal columns, height, empty, width, filled, repeats
        local = _local(tag)
        own = {_local(key): value for key, value in attributes.items()} if attributes else {}
        if local == "table":
            columns = height = empty = 0
        elif local == "table-row":
            width = filled = 0
            repeats = max(_number(own.get("number-rows-repeated"), 1), 1)
        elif local in ("table-cell", "covered-table-cell"):
            width += max(_number(own.get("number-columns-repeated"), 1), 1)
            filled = width if {"value-type", "value", "formula"} & own.keys() else filled
        elif local == "p":
            filled = max(filled, width)

    def end(tag: str) -> None:
        nonlocal columns, height, empty
        if _local(tag) == "table-row":
            empty += repeats
            if filled:
                columns, height, empty = max(columns, filled), height + empty, 0
                _refuse_wide(name, height, columns)

    _parsed(name, source, start, end)


def _refuse_wide(name: str, rows: int, columns: int) -> None:
    if rows * columns > CELL_LIMIT:
        raise Refused(
            f"{name} has a sheet that spans {rows:,} rows and {columns:,} columns, mostly by one stray cell; "
            "delete what stands far from the table, or save it as CSV."
        )


def _parsed(
    name: str,
    source: IO[bytes],
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] = lambda _: None,
) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.ParseFile(source)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that is none
        raise Refused(f"{name} is a workbook that is damaged ({error}); save it again as .xlsx.") from error


def _local(tag: str) -> str:
    return tag.rsplit(":", 1)[-1]


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else default
