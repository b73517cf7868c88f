"""YouTube: Studio's table of videos, its Totals and Chart data, the zip as downloaded or each file alone.

Reference: https://support.google.com/youtube/answer/9002587 (Advanced mode, Export current view, CSV); columns as
found in exports of 2021 to 2026, any of them in any order, in the channel's language.
Limits: Studio cuts the table at 500 videos; its Total row counts more than the rows do and is never used.
The figures are those of the range chosen in Studio, which the zip's name or its ``Totals.csv`` tells. Totals are the
channel's views a day; Chart data are a few videos' figures a day, kept as gains of these days.
A table by country, age or gender tells whose views they were; nothing in it tells a channel's from one video's. Its
other groups are refused by name.
Not reported: saves, clicks, views_paid; impressions are those of thumbnails, another figure. The table does not
name its channel: the zip's name or the setting ``channel`` does. Days are US Pacific.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import polars as pl
from pydantic import SecretStr

from connectors.asking.settings import OAuthSettings
from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import accounts, breakdowns, files, posts
from connectors.reading.dates import moments
from connectors.reading.extracts import read_each
from connectors.reading.headers import LINES, header_key, values_of
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables
from connectors.reading.observed import Range, Seen, observed, studio_range
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings

NAME = "youtube"

_VIDEOS = "YouTube Studio's table of videos"
LAYOUTS = (
    Layout("content", _VIDEOS, ("post_id", "text|published_at|watch_seconds|views"), ("date",),
           marks="text|published_at|watch_seconds|other"),
    Layout("chart", "YouTube Studio's chart data", ("post_id", "date", "views"),
           marks="text|published_at|watch_seconds|other", words="content"),
    Layout("daily", "YouTube Studio's totals by day", ("date", "views|reach"), ("post_id", "text", "group"),
           marks="watch_seconds|other", words="content"),
    Layout("engaged", "YouTube Studio's totals by day", ("date", "other"), ("post_id", "text", "views"),
           words="content", refused="These are figures of a channel by day ({first}), and not its views"),
    Layout("nameless", _VIDEOS, ("text", "published_at"), ("post_id",), words="content",
           refused="This table names videos without their ids, or was put together by hand"),
    Layout("grouped", "a table of YouTube Studio", ("group", "views|watch_seconds|other|alike"), ("post_id",),
           marks="watch_seconds|other", words="content",
           refused="This is a table of YouTube Studio grouped by {first}"),
    Layout("other", "a table of YouTube Studio", ("watch_seconds", "views"), ("post_id", "date"), words="content",
           refused="This is a table of YouTube Studio grouped by {first}"),
)  # fmt: skip

_ID = r"^[A-Za-z0-9_-]{11}$"
_KEPT_WITHOUT_PERMISSION = 29  # days
_MILLISECONDS_AN_HOUR = 3_600_000
_NO_DAYS = "nothing says of which days the views are; keep the zip's name, which says it"
RIGHT_FILE = "in Studio's Advanced mode choose the tab Content, period Lifetime, then Export"


class Settings(OAuthSettings):
    """YouTube's section of the settings; ``channel`` names the channel of tables that do not.

    ``accounts`` are channels by their id (``UC…``) or handle (``@name``). ``api_key`` gives public counts alone, and
    YouTube's terms let nobody keep those for more than 30 days; the owner's permission gives shares and watch time too.
    """

    zone: str = "America/Los_Angeles"
    channel: str = ""
    base_url: str = "https://youtube.googleapis.com"
    analytics_url: str = "https://youtubeanalytics.googleapis.com"
    token_url: str = "https://oauth2.googleapis.com/token"
    api_key: SecretStr | None = None
    units_a_day: int | None = 10_000

    def is_authorised(self, account: str) -> bool:
        """Whether the channel's owner has given a permission."""
        return self.refresh_token_of(account) is not None

    def may_tell(self, account: str, metric: str) -> bool:
        """What Analytics tells is asked for with the owner's permission alone."""
        return metric not in ("shares", "watch_seconds") or self.is_authorised(account)

    def days_kept(self, account: str) -> int | None:
        """With a key alone no longer than YouTube's terms allow (III.E.4.d)."""
        if self.is_authorised(account):
            return self.keep_days
        return min(self.keep_days or _KEPT_WITHOUT_PERMISSION, _KEPT_WITHOUT_PERMISSION)


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Studio's, those that :func:`read` refuses by name among them."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Videos with their readings over the table's period, or lifetime ones where it names none; a channel's days.

    Raises:
        Refused: the table is grouped by something else.
    """
    tables = matched_tables(raw, NAME, LAYOUTS, settings)
    useful = [one for one in tables if not one.layout.refused or _dimension(one)]
    if not useful:
        what = tables[0].layout.refused.format(first=_first(tables)) if tables else "This is no table of YouTube Studio"
        raise Refused(f"{what}; {RIGHT_FILE}.")
    named = studio_range(raw)
    channel = (named.rest if named else "") or getattr(settings, "channel", "") or None
    covered = _covered(raw, settings, useful, named)
    return read_each(sorted(useful, key=_videos_first), lambda one: _read(raw, one, settings, covered, channel))


def _videos_first(one: MatchedTable) -> int:
    return [layout.name for layout in LAYOUTS].index(one.layout.name)


def _first(tables: list[MatchedTable]) -> str:
    """What a table is grouped by, or counts instead of views: the column that says so, else its first one."""
    top = tables[0].top
    at = (*top.positions.get("group", ()), *top.positions.get("other", ()), 0)[0]
    return top.cells[at] or "nothing"


def _read(raw: Raw, one: MatchedTable, settings: ConnectorSettings, covered: Covered, channel: str | None) -> Extract:
    seen = observed(raw, settings, covered.end, covered.source, one.table.written_at, one.table.is_utc)
    if one.layout.name == "daily":
        return accounts.read(raw, one, settings, seen, NAME, channel)
    if dimension := _dimension(one):
        return _audience(one, seen, covered, channel, dimension)
    return _videos(raw, one, settings, seen, covered, channel)


def _dimension(one: MatchedTable) -> str | None:
    """By what a grouped table parts those who watched: by age, gender, both or country; None where by anything else."""
    if (
        one.layout.name != "grouped"
        or "date" in one.top.positions
        or not ("views" in one.top.positions or _places_of_shares(one))
    ):
        return None
    names = values_of(NAME, "dimensions")
    grouped_by = {names.get(header_key(one.top.cells[at]), "") for at in one.top.positions["group"]}
    return next(
        (name for name in ("age_and_gender", "age", "gender", "country") if set(name.split("_and_")) == grouped_by),
        None,
    )


def _places_of_shares(one: MatchedTable) -> list[int]:
    """Where shares of the views stand."""
    words = values_of(NAME, "shares_of_views")
    return [at for at, cell in enumerate(one.top.cells) if header_key(cell) in words]


def _audience(one: MatchedTable, seen: Seen, covered: Covered, channel: str | None, dimension: str) -> Extract:
    """The views of each part, or their shares where Studio tells these alone, as it does by age and gender."""
    names, rows = values_of(NAME, "dimensions"), files.rows(one.table, one.top)
    places = {names[header_key(one.top.cells[at])]: at for at in one.top.positions["group"]}
    used = {**{name: (at,) for name, at in places.items()}, "views": one.top.positions.get("views", ())}
    one = one._replace(top=replace(one.top, positions=used))
    parts = [str(places[name]) for name in dimension.split("_and_")]
    shares = _places_of_shares(one)
    at_figure = str(shares[0] if shares else one.top.positions["views"][0])
    told, size = list[breakdowns.Told](), None
    for row, figure, *cells in rows.whole.select("row", at_figure, *parts).rows():
        if header_key(cells[0] or "") in values_of(LINES, "totals"):
            size = None if shares else breakdowns.size_of(figure or "")
        elif all(cells):
            told.append(breakdowns.Told(row, tuple(cells), figure or ""))
    days = (covered.start, covered.end)
    notes = (_NO_DAYS,) if covered.notes else ()
    covered = covered._replace(source="" if notes else covered.source)
    unit: breakdowns.Unit = "percent" if shares else "count"
    one_of = breakdowns.Breakdown(NAME, channel, "views", dimension, unit, told, size, *days, one.top.language)
    return breakdowns.extract_of([one_of], rows, posts.read_report(one, seen, covered, ""), seen, notes)


def _videos(
    raw: Raw, one: MatchedTable, settings: ConnectorSettings, seen: Seen, covered: Covered, channel: str | None
) -> Extract:
    is_id = pl.col("post_id").str.strip_chars().str.contains(_ID)
    table = posts.read(raw, one, settings, is_id, _MILLISECONDS_AN_HOUR)
    id_cell = table.texts("post_id")
    frame = table.frame.with_columns(
        pl.lit(NAME).alias("platform"),
        id_cell.alias("post_id"),
        pl.lit("id").alias("identified_by"),
        pl.lit(channel, pl.String).alias("account_id"),
        pl.lit(channel, pl.String).alias("name"),
        pl.concat_str(pl.lit("https://www.youtube.com/watch?v="), id_cell).alias("url"),
        pl.lit("video").alias("kind"),
        pl.lit(False).alias("is_damaged"),
        pl.when(~is_id.fill_null(False)).then(pl.lit(
            "no identity: its first cell is no video id; export again and do not open the file in a spreadsheet"
        )).otherwise("unreadable").alias("reason"),
    )  # fmt: skip
    if one.layout.name == "chart":
        frame, covered = posts.by_day(frame, settings, raw)
    extract = posts.extract_of_posts(table, frame, seen, covered, settings, _cut(table.rows))
    is_empty = not extract.posts.height and not extract.rejects.height
    if one.layout.name == "content" and is_empty and table.rows.whole.height:
        raise Refused(f"{raw.name} holds a total and no videos; {RIGHT_FILE}.")
    return extract


def _cut(rows: files.Rows) -> tuple[str, ...]:
    """What the footer of a table that Studio cut off says, in a sentence of ours."""
    first = rows.whole["0"].str.replace_all("\u00ad", "", literal=True)
    texts = [*first.drop_nulls().tail(3).to_list(), *(odd.content.replace("\u00ad", "") for odd in rows.odd)]
    is_cut = any(re.search(r"(?<!\d)500(?!\d)", text) and len(text) > 11 for text in texts)
    return ("Studio cut the table at 500 videos: those with fewer views are not in it",) if is_cut else ()


def _covered(raw: Raw, settings: ConnectorSettings, tables: list[MatchedTable], named: Range | None) -> Covered:
    """The days that the figures cover: from the name, else from the daily totals in the same zip."""
    if named:
        return Covered(named.start, named.end, "the range in its name")
    if re.search(r"(?i)\b(lifetime|since uploaded)\b", raw.path):
        return Covered(None, None, "lifetime, as its name says")
    for one in tables:
        if one.layout.name == "daily":
            texts = files.rows(one.table, one.top).frame["date"]
            days = moments(texts, settings.dates, "UTC", raw.received_at).on.drop_nulls()
            start, end = days.min(), days.max()
            if isinstance(start, date) and isinstance(end, date):
                return Covered(start, end, f"the days of {one.table.place.rsplit('/', 1)[-1]}")
    return posts.LIFETIME._replace(
        notes=("nothing says which days the figures cover: taken as lifetime; keep the zip's name, which says it",)
    )
