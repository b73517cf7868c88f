"""Numbers, days, lists and plural forms, and words that every language has."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import ADDITIVE, OUTREACH_KINDS, POST_KINDS
from warehouse.measures import LABELS
from warehouse.publish.report.language import LANGUAGES, number, words


def test_every_kind_of_post_and_outreach_has_a_name_in_every_language() -> None:
    for language in LANGUAGES:
        vocabulary = words(language)["sentence"]
        kinds = {*POST_KINDS, *OUTREACH_KINDS} - {"short"}  # shorts are videos
        assert kinds <= set(vocabulary["nouns"])
        assert {metric.name for metric in ADDITIVE} <= {*vocabulary["indicator"]["units"], *LABELS}


def test_the_languages_say_the_same_things() -> None:
    def keys(table: dict[str, Any], path: str = "") -> set[str]:
        forms = {"one", "other"}
        paths = {path}
        for key, value in table.items():
            paths |= (
                keys(value, f"{path}.{key}")
                if isinstance(value, dict) and not forms & set(value)
                else {f"{path}.{key}"}
            )
        return paths

    english, khmer = (words(language)["sentence"] for language in ("en", "km"))
    assert {this_key.removesuffix(".one") for this_key in keys(dict(english))} == keys(dict(khmer)) | {
        ".have",
        ".nouns",
    }


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e9, 1e9).map(lambda value: round(value, 3))))
def test_a_number_is_written_whole_in_one_way(value: float) -> None:
    written = number(value)
    assert float(written.replace(",", "")) == value
    assert not re.search(r"\d{4}", written.partition(".")[0])


def leaves(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{before}{key}.")
        elif isinstance(value, list):
            yield from ((f"{before}{key}.{at}", item) for at, item in enumerate(value))
        else:
            yield before + key, value


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_words_with_the_same_places_for_figures() -> None:
    english = dict(leaves(words("en")["page"]))
    assert len(english) > 150
    for language in LANGUAGES:
        item = dict(leaves(words(language)["page"]))
        assert item.keys() == english.keys(), language
        for key, text in item.items():
            assert placeholders(text) == placeholders(english[key]), (language, key)
            assert text.strip() == text != "", (language, key)
