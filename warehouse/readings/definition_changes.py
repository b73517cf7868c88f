"""Totals that add up what was counted by two definitions say so ("Definitions change" in docs/rules.md).

A total spans a change where, among its posts of that platform and kind that know that metric, something was counted
before it and something after: the earliest was published before, the newest reading in use of that metric is of after.
Of a metric that a platform gave up nothing is counted after; there a total spans the change where its posts were read
after it at all, since what it adds up stopped that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import polars as pl

from connectors.contract import METRIC, TIMESTAMP
from connectors.platform import Change, Platforms


class Boundary(NamedTuple):
    """A change of a definition, and the first instant at which it holds, in UTC without a zone."""

    change: Change
    at: datetime


def dated(platforms: Platforms) -> tuple[str, ...]:
    """The columns of metrics that some platform counts otherwise from a day on."""
    return tuple(sorted({METRIC[change.metric].column for change in platforms.changes if change.is_given}))


READ_AT = "_read_at"


def read_at(column: str) -> str:
    """The column that holds when a metric's reading in use was read."""
    return f"{column}{READ_AT}"


def is_about(change: Change) -> pl.Expr:
    """Whether a post is one that a change is about; a post of unknown kind may be of any."""
    is_theirs = pl.col("platform") == change.platform
    return is_theirs & pl.col("kind").is_in(change.kinds).fill_null(True) if change.kinds else is_theirs


def marked(posts: pl.LazyFrame, boundaries: Sequence[Boundary], *, is_gain: bool = False) -> pl.LazyFrame:
    """``posts`` with ``counted_before`` and ``counted_after``: a bit a boundary, for :func:`spanned`.

    Args:
        posts: the rows of :func:`warehouse.figures.totals.with_counting_post` with ``kind`` and ``published_at``. A
            post of unknown kind may be of any.
        boundaries: no more than an Int64 has bits.
        is_gain: the metrics are gains over periods. They count from the publication where that lies within their days
            (``is_published``), else from the reading that they are a difference to (``read_from``).
    """
    if not boundaries:
        return posts.with_columns(
            pl.lit(0, pl.Int64).alias("counted_before"), pl.lit(0, pl.Int64).alias("counted_after")
        )
    started = pl.coalesce("published_at", "read_from")
    if is_gain:
        baseline = pl.coalesce("read_from", pl.col("period_start").cast(TIMESTAMP))
        started = pl.when("is_published").then("published_at").otherwise(baseline)
    before, after = [], []
    for change, at in boundaries:
        column = METRIC[change.metric].column
        is_theirs = is_about(change)
        knows = is_theirs & pl.col(column).is_not_null()
        before.append(knows & (started < at))
        if not change.is_given:
            after.append(is_theirs & (pl.col("last_read_at") >= at))
        elif is_gain:  # what a source gives as a gain itself has no reading, and ends with its days
            after.append(knows & (pl.coalesce(read_at(column), pl.col("period_end").cast(TIMESTAMP)) >= at))
        else:
            after.append(knows & (pl.col(read_at(column)) >= at))
    return posts.with_columns(_bits(before).alias("counted_before"), _bits(after).alias("counted_after"))


def spanned(boundaries: Sequence[Boundary]) -> list[pl.Expr]:
    """Aggregations of a group of :func:`marked` posts, for :func:`named`."""
    if not boundaries:
        return []
    both = pl.col("counted_before").bitwise_or() & pl.col("counted_after").bitwise_or()
    return [both.alias("definitions_spanned")]


def named(boundaries: Sequence[Boundary]) -> list[pl.Expr]:
    """``definition_changes`` and ``definitions`` of rows that hold what :func:`spanned` gave."""
    if not boundaries:
        return [
            pl.lit(0, pl.Int64).alias("definition_changes"),
            pl.lit(None, pl.String).alias("definitions"),
        ]
    mask = pl.col("definitions_spanned")
    sentences = [
        pl.when(mask & (1 << bit) != 0).then(pl.lit(boundary.change.sentence))
        for bit, boundary in enumerate(boundaries)
    ]
    return [
        mask.bitwise_count_ones().cast(pl.Int64).alias("definition_changes"),
        pl.when(mask != 0).then(pl.concat_str(*sentences, separator="; ", ignore_nulls=True)).alias("definitions"),
    ]


def _bits(flags: Iterable[pl.Expr]) -> pl.Expr:
    """Flags as one number, the first as its lowest bit."""
    return pl.sum_horizontal(flag.fill_null(False).cast(pl.Int64) * (1 << bit) for bit, flag in enumerate(flags))


def table(platforms: Platforms) -> pl.DataFrame:
    """The published table: every change, with what counted before and what counts now."""
    return pl.DataFrame(
        [
            (*change[:3], ";".join(change.kinds) or None, change.before, change.now, change.source)
            for change in platforms.changes
        ],
        schema={"platform": pl.String, "metric": pl.String, "since": pl.Date, "kinds": pl.String}
        | dict.fromkeys(("before", "now", "source"), pl.String),
        orient="row",
    )
