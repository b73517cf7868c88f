"""TikTok: Studio's and Business Suite's exports (Content, Overview, Viewers, FollowerHistory), CSV, XLSX or the zip.

Reference: https://www.tiktok.com/tiktokstudio/analytics (Download data); columns as found in exports of 2025 and 2026.
Limits: ``Time`` is the day of the download and dates the figures. Days have no year and follow the account's language:
a video's year is that of its id, whose upper 32 bits are the upload's Unix time. Titles are not escaped.
Overview, viewers and followers are the account's, by day; the views of the last 7 days are not views.
Not reported: impressions, clicks; watch time only as averages.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta

import polars as pl

from connectors import accounts, exports, links, posts
from connectors.contract import ConnectorSettings, Extract, Match, Raw, Refused
from connectors.damage import NO_IDENTITY, is_damaged_text
from connectors.dates import month_days
from connectors.days import local_day, start_of
from connectors.exports import Rows
from connectors.extracts import joined
from connectors.layouts import Found, Layout, found, match
from connectors.observed import Seen, observed
from connectors.posts import LIFETIME

NAME = "tiktok"

LAYOUTS = (
    Layout("content", "TikTok Studio's table of videos", ("url", "views|likes|comments|shares")),
    Layout("overview", "TikTok Studio's overview by day", ("date", "views", "visits|reach"), ("url",)),
    Layout("viewers", "TikTok Studio's viewers by day", ("date", "reach"), ("url", "views")),
    Layout("followers", "TikTok Studio's followers by day", ("date", "followers"), ("url", "views")),
)
_RIGHT_FILE = "in TikTok Studio choose Analytics, Content, Download data"
_UPLOADED = 1 << 32  # what an id counts besides the second of its upload
_TAIL_CHARACTERS = 300  # no record has more behind its link
_FIRST = 1_400_000_000  # no video was uploaded before 2014: a smaller number holds no second


class Settings(ConnectorSettings):
    """TikTok's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of TikTok's."""
    return match(found(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Videos with their lifetime readings, and the account's figures by day.

    Raises:
        Refused: the file holds no table of TikTok's.
    """
    tables = sorted(found(raw, NAME, LAYOUTS, settings), key=lambda one: one.layout.name != "content")
    if not tables:
        raise Refused(f"{raw.name} is no table of TikTok's; {_RIGHT_FILE}.")
    parts, account = list[Extract](), None
    for one in tables:
        if one.layout.name == "content":
            parts.append(_videos(raw, one, settings))
            owners = parts[-1].posts["account_id"].drop_nulls().unique()
            account = owners[0] if len(owners) == 1 else None
        else:
            seen = observed(raw, settings, None, "", one.table.written_at, one.table.is_utc)
            parts.append(accounts.read(raw, one, settings, seen, NAME, account))
    return joined(parts)


def _videos(raw: Raw, one: Found, settings: ConnectorSettings) -> Extract:
    number = links.number(links.TIKTOK_ID)
    table = posts.read(raw, one, settings, number.is_not_null(), rows=_rows(one))
    seconds = number.cast(pl.Int64, strict=False) // _UPLOADED
    uploaded = pl.from_epoch(pl.when(seconds > _FIRST).then(seconds)).cast(pl.Datetime("us"))
    frame = table.frame.with_columns(number.alias("post_id"), uploaded.alias("uploaded_at"))
    frame = frame.with_columns(_published(frame, settings))
    handle = pl.col("url").str.extract(links.TIKTOK_USER)
    frame = frame.with_columns(
        pl.lit(NAME).alias("platform"),
        pl.lit("id").alias("identified_by"),
        handle.alias("account_id"),
        handle.alias("username"),
        table.texts("title").alias("text"),
        pl.when(pl.col("url").str.contains("/photo/")).then(pl.lit("post")).otherwise(pl.lit("video")).alias("kind"),
        is_damaged_text(table.texts("title")).alias("is_damaged"),
        pl.when(pl.col("post_id").is_null()).then(pl.lit(NO_IDENTITY)).otherwise("unreadable").alias("reason"),
    )
    return posts.finished(table, frame, _seen(raw, one, frame, settings), LIFETIME._replace(
        source="lifetime, as TikTok Studio's table of videos is"), settings)  # fmt: skip


def _published(frame: pl.DataFrame, settings: ConnectorSettings) -> pl.Series:
    """When each video came out: as written where the year is; else the upload's instant, if it is of that day.

    An upload may lie before its publication: then it is the day written, in the year next to it.
    """
    if "published" not in frame.columns:
        return frame["uploaded_at"].alias("published_at")
    days = month_days(frame["published"], settings.date_order)
    found: list[datetime | None] = []
    for written, uploaded, month, day in zip(
        frame["published_at"], frame["uploaded_at"], days["month"], days["day"], strict=True
    ):
        if not written and uploaded and month and day:
            years = (_date(uploaded.year + n, month, day) for n in (0, 1, -1))
            near = min((own for own in years if own), key=lambda own: abs(own - uploaded.date()), default=None)
            written = start_of(near, settings.source_zone) if near else None
        is_same = written and uploaded and abs(written - uploaded) <= timedelta(days=2)
        found.append(uploaded if is_same or not written else written)
    return pl.Series("published_at", found, dtype=pl.Datetime("us"))


def _seen(raw: Raw, one: Found, frame: pl.DataFrame, settings: ConnectorSettings) -> Seen:
    """``Time`` is the day of the download: not before the newest video, and over when the file was written."""
    written_at, is_utc = one.table.written_at, one.table.is_utc
    said = month_days(frame["seen_on"], settings.date_order).drop_nulls("month") if "seen_on" in frame.columns else None
    if said is None or not said.height:
        return observed(raw, settings, None, "", written_at, is_utc)
    most = said.group_by("year", "month", "day").len().sort("len", "year", "month", "day").row(-1)
    year, month, day = (int(part) if part is not None else 0 for part in most[:3])
    at, zone = observed(raw, settings, None, "", written_at, is_utc).at, settings.reporting_zone
    today, newest = local_day(raw.received_at, zone) + timedelta(days=1), frame["uploaded_at"].max()
    least = local_day(newest, zone) - timedelta(days=1) if isinstance(newest, datetime) else date.min
    years = [own for n in range(10) if (own := _date(year or today.year - n, month, day)) and own <= today]
    possible = [own for own in years if own >= least] or years
    over = [own for own in possible if own <= local_day(at, zone) + timedelta(days=1)]
    dated = max(over) if over else min(possible, default=None)
    return observed(raw, settings, dated, "the day in its column Time", written_at, is_utc)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --------------------------------------------------------------------------- titles that nobody escaped


def _rows(one: Found) -> Rows:
    """The rows of a table; where titles break them, read from the link on, which no title holds in its place."""
    rows = exports.rows(one.table, one.top)
    if one.table.text is None:
        return rows
    at = one.top.positions["url"][0]
    is_link = pl.col("url").str.contains(r"^\s*https?://\S+\s*$").fill_null(True)
    if not rows.odd and rows.frame.select(is_link.all()).item():
        return rows
    records = _anchored(one.table.text().decode("utf-8", errors="replace"), one, at)
    width = len(one.top.cells)
    schema = {**{str(n): pl.String for n in range(width)}, "row": pl.Int64}
    cells = [(*(cell or None for cell in record), n) for n, record in enumerate(records, start=1)]
    frame = pl.DataFrame(cells, schema=schema, orient="row")
    columns = [pl.col(str(first)).alias(name) for name, (first, *_) in one.top.positions.items()]
    return Rows(frame.select("row", *columns), frame)


def _anchored(text: str, one: Found, at: int) -> list[list[str]]:
    """Each record, taken apart from its link: what stands behind it is plain, what stands before it is the title's."""
    mark, width = re.escape(one.table.delimiter), len(one.top.cells)
    link = re.compile(rf'{mark} ?"?(https?://[^\s",;]+)"?({mark}[^\r\n]*|(?=\r?\n|$))')
    start = text.find("\n", text.find(one.top.cells[at])) + 1
    records = []
    for place in link.finditer(text, start):
        if "tiktok.com/" not in place[1]:
            continue
        tail = _cells(place[2][len(one.table.delimiter) :], one.table.delimiter)
        head = text[start : place.start()].lstrip("\r\n")
        lost, head = _unlinked(head, one.table.delimiter, width, at)
        records += lost
        records.append([*_head(head, one.table.delimiter, at), place[1], *tail[: width - at - 1]])
        start = place.end()
    rest, _ = _unlinked(text[start:].lstrip("\r\n"), one.table.delimiter, width, at)
    return [[*record[:width], *[""] * (width - len(record))] for record in (*records, *rest)]


def _unlinked(head: str, mark: str, width: int, at: int) -> tuple[list[list[str]], str]:
    """Whole records without a link, as of deleted videos, before what belongs to the next one."""
    records = []
    lines = head.splitlines(keepends=True)
    while lines:
        record = _cells(lines[0], mark)
        if len(record) != width and (len(lines) == 1 or not _has_tail(lines[0], mark, width - at - 1)):
            break
        records.append(record[:width])
        lines.pop(0)
    return records, "".join(lines)


def _cells(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line), delimiter=mark), [])
    except csv.Error:
        return []


def _has_tail(line: str, mark: str, width: int) -> bool:
    """Whether a line ends like a record whose link is empty: with all that stands behind it."""
    own = re.escape(mark)
    cell = rf'{own}(?:"[\d.,]*"|[\d.]*)'
    tail = rf'{own}(?:"")?{own}(?:"[^"]*"|[^{own}"]*)(?:{cell}){{{width - 1}}}\s*$'
    return re.search(tail, line[-_TAIL_CHARACTERS:]) is not None


def _head(head: str, mark: str, width: int) -> list[str]:
    """The first cells of a record, the last of which is a title with whatever it holds."""
    cells = []
    for _ in range(width - 1):
        found = re.match(rf'"([^"]*)"{re.escape(mark)}|([^{re.escape(mark)}]*){re.escape(mark)}', head)
        cells.append((found[1] or found[2] or "") if found else "")
        head = head[found.end() :] if found else head
    title = head.strip()
    if title.startswith('"') and title.endswith('"') and len(title) > 1:
        title = title[1:-1]
    return [*cells, title.replace('""', '"')]
