"""Posts of campaigns that were read after a day for the first time: its figures have nothing of them."""

from __future__ import annotations

import polars as pl

from warehouse.day import Day
from warehouse.readings.latest import FOREVER, IS_OUTREACH, POST, latest

COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "campaign_id": pl.String, "platform": pl.String, "post_id": pl.String, "text": pl.String, "views": pl.Int64,
    "last_read_at": pl.Datetime("us"),
}  # fmt: skip


def posts(day: Day) -> pl.DataFrame:
    """The posts of campaigns that have no reading by the end of the day, with what they have since.

    Returns:
        :data:`COLUMNS`, those with the most views first; a post that was published after the day is left out.
    """
    taken = day.attribution.taken.filter(~IS_OUTREACH).select("campaign_id", *POST)
    unread = (
        taken.join(day.readings.select(POST), on=POST, how="anti")
        .join(day.posts.select(*POST, "text", "published_at"), on=POST)
        .filter((pl.col("published_at") < day.before).fill_null(True))
        .drop("published_at")
    )
    wanted = unread.select(POST).unique()
    if day.in_parts is None or wanted.is_empty():
        readings = [day.every_reading.join(wanted.lazy(), on=POST, how="semi")]
    else:
        readings = [every_reading for _, every_reading in day.in_parts(wanted)]
    since = pl.concat(
        latest(part, FOREVER).select(*POST, "views", "last_read_at").collect(engine="in-memory") for part in readings
    )
    told = unread.join(since, on=POST).select(*COLUMNS)
    return told.sort("campaign_id", "views", *POST, descending=[False, True, False, False], nulls_last=True)
