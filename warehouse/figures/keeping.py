"""What a night keeps for the next one, of all that its figures were made of (:mod:`warehouse.history.kept`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl

from warehouse.day import Day
from warehouse.figures import members
from warehouse.history import counting, rows
from warehouse.history.counting import Span
from warehouse.history.kept import Days, Kept, Rows
from warehouse.history.store import Store
from warehouse.readings.latest import POST, day_at, day_starts


def keep(store: Store, day: Day, sums: pl.DataFrame, posts_of_loads: pl.DataFrame, made_with: str) -> Kept | None:
    """What can still count for a later day, and what campaigns gained on days that are over.

    None where nothing can, where what was kept before serves a later day as well as it served this one, and where the
    day is before the last one that was kept. Documents are read anew each night, and so are loads with something of
    after the day.

    Args:
        store: the warehouse of which the day was made.
        day: looked at what can still count.
        sums: :func:`warehouse.figures.periods.sums_by_day`'s.
        posts_of_loads: :func:`warehouse.history.rows.posts_of_loads`'.
        made_with: names whatever else this rests on.
    """
    looked_at, scope = day.looked_at, replace(day.looked_at.scope, store=store)
    if scope.span is None or not scope.span.cuts:
        return None
    loads, zone = rows.seen_by(scope, day.before), day.plan.project.timezone
    if scope.kept is not None and _still_serves(scope.kept, day, loads):
        return None
    seen = [frame.select("load_id", "observed_at") for frame in (looked_at.read, looked_at.described)]
    newest = pl.concat(seen).join(loads, on="load_id", how="semi")["observed_at"].max()
    if not isinstance(newest, datetime):
        return None
    until = day_at(scope.span.cuts[-1], zone)
    if scope.kept is not None:
        until = max(until, scope.kept.days.until)
    if day.before < day_starts(until, zone):
        return None  # this day's gains end before those that were kept: they would leave days out
    span = Span(day.before, (*scope.span.cuts, day_starts(until, zone)))
    days = Days(until, sums.filter(pl.col("day") < until), members.before(day, until), members.documents(day))
    return Kept(
        made_with, newest, loads, _rows(day, posts_of_loads, loads, span),
        looked_at.lists.join(loads, on="load_id", how="semi"), looked_at.listable, days,
    )  # fmt: skip


def _still_serves(kept: Kept, day: Day, loads: pl.DataFrame) -> bool:
    """Whether the loads that a day has seen are those of which this was kept, and their posts are told of as then."""
    return (
        loads.sort("load_id").equals(kept.loads.sort("load_id"))
        and day.looked_at.listable.sort(*POST).equals(kept.listable.sort(*POST))
        and not members.moved(day, kept.days)
    )


def _rows(day: Day, posts_of_loads: pl.DataFrame, loads: pl.DataFrame, span: Span) -> Rows:
    """Of the rows that the day looked at those that can still count later, of these loads."""
    looked_at = day.looked_at

    def of_loads(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(loads.select("load_id"), on="load_id", how="semi")

    told, read, reasoned = (of_loads(frame) for frame in (looked_at.described, looked_at.read, looked_at.reasons))
    again = counting.again((told, read, reasoned), span, looked_at.scope.unsure)
    of_ages = looked_at.of_ages
    at_ages = counting.at_ages_again(of_loads(of_ages.rows), read, of_ages.born)
    return Rows(*again, of_loads(looked_at.of_loads), of_loads(posts_of_loads), at_ages, of_ages.born)
