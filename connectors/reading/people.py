"""Lists of people who came to an event: who came is counted, and nobody is kept.

No name and no address leaves this module, in no frame, note or rejected row.
docs/rules.md: Counts and our own words only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import polars as pl

from connectors.attendance import EVENTS
from connectors.columns import frame, schema
from connectors.contract import (
    ACCOUNTS,
    ATTENDANCE,
    OBSERVATIONS,
    OUTREACH,
    POSTS,
    REJECTS,
    TIMESTAMP,
    Extract,
    Raw,
    ReadReport,
    Refused,
)
from connectors.reading import customs
from connectors.reading.dates import Moments, moments_of_file
from connectors.reading.days import end_of, local_day, unit_of
from connectors.reading.headers import header, header_key, header_keys
from connectors.reading.layouts import MatchedTable
from connectors.reading.numbers import NOTHING
from connectors.reading.observed import observed
from connectors.settings import ConnectorSettings

Row = Mapping[str, str]
"""The filled cells of a row, by our columns."""


class Block(NamedTuple):
    """One of the tables that stand below each other in a list: the title above it, its columns and its rows."""

    title: str
    columns: frozenset[str]
    rows: list[Row]


class When(NamedTuple):
    """When an event was: the instant in UTC, the other one where day and month may stand the other way round.

    ``order`` is that of day and month, ``source`` what says so; ``zone`` is that of whoever wrote it.
    """

    at: datetime
    other_at: datetime | None
    zone: str
    order: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()


class Event(NamedTuple):
    """An event, and how many came to it.

    ``post_id`` and ``place`` are as the warehouse keeps them. ``counts`` are numbers by the names of
    :data:`connectors.attendance.PARTS`. ``persons`` are who came, each by a hash, and ``ages`` how many of each age;
    both are None where the list does not tell it of everybody. ``unnamed`` are the numbers of rows that name nobody,
    counted from 1 below the first header.
    """

    post_id: str
    kind: str
    title: str | None
    place: str | None
    when: When
    counts: Mapping[str, int | None]
    rows: int
    unnamed: Sequence[int] = ()
    notes: Sequence[str] = ()
    organiser: str | None = None
    is_by_hand: bool = False
    persons: Sequence[str] | None = None
    ages: Sequence[Mapping[str, int | None]] | None = None


def blocks(one: MatchedTable, *needs: str, is_by_hand: bool = False) -> list[Block]:
    """The tables of a list, each from a header with these columns to an empty line, a title or the next header.

    In a list that people keep by hand lines stay empty or hold a remark, and only the next header ends a table.
    """
    words, parts = one.top.words, list[Block]()
    assert words is not None
    title, places = "", dict[str, Sequence[int]]()
    for cells in one.table.lines():
        filled = [cell for cell in cells if cell]
        top = header((cells,), (header_keys(cells),), words) if len(filled) > 1 else None
        if top and top.has(*needs):
            places = dict(top.positions)
            parts.append(Block(title, frozenset(places), []))
        elif len(filled) < 2:
            if is_by_hand:
                continue
            title, places = (filled[0] if filled else title), {}
        elif places:
            parts[-1].rows.append(
                {
                    name: cells[at]
                    for name, (at, *_) in places.items()
                    if at < len(cells) and header_key(cells[at]) not in NOTHING
                }
            )
    return parts


def who(rows: Iterable[Row]) -> list[str | None]:
    """Whose each row is: by ``email``, else by ``name``; None where a row has neither.

    A name that comes with one address alone, and elsewhere without any, is one person's. Rows are stays: who lost the
    connection and came back has several.
    """
    told = [(header_key(row.get("email", "")), header_key(row.get("name", ""))) for row in rows]
    addresses = defaultdict[str, set[str]](set)
    for address, name in told:
        if address and name:
            addresses[name].add(address)
    one_each = {name: next(iter(those)) for name, those in addresses.items() if len(those) == 1}
    return [address or one_each.get(name) or name or None for address, name in told]


def when(raw: Raw, settings: ConnectorSettings, starts: Sequence[str], joined: Sequence[str], zone: str) -> list[When]:
    """The instants at which a list says that its events started; where it does not, that at which the first came.

    Raises:
        Refused: nothing in the list says on which day they were.
    """
    order = settings.dates if settings.date_order else customs.date_order(settings.reporting_zone)
    if "date_order" not in settings.model_fields_set:
        order = order._replace(is_assumed=True)
    columns = {"starts": pl.Series(starts, dtype=pl.String), "joined": pl.Series(joined, dtype=pl.String)}
    moments, decision = moments_of_file(columns, order, zone, raw.received_at)
    first = next((each.order for each in moments.values() if each.order), "")

    def told(moment: Moments) -> list[When]:
        pairs = zip(moment.at, moment.other_at, strict=True)
        return [When(at, other, zone, first, decision.source, decision.notes) for at, other in pairs if at]

    if instants := told(moments["starts"]) or sorted(told(moments["joined"]))[:1]:
        return instants
    if any(moment.is_doubtful.any() for moment in moments.values()):
        raise Refused(
            f"{raw.name} lists people who met on a day that may be two; say under its section in reach.toml "
            "whether day or month comes first."
        )
    raise Refused(f"{raw.name} lists people, and does not say on which day they met; export it with their times.")


def name_of(place: str, number: str | None, when: When) -> str:
    """What an online event is known by: its platform, its number there, and its minute; its second without a number."""
    local = pl.Series([when.at]).dt.replace_time_zone("UTC").dt.convert_time_zone(when.zone)[0]
    moment = f"{local:%Y-%m-%d-%H%M}" if number else f"{local:%Y-%m-%d-%H%M%S}"
    return "-".join(filter(None, (header_key(place).replace(" ", "-"), number, moment)))


def extract_of_event(raw: Raw, one: MatchedTable, event: Event, settings: ConnectorSettings) -> Extract:
    """The Extract of a list of one event, with how many came."""
    when = event.when
    day = local_day(when.at, settings.reporting_zone)
    counts_from = min(end_of(day, settings.reporting_zone), raw.received_at)
    table = one.table
    seen = observed(raw, settings, day, "the day of the event", table.written_at, table.is_utc)
    saved = observed(replace(raw, read_on=None), settings, None, "", table.written_at, table.is_utc)
    identity = {"platform": OUTREACH, "post_id": event.post_id, "observed_at": counts_from, "row": 1}
    described = {
        "identified_by": "id",
        "account_id": event.organiser,
        "text": event.title or raw.name.rsplit(".", 1)[0],
        "kind": event.kind,
        "published_at": when.at,
        "published_other_at": when.other_at,
        "is_damaged": False,
    }
    posts = pl.DataFrame([{**identity, **described}], schema_overrides={"published_other_at": TIMESTAMP})
    told = {"place": event.place, EVENTS.name: 1, **event.counts, "persons": event.persons, "ages": event.ages}
    account = {"platform": OUTREACH, "account_id": event.organiser, "name": event.organiser, "observed_at": counts_from}
    unnamed = {"row": list(event.unnamed), "reason": ["neither a name nor an address"] * len(event.unnamed)}
    return Extract(
        evidence=ReadReport(
            seen.at, seen.source, seen.on, None, "", one.top.language, table.encoding, table.delimiter, when.order,
            one.top.mapped, one.top.ignored, event.rows, "entered" if event.is_by_hand else "export", event.is_by_hand,
            when.source, saved_at=saved.at if event.is_by_hand else None, observed_until=seen.until,
        ),
        posts=frame(POSTS, posts.with_columns(unit_of(pl.col("published_at"), when.zone).alias("published_unit"))),
        observations=frame(OBSERVATIONS, pl.DataFrame([{**identity, "is_final": True}])),
        accounts=frame(ACCOUNTS, pl.DataFrame([account]) if event.organiser else None),
        attendance=frame(ATTENDANCE, pl.DataFrame([{**identity, **told}], schema_overrides=schema(ATTENDANCE))),
        rejects=frame(REJECTS, pl.DataFrame(unnamed, schema={"row": pl.Int64, "reason": pl.String})),
        notes=(*seen.notes, *table.notes, *when.notes, *event.notes),
    )  # fmt: skip


def left_out(*, leading: int, absent: int = 0, waiting: int = 0) -> tuple[str, ...]:
    """A sentence for each kind of people in a list who are no participants."""
    return tuple(
        f"not counted among the participants: {count} {who_they_are}"
        for count, who_they_are in (
            (leading, "who led the event"),
            (absent, "who had registered and did not come"),
            (waiting, "who waited to be let in and never were"),
        )
        if count
    )
