"""What may be said about unique accounts: bounds, never a sum called reach (rule 2).

Each post's reach is the size of a set of accounts. Of the union of these sets only this is true:
it holds at least as many accounts as the largest of them, and at most as many as all of them together
(Boole's inequality; both ends occur). A post without reach takes the upper bound away, unless its
platform's impressions count every display: then no more accounts saw it than it has impressions.
Bounds count accounts, not people.
"""

from __future__ import annotations

import polars as pl

from connectors.contract import IMPRESSIONS_COUNT_EVERY_DISPLAY


def intervals(reach: pl.Expr, is_exact: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The least and the most that a printed reach can stand for.

    Platforms round or cut: ``3.5K`` stands for 3,450 to 3,599, so a rounded figure may lack up to one
    step of its last printed digit and exceed by half of one.
    """
    step = pl.lit(1, pl.Int64)
    for digits in range(1, 10):
        step = pl.when((reach > 0) & (reach % 10**digits == 0)).then(pl.lit(10**digits, pl.Int64)).otherwise(step)
    least = pl.when(is_exact).then(reach).otherwise(reach - step // 2)
    most = pl.when(is_exact).then(reach).otherwise(reach + step)
    return least, most


def of_posts() -> list[pl.Expr]:
    """Columns of a post for :func:`bounds`: the least and the most accounts that can have seen it.

    A post has ``platform``, ``reach``, ``reach_exact`` and ``impressions``.
    """
    reach, displays = pl.col("reach"), pl.col("impressions")
    least, most = intervals(reach, pl.col("reach_exact").fill_null(True))
    is_by_impressions = (
        reach.is_null() & displays.is_not_null() & pl.col("platform").is_in(IMPRESSIONS_COUNT_EVERY_DISPLAY)
    )
    return [
        least.alias("reach_least"),
        pl.when(is_by_impressions).then(displays).otherwise(most).alias("reach_upper"),
        is_by_impressions.alias("is_by_impressions"),
    ]


def bounds() -> list[pl.Expr]:
    """Aggregations of a group of posts: ``reach_at_least``, ``reach_at_most``, ``reach_known``, ``reach_basis``.

    The group's rows are posts (outreach left out) with ``reach``, and ``reach_least``, ``reach_upper`` and
    ``is_by_impressions`` of :func:`of_posts`. ``reach_at_least`` is null where no post knows its reach,
    ``reach_at_most`` where one post has neither reach nor impressions that count every display.
    """
    upper = pl.col("reach_upper")
    known = pl.col("reach").is_not_null().sum().cast(pl.Int64)
    by_impressions = pl.col("is_by_impressions").sum().cast(pl.Int64)
    missing = upper.is_null().sum().cast(pl.Int64)
    has_upper = (missing == 0) & (pl.len() > 0)
    return [
        pl.col("reach_least").max().alias("reach_at_least"),
        pl.when(has_upper).then(upper.sum()).alias("reach_at_most"),
        known.alias("reach_known"),
        pl.when(known > 0)
        .then(
            pl.format(
                "at least: the largest post reach (known: {}); at most: {}",
                known,
                pl.when(has_upper & (by_impressions > 0))
                .then(pl.format("their sum, and impressions where reach is missing ({})", by_impressions))
                .when(has_upper)
                .then(pl.lit("their sum"))
                .otherwise(pl.format("not known (posts without reach: {})", missing)),
            )
        )
        .alias("reach_basis"),
    ]
