"""Instagram: Meta Business Suite's exports of posts, reels and stories, and an account's results.

Reference: https://www.facebook.com/business/help (Insights, Content, Export data); columns as found in exports of
2023 to 2026.
Limits: a daily breakdown holds each day's own figures and is kept as gains. Results by day do not say which account's
they are. Shares of an account's followers are told in English files
only (:mod:`connectors.meta.audience_blocks`).
Not reported: watch time; reach of collaborators' posts, which stand in the file under their own accounts.
``Plays`` of older files are not views. Times are US Pacific, whatever the account's own zone.
"""

from __future__ import annotations

import polars as pl

from connectors.contract import Extract, Match, Raw
from connectors.meta import exports
from connectors.meta.settings import GraphSettings
from connectors.reading import damage, links
from connectors.reading.extracts import read_each
from connectors.reading.layouts import Layout, MatchedTable
from connectors.reading.posts import Posts
from connectors.settings import ConnectorSettings

NAME = "instagram"

_NEEDS = ("post_id|url", "account_id|name|username|published_at")
LAYOUTS = (
    Layout("content", "Meta Business Suite's Instagram export", _NEEDS),
    Layout("stories", "Meta Business Suite's export of Instagram stories", _NEEDS),
)


class Settings(GraphSettings):
    """Instagram's section of the settings. Accounts are those of professionals."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Meta's for Instagram, those that :func:`read` refuses by name among them."""
    return exports.sniffed(raw, NAME, LAYOUTS, settings)


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Posts with their lifetime readings or each day's gains, and an account's figures by day.

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
    table = exports.posts_of(raw, one, settings)
    return exports.extract_of(raw, table, _identified(table, one.layout.name), seen, settings)


def _identified(table: Posts, layout: str) -> pl.DataFrame:
    """Each row's identity: its media id, else the short code in its link, else account, minute and text.

    docs/rules.md: Identity survives spreadsheets.
    """
    no_text = pl.lit(None, pl.String)
    code = links.part(NAME, "code") if table.has("url") else no_text
    kind = exports.kind_of(table, NAME)
    frame = table.frame.with_columns(
        exports.text_of(table).alias("text"),
        damage.intact_ids(table.frame, "post_id").alias("by_id"),
        code.alias("alias"),
        code.alias("by_link"),
        pl.coalesce(damage.intact_ids(table.frame, "account_id"), table.texts("username"), table.texts("name"))
        .alias("account_id"),
        (pl.coalesce(kind, pl.lit("story")) if layout == "stories" else kind).alias("kind"),
    )  # fmt: skip
    return exports.with_identity(frame, NAME)
