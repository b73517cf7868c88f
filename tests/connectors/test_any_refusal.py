"""Whatever code refuses a part of what is asked costs that part only: every code in every place of a pull.

The codes are those that the platforms document, one of each meaning, one that nobody knows, and plain statuses of HTTP.
A place is one question of a pull without its cursor. It is refused as it is put first: what a connector asks in its
stead, with less in it, is answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

import connectors
from connectors.asking.pulling import Window
from tests.connectors.conftest import NOW, Ask, Pulled
from tests.connectors.facebook.server import error
from tests.platforms import night
from tests.platforms.server import Question, Server

Refuse = Callable[[], Response]

STATUSES: dict[str, Refuse] = {
    str(status): lambda status=status: Response("<html>", status) for status in (400, 403, 404, 429, 503)
} | {"no JSON": lambda: Response("<html>", 200), "another JSON": lambda: JSONResponse("no", 200)}
GRAPH: dict[str, Refuse] = {
    f"{code}/{subcode}": lambda code=code, subcode=subcode: error(code, "No.", subcode)
    for code, subcode in ((1, 0), (3, 0), (4, 0), (10, 0), (12, 0), (100, 0), (100, 33), (100, 2108006), (190, 463),
                          (200, 0), (613, 0), (2500, 0), (80002, 0), (98765, 0))
}  # fmt: skip


def written(bodies: Mapping[str, tuple[int, Any]]) -> dict[str, Refuse]:
    return {
        name: lambda status=status, body=body: JSONResponse(body, status) for name, (status, body) in bodies.items()
    }


def problem(status: int, kind: str) -> tuple[int, Any]:
    return status, {"title": kind, "detail": kind, "status": status, "type": f"https://api.x.com/2/problems/{kind}"}


def of_google(status: int, reason: str) -> tuple[int, Any]:
    return status, {"error": {"code": status, "message": "No.", "errors": [{"reason": reason, "message": "No."}]}}


def of_linkedin(status: int, code: str) -> tuple[int, Any]:
    return status, {"status": status, "code": code, "message": "No."}


def of_tiktok(status: int, code: str) -> tuple[int, Any]:
    return status, {"error": {"code": code, "message": "No.", "log_id": "1"}}


CODES = {
    **dict.fromkeys(("facebook", "instagram", "threads"), GRAPH),
    "bluesky": written({name: (status, {"error": name, "message": name}) for status, name in (
        (400, "InvalidRequest"), (400, "BlockedActor"), (429, "RateLimitExceeded"), (502, "UpstreamFailure"))}),
    "mastodon": written({str(status): (status, {"error": "No."}) for status in (401, 404, 410, 422, 429, 500)}),
    "linkedin": written({code: of_linkedin(status, code) for status, code in (
        (401, "REVOKED_ACCESS_TOKEN"), (403, "ACCESS_DENIED"), (404, "RESOURCE_NOT_FOUND"), (400, "ILLEGAL_ARGUMENT"),
        (426, "NONEXISTENT_VERSION"), (429, "TOO_MANY_REQUESTS"), (500, "INTERNAL_SERVER_ERROR"))}),
    "tiktok": written({code: of_tiktok(status, code) for status, code in (
        (401, "access_token_invalid"), (401, "scope_not_authorized"), (401, "scope_permission_missed"),
        (400, "invalid_params"), (429, "rate_limit_exceeded"), (500, "internal_error"), (403, "something_new"))}),
    "x": written({f"{kind} {status}": problem(status, kind) for status, kind in (
        (400, "invalid-request"), (404, "resource-not-found"), (403, "not-authorized-for-resource"),
        (403, "not-authorized-for-field"), (403, "field-unauthorized"), (400, "field-hydration-failure"),
        (403, "client-forbidden"), (429, "usage-capped"), (429, "rate-limit-exceeded"), (500, "internal-error"),
        (402, "CreditsDepleted"))}
        | {f"{kind} beside posts": (200, {"errors": [problem(200, kind)[1]]})
           for kind in ("field-unauthorized", "not-authorized-for-field", "not-authorized-for-resource")}),
    "youtube": written({reason: of_google(status, reason) for status, reason in (
        (403, "quotaExceeded"), (403, "rateLimitExceeded"), (503, "backendError"), (401, "authError"), (403, "forbidden"),
        (403, "insufficientPermissions"), (404, "notFound"), (400, "badRequest"), (400, "keyInvalid"))}),
}  # fmt: skip

ESSENTIAL = {
    "bluesky": ("app.bsky.feed.getAuthorFeed",),
    "linkedin": ("/rest/posts",),
    "mastodon": ("/accounts/",),
    "tiktok": ("/v2/oauth/token/",),
    "x": (),
    "youtube": ("/token", "/channels", "/playlistItems"),
}
"""Questions without which there are no posts, however they are put, by a part of their path."""


def place(question: Question) -> str:
    """A question without its cursor."""
    cursors = ("after", "pageToken", "pagination_token", "cursor", "max_id", "start", "id", "ids", "filters")
    params = [f"{name}={value}" for name, value in sorted(question.params.items()) if name not in cursors]
    return f"{question.method} {re.sub(r'/[0-9]{8,}', '/…', question.path)} {' '.join(params)}"


def everything(name: str, one: night.One) -> Window:
    """Turns on what else the local platform has, and the window that asks for all of it."""
    platform: Any = one.platform
    if name == "instagram":
        (account,) = platform.accounts.values()
        platform.stories = {account.account_id: [replace(post, kind="story") for post in account.posts[:2]]}
    if name == "facebook":
        (page,) = platform.pages.values()
        platform.live = {page.account_id: page.posts[4:5]}
        return Window(NOW, NOW - timedelta(days=500))
    if name == "x":
        platform.is_user, one.settings["is_user_context"] = True, True
        return Window(NOW, None, known_posts=frozenset({"18400000000000000999"}))
    if name == "youtube":
        long_ago = NOW - timedelta(days=500)
        return Window(NOW, long_ago, described=(long_ago, NOW - timedelta(days=3)))
    return Window(NOW)


def attacks(name: str, serve: Callable[..., Server], ask: Ask) -> Iterator[tuple[str, str, Pulled, set[str]]]:
    """Each place and code, what came of a pull that is refused there, and the posts of one that is not."""

    def pull(fault: Callable[[Question], Response | None]) -> tuple[Server, Pulled]:
        one = night.every(6, NOW)[name]
        window, server = everything(name, one), serve(**{name: one.platform})
        server.faults = [fault]
        settings = {**one.given(server, name), **one.secrets}
        return server, ask(server, name, settings.pop("accounts")[0], window=window, **settings)

    server, whole = pull(lambda _: None)
    assert (whole.refusal, whole.withheld) == (None, {})
    for where in dict.fromkeys(place(question) for question in server.questions):
        for code, refuse in {**CODES[name], **STATUSES}.items():
            _, done = pull(lambda question, where=where, refuse=refuse: refuse() if place(question) == where else None)
            yield where, code, done, posts_of(whole)


def posts_of(done: Pulled) -> set[str]:
    return set(done.extract.posts.filter(~done.extract.posts["is_gone"].fill_null(False))["post_id"])


@pytest.mark.parametrize("name", sorted(CODES))
def test_whatever_refuses_a_part_of_a_pull_costs_no_post(serve, ask: Ask, name: str) -> None:
    """Posts are lost only where a list itself is refused, or cannot be given now; then the pull says so."""
    wrong = []
    for where, code, done, all_posts in attacks(name, serve, ask):
        is_essential = any(part in where for part in ESSENTIAL.get(name, ()))
        is_later = done.refusal is not None and done.refusal.who in ("again", "window")
        is_withheld = "stories" in done.withheld and done.withheld["stories"].may_pass
        lost = all_posts - posts_of(done)
        if lost and not (is_withheld or (done.refusal and (is_essential or is_later))):
            wrong.append((where, code, len(lost), done.refusal))
    assert not wrong


@pytest.mark.parametrize("name", ["facebook", "instagram", "threads", "linkedin", "bluesky"])
def test_an_answer_without_its_list_is_no_end_of_the_list(serve, ask: Ask, name: str) -> None:
    """Their documents have the list in every answer, be it empty. Once it is asked again, ever again it is left."""
    ends = ("/published_posts", "/media", "/threads", "/rest/posts", "getAuthorFeed")
    for times in (1, 99):
        one = night.every(3, NOW)[name]
        server, refused = serve(**{name: one.platform}), list[Question]()

        def fault(question: Question, refused: list[Question] = refused, times: int = times) -> Response | None:
            if question.path.endswith(ends) and len(refused) < times:
                refused.append(question)
                return JSONResponse({})
            return None

        server.faults = [fault]
        settings = {**one.given(server, name), **one.secrets}
        done = ask(server, name, account := settings.pop("accounts")[0], **settings)
        if times == 1:
            assert (done.refusal, len(posts_of(done))) == (None, 3)
        else:
            assert done.refusal is not None
            assert (done.refusal.who, f"{name}:{account}" in str(done.refusal)) == ("again", True)


def test_every_platform_that_has_posts_is_attacked() -> None:
    assert set(CODES) == {api.NAME for api in connectors.APIS} - {"website"}
