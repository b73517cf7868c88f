"""Charts are drawn from data that stands on the page, and each has its table behind it."""

from __future__ import annotations

import altair as alt
import pytest
from jsonschema.exceptions import ValidationError
from playwright.sync_api import Page, expect

from tests.warehouse.publish.report.browser import open_page
from tests.warehouse.publish.report.conftest import Report
from warehouse.publish.report import charts


def test_every_chart_is_drawn_and_has_the_same_as_a_table(page: Page, sample: Report) -> None:
    drawn = 0
    for name in (this_page for this_page in sample.pages if "campaign-" in this_page):
        open_page(page, sample.url(name))
        for chart in page.locator("figure.chart").all():
            assert chart.locator("svg path").count() > 2, name
            assert chart.locator("figcaption").inner_text()
            assert chart.locator("tbody tr").count() >= 2
            drawn += 1
    assert drawn >= 4


def test_bars_carry_their_names_and_figures(page: Page, sample: Report) -> None:
    open_page(page, sample.url("campaign-iduai-2024.html"))
    chart = page.locator("figure.chart", has_text="page or account")
    rows = sample.rows(
        "select account_name, views from account_totals where campaign_id = 'iduai-2024' and views is not null"
    )
    labels = chart.locator("svg text").all_text_contents()
    assert len(rows) == 6
    for row in rows:
        assert f"{row['account_name']} (Facebook): {row['views']:,}" in labels


def test_a_chart_follows_the_colours_of_the_page(page: Page, sample: Report) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        open_page(page, sample.url("campaign-iduai-2024.html"))
        colours.add(page.locator("figure.chart svg text").first.evaluate("(own) => getComputedStyle(own).fill"))
    assert len(colours) == 2


def test_a_chart_grows_and_shrinks_with_the_window(page: Page, sample: Report) -> None:
    open_page(page, sample.url("campaign-iduai-2024.html"))
    svg = page.locator("figure.chart svg").first
    wide = svg.bounding_box()["width"]  # type: ignore[index]
    page.set_viewport_size({"width": 380, "height": 800})
    page.wait_for_function("document.querySelector('figure.chart svg').getBoundingClientRect().width < 380")
    assert wide > 900


def test_who_points_at_a_bar_is_told_its_figure(page: Page, sample: Report) -> None:
    open_page(page, sample.url("campaign-iduai-2024.html"))
    bar = page.locator("figure.chart", has_text="page or account").locator("svg .mark-rect path").first
    bar.scroll_into_view_if_needed()
    bar.hover()
    expect(page.locator("#vg-tooltip-element")).to_be_visible()
    assert "26,151" in page.locator("#vg-tooltip-element").inner_text()


def test_every_specification_keeps_to_the_schema_of_vega_lite() -> None:
    growth = charts.growth([("2024-12-01", 5), ("2024-12-30", 9)], ("day", "views"))
    bars = charts.bars([("Our page", 5), ("", 0)], ("account", "views"))
    for spec in (growth, bars, charts.growth([], ("", "")), charts.bars([], ("", ""))):
        alt.Chart.from_dict(spec).to_dict()
    with pytest.raises(ValidationError):
        alt.Chart.from_dict(growth | {"mark": "blot"})
