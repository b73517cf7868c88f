"""What ads cost, as pages tell it."""

from __future__ import annotations

import polars as pl
import pytest

from connectors import PLATFORMS
from tests.conftest import CAMPAIGN, World
from warehouse.publish.report.language import LANGUAGES
from warehouse.publish.report.spent_on_ads import money, of_campaign, of_no_campaign
from warehouse.publish.report.wording import Texts

HEAD = "Campaign name,Amount spent (USD),Impressions,Post engagements,Views,Reporting starts,Reporting ends\n"
OCTOBER = ",2024-10-01,2024-10-31\n"


def texts(language: str) -> Texts:
    assert language in LANGUAGES
    return Texts(language, "Asia/Phnom_Penh", PLATFORMS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        (85.5, "USD", "USD 85.50"), (20.0, "USD", "USD 20"), (1_234.567, "EUR", "EUR 1,234.57"), (1500.4, "JPY", "JPY 1,500"),
        (0.01, "USD", "USD 0.01"), (0.0099, "USD", "USD 0.0099"), (12.25, None, "12.25"), (0.0, "KHR", "KHR 0"),
    ],
)  # fmt: skip
def test_money_is_written_as_its_currency_is(amount: float, currency: str | None, told: str) -> None:
    assert money(amount, currency) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_campaign_tells_what_its_ads_cost_beside_what_was_planned(world: World, language: str) -> None:
    world.plan(CAMPAIGN + 'ads = ["Vlogs"]\nbudget = 50\nbudget_currency = "USD"\n')
    world.drop("2024-11-01/a.csv", HEAD + f"Vlogs,10.5,1000,20,500{OCTOBER}<b>Other,2,,,{OCTOBER}")
    tables = world.tables()
    told = of_campaign(tables, "forum", texts(language))
    assert told is not None
    together = " ".join(told["sentences"])
    assert all(amount in together for amount in ("USD 10.50", "USD 50", "USD 21", "USD 0.53"))
    assert [(row["name"], row["spent"], row["counts"]) for row in told["rows"]] == [
        ("Vlogs", "USD 10.50", ["1,000", "500", "20"])
    ]
    other = of_no_campaign(tables, texts(language))
    assert other is not None
    assert (other["rows"][0]["name"], other["rows"][0]["counts"]) == ("<b>Other", ["–", "–", "–"])
    assert other["codes"] == ('ads = ["<b>Other"]',)


def test_what_is_told_in_parts_alone_is_not_known_and_what_overlaps_is_at_least(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["*"]\n')
    world.drop(
        "2024-11-01/a.csv", f"Campaign name,Age,Amount spent (USD),Reporting starts,Reporting ends\nForum,a,1{OCTOBER}"
    )
    in_parts = of_campaign(world.tables(), "forum", texts("en"))
    assert in_parts is not None
    assert in_parts["sentences"] == ["What was spent on ads is not known: reports tell it in parts alone."]
    world.drop("2024-11-16/a.csv", HEAD + f"Forum,10,,,{OCTOBER}Forum,12,,,,2024-10-15,2024-11-14\n")
    overlapping = of_campaign(world.tables(), "forum", texts("en"))
    assert overlapping is not None
    assert overlapping["sentences"][0].startswith("At least USD 12 were spent on ads")
    assert overlapping["rows"][0]["spent"] == "≥ USD 12"


def test_pages_without_ads_and_budget_tell_nothing_of_them(world: World) -> None:
    tables = {name: world.table(name) for name in ("ad_spend", "campaign_spend")}
    assert all(isinstance(table, pl.DataFrame) for table in tables.values())
    assert (of_campaign(tables, "forum", texts("en")), of_no_campaign(tables, texts("en"))) == (None, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_of_two_currencies_is_told_together_where_the_plan_has_the_rate(world: World, language: str) -> None:
    plan = CAMPAIGN + 'ads = ["*"]\n'
    world.plan(plan)
    world.drop("2024-11-01/usd.csv", HEAD + f"Vlogs,10,,,{OCTOBER}")
    world.drop("2024-11-02/khr.csv", HEAD.replace("USD", "KHR") + f"Forum,400000,,,{OCTOBER}")
    apart = of_campaign(world.tables(), "forum", texts(language))
    assert apart is not None
    assert len(apart["sentences"]) == 2
    world.plan(plan + '[[rate]]\ncurrency = "KHR"\nto = "USD"\nrate = 0.000245\nsource = "InforEuro"\n')
    together = of_campaign(world.tables(), "forum", texts(language))
    assert together is not None
    assert all(told in together["sentences"][1] for told in ("USD 98", "0.000245", "InforEuro", "KHR"))
    assert "USD 108" in together["sentences"][3]
