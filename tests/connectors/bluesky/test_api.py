from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from connectors.asking.pulling import Window
from connectors.reading import links
from tests.connectors.bluesky.server import Bluesky, key
from tests.connectors.conftest import NOW, TOKEN, Ask
from tests.platforms.world import Account, Post

DID, HANDLE = "did:plc:abc234mekong", "mekong.example"


def bluesky(posts: int = 3) -> Bluesky:
    return Bluesky({DID: Account(DID, HANDLE).with_posts(posts, NOW)})


def test_a_post_comes_with_its_counts_and_views_stay_unknown(serve, ask: Ask) -> None:
    post = ask(serve(bluesky=bluesky()), "bluesky", HANDLE).post(f"{DID}/3l00000000002")
    assert [post[name] for name in ("likes", "comments", "shares", "saves")] == [2, 2, 4, 2]
    assert [post[name] for name in ("views", "impressions", "reach", "clicks")] == [None] * 4
    assert (post["account_id"], post["text"], post["published_at"]) == (DID, "Post 2 #forum", NOW - timedelta(hours=6))


def test_the_account_is_known_by_its_did_handle_and_followers(serve, ask: Ask) -> None:
    extract = ask(serve(bluesky=bluesky()), "bluesky", DID).extract
    assert extract.accounts.select("account_id", "name", "username").rows() == [(DID, "Mekong Radio", HANDLE)]
    assert extract.account_figures.select("metric", "value").rows() == [("followers", 321)]


@pytest.mark.parametrize("owner", [DID, HANDLE])
def test_a_link_names_the_post(serve, ask: Ask, owner: str) -> None:
    named = links.named(f"https://bsky.app/profile/{owner}/post/{key(Post(2, NOW))}")
    post = ask(serve(bluesky=bluesky()), "bluesky", HANDLE).post(f"{DID}/3l00000000002")
    assert named is not None
    assert (named.post_id == post["post_id"] or named.post_id == post["alias"], named.alias) == (True, post["alias"])


def test_counts_that_are_left_out_are_unknown(serve, ask: Ask) -> None:
    platform = bluesky()
    platform.hidden = {"quoteCount", "bookmarkCount"}
    observations = ask(serve(bluesky=platform), "bluesky", HANDLE).extract.observations
    assert [observations[name].null_count() for name in ("shares", "saves", "likes")] == [3, 3, 0]


def test_what_an_account_reposts_is_no_post_of_it(serve, ask: Ask) -> None:
    platform = bluesky()
    platform.reposts = [Post(900, NOW, counts=platform.accounts[DID].posts[0].counts)]
    assert ask(serve(bluesky=platform), "bluesky", HANDLE).extract.posts.height == 3


def test_a_thousand_posts_take_ten_lists_and_one_profile_and_less_where_they_are_older(serve, ask: Ask) -> None:
    server = serve(bluesky=bluesky(1000))
    assert (ask(server, "bluesky", HANDLE).extract.posts.height, server.requests("bluesky")) == (1000, 11)
    assert ask(server, "bluesky", HANDLE, window=Window(NOW, NOW - timedelta(days=14))).requests == 3


def test_an_account_that_is_not_there_is_named(serve, ask: Ask) -> None:
    refusal = ask(serve(bluesky=bluesky()), "bluesky", "nobody.example").refusal
    assert refusal is not None
    assert (refusal.who, "bluesky:nobody.example" in str(refusal)) == ("person", True)


def test_a_cursor_that_repeats_ends_the_walk(serve, ask: Ask) -> None:
    platform = bluesky(300)
    platform.is_stuck = True
    refusal = ask(serve(bluesky=platform), "bluesky", HANDLE).refusal
    assert refusal is not None
    assert (refusal.who, "again and again" in str(refusal)) == ("bug", True)


def test_a_limit_that_is_used_up_ends_the_night_for_it(serve, ask: Ask) -> None:
    platform = bluesky()
    reset = (datetime.now(UTC) + timedelta(minutes=5)).timestamp()
    platform.limit = {"RateLimit-Limit": "3000", "RateLimit-Remaining": "10", "RateLimit-Reset": f"{reset:.0f}"}
    refusal = ask(serve(bluesky=platform), "bluesky", HANDLE).refusal
    assert refusal is not None
    assert refusal.who == "window"


def test_no_token_is_sent(serve, ask: Ask) -> None:
    server = serve(bluesky=bluesky())
    ask(server, "bluesky", HANDLE, token=TOKEN)
    assert not any(TOKEN in str(question.headers) for question in server.questions)


# --------------------------------------------------------------------------- Bluesky's own word on its API


def unknown(value: Any, where: str = "") -> list[str]:
    """What a model holds that its lexicon does not name."""
    if isinstance(value, list):
        return [one for item in value for one in unknown(item, where)]
    if not isinstance(value, BaseModel):
        return []
    named = [one for name in type(value).model_fields for one in unknown(getattr(value, name), f"{where}.{name}")]
    return [f"{where}.{name}" for name in value.model_extra or ()] + named


def test_what_is_asked_for_and_answered_is_called_as_in_bluesky_s_lexicons(serve, ask: Ask) -> None:
    """A model of a lexicon refuses what is missing or of another type."""
    from atproto_client import models  # takes seconds, which no other test should wait for

    feed, profile = models.AppBskyFeedGetAuthorFeed, models.AppBskyActorGetProfile
    platform = bluesky()
    platform.reposts = [Post(9, NOW, counts=platform.accounts[DID].posts[0].counts)]
    server = serve(bluesky=platform)
    ask(server, "bluesky", HANDLE)
    lexicons = {"app.bsky.feed.getAuthorFeed": feed, "app.bsky.actor.getProfile": profile}
    for method, body in platform.answered:
        model = feed.Response if method.startswith("app.bsky.feed") else models.AppBskyActorDefs.ProfileViewDetailed
        assert unknown(model.model_validate(body)) == []
    for question in server.questions:
        params = lexicons[question.path.removeprefix("/xrpc/")].Params
        numbers = {name: int(value) if value.isdecimal() else value for name, value in question.params.items()}
        assert unknown(params.model_validate(numbers)) == []
    assert {method for method, _ in platform.answered} == set(lexicons)
