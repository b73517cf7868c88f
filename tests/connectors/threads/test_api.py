from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.asking.pulling import Window, Withheld
from connectors.reading import links
from tests.connectors.conftest import NOW, TOKEN, Ask
from tests.connectors.threads.server import Threads, thread_id
from tests.platforms.world import Account

ACCOUNT = "25000000000000001"


def threads(posts: int = 3) -> Threads:
    return Threads(Account(ACCOUNT, "Mekong Radio", token=TOKEN).with_posts(posts, NOW))


def test_a_post_comes_with_its_figures(serve, ask: Ask) -> None:
    platform = threads()
    post = ask(serve(threads=platform), "threads", ACCOUNT).post(thread_id(platform.account.posts[1]))
    assert [post[name] for name in ("views", "likes", "comments", "shares")] == [1002, 2, 2, 6]
    assert [post[name] for name in ("reach", "clicks", "saves")] == [None] * 3
    assert (post["kind"], post["text"], post["published_at"]) == ("post", "Post 2 #forum", NOW - timedelta(hours=6))


def test_a_link_names_the_post(serve, ask: Ask) -> None:
    post = ask(serve(threads=threads()), "threads", ACCOUNT).extract.posts.row(0, named=True)
    named = links.named(post["url"])
    assert named is not None
    assert (named.platform, named.alias) == ("threads", post["alias"])


def test_each_post_costs_a_question_and_only_new_ones_are_asked_for(serve, ask: Ask) -> None:
    server = serve(threads=threads(300))
    assert ask(server, "threads", ACCOUNT).requests == 1 + 3 + 300
    night = ask(server, "threads", ACCOUNT, window=Window(NOW, NOW - timedelta(days=5)))
    assert (night.requests, night.extract.posts.height) == (1 + 2 + 21, 21)


def test_reposts_of_others_are_no_posts(serve, ask: Ask) -> None:
    platform = threads()
    platform.reposts = {2}
    assert ask(serve(threads=platform), "threads", ACCOUNT).extract.posts.height == 2


def test_a_post_that_is_gone_in_between_costs_itself_only(serve, ask: Ask) -> None:
    platform = threads()
    platform.gone = {3}
    old = {"views": Withheld("as it was", NOW - timedelta(days=3), NOW - timedelta(days=1))}
    done = ask(serve(threads=platform), "threads", ACCOUNT, window=Window(NOW, None, old))
    assert (done.refusal, done.withheld, done.extract.posts.height) == (None, old, 2)


@pytest.mark.parametrize(("metric", "lost"), [("views", "views"), ("quotes", "shares")])
def test_a_retired_metric_costs_itself_only_and_what_it_is_a_part_of(serve, ask: Ask, metric: str, lost: str) -> None:
    platform = threads()
    platform.retired = {metric}
    done = ask(serve(threads=platform), "threads", ACCOUNT)
    assert set(done.withheld) == {metric, lost}
    assert [done.extract.observations[name].null_count() for name in (lost, "likes")] == [3, 0]


def test_a_dead_token_names_the_account(serve, ask: Ask) -> None:
    refusal = ask(serve(threads=threads()), "threads", ACCOUNT, token="another-token").refusal
    assert refusal is not None
    assert (refusal.who, f"threads:{ACCOUNT}" in str(refusal)) == ("person", True)


@pytest.mark.parametrize("code", [10, 200, 3, 12, 98765])
def test_figures_that_are_refused_leave_the_posts(serve, ask: Ask, code: int) -> None:
    platform = threads(40)
    platform.insights_code = code
    platform.reposts = {5}
    server = serve(threads=platform)
    done = ask(server, "threads", ACCOUNT)
    assert (done.refusal, set(done.withheld)) == (
        None,
        {"views", "likes", "comments", "replies", "reposts", "quotes", "shares"},
    )
    posts = done.extract.posts.unique("post_id")
    assert (posts.height, posts.select("text", "url", "published_at").null_count().row(0)) == (39, (0, 0, 0))
    assert done.extract.observations.select("views", "likes").null_count().row(0) == (39, 39)
    is_permission = code in (10, 200)
    assert {why.is_for_a_person for why in done.withheld.values()} == {is_permission}
    assert {"threads_manage_insights" in why.why for why in done.withheld.values()} == {is_permission}
    night = ask(server, "threads", ACCOUNT, window=Window(NOW + timedelta(days=1), None, done.withheld))
    assert (night.requests, night.extract.posts.height) == (2, 39)


@pytest.mark.parametrize("code", [100, 12, 2500, 3, 98765])
def test_whatever_code_refuses_a_metric_costs_that_metric_only(serve, ask: Ask, code: int) -> None:
    platform = threads()
    platform.codes = {"likes": code}
    done = ask(serve(threads=platform), "threads", ACCOUNT)
    assert (done.refusal, list(done.withheld)) == (None, ["likes"])
    assert done.extract.observations.select("views", "comments", "shares").null_count().row(0) == (0, 0, 0)


@pytest.mark.parametrize("code", [100, 12, 2500, 3, 98765])
def test_a_post_that_refuses_its_figures_costs_itself_and_is_not_gone(serve, ask: Ask, code: int) -> None:
    platform = threads(5)
    platform.refusing = {3: code}
    done = ask(serve(threads=platform), "threads", ACCOUNT)
    assert (done.refusal, done.withheld, done.extract.posts.height) == (None, {}, 5)
    assert done.post(thread_id(platform.account.posts[2]))["views"] is None
    assert [one.posts for one in done.refused_posts] == [(thread_id(platform.account.posts[2]),)]
