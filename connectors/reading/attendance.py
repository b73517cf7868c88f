"""The cells of a log that say who took part in an event: whole numbers, as people type them.

``488 (214 F)`` are 488 participants of whom 214 are women. What is no plain number is not known, and said so: a guess
would be somebody's figure for a donor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from connectors.attendance import AGES, EVENTS, PART_NAMES, PARTICIPANTS, WOMEN, Contradiction, age_span, contradictions
from connectors.columns import frame
from connectors.contract import ATTENDANCE
from connectors.reading.headers import header_key
from connectors.reading.numbers import NOTHING, count, simplified

LARGEST = 1_000_000
"""More people than this came to no event: such a number is something else."""

_NOUNS = r"(?:participants?|people|persons?|pax|attendees|events?|meetings?|times|នាក់|លើក|ដង)?"
_WOMEN = r"(?:f|w|females?|women|woman|ស្រី|ស្ត្រី|នារី)"
_NUMBER = r"(?>\d{1,3}(?:[,.]\d{3})+(?!\d)|\d+)"  # 488,214 is one number, and never taken apart
_WITH_WOMEN = re.compile(
    rf"(?P<all>{_NUMBER}) *{_NOUNS} *[(\[,;/:] *"
    rf"(?:{_WOMEN} *[=:]? *(?P<behind>{_NUMBER})|(?P<before>{_NUMBER}) *{_WOMEN}) *{_NOUNS} *[)\]]?",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?P<all>.*?) *{_NOUNS}", re.IGNORECASE)
_AGES_IN_KHMER = (("ឆ្នាំឡើង", "+"), ("អាយុ", "age "), ("ឆ្នាំ", " years"), ("ដល់", "-"), ("ឡើង", "+"))
_SHOWN = 5
"""So many rows are named in a note."""


def attendance(rows: pl.DataFrame, is_event: pl.Series) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """What rows tell of events, in the columns of the contract, and notes on cells that are no numbers.

    Args:
        rows: ``row, platform, post_id, observed_at`` and texts in the columns of :data:`PART_NAMES`, and in ``total``
            where a column says no more than that; those that it lacks are empty. A column that is called like a band of
            ages, such as ``15-24``, has how many are of these.
        is_event: the rows that are events even where they tell no number. A programme on air of which a log says how
            often there was one is no event that people came to.
    """
    spans = {name: span for name in rows.columns if (span := age_column(name))}
    names = (*PART_NAMES, "total", *spans)
    texts = [rows[name].to_list() if name in rows.columns else [None] * rows.height for name in names]
    read = _Cells()
    told = [
        read.counts(row, dict(zip(names, cells, strict=True))) for row, *cells in zip(rows["row"], *texts, strict=True)
    ]
    counts = pl.DataFrame(told, schema=dict.fromkeys(PART_NAMES, pl.Int64), orient="row")
    ages = [
        [{"first": first, "last": last, "participants": n} for name, (first, last) in spans.items()
         if (n := row[name]) is not None] or None
        for row in told
    ]  # fmt: skip
    has_people = counts.select(pl.any_horizontal(pl.exclude(EVENTS.name).is_not_null())).to_series()
    place = pl.col("place") if "place" in rows.columns else pl.lit(None, pl.String).alias("place")
    kept = rows.select("row", "platform", "post_id", "observed_at", place).hstack(counts)
    kept = kept.with_columns(pl.Series("ages", ages, dtype=AGES)).filter(has_people | is_event)
    events = frame(ATTENDANCE, kept.with_columns(pl.col(EVENTS.name).fill_null(1)))
    return events, (*read.notes(), *_contradicted(events))


def age_column(word: str) -> tuple[int, int | None] | None:
    """The first and last age of the band that a column is called after, in English or Khmer; None of any other one."""
    for khmer, english in _AGES_IN_KHMER:
        word = word.replace(khmer, english)
    return age_span(simplified(word))


class _Cells:
    """Reads cells, and remembers those that are no numbers."""

    def __init__(self) -> None:
        self.unread: dict[str, list[tuple[int, str]]] = {}
        self.differ: list[int] = []

    def counts(self, row: int, cells: dict[str, str | None]) -> dict[str, int | None]:
        """The numbers of one row."""
        total = cells.pop("total")
        if not _filled(cells[PARTICIPANTS.name]) and any(_filled(cells[name]) for name in PART_NAMES[1:]):
            cells[PARTICIPANTS.name] = total  # "Total" stands for anything, but not beside women and men
        women = None
        text = simplified(cells[PARTICIPANTS.name] or "")
        if both := _WITH_WOMEN.fullmatch(text):
            cells[PARTICIPANTS.name] = both["all"]
            women = self._count(row, WOMEN.name, both["behind"] or both["before"])
        read = {name: self._count(row, name, cell) for name, cell in cells.items()}
        if women is not None and read[WOMEN.name] not in (None, women):
            self.differ.append(row)
            return read | {WOMEN.name: None}
        return read if women is None else read | {WOMEN.name: women}

    def _count(self, row: int, name: str, cell: str | None) -> int | None:
        if not _filled(cell):
            return None
        assert cell is not None
        alone = _ALONE.fullmatch(simplified(cell))
        try:
            number = count(alone["all"] if alone else cell)
        except ValueError:
            number = None
        if number is None or number.is_rounded or number.value is None or not 0 <= number.value <= LARGEST:
            self.unread.setdefault(name, []).append((row, cell))
            return None
        return number.value

    def notes(self) -> Iterator[str]:
        """A sentence for each column with cells that are no numbers."""
        for name, cells in self.unread.items():
            shown = ", ".join(f"{row} ({cell[:40]!r})" for row, cell in cells[:_SHOWN])
            yield (
                f"{name} is taken as not known where it is no whole number of people ({len(cells)} "
                f"{'row' if len(cells) == 1 else 'rows'}): row {shown}{_more(cells)}"
            )
        if self.differ:
            yield f"{WOMEN.name} is taken as not known where two cells of a row differ: {_rows(self.differ)}"


def _filled(cell: str | None) -> bool:
    return cell is not None and header_key(cell) not in NOTHING


def _contradicted(events: pl.DataFrame) -> Iterator[str]:
    """A sentence for each kind of contradiction in the numbers of rows."""
    rows: dict[tuple[str, str], list[int]] = {}
    first: dict[tuple[str, str], Contradiction] = {}
    for row in events.iter_rows(named=True):
        for one in contradictions(row):
            key = (one.kind, one.part)
            rows.setdefault(key, []).append(row["row"])
            first.setdefault(key, one)
    for key, of_kind in sorted(rows.items()):
        one = first[key]
        says = {
            "above": f"{one.part} is more than {PARTICIPANTS.name}, such as {one.told} of {one.total}",
            "sexes": f"women, men and sex not told do not add up to {PARTICIPANTS.name}, "
            f"such as {one.told} of {one.total}",
            "no_total": f"{one.part} is told, and not {PARTICIPANTS.name}",
            "no_event": f"{PARTICIPANTS.name} is told of 0 events",
        }[one.kind]
        yield f"{says}: {_rows(of_kind)}"


def _rows(numbers: Sequence[int]) -> str:
    """Rows as a note names them."""
    return f"row {', '.join(map(str, numbers[:_SHOWN]))}{_more(numbers)}"


def _more(rows: Sequence[object]) -> str:
    return ", …" if len(rows) > _SHOWN else ""
