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
    assert list(done.withheld) == [metric]
    assert [done.extract.observations[name].null_count() for name in (lost, "likes")] == [3, 0]


def test_a_dead_token_names_the_account(serve, ask: Ask) -> None:
    refusal = ask(serve(threads=threads()), "threads", ACCOUNT, token="another-token").refusal
    assert refusal is not None
    assert (refusal.who, f"threads:{ACCOUNT}" in str(refusal)) == ("person", True)
