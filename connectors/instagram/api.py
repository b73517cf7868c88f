"""Instagram of professionals by the Graph API: media, reels, stories while they live, and an account's days.

Reference: https://developers.facebook.com/docs/instagram-platform/reference/instagram-media/insights and
.../instagram-user (media, stories, insights).
Limits: 4,800 calls a day for each display of the account's content; lists by 100, of at most the 10,000 newest.
Insights that every kind has come with the list; what reels alone have is asked for in batches of 50, each item of
which counts as a call. Stories answer for 24 hours. The Instagram Login answers the same at graph.instagram.com.
Not reported: impressions of media since July 2024. `views` are organic; `total_views` add what was promoted and what
Facebook showed, so that the paid part alone is not known. Children of an album have no figures.

| theirs | ours |
| --- | --- |
| views, reach, shares, saved | views, reach, shares, saves |
| like_count, comments_count; replies of stories | likes, comments |
| link_clicks (stories) | clicks |
| ig_reels_video_view_total_time, in milliseconds (reels) | watch_seconds |
| reach by day, followers_count on the day asked | reach, followers |
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectors.asking.answers import ExtractBuilder, Question, instant, questions, text_at
from connectors.asking.http import Http
from connectors.asking.paging import back_to, batches
from connectors.asking.protocol import Protocol, Reply
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.contract import Extract, Raw
from connectors.instagram.export import NAME, Settings
from connectors.meta import graph
from connectors.meta.graph import Parts, insights, items
from connectors.settings import ConnectorSettings

__all__ = ["NAME", "Settings", "pull", "read"]

_MEDIA = {"views": "views", "reach": "reach", "shares": "shares", "saves": "saved"}
_STORY = {"views": "views", "reach": "reach", "shares": "shares", "comments": "replies", "clicks": "link_clicks"}
_REEL = {"watch_seconds": "ig_reels_video_view_total_time"}
_FIXED = "id,media_type,media_product_type,timestamp,permalink,shortcode,caption"
_PROFILE = "id,username,name,followers_count"
_AT_ONCE = 50
_DAYS = timedelta(days=28)
_TOO_FEW_VIEWERS = "10"  # refuses a story whole


PERMISSIONS = {
    "": "instagram_basic",
    **dict.fromkeys(
        (*_MEDIA, *_REEL, "account reach", *(f"story {metric}" for metric in _STORY)), "instagram_manage_insights"
    ),
}
"""What a token has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an account, its media and live stories, reels' watch time, and its reach by day.

    Raises:
        Unanswered: the account itself, or its media, were refused.
    """
    assert isinstance(settings, Settings)
    protocol = graph.protocol(NAME, settings, account)
    path = f"{settings.version}/{account}"
    http.get(protocol, path, {"fields": _PROFILE})

    media = Parts((*_MEDIA, "likes", "comments"), window)
    reels: list[str] = []
    walk = graph.walked_parts(http, protocol, f"{path}/media", media, partial(_params, _MEDIA))
    for page in back_to(window.since, _times, walk):
        reels += [str(item.get("id")) for item in items([page]) if item.get("media_product_type") == "REELS"]

    stories = Parts(tuple(f"story {metric}" for metric in _STORY), window)
    for page in graph.walked(http, protocol, f"{path}/stories", {"fields": _FIXED, "limit": 100}):
        for item in items([page]):
            ask = partial(_ask_metrics, http, protocol, f"{settings.version}/{item.get('id')}/insights")
            stories.ask_one(ask, harmless=_TOO_FEW_VIEWERS)

    watched = Parts(tuple(_REEL), window)
    if reels and watched.wanted and (refusal := _batched(http, protocol, account, settings.version, reels)):
        (metric,) = _REEL
        watched.withheld[metric] = window.refused(metric, str(refusal), is_for_a_person=refusal.code != "100")

    days = Parts(("account reach",), window)
    days.settle(lambda parts: parts and http.get(protocol, f"{path}/insights", _days(window)))
    return graph.pull_result(media, stories, watched, days)


def _times(page: Mapping[str, Any]) -> list[datetime | None]:
    return [instant(item.get("timestamp")) for item in items([page])]


def _ask_metrics(http: Http, protocol: Protocol, path: str, parts: Sequence[str]) -> None:
    if parts:
        http.get(protocol, path, {"metric": ",".join(_STORY[part.removeprefix("story ")] for part in parts)})


def _params(metrics: Mapping[str, str], parts: Sequence[str]) -> dict[str, object]:
    counts = {"likes": "like_count", "comments": "comments_count"}
    named = ",".join(metrics[part] for part in parts if part in metrics)
    fields = (_FIXED, *(counts[part] for part in parts if part in counts and part not in metrics))
    return {"fields": ",".join((*fields, *([f"insights.metric({named})"] if named else []))), "limit": 100}


def _days(window: Window) -> dict[str, object]:
    until = window.now.date() + timedelta(days=1)
    return {"metric": "reach", "period": "day", "metric_type": "time_series",
            "since": (until - _DAYS).isoformat(), "until": until.isoformat()}  # fmt: skip


def _batched(http: Http, protocol: Protocol, account: str, version: str, reels: Sequence[str]) -> Unanswered | None:
    """Fifty questions at a time; what was not got to, or may pass, is asked once more. A reel that is refused costs
    itself only: the refusal, where all of them are.

    Raises:
        Unanswered: the token is dead, or Instagram was asked too much.
    """
    last, has_any = None, False
    for wanted in batches(reels, _AT_ONCE):
        for _ in range(2):
            batch = [{"method": "GET", "relative_url": f"{version}/{reel}/insights?metric={_REEL['watch_seconds']}"}
                     for reel in wanted]  # fmt: skip
            answers = http.post_for_list(
                protocol, version, {"batch": batch, "include_headers": False}, units=len(batch)
            )
            again = []
            for reel, answer in zip(wanted, answers, strict=False):
                refusal = _refusal_in(account, answer)
                has_any = has_any or (answer is not None and refusal is None)
                if answer is None or (refusal and refusal.who == "again"):
                    again.append(reel)
                elif refusal and (refusal.who == "window" or refusal.code in ("102", "190")):
                    raise refusal
                last = refusal or last
            wanted = again
            if not wanted:
                break
    return None if has_any else last


def _refusal_in(account: str, answer: object) -> Unanswered | None:
    """What one answer of a batch refuses, if it does."""
    status = answer.get("code") if isinstance(answer, dict) else None
    reply = Reply(status if isinstance(status, int) else 0, {}, _body(answer))
    return graph.refusal(NAME, account, reply)


def _body(answer: object) -> Any:
    """The JSON that one answer of a batch holds as text; null where it holds none."""
    try:
        return json.loads(text_at(answer, "body") or "null")
    except ValueError:
        return None


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's media and stories with their readings, and its figures by day."""
    assert isinstance(settings, Settings)
    builder, asked_questions = ExtractBuilder(NAME), list(questions(raw, settings.version))
    values: dict[str, dict[str, object]] = {}
    for question in asked_questions:
        for number, figures in _figures_of_media(question, raw.account):
            values.setdefault(number, {}).update(figures)
    for question in asked_questions:
        if question.path == raw.account:
            builder.account(question.asked_at, raw.account, question.body.get("name"), question.body.get("username"))
            builder.followers(question.asked_at, raw.account, question.body.get("followers_count"))
        elif question.path in (f"{raw.account}/media", f"{raw.account}/stories"):
            for item in items([question.body]):
                _post(builder, raw.account, question, item, values, is_story=question.path.endswith("/stories"))
        elif question.path == f"{raw.account}/insights":
            graph.figures_by_day(builder, raw.account, question, settings.source_zone, {"reach": "reach"})
    mapped = {theirs: ours for metrics in (_STORY, _MEDIA, _REEL) for ours, theirs in metrics.items()}
    return builder.extract(raw, {**mapped, "like_count": "likes", "comments_count": "comments"})


def _post(
    builder: ExtractBuilder, account: str, question: Question, item: Mapping[str, Any],
    figures: Mapping[str, dict[str, object]], *, is_story: bool,
) -> None:  # fmt: skip
    number = str(item.get("id", ""))
    if not number.isdecimal():
        builder.reject("media without an id", item)
        return
    is_reel, is_video = item.get("media_product_type") == "REELS", item.get("media_type") == "VIDEO"
    described = {
        "post_id": number,
        "alias": None if is_story else text_at(item, "shortcode") or None,
        "account_id": account,
        "url": text_at(item, "permalink"),
        "text": text_at(item, "caption"),
        "kind": "story" if is_story else "short" if is_reel else "video" if is_video else "post",
        "published_at": instant(item.get("timestamp")),
    }
    values = {**insights(item), **figures.get(number, {})}
    counts = {metric: values.get(theirs) for metric, theirs in (_STORY if is_story else _MEDIA).items()}
    counts["likes"] = item.get("like_count")
    if not is_story:
        counts |= {"comments": item.get("comments_count"), "watch_ms": values.get(_REEL["watch_seconds"])}
    builder.post(question.asked_at, described, counts)


def _figures_of_media(question: Question, account: str) -> Iterator[tuple[str, dict[str, object]]]:
    """What media answered one by one or in a batch, by their ids."""
    number, _, edge = question.path.partition("/")
    if edge == "insights" and number != account:
        yield number, insights({"insights": question.body})
    batch = question.sent.get("batch") if isinstance(question.sent, dict) else None
    for request, answer in zip(batch or (), question.body if batch else (), strict=False):
        if isinstance(answer, dict) and answer.get("code") == 200:
            yield str(request["relative_url"]).split("/")[1], insights({"insights": _body(answer)})
