"""TikTok's Display API: user info, a list of videos, and tokens whose refresh kills the one that was used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.platforms.server import Question
from tests.platforms.world import Account, Post

FIELDS = {"id", "create_time", "cover_image_url", "share_url", "video_description", "duration", "height", "width",
          "title", "embed_html", "embed_link", "like_count", "comment_count", "share_count", "view_count"}  # fmt: skip
PROFILE = {"open_id", "union_id", "avatar_url", "display_name"}
MORE = {"username": "user.info.profile", "bio_description": "user.info.profile", "follower_count": "user.info.stats",
        "likes_count": "user.info.stats", "video_count": "user.info.stats"}  # fmt: skip


@dataclass
class TikTok:
    """One account. ``refresh`` is the refresh token that is good now; ``scopes`` are those that were given."""

    account: Account
    refresh: str = "rft.marked/first!1"
    scopes: set[str] = field(default_factory=lambda: {"user.info.profile", "user.info.stats"})
    is_stuck: bool = False
    access: str = ""

    def answer(self, question: Question) -> Response:
        """What TikTok says."""
        if question.path == "/v2/oauth/token/":
            sent = question.body
            if (
                sent.get("grant_type") != "refresh_token"
                or sent.get("refresh_token") != self.refresh
                or "client_key" not in sent
            ):
                profile = {
                    "error": "invalid_grant",
                    "error_description": "Refresh token is invalid or expired.",
                    "log_id": "1",
                }
                return JSONResponse(profile, 400)
            self.refresh, self.access = f"{self.refresh}+", f"act.marked/{len(self.refresh)}"
            return JSONResponse({"access_token": self.access, "expires_in": 7200, "refresh_token": self.refresh,
                                 "refresh_expires_in": 15552000, "open_id": "o1", "token_type": "Bearer", "scope": "x"})  # fmt: skip
        if question.headers.get("authorization") != f"Bearer {self.access}":
            return error(401, "access_token_invalid")
        fields = set(question.params.get("fields", "").split(","))
        if question.path == "/v2/user/info/":
            if not fields <= PROFILE | set(MORE):
                return error(400, "invalid_params")
            if {MORE[name] for name in fields & set(MORE)} - self.scopes:
                return error(401, "scope_not_authorized")
            user = {
                "open_id": "o1",
                "display_name": "Mekong Radio",
                "username": self.account.name,
                "follower_count": 4321,
            }
            return JSONResponse(
                {"data": {"user": {k: v for k, v in user.items() if k in fields}}, "error": {"code": "ok"}}
            )
        if question.path != "/v2/video/list/" or question.method != "POST":
            return error(404, "invalid_params")
        limit = question.body.get("max_count", 10)
        if limit > 20 or not fields <= FIELDS:
            return error(400, "invalid_params")
        start = 0 if "cursor" not in question.body else question.body["cursor"] - 1_700_000_000_000
        videos = [self._video(post) for post in self.account.posts[start : start + limit]]
        has_more = start + limit < len(self.account.posts)
        cursor = 1_700_000_000_000 + (0 if self.is_stuck else start + limit)
        return JSONResponse(
            {"data": {"videos": videos, "cursor": cursor, "has_more": has_more}, "error": {"code": "ok"}}
        )

    def _video(self, post: Post) -> dict[str, Any]:
        counts = {f"{item}_count": post.counts[f"{item}s"] for item in ("view", "like", "comment", "share")}
        seconds = int(post.published_at.replace(tzinfo=UTC).timestamp())
        return {"id": video_id(post), "create_time": seconds, "title": post.text[:5], "video_description": post.text,
                "share_url": f"https://www.tiktok.com/@{self.account.name}/video/{video_id(post)}?utm_campaign=tt4d",
                "duration": 12, **counts}  # fmt: skip


def error(status: int, code: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": "No.", "log_id": "1"}}, status)


def video_id(post: Post) -> str:
    uploaded = (post.published_at - timedelta(hours=1)).replace(tzinfo=UTC)
    return str((int(uploaded.timestamp()) << 32) + post.number)
