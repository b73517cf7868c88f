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
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from connectors.asking.answers import ExtractBuilder, all_before, inner, instant, objects, questions, total
from connectors.asking.http import Http
from connectors.asking.paging import pages
from connectors.asking.protocol import Protocol, RateLimit, Reply
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.contract import ConnectorSettings, Extract, Raw

NAME = "bluesky"

_FEED = "xrpc/app.bsky.feed.getAuthorFeed"
_PROFILE = "xrpc/app.bsky.actor.getProfile"
_URI = re.compile(r"at://(did:[a-z0-9]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]+)")
_LONGEST_WALK = 10_000  # pages


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
    how = Protocol("Bluesky", refusal=lambda reply: _refusal(account, reply), limit=_limit)
    http.get(how, _PROFILE, {"actor": account})

    def ask(cursor: str | None) -> dict[str, Any]:
        return http.get(how, _FEED, {"actor": account, "limit": 100, "filter": "posts_no_replies", "cursor": cursor})

    for page in islice(pages("Bluesky", account, ask, _following), _LONGEST_WALK):
        if _is_over(page, window.since):
            break
    return PullResult()


def _following(page: Mapping[str, Any]) -> str | None:
    cursor = page.get("cursor")
    return cursor if isinstance(cursor, str) else None


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    said = reply.body.get("error") if isinstance(reply.body, dict) else None
    if not isinstance(said, str) or reply.status >= 500:
        return None
    if said in ("RateLimitExceeded", "UpstreamFailure", "UpstreamTimeout", "InternalServerError", "NotEnoughResources"):
        return Unanswered(f"Bluesky is busy ({said}) for bluesky:{account}.", "again", said)
    message = " ".join(str(reply.body.get("message", "")).split())[:200]
    return Unanswered(
        f"Bluesky does not show bluesky:{account}: {message or said}. Check its name in reach.toml.", "person", said
    )


def _limit(headers: Mapping[str, str]) -> RateLimit | None:
    """``RateLimit-Remaining`` of ``RateLimit-Limit``, free again at ``RateLimit-Reset`` (seconds since 1970)."""
    try:
        limit, remaining = (float(headers[f"RateLimit-{own}"]) for own in ("Limit", "Remaining"))
        until = datetime.fromtimestamp(float(headers["RateLimit-Reset"]), UTC).replace(tzinfo=None)
    except (KeyError, ValueError, OverflowError, OSError):
        return None
    return RateLimit(1 - remaining / limit, until) if limit > 0 else None


def _is_over(page: Mapping[str, Any], since: datetime | None) -> bool:
    """Whether all of a page is older than what is asked for; a pinned post may stand on top, whatever its age."""
    times = [_time(own) for own in _items(page)]
    return all_before(times, since)


def _time(item: Mapping[str, Any]) -> datetime | None:
    """When it came into the feed: the post itself, or who reposted it."""
    reason, post = item.get("reason"), item["post"]
    if isinstance(reason, dict) and "indexedAt" in reason:
        return instant(reason["indexedAt"])
    return _published(post)


def _published(post: Mapping[str, Any]) -> datetime | None:
    return instant(inner(post, "record").get("createdAt")) or instant(post.get("indexedAt"))


def _items(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [own for own in objects(page.get("feed")) if isinstance(own.get("post"), dict)]


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's posts with their readings, and its followers on the day asked."""
    said = ExtractBuilder(NAME)
    for question in questions(raw):
        if question.path.endswith(_PROFILE) and isinstance(question.body.get("did"), str):
            did, day = question.body["did"], question.asked_at.date()
            said.account(question.asked_at, did, question.body.get("displayName"), question.body.get("handle"))
            said.figure(question.asked_at, did, "followers", day, day, question.body.get("followersCount"))
        for item in _items(question.body) if question.path.endswith(_FEED) else ():
            if not isinstance(item.get("reason"), dict) or "by" not in item["reason"]:
                _post(said, question.asked_at, item["post"])
    mapped = {"likeCount": "likes", "replyCount": "comments", "repostCount + quoteCount": "shares",
              "bookmarkCount": "saves", "followersCount": "followers"}  # fmt: skip
    return said.extract(raw, mapped)


def _post(said: ExtractBuilder, asked_at: datetime, post: Mapping[str, Any]) -> None:
    found = _URI.fullmatch(str(post.get("uri", "")))
    if not found:
        said.reject("a post whose address is none of Bluesky's", post)
        return
    did, key = found.groups()
    record = inner(post, "record")
    described = {
        "post_id": f"{did}/{key}",
        "alias": key,
        "account_id": did,
        "url": f"https://bsky.app/profile/{did}/post/{key}",
        "text": record.get("text") if isinstance(record.get("text"), str) else None,
        "kind": "post",
        "published_at": _published(post),
    }
    counts = {
        "likes": post.get("likeCount"),
        "comments": post.get("replyCount"),
        "shares": total(post.get("repostCount"), post.get("quoteCount")),
        "saves": post.get("bookmarkCount"),
    }
    said.post(asked_at, described, counts)
