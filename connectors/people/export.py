"""People: lists of who came to events, kept by hand, a row a person. Each event in it is one.

Reference: none; partners' lists have a name or a number of each person, with sex and age, and the event's title and
date in columns of their own or in lines on top (``Date: 27 September 2024``). The words are ours.
Limits: a number or address is a person, else a name; people of one name are one, unless their sex or age differs. Who
came is known across events only where each row has a number or an address (``persons``), kept as a hash with the
workspace's own salt. Answers to a form are no list of who came: whoever answered after an event would count as having
been there.
Not reported: names; young people, whose age the plan says and no list does.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

import polars as pl
from pydantic import Field

from connectors.attendance import MEN, OLDEST, PARTICIPANTS, SEX_NOT_TOLD, WITH_DISABILITY, WOMEN
from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import people
from connectors.reading.extracts import joined, read_each
from connectors.reading.headers import LINES, header_key, layouts_of, values_of
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables, needed_tables
from connectors.reading.numbers import simplified
from connectors.reading.people import Event, Row, When
from connectors.settings import ConnectorSettings

NAME = "people"

LAYOUTS = (Layout("people", "a list of people who came", ("name|person", "person|sex|age|disability"),
                  lacks=("participants", "answered")),)  # fmt: skip
_OF_EVENT = ("date", "title", "kind", "organiser", "place")
_KHMER_COLON = chr(0x17D6)
_BETWEEN = re.compile(r"[\s.()/-]+")
"""What people put between the digits of a telephone's number, or leave out."""
_AGE = re.compile(r"(\d{1,3})(?:[.,]0+)?(\D*)")


class Settings(ConnectorSettings):
    """The section of lists of people. ``salt`` is the workspace's own, and is made by it."""

    salt: str = Field(default="", repr=False)


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file lists people: names or numbers, and the sex or age of each."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: Settings) -> Extract:
    """The events of a list, and how many came to each: all of them, women, men, with a disability, and of each age.

    Raises:
        Refused: the file is no such list, does not say of which day, or has one event in several tables.
    """
    refusal = f"{raw.name} is no list of people who came to an event."
    tables = needed_tables(raw, NAME, LAYOUTS, settings, refusal)
    extract = read_each(tables, lambda one: _read(raw, one, settings))
    if extract.posts["post_id"].n_unique() < extract.posts.height:
        raise Refused(
            f"{raw.name} lists the people of one event in several tables; put them into one, or give each event a "
            "title of its own."
        )
    return extract


def _read(raw: Raw, one: MatchedTable, settings: Settings) -> Extract:
    head = _head(one)
    parts = people.blocks(one, *one.layout.needs, is_by_hand=True)
    totals = values_of(LINES, "totals")
    rows = [row for part in parts for row in part.rows if row and header_key(row.get("name", "")) not in totals]
    told = [{name: {**head, **row}.get(name, "") for name in _OF_EVENT} for row in rows]
    # Whoever types a list writes what all rows share into the first one alone.
    shared = {name: those.pop() for name in _OF_EVENT if len(those := {one[name] for one in told} - {""}) == 1}
    if "date" in shared:
        told = [of_event | shared for of_event in told]
    days = list(dict.fromkeys(of_event["date"] for of_event in told if of_event["date"]))
    instants = people.when(raw, settings, days, [], settings.source_zone)
    if len(instants) < len(days) or not all(of_event["date"] for of_event in told):
        raise Refused(f"{raw.name} lists people, and does not say of each on which day; give each row its date.")
    of_day = dict(zip(days, instants, strict=True))
    events: dict[tuple[object, ...], tuple[Row, list[Row]]] = {}
    for of_event, row in zip(told, rows, strict=True):
        # People write one day, and one title, in several ways below each other.
        key = (_local_day(of_day[of_event["date"]]), *(header_key(of_event[name]) for name in _OF_EVENT[1:]))
        events.setdefault(key, (of_event, []))[1].append(row)
    return joined([
        people.extract_of_event(raw, one, _event(of_event, of_day[of_event["date"]], of_one, settings), settings)
        for of_event, of_one in events.values()
    ])  # fmt: skip


def _local_day(when: When) -> date:
    day: date = pl.Series([when.at]).dt.replace_time_zone("UTC").dt.convert_time_zone(when.zone).dt.date()[0]
    return day


def _event(of_event: Row, when: When, rows: Sequence[Row], settings: Settings) -> Event:
    title, kind, organiser, place = (of_event[name] or None for name in _OF_EVENT[1:])
    numbers = [_number(row.get("person", "")) for row in rows]
    told = zip(numbers, _names(rows, numbers), strict=True)
    persons = people.who({"email": number, "name": name} for number, name in told)
    by_person = {person: row for person, row in zip(persons, rows, strict=True) if person}
    kinds = values_of("outreach", "kinds")
    key = header_key(kind or "")
    kind = kinds.get(key) or kinds.get(key.split(" ")[-1]) or "event"
    has_numbers = all(_number(row.get("person", "")) for row in by_person.values())
    return Event(
        post_id=" ".join(filter(None, (organiser, str(_local_day(when)), kind, place, title))),
        kind=kind,
        title=title,
        place=place,
        when=when,
        counts=_counts(list(by_person.values())),
        rows=len(rows),
        unnamed=[number for number, person in enumerate(persons, 1) if person is None],
        organiser=organiser,
        is_by_hand=True,
        persons=sorted(_hash(person, settings.salt) for person in by_person) if settings.salt and has_numbers else None,
        ages=_ages(list(by_person.values())),
    )


def _names(rows: Sequence[Row], numbers: Sequence[str]) -> list[str]:
    """The names of rows; where people of one name without a number differ in sex or age, with these behind."""
    sexes = values_of(NAME, "sexes")
    told = [
        (header_key(row.get("name", "")), sexes.get(header_key(row.get("sex", "")), ""), simplified(row.get("age", "")))
        for row in rows
    ]
    of_names: dict[str, set[tuple[str, str]]] = {}
    for (name, sex, age), number in zip(told, numbers, strict=True):
        if not number:
            of_names.setdefault(name, set()).add((sex, age))
    several = {
        name for name, those in of_names.items() if any(len({*cells} - {""}) > 1 for cells in zip(*those, strict=True))
    }
    return [
        f"{name} {sex} {age}" if name in several and not number else name
        for (name, sex, age), number in zip(told, numbers, strict=True)
    ]


def _counts(rows: Sequence[Row]) -> dict[str, int | None]:
    """How many people there are, and of each part that the list tells of somebody; of the others nothing is known."""
    sexes = Counter(values_of(NAME, "sexes").get(header_key(row.get("sex", "")), "not told") for row in rows)
    has_sexes = any("sex" in row for row in rows)
    disabled = [header_key(row["disability"]) for row in rows if "disability" in row]
    return {
        PARTICIPANTS.name: len(rows),
        WOMEN.name: sexes["woman"] if has_sexes else None,
        MEN.name: sexes["man"] if has_sexes else None,
        SEX_NOT_TOLD.name: sexes["not told"] if has_sexes else None,
        WITH_DISABILITY.name: sum(cell not in values_of(NAME, "no") for cell in disabled) if disabled else None,
    }


def _ages(rows: Sequence[Row]) -> list[dict[str, int | None]] | None:
    """How many are of each age; None where the list tells nobody's. Who does not tell it is of no age."""
    cells = [_AGE.fullmatch(simplified(row.get("age", ""))) for row in rows]
    years = ("", *values_of(NAME, "years"))
    told = [age for cell in cells if cell and header_key(cell[2]) in years and (age := int(cell[1])) <= OLDEST]
    return [{"first": age, "last": age, "participants": n} for age, n in sorted(Counter(told).items())] or None


def _number(text: str) -> str:
    """A number or address without what people put into it. A spreadsheet drops the zeros before a number, so we do."""
    plain = _BETWEEN.sub("", simplified(text))
    return plain.lstrip("0") if plain.isdecimal() else plain


def _hash(person: str, salt: str) -> str:
    return hashlib.blake2b(person.encode(), key=salt.encode()[:64], digest_size=12).hexdigest()


def _head(one: MatchedTable) -> Row:
    """What the lines above the people say of the event: ``Date: 27/09/2024``, or the two in cells of their own."""
    columns = {
        header_key(word): column
        for words_of in layouts_of(NAME)["people"].languages.values()
        for column, words in words_of.items()
        for word in words
        if column in _OF_EVENT
    }
    head: dict[str, str] = {}
    for line in one.table.top[: one.top.at]:
        filled = [cell for cell in line if cell]
        word, _, behind = filled[0].replace(_KHMER_COLON, ":").partition(":") if filled else ("", "", "")
        told = behind.strip() or (filled[1] if len(filled) > 1 else "")
        if told and (column := columns.get(header_key(word))):
            head.setdefault(column, told)
    return head
