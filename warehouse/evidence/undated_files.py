"""Files of which only a copied file's time says when they were downloaded, so that their day is not known.

docs/rules.md: When was a file observed.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from warehouse.day import Day
from warehouse.history.frames import has_unsure
from warehouse.readings.latest import POST, day_at


class UndatedFile(NamedTuple):
    """A file, the day on which the range in its name ends, and the day of its own time."""

    path: str
    range_ends: date
    written_on: date

    @property
    def command(self) -> str:
        """What says the day, where it is that of the range's end."""
        return f"reach date {shlex.quote(self.path)} {self.range_ends}"


def among(loads: pl.DataFrame, zone: str) -> Iterator[UndatedFile]:
    """The undated ones among loads (``path, observed_at, observed_until``), by path, with days of a zone."""
    undated = loads.filter(pl.col("observed_until").is_not_null()).select("path", "observed_at", "observed_until")
    for path, first, last in undated.unique().sort("path").iter_rows():
        yield UndatedFile(path, day_at(first, zone), day_at(last, zone))


def sentences(loads: pl.DataFrame, zone: str) -> list[str]:
    """What the night says of those that it loaded, a line each, with the mend."""
    return [
        f"{file.path}: its range ends on {file.range_ends}, and only the file's time, {file.written_on}, says when it "
        f"was downloaded, so its figures count from {file.range_ends} on as read between the two. Say the day: "
        f"{file.command} (or reach date --by-name for all such files)."
        for file in among(loads, zone)
    ]


def of_campaign(day: Day, campaign_id: str) -> list[UndatedFile]:
    """Those that tell of a campaign's posts."""
    if not has_unsure(day.loads):
        return []
    undated = day.loads.filter(pl.col("observed_until").is_not_null())
    posts = day.attribution.taken.filter(pl.col("campaign_id") == campaign_id).select(POST)
    told = day.looked_at.undated.join(posts, on=POST, how="semi").select("load_id").unique()
    return list(among(undated.join(told, on="load_id", how="semi"), day.plan.project.timezone))
