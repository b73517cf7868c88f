"""Zoom: the participants of a meeting, and the attendee report of a webinar, as CSV or a workbook. Each is one event.

Reference: none that was at hand; columns as found in public exports of 2020 to 2026 and in programs that read them.
Limits: rows are stays, not people: an address is a person, else a name, so that two guests called "iPhone" are one, and
who came under two names without an address is two. Of a meeting the host is known only where the list has its block on
the meeting. The topic that Zoom makes of the host's name is cut.
Not reported: women, men and ages; who came is counted and not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from connectors.attendance import PARTICIPANTS
from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import people
from connectors.reading.extracts import read_each
from connectors.reading.headers import header, header_key, header_keys, layouts_of, values_of
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables, needed_tables
from connectors.reading.people import Row
from connectors.settings import ConnectorSettings, Order

NAME = "zoom"

LAYOUTS = (
    Layout("meeting", "Zoom's list of a meeting's participants", ("name", "joined|minutes", "email|guest|waiting")),
    Layout("webinar", "Zoom's attendee report of a webinar", ("attended", "joined", "email"), words="meeting"),
)
RIGHT_FILE = (
    "on zoom.us choose Reports, Usage, the number of the meeting's participants, tick Export with meeting data, then "
    "Export; for a webinar choose Reports, Webinar, Attendee Report"
)
_OWN_TOPIC = re.compile(r".+(?:'s|’s) (zoom meeting|zoom webinar|personal meeting room)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s()<>,;]+@[^\s()<>,;]+")
_NUMBER = re.compile(r"(?<!\d)\d{9,11}(?!\d)")


class Settings(ConnectorSettings):
    """Zoom's section of the settings."""

    date_order: Order | None = "month first"


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is a list of the people of a meeting or webinar."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """One event, and how many came to it: hosts, panelists, and who stayed in the waiting room do not count.

    Raises:
        Refused: the file is no such list, or does not say of which day.
    """
    refusal = f"{raw.name} is no list of people of Zoom; {RIGHT_FILE}."
    tables = needed_tables(raw, NAME, LAYOUTS, settings, refusal)
    return read_each(tables, lambda one: _read(raw, one, settings))


def _read(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Extract:
    parts = people.blocks(one, "name|first", "joined|minutes")
    head = _head(raw, one)
    titles = values_of(NAME, "blocks")
    rows = [
        _Stay(_with_name(row), titles.get(header_key(part.title)) == "leading") for part in parts for row in part.rows
    ]
    host, *persons = people.who([{"email": head.get("host", "")}, *(stay.row for stay in rows)])
    inside = {person for person, stay in zip(persons, rows, strict=True) if stay.is_inside} - {None}
    leading = {person for person, stay in zip(persons, rows, strict=True) if stay.is_leading} | {host}
    absent = {person for person, stay in zip(persons, rows, strict=True) if not stay.has_attended} - inside - {None}
    waiting = {person for person, stay in zip(persons, rows, strict=True) if stay.is_waiting} - inside - {None}
    joined = [stay.row["joined"] for stay in rows if "joined" in stay.row]
    starts = [head["starts"]] if head.get("starts") else []
    when = people.when(raw, settings, starts, joined, settings.source_zone)[0]
    event = people.Event(
        post_id=people.name_of("Zoom", _number(head.get("number", "")) or _number(raw.name), when),
        kind="webinar" if any("attended" in part.columns for part in parts) else "meeting",
        title=_OWN_TOPIC.sub(lambda topic: topic[1].capitalize(), head.get("topic", "")) or None,
        place="Zoom",
        when=when,
        counts={PARTICIPANTS.name: len(inside - leading) if rows else None},
        rows=len(rows),
        unnamed=[number for number, person in enumerate(persons, 1) if person is None],
        notes=people.left_out(leading=len(leading & inside), absent=len(absent), waiting=len(waiting)),
    )
    return people.extract_of_event(raw, one, event, settings)


class _Stay(NamedTuple):
    """A row of a list, and whether it stands among hosts and panelists."""

    row: Row
    is_leading: bool

    @property
    def has_attended(self) -> bool:
        """Whether somebody came, of whom a webinar's report says so; in a meeting's list everybody did."""
        return "attended" not in self.row or header_key(self.row["attended"]) in values_of(NAME, "yes")

    @property
    def is_waiting(self) -> bool:
        return header_key(self.row.get("waiting", "")) in values_of(NAME, "yes")

    @property
    def is_inside(self) -> bool:
        return self.has_attended and not self.is_waiting


def _with_name(row: Row) -> Row:
    """A row with its name, which some reports tell in two columns."""
    return {"name": " ".join(row[part] for part in ("first", "last") if part in row), **row}


def _head(raw: Raw, one: MatchedTable) -> Row:
    """What the block above the people says of the meeting; nothing where there is no such block.

    Raises:
        Refused: it is of several meetings, whose people nothing tells apart.
    """
    heads = list(_heads(one))
    if len({(head.get("number"), head["starts"]) for head in heads}) > 1:
        raise Refused(f"{raw.name} lists the people of several meetings; put each meeting into a file of its own.")
    if not heads:
        return {}
    address = _ADDRESS.search(heads[0].get("host", ""))
    return {**heads[0], "host": address[0] if address else ""}


def _heads(one: MatchedTable) -> Iterator[Row]:
    """The rows of the blocks on meetings, wherever they stand: below their words, up to an empty line or a title."""
    words, of_people = layouts_of(NAME)["head"], one.top.words
    assert of_people is not None
    places: dict[str, Sequence[int]] = {}
    for cells in one.table.lines():
        keys = header_keys(cells)
        top, other = header((cells,), (keys,), words), header((cells,), (keys,), of_people)
        if top and top.has("topic|number", "starts"):
            places = dict(top.positions)
        elif sum(map(bool, cells)) < 2 or (other and other.has("name|first", "joined|minutes")):
            places = {}
        elif places:
            yield {"starts": "", **{name: cells[at] for name, (at, *_) in places.items() if at < len(cells)}}


def _number(text: str) -> str | None:
    """The number of a meeting, which people and Zoom write with blanks or dashes; None where there is none."""
    number = _NUMBER.search(re.sub(r"(?<=\d)[ -](?=\d)", "", text))
    return number[0] if number else None
