"""Reports of letters that were sent to lists of addresses: a letter is a post, of which nobody counts who was reached.

docs/rules.md: Letters reach addresses.
"""

from __future__ import annotations

import polars as pl

from connectors.contract import Extract, Raw
from connectors.reading import posts
from connectors.reading.damage import is_damaged_text
from connectors.reading.files import Rows
from connectors.reading.layouts import MatchedTable
from connectors.reading.observed import observed
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings

NEEDS = ("post_id", "title|subject", "published_at", "deliveries")
"""The columns without which a report of letters cannot be counted."""
_TWICE = "its letter stands several times, as where variations stand apart: export it without variations"


def read(raw: Raw, one: MatchedTable, settings: ConnectorSettings, platform: str, rows: Rows | None = None) -> Extract:
    """The letters of a report with their lifetime readings, each known by the id that its sender's tool gave it.

    Where there is a column ``channel``, it tells which rows are no letters. ``rows`` are given where the report's need
    reading of their own.
    """
    table = posts.read(raw, one, settings, pl.col("post_id").is_not_null(), rows=rows)
    channel = table.texts("channel")
    text = pl.concat_str(*_texts(table), separator="\n", ignore_nulls=True).replace("", None)
    frame = table.frame.with_columns(table.texts("post_id").alias("post_id"), text.alias("text")).with_columns(
        pl.lit(platform).alias("platform"),
        pl.lit("id").alias("identified_by"),
        pl.lit("letter").alias("kind"),
        is_damaged_text(pl.col("text")).alias("is_damaged"),
        pl.when(pl.col("post_id").is_null())
        .then(pl.lit("no identity: its id is missing"))
        .when(channel.str.to_lowercase() != "email")
        .then(pl.format("sent by {}, so that it is no letter", channel))
        .when(pl.col("post_id").is_duplicated())
        .then(pl.lit(_TWICE))
        .otherwise("unreadable")
        .alias("reason"),
    )
    seen = observed(raw, settings, None, "", one.table.written_at, one.table.is_utc)
    return posts.extract_of_posts(
        table, frame, seen, Covered(None, None, "lifetime, as reports of letters are"), settings
    )


def _texts(table: posts.Posts) -> tuple[pl.Expr, pl.Expr]:
    """Its subject, and the name that its sender knows it by, where that is another."""
    subject, title = table.texts("subject"), table.texts("title")
    return subject, pl.when((subject != title).fill_null(True)).then(title)
