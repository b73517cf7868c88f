"""Gains: what was added within days, as the difference of two readings. Pure functions over frames.

docs/rules.md: Lifetime counters.

A gain needs a reading within its days and one before them; a post that was published within them began at 0. Where no
earlier reading exists the gain is unknown, and so is that of days without a reading: it falls on the days of the next
one. Gains may be negative, since platforms take likes back. Where it is not known when a reading was made, a gain whose
days begin or end in between is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import polars as pl

from connectors.contract import ADDITIVE, METRICS
from warehouse.readings.chosen_periods import chosen, newest
from warehouse.readings.latest import FOREVER, POST, day_of, latest, untils
from warehouse.readings.rounding import intervals

_ADDITIVE = tuple(metric.column for metric in ADDITIVE)
_FLAGS = ("is_approximate", "is_entered")
_GAINED = (*_ADDITIVE, *(metric.column for metric in METRICS if metric.is_counter and not metric.is_additive))
_WITHOUT_GAINS = tuple(metric.column for metric in METRICS if not metric.is_counter)


def spans(*days: tuple[date, date]) -> pl.DataFrame:
    """Days as the functions here take them: ``period_start, period_end``, both inclusive, one after the other."""
    return pl.DataFrame(sorted(days), schema={"period_start": pl.Date, "period_end": pl.Date}, orient="row")


def over(
    readings: pl.LazyFrame,
    without_total: pl.LazyFrame,
    posts: pl.LazyFrame,
    periods: pl.DataFrame,
    zone: str,
    with_read_at: Sequence[str] = (),
    *,
    with_until: bool = False,
    post: Sequence[str] = POST,
) -> pl.LazyFrame:
    """The gains of every post over periods: a row for each post and each period by whose end it was read.

    Args:
        readings: :func:`warehouse.readings.lifetime.readings`'s.
        without_total: the gains of posts of which no total is known (:func:`gains_without_total`); used where no two
            readings tell.
        posts: the columns of ``post``, and ``published_at``.
        periods: :func:`spans`' frame; periods may leave days out, and do not overlap.
        zone: the reporting zone, whose days they are.
        with_read_at: the metrics' columns of which it is told when they were read.
        with_until: looks at until when readings can have been made; else all are taken for told.
        post: the columns that tell posts apart; a number is cheaper to compare than names.

    Returns:
        ``period_start, period_end`` and what :func:`warehouse.readings.latest.latest` returns, with gains in the
        metrics' columns; ``is_first`` where the post's first reading is of this period, ``is_published`` where it was
        published in it, ``reach_gain_least``, the least that reach grew by, where one of the two readings was rounded;
        ``is_baseline_unknown`` where a metric was read and nothing tells from where it grew; ``is_in_part`` where a
        source's period of a post without a total lies in the period only in part.
    """
    numbers = periods.with_columns(number=pl.int_range(pl.len()) * 2 + 1)
    until = pl.lit(periods["period_end"].max(), pl.Date)
    dated = readings.with_columns(day_of(pl.col("observed_at"), zone).alias("day")).filter(pl.col("day") <= until)
    placed = _numbered(dated, numbers)
    born = _numbered(posts.select(*post, day_of(pl.col("published_at"), zone).alias("day")), numbers).select(
        *post, pl.col("number").alias("born")
    )
    read = latest(placed, FOREVER, ["number"], with_read_at, with_until=with_until, post=post)
    ordered = _in_order(read.join(born, on=post, how="left"), post).cache()  # looked at twice
    gained = _differences(ordered)
    if with_until:
        gained = _without_unsure(gained, ordered, untils(placed, FOREVER, ["number"], post), numbers, zone, post)
    gained = pl.concat([gained, _silent(ordered, 2 * periods.height, post)], how="diagonal")
    added, cut = _added_and_cut(without_total, numbers, post)
    return (
        _with_loose(gained.filter(pl.col("number") % 2 == 1), added, cut, [*post, "number"])
        .join(numbers.lazy(), on="number")
        .with_columns(
            (pl.col("first") == pl.col("number")).fill_null(False).alias("is_first"),
            (pl.col("born") == pl.col("number")).fill_null(False).alias("is_published"),
        )
        .drop("first", "born", "number")
    )


def daily(
    readings: pl.LazyFrame, without_total: pl.LazyFrame, posts: pl.LazyFrame, zone: str, post: Sequence[str] = POST
) -> pl.LazyFrame:
    """The gains of every post on each day on which it was read: since its reading before, or since it was published.

    A reading of which the day is not known is passed over: the gain falls on the day of the next one.

    Returns:
        :func:`over`'s columns with ``day``, and ``days_covered``: over how many days the longest of its gains goes.
    """
    dated = readings.with_columns(day_of(pl.col("observed_at"), zone).alias("day"))
    dated = dated.filter((day_of(pl.col("observed_until"), zone) == pl.col("day")).fill_null(True))
    born = posts.select(*post, day_of(pl.col("published_at"), zone).alias("born"))
    read = latest(dated, FOREVER, ["day"], post=post).join(born, on=post, how="left").rename({"day": "number"})
    gained = _differences(_in_order(read, post), is_since_publication=True).rename({"number": "day"})
    added = (
        without_total.with_columns(
            pl.col("period_end").alias("day"),
            (pl.col("period_end") - pl.col("period_start")).dt.total_days().add(1).alias("loose_days"),
        )
        .group_by(*post, "day")
        .agg(*_sums(), pl.col("loose_days").max())
    )
    return (
        _with_loose(gained, added, None, [*post, "day"])
        .with_columns(pl.max_horizontal("days_covered", "loose_days").alias("days_covered"))
        .drop("born", "first", "loose_days")
    )


def gains_without_total(observations: pl.LazyFrame, posts: pl.LazyFrame) -> pl.LazyFrame:
    """Gains over periods of posts that were published before them, those that count where periods overlap.

    Of two readings of one period the newest counts, then the exact, then the larger; of periods that overlap those that
    :mod:`warehouse.readings.chosen_periods` chooses.

    Returns:
        ``platform, post_id, period_start, period_end``, the additive metrics, ``is_approximate`` and ``is_entered``; a
        row has one metric.
    """
    key = [*POST, "period_start", "period_end"]
    index = [*key, "observed_at", "rounded", "is_measured", "load_id", "row"]
    is_exact = ~pl.col("rounded").list.contains(pl.col("metric")).fill_null(False)
    older = (
        observations.filter(pl.col("period_start").is_not_null())
        .join(posts.select(*POST, "published_at"), on=POST, how="left")
        .filter((pl.col("published_at") < pl.col("period_opens_at")).fill_null(True))
        .select(*index, *_ADDITIVE)
        .unpivot(list(_ADDITIVE), index=index, variable_name="metric", value_name="value")
        .drop_nulls("value")
        .with_columns(is_exact.alias("is_exact"))
    )
    schema = older.collect_schema()
    return older.map_batches(lambda frame: chosen(newest(frame)), schema=schema, streamable=False).select(
        *key,
        *(pl.when(pl.col("metric") == m).then("value").alias(m) for m in _ADDITIVE),
        (~pl.col("is_exact")).alias("is_approximate"),
        (~pl.col("is_measured")).alias("is_entered"),
    )


def _numbered(frame: pl.LazyFrame, numbers: pl.DataFrame) -> pl.LazyFrame:
    """``frame`` with the ``number`` of the period that its ``day`` lies in: odd; even ones lie between two."""
    dated = frame.drop_nulls("day").sort("day")
    starts = numbers.lazy().select(
        pl.col("period_start").alias("day"), pl.col("period_end").alias("closes"), pl.col("number").alias("opened")
    )
    within = pl.when(pl.col("day") <= pl.col("closes")).then(pl.col("opened")).otherwise(pl.col("opened") + 1)
    return dated.join_asof(starts, on="day").with_columns(within.fill_null(0).alias("number")).drop("closes", "opened")


def _differences(read: pl.LazyFrame, *, is_since_publication: bool = False) -> pl.LazyFrame:
    """Readings as what they gained since the post's reading before; where the post is born in it, since 0.

    ``read`` is :func:`_in_order`'s frame. ``is_since_publication`` counts a first reading from the publication on,
    however long ago.
    """
    marked = read.with_columns(_before()).with_columns([_days_covered()] if is_since_publication else [])
    return marked.with_columns(_grown(is_since_publication=is_since_publication)).drop(_OF_BEFORE)


@cache  # several hundred expressions, which take longer to make than to be used in a small night
def _before() -> tuple[pl.Expr, ...]:
    """What :func:`_grown` looks at of the post's readings before: the columns of :data:`_OF_BEFORE`."""
    return (
        *(_last(pl.col(m)).alias(f"{m}_before") for m in _GAINED),
        *(_last(pl.when(pl.col(m).is_not_null()).then("number")).alias(f"{m}_since") for m in _GAINED),
        _last(pl.max_horizontal("read_to", "read_until")).alias("read_before"),
        _last(pl.when(pl.col("reach").is_not_null()).then("reach_exact")).alias("was_reach_exact"),
        _last(pl.col("is_approximate")).fill_null(False).alias("was_approximate"),
        _last(pl.col("is_entered")).fill_null(False).alias("was_entered"),
    )


_OF_BEFORE = (
    *(f"{m}{end}" for m in _GAINED for end in ("_before", "_since")), "read_before", "was_approximate", "was_entered",
    "was_reach_exact", "row", "first_row", "next",
)  # fmt: skip


def _baseline(metric: str, *, is_since_publication: bool) -> pl.Expr:
    """From where a metric grew: the reading before, else the 0 of a post that is born."""
    is_born = pl.col("born") <= pl.col("number") if is_since_publication else pl.col("born") == pl.col("number")
    return pl.coalesce(f"{metric}_before", pl.when(is_born.fill_null(False)).then(pl.lit(0, pl.Int64)))


@cache
def _days_covered() -> pl.Expr:
    """Over how many days the longest gain goes, where a first reading counts from the publication on."""
    number = pl.col("number")
    days = [
        pl.when(pl.col(m).is_not_null() & _baseline(m, is_since_publication=True).is_not_null()).then(
            pl.coalesce((number - pl.col(f"{m}_since")).dt.total_days(), (number - pl.col("born")).dt.total_days() + 1)
        )
        for m in _ADDITIVE
    ]
    return pl.max_horizontal(days).alias("days_covered")


@cache
def _grown(*, is_since_publication: bool) -> tuple[pl.Expr, ...]:
    """The gains of :func:`_differences`, and what is known of them."""
    grown_from = {m: _baseline(m, is_since_publication=is_since_publication) for m in _GAINED}
    without_baseline = [pl.col(m).is_not_null() & baseline.is_null() for m, baseline in grown_from.items()]
    # A rounded figure stands for several: the gain is no less than from the most before to the least now. The 0 of a
    # publication stands for 0 alone, exact or not.
    least, _ = intervals(pl.col("reach"), pl.col("reach_exact"))
    _, most_before = intervals(grown_from["reach"], pl.col("was_reach_exact"))
    return (
        (least - most_before).alias("reach_gain_least"),
        *((pl.col(m) - baseline).alias(m) for m, baseline in grown_from.items()),
        pl.any_horizontal(without_baseline).alias("is_baseline_unknown"),
        *(pl.lit(None, pl.Int64).alias(m) for m in _WITHOUT_GAINS),
        (pl.col("is_approximate") | pl.col("was_approximate")).fill_null(False).alias("is_approximate"),
        (pl.col("is_entered") | pl.col("was_entered")).fill_null(False).alias("is_entered"),
        pl.when(pl.col("read_from").is_not_null()).then(pl.coalesce("read_before", "read_from")).alias("read_from"),
        pl.col("reach_exact", "impressions_exact").fill_null(True),
    )


def _in_order(read: pl.LazyFrame, post: Sequence[str]) -> pl.LazyFrame:
    """Readings by post and ``number``, each with its ``row`` and the ``first_row`` of its post, for :func:`_last`.

    ``first`` is the post's first number, ``next`` the one after, null where there is none.
    """
    row, number, first_row = pl.col("row"), pl.col("number"), pl.col("first_row")
    is_first = pl.any_horizontal(row == 0, *(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in post))
    numbered = read.sort(*post, "number").with_columns(pl.int_range(pl.len()).alias("row"))
    return numbered.with_columns(
        pl.when(is_first).then(row).forward_fill().alias("first_row"),
        pl.when(is_first).then(number).forward_fill().alias("first"),
    ).with_columns(pl.when(first_row == first_row.shift(-1)).then(number.shift(-1)).alias("next"))


def _silent(ordered: pl.LazyFrame, last: int, post: Sequence[str]) -> pl.LazyFrame:
    """A row for each period after a post's first reading in which it was not read, up to the number ``last``.

    Nothing is known of its gains; it keeps when the post was read last before, and how exactly. ``ordered`` is
    :func:`_in_order`'s frame; odd numbers are periods.
    """
    number = pl.col("number")
    silent = pl.int_ranges(number + 1 + number % 2, pl.col("next").fill_null(last), 2)
    return (
        ordered.select(*post, "first", "born", "last_read_at", *_FLAGS, silent.alias("number"))
        .explode("number", empty_as_null=False)
        .with_columns(reach_exact=True, impressions_exact=True, is_baseline_unknown=False)
    )


def _last(column: pl.Expr) -> pl.Expr:
    """The last value before it that is known of the same post; of rows that :func:`_in_order` numbered.

    A window over each post would say the same at ten times the cost.
    """
    value_row = pl.when(column.is_not_null()).then("row").forward_fill().shift(1)
    return pl.when(value_row >= pl.col("first_row")).then(column.forward_fill().shift(1))


def _without_unsure(
    gained: pl.LazyFrame, read: pl.LazyFrame, until: pl.LazyFrame, numbers: pl.DataFrame, zone: str, post: Sequence[str]
) -> pl.LazyFrame:
    """``gained`` without gains over periods that begin or end while one of their two readings can have been made.

    ``read`` are the readings, ``until`` is :func:`warehouse.readings.latest.untils`' frame of them.
    """
    key = [*post, "number", "metric"]
    days = until.unpivot(_GAINED, index=key[:-1], variable_name="metric", value_name="until")
    ordered = (
        read.join(until.select(post).unique(), on=post, how="semi")
        .unpivot(_GAINED, index=key[:-1], variable_name="metric")
        .drop_nulls("value")
        .join(days, on=key, how="left")
        .with_columns(day_of(pl.col("until"), zone))
        .with_columns(pl.col("until").shift(1).over(*post, "metric", order_by="number").alias("until_before"))
    )
    is_unsure = (pl.col("until") > pl.col("period_end")) | (pl.col("until_before") >= pl.col("period_start"))
    unsure = (
        ordered.join(numbers.lazy(), on="number")
        .filter(is_unsure)
        .group_by(key[:-1])
        .agg((pl.col("metric") == m).any().alias(f"{m}_unsure") for m in _GAINED)
    )
    return (
        gained.join(unsure, on=key[:-1], how="left")
        .with_columns(
            pl.when(pl.col(f"{m}_unsure").fill_null(False).not_()).then(name).alias(name)
            for m, name in (*zip(_GAINED, _GAINED, strict=True), ("reach", "reach_gain_least"))
        )
        .with_columns(
            pl.col("is_baseline_unknown") | pl.any_horizontal(pl.col(f"{m}_unsure").fill_null(False) for m in _GAINED)
        )
        .drop(f"{m}_unsure" for m in _GAINED)
    )


@cache
def _sums() -> tuple[pl.Expr, ...]:
    sums = (pl.when(pl.col(m).count() > 0).then(pl.col(m).sum()).alias(f"{m}_loose") for m in _ADDITIVE)
    return (*sums, *(pl.col(flag).any().alias(f"{flag}_loose") for flag in _FLAGS))


def _added_and_cut(
    without_total: pl.LazyFrame, numbers: pl.DataFrame, post: Sequence[str]
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """What gains without a total add up to in each period, and :func:`_cut` of those that lie in it only in part."""
    opened = _numbered(without_total.with_columns(pl.col("period_start").alias("day")), numbers)
    closed = _numbered(opened.with_columns(pl.col("period_end").alias("day")).rename({"number": "opening"}), numbers)
    is_inside = pl.col("opening") == pl.col("number")
    added = closed.filter(is_inside).group_by(*post, "number").agg(*_sums())
    return added, _cut(closed.filter(~is_inside), post)


def _cut(periods: pl.LazyFrame, post: Sequence[str]) -> pl.LazyFrame:
    """Which metrics of which posts have days in a period of another length: ``…, number, <metric>_cut``.

    ``periods`` go from a day in the period ``opening`` to one in the period ``number``; only odd numbers are periods.
    """
    numbers = pl.int_ranges("opening", pl.col("number") + 1).alias("number")
    cut = periods.with_columns(numbers).explode("number").filter(pl.col("number") % 2 == 1)
    return cut.group_by(*post, "number").agg(pl.col(m).is_not_null().any().alias(f"{m}_cut") for m in _ADDITIVE)


def _with_loose(gained: pl.LazyFrame, added: pl.LazyFrame, cut: pl.LazyFrame | None, by: list[str]) -> pl.LazyFrame:
    """``gained``, with what periods say of the posts whose readings do not tell.

    Where a period lies in the days only in part, as ``cut`` has it, what is known is no less than their gain.
    """
    is_loose = pl.any_horizontal(pl.col(m).is_null() & pl.col(f"{m}_loose").is_not_null() for m in _ADDITIVE)
    together = gained.join(added, on=by, how="full", coalesce=True)
    if cut is not None:
        in_part = pl.any_horizontal(pl.col(m).is_null() & pl.col(f"{m}_cut") for m in _ADDITIVE)
        together = (
            together.join(cut, on=by, how="full", coalesce=True)
            .with_columns(in_part.fill_null(False).alias("is_in_part"))
            .drop(f"{m}_cut" for m in _ADDITIVE)
        )
    return together.with_columns(
        *(pl.coalesce(m, f"{m}_loose").alias(m) for m in _ADDITIVE),
        *((pl.col(flag).fill_null(False) | (is_loose & pl.col(f"{flag}_loose"))).alias(flag) for flag in _FLAGS),
    ).drop(f"{name}_loose" for name in (*_ADDITIVE, *_FLAGS))
