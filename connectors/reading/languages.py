"""Names of months and units of rounded numbers in many languages, from Unicode's CLDR (by way of Babel).

Exports of a platform are in the language of whoever downloaded them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import cast

LANGUAGES = (
    "en", "km", "fr", "de", "es", "pt", "it", "id", "ms", "vi", "th", "sv", "nl", "da", "nb", "fi", "pl", "cs", "sk",
    "hu", "ro", "bg", "hr", "sr", "ru", "uk", "el", "tr", "ar", "fa", "he", "hi", "bn", "ur", "ta", "my", "lo", "fil",
    "ja", "ko", "zh",
)  # fmt: skip
"""Where two languages read a column equally well, the first one's months count."""

# Vietnamese apps spell months out, CLDR numbers them; some apps shorten months where CLDR does not.
_ALSO: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "vi": {1: ("một", "giêng"), 2: ("hai",), 3: ("ba",), 4: ("tư", "bốn"), 5: ("năm",), 6: ("sáu",), 7: ("bảy",),
           8: ("tám",), 9: ("chín",), 10: ("mười",), 11: ("mười một",), 12: ("mười hai", "chạp")},
    "en": {9: ("sept",)},
    "es": {9: ("septiembre", "setiembre", "set")},
    "id": {8: ("agt", "ags", "agst"), 10: ("okt",)},
}  # fmt: skip


def month_key(word: str) -> str:
    """A name of a month or unit as it is compared: without case, points and white space around it."""
    return unicodedata.normalize("NFC", word).casefold().replace(".", "").replace("\u200f", "").strip()


def months(words: Iterable[str]) -> dict[str, int]:
    """The month that each word names, in the one language that knows most of these words; folded word -> 1 to 12."""
    keys = {month_key(word) for word in words}
    best: dict[str, int] = {}
    for language in LANGUAGES:
        names = _months(language)
        numbers = {word: names[word] for word in keys if word in names}
        if len(numbers) > len(best):
            best = numbers
        if len(best) == len(keys):
            break
    return best


@cache
def _months(language: str) -> dict[str, int]:
    from babel import Locale

    numbers = {f"m{month}": month for month in range(1, 13)} | {f"m0{month}": month for month in range(1, 10)}
    contexts = cast(Mapping[str, Mapping[str, Mapping[int, str]]], Locale.parse(language).months)
    for context in contexts.values():
        for width in ("wide", "abbreviated"):
            for month, name in context[width].items() if width in context else ():
                numbers.setdefault(month_key(name), month)
    for month, names in _ALSO.get(language, {}).items():
        numbers |= {month_key(name): month for name in names}
    return {name: month for name, month in numbers.items() if not name.isdecimal()}


_WITH_UNITS = ("km", "fr", "de", "es", "pt", "it", "id", "vi", "th", "sv", "nl", "ru", "ja", "ko", "zh")


@cache
def units() -> dict[str, int]:
    """What stands behind a rounded number -> how many it counts: ``k`` a thousand, ``mio`` and ``jt`` a million.

    K, M, B and bn are English's in every language, as platforms write them; what two languages disagree on is left out.
    """
    from babel import Locale

    amounts_of: dict[str, set[int]] = {}
    for language in _WITH_UNITS:
        for style in ("short", "long"):
            for plural in Locale.parse(language).compact_decimal_formats.get(style, {}).values():
                for power, pattern in plural.items():
                    zeros, unit = _unit(pattern.pattern)
                    if unit and zeros:
                        amounts_of.setdefault(unit, set()).add(int(power) // 10 ** (zeros - 1))
    one = {unit: amounts.pop() for unit, amounts in amounts_of.items() if len(amounts) == 1}
    return {unit: amount for unit, amount in one.items() if amount <= 10**9} | _ENGLISH_UNITS


_ENGLISH_UNITS = {"k": 10**3, "m": 10**6, "b": 10**9, "bn": 10**9}


def _unit(pattern: str) -> tuple[int, str]:
    plain = pattern.split(";")[0].replace("'", "").replace("\u00a0", " ")
    return plain.count("0"), month_key(plain.replace("0", ""))
