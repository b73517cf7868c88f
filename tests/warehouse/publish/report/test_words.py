"""Both languages say everything that the page says, with the same figures in it."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.publish.report.language import LANGUAGES, words


def leaves(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{before}{key}.")
        elif isinstance(value, list):
            yield from ((f"{before}{key}.{at}", own) for at, own in enumerate(value))
        else:
            yield before + key, value


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_words_with_the_same_places_for_figures() -> None:
    english = dict(leaves(words("en")["page"]))
    assert len(english) > 150
    for language in LANGUAGES:
        own = dict(leaves(words(language)["page"]))
        assert own.keys() == english.keys(), language
        for key, text in own.items():
            assert placeholders(text) == placeholders(english[key]), (language, key)
            assert text.strip() == text != "", (language, key)
