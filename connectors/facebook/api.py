"""Facebook pages by the Graph API: posts, videos, reels and live with their lifetime figures, and a page's days.

Reference: https://developers.facebook.com/docs/graph-api/reference/page/ (published_posts, insights); names of
metrics as of 2026-06-15, when reach by `post_impressions_unique` ended.
Limits: 4,800 calls a day for each engaged user of a page; lists by 100. Reactions and comments come with the list of
posts, and so do insights, so that 100 posts cost one request. A page needs 100 likes for insights.
Not reported: saves, impressions. Insights of a page's days are those of US Pacific days, and restated for some time.

| theirs | ours |
| --- | --- |
| post_media_view, the part with is_from_ads | views, views_paid |
| post_total_media_view_unique | reach |
| reactions.summary, comments.summary, shares.count | likes, comments, shares (asked for and absent: 0) |
| post_clicks | clicks |
| post_video_view_time, in milliseconds | watch_seconds |
| page_views_total, page_media_view, page_total_media_view_unique, page_follows | visits, views, reach, followers |
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from connectors.asking.answers import ExtractBuilder, Question, all_before, day_before, instant, questions, whole
from connectors.asking.http import Http
from connectors.asking.protocol import Protocol
from connectors.asking.pulling import PullResult, Window
from connectors.asking.settings import ApiSettings
from connectors.contract import ConnectorSettings, Extract, Raw
from connectors.facebook.export import NAME, Settings
from connectors.meta import graph
from connectors.meta.graph import Parts, insights, items
from connectors.reading import links

__all__ = ["NAME", "Settings", "pull", "read"]

_POSTS = {
    "views": "insights.metric(post_media_view)",
    "reach": "insights.metric(post_total_media_view_unique)",
    "clicks": "insights.metric(post_clicks)",
    "watch_seconds": "insights.metric(post_video_view_time)",
    "views_paid": "insights.metric(post_media_view).breakdown(is_from_ads).as(paid)",
    "likes": "reactions.summary(total_count).limit(0)",
    "comments": "comments.summary(total_count).limit(0)",
    "shares": "shares",
}
_PAGE = {
    "visits": "page_views_total",
    "views": "page_media_view",
    "reach": "page_total_media_view_unique",
    "followers": "page_follows",
}
_LISTS = {
    "reels": "video_reels.limit(100){id,post_id,description,created_time,permalink_url,views}",
    "live": "live_videos.limit(100){id,video,creation_time}",
}
_RESTATED = timedelta(days=28)
_LONGEST = timedelta(days=90)
_KEPT = timedelta(days=2 * 365)
_NUMBER = re.compile(r"\d{5,}")


PERMISSIONS = {
    "": "pages_read_engagement",
    **dict.fromkeys(("likes", "comments"), "pages_read_user_content"),
    **dict.fromkeys(("views", "views_paid", "reach", "clicks", "watch_seconds"), "read_insights"),
    **dict.fromkeys((f"{of} {metric}" for of in ("page", "account") for metric in _PAGE), "read_insights"),
}
"""What a token has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for a page's name, posts, reels, live videos, and its figures of the last days.

    Raises:
        Unanswered: the page itself, or its posts, were refused.
    """
    how = graph.manners(NAME, settings.token_of(account), account)
    own = f"{_version(settings)}/{account}"

    lists = Parts(tuple(_LISTS), window)
    lists.settle(lambda parts: http.get(how, own, _page_params(parts)))
    page = http.get(how, own, _page_params(lists.asked))
    _more_reels(http, how, own, page, window)

    posts = Parts(tuple(_POSTS), window)
    path = f"{own}/published_posts"
    for found in graph.walked_parts(http, how, path, posts, _posts_params):
        if _is_over(found, window.since):
            break

    days = Parts(tuple(f"page {metric}" for metric in _PAGE), window)
    for start, end in _spans(window):
        days.settle(partial(_ask_days, http, how, f"{own}/insights", start, end))
    return graph.asked(lists, posts, days)


def _version(settings: ApiSettings) -> str:
    return str(getattr(settings, "version", ""))


def _page_params(lists: Sequence[str]) -> dict[str, object]:
    return {"fields": ",".join(("id", "name", "username", "followers_count", *(_LISTS[own] for own in lists)))}


def _posts_params(parts: Sequence[str]) -> dict[str, object]:
    """One list of fields: the insights of all metrics that are asked for together."""
    fixed = ("id", "created_time", "permalink_url", "status_type", "message")
    named = [re.search(r"^insights\.metric\((\w+)\)$", _POSTS[part]) for part in parts]
    metrics = ",".join(found[1] for found in named if found)
    plain = [_POSTS[part] for part, found in zip(parts, named, strict=True) if not found]
    return {"fields": ",".join((*fixed, *plain, *([f"insights.metric({metrics})"] if metrics else []))), "limit": 100}


def _days(parts: Sequence[str], start: date, end: date) -> dict[str, object]:
    metrics = ",".join(_PAGE[part.removeprefix("page ")] for part in parts)
    return {"metric": metrics, "period": "day", "since": start.isoformat(), "until": end.isoformat()}


def _ask_days(http: Http, how: Protocol, path: str, start: date, end: date, parts: Sequence[str]) -> None:
    if parts:  # Graph refuses a question for no metric
        http.get(how, path, _days(parts, start, end))


def _more_reels(http: Http, how: Protocol, own: str, page: Mapping[str, Any], window: Window) -> None:
    """Asks for the reels beyond those that came with the page."""
    found, fields = page.get("video_reels"), _LISTS["reels"].partition("{")[2].rstrip("}")
    after = graph.cursor(found)
    if after is None or _is_over(found, window.since):
        return
    for more in graph.walked(http, how, f"{own}/video_reels", {"fields": fields, "limit": 100, "after": after}):
        if _is_over(more, window.since):
            return


def _is_over(page: object, since: datetime | None) -> bool:
    """Whether all that a page of a list holds is older than what is asked for; the newest come first."""
    times = [instant(own.get("created_time")) for own in items([page])]
    return all_before(times, since)


def _spans(window: Window) -> list[tuple[date, date]]:
    """Days to ask for, at most 90 a time: those that may be restated still, or all that Facebook keeps."""
    last = window.now.date() + timedelta(days=1)
    first = last - (_RESTATED if window.since else _KEPT)
    days = [first]
    while days[-1] < last:
        days.append(min(days[-1] + _LONGEST, last))
    return list(pairwise(days))


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A page's posts with their readings, and its figures by day."""
    said = ExtractBuilder(NAME)
    asked = list(questions(raw, str(getattr(settings, "version", ""))))
    live = _live(asked)
    for question in asked:
        if question.path == raw.account:
            said.account(question.asked_at, raw.account, question.body.get("name"), question.body.get("username"))
        elif question.path == f"{raw.account}/published_posts":
            for item in items([question.body]):
                _post(said, raw.account, question, item, live)
        elif question.path == f"{raw.account}/insights":
            _page_days(said, raw.account, question, settings.source_zone)
    known = {str(own["post_id"]) for own in said.posts} | {str(own["alias"]) for own in said.posts if own.get("alias")}
    for question in asked:
        if question.path in (raw.account, f"{raw.account}/video_reels"):
            found = question.body.get("video_reels") if question.path == raw.account else question.body
            for item in items([found]):
                _reel(said, raw.account, question, item, known)
    return said.extract(raw, {field: ours for ours, field in (*_POSTS.items(), *_PAGE.items())})


def _live(asked: Sequence[Question]) -> set[str]:
    """The numbers of videos that were live."""
    found = (item.get("video") for question in asked for item in items([question.body.get("live_videos")]))
    return {str(own["id"]) for own in found if isinstance(own, dict) and "id" in own}


def _post(said: ExtractBuilder, account: str, question: Question, item: Mapping[str, Any], live: set[str]) -> None:
    post_id = str(item.get("id", ""))
    if not re.fullmatch(r"\d+_\d+", post_id):
        said.reject("a post without an id of its page and its own", item)
        return
    url = item.get("permalink_url") if isinstance(item.get("permalink_url"), str) else None
    number = re.search(links.FACEBOOK_NUMBER, url or "")
    video = re.search(links.FACEBOOK_VIDEO, url or "")
    fields = question.params.get("fields", "")
    values = insights(item)
    counts = {
        "views": values.get("post_media_view"),
        "views_paid": _paid(item.get("paid")),
        "reach": values.get("post_total_media_view_unique"),
        "clicks": values.get("post_clicks"),
        "watch_ms": values.get("post_video_view_time"),
        "likes": _summary(item.get("reactions")),
        "comments": _summary(item.get("comments")),
        "shares": _shares(item, "shares" in fields.split(",")),
    }
    described = {
        "post_id": post_id,
        "alias": number[1] if number else None,
        "account_id": account,
        "url": url,
        "text": item.get("message") if isinstance(item.get("message"), str) else None,
        "kind": _kind(url, item.get("status_type"), video[1] if video else None, live),
        "published_at": instant(item.get("created_time")),
        "video_id": video[1] if video else None,
    }
    said.post(question.asked_at, described, counts)


def _kind(url: str | None, status: object, video: str | None, live: set[str]) -> str:
    if video in live:
        return "live"
    if "/reel/" in (url or ""):
        return "short"
    return "video" if video or status == "added_video" else "post"


def _summary(found: object) -> object:
    summary = found.get("summary") if isinstance(found, dict) else None
    return summary.get("total_count") if isinstance(summary, dict) else None


def _shares(item: Mapping[str, Any], is_asked: bool) -> object:
    """Graph leaves the count out where there is none: asked for and absent is 0."""
    found = item.get("shares")
    if found is None:
        return 0 if is_asked else None
    return found.get("count") if isinstance(found, dict) else None


def _paid(found: object) -> int | None:
    """The part of views that comes from ads: Graph says it in an entry, or in a value, of its own."""
    entries = list(items([found])) if isinstance(found, dict) else []
    values = [{**entry, **own} for entry in entries for own in entry.get("values", ()) if isinstance(own, dict)]
    paid = [whole(own.get("value")) for own in values if str(own.get("is_from_ads")) in ("1", "true", "True")]
    return paid[0] if len(paid) == 1 else None


def _reel(said: ExtractBuilder, account: str, question: Question, item: Mapping[str, Any], known: set[str]) -> None:
    """A reel that the list of posts does not have: its views are all that it tells."""
    video = str(item.get("id", ""))
    post = str(item.get("post_id") or "")
    post_id = f"{account}_{post.rpartition('_')[2]}" if _NUMBER.fullmatch(post.rpartition("_")[2]) else ""
    if not _NUMBER.fullmatch(video) or post_id in known or video in known:
        return
    known.add(video)
    described = {
        "post_id": post_id or video,
        "identified_by": "id" if post_id else "video",
        "alias": video,
        "account_id": account,
        "url": f"https://www.facebook.com/reel/{video}",
        "text": item.get("description") if isinstance(item.get("description"), str) else None,
        "kind": "short",
        "published_at": instant(item.get("created_time")),
        "video_id": video,
    }
    said.post(question.asked_at, described, {"views": item.get("views")})


def _page_days(said: ExtractBuilder, account: str, question: Question, zone: str) -> None:
    ours = {theirs: own for own, theirs in _PAGE.items()}
    for entry in items([question.body]):
        metric = ours.get(str(entry.get("name")))
        for value in entry.get("values") or () if metric and entry.get("period") == "day" else ():
            day = day_before(value.get("end_time"), zone) if isinstance(value, dict) else None
            if day and metric:
                is_final = question.asked_at.date() - day > timedelta(days=2)
                said.figure(question.asked_at, account, metric, day, day, value.get("value"), is_final=is_final)
