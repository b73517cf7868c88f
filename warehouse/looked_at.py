"""What a day was made of, as it lies in the warehouse."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from connectors.platform import Platforms
from warehouse import post_readings
from warehouse.history.frames import Frames
from warehouse.history.rows import Scope
from warehouse.post_readings import OfAges, PostReadings
from warehouse.readings import gone


@dataclass(frozen=True)
class LookedAt:
    """What a day was made of, as it lies in the warehouse, and what of it the next night may keep.

    ``described``, ``read``, ``reasons`` and ``of_loads`` are as :mod:`warehouse.history.rows` gives them. ``lists`` are
    :func:`warehouse.readings.gone.lists_of`'s, of posts as ``listable`` describes them; ``names`` is
    :func:`warehouse.post_readings.names`' frame of the readings. ``undated`` has the attributed posts that each load
    read of which the day is not known: ``load_id, platform, post_id``. ``of_ages`` are readings beside these.
    """

    scope: Scope
    described: pl.DataFrame
    read: pl.DataFrame
    reasons: pl.DataFrame
    of_loads: pl.DataFrame
    lists: pl.DataFrame
    listable: pl.DataFrame
    names: pl.LazyFrame
    together: pl.DataFrame
    undated: pl.DataFrame
    of_ages: OfAges


def looked_at(
    scope: Scope,
    history: Frames,
    read: PostReadings,
    lists: pl.DataFrame,
    posts: pl.DataFrame,
    same: pl.DataFrame,
    platforms: Platforms,
) -> LookedAt:
    """What the day of these frames was made of."""
    return LookedAt(
        scope,
        history.described if scope.span else history.described.clear(),  # nothing of a short history is kept
        read.rows,
        history.reasons,
        history.of_loads,
        lists,
        gone.listable(posts, platforms),
        post_readings.names(read.rows, history, same),
        read.together,
        read.undated,
        read.of_ages,
    )
