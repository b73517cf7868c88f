"""Sprout Social: its reports Post Performance and Profile Performance, of several networks in one table.

Reference: https://support.sproutsocial.com/hc/en-us/articles/360052331251 (Post Performance), which figure each network
has: https://api.sproutsocial.com/docs/; columns as found in files of 2024 to 2026.
Limits: a post is its network's own, by its link, else by its id; figures are of its lifetime. One column is another
figure on each network (``_FIGURES``), and what it is there decides. Times are in the zone of Sprout's account: the
setting ``zone``. Of profiles by day the followers are read.
Not reported: views of Facebook's and Instagram's posts, but where Impressions are known to be views.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

import polars as pl

from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import accounts, files, links, posts
from connectors.reading.damage import intact_ids, is_damaged_text
from connectors.reading.dates import moments
from connectors.reading.extracts import extract, read_each
from connectors.reading.layouts import Layout, MatchedTable, matched_tables
from connectors.reading.numbers import parse_counts
from connectors.reading.observed import observed
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings, Order

NAME = "sprout"

LAYOUTS = (
    Layout("content", "Sprout Social's report on posts",
           ("published_at", "network", "profile", "link", "impressions|likes|views", "post_type|sent_by")),
    Layout("days", "Sprout Social's report on profiles by day", ("date", "network", "profile", "followers", "growth")),
    Layout("networks", "Sprout Social's report on networks by day", ("date", "network", "followers", "growth"),
           ("profile",), words="days",
           refused="These are Sprout Social's figures of networks by day, which do not say of which profiles"),
)  # fmt: skip
RIGHT_FILE = "in Sprout Social choose Reports, Post Performance, Export CSV"
_ALIKE = {"likes": "likes", "comments": "comments", "shares": "shares"}
_FIGURES: Mapping[str, Mapping[str, str]] = {
    "bluesky": _ALIKE,
    "facebook": {**_ALIKE, "impressions": "impressions", "reach": "reach", "clicks": "clicks",
                 "watch_seconds": "watch_seconds"},
    "instagram": {**_ALIKE, "impressions": "impressions", "views": "views_told", "reach": "reach", "saves": "saves"},
    "linkedin": {**_ALIKE, "impressions": "impressions", "views": "views", "reach": "reach", "clicks": "clicks"},
    "threads": _ALIKE,
    "tiktok": {**_ALIKE, "views": "views", "reach": "reach"},
    "x": {**_ALIKE, "impressions": "impressions", "views": "impressions", "clicks": "link_clicks"},
    "youtube": {**_ALIKE, "views": "views", "likes": "likes_alone"},
}  # fmt: skip
"""Which column of a network's posts is which figure. Video views of Facebook begin at three seconds, X's are of its
videos alone, Reactions of YouTube count dislikes, too: none of them is what the platform calls by our word."""
_VIEWS_SINCE = {
    "facebook": (datetime(2025, 1, 1), datetime(2025, 11, 15)),
    "instagram": (datetime(2024, 7, 2), None),
}
"""Of posts published since the first day Impressions may be views. Made since the second day, a file says that they
are; None where nothing says it."""
_BY_NUMBER = ("instagram", "tiktok", "x")
"""Networks whose own exports have the number that stands in the column of ids."""


class Settings(ConnectorSettings):
    """Sprout Social's section of the settings; ``zone`` is that of its account."""

    date_order: Order | None = "month first"


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Sprout Social's reports; a sheet that names platforms has other columns beside them."""
    tables = matched_tables(raw, NAME, LAYOUTS, settings)
    return Match(0.95, f"the header of {tables[0].layout.what}") if tables else None


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Posts of several platforms with their lifetime readings, or the followers of accounts by day.

    Raises:
        Refused: it is no such report, or does not say whose figures it has.
    """
    tables = matched_tables(raw, NAME, LAYOUTS, settings)
    useful = [one for one in tables if not one.layout.refused]
    if not useful:
        what = tables[0].layout.refused if tables else "This is no report of Sprout Social"
        raise Refused(f"{what}; {RIGHT_FILE}.")
    return read_each(useful, lambda one: (_days if one.layout.name == "days" else _posts)(raw, one, settings))


def _posts(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Extract:
    rows = files.rows(one.table, one.top)
    rows = replace(rows, frame=_with_figures(_with_platform(rows.frame)))
    table = posts.read(raw, one, settings, pl.col("link").str.contains("(?i)https?://"), rows=rows)
    frame, notes = _with_views(table.frame)
    frame = frame.with_columns(
        table.texts("profile").str.strip_prefix("@").alias("name"), table.texts("text").alias("text")
    )
    frame = _identified(frame).with_columns(
        pl.col("link").alias("url"),
        is_damaged_text(pl.col("text")).alias("is_damaged"),
        _kind(table).alias("kind"),
        pl.when(pl.col("platform").is_null())
        .then(pl.format("its network, {}, is none that is known here", pl.col("network").fill_null("an empty cell")))
        .when(pl.col("post_id").is_null())
        .then(pl.lit("no identity: its link names no post, and its id is missing or damaged by a spreadsheet"))
        .otherwise("unreadable")
        .alias("reason"),
    )
    seen = observed(raw, settings, None, "", one.table.written_at, one.table.is_utc)
    covered = Covered(None, None, "lifetime, as Sprout Social's report on posts is")
    return posts.extract_of_posts(table, frame, seen, covered, settings, tuple(notes))


def _with_platform(frame: pl.DataFrame) -> pl.DataFrame:
    """``platform``: our name of each row's network; null where it is none of those whose figures are known."""
    names = frame["network"].drop_nulls().unique().to_list()
    platforms = [name if (name := links.platform_called(cell)) in _FIGURES else None for cell in names]
    called = pl.col("network").replace_strict(names, platforms, default=None, return_dtype=pl.String)
    return frame.with_columns(called.alias("platform"))


def _with_figures(frame: pl.DataFrame) -> pl.DataFrame:
    """Each figure of a row from the column that holds it on the row's network."""
    metrics = sorted({metric for columns in _FIGURES.values() for metric in columns})
    cells = {
        metric: [
            pl.when(pl.col("platform") == platform).then(pl.col(columns[metric]))
            for platform, columns in _FIGURES.items()
            if columns.get(metric) in frame.columns
        ]
        for metric in metrics
    }
    return frame.with_columns(pl.coalesce(theirs).alias(metric) for metric, theirs in cells.items() if theirs)


def _with_views(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Impressions that are views become views; those of which nothing says what they are become unknown."""
    notes = list[str]()
    if "impressions" not in frame.columns:
        return frame, notes
    newest = frame["published_at"].max()
    for platform, (since, told_since) in _VIEWS_SINCE.items():
        is_here = (pl.col("platform") == platform).fill_null(False) & pl.col("impressions").is_not_null()
        is_recent = (pl.col("published_at") >= since).fill_null(True)
        is_told = told_since is not None and isinstance(newest, datetime) and newest >= told_since
        is_views = is_here & is_recent & pl.col("published_at").is_not_null() & is_told
        if count := int(frame.select((is_here & is_recent & ~is_views).sum()).item()):
            notes.append(
                f"Impressions of {count} {'post' if count == 1 else 'posts'} on {platform} were not read: nothing says "
                "whether they are views"
            )
        views = [pl.when(is_views).then("impressions"), *([pl.col("views")] if "views" in frame.columns else [])]
        left = pl.when(~(is_here & is_recent)).then("impressions")
        frame = frame.with_columns(pl.coalesce(views).alias("views"), left.alias("impressions"))
    return frame, notes


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    """``post_id``, ``alias``, ``video_id``, ``identified_by``, and ``account_id``: the handle in the link, else a name.

    The link tells a post; an id of Facebook's that names page and post tells more, and an id alone the post that the
    network's own exports call so.
    """
    ids = frame.select(intact_ids(frame, "post_id").alias("id"))["id"]
    identities = pl.DataFrame(
        list(_identities(frame["platform"], frame["link"], ids if len(ids) == frame.height else [None] * frame.height)),
        schema=dict.fromkeys(("post_id", "alias", "video_id", "identified_by", "username"), pl.String),
        orient="row",
    )
    frame = frame.drop("post_id", strict=False).hstack(identities)
    return frame.with_columns(pl.coalesce("username", "name").alias("account_id"))


def _identities(
    platforms: Iterable[str | None], addresses: Iterable[str | None], ids: Iterable[str | None]
) -> Iterator[tuple[str | None, ...]]:
    for platform, link, post_id in zip(platforms, addresses, ids, strict=True):
        named = links.named(link) if link else None
        named = named if named and named.platform == platform else None
        alias, video_id = (named.alias, named.video_id) if named else (None, None)
        handle = links.shapes()[platform].parts_of(link or "").get("user") if platform else None
        if platform == "facebook" and post_id and "_" in post_id:
            yield post_id, alias, video_id, "id", handle
        elif named:
            yield named.post_id, alias, video_id, "link", handle
        else:
            yield post_id if platform in _BY_NUMBER else None, None, None, "id", handle


def _kind(table: posts.Posts) -> pl.Expr:
    """What a post is, by its link and by the words of two columns; X has nothing but posts."""
    network, link = pl.col("platform"), pl.col("link").str.to_lowercase()
    words = pl.concat_str(
        (table.texts(name).str.to_lowercase() for name in ("post_type", "kind")), separator=" ", ignore_nulls=True
    )
    is_meta = network.is_in(["facebook", "instagram"])
    is_video = words.str.contains("video") | (network == "youtube") | (network == "tiktok")
    return (
        pl.when(network == "x").then(pl.lit("post"))
        .when(is_meta & words.str.contains("story")).then(pl.lit("story"))
        .when(link.str.contains("/reel|/shorts/") | (is_meta & words.str.contains("reel"))).then(pl.lit("short"))
        .when(is_video & ~link.str.contains("/photo/").fill_null(False)).then(pl.lit("video"))
        .otherwise(pl.lit("post"))
    )  # fmt: skip


# --------------------------------------------------------------------------- profiles by day


def _days(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Extract:
    """The followers of each profile on each day.

    Raises:
        Refused: a profile has a day twice.
    """
    rows = files.rows(one.table, one.top)
    frame, counting = parse_counts(
        _with_platform(rows.frame).filter(pl.col("network").is_not_null()), also=("followers",)
    )
    times = moments(frame["date"], settings.dates, "UTC", raw.received_at)
    seen = observed(raw, settings, None, "", one.table.written_at, one.table.is_utc)
    frame = frame.with_columns(
        times.on.alias("day"),
        pl.col("profile").str.strip_chars().str.strip_prefix("@").alias("account"),
        pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"),
    ).with_columns(
        pl.when(pl.col("day").is_null())
        .then(pl.format("{} is not a date", pl.col("date").fill_null("an empty cell")))
        .when(pl.any_horizontal(pl.col("platform", "account").is_null()))
        .then(pl.format("its network, {}, is none that is known here, or it names no profile", "network"))
        .otherwise("unreadable")
        .alias("reason")
    )
    kept = frame.filter(pl.col("reason").is_null())
    if kept.select("platform", "account", "day").is_duplicated().any():
        raise Refused(f"These are parts of Sprout Social's profiles by day, in which a day stands twice; {RIGHT_FILE}.")
    of_accounts = kept.partition_by("platform", "account", as_dict=True, maintain_order=True)
    parts = [accounts.figures(part, platform, account) for (platform, account), part in of_accounts.items()]
    first, last = kept["day"].min(), kept["day"].max()
    assert first is None or isinstance(first, date)
    assert last is None or isinstance(last, date)
    return extract(
        rows,
        frame.filter(pl.col("reason").is_not_null()).select("row", "reason"),
        posts.read_report(one, seen, Covered(first, last, "its days"), times.order),
        (*seen.notes, *one.table.notes, *counting, *times.notes),
        pl.concat(parts).sort("row") if parts else None,
    )
