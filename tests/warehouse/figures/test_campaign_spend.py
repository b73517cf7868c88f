"""What a campaign spent on ads, in each currency and by the plan's rates."""

from __future__ import annotations

from tests.conftest import CAMPAIGN, World
from tests.warehouse.figures.test_spend import HEAD, OCTOBER
from tests.warehouse.plan.test_framework import RATE


def test_what_a_thousand_views_cost_is_not_told_where_some_ads_do_not_know_theirs(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["Vlogs", "Forum"]\n')
    world.drop("2024-11-01/a.csv", HEAD + f"Vlogs,10,,,5,200{OCTOBER}Forum,10,,,15,{OCTOBER}")
    row = world.table("campaign_spend").row(0, named=True)
    assert (row["spend"], row["per_thousand_views"], row["per_engagement"]) == (20.0, None, 1.0)


def test_money_is_told_in_another_currency_where_the_plan_has_a_rate_and_is_never_added(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["Vlogs", "Forum"]\n' + RATE)
    world.drop("2024-11-01/usd.csv", HEAD + f"Vlogs,10,,,,{OCTOBER}")
    world.drop("2024-11-02/khr.csv", HEAD.replace("USD", "KHR") + f"Forum,400000,,,,{OCTOBER}")
    told = world.table("campaign_spend").sort("currency")
    assert told.select("currency", "spend", "spend_converted", "converted_to", "rate", "rate_source").rows() == [
        ("KHR", 400_000.0, 98.0, "USD", 0.000245, "InforEuro, October 2024"),
        ("USD", 10.0, None, None, None, None),
    ]


def test_money_that_is_not_known_has_no_worth_in_another_currency(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["Forum"]\nbudget = 50\nbudget_currency = "KHR"\n' + RATE)
    row = world.table("campaign_spend").row(0, named=True)
    assert (row["currency"], row["spend"], row["spend_converted"], row["rate"]) == ("KHR", None, None, None)
