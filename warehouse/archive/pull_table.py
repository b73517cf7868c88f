"""Every pull of an archive as a row: what is asked of all of them, and where the lines are that tell the rest.

A night asks little of the pulls of earlier years, so that a row is enough for them; a pull with its answers is made
again from its lines of the log where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from connectors.columns import Column
from connectors.contract import TIMESTAMP
from warehouse.archive.pulls import Pull, Pulls

COLUMNS = (
    Column("connector", pl.String, "the API", is_required=True),
    Column("account", pl.String, "the account, as the settings name it", is_required=True),
    Column("started_at", TIMESTAMP, "when it began", "UTC", is_required=True),
    Column("is_backfill", pl.Boolean, "whether it asked for all there is", is_required=True),
    Column("is_begun", pl.Boolean, "whether anything but a removal tells of it", is_required=True),
    Column("place_id", pl.String, "of its file version; null where it has no answers"),
    Column("is_ended", pl.Boolean, "whether an end was kept", is_required=True),
    Column("is_good", pl.Boolean, "whether it came to its end and nothing was wrong", is_required=True),
    Column("who", pl.String, "who has to act; null where it has no end"),
    Column("since", TIMESTAMP, "posts published before were not asked for; null also where it has no end", "UTC"),
    Column("keep_days", pl.Int64, "its answers may be kept for so many days, by its end", "days"),
    Column("spent", pl.List(pl.Struct({"hour": TIMESTAMP, "units": pl.Int64})), "what it cost of the quota, by hour"),
    Column("lines", pl.List(pl.UInt64), "the bytes of the log at which its lines begin", is_required=True),
)
KEY = ("connector", "account", "started_at", "is_backfill")
_SCHEMA = {column.name: column.dtype for column in COLUMNS}

EMPTY = pl.DataFrame(schema=_SCHEMA)

Placed = tuple[int, Mapping[str, Any]]
"""An event with the byte of the log at which its line begins."""


def lines_by_pull(placed: Iterable[Placed]) -> pl.DataFrame:
    """The columns of :data:`KEY` and ``lines`` of the pulls that these events are of."""
    rows = [
        (event["connector"], event["account"], datetime.fromisoformat(event["started_at"]), event["is_backfill"], at)
        for at, event in placed
    ]
    schema = {name: _SCHEMA[name] for name in KEY} | {"lines": pl.UInt64}
    return pl.DataFrame(rows, schema=schema, orient="row").group_by(KEY, maintain_order=True).agg("lines")


def rows_of(placed: Sequence[Placed]) -> pl.DataFrame:
    """The rows of the pulls that these events are all of, columns :data:`COLUMNS`, in the order in which they began."""
    pulls, lines = Pulls(), dict[tuple[Any, ...], list[int]]()
    pulls.add(event for _, event in placed)
    for at, event in placed:
        lines.setdefault(tuple(event[name] for name in KEY), []).append(at)
    rows = [_row(pull, is_begun, lines[key]) for key, pull, is_begun in pulls.told()]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _row(pull: Pull, is_begun: bool, lines: list[int]) -> tuple[Any, ...]:
    end = pull.end
    return (
        pull.connector, pull.account, pull.started_at, pull.is_backfill, is_begun,
        pull.file_version.place_id if pull.answers else None, end is not None, pull.is_good, end and end.who,
        end and end.since, end and end.keep_days, [{"hour": hour, "units": units} for hour, units in pull.spent], lines,
    )  # fmt: skip


def at(table: pl.DataFrame, path: str) -> pl.DataFrame:
    """The rows of the pulls of the account that a path names (:attr:`warehouse.archive.pulls.Pull.path`)."""
    folder = pl.format("api/{}/{}/", "connector", "account")
    accounts = table.select("connector", "account").unique().filter(pl.lit(path).str.starts_with(folder))
    return table.join(accounts, on=["connector", "account"], how="semi", maintain_order="left")


def telling(table: pl.DataFrame, since: datetime) -> pl.DataFrame:
    """The rows of the pulls by which an account's next pull goes, in their order; few of each account.

    These are those that began since an instant; and of each account, of its backfills, of its nights, and of both
    together: the last one, the last one with an end, the last good one, the last good one that asked for everything, of
    the good ones with answers the last one and the one that asked for the oldest posts, and of those after the last
    good one the first, for each that has to act.
    """
    rows = table.with_row_index("number")
    by_start, number = rows.sort("started_at", maintain_order=True), pl.col("number")
    good, kept = pl.col("is_good"), pl.col("is_good") & pl.col("place_id").is_not_null()
    numbers = [rows.filter(pl.col("started_at") >= since)["number"]]
    for account in (["connector", "account"], ["connector", "account", "is_backfill"]):
        last_good_at = pl.col("started_at").filter(good).max().over(account)
        after_good = by_start.filter(last_good_at.is_null() | (pl.col("started_at") > last_good_at))
        chosen = (
            rows.group_by(account).agg(number.last(), number.filter("is_ended").last().alias("ended")),
            by_start.group_by(account, maintain_order=True).agg(
                number.filter("is_ended").last(),
                number.filter(good).last().alias("good"),
                number.filter(good & pl.col("since").is_null()).last().alias("whole"),
                number.filter(kept).last().alias("kept"),
                number.filter(kept).sort_by(pl.col("since").filter(kept)).first().alias("oldest"),
            ),
            after_good.group_by(*account, "is_ended", "who", maintain_order=True).agg(number.first()),
        )
        numbers += [frame[name] for frame in chosen for name in frame.columns if name not in _SCHEMA]
    return rows.filter(pl.col("number").is_in(pl.concat(numbers).drop_nulls().unique().implode())).drop("number")
