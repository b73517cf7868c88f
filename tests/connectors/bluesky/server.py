"""Bluesky's AppView: a profile and an author's feed, as the lexicons of app.bsky.actor and app.bsky.feed have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.platforms.server import Question
from tests.platforms.world import Account, Post


@dataclass
class Bluesky:
    """Accounts by their DID; ``hidden`` counts are left out of every post (all of them are optional there)."""

    accounts: dict[str, Account]
    hidden: set[str] = field(default_factory=set)
    reposts: list[Post] = field(default_factory=list)
    limit: dict[str, str] = field(default_factory=dict)
    is_stuck: bool = False
    answered: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def answer(self, question: Question) -> Response:
        """What the AppView says."""
        method = question.path.removeprefix("/xrpc/")
        actor = question.params.get("actor", "")
        account = next((a for a in self.accounts.values() if actor in (a.account_id, a.name)), None)
        if account is None:
            return JSONResponse({"error": "InvalidRequest", "message": "Profile not found"}, 400)
        if method == "app.bsky.actor.getProfile":
            return self._said(method, {"did": account.account_id, "handle": account.name, "displayName": "Mekong Radio",
                                       "followersCount": 321, "followsCount": 1, "postsCount": len(account.posts)})  # fmt: skip
        if method != "app.bsky.feed.getAuthorFeed":
            return JSONResponse({"error": "MethodNotImplemented", "message": "Method Not Implemented"}, 501)
        limit, start = int(question.params.get("limit", 50)), int(question.params.get("cursor", 0))
        if limit > 100:
            return JSONResponse({"error": "InvalidRequest", "message": "limit must be at most 100"}, 400)
        feed = [self._view(account, post) for post in account.posts[start : start + limit]]
        if not start:
            feed += [
                {**self._view(account, p), "reason": {"by": {"did": account.account_id}, "indexedAt": moment(p)}}
                for p in self.reposts
            ]
        more = {"cursor": "0" if self.is_stuck else str(start + limit)} if start + limit < len(account.posts) else {}
        return self._said(method, {"feed": feed, **more})

    def _said(self, method: str, body: dict[str, Any]) -> Response:
        self.answered.append((method, body))
        return JSONResponse(body, headers=self.limit)

    def _view(self, account: Account, post: Post) -> dict[str, Any]:
        counts = {"likeCount": "likes", "replyCount": "comments", "repostCount": "shares", "quoteCount": "shares",
                  "bookmarkCount": "saves"}  # fmt: skip
        uri = f"at://{account.account_id}/app.bsky.feed.post/{key(post)}"
        shown = {theirs: post.counts[ours] for theirs, ours in counts.items() if theirs not in self.hidden}
        record = {"text": post.text, "createdAt": moment(post), "$type": "app.bsky.feed.post"}
        return {"post": {"uri": uri, "cid": "bafy", "author": {"did": account.account_id, "handle": account.name}, "record": record,
                         "indexedAt": moment(post), **shown}}  # fmt: skip


def key(post: Post) -> str:
    return f"3l{post.number:011}"


def moment(post: Post) -> str:
    return post.published_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
