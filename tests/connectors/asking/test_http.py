"""What holds for every API: waiting, limits, bounds, where it may be sent, and what is never shown."""

from __future__ import annotations

import resource
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, cast

import pytest
import requests
from pydantic import SecretStr
from starlette.responses import JSONResponse, Response

from connectors.asking import http as http_module
from connectors.asking.http import Http
from connectors.asking.protocol import Protocol, RateLimit, Reply
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.contract import Answer
from tests.connectors.conftest import TOKEN
from tests.platforms.server import Fault, Server

HOW = Protocol("Platform", {"Authorization": SecretStr(f"Bearer {TOKEN}")})


class Talk:
    """One account's talk with the local server."""

    def __init__(self, server: Server, *faults: Fault, **settings: Any) -> None:
        self.server = server
        server.faults = [*faults, lambda _: JSONResponse({"data": [1]})]
        self.kept: list[Answer] = []
        self.slept: list[float] = []
        self.http = Http(
            ApiSettings(base_url=server.base_url("any"), **settings), self.kept.append, sleep=self.slept.append
        )

    def refusal(self, how: Protocol = HOW, path: str = "a") -> Unanswered:
        with pytest.raises(Unanswered) as refused:
            self.http.get(how, path)
        return refused.value


@pytest.fixture
def talk(serve: Callable[..., Server]) -> Callable[..., Talk]:
    return lambda *faults, **settings: Talk(serve(), *faults, **settings)


def first(count: int, response: Response) -> Fault:
    """So many questions are answered with this, and later ones as usual."""
    return lambda question: response if question.number < count else None


def always(response: Response) -> Fault:
    return lambda _: response


@pytest.mark.parametrize(
    "response",
    [Response("", 500), Response("<html>", 503), Response('{"data": [1', 200), Response("<html>hello", 200),
     Response("", 429), Response("[" * 100_000, 200)],
)  # fmt: skip
def test_what_may_pass_is_asked_again_and_only_the_answer_is_kept(talk, response: Response) -> None:
    conversation = talk(first(2, response))
    assert conversation.http.get(HOW, "a") == {"data": [1]}
    assert (conversation.http.requests, len(conversation.slept), len(conversation.kept)) == (3, 2, 1)


def test_what_does_not_pass_is_given_up_after_some_tries_and_may_be_asked_again_later(talk) -> None:
    conversation = talk(always(Response("", 500)))
    assert (conversation.refusal().who, conversation.http.requests, conversation.kept) == (
        "again",
        http_module.TRIES,
        [],
    )


@pytest.mark.parametrize(
    ("retry_after", "slept"),
    [("7", 7), ("a date in a minute", 60), ("soon", None), ("-5", None)],
)
def test_it_waits_as_long_as_it_is_asked_to(talk, retry_after: str, slept: int | None) -> None:
    retry_header = retry_after.replace("a date in a minute", format_datetime(datetime.now(UTC) + timedelta(seconds=60)))
    conversation = talk(first(1, Response("", 429, {"Retry-After": retry_header})))
    conversation.http.get(HOW, "a")
    assert conversation.slept[0] == pytest.approx(slept, abs=5) if slept else 0 <= conversation.slept[0] < 5


def test_what_asks_for_a_long_wait_is_left_to_the_next_window(talk) -> None:
    conversation = talk(always(Response("", 429, {"Retry-After": "3600"})))
    refusal = conversation.refusal()
    assert (refusal.who, conversation.http.requests, conversation.slept) == ("window", 1, [])
    assert refusal.until is not None


@pytest.mark.parametrize(("status", "who"), [(401, "person"), (403, "person"), (400, "bug"), (404, "bug")])
def test_who_has_to_act_is_said(talk, status: int, who: str) -> None:
    conversation = talk(always(Response("", status)))
    assert (conversation.refusal().who, conversation.http.requests) == (who, 1)


def test_the_token_is_sent_in_the_header_alone(talk) -> None:
    conversation = talk()
    conversation.http.get(HOW, "a", {"limit": 100, "after": None})
    question = conversation.server.questions[0]
    assert question.headers["authorization"] == f"Bearer {TOKEN}"
    assert (question.params, conversation.kept[0].endpoint) == (
        {"limit": "100"},
        f"GET {conversation.server.base_url('any')}/a?limit=100",
    )


def test_a_question_that_was_answered_is_not_asked_again(talk) -> None:
    conversation = talk()
    conversation.http.get(HOW, "a")
    later = Http(conversation.http.settings, conversation.kept.append, conversation.kept)
    assert (later.get(HOW, "a"), later.requests, len(conversation.kept)) == ({"data": [1]}, 0, 1)
    later.get(HOW, "b")
    assert later.requests == 1


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/a", "http://127.0.0.1:1/a", "//elsewhere.example/a", "file:///etc/passwd"]
)
def test_it_is_sent_on_to_the_platforms_own_hosts_only(talk, target: str) -> None:
    conversation = talk(always(Response("", 302, {"Location": target})))
    refusal = conversation.refusal()
    assert (refusal.who, conversation.http.requests, "not its own" in str(refusal)) == ("bug", 1, True)


def test_it_is_sent_on_within_a_host_but_not_in_a_circle(talk) -> None:
    conversation = talk(lambda question: Response("", 307, {"Location": "b"}) if question.path == "/a" else None)
    assert conversation.http.get(HOW, "a") == {"data": [1]}
    circle = talk(always(Response("", 302, {"Location": "a"})))
    assert "without end" in str(circle.refusal())


def test_an_answer_without_end_is_refused(talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "ANSWER_LIMIT", 1000)
    conversation = talk(always(JSONResponse({"data": "a" * 100_000})))
    assert conversation.refusal().who == "bug"


def test_an_answer_that_unfolds_without_end_is_refused_before_it_is_whole(talk) -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    bomb = b"".join([*(packed.compress(zeros) for _ in range(512)), packed.flush()])
    assert len(bomb) < 1 << 20
    conversation = talk(always(Response(bomb, headers={"Content-Encoding": "gzip"})))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "over 32 MiB" in str(conversation.refusal())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 200 << 10


def test_a_token_endpoint_that_quotes_what_it_was_sent_is_not_quoted(talk) -> None:
    body = {"error": "bad first-refresh-token", "error_description": "first-refresh-token"}
    conversation = talk(always(JSONResponse(body, 400)))
    how = Protocol("Giver", refusal=lambda reply: Unanswered(f"it says {reply.body}", "person"))
    with pytest.raises(Unanswered, match=r"it says .*\*\*\*") as refused:
        conversation.http.exchange(how, conversation.server.base_url("any"), {"t": SecretStr("first-refresh-token")})
    assert "first-refresh-token" not in str(refused.value)
    assert conversation.kept == []


def test_a_token_endpoint_that_gives_the_refresh_token_again_gives_it_whole(talk) -> None:
    body = {"access_token": "for-an-hour-of-it", "refresh_token": "first-refresh-token"}
    conversation = talk(always(JSONResponse(body)))
    form = {"refresh_token": SecretStr("first-refresh-token")}
    assert conversation.http.exchange(Protocol("Giver"), conversation.server.base_url("any"), form) == body


def dripping(body: bytes) -> str:
    """A server that sends a byte now and then, for ever; its address."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            talking, _ = listening.accept()
            talking.recv(65536)
            talking.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            try:
                while True:
                    talking.sendall(body)
                    stop.wait(0.01)
            except OSError:
                continue

    stop = threading.Event()
    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "ANSWER_SECONDS", 0.1)
    conversation = Http(ApiSettings(base_url=dripping(b" " * 70_000)), lambda _: None, sleep=lambda _: None)
    with pytest.raises(Unanswered, match="took over") as refused:
        conversation.get(HOW, "a")
    assert refused.value.who == "again"


def test_a_platform_that_cannot_be_reached_is_named_by_its_host(talk) -> None:
    conversation = Http(ApiSettings(base_url="http://127.0.0.1:9"), lambda _: None, sleep=lambda _: None)
    with pytest.raises(Unanswered, match=r"Platform cannot be reached at 127\.0\.0\.1 \(ConnectionError\)"):
        conversation.get(HOW, "a")


def test_near_a_limit_it_slows_down_and_at_its_share_it_stops(talk) -> None:
    conversation = talk(stop_at=0.5)
    used = iter([0.1, 0.45, 0.6])
    how = Protocol("Platform", limit=lambda _: RateLimit(next(used)))
    conversation.http.get(how, "a")
    conversation.http.get(how, "b")
    assert conversation.slept == []
    conversation.http.get(how, "c")
    assert len(conversation.slept) == 1
    assert "60% of what Platform allows" in str(conversation.refusal(how, "d"))


def test_a_limit_that_is_free_again_stops_nothing(talk) -> None:
    conversation = talk()
    how = Protocol("Platform", limit=lambda _: RateLimit(1.0, datetime(2020, 1, 1)))
    conversation.http.get(how, "a")
    conversation.http.get(how, "b")


def test_a_refusal_in_an_answer_of_200_is_not_kept(talk) -> None:
    conversation = talk(always(JSONResponse({"error": {"code": 1}})))

    def refusal(reply: Reply) -> Unanswered | None:
        return Unanswered("No.", "person") if "error" in reply.body else None

    assert (conversation.refusal(Protocol("Platform", refusal=refusal)).who, conversation.kept) == ("person", [])


@pytest.mark.parametrize(
    "key",
    ["accounts", "look_back_days", "base_url", "stop_at", "timeout_seconds", "token", "tokens"],
)
def test_settings_have_the_same_names_for_every_api(key: str) -> None:
    assert key in ApiSettings.model_fields


def test_a_refusal_that_asks_for_a_long_wait_is_left_to_the_next_window(talk) -> None:
    conversation = talk(always(JSONResponse({"error": "busy"}, 429, {"Retry-After": "99999"})))
    how = Protocol("Platform", refusal=lambda reply: Unanswered("Busy.", "again") if "error" in reply.body else None)
    assert (conversation.refusal(how).who, conversation.slept) == ("window", [])


def test_a_question_is_asked_four_times_at_most(talk) -> None:
    conversation = talk(first(4, Response("", 500)))
    conversation.refusal()
    assert conversation.http.requests == 4
    assert talk(first(3, Response("", 500))).http.get(HOW, "a") == {"data": [1]}


@pytest.mark.parametrize(("seconds", "slept", "who"), [(120, [120.0], "again"), (121, [], "window")])
def test_two_minutes_are_waited_for_and_more_is_left_to_the_next_window(
    talk, seconds: int, slept: list[float], who: str
) -> None:
    conversation = talk(always(Response("", 429, {"Retry-After": str(seconds)})))
    assert (conversation.refusal().who, conversation.slept[:1]) == (who, slept)


class _Pieces:
    """A response that gives so many bytes, as ``requests`` does."""

    def __init__(self, size: int) -> None:
        self.size = size

    def iter_content(self, size: int) -> Iterator[bytes]:
        piece = b" " * size
        yield from (piece for _ in range(self.size // size))
        yield piece[: self.size % size]


def test_an_answer_has_32_mebibytes_at_most() -> None:
    http = Http(ApiSettings(), lambda _: None)
    deadline = time.monotonic() + 60
    assert len(http._content(HOW, cast(requests.Response, _Pieces(32 << 20)), deadline)) == 32 << 20
    with pytest.raises(Unanswered, match="over 32 MiB"):
        http._content(HOW, cast(requests.Response, _Pieces((32 << 20) + 1)), deadline)


def test_from_four_fifths_of_its_share_of_a_limit_on_it_slows_down(talk) -> None:
    conversation = talk(stop_at=0.5)
    used = iter([0.39, 0.4, 0.49, 0.5])
    how = Protocol("Platform", limit=lambda _: RateLimit(next(used)))
    for path in ("a", "b", "c", "d"):
        conversation.http.get(how, path)
    assert conversation.slept == [2.0, pytest.approx(2.45)]
    assert conversation.refusal(how, "e").who == "window"
