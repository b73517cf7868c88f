"""A plan may write the id that a campaign had before, and the words by which screens call figures."""

from __future__ import annotations

import pytest

from connectors import PLATFORMS
from tests.warehouse.plan.plans import FINAL, indicator, plan, printed
from warehouse.plan.model import Plan, parse
from warehouse.plan.synonyms import replaced


def read(*parts: str) -> Plan:
    return parse(plan(*parts), PLATFORMS.names)


@pytest.mark.parametrize("renamed", ['"forum-23"', '["forum-22", "forum-23"]'])
def test_an_asset_a_printed_figure_and_an_indicator_may_name_a_campaign_by_its_id_of_before(renamed: str) -> None:
    asset = '[[asset]]\nid = "v"\ncampaign = "forum-23"\n'
    of_old = indicator('of = "campaign:forum-23"', 'metric = "views"')
    old_print = printed("f", "views", "1").replace('"iduai"', '"forum-23"')
    read_plan = read(f"renamed = {renamed}\n", asset, of_old, FINAL, old_print)
    assert read_plan.campaigns[0].renamed[-1] == "forum-23"
    assert read_plan.assets[0].campaign == read_plan.printed[0].campaign == "iduai"
    assert read_plan.indicators[0].of == "campaign:iduai"


@pytest.mark.parametrize(
    ("written", "column"),
    [("Reactions", "likes"), ("watch seconds", "watch_seconds"), ("ការទស្សនា", "views"), ("Winner", "winner")],
)
def test_a_plan_may_name_a_figure_as_screens_do(written: str, column: str) -> None:
    of_all = indicator('of = "project"', f'metric = "{written}"')
    read_plan = read('stages = ["winner"]\n', of_all, FINAL, printed("f", written, "1"))
    assert [each.metric for each in (*read_plan.indicators, *read_plan.printed)] == [column, column]


def test_a_stage_goes_before_the_words_of_screens() -> None:
    read_plan = read('stages = ["Reactions"]\n', indicator('of = "project"', 'metric = "Reactions"'))
    assert read_plan.indicators[0].metric == "Reactions"


def test_what_is_no_table_and_no_text_is_left_for_the_checks() -> None:
    odd = {
        "campaign": ["x", {"id": 1, "renamed": 2, "stages": "y"}],
        "asset": "z",
        "printed": [3],
        "indicator": [{"metric": 4}],
    }
    assert replaced(odd) == odd
