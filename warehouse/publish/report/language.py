"""Numbers, days, lists and plural forms as a language writes them, and the words that Reach has for it.

The words are data, ``words/<language>.toml``. Digits and their grouping are the same in every language ("46,700"), so
that one figure is never printed in two ways.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, cast, get_args

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from connectors.platform import Platform, Platforms
from warehouse import corrected_texts
from warehouse.corrected_texts import Corrections

Language = Literal["en", "km"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def words(language: str) -> Mapping[str, Any]:
    """Everything that Reach has to say in one of :data:`LANGUAGES`: tables, patterns and their plural forms.

    The words in Khmer are those of a native reader, where corrections are in use.
    """
    return _corrected_words(corrected_texts.in_use()) if language == "km" else original_words(language)


@cache
def original_words(language: str) -> Mapping[str, Any]:
    """The same words as they stand in this version, uncorrected."""
    file = files("warehouse.publish.report") / "words" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def _corrected_words(corrections: Corrections) -> Mapping[str, Any]:
    def in_place(value: Any, key: str) -> Any:
        if isinstance(value, Mapping):
            return {name: in_place(part, f"{key}.{name}" if key else name) for name, part in value.items()}
        if isinstance(value, list):
            return [in_place(part, f"{key}.{at}") for at, part in enumerate(value)]
        return corrections.texts.get(key, value)

    return cast("Mapping[str, Any]", in_place(original_words("km"), ""))


def platform_label(platforms: Platforms, name: str, language: str) -> str:
    """What a platform is called; its name where it has no label."""
    text = platforms.label(name, language)
    return corrected_texts.corrected(f"platforms.{name}", text) if language == "km" else text


def what_to_click(platform: Platform, language: str) -> str | None:
    """What to click on a platform for the file with the figures that are wanted; None where it gives none."""
    text = platform.right_file.get(language)
    return corrected_texts.corrected(f"right_file.{platform.name}", text) if text and language == "km" else text


def number(value: float) -> str:
    """A number in full, none of it rounded: 46700 as "46,700"."""
    written = f"{Decimal(str(value)):,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


@lru_cache(maxsize=4_096)
def day(value: date, pattern: str, locale: str) -> str:
    """A day, by a pattern of CLDR."""
    return format_date(value, pattern, locale=locale)


def listed(items: Iterable[str], locale: str, style: Any = "standard") -> str:
    """Texts in a row: "a, b and c"; with the style ``unit`` "a, b, c"."""
    return format_list(list(items), style=style, locale=locale)


def form(forms: Mapping[str, str], count: float, locale: str) -> str:
    """The plural form for a count: ``one`` or ``other`` in English, always ``other`` in Khmer."""
    return forms.get(Locale.parse(locale).plural_form(count), forms["other"])


def plain(text: str) -> str:
    """A name that somebody gave, on one line and without what turns or hides the text around it."""
    return " ".join(re.sub(r"[\u202a-\u202e\u2066-\u2069\x00-\x1f\x7f]", " ", text).split())


def file_key(name: str) -> str:
    """A stage's name as it is compared: without case, spaces and hyphens."""
    return "".join(name.casefold().replace("-", " ").replace("\u200b", "").split())


class Nouns(NamedTuple):
    """A plan's nouns for a campaign's assets and events, in a language's plural forms, where it has them."""

    asset: Mapping[str, str] | None = None
    event: Mapping[str, str] | None = None


NO_NOUNS = Nouns()


class Writer:
    """One language's words for sentences, and how they are put together."""

    def __init__(self, language: str, nouns: Nouns = NO_NOUNS) -> None:
        self.language, self.asset_noun, self.event_noun = language, nouns.asset, nouns.event
        self.words: Mapping[str, Any] = words(language)["sentence"]
        self.locale: str = self.words["locale"]
        self.stages = {
            file_key(name): key
            for language_name in LANGUAGES
            for key, stage in words(language_name)["sentence"]["known_stages"].items()
            for name in (key, *stage["names"])
        }

    def say(self, pattern: str, **parts: str) -> str:
        """A pattern, filled in."""
        return str(self.words[pattern]).format(**parts)

    def plural(self, pattern: str, count: float, **parts: str) -> str:
        """A pattern in the plural form for a count, which is its ``number``."""
        return form(self.words[pattern], count, self.locale).format(number=number(count), **parts)

    def noun(self, kind: str, count: int) -> str:
        """What so many of a kind are called."""
        return form(self.words["nouns"][kind], count, self.locale)

    def asset(self, kind: str, count: int) -> str:
        """What so many assets are called: by the plan's noun, else by that of their kind."""
        return plain(form(self.asset_noun, count, self.locale)) if self.asset_noun else self.noun(kind, count)

    def count(self, kind: str, count: int) -> str:
        """So many of a kind: "4 videos"."""
        return self.say("count", number=number(count), noun=self.noun(kind, count))

    def counts(self, kinds: Mapping[str, int]) -> str:
        """So many of each kind: "4 videos and 2 posts"."""
        return self.list(self.count(kind, count) for kind, count in kinds.items())

    def events(self, kinds: Mapping[str, int]) -> str:
        """So many events of each kind, by the plan's noun where it has one: "3 national workshops"."""
        if not self.event_noun:
            return self.counts(kinds)
        count = sum(kinds.values())
        return self.say("count", number=number(count), noun=plain(form(self.event_noun, count, self.locale)))

    def list(self, items: Iterable[str]) -> str:
        """Texts in a row."""
        return listed(items, self.locale)

    def day(self, value: date, *, with_year: bool = True) -> str:
        """A day as a text names it."""
        return day(value, self.words["date" if with_year else "day"], self.locale)

    def stage(self, name: str) -> Mapping[str, Any] | None:
        """What is said of a stage that Reach has words for."""
        key = self.stages.get(file_key(name))
        return self.words["known_stages"][key] if key else None
