"""The report's charts, as Vega-Lite specifications that a script draws, each with the table behind it.

Form: https://vega.github.io/vega-lite/docs/spec.html. Altair writes the same, and takes a second to import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.publish.report.language import number, plain

HEIGHT = 220
_TOP = 12
_STEP = 40
"""The height of a bar with its name above it."""

_MAIN = "var(--main)"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

_CONFIG: Mapping[str, Any] = {
    "background": "transparent",
    # The page's own colour, so that a chart is legible in the dark and on paper.
    "axis": {
        "labelColor": "currentColor", "titleColor": "currentColor", "gridColor": "currentColor", "gridOpacity": 0.15,
        "domainColor": "currentColor", "tickColor": "currentColor",
        "labelFontSize": 12, "titleFontSize": 12, "labelLimit": 220,
    },
    "legend": {"labelColor": "currentColor", "titleColor": "currentColor"},
    "view": {"stroke": None},
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Khmer', 'Leelawadee UI', sans-serif",
}  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """A chart: its id on the page, what it shows, what draws it, and the same as a table."""

    id: str
    title: str
    spec: dict[str, Any]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def growth(points: Sequence[tuple[str, int]], heads: tuple[str, str]) -> dict[str, Any]:
    """A line over days: ``(day as 2024-12-30, value)``, in the order of days."""
    day = {"field": "day", "type": "temporal"}
    value = {"field": "value", "type": "quantitative", "title": heads[1]}
    return _finished(HEIGHT, {
        "data": {"values": [{"day": on, "value": gained} for on, gained in points]},
        "mark": {
            "type": "area", "color": _MAIN, "opacity": 0.25,
            "line": {"color": _MAIN}, "point": {"color": _MAIN, "size": 30},
        },
        "encoding": {
            "x": day | {"title": None, "axis": {"format": "%Y-%m-%d", "labelOverlap": True, "grid": False}},
            "y": value,
            "tooltip": [day | {"title": heads[0], "format": "%Y-%m-%d"}, value | {"format": ",d"}],
        },
    })  # fmt: skip


def bars(values: Sequence[tuple[str, int]], heads: tuple[str, str]) -> dict[str, Any]:
    """Bars, the longest first: ``(name, value)``; no more than a dozen."""
    shown = values[:_TOP]
    names = [plain(name) for name, _ in shown]
    data = [
        {"name": name, "value": value, "label": f"{name}: {number(value)}"}
        for name, (_, value) in zip(names, shown, strict=True)
    ]
    name = {"field": "name", "type": "nominal"}
    value = {"field": "value", "type": "quantitative"}
    place = name | {"axis": None, "sort": names, "scale": {"padding": 0.5}}
    bar = {
        "mark": {"type": "bar", "color": _MAIN, "cornerRadius": 2},
        "encoding": {
            "x": value | {"axis": None}, "y": place,
            "tooltip": [name | {"title": heads[0]}, value | {"title": heads[1], "format": ",d"}],
        },
    }  # fmt: skip
    # The name stands above its bar: beside it, a long one leaves no room on a phone.
    label = {
        "mark": {
            "type": "text", "align": "left", "baseline": "bottom", "dy": -_STEP / 4 - 2,
            "limit": {"expr": "width"}, "color": "currentColor", "fontSize": 13,
        },
        "encoding": {"x": {"value": 0}, "y": place, "text": {"field": "label", "type": "nominal"}},
    }  # fmt: skip
    return _finished(_STEP * len(shown) + _STEP // 2, {"data": {"values": data}, "layer": [bar, label]})


def _finished(height: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    size = {"width": "container", "height": height, "autosize": {"type": "fit-x", "contains": "padding"}}
    return {"$schema": _SCHEMA, "config": _CONFIG, **size, **drawn}
