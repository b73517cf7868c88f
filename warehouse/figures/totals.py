"""What readings add up to: pure functions from LazyFrame to LazyFrame.

No clock, no settings, no connection and no ``collect`` of the caller's data: days and zones are arguments.
Counts stay whole, unknown stays null, reach is never added up (see :mod:`warehouse.reach.bounds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

import polars as pl

from connectors.attendance import GATHERINGS
from connectors.contract import ADDITIVE, ENGAGEMENTS
from connectors.platform import Platforms
from warehouse.figures import ads_in_views
from warehouse.measures import ATTENDANCES, ZERO_WHERE_EMPTY
from warehouse.reach import bounds
from warehouse.readings import definition_changes
from warehouse.readings.definition_changes import Boundary
from warehouse.readings.latest import IS_OUTREACH, POST

STALE_AFTER = timedelta(days=14)

_STORED_AS = {f"{metric.name}_known": f"{metric.column}_known" for metric in ADDITIVE}
_BESIDE = {measure.column for measure in ATTENDANCES}
_STORED_ZEROS = tuple(_STORED_AS.get(column, column) for column in ZERO_WHERE_EMPTY if column not in _BESIDE)
IS_GATHERING = pl.col("kind").is_in([kind for kind in GATHERINGS if kind != "event"]).fill_null(False)
"""Whether a line of the log is of an event of a kind that is no outreach."""


def sum_known(column: str) -> pl.Expr:
    """The sum of what is known; null where nothing is (polars calls the sum of nulls 0, which would be a lie)."""
    value = pl.col(column)
    return pl.when(value.count() > 0).then(value.sum()).alias(column)


@cache  # to make some hundred expressions takes longer than to add up a small night's posts
def sums(platforms: Platforms) -> tuple[pl.Expr, ...]:
    """Aggregations of a group of posts: each additive metric and how many know it, and how many know engagements.

    Args:
        platforms: which of them report which engagements, of which ``kind`` of post.
    """
    engaged = pl.any_horizontal(pl.col(m).is_not_null() for m in ENGAGEMENTS)
    is_whole = pl.all_horizontal(pl.col(m).is_not_null() | _is_without(m, platforms) for m in ENGAGEMENTS)
    return (
        *(sum_known(m.column) for m in ADDITIVE),
        *(pl.col(m.column).count().cast(pl.Int64).alias(f"{m.column}_known") for m in ADDITIVE),
        engaged.sum().cast(pl.Int64).alias("engagements_known"),
        is_whole.sum().cast(pl.Int64).alias("engagements_whole"),
    )


def _is_without(metric: str, platforms: Platforms) -> pl.Expr:
    """Whether a post is one of which its platform does not report a metric."""
    without = platforms.without(metric)
    whole = pl.col("platform").is_in([name for name, kind in without if kind is None])
    some = ((pl.col("platform") == name) & (pl.col("kind") == kind).fill_null(False) for name, kind in without if kind)
    return pl.any_horizontal(whole, *some)


def engagements() -> pl.Expr:
    """``engagements`` of a row that holds :func:`sums`."""
    return pl.when(pl.col("engagements_known") > 0).then(pl.sum_horizontal(ENGAGEMENTS)).alias("engagements")


def with_counting_post(readings: pl.LazyFrame, attributions: pl.LazyFrame, post: Sequence[str] = POST) -> pl.LazyFrame:
    """One row per attributed post. The first row of each cross-post group is the one that counts.

    The posts of a group have the same readings (:mod:`warehouse.readings.crossposts`). One that is still there goes
    first.

    Args:
        readings: :func:`latest`'s rows with ``counts_as`` (the post as which a cross-post counts; null for itself), and
            ``gone_since`` and ``is_watched`` (:func:`warehouse.readings.gone.since`).
        attributions: ``platform, post_id`` and what makes groups; a post may stand in several.
        post: the columns that tell posts apart in both; ``counts_as`` is as the last of them.
    """
    posts = attributions.join(readings, on=post)
    together = posts.filter(pl.col("counts_as").is_not_null()).sort(
        pl.col("gone_since").is_not_null(), "gone_since", "post_id", descending=[False, True, False]
    )
    alone = posts.filter(pl.col("counts_as").is_null())  # nearly all, and any order of them will do
    return pl.concat([together, alone]).with_columns(pl.coalesce("counts_as", post[-1]).alias("counts_as"))


def once_in_each(posts: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """:func:`with_counting_post`'s rows, those of each group that count: one of the posts that count as one."""
    of_one = list(dict.fromkeys((*by, "platform", "counts_as")))
    return posts.filter(pl.struct(of_one).is_first_distinct())  # a fifth of what unique() takes


def group_totals(
    posts: pl.LazyFrame,
    by: Sequence[str],
    as_of: date,
    before: datetime,
    platforms: Platforms,
    accounts: pl.DataFrame | None = None,
    audience: bounds.Audience | None = None,
    changes: Sequence[Boundary] = (),
) -> pl.LazyFrame:
    """The totals of each group of posts, whatever the groups are; a post counts once in each.

    Args:
        posts: :func:`with_counting_post`'s rows, in their order, with the columns of ``by`` and of
            :data:`warehouse.reach.of_posts.OF_POSTS`.
        by: the columns that make a group.
        as_of, before: the day of the totals, and the instant at which it ends.
        platforms: whose views count ads, and which engagements they report.
        accounts, audience: what bounds reach beside the posts, as :func:`reach.bounds` takes it.
        changes: those of definitions by which ``posts`` are :func:`warehouse.readings.definition_changes.marked`.

    Returns:
        The columns of ``by`` and every measure but visits and those of events (:data:`warehouse.frames.TOTALS`).
    """
    posts = once_in_each(posts, by)
    last_fresh_day_starts = before - STALE_AFTER - timedelta(days=1)
    count = pl.len().cast(pl.Int64)
    online = (
        posts.filter(~IS_OUTREACH)
        .with_columns(ads_in_views.kind_of_views(platforms))
        .group_by(by)
        .agg(
            count.alias("posts"),
            (pl.col("last_read_at") < last_fresh_day_starts).sum().cast(pl.Int64).alias("stale"),
            *_of_group(platforms, tuple(changes)),
        )
        .with_columns(_beside_sums(tuple(changes)))
        .pipe(bounds.bounds, by, accounts, audience, as_of)
    )
    offline = posts.filter(IS_OUTREACH).group_by(by).agg((~IS_GATHERING).sum().cast(pl.Int64).alias("outreach"))
    return (
        online.join(offline, on=by, how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.lit(as_of).alias("as_of"), pl.col(_STORED_ZEROS).fill_null(0))
        .drop(["definitions_spanned"] if changes else [])
    )


@lru_cache(maxsize=8)  # nine tables of a night are made with the same
def _of_group(platforms: Platforms, changes: tuple[Boundary, ...]) -> tuple[pl.Expr, ...]:
    """Aggregations of a group of posts, outreach left out, whatever the day of its totals."""
    return (
        pl.when(pl.col("is_watched").any()).then(pl.col("gone_since").count().cast(pl.Int64)).alias("posts_gone"),
        pl.col("is_approximate").sum().cast(pl.Int64).alias("approximate"),
        pl.col("is_entered").sum().cast(pl.Int64).alias("entered"),
        pl.col("is_in_part").sum().cast(pl.Int64).alias("in_part"),
        *sums(platforms),
        *bounds.of_group(),
        ads_in_views.basis(),
        *definition_changes.spanned(changes),
        pl.col("read_from").min(),
        pl.col("read_to").max(),
        pl.col("read_until").max(),
    )


@lru_cache(maxsize=8)
def _beside_sums(changes: tuple[Boundary, ...]) -> tuple[pl.Expr, ...]:
    """What is made of a group's sums and of which changes of definitions it spans."""
    return (engagements(), *definition_changes.named(changes))
