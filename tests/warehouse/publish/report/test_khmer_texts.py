"""Every text in Khmer is listed, and a correction is used only where it fills in what our text fills in."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import PLATFORMS
from warehouse.corrected_texts import Corrections, used
from warehouse.measures import label
from warehouse.publish.report.khmer_texts import LONGEST, Correction, khmer_texts, usable, why_not
from warehouse.publish.report.language import Writer, platform_label, words
from warehouse.publish.report.wording import Texts

_ROOT = Path(__file__).parents[4]
_KHMER = re.compile("[\u1780-\u17ff]")
_TEXTS = khmer_texts(PLATFORMS)
_BY_KEY = {text.key: text for text in _TEXTS}
_READ = (
    "connectors/*/words.toml", "connectors/*/shapes.toml", "connectors/reading/*", "flows/sample/*",
    "flows/steps/templates/*", "warehouse/plan/campaigns.py", "warehouse/plan/framework.py", "warehouse/publish/iati.py",
    "warehouse/publish/report/khmer_texts.py",
)  # fmt: skip
"""Files whose Khmer is read and recognised, or is an example of what people type."""
_OF_THE_WORKBOOK = ("warehouse/publish/workbook/khmer_book.py", "warehouse/plan/workbook_writing.py")
"""Files that write Khmer into a workbook, beside the English that says the same."""


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key != "names":  # of stages: they are read
                yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def strings_in(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        yield from strings(tomllib.loads(text))
    else:
        yield from (
            node.value
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )


def test_no_khmer_text_of_the_program_is_left_out() -> None:
    listed = {text.khmer for text in _TEXTS} | set(words("km")["sentence"]["known_stages"])
    files = [path for part in ("connectors", "warehouse", "flows") for path in (_ROOT / part).rglob("*.*")]
    left_out = [
        (path.name, text)
        for path in files
        if path.suffix in (".py", ".toml") and not any(path.relative_to(_ROOT).match(pattern) for pattern in _READ)
        for text in strings_in(path)
        if _KHMER.search(text) and text not in listed and path.relative_to(_ROOT).as_posix() not in _OF_THE_WORKBOOK
    ]
    assert left_out == []


def test_every_text_has_its_english_a_key_of_its_own_and_a_place_with_a_name() -> None:
    assert len(_BY_KEY) == len(_TEXTS)
    assert [text.key for text in _TEXTS if not text.english.strip()] == []
    assert {text.place for text in _TEXTS} == set(words("en")["page"]["khmer_places"])


def test_our_own_texts_could_stand_as_corrections() -> None:
    assert [(text.key, why) for text in _TEXTS if (why := why_not(text, text.khmer.strip()))] == []


def used_of(key: str, khmer: str, english: str | None = None) -> tuple[dict[str, str], list[str]]:
    return usable(_TEXTS, [Correction(7, key, _BY_KEY[key].english if english is None else english, khmer)], "k.xlsx")


def test_a_correction_keeps_the_spaces_at_the_ends_that_join_it() -> None:
    assert used_of("sentence.read_on", "ក {day}")[0] == {"sentence.read_on": " ក {day}"}
    assert used_of("page.pages", " ក\nខ ")[0] == {"page.pages": "ក ខ"}


@pytest.mark.parametrize(
    ("key", "khmer", "why"),
    [
        ("page.known_of", "ក {knowing}", "it lacks {posts}"),
        ("page.pages", "ក {posts}", "it has {posts}, which this text cannot fill in"),
        ("page.known_of", "ក {knowing} {posts", "its braces are not as in our text"),
        ("page.known_of", "ក {knowing.__class__} {posts}", "its braces are not as in our text"),
        ("page.known_of", "ក {knowing!r} {posts}", "its braces are not as in our text"),
        ("page.known_of", "ក {knowing:>999999999} {posts}", "its braces are not as in our text"),
        ("page.known_of", "ក {} {posts}", "its braces are not as in our text"),
        ("page.pages", "Pages", "it has no letter in Khmer"),
        ("page.pages", "ក" * (LONGEST + 1), "it has more than 2,000 characters"),
        ("sentence.date", "'ថ្ងៃ' d MMMM", "it lacks y"),
        ("sentence.date", "'ថ្ងៃ d MMMM y", "its braces are not as in our text"),
        ("sentence.date", "'ថ្ងៃ' d MMMM y G", "it has G, which this text cannot fill in"),
    ],
)
def test_a_correction_that_cannot_be_used_is_told_with_its_row(key: str, khmer: str, why: str) -> None:
    corrections, (sentence,) = used_of(key, khmer)
    assert corrections == {}
    assert sentence.startswith(f"k.xlsx, row 7: the correction is not used, since {why}")
    assert sentence.endswith("Our text stands.")


def test_a_text_at_the_edge_of_what_is_long_is_used() -> None:
    assert used_of("page.pages", "ក" * LONGEST)[0]


def test_a_correction_of_a_text_whose_english_changed_is_told_and_ours_stands() -> None:
    corrections, (sentence,) = used_of("page.pages", "ក", "Sites")
    assert (corrections, "its English has changed since" in sentence) == ({}, True)


def test_a_text_that_is_no_more_and_one_that_is_corrected_twice_are_told() -> None:
    rows = [Correction(2, "page.pages", "Pages", "ក"), Correction(3, "page.pages", "Pages", "ខ"),
            Correction(4, "page.was", "Was", "ក")]  # fmt: skip
    corrections, sentences = usable(_TEXTS, rows, "k.xlsx")
    assert corrections == {"page.pages": "ក"}
    assert ["an earlier row corrects the same text" in sentences[0], "no text page.was" in sentences[1]] == [True, True]


def test_nothing_and_our_own_text_are_no_correction() -> None:
    assert used_of("page.pages", " \n") == ({}, [])
    assert used_of("page.pages", _BY_KEY["page.pages"].khmer) == ({}, [])


@given(st.sampled_from([text for text in _TEXTS if text.allowed]), st.text("{}dyM!:.ក'", max_size=12))
def test_whatever_is_used_can_be_filled_in(text: Any, khmer: str) -> None:
    parts = "".join(f" {{{name}}}" for name in text.needed) if not text.key.startswith("sentence.da") else ""
    for correction in usable(_TEXTS, [Correction(1, text.key, text.english, khmer + parts)], "k")[0].values():
        with used(Corrections({text.key: correction})):
            if text.key.startswith("sentence.da"):
                Writer("km").day(date(2024, 9, 28))
            else:
                correction.format(**dict.fromkeys(text.allowed, "1"))


def test_a_correction_stands_wherever_our_text_stood() -> None:
    keys = {"figures.views": "ក១", "platforms.website": "ក២", "page.rules.1": "ក៣", "data.unit.plays": "ក៤",
            "sentence.nouns.video.other": "ក៥"}  # fmt: skip
    (change, *_) = (one for one in PLATFORMS.changes if one.platform == "facebook" and one.metric == "views")
    (definition,) = (one for one in PLATFORMS.named("facebook").definitions if one.counts == change.now)  # type: ignore[union-attr]
    keys[f"counts.facebook.views.{definition.since}"] = "ក៦"
    with used(Corrections(keys)):
        texts = Texts("km", "Asia/Phnom_Penh", PLATFORMS)
        assert label("views", "km") == "ក១"
        assert platform_label(PLATFORMS, "website", "km") == "ក២"
        assert texts.words["rules"][1] == "ក៣"
        assert texts.told("plays or displays") == "ក៤"
        assert Writer("km").noun("video", 2) == "ក៥"
        assert texts.told(change.now) == "ក៦"
        assert label("views", "en") == "Views"
    assert label("views", "km") == _BY_KEY["figures.views"].khmer
