"""Tables of an account's figures by day: a page's results, a channel's totals, a profile's overview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from connectors.columns import frame as frame_of
from connectors.contract import ACCOUNT_FIGURES, ACCOUNT_METRICS, METRIC_NAMES, Extract, Raw
from connectors.reading import dimensions, files, posts
from connectors.reading.dates import moments, month_days
from connectors.reading.days import local_day
from connectors.reading.extracts import extract
from connectors.reading.files import Rows
from connectors.reading.headers import LINES, values_of
from connectors.reading.layouts import MatchedTable
from connectors.reading.numbers import parse_counts
from connectors.reading.observed import Seen
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings


def read(
    raw: Raw,
    one: MatchedTable,
    settings: ConnectorSettings,
    seen: Seen,
    platform: str,
    account: str | None = None,
    rows: Rows | None = None,
    beside: tuple[pl.Series, ...] = (),
) -> Extract:
    """A table of days: one figure of an account for each day and each metric that is filled in.

    ``account`` is null where nothing in the file says whose figures these are. Days without a year are the latest
    ones that were over when the file was seen. ``beside`` are further columns of dates of the same file, which help to
    tell the order of day and month.

    Raises:
        Refused: the table is split by something else than days.
    """
    rows, header = rows or files.rows(one.table, one.top), one.top
    used = {name: at for name, at in one.top.positions.items() if name == "date" or name in ACCOUNT_METRICS}
    one = one._replace(top=replace(one.top, positions=used))
    frame, counting = parse_counts(_days_only(rows.frame), also=ACCOUNT_METRICS)
    times = moments(frame["date"], settings.dates, "UTC", raw.received_at, beside)
    days, order = times.on, times.order
    if times.at.null_count() == frame.height and frame.height:
        last = local_day(seen.at, settings.reporting_zone)
        days, order = with_years(month_days(frame["date"], settings.date_order), last), "month by name"
    frame = frame.with_columns(days.alias("day"), pl.lit(seen.at, pl.Datetime("us")).alias("observed_at")).with_columns(
        pl.when(pl.col("day").is_null())
        .then(pl.format("{} is not a date", pl.col("date").fill_null("an empty cell")))
        .otherwise("unreadable")
        .alias("reason")
    )
    kept = frame.filter(pl.col("reason").is_null())
    by_day = figures(kept, platform, account)
    filled = kept.filter(pl.col("row").is_in(by_day["row"].implode()))
    dimensions.refuse_days_split(rows, header, filled, one.table.place)
    first, last_day = by_day["period_start"].min(), by_day["period_end"].max()
    assert first is None or isinstance(first, date)
    assert last_day is None or isinstance(last_day, date)
    return extract(
        rows,
        frame.filter(pl.col("reason").is_not_null()).select("row", "reason"),
        posts.read_report(one, seen, Covered(first, last_day, "its days"), order),
        (*seen.notes, *one.table.notes, *counting, *times.notes),
        by_day,
    )


def figures(frame: pl.DataFrame, platform: str, account: str | None) -> pl.DataFrame:
    """A row of account figures for each metric that is filled in.

    ``frame`` has ``day``, or ``period_start`` and ``period_end``.
    """
    if "day" in frame.columns:
        frame = frame.with_columns(pl.col("day").alias("period_start"), pl.col("day").alias("period_end"))
    rounded = pl.col("rounded") if "rounded" in frame.columns else pl.lit(None, METRIC_NAMES)
    parts = [
        frame.filter(pl.col(metric).is_not_null()).select(
            pl.lit(platform).alias("platform"),
            pl.lit(account, pl.String).alias("account_id"),
            pl.lit(account, pl.String).alias("name"),
            pl.lit(metric).alias("metric"),
            "period_start",
            "period_end",
            pl.col(metric).cast(pl.Int64).alias("value"),
            rounded.list.contains(metric).fill_null(False).alias("is_rounded"),
            "observed_at",
            "row",
        )
        for metric in ACCOUNT_METRICS
        if metric in frame.columns
    ]
    return pl.concat(parts).sort("row", "metric") if parts else frame_of(ACCOUNT_FIGURES)


def _days_only(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of days: lines of totals and of notes are left out."""
    plain = pl.col("date").str.replace_all("\u00ad", "", literal=True).str.strip_chars().str.to_lowercase()
    is_note = pl.sum_horizontal(pl.exclude("row").is_not_null()) == 1
    has_day = pl.col("date").str.contains(r"\d").fill_null(False)
    is_total = plain.is_in(list(values_of(LINES, "totals"))).fill_null(False)
    counts = [name for name in ACCOUNT_METRICS if name in frame.columns]
    return frame.filter(~(is_total | ((is_note | posts.is_explanation(counts)) & ~has_day)))


def with_years(days: pl.DataFrame, last: date) -> pl.Series:
    """The dates of consecutive days that lack their year; the newest one is not after ``last``.

    ``days`` has ``month`` and ``day`` in the order of the file, oldest first or newest first.
    """
    pairs = list(days.select("month", "day").iter_rows())
    newest_last, newest_first = _backwards(pairs[::-1], last)[::-1], _backwards(pairs, last)
    # Read in the wrong direction, each step but the one over New Year goes back by almost a year.
    dated = min(newest_last, newest_first, key=_span)
    return pl.Series("day", dated, dtype=pl.Date)


def _backwards(pairs: Sequence[tuple[int | None, int | None]], last: date) -> list[date | None]:
    dated: list[date | None] = []
    limit = last
    for month, day in pairs:
        day_of_pair = _latest(month, day, limit) if month and day and limit.year > 1990 else None
        dated.append(day_of_pair)
        limit = day_of_pair - timedelta(days=1) if day_of_pair else limit
    return dated


def _span(days: Sequence[date | None]) -> timedelta:
    dated = [day for day in days if day]
    return max(dated) - min(dated) if dated else timedelta()


def _latest(month: int, day: int, limit: date) -> date | None:
    """The last such day that is not after ``limit``; null where there is none in eight years."""
    for year in range(limit.year, limit.year - 9, -1):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate <= limit:
            return candidate
    return None
