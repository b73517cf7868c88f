"""How many events there were, and who took part in them, of each group of posts. They are never added to reach."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from connectors.attendance import EVENTS, PARTICIPANTS, SOME, UNIQUE
from warehouse.readings.latest import POST

_OF_PEOPLE = (PARTICIPANTS.name, *(part.name for part in SOME))


def with_attendances(
    totals: pl.LazyFrame, posts: pl.LazyFrame, by: Sequence[str], attendance: pl.DataFrame
) -> pl.LazyFrame:
    """``totals`` of groups with their events, participants and parts of them, and how many events know each.

    A line of a log that stands for several events counts as so many. Different people are known where each event has a
    list of everybody who came, and never added up.

    Args:
        totals: a row a group.
        posts: the members of the groups, in the columns of ``by`` and ``platform, post_id``; each counts once.
        attendance: :func:`warehouse.readings.events.attendance`'s rows.
    """
    if attendance.is_empty():  # so it is of most projects, whose nights pay nothing for it
        none = (pl.lit(None, pl.Int64).alias(name) for name in (*_OF_PEOPLE, UNIQUE.name))
        return totals.with_columns(*none, *(pl.lit(0, pl.Int64).alias(name) for name in _COUNTS))
    events = pl.col(EVENTS.name)
    sums = (
        posts.select(list(dict.fromkeys((*by, *POST))))
        .join(attendance.lazy(), on=POST)
        .unique(list(dict.fromkeys((*by, *POST))))
        .group_by(by)
        .agg(
            events.sum(),
            *(pl.when(pl.col(m).count() > 0).then(pl.col(m).sum()).alias(m) for m in _OF_PEOPLE),
            *(events.filter(pl.col(name).is_not_null()).sum().alias(f"{name}_known") for name in _OF_PEOPLE),
            pl.when(pl.col("persons").is_not_null().all())
            .then(pl.col("persons").explode(empty_as_null=False).n_unique().cast(pl.Int64))
            .alias(UNIQUE.name),
        )
    )
    return totals.join(sums, on=list(by), how="left", nulls_equal=True).with_columns(pl.col(_COUNTS).fill_null(0))


_COUNTS = (EVENTS.name, *(f"{name}_known" for name in _OF_PEOPLE))
