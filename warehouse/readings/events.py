"""What is known of who took part in each event: one report of it, whole, never parts of several."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from connectors.attendance import PART_NAMES, PARTICIPANTS
from warehouse.readings.latest import POST

_NUMBERS = pl.col(PART_NAMES)
_AGED = pl.col("ages").list.eval(pl.element().struct.field("participants")).list.sum()


def _fullest(name: str, size: pl.Expr) -> pl.Expr:
    """The list of an event that is the longest, the first of equals; null where no report has one."""
    return pl.col(name).sort_by(size, descending=True, nulls_last=True, maintain_order=True).first().over(POST)


def attendance(told: pl.LazyFrame, before: datetime) -> pl.DataFrame:
    """One row an event that took place before an instant: the report of it that counts.

    Numbers of two reports are never mixed. Of several reports that stands which tells the most numbers, then the one
    with the larger ones: never that which was loaded last. ``is_disputed`` where they tell one number differently.

    Who came, by hashes, and of which ages is taken from the report that tells it of the most people, where these are as
    many as the report that counts has: a list of some of them is none of all.

    Args:
        told: the contract's columns of attendance with ``load_id`` and ``is_damaged``, under the names of the posts.
        before: the end of the day.
    """
    report = ["load_id", "row"]
    differs = pl.any_horizontal(pl.col(name).drop_nulls().n_unique() > 1 for name in PART_NAMES)
    return (
        told.filter(pl.col("observed_at") < before)
        .with_columns(differs.over(POST).alias("is_disputed"))
        .with_columns(pl.sum_horizontal(_NUMBERS.is_not_null()).alias("numbers"))
        .sort(
            "is_damaged",
            "numbers",
            *PART_NAMES,
            *report,
            descending=[False, True, *(True for _ in PART_NAMES), *(False for _ in report)],
            nulls_last=True,
        )
        .with_columns(_fullest("persons", pl.col("persons").list.len()), _fullest("ages", _AGED))
        .unique(POST, keep="first", maintain_order=True)
        .with_columns(
            pl.when(pl.col("persons").list.len() == pl.col(PARTICIPANTS.name)).then("persons").alias("persons"),
            pl.when(pl.col(PARTICIPANTS.name) >= _AGED).then("ages").alias("ages"),
        )
        .select(*POST, *report, "place", *PART_NAMES, "persons", "ages", "is_disputed")
        .collect()
    )
