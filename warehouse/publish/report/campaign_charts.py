"""A campaign's charts on pages and in documents: how views grew, where, by what, and beside the time before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import polars as pl

from connectors.platform import Platforms
from warehouse.plan.model import Plan
from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.report import charts
from warehouse.publish.report.charts import Bar, Drawing, Look
from warehouse.publish.report.language import listed, number, plain, words
from warehouse.publish.report.plan_names import asset_noun, period_name
from warehouse.publish.report.wording import Texts, marks, short
from warehouse.readings.latest import IS_OUTREACH

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]

_TOP = 10
_QUARTERS = 8
"""So many quarters stand beside one another."""
_NAME = 48
"""So many characters of a post's text are its name in a picture."""
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


class Captions:
    """A language's words for charts and for the figures in them."""

    def __init__(self, texts: Texts, platforms: Platforms, plan: Plan) -> None:
        self.texts, self.platforms, self.plan = texts, platforms, plan
        self.words: Mapping[str, Any] = words(texts.language)["charts"]
        self._locale = words(texts.language)["sentence"]["locale"]

    def __call__(self, key: str, **parts: str) -> str:
        """A text, filled in."""
        return str(self.words[key]).format(**parts)

    def told(self, row: Row, metric: str) -> str:
        """A figure of a total or a post with its marks, for a picture, which has no notes."""
        return "–" if row[metric] is None else marks(row, metric) + number(row[metric])

    def period(self, row: Row) -> str:
        """What a fiscal period is called, by its days."""
        return period_name(row["period"], self.plan.project.fiscal_year_starts, self.texts.language)

    def marks(self, texts: Iterable[str]) -> list[str]:
        """What the marks in texts mean, a sentence each."""
        together = " ".join(texts)
        return [self(key) for mark, key in (("≥", "marks_least"), ("≈", "marks_rounded")) if mark in together]

    def listed(self, items: Iterable[str]) -> str:
        """Texts in a row."""
        return listed(items, self._locale, "unit")


def of_campaign(rows: CampaignRows, titles: Mapping[str, str], captions: Captions, look: Look) -> Iterator[Drawing]:
    """A campaign's charts, in the order in which they are read; one at least where it has a figure to draw.

    ``titles`` say what its assets are called, by their ids (:func:`warehouse.publish.report.plan_names.asset_titles`).
    """
    drawn = [*_growth(rows, captions, look), *_where(rows, captions, look)]
    what = list(_what(rows, titles, captions, look))
    if what and (len(what[0].rows) > 1 or not drawn):
        drawn += what
    yield from drawn
    yield from _quarters(rows, captions, look)


def _growth(rows: CampaignRows, captions: Captions, look: Look) -> Iterator[Drawing]:
    """A line of the views gained so far; it is said where it does not end with the campaign's views."""
    daily, texts = rows.daily, captions.texts
    if len(daily) < 2:
        return
    so_far = list(accumulate(row["views"] for row in daily))
    points = [(str(row["day"]), value) for row, value in zip(daily, so_far, strict=True)]
    events = [
        (str(texts.date_of(row["published_at"])), short(row["text"], _NAME) or texts.kind("event"))
        for row in rows.events
    ]
    alt = captions(
        "growth_alt", first=number(so_far[0]), first_day=texts.day(daily[0]["day"]), last=number(so_far[-1]),
        last_day=texts.day(daily[-1]["day"]),
    )  # fmt: skip
    views = rows.campaign["views"]
    is_part = views is not None and so_far[-1] != views
    yield Drawing(
        "chart-growth", captions("growth_and_events" if events else "growth"), alt,
        charts.growth(points, events, texts.metric("views"), look),
        [captions(head) for head in ("day", "gained_so_far", "gained_that_day", "of_posts", "baselines")],
        [
            (texts.day(row["day"]), number(value), captions.told(row, "views"), number(row["views_known"]),
             number(row["baselines_unknown"]))
            for row, value in zip(daily, so_far, strict=True)
        ],
        [captions("growth_of", number=number(so_far[-1]), views=number(views))] if is_part else [],
    )  # fmt: skip


def _where(rows: CampaignRows, captions: Captions, look: Look) -> Iterator[Drawing]:
    """The figure by platform and by page, each where there are several."""
    texts = captions.texts
    for by, totals in (("platform", rows.platforms), ("account", rows.accounts)):
        metric = _metric(totals)
        bars = [
            Bar(texts.platform(row["platform"]) if by == "platform" else _account(texts, row), row[metric],
                captions.told(row, metric))
            for row in totals if row[metric] is not None
        ]  # fmt: skip
        if len(bars) > 1:
            ordered = sorted(bars, key=lambda bar: (-(bar.value or 0), bar.name))
            title = captions(f"where_{by}", metric=texts.metric(metric))
            yield _bars(f"chart-{by}", title, (texts(by), metric), ordered, captions, look)


def _account(texts: Texts, row: Row) -> str:
    return f"{plain(row['account_name'] or row['account_id'] or '–')} ({texts.platform(row['platform'])})"


def _what(rows: CampaignRows, titles: Mapping[str, str], captions: Captions, look: Look) -> Iterator[Drawing]:
    """Bars of assets with figures, where the campaign has several; else of its posts."""
    texts, campaign_id = captions.texts, rows.campaign["campaign_id"]
    metric = _metric(rows.assets)
    assets = [row for row in rows.assets if row[metric] is not None]
    if len(assets) > 1:
        nouns = asset_noun(captions.plan, campaign_id, texts.language)
        noun = plain(nouns.get("one", nouns["other"])) if nouns else captions("piece")
        assets.sort(key=lambda row: (-row[metric], row["asset_id"]))
        bars = [
            Bar(short(titles.get(row["asset_id"], row["asset_id"]), _NAME), row[metric], captions.told(row, metric))
            for row in assets
        ]
    else:
        metric, noun = _metric(rows.posts), captions("post")
        bars = [
            Bar(short(row["text"], _NAME) or captions("no_text"), row[metric], captions.told(row, metric))
            for row in rows.posts
        ]
    if bars:
        title = captions("what", metric=texts.metric(metric), noun=noun)
        notes = _one_makes_most(rows, captions)
        yield _bars("chart-what", title, (noun, metric), bars[:_TOP], captions, look, notes)


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
            text=short(first["text"], _NAME) or captions("no_text"), account=_account(texts, first),
        )
    ]  # fmt: skip


def _quarters(rows: CampaignRows, captions: Captions, look: Look) -> Iterator[Drawing]:
    """What was gained in each of the last quarters, where two are known; one between them that is not stands empty."""
    texts = captions.texts
    quarters = _from_known_to_known([row for row in rows.periods if "-Q" in row["period"]][-_QUARTERS:])
    if len(quarters) < 2:
        return
    bars = [Bar(captions.period(row), row["views"], captions.told(row, "views")) for row in quarters]
    years = _from_known_to_known([row for row in rows.periods if "-Q" not in row["period"]])
    notes = _beside_before("quarters_says", quarters, captions)
    if years[-1]["views"] != quarters[-1]["views"]:  # a year of one quarter has nothing more to say
        notes += _beside_before("years_says", years, captions)
    if not quarters[-1]["is_over"]:
        day = texts.day(rows.campaign["as_of"])
        notes.append(captions("quarter_runs", period=captions.period(quarters[-1]), day=day))
    notes += _redefined(quarters, captions)
    alt = _alt(bars, captions)
    heads = (captions("quarter"), captions("gained"))
    table = [(bar.name, bar.told) for bar in bars]
    spec = charts.bars(bars, look, is_over_time=True)
    notes += captions.marks(bar.told for bar in bars)
    yield Drawing("chart-quarters", captions("quarters"), alt, spec, heads, table, notes)


def _from_known_to_known(periods: Sequence[Row]) -> Sequence[Row]:
    """Periods without those before the first and after the last of which the views are known."""
    places = [at for at, row in enumerate(periods) if row["views"] is not None]
    return periods[places[0] : places[-1] + 1] if places else []


def _beside_before(key: str, periods: Sequence[Row], captions: Captions) -> list[str]:
    """A sentence that holds the last of periods against the one before it, where both are known."""
    if len(periods) < 2 or periods[-2]["views"] is None:
        return []
    before, last = periods[-2:]
    told = {"number": captions.told(last, "views"), "before": captions.told(before, "views")}
    return [captions(key, period=captions.period(last), **told)]


def _redefined(periods: Sequence[Row], captions: Captions) -> Iterator[str]:
    """A sentence for each period inside of which a platform began to count views otherwise."""
    texts = captions.texts
    of_views = [change for change in captions.platforms.changes if change.metric == "views"]
    for row in periods:
        spanned = (row["definitions"] or "").split("; ")
        for change in of_views:
            if any(definition.startswith(change.start) for definition in spanned):
                yield captions(
                    "quarter_changed", period=captions.period(row), day=texts.day(change.since),
                    platform=texts.platform(change.platform), metric=texts.metric("views").lower(),
                )  # fmt: skip


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
    return Drawing(id, title, _alt(shown, captions), charts.bars(shown, look), columns, table, [*notes, *told])


def _alt(bars: Sequence[Bar], captions: Captions) -> str:
    """What a picture of bars says to who cannot see it."""
    return captions("bars_alt", list=captions.listed(f"{bar.name} {bar.told}" for bar in bars))
