from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.asking.pulling import Window
from connectors.tiktok import export as exports
from tests.connectors.conftest import NOW, Ask, Pulled, raw_of
from tests.connectors.tiktok.server import TikTok, video_id
from tests.platforms.server import Server
from tests.platforms.world import Account

ACCOUNT = "mekongradio"


def tiktok(videos: int = 3) -> TikTok:
    return TikTok(Account("o1", ACCOUNT).with_posts(videos, NOW))


def pulled(ask: Ask, server: Server, refresh: str = "rft.marked/first!1", **more: Any) -> Pulled:
    platform = {"client_id": "aw-app", "client_secret": "app-secret/1", "refresh_token": refresh}
    return ask(
        server,
        "tiktok",
        ACCOUNT,
        token=None,
        token_url=f"{server.base_url('tiktok')}/v2/oauth/token/",
        **platform,
        **more,
    )


def test_a_video_comes_with_its_counts(serve, ask: Ask) -> None:
    platform = tiktok()
    post = pulled(ask, serve(tiktok=platform)).post(video_id(platform.account.posts[1]))
    assert [post[n] for n in ("views", "likes", "comments", "shares")] == [1002, 2, 2, 2]
    assert [post[n] for n in ("reach", "saves", "watch_ms")] == [None] * 3
    assert (post["account_id"], post["kind"], post["text"]) == (ACCOUNT, "video", "Post 2 #forum")
    assert (post["published_at"], "?" in post["url"]) == (NOW - timedelta(hours=6), False)


def test_a_video_of_the_api_and_of_an_export_is_one_post(serve, ask: Ask) -> None:
    platform = tiktok()
    link = f"https://www.tiktok.com/@{ACCOUNT}/video/{video_id(platform.account.posts[0])}"
    table = f"Time,Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views\nOctober 1,x,{link},October 1,1,1,1,5\n"
    exported = exports.read(raw_of(table.encode()), exports.Settings()).posts.row(0, named=True)
    pulled_post = pulled(ask, serve(tiktok=platform)).post(video_id(platform.account.posts[0]))
    assert [exported[n] for n in ("post_id", "account_id", "kind")] == [
        pulled_post[n] for n in ("post_id", "account_id", "kind")
    ]


def test_the_account_is_known_with_its_followers(serve, ask: Ask) -> None:
    extract = pulled(ask, serve(tiktok=tiktok())).extract
    assert extract.accounts.select("account_id", "name").rows() == [(ACCOUNT, "Mekong Radio")]
    assert extract.account_figures.select("metric", "value").rows() == [("followers", 4321)]


def test_without_the_scopes_of_the_profile_videos_are_told_all_the_same(serve, ask: Ask) -> None:
    platform = tiktok()
    platform.scopes = set()
    done = pulled(ask, serve(tiktok=platform))
    assert (done.refusal, done.extract.posts.height, done.extract.account_figures.height) == (None, 3, 0)
    assert [withheld.is_for_a_person for withheld in done.withheld.values()] == [True]


def test_a_thousand_videos_take_fifty_lists_a_profile_and_a_token(serve, ask: Ask) -> None:
    server = serve(tiktok=tiktok(1000))
    done = pulled(ask, server)
    assert (done.extract.posts.height, done.requests) == (1000, 52)
    night = pulled(ask, server, done.remembered[0].get_secret_value(), window=Window(NOW, NOW - timedelta(days=14)))
    assert night.requests == 2 + 4


def test_each_refresh_gives_another_token_which_is_remembered(serve, ask: Ask) -> None:
    server = serve(tiktok=tiktok())
    first = pulled(ask, server)
    assert [token.get_secret_value() for token in first.remembered] == ["rft.marked/first!1+"]
    again = pulled(ask, server)
    assert again.refusal is not None
    assert (again.refusal.who, f"tiktok:{ACCOUNT}" in str(again.refusal)) == ("person", True)
    assert pulled(ask, server, first.remembered[0].get_secret_value()).refusal is None


def test_a_cursor_that_repeats_ends_the_walk(serve, ask: Ask) -> None:
    platform = tiktok(100)
    platform.is_stuck = True
    refusal = pulled(ask, serve(tiktok=platform)).refusal
    assert refusal is not None
    assert "again and again" in str(refusal)


@pytest.mark.parametrize("secret", ["rft.marked", "act.marked", "app-secret/1"])
def test_no_secret_is_in_an_answer_or_an_address(serve, ask: Ask, secret: str) -> None:
    server = serve(tiktok=tiktok())
    done = pulled(ask, server)
    assert not [answer for answer in done.answers if secret in answer.endpoint or secret.encode() in answer.content]
    assert not [question for question in server.questions if secret in str(question.params)]
