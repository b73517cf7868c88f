"""Loads that somebody took out of every figure, and put back in: who, when and why. Nothing is deleted.

What is withdrawn is a file at its path, with the bytes that it had: other bytes at that path, or the same bytes put
into another folder, count. Of a file that several connectors read, one connector's part can be withdrawn alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from connectors.columns import Column
from connectors.contract import TIMESTAMP

COLUMNS = (
    Column("path", pl.String, "the path of what was withdrawn", is_required=True),
    Column("sha256", pl.String, "of its bytes; null for a pull, whose path is its own"),
    Column("connector", pl.String, "the connector whose part it is; null for all of the file"),
    Column("reason", pl.String, "why", is_required=True),
    Column("withdrawn_by", pl.String, "who withdrew it", is_required=True),
    Column("withdrawn_at", TIMESTAMP, "when", "UTC", is_required=True),
    Column("restored_by", pl.String, "who put it back in"),
    Column("restored_at", TIMESTAMP, "when; null while it is out", "UTC"),
    Column("restored_because", pl.String, "why"),
)


@dataclass(frozen=True)
class Target:
    """What is withdrawn."""

    path: str
    sha256: str | None
    connector: str | None = None


def read(events: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """The withdrawals that a log's events tell of, columns :data:`COLUMNS`, oldest first."""
    rows: list[dict[str, Any]] = []
    out: dict[tuple[str, str | None, str | None], dict[str, Any]] = {}
    for event in events:
        target = (event["path"], event["sha256"], event["connector"])
        at = datetime.fromisoformat(event["at"])
        if event["event"] == "withdrawn" and target not in out:
            out[target] = dict(zip(("path", "sha256", "connector"), target, strict=True)) | {
                "reason": event["reason"],
                "withdrawn_by": event["by"],
                "withdrawn_at": at,
            }
            rows.append(out[target])
        elif event["event"] == "restored" and target in out:
            out.pop(target).update(restored_by=event["by"], restored_at=at, restored_because=event["reason"])
    return pl.DataFrame(rows, schema={column.name: column.dtype for column in COLUMNS})


def in_force(withdrawals: pl.DataFrame, before: datetime | None) -> pl.DataFrame:
    """Those in force at an instant; today where none is named."""
    if before is None:
        return withdrawals.filter(pl.col("restored_at").is_null())
    return withdrawals.filter(
        (pl.col("withdrawn_at") < before) & (pl.col("restored_at").is_null() | (pl.col("restored_at") >= before))
    )


def marked(loads: pl.DataFrame, in_force_then: pl.DataFrame) -> pl.DataFrame:
    """``loads`` with ``withdrawn``: by whom, when and why, in a sentence; null where a load counts."""
    sentences = _matched(loads, in_force_then).select(
        "load_id",
        pl.format("withdrawn by {} on {}: {}", "withdrawn_by", pl.col("withdrawn_at").dt.date(), "reason").alias(
            "withdrawn"
        ),
    )
    return loads.drop("withdrawn", strict=False).join(sentences, on="load_id", how="left")


def target_of(loads: pl.DataFrame, in_force_then: pl.DataFrame) -> Target:
    """What was withdrawn when the first of these loads was.

    Raises:
        KeyError: none of them is withdrawn.
    """
    matched = _matched(loads, in_force_then).sort("load_id")
    if not matched.height:
        raise KeyError("none of these loads is withdrawn")
    first = matched.row(0, named=True)
    return Target(first["path"], first["bytes"], first["part"])


def _matched(loads: pl.DataFrame, in_force_then: pl.DataFrame) -> pl.DataFrame:
    """Each load with the first withdrawal in force that means it."""
    meant = in_force_then.rename({"sha256": "bytes", "connector": "part"})
    return (
        loads.select("load_id", "path", "sha256", "connector")
        .join(meant, on="path")
        .filter(
            (pl.col("bytes").is_null() | (pl.col("bytes") == pl.col("sha256")))
            & (pl.col("part").is_null() | (pl.col("part") == pl.col("connector")))
        )
        .sort("withdrawn_at")
        .unique("load_id", keep="first", maintain_order=True)
    )
