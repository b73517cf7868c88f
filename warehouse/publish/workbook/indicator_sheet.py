"""The workbook's sheet of indicators: a table as donors ask for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from xlsxwriter.worksheet import Worksheet

from warehouse.figures.indicators import WHOLE, is_less_better
from warehouse.figures.tables import MART
from warehouse.measures import UPPER_BOUNDS
from warehouse.palette import LIGHT
from warehouse.publish.report.indicator import is_rounded, is_total, of_indicator, source_told
from warehouse.publish.workbook.edition import Edition, Row
from warehouse.publish.workbook.sheets import (
    GRID,
    HEAD,
    VERDICTS,
    Looks,
    height,
    lay_out,
    number_format,
    put,
    shown,
)

_WIDTHS = {
    "objective": 20, "output": 18, "activity": 22, "indicator": 24, "baseline": 10, "period_head": 15, "target": 10,
    "actual": 13, "percent": 11, "verdict": 14, "in_a_sentence": 42, "where_from": 30,
}  # fmt: skip
_OF_NUMBERS = {"baseline", "target", "actual", "percent"}


def write(sheet: Worksheet, looks: Looks, edition: Edition) -> None:
    """Every indicator and period, a row each, from the published tables alone."""
    right = looks.style(**HEAD, text_wrap=True, align="right")
    head, text = looks.style(**HEAD, text_wrap=True), looks.style(**GRID, text_wrap=True)
    sheet.set_row(0, height((_title(edition, title), width) for title, width in _WIDTHS.items()))
    for place, (title, width) in enumerate(_WIDTHS.items()):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, _title(edition, title), right if title in _OF_NUMBERS else head)
    rows = _rows(edition)
    for row, indicator in enumerate(rows, 1):
        numbers, texts = _numbers(indicator), _texts(edition, indicator)
        sheet.set_row(row, height((shown(value or ""), _WIDTHS[title]) for title, value in texts.items()))
        for place, title in enumerate(_WIDTHS):
            sheet.write_blank(row, place, None, text)  # its frame, where nothing is known
            if title in numbers:
                value, *around = numbers[title]
                put(sheet, row, place, value, looks.style(number_format(value or 0, *around), **GRID), text)
            elif title == "verdict" and indicator["verdict"]:
                colour = {"align": "center", "bg_color": VERDICTS.get(indicator["verdict"], LIGHT["paper"])}
                put(sheet, row, place, texts[title], text, looks.style(**GRID, text_wrap=True, **colour))
            else:
                put(sheet, row, place, texts[title], text, text)
    if not rows:
        sheet.write_string(1, 0, edition("no_indicators"), looks.style())
    lay_out(sheet, len(rows), list(_WIDTHS.values()))


def _title(edition: Edition, title: str) -> str:
    if title == "activity":
        return edition.telling.texts(title)
    return edition(title) if title in ("objective", "output", "in_a_sentence", "where_from") else edition.telling(title)


def _numbers(indicator: Row) -> Mapping[str, tuple[float | None, str, str]]:
    """The figures of an indicator by their columns, each with what stands before and after it."""
    before, before_percent = _bounds(indicator)
    before += "≈ " if is_rounded(indicator) else ""
    return {
        "baseline": (indicator["baseline"], "", ""),
        "target": (indicator["target"], "", ""),
        "actual": (indicator["actual"], before, ""),
        "percent": (indicator["percent"], before_percent, "%"),
    }


def _texts(edition: Edition, indicator: Row) -> Mapping[str, str | None]:
    """The words of an indicator by their columns."""
    verdict = indicator["verdict"]
    return {
        "objective": indicator["objective"], "output": indicator["output"],
        "activity": edition.activity(indicator["activity"]), "indicator": indicator["name"],
        "period_head": _period(edition, indicator), "verdict": verdict and edition.telling.words["verdicts"][verdict],
        "in_a_sentence": of_indicator(indicator, edition.language), "where_from": _where_from(edition, indicator),
    }  # fmt: skip


def _where_from(edition: Edition, indicator: Row) -> str | None:
    """Where the figure comes from, in plain words: over what it was counted, and what is known of it."""
    told = source_told(indicator, edition.telling.texts.told)
    if not is_total(indicator):
        return told
    activity = indicator["activity"]
    over = edition("counted_activity", activity=activity) if activity else edition("counted_project")
    return f"{over} {told}" if told else over


def _rows(edition: Edition) -> list[Row]:
    """The indicators in the order of the framework, the project's last, the whole of each before its periods.

    What a frozen report of an older version does not have is not known.
    """
    nothing: dict[str, Any] = {column.name: None for column in MART["indicator_progress"].columns}
    rows = [nothing | row for row in edition.tables["indicator_progress"].iter_rows(named=True)]
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[object, ...]:
    activity, period = row["activity"], row["period"]
    return activity is None, _natural(activity or ""), _natural(row["indicator_id"]), period != WHOLE, period


def _natural(name: str) -> list[tuple[int, str]]:
    """A key by which 1.1.10 stands behind 1.1.2."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name) if part]


def _period(edition: Edition, row: Row) -> str:
    name = edition.period(row["period"])
    start, end = row["period_start"], row["period_end"]
    if not start and not end:
        return name
    return f"{name}\n{edition('from_to', first=str(start or '…'), last=str(end or '…'))}"


def _bounds(row: Row) -> tuple[str, str]:
    """What stands before the actual and before its percentage, where they are bounds."""
    if row["metric"] in UPPER_BOUNDS:
        signs = ("≤ ", "≥ ")
    elif row["is_at_least"] or row["metric"] == "reach_at_least":
        signs = ("≥ ", "≤ ")
    else:
        return "", ""
    return signs[0], signs[is_less_better(row["metric"], row["baseline"], row["target"])]
