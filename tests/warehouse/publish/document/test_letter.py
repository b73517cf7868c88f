"""The words of the mail with a report: which report, how to check it, and how to get it, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime

import pytest

import connectors
from tests.warehouse.plan.plans import SMALL, parse
from warehouse.publish.document.blocks import Document
from warehouse.publish.document.letter import Letter, letter
from warehouse.publish.document.telling import Frozen
from warehouse.publish.report.language import LANGUAGES, Language, words

ABOUT = {"as_of": date(2024, 12, 30), "timezone": "Asia/Phnom_Penh"}
PLAN = parse(SMALL)
FROZEN = Frozen("final-2024", datetime(2024, 12, 31, 20), "ab12cd34")  # the first of January in Phnom Penh
TITLES: dict[Language, str] = {"en": "Our programme", "km": "កម្មវិធីរបស់យើង"}


def written(*languages: Language, is_attached: bool = True, link: str = "") -> Letter:
    documents = [Document(one, TITLES[one], (), (), f"{TITLES[one]}, 2024", "") for one in languages]
    return letter(documents, ABOUT, PLAN, connectors.PLATFORMS, FROZEN, is_attached=is_attached, link=link)


def test_it_names_the_report_its_day_and_by_what_its_figures_are_known() -> None:
    made = written("en")
    assert made.subject == "Our programme, 2024"
    assert made.text == (
        "Good day,\n\nThe report “Our programme” with the figures of 30 December 2024 is attached.\n\nThese figures were "
        "frozen on 1 January 2025 under the name final-2024, and do not change any more. Their fingerprint is ab12cd34.\n\n"
        "This mail was sent automatically. If something is not clear, please answer it.\n"
    )


def test_in_khmer_it_holds_no_english_word_but_names() -> None:
    made = written("km")
    assert "កម្មវិធីរបស់យើង" in made.text
    latin = {word for word in made.text.replace("«", " ").split() if word.isascii() and word.isalpha()}
    assert latin == set()
    assert "ab12cd34" in made.text


def test_in_both_languages_the_one_stands_behind_the_other_and_the_subject_has_both_titles() -> None:
    made = written("en", "km")
    assert made.subject == "Our programme, 2024 / កម្មវិធីរបស់យើង, 2024"
    assert made.text == written("en").text.rstrip() + "\n\n\n" + written("km").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_that_is_too_large_is_behind_a_link_or_to_be_asked_for(language: Language) -> None:
    linked, announced = (
        written(language, is_attached=False, link="https://x.example/a"),
        written(language, is_attached=False),
    )
    assert "https://x.example/a" in linked.text
    told = words(language)["document"]
    end = told["letter_announced"].partition("{day}")[2]
    assert end in announced.text
    assert end not in linked.text


def test_a_title_on_several_lines_makes_no_subject_of_several() -> None:
    documents = [Document("en", "a\u2028b", (), (), "a\u2028b\r\nBcc: c@d", "")]
    subject = letter(documents, ABOUT, PLAN, connectors.PLATFORMS, FROZEN, is_attached=True).subject
    assert subject == "a b Bcc: c@d"
    assert len(subject.splitlines()) == 1
