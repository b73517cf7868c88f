"""What a person may call a figure: its column, or the words by which screens and reports show it, in any language.

Large and small letters are alike, and so are blanks and underscores.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from connectors.contract import METRICS
from warehouse.measures import LABELS, NAMEABLE
from warehouse.texts import match_key


class NoSuchFigure(Exception):
    """There is no such campaign, activity or figure; the sentence says what is near, or which there are."""


def figure_named(word: str, names: Iterable[str]) -> str | None:
    """The column or stage that a word names, of those in ``names``; None where it names none of them."""
    names = tuple(names)
    if word in names:
        return word
    by_letters = {key_of(name): name for name in reversed(names)}
    key = key_of(word)
    column = by_letters.get(key) or _WORDS.get(key)
    return column if column in names else None


def nearest_figure(word: str, names: Iterable[str]) -> str | None:
    """The column or stage of ``names`` nearest to a word that names none; None where none is near."""
    names = tuple(names)
    words = {key: column for key, column in _WORDS.items() if column in names} | {key_of(name): name for name in names}
    near = difflib.get_close_matches(key_of(word)[:200], list(words), n=1)
    return words[near[0]] if near else None


def existing_figure(word: str, names: Iterable[str]) -> str:
    """The column or stage of ``names`` that a word names.

    Raises:
        NoSuchFigure: it names none of them.
    """
    names = tuple(names)
    column = figure_named(word, names)
    if column is None:
        near = nearest_figure(word, names)
        hint = f"the nearest is {near}; there are" if near else "there are"
        raise NoSuchFigure(f"{word} is no figure with parts; {hint}: {', '.join(names)}.")
    return column


def key_of(word: str) -> str:
    """A word for comparison with other words for figures and lines of the plan."""
    return match_key(word.replace("_", " "))


_WORDS = {
    **{key_of(column): column for column in NAMEABLE},
    **{key_of(metric.word): metric.name for metric in METRICS},
    **{key_of(text): column for column, label in LABELS.items() for text in label},
}
"""What screens and reports call each figure, in every language, with its column."""
