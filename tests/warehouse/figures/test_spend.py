"""Money spent on ads counts once, whatever reports say it again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CAMPAIGN, World, meta
from tests.warehouse.publish.report.forum import full
from warehouse.figures.spend import Span, added, chosen

FIRST = date(2025, 1, 1)
SPANS = st.lists(
    st.builds(
        lambda start, length, hour, spend: Span(
            FIRST + timedelta(days=start), FIRST + timedelta(days=start + length), datetime(2025, 2, 1, hour), (spend, 0)
        ),
        st.integers(0, 8), st.integers(0, 4), st.integers(0, 23), st.integers(0, 9),
    ),
    max_size=7,
)  # fmt: skip
HEAD = "Campaign name,Amount spent (USD),Impressions,Reach,Post engagements,Views,Reporting starts,Reporting ends\n"
OCTOBER = ",2024-10-01,2024-10-31\n"


@given(SPANS)
def test_no_day_counts_twice_and_no_choice_covers_more_days(spans: list[Span]) -> None:
    taken = chosen(spans)
    assert sum(span.days for span in taken.spans) == len(taken.days)
    ways = (way for n in range(len(spans) + 1) for way in combinations(spans, n))
    days_of = ([span.start + timedelta(days=n) for span in way for n in range(span.days)] for way in ways)
    assert len(taken.days) == max(len(days) for days in days_of if len(days) == len(set(days)))


@given(SPANS)
def test_what_counts_is_whole_where_no_report_knows_of_another_day(spans: list[Span]) -> None:
    every = {span.start + timedelta(days=n) for span in spans for n in range(span.days)}
    taken = chosen(spans)
    assert taken.is_whole == (taken.days == every)


@given(SPANS)
def test_of_the_same_days_the_newest_report_counts(spans: list[Span]) -> None:
    newest: dict[tuple[date, date], datetime] = {}
    for span in spans:
        newest[span.start, span.end] = max(span.read_at, newest.get((span.start, span.end), span.read_at))
    assert all(span.read_at == newest[span.start, span.end] for span in chosen(spans).spans)


def test_a_sum_with_an_unknown_part_is_unknown() -> None:
    assert added([(1, 2, None), (3, None, None)]) == (4, None, None)
    assert added([]) == ()


def spend(world: World, *columns: str) -> dict[str, tuple[object, ...]]:
    """Each campaign of ads with its money and these columns."""
    return {name: tuple(row) for name, *row in world.table("ad_spend").select("ad_campaign", "spend", *columns).rows()}


def test_a_report_by_day_goes_on_where_a_range_ends_and_days_it_leaves_out_cost_nothing(world: World) -> None:
    world.drop("2024-11-01/october.csv", HEAD + f"Vlogs,10,100,80,5,20{OCTOBER}Forum,20,200,150,10,40{OCTOBER}")
    day = "Campaign name,Day,Amount spent (USD)\nVlogs,2024-10-30,1\nVlogs,2024-11-02,7\nForum,2024-11-05,2\n"
    world.drop("2024-11-20/november.csv", day)
    assert spend(world, "is_at_least", "period_start", "period_end") == {
        "Vlogs": (17.0, False, date(2024, 10, 1), date(2024, 11, 5)),
        "Forum": (22.0, False, date(2024, 10, 1), date(2024, 11, 5)),
    }


def test_ranges_that_overlap_count_once_and_are_said_to_be_at_least(world: World) -> None:
    world.drop("2024-11-01/a.csv", HEAD + f"Vlogs,10,,,,{OCTOBER}")
    world.drop("2024-11-16/b.csv", HEAD + "Vlogs,12,,,,,2024-10-15,2024-11-15\n")
    assert spend(world, "is_at_least", "period_start") == {"Vlogs": (12.0, True, date(2024, 10, 15))}


def test_a_range_that_was_not_over_when_it_was_read_covers_the_days_until_then(world: World) -> None:
    world.drop("2024-10-20/a.csv", HEAD + f"Vlogs,10,,,,{OCTOBER}")
    world.drop("2024-11-01/b.csv", HEAD + "Vlogs,4,,,,,2024-10-21,2024-10-31\n")
    assert spend(world, "is_at_least", "period_end") == {"Vlogs": (14.0, False, date(2024, 10, 31))}


def test_campaigns_and_their_ads_are_the_same_money(world: World) -> None:
    world.drop("2024-11-01/campaigns.csv", HEAD + f"Vlogs,10,,,,{OCTOBER}")
    ads = "Campaign name,Ad set name,Ad name,Amount spent (USD),Reporting starts,Reporting ends\n"
    world.drop("2024-11-02/ads.csv", ads + f"Vlogs,All,One,4{OCTOBER}Vlogs,All,Two,5.5{OCTOBER}")
    world.drop("2024-11-03/more.csv", ads + f"Forum,All,One,4{OCTOBER}Forum,All,Two,5.5{OCTOBER}")
    assert spend(world, "ads") == {"Vlogs": (10.0, 2), "Forum": (9.5, 2)}


def test_a_newer_report_of_the_same_days_takes_the_place_of_an_older_one(world: World) -> None:
    world.drop("2024-11-01/a.csv", HEAD + f"Vlogs,10,100,80,5,20{OCTOBER}")
    world.drop("2024-11-09/a.csv", HEAD + f"Vlogs,11,110,85,6,22{OCTOBER}")
    assert spend(world, "impressions", "reach", "engagements", "views") == {"Vlogs": (11.0, 110, 85, 6, 22)}


def test_parts_by_age_are_never_added_and_alone_leave_the_money_unknown(world: World) -> None:
    parts = "Campaign name,Age,Amount spent (USD),Reporting starts,Reporting ends\n"
    world.drop("2024-11-01/a.csv", HEAD + f"Vlogs,10,,,,{OCTOBER}")
    world.drop("2024-11-02/b.csv", parts + "".join(f"{n},{age},5{OCTOBER}" for n in ("Vlogs", "Forum") for age in "ab"))
    assert spend(world, "is_at_least", "parted_by") == {"Vlogs": (10.0, False, None), "Forum": (None, None, "age")}


WITH_ID = HEAD.replace("Campaign name,", "Campaign name,Campaign ID,")


def test_a_campaign_of_ads_that_was_renamed_is_one_by_its_newest_name_and_found_by_the_older(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["Vlogs"]\n')
    world.drop("2024-11-01/a.csv", WITH_ID + f"Vlogs,7001,10,,,,{OCTOBER}")
    world.drop("2024-11-02/b.csv", HEAD + f"Vlogs,11,,,,{OCTOBER}")
    world.drop("2024-12-01/c.csv", WITH_ID + "Vlogs for youth,7001,5,,,,,2024-11-01,2024-11-30\n")
    assert spend(world, "campaign_id", "period_start") == {"Vlogs for youth": (16.0, "forum", date(2024, 10, 1))}


def test_an_id_that_two_names_share_in_one_report_makes_them_no_one_campaign(world: World) -> None:
    world.drop("2024-11-01/a.csv", WITH_ID + f"Vlogs,7001,10,,,,{OCTOBER}Forum,7001,11,,,,{OCTOBER}")
    assert spend(world) == {"Vlogs": (10.0,), "Forum": (11.0,)}


def test_parts_that_name_the_account_too_are_of_the_campaign_whose_whole_is_told_without_it(world: World) -> None:
    parts = "Account name,Campaign name,Age,Amount spent (USD),Reporting starts,Reporting ends\n"
    world.drop("2024-11-01/a.csv", HEAD + f"Vlogs,10,,,,{OCTOBER}")
    world.drop("2024-11-02/b.csv", parts + "".join(f"NGO,Vlogs,{age},5{OCTOBER}" for age in "ab"))
    assert spend(world, "parted_by") == {"Vlogs": (10.0, None)}


def test_money_of_two_currencies_stays_apart_and_one_without_has_the_only_one_of_its_name(world: World) -> None:
    world.drop("2024-11-01/usd.csv", HEAD + f"Vlogs,10,,,,{OCTOBER}")
    world.drop("2024-11-02/khr.csv", HEAD.replace("USD", "KHR") + f"Forum,40000,,,,{OCTOBER}")
    world.drop("2024-11-03/none.csv", HEAD.replace(" (USD)", "") + f"Vlogs,11,,,,{OCTOBER}")
    assert spend(world, "currency") == {"Vlogs": (11.0, "USD"), "Forum": (40_000.0, "KHR")}
    assert world.campaign()["views"] is None


@pytest.mark.parametrize(("ads", "campaign"), [('"Vlogs 2024"', "forum"), ('"vlogs*"', "forum"), ('"Vlogs"', None)])
def test_the_plan_says_which_ads_a_campaign_paid_for(world: World, ads: str, campaign: str | None) -> None:
    world.plan(CAMPAIGN + f'ads = [{ads}]\nbudget = 50\nbudget_currency = "USD"\n')
    world.drop("2024-11-01/a.csv", HEAD + f"Vlogs 2024,10,1000,80,5,200{OCTOBER}")
    tables = world.tables()
    assert tables["ad_spend"].select("campaign_id", "belongs_by").rows() == [(campaign, campaign and "plan")]
    of_campaign = tables["campaign_spend"].row(0, named=True)
    assert (of_campaign["spend"], of_campaign["budget"]) == (10.0 if campaign else None, 50.0)
    assert (of_campaign["per_thousand_views"], of_campaign["per_engagement"]) == (
        (50.0, 2.0) if campaign else (None, None)
    )


def test_ads_whose_posts_are_all_of_one_campaign_were_for_it(world: World) -> None:
    world.drop("2024-10-31/posts.csv", meta(full(1)))
    link = meta(full(1)).split("https://")[1].split(",")[0].strip('"')
    head = "Campaign name,Ad name,Permalink,Amount spent (USD),Reporting starts,Reporting ends\n"
    world.drop(
        "2024-11-01/a.csv", head + f"Boost,One,https://{link},4{OCTOBER}Else,Two,https://x.com/a/status/1,5{OCTOBER}"
    )
    assert spend(world, "campaign_id", "belongs_by") == {"Boost": (4.0, "forum", "posts"), "Else": (5.0, None, None)}


def test_a_report_that_came_later_costs_nothing_as_of_an_earlier_day(world: World) -> None:
    world.drop("2024-11-01/a.csv", HEAD + f"Vlogs,10,,,,{OCTOBER}")
    assert world.table("ad_spend", "2024-10-31").filter(pl.col("spend") > 0).height == 0
    assert world.table("ad_spend", "2024-11-01").height == 1
