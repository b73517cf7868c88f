"""What people decide on a single post counts beside the plan, and the plan goes before it."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from tests.warehouse.made_decisions import NAMES, decision, untold
from tests.warehouse.plans_and_posts import campaign, plan_of
from warehouse import attribution, decided_posts
from warehouse.decisions import UNCLEAR, Decision, problems
from warehouse.named_posts import Names


def of_plan(text: str, *decided: Decision) -> attribution.Attribution:
    posts = pl.DataFrame(
        {"platform": ["x"] * 5, "post_id": list("12345"), "account_id": "1", "text": "#tag", "kind": "post",
         "published_at": datetime(2024, 9, 2)}
    )  # fmt: skip
    names = pl.DataFrame(schema=dict.fromkeys(("platform", "account_id", "alias"), pl.String))
    return attribution.attribute(posts, names, plan_of(text), NAMES, decided)


BOTH = campaign("one", 'posts = ["x:1"]\nexcept = ["x:4"]') + campaign("two", 'match = { hashtags = ["tag"] }')


@pytest.mark.parametrize(
    ("made_decision", "taken", "words"),
    [
        (decision("in a campaign", campaigns="two"), ["one"], "gives x:1 to two, and the plan names it in one; the plan counts"),
        (decision("not ours"), ["one"], "x:1 is not ours here, and the plan names it in one; the plan counts"),
        (decision("in a campaign", campaigns="one"), ["one"], None),
        (decision("in a campaign", "x:4", campaigns="one"), ["two"], "the plan leaves it out of one; the plan counts"),
        (decision("in a campaign", "x:2", campaigns="one"), ["one"], None),
        (decision("in a campaign", "x:2", campaigns="one; two"), ["one", "two"], None),
        (decision("not ours", "x:2"), [], None),
        (decision("in a campaign", "x:2", campaigns="three"), ["two"], 'There is no campaign "three"; there are: one, two'),
    ],
)  # fmt: skip
def test_the_plan_goes_before_a_decision_and_a_decision_before_rules(
    made_decision: Decision, taken: list[str], words: str | None
) -> None:
    result = of_plan(BOTH, made_decision)
    _, post_id = NAMES[made_decision.post]
    assert result.taken.filter(post_id=post_id)["campaign_id"].to_list() == taken
    told = problems(result.without_effect)
    assert [sentence for sentence in told if words is None or words not in sentence] == []
    assert len(told) == (words is not None)
    assert untold(result.without_effect) == []


ASSETS = (
    campaign("one", 'stages = ["sent"]')
    + campaign("two", 'posts = ["x:3"]')
    + '[[asset]]\nid = "a"\ncampaign = "one"\nstage = "sent"\nposts = ["x:1"]\n'
    + '[[asset]]\nid = "b"\ncampaign = "one"\n[[asset]]\nid = "b"\ncampaign = "two"\n'
    + '[[asset]]\nid = "c"\ncampaign = "two"\nname = "My right"\nname_km = "សិទ្ធិ"\n'
    + '[[asset]]\nid = "d"\ncampaign = "two"\nname = "Twins"\n[[asset]]\nid = "e"\ncampaign = "two"\nname = "Twins"\n'
)


@pytest.mark.parametrize(
    ("made_decision", "rows", "words"),
    [
        (decision("in a campaign", "x:2", asset="a"), [("one", "a", "sent")], None),
        (decision("in a campaign", "x:2", campaigns="two", asset="b"), [("two", "b", None)], None),
        (decision("in a campaign", "x:2", campaigns="one;two", asset="a"), [("one", "a", "sent"), ("two", None, None)], None),
        (decision("in a campaign", "x:2", asset="b"), [], "is one of several campaigns: write the campaign, too (one, two)"),
        (decision("in a campaign", "x:2", campaigns="two", asset="a"), [], 'There is no asset "a" of two; there are: b, c, d, e'),
        (decision("in a campaign", "x:2", asset="my right"), [("two", "c", None)], None),
        (decision("in a campaign", "x:2", asset="សិទ្ធិ"), [("two", "c", None)], None),
        (decision("in a campaign", "x:2", asset="Twins"), [], "is the name of several assets: write the id of the one you mean (d, e)"),
        (decision("in a campaign", "x:1", asset="b", campaigns="one"), [("one", "a", "sent")], "gives x:1 to b, and the plan names it in a"),
        (decision("in a campaign", "x:1", campaigns="one"), [("one", "a", "sent")], None),
        (decision("in a campaign", "x:3", campaigns="two", asset="b"), [("two", "b", None)], None),
    ],
)  # fmt: skip
def test_an_asset_is_one_of_the_campaigns_that_were_given(
    made_decision: Decision, rows: list[tuple[str | None, ...]], words: str | None
) -> None:
    result = of_plan(ASSETS, made_decision)
    _, post_id = NAMES[made_decision.post]
    assert result.taken.filter(post_id=post_id).select("campaign_id", "asset_id", "stage").rows() == rows
    told = problems(result.without_effect)
    assert any(words in sentence for sentence in told) if words else not told
    assert untold(result.without_effect) == []


def test_a_campaign_that_was_renamed_is_meant_by_its_older_id() -> None:
    text = campaign("new", 'renamed = "old"')
    assert of_plan(text, decision("in a campaign", campaigns="old")).taken["campaign_id"].to_list() == ["new"]


def test_a_name_with_a_semicolon_is_one_campaign() -> None:
    text = campaign("one", "").replace('name = "c"', 'name = "Radio; and TV"')
    assert of_plan(text, decision("in a campaign", campaigns="radio; and tv")).taken["campaign_id"].to_list() == ["one"]


def test_decisions_on_names_of_one_post_are_on_one_thing() -> None:
    names: Names = {**NAMES, "https://x.com/1": ("x", "1")}
    made = [decision("in a campaign", campaigns="one"), decision("taken back", "https://x.com/1", 2)]
    of_posts = decided_posts.of_posts(made, plan_of(campaign("one", "")), names, (), ())
    assert (of_posts.given, of_posts.lasting) == ((), ())


def test_a_file_that_decides_otherwise_on_names_of_one_post_decides_nothing_on_it() -> None:
    names: Names = {**NAMES, "https://x.com/1": ("x", "1")}
    plan = plan_of(campaign("one", "") + campaign("two", ""))
    earlier = decision("in a campaign", campaigns="one")
    unclear = [
        decision("in a campaign", name, 2, campaigns=to) for name, to in (("x:1", "two"), ("https://x.com/1", "one"))
    ]
    result = decided_posts.of_posts([earlier, *unclear], plan, names, (), ())
    assert [one.campaign_id for one in result.given] == ["one"]
    assert problems(result.without_effect) == ["f.xlsx, S!B2: they decide otherwise on one post, so clear all but one"]
    later = decision("not ours", at=3)
    assert decided_posts.of_posts([earlier, *unclear, later], plan, names, (), ()).without_effect == ()


@pytest.mark.parametrize(
    ("one", "other", "campaigns"),
    [
        ({"campaigns": "debate"}, {"campaigns": "The Debate"}, ["debate"]),
        ({"campaigns": "debate; forum"}, {"campaigns": "forum\nthe debate"}, ["debate", "forum"]),
        ({"campaigns": "debate", "asset": "v"}, {"asset": "Video"}, ["debate"]),
        ({"campaigns": "debate"}, {"campaigns": "forum"}, []),
        ({"campaigns": "debate"}, {"campaigns": "debate; forum"}, []),
        ({"campaigns": "debate"}, {"campaigns": "debate", "asset": "v"}, []),
        ({"campaigns": "debate"}, {"campaigns": "debates"}, []),
        ({"campaigns": "nothing"}, {"campaigns": "nobody"}, []),
    ],
)
def test_rows_of_one_file_that_mean_the_same_count_in_whatever_words(
    one: dict[str, str], other: dict[str, str], campaigns: list[str]
) -> None:
    plan = plan_of(
        campaign("debate", "").replace('name = "c"', 'name = "The Debate"') + campaign("forum", "")
        + '[[asset]]\nid = "v"\ncampaign = "debate"\nname = "Video"\n'
    )  # fmt: skip
    made = [decision("in a campaign", **one), decision("in a campaign", **other)]
    result = decided_posts.of_posts(made, plan, NAMES, (), ())
    assert sorted(given.campaign_id for given in result.given) == campaigns
    assert [one.why_not for one in result.without_effect] == ([] if campaigns else [UNCLEAR])
