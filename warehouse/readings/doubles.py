"""What may be one post twice, and what joins it: nothing here is decided, all of it is shown to a person."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from connectors.platform import Platforms
from warehouse.readings.latest import IS_OUTREACH, POST, day_of

_ACCOUNT = ["platform", "account_id"]
_TYPED = "typed by hand without a link, and a post of the same account and day"
_VIDEO = "known by its video only, and a post of the same account and day"
_OTHER_NAME = "two names of different kinds, made within a minute, as this platform gives one post"
_A_MINUTE = 60_000  # milliseconds
_COLUMNS = [*POST, "other_post_id", "account_id", "published_at", "text", "why"]
_VIDEO_ALONE = "known by its video only: no export of posts has it, or none that says so"


def possible(
    described: pl.LazyFrame, accounts: pl.DataFrame, before: datetime, zone: str, platforms: Platforms
) -> pl.DataFrame:
    """Posts that may be another one: ``platform, post_id, other_post_id``, what describes them, and ``why``.

    ``described`` has a row for each time that a load described a post, with its ``grade``. A row typed without a link,
    or known by its video's number only, may be any post of its account and day that another source names.
    """
    is_known = (pl.col("observed_at") < before) & ~IS_OUTREACH
    # Of rows that describe a post the newest counts, whatever was loaded first.
    earlier = (
        described.filter(is_known)
        .sort("observed_at", "load_id", "row")
        .with_columns(
            (pl.col("identified_by") == "video").alias("is_video_only"),
            ((pl.col("grade") == "entered") & pl.col("url").is_null()).alias("is_typed"),
        )
    )
    # Few posts are in doubt, and only those of their accounts need a look.
    doubted = earlier.filter(pl.col("is_video_only") | pl.col("is_typed")).select(_ACCOUNT).unique().collect().lazy()
    beside = earlier.join(doubted, on=_ACCOUNT, how="semi", nulls_equal=True).select(POST).unique()
    whole = earlier.join(beside, on=POST, how="semi", maintain_order="left").group_by(POST, maintain_order=True).agg(
        pl.col("is_video_only", "is_typed").all(),
        pl.col("account_id").drop_nulls().last(),
        pl.col("published_at").drop_nulls().last(),
        pl.col("text").drop_nulls().last(),
    ).with_columns(day_of(pl.col("published_at"), zone).alias("day")).collect()  # fmt: skip
    unsure = whole.filter(pl.col("is_video_only") | pl.col("is_typed"))
    sure = whole.filter(~pl.col("is_video_only") & ~pl.col("is_typed")).select(
        "platform", "account_id", "day", pl.col("post_id").alias("other_post_id")
    )
    several = earlier.filter(pl.col("platform").is_in(list(platforms.several_names)))
    named = _by_other_names(several.select(*POST, "account_id", "published_at", "text").collect(), platforms)
    pairs = unsure.join(sure, on=["platform", "account_id", "day"], how="left")
    why = (
        pl.when(pl.col("is_typed")).then(pl.lit(_TYPED))
        .when(pl.col("other_post_id").is_not_null()).then(pl.lit(_VIDEO))
        .otherwise(pl.lit(_VIDEO_ALONE))
    )  # fmt: skip
    doubtful = pairs.filter(pl.col("other_post_id").is_not_null() | pl.col("is_video_only")).with_columns(
        why.alias("why")
    )
    return (
        pl.concat([doubtful.select(_COLUMNS), named.select(_COLUMNS)])
        .unique([*POST, "other_post_id"], keep="first", maintain_order=True)
        .join(accounts, on=_ACCOUNT, how="left")
    )


def _by_other_names(posts: pl.DataFrame, platforms: Platforms) -> pl.DataFrame:
    """Posts under names of different kinds that were made within a minute, on platforms that give one post several."""
    pairs_of_platforms = []
    for platform, (kind, number, bits) in platforms.several_names.items():
        one_each = posts.filter(pl.col("platform") == platform).unique(POST, keep="last", maintain_order=True)
        dated = one_each.with_columns(
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
