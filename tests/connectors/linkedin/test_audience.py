"""Who follows a page, or looked at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from connectors.contract import Extract, Raw
from connectors.linkedin import export as linkedin
from connectors.linkedin.audience import DIMENSIONS, LAYOUT
from connectors.reading.headers import layouts_of
from tests.connectors.linkedin.test_export import workbook

VISITORS = [
    ["Date", "Total page views (total)", "Total unique visitors (total)"],
    ["02/01/2026", 5, 3],
    ["02/28/2026", 4, 2],
]


def test_every_dimension_of_its_sheets_has_words() -> None:
    assert set(DIMENSIONS) | {"followers", "page_views"} == layouts_of("linkedin")[LAYOUT.name].columns


def test_views_of_the_page_are_those_of_the_days_beside_them(
    raw: Callable[..., Raw], read: Callable[..., Extract]
) -> None:
    content = workbook(Visitor_metrics=VISITORS, Industry=[["Industry", "Total views"], ["Law", 3]])
    extract = read(raw(content, "mekong_visitors_1772323200000.xlsx"))
    figures = extract.audiences.select("audience", "dimension", "part", "count", "period_start", "period_end")
    assert figures.rows() == [("page_views", "industry", "Law", 3, date(2026, 2, 1), date(2026, 2, 28))]
    assert set(extract.account_figures["metric"]) == {"page_views", "unique_visitors"}


@pytest.mark.parametrize(
    ("header", "is_known"), [("Industry,Total followers", True), ("Industry,Total followers,Note", False)]
)
def test_a_sheet_with_other_columns_is_none_of_linkedins(raw: Callable[..., Raw], header: str, is_known: bool) -> None:
    assert (linkedin.sniff(raw(f"{header}\nLaw,3\n"), linkedin.Settings()) is not None) == is_known
