"""A campaign's part of the document: its figures, three to five pictures, and the posts with the most views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from connectors.contract import OUTREACH_KINDS
from warehouse.plan.model import Plan
from warehouse.publish.document import pictures
from warehouse.publish.document.blocks import Block, Cell, Heading, Paragraph, Picture, Table
from warehouse.publish.document.telling import HEADLINES, Telling
from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.report.language import listed, number, plain, words
from warehouse.publish.report.plan_names import asset_names, asset_noun
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
    events = posts.filter(pl.col("kind") == "event").drop_nulls("published_at").sort("published_at")
    yield from _growth(telling, tables["campaign_daily"].filter(pl.col("campaign_id") == campaign_id), events)
    yield from _where(telling, tables["account_totals"].filter(pl.col("campaign_id") == campaign_id))
    yield from _what(telling, tables["asset_totals"], plan, campaign_id, online)
    yield from _quarters(telling, tables["campaign_periods"].filter(pl.col("campaign_id") == campaign_id))
    yield from _top_posts(telling, online)
    outreach = posts.filter(IS_OUTREACH)
    if outreach.height:
        yield from _outreach(telling, outreach)


def _growth(telling: Telling, daily: pl.DataFrame, events: pl.DataFrame) -> Iterator[Block]:
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


def _where(telling: Telling, accounts: pl.DataFrame) -> Iterator[Block]:
    metric = _metric(accounts)
    ranked = accounts.drop_nulls(metric).sort(metric, "account_name", descending=[True, False])
    named = [
        (f"{plain(name or account_id or '–')} ({telling.texts.platform(platform)})", value)
        for name, account_id, platform, value in ranked.select(
            "account_name", "account_id", "platform", metric
        ).iter_rows()
    ]
    if len(named) > 1:
        yield _bars(telling, telling("where", metric=telling.texts.metric(metric)), named)


def _what(telling: Telling, assets: pl.DataFrame, plan: Plan, campaign_id: str, posts: pl.DataFrame) -> Iterator[Block]:
    """Bars of assets with figures, where the campaign has several; else of its posts."""
    names, nouns = asset_names(plan, campaign_id, telling.language), asset_noun(plan, campaign_id, telling.language)
    shown = assets.filter((pl.col("campaign_id") == campaign_id) & (pl.col("posts") > 0))
    metric = _metric(shown)
    of_assets = shown.drop_nulls(metric).sort(metric, "asset_id", descending=[True, False])
    if of_assets.height > 1:
        noun = plain(nouns.get("one", nouns["other"])) if nouns else telling("piece")
        names = _first_texts(posts) | names
        named = [(names.get(row["asset_id"], row["asset_id"]), row[metric]) for row in of_assets.iter_rows(named=True)]
    else:
        metric, noun = _metric(posts), telling("post")
        top = most_viewed(posts.drop_nulls(metric), _TOP, metric)
        named = [(short(row["text"], _NAME) or telling("no_text"), row[metric]) for row in top.iter_rows(named=True)]
    if len(named) > 1:
        yield _bars(telling, telling("what", metric=telling.texts.metric(metric), noun=noun), named)


def _first_texts(posts: pl.DataFrame) -> dict[str, str]:
    """What each asset is called whose plan has no name of it: the text of its post with the most views."""
    of_assets = posts.drop_nulls("asset_id").sort("views", descending=True, nulls_last=True, maintain_order=True)
    first = of_assets.unique("asset_id", keep="first", maintain_order=True).select("asset_id", "text")
    return {asset_id: name for asset_id, text in first.iter_rows() if (name := short(text, _NAME))}


def _quarters(telling: Telling, periods: pl.DataFrame) -> Iterator[Block]:
    """What was gained in each of the last quarters, where two that follow one another are known."""
    quarters = periods.filter(pl.col("period").str.contains("-Q", literal=True)).sort("period_start").tail(_QUARTERS)
    gained = quarters.select("period", "views").rows()
    while gained and gained[0][1] is None:
        gained.pop(0)
    gains = [(name, views) for name, views in gained if views is not None]
    if len(gains) < 2:
        return
    (_, before), (name, newest) = gained[-2:]
    alt = telling("bars_alt", list=_in_words(telling, gains))
    yield Picture(telling("quarters"), alt, pictures.beside_before(gains))
    if before is not None and newest is not None:
        yield Paragraph(
            telling("quarters_says", period=name, number=number(newest), before=number(before)), is_quiet=True
        )


def _top_posts(telling: Telling, posts: pl.DataFrame) -> Iterator[Block]:
    top = most_viewed(posts, _TOP, "views", "reach", "likes")
    if top.is_empty():
        return
    rows = [
        [
            Cell(short(row["text"], 110) or telling("no_text"), href=link(row["url"])),
            Cell(plain(row["account_name"] or telling.texts.platform(row["platform"]))),
            Cell((row["published_at"] and str(telling.date_of(row["published_at"]))) or ""),
            *(Cell("–" if row[metric] is None else number(row[metric])) for metric in HEADLINES),
        ]
        for row in top.iter_rows(named=True)
    ]
    heads = [
        telling("text"),
        telling("page"),
        telling("published"),
        *(telling.texts.metric(metric) for metric in HEADLINES),
    ]
    yield Table(telling("top_posts"), heads, rows, (34, 18, 12, 9, 10, 9, 8), frozenset({3, 4, 5, 6}))


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


def _bars(telling: Telling, title: str, named: Sequence[tuple[str, int]]) -> Picture:
    alt = telling("bars_alt", list=_in_words(telling, named[:_TOP]))
    return Picture(title, alt, pictures.bars(named))


def _in_words(telling: Telling, named: Sequence[tuple[str, int]]) -> str:
    return listed(
        (f"{name} {number(value)}" for name, value in named), words(telling.language)["sentence"]["locale"], "unit"
    )
