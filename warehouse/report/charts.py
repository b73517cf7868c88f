"""The report's charts, as Vega-Lite specifications that a script draws, each with the table behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

HEIGHT = 220
_TOP = 12

CONFIG = alt.Config(
    background="transparent",
    # The page's own colour, so that a chart is legible in the dark and on paper.
    axis=alt.AxisConfig(
        labelColor="currentColor", titleColor="currentColor", gridColor="currentColor", gridOpacity=0.15,
        domainColor="currentColor", tickColor="currentColor", labelFontSize=12, titleFontSize=12, labelLimit=220,
    ),
    legend=alt.LegendConfig(labelColor="currentColor", titleColor="currentColor"),
    view=alt.ViewConfig(stroke=None),
    font="system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Khmer', 'Leelawadee UI', sans-serif",
)  # fmt: skip


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
    drawn = (
        alt.Chart(alt.InlineData(values=[{"day": day, "value": value} for day, value in points]))
        .mark_area(line={"color": "#3b82c4"}, color="#3b82c4", opacity=0.25, point={"color": "#3b82c4", "size": 30})
        .encode(
            x=alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m-%d", labelOverlap=True)),
            y=alt.Y("value:Q", title=heads[1]),
            tooltip=[
                alt.Tooltip("day:T", title=heads[0], format="%Y-%m-%d"),
                alt.Tooltip("value:Q", title=heads[1], format=",d"),
            ],
        )
    )
    return _finished(drawn, HEIGHT)


def bars(values: Sequence[tuple[str, int]], heads: tuple[str, str]) -> dict[str, Any]:
    """Bars, the longest first: ``(name, value)``; no more than a dozen."""
    shown = values[:_TOP]
    chart = alt.Chart(alt.InlineData(values=[{"name": name, "value": value} for name, value in shown]))
    y = alt.Y("name:N", title=None, sort=[name for name, _ in shown])
    drawn = chart.mark_bar(color="#3b82c4", opacity=0.85).encode(
        x=alt.X("value:Q", title=heads[1]),
        y=y,
        tooltip=[alt.Tooltip("name:N", title=heads[0]), alt.Tooltip("value:Q", title=heads[1], format=",d")],
    )
    return _finished(drawn, 26 * len(shown) + 10)


def _finished(drawn: alt.Chart, height: int) -> dict[str, Any]:
    finished = drawn.properties(
        width="container", height=height, autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
    spec: dict[str, Any] = finished.configure(**CONFIG.to_dict()).to_dict()
    return spec
