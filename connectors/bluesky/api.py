"""Bluesky by its public AppView: an account's posts with their counts, a hundred a request, without any token.

Reference: https://docs.bsky.app/docs/api/app-bsky-feed-get-author-feed, .../app-bsky-actor-get-profile.
Limits: lists by 100; some 3,000 requests in five minutes for one address (RateLimit headers say).
Not reported: views, impressions, reach, clicks, watch time. Replies of the account are not asked for, since what other
people wrote comes with them; what it reposts is no post of it.

| theirs | ours |
| --- | --- |
| likeCount, replyCount, repostCount + quoteCount, bookmarkCount | likes, comments, shares, saves |
| followersCount, on the day asked | followers |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from connectors.asking.answers import ExtractBuilder, inner, instant, objects, one_line, questions, text_at, total
from connectors.asking.http import Http
from connectors.asking.paging import ask_for_all, back_to, cursor_at, pages
from connectors.asking.protocol import Meaning, Protocol, Reply, limit_by
from connectors.asking.pulling import PullResult, Window, Withheld
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.contract import Extract, Raw
from connectors.settings import ConnectorSettings

NAME = "bluesky"

_FEED = "xrpc/app.bsky.feed.getAuthorFeed"
_PROFILE = "xrpc/app.bsky.actor.getProfile"
_FOLLOWERS = "account followers"
_URI = re.compile(r"at://(did:[a-z0-9]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]+)")
_LONGEST_WALK = 10_000  # pages
_BUSY_CODES = ("RateLimitExceeded", "UpstreamFailure", "UpstreamTimeout", "InternalServerError", "NotEnoughResources")
_BUSY = Meaning("again", "Bluesky is busy ({code}) for {account}.")
_NOT_SHOWN = Meaning("person", "Bluesky does not show {account}: {message}. Check its name in reach.toml.")


PERMISSIONS = {"": "none"}
"""Nothing has to be allowed."""


class Settings(ApiSettings):
    """Bluesky's section of the settings; accounts are handles or DIDs."""

    base_url: str = "https://public.api.bsky.app"


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an account's profile and its posts, newest first.

    Raises:
        Unanswered: there is no such account, or it is not shown to the public.
    """
    protocol = Protocol("Bluesky", refusal=partial(_refusal, account), limit=limit_by("RateLimit"))
    withheld = _profile(http, protocol, account, window)

    of_lists = protocol.of_lists("feed", f"bluesky:{account}")

    def ask(cursor: str | None) -> dict[str, Any]:
        params = {"actor": account, "limit": 100, "filter": "posts_no_replies", "cursor": cursor}
        return http.get(of_lists, _FEED, params)

    walk = islice(pages("Bluesky", account, ask, cursor_at("cursor")), _LONGEST_WALK)
    ask_for_all(back_to(window.since, _times, walk))
    return PullResult(withheld)


def _profile(http: Http, protocol: Protocol, account: str, window: Window) -> dict[str, Withheld]:
    """Asks for what the account is called and its followers; where that is of all, the posts are refused, too."""
    try:
        http.get(protocol, _PROFILE, {"actor": account})
    except Unanswered as refusal:
        may_pass = refusal.who in ("again", "window")
        return {_FOLLOWERS: window.refused(_FOLLOWERS, str(refusal), is_for_a_person=False, may_pass=may_pass)}
    return {}


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    code = text_at(reply.body, "error")
    if code is None or reply.status >= 500:
        return None
    message = one_line(reply.body.get("message", "")) or code
    meaning = _BUSY if code in _BUSY_CODES else _NOT_SHOWN
    return meaning.refusal(f"bluesky:{account}", code, message=message)


def _times(page: Mapping[str, Any]) -> list[datetime | None]:
    return [_time(item) for item in _items(page)]


def _time(item: Mapping[str, Any]) -> datetime | None:
    """When it came into the feed: the post itself, or who reposted it."""
    reason = inner(item, "reason")
    return instant(reason["indexedAt"]) if "indexedAt" in reason else _published(item["post"])


def _published(post: Mapping[str, Any]) -> datetime | None:
    return instant(inner(post, "record").get("createdAt")) or instant(post.get("indexedAt"))


def _items(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [item for item in objects(page.get("feed")) if isinstance(item.get("post"), dict)]


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's posts with their readings, and its followers on the day asked."""
    builder = ExtractBuilder(NAME)
    for question in questions(raw):
        if question.path.endswith(_PROFILE) and isinstance(question.body.get("did"), str):
            did = question.body["did"]
            builder.account(question.asked_at, did, question.body.get("displayName"), question.body.get("handle"))
            builder.followers(question.asked_at, did, question.body.get("followersCount"))
        for item in _items(question.body) if question.path.endswith(_FEED) else ():
            if not isinstance(item.get("reason"), dict) or "by" not in item["reason"]:
                _post(builder, question.asked_at, item["post"])
    mapped = {"likeCount": "likes", "replyCount": "comments", "repostCount + quoteCount": "shares",
              "bookmarkCount": "saves", "followersCount": "followers"}  # fmt: skip
    return builder.extract(raw, mapped)


def _post(builder: ExtractBuilder, asked_at: datetime, post: Mapping[str, Any]) -> None:
    address = _URI.fullmatch(str(post.get("uri", "")))
    if not address:
        builder.reject("a post whose address is none of Bluesky's", post)
        return
    did, key = address.groups()
    described = {
        "post_id": f"{did}/{key}",
        "alias": key,
        "account_id": did,
        "url": f"https://bsky.app/profile/{did}/post/{key}",
        "text": text_at(post, "record", "text"),
        "kind": "post",
        "published_at": _published(post),
    }
    counts = {
        "likes": post.get("likeCount"),
        "comments": post.get("replyCount"),
        "shares": total(post.get("repostCount"), post.get("quoteCount")),
        "saves": post.get("bookmarkCount"),
    }
    builder.post(asked_at, described, counts)
