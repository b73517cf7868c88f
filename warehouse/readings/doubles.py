"""What may be one post twice, and what joins it: nothing here is decided, all of it is shown to a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

import polars as pl

from connectors.platform import Platforms
from warehouse.readings.latest import IS_OUTREACH, POST, day_of
from warehouse.texts import folded_expr

_ACCOUNT = ["platform", "account_id"]
_TYPED = "typed by hand without a link, and a post of the same account and day"
_VIDEO = "known by its video only, and a post of the same account and day"
_OTHER_NAME = "two names of different kinds, made within a minute, as this platform gives one post"
_A_MINUTE = 60_000  # milliseconds
_COLUMNS = [*POST, "other_post_id", "account_id", "published_at", "text", "why"]
_ONE_TITLE = "two events of one kind, one day and one title"
_ONE_PLACE = "two events of one kind, one day and one place, told by two files or with as many participants"
_LIST = "typed by hand, and a list of people of an event on the same day, of the same kind or place"
_VIDEO_ALONE = "known by its video only: no export of posts has it, or none that says so"


def possible(
    described: pl.LazyFrame,
    posts: pl.DataFrame,
    accounts: pl.DataFrame,
    before: datetime,
    zone: str,
    platforms: Platforms,
    apart: Collection[frozenset[tuple[str, str]]] = (),
    attendance: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Posts that may be another one: ``platform, post_id, other_post_id``, what describes them, and ``why``.

    A row typed without a link, or known by its video's number only, may be any post of its account and day that another
    source names.

    Args:
        described: each time that a load described a post, with its ``grade``.
        posts: one row a post, as it is described everywhere else; so no order of loading is seen here.
        apart: pairs of posts, each as platform and id, of which somebody decided that they are not one.
        attendance: :func:`warehouse.readings.events.attendance`'s rows, of which two may be one event.
    """
    by_then = described.filter((pl.col("observed_at") < before) & ~IS_OUTREACH)
    looked_at = _near_unclear(by_then, posts, platforms)
    kinds_of_rows = (
        by_then.filter(pl.col("post_id").is_in(looked_at["post_id"].implode()))
        .group_by(POST)
        .agg(_IS_VIDEO.all().alias("is_video_only"), _IS_TYPED.all().alias("is_typed"))
    )
    whole = (
        looked_at.lazy()
        .join(kinds_of_rows, on=POST)
        .with_columns(day_of(pl.col("published_at"), zone).alias("day"))
        .sort(POST)
        .collect()
    )
    unsure = whole.filter(pl.col("is_video_only") | pl.col("is_typed"))
    sure = whole.filter(~pl.col("is_video_only") & ~pl.col("is_typed")).select(
        "platform", "account_id", "day", pl.col("post_id").alias("other_post_id")
    )
    named = _by_other_names(whole, platforms)
    lists = described.filter((pl.col("observed_at") < before) & IS_OUTREACH & (pl.col("grade") != "entered"))
    pairs = unsure.join(sure, on=["platform", "account_id", "day"], how="left")
    why = (
        pl.when(pl.col("is_typed")).then(pl.lit(_TYPED))
        .when(pl.col("other_post_id").is_not_null()).then(pl.lit(_VIDEO))
        .otherwise(pl.lit(_VIDEO_ALONE))
    )  # fmt: skip
    doubtful = pairs.filter(pl.col("other_post_id").is_not_null() | pl.col("is_video_only")).with_columns(
        why.alias("why")
    )
    decided = [(*one, other[1]) for one, other in map(sorted, apart) for one, other in ((one, other), (other, one))]
    are_apart = pl.DataFrame(decided, schema=dict.fromkeys((*POST, "other_post_id"), pl.String), orient="row")
    return (
        pl.concat([doubtful.select(_COLUMNS), named.select(_COLUMNS), *_events(attendance, posts, zone, lists)])
        .join(are_apart, on=[*POST, "other_post_id"], how="anti")
        .unique([*POST, "other_post_id"], keep="first", maintain_order=True)
        .join(accounts, on=_ACCOUNT, how="left")
    )


_IS_VIDEO = pl.col("identified_by") == "video"
_IS_TYPED = (pl.col("grade") == "entered") & pl.col("url").is_null()


def _near_unclear(described: pl.LazyFrame, posts: pl.DataFrame, platforms: Platforms) -> pl.DataFrame:
    """The posts that may be one half of a pair: few, so that the others need not be looked at.

    They are the posts of accounts of which some row is typed without a link or known by its video's number, and those
    of platforms that give one post several names.
    """
    unclear = described.filter(_IS_VIDEO.fill_null(True) | _IS_TYPED).select("post_id").unique().collect().to_series()
    is_unclear = pl.col("post_id").is_in(unclear.implode())
    accounts = posts.filter(is_unclear)["account_id"].unique()
    is_near = is_unclear | pl.col("account_id").is_in(accounts.implode())
    of_several_names = pl.col("platform").is_in(list(platforms.several_names))
    return posts.filter(is_near | of_several_names).select(*POST, "account_id", "published_at", "text")


def _events(
    attendance: pl.DataFrame | None, posts: pl.DataFrame, zone: str, lists: pl.LazyFrame
) -> Iterator[pl.DataFrame]:
    """Events that two partners may have reported each, beside the first of those alike: all count until somebody says.

    ``lists`` are the descriptions of events that lists of people tell of: somebody may have typed them, too.

    Each stands beside one other event only, so that a log of thousands of lines makes no millions of pairs.
    """
    if attendance is None or attendance.height < 2:
        return
    told = attendance.join(posts, on=POST).select(
        *POST, "account_id", "published_at", "text", "kind", "load_id", "participants",
        day_of(pl.col("published_at"), zone).alias("day"),
        folded_expr(pl.col("text").str.split("\n").list.first()).alias("title"),
        folded_expr(pl.col("place")).alias("place"),
    ).sort(POST)  # fmt: skip
    for why, alike, is_of_two_files in (
        (_ONE_TITLE, ("title",), False), (_ONE_PLACE, ("place", "participants"), False), (_ONE_PLACE, ("place",), True)
    ):  # fmt: skip
        of_one = ["platform", "kind", "day", *alike]
        first = [pl.col(name).first().over(of_one).alias(f"first_{name}") for name in ("post_id", "load_id")]
        pairs = (
            told.drop_nulls(["day", *alike]).with_columns(first).filter(pl.col("post_id") != pl.col("first_post_id"))
        )
        if is_of_two_files:
            pairs = pairs.filter(pl.col("load_id") != pl.col("first_load_id"))
        named = pairs.with_columns(pl.col("first_post_id").alias("other_post_id"), pl.lit(why).alias("why"))
        yield named.select(_COLUMNS)
    of_lists = told.join(lists.select(POST).unique().collect(), on=POST, how="semi")
    if of_lists.height:
        typed = told.join(of_lists, on=POST, how="anti")
        both = typed.join(of_lists.select("day", "kind", "place", other_post_id="post_id"), on="day", suffix="_of_list")
        is_alike = (pl.col("kind") == pl.col("kind_of_list")) | (pl.col("place") == pl.col("place_of_list"))
        pairs = both.filter(is_alike.fill_null(False)).unique(POST, keep="first", maintain_order=True)
        yield pairs.with_columns(pl.lit(_LIST).alias("why")).select(_COLUMNS)


def _by_other_names(posts: pl.DataFrame, platforms: Platforms) -> pl.DataFrame:
    """Posts under names of different kinds that were made within a minute, on platforms that give one post several."""
    pairs_of_platforms = []
    for platform, (kind, number, bits) in platforms.several_names.items():
        dated = posts.filter(pl.col("platform") == platform).with_columns(
            pl.col("post_id").str.extract(kind).alias("kind"),
            pl.col("post_id").str.extract(number).cast(pl.Int64, strict=False).floordiv(2**bits).alias("made"),
        ).drop_nulls("made")  # fmt: skip
        minute = pl.col("made") // _A_MINUTE
        others = dated.select("platform", "kind", "made", pl.col("post_id").alias("other_post_id"))
        near = pl.concat([others.with_columns((minute + step).alias("minute")) for step in (-1, 0, 1)])
        pairs = dated.with_columns(minute.alias("minute")).join(near, on=["platform", "minute"])
        pairs_of_platforms.append(
            pairs.filter(
                (pl.col("kind") < pl.col("kind_right")) & ((pl.col("made") - pl.col("made_right")).abs() < _A_MINUTE)
            )
        )
    return pl.concat(pairs_of_platforms).with_columns(pl.lit(_OTHER_NAME).alias("why"))
