"""A campaign's charts on pages and in documents: how views grew, where, by what, and beside the time before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import polars as pl

from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.report import charts, quarter_chart
from warehouse.publish.report.captions import Captions
from warehouse.publish.report.charts import Bar, Drawing, Look
from warehouse.publish.report.language import number, plain
from warehouse.publish.report.plan_names import asset_noun
from warehouse.publish.report.wording import one_line, short
from warehouse.readings.latest import IS_OUTREACH
from warehouse.texts import cut, short_names

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]

_TOP = 10
_NAME = 68
"""So many characters of a text are a name in a picture: two lines on a phone."""
_MOST = 0.5
"""A post with more than this part of a campaign's figure is named."""


class CampaignRows(NamedTuple):
    """What a campaign's charts are made of, the same in every language.

    ``campaign`` is its row of ``campaign_totals``. ``daily`` has the days on which it gained views, ``events`` when
    each took place and its text. ``posts`` are those with the most of what pictures compare. ``periods`` are its rows
    of ``campaign_periods``, by their days.
    """

    campaign: Row
    daily: Sequence[Row]
    events: Sequence[Row]
    platforms: Sequence[Row]
    accounts: Sequence[Row]
    assets: Sequence[Row]
    posts: Sequence[Row]
    periods: Sequence[Row]


def rows_of(tables: Tables, campaign: Row, posts: pl.DataFrame) -> CampaignRows:
    """The rows of published tables that a campaign's charts need; ``posts`` are those that count in it."""
    here = {
        name: tables[name].filter(pl.col("campaign_id") == campaign["campaign_id"])
        for name in ("campaign_daily", "platform_totals", "account_totals", "asset_totals", "campaign_periods")
    }
    online = posts.filter(~IS_OUTREACH)
    metric = "views" if online["views"].is_not_null().any() else "likes"
    events = posts.filter(pl.col("kind") == "event").drop_nulls("published_at").sort("published_at")
    return CampaignRows(
        campaign,
        here["campaign_daily"].drop_nulls("views").sort("day").rows(named=True),
        events.select("published_at", "text").rows(named=True),
        here["platform_totals"].rows(named=True),
        here["account_totals"].rows(named=True),
        here["asset_totals"].filter(pl.col("posts") > 0).rows(named=True),
        most_viewed(online.drop_nulls(metric), _TOP, metric).rows(named=True),
        here["campaign_periods"].sort("period_start").rows(named=True),
    )


def of_campaign(rows: CampaignRows, titles: Mapping[str, str], captions: Captions, look: Look) -> Iterator[Drawing]:
    """A campaign's charts, in the order in which they are read; one at least where it has a figure to draw.

    ``titles`` say what its assets are called, by their ids (:func:`warehouse.publish.report.plan_names.asset_titles`).
    """
    drawn = [*growth(rows.daily, rows.campaign["views"], captions, look, rows.events), *_where(rows, captions, look)]
    what = list(_what(rows, titles, captions, look))
    if what and (len(what[0].rows) > 1 or not drawn):
        drawn += what
    yield from drawn
    if by_quarter := quarter_chart.drawing(rows.periods, rows.campaign["as_of"], captions, look):
        yield by_quarter


def growth(
    daily: Sequence[Row], views: int | None, captions: Captions, look: Look, events_of: Sequence[Row] = ()
) -> Iterator[Drawing]:
    """A line of the views gained so far, of two days at least; it is said where it does not end with all views.

    Args:
        daily: the days on which a campaign or an asset gained views, as ``campaign_daily`` has them.
        views: its total.
        events_of: when each event took place, and its text.
    """
    texts = captions.texts
    if len(daily) < 2:
        return
    so_far = list(accumulate(row["views"] for row in daily))
    points = [(str(row["day"]), value) for row, value in zip(daily, so_far, strict=True)]
    events = [
        (str(texts.date_of(row["published_at"])), short(row["text"], _NAME) or texts.kind("event")) for row in events_of
    ]
    alt = captions(
        "growth_alt", first=number(so_far[0]), first_day=texts.day(daily[0]["day"]), last=number(so_far[-1]),
        last_day=texts.day(daily[-1]["day"]),
    )  # fmt: skip
    is_whole = views is None or so_far[-1] == views
    yield Drawing(
        "chart-growth", captions("growth_and_events" if events else "growth"), alt,
        charts.growth(points, events, texts.metric("views"), look),
        [captions(head) for head in ("day", "gained_so_far", "gained_that_day", "of_posts", "baselines")],
        [
            (texts.day(row["day"]), number(value), captions.told(row, "views"), number(row["views_known"]),
             number(row["baselines_unknown"]))
            for row, value in zip(daily, so_far, strict=True)
        ],
        [] if is_whole else [captions("growth_of", number=number(so_far[-1]), views=number(views or 0))],
    )  # fmt: skip


def _where(rows: CampaignRows, captions: Captions, look: Look) -> Iterator[Drawing]:
    """The figure by platform and by page, each where there are several."""
    texts = captions.texts
    for by, totals in (("platform", rows.platforms), ("account", rows.accounts)):
        metric = _metric(totals)
        bars = [
            Bar(texts.platform(row["platform"]) if by == "platform" else texts.account(row), row[metric],
                captions.told(row, metric))
            for row in totals if row[metric] is not None
        ]  # fmt: skip
        if len(bars) > 1:
            ordered = sorted(bars, key=lambda bar: (-(bar.value or 0), bar.name))
            title = captions(f"where_{by}", metric=texts.metric(metric))
            yield _bars(f"chart-{by}", title, (texts(by), metric), ordered, captions, look)


def _what(rows: CampaignRows, titles: Mapping[str, str], captions: Captions, look: Look) -> Iterator[Drawing]:
    """Bars of assets with figures, where the campaign has several; else of its posts."""
    texts, campaign_id = captions.texts, rows.campaign["campaign_id"]
    metric = _metric(rows.assets)
    assets = [row for row in rows.assets if row[metric] is not None]
    if len(assets) > 1:
        nouns = asset_noun(captions.plan, campaign_id, texts.language)
        noun = plain(nouns.get("one", nouns["other"])) if nouns else captions("piece")
        shown: Sequence[Row] = sorted(assets, key=lambda row: (-row[metric], row["asset_id"]))
        names = short_names([one_line(titles.get(row["asset_id"], row["asset_id"])) for row in shown], _NAME)
    else:
        metric, noun, shown = _metric(rows.posts), captions("post"), rows.posts
        names = _names_of_posts(shown, captions)
    bars = [Bar(name, row[metric], captions.told(row, metric)) for name, row in zip(names, shown, strict=True)]
    if bars:
        title = captions("what", metric=texts.metric(metric), noun=noun)
        notes = _one_makes_most(rows, captions)
        yield _bars("chart-what", title, (noun, metric), bars[:_TOP], captions, look, notes)


def _names_of_posts(posts: Sequence[Row], captions: Captions) -> list[str]:
    """What posts are called in a picture: by their texts, and by page and day where several have one text."""
    texts, lines = captions.texts, [one_line(row["text"]) or captions("no_text") for row in posts]
    names = short_names(lines, _NAME)
    where = [
        ", ".join([texts.account(row), *([texts.day_of(row["published_at"])] if row["published_at"] else [])])
        for row in posts
    ]
    return [
        f"{cut(name, _NAME // 2)} – {cut(place, _NAME // 2 - 3)}" if lines.count(line) > 1 else name
        for name, line, place in zip(names, lines, where, strict=True)
    ]


def _one_makes_most(rows: CampaignRows, captions: Captions) -> list[str]:
    """A sentence where one of several posts makes most of what is known of all of them."""
    metric = _metric(rows.posts)
    total = rows.campaign[metric]
    if rows.campaign["posts"] < 2 or not total or not rows.posts or rows.posts[0][metric] <= _MOST * total:
        return []
    first, texts = rows.posts[0], captions.texts
    return [
        captions(
            "makes_most", percent=number(100 * first[metric] // total), metric=texts.metric(metric).lower(),
            text=short(first["text"], _NAME) or captions("no_text"), account=texts.account(first),
        )
    ]  # fmt: skip


def _metric(rows: Sequence[Row]) -> str:
    """The figure that pictures compare: views, and reactions where no views are known."""
    return "views" if any(row["views"] is not None for row in rows) else "likes"


def _bars(
    id: str, title: str, heads: tuple[str, str], bars: Sequence[Bar], captions: Captions, look: Look,
    notes: Sequence[str] = (),
) -> Drawing:  # fmt: skip
    """A chart of bars by their kind, with the table of all of them; ``heads`` are the kind and a metric."""
    table = [(bar.name, bar.told) for bar in bars]
    shown = bars[:_TOP]
    told = captions.marks(bar.told for bar in shown)
    columns = (heads[0], captions.texts.metric(heads[1]))
    return Drawing(id, title, captions.bars(shown), charts.bars(shown, look), columns, table, [*notes, *told])
