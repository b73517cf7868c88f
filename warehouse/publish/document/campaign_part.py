"""A campaign's part of the document: its figures, three to five pictures, and the posts with the most views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from connectors.contract import OUTREACH_KINDS
from warehouse.plan.model import Plan
from warehouse.publish.document import pictures
from warehouse.publish.document.blocks import Block, Cell, Heading, Paragraph, Picture, Table
from warehouse.publish.document.telling import HEADLINES, Telling
from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.report.language import listed, number, plain, words
from warehouse.publish.report.plan_names import asset_noun, asset_titles
from warehouse.publish.report.subject import posts_of
from warehouse.publish.report.wording import link, short
from warehouse.readings.latest import IS_OUTREACH

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]

_TOP = 10
_QUARTERS = 8
"""So many quarters stand beside one another on a page."""
_NAME = 34
"""So many characters of a post's text are its name in a picture."""


def posts_of_campaign(tables: Tables, campaign_id: str) -> pl.DataFrame:
    """The rows of ``post_totals`` that count in a campaign."""
    return posts_of(tables["post_totals"], campaign_id)


def campaign(telling: Telling, tables: Tables, plan: Plan, row: Row) -> Iterator[Block]:
    """The blocks of a campaign, by its row of ``campaign_totals``."""
    campaign_id = row["campaign_id"]
    yield Heading(1, plain(row["campaign_name"]))
    posts = posts_of_campaign(tables, campaign_id)
    online = posts.filter(~IS_OUTREACH)
    if row["posts"]:
        yield telling.figures(row)
    elif not row["outreach"]:
        yield Paragraph(telling("no_posts"))
    events = posts.filter(pl.col("kind") == "event").drop_nulls("published_at").sort("published_at")
    daily = tables["campaign_daily"].filter(pl.col("campaign_id") == campaign_id)
    yield from _growth(telling, daily, events, row["views"])
    yield from _where(telling, tables["account_totals"].filter(pl.col("campaign_id") == campaign_id))
    yield from _what(telling, tables["asset_totals"], plan, campaign_id, online)
    yield from _quarters(telling, tables["campaign_periods"].filter(pl.col("campaign_id") == campaign_id))
    yield from _top_posts(telling, online)
    outreach = posts.filter(IS_OUTREACH)
    if outreach.height:
        yield from _outreach(telling, outreach)


def _growth(telling: Telling, daily: pl.DataFrame, events: pl.DataFrame, views: int | None) -> Iterator[Block]:
    """A line of the views gained so far; it is said where it does not end with the campaign's views."""
    gained = daily.drop_nulls("views").sort("day").with_columns(pl.col("views").cum_sum().alias("so_far"))
    if gained.height < 2:
        return
    points = [(str(day), so_far) for day, so_far in gained.select("day", "so_far").iter_rows()]
    marks = [
        (str(telling.date_of(at)), short(text, _NAME) or telling.texts.kind("event"))
        for at, text in events.select("published_at", "text").iter_rows()
    ]
    (first_day, first), (last_day, last) = (
        gained.select("day", "so_far").rows()[0],
        gained.select("day", "so_far").rows()[-1],
    )
    alt = telling(
        "growth_alt", first=number(first), first_day=telling.day(first_day), last=number(last),
        last_day=telling.day(last_day),
    )  # fmt: skip
    title = telling("growth_and_events" if marks else "growth")
    yield Picture(title, alt, pictures.growth(points, marks, telling.texts.metric("views")))
    if views is not None and last != views:
        yield from _aside([telling("growth_of", number=number(last), views=number(views))])


def _where(telling: Telling, accounts: pl.DataFrame) -> Iterator[Block]:
    metric = _metric(accounts)
    ranked = accounts.drop_nulls(metric).sort(metric, "account_name", descending=[True, False])
    named = [(_account(telling, row), row[metric], telling.told(row, metric)) for row in ranked.iter_rows(named=True)]
    if len(named) > 1:
        yield from _bars(telling, telling("where", metric=telling.texts.metric(metric)), named)


def _account(telling: Telling, row: Row) -> str:
    return f"{plain(row['account_name'] or row['account_id'] or '–')} ({telling.texts.platform(row['platform'])})"


def _what(telling: Telling, assets: pl.DataFrame, plan: Plan, campaign_id: str, posts: pl.DataFrame) -> Iterator[Block]:
    """Bars of assets with figures, where the campaign has several; else of its posts."""
    nouns = asset_noun(plan, campaign_id, telling.language)
    shown = assets.filter((pl.col("campaign_id") == campaign_id) & (pl.col("posts") > 0))
    metric = _metric(shown)
    of_assets = shown.drop_nulls(metric).sort(metric, "asset_id", descending=[True, False])
    if of_assets.height > 1:
        noun = plain(nouns.get("one", nouns["other"])) if nouns else telling("piece")
        titles = asset_titles(plan, campaign_id, telling.language, posts)
        named = [
            (short(titles.get(row["asset_id"], row["asset_id"]), _NAME), row[metric], telling.told(row, metric))
            for row in of_assets.iter_rows(named=True)
        ]
    else:
        metric, noun = _metric(posts), telling("post")
        top = most_viewed(posts.drop_nulls(metric), _TOP, metric)
        named = [
            (short(row["text"], _NAME) or telling("no_text"), row[metric], telling.told_of_post(row, metric))
            for row in top.iter_rows(named=True)
        ]
    if len(named) > 1:
        yield from _bars(telling, telling("what", metric=telling.texts.metric(metric), noun=noun), named)


def _quarters(telling: Telling, periods: pl.DataFrame) -> Iterator[Block]:
    """What was gained in each of the last quarters, where two are known; one between them that is not stands empty."""
    quarters = periods.filter(pl.col("period").str.contains("-Q", literal=True)).sort("period_start").tail(_QUARTERS)
    rows = quarters.rows(named=True)
    while rows and rows[0]["views"] is None:
        rows.pop(0)
    while rows and rows[-1]["views"] is None:
        rows.pop()
    if sum(row["views"] is not None for row in rows) < 2:
        return
    gained = [(row["period"], row["views"], telling.told(row, "views")) for row in rows]
    alt = telling("bars_alt", list=_listed(telling, (f"{name} {told}" for name, _, told in gained)))
    yield Picture(telling("quarters"), alt, pictures.beside_before(gained))
    (_, before, told_before), (name, _, told) = gained[-2:]
    lines = [] if before is None else [telling("quarters_says", period=name, number=told, before=told_before)]
    if not rows[-1]["is_over"]:
        lines.append(telling("quarter_runs", period=name, day=telling.day(telling.about["as_of"])))
    yield from _aside([*lines, *_redefined(telling, rows), *telling.marks(told for _, _, told in gained)])


def _redefined(telling: Telling, periods: Sequence[Row]) -> Iterator[str]:
    """A sentence for each period inside of which a platform began to count views otherwise."""
    of_views = [change for change in telling.platforms.changes if change.metric == "views"]
    for row in periods:
        spanned = (row["definitions"] or "").split("; ")
        for change in of_views:
            if any(definition.startswith(change.start) for definition in spanned):
                yield telling(
                    "quarter_changed", period=row["period"], day=telling.day(change.since),
                    platform=telling.texts.platform(change.platform), metric=telling.texts.metric("views").lower(),
                )  # fmt: skip


def _aside(lines: Sequence[str]) -> Iterator[Block]:
    """Sentences below a picture or table, where there are some."""
    if lines:
        yield Paragraph(" ".join(lines), is_quiet=True)


def _top_posts(telling: Telling, posts: pl.DataFrame) -> Iterator[Block]:
    top = most_viewed(posts, _TOP, "views", "likes")
    if top.is_empty():
        return
    rows = [
        [
            Cell(short(row["text"], 110) or telling("no_text"), href=link(row["url"])),
            Cell(plain(row["account_name"] or telling.texts.platform(row["platform"]))),
            Cell((row["published_at"] and str(telling.date_of(row["published_at"]))) or ""),
            *(Cell(telling.told_of_post(row, metric)) for metric in HEADLINES),
        ]
        for row in top.iter_rows(named=True)
    ]
    heads = [
        telling("text"),
        telling("page"),
        telling("published"),
        *(telling.texts.metric(metric) for metric in HEADLINES),
    ]
    title = next((f"top_posts_{metric}" for metric in ("views", "likes") if top[metric].is_not_null().any()), "posts")
    yield Table(telling(title), heads, rows, (34, 18, 12, 9, 10, 9, 8), frozenset({3, 4, 5, 6}))
    yield from _aside(telling.marks(cell.text for row in rows for cell in row[3:]))


def _outreach(telling: Telling, outreach: pl.DataFrame) -> Iterator[Block]:
    """What was on air, in print or on site: a row each, the newest last."""
    rows = [
        [
            Cell(telling.texts.kind(row["kind"] if row["kind"] in OUTREACH_KINDS else "other")),
            Cell(short(row["text"], 110) or telling("no_text"), href=link(row["url"])),
            Cell(plain(row["account_name"] or "–")),
            Cell((row["published_at"] and str(telling.date_of(row["published_at"]))) or ""),
        ]
        for row in outreach.sort("published_at", "text", nulls_last=True).iter_rows(named=True)
    ]
    heads = [telling.texts(word) for word in ("kind", "text", "account", "published")]
    yield Table(telling("outreach"), heads, rows, (14, 50, 22, 14))


def _metric(rows: pl.DataFrame) -> str:
    """The figure that pictures compare: views, and reactions where no views are known."""
    return "views" if rows["views"].is_not_null().any() else "likes"


def _bars(telling: Telling, title: str, named: Sequence[tuple[str, int, str]]) -> Iterator[Block]:
    """Bars of ``(name, value, value as it is told)``, and what the marks in them mean."""
    shown = named[:_TOP]
    yield Picture(
        title, telling("bars_alt", list=_listed(telling, (f"{n} {told}" for n, _, told in shown))), pictures.bars(shown)
    )
    yield from _aside(telling.marks(told for _, _, told in shown))


def _listed(telling: Telling, items: Iterable[str]) -> str:
    return listed(items, words(telling.language)["sentence"]["locale"], "unit")
