"""The Graph API of pages, as far as its documentation and what was seen of it tell (versions 25 and 26).

Field expansion, cursors, ``paging.next`` with the token in it, usage headers, and one unknown metric that fails the
whole call. Names of metrics that answer are those of https://developers.facebook.com/docs/platforminsights/page after
2026-06-15.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import JSONResponse, Response

from tests.connectors.meta import forbidden
from tests.platforms.server import Question
from tests.platforms.world import Account, Post

POST_METRICS = {
    "post_media_view": "views",
    "post_total_media_view_unique": "reach",
    "post_clicks": "clicks",
    "post_video_view_time": "watch_ms",
    "post_reactions_by_type_total": "likes",
    "post_video_avg_time_watched": "watch_ms",
    "post_video_views": "views",
}
PAGE_METRICS = ("page_views_total", "page_media_view", "page_total_media_view_unique", "page_follows",
                "page_post_engagements", "page_daily_follows", "page_total_actions", "page_video_views")  # fmt: skip
POST_FIELDS = ("id", "created_time", "permalink_url", "status_type", "message", "shares", "reactions", "comments",
               "insights", "attachments", "updated_time", "from", "story")  # fmt: skip
PAGE_FIELDS = ("id", "name", "username", "followers_count", "fan_count", "video_reels", "live_videos", "about")
REEL_FIELDS = ("id", "post_id", "description", "created_time", "permalink_url", "views", "length", "updated_time")
_FIELD = re.compile(r"(\w+)((?:\.\w+\([^()]*\))*)(\{.*\})?$")


@dataclass
class Facebook:
    """Pages by their id. What is off: ``retired`` metrics, ``silent`` ones (no data), pages that lack permissions.

    ``codes`` are those with which fields and metrics are refused, ``refusing`` those with which posts, by their numbers,
    refuse their insights. ``too_much`` is the number of posts from which on a list with insights is refused.
    """

    pages: dict[str, Account]
    retired: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    dead: dict[str, int] = field(default_factory=dict)  # page -> subcode of code 190
    without_reactions: set[str] = field(default_factory=set)
    reels: dict[str, list[Post]] = field(default_factory=dict)
    live: dict[str, list[Post]] = field(default_factory=dict)
    followers: dict[str, dict[str, int]] = field(default_factory=dict)  # counts by part, by metric
    usage: int | None = None
    codes: dict[str, int] = field(default_factory=dict)
    refusing: dict[int, tuple[int, int]] = field(default_factory=dict)
    too_much: int = 101
    version: str = ""  # that answers, where it is another than was asked for
    forbidden_code: int = 100  # with which a new app's forbidden features are refused

    def answer(self, question: Question) -> Response:
        """What Graph says."""
        if question.method == "POST" and re.fullmatch(r"/v\d+\.0", question.path):
            return batch_answer(question, self.answer)
        match = re.fullmatch(r"/v\d+\.0/(\d+)(_\d+)?(?:/(\w+))?", question.path)
        page = self.pages.get(match[1]) if match else None
        if not match or page is None:
            return error(100, f"Unsupported get request. Object with ID '{match and match[1]}' does not exist", 33)
        bearer = question.headers.get("authorization", "")
        if bearer != f"Bearer {page.token}":
            return error(190, "Invalid OAuth access token - Cannot parse access token")
        if page.account_id in self.dead:
            return error(190, "Error validating access token: the session was invalidated.", self.dead[page.account_id])
        if used := forbidden.features(question):
            return error(self.forbidden_code, f"New apps may not use {used[0]}")
        try:
            answer = (
                self._of_post(page, match[2], match[3], question) if match[2] else self._edge(page, match[3], question)
            )
        except Refused as refusal:
            return error(refusal.code, str(refusal), refusal.subcode)
        response = JSONResponse(answer)
        response.headers["facebook-api-version"] = self.version or question.path.split("/")[1]
        if self.usage is not None:
            usages = [{"type": "pages", "call_count": self.usage, "total_cputime": 1, "total_time": 1,
                    "estimated_time_to_regain_access": 0}]  # fmt: skip
            response.headers["X-Business-Use-Case-Usage"] = json.dumps({page.account_id: usages})
            response.headers["X-App-Usage"] = json.dumps({"call_count": 1, "total_time": 1, "total_cputime": 1})
        return response

    def _edge(self, page: Account, edge: str | None, question: Question) -> Any:
        fields = list(parsed(question.params.get("fields", "id")))
        if edge is None:
            return self._page(page, fields)
        if edge == "published_posts":
            return self._list(page, page.posts, question, lambda post: self._post(page, post, fields))
        if edge == "video_reels":
            reels = self.reels.get(page.account_id, [])
            return self._list(page, reels, question, lambda post: self._reel(page, post, fields))
        if edge == "insights":
            return self._insights(page, question)
        raise Refused(100, f"(#100) Tried accessing nonexisting field ({edge}) on node type (Page)")

    def _of_post(self, page: Account, number: str, edge: str | None, question: Question) -> Any:
        post = next((post for post in page.posts if f"_{post_number(post)}" == number), None)
        if post is None:
            raise Refused(100, "Unsupported get request. Object does not exist", 33)
        if edge == "insights":
            return self._post_insights(post, f"{page.account_id}{number}", question.params)
        return self._post(page, post, list(parsed(question.params.get("fields", "id"))))

    def _page(self, page: Account, fields: Iterable[Field]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for wanted in fields:
            if wanted.name in self.codes:
                raise Refused(self.codes[wanted.name], f"(#{self.codes[wanted.name]}) {wanted.name} is refused")
            if wanted.name not in PAGE_FIELDS:
                raise Refused(100, f"(#100) Tried accessing nonexisting field ({wanted.name}) on node type (Page)")
            if wanted.name == "video_reels":
                reels, limit = self.reels.get(page.account_id, []), int(wanted.calls.get("limit", 25))
                data = [self._reel(page, post, wanted.inner) for post in reels[:limit]]
                shown["video_reels"] = paged(data, limit if len(reels) > limit else None, page.token, "reels")
            elif wanted.name == "live_videos":
                data = [{"id": f"9{p.number:09}", "video": {"id": video_id(page, p)}, "creation_time": moment(p.published_at)}
                        for p in self.live.get(page.account_id, [])]  # fmt: skip
                shown["live_videos"] = paged(data, None, page.token, "live_videos")
            else:
                shown[wanted.name] = {"id": page.account_id, "name": page.name, "username": f"page{page.account_id[-3:]}",
                                   "followers_count": 1234, "fan_count": 1200, "about": ""}[wanted.name]  # fmt: skip
        return {name: value for name, value in shown.items() if value != {"data": []}} | {"id": page.account_id}

    def _list(self, page: Account, posts: list[Post], question: Question, shown: Any) -> dict[str, Any]:
        limit, start = int(question.params.get("limit", 25)), int(question.params.get("after", 0))
        if limit > 100:
            raise Refused(100, "(#100) Param limit must be at most 100")
        if "insights" in question.params.get("fields", "") and len(posts[start : start + limit]) >= self.too_much:
            raise Refused(1, "Please reduce the amount of data you're asking for, then retry your request")
        data = [shown(post) for post in posts[start : start + limit]]
        return paged(data, start + limit if start + limit < len(posts) else None, page.token, question.path)

    def _post(self, page: Account, post: Post, fields: Iterable[Field]) -> dict[str, Any]:
        own_id = f"{page.account_id}_{post_number(post)}"
        shown: dict[str, Any] = {"id": own_id}
        fields = list(fields)
        if len({wanted.name for wanted in fields}) < len(fields):
            raise Refused(2500, "Syntax error: a field is named twice")
        for wanted in fields:
            if wanted.name in self.codes:
                raise Refused(self.codes[wanted.name], f"(#{self.codes[wanted.name]}) {wanted.name} is refused")
            if wanted.name not in POST_FIELDS:
                raise Refused(100, f"(#100) Tried accessing nonexisting field ({wanted.name}) on node type (Post)")
            if wanted.name in ("reactions", "comments"):
                if page.account_id in self.without_reactions:
                    raise Refused(10, "(#10) This endpoint requires the 'pages_read_engagement' permission")
                count = post.counts["likes" if wanted.name == "reactions" else "comments"]
                shown[wanted.name] = {"data": [], "summary": {"total_count": count}}
            elif wanted.name == "shares":
                if post.counts["shares"]:
                    shown["shares"] = {"count": post.counts["shares"]}
            elif wanted.name == "insights":
                shown["insights"] = self._post_insights(post, own_id, wanted.calls)
            else:
                shown[wanted.name] = {
                    "id": own_id, "created_time": moment(post.published_at), "message": post.text, "story": "",
                    "permalink_url": permalink(page, post), "updated_time": moment(post.published_at),
                    "status_type": "added_video" if post.kind == "video" else "mobile_status_update",
                    "from": {"id": page.account_id, "name": page.name}, "attachments": {"data": []},
                }[wanted.name]  # fmt: skip
        return shown

    def _post_insights(self, post: Post, own_id: str, calls: Mapping[str, str]) -> dict[str, Any]:
        data = []
        if post.number in self.refusing:
            raise Refused(self.refusing[post.number][0], "This post gives no insights", self.refusing[post.number][1])
        if "breakdown" in calls and calls["breakdown"] in self.codes:
            raise Refused(self.codes[calls["breakdown"]], "No breakdowns any more")
        for metric in filter(None, calls.get("metric", "").split(",")):
            if metric in self.codes:
                raise Refused(self.codes[metric], f"(#{self.codes[metric]}) {metric} is refused")
            if metric not in POST_METRICS or metric in self.retired:
                raise Refused(100, "(#100) The value must be a valid insights metric")
            if metric in self.silent:
                continue
            value = post.counts[POST_METRICS[metric]]
            entry = {
                "name": metric,
                "period": "lifetime",
                "title": metric,
                "id": f"{own_id}/insights/{metric}/lifetime",
            }
            if calls.get("breakdown") == "is_from_ads":
                paid = post.counts["views_paid"] or 0
                parts = (("1", paid), ("0", (value or 0) - paid))
                data += [{**entry, "values": [{"value": part}], "is_from_ads": is_paid} for is_paid, part in parts]
            elif metric == "post_video_view_time" and post.kind != "video":
                continue
            elif value is not None:
                data.append({**entry, "values": [{"value": value}]})
        return {
            "data": data,
            "paging": {"previous": "https://graph.facebook.com/x", "next": "https://graph.facebook.com/y"},
        }

    def _insights(self, page: Account, question: Question) -> dict[str, Any]:
        if (metric := question.params.get("metric", "")).startswith("page_follows_") and metric not in self.retired:
            value = self.followers.get(metric, {})
            days = [
                {"value": {}, "end_time": "2026-09-29T07:00:00+0000"},
                {"value": value, "end_time": "2026-09-30T07:00:00+0000"},
            ]
            return {"data": [{"name": metric, "period": "day", "values": days}] if value else []}
        if "since" not in question.params:
            raise Refused(100, "(#100) The value must be a valid insights metric")
        since, until = (datetime.fromisoformat(question.params[name]) for name in ("since", "until"))
        if until - since > timedelta(days=93):
            raise Refused(100, "(#100) There cannot be more than 93 days between since and until")
        metrics = question.params.get("metric", "").split(",")
        for metric in set(metrics) & set(self.codes):
            raise Refused(self.codes[metric], f"(#{self.codes[metric]}) {metric} is refused")
        if not set(metrics) <= set(PAGE_METRICS) - self.retired:
            raise Refused(100, "(#100) The value must be a valid insights metric")
        data = []
        for metric in metrics:
            count = (until - since).days
            # The day ends at 08:00 UTC of the next one: Pacific, without summer time.
            values = [
                {"value": 100 + at, "end_time": moment(since + timedelta(days=at + 1, hours=8))} for at in range(count)
            ]
            if metric not in self.silent:
                data.append(
                    {
                        "name": metric,
                        "period": "day",
                        "values": values,
                        "id": f"{page.account_id}/insights/{metric}/day",
                    }
                )
        return {"data": data, "paging": {"next": f"https://graph.facebook.com/x?access_token={page.token}"}}

    def _reel(self, page: Account, post: Post, fields: Iterable[Field]) -> dict[str, Any]:
        whole = {
            "id": video_id(page, post), "post_id": post_number(post), "description": post.text, "length": 12.5,
            "created_time": moment(post.published_at), "permalink_url": f"/reel/{video_id(page, post)}/",
            "views": post.counts["views"], "updated_time": moment(post.published_at),
        }  # fmt: skip
        if unknown := [field.name for field in fields if field.name not in REEL_FIELDS]:
            raise Refused(100, f"(#100) Tried accessing nonexisting field ({unknown[0]}) on node type (Video)")
        return {field.name: whole[field.name] for field in fields}


class Refused(Exception):
    """An error of Graph's, by its code."""

    def __init__(self, code: int, message: str, subcode: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode


@dataclass(frozen=True)
class Field:
    """One field of an expansion: its name, what is called on it, and the fields inside."""

    name: str
    calls: dict[str, str]
    inner: list[Field]


def parsed(text: str) -> Iterable[Field]:
    """``a,b.limit(2){c,d}`` as fields."""
    depth, start = 0, 0
    for at, letter in enumerate(text + ","):
        depth += (letter in "({") - (letter in ")}")
        if letter == "," and depth == 0:
            parts = _FIELD.fullmatch(text[start:at])
            if not parts:
                raise Refused(2500, f"Syntax error: unexpected {text[start:at]!r}")
            calls = dict(re.findall(r"\.(\w+)\(([^()]*)\)", parts[2]))
            yield Field(parts[1], calls, list(parsed(parts[3][1:-1])) if parts[3] else [])
            start = at + 1


def batch_answer(question: Question, answer: Callable[[Question], Response]) -> Response:
    """What a batch is answered: each part's status and body, as ``answer`` gives them."""
    batch = question.body["batch"]
    if len(batch) > 50:
        return error(100, "Too many requests in batch message")
    done = []
    for part in batch:
        address = urlsplit(part["relative_url"])
        response = answer(
            replace(question, method="GET", path=f"/{address.path}", params=dict(parse_qsl(address.query)), body=None)
        )
        done.append({"code": response.status_code, "body": bytes(response.body).decode()})
    return JSONResponse(done)


def paged(data: list[Any], after: int | None, token: str, path: str) -> dict[str, Any]:
    """A page of a list. ``next`` holds the token that asked, as Graph's does."""
    if not data:
        return {"data": []}
    paging: dict[str, Any] = {"cursors": {"before": "0", "after": str(after if after is not None else "end")}}
    if after is not None:
        paging["next"] = f"https://graph.facebook.com/{path}?{urlencode({'access_token': token, 'after': after})}"
    return {"data": data, "paging": paging}


def error(code: int, message: str, subcode: int | None = None, status: int = 400) -> Response:
    """An error as Graph writes it."""
    content = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1b2"}
    return JSONResponse({"error": content | ({"error_subcode": subcode} if subcode else {})}, status)


def moment(time: datetime) -> str:
    """An instant as Graph writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000")


def post_number(post: Post) -> str:
    return f"1221580{post.number:011}"


def video_id(page: Account, post: Post) -> str:
    return f"77{page.account_id[-4:]}{post.number:08}"


def permalink(page: Account, post: Post) -> str:
    if post.kind == "video":
        return f"https://www.facebook.com/{page.account_id}/videos/{video_id(page, post)}/"
    return f"https://www.facebook.com/{page.account_id}/posts/{post_number(post)}"
