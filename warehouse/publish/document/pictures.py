"""The document's charts, as Vega-Lite specifications of one look, drawn as SVG and PNG.

Form: https://vega.github.io/vega-lite/docs/spec.html. vl-convert draws them without a browser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import vl_convert

from warehouse.publish.palette import LIGHT
from warehouse.publish.report.language import plain

WIDTH = 650
"""Pixels: a page of A4 within its margins, at 96 to the inch."""
_TOP = 10
_BAR = 26
_ROOM = 1.15
"""Bars end before the picture does, so that the number behind the longest has room."""
_INK, _QUIET, _GRID = LIGHT["ink"], LIGHT["quiet"], LIGHT["line"]
_MAIN, _BEFORE, _EVENT = LIGHT["main"], LIGHT["before"], LIGHT["event"]
_FONT = "Noto Sans, Noto Sans Khmer, Khmer OS, Leelawadee UI, Segoe UI, Arial, sans-serif"
_CONFIG: Mapping[str, Any] = {
    "background": "white",
    "font": _FONT,
    "axis": {
        "labelColor": _QUIET, "titleColor": _QUIET, "gridColor": _GRID, "domainColor": _GRID, "tickColor": _GRID,
        "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "labelLimit": 240,
    },
    "view": {"stroke": None},
}  # fmt: skip


def growth(points: Sequence[tuple[str, int]], events: Sequence[tuple[str, str]], unit: str) -> dict[str, object]:
    """A line over days with a mark where something took place.

    Args:
        points: ``(day as 2024-12-30, value)``, in the order of days.
        events: ``(day, name)``.
        unit: what the values count.
    """
    day = {"field": "day", "type": "temporal", "title": None, "axis": {"format": "%Y-%m-%d", "grid": False}}
    line = {
        "data": {"values": [{"day": on, "value": value} for on, value in points]},
        "mark": {
            "type": "area", "color": _MAIN, "opacity": 0.15,
            "line": {"color": _MAIN, "strokeWidth": 2}, "point": {"color": _MAIN, "filled": True, "size": 28},
        },
        "encoding": {"x": day, "y": {"field": "value", "type": "quantitative", "title": unit}},
    }  # fmt: skip
    marked = {"data": {"values": [{"day": on, "name": plain(name)} for on, name in events]}}
    rule = marked | {
        "mark": {"type": "rule", "color": _EVENT, "strokeDash": [4, 3], "strokeWidth": 1.5},
        "encoding": {"x": day},
    }
    name = marked | {
        "mark": {
            "type": "text", "color": _EVENT, "align": "left", "baseline": "top", "dx": 4, "fontSize": 11,
            "limit": 180,
        },
        "encoding": {"x": day, "y": {"value": 2}, "text": {"field": "name", "type": "nominal"}},
    }  # fmt: skip
    return _finished({"height": 200, "layer": [line, rule, name] if events else [line]})


def bars(values: Sequence[tuple[str, int, str]]) -> dict[str, object]:
    """Bars, the longest first, each with its name before it and its number behind it; no more than ten.

    Args:
        values: ``(name, value, value as it is told)``.
    """
    shown = values[:_TOP]
    data = [
        {"place": f"{at:02} {plain(name)}", "name": plain(name), "value": value, "label": told}
        for at, (name, value, told) in enumerate(shown)
    ]  # two may have one name, such as a post that stands on two pages
    place = {
        "field": "place", "type": "nominal", "title": None,
        "axis": {"labelColor": _INK, "domain": False, "ticks": False, "labelExpr": "slice(datum.label, 3)"},
    }  # fmt: skip
    most = max((amount for _, amount, _ in shown), default=0)
    value = {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [0, max(most, 1) * _ROOM]}}
    bar = {"mark": {"type": "bar", "color": _MAIN, "height": {"band": 0.62}}, "encoding": {"x": value, "y": place}}
    label = {
        "mark": {"type": "text", "align": "left", "dx": 5, "color": _INK, "fontSize": 11},
        "encoding": {"x": value, "y": place, "text": {"field": "label", "type": "nominal"}},
    }
    return _finished({"height": _BAR * len(shown), "data": {"values": data}, "layer": [bar, label]})


def beside_before(values: Sequence[tuple[str, int | None, str]]) -> dict[str, object]:
    """Columns, period by period, the newest one in the strong colour, each with its number above it.

    Args:
        values: ``(period, value, value as it is told)``, no period left out; one that is not known has no column.
    """
    data = [
        {
            "name": name,
            "value": value or 0,
            "top": max(value or 0, 0),
            "label": told,
            "is_newest": at == len(values) - 1,
        }
        for at, (name, value, told) in enumerate(values)
    ]
    place = {
        "field": "name", "type": "nominal", "title": None, "sort": [row["name"] for row in data],
        "axis": {"labelAngle": 0, "labelColor": _INK, "ticks": False},
    }  # fmt: skip
    value = {"field": "value", "type": "quantitative", "axis": None}
    colour = {"condition": {"test": "datum.is_newest", "value": _MAIN}, "value": _BEFORE}
    bar = {
        "mark": {"type": "bar", "width": {"band": 0.6}},
        "encoding": {"x": place, "y": value, "color": colour},
    }
    label = {
        "mark": {"type": "text", "baseline": "bottom", "dy": -4, "color": _INK, "fontSize": 11},
        "encoding": {"x": place, "y": value | {"field": "top"}, "text": {"field": "label", "type": "nominal"}},
    }
    return _finished({"height": 170, "data": {"values": data}, "layer": [bar, label]})


def svg(spec: Mapping[str, object]) -> str:
    """A chart as SVG."""
    drawn: str = vl_convert.vegalite_to_svg(dict(spec))
    return drawn


def png(spec: Mapping[str, object]) -> bytes:
    """A chart as PNG, sharp enough for paper."""
    drawn: bytes = vl_convert.vegalite_to_png(dict(spec), scale=2)
    return drawn


def _finished(drawn: Mapping[str, Any]) -> dict[str, object]:
    size = {"width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": _CONFIG, **size, **drawn}
