"""The document's charts: Vega-Lite that draws, with nothing cut off."""

from __future__ import annotations

import re

import altair
import pytest

from warehouse.publish.document import pictures

SPECS = {
    "growth": pictures.growth([("2024-10-01", 1), ("2024-10-20", 5)], [("2024-10-05", "Forum ព្រឹត្តិការណ៍")], "Views"),
    "bars": pictures.bars([("ទំព័រ <b>", 46_700, "46,700"), ("b", 1, "1")]),
    "quarters": pictures.beside_before([("FY2024-Q4", 3, "3"), ("FY2025-Q1", None, "–"), ("FY2025-Q2", -2, "≥ -2")]),
}


def lengths(drawn: str) -> list[float]:
    """Of each bar that is drawn."""
    return [float(x) for x in re.findall(r'aria-roledescription="bar" d="M0,[\d.]+h([\d.]+)v', drawn)]


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
    drawn = pictures.svg(pictures.bars([("a", 123_456_789, "≥ 123,456,789"), ("b", 1, "1")]))
    right = max(lengths(drawn))
    assert right < pictures.WIDTH * 0.92


def test_no_more_than_ten_bars_are_drawn() -> None:
    ten = pictures.bars([(f"page {n}", n, str(n)) for n in range(30, 0, -1)])
    data: list[dict[str, object]] = ten["data"]["values"]  # type: ignore[index]
    assert [row["value"] for row in data] == list(range(30, 20, -1))


def test_what_has_one_name_keeps_a_bar_each() -> None:
    drawn = pictures.svg(pictures.bars([("Same text", 50, "50"), ("Same text", 40, "40"), ("Same text", 1, "1")]))
    assert drawn.count(">Same text<") == 3
    longest, *others = lengths(drawn)
    assert others == pytest.approx([longest * 40 / 50, longest / 50], rel=0.01)
