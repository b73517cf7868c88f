"""X by its API v2: an account's posts with their public counts, a hundred a request, and clicks where it is its own.

Reference: https://docs.x.com/x-api/posts/timelines/introduction, .../x-api/fundamentals/metrics.
Limits: at most the 3,200 newest posts; 10,000 (app) or 900 (user) lists in 15 minutes; every post read costs credits,
a fifth of it where the list is the owner's. Clicks are told for 30 days, to the account itself alone.
Not reported: reach, watch time. Reposts of others' posts are no posts of the account; its replies are.

| theirs | ours |
| --- | --- |
| impression_count (what X shows as views) | views, impressions |
| like_count, reply_count, bookmark_count | likes, comments, saves |
| repost_count (retweet_count) + quote_count | shares |
| non_public_metrics.url_link_clicks | clicks |
| followers_count, on the day asked | followers |
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.asking.answers import ExtractBuilder, inner, instant, objects, questions, total, whole
from connectors.asking.http import LONGEST_WAIT, Http
from connectors.asking.paging import pages
from connectors.asking.protocol import Protocol, RateLimit, Reply, bearer
from connectors.asking.pulling import PullResult, Window, Withheld
from connectors.asking.refusals import Unanswered, Who
from connectors.asking.settings import ApiSettings
from connectors.contract import ConnectorSettings, Extract, Raw
from connectors.x.export import NAME, Settings

__all__ = ["NAME", "Settings", "gone", "pull", "read", "without"]

_PUBLIC, _PRIVATE = "created_at,public_metrics", "created_at,non_public_metrics"
_OWN = timedelta(days=30)
_AT_ONCE = 100
_BY_IDS = re.compile(r"(?:^|/)2/tweets$")
_GONE = ("resource-not-found", "resource-unavailable")


PERMISSIONS = {"": "a bearer token", "clicks": "a token of the account itself"}
"""What a token has to be for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an account and its posts, newest first; and whether posts that are missing from the list are gone.

    Raises:
        Unanswered: there is no token, no such account, no credit left, or X was asked too much.
    """
    assert isinstance(settings, Settings)
    how, handle = _manners(account, settings), account.removeprefix("@")
    users = objects(http.get(how, "2/users/by", {"usernames": handle, "user.fields": "public_metrics"}).get("data"))
    user = users[0].get("id") if users else None
    if not isinstance(user, str) or not user.isdecimal():
        raise Unanswered(f"X knows no account {account}; check it in reach.toml.", "person", "user")
    came = {str(own.get("id")) for page in _listed(http, how, settings, user, _PUBLIC, window.since) for own in page}
    missing = sorted(set(window.known) - came)
    for start in range(0, len(missing), _AT_ONCE):
        ids = missing[start : start + _AT_ONCE]
        http.get(how, "2/tweets", {"ids": ",".join(ids), settings.fields_parameter: _PUBLIC}, units=len(ids))
    return PullResult(_clicked(http, how, settings, user, window) if settings.is_user_context else {})


def _listed(
    http: Http, how: Protocol, settings: Settings, user: str, fields: str, since: datetime | None
) -> Iterator[list[dict[str, Any]]]:
    def ask(token: str | None) -> dict[str, Any]:
        asked = {"max_results": _AT_ONCE, "exclude": "retweets", settings.fields_parameter: fields,
                 "start_time": _moment(since), "pagination_token": token}  # fmt: skip
        return http.get(how, f"2/users/{user}/tweets", asked, units=_AT_ONCE)

    for page in pages("X", user, ask, _following):
        yield objects(page.get("data"))


def _following(page: Mapping[str, Any]) -> str | None:
    token = inner(page, "meta").get("next_token")
    return token if isinstance(token, str) else None


def _clicked(http: Http, how: Protocol, settings: Settings, user: str, window: Window) -> dict[str, Withheld]:
    """Asks for clicks in a list of their own: with them X leaves posts out that are older than 30 days."""
    if not window.asks_for("clicks"):
        return {"clicks": window.withheld["clicks"]}
    month = window.now - _OWN
    since = month if window.since is None else max(month, window.since)
    why = "X tells clicks to the account itself alone"
    try:
        found = [own for page in _listed(http, how, settings, user, _PRIVATE, since) for own in page]
    except Unanswered as refusal:
        if refusal.who not in ("bug", "person") or refusal.code in ("401", "402", "cursor"):
            raise
        found, why = [{}], str(refusal)
    if not found or any("non_public_metrics" in own for own in found):
        return {}
    return {"clicks": window.refused("clicks", why, is_for_a_person=True)}


def _manners(account: str, settings: Settings) -> Protocol:
    token = settings.token_of(account)
    if token is None:
        raise Unanswered(
            f"There is no token for x:{account}; put REACH_X__TOKEN into .env (docs/access.md says how to get one).",
            "person", "token",
        )  # fmt: skip
    return Protocol("X", bearer(token), lambda reply: _refusal(account, reply), _limit, ("api.twitter.com",))


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    """A problem document, or the older errors; an answer with posts may hold errors of single ones beside them."""
    body = reply.body if isinstance(reply.body, dict) else {}
    errors = objects(body.get("errors"))
    if reply.status < 400 and ("data" in body or all(_kind(own) in _GONE for own in errors)):
        return None
    if reply.status < 400:  # nothing but what was refused: a protected account, or fields that are not for this token
        body = errors[0]
    said = str(body.get("detail") or body.get("title") or "")
    kind = _kind(body)
    until = instant(reply.headers.get("x-rate-limit-reset"))
    who: Who = "person" if reply.status in (401, 402, 403) or "not-authorized" in kind else "bug"
    sentence = f"X does not answer for x:{account}: {' '.join(said.split())[:200] or kind or reply.status}."
    if reply.status == 402 or "CreditsDepleted" in str(body)[:2000]:
        sentence = f"X wants to be paid before it answers for x:{account}: the app's credits are used up."
        who = "person"
    elif kind == "usage-capped":
        who, until = "window", None
        sentence = f"What X allows the app a month is used up at x:{account}."
    elif reply.status == 429:
        wait = until - datetime.now(UTC).replace(tzinfo=None) if until else None
        is_near = wait is not None and timedelta() <= wait <= LONGEST_WAIT
        return Unanswered(
            f"X has been asked too much at x:{account}; the rest is for next time.", "again" if is_near else "window",
            "429", wait if is_near else None, until,
        )  # fmt: skip
    elif reply.status >= 500:
        who = "again"
    elif reply.status in (401, 403):
        sentence = (
            f"X refuses the token of x:{account} ({kind or reply.status}); make a new one as docs/access.md says."
        )
    return Unanswered(sentence, who, kind or str(reply.status), until=until if who == "window" else None)


def _kind(problem: Mapping[str, Any]) -> str:
    return str(problem.get("type", "")).rpartition("/")[2]


def _limit(headers: Mapping[str, str]) -> RateLimit | None:
    limit, remaining = (whole(headers.get(f"x-rate-limit-{own}")) for own in ("limit", "remaining"))
    if not limit or remaining is None:
        return None
    return RateLimit(1 - remaining / limit, instant(headers.get("x-rate-limit-reset")))


def _moment(since: datetime | None) -> str | None:
    return since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else None


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's posts with their readings, and its followers on the day asked."""
    said, user, handle = ExtractBuilder(NAME), "", raw.account.removeprefix("@")
    for question in questions(raw):
        if question.path.endswith("/users/by"):
            for own in objects(question.body.get("data")):
                user, day = str(own.get("id")), question.asked_at.date()
                said.account(question.asked_at, user, own.get("name"), own.get("username"))
                followers = inner(own, "public_metrics").get("followers_count")
                said.figure(question.asked_at, user, "followers", day, day, followers)
        elif question.path.endswith("/tweets"):
            for item in objects(question.body.get("data")):
                if "public_metrics" not in item:
                    clicks = inner(item, "non_public_metrics").get("url_link_clicks")
                    if str(item.get("id", "")).isdecimal() and clicks is not None:
                        said.reading(question.asked_at, str(item["id"]), {"clicks": clicks})
                    continue
                _post(said, user, handle, question.asked_at, item)
    if lost := gone(raw):
        for post_id in sorted(lost):
            said.gone(max(own.asked_at for own in raw.answers), post_id)
        said.notes.append(f"{len(lost)} posts are gone from X: what was kept of them is removed")
    mapped = {"impression_count": "views", "like_count": "likes", "reply_count": "comments", "bookmark_count": "saves",
              "repost_count + quote_count": "shares", "url_link_clicks": "clicks"}  # fmt: skip
    return said.extract(raw, mapped)


def _post(said: ExtractBuilder, user: str, handle: str, asked_at: datetime, item: Mapping[str, Any]) -> None:
    own_id = str(item.get("id", ""))
    if not own_id.isdecimal():
        said.reject("a post without an id", item)
        return
    counts = inner(item, "public_metrics")
    described = {
        "post_id": own_id,
        "alias": own_id,
        "account_id": user or handle,
        "url": f"https://x.com/{handle}/status/{own_id}",
        "text": html.unescape(item["text"]) if isinstance(item.get("text"), str) else None,
        "kind": "post",
        "published_at": instant(item.get("created_at")),
    }
    reposts = counts.get("repost_count", counts.get("retweet_count"))
    ours = {
        "views": counts.get("impression_count"),
        "impressions": counts.get("impression_count"),
        "likes": counts.get("like_count"),
        "comments": counts.get("reply_count"),
        "shares": total(reposts, counts.get("quote_count")),
        "saves": counts.get("bookmark_count"),
    }
    said.post(asked_at, described, ours)


# --------------------------------------------------------------------------- what is gone there goes here


def gone(raw: Raw) -> set[str]:
    """The posts that X says are not there any more; what is only locked for a while is not gone."""
    found = set()
    for question in questions(raw):
        for own in objects(question.body.get("errors")) if _BY_IDS.search(question.path) else ():
            if _kind(own) == "resource-not-found" and own.get("resource_type") in ("tweet", "post"):
                found.add(str(own.get("resource_id")))
    return found


def without(body: Any, posts: set[str]) -> Any:
    """An answer without these posts."""
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        return body
    kept = [own for own in body["data"] if not (isinstance(own, dict) and str(own.get("id")) in posts)]
    return {**body, "data": kept}
