"""What posts' counters stood at some days after their publication, and which posts a page compares with.

docs/rules.md: Compared with its own past.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import polars as pl

from connectors.contract import HEADLINES, TIMESTAMP
from warehouse.readings.latest import IS_OUTREACH, POST

COMPARED = HEADLINES
"""The metrics that are compared."""
PAST = timedelta(days=365)
"""A post is compared with those that its page published in so long a time before it."""


class Age(NamedTuple):
    """An age in days, and the ages between which its reading lies, the last one not included."""

    days: int
    opens: timedelta
    closes: timedelta


def _age(days: int) -> Age:
    """Nights read a post once in 24 hours, and older posts every third or seventh night: so late a reading may come."""
    opens = timedelta(days=days)
    return Age(days, opens, opens + max(timedelta(hours=30), opens / 4))


AGES = tuple(map(_age, (1, 7, 28)))

AT_AGES: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(POST, pl.String), "age_days": pl.Int64, "metric": pl.String, "value": pl.Int64,
    "is_exact": pl.Boolean, "read_at": TIMESTAMP,
}  # fmt: skip
"""What :func:`at_ages` returns, by column and type."""

READ = (*POST, "observed_at", "observed_until", *COMPARED, "rounded", "is_measured")
"""What is looked at of a reading."""


def comparable(posts: pl.DataFrame, attributed: pl.DataFrame, shown_before: pl.DataFrame) -> pl.DataFrame:
    """The posts that comparisons of attributed posts are made of: those, and their pages' posts of the time before.

    Args:
        posts: ``platform, post_id, account_id, kind, published_at``, a row a post.
        attributed: the posts of campaigns, with the same columns.
        shown_before: ``platform, post_id, published_at``, since when what a post shows can be seen, where that may be
            before it was published.

    Returns:
        ``platform, post_id, account_id, kind, published_at``, all of them known.
    """
    page, columns = ["platform", "account_id"], [*POST, "account_id", "kind", "published_at"]
    is_compared = ~IS_OUTREACH & (pl.col("kind") != "page")

    def dated(rows: pl.DataFrame) -> pl.DataFrame:
        shown = rows.select(columns).filter(is_compared).drop_nulls()
        return shown if shown_before.is_empty() else shown.update(shown_before, on=POST)

    pages = dated(attributed).group_by(page).agg(pl.col("published_at").min().alias("first"))
    return dated(posts).join(pages, on=page).filter(pl.col("published_at") >= pl.col("first") - PAST).drop("first")


def at_ages(readings: pl.LazyFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Each metric's first known reading at each of :data:`AGES`; a reading of which the day is not known is none.

    Of two readings of one instant the exact one counts, then the larger, then the measured one.

    Args:
        readings: the columns :data:`READ`; the same reading may stand in it twice.
        posts: ``platform, post_id, published_at``.

    Returns:
        :data:`AT_AGES`.
    """
    if posts.is_empty():
        return pl.DataFrame(schema=AT_AGES)
    first, last = (posts.select(at).item() for at in (pl.col("published_at").min(), pl.col("published_at").max()))
    in_time = pl.col("observed_at").is_between(first + AGES[0].opens, last + AGES[-1].closes)  # most are of no age
    key = [*POST, "age_days"]
    of_an_age = (
        readings.filter(in_time, pl.col("observed_until").is_null())
        .join(posts.lazy().select(*POST, "published_at"), on=POST)
        .with_columns(_age_days(pl.col("observed_at") - pl.col("published_at")).alias("age_days"))
        .drop_nulls("age_days")
    )
    return (
        of_an_age.unpivot(list(COMPARED), index=[*key, "observed_at", "rounded", "is_measured"], variable_name="metric")
        .drop_nulls("value")
        .with_columns((~pl.col("rounded").list.contains(pl.col("metric"))).fill_null(True).alias("is_exact"))
        .sort("observed_at", ~pl.col("is_exact"), -pl.col("value"), ~pl.col("is_measured"))
        .unique([*key, "metric"], keep="first", maintain_order=True)
        .select(*key, "metric", "value", "is_exact", pl.col("observed_at").alias("read_at"))
        .collect()
    )


def _age_days(old: pl.Expr) -> pl.Expr:
    """The age that a reading is of, by how old its post was; null where it is of none."""
    return pl.coalesce(
        pl.when(old.is_between(age.opens, age.closes, closed="left")).then(pl.lit(age.days, pl.Int64)) for age in AGES
    )
