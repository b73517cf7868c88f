"""The charts of pages and documents, as Vega-Lite specifications, each with its words and the table behind it.

Form: https://vega.github.io/vega-lite/docs/spec.html. Altair writes the same, and takes a second to import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from warehouse.palette import LIGHT
from warehouse.publish.report.language import plain
from warehouse.texts import wrapped

Spec = dict[str, Any]

_HEIGHT = 220
_TOP = 12
_BAR, _LINE = 36, 16
"""Pixels that a bar takes, with its name above it, and each further line of a name: beside the bar, a long name leaves
no room on a phone."""
_MONTHS, _COLUMN, _NAME_AT = 96, 52.8, 12
"""Pixels of a campaign's row of months with one line for its name, of its largest column, and above its name."""
_EVENT = 24
"""Letters of an event's name in a line: it stands in one half of the picture, on a phone too."""
_SMALL = 12
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Khmer', 'Khmer OS', 'Leelawadee UI', "
    "sans-serif"
)


class Look(NamedTuple):
    """Where a chart is drawn: its colours by what they are for, its width in pixels, its font, and its line's letters.

    So many ``letters`` of a name stand in one line beside a figure.
    """

    colours: Mapping[str, str]
    width: int | str
    font: str
    letters: int


PAGE = Look({name: f"var(--{name})" for name in LIGHT}, "container", _FONT, 40)
"""On a page, which says its colours itself, so that a chart is legible in the dark and on paper; a phone is narrow."""
PAPER = Look(LIGHT, 650, "Noto Sans, Noto Sans Khmer, Khmer OS, Leelawadee UI, Segoe UI, Arial, sans-serif", 76)
"""In a document: the width of A4 within its margins, at 96 pixels to the inch."""


@dataclass(frozen=True)
class Drawing:
    """A chart: its id on the page, its title, what it shows in words, what draws it, and the same as a table.

    ``notes`` are sentences that a reader has to know beside it.
    """

    id: str
    title: str
    alt: str
    spec: Spec
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


class Bar(NamedTuple):
    """A bar: its name, its value where one is known, and how that is told."""

    name: str
    value: int | None
    told: str


class Months(NamedTuple):
    """A row of months: whose it is, and of each month its value where one is known, and how that is told."""

    name: str
    values: Sequence[tuple[str, int | None, str]]


def growth(points: Sequence[tuple[str, int]], events: Sequence[tuple[str, str]], unit: str, look: Look) -> Spec:
    """A line over days with a mark where something took place.

    Args:
        points: ``(day as 2024-12-30, value)``, in the order of days.
        events: ``(day, name)``.
        unit: what the values count.
    """
    main, event = look.colours["main"], look.colours["event"]
    # A day is read as midnight in UTC, so that it has to be told in UTC, too.
    day = {"field": "day", "type": "temporal", "scale": {"type": "utc"}}
    told_day = {"field": "day", "type": "temporal", "timeUnit": "utcyearmonthdate", "format": "%Y-%m-%d", "title": " "}
    along = day | {"title": None, "axis": {"format": "%Y-%m-%d", "grid": False, "labelOverlap": True, "tickCount": 6}}
    value = {"field": "value", "type": "quantitative", "title": unit}
    line = {
        "data": {"values": [{"day": on, "value": value} for on, value in points]},
        "mark": {
            "type": "area", "color": main, "opacity": 0.15, "line": {"color": main, "strokeWidth": 2},
            "point": {"color": main, "filled": True, "size": 28, "opacity": 1},
        },
        "encoding": {"x": along, "y": value, "tooltip": [told_day, value | {"format": ",d"}]},
    }  # fmt: skip
    marked = {"data": {"values": [{"day": on, "name": plain(name)} for on, name in events]}}
    rule = marked | {
        "mark": {"type": "rule", "color": event, "strokeDash": [4, 3], "strokeWidth": 1.5},
        "encoding": {"x": along},
    }
    names = list(_names_of_events(events, points, along, event))
    return _finished(_HEIGHT, {"layer": [line, rule, *names] if events else [line]}, look)


def _names_of_events(
    events: Sequence[tuple[str, str]], points: Sequence[tuple[str, int]], along: Spec, colour: str
) -> Iterator[Spec]:
    """What each event is called, on the side of its line where there is more room, in lines below each other."""
    days = sorted(day for day, _ in (*points, *events))
    first, last = (date.fromisoformat(day) for day in (days[0], days[-1])) if days else (date.min, date.min)
    at = 2
    for day, name in events:
        is_late = date.fromisoformat(day) - first > (last - first) / 2
        for line in wrapped(plain(name), _EVENT):
            yield {
                "data": {"values": [{"day": day, "name": line}]},
                "mark": {"type": "text", "color": colour, "align": "right" if is_late else "left", "baseline": "top",
                         "dx": -4 if is_late else 4, "fontSize": _SMALL},
                "encoding": {"x": along, "y": {"value": at}, "text": {"field": "name", "type": "nominal"}},
            }  # fmt: skip
            at += _LINE


def bars(values: Sequence[Bar], look: Look, *, is_over_time: bool = False) -> Spec:
    """Bars, each with its name and its number above it, in their order; no more than a dozen.

    A name that is longer than a line has several.

    Args:
        values: what is not known has no bar.
        is_over_time: whether they follow each other in time, and the last is what the others are held against.
    """
    shown = values[-_TOP:] if is_over_time else values[:_TOP]
    last = len(shown) - 1
    names = [plain(bar.name) for bar in shown]
    lines = [wrapped(name, look.letters) for name in names]
    high = max(map(len, lines), default=1)
    data = [
        {"place": at, "name": names[at], "value": bar.value or 0, "told": bar.told,
         "is_main": not is_over_time or at == last}
        | {f"line_{above}": lines[at][-1 - above] for above in range(len(lines[at]))}
        for at, bar in enumerate(shown)
    ]  # fmt: skip
    # By its place, for two may have one name, such as a post that stands on two pages.
    place = {"field": "place", "type": "ordinal", "axis": None, "scale": {"padding": 0.5}}
    amounts = [0, *(bar.value for bar in shown if bar.value is not None)]
    value = {
        "field": "value", "type": "quantitative", "axis": None,
        "scale": {"domain": [min(amounts), max(*amounts, 1)], "nice": False},
    }  # fmt: skip
    colour = {"condition": {"test": "datum.is_main", "value": look.colours["main"]}, "value": look.colours["before"]}
    bar = {
        "mark": {"type": "bar", "cornerRadius": 2, "height": 11, "yOffset": 7},
        "encoding": {"x": value, "y": place, "color": colour, "tooltip": _tooltip("name", "told")},
    }
    text = {"type": "text", "baseline": "bottom", "dy": 0, "color": look.colours["ink"], "fontSize": _SMALL}
    names_above = [
        {
            "transform": [{"filter": f"isValid(datum.line_{above})"}],
            "mark": text | {"align": "left", "dy": -_LINE * above, "aria": False},  # the figure has its name
            "encoding": {"x": {"value": 0}, "y": place, "text": {"field": f"line_{above}", "type": "nominal"}},
        }
        for above in range(high)
    ]
    amount = {
        "mark": text | {"align": "right", "fontWeight": "bold"},
        "encoding": {"x": {"value": "width"}, "y": place, "text": {"field": "told", "type": "nominal"}},
    }
    height = (_BAR + _LINE * (high - 1)) * len(shown)
    return _finished(height, {"data": {"values": data}, "layer": [bar, *names_above, amount]}, look)


def by_month(rows: Sequence[Months], look: Look) -> Spec:
    """Columns by month, a row for each campaign, all on one scale; a month that is not known has a dash.

    Args:
        rows: all of the same months, as 2024-12.
    """
    values = [0, *(value for row in rows for _, value, _ in row.values if value is not None)]
    low, high = min(values), max(*values, 1)
    lines = [wrapped(plain(row.name), look.letters) for row in rows]
    pixels = _MONTHS + _LINE * (max(map(len, lines), default=1) - 1)

    def height(at: int, value: int) -> float:
        return at + 1 - _COLUMN / pixels * (value - low) / (high - low)

    data = [
        {"name": plain(row.name), "month": month, "told": told, "is_known": value is not None,
         "top": height(at, value or 0), "base": height(at, 0),
         "is_largest": value is not None and value == max(v for _, v, _ in row.values if v is not None)}
        for at, row in enumerate(rows) for month, value, told in row.values
    ]  # fmt: skip
    month = {
        "field": "month", "type": "ordinal", "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 8, "ticks": False},
    }  # fmt: skip
    top = {
        "field": "top", "type": "quantitative", "axis": None,
        "scale": {"domain": [0, len(rows)], "reverse": True, "nice": False},
    }  # fmt: skip
    small = {"type": "text", "fontSize": _SMALL, "baseline": "bottom", "dy": -2}
    column = {
        "mark": {"type": "bar", "color": look.colours["main"]},
        "encoding": {"x": month, "y": top, "y2": {"field": "base"}, "tooltip": _tooltip("name", "month", "told")},
    }
    unknown = {
        "transform": [{"filter": "!datum.is_known"}],
        "mark": small | {"color": look.colours["quiet"], "text": "–"},
        "encoding": {"x": month, "y": top},
    }
    largest = {
        "transform": [{"filter": "datum.is_largest"}],
        "mark": small | {"color": look.colours["ink"]},
        "encoding": {"x": month, "y": top, "text": {"field": "told", "type": "nominal"}},
    }
    base = {
        "mark": {"type": "rule", "color": look.colours["line"]},
        "data": {"values": [{"top": height(at, 0)} for at in range(len(rows))]},
        "encoding": {"y": top},
    }
    names = [
        {"name": line, "top": at + (_NAME_AT + _LINE * place) / pixels}
        for at, of_name in enumerate(lines) for place, line in enumerate(of_name)
    ]  # fmt: skip
    name = {
        "mark": small | {"color": look.colours["ink"], "align": "left", "baseline": "top", "fontWeight": "bold"},
        "data": {"values": names},
        "encoding": {"x": {"value": 0}, "y": top, "text": {"field": "name", "type": "nominal"}},
    }
    layers = [base, column, unknown, largest, name]
    padding = {"left": 5, "top": 5, "right": 18, "bottom": 5}  # the last month is wider than its column
    return _finished(pixels * len(rows), {"data": {"values": data}, "layer": layers, "padding": padding}, look)


def _tooltip(*fields: str) -> list[dict[str, Any]]:
    """What who points at a mark is told, without the fields' names, which are words of the code."""
    return [{"field": field, "type": "nominal", "title": " " * (at + 1)} for at, field in enumerate(fields)]


def _finished(height: int, drawn: Mapping[str, Any], look: Look) -> Spec:
    quiet, line = look.colours["quiet"], look.colours["line"]
    axis = {
        "labelColor": quiet, "titleColor": quiet, "gridColor": line, "domainColor": line, "tickColor": line,
        "labelFontSize": _SMALL, "titleFontSize": _SMALL, "titleFontWeight": "normal",
    }  # fmt: skip
    config = {"background": look.colours["paper"], "font": look.font, "axis": axis, "view": {"stroke": None}}
    size = {"width": look.width, "height": height, "autosize": {"type": "fit-x", "contains": "padding"}}
    return {"$schema": _SCHEMA, "config": config, **size, **drawn}
