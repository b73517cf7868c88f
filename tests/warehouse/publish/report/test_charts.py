"""Charts are drawn from data that stands on the page, and each has its table behind it."""

from __future__ import annotations

import re

import altair as alt
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from jsonschema.exceptions import ValidationError
from playwright.sync_api import Page, expect

from tests.warehouse.publish.report.browser import open_page
from tests.warehouse.publish.report.conftest import Report
from warehouse.publish.report import charts
from warehouse.publish.report.charts import PAGE, PAPER, Bar, Months


def test_every_chart_is_drawn_and_has_the_same_as_a_table(page: Page, sample: Report) -> None:
    drawn = 0
    for name in (this_page for this_page in sample.pages if "campaign-" in this_page):
        open_page(page, sample.url(name))
        for chart in page.locator("figure.chart").all():
            assert chart.locator("svg path").count() > 2, name
            assert chart.locator("figcaption").inner_text()
            assert chart.locator("tbody tr").count() >= 1
            assert len(chart.locator(".drawing").get_attribute("aria-label") or "") > 40
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
        at = labels.index(f"{row['account_name']} (Facebook)")
        assert labels[at + len(rows)] == f"{row['views']:,}"


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


SPECS: dict[str, charts.Spec] = {
    "growth": charts.growth([("2024-12-01", 5), ("2024-12-30", 9)], [("2024-12-05", "Forum")], "Views", PAGE),
    "growth with late events": charts.growth(
        [("2024-12-01", 5)], [("2024-12-05", "A name that needs two lines"), ("2024-12-30", "Late")], "Views", PAGE
    ),
    "growth of nothing": charts.growth([], [], "", PAPER),
    "bars": charts.bars([Bar("Our page", 5, "5"), Bar("", 0, "0")], PAPER),
    "bars of nothing": charts.bars([], PAGE),
    "bars over time": charts.bars(
        [Bar("Q1", 3, "3"), Bar("Q2", None, "–"), Bar("Q3", -2, "≥ -2")], PAPER, is_over_time=True
    ),
    "months": charts.by_month([Months("ទំព័រ", [("2024-11", -3, "-3"), ("2024-12", None, "–")])], PAPER),
    "months of nothing": charts.by_month([], PAGE),
}


@pytest.mark.parametrize("name", SPECS)
def test_every_specification_keeps_to_the_schema_of_vega_lite(name: str) -> None:
    alt.Chart.from_dict(SPECS[name]).to_dict()


def test_a_specification_that_does_not_keep_to_it_is_found() -> None:
    with pytest.raises(ValidationError):
        alt.Chart.from_dict(SPECS["bars"] | {"mark": "blot"})


def lengths(spec: charts.Spec) -> list[float]:
    """Of each bar that is drawn."""
    drawn = vl_convert.vegalite_to_svg(spec)
    return [float(x) for x in re.findall(r'aria-roledescription="bar" d="M[\d.]+,[\d.]+h([\d.]+)', drawn)]


@pytest.mark.parametrize("bars", [0, 11, 12, 13])
def test_no_more_than_twelve_bars_are_drawn_the_first_of_names_and_the_last_of_time(bars: int) -> None:
    values = [Bar(f"page {at}", 20 - at, str(20 - at)) for at in range(bars)]
    for is_over_time, shown in ((False, values[:12]), (True, values[-12:])):
        drawn = charts.bars(values, PAPER, is_over_time=is_over_time)["data"]["values"]
        assert [row["name"] for row in drawn] == [bar.name for bar in shown]


def test_what_has_one_name_keeps_a_bar_each_as_long_as_its_value() -> None:
    longest, *others = lengths(
        charts.bars([Bar("Same text", 50, "50"), Bar("Same text", 40, "40"), Bar("Same text", 20, "20")], PAPER)
    )
    assert others == pytest.approx([longest * 40 / 50, longest * 20 / 50], rel=0.03)


def test_a_long_name_has_lines_above_its_bar_which_hold_all_of_it() -> None:
    name = "សេចក្តីព្រាងច្បាប់ស្តីពីសិទ្ធិទទួលបានព័ត៌មានរបស់ប្រជាពលរដ្ឋ by the association of young people"
    drawn = charts.bars([Bar(name, 5, "5"), Bar("Short", 3, "3")], PAGE)
    long, short = drawn["data"]["values"]
    lines = [long[key] for key in sorted((key for key in long if key.startswith("line_")), reverse=True)]
    assert "".join("".join(lines).split()) == "".join(name.split())
    assert len(lines) >= 2
    assert [key for key in short if key.startswith("line_")] == ["line_0"]
    assert drawn["height"] > charts.bars([Bar("Long", 5, "5"), Bar("Short", 3, "3")], PAGE)["height"]


@pytest.mark.parametrize("width", [380, 1280])
def test_no_name_of_a_chart_is_cut_or_leaves_it(page: Page, sample: Report, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("campaign-iduai-2024.html", "km/campaign-iduai-2022.html", "index.html"):
        open_page(page, sample.url(name))
        page.wait_for_function(f"document.querySelector('figure.chart svg').getBoundingClientRect().width < {width}")
        cut = page.evaluate(
            """() => [...document.querySelectorAll('figure.chart svg')].flatMap(svg => {
                const around = svg.getBoundingClientRect();
                return [...svg.querySelectorAll('text')].filter(text => text.textContent).filter(text => {
                    const box = text.getBoundingClientRect();
                    return box.left < around.left - 1 || box.right > around.right + 1;
                }).map(text => text.textContent);
            })"""
        )
        assert cut == [], name


def test_of_periods_only_the_last_has_the_strong_colour_and_one_that_is_not_known_has_no_bar() -> None:
    drawn = charts.bars([Bar("Q1", 3, "3"), Bar("Q2", None, "–"), Bar("Q3", 2, "2")], PAPER, is_over_time=True)
    rows = drawn["data"]["values"]
    assert [(row["is_main"], row["value"], row["told"]) for row in rows] == [
        (False, 3, "3"), (False, 0, "–"), (True, 2, "2"),
    ]  # fmt: skip


@given(
    st.lists(st.lists(st.one_of(st.none(), st.integers(-9_000, 10**9)), min_size=1, max_size=4), min_size=1, max_size=6)
)
def test_columns_of_all_campaigns_stand_on_one_scale_and_none_leaves_its_row(campaigns: list[list[int | None]]) -> None:
    months = [
        Months(f"c{at}", [(f"2024-{month:02}", value, str(value)) for month, value in enumerate(values, start=1)])
        for at, values in enumerate(campaigns)
    ]
    drawn = charts.by_month(months, PAPER)["data"]["values"]
    in_rows = [value for values in campaigns for value in values if value is not None]
    scale = max([1, *in_rows]) - min([0, *in_rows])
    for row, (at, value) in zip(
        drawn, [(at, value) for at, values in enumerate(campaigns) for value in values], strict=True
    ):
        assert row["is_known"] == (value is not None)
        assert at < row["top"] <= at + 1
        assert row["base"] - row["top"] == pytest.approx(0.55 * (value or 0) / scale)
