"""Our Khmer has one word for one thing: the glossary's table of terms holds every text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors import PLATFORMS
from warehouse.publish.report.khmer_texts import KhmerText, khmer_texts

_GLOSSARY = Path(__file__).parents[4] / "docs" / "glossary.md"
_TERMS = dict(
    re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", _GLOSSARY.read_text(encoding="utf-8").partition("## In Khmer")[2], re.M)[
        1:
    ]
)
_TEXTS = khmer_texts(PLATFORMS)
_BUTTONS = {
    f"right_file.{name}"
    for name in (
        "eventbrite", "facebook", "instagram", "klaviyo", "linkedin", "mailchimp", "sprout", "x", "youtube", "zoom",
    )
}  # fmt: skip
"""Platforms' buttons stand in English, as people see them."""
_OF_META, _OF_GOOGLE, _OF_TIKTOK = (f"right_file.{name}_ads" for name in ("meta", "google", "tiktok"))
_EXCEPT = {
    "audience": {"figures.audience"},  # of stations: listeners and viewers
    "column": {"charts.months_alt"},  # drawn ones
    "campaign": {
        _OF_META,
        _OF_GOOGLE,
        _OF_TIKTOK,
        "right_file.klaviyo",
    },  # buttons and columns of managers of ads, here and below
    "export": {*_BUTTONS, _OF_META, _OF_TIKTOK},
    "impression": {_OF_META, _OF_TIKTOK},
    "page": {"right_file.website", "counts.facebook.views.always"},  # names of reports
    "plan": {"page.khmer_places.plan"},  # the file's name
    "post": {"data.file_refused.names_platforms", "right_file.sprout"},
    "report": {  # tell the makers; buttons
        "data.file_refused.failed",
        _OF_META,
        *(f"right_file.{name}" for name in ("eventbrite", "mailchimp", "sprout", "zoom")),
    },
    "rule": {"page.rule"},  # of reading figures, and none of the plan's
    "share": {"data.file_refused.website_titles"},  # have in common
    "site": {"page.programmes"},  # where an event is held
    "snapshot": {"data.file_refused.website_snapshot"},  # Google's report
    "table": {_OF_META},
    "view": {_OF_GOOGLE},
}
"""By term, the texts that say something else by the English word, or leave it out."""


def lacking(term: str, khmer: str, texts: list[KhmerText]) -> set[str]:
    """The texts whose English has a term, and whose Khmer has none of its words."""
    english = re.compile(rf"\b{re.escape(term)}s?\b", re.IGNORECASE)
    return {
        text.key
        for text in texts
        if english.search(re.sub(r"\{[^}]*\}", "", text.english))
        and not any(word.strip() in text.khmer for word in khmer.split(","))
    }


@pytest.mark.parametrize("term", _TERMS)
def test_a_text_whose_english_has_a_term_has_its_khmer_word(term: str) -> None:
    assert lacking(term, _TERMS[term], _TEXTS) == _EXCEPT.get(term, set())


def test_a_word_that_may_be_spelled_in_two_ways_is_spelled_in_one() -> None:
    assert [text.key for text in _TEXTS if "\u17b2\u17d2\u1799" in text.khmer] == []  # \u17b1\u17d2\u1799 is ours


def test_the_table_of_terms_is_read_and_a_text_without_the_word_is_noticed() -> None:
    assert len(_TERMS) > 50
    text = KhmerText("a", "page", "All posts of {page}", "សារទាំងអស់", frozenset(), frozenset())
    assert lacking("post", _TERMS["post"], [text]) == {"a"}
    assert lacking("page", _TERMS["page"], [text]) == set()
