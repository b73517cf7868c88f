"""What a post's reach over days says of its reach since publication: bounds, since accounts of days do not add up.

docs/rules.md: Reach by day.

An account may see a post on several days. So the post reached at least as many accounts as on its largest day, and at
most as many as all days together (Boole's inequality), where they leave out no day since it was published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from warehouse.reach.windows import Window, chains, opens
from warehouse.readings.latest import POST, end_of
from warehouse.readings.rounding import intervals

OF_DAYS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "platform": pl.String,
    "post_id": pl.String,
    "days_least": pl.Int64,
    "days_most": pl.Int64,
    "days_end": pl.Date,
}
"""A post whose reach is told by days: accounts that saw it at the least and at the most by the end of ``days_end``."""


def over_days(
    observations: pl.LazyFrame, published: pl.DataFrame, loads: pl.DataFrame, before: datetime, zone: str
) -> pl.DataFrame:
    """Every reading of reach over days, the newest of each source and days.

    Args:
        observations: the contract's observations with ``load_id``.
        published: ``platform, post_id, published_at``, a row a post.
        loads: ``load_id, connector``.
        before: the instant at which the day of the totals ends; days that end later are left out.
        zone: the reporting zone, in which a day ends.

    Returns:
        ``platform, post_id, connector, period_start, period_end, ends_at, least, most``, and ``is_first``: whether the
        post was published on one of these days.
    """
    least, most = intervals(pl.col("reach"), pl.col("is_exact"))
    is_exact = ~pl.col("rounded").list.contains("reach").fill_null(False)
    days = pl.col("period_end") - pl.col("period_start") + pl.duration(days=1)
    since_start = pl.col("published_at") - pl.col("period_opens_at")
    is_inside = (since_start >= pl.duration()) & (since_start < days)
    return (
        observations.filter(pl.col("period_start").is_not_null() & pl.col("reach").is_not_null())
        .join(published.lazy().select(*POST, "published_at"), on=POST, how="left")
        .join(loads.lazy().select("load_id", "connector"), on="load_id")
        .with_columns(end_of(pl.col("period_end"), zone).alias("ends_at"), is_exact.alias("is_exact"))
        .filter(pl.col("ends_at") < before)
        .with_columns(least.alias("least"), most.alias("most"), is_inside.fill_null(False).alias("is_first"))
        .sort("observed_at", "is_exact", "reach")
        .unique([*POST, "connector", "period_start", "period_end"], keep="last", maintain_order=True)
        .select(*POST, "connector", "period_start", "period_end", "ends_at", "least", "most", "is_first")
        .collect()
    )


def of_days(days: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """The posts whose reach was told over days after it was last read since publication: columns :data:`OF_DAYS`.

    ``days_most`` is null where a day is missing, or where the days contradict each other.

    Args:
        days: :func:`over_days`' rows.
        readings: ``platform, post_id, reach, reach_exact, reach_read_at``, a row a post.
    """
    reach_least, reach_most = intervals(pl.col("reach"), pl.col("reach_exact").fill_null(True))
    read = readings.select(
        *POST,
        "reach_read_at",
        reach_least.alias("reach_least"),
        reach_most.alias("reach_most"),
        opens(pl.col("reach_read_at")).alias("read_on"),
    )
    told = days.join(read, on=POST)
    is_later = (pl.col("ends_at") > pl.col("reach_read_at")).fill_null(True)
    later = told.filter(is_later)
    if not later.height:
        return pl.DataFrame(schema=OF_DAYS)
    least = later.group_by(POST).agg(
        pl.max_horizontal(pl.col("least").max(), pl.col("reach_least").max()).alias("days_least"),
        pl.col("period_end").max().alias("days_end"),
    )
    most = [(*post, _most(rows.to_dicts())) for post, rows in told.join(later, on=POST, how="semi").group_by(POST)]
    upper = pl.DataFrame(most, schema={**_POST, "days_most": pl.Int64}, orient="row")
    is_contradicted = pl.col("days_most") < pl.col("days_least")
    return (
        least.join(upper, on=POST)
        .with_columns(pl.when(~is_contradicted).then("days_most").alias("days_most"))
        .select(list(OF_DAYS))
        .sort(POST)
    )


def without_replaced(readings: pl.LazyFrame, by_days: pl.DataFrame) -> pl.LazyFrame:
    """``readings`` without the reach of posts whose reach is told by days since: none of these is their reach now."""
    if not by_days.height:
        return readings
    is_replaced = by_days.lazy().select(*POST, is_replaced=pl.lit(True))
    return (
        readings.join(is_replaced, on=POST, how="left")
        .with_columns(pl.when(pl.col("is_replaced").is_null()).then("reach").alias("reach"))
        .drop("is_replaced")
    )


_POST = {name: OF_DAYS[name] for name in POST}


def _most(rows: Sequence[Mapping[str, Any]]) -> int | None:
    """The fewest accounts that a post can have reached by the last day, by days of one source; None where one lacks.

    They are days since its publication, or the days since its reach was last read, beside that reading.
    """
    last = max(row["period_end"] for row in rows)
    sums = []
    for connector in {row["connector"] for row in rows}:
        mine = [row for row in rows if row["connector"] == connector]
        of_source = [Window(row["period_start"], row["period_end"], row["most"]) for row in mine]
        published: date | None = max((row["period_start"] for row in mine if row["is_first"]), default=None)
        for first, before in ((published, 0), (rows[0]["read_on"], rows[0]["reach_most"])):
            if first is not None:
                sums += [before + one.most for one in chains(of_source, first) if one.last == last]
    return min(sums, default=None)
