from __future__ import annotations

import inspect
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response

from connectors.asking.pulling import Window
from connectors.contract import Answer, Raw
from connectors.x import api
from connectors.x import export as exports
from connectors.x.api import gone
from tests.connectors.conftest import NOW, TOKEN, Ask, raw_of
from tests.connectors.x.server import X, post_id, problem
from tests.platforms.world import Account

USER, HANDLE = "1234567890", "mekongradio"


def x(posts: int = 3) -> X:
    return X({USER: Account(USER, HANDLE, token=TOKEN).with_posts(posts, NOW)})


@pytest.mark.parametrize("is_new", [False, True])
def test_a_post_comes_with_its_figures_whatever_they_are_called(serve, ask: Ask, is_new: bool) -> None:
    platform = x()
    platform.is_new = is_new
    post = ask(serve(x=platform), "x", HANDLE).post(post_id(platform.accounts[USER].posts[1]))
    assert [post[n] for n in ("views", "impressions", "likes", "comments", "shares", "saves")] == [
        1002,
        1002,
        2,
        2,
        4,
        2,
    ]
    assert [post[n] for n in ("reach", "clicks", "watch_ms")] == [None] * 3
    assert (post["account_id"], post["published_at"]) == (USER, NOW - timedelta(hours=6))


def test_a_post_of_the_api_and_of_an_export_is_one_post(serve, ask: Ask) -> None:
    platform = x()
    number = post_id(platform.accounts[USER].posts[0])
    table = f'Post id,Date,Post text,Post Link,Impressions,Likes\n{number},"Thu, Oct 1, 2026",x,https://x.com/{HANDLE}/status/{number},5,1\n'
    exported = exports.read(raw_of(table.encode()), exports.Settings()).posts["post_id"].to_list()
    assert exported == [ask(serve(x=platform), "x", HANDLE).extract.posts["post_id"][0]]


@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize("letters", [280, 281])
def test_a_text_is_whole_however_long_it_is(serve, ask: Ask, letters: int, is_new: bool) -> None:
    platform = x(1)
    platform.is_new = is_new
    text = f"{'a' * (letters - len(' #forum & you'))} #forum &amp; you"
    (account,) = platform.accounts.values()
    account.posts[0] = replace(account.posts[0], text=text)
    assert ask(serve(x=platform), "x", HANDLE).extract.posts["text"].to_list() == [text.replace("&amp;", "&")]


@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize("parameter", ["tweet.fields", "post.fields"])
@pytest.mark.parametrize("without_note", [False, True])
def test_a_name_that_x_does_not_know_costs_no_post(
    serve, ask: Ask, is_new: bool, parameter: str, without_note: bool
) -> None:
    platform = x()
    platform.is_new, platform.without_note, platform.is_user = is_new, without_note, True
    known_posts = frozenset({"18400000000000000099"})
    done = ask(
        serve(x=platform), "x", HANDLE, window=Window(NOW, None, {}, known_posts), fields_parameter=parameter,
        is_user_context=True,
    )  # fmt: skip
    assert (done.refusal, done.extract.observations["views"].count()) == (None, 3)
    assert (done.extract.observations["clicks"].count(), done.withheld) == (3, {})
    assert done.extract.posts.filter("is_gone")["post_id"].to_list() == [*known_posts]


def test_what_is_asked_for_and_answered_is_called_as_in_xs_own_document(serve, ask: Ask) -> None:
    """The names of X's own library, which is made from its OpenAPI document."""
    from xdk import schemas
    from xdk.users.client import UsersClient

    platform = x(1)
    platform.is_new = platform.is_user = True
    (account,) = platform.accounts.values()
    account.posts[0] = replace(account.posts[0], text="a" * 281)
    server = serve(x=platform)
    ask(server, "x", HANDLE, fields_parameter="post.fields", is_user_context=True)
    code = inspect.signature(UsersClient.get_posts).parameters
    for question in server.questions:
        if question.path.endswith("/tweets"):
            assert {name.replace(".", "_") for name in question.params} <= set(code)
            assert set(question.params["post.fields"].split(",")) <= set(schemas.Post.model_fields)
            assert question.params["exclude"] in ("replies", "retweets")
    (item,) = platform.answered[0]["data"]
    assert set(item) <= set(schemas.Post.model_fields)
    assert set(item["public_metrics"]) <= set(schemas.PostPublicMetrics.model_fields)
    assert set(item["note_post"]) <= set(schemas.PostNotePost.model_fields)


def test_clicks_are_told_to_the_account_itself_and_cost_no_older_post(serve, ask: Ask) -> None:
    platform = x(200)
    platform.is_user = True
    done = ask(serve(x=platform), "x", HANDLE, is_user_context=True)
    assert (done.extract.posts.height, done.extract.observations["clicks"].count(), done.withheld) == (200, 120, {})
    platform.is_user = False
    other = ask(serve(x=platform), "x", HANDLE, is_user_context=True)
    assert (list(other.withheld), other.extract.observations["views"].count()) == (["clicks"], 200)


def test_clicks_that_are_refused_cost_themselves_only(serve, ask: Ask) -> None:
    platform = x()
    platform.refuses_private = True
    done = ask(serve(x=platform), "x", HANDLE, is_user_context=True)
    assert (done.refusal, list(done.withheld), done.extract.posts.height) == (None, ["clicks"], 3)


def test_a_protected_account_is_named_and_no_success(serve, ask: Ask) -> None:
    platform = x()
    platform.is_protected = True
    refusal = ask(serve(x=platform), "x", HANDLE).refusal
    assert refusal is not None
    assert (refusal.who, "not authorized to see the user" in str(refusal)) == ("person", True)


def test_only_what_was_asked_for_by_its_number_can_be_gone() -> None:
    problem = {"resource_id": "5", "resource_type": "tweet", "type": "https://api.x.com/2/problems/resource-not-found"}

    def gone_by(path: str, **more: str) -> set[str]:
        answer = Answer(f"GET https://api.x.com/{path}", NOW, json.dumps({"errors": [{**problem, **more}]}).encode())
        return gone(Raw("api/x", b"", NOW, NOW, connector="x", account=HANDLE, answers=(answer,)))

    assert gone_by("2/tweets?ids=5") == {"5"}
    assert gone_by("2/users/122/tweets?max_results=100") == set()
    assert gone_by("2/tweets?ids=5", resource_type="user") == set()
    assert gone_by("2/tweets?ids=5", type="https://api.x.com/2/problems/resource-unavailable") == set()


@pytest.mark.parametrize("odd", [None, True, 1.5, {}, [], "x"])
def test_an_account_and_a_post_that_is_gone_have_a_number_or_are_none(odd: object) -> None:
    user = {"id": odd, "username": "radio", "public_metrics": {"followers_count": 3}}
    error = {"type": "problems/resource-not-found", "resource_type": "tweet", "resource_id": odd}
    answers = (
        Answer("GET https://x.example/2/users/by?usernames=radio", NOW, json.dumps({"data": [user]}).encode()),
        Answer("GET https://x.example/2/tweets?ids=5", NOW, json.dumps({"errors": [error]}).encode()),
    )
    raw = Raw("api/x", b"", NOW, NOW, connector="x", account="radio", answers=answers)
    extract = api.read(raw, exports.Settings())
    assert (extract.accounts.height, extract.account_figures.height, gone(raw)) == (0, 0, set())


def test_the_account_is_known_by_its_number_and_handle(serve, ask: Ask) -> None:
    extract = ask(serve(x=x()), "x", f"@{HANDLE}").extract
    assert extract.accounts.select("account_id", "name", "username").rows() == [(USER, "Mekong Radio", HANDLE)]
    assert extract.account_figures.select("metric", "value").rows() == [("followers", 88)]


def test_a_thousand_posts_take_ten_lists_and_only_new_ones_are_asked_for(serve, ask: Ask) -> None:
    server = serve(x=x(1000))
    assert (ask(server, "x", HANDLE).extract.posts.height, server.requests("x")) == (1000, 11)
    night = ask(server, "x", HANDLE, window=Window(NOW, NOW - timedelta(days=14)))
    assert (night.extract.posts.height, night.requests) == (57, 2)


@pytest.mark.parametrize("kind", ["invalid-request", "field-unauthorized", "not-authorized-for-field"])
def test_a_field_that_x_refuses_on_a_later_page_costs_itself_and_no_post_is_paid_twice(
    serve, ask: Ask, kind: str
) -> None:
    server = serve(x=x(250))
    server.faults = [
        lambda q: (
            problem(403, kind, "No.")
            if q.params.get("pagination_token") and "note_tweet" in q.params.get("tweet.fields", "")
            else None
        )
    ]
    done = ask(server, "x", HANDLE)
    assert (done.refusal, done.withheld, done.extract.posts.height, done.units) == (None, {}, 250, 2 + 250)


def test_counts_that_x_refuses_leave_the_posts_and_are_not_asked_for_until_in_a_week(serve, ask: Ask) -> None:
    server = serve(x=x(3))
    server.faults = [
        lambda q: (
            problem(403, "field-unauthorized", "No public_metrics.")
            if "public_metrics" in q.params.get("tweet.fields", "")
            else None
        )
    ]
    done = ask(server, "x", HANDLE)
    assert set(done.withheld) == {"views", "impressions", "likes", "comments", "shares", "saves"}
    assert all("public_metrics" in why.why and why.is_for_a_person for why in done.withheld.values())
    assert done.extract.posts.select("text", "published_at").null_count().row(0) == (0, 0)
    assert done.extract.observations["views"].to_list() == [None] * 3
    night = ask(server, "x", HANDLE, window=Window(NOW + timedelta(days=1), None, done.withheld))
    assert (night.requests, night.withheld) == (2, done.withheld)
    server.faults = []
    week = ask(server, "x", HANDLE, window=Window(NOW + timedelta(days=7), None, done.withheld))
    assert (week.withheld, week.extract.observations["views"].null_count()) == ({}, 0)


def test_each_answer_says_what_it_cost(serve, ask: Ask) -> None:
    done = ask(serve(x=x(130)), "x", HANDLE)
    assert [answer.units for answer in done.answers] == [2, 100, 30]


def test_a_post_that_is_read_costs_and_a_question_that_failed_does_not(serve, ask: Ask) -> None:
    server = serve(x=x(130))
    server.faults = [lambda question: Response(status_code=503) if question.number in (0, 2) else None]
    done = ask(server, "x", HANDLE)
    assert (done.requests, done.units, exports.Settings().price(done.units)) == (5, 2 + 130, "about 0.66 USD")
    again = ask(server, "x", HANDLE, answered=tuple(done.answers))
    assert (again.requests, again.units) == (0, 0)


@pytest.mark.parametrize(("spend", "posts"), [(0, 0), (0.505, 0), (0.51, 100), (1.005, 100), (1.01, 130), (None, 130)])
def test_a_night_stops_before_more_is_spent_than_the_settings_allow(
    serve, ask: Ask, spend: float | None, posts: int
) -> None:
    """The account costs as much as two posts, and a list may bring a hundred."""
    done = ask(serve(x=x(130)), "x", HANDLE, spend_a_month=spend)
    assert done.extract.posts.height == posts
    if posts < 130:
        assert done.refusal is not None
        sentence = f"100% of the month's {spend:.2f} USD (spend_a_month) of X are used; the rest is for next month."
        assert (done.refusal.who, str(done.refusal)) == ("window", sentence)


def test_posts_that_are_missing_are_asked_for_and_those_gone_are_named(serve, ask: Ask) -> None:
    platform = x()
    first, second, _ = (post_id(post) for post in platform.accounts[USER].posts)
    platform.gone = {second}
    done = ask(serve(x=platform), "x", HANDLE, window=Window(NOW, None, {}, frozenset({first, second})))
    assert done.requests == 3
    assert done.extract.notes == ("1 post is gone from X: all that was kept is removed",)


@pytest.mark.parametrize(
    ("problem", "who", "says"),
    [((401, "about:blank"), "person", "refuses the token"), ((402, "CreditsDepleted"), "person", "paid"),
     ((429, "usage-capped"), "window", "a month"), ((429, "rate-limit-exceeded"), "window", "asked too much"),
     ((403, "client-forbidden"), "person", "refuses the token"), ((503, "internal-error"), "again", "No.")],
)  # fmt: skip
def test_who_has_to_act_is_said(serve, ask: Ask, problem: tuple[int, str], who: str, says: str) -> None:
    platform = x()
    platform.problem = problem
    platform.headers = {"x-rate-limit-reset": f"{(datetime.now(UTC) + timedelta(minutes=14)).timestamp():.0f}"}
    refusal = ask(serve(x=platform), "x", HANDLE).refusal
    assert refusal is not None
    assert (refusal.who, says in str(refusal), f"x:{HANDLE}" in str(refusal)) == (who, True, True)


def test_a_limit_that_is_used_up_ends_the_night_for_it(serve, ask: Ask) -> None:
    platform = x()
    reset = f"{(datetime.now(UTC) + timedelta(minutes=14)).timestamp():.0f}"
    platform.headers = {"x-rate-limit-limit": "900", "x-rate-limit-remaining": "10", "x-rate-limit-reset": reset}
    refusal = ask(serve(x=platform), "x", HANDLE).refusal
    assert refusal is not None
    assert refusal.who == "window"


def test_an_account_that_is_none_needs_a_person(serve, ask: Ask) -> None:
    refusal = ask(serve(x=x()), "x", "nobody").refusal
    assert refusal is not None
    assert (refusal.who, "knows no account nobody" in str(refusal)) == ("person", True)
