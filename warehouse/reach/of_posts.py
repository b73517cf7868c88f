"""How many accounts each post reached at the least and at the most, by its own figures, and on which day that held.

docs/rules.md: Reach is not added up; A bound holds on its day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import polars as pl

from connectors.platform import Platforms
from warehouse.reach.of_days import OF_DAYS
from warehouse.readings.latest import POST, day_of
from warehouse.readings.rounding import intervals

OF_POSTS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "reach_least": pl.Int64,
    "reach_upper": pl.Int64,
    "reach_upper_on": pl.Date,
    "reach_then": pl.Int64,
    "reach_then_on": pl.Date,
    "is_by_impressions": pl.Boolean,
    "is_by_days": pl.Boolean,
    "is_reach_current": pl.Boolean,
}
"""What a post's own figures say of the accounts that it reached.

``reach_least`` and ``reach_upper`` are the least and the most, the latter null where none holds for the post's newest
figures, which are of the day ``reach_upper_on``. ``reach_then`` is the last upper bound that held, at the end of
``reach_then_on``. The most may be a number of displays, the least may be told by days; ``is_reach_current`` says that
the newest reading of reach itself holds for the newest figures. A post outside reach reached 0 accounts on no day."""


class _Upper(NamedTuple):
    """An upper bound of a post's reach, null where there is none, and the day at whose end it held."""

    most: pl.Expr
    on: pl.Expr

    @classmethod
    def by(cls, most: str, on: str) -> _Upper:
        """The bound in a column, and its day in another."""
        return cls(pl.col(most), pl.when(pl.col(most).is_not_null()).then(on))

    def holds_on(self, day: pl.Expr) -> pl.Expr:
        return pl.when((self.on >= day).fill_null(False)).then(self.most)


def displays_by_reach(
    readings: pl.LazyFrame, last: pl.DataFrame, changes: Sequence[tuple[str, datetime]]
) -> pl.DataFrame:
    """The fewest displays that a post had when its reach was last read: ``platform, post_id, displays_then``.

    Only posts whose displays were read after that, by one definition throughout, have a row.

    Args:
        readings: :func:`warehouse.readings.lifetime.readings`'.
        last: the last readings, with ``reach_read_at`` and ``impressions_read_at``.
        changes: the platform, and the first instant at which it counted otherwise what reach or impressions are.
    """
    is_changed = pl.any_horizontal(
        pl.lit(False),
        *(
            (pl.col("platform") == platform) & (pl.col("reach_read_at") < at) & (pl.col("impressions_read_at") >= at)
            for platform, at in changes
        ),
    )
    later = last.filter((pl.col("impressions_read_at") > pl.col("reach_read_at")) & ~is_changed)
    if later.is_empty():  # as for most posts, whose figures were read together
        return pl.DataFrame(schema=dict.fromkeys(POST, pl.String) | {"displays_then": pl.Int64})
    is_then = pl.coalesce("observed_until", "observed_at") <= pl.col("reach_read_at")
    is_exact = ~pl.col("rounded").list.contains("impressions").fill_null(False)
    least, _ = intervals(pl.col("impressions"), pl.col("is_exact"))
    return (
        readings.filter(pl.col("impressions").is_not_null())
        .join(later.lazy().select(*POST, "reach_read_at"), on=POST)
        .filter(is_then | (pl.col("reach").is_not_null() & (pl.col("observed_at") == pl.col("reach_read_at"))))
        .with_columns(is_exact.alias("is_exact"))
        .sort("observed_at", "is_exact", "impressions")
        .group_by(POST, maintain_order=True)
        .agg(least.last().alias("displays_then"))
        .collect()
    )


def with_bounds(
    readings: pl.DataFrame,
    platforms: Platforms,
    zone: str,
    days: pl.DataFrame | None = None,
    displays: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """``readings`` with the columns :data:`OF_POSTS`.

    Args:
        readings: ``platform, post_id, reach, impressions``, whether each is exact, when each was read, and ``read_to``;
            a row a post.
        platforms: whose impressions count every display, and whose posts stand outside reach.
        zone: the reporting zone, in which a day ends.
        days: :func:`warehouse.reach.of_days.of_days`' rows; the reach of their posts is null in ``readings``.
        displays: :func:`displays_by_reach`' rows.
    """
    told = readings.join(pl.DataFrame(schema=OF_DAYS) if days is None else days, on=list(POST), how="left")
    nothing = pl.DataFrame(schema={**{name: OF_DAYS[name] for name in POST}, "displays_then": pl.Int64})
    told = told.join(nothing if displays is None else displays, on=list(POST), how="left")
    least, most = intervals(pl.col("reach"), pl.col("reach_exact").fill_null(True))
    _, shown = intervals(pl.col("impressions"), pl.col("impressions_exact").fill_null(True))
    # Each step is a column: an expression that holds another one four times makes the engine plan it four times.
    told = told.with_columns(
        pl.coalesce(day_of(pl.col("read_to"), zone), "days_end").alias("reach_upper_on"),
        pl.coalesce(least, "days_least").alias("reach_least"),
        most.alias("_most"),
        pl.when(pl.col("platform").is_in(platforms.counting_every_display)).then(shown).alias("_shown"),
        *(day_of(pl.col(f"{name}_read_at"), zone).alias(f"_{name}_on") for name in ("reach", "impressions")),
    )
    most, shown = pl.col("_most"), pl.col("_shown")
    gained = shown - pl.col("displays_then")
    # New accounts cause new displays, so displays bound reach since publication, and its growth since a reading.
    by_displays = pl.min_horizontal(
        pl.when(shown >= pl.col("reach_least").fill_null(0)).then(shown), pl.when(gained >= 0).then(most + gained)
    )
    told = told.with_columns(by_displays.alias("_displayed"))
    read, by_days, displayed = every = (
        _Upper.by("_most", "_reach_on"), _Upper.by("days_most", "days_end"), _Upper.by("_displayed", "_impressions_on"),
    )  # fmt: skip
    needed, then_on = pl.col("reach_upper_on"), pl.col("reach_then_on")
    told = told.with_columns(
        pl.coalesce(read.holds_on(needed), by_days.holds_on(needed)).alias("_measured"),
        pl.when(read.holds_on(needed).is_null()).then(displayed.holds_on(needed)).alias("_other"),
        pl.max_horizontal(*(one.on for one in every)).alias("reach_then_on"),
    )
    measured, other = pl.col("_measured"), pl.col("_other")
    told = told.select(
        *readings.columns,
        "reach_least",
        pl.min_horizontal(measured, other).alias("reach_upper"),
        "reach_upper_on",
        pl.min_horizontal(*(one.holds_on(then_on) for one in every)).alias("reach_then"),
        "reach_then_on",
        (other < pl.coalesce(measured, other + 1)).fill_null(False).alias("is_by_impressions"),
        pl.col("days_least").is_not_null().alias("is_by_days"),
        measured.is_not_null().alias("is_reach_current"),
    )
    return _with_posts_outside(told, platforms.outside_reach) if platforms.outside_reach else told


def _with_posts_outside(posts: pl.DataFrame, platforms: Sequence[str]) -> pl.DataFrame:
    """Posts of these platforms, such as letters, reached 0 accounts, on no day in particular."""
    inside = pl.when(~pl.col("platform").is_in(platforms))
    return posts.with_columns(
        inside.then("reach_least").alias("reach_least"),
        *(inside.then(name).otherwise(0).alias(name) for name in ("reach_upper", "reach_then")),
        *(inside.then(name).alias(name) for name in ("reach_upper_on", "reach_then_on")),
    )


def without_bounds(gains: pl.LazyFrame) -> pl.LazyFrame:
    """``gains`` with the columns :data:`OF_POSTS`, where nothing is known: reach is not added up over days."""
    return gains.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in OF_POSTS.items())
