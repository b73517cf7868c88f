"""Microsoft Teams: the attendance report of a meeting or webinar. Each is one event.

Reference: https://support.microsoft.com/office/ae7cf170-530c-47d3-84c1-3aedac74d310 (attendance reports); columns as
found in programs that read genuine reports of 2020 to 2026: the report in numbered parts, that of 2021 below a summary,
and the list of joining and leaving before that.
Limits: an address is a person, else a name. Everybody may be a presenter of a meeting, so that only organisers are left
out there; of a webinar presenters are, too. The list of joining and leaving knows no organiser, title or address.
Not reported: women, men and ages; who came is counted and not kept. What the language of Teams does to dates is not
told in the report: where it leaves day and month open, the custom of the country counts. The title that Teams makes of
a person's name is cut, in English.
"""

from __future__ import annotations

import re

from connectors.attendance import PARTICIPANTS
from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import people
from connectors.reading.extracts import read_each
from connectors.reading.headers import header_key, layouts_of, values_of
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables, needed_tables
from connectors.reading.people import Row
from connectors.settings import ConnectorSettings

NAME = "teams"

_LISTED = ("name", "joined|joined_utc", "role|participant")
LAYOUTS = (
    Layout("people", "the attendance report of Microsoft Teams", _LISTED),
    Layout("actions", "the attendance list of Microsoft Teams", ("name", "action", "joined"), words="people"),
)
_OWN_TOPIC = re.compile(r"(Meeting|Call) with .+", re.IGNORECASE)
"""The title that Teams makes where somebody gave none; behind the word stands a person's name."""
RIGHT_FILE = "in Teams open the meeting in the calendar, choose Attendance, then Download"


class Settings(ConnectorSettings):
    """Microsoft Teams' section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is an attendance report."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """One event, and how many came to it: who organised it does not count.

    Raises:
        Refused: the file is no such report, or does not say of which day.
    """
    refusal = f"{raw.name} is no list of people of Microsoft Teams; {RIGHT_FILE}."
    tables = needed_tables(raw, NAME, LAYOUTS, settings, refusal)
    return read_each(tables, lambda one: _read(raw, one, settings))


def _read(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Extract:
    part = people.blocks(one, *one.layout.needs)[0]  # the stays of the same people stand below, and what each did
    head = _head(raw, one)
    is_webinar = "registered" in head
    zone = "UTC" if "joined_utc" in part.columns else settings.source_zone
    persons = people.who({**row, "email": row.get("email") or row.get("participant", "")} for row in part.rows)
    roles = values_of(NAME, "roles")
    leading_roles = {"organizer", "presenter"} if is_webinar else {"organizer"}
    leading = {
        person
        for person, row in zip(persons, part.rows, strict=True)
        if roles.get(header_key(row.get("role", ""))) in leading_roles
    } - {None}
    came = set(persons) - {None}
    joined = [row[name] for row in part.rows for name in ("joined", "joined_utc") if name in row]
    when = people.when(raw, settings, [head["starts"]] if "starts" in head else [], joined, zone)[0]
    event = people.Event(
        post_id=people.name_of("Microsoft Teams", head.get("number"), when),
        kind="webinar" if is_webinar else "meeting",
        title=_OWN_TOPIC.sub(lambda topic: topic[1], head.get("topic", "")) or None,
        place="Microsoft Teams",
        when=when,
        counts={PARTICIPANTS.name: len(came - leading) if part.rows else None},
        rows=len(part.rows),
        unnamed=[number for number, person in enumerate(persons, 1) if person is None],
        notes=people.left_out(leading=len(leading)),
    )
    return people.extract_of_event(raw, one, event, settings)


def _head(raw: Raw, one: MatchedTable) -> Row:
    """What the lines above the people say of the meeting, each a word and what it is.

    Raises:
        Refused: lines below the people say it of another meeting.
    """
    columns = {
        header_key(word): column
        for words_of in layouts_of(NAME)["head"].languages.values()
        for column, words in words_of.items()
        for word in words
    }
    lines = [line for line in one.table.top[: one.top.at] if len(line) > 1 and line[1]]
    head = {columns[key]: line[1] for line in lines if (key := header_key(line[0])) in columns}
    all_starts = {
        line[1] for line in one.table.lines() if len(line) > 1 and columns.get(header_key(line[0])) == "starts"
    }
    if len(all_starts) > 1:
        raise Refused(f"{raw.name} lists the people of several meetings; put each meeting into a file of its own.")
    return head
