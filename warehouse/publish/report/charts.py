"""The report's charts, as Vega-Lite specifications that a script draws, each with the table behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from warehouse.publish.report.language import number, plain

HEIGHT = 220
_TOP = 12
_STEP = 40
"""The height of a bar with its name above it."""

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
            x=alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m-%d", labelOverlap=True, grid=False)),
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
    names = [plain(name) for name, _ in shown]
    data = [
        {"name": name, "value": value, "label": f"{name}: {number(value)}"}
        for name, (_, value) in zip(names, shown, strict=True)
    ]
    chart = alt.Chart(alt.InlineData(values=data)).encode(
        y=alt.Y("name:N", axis=None, sort=names, scale=alt.Scale(padding=0.5))
    )
    bar = chart.mark_bar(color="#3b82c4", cornerRadius=2).encode(
        x=alt.X("value:Q", axis=None),
        tooltip=[alt.Tooltip("name:N", title=heads[0]), alt.Tooltip("value:Q", title=heads[1], format=",d")],
    )
    # The name stands above its bar: beside it, a long one leaves no room on a phone.
    labels = chart.mark_text(
        align="left",
        baseline="bottom",
        dy=-_STEP / 4 - 2,
        limit=alt.ExprRef("width"),
        color="currentColor",
        fontSize=13,
    ).encode(x=alt.value(0), text="label:N")
    return _finished(alt.layer(bar, labels), _STEP * len(shown) + _STEP // 2)


def _finished(drawn: alt.Chart | alt.LayerChart | alt.FacetChart, height: int) -> dict[str, Any]:
    finished = drawn.properties(
        width="container", height=height, autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
    spec: dict[str, Any] = finished.configure(**CONFIG.to_dict()).to_dict()
    return spec
