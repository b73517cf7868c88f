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
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from connectors.asking.answers import ExtractBuilder, inner, instant, objects, one_line, questions, text_at, total
from connectors.asking.http import LONGEST_WAIT, Http
from connectors.asking.paging import batches, cursor_at, pages
from connectors.asking.protocol import Meaning, Protocol, Reply, bearer, limit_by, token_of
from connectors.asking.pulling import PullResult, Window, Withheld
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.asking.ways import Ways
from connectors.contract import Extract, Raw
from connectors.settings import ConnectorSettings
from connectors.x.export import NAME, Settings

__all__ = ["NAME", "Settings", "gone", "pull", "read", "without"]

_PLAIN, _PUBLIC, _PRIVATE = "created_at", "created_at,public_metrics", "created_at,non_public_metrics"
_WHOLE_TEXT = {"tweet.fields": "note_tweet", "post.fields": "note_post"}  # before and since 7 August 2026
_CLICKS_KEPT = timedelta(days=30)
_AT_ONCE = 100
_A_USER = 2  # costs as much as two posts
_METRICS = ("views", "impressions", "likes", "comments", "shares", "saves")
_FOLLOWERS = "account followers"
_BY_IDS = re.compile(r"(?:^|/)2/tweets$")
_GONE = ("resource-not-found", "resource-unavailable")
_USUAL = "X does not answer for {account}: {message}."
_NO_CREDIT = Meaning("person", "X wants to be paid before it answers for {account}: the app's credits are used up.")
_MONTH_USED_UP = Meaning("window", "What X allows the app a month is used up at {account}.")
_NO_TOKEN = Meaning("person", "X refuses the token of {account} ({code}); make a new one as docs/access.md says.")

PERMISSIONS = {"": "a bearer token", "clicks": "a token of the account itself"}
"""What a token has to be for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an account and its posts, newest first; and whether posts that are missing from the list are gone.

    Raises:
        Unanswered: there is no token, no such account, no credit left, or X was asked too much.
    """
    assert isinstance(settings, Settings)
    protocol = Protocol(
        "X", bearer(token_of(settings, NAME, account)), partial(_refusal, account), limit_by("x-rate-limit"),
        ("api.twitter.com",),
    )  # fmt: skip
    user, withheld = _user(http, protocol, account, window)
    ways = _ways(settings, window)
    posts = {str(item.get("id")) for page in _listed(http, protocol, ways, user, window.since) for item in page}
    withheld |= _without_metrics(ways, window)
    parameter, fields = ways.now
    if settings.is_user_context:
        withheld |= _clicks(http, protocol, parameter, user, window)
    for ids in batches(sorted(window.known_posts - posts), _AT_ONCE):
        http.get(protocol, "2/tweets", {"ids": ",".join(ids), parameter: fields}, units=len(ids), used=_posts_in)
    return PullResult(withheld)


def _user(http: Http, protocol: Protocol, account: str, window: Window) -> tuple[str, dict[str, Withheld]]:
    """The account's number; its followers are withheld where asking for them is refused."""
    named = {"usernames": account.removeprefix("@")}
    ways = Ways([{**named, "user.fields": "public_metrics"}, named])
    answer = ways.ask(lambda params: http.get(protocol, "2/users/by", params, units=_A_USER, used=lambda _: _A_USER))
    users = objects(answer.get("data"))
    user = users[0].get("id") if users else None
    if not isinstance(user, str) or not user.isdecimal():
        raise Unanswered(f"X knows no account {account}; check it in reach.toml.", "person", "user")
    return user, _withheld(ways.refused, (_FOLLOWERS,), window)


def _ways(settings: Settings, window: Window) -> Ways[tuple[str, str]]:
    """How the fields of posts may be asked for, by the name of the parameter: a field that X refuses fails the list.

    X has renamed parameter and fields. The whole of a long text is one of them, and the counts are another.
    """
    names = sorted(_WHOLE_TEXT, key=lambda name: name != settings.fields_parameter)
    fuller = [(name, f"{_PUBLIC},{_WHOLE_TEXT[name]}") for name in names] + [(name, _PUBLIC) for name in names]
    return Ways([*(fuller if window.asks_for("views") else ()), *((name, _PLAIN) for name in names)])


def _without_metrics(ways: Ways[tuple[str, str]], window: Window) -> dict[str, Withheld]:
    """The counts are withheld where the list is given without them alone."""
    if ways.now[1] != _PLAIN:
        return {}
    if not window.asks_for("views"):
        return {metric: window.withheld[metric] for metric in _METRICS if metric in window.withheld}
    return _withheld(ways.refused, _METRICS, window)


def _withheld(refused: Unanswered | None, metrics: Sequence[str], window: Window) -> dict[str, Withheld]:
    """Metrics that are withheld for a refusal; none where there is none."""
    is_for_a_person = refused is not None and refused.who == "person"
    return {m: window.refused(m, str(refused), is_for_a_person=is_for_a_person) for m in metrics if refused}


def _listed(
    http: Http, protocol: Protocol, ways: Ways[tuple[str, str]], user: str, since: datetime | None
) -> Iterator[list[dict[str, Any]]]:
    """An account's posts, page by page. A page that is refused is asked for in the next way; none is paid twice."""

    def ask(token: str | None) -> dict[str, Any]:
        def in_one_way(way: tuple[str, str]) -> dict[str, Any]:
            params = {"max_results": _AT_ONCE, "exclude": "retweets", way[0]: way[1],
                      "start_time": _moment(since), "pagination_token": token}  # fmt: skip
            return http.get(protocol, f"2/users/{user}/tweets", params, units=_AT_ONCE, used=_posts_in)

        return ways.ask(in_one_way)

    for page in pages("X", user, ask, cursor_at("meta", "next_token")):
        yield objects(page.get("data"))


def _clicks(http: Http, protocol: Protocol, parameter: str, user: str, window: Window) -> dict[str, Withheld]:
    """Asks for clicks in a list of their own: with them X leaves posts out that are older than 30 days."""
    if not window.asks_for("clicks"):
        return {"clicks": window.withheld["clicks"]}
    month = window.now - _CLICKS_KEPT
    since = month if window.since is None else max(month, window.since)
    why = "X tells clicks to the account itself alone"
    try:
        ways = Ways([(parameter, _PRIVATE)])
        items = [item for page in _listed(http, protocol, ways, user, since) for item in page]
    except Unanswered as refusal:
        if refusal.who not in ("bug", "person") or refusal.code in ("401", "402", "cursor"):
            raise
        items, why = [{}], str(refusal)
    if not items or any("non_public_metrics" in item for item in items):
        return {}
    return {"clicks": window.refused("clicks", why, is_for_a_person=True)}


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    """A problem document, or the older errors; an answer with posts may hold errors of single ones beside them."""
    problem = reply.body if isinstance(reply.body, dict) else {}
    errors = objects(problem.get("errors"))
    if reply.status < 400 and ("data" in problem or all(_kind(error) in _GONE for error in errors)):
        return None
    if reply.status < 400:  # nothing but what was refused: a protected account, or fields that are not for this token
        problem = errors[0]
    kind, free_at = _kind(problem), instant(reply.headers.get("x-rate-limit-reset"))
    if reply.status == 402 or "CreditsDepleted" in str(problem)[:2000]:
        meaning = _NO_CREDIT
    elif kind == "usage-capped":
        meaning = _MONTH_USED_UP
    elif reply.status == 429:
        return _too_much(account, free_at)
    elif reply.status >= 500:
        meaning = Meaning("again", _USUAL)
    elif reply.status == 401 or (reply.status == 403 and "field" not in kind):
        meaning = _NO_TOKEN
    else:
        meaning = Meaning("person" if reply.status == 403 or "not-authorized" in kind else "bug", _USUAL)
    code = kind or str(reply.status)
    message = one_line(problem.get("detail") or problem.get("title") or "") or code
    return meaning.refusal(f"x:{account}", code, message=message)


def _too_much(account: str, free_at: datetime | None) -> Unanswered:
    """X has been asked too much: it is waited for where that is short, else the rest is for the next window."""
    wait = free_at - datetime.now(UTC).replace(tzinfo=None) if free_at else None
    is_near = wait is not None and timedelta() <= wait <= LONGEST_WAIT
    return Unanswered(
        f"X has been asked too much at x:{account}; the rest is for next time.", "again" if is_near else "window",
        "429", wait if is_near else None, free_at,
    )  # fmt: skip


def _kind(problem: Mapping[str, Any]) -> str:
    return str(problem.get("type", "")).rpartition("/")[2]


def _posts_in(answer: Mapping[str, Any]) -> int:
    """X counts the posts that it gives; a unit is one of them."""
    return len(objects(answer.get("data")))


def _moment(since: datetime | None) -> str | None:
    return since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else None


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's posts with their readings, and its followers on the day asked."""
    builder, user, handle = ExtractBuilder(NAME), "", raw.account.removeprefix("@")
    for question in questions(raw):
        if question.path.endswith("/users/by"):
            for profile in objects(question.body.get("data")):
                if not (text_at(profile, "id") or "").isdecimal():
                    continue
                user = str(profile["id"])
                builder.account(question.asked_at, user, profile.get("name"), profile.get("username"))
                builder.followers(question.asked_at, user, inner(profile, "public_metrics").get("followers_count"))
        elif question.path.endswith("/tweets"):
            fields = ",".join(question.params.get(name, "") for name in _WHOLE_TEXT)
            for item in objects(question.body.get("data")):
                if "non_public_metrics" in fields:
                    clicks = inner(item, "non_public_metrics").get("url_link_clicks")
                    if str(item.get("id", "")).isdecimal() and clicks is not None:
                        builder.reading(question.asked_at, str(item["id"]), {"clicks": clicks})
                    continue
                _post(builder, user, handle, question.asked_at, item)
    if lost := gone(raw):
        for post_id in sorted(lost):
            builder.gone(max(answer.asked_at for answer in raw.answers), post_id)
        posts_are = "1 post is" if len(lost) == 1 else f"{len(lost)} posts are"
        builder.notes.append(f"{posts_are} gone from X: all that was kept is removed")
    mapped = {"impression_count": "views", "like_count": "likes", "reply_count": "comments", "bookmark_count": "saves",
              "repost_count + quote_count": "shares", "url_link_clicks": "clicks"}  # fmt: skip
    return builder.extract(raw, mapped)


def _post(builder: ExtractBuilder, user: str, handle: str, asked_at: datetime, item: Mapping[str, Any]) -> None:
    number = str(item.get("id", ""))
    if not number.isdecimal():
        builder.reject("a post without an id", item)
        return
    counts = inner(item, "public_metrics")
    whole_text = next((text for name in _WHOLE_TEXT.values() if (text := text_at(item, name, "text"))), None)
    text = whole_text or text_at(item, "text")  # which is cut after 280 letters
    described = {
        "post_id": number,
        "alias": number,
        "account_id": user or handle,
        "url": f"https://x.com/{handle}/status/{number}",
        "text": None if text is None else html.unescape(text),
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
    builder.post(asked_at, described, ours)


# --------------------------------------------------------------------------- what is gone there goes here


def gone(raw: Raw) -> set[str]:
    """The posts that X says are not there any more; what is only locked for a while is not gone."""
    posts = set()
    for question in questions(raw):
        for error in objects(question.body.get("errors")) if _BY_IDS.search(question.path) else ():
            post_id = str(error.get("resource_id"))
            is_of_a_post = error.get("resource_type") in ("tweet", "post") and post_id.isdecimal()
            if is_of_a_post and _kind(error) == "resource-not-found":
                posts.add(post_id)
    return posts


def without(body: Any, posts: set[str]) -> Any:
    """An answer without these posts."""
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        return body
    kept = [item for item in body["data"] if not (isinstance(item, dict) and str(item.get("id")) in posts)]
    return {**body, "data": kept}
