"""Sentences about data in each language: every one is told, with its parts, and none is left in English."""

from __future__ import annotations

import ast
import html
import json
import re
import string
from datetime import date
from pathlib import Path

import pytest

from connectors import PLATFORMS
from connectors.contract import ADDITIVE, DAMAGED, DISPUTED, HIDDEN, REFUTED, UNCLEAR_MARK
from tests.warehouse.publish.report.conftest import Report
from warehouse.figures import why_unknown
from warehouse.publish.report.data_texts import DataSentence, data_sentences
from warehouse.publish.report.wording import Texts

_ROOT = Path(__file__).parents[4]
_EXAMPLES = {"number": "1234", "day": "2024-11-14", "metric": "views_paid", "metrics": "clicks, reach and views_paid", "platform": "facebook",
             "platforms": "facebook, x", "table": "campaign_totals", "account": "facebook:12", "campaign": "c-1", "campaigns": "c-1, c-2",
             "account_metric": "account page_views", "name": "facebook:12", "words": "(#200) No", "code": "200", "told": "not known", "": "Forum"}  # fmt: skip
ENGLISH = re.compile(r"(?:\b[a-z]{2,}[ ,;:]+){3,}[a-z]{2,}\b")
"""Four words in a row that begin with small Latin letters: an English sentence, and no name."""


def texts(language: str) -> Texts:
    return Texts(language, "Asia/Phnom_Penh", PLATFORMS, {"facebook:12": "Open Budget"}, {"c-1": "Forum 2024"})


def example(sentence: DataSentence) -> str:
    told = re.sub(r"<([^|>]+)[^>]*>", r"\1", sentence.told)
    return re.sub(r"\{(\w+):?(\w*)\}", lambda part: _EXAMPLES[part[2]], told)


@pytest.mark.parametrize("sentence", data_sentences(), ids=lambda sentence: sentence.key)
def test_every_sentence_is_told_in_khmer_with_its_parts_and_no_english_word(sentence: DataSentence) -> None:
    for text in sentence.in_language.values():
        assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= sentence.kinds.keys()
    told = texts("km").told(example(sentence)) or ""
    assert told != texts("km")("only_in_english")
    assert not ENGLISH.search(told)
    assert re.search("[\u1780-\u17ff]", told)
    assert "_" not in (texts("en").told(example(sentence)) or "")


def test_every_sentence_is_one_that_the_code_makes() -> None:
    made = [
        node.value
        for folder in ("connectors", "warehouse", "flows")
        for path in (_ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    all_made = "\n".join(made)
    stale = [
        (sentence.key, piece)
        for sentence in data_sentences()
        for piece in re.split(r"\{[^}]*\}|<[^>]*>|, which |[.,;:] | and | sends ", sentence.told)
        if piece.strip(" ;,.") not in all_made
    ]
    assert stale == []


def test_why_a_figure_is_not_known_is_told_in_khmer() -> None:
    reasons = [value for name, value in vars(why_unknown).items() if name.isupper() and isinstance(value, str)]
    for reason in (*reasons, REFUTED, HIDDEN, DAMAGED, DISPUTED, UNCLEAR_MARK):
        told = texts("km").told(reason) or ""
        assert told != texts("km")("only_in_english"), reason
        assert not ENGLISH.search(told), reason


def test_what_platforms_count_is_told_in_khmer_where_they_changed_it() -> None:
    for change in PLATFORMS.changes:
        for text in (change.before, change.now, change.sentence):
            told = texts("km").told(text) or ""
            assert told != texts("km")("only_in_english"), text
            assert not ENGLISH.search(told), text


def test_what_figures_mean_is_told_in_khmer() -> None:
    for metric in ADDITIVE:
        for text in (metric.unit, metric.meaning):
            assert texts("km").told(text) != texts("km")("only_in_english"), text


def test_sentences_beside_one_another_are_each_told() -> None:
    basis = "at least: the largest post reach (known: 1234); at most: not known (posts without reach: 3)"
    assert texts("en").told(basis) == (
        "at least: the largest reach of one post (posts that know it: 1,234); "
        "at most: not known (posts without reach: 3)"
    )
    two = (
        "at most: their sum, but facebook:12 at its own reach of 2024-09-01 to 2024-09-30, which covers it, "
        "facebook:12 at what its campaigns come to"
    )
    told = texts("km").told(two) or ""
    assert told.count("Open Budget") == 2
    assert texts("km").day(date(2024, 9, 30)) in told


def test_two_permissions_that_are_missing_are_both_told() -> None:
    lacks = (
        "The token of facebook:12 lacks a permission: (#200) No. Ask. (code 200). docs/access.md lists those it needs."
    )
    one = f"{lacks} The permission for likes is pages_read_user_content."
    both = texts("km").told(f"{one} {lacks} The permission for page_views is read_insights.") or ""
    assert both == f"{texts('km').told(one)} {texts('km').told(lacks)} ការអនុញ្ញាតសម្រាប់ page_views គឺ read_insights។"
    assert "pages_read_user_content" in both
    assert "(#200)" not in both


def test_a_text_of_which_one_sentence_is_not_known_is_told_in_english_only() -> None:
    lacks = "The permission of tiktok:open lacks a scope; docs/access.md lists those it needs."
    assert "video.list" in (texts("km").told(f"{lacks} It needs video.list.") or "")
    assert texts("km").told(f"{lacks} Nobody knows it. It needs video.list.") == texts("km")("only_in_english")


def test_a_page_in_khmer_says_which_mistake_a_plan_has() -> None:
    told = texts("km").told(
        "The plan has a mistake, and the last good one was used: line 3: 1.9 is no activity. Mend it."
    )
    assert told is not None
    assert told.endswith("ជាភាសាអង់គ្លេស៖ line 3: 1.9 is no activity. Mend it.")


def test_a_sentence_that_nobody_translated_stays_english_there_and_is_pointed_to_in_khmer() -> None:
    unknown = "A sentence that nobody knows."
    assert texts("en").told(unknown) == unknown
    assert texts("km").told(f"left empty by its source\n{unknown}\n{unknown}").split("\n") == [  # type: ignore[union-attr]
        texts("km").told("left empty by its source"), texts("km")("only_in_english"),
    ]  # fmt: skip


def test_a_campaign_is_called_by_its_name_in_the_rule_that_came_near() -> None:
    near = "c-1, rule 2: the words are missing; published 1 day after it ends"
    assert texts("en").told(near) == "Forum 2024, rule 2: the words are missing; published 1 day after it ends"


@pytest.mark.parametrize("page", ["incoming", "sources", "definitions", "unattributed", "why-iduai-2023"])
def test_the_samples_lists_in_khmer_hold_no_english_sentence(sample: Report, page: str) -> None:
    text = (sample.folder / "km" / f"{page}.html").read_text(encoding="utf-8")
    plan = (_ROOT / "flows" / "sample" / "plan.toml").read_text(encoding="utf-8")
    shown = html.unescape(re.sub("<[^>]+>", "\n", re.sub("(?s)<script.*?</script>", "", text)))
    for data in re.findall('(?s)<script type="application/json" id="(?:list|evidence)">(.*?)</script>', text):
        value = json.loads(data)
        shown += "\n".join(str(told) for told in value.get("notes", {}).values())
        shown += "\n".join(
            str(told) for column in value.get("columns", []) for told in column.get("words", {}).values()
        )
    for name in sorted(re.findall('"([^"]{3,})"', plan), key=len, reverse=True):
        shown = shown.replace(name, "")
    assert [english[0] for english in ENGLISH.finditer(shown)] == []
    assert not re.search(r"\bviews_paid\b|\bwatch_seconds\b", shown)
