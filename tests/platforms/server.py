"""A local server that stands in for the platforms: it speaks their documented protocols, and fails as they do.

Each platform is a module beside this with a class that answers its questions from posts of a small world; the server
knows none of them.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Fault = Callable[["Question"], Response | None]
"""What goes wrong with a question, if anything does."""


@dataclass(frozen=True)
class Question:
    """One request as it came: the path without the platform's name in front."""

    platform: str
    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    number: int = 0


class Platform(Protocol):
    """One platform's protocol."""

    def answer(self, question: Question) -> Response: ...


@dataclass
class Server:
    """A running server: where it is, what it was asked, and what goes wrong."""

    url: str
    platforms: dict[str, Platform]
    questions: list[Question] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def base_url(self, platform: str) -> str:
        """What a setting ``base_url`` has to be for a platform to be asked here."""
        return f"{self.url}/{platform}"

    def requests(self, platform: str) -> int:
        """How many questions a platform was asked."""
        return sum(question.platform == platform for question in self.questions)

    async def _answer(self, request: Request) -> Response:
        sent, kind = await request.body(), request.headers.get("content-type", "")
        body = json.loads(sent) if "json" in kind else dict(parse_qsl(sent.decode())) if "form" in kind else None
        question = Question(
            request.path_params["platform"], request.method, "/" + request.path_params["path"],
            dict(request.query_params), dict(request.headers), body, len(self.questions),
        )  # fmt: skip
        self.questions.append(question)
        for fault in self.faults:
            if (response := fault(question)) is not None:
                return response
        platform = self.platforms.get(question.platform)
        return platform.answer(question) if platform else JSONResponse({"error": "no such platform"}, 404)


@contextmanager
def running(platforms: dict[str, Platform]) -> Iterator[Server]:
    """A server on a free port of this machine, until the block ends."""
    # With the protocol named, asyncio sends each piece at once; else every answer waits 40 ms for an acknowledgement.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    local = Server(f"http://127.0.0.1:{listening.getsockname()[1]}", platforms)
    route = Route("/{platform}/{path:path}", local._answer, methods=["GET", "POST"])
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=[route]), log_level="error", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield local
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
        listening.close()
