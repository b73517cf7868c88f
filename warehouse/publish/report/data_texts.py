"""Sentences about data, which published tables have in English, told in a page's language.

``words/data.toml`` has each sentence once, with what differs in it. So a table keeps its sentence for machines, and a
page tells it with the names, days and numbers of its reader.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from connectors.platform import Definition
from warehouse.corrected_texts import corrected

_PARTS = {
    "number": r"\d[\d,]*",
    "day": r"\d{4}-\d{2}-\d{2}",
    "metric": "[a-z_]+",
    "platform": "[a-z_]+",
    "platforms": "[a-z_]+(?:, [a-z_]+)*",
    "table": "[a-z]+_totals",
    "account": "[a-z_]+:[^,]+?",
    "metrics": "[a-z_]+(?:, [a-z_]+)*(?: and [a-z_]+)?",
    "account_metric": "(?:account|page) [a-z_]+",
    "campaign": ".+?",
    "campaigns": ".+?",
    "name": r"\S+",
    "words": r"(?:(?! \(code ).)+",
    "code": r"[\w/]+",
    "told": ".+?",
    "": ".+?",
}
"""What a part of a sentence looks like, by what it is. A platform's words end where its code begins."""
_TOKEN = re.compile(r"\{(?P<name>\w+):?(?P<kind>\w*)\}|<(?P<either>[^<>]+)>")
_BETWEEN = ((re.compile("; ?"), "; "), (re.compile(r"(?<=[.]) "), " "), (re.compile(", (?=[a-z_]+:|posts )"), ", "))
"""What stands between sentences that are told beside one another, and what joins them."""


class DataSentence(NamedTuple):
    """A sentence as tables have it, its parts by name, a text that stands in each of it, and how languages say it."""

    key: str
    told: str
    pattern: re.Pattern[str]
    kinds: Mapping[str, str]
    literal: str
    in_language: Mapping[str, str]


@cache
def data_sentences() -> tuple[DataSentence, ...]:
    """Every sentence that pages know, in the order in which they are tried."""
    file = files("warehouse.publish.report") / "words" / "data.toml"
    groups = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        _sentence(f"data.{group}.{name}", entry) for group, entries in groups.items() for name, entry in entries.items()
    )


def _sentence(key: str, entry: Mapping[str, str]) -> DataSentence:
    told, pattern, start, kinds, literals = entry["told"], "", 0, dict[str, str](), list[str]()
    for token in _TOKEN.finditer(told):
        literals.append(told[start : token.start()])
        pattern += re.escape(literals[-1])
        if token["either"]:
            pattern += f"(?:{'|'.join(map(re.escape, token['either'].split('|')))})"
        else:
            kinds[token["name"]] = token["kind"]
            pattern += f"(?P<{token['name']}>{_PARTS[token['kind']]})"
        start = token.end()
    literals.append(told[start:])
    pattern += re.escape(literals[-1])
    in_language = {language: text for language, text in entry.items() if language != "told"}
    return DataSentence(key, told, re.compile(pattern), kinds, max(literals, key=len), in_language)


def plain_english(sentence: DataSentence) -> str:
    """A sentence in English as pages tell it, with the names of its parts in braces."""
    text = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", sentence.in_language.get("en", sentence.told))
    return re.sub(r"\{(\w+):\w*\}", r"{\1}", text)


def counts_key(definition: Definition) -> str:
    """The key of what a platform counts, as a text in Khmer."""
    since = str(definition.since or "always")
    return ".".join(("counts", definition.platform, definition.metric, since, *definition.kinds))


class DataTexts:
    """How a language tells sentences about data.

    Args:
        language: one of :data:`warehouse.publish.report.language.LANGUAGES`.
        in_words: what a part is called, by its kind; None where it is none of that kind. Other kinds stay as they are.
        of_platforms: what platforms count, and what to click there, in Khmer by its English.
        only_in_english: what stands for a sentence that is known in English only.
    """

    def __init__(
        self,
        language: str,
        in_words: Mapping[str, Callable[[str], str | None]],
        of_platforms: Mapping[str, str],
        only_in_english: str,
    ) -> None:
        self._language, self._only_in_english = language, only_in_english
        self._in_words = {**in_words, "told": self._known}
        self._texts: dict[str, str | None] = {
            english: english if language == "en" else khmer for english, khmer in of_platforms.items()
        }

    def __call__(self, text: str) -> str:
        """A sentence, or several, each line on its own; English stays as it is where no better words are known."""
        lines = [self._known(line) or self._unknown(line) for line in text.split("\n")]
        return "\n".join(dict.fromkeys(lines))

    def _unknown(self, line: str) -> str:
        return line if self._language == "en" or not line.strip() else self._only_in_english

    def _known(self, text: str) -> str | None:
        """The text of sentences that are known; None where one is not."""
        if text not in self._texts:
            self._texts[text] = self._whole(text) or self._one_by_one(text)
        return self._texts[text]

    def _whole(self, text: str) -> str | None:
        for sentence in data_sentences():
            match = sentence.pattern.fullmatch(text) if sentence.literal in text else None
            if match and (told := self._filled(sentence, match)) is not None:
                return told
        return None

    def _filled(self, sentence: DataSentence, match: re.Match[str]) -> str | None:
        parts = {}
        for name, kind in sentence.kinds.items():
            part = self._in_words[kind](match[name]) if kind in self._in_words else match[name]
            if part is None:
                return None
            parts[name] = part
        if self._language in sentence.in_language:
            pattern = sentence.in_language[self._language]
            return (corrected(sentence.key, pattern) if self._language == "km" else pattern).format(**parts)
        filled, start = "", 0
        for name, part in sorted(parts.items(), key=lambda named: match.start(named[0])):
            filled += match.string[start : match.start(name)] + part
            start = match.end(name)
        return filled + match.string[start:]

    def _one_by_one(self, text: str) -> str | None:
        for between, joint in _BETWEEN:
            sentences = between.split(text)
            if len(sentences) > 1 and None not in (told := [self._known(sentence) for sentence in sentences]):
                return joint.join(filter(None, told))
        return self._each_in_turn(text)

    def _each_in_turn(self, text: str) -> str | None:
        """Texts of more than one sentence each, one after another: a platform's own words may end in a full stop."""
        told, start = list[str](), 0
        for end in (*(stop.end() for stop in re.finditer(r"[.](?= )", text)), len(text)):
            if (part := self._whole(text[start:end])) is not None:
                told.append(part)
                start = end + 1
        return " ".join(filter(None, told)) if start > len(text) else None
