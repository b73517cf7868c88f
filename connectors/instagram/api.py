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
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from connectors.asking.answers import ExtractBuilder, Question, all_before, day_before, inner, instant, questions
from connectors.asking.http import Http
from connectors.asking.protocol import Protocol, Reply
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.contract import ConnectorSettings, Extract, Raw
from connectors.instagram.export import NAME, Settings
from connectors.meta import graph
from connectors.meta.graph import Parts, insights, items

__all__ = ["NAME", "Settings", "pull", "read"]

_MEDIA = {"views": "views", "reach": "reach", "shares": "shares", "saves": "saved"}
_STORY = {"views": "views", "reach": "reach", "shares": "shares", "comments": "replies", "clicks": "link_clicks"}
_REEL = {"watch_seconds": "ig_reels_video_view_total_time"}
_FIXED = "id,media_type,media_product_type,timestamp,permalink,shortcode,caption"
_PROFILE = "id,username,name,followers_count"
_AT_ONCE = 50
_DAYS = timedelta(days=28)


PERMISSIONS = {
    "": "instagram_basic",
    **dict.fromkeys(
        (*_MEDIA, *_REEL, "account reach", *(f"story {own}" for own in _STORY)), "instagram_manage_insights"
    ),
}
"""What a token has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an account, its media and live stories, reels' watch time, and its reach by day.

    Raises:
        Unanswered: the account itself, or its media, were refused.
    """
    how = graph.manners(NAME, settings.token_of(account), account)
    version = str(getattr(settings, "version", ""))
    own = f"{version}/{account}"
    http.get(how, own, {"fields": _PROFILE})

    media = Parts((*_MEDIA, "likes", "comments"), window)
    reels: list[str] = []
    for page in graph.walked_parts(http, how, f"{own}/media", media, partial(_params, _MEDIA)):
        reels += [str(item.get("id")) for item in items([page]) if item.get("media_product_type") == "REELS"]
        if _is_over(page, window.since):
            break

    stories = Parts(tuple(f"story {metric}" for metric in _STORY), window)
    for page in graph.walked(http, how, f"{own}/stories", {"fields": _FIXED, "limit": 100}):
        for item in items([page]):
            _ask_story(http, how, f"{version}/{item.get('id')}/insights", stories)

    watched = Parts(tuple(_REEL), window)
    if reels and watched.asked and (refusal := _batched(http, how, account, version, reels)):
        (metric,) = _REEL
        watched.withheld[metric] = window.refused(metric, str(refusal), is_for_a_person=refusal.code != "100")

    days = Parts(("account reach",), window)
    days.settle(lambda parts: parts and http.get(how, f"{own}/insights", _days(window)))
    return graph.asked(media, stories, watched, days)


def _ask_story(http: Http, how: Protocol, path: str, stories: Parts) -> None:
    """Each story for itself: too few viewers for figures refuse it whole, and that says nothing of its metrics."""
    ask = partial(_ask_metrics, http, how, path)
    try:
        ask(stories.asked)
    except Unanswered as refusal:
        if refusal.code == "100":
            stories.settle_one(ask)
        elif refusal.code != "10":
            raise


def _ask_metrics(http: Http, how: Protocol, path: str, parts: Sequence[str]) -> None:
    if parts:
        http.get(how, path, {"metric": ",".join(_STORY[part.removeprefix("story ")] for part in parts)})


def _params(metrics: Mapping[str, str], parts: Sequence[str]) -> dict[str, object]:
    counts = {"likes": "like_count", "comments": "comments_count"}
    named = ",".join(metrics[part] for part in parts if part in metrics)
    fields = (_FIXED, *(counts[part] for part in parts if part in counts and part not in metrics))
    return {"fields": ",".join((*fields, *([f"insights.metric({named})"] if named else []))), "limit": 100}


def _days(window: Window) -> dict[str, object]:
    until = window.now.date() + timedelta(days=1)
    return {"metric": "reach", "period": "day", "metric_type": "time_series",
            "since": (until - _DAYS).isoformat(), "until": until.isoformat()}  # fmt: skip


def _batched(http: Http, how: Protocol, account: str, version: str, reels: Sequence[str]) -> Unanswered | None:
    """Fifty questions at a time; what was not got to, or may pass, is asked once more. A reel that is refused costs
    itself only: the refusal, where all of them are.

    Raises:
        Unanswered: the token is dead, or Instagram was asked too much.
    """
    last, has_any = None, False
    for start in range(0, len(reels), _AT_ONCE):
        wanted = list(reels[start : start + _AT_ONCE])
        for _ in range(2):
            batch = [{"method": "GET", "relative_url": f"{version}/{own}/insights?metric={_REEL['watch_seconds']}"}
                     for own in wanted]  # fmt: skip
            answer = http.post_for_list(how, version, {"batch": batch, "include_headers": False}, units=len(batch))
            again = []
            for own, item in zip(wanted, answer, strict=False):
                refusal = _of_item(account, item)
                has_any = has_any or (item is not None and refusal is None)
                if item is None or (refusal and refusal.who == "again"):
                    again.append(own)
                elif refusal and (refusal.who == "window" or refusal.code in ("102", "190")):
                    raise refusal
                last = refusal or last
            wanted = again
            if not wanted:
                break
    return None if has_any else last


def _of_item(account: str, item: object) -> Unanswered | None:
    """What one answer of a batch refuses, if it does."""
    status, body = inner({"item": item}, "item").get("code"), inner({"item": item}, "item").get("body")
    try:
        said = json.loads(body) if isinstance(body, str) else None
    except ValueError:
        said = None
    return graph.refusal_of(NAME, account, Reply(status if isinstance(status, int) else 0, {}, said))


def _is_over(page: Mapping[str, Any], since: datetime | None) -> bool:
    times = [instant(own.get("timestamp")) for own in items([page])]
    return all_before(times, since)


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's media and stories with their readings, and its figures by day."""
    said, version = ExtractBuilder(NAME), str(getattr(settings, "version", ""))
    asked = list(questions(raw, version))
    values: dict[str, dict[str, object]] = {}
    for question in asked:
        for own_id, found in _answered(question, raw.account):
            values.setdefault(own_id, {}).update(found)
    for question in asked:
        if question.path == raw.account:
            _account(said, raw.account, question)
        elif question.path in (f"{raw.account}/media", f"{raw.account}/stories"):
            for item in items([question.body]):
                _post(said, raw.account, question, item, values, is_story=question.path.endswith("/stories"))
        elif question.path == f"{raw.account}/insights":
            _reach(said, raw.account, question, settings.source_zone)
    mapped = {theirs: ours for own in (_STORY, _MEDIA, _REEL) for ours, theirs in own.items()}
    return said.extract(raw, {**mapped, "like_count": "likes", "comments_count": "comments"})


def _account(said: ExtractBuilder, account: str, question: Question) -> None:
    day = question.asked_at.date()
    said.account(question.asked_at, account, question.body.get("name"), question.body.get("username"))
    said.figure(question.asked_at, account, "followers", day, day, question.body.get("followers_count"))


def _post(
    said: ExtractBuilder, account: str, question: Question, item: Mapping[str, Any],
    known: Mapping[str, dict[str, object]], *, is_story: bool,
) -> None:  # fmt: skip
    own_id = str(item.get("id", ""))
    if not own_id.isdecimal():
        said.reject("media without an id", item)
        return
    product, url = str(item.get("media_product_type")), item.get("permalink")
    code = item.get("shortcode")
    is_video = item.get("media_type") == "VIDEO"
    described = {
        "post_id": own_id,
        "alias": code if isinstance(code, str) and code and not is_story else None,
        "account_id": account,
        "url": url if isinstance(url, str) else None,
        "text": item.get("caption") if isinstance(item.get("caption"), str) else None,
        "kind": "story" if is_story else "short" if product == "REELS" else "video" if is_video else "post",
        "published_at": instant(item.get("timestamp")),
    }
    values = {**insights(item), **known.get(own_id, {})}
    counts = {metric: values.get(theirs) for metric, theirs in (_STORY if is_story else _MEDIA).items()}
    counts["likes"] = item.get("like_count")
    if not is_story:
        counts |= {"comments": item.get("comments_count"), "watch_ms": values.get(_REEL["watch_seconds"])}
    said.post(question.asked_at, described, counts)


def _answered(question: Question, account: str) -> Iterator[tuple[str, dict[str, object]]]:
    """What media answered one by one or in a batch, by their ids."""
    own_id, _, edge = question.path.partition("/")
    if edge == "insights" and own_id != account:
        yield own_id, insights({"insights": question.body})
    asked = question.sent.get("batch") if isinstance(question.sent, dict) else None
    for one, answer in zip(asked or (), question.body if asked else (), strict=False):
        if isinstance(answer, dict) and answer.get("code") == 200:
            try:
                body = json.loads(answer.get("body") or "null")
            except ValueError:
                continue
            yield str(one["relative_url"]).split("/")[1], insights({"insights": body})


def _reach(said: ExtractBuilder, account: str, question: Question, zone: str) -> None:
    for entry in items([question.body]):
        for value in entry.get("values") or () if entry.get("name") == "reach" else ():
            day: date | None = day_before(value.get("end_time"), zone) if isinstance(value, dict) else None
            if day:
                is_final = question.asked_at.date() - day > timedelta(days=2)
                said.figure(question.asked_at, account, "reach", day, day, value.get("value"), is_final=is_final)
