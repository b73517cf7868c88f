"""Which campaign takes which post, and what is said where a name is not clear."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from flows.steps import night
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, sheet
from tests.conftest import post as export_row
from tests.warehouse.plans_and_posts import ALIASES, LINKS, campaign, plan_of, posts_of
from warehouse import attribution, named_posts
from warehouse.history import identity
from warehouse.plan import model


def test_posts_that_the_plan_calls_the_same_are_one(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(export_row(1, Views=10)))
    row = {"no": 1, "platform": "facebook", "account": "Page 1", "title": "typed #forum", "published": "2024-09-02"}
    world.drop("2024-10-05/s.csv", sheet({**row, "views": 12, "saves": 3}))
    typed = world.table("post_totals").filter(pl.col("grade") == "entered")["post_id"].item()
    assert world.campaign()["posts"] == 2
    world.plan(CAMPAIGN + f'[[same]]\nposts = ["facebook:{typed}", "facebook:{PAGE}_122158000000000001"]\n')
    tables = world.tables()
    total = tables["campaign_totals"].row(0, named=True)
    assert (total["posts"], total["views"], total["saves"], total["entered"]) == (1, 12, 3, 1)
    assert tables["post_totals"].select("post_id", "text").row(0) == (f"{PAGE}_122158000000000001", "Post 1 #forum")


def test_a_post_named_by_one_campaign_is_taken_from_the_others_patterns(world: World) -> None:
    named = f'[[campaign]]\nid = "named"\nactivity = "1.2"\nname = "N"\nposts = ["https://www.facebook.com/{PAGE}/posts/122158000000000001"]\n'
    world.plan(CAMPAIGN + named)
    world.drop("2024-10-01/a.csv", meta(export_row(1, Views=1), export_row(2, Views=2)))
    views = dict(world.table("campaign_totals").select("campaign_id", "views").iter_rows())
    assert views == {"forum": 2, "named": 1}


def test_a_link_that_names_no_post_says_which_posts_that_page_has(world: World) -> None:
    world.plan(CAMPAIGN + f'posts = ["https://www.facebook.com/{PAGE}/posts/999999999999999999"]\n')
    world.drop("2024-10-01/a.csv", meta(export_row(1, Views=1)))
    world.load()
    computed = night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))
    assert f"that page's posts are facebook:{PAGE}_122158000000000001" in computed.problems[0]


def test_a_rule_that_names_two_accounts_of_one_name_is_said_with_their_ids(world: World) -> None:
    world.plan(CAMPAIGN.replace('hashtags = ["forum"]', 'hashtags = ["forum"], accounts = ["Twin"]'))
    twins = [
        export_row(1, PAGE, Views=1) | {"Page name": "Twin"},
        export_row(2, OTHER_PAGE, Views=2) | {"Page name": "Twin"},
    ]
    world.drop("2024-10-01/a.csv", meta(*twins))
    assert f"facebook:{PAGE}, facebook:{OTHER_PAGE}" in world.day().warnings[0]


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


def taken(posts: pl.DataFrame, plan: model.Plan) -> list[tuple[Any, ...]]:
    names = named_posts.resolve(posts, plan)
    result = attribution.attribute(posts, ALIASES, plan, names)
    assert not result.unresolved
    assert result.taken.columns == ["platform", "post_id", "campaign_id", "activity_id", "asset_id", "stage", "rule"]
    return result.taken.drop("platform").rows()


def reasons(posts: pl.DataFrame, plan: model.Plan) -> tuple[str, ...]:
    return attribution.attribute(posts, ALIASES, plan, named_posts.resolve(posts, plan)).unresolved


def test_a_campaign_takes_what_it_names_what_its_assets_name_and_what_its_rules_match() -> None:
    plan = plan_of(
        campaign("named", 'posts = ["facebook:p1"]\nmatch = [{ text = ["zzz"] }, { hashtags = ["forum"] }]')
        + campaign("other", 'stages = ["early"]\nmatch = { hashtags = ["forum"] }\nexcept = ["facebook:p3"]')
        + '[[asset]]\nid = "clip"\ncampaign = "other"\nstage = "early"\nposts = ["facebook:p2"]\n'
    )
    plan = plan.model_copy(update={"campaigns": plan.campaigns[::-1]})
    rows = taken(
        posts_of({"post_id": "p3"}, {"post_id": "p1"}, {"post_id": "p2"}, {"post_id": "p4", "text": None}), plan
    )
    assert rows == [
        ("p1", "named", "1", None, None, "named by the campaign"),
        ("p3", "named", "1", None, None, "rule 2: #forum"),
        ("p2", "other", "1", "clip", "early", "named by the asset clip"),
    ]


def test_what_is_taken_is_told_by_campaign_platform_and_post() -> None:
    plan = plan_of("".join(campaign(name, 'match = { hashtags = ["forum"] }') for name in "ba"))
    rows = posts_of(*({"post_id": post_id, "platform": platform} for post_id in "ba" for platform in ("x", "facebook")))
    result = attribution.attribute(rows, ALIASES, plan, named_posts.resolve(rows, plan)).taken
    assert result.select("campaign_id", "platform", "post_id").rows() == [
        (name, platform, post_id) for name in "ab" for platform in ("facebook", "x") for post_id in "ab"
    ]


def test_an_asset_says_more_of_a_post_than_its_campaign() -> None:
    plan = plan_of(
        campaign("c", 'posts = ["facebook:p1"]') + '[[asset]]\nid = "clip"\ncampaign = "c"\nposts = ["facebook:p1"]\n'
    )
    assert taken(posts_of({"post_id": "p1"}), plan) == [("p1", "c", "1", "clip", None, "named by the asset clip")]


def test_two_campaigns_may_name_one_post_and_the_first_rule_that_matches_is_told() -> None:
    rule = 'match = [{ hashtags = ["forum"] }, { accounts = ["Our page"] }]'
    both = plan_of(campaign("a", 'posts = ["facebook:p1"]') + campaign("b", 'posts = ["facebook:p1"]\n' + rule))
    rows = taken(posts_of({"post_id": "p1"}, {"post_id": "p2"}), both)
    assert [row[:2] + row[-1:] for row in rows] == [
        ("p1", "a", "named by the campaign"), ("p1", "b", "named by the campaign"), ("p2", "b", "rule 1: #forum")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ("starts = 2024-09-02\nends = 2024-09-03", ["first", "last"]),
        ("starts = 2024-09-02", ["after", "first", "last"]),
        ("ends = 2024-09-03", ["before", "first", "last"]),
        ("", ["after", "before", "first", "last", "undated"]),
    ],
)
def test_the_first_and_last_day_of_a_campaign_are_days_of_the_reporting_zone(bounds: str, expected: list[str]) -> None:
    opens, closes = datetime(2024, 9, 1, 17), datetime(2024, 9, 3, 17)
    moment = timedelta(microseconds=1)
    instants = {"before": opens - moment, "first": opens, "last": closes - moment, "after": closes, "undated": None}
    rows = posts_of(*({"post_id": name, "published_at": at} for name, at in instants.items()))
    plan = plan_of(campaign("c", bounds + '\nmatch = { hashtags = ["forum"] }'))
    assert [row[0] for row in taken(rows, plan)] == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('{ hashtags = ["forum", "debate"] }', ["p1", "p2"]),
        ('{ text = ["a town", "no such"] }', ["p2", "p3"]),
        ('{ accounts = ["OUR  page"] }', ["p1", "p2"]),
        ('{ accounts = ["nobody", "Our page"], text = ["town"] }', ["p2"]),
        ('{ hashtags = ["forum"], text = ["town"] }', []),
    ],
)
def test_a_rule_takes_a_post_for_which_each_kind_holds_by_any_of_its_values(rule: str, expected: list[str]) -> None:
    rows = posts_of(
        {"post_id": "p1"}, {"post_id": "p2", "text": "A  Town #Debate"}, {"post_id": "p3", "text": "a town", "account_id": "7"},
        {"post_id": "p4", "platform": "x", "text": "#forums"},
    )  # fmt: skip
    assert [row[0] for row in taken(rows, plan_of(campaign("c", f"match = {rule}")))] == expected


def test_every_place_that_names_no_post_is_told_once() -> None:
    plan = plan_of(
        campaign("c", 'posts = ["facebook:no1", "facebook:no1"]\nexcept = ["facebook:no2"]')
        + '[[asset]]\nid = "clip"\ncampaign = "c"\nposts = ["facebook:no3"]\n'
        + '[[same]]\nposts = ["facebook:no4", "facebook:1002"]\n'
    )
    assert reasons(LINKS, plan) == (
        "[[same]] names facebook:no4, which is no post that was loaded",
        'campaign "c", except, names facebook:no2, which is no post that was loaded',
        'campaign "c" names facebook:no1, which is no post that was loaded',
        'asset "clip" names facebook:no3, which is no post that was loaded',
    )


def nearest(posts: pl.DataFrame, plan: model.Plan) -> list[str | None]:
    result = attribution.nearest_rules(posts, ALIASES, plan)
    assert result.columns == ["platform", "post_id", "nearest"]
    assert result["post_id"].to_list() == posts["post_id"].to_list()
    return result["nearest"].to_list()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 8, 30), "published 2 days before it starts"),
        (date(2024, 8, 31), "published 1 day before it starts"),
        (date(2024, 9, 1), ""),
        (date(2024, 9, 3), ""),
        (date(2024, 9, 4), "published 1 day after it ends"),
        (date(2024, 9, 6), "published 3 days after it ends"),
        (None, "its day of publication is not known"),
    ],
)
def test_what_a_post_lacks_of_a_rule_is_its_day_to_the_day(day: date | None, expected: str) -> None:
    plan = plan_of(campaign("c", 'starts = 2024-09-01\nends = 2024-09-03\nmatch = { hashtags = ["forum"] }'))
    at = day and datetime.combine(day, datetime.min.time()) - timedelta(hours=7)
    assert nearest(posts_of({"post_id": "p", "published_at": at}), plan) == [f"c, rule 1: {expected}"]


def test_the_nearest_rule_is_the_first_of_which_the_fewest_conditions_fail() -> None:
    rules = (
        '[{ hashtags = ["debate"], accounts = ["Our page"], text = ["town"] }, '
        '{ hashtags = ["debate"], accounts = ["Our page"] }, { text = ["hall"], accounts = ["Our page"] }]'
    )
    plan = plan_of(campaign("c", f"match = {rules}") + campaign("d", 'match = { text = ["town"] }\nends = 2024-09-01'))
    rows = posts_of(
        {"post_id": "none", "account_id": "7", "text": None},
        {"post_id": "page"},
        {"post_id": "words", "account_id": "7", "text": "a town"},
        {"post_id": "two", "text": "a town #debate", "account_id": None},
        {"post_id": "both", "text": "town", "published_at": datetime(2024, 9, 1, 5)},
    )
    assert nearest(rows, plan) == [
        None,
        "c, rule 2: the hashtag is missing",
        "d, rule 1: published 1 day after it ends",
        "c, rule 1: it is another account's",
        "d, rule 1: ",
    ]
    assert attribution.nearest_rules(rows, ALIASES, plan_of("")).schema == dict.fromkeys(
        ("platform", "post_id", "nearest"), pl.String
    )
    both = plan_of(campaign("c", 'match = { text = ["hall"], hashtags = ["debate"], accounts = ["Our page"] }'))
    assert nearest(rows[1:2], both) == ["c, rule 1: the hashtag is missing; the words are missing"]


PAGE_OF_A_SITE = {"post_id": "page", "platform": "website", "account_id": "news.example", "kind": "page", "published_at": None}  # fmt: skip
NAMES = pl.DataFrame(
    {"platform": ["facebook", "website"], "account_id": ["42", "news.example"], "alias": ["our page", "news"]}
)


@pytest.mark.parametrize(
    ("rule", "dates", "is_taken", "lacks"),
    [
        ('hashtags = ["forum"]', "", True, ""),
        ('hashtags = ["forum"]', "starts = 2024-09-01", False, "a page of a website has no day of publication: name it in the campaign's posts, or its site in the rule's accounts"),
        ('hashtags = ["forum"]', "ends = 2024-09-01", False, "a page of a website has no day of publication: name it in the campaign's posts, or its site in the rule's accounts"),
        ('accounts = ["News"]', "starts = 2024-09-01", True, ""),
        ('accounts = ["News"], hashtags = ["debate"]', "starts = 2024-09-01", False, "the hashtag is missing"),
    ],
)  # fmt: skip
def test_a_page_without_a_day_is_of_a_campaign_with_dates_where_the_rule_names_its_site(
    rule: str, dates: str, is_taken: bool, lacks: str
) -> None:
    plan, page = plan_of(campaign("c", f"match = {{ {rule} }}\n{dates}")), posts_of(PAGE_OF_A_SITE)
    assert attribution.attribute(page, NAMES, plan, {}).taken.height == int(is_taken)
    assert attribution.nearest_rules(page, NAMES, plan)["nearest"].to_list() == [f"c, rule 1: {lacks}"]


def test_a_post_has_its_day_whichever_account_the_rule_names() -> None:
    plan = plan_of(campaign("c", 'match = { accounts = ["Our page"] }\nends = 2024-09-01'))
    late, undated = posts_of({"post_id": "late"}), posts_of({"post_id": "undated", "published_at": None})
    for some, lacks in ((late, "published 1 day after it ends"), (undated, "its day of publication is not known")):
        assert attribution.attribute(some, NAMES, plan, {}).taken.height == 0
        assert nearest(some, plan) == [f"c, rule 1: {lacks}"]


def test_no_rule_takes_the_posts_of_a_page_that_is_not_ours() -> None:
    plan = plan_of(
        '[[account]]\nid = "facebook:42"\nnot_ours = true\n' + campaign("c", 'match = { hashtags = ["forum"] }')
    )
    rows = posts_of({"post_id": "theirs"}, {"post_id": "ours", "account_id": "7"}, {"post_id": "nobody's", "account_id": None}, {"post_id": "x", "platform": "x"})  # fmt: skip
    assert [row[0] for row in taken(rows, plan)] == ["nobody's", "ours", "x"]
    assert nearest(rows, plan) == ["c, rule 1: the plan says that its page is not ours", *["c, rule 1: "] * 3]


def test_a_rule_in_words_names_every_value() -> None:
    rules = '[{ hashtags = ["forum", "#debate"], text = ["a b", "c"], accounts = ["Our page", "42"] }, { accounts = ["42"] }]'
    one, other = plan_of(campaign("c", f"match = {rules}")).campaigns[0].match
    assert attribution.described(one) == '#forum or #debate, "a b" or "c", Our page or 42'
    assert attribution.described(other) == "42"


def test_only_names_of_several_accounts_of_one_platform_are_told() -> None:
    plan = plan_of(
        campaign("c", 'match = [{ accounts = ["Twin", "One"] }, { accounts = ["Both", "A", "B", "C", "D"] }]')
    )
    names = pl.DataFrame(
        [("x", "2", "twin"), ("x", "1", "twin"), ("facebook", "9", "twin"), ("facebook", "8", "twin"), ("x", "3", "one"),
         ("x", "4", "both"), ("facebook", "4", "both"), ("x", "5", "unused"), ("x", "6", "unused"),
         *(("x", account_id, name) for account_id in "12" for name in "dcab")],
        schema=["platform", "account_id", "alias"], orient="row",
    )  # fmt: skip
    told = [
        ("Twin", "facebook", "facebook:8, facebook:9"),
        *((name, "x", "x:1, x:2") for name in ("A", "B", "C", "D", "Twin")),
    ]
    assert attribution.ambiguous_accounts(names, plan) == tuple(
        f'a rule names the account "{name}", but 2 accounts on {platform} have that name: '
        f"write the id of the one you mean ({ids})" for name, platform, ids in told
    )  # fmt: skip


@pytest.mark.parametrize("handle", ["mekongradio", "@MekongRadio"])
def test_an_account_that_the_plan_names_by_its_number_and_its_handle_is_said_to_be_one(handle: str) -> None:
    accounts = ("youtube:UCmekong", f"youtube:{handle}", "x:mekongradio")
    plan = plan_of("".join(f'[[account]]\nid = "{one}"\n' for one in accounts))
    loaded = pl.DataFrame(
        {"platform": ["youtube"], "account_id": ["UCmekong"], "name": ["Mekong Radio"], "username": ["mekongradio"]}
    )

    def sentences(loaded: pl.DataFrame) -> tuple[str, ...]:
        names = identity.account_names(loaded, plan.canonical_account_names())
        return attribution.accounts_named_twice(names, plan)

    assert sentences(loaded) == (
        f"youtube:UCmekong and youtube:{handle} are one account, which counts as youtube:{handle}: "
        'keep one of the two, with also = ["…"] for the other name',
    )
    assert sentences(loaded.clear()) == ()  # nobody has told yet that they are one
