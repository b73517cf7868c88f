"""No request of Reach uses what Meta forbids new apps; the check itself sees each of the forbidden features."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connectors.conftest import NOW, TOKEN, Ask
from tests.connectors.facebook.server import Facebook
from tests.connectors.instagram.server import Instagram
from tests.connectors.meta import forbidden
from tests.connectors.threads.server import Threads
from tests.platforms.server import Question
from tests.platforms.world import Account, Post

PAGE = "100064500000001"


def question(path: str = "/v26.0/1", body: Any = None, **params: str) -> Question:
    return Question("facebook", "GET" if body is None else "POST", path, params, {}, body)


@pytest.mark.parametrize(
    ("one", "feature"),
    [
        (question(fields="id,insights.metric(a).as(paid)"), "a field alias"),
        (question(fields="id,insights.metric(a).as (paid)"), "a field alias"),
        (question("/v26.0/", ids="1,2"), "several ids"),
        (question(date_format="U"), "a format of dates"),
        (question(fields="created_time.date_format(U)"), "a format of dates"),
        (question(method="delete"), "method override"),
        (question(callback="f"), "JSONP"),
        (question("/v26.0/act_1/async_batch_requests"), "an asynchronous batch"),
        (question(body={"batch": [{"method": "GET", "relative_url": "v26.0/?ids=1,2"}]}), "several ids"),
        (question(body={"batch": [{"method": "GET", "relative_url": "v26.0/1?fields=a.as(b)"}]}), "a field alias"),
        (question(body={"batch": [], "is_async": True}), "an asynchronous batch"),
    ],
)
def test_each_forbidden_feature_is_seen(one: Question, feature: str) -> None:
    assert forbidden.features(one) == [feature]


def test_a_plain_question_and_a_plain_batch_use_none() -> None:
    batch = {"batch": [{"method": "GET", "relative_url": "v26.0/1/insights?metric=views"}], "include_headers": False}
    assert forbidden.features(question(fields="id,insights.metric(views).breakdown(is_from_ads)")) == []
    assert forbidden.features(question(body=batch)) == []


@pytest.mark.parametrize("code", [100, 12, 2500, 3, 98765])
def test_a_new_app_gets_every_figure_whatever_the_code_of_the_refusal(serve, ask: Ask, code: int) -> None:
    world = Account(PAGE, "Mekong Radio", token=TOKEN).with_posts(150, NOW)
    stories = {PAGE: [Post(7, NOW, "", "story", world.posts[0].counts)]}
    reels = {PAGE: [Post(number, NOW, counts={"views": number}) for number in range(200, 90, -1)]}
    platforms = {
        "facebook": Facebook({PAGE: world}, reels=reels),
        "instagram": Instagram({PAGE: world}, stories=stories),
        "threads": Threads(world),
    }
    for platform in platforms.values():
        platform.forbidden_code = code
    server = serve(**platforms)
    for name in platforms:
        done = ask(server, name, PAGE)
        assert (done.refusal, done.withheld) == (None, {})
    assert {one.platform for one in server.questions} == set(forbidden.PLATFORMS)
    assert {feature for one in server.questions for feature in forbidden.features(one)} == set()
