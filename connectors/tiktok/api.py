"""TikTok by its Display API: an account's public videos with their counts, twenty a request.

Reference: https://developers.tiktok.com/doc/tiktok-api-v2-video-list, .../tiktok-api-v2-get-user-info.
Limits: lists by 20; 600 questions a minute of each kind. A token lives for two hours; each refresh kills the refresh
token that was used and gives another, which is kept.
Not reported: saves, reach, impressions, watch time, clicks, private videos; TikTok Studio's export has some of them.

| theirs | ours |
| --- | --- |
| view_count, like_count, comment_count, share_count | views, likes, comments, shares |
| follower_count, on the day asked | followers |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.asking import oauth
from connectors.asking.answers import ExtractBuilder, all_before, inner, instant, objects, questions
from connectors.asking.http import Http
from connectors.asking.paging import pages
from connectors.asking.protocol import Protocol, Reply, bearer
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered, Who
from connectors.asking.settings import ApiSettings, OAuthSettings
from connectors.contract import ConnectorSettings, Extract, Raw
from connectors.reading import links
from connectors.tiktok.export import NAME, Settings

__all__ = ["NAME", "Settings", "pull", "read"]

_USER, _LIST = "v2/user/info/", "v2/video/list/"
_PROFILE = "open_id,display_name,username,follower_count"
_BASIC = "open_id,display_name"
_FOLLOWERS = "account followers"
_FIELDS = "id,create_time,share_url,title,video_description,duration,like_count,comment_count,share_count,view_count"
_AT_ONCE = 20
_SCOPES = ("scope_not_authorized", "scope_permission_missed")


PERMISSIONS = {"": "video.list", "account followers": "user.info.stats"}
"""What a permission has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for a profile and its videos, newest first.

    Raises:
        Unanswered: the permission was taken back or never given, or TikTok was asked too much.
    """
    assert isinstance(settings, OAuthSettings)
    token = oauth.access_token(http, NAME, account, settings, client_id_as="client_key")
    how = Protocol("TikTok", bearer(token), lambda reply: _refusal(account, reply))
    withheld = {own: window.withheld[own] for own in (_FOLLOWERS,) if not window.asks_for(own)}
    try:
        http.get(how, _USER, {"fields": _BASIC if withheld else _PROFILE})
    except Unanswered as refusal:  # without the scopes of profile and figures the videos are told all the same
        if refusal.code not in _SCOPES:
            raise
        withheld[_FOLLOWERS] = window.refused(_FOLLOWERS, str(refusal), is_for_a_person=True)
        http.get(how, _USER, {"fields": _BASIC})

    def ask(cursor: str | int | None) -> dict[str, Any]:
        body = {"max_count": _AT_ONCE, **({} if cursor is None else {"cursor": cursor})}
        return inner(http.post(how, _LIST, body, {"fields": _FIELDS}), "data")

    for page in pages("TikTok", account, ask, _following):
        if _is_over(page, window.since):
            break
    return PullResult(withheld)


def _following(page: Mapping[str, Any]) -> str | int | None:
    cursor = page.get("cursor")
    return cursor if page.get("has_more") is True and isinstance(cursor, str | int) else None


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    error = reply.body.get("error") if isinstance(reply.body, dict) else None
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    if code in ("", "ok"):
        return None
    who: Who = "again" if code in ("rate_limit_exceeded", "internal_error") else "bug"
    sentence = f"TikTok does not answer for tiktok:{account} ({code})."
    if code == "access_token_invalid":
        who, sentence = "person", f"TikTok refuses the token of tiktok:{account}; give the permission again."
    elif code in _SCOPES:
        who, sentence = (
            "person",
            f"The permission of tiktok:{account} lacks a scope; docs/access.md lists those it needs.",
        )
    wait = timedelta(minutes=1) if code == "rate_limit_exceeded" else None  # it counts a sliding minute
    return Unanswered(sentence, who, code, wait)


def _is_over(page: Mapping[str, Any], since: datetime | None) -> bool:
    """A pinned video may stand on top, whatever its age."""
    times = [_published(own) for own in objects(page.get("videos"))]
    return all_before(times, since)


def _published(video: Mapping[str, Any]) -> datetime | None:
    """When it was created, else when it was uploaded: the upper half of its number is that second."""
    number = str(video.get("id", ""))
    if moment := instant(video.get("create_time")):
        return moment
    return (
        datetime.fromtimestamp(int(number) >> 32, UTC).replace(tzinfo=None)
        if re.fullmatch(r"[0-9]{18,19}", number)
        else None
    )


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's videos with their readings, and its followers on the day asked.

    An account goes by its username, as in exports.
    """
    said, account = ExtractBuilder(NAME), raw.account.removeprefix("@")
    for question in questions(raw):
        page = inner(question.body, "data")
        if question.path.endswith(_USER.rstrip("/")) or question.path.endswith(_USER):
            user = inner(page, "user")
            account, day = str(user.get("username") or account), question.asked_at.date()
            said.account(question.asked_at, account, user.get("display_name"), account)
            said.figure(question.asked_at, account, "followers", day, day, user.get("follower_count"))
        for video in objects(page.get("videos")):
            _video(said, account, question.asked_at, video)
    mapped = {f"{ours[:-1]}_count": ours for ours in ("views", "likes", "comments", "shares")}
    return said.extract(raw, mapped)


def _video(said: ExtractBuilder, account: str, asked_at: datetime, video: Mapping[str, Any]) -> None:
    number, url = str(video.get("id", "")), video.get("share_url")
    if not number.isdecimal():
        said.reject("a video without a number", video)
        return
    link = str(url).partition("?")[0] if isinstance(url, str) else None
    texts = [own for own in (video.get("title"), video.get("video_description")) if isinstance(own, str) and own]
    named = links.named(link) if link else None
    described = {
        "post_id": number,
        "account_id": account,
        "url": link if named and named.post_id == number else f"https://www.tiktok.com/@{account}/video/{number}",
        "text": max(texts, key=len) if texts else None,
        "kind": "post" if "/photo/" in (link or "") else "video",
        "published_at": _published(video),
    }
    counts = {f"{theirs}s": video.get(f"{theirs}_count") for theirs in ("view", "like", "comment", "share")}
    said.post(asked_at, described, counts)
