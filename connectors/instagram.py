"""Instagram: Meta Business Suite's content export (posts, reels, stories), as CSV, in a workbook or in a zip.

Reference: https://www.facebook.com/business/help (Insights, Content, Export data); columns as found in exports of
2025 and 2026, in English and in the Spanish of Latin America.
Limits: lifetime figures only; an account's daily results and its audience are refused by name.
Not reported: watch time; reach of collaborators' posts, which stand in the file under their own accounts.
``Plays`` of older files are not views. Times are US Pacific, whatever the account's own zone.
"""

from __future__ import annotations

import polars as pl

from connectors import links, meta
from connectors.contract import ConnectorSettings, Extract, Match, Raw
from connectors.extracts import extract
from connectors.headers import Words

NAME = "instagram"

WORDS: Words = {
    "en": {
        "post_id": ("Post ID",),
        "account_id": ("Account ID",),
        "username": ("Account username",),
        "name": ("Account name",),
        "text": ("Description",),
        "published_at": ("Publish time",),
        "url": ("Permalink",),
        "kind": ("Post type",),
        "date": ("Date",),
        "views": ("Views",),
        "impressions": ("Impressions",),
        "reach": ("Reach",),
        "likes": ("Likes",),
        "comments": ("Comments", "Replies"),
        "shares": ("Shares",),
        "saves": ("Saves",),
        "clicks": ("Link clicks",),
    },
    "es": {
        "post_id": ("Identificador de la publicación",),
        "account_id": ("Identificador de la cuenta",),
        "username": ("Nombre de usuario de la cuenta",),
        "name": ("Nombre de la cuenta",),
        "text": ("Descripción",),
        "published_at": ("Hora de publicación",),
        "url": ("Enlace permanente",),
        "kind": ("Tipo de publicación",),
        "date": ("Fecha",),
        "views": ("Visualizaciones",),
        "reach": ("Alcance",),
        "likes": ("Me gusta",),
        "comments": ("Comentarios",),
        "shares": ("Veces que se compartió", "Veces que se ha compartido"),
        "saves": ("Veces que se guardó", "Veces que se ha guardado"),
    },
}

_KINDS = {
    "ig reel": "short", "reel de instagram": "short", "ig story": "story", "historia de instagram": "story",
    "ig video": "video", "video de instagram": "video", "ig live": "live",
}  # fmt: skip


class Settings(ConnectorSettings):
    """Instagram's section of the settings."""

    zone: str = "America/Los_Angeles"


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Meta's for Instagram, those that :func:`read` refuses by name among them."""
    return meta.sniffed(raw, "Instagram", WORDS, "instagram")


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A table of posts, one lifetime reading a row.

    Raises:
        Refused: it is another of Meta's exports; the sentence says which and how to get the right one.
    """
    table = meta.read(raw, settings, WORDS)
    frame = _identified(table.frame)
    return extract(table.rows, frame, table.evidence, (*table.notes, *meta.identity_notes(frame)))


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    """Each row's identity: its media id, else the short code in its link, else account, minute and text (rule 8)."""
    username, name = (
        pl.col(c).str.strip_chars() if c in frame.columns else pl.lit(None, pl.String) for c in ("username", "name")
    )
    has_links = "url" in frame.columns
    frame = frame.with_columns(
        meta.text_of(frame).alias("text"),
        meta.ids(frame, "post_id").alias("by_id"),
        (links.number(links.INSTAGRAM_CODE) if has_links else pl.lit(None, pl.String)).alias("alias"),
        pl.coalesce(meta.ids(frame, "account_id"), username, name).alias("account_id"),
        meta.kind_of(frame, _KINDS).alias("kind"),
    ).with_columns(pl.col("alias").alias("by_link"))
    frame = meta.with_moment(frame, pl.col("by_id").is_null() & pl.col("by_link").is_null())
    had_id = pl.col("post_id").is_not_null() if "post_id" in frame.columns else pl.lit(False)
    is_known = pl.coalesce("by_id", "by_link", "by_moment").is_not_null()
    return frame.with_columns(
        pl.lit(NAME).alias("platform"),
        pl.coalesce("by_id", "by_link", "by_moment").alias("post_id"),
        meta.identified_by(),
        ((had_id & pl.col("by_id").is_null()) | meta.is_damaged_text(pl.col("text"))).alias("is_damaged"),
        pl.when(is_known).then("reason").otherwise(pl.lit(meta.NO_IDENTITY)).alias("reason"),
    )
