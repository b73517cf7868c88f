from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from connectors.asking.pulling import Window, Withheld
from connectors.contract import Answer, Raw
from connectors.facebook import api
from tests.connectors.conftest import NOW, TOKEN, Ask
from tests.connectors.facebook.server import Facebook
from tests.platforms.world import Account, Post

PAGE = "100064500000001"


def page(posts: int = 3) -> Account:
    return Account(PAGE, "Mekong Radio", token=TOKEN).with_posts(posts, NOW)


def facebook(posts: int = 3) -> Facebook:
    return Facebook({PAGE: page(posts)})


def own_id(number: int) -> str:
    return f"{PAGE}_1221580{number:011}"


def test_a_post_comes_with_all_of_its_figures(serve, ask: Ask) -> None:
    post = ask(serve(facebook=facebook()), "facebook", PAGE).post(own_id(3))
    assert {name: post[name] for name in ("views", "views_paid", "reach", "likes", "comments", "shares", "clicks")} == {
        "views": 1003, "views_paid": 10, "reach": 803, "likes": 3, "comments": 3, "shares": 0, "clicks": 3}  # fmt: skip
    assert (post["account_id"], post["kind"], post["text"]) == (PAGE, "post", "Post 3 #forum")
    assert (post["published_at"], post["identified_by"], post["is_damaged"]) == (NOW, "id", False)
    assert (post["impressions"], post["saves"], post["watch_ms"]) == (None, None, None)


def test_what_is_asked_for_and_left_out_of_shares_is_zero_and_of_insights_unknown(serve, ask: Ask) -> None:
    platform = facebook()
    platform.silent = {"post_clicks"}
    done = ask(serve(facebook=platform), "facebook", PAGE)
    assert done.extract.observations["shares"].to_list() == [0, 2, 1]
    assert done.extract.observations["clicks"].null_count() == 3


def test_the_page_is_known_by_its_id_name_and_username(serve, ask: Ask) -> None:
    accounts = ask(serve(facebook=facebook()), "facebook", PAGE).extract.accounts
    assert accounts.select("account_id", "name", "username").rows() == [(PAGE, "Mekong Radio", "page001")]


def test_a_video_is_known_by_the_number_in_its_link_and_a_live_one_as_live(serve, ask: Ask) -> None:
    platform = facebook(10)
    platform.live = {PAGE: [Post(5, NOW)]}
    done = ask(serve(facebook=platform), "facebook", PAGE)
    assert (done.post(own_id(10))["kind"], done.post(own_id(10))["video_id"]) == ("video", "77000100000010")
    assert (done.post(own_id(5))["kind"], done.post(own_id(10))["watch_ms"]) == ("live", 10_000)


def test_a_reel_that_the_list_of_posts_lacks_is_a_post_with_its_views(serve, ask: Ask) -> None:
    platform = facebook(1)
    platform.reels = {
        PAGE: [Post(number, NOW, f"Reel {number}", counts={"views": 70 + number}) for number in range(250, 1, -1)]
    }
    done = ask(serve(facebook=platform), "facebook", PAGE)
    assert done.extract.posts.height == 250
    reel = done.post(own_id(250))
    assert (reel["kind"], reel["alias"], reel["views"], reel["likes"]) == ("short", "77000100000250", 320, None)


def test_a_pages_days_are_pacific_days(serve, ask: Ask) -> None:
    done = ask(serve(facebook=facebook()), "facebook", PAGE, window=Window(NOW, NOW - timedelta(days=14)))
    visits = done.extract.account_figures.filter(metric="page_views").sort("period_start")
    assert (visits["period_start"].min(), visits["period_start"].max()) == (date(2026, 9, 4), date(2026, 10, 1))
    assert visits["value"].to_list() == list(range(100, 128))
    assert set(done.extract.account_figures["metric"]) == {"page_views", "views", "viewers", "followers"}


def test_all_pages_of_a_list_are_asked_for_and_no_more_than_are_new_enough(serve, ask: Ask) -> None:
    server = serve(facebook=facebook(1000))
    done = ask(server, "facebook", PAGE, window=Window(NOW, NOW - timedelta(days=365)))
    assert (done.extract.posts["post_id"].n_unique(), done.requests) == (1000, 12 + 10)
    again = ask(server, "facebook", PAGE, window=Window(NOW, NOW - timedelta(days=14)))
    assert (again.extract.posts.height, again.requests) == (200, 4 + 2)  # four posts a day: the second page is older


def test_the_next_page_is_asked_for_by_its_cursor_and_never_by_paging_next(serve, ask: Ask) -> None:
    server = serve(facebook=facebook(150))
    done = ask(server, "facebook", PAGE)
    assert all("access_token" not in question.params for question in server.questions)
    assert done.extract.posts.height == 150
    assert not any(TOKEN.encode() in answer.content or TOKEN in answer.endpoint for answer in done.answers)


@pytest.mark.parametrize("metric", ["post_media_view", "post_clicks", "post_total_media_view_unique"])
def test_a_retired_metric_costs_itself_only(serve, ask: Ask, metric: str) -> None:
    platform = facebook()
    platform.retired = {metric}
    ours = {"post_media_view": {"views", "views_paid"}, "post_clicks": {"clicks"}}.get(metric, {"reach"})
    done = ask(serve(facebook=platform), "facebook", PAGE)
    assert set(done.withheld) == ours
    assert all("valid insights metric" in withheld.why for withheld in done.withheld.values())
    lost = {column for column in ("views", "views_paid", "reach", "clicks", "likes")
            if done.extract.observations.sort("observed_at").tail(3)[column].null_count()}  # fmt: skip
    assert lost == ours


def test_what_was_refused_is_not_asked_for_again_for_a_week_and_then_it_is(serve, ask: Ask) -> None:
    platform = facebook()
    platform.retired = {"post_clicks"}
    server = serve(facebook=platform)
    first = ask(server, "facebook", PAGE)
    since = NOW - timedelta(days=1)
    next_night = ask(server, "facebook", PAGE, window=Window(NOW + timedelta(days=1), since, first.withheld))
    assert next_night.requests == 3 + 1
    assert next_night.withheld == first.withheld
    platform.retired = set()
    next_week = ask(server, "facebook", PAGE, window=Window(NOW + timedelta(days=7), since, first.withheld))
    assert (next_week.withheld, next_week.extract.observations["clicks"].null_count()) == ({}, 0)


def test_what_stays_refused_keeps_the_day_since_when(serve, ask: Ask) -> None:
    platform = facebook()
    platform.retired = {"post_clicks"}
    old = {"clicks": Withheld("as it was", datetime(2026, 9, 1), datetime(2026, 9, 20))}
    done = ask(serve(facebook=platform), "facebook", PAGE, window=Window(NOW, None, old))
    assert (done.withheld["clicks"].since, done.withheld["clicks"].tried_at) == (datetime(2026, 9, 1), NOW)


def test_a_token_without_a_permission_loses_what_the_permission_covers_and_says_which(serve, ask: Ask) -> None:
    platform = facebook()
    platform.without_reactions = {PAGE}
    done = ask(serve(facebook=platform), "facebook", PAGE)
    assert set(done.withheld) == {"likes", "comments"}
    assert done.extract.observations.sort("observed_at").tail(3)["views"].to_list() == [1003, 1002, 1001]


CODES = pytest.mark.parametrize("code", [100, 12, 2500, 3, 98765])


@CODES
@pytest.mark.parametrize(
    ("field", "lost"),
    [("post_media_view", {"views", "views_paid"}), ("post_clicks", {"clicks"}), ("reactions", {"likes"}),
     ("shares", {"shares"}), ("is_from_ads", {"views_paid"}), ("video_reels", {"reels"}), ("live_videos", {"live"}),
     ("page_follows", {"page followers"})],
)  # fmt: skip
def test_whatever_code_refuses_a_part_costs_that_part_only(
    serve, ask: Ask, code: int, field: str, lost: set[str]
) -> None:
    platform = facebook()
    platform.codes = {field: code}
    done = ask(serve(facebook=platform), "facebook", PAGE, window=Window(NOW, NOW - timedelta(days=14)))
    assert (done.refusal, set(done.withheld)) == (None, lost)
    assert all(f"(code {code})" in why.why and not why.is_for_a_person for why in done.withheld.values())
    given = {"views", "views_paid", "reach", "clicks", "likes", "comments", "shares"} - lost
    last = done.extract.observations.sort("row").tail(3)
    assert {name for name in given if last[name].null_count()} == set()


@pytest.mark.parametrize("code", [10, 200, 299])
def test_a_missing_permission_is_named(serve, ask: Ask, code: int) -> None:
    platform = facebook()
    platform.codes = {"reactions": code, "comments": code}
    withheld = ask(serve(facebook=platform), "facebook", PAGE).withheld
    assert {name: "pages_read_user_content" in why.why for name, why in withheld.items()} == {
        "likes": True, "comments": True}  # fmt: skip


@CODES
def test_a_post_that_refuses_its_insights_costs_itself_says_why_and_is_not_asked_every_night(
    serve, ask: Ask, code: int
) -> None:
    platform = facebook(120)
    platform.refusing = {118: (code, 77), 3: (code, 77)}
    server = serve(facebook=platform)
    done = ask(server, "facebook", PAGE)
    last = {row["post_id"]: row for row in done.extract.observations.sort("row").iter_rows(named=True)}
    assert (done.refusal, done.withheld) == (None, {})
    assert {post for post, row in last.items() if row["views"] is None} == {own_id(118), own_id(3)}
    why = f"refused by Facebook: This post gives no insights (code {code}/77)"
    assert {"metric": "views", "reason": why} in last[own_id(118)]["unknown_because"]
    assert last[own_id(118)]["likes"] == 18
    assert [(one.posts, one.metrics) for one in done.refused_posts] == [
        ((own_id(118), own_id(3)), ("clicks", "reach", "views", "views_paid", "watch_seconds"))]  # fmt: skip
    platform.pages[PAGE].posts.insert(0, Post(121, NOW, counts={**platform.pages[PAGE].posts[0].counts, "views": 5}))
    tomorrow = NOW + timedelta(days=1)
    window = Window(tomorrow, tomorrow - timedelta(days=14), done.withheld, refused_posts=done.refused_posts)
    next_night = ask(server, "facebook", PAGE, window=window)
    assert next_night.requests == 1 + 2 * (2 + 2) + 1  # the page; each list, and new posts alone by fifty; its days
    assert next_night.post(own_id(121))["views"] == 5


def test_a_list_that_is_too_much_at_once_is_asked_for_in_shorter_pages(serve, ask: Ask) -> None:
    platform = facebook(120)
    platform.too_much = 40
    done = ask(serve(facebook=platform), "facebook", PAGE)
    assert (done.refusal, done.withheld) == (None, {})
    assert done.extract.observations.sort("row").unique("post_id", keep="last")["views"].null_count() == 0


def test_an_account_metric_that_is_refused_costs_the_posts_nothing(serve, ask: Ask) -> None:
    platform = facebook()
    platform.retired = {"page_views_total"}
    done = ask(serve(facebook=platform), "facebook", PAGE, window=Window(NOW, NOW - timedelta(days=1)))
    assert set(done.withheld) == {"page page_views"}
    assert done.extract.observations["views"].null_count() == 0


@pytest.mark.parametrize(
    ("subcode", "why"), [(460, "password was changed"), (463, "expired"), (458, "app was taken out")]
)
def test_a_dead_token_names_its_page_and_why(serve, ask: Ask, subcode: int, why: str) -> None:
    platform = facebook()
    platform.dead = {PAGE: subcode}
    refusal = ask(serve(facebook=platform), "facebook", PAGE).refusal
    assert refusal is not None
    assert (refusal.who, f"facebook:{PAGE}" in str(refusal), why in str(refusal)) == ("person", True, True)


def test_without_a_token_it_is_said_where_one_goes(serve, ask: Ask) -> None:
    refusal = ask(serve(facebook=facebook()), "facebook", PAGE, token=None).refusal
    assert refusal is not None
    assert "REACH_FACEBOOK__TOKEN" in str(refusal)


def test_each_page_may_have_a_token_of_its_own(serve, ask: Ask) -> None:
    done = ask(serve(facebook=facebook()), "facebook", PAGE, token="of-all-the-others", tokens={PAGE: TOKEN})
    assert done.refusal is None


def test_without_paid_views_1000_posts_cost_no_second_list(serve, ask: Ask) -> None:
    withheld = {"views_paid": Withheld("refused", NOW, NOW)}
    done = ask(
        serve(facebook=facebook(1000)), "facebook", PAGE, window=Window(NOW, NOW - timedelta(days=365), withheld)
    )
    assert (done.requests, done.extract.observations["views_paid"].null_count()) == (12, 1000)


def test_paid_views_that_an_older_answer_tells_under_an_alias_are_read(ask: Ask) -> None:
    parts = [{"value": 7, "is_from_ads": "1"}, {"value": 3, "is_from_ads": "0"}]
    paid = {"data": [{"name": "post_media_view", "values": [part]} for part in parts]}
    body = {"data": [{"id": own_id(1), "created_time": "2026-10-01T00:00:00+0000", "paid": paid}]}
    fields = "id,created_time,permalink_url,insights.metric(post_media_view).breakdown(is_from_ads).as(paid)"
    address = f"GET https://graph.facebook.com/v26.0/{PAGE}/published_posts?fields={fields}"
    answer = Answer(address, NOW, json.dumps(body).encode())
    raw = Raw("api/a", b"", NOW, NOW, connector="facebook", account=PAGE, answers=(answer,))
    assert api.read(raw, api.Settings()).observations["views_paid"].to_list() == [7]


def test_near_the_limit_it_slows_down_and_at_it_stops_for_this_time(serve, ask: Ask) -> None:
    platform = facebook(300)
    server = serve(facebook=platform)
    platform.usage = 80
    assert ask(server, "facebook", PAGE).slept
    platform.usage = 95
    refusal = ask(server, "facebook", PAGE).refusal
    assert refusal is not None
    assert (refusal.who, "95%" in str(refusal)) == ("window", True)


@pytest.mark.parametrize("version", ["v25.0", "v27.0"])
def test_answers_of_another_version_are_read(serve, ask: Ask, version: str) -> None:
    done = ask(serve(facebook=facebook()), "facebook", PAGE)
    raw = Raw("api/x", b"", NOW, NOW, connector="facebook", account=PAGE, answers=tuple(done.answers))
    assert api.read(raw, api.Settings(version=version)).posts.equals(done.extract.posts)
