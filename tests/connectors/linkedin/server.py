"""LinkedIn's Community Management API: network sizes, posts by author, share statistics in Rest.li's spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.platforms.server import Question
from tests.platforms.world import Account, Post

COUNTS = {"impressionCount": "views", "uniqueImpressionsCount": "reach", "likeCount": "likes", "commentCount": "comments",
          "shareCount": "shares", "clickCount": "clicks"}  # fmt: skip


@dataclass
class LinkedIn:
    """One organisation. ``idle`` posts had no activity and are left out of statistics; videos are ugcPosts."""

    account: Account
    idle: set[int] = field(default_factory=set)
    problem: tuple[int, dict[str, Any]] | None = None
    sunset: str = ""
    bad: set[str] = field(default_factory=set)  # urns that statistics refuse with all that is asked beside them
    without_followers: bool = False
    without_statistics: bool = False
    most: int = 100  # posts a page, whatever is asked for
    is_stuck: bool = False
    is_mute: bool = False  # statistics without elements

    def answer(self, question: Question) -> Response:
        """What LinkedIn says."""
        headers = question.headers
        if headers.get("authorization") != f"Bearer {self.account.token}":
            return JSONResponse(
                {
                    "status": 401,
                    "serviceErrorCode": 65600,
                    "code": "INVALID_ACCESS_TOKEN",
                    "message": "Invalid access token",
                },
                401,
            )
        if self.problem:
            return JSONResponse(self.problem[1], self.problem[0])
        if headers.get("x-restli-protocol-version") != "2.0.0" or not re.fullmatch(
            r"20\d{4}", headers.get("linkedin-version", "")
        ):
            return JSONResponse({"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "headers"}, 400)
        if headers["linkedin-version"] == self.sunset:
            return JSONResponse(
                {"status": 426, "code": "NONEXISTENT_VERSION", "message": "Requested version is not active"}, 426
            )
        organisation = f"urn:li:organization:{self.account.account_id}"
        if question.path == f"/rest/networkSizes/{organisation}":
            if self.without_followers:
                return JSONResponse({"status": 403, "serviceErrorCode": 100, "message": "Not enough permissions"}, 403)
            return JSONResponse({"firstDegreeSize": 999})
        params = question.params
        if question.path == "/rest/posts":
            if (
                headers.get("x-restli-method") != "FINDER"
                or params["author"] != organisation
                or int(params["count"]) > 100
            ):
                return JSONResponse({"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "finder"}, 400)
            start, count = 0 if self.is_stuck else int(params["start"]), min(int(params["count"]), self.most)
            page = [self._post(post) for post in self.account.posts[start : start + count]]
            links = [{"rel": "next", "href": "/rest/posts"}] if start + count < len(self.account.posts) else []
            return JSONResponse({"elements": page, "paging": {"start": start, "count": count, "links": links}})
        if (
            question.path == "/rest/organizationalEntityShareStatistics"
            and params.get("organizationalEntity") == organisation
        ):
            if self.without_statistics:
                return JSONResponse({"status": 403, "serviceErrorCode": 100, "message": "Not enough permissions"}, 403)
            name = "shares" if "shares" in params else "ugcPosts"
            ids = params[name].removeprefix("List(").removesuffix(")").split(",")
            if len(ids) > 20 or not params[name].startswith("List("):
                return JSONResponse({"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "too many"}, 400)
            if set(ids) & self.bad:
                return JSONResponse({"status": 400, "code": "ILLEGAL_ARGUMENT", "message": "bad urn"}, 400)
            if self.is_mute:
                return JSONResponse({"paging": {"start": 0, "count": 10, "links": []}})
            posts = {urn(post): post for post in self.account.posts}
            kind = name[:-1]
            told = [{kind: one, "organizationalEntity": organisation, "totalShareStatistics": self._counts(posts[one])}
                    for one in ids if posts[one].number not in self.idle and f":{kind}:" in one]  # fmt: skip
            return JSONResponse({"elements": told, "paging": {"start": 0, "count": 10, "links": []}})
        return JSONResponse({"status": 404, "code": "RESOURCE_NOT_FOUND", "message": "no"}, 404)

    def _counts(self, post: Post) -> dict[str, Any]:
        return {theirs: post.counts[ours] for theirs, ours in COUNTS.items()} | {"engagement": 0.01}

    def _post(self, post: Post) -> dict[str, Any]:
        moment = int(post.published_at.replace(tzinfo=UTC).timestamp() * 1000)
        media = {"content": {"media": {"id": "urn:li:video:C5"}}} if post.kind == "video" else {}
        return {"id": urn(post), "author": f"urn:li:organization:{self.account.account_id}", "commentary": post.text,
                "publishedAt": moment, "createdAt": moment - 5000, "lastModifiedAt": moment + 1000, "lifecycleState": "PUBLISHED", **media}  # fmt: skip


def urn(post: Post) -> str:
    return f"urn:li:{'ugcPost' if post.kind == 'video' else 'share'}:72{post.number:017}"
