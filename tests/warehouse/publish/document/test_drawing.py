"""Pictures for DOCX: each chart of its own size, drawn by the browser where one is there."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.warehouse.publish.document.test_pdf import needs_browser
from warehouse.publish.document import drawing
from warehouse.publish.report import charts
from warehouse.publish.report.charts import PAPER, Bar

KHMER = "Civic Lens - កែវពង្រីកពលរដ្ឋ"
SPECS = [
    charts.bars([Bar(KHMER, 3, "3"), Bar("b", 2, "2")], PAPER),
    charts.growth([("2024-10-01", 1), ("2024-10-20", 5)], [], "Views", PAPER),
]


def sizes(drawn: list[bytes]) -> list[tuple[int, int]]:
    return [Image.open(io.BytesIO(png)).size for png in drawn]


@needs_browser
def test_each_chart_is_a_picture_of_its_own_size() -> None:
    (wide, low), (same, high) = sizes(drawing.pngs(SPECS))
    assert wide == same == round(650 * 2.5)
    assert low < high
    first, _ = drawing.pngs(SPECS)
    colours = Image.open(io.BytesIO(first)).convert("RGB").getcolors(1_000_000)
    assert colours is not None
    assert (31, 111, 139) in {colour for _, colour in colours}


def test_without_a_browser_charts_are_drawn_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACH_BROWSER", "no-such-browser")
    assert len(sizes(drawing.pngs(SPECS))) == 2
    monkeypatch.setenv("REACH_BROWSER", "false")
    assert len(sizes(drawing.pngs(SPECS))) == 2
    assert drawing.pngs([]) == []
