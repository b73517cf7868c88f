from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.responses import JSONResponse, Response

from connectors.asking.pulling import Window
from connectors.reading import links
from tests.connectors.conftest import NOW, TOKEN, Ask
from tests.connectors.linkedin.server import LinkedIn, urn
from tests.platforms.world import Account, now

PAGE = "5005005"


def linkedin(posts: int = 5) -> LinkedIn:
    return LinkedIn(Account(PAGE, "Mekong", token=TOKEN).with_posts(posts, NOW))


def test_a_post_comes_with_its_figures(serve, ask: Ask) -> None:
    platform = linkedin()
    post = ask(serve(linkedin=platform), "linkedin", PAGE).post(urn(platform.account.posts[1]))
    assert [post[n] for n in ("impressions", "reach", "likes", "comments", "shares", "clicks")] == [
        1004,
        804,
        4,
        4,
        1,
        4,
    ]
    assert [post[n] for n in ("views", "saves", "watch_ms")] == [None] * 3
    assert (post["account_id"], post["kind"], post["published_at"]) == (PAGE, "post", NOW - timedelta(hours=6))


def test_a_video_is_a_ugc_post_and_a_link_names_either(serve, ask: Ask) -> None:
    platform = linkedin()
    done = ask(serve(linkedin=platform), "linkedin", PAGE)
    for post in (done.post(urn(platform.account.posts[0])), done.post(urn(platform.account.posts[1]))):
        named = links.named(post["url"])
        assert named is not None
        assert (named.post_id, named.alias) == (post["post_id"], post["alias"])
    assert (done.post(urn(platform.account.posts[0]))["kind"], "ugcPost" in urn(platform.account.posts[0])) == (
        "video",
        True,
    )


def test_a_post_that_is_left_out_had_no_activity(serve, ask: Ask) -> None:
    platform = linkedin()
    platform.account.with_posts(
        5, now()
    )  # what is left out of an answer of today is told from what is too old by its age
    platform.idle = {4}
    done = ask(serve(linkedin=platform), "linkedin", PAGE, window=Window(now()))
    post = done.post(urn(platform.account.posts[1]))
    assert [post[n] for n in ("impressions", "reach", "likes", "comments", "shares", "clicks", "views")] == [0] * 6 + [
        None
    ]


def test_an_old_post_that_is_left_out_is_unknown(serve, ask: Ask) -> None:
    platform = linkedin(1)
    platform.account.with_posts(1, NOW - timedelta(days=900))
    platform.idle = {1}
    post = ask(serve(linkedin=platform), "linkedin", PAGE).extract.observations.row(0, named=True)
    assert [post[n] for n in ("impressions", "reach", "likes")] == [None] * 3


def test_an_answer_without_elements_is_no_zero(serve, ask: Ask) -> None:
    platform = linkedin()
    platform.is_mute = True
    assert ask(serve(linkedin=platform), "linkedin", PAGE).extract.observations["likes"].null_count() == 5


def test_what_is_refused_costs_itself_only(serve, ask: Ask) -> None:
    platform = linkedin()
    platform.bad, platform.without_followers = {urn(platform.account.posts[1])}, True
    done = ask(serve(linkedin=platform), "linkedin", PAGE)
    assert (done.refusal, list(done.withheld)) == (None, ["account followers"])
    assert done.extract.observations["likes"].count() == 4


def test_a_missing_permission_is_found_out_in_a_few_questions_however_many_posts_there_are(serve, ask: Ask) -> None:
    platform = linkedin(1000)
    platform.without_statistics = True
    assert ask(serve(linkedin=platform), "linkedin", PAGE).requests <= 12 + 2 * 3


def test_smaller_pages_are_walked_and_one_that_repeats_ends_the_walk(serve, ask: Ask) -> None:
    platform = linkedin(250)
    platform.most = 50
    assert ask(serve(linkedin=platform), "linkedin", PAGE).extract.posts.height == 250
    platform.is_stuck = True
    refusal = ask(serve(linkedin=platform), "linkedin", PAGE).refusal
    assert refusal is not None
    assert (refusal.who, "again and again" in str(refusal)) == ("bug", True)


def test_a_thousand_posts_take_ten_lists_and_fifty_of_figures(serve, ask: Ask) -> None:
    server = serve(linkedin=linkedin(1000))
    done = ask(server, "linkedin", PAGE)
    assert (done.extract.posts.height, done.requests) == (1000, 1 + 11 + 40 + 10)
    night = ask(server, "linkedin", PAGE, window=Window(NOW, NOW - timedelta(days=14)))
    assert (night.extract.posts.height, night.requests) == (57, 1 + 2 + 3 + 1)


def test_followers_are_those_of_the_day(serve, ask: Ask) -> None:
    figures = ask(serve(linkedin=linkedin()), "linkedin", PAGE).extract.account_figures
    assert figures.select("account_id", "metric", "value").rows() == [(PAGE, "followers", 999)]


@pytest.mark.parametrize(
    ("problem", "who", "says"),
    [((401, {"status": 401, "serviceErrorCode": 65601, "message": "Revoked"}), "person", "65601"),
     ((403, {"status": 403, "serviceErrorCode": 100, "message": "Not enough permissions"}), "person", "rw_organization_admin"),
     ((429, {"status": 429, "message": "Resource level throttle"}), "window", "after midnight UTC"),
     ((500, {"status": 500, "message": "Internal"}), "again", "Internal")],
)  # fmt: skip
def test_who_has_to_act_is_said(serve, ask: Ask, problem: tuple[int, dict[str, object]], who: str, says: str) -> None:
    platform = linkedin()
    platform.problem = problem
    refusal = ask(serve(linkedin=platform), "linkedin", PAGE).refusal
    assert refusal is not None
    assert (refusal.who, says in str(refusal), f"linkedin:{PAGE}" in str(refusal)) == (who, True, True)


def test_a_version_that_is_given_up_names_the_setting(serve, ask: Ask) -> None:
    platform = linkedin()
    platform.sunset = "202609"
    server = serve(linkedin=platform)
    refusal = ask(server, "linkedin", PAGE).refusal
    assert refusal is not None
    assert (refusal.who, "202609" in str(refusal), "[linkedin]" in str(refusal)) == ("person", True, True)
    assert ask(server, "linkedin", PAGE, version="202610").refusal is None


def test_no_answer_holds_the_token(serve, ask: Ask) -> None:
    done = ask(serve(linkedin=linkedin()), "linkedin", PAGE)
    assert not [answer for answer in done.answers if TOKEN.encode() in answer.content or TOKEN in answer.endpoint]


def test_a_text_is_read_as_readers_see_it(serve, ask: Ask) -> None:
    platform = linkedin(1)
    platform.account.posts[0] = replace(platform.account.posts[0], text=r"{hashtag|\#|RightToKnow} \(live\)")
    assert ask(serve(linkedin=platform), "linkedin", PAGE).extract.posts["text"].to_list() == ["#RightToKnow (live)"]


@pytest.mark.parametrize("status", [401, 426, 429, 500])
def test_figures_that_cannot_be_given_now_cost_no_post_and_the_pull_goes_on_later(serve, ask: Ask, status: int) -> None:
    server = serve(linkedin=linkedin(45))
    server.faults = [lambda q: JSONResponse({"status": status}, status) if q.path.endswith("ShareStatistics") else None]
    done = ask(server, "linkedin", PAGE, window=Window(NOW, NOW - timedelta(days=400)))
    assert done.refusal is not None
    assert (done.extract.posts.height, done.extract.observations["likes"].count()) == (45, 0)


def test_one_question_for_figures_that_linkedin_does_not_manage_to_answer_costs_its_own_posts(serve, ask: Ask) -> None:
    platform = linkedin(60)
    server, poison = serve(linkedin=platform), urn(platform.account.posts[1])
    server.faults = [lambda q: Response("", 500) if poison in q.params.get("shares", "") else None]
    done = ask(server, "linkedin", PAGE)
    assert done.refusal is not None
    assert (done.refusal.who, done.extract.posts.height, done.extract.observations["likes"].count()) == (
        "again",
        60,
        40,
    )


def test_without_the_permission_for_figures_the_posts_come_and_their_figures_are_withheld(serve, ask: Ask) -> None:
    platform = linkedin(5)
    platform.without_statistics = True
    server = serve(linkedin=platform)
    done = ask(server, "linkedin", PAGE)
    counts = ["impressions", "reach", "likes", "comments", "shares", "clicks"]
    assert (done.refusal, sorted(done.withheld), done.requests) == (None, sorted(counts), 2 + 3 + 1)
    assert all(one.is_for_a_person and "rw_organization_admin" in one.why for one in done.withheld.values())
    assert done.extract.posts.select("text", "published_at").null_count().row(0) == (0, 0)
    assert done.extract.observations.select(counts).null_count().row(0) == (5,) * 6
    since = NOW - timedelta(days=1)
    night = ask(server, "linkedin", PAGE, window=Window(NOW + timedelta(days=1), since, done.withheld))
    assert (night.extract.posts.height, night.requests, night.withheld) == (5, 2, done.withheld)
    platform.without_statistics = False
    week = ask(server, "linkedin", PAGE, window=Window(NOW + timedelta(days=7), since, done.withheld))
    assert (week.withheld, week.extract.observations["likes"].null_count()) == ({}, 0)


def test_posts_older_than_what_was_asked_for_get_no_reading_where_figures_are_refused(serve, ask: Ask) -> None:
    platform = linkedin(8)
    platform.without_statistics = True
    edge = platform.account.posts[3].published_at
    done = ask(serve(linkedin=platform), "linkedin", PAGE, window=Window(NOW, edge))
    assert done.extract.observations.height == 4


def test_a_list_that_breaks_off_keeps_the_figures_of_the_posts_that_came(serve, ask: Ask) -> None:
    platform = linkedin(150)
    platform.most, platform.is_stuck = 50, True
    done = ask(serve(linkedin=platform), "linkedin", PAGE)
    assert done.refusal is not None
    assert (done.extract.posts["post_id"].n_unique(), done.extract.observations["likes"].null_count()) == (50, 0)
