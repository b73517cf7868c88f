"""What was gained quarter by quarter, of a campaign, an activity or the project, beside the time before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from warehouse.publish.report import charts
from warehouse.publish.report.captions import Captions
from warehouse.publish.report.charts import Bar, Drawing, Look

Row = Mapping[str, Any]

_QUARTERS = 8
"""So many quarters stand beside one another."""


def rows_of(periods: pl.DataFrame, **key: str | None) -> Sequence[Row]:
    """The rows of a table of gains over fiscal periods, by their days; ``key`` are the columns that say whose."""
    return periods.filter(**key).sort("period_start").rows(named=True)


def drawing(periods: Sequence[Row], as_of: date, captions: Captions, look: Look) -> Drawing | None:
    """What was gained in each of the last quarters, where two are known; one between them that is not stands empty.

    Args:
        periods: rows of ``campaign_periods`` or a table like it, of one campaign, activity or project, by their days.
        as_of: up to which day the last of them goes, where it is not over.
    """
    texts = captions.texts
    quarters = _from_known_to_known([row for row in periods if "-Q" in row["period"]][-_QUARTERS:])
    if len(quarters) < 2:
        return None
    bars = [Bar(captions.period(row), row["views"], captions.told(row, "views")) for row in quarters]
    years = _from_known_to_known([row for row in periods if "-Q" not in row["period"]])
    notes = _beside_before("quarters", quarters, captions)
    if years[-1]["views"] != quarters[-1]["views"]:  # a year of one quarter has nothing more to say
        notes += _beside_before("years", years, captions)
    if not quarters[-1]["is_over"]:
        notes.append(captions("quarter_runs", period=captions.period(quarters[-1]), day=texts.day(as_of)))
    notes += [*_redefined(quarters, captions), *captions.marks(bar.told for bar in bars)]
    return Drawing(
        "chart-quarters", captions("quarters"), captions.bars(bars), charts.bars(bars, look, is_over_time=True),
        (captions("quarter"), captions("gained")), [(bar.name, bar.told) for bar in bars], notes,
    )  # fmt: skip


def _from_known_to_known(periods: Sequence[Row]) -> Sequence[Row]:
    """Periods without those before the first and after the last of which the views are known."""
    places = [at for at, row in enumerate(periods) if row["views"] is not None]
    return periods[places[0] : places[-1] + 1] if places else []


def _beside_before(key: str, periods: Sequence[Row], captions: Captions) -> list[str]:
    """A sentence that holds the last of periods against the one before it, or says that this is not known."""
    if len(periods) < 2:
        return []
    before, last = periods[-2:]
    told = {"period": captions.period(last), "number": captions.in_words(last, "views")}
    if before["views"] is None:
        return [captions(f"{key}_unknown", **told)]
    return [captions(f"{key}_says", before=captions.in_words(before, "views"), **told)]


def _redefined(periods: Sequence[Row], captions: Captions) -> Iterator[str]:
    """A sentence for each period inside of which a platform began to count views otherwise."""
    texts = captions.texts
    of_views = [change for change in captions.platforms.changes if change.metric == "views"]
    for row in periods:
        spanned = (row["definitions"] or "").split("; ")
        for change in of_views:
            if any(definition.startswith(change.start) for definition in spanned):
                yield captions(
                    "quarter_changed", period=captions.period(row), day=texts.day(change.since),
                    platform=texts.platform(change.platform), metric=texts.metric("views").lower(),
                )  # fmt: skip
