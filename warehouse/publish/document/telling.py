"""How a document tells figures: numbers with their marks, and the numbered notes behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.platform import Platforms
from warehouse.measures import REACH, UPPER_BOUNDS
from warehouse.plan.model import Plan
from warehouse.publish.document.blocks import Cell, Figures
from warehouse.publish.report.captions import Captions
from warehouse.publish.report.indicator import is_partly_entered, is_rounded, source_told
from warehouse.publish.report.language import Language, number, plain, words
from warehouse.publish.report.wording import Texts
from warehouse.reach.bounds import upper_as_told

Row = Mapping[str, Any]

HEADLINES = ("views", "likes", "comments", "shares")
"""The figures that stand first, besides the accounts reached."""


@dataclass(frozen=True)
class Frozen:
    """Under which name, at which instant (UTC) and with which fingerprint the figures were frozen."""

    name: str
    at: datetime
    fingerprint: str


class Telling:
    """A document's words in a language, its figures, and the notes that they have needed so far."""

    def __init__(self, language: Language, about: Row, platforms: Platforms, plan: Plan) -> None:
        self.language, self.about, self.platforms = language, about, platforms
        self.words: Mapping[str, Any] = words(language)["document"]
        self.texts = Texts(language, about["timezone"], platforms)
        self.captions = Captions(self.texts, platforms, plan)
        self.notes: list[str] = []

    def __call__(self, key: str, **parts: str) -> str:
        """A text of the document, filled in."""
        return str(self.words[key]).format(**parts)

    def day(self, value: date) -> str:
        """A day as a text names it."""
        return self.texts.day(value)

    def date_of(self, instant: datetime) -> date:
        """The day of the reporting zone that an instant in UTC falls on."""
        return self.texts.date_of(instant)

    def frozen(self, frozen: Frozen) -> str:
        """By what the figures are known to be those that were frozen."""
        day = self.day(self.date_of(frozen.at))
        return self("check_frozen", day=day, name=plain(frozen.name), fingerprint=frozen.fingerprint)

    def note(self, text: str) -> int:
        """The number of a note; the same text has one number."""
        if text not in self.notes:
            self.notes.append(text)
        return self.notes.index(text) + 1

    def figures(self, row: Row) -> Figures:
        """The headline figures of a row of totals, those that are known, and the accounts reached."""
        told = [(self.texts.metric(metric), self.figure(row, metric)) for metric in HEADLINES if row["posts"]]
        reach = self.reach(row)
        return Figures([*told, *([(self.texts("reach"), reach)] if reach else [])])

    def figure(self, row: Row, metric: str) -> Cell:
        """A total, marked where it is rounded or where some posts do not know it, with the notes that say so."""
        value, knowing, posts = row[metric], row[f"{metric}_known"], row["posts"]
        label = self.texts.metric(metric)
        if value is None:
            unknown = self("note_unknown", metric=label, knowing=number(knowing), posts=number(posts))
            return Cell(self("not_known"), (self.note(unknown),))
        notes: list[str] = []
        marks = ""
        if knowing < posts:
            marks = "≥ "
            notes.append(self("note_unknown", metric=label, knowing=number(knowing), posts=number(posts)))
        elif row.get("in_part"):
            marks = "≥ "
            notes.append(self("note_in_part", metric=label))
        if metric == "views" and row["approximate"]:
            marks += "≈ "
            notes.append(self("note_rounded"))
        if row["entered"]:
            notes.append(self("note_entered", number=number(row["entered"]), posts=number(posts)))
        if row["posts_gone"]:
            notes.append(self("note_gone", number=number(row["posts_gone"]), posts=number(posts)))
        return Cell(marks + number(value), self._numbers(notes))

    def reach(self, row: Row) -> Cell | None:
        """The bounds between which a total's accounts reached lie; nothing where none is proven."""
        read_to = row.get("read_to")
        least, (most, _) = row["reach_at_least"], upper_as_told(row, read_to and self.date_of(read_to))
        if least is None:
            return None
        if most is None:
            return Cell(self.texts("at_least", least=number(least)), (self.note(self("note_reach_least")),))
        if most == least:
            return Cell(number(least))
        return Cell(self.texts("between", least=number(least), most=number(most)), (self.note(self("note_reach")),))

    def actual(self, row: Row) -> tuple[str, tuple[int, ...]]:
        """An indicator's actual with its marks, and its notes."""
        source = source_told(row, self.texts.told) or ""
        if row["actual"] is None:
            notes = [self("note_indicator_unknown", source=_sentence(source))] if source else []
            return self("not_known"), self._numbers(notes)
        notes, marks, text = [], "", number(row["actual"])
        most = row["actual_at_most"]
        if most is not None and most != row["actual"]:
            text = self.texts("between", least=text, most=number(most))
            notes.append(self("note_reach"))
        elif row["metric"] in UPPER_BOUNDS:
            marks = "≤ "
            notes.append(self("note_reach"))
        elif row["is_at_least"]:
            marks = "≥ "
            is_reach = row["metric"] in REACH
            why = "note_reach_least" if is_reach else "note_indicator_at_least"
            notes.append(self(why, source=_sentence(source)))
        if is_rounded(row):
            marks += "≈ "
            notes.append(self("note_rounded"))
        if row["metric"] is None and row["is_entered"]:
            notes.append(self("note_indicator_entered", source=plain(row["source"] or "–").rstrip(".")))
        if is_partly_entered(row):
            notes.append(self("note_partly_entered"))
        return marks + text, self._numbers(notes)

    def _numbers(self, notes: Iterable[str]) -> tuple[int, ...]:
        return tuple(sorted(map(self.note, notes)))


def _sentence(text: str) -> str:
    """A text that begins with a capital letter and ends without a full stop."""
    return plain(text[:1].upper() + text[1:]).rstrip(".")
