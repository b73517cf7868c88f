"""What a donor's definition asks for beside an indicator: parts of the figure, and documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

from warehouse.figures import attached
from warehouse.measures import LABELS
from warehouse.plan.model import Indicator, Plan

WHOLE = "whole"
"""The period of an indicator's whole time, as ``indicator_progress`` names it."""
_TABLES = {
    "project": ("project_totals", "project_periods", None),
    "activity": ("activity_totals", "activity_periods", "activity_id"),
    "campaign": ("campaign_totals", "campaign_periods", "campaign_id"),
}

Tables = Mapping[str, pl.DataFrame]


class Asked(NamedTuple):
    """A part that a definition asks for: a column of the totals, and its figure, None where it is not known."""

    column: str
    figure: int | None


def row_of(indicator: Indicator, period: str, tables: Tables) -> Mapping[str, Any] | None:
    """The row of totals, or of gains over a period, of what an indicator is about; None where there is none.

    Args:
        period: as ``indicator_progress`` names it.
        tables: the published tables; those of periods may be missing.
    """
    kind, _, name = (indicator.of or "project").partition(":")
    totals, periods, key = _TABLES[kind]
    table = tables.get(totals if period == WHOLE else periods)
    if table is None:
        return None
    of_period = pl.lit(True) if period == WHOLE else pl.col("period") == period
    rows = table.filter(of_period & (pl.col(key) == name if key else pl.lit(True)))
    return rows.row(0, named=True) if rows.height else None


def parts(plan: Plan, indicator_id: str, period: str, tables: Tables) -> list[Asked]:
    """The parts that the definition of an indicator asks for; none of one by hand, or without a definition."""
    definition = plan.definition_of(indicator_id)
    indicator = next((one for one in plan.indicators if one.id == indicator_id), None)
    if definition is None or indicator is None or indicator.metric is None:
        return []
    row = row_of(indicator, period, tables) or {}
    return [Asked(column, row.get(column)) for column in definition.parts]


def lacking(plan: Plan, tables: Tables, loads: pl.DataFrame) -> Iterator[str]:
    """A sentence for each indicator whose definition asks for what is not there, and for each document that is not.

    Args:
        tables: the published tables of totals.
        loads: those of the day.
    """
    documents = attached.of_indicators(loads, plan)
    for indicator in plan.indicators:
        definition = plan.definition_of(indicator.id)
        if definition is None:
            continue
        unknown = [LABELS[part.column][0] for part in parts(plan, indicator.id, WHOLE, tables) if part.figure is None]
        asks = f"Indicator {indicator.id}: its definition {definition.id} asks for"
        if unknown:
            yield f"{asks} {' and '.join(name[0].lower() + name[1:] for name in unknown)}, which no source tells."
        if definition.evidence and documents.filter(indicator_id=indicator.id).is_empty():
            yield (
                f"{asks} {definition.evidence}, and no document is attached: drop it into "
                f"documents/{indicator.id}/ of the inbox."
            )
