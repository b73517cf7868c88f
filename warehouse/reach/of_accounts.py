"""Accounts' own deduplicated reach, as the history and the plan tell it, and the posts that it may bound.

Windows are an account's reach over days, of the platforms whose documentation says what it counts; claims are the
plan's ``account_figures`` with a ``scope``. What they say of groups of posts is in :mod:`warehouse.reach.of_groups`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

import polars as pl

from connectors.contract import TIMESTAMP
from connectors.platform import Platforms
from warehouse import frames
from warehouse.plan.model import Plan, account_ids
from warehouse.reach import windows
from warehouse.reach.windows import Window
from warehouse.readings.latest import IS_OUTREACH, POST, end_of
from warehouse.readings.rounding import intervals

_ACCOUNT = pl.format("{}:{}", "platform", "account_id").alias("own_account")


class Claim(NamedTuple):
    """A person's word on what an account's reach over these days holds; it is ``least`` to ``most`` accounts."""

    first: date
    last: date
    scope: Literal["covers", "inside", "equal"]
    least: int
    most: int


@dataclass(frozen=True)
class AccountReach:
    """Accounts' own figures and what they can bound; empty where there are none, and then they cost nothing.

    ``posts`` are attributed posts of these accounts: ``platform, post_id, own_account, published_at, is_apart`` (its
    figures are not those of this account alone). ``readings`` is a row a reading of their reach: ``platform, post_id,
    seen_by`` (no later instant is in it), ``least`` and ``is_of_reach``. ``steps`` is a row a post and day on which a
    reading changes what may have come later. ``windows`` are those of each source, since the zone of its days is a
    source's own; ``claims`` are by campaign and account.
    """

    posts: pl.DataFrame = field(default_factory=frames.BOUNDED_POSTS.empty)
    readings: pl.DataFrame = field(default_factory=frames.REACH_READINGS.empty)
    steps: pl.DataFrame = field(default_factory=frames.REACH_STEPS.empty)
    windows: Mapping[str, tuple[tuple[Window, ...], ...]] = field(default_factory=dict)
    claims: Mapping[tuple[str, str], tuple[Claim, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frames.checked(self.posts, frames.BOUNDED_POSTS)
        frames.checked(self.readings, frames.REACH_READINGS)
        frames.checked(self.steps, frames.REACH_STEPS)


def account_reach(
    posts: pl.DataFrame,
    latest: pl.DataFrame,
    observations: pl.LazyFrame,
    figures: pl.DataFrame,
    loads: pl.DataFrame,
    attributed: pl.DataFrame,
    plan: Plan,
    before: datetime,
    platforms: Platforms,
) -> AccountReach:
    """The accounts' own figures as of an instant, and the posts that they may bound.

    Args:
        posts: ``platform, post_id, account_id, published_at, is_crosspost``.
        latest: :func:`warehouse.reach.of_posts.with_bounds`' rows with ``counts_as``.
        observations: the contract's observations.
        figures: account figures with ``load_id``.
        loads: ``load_id, connector, grade``.
        attributed: the posts of campaigns.
        plan, before: the plan, and the instant at which the day ends.
        platforms: whose accounts' reach bounds what.
    """
    newest = _newest(figures, loads, before)
    if not newest.height:
        return AccountReach()
    windows_of, claims = _windows(newest, platforms), _claims(newest, plan)
    accounts = {*windows_of, *(account for _, account in claims)}
    if not accounts:
        return AccountReach()
    described = (
        posts.filter(~IS_OUTREACH)
        .select(*POST, _ACCOUNT, "published_at", "is_crosspost")
        .filter(pl.col("own_account").is_in(list(accounts)))
        .join(attributed, on=POST, how="semi")
        .join(latest.select(*POST, "counts_as", "reach_upper", "last_read_at", "is_reach_current"), on=POST)
        .with_columns((pl.col("counts_as").is_not_null() | pl.col("is_crosspost").fill_null(False)).alias("is_apart"))
    )
    readings = _readings(described, observations, before, plan.project.timezone)
    return AccountReach(
        described.select(*POST, "own_account", "published_at", "is_apart"),
        readings,
        _steps(described.filter(pl.col("own_account").is_in(list(windows_of))), readings),
        windows_of,
        claims,
    )


def candidates(posts: pl.DataFrame, figures: pl.DataFrame, attributed: pl.DataFrame) -> pl.DataFrame:
    """The posts of which :func:`account_reach` may ask every reading: ``platform, post_id``.

    They are attributed posts of accounts of which some reach is told. Arguments as there.
    """
    accounts = figures.filter(pl.col("metric") == "reach").select("platform", "account_id").unique()
    of_accounts = posts.join(accounts, on=["platform", "account_id"], how="semi")
    return of_accounts.join(attributed, on=POST, how="semi").select(POST).unique()


def _newest(figures: pl.DataFrame, loads: pl.DataFrame, before: datetime) -> pl.DataFrame:
    """The newest figure of each account's reach over each period, as an interval, and the connectors that gave one."""
    read = (
        figures.filter((pl.col("metric") == "reach") & pl.col("account_id").is_not_null())
        .filter(pl.col("observed_at") < before)
        .drop_nulls("value")
        .join(loads.select("load_id", "connector", "grade"), on="load_id")
        .with_columns(_ACCOUNT)
    )
    least, most = intervals(pl.col("value"), ~pl.col("is_rounded"))
    return (
        read.with_columns(least.alias("least"), most.alias("most"))
        .sort("observed_at", "most")
        .group_by("own_account", "period_start", "period_end", maintain_order=True)
        .agg(pl.col("least", "most", "observed_at", "is_final", "grade").last(), pl.col("connector").unique())
    )


def _windows(newest: pl.DataFrame, platforms: Platforms) -> dict[str, tuple[tuple[Window, ...], ...]]:
    """Windows of each account, by source: settled, read when their last day was over in every zone, not typed by hand.

    Of each period the newest reading counts, whoever gave it; what people type may be another figure of the same name.
    """
    day_is_over = pl.col("period_end").cast(TIMESTAMP) + pl.duration(days=1) + windows.WEST
    platform = pl.col("own_account").str.extract("^([^:]*)")
    usable = newest.filter(
        platform.is_in(platforms.with_account_reach_of_posts)
        & pl.col("is_final").fill_null(True)
        & (pl.col("observed_at") >= day_is_over)
        & (pl.col("grade") != "entered")
    ).explode("connector")
    by_source: dict[str, dict[str, list[Window]]] = defaultdict(lambda: defaultdict(list))
    for account, connector, first, last, most in usable.select(
        "own_account", "connector", "period_start", "period_end", "most"
    ).iter_rows():
        by_source[account][connector].append(Window(first, last, most))
    return {
        account: tuple(tuple(sorted(sources[c])) for c in sorted(sources)) for account, sources in by_source.items()
    }


def _claims(newest: pl.DataFrame, plan: Plan) -> dict[tuple[str, str], tuple[Claim, ...]]:
    """The plan's claims whose figure of exactly those days is known: reach does not add up over periods."""
    values = {(a, s, e): (least, most) for a, s, e, least, most, *_ in newest.iter_rows()}
    called = account_ids(plan)
    claims: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for campaign in plan.campaigns:
        for figure in campaign.account_figures:
            account = called.get(figure.account, figure.account)
            value = values.get((account, figure.from_, figure.to))
            if figure.metric == "reach" and figure.scope and value:
                claims[campaign.id, account].append(Claim(figure.from_, figure.to, figure.scope, *value))
    return {key: tuple(dict.fromkeys(some)) for key, some in claims.items()}


def _readings(described: pl.DataFrame, observations: pl.LazyFrame, before: datetime, zone: str) -> pl.DataFrame:
    """The readings of these posts' reach, dated by the latest instant that they may stand for.

    Where other figures of a post are newer than its reach, every reading of it is one, with the reach of the last
    before: its figures are as of the last of them.

    A reading over a period that begins with the post stands for its last day in the source's zone, which may end 12
    hours after that of UTC; to take it for earlier would make what came later too little. A reading over later days
    says only that the post had reached so many by their end.
    """
    last_day_ends = pl.col("period_end").cast(TIMESTAMP) + pl.duration(days=1) + windows.WEST
    is_lifetime = pl.col("period_start").is_null() | (pl.col("published_at") >= pl.col("period_opens_at"))
    at = pl.coalesce(end_of(pl.col("period_end"), zone), "observed_at")
    seen_by = pl.coalesce(last_day_ends, "observed_until", "observed_at")
    is_exact = ~pl.col("rounded").list.contains("reach").fill_null(False)
    least, _ = intervals(pl.col("reach"), pl.col("is_exact"))
    return (
        observations.select(
            *POST, "period_start", "period_end", "period_opens_at", "observed_at", "observed_until", "reach", "rounded"
        )
        .join(described.lazy().select(*POST, "published_at", "is_reach_current"), on=POST)
        .filter((pl.col("reach").is_not_null() | ~pl.col("is_reach_current")) & (at < before))
        .with_columns(
            is_lifetime.fill_null(False).alias("is_lifetime"),
            is_exact.alias("is_exact"),
            seen_by.alias("seen_by"),
        )
        .with_columns(least.alias("least"), pl.col("reach").is_not_null().alias("is_of_reach"))
        .sort("seen_by", "is_of_reach", "is_lifetime", "is_exact", "reach")
        .unique([*POST, "seen_by"], keep="last", maintain_order=True)
        .with_columns(
            pl.when("is_lifetime").then("least").otherwise(pl.col("least").cum_max().over(POST)).alias("least")
        )
        .with_columns(pl.col("least").forward_fill().over(POST))
        .select(*POST, "seen_by", "least", "is_of_reach")
        .collect()
    )


def _steps(described: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """A row a post and day by whose end another reading of it is known: :class:`windows.Step`'s columns.

    From the last of them on nothing more can have come: what is said of a post is as of its last reading.
    """
    posts = described.filter(~pl.col("is_apart")).select(
        *POST,
        windows.opens(pl.col("published_at")).alias("begins"),
        "reach_upper",
        "is_reach_current",
        # A reading over a period may stand for hours after the end of that day in the reporting zone.
        windows.closes(pl.col("last_read_at") + windows.WEST + windows.EAST).alias("last_day"),
    )
    by_day = (
        readings.filter(pl.col("is_of_reach"))
        .select(*POST, windows.closes(pl.col("seen_by")).alias("day"), "least")
        .unique([*POST, "day"], keep="last", maintain_order=True)
    )
    unread = (
        posts.filter(~pl.col("is_reach_current"))
        .select(*POST, pl.col("last_day").alias("day"), pl.lit(0, pl.Int64).alias("least"))
        .join(by_day, on=[*POST, "day"], how="anti")
    )
    left = (
        pl.when(pl.col("is_last")).then(0).otherwise((pl.col("reach_upper") - pl.col("least")).clip(lower_bound=0))
    ).alias("left")
    return (
        pl.concat([by_day, unread])
        .join(posts, on=POST)
        .drop_nulls("begins")
        .sort(*POST, "day")
        .with_columns((pl.col("day") == pl.col("day").last().over(POST)).alias("is_last"))
        .with_columns(left)
        .with_columns(
            (pl.col("left").shift(1).over(POST).fill_null(pl.col("reach_upper")) - pl.col("left"))
            .fill_null(0)
            .alias("gained"),
            (pl.col("is_last") & pl.col("reach_upper").is_null()).cast(pl.Int64).alias("settled"),
        )
        .select(*POST, "begins", "day", "gained", "settled", "least")
    )
