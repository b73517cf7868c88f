"""Posts of several pages that show one video's own figures, and count once.

docs/rules.md: One post, one vote.

Each page's export is then a reading of one and the same video: whichever was read last tells of all of them.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from connectors.contract import METRIC_COLUMNS
from warehouse.readings.latest import POST, day_of, latest

_SHARED = {"platform": pl.String, "post_id": pl.String, "counts_as": pl.String}


def shared(readings: pl.LazyFrame, posts: pl.DataFrame, before: datetime, zone: str) -> pl.DataFrame:
    """Posts whose figures are one video's own, and the post as which they count.

    Two pages' rows that share a video id, or that both are marked as cross-posts and say the same text, show one
    video's own figures where all metrics that both know are equal, and not all of them 0, on the last day on which
    they both know at least four. What one page shows with a second, and that with a third, all three show.

    Args:
        readings: each post's own, as :func:`warehouse.readings.lifetime.readings` returns them.
        posts: ``platform, post_id, account_id, video_id, is_crosspost, text``, a row a post.
        before: nothing that was read from then on is looked at.
        zone: the reporting zone, whose days are compared.

    Returns:
        ``platform, post_id, counts_as``: only posts that count as one with another.
    """
    shown = _marked(posts)
    if not shown.height:  # so it is on nearly every night, and then no reading is looked at
        return pl.DataFrame(schema=_SHARED)
    candidates = readings.join(shown.select(POST).unique().lazy(), on=POST, how="semi")
    daily = latest(candidates.with_columns(day_of(pl.col("observed_at"), zone).alias("day")), before, ["day"])
    seen = daily.select(*POST, "day", *METRIC_COLUMNS).join(shown.lazy(), on=POST)
    pairs = seen.join(seen, on=["platform", "mark", "shared", "day"], suffix="_other").filter(
        (pl.col("post_id") < pl.col("post_id_other")) & pl.col("account_id").ne_missing(pl.col("account_id_other"))
    )
    both = [pl.col(m).is_not_null() & pl.col(f"{m}_other").is_not_null() for m in METRIC_COLUMNS]
    telling = pairs.filter(pl.sum_horizontal(both) >= 4)
    same = telling.filter(pl.col("day") == pl.col("day").max().over("platform", "post_id", "post_id_other")).filter(
        pl.all_horizontal((pl.col(m) == pl.col(f"{m}_other")).fill_null(True) for m in METRIC_COLUMNS)
        & pl.any_horizontal((pl.col(m) > 0) & pl.col(f"{m}_other").is_not_null() for m in METRIC_COLUMNS)
    )
    return _joined(same.select(*POST, "post_id_other").unique().collect())


def candidates(posts: pl.DataFrame) -> pl.DataFrame:
    """The posts that may show another one's figures, of which :func:`shared` reads every day: ``platform, post_id``."""
    return _marked(posts).select(POST).unique()


def _marked(posts: pl.DataFrame) -> pl.DataFrame:
    """Posts of several pages that share a mark: ``platform, post_id, account_id, mark, shared``."""
    text = pl.when(pl.col("is_crosspost")).then(pl.col("text"))
    return pl.concat(
        posts.select(*POST, "account_id", pl.lit(name).alias("mark"), mark.alias("shared"))
        .drop_nulls("shared")
        .filter(pl.col("account_id").n_unique().over("platform", "shared") > 1)
        for name, mark in (("video_id", pl.col("video_id")), ("text", text))
    )


def _joined(pairs: pl.DataFrame) -> pl.DataFrame:
    """Posts that hang together by pairs, each with the first of them."""
    first: dict[tuple[str, str], str] = {}

    def root(platform: str, post: str) -> str:
        while (above := first.get((platform, post), post)) != post:
            post = above
        return post

    for platform, one, other in pairs.sort(pairs.columns).iter_rows():
        low, high = sorted((root(platform, one), root(platform, other)))
        first |= {(platform, low): low, (platform, high): low}
    rows = [(platform, post, root(platform, post)) for platform, post in sorted(first)]
    return pl.DataFrame(rows, schema=_SHARED, orient="row")


def read_together(observations: pl.LazyFrame, together: pl.DataFrame) -> pl.LazyFrame:
    """Observations in which what was read of one page's post is a reading of every post that counts as one with it.

    ``together`` is :func:`shared`'s frame. ``read_as`` is the post whose row it is, where that is another one.
    """
    others = (
        together.join(together, on=["platform", "counts_as"], suffix="_shown")
        .filter(pl.col("post_id") != pl.col("post_id_shown"))
        .select(*POST, "post_id_shown")
    )
    copies = (
        observations.join(others.lazy(), on=POST)
        .with_columns(pl.col("post_id_shown").alias("post_id"), pl.col("post_id").alias("read_as"))
        .drop("post_id_shown")
    )
    alone = read_alone(observations)
    return pl.concat([alone, copies.select(alone.collect_schema().names())])


def read_alone(observations: pl.LazyFrame) -> pl.LazyFrame:
    """Observations each of which is a reading of its own post: ``read_as`` is null."""
    return observations.with_columns(pl.lit(None, pl.String).alias("read_as"))


def born(posts: pl.DataFrame, together: pl.DataFrame) -> pl.DataFrame:
    """``platform, post_id, published_at, kind``: when what a post shows was first published, on whichever page."""
    return (
        posts.select(*POST, "published_at", "kind")
        .join(together, on=POST, how="left")
        .with_columns(pl.col("published_at").min().over("platform", pl.coalesce("counts_as", "post_id")))
        .drop("counts_as")
    )
