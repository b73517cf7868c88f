"""The document's charts: Vega-Lite that draws, with nothing cut off."""

from __future__ import annotations

import re

import altair
import pytest

from warehouse.publish.document import pictures

SPECS = {
    "growth": pictures.growth([("2024-10-01", 1), ("2024-10-20", 5)], [("2024-10-05", "Forum ព្រឹត្តិការណ៍")], "Views"),
    "bars": pictures.bars([("ទំព័រ <b>", 46_700), ("b", 1)]),
    "quarters": pictures.beside_before([("FY2024-Q4", 3), ("FY2025-Q1", 4)]),
}


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_holds_to_vega_lites_schema_and_is_drawn(name: str) -> None:
    altair.Chart.from_dict(dict(SPECS[name]))
    assert pictures.svg(SPECS[name]).startswith("<svg")
    assert pictures.png(SPECS[name]).startswith(b"\x89PNG")


def test_texts_in_a_chart_stay_texts() -> None:
    drawn = pictures.svg(SPECS["bars"])
    assert "<b>" not in drawn
    assert "ទំព័រ &lt;b&gt;" in drawn


def test_the_number_behind_the_longest_bar_has_room() -> None:
    drawn = pictures.svg(pictures.bars([("a", 123_456_789), ("b", 1)]))
    right = max(float(x) for x in re.findall(r'd="M0,0h([\d.]+)v', drawn)[1:])
    assert right < pictures.WIDTH * 0.92


def test_no_more_than_ten_bars_are_drawn() -> None:
    ten = pictures.bars([(f"page {n}", n) for n in range(30, 0, -1)])
    data: list[dict[str, object]] = ten["data"]["values"]  # type: ignore[index]
    assert [row["value"] for row in data] == list(range(30, 20, -1))
