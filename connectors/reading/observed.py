"""The instant at which a file's figures were seen, and the range of days in a file's name."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from connectors.contract import Raw
from connectors.reading.dates import MONTHS
from connectors.reading.days import end_of, local_day, utc
from connectors.settings import ConnectorSettings

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_STUDIO_RANGE = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})[_ ](\d{4}-\d{2}-\d{2})(?!\d)\s*(.*)")
_META_RANGE = re.compile(r"(?<![A-Za-z])([A-Z][a-z]{2})-(\d{2})-(\d{4})_([A-Z][a-z]{2})-(\d{2})-(\d{4})(?!\d)")
# A clock that is a little off, or a zip packed further east, is not a file from the future.
_TOLERANCE = timedelta(days=1)
BELIEVED = timedelta(days=7)
"""How long after the range in a file's name the file's own time is believed: exports are made soon after."""


class Seen(NamedTuple):
    """When the figures were seen: the instant in UTC, what says so, the day where a date alone says it.

    Where nothing but a copied file's time says when, they were seen between ``at`` and ``until``.
    """

    at: datetime
    source: str
    on: date | None = None
    notes: tuple[str, ...] = ()
    until: datetime | None = None


class Range(NamedTuple):
    """The days that a name speaks of, and what stands after them."""

    start: date
    end: date
    rest: str = ""


def observed(
    raw: Raw,
    settings: ConnectorSettings,
    dated: date | datetime | None = None,
    dated_by: str = "",
    written_at: datetime | None = None,
    is_written_in_utc: bool = False,
    not_before: date | None = None,
) -> Seen:
    """When a file's figures were seen. The first of these that is given decides:

    1. the day that somebody told;
    2. a dated folder;
    3. ``dated``, a date that the connector says dates the figures (a datetime is in UTC);
    4. ``written_at``, the time of the zip's member or of the workbook itself;
    5. the file's time.

    The file cannot be older than ``not_before``: the later of that day and of 4 or 5 counts. Copying a file gives it a
    new time: where only that speaks, and lies more than :data:`BELIEVED` after ``not_before``, the figures were seen
    between the two. A day stands for its end, and nothing was seen after it came: a day that was not over then is no
    whole day.
    """
    zone = settings.reporting_zone
    today = local_day(raw.received_at, zone)
    notes: list[str] = []

    def at_end_of(day: date, source: str) -> Seen:
        if (end := end_of(day, zone)) <= raw.received_at:
            return Seen(end, source, day, tuple(notes))
        return Seen(raw.received_at, source, None, tuple(notes))

    if raw.read_on:
        return at_end_of(raw.read_on, "the day that somebody told")
    for folder in reversed(raw.folders):
        named = day(folder) if _DAY.fullmatch(folder) else None
        if named and named <= today:
            return at_end_of(named, f"the folder {folder}")
        if named:
            notes.append(f"the folder {folder} is dated after the day the file came; it was not used")
    if isinstance(dated, datetime) and dated <= raw.received_at + _TOLERANCE:
        return Seen(min(dated, raw.received_at), dated_by, None, tuple(notes))
    if isinstance(dated, datetime):
        notes.append(f"{dated_by}, {dated:%Y-%m-%d}, is after the day the file came; it was not used")
    elif dated and dated <= today + _TOLERANCE:
        return at_end_of(dated, dated_by)
    elif dated:
        notes.append(f"{dated_by} ends on {dated}, after the day the file came; it was not used")
    at, source, of_copy = _time_of(
        raw,
        None if written_at is None or is_written_in_utc else utc(written_at, zone),
        written_at if is_written_in_utc else None,
        notes,
    )
    if not_before and not_before <= today + _TOLERANCE and at < end_of(not_before, zone):
        return at_end_of(not_before, "the range in its name")
    if not_before and of_copy and at > (end := end_of(not_before, zone)) + BELIEVED:
        return Seen(end, f"between the range in its name and {source}", None, tuple(notes), at)
    return Seen(at, source, None, tuple(notes))


def _time_of(
    raw: Raw, of_member: datetime | None, of_workbook: datetime | None, notes: list[str]
) -> tuple[datetime, str, bool]:
    """The time of a zip's member or of a workbook, else the file's: an instant, what it is, whether a copy has it."""
    inner = of_member or of_workbook
    if inner and inner <= raw.received_at + _TOLERANCE:
        source = "the workbook's own time" if of_workbook else "the member's time in its zip"
        return min(inner, raw.received_at), source, False
    if inner:
        notes.append(f"the time inside the file, {inner:%Y-%m-%d}, is after the day the file came; it was not used")
    if raw.modified_at > raw.received_at + _TOLERANCE:
        notes.append(f"the file's time, {raw.modified_at:%Y-%m-%d}, is after the day the file came; that day was used")
        return raw.received_at, "the time it came in", True
    return min(raw.modified_at, raw.received_at), "the file's time", True


def studio_range(raw: Raw) -> Range | None:
    """The range that YouTube Studio writes into its zip's name, also where the zip was unpacked into a folder of it."""
    for part in (raw.name, *reversed(raw.folders)):
        match = _STUDIO_RANGE.search(part)
        start, end = (day(match[1]), day(match[2])) if match else (None, None)
        if match and start and end and start <= end:
            return Range(start, end, re.sub(r"(?: \(\d+\))?\.(?:zip|csv|xlsx)$", "", match[3], flags=re.I).strip())
    return None


def meta_seen(raw: Raw, settings: ConnectorSettings, place: str, written_at: datetime | None, is_utc: bool) -> Seen:
    """When the figures of one of Meta's files were seen: the range in its name dates posts, so it is the least."""
    span = meta_range(place) or meta_range(raw.name)
    return observed(raw, settings, None, "", written_at, is_utc, span.end if span else None)


def meta_range(name: str) -> Range | None:
    """The range of publication that Meta writes into its exports' names, in English whatever the language."""
    match = _META_RANGE.search(name)
    if not match or match[1].lower() not in MONTHS or match[4].lower() not in MONTHS:
        return None
    start = day(f"{match[3]}-{MONTHS.index(match[1].lower()) + 1:02}-{match[2]}")
    end = day(f"{match[6]}-{MONTHS.index(match[4].lower()) + 1:02}-{match[5]}")
    return Range(start, end) if start and end else None


def day(text: str) -> date | None:
    """A day written as ``2024-12-30`` or ``20241230``; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
