"""The parts of an indicator's participants, as the IATI standard disaggregates a figure: by sex, age and disability.

Names and values of ``dimension`` are free in version 2.03; these are those of its guidance ("sex", "female").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from connectors.attendance import EVENTS, MEN, PARTICIPANTS, SEX_NOT_TOLD, SOME, WITH_DISABILITY, WOMEN, YOUTH
from warehouse.figures.indicator_parts import WHOLE, row_of
from warehouse.plan.model import Indicator, Plan

_DIMENSION = {
    WOMEN.name: ("sex", "female"),
    MEN.name: ("sex", "male"),
    SEX_NOT_TOLD.name: ("sex", "not stated"),
    YOUTH.name: ("age", "youth"),
    WITH_DISABILITY.name: ("disability", "with disability"),
}

Tables = Mapping[str, pl.DataFrame]


class PartOfActual(NamedTuple):
    """A part of an actual: its dimension, the number, and of how many of the events it is known."""

    name: str
    value: str
    number: int
    knowing: int
    events: int


def dimension(metric: str | None, plan: Plan) -> tuple[str, str] | None:
    """What a metric is a part of the participants by; None of every other metric."""
    if metric not in _DIMENSION:
        return None
    name, value = _DIMENSION[metric]
    return name, plan.project.youth or value if metric == YOUTH.name else value


def parts_of_actual(indicator: Indicator | None, period: str, plan: Plan, tables: Tables) -> list[PartOfActual]:
    """The known parts of an indicator of participants over one of its periods; none of another indicator.

    Args:
        period: as ``indicator_progress`` names it.
        tables: the published tables.
    """
    if indicator is None or indicator.metric != PARTICIPANTS.name:
        return []
    row = row_of(indicator, period, tables)
    if row is None or EVENTS.name not in row:
        return []
    return _of_ages(indicator, period, tables) + [
        PartOfActual(*dimensions, row[part.name], row[f"{part.name}_known"], row[EVENTS.name])
        for part in SOME
        if row[part.name] is not None and (dimensions := dimension(part.name, plan))
    ]


def _of_ages(indicator: Indicator, period: str, tables: Tables) -> list[PartOfActual]:
    """The bands of ages that the plan names, over the indicator's whole time."""
    by_age = tables.get("participants_by_age")
    if by_age is None or period != WHOLE:
        return []
    scope, _, name = (indicator.of or "project").partition(":")
    rows = by_age.filter(pl.col("scope") == scope, pl.col("id").eq_missing(pl.lit(name or None, pl.String)))
    return [
        PartOfActual("age", row["age_band"], row[PARTICIPANTS.name], row[f"{PARTICIPANTS.name}_known"], row["events"])
        for row in rows.drop_nulls(PARTICIPANTS.name).iter_rows(named=True)
    ]
