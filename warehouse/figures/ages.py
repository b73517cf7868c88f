"""How many of those who took part in events are of the ages that the plan names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from connectors.attendance import EVENTS, PARTICIPANTS, age_span
from warehouse.day import Day
from warehouse.figures.age_table import AGE_TABLE
from warehouse.readings.latest import POST

Spans = Sequence[Mapping[str, int | None]]


def table(day: Day) -> pl.DataFrame:
    """The published table ``participants_by_age``; empty where the plan names no bands, or there were no events."""
    bands = day.plan.project.age_bands
    taken = day.attributed.select("campaign_id", "activity_id", *POST).join(day.attendance, on=POST)
    scopes = [
        ("project", None, taken.unique(POST)),
        *(
            (scope, name, of_scope)
            for scope in ("activity", "campaign")
            for (name,), of_scope in taken.unique([f"{scope}_id", *POST]).group_by(f"{scope}_id")
        ),
    ]
    rows = [row for scope, name, events in scopes if events.height for row in _rows(scope, name, events, bands)]
    columns = {column.name: column.dtype for column in AGE_TABLE.columns}
    return pl.DataFrame(rows, schema=columns).with_columns(pl.lit(day.as_of).alias("as_of")).sort(AGE_TABLE.key)


def _rows(scope: str, name: object, events: pl.DataFrame, bands: Iterable[str]) -> Iterator[dict[str, Any]]:
    for band in dict.fromkeys(bands):
        told = [
            (of_band(ages, participants, band), number)
            for ages, participants, number in events.select("ages", PARTICIPANTS.name, EVENTS.name).rows()
        ]
        telling = [pair for pair in told if pair[0] is not None]
        yield {
            "scope": scope,
            "id": name,
            "age_band": band,
            PARTICIPANTS.name: sum(people or 0 for people, _ in telling) if telling else None,
            f"{PARTICIPANTS.name}_known": sum(number for _, number in telling),
            EVENTS.name: sum(number for _, number in told),
        }


def of_band(ages: Spans | None, participants: int | None, band: str) -> int | None:
    """How many participants of an event are of a band of ages; None where what it tells does not say.

    It says so where it tells the same band; else where it tells the ages of everybody, and no span that it tells goes
    over an end of the band.
    """
    limits = age_span(band)
    if ages is None or limits is None:
        return None
    first, last = limits[0], _end(limits[1])
    same = [span["participants"] for span in ages if (span["first"], span["last"]) == limits]
    if same:
        return same[0]
    if sum(span["participants"] or 0 for span in ages) != participants:
        return None
    inside = 0
    for span in ages:
        start, end = span["first"] or 0, _end(span["last"])
        if first <= start and end <= last:
            inside += span["participants"] or 0
        elif start <= last and first <= end:
            return None
    return inside


def _end(age: int | None) -> float:
    return float("inf") if age is None else age
