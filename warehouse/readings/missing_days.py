"""Days of websites that no file and no answer holds, between days that were read.

docs/rules.md: Lifetime counters.

A page's total is the sum of the days that were read. A page is listed on days on which somebody saw it, so that a day
on which another page of its site was read counts 0. A day of which nothing was read of the site is missing.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from connectors.contract import ADDITIVE
from warehouse.readings.latest import POST, day_of

SITE = ("platform", "account_id")

_MISSING = {**dict.fromkeys(SITE, pl.String), **dict.fromkeys(("first_day", "last_day"), pl.Date)}


def of_sites(observations: pl.LazyFrame, posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The spans of missing days of each site: ``platform, account_id, first_day, last_day``.

    A load with single days holds every day between its first and its last one; one with longer periods holds these.

    Args:
        observations: the contract's observations with ``load_id``.
        posts: ``platform, post_id, account_id, kind``, a row a post.
        as_of: the last day that counts.
    """
    pages = posts.filter(pl.col("kind") == "page").select(*POST, "account_id")
    if not pages.height:
        return pl.DataFrame(schema=_MISSING)
    is_day = pl.col("period_start") == pl.col("period_end")
    spans = (
        observations.filter(pl.col("period_end") <= as_of)
        .filter(pl.any_horizontal(pl.col(m.column).is_not_null() for m in ADDITIVE))
        .join(pages.lazy(), on=POST)
        .group_by(*SITE, "load_id", pl.when(is_day).then(None).otherwise("period_start").alias("longer"), "period_end")
        .agg(pl.col("period_start").min())
        .group_by(*SITE, "load_id", "longer", pl.when(pl.col("longer").is_not_null()).then("period_end").alias("until"))
        .agg(pl.col("period_start").min().alias("first"), pl.col("period_end").max().alias("last"))
        .sort(*SITE, "first", "last")
        .with_columns(pl.col("last").cum_max().shift(1).over(SITE).alias("read_until"))
    )
    day = pl.duration(days=1)
    return (
        spans.filter(pl.col("first") > pl.col("read_until") + day)
        .select(*SITE, (pl.col("read_until") + day).alias("first_day"), (pl.col("first") - day).alias("last_day"))
        .collect()
    )


def of_pages(missing: pl.DataFrame, observations: pl.LazyFrame, posts: pl.DataFrame, zone: str) -> pl.DataFrame:
    """The missing days of each page that was read before them: ``platform, post_id, first_day, last_day``.

    Args:
        missing: :func:`of_sites`' rows.
        observations, posts: as there; ``posts`` with ``published_at``.
        zone: the reporting zone, in which a page was published on a day.
    """
    published_on = day_of(pl.col("published_at"), zone)
    pages = (
        posts.filter(pl.col("kind") == "page")
        .select(*POST, "account_id", published_on.alias("published_on"))
        .join(missing, on=SITE)
        .filter((pl.col("last_day") >= pl.col("published_on")).fill_null(True))
    )
    began = observations.join(pages.lazy(), on=POST, how="semi").group_by(POST).agg(pl.col("period_start").min())
    return (
        pages.lazy()
        .join(began, on=POST)
        .filter(pl.col("period_start") < pl.col("first_day"))
        .select(*POST, "first_day", "last_day")
        .collect()
    )


def counting(missing: pl.DataFrame, of_pages: pl.DataFrame, posts: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """``missing`` of the sites of which a page that lacks these days is among ``taken``.

    Args:
        missing, of_pages: :func:`of_sites`' and :func:`of_pages`' rows.
        posts: ``platform, post_id, account_id``.
        taken: ``platform, post_id``.
    """
    sites = of_pages.join(taken, on=POST, how="semi").join(posts.select(*POST, "account_id"), on=POST)
    return missing.join(sites, on=[*SITE, "first_day", "last_day"], how="semi").sort(*SITE, "first_day")


def sentences(missing: pl.DataFrame) -> list[str]:
    """What is said of the missing days of sites, a line each, with the mend."""
    return [
        f"{platform}:{site}: nothing was read of {_days(first, last)}, so that the figures of its pages lack "
        f"{'that day' if first == last else 'these days'} and are at least what is shown; load an export of "
        f"{'that day' if first == last else 'these days'}."
        for platform, site, first, last in missing.select(*SITE, "first_day", "last_day").iter_rows()
    ]


def _days(first: date, last: date) -> str:
    return str(first) if first == last else f"{first} to {last}"
