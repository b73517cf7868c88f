"""The workbook's sheet of indicators: a table as donors ask for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl
from xlsxwriter.worksheet import Worksheet

from warehouse.figures.indicators import WHOLE, is_less_better
from warehouse.figures.tables import MART
from warehouse.measures import UPPER_BOUNDS
from warehouse.publish.report.indicator import is_rounded, of_indicator
from warehouse.publish.workbook.sheets import HEAD, Looks, height, lay_out, number_format, put, shown

Row = Mapping[str, Any]

_COLUMNS = {
    "Objective": 20, "Output": 18, "Activity": 22, "Indicator": 24, "Baseline": 10, "Period": 15, "Target": 10,
    "Actual": 13, "Percent": 11, "Verdict": 14, "In a sentence": 42, "Where it comes from": 30,
}  # fmt: skip
_FRAME: Mapping[str, Any] = {"border": 1, "border_color": "#BFBFBF"}
_COLOURS = {
    "reached": "#E2EFDA", "not reached": "#F8CBAD", "not yet reached": "#FFF2CC", "cannot be told": "#EDEDED",
}  # fmt: skip


def write(sheet: Worksheet, looks: Looks, tables: Mapping[str, pl.DataFrame]) -> None:
    """Every indicator and period, a row each, from the published tables alone."""
    head, text = looks.style(**HEAD, text_wrap=True), looks.style(**_FRAME, text_wrap=True)
    for place, (title, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, head)
    rows = _rows(tables)
    for row, indicator in enumerate(rows, 1):
        before, before_percent = _bounds(indicator)
        before += "≈ " if is_rounded(indicator) else ""
        numbers = {
            "Baseline": (indicator["baseline"], "", ""),
            "Target": (indicator["target"], "", ""),
            "Actual": (indicator["actual"], before, ""),
            "Percent": (indicator["percent"], before_percent, "%"),
        }
        texts = {
            "Objective": indicator["objective"], "Output": indicator["output"], "Activity": indicator["activity"],
            "Indicator": indicator["name"], "Period": _period(indicator), "Verdict": indicator["verdict"],
            "In a sentence": of_indicator(indicator, "en"), "Where it comes from": indicator["source"],
        }  # fmt: skip
        sheet.set_row(row, height((shown(value or ""), _COLUMNS[title]) for title, value in texts.items()))
        for place, title in enumerate(_COLUMNS):
            sheet.write_blank(row, place, None, text)  # its frame, where nothing is known
            if title in numbers:
                value, *around = numbers[title]
                put(sheet, row, place, value, looks.style(number_format(value or 0, *around), **_FRAME), text)
            else:
                colour = (
                    {"align": "center", "bg_color": _COLOURS.get(indicator["verdict"], "#FFFFFF")}
                    if title == "Verdict"
                    else {}
                )
                put(sheet, row, place, texts[title], text, looks.style(**_FRAME, text_wrap=True, **colour))
    if not rows:
        word = "The plan has no indicators yet: an indicator of the plan is a row here."
        sheet.write_string(1, 0, word, looks.style())
    lay_out(sheet, len(rows), list(_COLUMNS.values()))


def _rows(tables: Mapping[str, pl.DataFrame]) -> list[Row]:
    """The indicators in the order of the framework, the project's last, the whole of each before its periods.

    What a frozen report of an older version does not have is not known.
    """
    nothing = {column.name: None for column in MART["indicator_progress"].columns}
    activities = tables["activity_totals"].select("activity_id", "activity_name").rows()
    names = {activity_id: f"{activity_id} {name}" for activity_id, name in activities if name and name != activity_id}
    rows = [nothing | row for row in tables["indicator_progress"].iter_rows(named=True)]
    return [row | {"activity": names.get(row["activity"], row["activity"])} for row in sorted(rows, key=_place)]


def _place(row: Row) -> tuple[object, ...]:
    activity, period = row["activity"], row["period"]
    return activity is None, _natural(activity or ""), _natural(row["indicator_id"]), period != WHOLE, period


def _natural(name: str) -> list[tuple[int, str]]:
    """A key by which 1.1.10 stands behind 1.1.2."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name) if part]


def _period(row: Row) -> str:
    name = "whole project" if row["period"] == WHOLE else str(row["period"])
    start, end = row["period_start"], row["period_end"]
    return f"{name}\n{start or '…'} to\n{end or '…'}" if start or end else name


def _bounds(row: Row) -> tuple[str, str]:
    """What stands before the actual and before its percentage, where they are bounds."""
    if row["metric"] in UPPER_BOUNDS:
        signs = ("≤ ", "≥ ")
    elif row["is_at_least"] or row["metric"] == "reach_at_least":
        signs = ("≥ ", "≤ ")
    else:
        return "", ""
    return signs[0], signs[is_less_better(row["metric"], row["baseline"], row["target"])]
