"""Rows of the four kinds of file, each read as its platform or template means it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tests.oracle.came_in import File, Post, Row, Seen
from tests.oracle.counts import NotACount, metrics_of, parse_count
from tests.oracle.days import end_of, start_of
from tests.oracle.texts import match_key

PACIFIC = "America/Los_Angeles"
META_METRICS = {"Views": "views", "Reach": "reach", "Reactions": "likes", "Comments": "comments", "Shares": "shares",
                "Total clicks": "clicks"}  # fmt: skip
STUDIO_METRICS = {"Views": "views", "Likes": "likes", "Comments added": "comments", "Shares": "shares"}
SHEET_METRICS = ("views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks", "watch_seconds")
META_KINDS = {"Photos": "post", "Videos": "video", "Reels": "short", "Live": "live", "Links": "post"}


def wall_time(text: str, form: str, zone: str) -> datetime:
    return datetime.strptime(text, form).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def blank(text: str | None) -> str | None:
    return (text or "").strip() or None


def read_meta(row: Row, file: File, at: datetime, day: date | None) -> Seen:
    """A row of Meta's export; its times are US Pacific. A damaged id is never used, the link's number is.

    docs/rules.md: Identity survives spreadsheets.
    """
    post_id, page = row["Post ID"], row["Page ID"]
    link = blank(row.get("Permalink")) if "Permalink" in file.columns else None
    number = re.search(r"/(?:posts|videos|reel)/(\d+)", link or "")
    is_damaged = not post_id.isdigit()
    if is_damaged and not number:
        raise NotACount("no identity")
    video = re.search(r"/(?:videos|reel)/(\d+)", link or "")
    published = wall_time(row["Publish time"], "%m/%d/%Y %H:%M", PACIFIC)
    on = None if row["Date"] == "Lifetime" else datetime.strptime(row["Date"], "%m/%d/%Y").date()
    if on and end_of(on, PACIFIC) < published:  # exports count 0 on days before a post came out
        raise NotACount("before it was published")
    return Seen(
        post=("facebook", f"{page}_{number[1] if is_damaged and number else post_id}"),
        at=at,
        day=day,
        grade="export",
        metrics=metrics_of(row, file.columns, META_METRICS),
        period=(on, on) if on else None,
        account=page,
        account_name=row["Page name"],
        url=link,
        text=blank(row["Description"]),
        kind="short" if link and "/reel/" in link else META_KINDS[row["Post type"]],
        published=published,
        video=video[1] if video else None,
        is_crosspost=row["Is crosspost"] == "1" if "Is crosspost" in file.columns else None,
        is_damaged=is_damaged,
    )


def read_sheet(row: Row, file: File, at: datetime, day: date | None, zone: str) -> Seen:
    """A row of a partner's sheet: known by its link, else by its number beside its account, on its day."""
    platform, link, account = row["platform"], blank(row.get("link")), blank(row.get("account"))
    named = named_by(link) if link else None
    number = f"{platform}-no-{row['no']}-{'-'.join(match_key(account or '').split())}"
    on = blank(row.get("published"))
    post = named or (platform, f"{number}-on-{on}" if on else number)
    read_on = blank(row.get("read_on"))
    if read_on:
        day = date.fromisoformat(read_on)
        at = end_of(day, zone)
    published, days = blank(row.get("published")), (blank(row.get("from")), blank(row.get("to")))
    return Seen(
        post=post,
        at=at,
        day=day,
        grade="entered",
        metrics=metrics_of(row, file.columns, {name: name for name in SHEET_METRICS}),
        period=(date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days[0] and days[1] else None,
        account=account or blank(row.get("organisation")),
        account_name=account or blank(row.get("organisation")),
        organisation=blank(row.get("organisation")),
        url=link,
        text=blank(row.get("title")),
        kind=blank(row.get("kind")),
        published=start_of(date.fromisoformat(published), zone) if published else None,
        number=None if named or not published else number,
    )


def read_outreach(row: Row, zone: str) -> Seen:
    """A row of the outreach log: its number within its station and day, from which day on it counts."""
    audience = parse_count(row.get("audience", ""))
    day = date.fromisoformat(row["date"])
    at = end_of(day, zone)
    return Seen(
        post=("outreach", blank(row.get("link")) or f"{row['station']} {row['date']} {row['no']}"),
        at=at,
        day=day,
        grade="entered",
        metrics={"audience": audience} if audience else {},
        account=row["station"],
        account_name=row["station"],
        organisation=blank(row.get("organisation")),
        url=blank(row.get("link")),
        text="\n".join(part for part in (blank(row["title"]), blank(row.get("note"))) if part) or None,
        kind=row["kind"],
        published=start_of(day, zone),
        number=row["no"],
    )


def read_studio(row: Row, file: File, at: datetime, day: date | None) -> Seen:
    """A video of YouTube Studio's table; its days are US Pacific, and the zip's name says whose it is."""
    assert file.period
    channel = re.sub(r"^.*\d{4}-\d{2}-\d{2}_\d{4}-\d{2}-\d{2} |\.zip$", "", file.path.rsplit("/", 1)[-1])
    return Seen(
        post=("youtube", row["Content"]),
        at=at,
        day=day,
        grade="export",
        metrics=metrics_of(row, file.columns, STUDIO_METRICS),
        period=file.period,
        account=channel,
        account_name=channel,
        url=f"https://www.youtube.com/watch?v={row['Content']}",
        text=blank(row["Video title"]),
        kind="video",
        published=wall_time(row["Video publish time"], "%b %d, %Y", PACIFIC),
    )


def named_by(link: str) -> Post | None:
    """The post that a link names."""
    if match := re.search(r"facebook\.com/(\d+)/(?:posts|videos)/(\d+)", link):
        return "facebook", f"{match[1]}_{match[2]}"
    if match := re.search(r"(?:youtu\.be/|youtube\.com/watch\?v=)([\w-]{11})", link):
        return "youtube", match[1]
    return None
