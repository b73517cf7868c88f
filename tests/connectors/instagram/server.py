"""The Graph API of Instagram's professional accounts: media, stories, insights, batches.

Which metric which kind has is the table of .../instagram-media/insights as of 2026-09; `impressions` and `plays` are off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.connectors.facebook.server import Field, Refused, error, moment, paged, parsed
from tests.connectors.meta import forbidden
from tests.platforms.server import Question
from tests.platforms.world import Account, Post

EVERY = {"views": "views", "reach": "reach", "shares": "shares", "total_interactions": "likes", "reposts": "shares"}
METRICS = {
    "FEED": {**EVERY, "likes": "likes", "comments": "comments", "saved": "saves"},
    "REELS": {
        **EVERY,
        "likes": "likes",
        "comments": "comments",
        "saved": "saves",
        "ig_reels_video_view_total_time": "watch_ms",
    },
    "STORY": {**EVERY, "replies": "comments", "link_clicks": "clicks", "navigation": "clicks"},
}
FIELDS = ("id", "media_type", "media_product_type", "timestamp", "permalink", "shortcode", "caption", "like_count",
          "comments_count", "insights")  # fmt: skip


@dataclass
class Instagram:
    """Accounts by their id, whose videos are reels. ``unseen`` stories have too few viewers; null batch items come once.

    ``codes`` are those with which fields, metrics and lists are refused, ``refusing`` those with which media, by their
    numbers, refuse their insights. ``followers`` are counts by part, by dimension.
    """

    accounts: dict[str, Account]
    stories: dict[str, list[Post]] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    old: dict[int, str] = field(default_factory=dict)  # posts up to a number lack a metric
    throttled: int = 0  # the code that items of a batch are refused with
    answers_first: int = 0  # of each batch, which are not
    dead: dict[str, int] = field(default_factory=dict)
    is_slow: bool = False
    codes: dict[str, int] = field(default_factory=dict)
    refusing: dict[int, tuple[int, int]] = field(default_factory=dict)
    followers: dict[str, dict[str, int]] = field(default_factory=dict)
    forbidden_code: int = 100  # with which a new app's forbidden features are refused

    def answer(self, question: Question) -> Response:
        """What Graph says."""
        bearer = question.headers.get("authorization", "")
        token = next(iter(self.accounts.values())).token
        if bearer != f"Bearer {token}":
            return error(190, "Invalid OAuth access token")
        if self.dead:
            return error(190, "Error validating access token", next(iter(self.dead.values())))
        if used := forbidden.features(question):
            return error(self.forbidden_code, f"New apps may not use {used[0]}")
        if question.method == "POST":
            return self._batch(question)
        try:
            return JSONResponse(self._get(question.path, question.params))
        except Refused as refusal:
            return error(refusal.code, str(refusal), refusal.subcode)

    def _batch(self, question: Question) -> Response:
        batch = question.body["batch"]
        if len(batch) > 50:
            return error(100, "Too many requests in batch message")
        done: list[Any] = []
        for one in batch:
            path, _, query = one["relative_url"].partition("?")
            try:
                if self.throttled and len(done) >= self.answers_first:
                    raise Refused(self.throttled, "(#4) Application request limit reached")
                body, code = self._get(f"/{path}", dict(part.split("=") for part in query.split("&"))), 200
            except Refused as refusal:
                why = {"code": refusal.code, "message": str(refusal), "error_subcode": refusal.subcode or 0}
                body, code = {"error": why}, 400
            done.append({"code": code, "body": json.dumps(body)})
        if self.is_slow:
            self.is_slow = False
            done[-1] = None
        return JSONResponse(done)

    def _get(self, path: str, params: Any) -> Any:
        match = re.fullmatch(r"/v\d+\.0/(\d+)(?:/(\w+))?", path)
        account = self.accounts.get(match[1]) if match else None
        fields = list(parsed(params.get("fields", "id")))
        if match and account is not None and match[2] in self.codes:
            raise Refused(self.codes[match[2]], f"(#{self.codes[match[2]]}) {match[2]} is refused")
        if match and account is None and match[2] == "insights":
            return self._media_insights(match[1], params["metric"].split(","))
        if match is None or account is None:
            raise Refused(100, "Unsupported get request.")
        if match[2] is None:
            profile = {
                "id": account.account_id,
                "username": "mekongradio",
                "name": account.name,
                "followers_count": 555,
            }
            return {one.name: profile[one.name] for one in fields}
        if match[2] == "insights" and params["metric"] == "follower_demographics":
            return self._followers(params)
        if match[2] == "insights":
            return self._reach(params)
        posts = account.posts if match[2] == "media" else self.stories.get(account.account_id, [])
        limit, start = int(params.get("limit", 25)), int(params.get("after", 0))
        data = [self._shown(post, fields, match[2]) for post in posts[start : start + limit]]
        return paged(data, start + limit if start + limit < len(posts) else None, account.token, match[2])

    def _shown(self, post: Post, fields: Iterable[Field], edge: str) -> dict[str, Any]:
        kind = product(post, edge)
        whole = {"id": media_id(post), "media_type": "VIDEO" if kind == "REELS" else "IMAGE", "media_product_type": kind,
                 "timestamp": moment(post.published_at), "permalink": f"https://www.instagram.com/p/{code(post)}/",
                 "shortcode": code(post), "caption": post.text, "like_count": post.counts["likes"],
                 "comments_count": post.counts["comments"]}  # fmt: skip
        shown: dict[str, Any] = {}
        for wanted in fields:
            if wanted.name in self.codes:
                raise Refused(self.codes[wanted.name], f"(#{self.codes[wanted.name]}) {wanted.name} is refused")
            if wanted.name not in FIELDS:
                raise Refused(100, f"(#100) Tried accessing nonexisting field ({wanted.name})")
            if wanted.name == "insights":
                shown["insights"] = self._values(post, kind, wanted.calls["metric"].split(","))
            elif wanted.name not in self.hidden:
                shown[wanted.name] = whole[wanted.name]
        return shown

    def _media_insights(self, wanted: str, metrics: list[str]) -> Any:
        if wanted in self.gone:
            raise Refused(100, "Unsupported get request. Object does not exist")
        for account in self.accounts.values():
            for edge, posts in (("media", account.posts), ("stories", self.stories.get(account.account_id, []))):
                for post in posts:
                    if media_id(post) == wanted and edge == ("stories" if post.kind == "story" else "media"):
                        if wanted in self.unseen:
                            raise Refused(10, "(#10) Not enough viewers for the media to show insights")
                        return self._values(post, product(post, edge), metrics)
        raise Refused(100, "Unsupported get request.")

    def _values(self, post: Post, kind: str, metrics: list[str]) -> Any:
        if post.number in self.refusing:
            raise Refused(
                self.refusing[post.number][0],
                "Media posted before the most recent time that the account was converted to a business account",
                self.refusing[post.number][1],
            )
        for metric in metrics:
            if metric in self.codes:
                raise Refused(self.codes[metric], f"(#{self.codes[metric]}) {metric} is refused")
        column_of_metric = {metric_name: column for metric_name, column in METRICS[kind].items()
                 if not any(post.number <= most and metric_name == lost for most, lost in self.old.items())}  # fmt: skip
        for metric in metrics:
            if metric in self.retired or not any(metric in columns for columns in METRICS.values()):
                raise Refused(
                    100, f"(#100) metric[0] must be one of the following values: {', '.join(column_of_metric)}"
                )
            if metric not in column_of_metric:
                raise Refused(
                    100,
                    f"(#100) The Media Insights API does not support the {metric} metric for this media product type.",
                )
        return {
            "data": [
                {"name": metric, "period": "lifetime", "values": [{"value": post.counts[column_of_metric[metric]]}]}
                for metric in metrics
            ]
        }

    def _followers(self, params: Any) -> Any:
        if params["metric_type"] != "total_value" or params["period"] != "lifetime":
            raise Refused(100, "(#100) metric_type must be total_value")
        if "account audience" in self.retired:
            raise Refused(10, "(#10) Not enough users")
        parts = self.followers.get(params["breakdown"], {})
        results = [{"dimension_values": [part], "value": count} for part, count in parts.items()]
        breakdown = {"dimension_keys": [params["breakdown"]], "results": results}
        entry = {"name": "follower_demographics", "period": "lifetime", "total_value": {"breakdowns": [breakdown]}}
        return {"data": [entry] if parts else []}

    def _reach(self, params: Any) -> Any:
        since, until = (datetime.fromisoformat(params[name]) for name in ("since", "until"))
        if until - since > timedelta(days=30):
            raise Refused(100, "(#100) There cannot be more than 30 days (2592000 s) between since and until")
        if "account reach" in self.retired:
            raise Refused(10, "(#10) Application does not have permission for this action")
        values = [
            {"value": 60 + at, "end_time": moment(since + timedelta(days=at + 1, hours=7))}
            for at in range((until - since).days)
        ]
        return {"data": [{"name": "reach", "period": "day", "values": values}]}


def product(post: Post, edge: str) -> str:
    return "STORY" if edge == "stories" else "REELS" if post.kind == "video" else "FEED"


def media_id(post: Post) -> str:
    return f"1789{'9' if post.kind == 'story' else '0'}{post.number:012}"


def code(post: Post) -> str:
    return f"C{post.number:09}_-"
