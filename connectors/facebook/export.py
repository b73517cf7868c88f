"""Facebook: Meta Business Suite's exports of posts and of videos, the Page Insights of old, and a page's results.

Reference: https://www.facebook.com/business/help (Insights, Content, Export data); columns as found in exports of
2014 to 2026, whose set and order change from month to month.
Limits: a daily breakdown holds each day's own figures and is kept as gains. An export of videos names no posts: each
row is the post whose link holds the video's number, or that the page published in the same minute. Results by day are
the page's, and do not say which page's.
Not reported: saves; views before autumn 2024. ``REELS_PLAYS:COUNT`` and 3-second views are not views.
Times are US Pacific, whatever the page's own zone.
"""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from connectors.contract import Extract, Match, Raw
from connectors.meta import exports
from connectors.meta.settings import GraphSettings
from connectors.reading import accounts, damage, files, layouts, links
from connectors.reading.extracts import read_each
from connectors.reading.headers import header_key
from connectors.reading.layouts import Layout, MatchedTable
from connectors.reading.numbers import parse_counts
from connectors.reading.posts import Posts
from connectors.settings import ConnectorSettings

NAME = "facebook"

_SUITE = "Meta Business Suite's Facebook export"
_INSIGHTS = "an export of Facebook's Page Insights of old"
LAYOUTS = (
    Layout("content", _SUITE, ("post_id|url", "account_id|name|published_at"), ("video_id",)),
    Layout("content", _SUITE, ("post_id|url", "account_id|name|published_at")),
    Layout("videos", "Meta Business Suite's export of Facebook videos", ("video_id", "account_id|name|published_at"),
           ("post_id", "url")),
    Layout("insights", _INSIGHTS, ("post_id", "published_at", "impressions|reach|clicks"), ("views",)),
    Layout("video_insights", _INSIGHTS, ("post_id", "published_at", "views")),
    Layout("actions", _INSIGHTS, ("post_id", "published_at", "likes|comments|shares")),
    Layout("page", _INSIGHTS, ("date", "reach", "mark")),
    Layout("page_days", "Meta's export of a page's own figures", ("account_id", "name", "date"),
           ("post_id", "url", "video_id", "published_at"), words="content",
           refused="This is Meta's export of a page's own figures by day, not of its posts"),
)  # fmt: skip


class Settings(GraphSettings):
    """Facebook's section of the settings."""

    account_word: ClassVar[str] = "page"


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Meta's for Facebook, those that :func:`read` refuses by name among them."""
    return exports.sniffed(raw, NAME, LAYOUTS, settings)


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Posts with their lifetime readings or each day's gains, and a page's figures by day.

    Raises:
        Refused: it is another of Meta's exports; the sentence says which and how to get the right one.
    """
    tables = exports.tables_of_posts(raw, NAME, LAYOUTS, settings)
    return (
        read_each(tables, lambda one: _read(raw, one, settings))
        if tables
        else exports.read_results(raw, NAME, settings)
    )


def _read(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Extract:
    seen = exports.seen_at(raw, one, settings)
    if one.layout.name == "page":
        return accounts.read(raw, one, settings, seen, NAME)
    table = exports.posts_of(raw, one, settings)
    if one.layout.name == "insights":
        table = table._replace(frame=_with_actions(table, raw, settings))
    frame = _videos(table) if one.layout.name == "videos" else _identified(table)
    return exports.extract_of(raw, table, frame, seen, settings)


def _identified(table: Posts) -> pl.DataFrame:
    """Each row's identity: its id, else the number in its link, else account, minute and text.

    docs/rules.md: Identity survives spreadsheets.
    """
    no_text = pl.lit(None, pl.String)
    frame = table.frame.with_columns(
        exports.text_of(table).alias("text"),
        damage.intact_ids(table.frame, "post_id").alias("written_id"),
        damage.intact_ids(table.frame, "account_id").alias("page"),
        (links.part(NAME, "number") if table.has("url") else no_text).alias("alias"),
        (links.part(NAME, "video") if table.has("url") else no_text).alias("linked_video"),
        exports.kind_of(table, NAME).alias("kind"),
    )
    is_paged = pl.col("written_id").str.contains("_", literal=True)
    page = pl.coalesce("page", pl.when(is_paged).then(pl.col("written_id").str.extract(r"^(\d+)_")))
    prefix = pl.concat_str(page, pl.lit("_")).fill_null("")
    frame = frame.with_columns(
        pl.when(is_paged).then("written_id").otherwise(pl.concat_str(prefix, "written_id")).alias("by_id"),
        pl.concat_str(prefix, "alias").alias("by_link"),
        pl.coalesce(page, table.texts("name")).alias("account_id"),
        pl.coalesce(*(["video_id"] if table.has("video_id") else []), "linked_video").alias("video_id"),
        (pl.col("is_crosspost").str.strip_chars().str.to_lowercase().is_in(["1", "1.0", "true", "yes"])
         if table.has("is_crosspost") else pl.lit(None, pl.Boolean)).alias("is_crosspost"),
    )  # fmt: skip
    return exports.with_identity(frame, NAME)


def _videos(table: Posts) -> pl.DataFrame:
    """Rows of videos: which post each is, other files tell; the page goes by its name, its id here is another one."""
    video = damage.intact_ids(table.frame, "video_id")
    frame = table.frame.with_columns(
        exports.text_of(table).alias("text"),
        video.alias("alias"),
        video.alias("by_link"),
        pl.lit(None, pl.String).alias("by_id"),
        video.alias("video_id"),
        pl.coalesce(table.texts("name"), damage.intact_ids(table.frame, "account_id")).alias("account_id"),
        pl.lit("video").alias("kind"),
    )
    frame = exports.with_identity(frame, NAME)
    by_video = pl.when(pl.col("identified_by") == "link").then(pl.lit("video")).otherwise("identified_by")
    return frame.with_columns(by_video.alias("identified_by"))


def _with_actions(table: Posts, raw: Raw, settings: ConnectorSettings) -> pl.DataFrame:
    """Workbooks of the Page Insights of old keep likes, comments and shares on a sheet of their own."""
    for one in layouts.matched_tables(raw, NAME, LAYOUTS, settings):
        if one.layout.name == "actions" and header_key(one.table.place).startswith("lifetime post stories"):
            names = [name for name in ("likes", "comments", "shares") if name in one.top.positions]
            rows = files.rows(one.table, one.top).frame.select("post_id", *names).drop_nulls("post_id")
            actions = parse_counts(rows).frame.select("post_id", *names).unique("post_id", keep="last")
            lacking = table.frame.drop([name for name in names if table.has(name)])
            return lacking.join(actions, on="post_id", how="left", maintain_order="left")
    return table.frame
