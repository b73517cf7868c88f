"""What is told of audiences: of each account and dimension the newest breakdown, as its source tells it.

docs/rules.md: An audience's parts stay its own.
"""

from __future__ import annotations

import polars as pl

from warehouse.day import Day
from warehouse.frames import AUDIENCES, checked
from warehouse.readings.latest import day_of

_WHOSE = ["platform", "account_id", "nameless_in", "audience", "dimension"]
_ORDER = ("is_known", "of_day", "observed_at", "modified_at", "period_start", "load_id")
_BREAKDOWN = [*_WHOSE, "load_id", "period_start", "period_end"]


def nameless(day: Day) -> pl.DataFrame:
    """The loads that tell of an audience and not whose it is: ``load_id, platform, account_id, or_platform``."""
    rows = day.audiences.filter(pl.col("account_id").is_null()).select("load_id", "platform", "account_id")
    return rows.unique().with_columns(pl.lit(None, pl.String).alias("or_platform"))


def table(day: Day) -> pl.DataFrame:
    """The published table ``audience_breakdowns``.

    A breakdown of which something is known counts before one that its source withholds. Of those that are left the one
    of the newest day counts, then the one that was read last, of a file that was replaced the newer one, then the one
    over more days. Where no account is known,
    every file stands for itself.
    """
    sources = day.loads.select("load_id", "grade", "modified_at", pl.col("path").alias("source"))
    rows = checked(day.audiences, AUDIENCES).filter(pl.col("observed_at") < day.before).join(sources, on="load_id")
    read_on = day_of(pl.col("observed_at"), day.plan.project.timezone)
    rows = rows.with_columns(
        read_on.alias("read_on"),
        (pl.col("share_millionths") / 1_000_000).alias("share"),
        pl.when(pl.col("account_id").is_null()).then("source").alias("nameless_in"),
    )
    is_known = pl.any_horizontal(pl.col("share", "count").is_not_null()).any()
    newest = (
        rows.group_by(_BREAKDOWN)
        .agg(
            is_known.alias("is_known"),
            pl.coalesce("period_end", "read_on").max().alias("of_day"),
            pl.col("observed_at").max(),
            pl.col("read_on", "modified_at").max(),
        )
        .sort(*_ORDER, descending=[name == "period_start" for name in _ORDER])
        .group_by(_WHOSE)
        .last()
        .select(_BREAKDOWN)
    )
    counting = rows.join(newest, on=_BREAKDOWN, how="semi", nulls_equal=True).sort("row")
    counting = counting.unique([*_BREAKDOWN, "part"], keep="first", maintain_order=True)
    named = counting.join(day.accounts, on=["platform", "account_id"], how="left", maintain_order="left")
    return named.with_columns(pl.lit(day.as_of).alias("as_of"))
