"""X's API v2: users by name, a user's timeline, posts by ids, with problems beside posts as X writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.platforms.server import Question
from tests.platforms.world import Account, Post

_PROBLEMS = "https://api.x.com/2/problems/"
FIELDS = {"created_at", "public_metrics", "non_public_metrics", "organic_metrics"}


@dataclass
class X:
    """Accounts by their id. ``gone`` posts are deleted; ``is_new`` uses the names of 2026-08-07."""

    accounts: dict[str, Account]
    gone: set[str] = field(default_factory=set)
    is_new: bool = False
    is_user: bool = False
    problem: tuple[int, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_protected: bool = False
    refuses_private: bool = False
    without_note: bool = False  # as if nobody had heard of whole texts
    answered: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, question: Question) -> Response:
        """What X says."""
        token = next(iter(self.accounts.values())).token
        if question.headers.get("authorization") != f"Bearer {token}":
            return problem(401, "about:blank", "Unauthorized")
        if self.problem:
            return problem(self.problem[0], self.problem[1], "No.", self.headers)
        parameter, note = ("post.fields", "note_post") if self.is_new else ("tweet.fields", "note_tweet")
        if any(name.endswith(".fields") and name not in (parameter, "user.fields") for name in question.params):
            return problem(400, "invalid-request", "The query parameter is not known")
        fields = set(question.params.get(parameter, "").split(",")) - {""}
        if not fields <= FIELDS | (set() if self.without_note else {note}):
            return problem(400, "invalid-request", f"Unknown fields {sorted(fields - FIELDS)}")
        if question.path == "/2/users/by":
            account = next((a for a in self.accounts.values() if a.name == question.params["usernames"]), None)
            if account is None:
                missing = {"resource_type": "user", "value": question.params["usernames"], "title": "Not Found Error",
                           "detail": "Could not find user", "type": f"{_PROBLEMS}resource-not-found"}  # fmt: skip
                return JSONResponse({"errors": [{**missing, "resource_id": question.params["usernames"]}]})
            user = {
                "id": account.account_id,
                "username": account.name,
                "name": "Mekong Radio",
                "public_metrics": {"followers_count": 88},
            }
            return JSONResponse({"data": [user]}, headers=self.headers)
        posts = {post_id(p): p for account in self.accounts.values() for p in account.posts}
        if question.path == "/2/tweets":
            ids = question.params["ids"].split(",")
            data = [self._post(posts[one], fields) for one in ids if one in posts and one not in self.gone]
            errors = [{"resource_id": one, "resource_type": "tweet", "parameter": "ids", "title": "Not Found Error",
                       "detail": f"Could not find tweet with ids: [{one}].", "type": f"{_PROBLEMS}resource-not-found"}
                      for one in ids if one not in posts or one in self.gone]  # fmt: skip
            return JSONResponse({**({"data": data} if data else {}), **({"errors": errors} if errors else {})})
        match = re.fullmatch(r"/2/users/(\d+)/tweets", question.path)
        account = self.accounts.get(match[1]) if match else None
        if account is None:
            return problem(404, "resource-not-found", "Not found")
        if self.is_protected:
            refused = {"resource_id": account.account_id, "resource_type": "user", "title": "Authorization Error",
                       "detail": "Sorry, you are not authorized to see the user.", "type": f"{_PROBLEMS}not-authorized-for-resource"}  # fmt: skip
            return JSONResponse({"errors": [refused]})
        if "non_public_metrics" in fields and self.refuses_private:
            return problem(400, "invalid-request", "non_public_metrics is not allowed")
        limit, start = int(question.params.get("max_results", 10)), int(question.params.get("pagination_token", 0))
        if not 5 <= limit <= 100:
            return problem(400, "invalid-request", "max_results must be between 5 and 100")
        since = question.params.get("start_time")
        listed = [p for p in account.posts if post_id(p) not in self.gone
                  and (since is None or p.published_at >= datetime.fromisoformat(since).replace(tzinfo=None))]  # fmt: skip
        if "non_public_metrics" in fields:  # which narrows the list to the last 30 days
            newest = max((p.published_at for p in account.posts), default=datetime.min)
            listed = [p for p in listed if newest - p.published_at < timedelta(days=30)]
        data = [self._post(post, fields) for post in listed[start : start + limit]]
        more = {"next_token": str(start + limit)} if start + limit < len(listed) else {}
        body = {**({"data": data} if data else {}), "meta": {"result_count": len(data), **more}}
        self.answered.append(body)
        return JSONResponse(body, headers=self.headers)

    def _post(self, post: Post, fields: set[str]) -> dict[str, Any]:
        counts = post.counts
        public = {"like_count": counts["likes"], "reply_count": counts["comments"], "quote_count": counts["shares"],
                  ("repost_count" if self.is_new else "retweet_count"): counts["shares"], "bookmark_count": counts["saves"],
                  "impression_count": counts["views"]}  # fmt: skip
        name = "note_post" if self.is_new else "note_tweet"
        note = {name: {"text": post.text}} if name in fields and len(post.text) > 280 else {}
        text = f"{post.text[:275]}… https://t.co/a" if len(post.text) > 280 else post.text
        shown: dict[str, Any] = {"id": post_id(post), "text": text, **note, "created_at": post.published_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                                 **({"public_metrics": public} if "public_metrics" in fields else {})}  # fmt: skip
        if "non_public_metrics" in fields and self.is_user:
            shown["non_public_metrics"] = {"impression_count": counts["views"], "url_link_clicks": counts["clicks"],
                                           "user_profile_clicks": 0, "engagements": 1}  # fmt: skip
        return shown


def problem(status: int, kind: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    """A problem document (RFC 9457) as X writes it."""
    content = {"title": detail, "detail": detail, "status": status, "type": kind if ":" in kind else _PROBLEMS + kind}
    return JSONResponse(content, status, headers)


def post_id(post: Post) -> str:
    return f"18400{post.number:014}"
