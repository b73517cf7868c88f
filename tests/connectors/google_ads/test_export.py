"""Google Ads' reports, with columns as in public exports; the figures are made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from connectors.contract import Extract, Raw

Sample = Callable[[str], Raw]
Read = Callable[..., Extract]


def figures(extract: Extract, *columns: str) -> list[tuple[object, ...]]:
    """The figures of ads, a row each: the name of the campaign of ads, its money, and these columns."""
    money = pl.col("spend_millionths") / 1_000_000
    return extract.ad_figures.select("ad_campaign", money, *columns).rows()


def test_the_range_on_top_dates_the_figures_and_totals_add_nothing(sample: Sample, read: Read) -> None:
    extract = read(sample("google_ads/campaigns.csv"))
    assert figures(extract, "currency", "impressions", "views", "clicks") == [
        ("Vlogs", 12.34, "USD", 4_500, 900, 120),
        ("Forum", 8.0, "USD", 1_500, 100, 80),
    ]
    assert extract.evidence.period == (date(2024, 1, 1), date(2024, 1, 31))
    assert "2 lines of totals were passed over" in extract.notes


def test_a_report_in_japanese_is_read_alike(sample: Sample, read: Read) -> None:
    extract = read(sample("google_ads/campaigns-ja.csv"))
    assert figures(extract, "currency", "impressions", "clicks") == [("動画", 12_000.0, "JPY", 45_000, 1_200)]
    assert extract.evidence.period == (date(2024, 1, 1), date(2024, 1, 31))
