"""Facebook pages by the Graph API: posts, videos, reels and live with their lifetime figures, and a page's days.

Reference: https://developers.facebook.com/docs/graph-api/reference/page/ (published_posts, insights); names of
metrics as of 2026-06-15, when reach by `post_impressions_unique` ended.
Limits: 4,800 calls a day for each engaged user of a page; lists by 100. Reactions and comments come with the list of
posts, and so do insights, so that 100 posts cost one request. Paid views cost a second list: a list holds one question
for insights, and Meta forbids the aliases that tell two of them apart. A page needs 100 likes for insights.
Not reported: saves, impressions. Insights of a page's days are those of US Pacific days, and restated for some time.

| theirs | ours |
| --- | --- |
| post_media_view, and its part with is_from_ads | views, views_paid |
| post_total_media_view_unique | reach |
| reactions.summary, comments.summary, shares.count | likes, comments, shares (asked for and absent: 0) |
| post_clicks | clicks |
| post_video_view_time, in milliseconds | watch_seconds |
| page_views_total, page_media_view | page_views, views |
| page_total_media_view_unique, page_follows | viewers, followers |
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Any

from connectors.asking.answers import ExtractBuilder, Question, inner, instant, objects, text_at, whole
from connectors.asking.http import Http
from connectors.asking.paging import ask_for_all, back_to, is_before
from connectors.asking.protocol import Protocol
from connectors.asking.pulling import PullResult, Window
from connectors.asking.settings import ApiSettings
from connectors.asking.ways import Ways
from connectors.audiences import ACCOUNT_AUDIENCE, NIGHTS
from connectors.contract import Extract, Raw
from connectors.facebook import audience
from connectors.facebook.export import NAME, Settings
from connectors.meta import graph
from connectors.meta.batch import FiguresAlone, figures_alone
from connectors.meta.graph import insights, items
from connectors.meta.one_by_one import Refusals
from connectors.meta.parts import Parts, pull_result
from connectors.meta.posts import Fields, PostList
from connectors.reading import links
from connectors.settings import ConnectorSettings

__all__ = ["NAME", "Settings", "pull", "read"]

_POSTS = Fields(
    ("id", "created_time", "permalink_url"),
    {
        "likes": "reactions.summary(total_count).limit(0)",
        "comments": "comments.summary(total_count).limit(0)",
        "shares": "shares",
    },
    {
        "views": "post_media_view",
        "reach": "post_total_media_view_unique",
        "clicks": "post_clicks",
        "watch_seconds": "post_video_view_time",
    },
    told={"post kind": "status_type", "post text": "message"},
)
_PAID = Fields(("id", "created_time"), {}, {"views_paid": "post_media_view"}, "is_from_ads")
_PAID_FIELD = "insights.metric(post_media_view).breakdown(is_from_ads)"
_PAGE = {
    "page_views": "page_views_total",
    "views": "page_media_view",
    "viewers": "page_total_media_view_unique",
    "followers": "page_follows",
}
_BESIDE = {
    "account name": "name,username",
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
    **dict.fromkeys((f"{whose} {metric}" for whose in ("page", "account") for metric in _PAGE), "read_insights"),
    ACCOUNT_AUDIENCE: "read_insights",
}
"""What a token has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for a page's name, posts, reels, live videos, and its figures of the last days.

    Raises:
        Unanswered: the page itself, or its posts, were refused.
    """
    assert isinstance(settings, Settings)
    protocol = graph.protocol(NAME, settings, account)
    path = f"{settings.version}/{account}"

    parts_of = partial(
        Parts, window=window, permissions=PERMISSIONS, check=partial(http.check, protocol, path, {"fields": "id"})
    )

    beside = parts_of(tuple(_BESIDE))
    page = beside.settle(lambda parts: http.get(protocol, path, _page_params(parts)))
    beside.attempt("reels", partial(_more_reels, http, protocol, path, page, window))

    posts, paid, refusals = parts_of(_POSTS.parts), parts_of(_PAID.parts), Refusals(window)
    walk = partial(PostList, http, protocol, f"{path}/published_posts", time="created_time", since=window.since)
    ask_for_all(walk(fields=_POSTS, parts=posts, refusals=refusals).pages())
    if paid.wanted:
        pages = walk(fields=_PAID, parts=paid, refusals=refusals).pages()
        ask_for_all(takewhile(lambda _: paid.wanted, pages))

    days = parts_of(tuple(f"page {metric}" for metric in _PAGE))
    for start, end in days.spans_of_days(_RESTATED, _KEPT, _LONGEST):  # what only old days lack is withheld of no other
        days.settle(partial(_ask_days, http, protocol, f"{path}/insights", start, end))

    followers = parts_of((ACCOUNT_AUDIENCE,))
    if window.is_turn_of(account, NIGHTS):
        audience.pull(http, protocol, path, followers)
    return pull_result(beside, posts, paid, days, followers, refused_posts=refusals.result())


def _page_params(beside: Sequence[str]) -> dict[str, object]:
    return {"fields": ",".join(("id", *(_BESIDE[part] for part in beside)))}


def _days(parts: Sequence[str], start: date, end: date) -> dict[str, object]:
    metrics = ",".join(_PAGE[part.removeprefix("page ")] for part in parts)
    return {"metric": metrics, "period": "day", "since": start.isoformat(), "until": end.isoformat()}


def _ask_days(http: Http, protocol: Protocol, path: str, start: date, end: date, parts: Sequence[str]) -> None:
    if parts:  # Graph refuses a question for no metric
        http.get(protocol, path, _days(parts, start, end))


def _more_reels(http: Http, protocol: Protocol, path: str, page: Mapping[str, Any], window: Window) -> None:
    """Asks for the reels beyond those that came with the page."""
    first, fields = page.get("video_reels"), _BESIDE["reels"].partition("{")[2].rstrip("}")
    after = graph.cursor(first)
    if after is None or is_before(_times(first), window.since):
        return
    walk = graph.walked(http, protocol, f"{path}/video_reels", Ways([fields]), after)
    ask_for_all(back_to(window.since, _times, walk))


def _times(page: object) -> list[datetime | None]:
    return [instant(item.get("created_time")) for item in items([page])]


# --------------------------------------------------------------------------- reading


@dataclass(frozen=True)
class Beside:
    """What a pull tells of posts beside their list: which were live, their paid views, and who was asked alone."""

    live: set[str]
    paid: Mapping[str, int | None]
    alone: FiguresAlone
    paid_alone: FiguresAlone


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A page's posts with their readings, and its figures by day."""
    assert isinstance(settings, Settings)
    builder = ExtractBuilder(NAME)
    asked_questions = graph.questions_of(raw)
    beside = _beside(asked_questions, raw.account)
    for question in asked_questions:
        if question.path == raw.account:
            builder.account(question.asked_at, raw.account, question.body.get("name"), question.body.get("username"))
        elif _lists_posts(question, raw.account):
            for item in items([question.body]):
                _post(builder, raw.account, question, item, beside)
        elif question.path == f"{raw.account}/insights" and not audience.read(builder, raw.account, question):
            graph.figures_by_day(builder, raw.account, question, settings.source_zone, _PAGE)
    names = {str(post[name]) for post in builder.posts for name in ("post_id", "alias") if post.get(name)}
    for question in asked_questions:
        if question.path in (raw.account, f"{raw.account}/video_reels"):
            page = question.body.get("video_reels") if question.path == raw.account else question.body
            for item in items([page]):
                _reel(builder, raw.account, question, item, names)
    fields = {**_POSTS.insights, **_POSTS.counts, "views_paid": _PAID_FIELD, **_PAGE}
    return builder.extract(raw, {field: ours for ours, field in fields.items()})


def _beside(asked_questions: Sequence[Question], account: str) -> Beside:
    alone = figures_alone(asked_questions, NAME, _POSTS.insights)
    paid_alone = figures_alone(asked_questions, NAME, _PAID.insights, _PAID.breakdown)
    lists = [question.body for question in asked_questions if _lists_posts(question, account, _PAID_FIELD)]
    paid = {str(item.get("id")): _paid(item.get("insights")) for item in items(lists)}
    paid |= {post: _paid(entries) for post, entries in paid_alone.insights.items()}
    return Beside(_live(asked_questions), paid, alone, paid_alone)


def _lists_posts(question: Question, account: str, field: str = "permalink_url") -> bool:
    """Whether a question is for the list of posts; the list with paid views asks for no links."""
    fields = question.params.get("fields", "").split(",")
    return question.path == f"{account}/published_posts" and field in fields


def _live(asked_questions: Sequence[Question]) -> set[str]:
    """The numbers of videos that were live."""
    lists = [inner(question.body, "live_videos") for question in asked_questions]
    videos = (item.get("video") for item in items(lists))
    return {str(video["id"]) for video in videos if isinstance(video, dict) and "id" in video}


def _post(builder: ExtractBuilder, account: str, question: Question, item: Mapping[str, Any], beside: Beside) -> None:
    post_id = str(item.get("id", ""))
    if not re.fullmatch(r"\d+_\d+", post_id):
        builder.reject("a post without an id of its page and its own", item)
        return
    url = text_at(item, "permalink_url")
    in_link = links.shapes()[NAME].parts_of(url or "")
    fields = question.params.get("fields", "")
    values = {**insights(item), **insights({"insights": beside.alone.insights.get(post_id)})}
    counts = {
        "views": values.get("post_media_view"),
        # Until 28 November 2026 paid views came with the list itself, under an alias.
        "views_paid": beside.paid.get(post_id, _paid(item.get("paid"))),
        "reach": values.get("post_total_media_view_unique"),
        "clicks": values.get("post_clicks"),
        "watch_ms": values.get("post_video_view_time"),
        "likes": inner(item, "reactions", "summary").get("total_count"),
        "comments": inner(item, "comments", "summary").get("total_count"),
        "shares": _shares(item, "shares" in fields.split(",")),
    }
    described = {
        "post_id": post_id,
        "alias": in_link.get("number"),
        "account_id": account,
        "url": url,
        "text": text_at(item, "message"),
        "kind": _kind(url, item.get("status_type"), in_link.get("video"), beside.live),
        "published_at": instant(item.get("created_time")),
        "video_id": in_link.get("video"),
    }
    why = beside.alone.why_unknown(post_id, counts) | beside.paid_alone.why_unknown(post_id, counts)
    builder.post(question.asked_at, described, counts, why)


def _kind(url: str | None, status: object, video: str | None, live: set[str]) -> str:
    if video in live:
        return "live"
    if "/reel/" in (url or ""):
        return "short"
    return "video" if video or status == "added_video" else "post"


def _shares(item: Mapping[str, Any], is_asked_for: bool) -> object:
    """Graph leaves the count out where there is none: asked for and absent is 0."""
    if item.get("shares") is None:
        return 0 if is_asked_for else None
    return inner(item, "shares").get("count")


def _paid(insight: object) -> int | None:
    """The part of views that comes from ads: Graph says it in an entry, or in a value, of its own."""
    values = [{**entry, **value} for entry in items([insight]) for value in objects(entry.get("values"))]
    paid = [whole(value.get("value")) for value in values if str(value.get("is_from_ads")) in ("1", "true", "True")]
    return paid[0] if len(paid) == 1 else None


def _reel(builder: ExtractBuilder, account: str, question: Question, item: Mapping[str, Any], names: set[str]) -> None:
    """A reel that the list of posts does not have: its views are all that it tells."""
    video = str(item.get("id", ""))
    post = str(item.get("post_id") or "")
    post_id = f"{account}_{post.rpartition('_')[2]}" if _NUMBER.fullmatch(post.rpartition("_")[2]) else ""
    if not _NUMBER.fullmatch(video) or post_id in names or video in names:
        return
    names.add(video)
    described = {
        "post_id": post_id or video,
        "identified_by": "id" if post_id else "video",
        "alias": video,
        "account_id": account,
        "url": f"https://www.facebook.com/reel/{video}",
        "text": text_at(item, "description"),
        "kind": "short",
        "published_at": instant(item.get("created_time")),
        "video_id": video,
    }
    builder.post(question.asked_at, described, {"views": item.get("views")})
