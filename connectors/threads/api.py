"""Threads by its API: an account's posts, and one question a post for its figures, since there is no other way.

Reference: https://developers.facebook.com/docs/threads/insights and .../threads/retrieve-and-discover-posts.
Limits: at least 48,000 calls a day; lists by 100. No batch and no figures in lists are documented, so only posts that
are new enough are asked for.
Not reported: reach, impressions, clicks, saves, watch time. Reposts of others' posts are no posts of the account.

| theirs | ours |
| --- | --- |
| views, likes, replies | views, likes, comments |
| reposts + quotes + shares | shares |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from connectors.asking.answers import ExtractBuilder, instant, text_at, total
from connectors.asking.http import Http
from connectors.asking.paging import back_to
from connectors.asking.protocol import Protocol
from connectors.asking.pulling import PullResult, Window, Withheld
from connectors.asking.settings import ApiSettings
from connectors.asking.ways import Ways
from connectors.contract import Extract, Raw
from connectors.meta import graph
from connectors.meta.graph import insights, items
from connectors.meta.one_by_one import OneByOne, Refusals
from connectors.meta.parts import Parts, pull_result
from connectors.settings import ConnectorSettings

NAME = "threads"

_VERSION = "v1.0"
_METRICS = ("views", "likes", "replies", "reposts", "quotes", "shares")
_OURS = {"replies": "comments", "reposts": "shares", "quotes": "shares"}
_FIELDS = ("id,media_type,timestamp,permalink,shortcode,text", "id,media_type,timestamp")
_NAME = "account name"
_NOT_OURS = "REPOST_FACADE"


PERMISSIONS = {"": "threads_basic", **dict.fromkeys((*_METRICS, "comments"), "threads_manage_insights")}
"""What a token has to allow for each metric."""


class Settings(ApiSettings):
    """Threads' section of the settings; accounts are the numbers of its users."""

    base_url: str = "https://graph.threads.net"


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an account, its posts, newest first, and the figures of those that are new enough.

    Raises:
        Unanswered: the account or its posts were refused.
    """
    protocol = graph.protocol(NAME, settings, account)
    path = f"{_VERSION}/{account}"
    check = partial(http.check, protocol, path, {"fields": "id"})
    profile, parts = (Parts(names, window, PERMISSIONS, check) for names in ((_NAME,), _METRICS))
    profile.settle(partial(_ask_profile, http, protocol, path))
    refusals = Refusals(window)
    one_by_one = OneByOne(parts, refusals)
    walk = graph.walked(http, protocol, f"{path}/threads", Ways(_FIELDS))
    posts_of = ([item for item in items([page]) if item.get("media_type") != _NOT_OURS] for page in walk)
    for posts in back_to(window.since, _times, posts_of):
        for post, published in zip(posts, _times(posts), strict=True):
            if window.since is None or (published and published >= window.since):
                here = f"{_VERSION}/{post.get('id')}"
                if one_by_one.ask(str(post.get("id")), partial(_ask_metrics, http, protocol, f"{here}/insights")):
                    parts.refusal(partial(_ask_whether_there, http, protocol, here), ())
    one_by_one.close()
    result = pull_result(profile, parts, refused_posts=refusals.result())
    return PullResult(_with_ours(result.withheld), result.refused_posts)


def _ask_profile(http: Http, protocol: Protocol, path: str, parts: Sequence[str]) -> None:
    http.get(protocol, path, {"fields": "id,username,name" if parts else "id"})


def _times(posts: Sequence[Mapping[str, Any]]) -> list[datetime | None]:
    return [instant(post.get("timestamp")) for post in posts]


def _with_ours(withheld: Mapping[str, Withheld]) -> dict[str, Withheld]:
    """What is withheld by Threads' names, and by ours that hold one of them."""
    ours = {_OURS[metric]: why for metric, why in withheld.items() if metric in _OURS}
    return {**ours, **withheld}


def _ask_whether_there(http: Http, protocol: Protocol, path: str, _: Sequence[str]) -> None:
    """Asks a post that gives no figures for nothing else: without any answer it would be taken for gone."""
    http.get(protocol, path, {"fields": "id"})


def _ask_metrics(http: Http, protocol: Protocol, path: str, metrics: Sequence[str]) -> None:
    if metrics:
        http.get(protocol, path, {"metric": ",".join(metrics)})


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's posts with their readings; a post that is older than those that were asked has none."""
    builder, asked_questions = ExtractBuilder(NAME), graph.questions_of(raw)
    values: dict[str, dict[str, object]] = {}
    without_figures = set[str]()
    for question in asked_questions:
        number, _, edge = question.path.partition("/")
        if edge == "insights":
            values.setdefault(number, {}).update(insights({"insights": question.body}))
        elif not edge and number != raw.account:
            without_figures.add(number)
    for question in asked_questions:
        if question.path == raw.account:
            builder.account(question.asked_at, raw.account, question.body.get("name"), question.body.get("username"))
        elif question.path == f"{raw.account}/threads":
            for item in items([question.body]):
                number = str(item.get("id"))
                # Where no post gives figures, the answers do not tell which of them were asked: all of the list stand.
                is_listed = not values and item.get("media_type") != _NOT_OURS and number.isdecimal()
                if is_listed or number in values or number in without_figures:
                    _post(builder, raw.account, question.asked_at, item, values.get(number, {}))
    mapped = {"views": "views", "likes": "likes", "replies": "comments", "reposts + quotes + shares": "shares"}
    return builder.extract(raw, mapped)


def _post(
    builder: ExtractBuilder, account: str, asked_at: datetime, item: Mapping[str, Any], values: Mapping[str, object]
) -> None:
    described = {
        "post_id": str(item["id"]),
        "alias": text_at(item, "shortcode") or None,
        "account_id": account,
        "url": text_at(item, "permalink"),
        "text": text_at(item, "text"),
        "kind": "video" if item.get("media_type") == "VIDEO" else "post",
        "published_at": instant(item.get("timestamp")),
    }
    counts = {
        "views": values.get("views"),
        "likes": values.get("likes"),
        "comments": values.get("replies"),
        "shares": total(*(values.get(name) for name in ("reposts", "quotes", "shares"))),
    }
    builder.post(asked_at, described, counts)
