"""Meta Business Suite's exports, which Facebook and Instagram share: tables of posts, and an account's results.

Reference: Meta Business Suite, Insights, Content, Export data; Insights, Results, Export. Not a connector;
``facebook`` and ``instagram`` are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial

import polars as pl

from connectors.contract import METRIC, Extract, Match, Raw, Refused
from connectors.meta import audience_blocks, results_by_day
from connectors.reading import damage, files, posts, unrecognised
from connectors.reading.dates import moments
from connectors.reading.extracts import read_each
from connectors.reading.headers import header_key, values_of
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables
from connectors.reading.observed import Seen, meta_range, meta_seen
from connectors.reading.posts import Covered, Posts
from connectors.settings import ConnectorSettings

LONGEST_TABLE = 500
"""Rows from which a table of posts may have been cut, as studios cut theirs."""


def sniffed(raw: Raw, platform: str, layouts: tuple[Layout, ...], settings: ConnectorSettings) -> Match | None:
    """How sure ``platform`` is of a file; one of results may be of both, and its title, name and folders decide.

    Where they say nothing it is Instagram's: so was every genuine file with a bare title whose account is known.
    """
    if surest := match(matched_tables(raw, platform, layouts, settings)):
        return surest
    titles = [block.title for block in results_by_day.blocks(raw)]
    if titles:
        named = [results_by_day.platform_of(title) for title in titles]
        is_hinted = bool(re.search(rf"(?i)(?<![a-z]){'ig|insta' if platform == 'instagram' else 'fb|face'}", raw.path))
        is_titled = named[0] == platform or set(named) - {None} == {platform}
        sureness = 0.7 if is_titled else 0.62 if is_hinted else 0.5
        return Match(sureness + 0.01 * (platform == "instagram"), f"an account's figures by day, titled {titles[0]!r}")
    if parts := audience_blocks.blocks_of(raw):
        is_own = audience_blocks.platform_of(raw, parts) == platform or parts[0].platform == platform
        return Match(0.7 if is_own else 0.5, f"an account's audience, titled {parts[0].title!r}")
    if what := _what_it_is(raw):
        is_named = any(platform in key for table in files.tables(raw) for line in table.top_keys for key in line)
        return Match(0.3 if is_named else 0.2, what)
    return None


def tables_of_posts(
    raw: Raw, platform: str, layouts: tuple[Layout, ...], settings: ConnectorSettings
) -> list[MatchedTable]:
    """The tables of a file that can be read row by row; none where it is an account's results by day.

    Raises:
        Refused: all of the platform's tables in it are of kinds that cannot be loaded.
    """
    tables = matched_tables(raw, platform, layouts, settings)
    useful = [one for one in tables if not one.layout.refused]
    if any(one.layout.name == "insights" for one in useful):  # its other sheets count the same posts by action
        useful = [one for one in useful if one.layout.name != "actions"]
    if tables and not useful:
        raise Refused(f"{tables[0].layout.refused}; {results_by_day.RIGHT_FILE}.")
    return useful


def read_results(raw: Raw, platform: str, settings: ConnectorSettings) -> Extract:
    """An account's results by day, and the shares of its audience.

    Raises:
        Refused: it is another of Meta's exports, or in a language that is not known.
    """
    days, audience = results_by_day.blocks(raw), audience_blocks.blocks_of(raw)
    readers = [
        *([partial(audience_blocks.read, raw, platform, audience, settings)] if audience else []),
        *([partial(results_by_day.read, raw, platform, days, settings)] if days else []),
    ]
    if readers:
        return read_each(readers, lambda read: read())
    what = _what_it_is(raw) or "This is no table of posts from Meta Business Suite"
    raise Refused(f"{what}; {results_by_day.RIGHT_FILE}.")


def seen_at(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Seen:
    """When the figures of a table were seen.

    Raises:
        Refused: the table has no figure that is known.
    """
    if not set(METRIC) & set(one.top.positions):
        raise Refused(unrecognised.columns(raw.name, one.top))
    return meta_seen(raw, settings, one.table.place, one.table.written_at, one.table.is_utc)


def posts_of(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Posts:
    """The rows of a table of posts, their counts as numbers and their times in UTC; who is who is still open."""
    table = posts.read(raw, one, settings, _has_identity(one))
    if table.has("date") and not table.has("published"):
        return table._replace(frame=_dated(table.frame, settings, raw))
    return table


def extract_of(raw: Raw, table: Posts, frame: pl.DataFrame, seen: Seen, settings: ConnectorSettings) -> Extract:
    """The Extract of ``frame``: the rows of ``table`` with their identities, as lifetime figures or days' gains."""
    covered = Covered(None, None, "lifetime, as its column Date says" if table.has("date") else "lifetime")
    if table.has("date") and table.has("published"):
        frame, covered = _lifetime(frame, settings, raw, covered)
    extract = posts.extract_of_posts(table, frame, seen, covered, settings, damage.identity_notes(frame))
    return replace(extract, evidence=replace(extract.evidence, lists=_listed(raw, table.matched, extract)))


def _listed(raw: Raw, one: MatchedTable, extract: Extract) -> tuple[date, date] | None:
    """The days of publication of which an export of posts has every post: its name says so, and it was not cut."""
    span = meta_range(one.table.place) or meta_range(raw.name)
    is_cut = extract.evidence.rows >= LONGEST_TABLE or extract.rejects.height > 0
    return (span.start, span.end) if span and one.layout.name == "content" and not is_cut else None


def _has_identity(one: MatchedTable) -> pl.Expr:
    """Whether a row names a post: a long number, or a link."""
    id_like = pl.lit(False)
    if {"post_id", "video_id"} & set(one.top.positions):
        number = pl.col("post_id" if "post_id" in one.top.positions else "video_id")
        id_like = number.str.contains(r"^[\s'\"=]*\d[\d_.,E+]{5,}").fill_null(False)
    has_link = pl.col("url").str.contains("(?i)https?://").fill_null(False) if "url" in one.top.positions else False
    return id_like | has_link


def _dated(frame: pl.DataFrame, settings: ConnectorSettings, raw: Raw) -> pl.DataFrame:
    """Older exports call the time of publication ``Date``."""
    times = moments(frame["date"], settings.dates, settings.source_zone, raw.received_at)
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
    by_word = pl.col("kind").replace_strict(
        words, [kinds.get(header_key(word), "post") for word in words], default=None, return_dtype=pl.String
    )
    is_reel = table.texts("url").str.contains("/reel", literal=True).fill_null(False)
    return pl.when(is_reel).then(pl.lit("short")).otherwise(by_word)


def with_identity(frame: pl.DataFrame, platform: str) -> pl.DataFrame:
    """``frame`` with ``post_id``: ``by_id``, else ``by_link``, else ``by_moment``; a reason where all are null."""
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


def _what_it_is(raw: Raw) -> str | None:
    """What a file of Meta's is that holds no posts and no results; None where it is not Meta's."""
    for table in files.tables(raw):
        lines = table.top_keys
        if {"reels", "photos", "links"} <= {key for line in lines for key in line}:
            return "These are summaries by format of content, not posts"
        if lines and lines[0] and lines[0][0].startswith("sep="):
            title = next((row[0] for row in table.top if row and row[0] and not row[0].startswith("sep=")), "no title")
            return f"These are figures of an account's audience ({title}), not its posts"
    return None
