"""Their words -> ours: finding the header of a table and the language it is in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Language -> our column -> what a platform calls it in that language, the best word first."""

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"))
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "`": "'"})
_SPACE = re.compile(r"\s+")


def folded(word: str) -> str:
    """A header cell as it is compared: case, white space, soft hyphens, marks of order and kind of quotes apart."""
    plain = unicodedata.normalize("NFC", word).translate(_INVISIBLE).translate(_QUOTES)
    return _SPACE.sub(" ", plain).strip().casefold()


@dataclass(frozen=True)
class Header:
    """The line of a table that names its columns: which record it is, its cells, and where our columns stand."""

    at: int
    cells: tuple[str, ...]
    language: str
    positions: Mapping[str, tuple[int, ...]]

    @property
    def mapped(self) -> dict[str, str]:
        """Their word -> ours."""
        return {self.cells[at]: name for name, positions in self.positions.items() for at in positions}

    @property
    def ignored(self) -> tuple[str, ...]:
        """Their words that mean nothing to us."""
        taken = {at for positions in self.positions.values() for at in positions}
        return tuple(cell for at, cell in enumerate(self.cells) if cell and at not in taken)


def header(top: tuple[tuple[str, ...], ...], words: Words) -> Header | None:
    """The record among the first ones that holds the most of our columns, the first of equals; None below two.

    A word counts only whole: look-alikes (``Engaged views``, ``Ad impressions``) are other figures. The
    language is the one most of whose words stand there; English fills its gaps, since exports mix the two.
    """
    best: Header | None = None
    for at, cells in enumerate(top):
        for language, columns in words.items():
            positions = _positions(cells, {**words["en"], **_merged(words["en"], columns)})
            own = len(_positions(cells, columns))
            found = Header(at, cells, language, positions)
            if len(positions) >= 2 and own and (best is None or _weight(found) > _weight(best)):
                best = found
    return best


def _weight(found: Header) -> int:
    return len(found.positions)


def _merged(
    english: Mapping[str, tuple[str, ...]], columns: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    taken = {folded(word) for own in columns.values() for word in own}
    return {
        name: (*own, *(word for word in english.get(name, ()) if folded(word) not in taken))
        for name, own in columns.items()
    }


def _positions(cells: tuple[str, ...], columns: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    plain = [folded(cell) for cell in cells]
    found = {}
    for name, own in columns.items():
        at = [at for word in map(folded, own) for at, cell in enumerate(plain) if cell == word]
        if at:
            found[name] = tuple(at)
    return found
