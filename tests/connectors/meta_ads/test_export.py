"""Meta Ads Manager's reports, with columns as in public exports; the figures are made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from connectors.contract import Extract, Raw, Refused

Sample = Callable[[str], Raw]
Read = Callable[..., Extract]


def figures(extract: Extract, *columns: str) -> list[tuple[object, ...]]:
    """The figures of ads, a row each: the name of the campaign of ads, its money, and these columns."""
    money = pl.col("spend_millionths") / 1_000_000
    return extract.ad_figures.select("ad_campaign", money, *columns).rows()


def test_a_line_of_totals_on_top_adds_nothing(sample: Sample, read: Read) -> None:
    extract = read(sample("meta_ads/campaigns-total-first.csv"))
    days = date(2025, 1, 1), date(2025, 1, 2)
    assert figures(extract, "period_start", "period_end", "currency", "impressions", "reach", "clicks") == [
        ("Vlogs", 100_000.0, days[0], days[0], "IDR", 8_000, 4_000, 100),
        ("Vlogs", 200_000.0, days[1], days[1], "IDR", 12_000, 5_000, 200),
    ]
    assert "1 line of totals was passed over" in extract.notes


def test_a_report_in_japanese_names_account_groups_and_ads(sample: Sample, read: Read) -> None:
    extract = read(sample("meta_ads/ads-ja.csv"))
    assert figures(extract, "ad_account", "ad_set", "ad", "currency") == [
        ("動画", 1_000.0, "Mekong", "成人", "広告1", "JPY"),
        ("動画", 500.0, "Mekong", "成人", "広告2", "JPY"),
    ]
    assert set(extract.ad_figures["period_start"]) == {date(2024, 1, 1)}
    assert set(extract.ad_figures["period_end"]) == {date(2024, 1, 31)}


def test_boosted_posts_are_campaigns_and_money_may_have_a_comma(sample: Sample, read: Read) -> None:
    extract = read(sample("meta_ads/boosts-pt.csv"))
    assert figures(extract, "currency") == [
        ("Post do Instagram: Olá", 12.34, "BRL"),
        ("Post do Instagram: Voto", 40.5, "BRL"),
    ]


def test_figures_by_age_are_parts_and_the_line_of_all_of_them_is_whole(sample: Sample, read: Read) -> None:
    extract = read(sample("meta_ads/by-age-and-gender.csv"))
    assert figures(extract, "split_by", "part") == [
        ("Vlogs", 1_234.5, "age, gender", "18-24, female"),
        ("Vlogs", 0.5, "age, gender", "25-34, male"),
        ("Vlogs", 1_235.0, None, None),
    ]


def test_a_report_that_does_not_say_its_days_is_refused_with_what_to_add(sample: Sample, read: Read) -> None:
    with pytest.raises(
        Refused, match="does not say of which days: choose days instead of all time, or add the column Day"
    ):
        read(sample("meta_ads/without-days.csv"))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("Campagnenaam,Besteed bedrag (EUR),Bereik,Start rapportage,Einde rapportage", "nl"),
        ("ชื่อแคมเปญ,จำนวนเงินที่ใช้จ่ายไป (THB),การเข้าถึง,เริ่มการรายงาน,สิ้นสุดการรายงาน", "th"),
    ],
)
def test_reports_of_other_languages_are_read_alike(
    raw: Callable[..., Raw], read: Read, header: str, language: str
) -> None:
    extract = read(raw(f"{header}\nVlogs,5.5,80,2024-10-01,2024-10-31\n"))
    assert figures(extract, "reach", "period_end") == [("Vlogs", 5.5, 80, date(2024, 10, 31))]
    assert extract.evidence.language == language
