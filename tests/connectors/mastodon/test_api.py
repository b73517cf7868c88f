from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.asking.pulling import Window
from connectors.mastodon.api import Settings
from connectors.reading import links
from tests.connectors.conftest import NOW, TOKEN, Ask
from tests.connectors.mastodon.server import Mastodon, status_id
from tests.platforms.world import Account, Post

ACCOUNT = "radio@mekong.example"


def mastodon(posts: int = 3) -> Mastodon:
    return Mastodon({"radio": Account("109000000000000001", "radio").with_posts(posts, NOW)})


def test_a_status_comes_with_its_counts_and_views_stay_unknown(serve, ask: Ask) -> None:
    post = ask(serve(mastodon=mastodon()), "mastodon", ACCOUNT).post("mekong.example/113000000000000002")
    assert [post[name] for name in ("likes", "comments", "shares")] == [2, 2, 3]
    assert [post[name] for name in ("views", "reach", "saves")] == [None] * 3
    assert (post["account_id"], post["published_at"]) == (ACCOUNT, NOW - timedelta(hours=6))


def test_the_text_is_plain(serve, ask: Ask) -> None:
    post = ask(serve(mastodon=mastodon()), "mastodon", ACCOUNT).post("mekong.example/113000000000000002")
    assert post["text"] == "Post 2 #forum\na & b\n#tag"


def test_before_quotes_were_counted_boosts_are_the_shares(serve, ask: Ask) -> None:
    platform = mastodon()
    platform.is_old = True
    assert ask(serve(mastodon=platform), "mastodon", ACCOUNT).extract.observations["shares"].to_list() == [0, 2, 1]


def test_the_account_is_known_with_its_followers(serve, ask: Ask) -> None:
    extract = ask(serve(mastodon=mastodon()), "mastodon", ACCOUNT).extract
    assert extract.accounts.select("account_id", "name").rows() == [(ACCOUNT, "Mekong Radio")]
    assert extract.account_figures.select("metric", "value").rows() == [("followers", 77)]


@pytest.mark.parametrize("path", ["@radio/", "users/radio/statuses/"])
def test_a_link_names_the_status(serve, ask: Ask, path: str) -> None:
    named = links.named(f"https://mekong.example/{path}{status_id(Post(2, NOW))}")
    assert named is not None
    assert ask(serve(mastodon=mastodon()), "mastodon", ACCOUNT).post(named.post_id)["alias"] == named.alias


def test_a_thousand_statuses_take_twenty_five_lists_and_less_where_they_are_older(serve, ask: Ask) -> None:
    server = serve(mastodon=mastodon(1000))
    done = ask(server, "mastodon", ACCOUNT)
    assert (done.extract.posts.height, done.requests) == (1000, 27)  # the look-up, and the page that is empty
    assert ask(server, "mastodon", ACCOUNT, window=Window(NOW, NOW - timedelta(days=14))).requests == 4


def test_boosts_are_no_posts_of_the_account(serve, ask: Ask) -> None:
    platform = mastodon()
    platform.boosts = platform.accounts["radio"].posts[:1]
    assert ask(serve(mastodon=platform), "mastodon", ACCOUNT).extract.posts.height == 3


@pytest.mark.parametrize(
    ("account", "says"), [("nobody@mekong.example", "no such account"), (ACCOUNT, "wants a token")]
)
def test_what_an_instance_refuses_names_the_account(serve, ask: Ask, account: str, says: str) -> None:
    platform = mastodon()
    platform.is_closed = account == ACCOUNT
    refusal = ask(serve(mastodon=platform), "mastodon", account, token=None).refusal
    assert refusal is not None
    assert (refusal.who, f"mastodon:{account}" in str(refusal), says in str(refusal)) == ("person", True, True)


def test_a_closed_instance_is_asked_with_the_token(serve, ask: Ask) -> None:
    platform = mastodon()
    platform.is_closed = True
    server = serve(mastodon=platform)
    done = ask(server, "mastodon", ACCOUNT, token=None, tokens={ACCOUNT: TOKEN})
    assert done.refusal is None
    assert ask(server, "mastodon", ACCOUNT).refusal is not None  # one for all of them is sent to none
    assert not any(TOKEN.encode() in answer.content or TOKEN in answer.endpoint for answer in done.answers)


def test_a_limit_that_is_used_up_ends_the_night_for_it(serve, ask: Ask) -> None:
    platform = mastodon()
    platform.limit = {
        "X-RateLimit-Limit": "300",
        "X-RateLimit-Remaining": "3",
        "X-RateLimit-Reset": "2099-01-01T00:00:00.000Z",
    }
    refusal = ask(serve(mastodon=platform), "mastodon", ACCOUNT).refusal
    assert refusal is not None
    assert refusal.who == "window"


def test_an_account_is_written_with_its_instance() -> None:
    with pytest.raises(ValueError, match="such as user@"):
        Settings(accounts=["radio"])


def test_what_is_not_for_everybody_is_no_post(serve, ask: Ask) -> None:
    platform = mastodon()
    platform.private = {2}
    assert ask(serve(mastodon=platform), "mastodon", ACCOUNT).extract.posts.height == 2


def test_pages_that_take_turns_end_the_walk(serve, ask: Ask) -> None:
    platform = mastodon(300)
    platform.turns = True
    refusal = ask(serve(mastodon=platform), "mastodon", ACCOUNT).refusal
    assert refusal is not None
    assert (refusal.who, "again and again" in str(refusal)) == ("bug", True)


def test_an_account_goes_by_small_letters() -> None:
    assert Settings(accounts=["@Radio@Mekong.Example"]).accounts == [ACCOUNT]


def test_what_the_local_server_answers_is_called_as_in_mastodons_documentation(serve, ask: Ask) -> None:
    """The entities of Mastodon.py, which follow the documentation version by version."""
    from mastodon import return_types

    platform = mastodon()
    ask(serve(mastodon=platform), "mastodon", ACCOUNT)
    profile, *pages = platform.answered
    assert set(profile) <= set(return_types.Account.__annotations__)
    assert {name for page in pages for status in page for name in status} <= set(return_types.Status.__annotations__)
    assert pages
