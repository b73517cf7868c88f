"""How a platform is asked: its secrets, what its replies mean, and what they say of its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import SecretStr

from connectors.asking.refusals import Unanswered


class RateLimit(NamedTuple):
    """How much of a platform's limit is used up, 0 to 1 or more, and when it is free again."""

    used: float
    until: datetime | None = None


@dataclass(frozen=True)
class Reply:
    """What came back, before it is known to be an answer. ``body`` is the JSON; none where it is no JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Protocol:
    """How a platform is asked: headers with its secrets, and what its replies mean.

    ``refusal`` gives the :class:`Unanswered` that a reply is, if it is one; ``limit`` what its headers say of limits.
    ``hosts`` are those that it may send on to.
    """

    platform: str
    headers: Mapping[str, SecretStr] = field(default_factory=dict)
    refusal: Callable[[Reply], Unanswered | None] = lambda _: None
    limit: Callable[[Mapping[str, str]], RateLimit | None] = lambda _: None
    hosts: tuple[str, ...] = ()


def bearer(token: SecretStr) -> dict[str, SecretStr]:
    """The header that carries a token (RFC 6750), itself a secret."""
    return {"Authorization": SecretStr(f"Bearer {token.get_secret_value()}")}
