"""A form that people fill in (.xlsx): each filled cell at its place, as what it is: text, number, day, true or false.

Tables of figures are read as text by ``workbooks``; in a form it matters whether ``1.10`` is a text or the number 1.1.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple
from xml.etree import ElementTree

from connectors.contract import Refused
from connectors.reading import size_limits, workbooks, zips

_MOST_CELLS = 200_000
"""No form that people fill in has more filled cells than this."""
NOT_SAVED = "it has no saved value"
"""What is told of a formula that a program wrote and nobody's Excel has computed and saved."""
_UNSAVED = "formula"
_WHOLE = re.compile(r"-?\d+")
_MOMENT = re.compile(r"[+-]?\d{4,}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")


def cells(
    name: str, content: bytes, wanted: Collection[str] | None = None, most: int | None = None
) -> dict[str, dict[tuple[int, int], object]]:
    """The filled cells of each sheet of an .xlsx by their places; of the ``wanted`` sheets only, where they are named.

    A text is ``str``, a number ``int`` or ``float``, a day or time ``datetime``, true or false ``bool``; a formula is
    its saved value, and one that failed, or was never computed, a ``ValueError`` that says so. A number that is shown
    as a day and is beyond the calendar is an ``OverflowError``. A text in a merged cell
    stands in every row that the cell spans.

    Raises:
        Refused: it is damaged, no .xlsx, or a sheet has more than ``most`` filled cells,
            or than a form may have.
    """
    with zips.opened(name, content) as archive:
        if not workbooks.is_xlsx(archive):
            raise Refused(f"{name} is no workbook; save it as .xlsx.")
        book = workbooks.looked_through(name, content, archive)
        parts = {part.replace("\\", "/").casefold(): part for part in archive.namelist()}
        part_of = {sheet: parts[part] for sheet, part in workbooks.parts_of_sheets(archive).items() if part in parts}
        is_wanted = part_of.keys() if wanted is None else part_of.keys() & set(wanted)
        held_of = {
            sheet: _stored(name, archive.read(part_of[sheet]), most or _MOST_CELLS)
            for sheet in part_of
            if sheet in is_wanted
        }
    typed: dict[str, dict[tuple[int, int], object]] = {}
    for sheet, grid in workbooks.sheets(name, book):
        if wanted is not None and sheet not in wanted:
            continue
        held = held_of.get(sheet, {})
        stored = {place: one for place, one in held.items() if one.kind != _UNSAVED}
        top, left = (min((place[axis] for place in stored), default=0) for axis in (0, 1))
        typed[sheet] = {place: ValueError(one.text) for place, one in held.items() if one.kind in ("e", _UNSAVED)}
        for column, texts in enumerate(grid.iter_columns(), left):
            filled = ((row, text) for row, text in enumerate(texts, top) if text)
            typed[sheet] |= {(row, column): _typed(text, stored.get((row, column))) for row, text in filled}
        # The reader gives nothing for a number that is shown as a day and is too large for one.
        empty = (place for place, one in stored.items() if one.kind in ("n", "d") and place not in typed[sheet])
        typed[sheet] |= {place: OverflowError(stored[place].text) for place in empty}
    return typed


class _Stored(NamedTuple):
    """A cell as the sheet's XML has it: its type (ECMA-376, ST_CellType), and the text of its value."""

    kind: str
    text: str


def _stored(name: str, sheet: bytes, most: int) -> dict[tuple[int, int], _Stored]:
    """The cells of a sheet that hold a value, as the XML has them."""
    stored: dict[tuple[int, int], _Stored] = {}
    row = column = 0
    for event, element in ElementTree.iterparse(io.BytesIO(sheet), ("start", "end")):
        tag = element.tag.rsplit("}", 1)[-1]
        if tag == "row" and event == "start":
            row, column = size_limits.whole(element.get("r"), row + 1), 0
        elif tag == "row":
            element.clear()
        elif tag == "c" and event == "end":
            place = size_limits.place_of(element.get("r", ""))
            column = place[1] if place else column + 1
            value = next((part for part in element if part.tag.rsplit("}", 1)[-1] in ("v", "is")), None)
            at = (place[0] if place else row) - 1, column - 1
            if value is not None and (value.text or len(value)):  # what a formula left empty is no value to the reader
                stored[at] = _Stored(element.get("t", "n"), value.text or "")
            elif element.get("t", "n") != "str" and any(part.tag.rsplit("}", 1)[-1] == "f" for part in element):
                stored[at] = _Stored(_UNSAVED, NOT_SAVED)  # Excel writes an empty text as one
            if len(stored) > most:
                raise Refused(f"{name} has more than {most:,} filled cells; take out what does not belong to it.")
    return stored


def _typed(text: str, stored: _Stored | None) -> object:
    """A cell's value; its text tells a day from a number, and rounds numbers, which are stored exactly."""
    kind = stored.kind if stored else "s"
    if kind == "b":
        return text == "true"
    if stored and kind in ("n", "d"):
        if _MOMENT.fullmatch(text):
            return _moment(text)
        with suppress(ValueError):  # a number that spans rows is a text here
            float(text)
            return int(stored.text) if _WHOLE.fullmatch(stored.text) else float(stored.text)
    return text


def _moment(text: str) -> datetime | OverflowError:
    """A day or time; what a program shows as one beyond its calendar is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return OverflowError(text)
