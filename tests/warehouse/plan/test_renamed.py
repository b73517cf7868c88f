"""What was kept under the id that a campaign had is held against the one that it has."""

from __future__ import annotations

import polars as pl

from tests.warehouse.plans_and_posts import plan_of
from warehouse.plan import renamed
from warehouse.plan.model import Plan

OLD = (
    '[[campaign]]\nid = "old"\nactivity = "1"\nname = "Forum"\nstages = ["won"]\n[[campaign]]\nid = "other"\nactivity = "1"\n'
    'name = "O"\n[[asset]]\nid = "v"\ncampaign = "old"\n'
    '[[indicator]]\nid = "i"\nname = "I"\nof = "campaign:old"\nmetric = "views"\n'
)  # fmt: skip


def now(renamed_from: str) -> Plan:
    return plan_of(f'[[campaign]]\nid = "new"\nactivity = "1"\nname = "Forum"\nrenamed = {renamed_from}\n')


def test_a_plan_says_which_ids_its_campaigns_had() -> None:
    assert renamed.new_ids(now('["a", "old"]')) == {"a": "new", "old": "new"}
    assert renamed.new_ids(now('"old"')) == {"old": "new"}


def test_an_older_plan_gets_the_new_ids_wherever_a_campaign_is_named() -> None:
    plan = renamed.plan_with(plan_of(OLD), {"old": "new"})
    assert [campaign.id for campaign in plan.campaigns] == ["new", "other"]
    assert plan.assets[0].campaign == "new"
    assert plan.indicators[0].of == "campaign:new"


def test_an_id_that_is_another_campaigns_in_the_older_plan_is_not_given_twice() -> None:
    assert renamed.plan_with(plan_of(OLD), {"old": "other"}) == plan_of(OLD)


def test_tables_get_the_new_ids_where_these_are_free() -> None:
    tables = {
        "campaign_totals": pl.DataFrame({"campaign_id": ["old", "other"], "views": [1, 2]}),
        "project_totals": pl.DataFrame({"views": [3]}),
    }
    assert renamed.tables_with(tables, {"old": "new"})["campaign_totals"]["campaign_id"].to_list() == ["new", "other"]
    assert renamed.tables_with(tables, {"old": "other"})["campaign_totals"]["campaign_id"].to_list() == ["old", "other"]
    assert renamed.tables_with({}, {"old": "new"}) == {}


def test_two_campaigns_may_have_old_ids_that_share_letters() -> None:
    first, second = (
        f'[[campaign]]\nid = "{one}-2024"\nactivity = "1"\nname = "N"\nrenamed = "{one}"\n'
        for one in ("forum", "vlogs")
    )
    assert renamed.new_ids(plan_of(first + second)) == {"forum": "forum-2024", "vlogs": "vlogs-2024"}
