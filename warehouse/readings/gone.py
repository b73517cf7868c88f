"""Posts that are gone from their platform: it says so, or a later list of its account's posts leaves them out.

A list that leaves posts out tells only where it is whole for its account and days: an API's pull that came to its end,
or an export whose name says which days it has every post of. One that lacks more than it has, or a kind of post
altogether, was filtered, or lost a permission, and tells nothing. Stories are gone after a day, and pages of a site
are only listed while they are visited: of those nothing is said.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from connectors.contract import TIMESTAMP
from connectors.platform import Platforms
from warehouse.readings.latest import POST, day_of

_ACCOUNT = ["platform", "account_id"]
_EVER = datetime(1970, 1, 1)
_TELLS = (pl.col("grade") == "api") | pl.col("lists_from").is_not_null()
_LAST_INSTANT = pl.coalesce("observed_until", "observed_at")
"""What a load has was there at the last instant at which it can have been read; only a list of later lacks it."""
_GONE = {"platform": pl.String, "post_id": pl.String, "gone_since": pl.Date, "is_watched": pl.Boolean}


def since(
    described: pl.LazyFrame,
    lists: pl.DataFrame,
    posts: pl.DataFrame,
    loads: pl.DataFrame,
    before: datetime,
    zone: str,
    platforms: Platforms,
) -> pl.DataFrame:
    """Since when posts are gone, as of an instant, where something tells.

    Args:
        described: each time that a load in use described a post, or the last of those that say the same:
            ``load_id, platform, post_id, is_gone, observed_at``.
        lists: :func:`lists_of`' rows.
        posts: a row a post: ``platform, post_id, account_id, kind, published_at``.
        loads: ``load_id, grade, connector, observed_at, observed_until``.
        before: nothing that was seen from then on is looked at.
        zone: the reporting zone, whose days the result names.
        platforms: whose lists are whole.

    Returns:
        ``platform, post_id, gone_since, is_watched``: a row a post that something tells of; ``gone_since`` is null
        where it is still there.
    """
    telling = loads.filter(_TELLS)
    if not telling.height:
        return pl.DataFrame(schema=_GONE)
    rows = (
        described.filter(pl.col("observed_at") < before)
        .select("load_id", *POST, "is_gone", "observed_at")
        .collect()
        .join(listable(posts, platforms), on=POST)
    )
    reported_gone = rows.filter("is_gone").select(*POST, pl.col("observed_at").alias("gone_at"))
    if not reported_gone.height and not lists.height:
        return pl.DataFrame(schema=_GONE)
    there = _there(rows, loads)
    last = there.group_by(*POST, "account_id", "kind", "published_at").agg(
        pl.col("observed_at").max().alias("last_seen_at")
    )
    # An API lists what it listed before, an export what exports did: advertisements, for one, are in either only.
    listed_by = there.select(*POST, "connector", "grade").unique()
    missing = pl.concat([reported_gone, _missing(last.join(listed_by, on=POST), lists)])
    watched = _covered(last, lists).select(POST)
    gone = (
        missing.join(last.select(*POST, "last_seen_at"), on=POST, how="left")
        .filter(pl.col("last_seen_at").is_null() | (pl.col("gone_at") > pl.col("last_seen_at")))
        .group_by(POST)
        .agg(pl.col("gone_at").min())
    )
    return (
        pl.concat([watched, gone.select(POST)])
        .unique()
        .join(gone, on=POST, how="left")
        .select(*POST, day_of(pl.col("gone_at"), zone).alias("gone_since"), pl.lit(True).alias("is_watched"))
    )


def _there(rows: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """Each time that a source, and no person, had a post. A pull asks for minutes: all was there when it ended."""
    seen = loads.select("load_id", "grade", "connector", _LAST_INSTANT.alias("observed_at"))
    there = rows.filter(pl.col("is_gone").is_null()).drop("observed_at").join(seen, on="load_id")
    return there.filter(pl.col("grade") != "entered")


def lists_of(
    listed: pl.DataFrame, posts: pl.DataFrame, loads: pl.DataFrame, before: datetime, platforms: Platforms
) -> pl.DataFrame:
    """What lists every post of an account and some days of publication: one row a load and account.

    Args:
        listed: the posts that such loads name: ``load_id, platform, post_id``.
        posts, before, platforms: as for :func:`since`.
        loads: ``load_id, grade, connector, observed_at, observed_until, asked_since, is_whole, lists_from, lists_to``.

    Returns:
        ``platform, account_id, load_id, connector, grade, observed_at, listed_until``, the instants of publication
        between which it lists (``opens_at``, ``closes_at``), how many posts it has, and which ``kinds`` of them.
    """
    rows = listed.join(listable(posts, platforms), on=POST)
    seen = loads.filter(pl.col("observed_at") < before)
    api = seen.filter((pl.col("grade") == "api") & pl.col("is_whole")).select(
        "load_id", "connector", "grade", "observed_at", _LAST_INSTANT.alias("listed_until"),
        pl.col("asked_since").fill_null(_EVER).alias("opens_at"),
        pl.col("observed_at").alias("closes_at"),
    )  # fmt: skip
    # The source's days are not the reporting zone's: a day at either end is left out.
    exports = seen.drop_nulls(["lists_from", "lists_to"]).select(
        "load_id", "connector", "grade", "observed_at", _LAST_INSTANT.alias("listed_until"),
        (pl.col("lists_from") + pl.duration(days=1)).cast(TIMESTAMP).alias("opens_at"),
        pl.min_horizontal(pl.col("lists_to").cast(TIMESTAMP), "observed_at").alias("closes_at"),
    )  # fmt: skip
    lists = pl.concat([api, exports])
    inside = (pl.col("published_at") >= pl.col("opens_at")) & (pl.col("published_at") < pl.col("closes_at"))
    return (
        rows.join(lists, on="load_id")
        .filter(inside)
        .drop_nulls("account_id")
        .group_by(*_ACCOUNT, *lists.columns)
        .agg(pl.col("post_id").n_unique().cast(pl.Int64).alias("has"), pl.col("kind").unique().alias("kinds"))
        # Whose list it is: an export also has posts that others published with the account.
        .filter((pl.col("has") == pl.col("has").max().over("load_id")) | (pl.col("grade") == "api"))
    )


def listable(posts: pl.DataFrame, platforms: Platforms) -> pl.DataFrame:
    """The posts of which a whole list says something: ``platform, post_id, account_id, kind, published_at``."""
    return posts.select(*POST, "account_id", "kind", "published_at").filter(
        ~pl.col("platform").is_in(platforms.without_whole_lists) & pl.col("kind").ne_missing("story")
    )


def _covered(posts: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """Posts that a list seen no earlier than they were last seen would have."""
    spans = lists.group_by(_ACCOUNT).agg(
        pl.col("opens_at").min(), pl.col("closes_at").max(), pl.col("listed_until").max().alias("listed_at")
    )
    return posts.join(spans, on=_ACCOUNT).filter(
        (pl.col("published_at") >= pl.col("opens_at"))
        & (pl.col("published_at") < pl.col("closes_at"))
        & (pl.col("listed_at") >= pl.col("last_seen_at"))
    )


def _missing(posts: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """``platform, post_id, gone_at``: posts that lists leave out which were seen after them, and should have them."""
    key = [*_ACCOUNT, "connector", "grade"]
    # Nearly all posts were seen on the last list, or are older than every list since: the others are held against each.
    opening = lists.group_by(*key, "observed_at").agg(pl.col("opens_at").min()).sort("observed_at")
    opening = opening.with_columns(pl.col("opens_at").cum_min(reverse=True).over(key).alias("opens_since"))
    lost = (
        posts.sort("last_seen_at")
        .join_asof(
            opening.drop("opens_at").rename({"observed_at": "next_at"}), left_on="last_seen_at", right_on="next_at",
            by=key, strategy="forward", allow_exact_matches=False, check_sortedness=False,
        )
        .filter(pl.col("published_at") >= pl.col("opens_since"))
    )  # fmt: skip
    pairs = lost.join(lists, on=key).filter(
        (pl.col("observed_at") > pl.col("last_seen_at"))
        & (pl.col("published_at") >= pl.col("opens_at"))
        & (pl.col("published_at") < pl.col("closes_at"))
        & ((pl.col("grade") == "api") | pl.col("kinds").list.contains(pl.col("kind")))
    )
    return pairs.filter(pl.len().over("load_id", *_ACCOUNT) <= pl.col("has")).select(
        *POST, pl.col("observed_at").alias("gone_at")
    )
