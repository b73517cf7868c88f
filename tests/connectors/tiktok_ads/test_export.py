"""TikTok Ads Manager's reports, with columns as in a public export; the figures are made up."""

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


def test_the_last_line_is_the_total_and_adds_nothing(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok_ads/campaigns-by-day.csv"))
    assert figures(extract, "period_start", "currency", "impressions", "views", "clicks") == [
        ("Vlogs", 50.5, date(2024, 1, 1), "USD", 1_000, 800, 12),
        ("Vlogs", 49.5, date(2024, 1, 2), "USD", 2_000, 1_500, 10),
    ]


def test_a_report_in_japanese_and_windows_932_has_its_days_in_its_name(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok_ads/Campaigns_20240101-20240131-ja.csv"))
    assert figures(extract, "currency", "impressions") == [("動画", 50.5, "JPY", 1_000), ("討論", 49.5, "JPY", 2_000)]
    assert extract.evidence.period == (date(2024, 1, 1), date(2024, 1, 31))
