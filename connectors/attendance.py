"""Who took part in events: what is counted of an event, one record each, and where its numbers contradict each other.

Attendances are counted, not people: somebody who came to two meetings is counted twice. They are never added to reach.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from connectors.columns import Column

GATHERINGS = ("event", "meeting", "workshop", "training", "debate", "webinar")
"""The kinds of events that people come to. An event of kind ``event`` was outreach before there were the others."""


class Part(NamedTuple):
    """A number of an event: of all who took part, or of some of them."""

    name: str
    unit: str
    meaning: str
    label: tuple[str, str]
    """What reports call it, in English and in Khmer."""


EVENTS = Part(
    "events", "events", "meetings, workshops, trainings, debates, webinars and other events that people came to",
    ("Events", "ព្រឹត្តិការណ៍"),
)  # fmt: skip
PARTICIPANTS = Part(
    "participants", "attendances", "people who took part in events; who came to two events is counted twice",
    ("Participants", "អ្នកចូលរួម"),
)  # fmt: skip
WOMEN = Part(
    "participants_women", "attendances", "those of the participants who are women or girls",
    ("Women among participants", "អ្នកចូលរួមជាស្ត្រី"),
)  # fmt: skip
MEN = Part(
    "participants_men", "attendances", "those of the participants who are men or boys",
    ("Men among participants", "អ្នកចូលរួមជាបុរស"),
)  # fmt: skip
SEX_NOT_TOLD = Part(
    "participants_sex_not_told", "attendances", "those of the participants who did not tell their sex, or told another",
    ("Participants who did not tell their sex", "អ្នកចូលរួមដែលមិនបានប្រាប់ភេទ"),
)  # fmt: skip
YOUTH = Part(
    "participants_youth", "attendances", "those of the participants who are young, by the plan's word on that age",
    ("Young people among participants", "អ្នកចូលរួមជាយុវជន"),
)  # fmt: skip
WITH_DISABILITY = Part(
    "participants_with_disability", "attendances", "those of the participants who live with a disability",
    ("Participants with a disability", "អ្នកចូលរួមដែលមានពិការភាព"),
)  # fmt: skip

SOME = (WOMEN, MEN, SEX_NOT_TOLD, YOUTH, WITH_DISABILITY)
"""Parts of the participants. Those of the sexes exclude each other; young people are women, men and others, too."""
UNIQUE = Part(
    "participants_unique", "people",
    "people who took part in the events, each counted once, by lists that name everybody",
    ("Different people among participants", "មនុស្សផ្សេងគ្នាក្នុងចំណោមអ្នកចូលរួម"),
)  # fmt: skip
"""Never added up: who came to two events is one. It is no part of an event, whose participants are people."""
PARTS = (EVENTS, PARTICIPANTS, *SOME)
PART_NAMES = tuple(part.name for part in PARTS)
AGES = pl.List(pl.Struct({"first": pl.Int64, "last": pl.Int64, "participants": pl.Int64}))
"""How many participants are of each span of ages, both ages included; ``last`` is null where the span is open."""
COLUMNS = (
    Column("place", pl.String, "where it took place"),
    *(Column(part.name, pl.Int64, part.meaning, part.unit) for part in PARTS),
    Column("persons", pl.List(pl.String), "who took part, each by a hash; null where no list tells it of everybody"),
    Column("ages", AGES, "how many are of each age or span of ages; null where it is not told"),
)
"""What a log tells of an event, in every number that it knows."""


_SPAN = re.compile(
    r"(?:age[sd]?|youth|participants|people)?[ :]*(?:(?P<first>\d{1,3}) *(?:-|–|—|to) *(?P<last>\d{1,3})"
    r"|(?P<open>\d{1,3}) *(?:\+|and (?:over|above|older))|(?:under|below|<) *(?P<below>\d{1,3}))"
    r" *(?:years?(?: old)?|yrs?|y\.?o\.?)?",
    re.IGNORECASE,
)
OLDEST = 120


def age_span(text: str) -> tuple[int, int | None] | None:
    """The first and last age of a band such as ``15-24``, ``aged 25+`` or ``under 15``; None where it is none.

    The last age is None where the band is open.
    """
    span = _SPAN.fullmatch(" ".join(text.split()))
    if not span:
        return None
    if span["open"]:
        return (int(span["open"]), None) if int(span["open"]) <= OLDEST else None
    first, last = (0, int(span["below"]) - 1) if span["below"] else (int(span["first"]), int(span["last"]))
    return (first, last) if first <= last <= OLDEST else None


class Contradiction(NamedTuple):
    """Two numbers of one event that cannot both be right: ``told`` of a part, and ``total`` of all.

    ``kind`` is ``above`` (a part is more than all), ``sexes`` (women, men and who did not tell do not add up to all),
    ``no_total`` (a part is told and not of how many) or ``no_event`` (people came to no event).
    """

    kind: str
    part: str
    told: int
    total: int | None


def contradictions(counts: Mapping[str, int | None]) -> list[Contradiction]:
    """What is contradictory in the numbers of one event, by the names of :data:`PARTS`; None stands for not known.

    Nothing is corrected: whoever filled in the log knows which number is wrong.
    """
    total = counts[PARTICIPANTS.name]
    some = {part.name: told for part in SOME if (told := counts[part.name]) is not None}
    if total is None:
        return [Contradiction("no_total", name, told, None) for name, told in list(some.items())[:1]]
    contradictory = [Contradiction("above", name, told, total) for name, told in some.items() if told > total]
    sexes = [some.get(part.name) for part in (WOMEN, MEN, SEX_NOT_TOLD)]
    has_both = sexes[0] is not None and sexes[1] is not None
    together = sum(told or 0 for told in sexes)
    if not contradictory and ((has_both and together != total) or together > total):
        contradictory.append(Contradiction("sexes", PARTICIPANTS.name, together, total))
    if counts[EVENTS.name] == 0 and total:
        contradictory.append(Contradiction("no_event", PARTICIPANTS.name, total, 0))
    return contradictory
