"""What ads cost: the money of each campaign of ads once, whose it was, and what it bought.

docs/rules.md: Money is counted once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from connectors.contract import AD_COUNTS
from warehouse.day import Day
from warehouse.frames import AD_FIGURES, checked
from warehouse.named_posts import resolve
from warehouse.plan.model import Campaign, Plan
from warehouse.readings.latest import day_of

COUNTS = tuple(name for name in AD_COUNTS if name != "reach")
"""What can be added up beside the money."""
PER_THOUSAND, MILLION = 1_000, 1_000_000

Sums = tuple[int | None, ...]
"""The money in millionths and each of :data:`COUNTS`; null where a part of it is not known."""

_ONE_DAY = timedelta(days=1)
_MONEY = "spend_millionths"


class Span(NamedTuple):
    """What a report says of some days of one campaign of ads, group or ad."""

    start: date
    end: date
    read_at: datetime
    sums: Sums
    reach: int | None = None

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.end - self.start).days + 1


class Chosen(NamedTuple):
    """Spans that do not overlap; ``is_whole`` is false where another one knows of a day that they leave out."""

    spans: tuple[Span, ...]
    is_whole: bool

    @property
    def days(self) -> frozenset[date]:
        """The days that they cover."""
        return frozenset(span.start + _ONE_DAY * n for span in self.spans for n in range(span.days))


def chosen(spans: Iterable[Span]) -> Chosen:
    """The spans that count: no two overlap, they cover as many days as can be, and of those the newest ones.

    Of spans over the same days the newest counts.
    """
    newest: dict[tuple[date, date], Span] = {}
    for span in sorted(spans, key=lambda span: span.read_at):
        newest[span.start, span.end] = span
    rows = sorted(newest.values(), key=lambda span: (span.end, span.start))
    ends = [span.end for span in rows]
    best: list[tuple[tuple[int, float], tuple[Span, ...]]] = [((0, 0.0), ())]
    for number, span in enumerate(rows):
        (days, age), before = best[bisect_left(ends, span.start, 0, number)]
        weight = (days + span.days, age + span.days * span.read_at.timestamp())
        best.append(max((weight, (*before, span)), best[-1], key=lambda way: way[0]))
    taken = Chosen(best[-1][1], True)
    covered = taken.days
    others = (span for span in rows if span not in taken.spans)
    is_whole = all(Chosen((span,), True).days <= covered for span in others)
    return taken._replace(is_whole=is_whole)


def added(sums: Sequence[Sums]) -> Sums:
    """Sums together; one that is not known leaves the total unknown."""
    return tuple(None if None in column else sum(column) for column in zip(*sums, strict=True))


class Spent(NamedTuple):
    """What one campaign of ads cost, by the level of its reports that covers the most days, the highest of equals."""

    sums: Sums
    reach: int | None
    days: frozenset[date]
    is_whole: bool


_LEVELS = (("ad_set", "ad"), ("ad",), ())
"""The columns that are null in a row of a campaign of ads, of a group, of an ad."""


def spent(rows: pl.DataFrame, days_of_loads: Mapping[str, tuple[date, date]]) -> Spent:
    """What one campaign of ads cost, of all that reports say of it.

    The same money stands in reports of campaigns, of groups and of ads: one of these levels counts.

    Args:
        rows: of :data:`warehouse.frames.AD_FIGURES`, of one campaign of ads and one currency.
        days_of_loads: the first and last day of each load that is by day: a day that it leaves out cost nothing.
    """
    by_level: list[Spent] = []
    for nulls in _LEVELS:
        of_level = rows.filter(*(pl.col(name).is_null() for name in nulls), *_not_null(nulls))
        parts = [chosen(_spans(part, days_of_loads)) for _, part in of_level.group_by("ad_set", "ad")]
        if not parts:
            continue
        spans = [span for part in parts for span in part.spans]
        by_level.append(Spent(
            added([span.sums for span in spans]),
            spans[0].reach if len(spans) == 1 else None,
            frozenset[date]().union(*(part.days for part in parts)),
            all(part.is_whole for part in parts),
        ))  # fmt: skip
    best = max(by_level, key=lambda level: len(level.days))
    return best._replace(is_whole=best.is_whole and all(level.days <= best.days for level in by_level))


def _not_null(nulls: tuple[str, ...]) -> list[pl.Expr]:
    """What makes a row one of its level: a group's row has a group, an ad's row an ad."""
    return [pl.col({("ad",): "ad_set", (): "ad"}[nulls]).is_not_null()] if nulls != ("ad_set", "ad") else []


def _spans(rows: pl.DataFrame, days_of_loads: Mapping[str, tuple[date, date]]) -> Iterable[Span]:
    """What each load says of each range of days; rows of one name and range, as of ads that share it, are added up."""
    key = ["load_id", "observed_at", "period_start", "period_end"]
    told: dict[str, set[date]] = defaultdict(set)
    read_at: dict[str, datetime] = {}
    for (load_id, observed_at, start, end), part in rows.group_by(key):
        sums = added(part.select(_MONEY, *COUNTS).rows())
        reach = part["reach"][0] if part.height == 1 else None
        yield Span(start, end, observed_at, sums, reach)
        told[load_id].add(start)
        read_at[load_id] = observed_at
    nothing: Sums = (0,) * (1 + len(COUNTS))
    for load_id, days in told.items():
        if load_id in days_of_loads:
            first, last = days_of_loads[load_id]
            every = (first + _ONE_DAY * n for n in range((last - first).days + 1))
            yield from (Span(day, day, read_at[load_id], nothing) for day in every if day not in days)


def table(day: Day) -> pl.DataFrame:
    """The published table ``ad_spend``: a row for each campaign of ads and currency, whole figures alone."""
    rows = checked(day.ad_figures, AD_FIGURES).filter(pl.col("observed_at") < day.before)
    read_on = day_of(pl.col("observed_at"), day.plan.project.timezone)
    rows = rows.filter(pl.col("period_start") <= read_on).with_columns(pl.min_horizontal("period_end", read_on))
    if rows.is_empty():
        return pl.DataFrame(schema=_SPEND).with_columns(as_of=pl.lit(day.as_of))
    parted = rows.filter(pl.col("split_by").is_not_null())
    whole = rows.filter(pl.col("split_by").is_null())
    is_daily = pl.col("period_start") == pl.col("period_end")
    by_day = whole.group_by("load_id").agg(
        is_daily.all() & (pl.col("period_start").n_unique() > 1),
        first=pl.col("period_start").min(), last=pl.col("period_end").max(),
    )  # fmt: skip
    days_of_loads = {load: (first, last) for load, is_by_day, first, last in by_day.rows() if is_by_day}
    owners = _Owners(day, rows)
    table_rows = []
    named, parts = _named(whole), _named(parted)
    for key, part in named.group_by(_KEY, maintain_order=True):
        cost = spent(part, days_of_loads)
        table_rows.append(_row(key, part, cost, *owners.of_ads(part)))
    with_whole = named.select(_KEY).unique()
    for key, part in parts.join(with_whole, on=_KEY, how="anti", nulls_equal=True).group_by(_KEY, maintain_order=True):
        unknown = Spent((None,) * (1 + len(COUNTS)), None, frozenset(), False)
        table_rows.append(_row(key, part, unknown, *owners.of_ads(part)))
    return pl.DataFrame(table_rows, schema=_SPEND, orient="row").with_columns(as_of=pl.lit(day.as_of))


_KEY = ["platform", "account", "ad_campaign", "campaign_number", "currency"]
_SPEND: dict[str, Any] = {
    **dict.fromkeys(("platform", "ad_account", "ad_campaign", "ad_campaign_id", "currency"), pl.String),
    "campaign_id": pl.String, "belongs_by": pl.String, "spend": pl.Float64, "is_at_least": pl.Boolean,
    "period_start": pl.Date, "period_end": pl.Date, "ads": pl.Int64,
    **dict.fromkeys(COUNTS, pl.Int64), "reach": pl.Int64, "parted_by": pl.String,
}  # fmt: skip


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with what tells campaigns of ads apart: account and id, where every row of the name has them.

    A row without a currency has that of the other rows of its name, where these have one.
    """
    alike = ["platform", "ad_campaign", "currency"]
    currencies = pl.col("currency").drop_nulls().unique().over(alike[:2], mapping_strategy="join")
    one_currency = pl.when(currencies.list.len() == 1).then(currencies.list.first())
    rows = rows.with_columns(pl.coalesce("currency", one_currency).alias("currency"))

    def where_all_have(column: str) -> pl.Expr:
        return pl.when(pl.col(column).is_not_null().all().over(alike)).then(column)

    return rows.with_columns(
        where_all_have("ad_account").alias("account"), where_all_have("ad_campaign_id").alias("campaign_number")
    ).sort(*_KEY, "load_id", "row", nulls_last=True)


def _row(
    key: tuple[Any, ...], part: pl.DataFrame, cost: Spent, campaign: str | None, belongs_by: str | None
) -> tuple[Any, ...]:
    platform, account, ad_campaign, number, currency = key
    money, *counts = cost.sums
    days = cost.days or set(part.select(pl.concat_list("period_start", "period_end").explode()).to_series())
    ads = part["ad"].drop_nulls().n_unique() or None
    parted_by = ", ".join(part["split_by"].drop_nulls().unique().sort()) or None
    return (
        platform, account, ad_campaign, number, currency, campaign, belongs_by,
        None if money is None else money / MILLION, None if money is None else not cost.is_whole,
        min(days), max(days), ads, *counts, cost.reach, parted_by,
    )  # fmt: skip


class _Owners:
    """Which campaign of the plan a campaign of ads was for."""

    def __init__(self, day: Day, rows: pl.DataFrame) -> None:
        self._plan = day.plan
        references = {name: _references(name) for name in rows["post"].drop_nulls().unique()}
        named = resolve(day.posts, day.plan, [one for several in references.values() for one in several])
        of_posts = defaultdict[tuple[str, str], set[str]](set)
        for platform, post_id, campaign in day.attribution.taken.select("platform", "post_id", "campaign_id").rows():
            of_posts[platform, post_id].add(campaign)
        self._of_names: dict[str, set[str]] = {}
        for name, several in references.items():
            posts = {post for one in several if not isinstance(post := named[one], str)}
            self._of_names[name] = set().union(*(of_posts[post] for post in posts)) if len(posts) == 1 else set()

    def of_ads(self, rows: pl.DataFrame) -> tuple[str | None, str | None]:
        """The campaign, and by what: ``plan`` where that names the ads, ``posts`` where all of theirs are its."""
        names = {name.casefold() for column in ("ad_campaign", "ad_campaign_id") for name in rows[column].drop_nulls()}
        by_plan = [campaign.id for campaign in self._plan.campaigns if _names(campaign, names)]
        if len(by_plan) == 1:
            return by_plan[0], "plan"
        posts = rows["post"].drop_nulls().unique()
        of_posts = [self._of_names[name] for name in posts]
        if not by_plan and of_posts and len(set().union(*of_posts)) == 1 and all(of_posts):
            return of_posts[0].copy().pop(), "posts"
        return None, None


def _references(name: str) -> tuple[str, ...]:
    """How the plan would name the post: a link as it is, an id on each platform that ads run on."""
    if "/" in name:
        return (name,)
    return tuple(f"{platform}:{name}" for platform in ("facebook", "instagram", "tiktok", "youtube"))


def _names(campaign: Campaign, names: Iterable[str]) -> bool:
    """Whether a campaign of the plan names one of these, folded; a ``*`` at its end stands for any ending."""
    for ads in (text.casefold() for text in campaign.ads):
        if any(name.startswith(ads[:-1]) if ads.endswith("*") else name == ads for name in names):
            return True
    return False


def of_campaigns(ad_spend: pl.DataFrame, plan: Plan, as_of: date) -> pl.DataFrame:
    """The published table ``campaign_spend``: a row for each campaign and currency of its money.

    Money of two currencies is never added. What a thousand views and an engagement cost is told where all of its
    campaigns of ads know both.
    """
    rows = []
    for campaign in plan.campaigns:
        mine = ad_spend.filter(pl.col("campaign_id") == campaign.id)
        currencies = {*mine["currency"].to_list(), *([campaign.budget_currency] if campaign.budget_currency else [])}
        for currency in sorted(currencies, key=str):
            part = mine.filter(pl.col("currency").eq_missing(pl.lit(currency, pl.String)))
            costs = part.drop_nulls("spend")
            money = round(costs["spend"].sum(), 6) if costs.height else None
            is_whole = costs.height == part.height and not costs["is_at_least"].any()
            rows.append((
                campaign.id, currency, money, None if money is None else not is_whole, part.height,
                campaign.budget if currency == campaign.budget_currency else None,
                _each(costs, "views", PER_THOUSAND), _each(costs, "engagements", 1),
            ))  # fmt: skip
    schema: dict[str, Any] = {
        "campaign_id": pl.String, "currency": pl.String, "spend": pl.Float64, "is_at_least": pl.Boolean,
        "ad_campaigns": pl.Int64, "budget": pl.Float64, "per_thousand_views": pl.Float64, "per_engagement": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(as_of=pl.lit(as_of))


def _each(costs: pl.DataFrame, count: str, units: int) -> float | None:
    """What so many of a count cost, where every campaign of ads knows it."""
    number = int(costs[count].sum())
    return round(float(costs["spend"].sum()) * units / number, 4) if number and not costs[count].null_count() else None
