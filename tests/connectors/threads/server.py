"""The Threads API: a user, their threads, and insights of one thread at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.connectors.facebook.server import error, moment, paged
from tests.connectors.meta import forbidden
from tests.platforms.server import Question
from tests.platforms.world import Account, Post

METRICS = {
    "views": "views",
    "likes": "likes",
    "replies": "comments",
    "reposts": "shares",
    "quotes": "shares",
    "shares": "shares",
}
FIELDS = {"id", "media_type", "media_product_type", "permalink", "shortcode", "text", "timestamp", "username",
          "is_quote_post", "children", "name"}  # fmt: skip


@dataclass
class Threads:
    """One user. ``reposts`` are facades of others' posts; ``gone`` posts are listed and then not there.

    ``codes`` are those with which metrics are refused, ``refusing`` those with which posts, by their numbers, refuse
    their insights; ``insights_code`` is that with which all of them are.
    """

    account: Account
    reposts: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    retired: set[str] = field(default_factory=set)
    codes: dict[str, int] = field(default_factory=dict)
    refusing: dict[int, int] = field(default_factory=dict)
    insights_code: int = 0
    forbidden_code: int = 100  # with which a new app's forbidden features are refused

    def answer(self, question: Question) -> Response:
        """What the API says."""
        account = self.account
        if question.headers.get("authorization") != f"Bearer {account.token}":
            return error(190, "Invalid OAuth access token", 463)
        if used := forbidden.features(question):
            return error(self.forbidden_code, f"New apps may not use {used[0]}")
        if not set(question.params.get("fields", "").split(",")) - {""} <= FIELDS:
            return error(100, "Tried accessing nonexisting field")
        if question.path == f"/v1.0/{account.account_id}":
            return JSONResponse({"id": account.account_id, "username": "mekongradio", "name": account.name})
        if question.path == f"/v1.0/{account.account_id}/threads":
            limit, start = int(question.params.get("limit", 25)), int(question.params.get("after", 0))
            data = [self._shown(post) for post in account.posts[start : start + limit]]
            return JSONResponse(
                paged(data, start + limit if start + limit < len(account.posts) else None, account.token, "threads")
            )
        match = re.fullmatch(r"/v1\.0/(\d+)(/insights)?", question.path)
        post = next(
            (p for p in account.posts if match and thread_id(p) == match[1] and p.number not in self.gone), None
        )
        if post is None:
            return error(100, "Unsupported get request. Object does not exist", 33)
        if match and not match[2]:
            return JSONResponse({"id": thread_id(post)})
        metrics = question.params.get("metric", "").split(",")
        refused = [self.codes[metric] for metric in metrics if metric in self.codes]
        if code := self.insights_code or self.refusing.get(post.number) or next(iter(refused), 0):
            return error(code, f"(#{code}) Insights are refused")
        if set(metrics) & self.retired or not set(metrics) <= set(METRICS):
            return error(100, "(#100) The value must be a valid insights metric")
        data = [
            {"name": one, "period": "lifetime", "values": [{"value": post.counts[METRICS[one]]}]} for one in metrics
        ]
        return JSONResponse({"data": data})

    def _shown(self, post: Post) -> dict[str, Any]:
        kind = "REPOST_FACADE" if post.number in self.reposts else "VIDEO" if post.kind == "video" else "TEXT_POST"
        return {"id": thread_id(post), "media_type": kind, "permalink": f"https://www.threads.com/@mekongradio/post/{code(post)}",
                "shortcode": code(post), "text": post.text, "timestamp": moment(post.published_at), "username": "mekongradio",
                "is_quote_post": False}  # fmt: skip


def thread_id(post: Post) -> str:
    return f"18050{post.number:012}"


def code(post: Post) -> str:
    return f"DA{post.number:08}_"
