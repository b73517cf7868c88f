from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from connectors.asking.pulling import Window
from connectors.instagram import export as exports
from tests.connectors.conftest import NOW, TOKEN, Ask, raw_of
from tests.connectors.facebook.server import error
from tests.connectors.instagram.server import Instagram, code, media_id
from tests.platforms.world import Account

ACCOUNT = "17841400000000001"


def instagram(posts: int = 3) -> Instagram:
    return Instagram({ACCOUNT: Account(ACCOUNT, "Mekong Radio", token=TOKEN).with_posts(posts, NOW)})


def with_stories(count: int = 2) -> Instagram:
    platform = instagram()
    platform.stories = {ACCOUNT: [replace(post, kind="story") for post in platform.accounts[ACCOUNT].posts[:count]]}
    return platform


def test_a_post_comes_with_its_figures(serve, ask: Ask) -> None:
    platform = instagram()
    post = ask(serve(instagram=platform), "instagram", ACCOUNT).post(media_id(platform.accounts[ACCOUNT].posts[0]))
    assert [post[name] for name in ("views", "reach", "likes", "comments", "shares", "saves")] == [
        1003,
        803,
        3,
        3,
        0,
        3,
    ]
    assert [post[name] for name in ("impressions", "views_paid", "clicks", "watch_ms")] == [None] * 4
    assert (post["account_id"], post["kind"], post["alias"], post["published_at"]) == (
        ACCOUNT,
        "post",
        "C000000003_-",
        NOW,
    )


def test_a_post_of_the_api_and_of_an_export_is_one_post(serve, ask: Ask) -> None:
    platform = instagram()
    post = platform.accounts[ACCOUNT].posts[0]
    table = ("Post ID,Account ID,Account username,Account name,Description,Publish time,Permalink,Post type,Date,Views,Reach,Likes\n"
             f"{media_id(post)},{ACCOUNT},mekongradio,Mekong Radio,x,10/01/2026 12:00,https://www.instagram.com/p/{code(post)}/,IG image,Lifetime,1,1,1\n")  # fmt: skip
    exported = exports.read(raw_of(table.encode()), exports.Settings()).posts.row(0, named=True)
    pulled_post = ask(serve(instagram=platform), "instagram", ACCOUNT).post(media_id(post))
    assert [exported[name] for name in ("post_id", "alias", "account_id", "kind")] == [
        pulled_post[name] for name in ("post_id", "alias", "account_id", "kind")
    ]


def test_reels_are_shorts_whose_watch_time_is_asked_for_by_fifty(serve, ask: Ask) -> None:
    platform = instagram(1000)
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    reel = done.post(media_id(platform.accounts[ACCOUNT].posts[0]))
    assert (reel["kind"], reel["watch_ms"]) == ("short", 1_000_000)
    assert done.extract.observations["watch_ms"].count() == 200
    assert (done.extract.posts.height, done.requests, done.units) == (1000, 10 + 1 + 4 + 4 + 1, 16 + 200)


def test_what_a_slow_batch_leaves_out_is_asked_for_again(serve, ask: Ask) -> None:
    platform = instagram(50)
    platform.is_slow = True
    assert ask(serve(instagram=platform), "instagram", ACCOUNT).extract.observations["watch_ms"].count() == 10


def test_stories_are_read_while_they_live(serve, ask: Ask) -> None:
    platform = with_stories()
    story = ask(serve(instagram=platform), "instagram", ACCOUNT).post(media_id(platform.stories[ACCOUNT][0]))
    assert [story[name] for name in ("kind", "views", "reach", "comments", "clicks", "shares")] == [
        "story",
        1003,
        803,
        3,
        3,
        0,
    ]


def test_a_story_that_too_few_saw_is_unknown_and_costs_the_others_nothing(serve, ask: Ask) -> None:
    platform = with_stories()
    first, second = platform.stories[ACCOUNT]
    platform.unseen = {media_id(first)}
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert (done.post(media_id(first))["views"], done.post(media_id(second))["views"], done.withheld) == (
        None,
        1002,
        {},
    )


@pytest.mark.parametrize("others", [0, 1])
def test_a_story_that_refuses_its_figures_says_why_also_where_it_is_the_only_one(serve, ask: Ask, others: int) -> None:
    platform = with_stories(1 + others)
    first = media_id(platform.stories[ACCOUNT][0])
    platform.unseen = {first}
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    reasons = {one["metric"]: one["reason"] for one in done.post(first)["unknown_because"]}
    assert set(reasons) == {"views", "reach", "shares", "comments", "clicks"}
    assert set(reasons.values()) == {
        "refused by Instagram: (#10) Not enough viewers for the media to show insights (code 10)"
    }
    assert done.refused_posts == ()  # tomorrow enough may have seen it


def test_fifty_stories_are_asked_for_their_figures_in_one_batch(serve, ask: Ask) -> None:
    platform = instagram(51)
    platform.stories = {ACCOUNT: [replace(post, kind="story") for post in platform.accounts[ACCOUNT].posts]}
    platform.accounts[ACCOUNT].posts = []
    server = serve(instagram=platform)
    assert ask(server, "instagram", ACCOUNT).extract.observations["views"].count() == 51
    assert [len(question.body["batch"]) for question in server.questions if question.method == "POST"] == [50, 1]


@pytest.mark.parametrize(("metric", "lost"), [("saved", "saves"), ("views", "views"), ("reach", "reach")])
def test_a_retired_metric_costs_itself_only(serve, ask: Ask, metric: str, lost: str) -> None:
    platform = instagram()
    platform.retired = {metric}
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert list(done.withheld) == [lost]
    others = {"views", "reach", "saves", "likes", "comments"} - {lost}
    last = done.extract.observations.sort("row").tail(3)
    assert [last[name].null_count() for name in sorted(others)] == [0] * 4


def test_likes_that_are_hidden_are_unknown(serve, ask: Ask) -> None:
    platform = instagram()
    platform.hidden = {"like_count"}
    assert ask(serve(instagram=platform), "instagram", ACCOUNT).extract.observations["likes"].null_count() == 3


def test_an_accounts_days_and_followers(serve, ask: Ask) -> None:
    tonight = Window(NOW, NOW - timedelta(days=14))
    figures = ask(serve(instagram=instagram()), "instagram", ACCOUNT, window=tonight).extract.account_figures
    reach = figures.filter(metric="reach").sort("period_start")
    assert (reach.height, reach["period_start"].min(), reach["period_start"].max()) == (
        28,
        date(2026, 9, 4),
        date(2026, 10, 1),
    )
    assert figures.filter(metric="followers")["value"].to_list() == [555]


def test_days_of_missed_nights_are_asked_for_a_month_at_a_time_as_far_back_as_they_are_kept(serve, ask: Ask) -> None:
    last_pull = NOW - timedelta(days=45)
    window = Window(NOW, last_pull, described=(last_pull - timedelta(days=90), last_pull))
    done = ask(serve(instagram=instagram()), "instagram", ACCOUNT, window=window)
    days = done.extract.account_figures.filter(metric="reach")["period_start"].unique()
    assert (days.len(), days.min(), days.max()) == (48, date(2026, 8, 15), date(2026, 10, 1))
    everything = ask(serve(instagram=instagram()), "instagram", ACCOUNT, window=Window(NOW)).extract.account_figures
    assert everything.filter(metric="reach")["period_start"].n_unique() == 90


def test_an_account_without_the_permission_keeps_its_posts(serve, ask: Ask) -> None:
    platform = instagram()
    platform.retired = {"account reach"}
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert (list(done.withheld), done.extract.posts.height) == (["account reach"], 3)


def test_older_media_are_not_walked_to(serve, ask: Ask) -> None:
    done = ask(serve(instagram=instagram(1000)), "instagram", ACCOUNT, window=Window(NOW, NOW - timedelta(days=14)))
    assert done.extract.posts.height == 200


def test_a_dead_token_names_the_account(serve, ask: Ask) -> None:
    platform = instagram()
    platform.dead = {ACCOUNT: 463}
    refusal = ask(serve(instagram=platform), "instagram", ACCOUNT).refusal
    assert refusal is not None
    assert (refusal.who, f"instagram:{ACCOUNT}" in str(refusal)) == ("person", True)


def test_no_answer_holds_the_token(serve, ask: Ask) -> None:
    done = ask(serve(instagram=instagram(150)), "instagram", ACCOUNT)
    assert not [answer for answer in done.answers if TOKEN.encode() in answer.content or TOKEN in answer.endpoint]


def test_a_story_or_reel_that_is_gone_in_between_costs_itself_only(serve, ask: Ask) -> None:
    platform = with_stories()
    platform.accounts[ACCOUNT].with_posts(20, NOW)
    first, second = platform.stories[ACCOUNT]
    platform.gone = {media_id(first), media_id(platform.accounts[ACCOUNT].posts[0])}
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert (done.refusal, done.withheld, done.post(media_id(second))["views"]) == (None, {}, 1002)
    assert done.extract.observations["watch_ms"].count() == 3


@pytest.mark.parametrize(("code", "may_pass"), [(4, True), (80002, True), (190, False), (102, False)])
def test_the_code_of_a_limit_or_token_in_a_batch_costs_what_it_refuses_where_the_account_answers(
    serve, ask: Ask, code: int, may_pass: bool
) -> None:
    platform = instagram(20)
    platform.throttled = code
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert (done.refusal, set(done.withheld)) == (None, {"watch_seconds"})
    assert done.withheld["watch_seconds"].may_pass == may_pass
    assert done.extract.posts.height == 20


@pytest.mark.parametrize(("code", "who"), [(4, "window"), (190, "person")])
def test_a_limit_or_a_dead_token_that_a_batch_tells_first_ends_the_pull_which_goes_on_with_what_is_left(
    serve, ask: Ask, code: int, who: str
) -> None:
    platform = instagram(300)  # of which 60 are reels: a batch of fifty, and one of ten
    platform.throttled, platform.answers_first = code, 20
    server = serve(instagram=platform)
    server.faults = [lambda q: error(code, "No.") if q.params.get("fields") == "id" else None]
    first = ask(server, "instagram", ACCOUNT)
    assert first.refusal is not None
    assert (first.refusal.who, first.extract.observations["watch_ms"].count()) == (who, 20)
    server.faults, platform.throttled = [], 0
    server.questions.clear()
    second = ask(server, "instagram", ACCOUNT, answered=tuple(first.answers))
    assert (second.refusal, second.withheld, second.extract.observations["watch_ms"].count()) == (None, {}, 60)
    sent = [len(question.body["batch"]) for question in server.questions if question.method == "POST"]
    assert sent == [30, 10]


def test_where_a_limit_refuses_again_what_a_batch_asks_the_posts_of_further_batches_are_left(serve, ask: Ask) -> None:
    platform = instagram(600)  # of which 120 are reels
    platform.throttled, platform.answers_first = 4, 20
    server = serve(instagram=platform)
    done = ask(server, "instagram", ACCOUNT)
    assert (done.refusal, done.withheld, done.refused_posts) == (None, {}, ())
    assert done.extract.observations["watch_ms"].count() == 20 + 20
    assert [len(question.body["batch"]) for question in server.questions if question.method == "POST"] == [50, 30]


def test_what_old_media_lack_is_left_out_of_their_page_only(serve, ask: Ask) -> None:
    platform = instagram(300)
    platform.old = {90: "saved"}
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert (done.refusal, done.withheld, done.extract.posts["post_id"].n_unique()) == (None, {}, 300)
    assert done.post(media_id(platform.accounts[ACCOUNT].posts[0]))["saves"] is not None
    assert (
        done.extract.observations.filter(post_id=media_id(platform.accounts[ACCOUNT].posts[299]))["views"].to_list()[-1]
        == 1001
    )


CODES = pytest.mark.parametrize("code", [100, 12, 2500, 3, 98765])


@CODES
@pytest.mark.parametrize(
    ("field", "lost"),
    [("views", {"views", "story views"}), ("saved", {"saves"}), ("like_count", {"likes"}), ("stories", {"stories"}),
     ("ig_reels_video_view_total_time", {"watch_seconds"}), ("link_clicks", {"story clicks"})],
)  # fmt: skip
def test_whatever_code_refuses_a_part_costs_that_part_only(
    serve, ask: Ask, code: int, field: str, lost: set[str]
) -> None:
    platform = with_stories(1)
    platform.accounts[ACCOUNT].with_posts(5, NOW)
    platform.codes = {field: code}
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert (done.refusal, set(done.withheld), done.refused_posts) == (None, lost, ())
    assert all(f"(code {code})" in why.why and not why.is_for_a_person for why in done.withheld.values())
    last = done.extract.observations.sort("row").unique("post_id", keep="last")
    given = {"views", "reach", "comments", "shares"} - lost
    assert {name for name in given if last[name].null_count()} == set()


@pytest.mark.parametrize("code", [10, 200])
def test_a_missing_statistics_permission_is_named_and_leaves_the_posts(serve, ask: Ask, code: int) -> None:
    platform = instagram()
    platform.codes = dict.fromkeys(("insights", "views", "reach", "shares", "saved"), code)
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert set(done.withheld) >= {"account reach", "views", "reach", "shares", "saves"}
    assert all("instagram_manage_insights" in why.why and why.is_for_a_person for why in done.withheld.values())
    last = done.extract.observations.sort("row").tail(3)
    assert (last["likes"].null_count(), last["comments"].null_count(), last["views"].null_count()) == (0, 0, 3)


BEFORE = pytest.mark.parametrize(("code", "subcode"), [(100, 2108006), (100, 0), (12, 0), (98765, 4321)])


@BEFORE
def test_media_from_before_the_account_became_professional_cost_themselves_and_say_why(
    serve, ask: Ask, code: int, subcode: int
) -> None:
    platform = instagram(150)
    platform.refusing = dict.fromkeys(range(1, 121), (code, subcode))
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert (done.refusal, done.withheld) == (None, {})
    last = done.extract.observations.sort("row").unique("post_id", keep="last")
    posts = platform.accounts[ACCOUNT].posts
    new, old = ([media_id(post) for post in posts[:30]], [media_id(post) for post in posts[30:]])
    assert (
        last.filter(pl.col("post_id").is_in(new)).select("views", "reach", "shares", "saves").null_count().row(0)
        == (0,) * 4
    )
    assert last.filter(pl.col("post_id").is_in(old))["views"].null_count() == 120
    assert last["likes"].null_count() == 0
    told = last.filter(pl.col("post_id") == old[-1])["unknown_because"].to_list()[0]
    plain = "published before the account became a professional one" if subcode == 2108006 else "Media posted before"
    reason = next(one["reason"] for one in told if one["metric"] == "views")
    assert reason.startswith(f"refused by Instagram: {plain}")
    assert reason.endswith(f"(code {code}{f'/{subcode}' if subcode else ''})")
    assert {post for one in done.refused_posts for post in one.posts} == set(old)


@BEFORE
def test_newer_media_keep_their_figures_on_the_next_nights_and_old_ones_are_not_asked_again(
    serve, ask: Ask, code: int, subcode: int
) -> None:
    platform = instagram(40)
    platform.refusing = dict.fromkeys(range(1, 41), (code, subcode))  # it became professional today
    server = serve(instagram=platform)
    first = ask(server, "instagram", ACCOUNT)
    assert first.withheld == {}
    posts = platform.accounts[ACCOUNT].posts
    posts.insert(0, replace(posts[0], number=41, kind="post", published_at=NOW + timedelta(hours=6)))
    window = Window(
        NOW + timedelta(days=1), NOW - timedelta(days=13), first.withheld, refused_posts=first.refused_posts
    )
    second = ask(server, "instagram", ACCOUNT, window=window)
    assert second.post(media_id(posts[0]))["views"] == 1040
    # The account, its days, its media, the new one alone, its stories. Old reels are not asked for their watch time.
    assert second.requests == 5
    assert second.refused_posts == first.refused_posts


def test_a_reel_that_refuses_its_watch_time_costs_itself(serve, ask: Ask) -> None:
    platform = instagram(50)
    platform.old = {10: "ig_reels_video_view_total_time"}
    done = ask(serve(instagram=platform), "instagram", ACCOUNT)
    assert (done.withheld, done.extract.observations["watch_ms"].count()) == ({}, 8)
    assert [len(one.posts) for one in done.refused_posts] == [2]
