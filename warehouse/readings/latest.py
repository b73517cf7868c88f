"""The reading of each metric that counts at an instant, and the newest description of a post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import polars as pl

from connectors.contract import HEADLINES, METRIC_COLUMNS, METRICS, OUTREACH, TIMESTAMP
from warehouse.readings import definition_changes

POST = ("platform", "post_id")

BY_NAMES = pl.concat_str(POST, separator="\0")
"""Sorts as :data:`POST` does, in half the time: one text is compared at once, several are packed before."""

IS_OUTREACH = pl.col("platform") == OUTREACH
"""Whether a row is of a programme and not of a post."""
IS_UNDATED_PAGE = (pl.col("kind") == "page") & pl.col("published_at").is_null()
"""A website's page of which nothing says when it was published."""

FOREVER = datetime(9999, 1, 1)
"""An instant before which everything is."""

_NEVER = datetime(1970, 1, 1)

_OF_REPORTS = (*HEADLINES, "reach")

_VALUE_BITS = 2**62

_FINENESS = {None: 0, "day": 1, "minute": 2, "instant": 3}
_RANKS = 2**40

_PACKED = pl.col(METRIC_COLUMNS)
"""The metrics of :func:`latest`, while each is packed into one number with its instant and exactness."""


_IS_ROUNDED = "_is_rounded"
_ROUNDED = tuple(f"{metric}{_IS_ROUNDED}" for metric in METRIC_COLUMNS)
_READ_AT = tuple(map(definition_changes.read_at, METRIC_COLUMNS))

_OFFSET = 2**61  # values may be negative: a platform takes likes back over a period


def day_of(instant: pl.Expr, zone: str) -> pl.Expr:
    """The day of ``zone`` that an instant in UTC falls on."""
    return instant.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()


def day_ends(day: date, zone: str) -> datetime:
    """The first instant after a day of ``zone``, in UTC without a zone."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC).replace(tzinfo=None)


def day_starts(day: date, zone: str) -> datetime:
    """The first instant of a day of ``zone``, in UTC without a zone."""
    return day_ends(day - timedelta(days=1), zone)


def day_at(instant: datetime, zone: str) -> date:
    """The day of ``zone`` that an instant in UTC falls on."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def end_of(day: pl.Expr, zone: str) -> pl.Expr:
    """The last instant of a day of ``zone``, in UTC without a zone.

    The next day may begin later than at midnight (in Cairo, when summer time begins): 24 hours after the one before.
    """
    midnight = (day + pl.duration(days=1)).cast(TIMESTAMP)
    day_before = _in_utc(midnight - pl.duration(days=1), zone) + pl.duration(days=1)
    return pl.coalesce(_in_utc(midnight, zone), day_before) - pl.duration(microseconds=1)


def _in_utc(midnight: pl.Expr, zone: str) -> pl.Expr:
    local = midnight.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def latest(
    readings: pl.LazyFrame,
    before: datetime,
    within: Sequence[str] = (),
    with_read_at: Sequence[str] = (),
    *,
    with_until: bool = False,
    post: Sequence[str] = POST,
) -> pl.LazyFrame:
    """One row a post: each metric's last known reading before an instant.

    docs/rules.md: Lifetime counters.

    ``within`` names columns that part a post's readings, as days do: then it is one row a post and part.
    ``with_read_at`` names the metrics' columns of which it is told when they were read, as is needed where definitions
    change (:func:`warehouse.readings.definition_changes.dated`). ``with_until`` looks at ``observed_until``, as is
    needed where it is not known when some load's figures were read. ``post`` names the columns that tell posts apart.

    Of two readings of one instant, exact beats rounded, then the larger counts, then the measured one:
    never the order of loading. Instant, exactness and value are packed into one number per metric, the
    largest of which is the reading; that number does not leave this module.

    Returns:
        The columns of ``post``, the metrics' columns, ``reach_exact``, ``impressions_exact``, ``read_from`` and
        ``read_to`` (the oldest and newest reading in use), ``read_until`` (the last instant at which one in use can
        have been read, where it is not known when), ``figures_read_from`` (the oldest of a report's figures),
        ``last_read_at``, ``is_approximate``, ``rounded`` (of which metrics, joined by ;), ``is_entered``, and when the
        metrics of ``with_read_at`` were read.
    """
    of_posts = (
        _ranked(readings, before, within, post)
        .group_by(*post, *within)
        .agg(pl.col(METRIC_COLUMNS).max(), pl.col("observed_at").max().alias("last_read_at"))
        .with_columns(_unpacked())
        .with_columns(_of_all_metrics())
        .with_columns(pl.when("is_approximate").then("rounded").alias("rounded"))
        .drop(*_ROUNDED, *(name for name in _READ_AT if name not in map(definition_changes.read_at, with_read_at)))
    )
    if not with_until:
        return of_posts.with_columns(pl.lit(None, TIMESTAMP).alias("read_until"))
    until = untils(readings, before, within, post).select(
        *post, *within, pl.max_horizontal(METRIC_COLUMNS).alias("read_until")
    )
    return of_posts.join(until, on=[*post, *within], how="left", nulls_equal=True)


@cache  # as in warehouse.readings.gains
def _unpacked() -> tuple[pl.Expr, ...]:
    """What :func:`_ranked` packed: each metric, when it was read, whether it was rounded; whether any was entered."""
    return (
        (_PACKED // (_VALUE_BITS * 4)).cast(pl.Int64).cast(TIMESTAMP).name.suffix(definition_changes.READ_AT),
        (_PACKED // (_VALUE_BITS * 2) % 2 == 0).name.suffix(_IS_ROUNDED),
        pl.any_horizontal(_PACKED % 2 == 0).fill_null(False).alias("is_entered"),
        ((_PACKED // 2 % _VALUE_BITS) - _OFFSET).cast(pl.Int64),
    )


@cache
def _of_all_metrics() -> tuple[pl.Expr, ...]:
    """Between when the metrics of a post were read, and which of them are rounded."""
    return (
        pl.min_horizontal(_READ_AT).alias("read_from"),
        pl.max_horizontal(_READ_AT).alias("read_to"),
        pl.min_horizontal(map(definition_changes.read_at, _OF_REPORTS)).alias("figures_read_from"),
        pl.any_horizontal(_ROUNDED).fill_null(False).alias("is_approximate"),
        pl.concat_str(
            *(pl.when(f"{m.column}{_IS_ROUNDED}").then(pl.lit(m.name)) for m in METRICS),
            separator=";",
            ignore_nulls=True,
        ).alias("rounded"),
        *((~pl.col(f"{m}{_IS_ROUNDED}")).alias(f"{m}_exact") for m in ("reach", "impressions")),
    )


def untils(
    readings: pl.LazyFrame, before: datetime, within: Sequence[str] = (), post: Sequence[str] = POST
) -> pl.LazyFrame:
    """Until when the readings in use of posts can have been made, as far as it is not known when they were.

    Arguments as for :func:`latest`.

    Returns:
        The columns of ``post``, of ``within`` and of the metrics: an instant where the reading of that metric
        in use was made between ``observed_at`` and then, else null. Only posts with such a reading have rows.
    """
    by = [*post, *within]
    unsure = readings.filter(pl.col("observed_until").is_not_null()).select(by).unique()
    told = pl.col("observed_until").fill_null(_NEVER)  # of two readings of one instant the one that is told goes first
    return (
        _ranked(readings.join(unsure, on=by, how="semi", nulls_equal=True), before, (*within, "observed_until"), post)
        .group_by(by)
        .agg(told.filter(pl.col(m) == pl.col(m).max()).min().alias(m) for m in METRIC_COLUMNS)
        .with_columns(pl.when(pl.col(m) > _NEVER).then(m).alias(m) for m in METRIC_COLUMNS)
    )


def _ranked(readings: pl.LazyFrame, before: datetime, beside: Sequence[str], post: Sequence[str]) -> pl.LazyFrame:
    """Each metric of the readings before an instant as one number, which is larger the more the reading counts."""
    is_there, is_plain = pl.col("observed_at") < before, pl.col("rounded").is_null()
    keys = [  # few readings are rounded, and only they pay for it
        readings.filter(is_there & (~is_plain if is_rounded else is_plain))
        .with_columns(_exact())
        .select(*post, *beside, "observed_at", *_packed(is_rounded=is_rounded))
        for is_rounded in (False, True)
    ]
    return pl.concat(keys)


@cache
def _exact() -> pl.Expr:
    """What an exact 0 that was read at the reading's instant is packed into."""
    instant = pl.col("observed_at").dt.epoch("us").cast(pl.Int128)
    exact = instant * (_VALUE_BITS * 4) + (_VALUE_BITS * 2 + _OFFSET * 2) + pl.col("is_measured").cast(pl.Int128)
    return exact.alias("exact")


@cache
def _packed(*, is_rounded: bool) -> tuple[pl.Expr, ...]:
    """Each metric packed into one number; ``is_rounded`` looks at which of them are."""

    def key(metric: str) -> pl.Expr:
        exact = pl.col("exact") + pl.col(metric) * 2
        if not is_rounded:
            return exact.alias(metric)
        is_metric_rounded = pl.col("rounded").list.contains(metric)
        return (exact - is_metric_rounded.cast(pl.Int128) * _VALUE_BITS * 2).alias(metric)

    return tuple(map(key, METRIC_COLUMNS))


def newest(described: pl.LazyFrame, key: Sequence[str], before: datetime) -> pl.LazyFrame:
    """One row a ``key``: of each column the newest value before an instant that no spreadsheet damaged.

    What is only known from later, or only damaged, stands where nothing else is known. Of times of publication the
    finest told one goes before the newest: a post comes out once. ``described`` has ``observed_at``, ``load_id``,
    ``row`` and ``is_damaged``, and ``published_unit`` where it has ``published_at``.
    """
    apart = {
        *key,
        "observed_at",
        "load_id",
        "row",
        "is_damaged",
        "identified_by",
        "published_unit",
        "published_other_at",
    }
    columns = [name for name in described.collect_schema().names() if name not in apart]
    instant = pl.col("observed_at")
    nearness = pl.when(instant < before).then(instant.dt.epoch("us")).otherwise(-instant.dt.epoch("us"))
    there = described.with_columns(pl.len().over(key).alias("rows_of_key"))
    ranked = (
        there.filter(pl.col("rows_of_key") > 1)
        .sort(~pl.col("is_damaged"), instant < before, nearness, "load_id", "row")
        .with_row_index("rank")
    )

    def rank_of(column: str) -> pl.Expr:
        if column != "published_at":
            return pl.col("rank")
        fineness = pl.col("published_unit").replace_strict(_FINENESS, default=0, return_dtype=pl.Int64)
        is_intact = (~pl.col("is_damaged")).cast(pl.Int64)
        return (is_intact * len(_FINENESS) + fineness) * _RANKS + pl.col("rank").cast(pl.Int64)

    several = ranked.group_by(key).agg(
        pl.col(c).filter(pl.col(c).is_not_null()).max_by(rank_of(c).filter(pl.col(c).is_not_null())) for c in columns
    )
    alone = there.filter(pl.col("rows_of_key") == 1).select(*key, *columns)  # most are: they need no ranking
    return pl.concat([alone, several])
