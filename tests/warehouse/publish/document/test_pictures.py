"""Charts are drawn without a browser, and texts in them stay texts."""

from __future__ import annotations

import pytest

from warehouse.palette import LIGHT
from warehouse.publish.document import pictures
from warehouse.publish.report import charts
from warehouse.publish.report.charts import PAPER, Bar

SPECS = {
    "growth": charts.growth([("2024-10-01", 1), ("2024-10-20", 5)], [("2024-10-05", "Forum")], "Views", PAPER),
    "bars": charts.bars([Bar("ទំព័រ <b>", 46_700, "46,700"), Bar("b", 1, "1")], PAPER),
}


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_is_drawn_in_the_colours_of_the_palette(name: str) -> None:
    drawn = pictures.svg(SPECS[name])
    assert drawn.startswith("<svg")
    assert LIGHT["main"] in drawn
    assert "var(" not in drawn
    assert pictures.png(SPECS[name]).startswith(b"\x89PNG")


def test_texts_in_a_chart_stay_texts() -> None:
    drawn = pictures.svg(SPECS["bars"])
    assert "<b>" not in drawn
    assert "ទំព័រ &lt;b&gt;" in drawn
