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
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from connectors.asking import oauth
from connectors.asking.answers import ExtractBuilder, inner, instant, objects, questions, text_at
from connectors.asking.http import Http
from connectors.asking.paging import ask_for_all, back_to, pages
from connectors.asking.protocol import Meaning, Protocol, Reply, bearer
from connectors.asking.pulling import PullResult, Window, Withheld
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings, OAuthSettings
from connectors.contract import Extract, Raw
from connectors.reading import links
from connectors.settings import ConnectorSettings
from connectors.tiktok.export import NAME, Settings

__all__ = ["NAME", "Settings", "pull", "read"]

_USER, _LIST = "v2/user/info/", "v2/video/list/"
_PROFILE = "open_id,display_name,username,follower_count"
_BASIC = "open_id,display_name"
_FOLLOWERS = "account followers"
_FIXED = "id,create_time,share_url,title,video_description"
_COUNTS = {f"{theirs}s": f"{theirs}_count" for theirs in ("like", "comment", "share", "view")}
_AT_ONCE = 20
_SCOPES = ("scope_not_authorized", "scope_permission_missed")
_USUAL = "TikTok does not answer for {account} ({code})."
_MEANINGS = {
    "rate_limit_exceeded": Meaning("again", _USUAL, wait=timedelta(minutes=1)),  # it counts a sliding minute
    "internal_error": Meaning("again", _USUAL),
    "access_token_invalid": Meaning("person", "TikTok refuses the token of {account}; give the permission again."),
    **dict.fromkeys(
        _SCOPES,
        Meaning("person", "The permission of {account} lacks a scope; docs/access.md lists those it needs."),
    ),
}

PERMISSIONS = {"": "video.list", "account followers": "user.info.stats"}
"""What a permission has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for a profile and its videos, newest first.

    Raises:
        Unanswered: the permission was taken back or never given, or TikTok was asked too much.
    """
    assert isinstance(settings, OAuthSettings)
    token = oauth.access_token(http, NAME, account, settings, "TikTok", client_id_as="client_key")
    protocol = Protocol("TikTok", bearer(token), partial(_refusal, account))
    withheld = _profile(http, protocol, window)
    counts = [metric for metric in _COUNTS if window.asks_for(metric)]
    withheld |= {metric: window.withheld[metric] for metric in _COUNTS if metric not in counts}

    def ask_for(body: Mapping[str, object], metrics: Sequence[str]) -> dict[str, Any]:
        fields = ",".join((_FIXED, *(_COUNTS[metric] for metric in metrics)))
        return inner(http.post(protocol, _LIST, body, {"fields": fields}), "data")

    def ask(cursor: str | int | None) -> dict[str, Any]:
        body = {"max_count": _AT_ONCE, **({} if cursor is None else {"cursor": cursor})}
        try:
            return ask_for(body, counts)
        except Unanswered as refusal:
            if refusal.who in ("again", "window") or not counts:
                raise
            page = ask_for(body, ())  # which says whether it is of one of the counts
            for metric in tuple(counts):
                try:
                    ask_for(body, (metric,))
                except Unanswered as refused:
                    counts.remove(metric)
                    withheld[metric] = window.refused(metric, str(refused), is_for_a_person=refused.who == "person")
            return page

    walk = pages("TikTok", account, ask, _next_cursor)
    ask_for_all(back_to(window.since, _times, walk))
    return PullResult(withheld)


def _profile(http: Http, protocol: Protocol, window: Window) -> dict[str, Withheld]:
    """Asks for what the account is called and its followers; without them the videos are told all the same."""
    withheld = {metric: window.withheld[metric] for metric in (_FOLLOWERS,) if not window.asks_for(metric)}
    for fields in (_BASIC,) if withheld else (_PROFILE, _BASIC):
        try:
            http.get(protocol, _USER, {"fields": fields})
            break
        except Unanswered as refusal:  # where it is of all, the videos are refused, too
            may_pass = refusal.who in ("again", "window")
            if _FOLLOWERS not in withheld:
                withheld[_FOLLOWERS] = window.refused(
                    _FOLLOWERS, str(refusal), is_for_a_person=refusal.code in _SCOPES, may_pass=may_pass
                )
            if may_pass:
                break
    return withheld


def _next_cursor(page: Mapping[str, Any]) -> str | int | None:
    cursor = page.get("cursor")
    return cursor if page.get("has_more") is True and isinstance(cursor, str | int) else None


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    code = str((reply.error or {}).get("code", ""))
    if code in ("", "ok"):
        return None
    return _MEANINGS.get(code, Meaning("bug", _USUAL)).refusal(f"tiktok:{account}", code)


def _times(page: Mapping[str, Any]) -> list[datetime | None]:
    return [_published(video) for video in objects(page.get("videos"))]


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
    builder, account = ExtractBuilder(NAME), raw.account.removeprefix("@")
    for question in questions(raw):
        page = inner(question.body, "data")
        if question.path.endswith(_USER.rstrip("/")) or question.path.endswith(_USER):
            user = inner(page, "user")
            account = str(user.get("username") or account)
            builder.account(question.asked_at, account, user.get("display_name"), account)
            builder.followers(question.asked_at, account, user.get("follower_count"))
        for video in objects(page.get("videos")):
            _video(builder, account, question.asked_at, video)
    mapped = {f"{ours[:-1]}_count": ours for ours in ("views", "likes", "comments", "shares")}
    return builder.extract(raw, mapped)


def _video(builder: ExtractBuilder, account: str, asked_at: datetime, video: Mapping[str, Any]) -> None:
    number, url = str(video.get("id", "")), text_at(video, "share_url")
    if not number.isdecimal():
        builder.reject("a video without a number", video)
        return
    link = url.partition("?")[0] if url is not None else None
    texts = [text for name in ("title", "video_description") if (text := text_at(video, name))]
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
    builder.post(asked_at, described, counts)
