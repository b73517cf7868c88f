"""A Mastodon instance: accounts/lookup and accounts/:id/statuses, as docs.joinmastodon.org has them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.platforms.server import Question
from tests.platforms.world import Account, Post


@dataclass
class Mastodon:
    """Accounts by their name on the instance. ``is_old``: before 4.5, without quotes; ``is_closed``: wants a token."""

    accounts: dict[str, Account]
    is_old: bool = False
    is_closed: bool = False
    private: set[int] = field(default_factory=set)
    turns: bool = False  # pages alternate without end
    boosts: list[Post] = field(default_factory=list)
    limit: dict[str, str] = field(default_factory=dict)
    answered: list[Any] = field(default_factory=list)

    def answer(self, question: Question) -> Response:
        """What the instance says."""
        if self.is_closed and "authorization" not in question.headers:
            return JSONResponse({"error": "This method requires an authenticated user"}, 401)
        if question.path == "/api/v1/accounts/lookup":
            account = self.accounts.get(question.params.get("acct", ""))
            if account is None:
                return JSONResponse({"error": "Record not found"}, 404)
            profile = {"id": account.account_id, "username": account.name, "acct": account.name, "display_name": "Mekong Radio",
                    "followers_count": 77, "following_count": 1, "statuses_count": len(account.posts)}  # fmt: skip
            self.answered.append(profile)
            return JSONResponse(profile, headers=self.limit)
        match = re.fullmatch(r"/api/v1/accounts/(\d+)/statuses", question.path)
        account = next((a for a in self.accounts.values() if match and a.account_id == match[1]), None)
        if account is None:
            return JSONResponse({"error": "Record not found"}, 404)
        limit = min(int(question.params.get("limit", 20)), 40)
        before = int(question.params.get("max_id", 10**30))
        posts = account.posts if self.turns else [post for post in account.posts if int(status_id(post)) < before]
        if self.turns and before % 2:
            posts = posts[1:]
        shown = [self._status(account, post) for post in posts[:limit]]
        if question.params.get("exclude_reblogs") != "true":
            shown += [{**self._status(account, post), "reblog": {"id": "1"}} for post in self.boosts]
        self.answered.append(shown)
        return JSONResponse(shown, headers=self.limit)

    def _status(self, account: Account, post: Post) -> dict[str, Any]:
        quotes = {} if self.is_old else {"quotes_count": 1}
        return {"id": status_id(post), "created_at": post.published_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "uri": f"https://mekong.example/users/{account.name}/statuses/{status_id(post)}",
                "url": f"https://mekong.example/@{account.name}/{status_id(post)}", "reblog": None,
                "visibility": "direct" if post.number in self.private else "public",
                "content": f"<p>{post.text}<br />a &amp; b</p><p><a href='x'>#<span>tag</span></a></p>",
                "replies_count": post.counts["comments"], "reblogs_count": post.counts["shares"],
                "favourites_count": post.counts["likes"], **quotes}  # fmt: skip


def status_id(post: Post) -> str:
    return f"1130{post.number:014}"
