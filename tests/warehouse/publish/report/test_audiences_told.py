"""Who follows or watches, as pages tell it."""

from __future__ import annotations

import polars as pl
import pytest

from connectors import PLATFORMS
from tests.conftest import CAMPAIGN, World
from tests.flows.published import publish
from tests.warehouse.figures.test_audience_breakdowns import ACCOUNT, GENDER
from warehouse.publish.report.audiences_told import ON_A_CAMPAIGN, ON_THE_PAGE, of_accounts, of_all, part_name
from warehouse.publish.report.language import LANGUAGES
from warehouse.publish.report.wording import Texts

MEKONG = pl.DataFrame({"platform": ["tiktok"], "account_id": ["mekong.open"]})


def texts(language: str) -> Texts:
    assert language in LANGUAGES
    return Texts(language, "Asia/Phnom_Penh", PLATFORMS)  # type: ignore[arg-type]


def territories(count: int) -> str:
    codes = ("KH", "TH", "VN", "LA", "MM", "MY", "SG", "ID", "PH", "BN", "TL", "CN", "JP", "KR", "US", "FR", "DE")
    rows = [f"{code},{(100 - number) / 1000}" for number, code in enumerate(codes[:count])]
    return "\n".join(["Top territories,Distribution", "Others,0.5", *rows, ""])


def test_parts_are_told_with_their_account_and_day_the_largest_first_and_the_rest_last(world: World) -> None:
    world.plan(ACCOUNT)
    world.drop("mekong.open/2024-10-01/a.csv", territories(3))
    (row,) = of_all(world.table("audience_breakdowns"), texts("en"))
    assert row == {
        "account": "mekong.open (TikTok)", "of_whom": "Followers", "when": "1 October 2024", "by": "Country",
        "parts": ["Cambodia: 10\u00a0%", "Thailand: 9.9\u00a0%", "Vietnam: 9.8\u00a0%", "others: 50\u00a0%"],
    }  # fmt: skip


@pytest.mark.parametrize("shown", [ON_A_CAMPAIGN, ON_THE_PAGE])
def test_of_many_parts_the_largest_stand_there_and_how_many_more_there_are(world: World, shown: int) -> None:
    world.plan(ACCOUNT)
    told = {}
    for count in (shown - 1, shown):
        world.drop("mekong.open/2024-10-01/a.csv", territories(count), f"2024-10-01T{count:02}:00")
        table = world.table("audience_breakdowns")
        rows = of_all(table, texts("en")) if shown == ON_THE_PAGE else of_accounts(table, MEKONG, texts("en"))
        told[count] = rows[0]["parts"]
    assert len(told[shown - 1]) == shown
    assert told[shown][-1] == "and 1 more, in the workbook"
    assert len(told[shown]) == shown + 1


def test_bands_stand_in_their_order_and_a_withheld_dimension_says_why(world: World) -> None:
    sheets = "Company size,Total followers\n11-50,22\n2-10,19\n10001+,9\n"
    world.drop("2024-10-01/mekong_followers_1727740800000.csv", sheets)
    world.drop("2024-10-01/b.csv", GENDER)
    linkedin, tiktok = of_all(world.table("audience_breakdowns"), texts("en"))
    assert linkedin["parts"] == ["2-10: 19", "11-50: 22", "10001+: 9"]
    assert tiktok["account"] == "Account not known, 2024-10-01/b.csv (TikTok)"
    assert tiktok["parts"] == ["not known: the source has the heading and tells no part"]


def test_a_campaign_tells_of_its_own_accounts_alone(world: World) -> None:
    world.plan(CAMPAIGN + ACCOUNT)
    world.drop("2024-10-01/b.csv", GENDER + "Female,0.5\n")
    assert of_accounts(world.table("audience_breakdowns"), MEKONG, texts("en")) == []


def test_views_without_days_say_when_they_were_read_and_of_how_many_they_are(world: World) -> None:
    world.drop("2024-10-01/Table data.csv", "Geography,Views,Watch time (hours)\nTotal,1000,1\nKH,9,1\n")
    (row,) = of_all(world.table("audience_breakdowns"), texts("en"))
    assert (row["of_whom"], row["when"], row["parts"]) == (
        "Views, 1,000 in all", "days not told, read on 1 October 2024", ["Cambodia: 9"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("dimension", "part", "english"),
    [
        ("gender", "women", "women"), ("age_and_gender", "18-24, men", "18-24, men"), ("country", "KH", "Cambodia"),
        ("country", "others", "others"), ("place", "Muscat, Oman", "Muscat, Oman"), ("age_and_gender", "x", "x"),
        ("age", "65+", "65+"), ("country", "QQ", "QQ"),
    ],
)  # fmt: skip
def test_parts_are_called_by_their_names_in_the_pages_language(dimension: str, part: str, english: str) -> None:
    assert part_name(dimension, part, texts("en")) == english
    khmer = part_name(dimension, part, texts("km"))
    assert (khmer == part) == (dimension in ("place", "age") or part in ("x", "QQ"))


def test_a_report_has_a_page_of_audiences_where_any_is_told_and_campaigns_tell_of_their_accounts(world: World) -> None:
    world.plan(CAMPAIGN + ACCOUNT)
    link = "https://www.tiktok.com/@mekong.open/video/7440000000000000001"
    world.drop(
        "mekong.open/2024-12-01/Content.csv",
        '"Time","Video title","Video link","Post time","Total likes","Total comments","Total shares","Total views"\n'
        f'"December 1","#forum","{link}","November 22","3","2","1","400"\n',
    )
    folder = world.workspace.published / "report"
    publish(world.workspace, has_report=True)
    assert not (folder / "audiences.html").exists()
    assert "audiences.html" not in (folder / "campaign-forum.html").read_text(encoding="utf-8")
    world.drop("mekong.open/2024-12-01/FollowerGender.csv", GENDER + "Female,0.6\n")
    publish(world.workspace, has_report=True)
    for language, women in (("", "women: 60\u00a0%"), ("km/", "ស្ត្រី: 60\u00a0%")):
        for page in ("audiences.html", "campaign-forum.html"):
            text = (folder / f"{language}{page}").read_text(encoding="utf-8")
            assert women in text
            assert 'href="audiences.html"' in text
    assert "Who saw the campaign itself is not told" in (folder / "campaign-forum.html").read_text(encoding="utf-8")
