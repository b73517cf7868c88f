"""How many accounts each post reached at the least and at the most, by its own figures.

docs/rules.md: Reach is not added up.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from connectors.platform import Platforms
from warehouse.reach.bounds import intervals
from warehouse.reach.of_days import OF_DAYS
from warehouse.readings.latest import POST

OF_POSTS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "reach_least": pl.Int64,
    "reach_upper": pl.Int64,
    "is_by_impressions": pl.Boolean,
    "is_by_days": pl.Boolean,
}
"""What a post's own figures say of the accounts that it reached: the least and the most, and whether the most is a
number of displays, or the least is told by days."""


def with_bounds(readings: pl.DataFrame, platforms: Platforms, days: pl.DataFrame | None = None) -> pl.DataFrame:
    """``readings`` with the columns :data:`OF_POSTS`.

    Args:
        readings: ``platform, post_id, reach, impressions``, whether each is exact, a row a post.
        platforms: whose impressions count every display.
        days: :func:`warehouse.reach.of_days.of_days`' rows; the reach of their posts is null in ``readings``.
    """
    told = readings.join(pl.DataFrame(schema=OF_DAYS) if days is None else days, on=list(POST), how="left")
    reach = pl.col("reach")
    least, most = intervals(reach, pl.col("reach_exact").fill_null(True))
    _, displays = intervals(pl.col("impressions"), pl.col("impressions_exact").fill_null(True))
    every_display = pl.when(pl.col("platform").is_in(platforms.counting_every_display)).then(displays)
    is_by_impressions = (
        reach.is_null() & every_display.is_not_null() & (every_display < pl.coalesce("days_most", every_display + 1))
    )
    return told.with_columns(
        pl.coalesce(least, "days_least").alias("reach_least"),
        pl.when(is_by_impressions).then(every_display).otherwise(pl.coalesce(most, "days_most")).alias("reach_upper"),
        is_by_impressions.alias("is_by_impressions"),
        pl.col("days_least").is_not_null().alias("is_by_days"),
    ).drop("days_least", "days_most", "days_end")


def without_bounds(gains: pl.LazyFrame) -> pl.LazyFrame:
    """``gains`` with the columns :data:`OF_POSTS`, where nothing is known: reach is not added up over days."""
    return gains.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in OF_POSTS.items())
