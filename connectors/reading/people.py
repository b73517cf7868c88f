"""Lists of people who came to an event: who came is counted, and nobody is kept.

No name and no address leaves this module, in no frame, note or rejected row.
docs/rules.md: Counts and our own words only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from connectors.attendance import EVENTS, PARTICIPANTS
from connectors.columns import frame
from connectors.contract import ATTENDANCE, OBSERVATIONS, OUTREACH, POSTS, REJECTS, Extract, Raw, ReadReport, Refused
from connectors.reading import customs
from connectors.reading.dates import moments_of_file
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


class Event(NamedTuple):
    """An event, and how many came to it.

    ``number`` is what its platform calls it, where the list says so; ``starts`` and ``joined`` are times as they are
    written, in ``zone``. ``unnamed`` are the numbers of rows that name nobody, counted from 1 below the first header.
    """

    kind: str
    number: str | None
    title: str | None
    place: str
    starts: str | None
    joined: Sequence[str]
    zone: str
    participants: int
    rows: int
    unnamed: Sequence[int] = ()
    notes: Sequence[str] = ()


def blocks(one: MatchedTable, *needs: str) -> list[Block]:
    """The tables of a list, each from a header with these columns to an empty line, a title or the next header."""
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


def extract_of_event(raw: Raw, one: MatchedTable, event: Event, settings: ConnectorSettings) -> Extract:
    """The Extract of a list: one event, with how many came.

    Raises:
        Refused: nothing in the list says on which day it was.
    """
    order = settings.dates if settings.date_order else customs.date_order(settings.reporting_zone)
    if "date_order" not in settings.model_fields_set:
        order = order._replace(is_assumed=True)
    columns = {"starts": pl.Series([event.starts], dtype=pl.String), "joined": pl.Series(event.joined, dtype=pl.String)}
    moments, decision = moments_of_file(columns, order, event.zone, raw.received_at)
    told = [each for moment in moments.values() for each in zip(moment.at, moment.other_at, strict=True) if each[0]]
    if not told:
        if any(moment.is_doubtful.any() for moment in moments.values()):
            raise Refused(
                f"{raw.name} lists people who met on a day that may be two; say under its section in reach.toml "
                "whether day or month comes first."
            )
        raise Refused(f"{raw.name} lists people, and does not say on which day they met; export it with their times.")
    at, other_at = told[0] if moments["starts"].at[0] else min(told)
    day = local_day(at, settings.reporting_zone)
    counts_from = min(end_of(day, settings.reporting_zone), raw.received_at)
    seen = observed(raw, settings, day, "the day of the event", one.table.written_at, one.table.is_utc)
    local = pl.Series([at]).dt.replace_time_zone("UTC").dt.convert_time_zone(event.zone)[0]
    moment = f"{local:%Y-%m-%d-%H%M}" if event.number else f"{local:%Y-%m-%d-%H%M%S}"
    place = header_key(event.place).replace(" ", "-")
    identity = {
        "platform": OUTREACH,
        "post_id": "-".join(filter(None, (place, event.number, moment))),
        "observed_at": counts_from,
        "row": 1,
    }
    described = {
        "identified_by": "id",
        "text": event.title or raw.name.rsplit(".", 1)[0],
        "kind": event.kind,
        "published_at": at,
        "published_other_at": other_at,
        "is_damaged": False,
    }
    posts = pl.DataFrame([{**identity, **described}], schema_overrides={"published_other_at": pl.Datetime("us")})
    unnamed = {"row": list(event.unnamed), "reason": ["neither a name nor an address"] * len(event.unnamed)}
    return Extract(
        evidence=ReadReport(
            seen.at, seen.source, seen.on, None, "", one.top.language, one.table.encoding, one.table.delimiter,
            next((each.order for each in moments.values() if each.order), ""),
            one.top.mapped, one.top.ignored, event.rows, date_order_from=decision.source, observed_until=seen.until,
        ),
        posts=frame(POSTS, posts.with_columns(unit_of(pl.col("published_at"), event.zone).alias("published_unit"))),
        observations=frame(OBSERVATIONS, pl.DataFrame([{**identity, "is_final": True}])),
        attendance=frame(
            ATTENDANCE,
            pl.DataFrame([{**identity, "place": event.place, EVENTS.name: 1, PARTICIPANTS.name: event.participants}]),
        ),
        rejects=frame(REJECTS, pl.DataFrame(unnamed, schema={"row": pl.Int64, "reason": pl.String})),
        notes=(*seen.notes, *one.table.notes, *decision.notes, *event.notes),
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
