"""A picture of what nights cost as the history grows, from the measurements that were kept.

``benchmarks.history --json FILE`` and ``benchmarks.past_day --json FILE`` keep them. Seconds of the processor and peak
memory over the number of readings, both by powers of ten, a line a night; those of an earlier code are dashed.
Run: python -m benchmarks.picture [MEASUREMENTS] [PICTURE]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import vl_convert

from benchmarks.history import AGAIN, FIRST, NEXT_DAY, ONE_MORE
from benchmarks.past_day import PAST_DAY

FOLDER = Path(__file__).parent
MEASUREMENTS, PICTURE = FOLDER / "history.jsonl", FOLDER / "history.svg"
PANELS = {"cpu_seconds": ("CPU seconds", (1, 1000)), "peak_mib": ("peak memory, MiB", (100, 20_000))}
"""What is shown of each measurement, over readings; and from where to where."""

NIGHTS = {FIRST: "#3b82c4", AGAIN: "#2f9e5f", NEXT_DAY: "#8a5fbf", ONE_MORE: "#d9822b", PAST_DAY: "#555555"}

SPAN = (10**4, 10**8)
"""The readings from which to which the picture goes."""


def picture(measurements: list[dict[str, object]]) -> str:
    """The picture as SVG. Each measurement has ``code``, ``readings``, ``night`` and the columns of the panels."""
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": "solid: the code now, dashed: before",
        "config": {"background": "white"},
        "data": {"values": [row for row in measurements if row["readings"]]},
        "hconcat": [_panel(column, title, span) for column, (title, span) in PANELS.items()],
    }
    svg: str = vl_convert.vegalite_to_svg(specification)
    return svg


def _panel(column: str, title: str, span: tuple[int, int]) -> dict[str, object]:
    """A line a night and code, both axes by powers of ten."""
    return {
        "title": title,
        "width": 330,
        "height": 260,
        "mark": {"type": "line", "point": {"size": 30}},
        "encoding": {
            "x": {
                "field": "readings",
                "type": "quantitative",
                "scale": {"type": "log", "domain": SPAN},
                "axis": {"values": [10**power for power in range(4, 9)], "format": "~s"},
            },
            "y": {"field": column, "type": "quantitative", "title": None, "scale": {"type": "log", "domain": span}},
            "color": {
                "field": "night",
                "title": None,
                "scale": {"domain": [*NIGHTS], "range": [*NIGHTS.values()]},
            },
            "strokeDash": {"field": "code", "scale": {"domain": ["now", "before"]}, "legend": None},
        },
    }


def main() -> None:
    source, target = [*map(Path, sys.argv[1:]), *(MEASUREMENTS, PICTURE)[len(sys.argv) - 1 :]]
    measurements = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    target.write_text(picture(measurements), encoding="utf-8")


if __name__ == "__main__":
    main()
