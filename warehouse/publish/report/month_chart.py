"""What campaigns gained month by month, as one chart of the overview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from warehouse.figures.totals import sum_known
from warehouse.publish.report import charts
from warehouse.publish.report.captions import Captions
from warehouse.publish.report.charts import Drawing, Look, Months
from warehouse.publish.report.language import plain

Row = Mapping[str, Any]

MOST_CAMPAIGNS = 6
"""So many campaigns have a row: those that gained the most in the months shown."""
MOST_MONTHS = 24


class Gains(NamedTuple):
    """What campaigns gained by month, the same in every language.

    ``months`` are all from the first to the last, as 2024-12. ``of_campaigns`` has of each campaign a row a month from
    its first on: ``views``, null where they are not known, and ``views_known`` and ``posts`` of its days.
    """

    months: Sequence[str]
    of_campaigns: Mapping[str, Mapping[str, Row]]


def gains(daily: pl.DataFrame, as_of: date) -> Gains:
    """The gains of each month, by the published table ``campaign_daily``; a gain is of the day on which it was read."""
    by_month = (
        daily.group_by("campaign_id", pl.col("day").dt.strftime("%Y-%m").alias("month"))
        .agg(sum_known("views"), pl.col("views_known", "posts").sum())
        .sort("campaign_id", "month")
    )
    rows: dict[str, dict[str, Row]] = {}
    for row in by_month.iter_rows(named=True):
        rows.setdefault(row["campaign_id"], {})[row["month"]] = row
    first = min((month for of_one in rows.values() for month in of_one), default=None)
    return Gains(_months(first, as_of)[-MOST_MONTHS:] if first else [], rows)


def _months(first: str, last: date) -> list[str]:
    """Each month from the first, as 2024-12, to that of a day."""
    year, month = map(int, first.split("-"))
    count = (last.year - year) * 12 + last.month - month + 1
    return [f"{year + (month - 1 + at) // 12}-{(month - 1 + at) % 12 + 1:02}" for at in range(count)]


def drawing(gained: Gains, campaigns: Sequence[Row], captions: Captions, look: Look) -> Drawing | None:
    """The chart of campaigns, rows of ``campaign_totals``; none where no gain is known in these months."""
    sums = {
        campaign_id: sum(of_one[month]["views"] or 0 for month in gained.months if month in of_one)
        for campaign_id, of_one in gained.of_campaigns.items()
        if any(of_one[month]["views"] is not None for month in gained.months if month in of_one)
    }
    with_gains = [row for row in campaigns if row["campaign_id"] in sums]
    if not with_gains:
        return None
    ordered = sorted(with_gains, key=lambda row: -sums[row["campaign_id"]])
    rows = [
        Months(plain(row["campaign_name"]), _values(gained, row["campaign_id"], captions))
        for row in ordered[:MOST_CAMPAIGNS]
    ]
    told = [{month: text for month, _, text in row.values} for row in rows]
    values = [(month, value, text) for row in rows for month, value, text in row.values]
    alt = captions(
        "months_alt",
        list="; ".join(
            captions("months_of", campaign=row.name, list=captions.listed(f"{m} {text}" for m, _, text in row.values))
            for row in rows
        ),
    )
    notes = [captions("months_says")] if any(value is None for _, value, _ in values) else []
    unknown = [plain(row["campaign_name"]) for row in campaigns if row["posts"] and row["campaign_id"] not in sums]
    if unknown:
        notes.append(captions("months_unknown", list=captions.listed(unknown)))
    if len(ordered) > MOST_CAMPAIGNS:
        notes.append(captions("months_left_out", number=str(len(ordered) - MOST_CAMPAIGNS)))
    notes += captions.marks(text for _, _, text in values)
    return Drawing(
        "chart-months", captions("months"), alt, charts.by_month(rows, look),
        (captions("month"), *(row.name for row in rows)),
        [(month, *(of_one.get(month, "") for of_one in told)) for month in gained.months],
        notes,
    )  # fmt: skip


def _values(gained: Gains, campaign_id: str, captions: Captions) -> list[tuple[str, int | None, str]]:
    """Of each month from the campaign's first on: its gain, and how that is told."""
    of_one = gained.of_campaigns[campaign_id]
    begins = min(of_one)
    return [
        (month, of_one[month]["views"], captions.told(of_one[month], "views"))
        if month in of_one
        else (month, None, "–")
        for month in gained.months
        if month >= begins
    ]
