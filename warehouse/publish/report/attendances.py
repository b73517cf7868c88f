"""Events and who took part in them, as a sentence and as a table tell them: attendances, which are no people.

Published and frozen tables are read. Of a report that an older version froze nothing is known of events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from connectors.attendance import EVENTS, PART_NAMES, PARTICIPANTS, SOME, UNIQUE, WOMEN, contradictions
from connectors.contract import OUTREACH_KINDS, POST_KINDS
from warehouse.figures.tables import MART
from warehouse.measures import ATTENDANCES
from warehouse.publish.report.language import Writer, form, number
from warehouse.publish.report.subject import kinds_of
from warehouse.publish.report.wording import Texts, short
from warehouse.readings.latest import POST

Row = Mapping[str, Any]

COLUMNS = (EVENTS.name, PARTICIPANTS.name, *(part.name for part in SOME))
"""What a table of attendances may show, in its order."""


def with_attendances(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """A published table, or one that an older version froze, with the columns of events: where it has none, unknown."""
    of_events = {measure.column for measure in ATTENDANCES} | set(PART_NAMES)
    declared = MART[name].columns if name in MART else ()
    lacking = [column for column in declared if column.name in of_events and column.name not in table.columns]
    return table.with_columns(pl.lit(None, column.dtype).alias(column.name) for column in lacking)


def kinds_of_events(kinds: pl.DataFrame) -> dict[str, int]:
    """How many events there were of each kind, by rows of ``kind_totals``.

    A line of the kind ``event`` that tells no participants is outreach, as it was before there were attendances.
    """
    told = kinds.filter((pl.col("kind") != "event").fill_null(True) | pl.col(PARTICIPANTS.name).is_not_null())
    return kinds_of(told, EVENTS.name, lambda kind: kind if kind in (*OUTREACH_KINDS, *POST_KINDS[1:]) else "event")


def in_words(writer: Writer, row: Row, kinds: Mapping[str, int]) -> str:
    """The events of a row of totals with who took part: "3 workshops with 488 participants, 214 of them women".

    ``kinds`` are :func:`kinds_of_events`'s; where they are not the row's events, an event counts in two campaigns.
    """
    events, people, women = sum(kinds.values()), row.get(PARTICIPANTS.name), row.get(WOMEN.name)
    if not events:
        return ""
    told = writer.events(kinds if events == row[EVENTS.name] else {"event": row[EVENTS.name]})
    if people is None:
        return told
    participants = form(writer.words["figures"]["participants"], people, writer.locale)
    parts = [participants.format(number=_hedged(writer, row, PARTICIPANTS.name))]
    if row[f"{PARTICIPANTS.name}_known"] < row[EVENTS.name]:
        all_events = writer.count("event", row[EVENTS.name])
        parts.append(writer.say("known", known=number(row[f"{PARTICIPANTS.name}_known"]), posts=all_events))
    if women is not None:
        parts.append(writer.say("of_them_women", women=_hedged(writer, row, WOMEN.name)))
    return writer.say("with_people", events=told, people="".join(parts))


def _hedged(writer: Writer, row: Row, part: str) -> str:
    """A number of people, with "at least" where some events do not know it."""
    is_part = row[f"{part}_known"] < row[EVENTS.name]
    return writer.say("at_least", number=number(row[part])) if is_part else number(row[part])


class AttendanceTable(NamedTuple):
    """A table of attendances: its heads behind the name, a row for each name, all together, and what to know of it.

    A row is a name, where it leads, and its cells. ``together`` is empty where one row is all.
    """

    heads: Sequence[str]
    rows: Sequence[tuple[str, str | None, Sequence[str]]]
    together: Sequence[str]
    notes: Sequence[str]


def attendance_table(
    say: Callable[..., str],
    rows: Iterable[tuple[str, str | None, Row]],
    totals: Row,
    youth: str | None,
    by_age: pl.DataFrame | None = None,
) -> AttendanceTable | None:
    """The events of parts of a total and who took part in them; None where there are none.

    Args:
        say: the page's words.
        rows: the name of each part, where it leads, and its row: of totals, or of ``post_totals``.
        totals: the row of all of them together.
        youth: what the plan calls young, where it says so.
        by_age: the published ``participants_by_age``, which has the bands of ages of ``totals``.
    """
    if not totals.get(EVENTS.name):
        return None
    shown = [name for name in COLUMNS if name in COLUMNS[:2] or totals[name] is not None]
    told = [(name, href, [_cell(say, row, column) for column in shown]) for name, href, row in rows if row[EVENTS.name]]
    notes = [say("attendances_says")]
    for column in shown[1:]:
        knowing = totals[f"{column}_known"]
        if totals[column] is not None and knowing < totals[EVENTS.name]:
            notes.append(
                say("attendances_part", what=say(f"head_{column}"), knowing=number(knowing),
                    events=number(totals[EVENTS.name]))
            )  # fmt: skip
    if (people := totals.get(UNIQUE.name)) is not None:
        notes.append(say("attendances_unique", people=number(people)))
    if ages := list(_ages(totals, by_age)):
        notes.append(say("attendances_ages", ages=", ".join(ages)))
    if youth and "participants_youth" in shown:
        notes.append(say("attendances_youth", youth=youth))
    together = [_cell(say, totals, column) for column in shown] if len(told) > 1 else []
    return AttendanceTable([say(f"head_{column}") for column in shown], told, together, notes)


def _ages(totals: Row, by_age: pl.DataFrame | None) -> Iterator[str]:
    """Each band of ages that events of a total tell, and how many participants are of it."""
    if by_age is None:
        return
    scope = next((scope for scope in ("campaign", "activity") if f"{scope}_id" in totals), "project")
    name = totals.get(f"{scope}_id")
    rows = by_age.filter(pl.col("scope") == scope, pl.col("id").eq_missing(pl.lit(name, pl.String)))
    for row in rows.drop_nulls(PARTICIPANTS.name).iter_rows(named=True):
        mark = "≥ " if row[f"{PARTICIPANTS.name}_known"] < row["events"] else ""
        yield f"{row['age_band']}: {mark}{number(row[PARTICIPANTS.name])}"


def event_name(texts: Texts, event: Row) -> str:
    """What an event is called: its kind, its day, and the first line of its text."""
    day = event["published_at"] and texts.day_of(event["published_at"])
    title = short((event["text"] or "").split("\n")[0], 80)
    kind = texts.kind(event["kind"] if event["kind"] in (*OUTREACH_KINDS, *POST_KINDS) else "event")
    return " · ".join(part for part in (kind[:1].upper() + kind[1:], day, title) if part)


def of_posts(posts: pl.DataFrame) -> list[dict[str, Any]]:
    """The events among rows of ``post_totals``, in the order of their days."""
    return posts.filter(pl.col(EVENTS.name).is_not_null()).sort("published_at", "text", "post_id").rows(named=True)


class Finding(NamedTuple):
    """An event whose numbers contradict each other, or of which two reports tell different ones (``kind`` differ)."""

    event: Row
    kind: str
    part: str
    told: int | None
    total: int | None


def findings(events: Iterable[Row], attendance: pl.DataFrame) -> list[Finding]:
    """What somebody has to look at of events.

    Args:
        events: :func:`of_posts`' rows.
        attendance: :class:`warehouse.day.Day`'s.
    """
    disputed = set(attendance.filter("is_disputed").select(POST).iter_rows()) if attendance.height else set()
    contradictory = list[Finding]()
    for event in events:
        contradictory += [Finding(event, *one) for one in contradictions(event)]
        if (event["platform"], event["post_id"]) in disputed:
            contradictory.append(Finding(event, "differ", PARTICIPANTS.name, event[PARTICIPANTS.name], None))
    return contradictory


def _cell(say: Callable[..., str], row: Row, column: str) -> str:
    if row[column] is None:
        return say("not_known")
    is_part = row.get(f"{column}_known", row[EVENTS.name]) < row[EVENTS.name]
    return ("≥ " if is_part else "") + number(row[column])
