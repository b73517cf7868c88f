"""Posts of campaigns beside the posts that their page published before, at the same age.

docs/rules.md: Compared with its own past.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from connectors.contract import METRIC
from warehouse.day import Day
from warehouse.readings.at_ages import PAST, READ, at_ages, comparable
from warehouse.readings.definition_changes import Boundary, is_about
from warehouse.readings.latest import POST

FEWEST = 10
"""Of fewer posts no median is told."""

_SERIES = ("platform", "account_id", "kind", "age_days", "metric", "definition")
"""What of two posts has to be the same for their figures to be compared."""


def of_day(day: Day) -> pl.DataFrame:
    """The rows of ``post_comparisons``, as of a day."""
    shown = day.readings.select(*POST, "counts_as").drop_nulls()
    posts = comparable(day.posts, day.attributed, day.first_published.join(shown, on=POST, how="semi").drop("kind"))
    beside = day.looked_at.of_ages.readings
    readings = pl.concat([day.every_reading.select(READ), beside]).filter(pl.col("observed_at") < day.before)
    told = at_ages(readings, posts).join(posts, on=POST)
    compared = with_medians(by_one_definition(told, day.changes).join(shown, on=POST, how="left"))
    return compared.join(day.attribution.taken, on=POST, how="semi").with_columns(as_of=pl.lit(day.as_of))


def by_one_definition(told: pl.DataFrame, changes: Sequence[Boundary]) -> pl.DataFrame:
    """Figures with the number of the ``definition`` they were counted by; without those counted by two."""
    definition, is_of_one = pl.lit(0, pl.Int64), pl.lit(value=True)
    for change, at in changes:
        is_theirs = is_about(change) & (pl.col("metric") == METRIC[change.metric].name)
        definition += (is_theirs & (pl.col("published_at") >= at)).cast(pl.Int64)
        is_of_one &= ~(is_theirs & (pl.col("published_at") < at) & (pl.col("read_at") >= at))
    return told.filter(is_of_one).with_columns(definition.alias("definition"))


def with_medians(told: pl.DataFrame) -> pl.DataFrame:
    """Figures beside those of the posts that the same page published in the time before.

    Args:
        told: :data:`warehouse.readings.at_ages.AT_AGES` with ``account_id, kind, published_at, definition``, and
            ``counts_as``, the post as which it counts. Of several on one page that count as one the first one stays.

    Returns:
        The columns of ``told`` with ``posts_compared``, ``median`` and ``times``, null where fewer than
        :data:`FEWEST` are compared, and ``is_approximate``.
    """
    one = told.sort("published_at", *POST).with_columns(pl.coalesce("counts_as", "post_id").alias("shows"))
    values, at, past = pl.col("value").cast(pl.Float64), "published_at", PAST
    is_rounded = (~pl.col("is_exact")).cast(pl.Int64)
    return (
        one.unique([*_SERIES, "shows"], keep="first", maintain_order=True)
        .with_columns(
            values.rolling_median_by(at, past, closed="left").over(_SERIES).alias("median"),
            pl.col("value").clip(1, 1).rolling_sum_by(at, past, closed="left").over(_SERIES).alias("posts_compared"),
            is_rounded.rolling_sum_by(at, past, closed="left").over(_SERIES).alias("rounded_before"),
        )
        .with_columns(pl.when(pl.col("posts_compared") >= FEWEST).then("median").alias("median"))
        .with_columns(
            pl.when(pl.col("median") > 0).then(pl.col("value") / pl.col("median")).alias("times"),
            (~pl.col("is_exact") | (pl.col("median").is_not_null() & (pl.col("rounded_before") > 0))).alias(
                "is_approximate"
            ),
        )
        .drop("shows", "rounded_before")
    )
