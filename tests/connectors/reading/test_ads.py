"""Reports of ads: totals, parts, money, days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import polars as pl
import pytest
import xlsxwriter

from connectors import recognise
from connectors.contract import Extract, Raw, Refused

Make = Callable[..., Raw]
Read = Callable[..., Extract]
DAYS = ",2025-01-01,2025-01-31\n"
HEAD = "Campaign name,Amount spent{},Impressions,Reporting starts,Reporting ends\n"


def money(extract: Extract) -> list[float]:
    return (extract.ad_figures["spend_millionths"] / 1_000_000).to_list()


@pytest.mark.parametrize(
    ("header", "cell", "currency", "amount"),
    [
        (" (USD)", "12.34", "USD", 12.34), (" (US$)", "12.34", "USD", 12.34), (" (€)", "12.34", "EUR", 12.34),
        (" (KHR)", '"40,000"', "KHR", 40_000.0), ("", "USD 12.34", "USD", 12.34), ("", "12.34 USD", "USD", 12.34),
        ("", "$12.34", None, 12.34), (" (VND)", "0", "VND", 0.0), (" ($)", "12.34", None, 12.34),
        (" (R$)", "12.34", "BRL", 12.34), (" (Rp)", "12.34", "IDR", 12.34), ("", "12.34 €", "EUR", 12.34),
        (" (USD)", "-12.34", "USD", -12.34), (" (USD)", "(12.34)", "USD", -12.34), ("", "-US$12.34", "USD", -12.34),
    ],
)  # fmt: skip
def test_money_has_its_currency_in_the_header_or_beside_it(
    raw: Make, read: Read, header: str, cell: str, currency: str | None, amount: float
) -> None:
    extract = read(raw(HEAD.format(header) + f"Vlogs,{cell},20{DAYS}Forum,0.01,20{DAYS}", "x.csv"))
    assert extract.ad_figures["currency"][0] == currency
    assert money(extract)[0] == amount
    is_asked = "nothing says in which currency the money is: add the column Currency, and export it again"
    assert (is_asked in extract.notes) == (extract.ad_figures["currency"].null_count() > 0)


def test_money_that_is_not_told_is_not_known_and_what_cannot_be_read_is_rejected(raw: Make, read: Read) -> None:
    extract = read(raw(HEAD.format(" (USD)") + f"Vlogs,,20{DAYS}Forum,12abc,20{DAYS}Debate,1,2{DAYS}"))
    assert extract.ad_figures.select("ad_campaign", "spend_millionths").rows() == [
        ("Vlogs", None),
        ("Debate", 1_000_000),
    ]
    assert extract.rejects["reason"].to_list() == ["spend: '12abc' is not a number"]


@pytest.mark.parametrize(
    "total",
    ["", "Total", "Total: Campaigns", "Totals", "合計: キャンペーン", "全2件の結果", "Total of 2 results", "All", "Gesamt: Konto",
     "Totale: campagne", "Tổng cộng 2 kết quả", "Total 2 hasil"],
)  # fmt: skip
def test_a_line_without_a_name_or_with_a_totals_adds_nothing(raw: Make, read: Read, total: str) -> None:
    text = HEAD.format(" (USD)") + f"Total war on rot,1,20{DAYS}Totally free,2,20{DAYS}{total},3,40{DAYS}"
    assert money(read(raw(text))) == [1.0, 2.0]


def test_rows_that_stand_twice_word_for_word_count_once_and_namesakes_both(raw: Make, read: Read) -> None:
    extract = read(raw(HEAD.format(" (USD)") + f"Post,1,20{DAYS}Post,1,20{DAYS}Post,3,20{DAYS}"))
    assert money(extract) == [1.0, 3.0]
    assert "1 row stands twice, word for word: counted once" in extract.notes


def test_what_a_line_of_all_ads_or_groups_adds_up_is_the_campaigns_or_groups(raw: Make, read: Read) -> None:
    head = "Campaign name,Ad set name,Ad name,Amount spent (USD),Reporting starts,Reporting ends\n"
    lines = ["All,All,All,10", "Vlogs,All,All,10", "Vlogs,S,All,10", "Vlogs,S,x,4", "Vlogs,S,y,6"]
    extract = read(raw(head + "".join(line + DAYS for line in lines)))
    assert extract.ad_figures.select("ad_campaign", "ad_set", "ad").rows() == [
        ("Vlogs", None, None), ("Vlogs", "S", None), ("Vlogs", "S", "x"), ("Vlogs", "S", "y"),
    ]  # fmt: skip


def test_a_group_or_an_ad_that_is_called_all_stays_where_nothing_stands_beside_it(raw: Make, read: Read) -> None:
    head = "Campaign name,Ad set name,Ad name,Amount spent (USD),Reporting starts,Reporting ends\n"
    extract = read(raw(head + f"All,All,One,4{DAYS}All,All,Two,6{DAYS}"))
    assert extract.ad_figures.select("ad_campaign", "ad_set", "ad").rows() == [
        ("All", "All", "One"), ("All", "All", "Two"),
    ]  # fmt: skip


def test_a_workbook_that_has_the_report_twice_tells_its_money_once(raw: Make, read: Read) -> None:
    header = [*HEAD.format(" (USD)").strip().split(",")]
    days = ["2025-01-01", "2025-01-31"]
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, top, vlogs in (("Formatted Report", 0, 1.5), ("Raw Data Report", 2, 1.5), ("Other", 0, 9)):
            sheet = book.add_worksheet(name)
            for at, line in enumerate(
                [header, ["", 2, 30, *days], ["Vlogs", vlogs, 10, *days], ["Forum", 2, 20, *days]]
            ):
                sheet.write_row(top + at, 0, line)
    extract = read(raw(file.getvalue(), "report.xlsx"))
    assert money(extract) == [1.5, 2.0, 9.0]
    assert "Raw Data Report tells again what another part of the file told: 2 counted once" in extract.notes


def test_a_sheet_of_posts_with_links_and_what_they_cost_is_no_report_of_ads(raw: Make) -> None:
    link = "https://www.facebook.com/page/posts/123"
    for columns in ("Campaign,Status,Cost", "Campaign name,Currency,Cost", "Campaign,Currency,Spend"):
        platform, _ = recognise(raw(f"{columns},Date,Link,Views\nYouth,USD,5,2025-01-01,{link},10\n"), {})
        assert platform.name == "sheet"


@pytest.mark.parametrize("line", ["Report Period: Nov 1, 2024 - Nov 30, 2024", "Nov 1, 2024 – Nov 30, 2024"])
def test_a_line_on_top_may_say_the_days(raw: Make, read: Read, line: str) -> None:
    extract = read(raw(f'My report\n"{line}"\nCampaign name,Amount spent (USD)\nVlogs,1\n'))
    assert extract.ad_figures.select("period_start", "period_end").rows() == [(date(2024, 11, 1), date(2024, 11, 30))]


@pytest.mark.parametrize(
    "name",
    ["Report-Nov-1-2024-to-Nov-30-2024.csv", "Report-Nov-01-2024-Nov-30-2024.csv", "r 2024-11-01 to 2024-11-30.csv",
     "r_20241101-20241130.csv"],
)  # fmt: skip
def test_a_files_name_may_say_the_days(raw: Make, read: Read, name: str) -> None:
    extract = read(raw("Campaign name,Amount spent (USD)\nVlogs,1\n", name))
    assert extract.ad_figures.select("period_start", "period_end").rows() == [(date(2024, 11, 1), date(2024, 11, 30))]


def test_a_row_whose_days_cannot_be_read_or_end_before_they_begin_is_rejected(raw: Make, read: Read) -> None:
    text = HEAD.format(" (USD)") + f"A,1,2,soon,2025-01-31\nB,1,2,2025-02-01,2025-01-31\nC,1,2{DAYS}"
    extract = read(raw(text))
    assert extract.ad_figures["ad_campaign"].to_list() == ["C"]
    assert extract.rejects["reason"].to_list() == ["its days cannot be read"] * 2


def test_days_that_may_be_two_are_no_days(raw: Make, read: Read) -> None:
    head = "Campaign name,Amount spent (USD),Day\n"
    extract = read(raw(head + "A,1,03/02/2024\nB,2,02/03/2024\n"))
    assert extract.rejects["reason"].to_list() == ["its days cannot be read"] * 2
    assert money(read(raw(head + "A,1,03/10/2024\nB,2,14/10/2024\n"))) == [1.0, 2.0]
    with pytest.raises(Refused, match="does not say of which days"):
        read(raw('"03/02/2024 - 04/02/2024"\nCampaign name,Amount spent (USD)\nA,1\n'))


def test_a_report_without_any_days_is_refused(raw: Make, read: Read) -> None:
    with pytest.raises(Refused, match="does not say of which days"):
        read(raw("Campaign name,Amount spent (USD)\nVlogs,1\n"))


@pytest.mark.parametrize(
    "column", ["Age", "Gender", "Country", "Region", "Placement", "Platform", "Device platform", "年齢"]
)
def test_figures_of_parts_are_marked_as_parts(raw: Make, read: Read, column: str) -> None:
    head = "Campaign name,{},Amount spent (USD),Reporting starts,Reporting ends\n"
    if column == "年齢":
        head = "キャンペーン名,{},消化金額 (USD),レポート開始日,レポート終了日\n"
    extract = read(raw(head.format(column) + f"Vlogs,one,1{DAYS}Vlogs,two,2{DAYS}"))
    assert extract.ad_figures["part"].to_list() == ["one", "two"]
    assert extract.ad_figures["split_by"].null_count() == 0
    assert any("never added to what was spent" in note for note in extract.notes)


def test_no_post_comes_of_a_report_of_ads(raw: Make, read: Read) -> None:
    extract = read(raw(HEAD.format(" (USD)") + f"Vlogs,1,20{DAYS}"))
    assert extract.posts.is_empty()
    assert extract.observations.is_empty()
    assert extract.evidence.rows == 1
    assert extract.ad_figures.filter(pl.col("ad_set").is_not_null()).is_empty()


def test_an_id_that_a_spreadsheet_rounded_is_none_and_still_names_a_campaign_without_a_name(
    raw: Make, read: Read
) -> None:
    head = "Campaign name,Campaign ID,Amount spent (USD),Reporting starts,Reporting ends\n"
    extract = read(raw(head + f"Vlogs,1.20212E+17,1{DAYS}Forum,120212345678900123,2{DAYS},1.20213E+17,3{DAYS}"))
    assert extract.ad_figures.select("ad_campaign", "ad_campaign_id").rows() == [
        ("Vlogs", None), ("Forum", "120212345678900123"), ("1.20213E+17", None),
    ]  # fmt: skip
