"""What is said of the rules of a plan: what they match, what of that counts otherwise, and why one matches nothing."""

from __future__ import annotations

from datetime import date

import pytest

from flows.steps import night
from tests.conftest import CAMPAIGN, PAGE, World, meta, new_world, post
from warehouse.day import Day
from warehouse.figures import plan_rules

DAY = date(2024, 12, 30)
FIRST = f"https://www.facebook.com/{PAGE}/posts/122158000000000001"
NAMED = f'[[campaign]]\nid = "named"\nactivity = "1.2"\nname = "N"\nposts = ["{FIRST}"]\n'


@pytest.fixture(scope="module")
def three_posts(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world that took in three posts; each test writes a plan of its own over the others'."""
    world = new_world(tmp_path_factory.mktemp("three"))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1), post(2, Views=2), post(3, Views=3)))
    world.load()
    return world


def day(world: World, plan: str, at: date = DAY) -> Day:
    world.plan(plan)
    return night.read_state(world.workspace, night.read_plan(world.workspace), at)


def sentences(world: World, plan: str) -> list[str]:
    return [each.sentence for each in plan_rules.matched(day(world, plan))]


def test_a_rule_says_which_of_its_posts_another_campaign_names(three_posts: World) -> None:
    assert sentences(three_posts, CAMPAIGN + NAMED) == [
        "matches 3 posts, of which 1 is named by named and counts there alone"
    ]


def test_a_shared_campaign_counts_what_others_name(three_posts: World) -> None:
    shared = day(three_posts, CAMPAIGN + "shared = true\n" + NAMED)
    assert [each.sentence for each in plan_rules.matched(shared)] == ["matches 3 posts"]
    by_campaign = shared.attribution.taken.group_by("campaign_id").len().sort("campaign_id").rows()
    assert by_campaign == [("forum", 3), ("named", 1)]


def test_a_post_that_a_shared_campaign_names_and_matches_counts_in_it_once(three_posts: World) -> None:
    shared = day(three_posts, CAMPAIGN + f'shared = true\nposts = ["{FIRST}"]\n' + NAMED)
    by_campaign = shared.attribution.taken.group_by("campaign_id").len().sort("campaign_id").rows()
    assert by_campaign == [("forum", 3), ("named", 1)]
    assert [each.sentence for each in plan_rules.matched(shared)] == ["matches 3 posts, of which 1 counts here already"]


def test_posts_of_an_earlier_rule_and_of_except_are_told_apart(three_posts: World) -> None:
    two = CAMPAIGN.replace(
        'match = { hashtags = ["forum"] }', 'match = [{ text = ["Post 2"] }, { hashtags = ["forum"] }]'
    )
    assert sentences(three_posts, two + f'except = ["{FIRST}"]\n') == [
        "matches 1 post",
        "matches 3 posts, of which 1 counts here already, 1 is in except",
    ]


@pytest.mark.parametrize(
    ("match", "why"),
    [
        ('{ hashtags = ["forun"] }', "no post has #forun; the nearest is #forum (3 posts)"),
        ('{ hashtags = ["zzz"] }', "no post has #zzz; posts have #forum (3 posts)"),
        ('{ text = ["Pots"] }', 'no post has the words "Pots"'),
        ('{ hashtags = ["forum"], text = ["radio"] }', 'none of the 3 posts with #forum has the words "radio"'),
        ('{ accounts = ["Page 2"] }', "no post is of Page 2 (Page 2: the nearest is \"page 1\")"),
        ('{ hashtags = ["forum"], accounts = ["nobody"] }', "none of the 3 posts with #forum is of nobody (nobody: reach sources lists the pages)"),
    ],
)  # fmt: skip
def test_a_rule_that_matches_nothing_says_which_condition_no_post_holds(
    three_posts: World, match: str, why: str
) -> None:
    of_day = day(three_posts, CAMPAIGN.replace('{ hashtags = ["forum"] }', match))
    campaign = of_day.plan.campaigns[0]
    assert plan_rules.WhyNothing(of_day).sentence(campaign, campaign.match[0]) == why
    assert plan_rules.sentences_of_night(of_day) == [
        f'In the plan, campaign "forum", {plan_rules.matched(of_day)[0].name}, matches nothing: {why}.'
    ]


def test_a_rule_whose_dates_do_not_fit_says_when_its_posts_were_published(three_posts: World) -> None:
    of_day = day(three_posts, CAMPAIGN + "starts = 2024-10-01\nends = 2024-10-31\n")
    campaign = of_day.plan.campaigns[0]
    why = plan_rules.WhyNothing(of_day).sentence(campaign, campaign.match[0])
    dates = "outside of its dates, 2024-10-01 to 2024-10-31"
    assert why == f"the 3 posts with #forum were published on 2024-09-02, {dates}"


def test_a_page_that_is_not_ours_is_why_a_rule_matches_nothing(three_posts: World) -> None:
    of_day = day(three_posts, f'[[account]]\nid = "facebook:{PAGE}"\nnot_ours = true\n' + CAMPAIGN)
    campaign = of_day.plan.campaigns[0]
    why = plan_rules.WhyNothing(of_day).sentence(campaign, campaign.match[0])
    assert why == "the plan calls the pages of the 3 posts with #forum not ours"


def test_hashtags_are_shown_as_most_posts_write_them(world: World) -> None:
    texts = ["a #Forum2024", "b #FORUM2024, c", "d #Forum2024 #Forum2024", "e #សិទ្ធិ"]
    rows = [post(number, Views=1) | {"Title": text, "Description": ""} for number, text in enumerate(texts, 1)]
    world.drop("2024-10-01/a.csv", meta(*rows))
    world.load()
    of_day = night.read_state(world.workspace, night.read_plan(world.workspace), DAY)
    hashtags = plan_rules.WhyNothing(of_day).hashtags
    assert {tag: str(hashtag) for tag, hashtag in hashtags.items()} == {
        "forum2024": "#Forum2024 (3 posts)",
        "សិទ្ធិ": "#សិទ្ធិ (1 post)",
    }


def test_a_word_of_a_rule_that_takes_posts_by_another_one_is_named_where_no_post_has_it(three_posts: World) -> None:
    of_day = day(three_posts, CAMPAIGN.replace('["forum"] }', '["forum", "forun"], accounts = ["Page 1", "Pgae 1"] }'))
    rule = of_day.plan.campaigns[0].match[0]
    assert list(plan_rules.WhyNothing(of_day).words_of_no_post(rule)) == [
        "no post has #forun; the nearest is #forum (3 posts)",
        'no page that was read goes by Pgae 1; the nearest is "page 1"',
    ]


@pytest.mark.parametrize(("shared", "is_told"), [("", True), ("shared = false\n", False), ("shared = true\n", False)])
def test_a_night_tells_of_posts_that_others_name_until_the_plan_says_shared(
    three_posts: World, shared: str, is_told: bool
) -> None:
    told = plan_rules.sentences_of_night(day(three_posts, CAMPAIGN + shared + NAMED))
    assert bool(told) == is_told
    assert all("shared = true in this campaign counts them here, too" in sentence for sentence in told)


@pytest.mark.parametrize(("starts", "is_told"), [("2024-12-30", True), ("2024-12-31", False)])
def test_a_campaign_is_told_of_from_its_first_day_on(three_posts: World, starts: str, is_told: bool) -> None:
    told = plan_rules.sentences_of_night(day(three_posts, CAMPAIGN + f"starts = {starts}\n"))
    assert bool(told) == is_told


def test_a_night_names_so_many_rules_and_counts_the_others(three_posts: World) -> None:
    rules = ", ".join('{ hashtags = ["none"] }' for _ in range(3))
    of_day = day(three_posts, CAMPAIGN.replace('{ hashtags = ["forum"] }', f"[{rules}]"))
    *first, rest = plan_rules.sentences_of_night(of_day, most=2)
    assert (len(first), rest) == (2, "And 1 more such rules: reach plan check lists them.")


def test_a_plan_in_which_no_post_counts_is_a_night_that_says_so(three_posts: World) -> None:
    nothing = day(three_posts, CAMPAIGN.replace("forum", "none"))
    assert plan_rules.nothing_counts(nothing) == (
        "None of the 3 posts that are loaded counts in a campaign of the plan, so that every total is empty. "
        "reach plan check says what each rule matches."
    )
    computed = night.compute(three_posts.workspace, night.read_plan(three_posts.workspace), DAY)
    assert plan_rules.nothing_counts(nothing) in computed.problems


def test_a_plan_without_campaigns_says_what_to_add(three_posts: World) -> None:
    sentence = plan_rules.nothing_counts(day(three_posts, ""))
    assert sentence is not None
    assert "the plan has no campaign yet" in sentence


def test_nothing_is_said_of_what_counts_or_of_an_empty_workspace(world: World, three_posts: World) -> None:
    world.plan("")
    world.load()
    empty = night.read_state(world.workspace, night.read_plan(world.workspace), DAY)
    assert plan_rules.nothing_counts(empty) is None
    assert plan_rules.nothing_counts(day(three_posts, CAMPAIGN)) is None


def test_a_post_that_several_campaigns_name_is_told_once_and_one_that_is_left_out_as_such(three_posts: World) -> None:
    other = NAMED.replace('"named"', '"other"')
    assert sentences(three_posts, CAMPAIGN + NAMED + other) == [
        "matches 3 posts, of which 1 is named by named and other and counts there alone"
    ]
    left_out = CAMPAIGN + f'except = ["{FIRST}"]\n' + NAMED
    assert sentences(three_posts, left_out) == ["matches 3 posts, of which 1 is in except"]


def test_a_post_that_a_campaign_names_and_leaves_out_is_a_warning(three_posts: World) -> None:
    both = day(three_posts, CAMPAIGN + f'posts = ["{FIRST}"]\nexcept = ["{FIRST}"]\n')
    (warning,) = both.warnings
    assert 'campaign "forum", or an asset of it, names facebook:' in warning
    assert "which its except leaves out, so that it does not count" in warning
