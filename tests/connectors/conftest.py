"""Files as they lie in the inbox, and pulls against local platforms: what was asked, kept and read."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import SecretStr

import connectors
from connectors.asking.http import Http
from connectors.asking.pulling import RefusedPosts, Window, Withheld, api
from connectors.asking.refusals import Unanswered
from connectors.contract import Answer, Extract, Raw
from tests.connectors.meta import forbidden
from tests.platforms.server import Platform, Server, running

HERE = Path(__file__).parent


def sample_file(path: str) -> Path:
    """One of the small files beside a platform's tests, ``platform/name``."""
    platform, name = path.split("/", 1)
    return HERE / platform / "samples" / name


def raw_of(content: bytes, path: str = "file.csv", modified_at: datetime = datetime(2025, 1, 10, 3)) -> Raw:
    return Raw(path, content, modified_at, received_at=datetime(2026, 10, 1))


@pytest.fixture
def raw() -> Callable[..., Raw]:
    """A raw piece from bytes or text, as if it lay in the inbox."""

    def make(content: bytes | str, path: str = "file.csv", **more: datetime) -> Raw:
        return raw_of(content.encode() if isinstance(content, str) else content, path, **more)

    return make


@pytest.fixture
def sample() -> Callable[[str], Raw]:
    """One of the small files beside a platform's tests, ``platform/name``."""
    return lambda path: raw_of(sample_file(path).read_bytes(), path)


@pytest.fixture
def read() -> Callable[..., Extract]:
    """What the surest connector makes of a raw piece, with settings by name where a test gives some."""

    def reading(raw: Raw, **settings: object) -> Extract:
        platform, _ = connectors.recognise(raw, {})
        assert platform.export
        return platform.export.read(raw, platform.settings.model_validate(settings))

    return reading


TOKEN = "EAAG-marked/token+of=this.test"
NOW = datetime(2026, 10, 1, 19)


@dataclass
class Pulled:
    """One pull: its answers, what it left out, what it cost, what is read of it, and why it stopped if it did."""

    answers: list[Answer] = field(default_factory=list)
    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    refused_posts: tuple[RefusedPosts, ...] = ()
    requests: int = 0
    units: int = 0
    extract: Extract = field(default_factory=lambda: Extract.__new__(Extract))
    refusal: Unanswered | None = None
    slept: list[float] = field(default_factory=list)
    remembered: list[SecretStr] = field(default_factory=list)

    def post(self, post_id: str) -> dict[str, Any]:
        """A post's description and reading in one."""
        described = self.extract.posts.row(by_predicate=pl.col("post_id") == post_id, named=True)
        return described | self.extract.observations.row(by_predicate=pl.col("post_id") == post_id, named=True)


Ask = Callable[..., Pulled]


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    with running({}) as server:
        yield server


@pytest.fixture
def serve(_server: Server) -> Iterator[Callable[..., Server]]:
    """The local server, now with these platforms, by name. No request to Meta may use what Meta forbids."""

    def start(**platforms: Platform) -> Server:
        _server.platforms, _server.questions, _server.faults = dict(platforms), [], []
        return _server

    yield start
    of_meta = [question for question in _server.questions if question.platform in forbidden.PLATFORMS]
    assert not [question for question in of_meta if forbidden.features(question)]


@pytest.fixture
def ask() -> Ask:
    """Pulls one account of a platform from a server, and reads what it answered."""

    def pull(
        server: Server, name: str, account: str, *, window: Window | None = None, answered: tuple[Answer, ...] = (),
        **settings: Any,
    ) -> Pulled:  # fmt: skip
        platform_api = api(importlib.import_module(f"connectors.{name}.api"))
        chosen = platform_api.Settings(
            **{"base_url": server.base_url(name), "token": TOKEN, "accounts": [account], **settings}
        )
        done = Pulled(list(answered))
        http = Http(chosen, done.answers.append, answered, done.remembered.append, done.slept.append)
        try:
            result = platform_api.pull(http, account, chosen, window or Window(NOW))
            done.withheld, done.refused_posts = result.withheld, result.refused_posts
        except Unanswered as refusal:
            done.refusal = refusal
        done.requests, done.units = http.requests, http.units
        asked_since = None if done.refusal else window.since if window and window.since else datetime.min
        raw = Raw("api/x", b"", NOW, NOW, connector=name, account=account, answers=tuple(done.answers), asked_since=asked_since)  # fmt: skip
        done.extract = platform_api.read(raw, chosen)
        return done

    return pull
