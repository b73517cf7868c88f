"""What ads cost: the money of each campaign of ads once, whose it was, and what it bought.

docs/rules.md: Money is counted once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from connectors.advertising import AD_COUNTS
from warehouse.day import Day
from warehouse.frames import AD_FIGURES, checked
from warehouse.named_posts import resolve
from warehouse.plan.model import Campaign
from warehouse.readings.latest import day_of

COUNTS = tuple(name for name in AD_COUNTS if name != "reach")
"""What can be added up beside the money."""
MILLION = 1_000_000

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
    load_id: str = ""
    """The load that says it; empty for a day that a report by day leaves out."""

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
    best: list[tuple[int, float]] = [(0, 0.0)]  # of the first so many: days, and how new they are
    taken_as: list[int | None] = [None]  # how many stand before the last one, where that is taken
    for number, span in enumerate(rows):
        before = bisect_left(ends, span.start, 0, number)
        days, age = best[before]
        weight = (days + span.days, age + span.days * span.read_at.timestamp())
        taken_as.append(before if weight >= best[-1] else None)
        best.append(max(weight, best[-1]))
    taken, number = list[Span](), len(rows)
    while number:
        earlier = taken_as[number]
        if earlier is not None:
            taken.append(rows[number - 1])
        number = number - 1 if earlier is None else earlier
    way = Chosen(tuple(reversed(taken)), True)
    covered, of_way = way.days, set(taken)
    others = (span for span in rows if span not in of_way)
    return way._replace(is_whole=all(Chosen((span,), True).days <= covered for span in others))


def added(sums: Sequence[Sums]) -> Sums:
    """Sums together; one that is not known leaves the total unknown."""
    return tuple(None if None in column else sum(column) for column in zip(*sums, strict=True))


class Spent(NamedTuple):
    """What one campaign of ads cost, by the level of its reports that covers the most days, the highest of equals."""

    sums: Sums
    reach: int | None
    days: frozenset[date]
    is_whole: bool
    counting: Mapping[Part, tuple[Span, ...]]


Part = tuple[str | None, str | None]
"""A group and an ad of a campaign of ads, both null for the campaign itself, the ad for the group."""
Told = Mapping[Part, Sequence[Span]]
"""What loads say of each part of a campaign of ads."""
_NOTHING = Spent((None,) * (1 + len(COUNTS)), None, frozenset(), False, {})


def spent(told: Told, days_of_loads: Mapping[str, tuple[date, date]]) -> Spent:
    """What one campaign of ads cost, of all that reports say of it.

    The same money stands in reports of campaigns, of groups and of ads: one of these levels counts.

    Args:
        told: of one campaign of ads and one currency.
        days_of_loads: the first and last day of each load that is by day: a day that it leaves out cost nothing.
    """
    by_level = defaultdict[int, dict[Part, Chosen]](dict)
    for part, spans in told.items():
        by_level[level_of(part)][part] = chosen(_with_days_left_out(spans, days_of_loads))
    levels = [_together(by_level[level]) for level in sorted(by_level)]
    best = max(levels, key=lambda level: len(level.days))
    return best._replace(is_whole=best.is_whole and all(level.days <= best.days for level in levels))


def level_of(part: Part) -> int:
    """0 for a campaign of ads, 1 for a group of its ads, 2 for an ad."""
    ad_set, ad = part
    return 2 if ad is not None else 1 if ad_set is not None else 0


def _together(parts: Mapping[Part, Chosen]) -> Spent:
    spans = [span for part in parts.values() for span in part.spans]
    return Spent(
        added([span.sums for span in spans]),
        spans[0].reach if len(spans) == 1 else None,
        frozenset[date]().union(*(part.days for part in parts.values())),
        all(part.is_whole for part in parts.values()),
        {name: part.spans for name, part in parts.items()},
    )


def _with_days_left_out(told: Sequence[Span], days_of_loads: Mapping[str, tuple[date, date]]) -> Iterator[Span]:
    """What loads say, and nothing spent on each day that a load by day leaves out."""
    of_loads = defaultdict[str, list[Span]](list)
    for span in told:
        of_loads[span.load_id].append(span)
        yield span
    nothing: Sums = (0,) * (1 + len(COUNTS))
    for load_id in of_loads.keys() & days_of_loads.keys():
        first, last = days_of_loads[load_id]
        spans = of_loads[load_id]
        days = {span.start for span in spans}
        every = (first + _ONE_DAY * n for n in range((last - first).days + 1))
        yield from (Span(day, day, spans[0].read_at, nothing) for day in every if day not in days)


def _told(named: pl.DataFrame) -> dict[tuple[Any, ...], dict[Part, list[Span]]]:
    """Each campaign of ads -> what loads say; rows of one name and range, as of ads that share it, are added up."""
    range_of_load = ["load_id", "observed_at", "period_start", "period_end"]
    sums = [pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name) for name in (_MONEY, *COUNTS)]
    reach = pl.when(pl.len() == 1).then(pl.col("reach").first()).alias("reach")
    added_up = named.group_by(*_KEY, "ad_set", "ad", *range_of_load, maintain_order=True).agg(*sums, reach)
    told: dict[tuple[Any, ...], dict[Part, list[Span]]] = {}
    keys = len(_KEY)
    for row in added_up.iter_rows():
        ad_set, ad, load_id, read_at, start, end, *figures = row[keys:]
        spans = told.setdefault(row[:keys], {}).setdefault((ad_set, ad), [])
        spans.append(Span(start, end, read_at, tuple(figures[:-1]), figures[-1], load_id))
    return told


class Ads(NamedTuple):
    """A campaign of ads in one currency: the rows that tell of it, what it cost, and whose it was by what."""

    key: tuple[Any, ...]
    rows: pl.DataFrame
    cost: Spent
    campaign: str | None
    belongs_by: str | None

    @property
    def currency(self) -> str | None:
        """What its money is; None where nothing says it."""
        currency: str | None = self.key[_KEY.index("currency")]
        return currency


def table(day: Day) -> pl.DataFrame:
    """The published table ``ad_spend``: a row for each campaign of ads and currency, whole figures alone."""
    rows = [_row(ads) for ads in campaigns_of_ads(day)]
    return pl.DataFrame(rows, schema=_SPEND, orient="row").with_columns(as_of=pl.lit(day.as_of))


def campaigns_of_ads(day: Day) -> Iterator[Ads]:
    """Each campaign of ads and currency, those last of which reports tell parts alone; parted rows are theirs alone."""
    rows = checked(day.ad_figures, AD_FIGURES).filter(pl.col("observed_at") < day.before)
    read_on = day_of(pl.col("observed_at"), day.plan.project.timezone)
    rows = rows.filter(pl.col("period_start") <= read_on).with_columns(pl.min_horizontal("period_end", read_on))
    if rows.is_empty():
        return
    rows = _by_newest_name(rows)
    parted = rows.filter(pl.col("split_by").is_not_null())
    whole = rows.filter(pl.col("split_by").is_null())
    is_daily = pl.col("period_start") == pl.col("period_end")
    by_day = whole.group_by("load_id").agg(
        is_daily.all() & (pl.col("period_start").n_unique() > 1),
        first=pl.col("period_start").min(), last=pl.col("period_end").max(),
    )  # fmt: skip
    days_of_loads = {load: (first, last) for load, is_by_day, first, last in by_day.rows() if is_by_day}
    owners = _Owners(day, rows)
    named, parts = _named(whole), _named(parted)
    told = _told(named)
    for key, part in named.group_by(_KEY, maintain_order=True):
        yield Ads(key, part, spent(told[key], days_of_loads), *owners.of_ads(part))
    for key, part in _without_whole(parts, named).group_by(_KEY, maintain_order=True):
        yield Ads(key, part, _NOTHING, *owners.of_ads(part))


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


def _without_whole(parts: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """The rows of parts of which no report tells the whole; an account or id that one of both lacks tells nothing."""
    pairs = parts.select(_KEY).unique().join(named.select(_KEY).unique(), on=["platform", "ad_campaign"])
    others = [name for name in _KEY if f"{name}_right" in pairs.columns]
    with_whole = pairs.filter((pl.col(name) == pl.col(f"{name}_right")).fill_null(True) for name in others)
    return parts.join(with_whole, on=_KEY, how="anti", nulls_equal=True, maintain_order="left")


def _by_newest_name(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with each campaign of ads ``called`` as they call it, and by the newest name of its id.

    Ids that two names share in one load tell nothing: spreadsheets round long ids. A row without an id has that of its
    name, where it is one.
    """
    of_platform = ["platform", "ad_campaign_id"]
    with_id = rows.drop_nulls("ad_campaign_id").sort("observed_at", "load_id", "row")
    is_one = pl.col("ad_campaign").n_unique().over(*of_platform, "load_id").max().over(of_platform) == 1
    with_id = with_id.filter(is_one).with_columns(newest=pl.col("ad_campaign").last().over(of_platform))
    names = with_id.group_by("platform", "ad_campaign").agg(pl.col("newest").unique())
    names = names.filter(pl.col("newest").list.len() == 1).with_columns(pl.col("newest").list.first())
    by_id = with_id.select(*of_platform, "newest").unique()
    rows = rows.join(by_id, on=of_platform, how="left", maintain_order="left")
    rows = rows.join(names, on=["platform", "ad_campaign"], how="left", maintain_order="left", suffix="_of_name")
    of_name = pl.when(pl.col("ad_campaign_id").is_null()).then("newest_of_name")
    newest = pl.coalesce("newest", of_name, "ad_campaign")
    return rows.with_columns(newest.alias("ad_campaign"), called="ad_campaign").drop("newest", "newest_of_name")


def _row(ads: Ads) -> tuple[Any, ...]:
    platform, account, ad_campaign, number, currency = ads.key
    part, cost = ads.rows, ads.cost
    money, *counts = cost.sums
    days = cost.days or set(part.select(pl.concat_list("period_start", "period_end").explode()).to_series())
    number_of_ads = part["ad"].drop_nulls().n_unique() or None
    parted_by = ", ".join(part["split_by"].drop_nulls().unique().sort()) or None
    return (
        platform, account, ad_campaign, number, currency, ads.campaign, ads.belongs_by,
        None if money is None else money / MILLION, None if money is None else not cost.is_whole,
        min(days), max(days), number_of_ads, *counts, cost.reach, parted_by,
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
        names = {name.casefold() for column in ("called", "ad_campaign_id") for name in rows[column].drop_nulls()}
        by_plan = [campaign.id for campaign in self._plan.campaigns if _names(campaign, names)]
        if len(by_plan) == 1:
            return by_plan[0], "plan"
        posts = rows["post"].drop_nulls().unique()
        of_posts = [self._of_names[name] for name in posts]
        if not by_plan and of_posts and len(set().union(*of_posts)) == 1 and all(of_posts):
            return min(of_posts[0]), "posts"
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
