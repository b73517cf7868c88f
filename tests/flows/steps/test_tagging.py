"""A campaign's tagged links: one for each partner and channel, and posts whose links lack tags."""

from __future__ import annotations

import pytest

from flows.steps import tagging
from flows.steps.settings import SettingsError
from tests.conftest import CAMPAIGN, World, meta
from tests.warehouse.publish.report.forum import full

PARTNERS = """
[[organisation]]
name = "Open Budget Circle"

[[organisation]]
name = "Radio Kravan"

[[account]]
id = "facebook:100"
organisation = "Open Budget Circle"

[[account]]
id = "tiktok:openbudget"
organisation = "Open Budget Circle"
"""


def test_each_partner_has_a_link_for_each_of_its_platforms_and_one_to_print(world: World) -> None:
    world.plan(CAMPAIGN + 'landing = "https://forum.example/"\nutm = ["forum-24", "forum"]\n' + PARTNERS)
    plan = world.day().plan
    made = tagging.links(plan, tagging.campaign_of(plan, "The forum"))
    assert [(one.organisation, one.channel) for one in made] == [
        ("Open Budget Circle", "facebook"), ("Open Budget Circle", "tiktok"), ("Open Budget Circle", "print"),
        ("Radio Kravan", "print"),
    ]  # fmt: skip
    assert made[0].link == (
        "https://forum.example/?utm_source=facebook&utm_medium=social&utm_campaign=forum-24&utm_content=open-budget-circle"
    )
    assert "utm_source=radio-kravan&utm_medium=print" in made[-1].link


def test_posts_of_the_campaign_whose_links_lack_the_tag_are_named(world: World) -> None:
    world.plan(CAMPAIGN + 'landing = "https://forum.example/"\nutm = ["forum-24", "forum"]\n')
    texts = [
        "https://forum.example/a #forum",
        "https://forum.example/?utm_campaign=forum #forum",
        "https://forum.example/b",
    ]
    world.drop("2024-11-01/a.csv", meta(*(full(n) | {"Title": text} for n, text in enumerate(texts, 1))))
    day = world.day()
    named = list(tagging.posts_without_tags(day, tagging.campaign_of(day.plan, "forum")))
    assert [link for _, link in named] == ["https://forum.example/a"]


@pytest.mark.parametrize(
    ("name", "sentence"), [("none", "has no campaign none; there are: forum"), ("forum", "no landing page")]
)
def test_a_campaign_that_is_not_there_or_has_no_landing_page_is_said(world: World, name: str, sentence: str) -> None:
    plan = world.day().plan
    with pytest.raises(SettingsError, match=sentence):
        tagging.campaign_of(plan, name)
