"""Eventbrite: the report of an event's attendees, as CSV or a workbook. Each event in it is one.

Reference: none that was at hand; columns as found in programs that read genuine reports.
Limits: a ticket is a registration, and no attendance: only who was checked in counts. Where nobody was, the event is
known and who came is not. A row is a ticket; without a number of its own an address is a person, and who bought tickets
for others under one address is one.
Not reported: women, men and ages; who came is counted and not kept. The day of the event, unless its column was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.attendance import PARTICIPANTS
from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import people
from connectors.reading.extracts import joined, read_each
from connectors.reading.headers import header_key, values_of
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables, needed_tables
from connectors.reading.people import Row
from connectors.settings import ConnectorSettings

NAME = "eventbrite"

LAYOUTS = (Layout("attendees", "Eventbrite's report of attendees", ("order", "status", "first|email")),)
RIGHT_FILE = "in Eventbrite choose Reports, Attendees, add the columns Date Attending and Attendee Status, then Export"


class Settings(ConnectorSettings):
    """Eventbrite's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is a report of attendees."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """The events of a report, and how many were checked in at each.

    Raises:
        Refused: the file is no such report, or does not say of which day.
    """
    refusal = f"{raw.name} is no list of people of Eventbrite; {RIGHT_FILE}."
    tables = needed_tables(raw, NAME, LAYOUTS, settings, refusal)
    return read_each(tables, lambda one: _read(raw, one, settings))


def _read(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Extract:
    rows = [row for part in people.blocks(one, *one.layout.needs, is_by_hand=True) for row in part.rows if row]
    if not rows:
        raise Refused(f"{raw.name} has no attendee in it, so that nothing is known of its event; {RIGHT_FILE}.")
    days: dict[str, set[str]] = {}
    for row in rows:
        days.setdefault(row.get("title", ""), set()).update({row["date"]} if "date" in row else ())
    events: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        title = row.get("title", "")
        only_day = next(iter(days[title])) if len(days[title]) == 1 else ""
        events.setdefault((title, row.get("date", only_day)), []).append(row)
    return joined([_event(raw, one, title, day, of_one, settings) for (title, day), of_one in events.items()])


def _event(
    raw: Raw, one: MatchedTable, title: str, day: str, rows: Sequence[Row], settings: ConnectorSettings
) -> Extract:
    checked_in = [row["checked_in"] for row in rows if "checked_in" in row]
    when = people.when(raw, settings, [day] if day else [], checked_in, settings.source_zone)[0]
    named = [{"email": row.get("attendee") or row.get("email", ""), "name": _name(row)} for row in rows]
    persons = people.who(named)
    came_words = values_of(NAME, "came")
    came = {
        person
        for person, row in zip(persons, rows, strict=True)
        if header_key(row.get("status", "")) in came_words or "checked_in" in row
    } - {None}
    others = len(set(persons) - came - {None})
    nobody = (f"nobody was checked in, so that who came is not known; tickets: {others}",)
    event = people.Event(
        post_id=people.name_of("Eventbrite", header_key(title).replace(" ", "-") or None, when),
        kind="event",
        title=title or None,
        place=None,
        when=when,
        counts={PARTICIPANTS.name: len(came) or None},
        rows=len(rows),
        unnamed=[number for number, person in enumerate(persons, 1) if person is None],
        notes=people.left_out(leading=0, absent=others) if came else nobody,
    )
    return people.extract_of_event(raw, one, event, settings)


def _name(row: Row) -> str:
    return " ".join(row[part] for part in ("first", "last") if part in row)
