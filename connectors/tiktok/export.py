"""TikTok: Studio's and Business Suite's exports (Content, Overview, Viewers, Follower…), CSV, XLSX or the zip.

Reference: https://www.tiktok.com/tiktokstudio/analytics (Download data); columns as found in exports of 2025 and 2026.
Limits: ``Time`` is the day of the download and dates the figures. Days have no year and follow the account's language:
a video's year is that of its id, whose upper 32 bits are the upload's Unix time. Titles are not escaped.
FollowerGender and FollowerTopTerritories are shares of the followers on the day of the download, as parts of 1; those
of an account with few followers have no rows. Overview, viewers and followers are the account's, by day; the views of
the last 7 days are not views.
Not reported: impressions, clicks; watch time only as averages.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta

import polars as pl

from connectors.asking.settings import OAuthSettings
from connectors.contract import Extract, Match, Raw
from connectors.reading import accounts, breakdowns, files, links, posts
from connectors.reading.damage import NO_IDENTITY, is_damaged_text
from connectors.reading.dates import month_days
from connectors.reading.days import day_starts, local_day
from connectors.reading.delimited import Odd
from connectors.reading.extracts import read_each
from connectors.reading.files import Rows
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables, needed_tables
from connectors.reading.observed import Seen, observed
from connectors.reading.posts import LIFETIME
from connectors.settings import ConnectorSettings

NAME = "tiktok"

LAYOUTS = (
    Layout("content", "TikTok Studio's table of videos", ("url", "views|likes|comments|shares")),
    Layout("overview", "TikTok Studio's overview by day", ("date", "views", "visits|reach"), ("url",)),
    Layout("viewers", "TikTok Studio's viewers by day", ("date", "viewers"), ("url", "views")),
    Layout("followers", "TikTok Studio's followers by day", ("date", "followers", "mark"), ("url", "views")),
    Layout("audience", "TikTok Studio's followers by gender or country", ("gender|country", "share"), ("date", "url"),
           marks="every column must be known"),
)  # fmt: skip
RIGHT_FILE = "in TikTok Studio choose Analytics, Content, Download data"
_UPLOADED = 1 << 32  # what an id counts besides the second of its upload
_TAIL_CHARACTERS = 300  # no record has more behind its link
_FIRST = 1_400_000_000  # no video was uploaded before 2014: a smaller number holds no second


class Settings(OAuthSettings):
    """TikTok's section of the settings; ``accounts`` are usernames, each with a refresh token of its own."""

    base_url: str = "https://open.tiktokapis.com"
    token_url: str = "https://open.tiktokapis.com/v2/oauth/token/"


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of TikTok's."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Videos with their lifetime readings, and the account's figures by day.

    Raises:
        Refused: the file holds no table of TikTok's.
    """
    refusal = f"{raw.name} is no table of TikTok's; {RIGHT_FILE}."
    tables = sorted(needed_tables(raw, NAME, LAYOUTS, settings, refusal), key=lambda one: one.layout.name != "content")
    account: str | None = None

    def read_one(one: MatchedTable) -> Extract:
        nonlocal account
        if one.layout.name != "content":
            seen = observed(raw, settings, None, "", one.table.written_at, one.table.is_utc)
            if one.layout.name == "audience":
                return _audience(one, seen, account)
            return accounts.read(raw, one, settings, seen, NAME, account)
        videos = _videos(raw, one, settings)
        owners = videos.posts["account_id"].drop_nulls().unique()
        account = owners[0] if len(owners) == 1 else None
        return videos

    return read_each(tables, read_one)


def _audience(one: MatchedTable, seen: Seen, account: str | None) -> Extract:
    """The shares of an account's followers, by one dimension."""
    dimension = "gender" if "gender" in one.top.positions else "country"
    covered = LIFETIME._replace(source="the day on which it was read")
    followers = breakdowns.Breakdown(NAME, account, "followers", dimension, "fraction")
    return breakdowns.two_columns(one, seen, covered, followers, "share")


def _videos(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Extract:
    number = links.part(NAME, "number")
    table = posts.read(raw, one, settings, number.is_not_null(), rows=_rows(one))
    seconds = number.cast(pl.Int64, strict=False) // _UPLOADED
    uploaded = pl.from_epoch(pl.when(seconds > _FIRST).then(seconds)).cast(pl.Datetime("us"))
    frame = table.frame.with_columns(number.alias("post_id"), uploaded.alias("uploaded_at"))
    frame = frame.with_columns(_published(frame, settings))
    handle = links.part(NAME, "user")
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
    return posts.extract_of_posts(table, frame, _seen(raw, one, frame, settings), LIFETIME._replace(
        source="lifetime, as TikTok Studio's table of videos is"), settings)  # fmt: skip


def _published(frame: pl.DataFrame, settings: ConnectorSettings) -> pl.Series:
    """When each video came out: as written where the year is; else the upload's instant, if it is of that day.

    An upload may lie before its publication: then it is the day written, in the year next to it.
    """
    if "published" not in frame.columns:
        return frame["uploaded_at"].alias("published_at")
    days = month_days(frame["published"], settings.date_order)
    uploaded, on = frame["uploaded_at"], frame["uploaded_at"].dt.date().alias("on")
    years = pl.DataFrame([on, days["month"], days["day"]]).select(
        pl.format("{}-{}-{}", pl.col("on").dt.year() + n, "month", "day")
        .str.to_date("%Y-%m-%d", strict=False)
        .alias(str(n))
        for n in (0, 1, -1)
    )
    away = [(pl.col(name) - pl.lit(on)).dt.total_days().abs() for name in years.columns]
    nearest = pl.coalesce(
        pl.when(distance == pl.min_horizontal(away)).then(pl.col(name))
        for distance, name in zip(away, years.columns, strict=True)
    )
    near = day_starts(years.select(nearest.alias("near"))["near"], settings.source_zone)
    written = frame["published_at"].fill_null(near)
    is_same = ((written - uploaded).dt.total_seconds().abs() <= 2 * 86_400).fill_null(written.is_null())
    return pl.select(pl.when(is_same).then(pl.lit(uploaded)).otherwise(pl.lit(written)).alias("published_at"))[
        "published_at"
    ]


def _seen(raw: Raw, one: MatchedTable, frame: pl.DataFrame, settings: ConnectorSettings) -> Seen:
    """``Time`` is the day of the download: not before the newest video, and over when the file was written."""
    written_at, is_utc = one.table.written_at, one.table.is_utc
    written_days = (
        month_days(frame["seen_on"], settings.date_order).drop_nulls("month") if "seen_on" in frame.columns else None
    )
    if written_days is None or not written_days.height:
        return observed(raw, settings, None, "", written_at, is_utc)
    most = written_days.group_by("year", "month", "day").len().sort("len", "year", "month", "day").row(-1)
    year, month, day = (int(part) if part is not None else 0 for part in most[:3])
    at, zone = observed(raw, settings, None, "", written_at, is_utc).at, settings.reporting_zone
    today, newest = local_day(raw.received_at, zone) + timedelta(days=1), frame["uploaded_at"].max()
    least = local_day(newest, zone) - timedelta(days=1) if isinstance(newest, datetime) else date.min
    years = [
        candidate for n in range(10) if (candidate := _date(year or today.year - n, month, day)) and candidate <= today
    ]
    possible = [candidate for candidate in years if candidate >= least] or years
    over = [candidate for candidate in possible if candidate <= local_day(at, zone) + timedelta(days=1)]
    dated = max(over) if over else min(possible, default=None)
    return observed(raw, settings, dated, "the day in its column Time", written_at, is_utc)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --------------------------------------------------------------------------- titles that nobody escaped


def _rows(one: MatchedTable) -> Rows:
    """The rows of a table; where titles break them, read from the link on, which no title holds in its place."""
    at, width = one.top.positions["url"][0], len(one.top.cells)
    first = [line for line in one.table.top[one.top.at + 1 :] if any(line)]
    is_broken = any(
        not at < len(line) <= width or (line[at] and not line[at].startswith("http")) for line in first[:-1]
    )
    if one.table.text is None or not is_broken:
        rows = files.rows(one.table, one.top)
        if one.table.text is None or _is_sound(rows):
            return rows
    records = _anchored(one.table.text().decode("utf-8", errors="replace"), one, at)
    odd = tuple(
        Odd(row, tuple(record), one.table.delimiter.join(record))
        for row, record in enumerate(records, start=1)
        if len(record) < width or any(record[width:])
    )
    left_out = {each.row for each in odd}
    whole = [
        (*(cell or None for cell in record[:width]), row)
        for row, record in enumerate(records, start=1)
        if row not in left_out
    ]
    schema = {**{str(n): pl.String for n in range(width)}, "row": pl.Int64}
    return files.widened(pl.DataFrame(whole, schema=schema, orient="row"), odd, one.top)


def _is_sound(rows: Rows) -> bool:
    """Whether each row has as many cells as the header, and a link where links stand."""
    is_link = pl.col("url").str.contains(r"^\s*https?://\S+\s*$").fill_null(True)
    return not rows.odd and bool(rows.frame.select(is_link.all()).item())


def _anchored(text: str, one: MatchedTable, at: int) -> list[list[str]]:
    """Each record, taken apart from its link: what stands behind it is plain, what stands before it is the title's."""
    mark, width = one.table.delimiter, len(one.top.cells)
    delimiter = re.escape(mark)
    link = re.compile(rf'{delimiter} ?"?(https?://[^\s",;]+)"?({delimiter}[^\r\n]*|(?=\r?\n|$))')
    first = re.compile(rf'"([^"]*)"{delimiter}|([^{delimiter}]*){delimiter}')
    start = text.find("\n", text.find(one.top.cells[at])) + 1
    records = []
    for place in link.finditer(text, start):
        if "tiktok.com/" not in place[1]:
            continue
        head = text[start : place.start()].lstrip("\r\n")
        if head.partition("\n")[0].count(mark) >= width - 1:
            lost, head = _unlinked(head, mark, width, at)
            records += lost
        records.append([*_head(head, first, at), place[1], *_tail(place[2], mark, width - at - 1)])
        start = place.end()
    rest, _ = _unlinked(text[start:].lstrip("\r\n"), mark, width, at)
    return [*records, *rest]


def _unlinked(head: str, mark: str, width: int, at: int) -> tuple[list[list[str]], str]:
    """Whole records without a link, as of deleted videos, before what belongs to the next one."""
    records = []
    lines = head.splitlines(keepends=True)
    while lines and lines[0].count(mark) >= width - 1:
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
    delimiter = re.escape(mark)
    cell = rf'{delimiter}(?:"[\d.,]*"|[\d.]*)'
    tail = rf'{delimiter}(?:"")?{delimiter}(?:"[^"]*"|[^{delimiter}"]*)(?:{cell}){{{width - 1}}}\s*$'
    return re.search(tail, line[-_TAIL_CHARACTERS:]) is not None


def _tail(text: str, mark: str, width: int) -> list[str]:
    """The plain cells behind a link, as many as there are."""
    quoted = text.removeprefix(mark).strip()
    cells = quoted.split(mark)
    if len(cells) == width and quoted.count('"') in (0, 2 * width):
        return quoted.replace('"', "").split(mark)
    return _cells(quoted, mark)


def _head(head: str, first: re.Pattern[str], width: int) -> list[str]:
    """The first cells of a record, the last of which is a title with whatever it holds."""
    cells = []
    for _ in range(width - 1):
        match = first.match(head)
        cells.append((match[1] or match[2] or "") if match else "")
        head = head[match.end() :] if match else head
    title = head.strip()
    if title.startswith('"') and title.endswith('"') and len(title) > 1:
        title = title[1:-1]
    return [*cells, title.replace('""', '"')]
