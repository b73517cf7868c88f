"""What Facebook's and Instagram's exports share: Meta Business Suite's tables of posts, and an account's results.

Reference: Meta Business Suite, Insights, Content, Export data; Insights, Results, Export. Not a connector;
``facebook`` and ``instagram`` are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from connectors.contract import METRIC, ConnectorSettings, Extract, Match, Raw, Refused
from connectors.meta import results_by_day
from connectors.reading import accounts, damage, files, layouts, posts, unrecognised
from connectors.reading.dates import moments
from connectors.reading.extracts import joined
from connectors.reading.headers import header_key, values_of
from connectors.reading.layouts import Found, Layout
from connectors.reading.observed import meta_range, meta_seen
from connectors.reading.posts import Covered, Posts

LONGEST_TABLE = 500
"""Rows from which a table of posts may have been cut, as studios cut theirs."""

Identified = Callable[[Posts, str], pl.DataFrame]
"""What a platform adds to the posts of a table of this layout: who is who."""


def sniffed(raw: Raw, platform: str, kinds: Sequence[Layout], settings: ConnectorSettings) -> Match | None:
    """How sure ``platform`` is of a file; one of results may be of both, and its title, name and folders decide."""
    if match := layouts.match(layouts.found(raw, platform, kinds, settings)):
        return match
    titles = [block.title for block in results_by_day.blocks(raw, platform)]
    if titles:
        own, other = ("instagram", "facebook") if platform == "instagram" else ("facebook", "instagram")
        said = [header_key(title) for title in titles]
        is_own, is_others = (any(name in title for title in said) for name in (own, other))
        is_hinted = bool(re.search(rf"(?i)(?<![a-z]){'ig|insta' if own == 'instagram' else 'fb|face'}", raw.path))
        sureness = 0.7 if said[0].startswith(own) or (is_own and not is_others) else 0.62 if is_hinted else 0.5
        return Match(sureness + 0.01 * (own == "facebook"), f"an account's figures by day, titled {titles[0]!r}")
    if what := _unread(raw, platform):
        is_named = any(platform in header_key(cell) for table in files.tables(raw) for row in table.top for cell in row)
        return Match(0.3 if is_named else 0.2, what)
    return None


def read(
    raw: Raw, platform: str, kinds: Sequence[Layout], settings: ConnectorSettings, identified: Identified
) -> Extract:
    """The tables of posts in a file, or an account's figures by day.

    Raises:
        Refused: it is another of Meta's exports, or in a language that is not known.
    """
    tables = layouts.found(raw, platform, kinds, settings)
    useful = [one for one in tables if not one.layout.refused]
    if any(one.layout.name == "insights" for one in useful):  # its other sheets count the same posts by action
        useful = [one for one in useful if one.layout.name != "actions"]
    if useful:
        return joined([_read(raw, one, settings, identified) for one in useful])
    if tables:
        raise Refused(f"{tables[0].layout.refused}; {results_by_day.RIGHT_FILE}.")
    if blocks := results_by_day.blocks(raw, platform):
        return results_by_day.read(raw, platform, blocks, settings)
    what = _unread(raw, platform) or "This is no table of posts from Meta Business Suite"
    raise Refused(f"{what}; {results_by_day.RIGHT_FILE}.")


def _read(raw: Raw, one: Found, settings: ConnectorSettings, identified: Identified) -> Extract:
    if not set(METRIC) & set(one.top.positions):
        raise Refused(unrecognised.columns(raw.name, one.top))
    seen = meta_seen(raw, settings, one.table.place, one.table.written_at, one.table.is_utc)
    if one.layout.name == "page":
        return accounts.read(raw, one, settings, seen, "facebook")
    table = posts.read(raw, one, settings, _has_identity(one))
    frame = _dated(table.frame, settings, raw) if table.has("date") and not table.has("published") else table.frame
    frame = identified(table._replace(frame=frame), one.layout.name)
    covered = Covered(None, None, "lifetime, as its column Date says" if table.has("date") else "lifetime")
    if table.has("date") and table.has("published"):
        frame, covered = _lifetime(frame, settings, raw, covered)
    extract = posts.finished(table, frame, seen, covered, settings, damage.identity_notes(frame))
    return replace(extract, evidence=replace(extract.evidence, lists=_listed(raw, one, extract)))


def _listed(raw: Raw, one: Found, extract: Extract) -> tuple[date, date] | None:
    """The days of publication of which an export of posts has every post: its name says so, and it was not cut."""
    span = meta_range(one.table.place) or meta_range(raw.name)
    is_cut = extract.evidence.rows >= LONGEST_TABLE or extract.rejects.height > 0
    return (span.start, span.end) if span and one.layout.name == "content" and not is_cut else None


def _has_identity(one: Found) -> pl.Expr:
    """Whether a row names a post: a long number, or a link."""
    id_like = pl.lit(False)
    if {"post_id", "video_id"} & set(one.top.positions):
        own = pl.col("post_id" if "post_id" in one.top.positions else "video_id")
        id_like = own.str.contains(r"^[\s'\"=]*\d[\d_.,E+]{5,}").fill_null(False)
    has_link = pl.col("url").str.contains("(?i)https?://").fill_null(False) if "url" in one.top.positions else False
    return id_like | has_link


def _dated(frame: pl.DataFrame, settings: ConnectorSettings, raw: Raw) -> pl.DataFrame:
    """Older exports call the time of publication ``Date``."""
    times = moments(frame["date"], settings.date_order, settings.source_zone, raw.received_at)
    return frame.with_columns(times.at.alias("published_at"))


def _lifetime(
    frame: pl.DataFrame, settings: ConnectorSettings, raw: Raw, covered: Covered
) -> tuple[pl.DataFrame, Covered]:
    """Rows that say ``Lifetime`` (``Total`` in Spanish) or nothing are lifetime; a file of days is a daily breakdown.

    Its figures are each day's own, and are kept as gains.
    """
    is_day = pl.col("date").str.contains(r"\d").fill_null(False)
    days = frame.select(is_day.sum()).item()
    if days and days == frame.height:
        return posts.by_day(frame, settings, raw)
    if days:
        why = pl.when(is_day).then(pl.lit("figures of one day in a file of lifetime figures"))
        frame = frame.with_columns(pl.coalesce("reason", why).alias("reason"))
    return frame, covered


# --------------------------------------------------------------------------- rows


def text_of(table: Posts) -> pl.Expr:
    """The longer of title and description: Meta swaps them from one kind of post to the next."""
    title, text = table.texts("title"), table.texts("text")
    title_is_longer = title.str.len_chars() > text.str.len_chars()
    return pl.when(title_is_longer | text.is_null()).then(title).otherwise(text)


def kind_of(table: Posts, platform: str) -> pl.Expr:
    """Our kind for the table's own, whatever its language; since 2026 reels are called videos, their links tell."""
    if not table.has("kind"):
        return pl.lit(None, pl.String)
    words = table.frame["kind"].drop_nulls().unique().to_list()
    kinds = values_of(platform, "kinds")
    own = pl.col("kind").replace_strict(
        words, [kinds.get(header_key(word), "post") for word in words], default=None, return_dtype=pl.String
    )
    is_reel = table.texts("url").str.contains("/reel", literal=True).fill_null(False)
    return pl.when(is_reel).then(pl.lit("short")).otherwise(own)


def known(frame: pl.DataFrame, platform: str) -> pl.DataFrame:
    """``frame`` with its identities chosen from ``by_id``, ``by_link`` and ``by_moment``, and a reason without any."""
    frame = damage.with_moment(frame, pl.col("by_id").is_null() & pl.col("by_link").is_null())
    had_id = pl.col("post_id").is_not_null() if "post_id" in frame.columns else pl.lit(False)
    post_id = pl.coalesce("by_id", "by_link", "by_moment")
    return frame.with_columns(
        pl.lit(platform).alias("platform"),
        post_id.alias("post_id"),
        damage.identified_by(),
        ((had_id & pl.col("by_id").is_null()) | damage.is_damaged_text(pl.col("text"))).alias("is_damaged"),
        pl.when(post_id.is_not_null()).then("unreadable").otherwise(pl.lit(damage.NO_IDENTITY)).alias("reason"),
    )


# --------------------------------------------------------------------------- what is not read


def _unread(raw: Raw, platform: str) -> str | None:
    """What a file of Meta's is that holds nothing of ours; None where it is not Meta's."""
    for table in files.tables(raw):
        rows = [[header_key(cell) for cell in row] for row in table.top]
        cells = {cell for row in rows for cell in row}
        if {"reels", "photos", "links"} <= cells:
            return "These are summaries by format of content, not posts"
        if rows and rows[0] and rows[0][0].startswith("sep="):
            title = next((row[0] for row in table.top if row and row[0] and not row[0].startswith("sep=")), "no title")
            return f"These are figures of an account's audience ({title}), not its posts"
    return None
