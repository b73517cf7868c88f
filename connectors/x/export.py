"""X: the content export of today, the tweet activity of old, and an account's overview by day.

Reference: https://analytics.x.com (Content, Overview, Export data); columns as found in exports of 2015 to 2026.
Limits: figures are taken for those of the range in the file's name (the setting ``covers``). ``impressions`` are what
X shows as views, and count as both. The columns Shares and Share are links sent, not reposts, and are ignored.
An id holds the millisecond of its post, which stands for dates that name a day only.
Not reported: reach; watch time.
"""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Literal

import polars as pl
from pydantic import Field

from connectors.asking.settings import ApiSettings, Quota
from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import accounts, damage, links, posts
from connectors.reading.extracts import read_each
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables
from connectors.reading.observed import day, observed
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings

NAME = "x"

LAYOUTS = (
    Layout("content", "X's export of posts", ("post_id|url", "published_at|text", "impressions|likes|comments|shares")),
    Layout("overview", "X's overview by day", ("date", "impressions", "shares", "comments|saves"),
           ("post_id", "url")),
    Layout("video", "X's overview of videos", ("date", "watch_seconds"), ("impressions",),
           refused="This is X's overview of an account's videos by day, which names no posts"),
    Layout("videos", "X's overview of videos", ("title", "published_at", "views"), ("impressions",), marks="name|url",
           refused="This is X's list of videos, which names no posts"),
)  # fmt: skip
RIGHT_FILE = "in X's Analytics choose Content, the range, then Export data"
_RANGE = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d|\d{8})_(\d{4}-\d\d-\d\d|\d{8})(?!\d)")
_EPOCH_MS = 1288834974657
_FIRST_SNOWFLAKE = 29_700_859_247


class Settings(ApiSettings):
    """X's section of the settings; ``covers`` says whether figures are those of the range or of the posts' lifetime.

    ``accounts`` are handles. With ``is_user_context`` the token is that of the account itself, which alone is told
    clicks. ``fields_parameter`` is what the API calls the parameter that names a post's fields. A post that is read
    costs ``price_of_a_post`` US dollars (https://docs.x.com/x-api/getting-started/pricing; 0.001 where the app belongs
    to the account); a night stops before ``spend_a_month`` of them are spent.
    """

    zone: str = "UTC"
    covers: Literal["range", "lifetime"] = "range"
    base_url: str = "https://api.x.com"
    is_user_context: bool = False
    fields_parameter: Literal["tweet.fields", "post.fields"] = "tweet.fields"
    price_of_a_post: float = Field(default=0.005, gt=0)
    spend_a_month: float | None = Field(default=None, ge=0)

    def quota(self) -> Quota | None:
        """The posts that may be read in a month for ``spend_a_month``."""
        if self.spend_a_month is None:
            return super().quota()
        posts = int(self.spend_a_month / self.price_of_a_post + 1e-9)
        return Quota(posts, 1, "month", f"the month's {self.spend_a_month:,.2f} USD (spend_a_month)")

    def may_tell(self, account: str, metric: str) -> bool:
        """Clicks are asked for with the token of the account itself alone."""
        return metric != "clicks" or self.is_user_context

    def price(self, units: int) -> str:
        """What it costs to read so many posts."""
        return f"about {units * self.price_of_a_post:,.2f} USD"


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of X's, those that :func:`read` refuses by name among them."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Posts with their readings over the file's range, and an account's figures by day.

    Raises:
        Refused: the file names no posts and no days.
    """
    tables = matched_tables(raw, NAME, LAYOUTS, settings)
    useful = [one for one in tables if not one.layout.refused]
    if not useful:
        what = tables[0].layout.refused if tables else "This is no table of X's"
        raise Refused(f"{what}; {RIGHT_FILE}.")
    return read_each(useful, lambda one: _read(raw, one, settings))


def _read(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Extract:
    covered = _covered(raw, settings)
    seen = observed(raw, settings, covered.last, "the range in its name", one.table.written_at, one.table.is_utc)
    if one.layout.name == "overview":
        owner = re.search(r"activity_metrics_(\w{1,15})_\d{8}_\d{8}", raw.name)
        return accounts.read(raw, one, settings, seen, NAME, owner[1] if owner else None)
    has_links = "url" in one.top.positions
    number = links.part(NAME, "number") if has_links else pl.lit(None, pl.String)
    is_post = number.is_not_null()
    if "post_id" in one.top.positions:
        is_post = is_post | pl.col("post_id").str.contains(r"^[\s'\"=]*\d[\d.,E+]{5,}")
    table = posts.read(raw, one, settings, is_post)
    no_text = pl.lit(None, pl.String)
    handle = links.part(NAME, "user") if has_links else no_text
    frame = table.frame.with_columns(
        damage.intact_ids(table.frame, "post_id").alias("by_id"),
        number.alias("by_link"),
        pl.when(handle.str.to_lowercase() != "i").then(handle).alias("username"),
        _unescaped(table),
    ).with_columns(pl.col("username").alias("account_id"))
    had_id = pl.col("post_id").is_not_null() if table.has("post_id") else pl.lit(False)
    frame = damage.with_moment(frame, pl.coalesce("by_id", "by_link").is_null())
    post_id = pl.coalesce("by_link", "by_id", "by_moment")
    snowflake = pl.coalesce("by_link", "by_id").cast(pl.Int64, strict=False)
    written_at = ((snowflake // (1 << 22) + _EPOCH_MS) * 1000).cast(pl.Datetime("us"))
    frame = frame.with_columns(
        pl.lit(NAME).alias("platform"),
        post_id.alias("post_id"),
        pl.when(pl.coalesce("by_link", "by_id").is_null()).then(pl.lit("moment")).otherwise(pl.lit("id"))
        .alias("identified_by"),
        pl.when(snowflake > _FIRST_SNOWFLAKE).then(written_at).otherwise("published_at").alias("published_at"),
        pl.lit("post").alias("kind"),
        (had_id & pl.col("by_id").is_null() | damage.is_damaged_text(pl.col("text"))).alias("is_damaged"),
        pl.when(post_id.is_null()).then(pl.lit(damage.NO_IDENTITY)).otherwise("unreadable").alias("reason"),
    )  # fmt: skip
    return posts.extract_of_posts(table, frame, seen, covered, settings, damage.identity_notes(frame))


def _unescaped(table: posts.Posts) -> pl.Expr:
    """Texts as people wrote them: X writes ``&``, ``<`` and ``>`` as HTML does."""
    if not table.has("text"):
        return pl.lit(None, pl.String).alias("text")
    is_escaped = pl.col("text").str.contains(r"&(?:amp|lt|gt|quot|#39);").fill_null(False)
    escaped = table.frame.filter(is_escaped)["text"].unique().to_list()
    return table.texts("text").replace(escaped, [html.unescape(text) for text in escaped])


def _covered(raw: Raw, settings: ConnectorSettings) -> Covered:
    """The range in a file's name, with or without hyphens: today's names its last day, the activity's the day after."""
    span = _RANGE.search(raw.name)
    start, end = (day(span[1]), day(span[2])) if span else (None, None)
    if end and "activity_metrics" in raw.name:
        end -= timedelta(days=1)
    if start is None or end is None or end < start:
        note = "nothing says which days the figures cover: taken as lifetime; keep the file's name, which says it"
        return posts.LIFETIME._replace(notes=(note,))
    if getattr(settings, "covers", "range") == "lifetime":
        return Covered(None, None, "the range in its name, lifetime figures as the settings say", dated=end)
    return Covered(start, end, "the range in its name")
