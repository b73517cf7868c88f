"""The header of a table: which line it is, in which language, and which of our columns its words mean.

What each platform calls its columns stands as data in ``connectors/<platform>/words.toml``: for every kind of
table (layout) and language, our column and the words for it, the best first: of two words that are two definitions,
the newer one's. A workspace adds words of its own by the setting ``columns``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import combinations
from typing import Any, NamedTuple

from connectors.contract import METRIC

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"))
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»‘’`´\"'()[]{}\\", " "))
_TURKISH = str.maketrans({"\u0307": "", "ı": "i"})  # İ and I, lowered by two different rules
_SPACE = re.compile(r"\s+")
NUMBER = re.compile(r"[+-]?\d[\d.,'\s]*%?")
"""A number as people and platforms write it."""

_BEHIND_ALL = 1_000_000
_SIGNS = frozenset({"group", "other", "alike", "mark", "gained"})
"""Columns that only tell what kind of table stands before us."""
WIDEST = 5_000
"""No export has more columns; the widest that was seen has 644."""
LINES = "lines"
"""The name under which the words for lines of totals are asked for, which all platforms share."""
VALUES = "values"
"""The section of a platform's words that says what its cells hold, not its headers."""


@lru_cache(maxsize=1 << 14)
def header_key(word: str) -> str:
    """A header cell as it is compared: case, white space, soft hyphens, marks of order, quotes and brackets apart.

    Spreadsheets and people take quotes and brackets away (``Duration sec``), languages have several kinds of them.
    """
    plain = unicodedata.normalize("NFKC", word).translate(_INVISIBLE).translate(_QUOTES)
    return _SPACE.sub(" ", plain).strip().casefold().translate(_TURKISH)


def header_keys(cells: Sequence[str]) -> tuple[str, ...]:
    """The key of each cell of a line; none of a line that is wider than any header."""
    return tuple(map(header_key, cells)) if len(cells) <= WIDEST else ()


class Words:
    """What one kind of table calls its columns: ``languages`` is language -> our column -> words, English first."""

    def __init__(self, languages: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self.languages = languages
        english = languages.get("en", {})
        self._columns = {
            language: _columns_by_word(columns if language == "en" else _filled(english, columns))
            for language, columns in languages.items()
        }
        self._own = {
            language: frozenset(header_key(word) for words in columns.values() for word in words)
            for language, columns in languages.items()
        }
        self.keys = frozenset().union(*self._own.values()) if self._own else frozenset()

    @cached_property
    def columns(self) -> frozenset[str]:
        """Our columns that this kind of table may have."""
        return frozenset(column for columns_of in self.languages.values() for column in columns_of)

    def knows(self, cells: Iterable[str]) -> int:
        """How many of these folded cells are words of any language."""
        return sum(map(self.keys.__contains__, cells))

    def positions(self, cells: Sequence[str], language: str) -> dict[str, tuple[int, ...]]:
        """Our column -> where it stands among these folded cells, by the order of its words.

        A metric that stands there in ``language`` may stand there again in another one: exports name the figures of
        each page in that page's language.
        """
        columns = self._columns[language]
        ranked: dict[str, list[tuple[int, int]]] = {}
        for at, cell in enumerate(cells):
            for column, rank in columns.get(cell, ()):
                ranked.setdefault(column, []).append((rank, at))
        for at, cell in enumerate(cells):
            for column in self._metrics.get(cell, ()) if cell not in columns else ():
                if column in ranked:
                    ranked[column].append((_BEHIND_ALL, at))
        return {column: tuple(at for _, at in sorted(places)) for column, places in ranked.items()}

    @cached_property
    def _metrics(self) -> dict[str, frozenset[str]]:
        """The words that mean the same metrics in every language that has them, and which."""
        meanings: dict[str, set[frozenset[str]]] = {}
        for by_word in self._columns.values():
            for word, columns in by_word.items():
                meanings.setdefault(word, set()).add(frozenset(column for column, _ in columns))
        agreed = {word: next(iter(columns)) for word, columns in meanings.items() if len(columns) == 1}
        return {word: columns for word, columns in agreed.items() if columns <= METRIC.keys()}

    def translations(self, cells: Sequence[str], positions: Mapping[str, Sequence[int]]) -> frozenset[frozenset[str]]:
        """The pairs of words that are one column in two languages: no language has both, or English has one of them."""
        pairs = set()
        for column, places in positions.items():
            for one, other in combinations(dict.fromkeys(cells[at] for at in places), 2):
                in_one, in_other = self._languages_of(one, column), self._languages_of(other, column)
                if ("en" in in_one) != ("en" in in_other) or not in_one & in_other:
                    pairs.add(frozenset((one, other)))
        return frozenset(pairs)

    def _languages_of(self, word: str, column: str) -> set[str]:
        return {
            language for language, columns in self.languages.items() if word in map(header_key, columns.get(column, ()))
        }

    def own_words(self, cells: Iterable[str], language: str) -> int:
        """How many of these folded cells are a language's own words."""
        return sum(map(self._own[language].__contains__, cells))


def _columns_by_word(columns: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[str, int]]]:
    by_word: dict[str, list[tuple[str, int]]] = {}
    for column, words in columns.items():
        for rank, word in enumerate(dict.fromkeys(map(header_key, words))):
            by_word.setdefault(word, []).append((column, rank))
    return by_word


def _filled(english: Mapping[str, Sequence[str]], columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """English fills a language's gaps, since exports mix the two, but never takes a word that means something else."""
    taken = {header_key(word) for words in columns.values() for word in words}
    free = {column: [word for word in words if header_key(word) not in taken] for column, words in english.items()}
    return {column: [*columns.get(column, ()), *free.get(column, ())] for column in dict.fromkeys((*english, *columns))}


@cache
def layouts_of(platform: str) -> Mapping[str, Words]:
    """Layout -> words of a platform, as its data file has them."""
    return {layout: Words(languages) for layout, languages in _data(platform).items() if layout != VALUES}


@cache
def values_of(platform: str, name: str) -> Mapping[str, str]:
    """Folded words that a platform's cells hold, in every language -> what they mean to us.

    ``name`` is that of a list in the file's section of values; the words of a plain list mean themselves.
    """
    meanings = {}
    for words_of in _data(platform).get(VALUES, {}).values():
        given = words_of.get(name, {})
        pairs = given.items() if isinstance(given, Mapping) else ((word, word) for word in given)
        meanings.update({header_key(word): meaning for word, meaning in pairs})
    return meanings


@cache
def _data(platform: str) -> dict[str, dict[str, Any]]:
    file = (
        files("connectors.reading") / "lines.toml"
        if platform == LINES
        else files("connectors") / platform / "words.toml"
    )
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def with_aliases(words: Words, columns: Mapping[str, Sequence[str]]) -> Words:
    """``words`` with a workspace's added added to every language, before all others."""
    aliases = tuple((column, tuple(words_of)) for column, words_of in columns.items() if column in words.columns)
    return _with_aliases(words, aliases) if aliases else words


@lru_cache(maxsize=1 << 8)
def _with_aliases(words: Words, aliases: tuple[tuple[str, tuple[str, ...]], ...]) -> Words:
    added = dict(aliases)
    return Words(
        {
            language: {c: [*added.get(c, ()), *words_of.get(c, ())] for c in dict.fromkeys((*words_of, *added))}
            for language, words_of in words.languages.items()
        }
    )


@dataclass(frozen=True)
class Header:
    """The line of a table that names its columns: which record it is, its cells, and where our columns stand.

    ``translations`` are pairs of its words that are one column in two languages; ``words`` are all that were known.
    """

    at: int
    cells: tuple[str, ...]
    language: str
    positions: Mapping[str, tuple[int, ...]]
    translations: frozenset[frozenset[str]] = frozenset()
    words: Words | None = field(default=None, repr=False, compare=False)

    def is_word(self, cell: str) -> bool:
        """Whether a cell is what tables of this kind call a column, in any language."""
        return self.words is not None and self.words.knows((header_key(cell),)) > 0

    @property
    def keys(self) -> frozenset[str]:
        """What tables of this kind call their columns, in every language, folded."""
        return self.words.keys if self.words is not None else frozenset()

    def repeated(self, cells: Sequence[str]) -> Header | None:
        """The header that a line below this one is; None where it is a row.

        A header names two columns, a figure or what makes a post among them, and holds no number.
        """
        has_number = any(NUMBER.fullmatch(cell.strip()) for cell in cells)
        if self.words is None or has_number or sum(map(self.is_word, cells)) < 2:
            return None
        below = header((tuple(cells),), (header_keys(cells),), self.words)
        return (
            below
            if below and (METRIC.keys() & below.positions.keys() or below.has("post_id", "published_at"))
            else None
        )

    def definitions(self, name: str) -> tuple[tuple[int, ...], ...]:
        """The places of a column of ours, together where one word or its translation stands; the best ones first."""
        groups: dict[str, list[int]] = {}
        for at in self.positions[name]:
            word = header_key(self.cells[at])
            alike = (first for first in groups if first == word or {first, word} in self.translations)
            groups.setdefault(next(alike, word), []).append(at)
        return tuple(map(tuple, groups.values()))

    @property
    def mapped(self) -> dict[str, str]:
        """Their word -> ours; ours joined by ``;`` where one of theirs means two."""
        words: dict[str, str] = {}
        for name, positions in self.positions.items():
            for at in positions if name not in _SIGNS else ():
                cell = self.cells[at]
                words[cell] = f"{words[cell]};{name}" if name not in words.get(cell, name).split(";") else name
        return words

    @property
    def ignored(self) -> tuple[str, ...]:
        """Their words that mean nothing to us."""
        taken = {at for name, positions in self.positions.items() if name not in _SIGNS for at in positions}
        return tuple(cell for at, cell in enumerate(self.cells) if cell and at not in taken)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Their words that are neither ours nor a sign of the kind of table."""
        taken = {at for positions in self.positions.values() for at in positions}
        return tuple(cell for at, cell in enumerate(self.cells) if cell and at not in taken)

    def has(self, *needs: str) -> bool:
        """Whether each of these columns stands in it; ``a|b`` is one of several."""
        return all(any(column in self.positions for column in need.split("|")) for need in needs)


def header(top: Sequence[tuple[str, ...]], top_keys: Sequence[Sequence[str]], words: Words) -> Header | None:
    """The record among the first ones that holds the most of our columns, the first of equals; None below two.

    ``top_keys`` are the keys of each record's cells. A word counts only whole: look-alikes (``Engaged views``,
    ``Ad impressions``) are other figures. The language is the one most of whose words stand there; English fills its
    gaps.
    """
    best: Header | None = None
    weight = (0, 0)
    for at, (record, keys) in enumerate(zip(top, top_keys, strict=True)):
        meaning = _meaning(tuple(keys), words)
        if meaning and meaning.weight > weight:
            best = Header(at, record, meaning.language, meaning.positions, meaning.translations, words)
            weight = meaning.weight
    return best


class _Meaning(NamedTuple):
    """What the keys of a line's cells mean, and how many of our columns and of the language's own words there are."""

    language: str
    positions: Mapping[str, tuple[int, ...]]
    translations: frozenset[frozenset[str]]
    weight: tuple[int, int]


@lru_cache(maxsize=1 << 12)  # files of one export have one header, and every platform looks at it
def _meaning(keys: tuple[str, ...], words: Words) -> _Meaning | None:
    if words.knows(keys) < 2:
        return None
    best: _Meaning | None = None
    for language in words.languages:
        own_words = words.own_words(keys, language)
        positions = words.positions(keys, language)
        weight = len(positions), own_words
        if len(positions) >= 2 and own_words and (best is None or weight > best.weight):
            best = _Meaning(language, positions, frozenset(), weight)
    return best and best._replace(translations=words.translations(keys, best.positions))
