"""YouTube: Studio's table of videos, the zip as downloaded or ``Table data.csv`` alone, any columns in any order.

Reference: https://support.google.com/youtube/answer/9002587 (Advanced mode, Export current view, CSV).
Limits: Studio cuts the table at 500 videos; its Total row counts more than the rows do and is never used.
The figures are those of the range chosen in Studio, which the zip's name or its ``Totals.csv`` tells.
Not reported: saves, clicks, views_paid; impressions are those of thumbnails, another figure. The table does not
name its channel: the zip's name or the setting ``channel`` does. Days are US Pacific.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import polars as pl

from connectors import exports
from connectors.contract import ConnectorSettings, Evidence, Extract, Match, Raw, Refused
from connectors.counts import counted
from connectors.dates import moments, start_of
from connectors.exports import Table
from connectors.extracts import extract
from connectors.headers import Header, Words, folded, header
from connectors.observed import observed, studio_range

NAME = "youtube"

WORDS: Words = {
    "en": {
        "post_id": ("Content", "Video", "Videos"),
        "text": ("Video title",),
        "published_at": ("Video publish time",),
        "date": ("Date",),
        "views": ("Views",),
        "reach": ("Unique viewers",),
        "likes": ("Likes",),
        "comments": ("Comments added",),
        "shares": ("Shares",),
        "watch_seconds": ("Watch time (hours)",),
    },
    "de": {
        "post_id": ("Videos", "Video"),
        "text": ("Videotitel",),
        "published_at": ("Veröffentlichungszeitpunkt des Videos",),
        "date": ("Datum",),
        "views": ("Aufrufe",),
        "watch_seconds": ("Wiedergabezeit (Stunden)",),
    },
    "pt": {
        "post_id": ("Conteúdo",),
        "text": ("Título do vídeo",),
        "published_at": ("Horário de publicação do vídeo",),
        "date": ("Data",),
        "views": ("Visualizações",),
        "reach": ("Espectadores únicos",),
        "watch_seconds": ("Tempo de exibição (horas)",),
    },
}

_TOTAL = ("total", "gesamt", "totale", "tổng")
_ID = r"^[A-Za-z0-9_-]{11}$"
_MILLISECONDS_AN_HOUR = 3_600_000
_RIGHT_FILE = "in Studio's Advanced mode choose the tab Content, period Lifetime, then Export"


class Settings(ConnectorSettings):
    """YouTube's section of the settings; ``channel`` names the channel of tables that do not."""

    zone: str = "America/Los_Angeles"
    channel: str = ""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Studio's, those that :func:`read` refuses by name among them."""
    tables = _tables(raw)
    for _, top in tables:
        if _is_of_videos(top):
            return Match(0.95, "the header of YouTube Studio's table of videos")
    if any(_is_studios(top) for _, top in tables):
        return Match(0.5, _what(tables))
    return None


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A table of videos: readings over its period, or lifetime ones where it names none.

    Raises:
        Refused: the table is grouped by something else, or there are several.
    """
    tables = _tables(raw)
    of_videos = [(table, top) for table, top in tables if _is_of_videos(top)]
    if not of_videos:
        raise Refused(f"{_what(tables)}; {_RIGHT_FILE}.")
    if len(of_videos) > 1:
        raise Refused(f"{raw.name} holds {len(of_videos)} tables of videos: drop each as a file of its own.")
    table, top = of_videos[0]
    rows = exports.rows(table, top)
    frame, counting = counted(_without_totals(rows.frame), _MILLISECONDS_AN_HOUR)
    period = _period(raw, settings, tables)
    seen = observed(raw, settings, period.end, period.source, table.written_at, table.is_utc)
    times = moments(
        frame["published_at"] if "published_at" in frame.columns else pl.Series([None], dtype=pl.String).new_from_index(
            0, frame.height), settings.date_order, settings.source_zone,
    )  # fmt: skip
    opens = start_of(period.start, settings.source_zone) if period.start else None
    channel = period.channel or getattr(settings, "channel", "") or None
    id_cell = pl.col("post_id").str.strip_chars()
    is_id = id_cell.str.contains(_ID).fill_null(False)
    frame = frame.with_columns(
        pl.lit(NAME).alias("platform"),
        id_cell.alias("post_id"),
        pl.lit("id").alias("identified_by"),
        pl.lit(channel, pl.String).alias("account_id"),
        pl.lit(channel, pl.String).alias("name"),
        pl.concat_str(pl.lit("https://www.youtube.com/watch?v="), id_cell).alias("url"),
        pl.lit("video").alias("kind"),
        times.at.alias("published_at"),
        pl.lit(False).alias("is_damaged"),
        pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"),
        pl.lit(period.start, pl.Date).alias("period_start"),
        pl.lit(period.end, pl.Date).alias("period_end"),
        pl.lit(opens, pl.Datetime("us")).alias("period_opens_at"),
        pl.when(~is_id).then(pl.lit("no identity: its first cell is no video id; export again and do not open "
                                    "the file in a spreadsheet")).otherwise("unreadable").alias("reason"),
    )  # fmt: skip
    evidence = Evidence(
        seen.at, seen.source, seen.on, (period.start, period.end) if period.start and period.end else None,
        period.source, top.language, table.encoding, table.delimiter, times.order, top.mapped, top.ignored,
    )  # fmt: skip
    return extract(rows, frame, evidence, (*seen.notes, *period.notes, *counting, *times.notes, *_cut(rows)))


def _tables(raw: Raw) -> list[tuple[Table, Header]]:
    found = ((table, header(table.top, WORDS)) for table in exports.tables(raw))
    return [(table, top or Header(0, table.top[0] if table.top else (), "en", {})) for table, top in found]


def _is_of_videos(top: Header) -> bool:
    ours = set(top.positions)
    return "post_id" in ours and "date" not in ours and bool(ours & {"text", "published_at"}) and len(ours) > 2


_GROUPS = frozenset({"geography", "traffic source", "subscription status"})
_STUDIO_WORDS = _GROUPS | frozenset({
    "watch time (hours)", "average view duration", "impressions click-through rate (%)", "video publish time",
    "wiedergabezeit (stunden)", "tempo de exibição (horas)",
})  # fmt: skip


def _is_studios(top: Header) -> bool:
    plain = [folded(cell) for cell in top.cells]
    has_views = "views" in top.positions
    return has_views and (top.positions.get("date") == (0,) or bool(_STUDIO_WORDS & set(plain)))


def _what(tables: list[tuple[Table, Header]]) -> str:
    top = next((top for _, top in tables if _is_studios(top)), tables[0][1] if tables else None)
    if top is None or not top.cells:
        return "This is no table of YouTube Studio"
    if {"date", "post_id"} <= set(top.positions):
        return "These are a few videos' figures day by day (Studio's Chart data), not its table of videos"
    if "date" in top.positions and "text" not in top.positions:
        if grouped := next((cell for cell in top.cells[1:] if folded(cell) in _GROUPS), ""):
            return f"These are a channel's figures day by day, grouped by {grouped} (Studio's Chart data)"
        return "These are a channel's figures day by day (Studio's Totals), not its table of videos"
    if "text" in top.positions:
        return "This table names videos without their ids, or was put together by hand"
    return f"This is a YouTube Studio table grouped by {top.cells[0] or 'nothing'}"


def _without_totals(frame: pl.DataFrame) -> pl.DataFrame:
    """The total stands first, last or nowhere; a footer fills one cell only, in any language."""
    own = pl.col("post_id").str.replace_all("\u00ad", "", literal=True).str.strip_chars()
    filled = pl.sum_horizontal(pl.exclude("row").is_not_null())
    is_footer = (filled == 1) & own.is_not_null() & ~own.str.contains(_ID)
    is_total = own.str.to_lowercase().is_in(_TOTAL).fill_null(False)
    return frame.filter(~(is_total | is_footer.fill_null(False)))


def _cut(rows: exports.Rows) -> tuple[str, ...]:
    """What the footer of a table that Studio cut off says, in a sentence of ours."""
    first = rows.whole["0"].str.replace_all("\u00ad", "", literal=True)
    texts = [*first.drop_nulls().tail(3).to_list(), *(odd.content.replace("\u00ad", "") for odd in rows.odd)]
    is_cut = any(re.search(r"\b500\b", text) and len(text) > 11 for text in texts)
    return ("Studio cut the table at 500 videos: those with fewer views are not in it",) if is_cut else ()


class _Period(NamedTuple):
    start: date | None
    end: date | None
    source: str
    channel: str = ""
    notes: tuple[str, ...] = ()


def _period(raw: Raw, settings: ConnectorSettings, tables: list[tuple[Table, Header]]) -> _Period:
    """The days that the figures cover: from the name, else from the daily totals in the same zip."""
    if named := studio_range(raw):
        return _Period(named.start, named.end, "the range in its name", named.rest)
    if re.search(r"(?i)\b(lifetime|since uploaded)\b", raw.path):
        return _Period(None, None, "lifetime, as its name says")
    for table, top in tables:
        if "date" in top.positions and "post_id" not in top.positions:
            days = moments(exports.rows(table, top).frame["date"], settings.date_order, "UTC").on.drop_nulls()
            if len(days):
                start, end = days.min(), days.max()
                assert isinstance(start, date)
                assert isinstance(end, date)
                return _Period(start, end, f"the days of {table.place.rsplit('/', 1)[-1]}")
    return _Period(None, None, "lifetime assumed: nothing says which days the figures cover", notes=(
        "nothing says which days the figures cover: taken as lifetime; keep the zip's name, which says it",
    ))  # fmt: skip
