"""The YouTube Data API and the Analytics API, with Google's token endpoint, as their discovery documents have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.platforms.server import Question
from tests.platforms.world import Account, Post

KEY, ACCESS, REFRESH = "AIza-marked-key/1", "ya29.marked-access/1", "1//marked-refresh"


@dataclass
class YouTube:
    """Channels by their id. What is off: ``units`` left of the quota, ``refused`` metrics of Analytics, hidden counts."""

    channels: dict[str, Account]
    units: int = 10_000
    refused: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    live: set[str] = field(default_factory=set)
    is_revoked: bool = False
    has_no_uploads: bool = False
    stats: int = 10_000  # requests left of batchGetStats' own quota
    audience: dict[str, list[list[Any]]] = field(default_factory=lambda: {"ageGroup,gender": [], "country": []})
    left_out: set[str] = field(default_factory=set)  # by batchGetStats, which need not tell of all
    answered: list[tuple[str, Any]] = field(default_factory=list)

    def answer(self, question: Question) -> Response:
        """What Google says."""
        if question.path == "/token":
            if self.is_revoked or question.body.get("refresh_token") != REFRESH:
                return JSONResponse({"error": "invalid_grant", "error_description": "Token has been revoked."}, 400)
            return JSONResponse({"access_token": ACCESS, "expires_in": 3599, "token_type": "Bearer", "scope": "x"})
        headers = question.headers
        if headers.get("x-goog-api-key", KEY) != KEY:
            return error(400, "keyInvalid", "Bad Request")
        if headers.get("x-goog-api-key") != KEY and headers.get("authorization") != f"Bearer {ACCESS}":
            return error(401, "authError", "Invalid Credentials")
        if question.path == "/v2/reports":
            return self._report(question)
        if question.path == "/youtube/v3/videos:batchGetStats":
            return self._stats(question)
        self.units -= 1
        if self.units < 0:
            return error(
                403,
                "quotaExceeded",
                'The request cannot be completed because you have exceeded your <a href="/q">quota</a>.',
            )
        method = {"/youtube/v3/channels": self._channels, "/youtube/v3/playlistItems": self._uploads,
                 "/youtube/v3/videos": self._videos}.get(question.path)  # fmt: skip
        if method is None:
            return error(404, "notFound", "Not Found")
        return method(question)

    def _said(self, method: str, body: dict[str, Any]) -> Response:
        self.answered.append((method, body))
        return JSONResponse(body)

    def _channels(self, question: Question) -> Response:
        wanted = question.params.get("id") or question.params.get("forHandle")
        account = next((c for c in self.channels.values() if wanted in (c.account_id, f"@{c.name}")), None)
        if account is None:
            return self._said(
                "youtube.channels.list", {"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}}
            )
        item = {"kind": "youtube#channel", "id": account.account_id,
                "snippet": {"title": "Mekong Radio", "customUrl": f"@{account.name}"},
                "contentDetails": {"relatedPlaylists": {"uploads": uploads(account)}},
                "statistics": {"viewCount": "9", "subscriberCount": "1230", "videoCount": "3", "hiddenSubscriberCount": False}}  # fmt: skip
        return self._said("youtube.channels.list", {"kind": "youtube#channelListResponse", "items": [item]})

    def _uploads(self, question: Question) -> Response:
        account = next((c for c in self.channels.values() if uploads(c) == question.params.get("playlistId")), None)
        if account is None or self.has_no_uploads:
            return error(404, "playlistNotFound", "The playlist cannot be found.")
        limit, start = int(question.params.get("maxResults", 5)), int(question.params.get("pageToken", 0))
        if limit > 50:
            return error(400, "invalidParameter", "maxResults must be within 0 to 50")
        items = [{"kind": "youtube#playlistItem", "snippet": {"title": p.text}, "contentDetails": {"videoId": video_id(p), "videoPublishedAt": moment(p.published_at)}}
                 for p in account.posts[start : start + limit]]  # fmt: skip
        more = {"nextPageToken": str(start + limit)} if start + limit < len(account.posts) else {}
        return self._said(
            "youtube.playlistItems.list", {"items": items, "pageInfo": {"totalResults": len(account.posts)}, **more}
        )

    def _videos(self, question: Question) -> Response:
        ids = question.params.get("id", "").split(",")
        if len(ids) > 50:
            return error(400, "invalidFilters", "Too many ids")
        posts = {video_id(p): (channel, p) for channel in self.channels.values() for p in channel.posts}
        items = [self._video(*posts[one]) for one in ids if one in posts and one not in self.gone]
        return self._said("youtube.videos.list", {"items": items, "kind": "youtube#videoListResponse"})

    def _stats(self, question: Question) -> Response:
        self.stats -= 1
        if self.stats < 0:
            return error(403, "quotaExceeded", "The quota of batchGetStats is exceeded.")
        ids = question.params.get("id", "").split(",")
        if len(ids) > 50 or question.params.get("part") != "statistics":
            return error(400, "invalidParameter", "At most 50 ids")
        posts = {video_id(p): p for channel in self.channels.values() for p in channel.posts}
        items = [{"kind": "youtube#videoStats", "id": one, "statistics": self._counts(posts[one])}
                 for one in ids if one in posts and one not in self.gone | self.left_out]  # fmt: skip
        return self._said("youtube.videos.batchGetStats", {"items": items, "kind": "youtube#batchGetStatsResponse"})

    def _counts(self, post: Post) -> dict[str, str]:
        counts = {"viewCount": "views", "likeCount": "likes", "commentCount": "comments"}
        return {theirs: str(post.counts[ours]) for theirs, ours in counts.items() if theirs not in self.hidden}

    def _video(self, account: Account, post: Post) -> dict[str, Any]:
        video = {"kind": "youtube#video", "id": video_id(post), "statistics": {**self._counts(post), "favoriteCount": "0"},
                 "snippet": {"title": post.text, "publishedAt": moment(post.published_at), "channelId": account.account_id,
                             "channelTitle": "Mekong Radio", "liveBroadcastContent": "none"},
                 "contentDetails": {"duration": "PT2M3S"}}  # fmt: skip
        return video | (
            {"liveStreamingDetails": {"actualStartTime": moment(post.published_at)}}
            if video_id(post) in self.live
            else {}
        )

    def _report(self, question: Question) -> Response:
        if question.headers.get("authorization") != f"Bearer {ACCESS}":
            return error(401, "authError", "Invalid Credentials")
        metrics = question.params.get("metrics", "").split(",")
        if question.params.get("dimensions") in self.audience and not set(metrics) & self.refused:
            names = [*question.params["dimensions"].split(","), *metrics]
            rows_of_audience = self.audience[question.params["dimensions"]]
            body: dict[str, Any] = {
                "kind": "youtubeAnalytics#resultTable",
                "columnHeaders": [{"name": n} for n in names],
            }
            return JSONResponse(body | ({"rows": rows_of_audience} if rows_of_audience else {}))
        if set(metrics) & self.refused or question.params.get("dimensions") != "video":
            return error(
                400, "badRequest", "The query is not supported. Check the documentation for supported queries."
            )
        ids = question.params.get("filters", "").removeprefix("video==").split(",")
        if int(question.params.get("maxResults", 0)) > 200 or len(ids) > 500:
            return error(400, "badRequest", "Bad maxResults")
        names = {"shares": "shares", "estimatedMinutesWatched": "watch_ms"}
        headers = [{"name": "video", "columnType": "DIMENSION", "dataType": "STRING"}]
        headers += [{"name": metric, "columnType": "METRIC", "dataType": "INTEGER"} for metric in metrics]
        posts = {video_id(p): p for channel in self.channels.values() for p in channel.posts}
        assert all(question.params["startDate"] < moment(posts[one].published_at) for one in ids)
        rows = [[one, *(posts[one].counts[names[metric]] for metric in metrics)] for one in ids]
        return self._said(
            "youtubeAnalytics.reports.query",
            {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, "rows": rows},
        )


def error(status: int, reason: str, message: str) -> Response:
    """An error as Google writes it."""
    content = {"message": message, "domain": "youtube.quota" if "uota" in reason else "global", "reason": reason}
    return JSONResponse({"error": {"code": status, "message": message, "errors": [content]}}, status)


def uploads(account: Account) -> str:
    return f"UU{account.account_id[2:]}"


def video_id(post: Post) -> str:
    return f"-v{post.number:09}"


def moment(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
