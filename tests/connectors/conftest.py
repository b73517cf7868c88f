from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

import connectors
from connectors.contract import Extract, Raw

EXPORTS = Path(__file__).parent.parent / "exports"


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
    """One of the small files of tests/exports, ``platform/name``."""
    return lambda path: raw_of((EXPORTS / path).read_bytes(), path)


@pytest.fixture
def read() -> Callable[..., Extract]:
    """What the surest connector makes of a raw piece, with settings by name where a test gives some."""

    def reading(raw: Raw, **settings: object) -> Extract:
        own, _ = connectors.recognise(raw, {})
        return own.read(raw, own.Settings.model_validate(settings))

    return reading
