"""Every text that Reach writes in Khmer, beside its English, and which corrections of it can be used.

A correction is used where it fills in the same things as our text, and where its English is still what its reader saw.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from connectors.platform import Platforms
from warehouse.measures import LABELS
from warehouse.plan.workbook_writing import KHMER as PLAN_SHEETS
from warehouse.publish.report.data_texts import counts_key, data_sentences, plain_english
from warehouse.publish.report.language import original_words, plain

LONGEST = 2_000
"""Characters: no text that Reach writes is half as long."""
_KHMER = re.compile("[\u1780-\u17ff]")
_DAYS = {"sentence.date", "sentence.day"}
"""How a day is written: letters outside of quotation marks stand for its parts, as CLDR has them."""
_READ = re.compile(r"known_stages\..*\.names\.")
"""Words that are looked for in plans, and never written."""


class KhmerText(NamedTuple):
    """A text in Khmer: its key, where it is used (a key of ``page.khmer_places``), and its English.

    ``allowed`` and ``needed`` are the names in braces that it may and must have.
    """

    key: str
    place: str
    english: str
    khmer: str
    allowed: frozenset[str]
    needed: frozenset[str]


class Correction(NamedTuple):
    """A row of the workbook: which text, the English that its reader saw, and what is to stand in its place."""

    row: int
    key: str
    english: str
    khmer: str


def khmer_texts(platforms: Platforms) -> list[KhmerText]:
    """Every text, in the order of pages, documents and tables, as it stands in this version."""
    english, khmer = (dict(_leaves(original_words(language))) for language in ("en", "km"))
    texts = [
        _text(key, _place(key), english.get(key) or english.get(key.replace(".after", ".before"), ""), text)
        for key, text in khmer.items()
        if not _READ.search(key)
    ]
    texts += [
        _text(one.key, one.key.split(".")[1], plain_english(one), one.in_language["km"], frozenset(one.kinds))
        for one in data_sentences()
    ]
    texts += [_text(f"figures.{name}", "figures", label.en, label.km) for name, label in LABELS.items()]
    clicks = {platform.name: platform.right_file for platform in platforms if platform.right_file}
    for place, by_name in (("platforms", platforms.labels), ("right_file", clicks)):
        texts += [_text(f"{place}.{name}", place, label["en"], label["km"]) for name, label in by_name.items()]
    texts += [
        _text(counts_key(one), "counts", one.counts, one.km) for platform in platforms for one in platform.definitions
    ]
    texts += [_text(f"plan.{name}", "plan", name, text) for name, text in PLAN_SHEETS.items()]
    return [text for text in texts if _KHMER.search(text.khmer)]


def _text(key: str, place: str, english: str, khmer: str, allowed: frozenset[str] = frozenset()) -> KhmerText:
    needed = _parts(key, khmer)
    return KhmerText(key, place, english.strip(), khmer, allowed | needed, needed)


def _leaves(table: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(table, str):
        yield key, table
        return
    parts = table.items() if isinstance(table, Mapping) else enumerate(table)
    for name, part in parts:
        yield from _leaves(part, f"{key}.{name}" if key else str(name))


def _place(key: str) -> str:
    if key.startswith(("page.check_", "page.before_you_report", "page.ready")):
        return "before_you_report"
    return "indicator" if key.startswith("sentence.indicator.") else key.split(".")[0]


def _parts(key: str, text: str) -> frozenset[str]:
    """The names in a text that are filled in.

    Raises:
        ValueError: a brace is alone, or what stands in braces is no name.
    """
    if key in _DAYS:
        if text.count("'") % 2:
            raise ValueError("a quotation mark ' has no second one")
        return frozenset(re.findall("[A-Za-z]+", re.sub("'[^']*'", " ", text)))
    names = set()
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"what stands in braces is no name: {name}")
        names.add(name)
    return frozenset(names)


def why_not(text: KhmerText, correction: str) -> str | None:
    """Why a correction cannot take a text's place, as the end of a sentence; None where it can."""
    if len(correction) > LONGEST:
        return f"it has more than {LONGEST:,} characters"
    if not _KHMER.search(correction):
        return "it has no letter in Khmer"
    try:
        parts = _parts(text.key, correction)
    except ValueError:
        return "its braces are not as in our text: copy what stands in braces as it is"
    if lost := text.needed - parts:
        return f"it lacks {_in_braces(text, lost)}"
    if added := parts - text.allowed:
        return f"it has {_in_braces(text, added)}, which this text cannot fill in"
    return None


def _in_braces(text: KhmerText, names: Iterable[str]) -> str:
    return ", ".join(name if text.key in _DAYS else f"{{{name}}}" for name in sorted(names))


def usable(
    texts: Iterable[KhmerText], corrections: Iterable[Correction], name: str
) -> tuple[dict[str, str], list[str]]:
    """The corrections that can be used, by the text's key, and a sentence for each that cannot.

    An empty correction, and one that says what our text says, is none. Spaces at the ends are those of our text.

    Args:
        texts: of :func:`khmer_texts`.
        corrections: the rows of a workbook.
        name: what sentences call the workbook.
    """
    by_key = {text.key: text for text in texts}
    used, sentences = dict[str, str](), list[str]()
    for correction in corrections:
        khmer = plain(correction.khmer)
        if not khmer:
            continue
        text = by_key.get(correction.key)
        if text is None:
            why: str | None = f"this version has no text {plain(correction.key)[:60] or 'without a name'}"
        elif khmer == text.khmer.strip():
            continue
        elif plain(correction.english) != plain(text.english):
            why = "its English has changed since; look at it again in the newest workbook"
        elif correction.key in used:
            why = "an earlier row corrects the same text"
        else:
            why = why_not(text, khmer)
        if why is None and text:
            used[text.key] = _with_ends(text.khmer, khmer)
        else:
            sentences.append(f"{name}, row {correction.row}: the correction is not used, since {why}. Our text stands.")
    return used, sentences


def _with_ends(ours: str, khmer: str) -> str:
    """A correction with the spaces that stand at the ends of our text, which join it to others."""
    before, after = ours[: len(ours) - len(ours.lstrip())], ours[len(ours.rstrip()) :]
    return before + khmer + after
