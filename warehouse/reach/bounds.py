"""What may be said about unique accounts: bounds, never a sum called reach.

docs/rules.md: Reach is not added up.

Each post's reach is the size of a set of accounts: those that had seen it when it was last read. Of the union of
these sets only this is true: it holds at least as many accounts as the largest of them, and at most as many as all
of them together (Boole's inequality; both ends occur). A post without reach takes the upper bound away, unless its
platform's impressions count every display: then no more accounts saw it than it has impressions. What accounts' own
figures add is in :mod:`warehouse.reach.of_groups`. Bounds count accounts, not people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from warehouse.readings.latest import IS_OUTREACH


class Audience(NamedTuple):
    """A closed list, such as members: nobody outside it can have been reached, unless a post reached more."""

    size: int
    is_refuted: bool


def audience(size: int | None, posts: pl.DataFrame) -> Audience | None:
    """The plan's audience size, and whether one of the project's posts reached more accounts.

    A single post above it proves that the list is not closed: then it bounds nothing, in no total.
    """
    if size is None:
        return None
    above = posts.filter(~IS_OUTREACH & (pl.col("reach_least") > size))
    return Audience(size, above.height > 0)


def of_group() -> tuple[pl.Expr, ...]:
    """Aggregations of a group of posts, outreach left out, for :func:`bounds`: what the posts alone say.

    The rows have ``reach``, and the columns of :data:`warehouse.reach.of_posts.OF_POSTS`.
    """
    upper, then = pl.col("reach_upper"), pl.col("reach_then")
    is_any_inside = (upper.is_null() | pl.col("reach_upper_on").is_not_null()).any()  # and not letters alone
    return (
        pl.col("reach").is_not_null().sum().cast(pl.Int64).alias("reach_known"),
        pl.col("reach_least").max().alias("_largest"),
        pl.when(is_any_inside).then(upper.sum()).alias("_sum"),
        upper.is_null().sum().cast(pl.Int64).alias("_missing"),
        pl.col("is_by_impressions").sum().cast(pl.Int64).alias("_by_impressions"),
        pl.col("is_by_days").sum().cast(pl.Int64).alias("_by_days"),
        pl.col("reach_upper_on").min().alias("_on"),
        (upper.is_null() & then.is_not_null()).sum().cast(pl.Int64).alias("_outdated"),
        pl.when(then.is_not_null().all() & is_any_inside).then(then.sum()).alias("_then"),
        pl.col("reach_then_on").min().alias("_then_on"),
    )


_OF_GROUP = ("_largest", "_sum", "_missing", "_by_impressions", "_by_days", "_on", "_outdated", "_then", "_then_on")


OF_ACCOUNTS = {
    "least": pl.Int64,
    "change": pl.Int64,
    "bounded": pl.Int64,
    "least_words": pl.String,
    "most_words": pl.String,
    "dropped_words": pl.String,
}
"""What accounts' own figures say of a group: accounts that it reached at the least; by how much they change the sum of
what posts know; how many posts without reach they bound; and the same in words."""


def bounds(
    groups: pl.LazyFrame,
    by: Sequence[str],
    accounts: pl.DataFrame | None = None,
    audience: Audience | None = None,
    as_of: date | None = None,
) -> pl.LazyFrame:
    """The bounds of reach of groups that have the columns of :func:`of_group`, and on what and which day they rest.

    ``reach_at_least`` is null where no post and no account figure knows its reach. ``reach_at_most`` is null where one
    post has neither reach nor impressions that count every display, as new as its other figures, and neither its
    account's own figure nor the audience bounds it. They never cross: of figures that contradict each other none is
    used. ``reach_at_most`` holds by the end of ``reach_on``; where it is null, ``reach_at_most_then`` is the last that
    did.

    Args:
        groups: a row a group.
        by: the columns that make a group.
        accounts: the columns of ``by`` and of :data:`OF_ACCOUNTS`, for groups in which accounts' own figures count.
        audience: the plan's closed list, if it has one.
        as_of: the day of the totals, on which a closed list holds.
    """
    if accounts is None:
        groups = groups.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in OF_ACCOUNTS.items())
    else:
        groups = groups.join(accounts.lazy(), on=by, how="left", nulls_equal=True)
    for columns in _steps(audience, as_of):
        groups = groups.with_columns(columns)
    return groups.drop(*OF_ACCOUNTS, *_OF_GROUP, "_unbounded", "_total", "_inside", "_size", "_is_capped")


@lru_cache(maxsize=8)  # nine tables of a night are made with the same
def _steps(audience: Audience | None, as_of: date | None) -> tuple[tuple[pl.Expr, ...], ...]:
    """The columns that :func:`bounds` adds, those of each step made of the ones before."""
    missing = pl.col("_missing") - pl.col("bounded").fill_null(0)  # neither a post nor its account knows of them
    total = pl.when(pl.col("_unbounded") == 0).then(pl.col("_sum") + pl.col("change").fill_null(0))
    inside = pl.when(pl.col("least") <= pl.coalesce("_total", "least")).then("least")
    size = pl.lit(audience.size if audience and not audience.is_refuted else None, pl.Int64)
    reach_on = (
        pl.when(pl.col("reach_at_most_then").is_not_null())
        .then("_then_on")
        .when("_is_capped")
        .then(pl.lit(as_of, pl.Date))
        .when(pl.col("reach_at_most").is_not_null())
        .then("_on")
    )
    is_known = pl.any_horizontal(pl.col("reach_at_least", "reach_at_most", "reach_at_most_then").is_not_null())
    words = [_least_words(), _most_words(), *_dropped_words(has_audience=audience is not None)]
    return (
        (missing.alias("_unbounded"),),
        (total.alias("_total"), pl.min_horizontal("_outdated", "_unbounded").alias("_outdated")),
        (inside.alias("_inside"),),
        (pl.max_horizontal("_largest", "_inside").alias("reach_at_least"),),
        # The column goes first: polars 2.1 fails on a literal before one that holds the same in each row.
        (pl.when(pl.col("reach_at_least").fill_null(0) <= size).then(size).alias("_size"),),
        (
            pl.min_horizontal("_total", "_size").alias("reach_at_most"),
            (pl.col("_size") < pl.coalesce("_total", pl.col("_size") + 1)).fill_null(False).alias("_is_capped"),
        ),
        (pl.when(pl.col("reach_at_most").is_null()).then("_then").alias("reach_at_most_then"),),
        (reach_on.alias("reach_on"),),
        (pl.when(is_known).then(pl.concat_str(*words, separator="; ", ignore_nulls=True)).alias("reach_basis"),),
    )


def upper_as_told(row: Mapping[str, Any], newest: date | None) -> tuple[int | None, int | None]:
    """The upper bound that holds on the day of a published total's newest figures, else the last, of ``reach_on``.

    A report that was frozen by an older version has no ``reach_on``; its bound is told as it was.
    """
    most, on = row["reach_at_most"], row.get("reach_on")
    if most is not None and on is not None and newest is not None and on < newest:
        return None, most
    return most, row.get("reach_at_most_then")


def _least_words() -> pl.Expr:
    """On what ``reach_at_least`` rests."""
    posts_known = pl.format(
        "known: {}{}",
        "reach_known",
        pl.when(pl.col("_by_days") > 0).then(pl.format(", by days only: {}", "_by_days")).otherwise(pl.lit("")),
    )
    is_by_account = pl.col("_inside").is_not_null() & (pl.col("_inside") > pl.col("_largest").fill_null(-1))
    return (
        pl.when(is_by_account)
        .then(pl.format("at least: {} (post reach {})", pl.col("least_words"), posts_known))
        .when(pl.col("_largest").is_not_null())
        .then(pl.format("at least: the largest post reach ({})", posts_known))
    )


def _most_words() -> pl.Expr:
    """On what ``reach_at_most`` rests, or why it is not known."""
    missing, outdated, by_impressions = (pl.col(name) for name in ("_unbounded", "_outdated", "_by_impressions"))
    is_capped = pl.col("_is_capped")
    reasons = pl.concat_str(
        pl.when(missing > outdated).then(pl.format("posts without reach: {}", missing - outdated)),
        pl.when(outdated > 0).then(pl.format("posts whose other figures are newer than their reach: {}", outdated)),
        separator=", ",
        ignore_nulls=True,
    )
    then = pl.format("; by the end of {} at most {}", "reach_on", "reach_at_most_then").fill_null("")
    return (
        pl.when(is_capped & (missing > 0))
        .then(pl.format("at most: the audience size of the plan (posts without reach: {})", missing))
        .when(is_capped)
        .then(pl.lit("at most: the audience size of the plan"))
        .when(missing > 0)
        .then(pl.format("at most: not known ({}){}", reasons, then))
        .otherwise(
            pl.concat_str(
                pl.when(by_impressions == 0)
                .then(pl.lit("at most: their sum"))
                .otherwise(
                    pl.format("at most: their sum, and impressions where reach is missing ({})", by_impressions)
                ),
                pl.col("most_words"),
                separator=", but ",
                ignore_nulls=True,
            )
        )
    )


def _dropped_words(*, has_audience: bool) -> tuple[pl.Expr, ...]:
    """Which figures are not used, since others contradict them."""
    return (
        pl.col("dropped_words"),
        pl.when(pl.col("_inside").is_null() & pl.col("least").is_not_null()).then(
            pl.format("left out: {}, which is above the upper bound", pl.col("least_words"))
        ),
        pl.when(pl.lit(has_audience) & pl.col("_size").is_null()).then(
            pl.lit("left out: the audience size of the plan, since more accounts were reached")
        ),
    )
