"""Facebook: Meta Business Suite's content export, as CSV, in a workbook or in a zip.

Reference: https://www.facebook.com/business/help (Insights, Content, Export data); columns as found in exports of
2024 to 2026, whose set and order change from month to month.
Limits: lifetime figures only; the daily breakdown, old Page Insights and the export of videos are refused by name.
Not reported: saves; views before autumn 2024. ``REELS_PLAYS:COUNT`` and 3-second views are not views.
Times are US Pacific, whatever the page's own zone.
"""

from __future__ import annotations

import polars as pl

from connectors import links, meta
from connectors.contract import ConnectorSettings, Extract, Match, Raw
from connectors.extracts import extract
from connectors.headers import Words

NAME = "facebook"

WORDS: Words = {
    "en": {
        "post_id": ("Post ID",),
        "account_id": ("Page ID",),
        "name": ("Page name",),
        "title": ("Title",),
        "text": ("Description",),
        "published_at": ("Publish time",),
        "url": ("Permalink",),
        "is_crosspost": ("Is crosspost",),
        "kind": ("Post type",),
        "date": ("Date",),
        "video_id": ("Video asset ID",),
        "views": ("Views",),
        "impressions": ("Impressions",),
        "reach": ("Reach",),
        "likes": ("Reactions",),
        "comments": ("Comments",),
        "shares": ("Shares",),
        "clicks": ("Total clicks",),
        "watch_seconds": ("Seconds viewed",),
    },
}

_KINDS = {
    "videos": "video", "video": "video", "reels": "short", "reel": "short", "live": "live", "live video": "live",
    "live videos": "live", "stories": "story", "story": "story",
}  # fmt: skip


class Settings(ConnectorSettings):
    """Facebook's section of the settings."""

    zone: str = "America/Los_Angeles"


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Meta's for Facebook, those that :func:`read` refuses by name among them."""
    return meta.sniffed(raw, "Facebook", WORDS, "facebook")


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A table of posts, one lifetime reading a row.

    Raises:
        Refused: it is another of Meta's exports; the sentence says which and how to get the right one.
    """
    table = meta.read(raw, settings, WORDS)
    frame = _identified(table.frame)
    return extract(table.rows, frame, table.evidence, (*table.notes, *meta.identity_notes(frame)))


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    """Each row's identity: its id, else the number in its link, else account, minute and text (rule 8)."""
    has_links = "url" in frame.columns
    frame = frame.with_columns(
        meta.text_of(frame).alias("text"),
        meta.ids(frame, "post_id").alias("own"),
        meta.ids(frame, "account_id").alias("page"),
        (links.number(links.FACEBOOK_NUMBER) if has_links else pl.lit(None, pl.String)).alias("alias"),
        (links.number(links.FACEBOOK_VIDEO) if has_links else pl.lit(None, pl.String)).alias("linked_video"),
        meta.kind_of(frame, _KINDS).alias("kind"),
    )
    name = pl.col("name").str.strip_chars() if "name" in frame.columns else pl.lit(None, pl.String)
    account = pl.coalesce("page", name)
    paged = pl.when(pl.col("own").str.contains("_", literal=True)).then("own").otherwise(
        pl.concat_str(pl.concat_str("page", pl.lit("_")).fill_null(""), "own")
    )  # fmt: skip
    linked = pl.concat_str(pl.concat_str("page", pl.lit("_")).fill_null(""), "alias")
    frame = frame.with_columns(paged.alias("by_id"), linked.alias("by_link"), account.alias("account_id"))
    frame = meta.with_moment(frame, pl.col("by_id").is_null() & pl.col("by_link").is_null())
    had_id = pl.col("post_id").is_not_null() if "post_id" in frame.columns else pl.lit(False)
    is_known = pl.coalesce("by_id", "by_link", "by_moment").is_not_null()
    return frame.with_columns(
        pl.lit(NAME).alias("platform"),
        pl.coalesce("by_id", "by_link", "by_moment").alias("post_id"),
        meta.identified_by(),
        ((had_id & pl.col("by_id").is_null()) | meta.is_damaged_text(pl.col("text"))).alias("is_damaged"),
        pl.coalesce(*(["video_id"] if "video_id" in frame.columns else []), "linked_video").alias("video_id"),
        (pl.col("is_crosspost").str.strip_chars().str.to_lowercase().is_in(["1", "1.0", "true", "yes"])
         if "is_crosspost" in frame.columns else pl.lit(None, pl.Boolean)).alias("is_crosspost"),
        pl.when(is_known).then("reason").otherwise(pl.lit(meta.NO_IDENTITY)).alias("reason"),
    )  # fmt: skip
