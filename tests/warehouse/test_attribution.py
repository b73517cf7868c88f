"""Which campaign takes which post, and what is said where a name is not clear."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from flows.steps import night
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post, sheet


def test_posts_that_the_plan_calls_the_same_are_one(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    row = {"no": 1, "platform": "facebook", "account": "Page 1", "title": "typed #forum", "published": "2024-09-02"}
    world.drop("2024-10-05/s.csv", sheet({**row, "views": 12, "saves": 3}))
    typed = world.tables()["post_totals"].filter(pl.col("grade") == "entered")["post_id"].item()
    assert world.campaign()["posts"] == 2
    world.plan(CAMPAIGN + f'[[same]]\nposts = ["facebook:{typed}", "facebook:{PAGE}_122158000000000001"]\n')
    tables = world.tables()
    total = tables["campaign_totals"].row(0, named=True)
    assert (total["posts"], total["views"], total["saves"], total["entered"]) == (1, 12, 3, 1)
    assert tables["post_totals"].select("post_id", "text").row(0) == (f"{PAGE}_122158000000000001", "Post 1 #forum")


def test_a_post_named_by_one_campaign_is_taken_from_the_others_patterns(world: World) -> None:
    named = f'[[campaign]]\nid = "named"\nactivity = "1.2"\nname = "N"\nposts = ["https://www.facebook.com/{PAGE}/posts/122158000000000001"]\n'
    world.plan(CAMPAIGN + named)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1), post(2, Views=2)))
    views = dict(world.tables()["campaign_totals"].select("campaign_id", "views").iter_rows())
    assert views == {"forum": 2, "named": 1}


def test_a_link_that_names_no_post_says_which_posts_that_page_has(world: World) -> None:
    world.plan(CAMPAIGN + f'posts = ["https://www.facebook.com/{PAGE}/posts/999999999999999999"]\n')
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    world.load()
    computed = night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))
    assert f"that page's posts are facebook:{PAGE}_122158000000000001" in computed.problems[0]


def test_a_rule_that_names_two_accounts_of_one_name_is_said_with_their_ids(world: World) -> None:
    world.plan(CAMPAIGN.replace('hashtags = ["forum"]', 'hashtags = ["forum"], accounts = ["Twin"]'))
    twins = [post(1, PAGE, Views=1) | {"Page name": "Twin"}, post(2, OTHER_PAGE, Views=2) | {"Page name": "Twin"}]
    world.drop("2024-10-01/a.csv", meta(*twins))
    world.load()
    computed = night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))
    assert f"facebook:{PAGE}, facebook:{OTHER_PAGE}" in computed.problems[0]


SITE = "website:news.example"
DATED = "starts = 2024-09-01\nends = 2024-12-30\n"


def page_views(world: World) -> None:
    """A page of a site, whose day of publication nothing says, and a post that no rule takes."""
    row = {"platform": "website", "account": "news.example", "link": "https://news.example/forum", "kind": "web page",
           "title": "The forum", "read_on": "2024-10-01", "views": 40}  # fmt: skip
    world.drop("2024-10-01/pages.csv", sheet(row))


@pytest.mark.parametrize("dates", ["", DATED], ids=["any day", "dated"])
@pytest.mark.parametrize(
    ("match", "is_taken_when_dated", "nearest"),
    [
        (f'{{ accounts = ["{SITE}"] }}', True, None),
        (f'{{ accounts = ["{SITE}"], text = ["forum"] }}', True, None),
        ('{ text = ["forum"] }', False, "forum, rule 1: a page of a website has no day of publication: name it in the "
         "campaign's posts, or its site in the rule's accounts"),
        (f'{{ accounts = ["{SITE}"], text = ["other"] }}', False, "forum, rule 1: the words are missing"),
    ],
    ids=["its site", "its site and words", "words alone", "its site and other words"],
)  # fmt: skip
def test_a_rule_that_names_the_site_takes_its_pages_whatever_the_dates_and_others_say_what_to_do(
    world: World, dates: str, match: str, is_taken_when_dated: bool, nearest: str | None
) -> None:
    page_views(world)
    world.plan(CAMPAIGN.replace('{ hashtags = ["forum"] }', match) + dates)
    tables = world.tables()
    is_taken = is_taken_when_dated or (not dates and "other" not in match)
    assert tables["campaign_totals"]["posts"].item() == int(is_taken)
    assert tables["unattributed_posts"]["nearest"].to_list() == ([] if is_taken else [nearest])
