"""The protocol of a platform: the headers with its secrets, the meaning of its errors, and its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from connectors.asking.answers import instant, whole
from connectors.asking.refusals import Unanswered, Who
from connectors.asking.settings import ApiSettings


class RateLimit(NamedTuple):
    """How much of a platform's limit is used up, 0 to 1 or more, and when it is free again."""

    used: float
    until: datetime | None = None


@dataclass(frozen=True)
class Reply:
    """What came back, before it is clear whether it is an answer. ``body`` is the JSON; none where it is no JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def error(self) -> dict[str, Any] | None:
        """The object ``error`` of the body, where it has one."""
        error = self.body.get("error") if isinstance(self.body, dict) else None
        return error if isinstance(error, dict) else None

    @property
    def retry_after(self) -> timedelta | None:
        """What ``Retry-After`` says, in seconds or as a date (RFC 9110)."""
        wait = self.headers.get("Retry-After", "").strip()
        if wait.isascii() and wait.isdecimal():
            return timedelta(seconds=min(int(wait), 10**8))
        try:
            return max(parsedate_to_datetime(wait) - datetime.now(UTC), timedelta()) if wait else None
        except (ValueError, TypeError):
            return None


@dataclass(frozen=True)
class Protocol:
    """How a platform is asked: headers with its secrets, and what its replies mean.

    ``refusal`` gives the :class:`Unanswered` that a reply is, if it is one; ``limit`` what it says of limits.
    ``hosts`` are those that it may send on to. ``remark`` is a sentence where headers tell something that somebody has
    to know, though the reply is an answer.
    """

    platform: str
    headers: Mapping[str, SecretStr] = field(default_factory=dict)
    refusal: Callable[[Reply], Unanswered | None] = lambda _: None
    limit: Callable[[Reply], RateLimit | None] = lambda _: None
    hosts: tuple[str, ...] = ()
    remark: Callable[[Mapping[str, str]], str] = lambda _: ""

    def of_lists(self, key: str, account: str) -> Protocol:
        """How a list is asked for where even an empty one stands under ``key``: without it, nothing was answered.

        Else such an answer would be taken for the end of the list, and the posts behind it for gone. ``account`` is
        ``platform:id``.
        """

        def refusal(reply: Reply) -> Unanswered | None:
            refused = self.refusal(reply)
            if refused is None and reply.status < 400 and isinstance(reply.body, dict) and key not in reply.body:
                return Unanswered(
                    f"{self.platform} answers {account} without the list it was asked for.", "again", "list"
                )
            return refused

        return replace(self, refusal=refusal)


class Meaning(NamedTuple):
    """What an error of a platform means: who has to act, and the sentence that says so.

    The sentence names ``{account}``, ``{code}`` and whatever else the platform's errors tell. ``wait`` is how long to
    wait before asking again; ``opens_at`` gives the instant, in UTC, at which a quota's next window opens.
    """

    who: Who
    sentence: str
    wait: timedelta | None = None
    opens_at: Callable[[], datetime] | None = None

    def refusal(self, account: str, code: str, **words: object) -> Unanswered:
        """The refusal of ``account`` (``platform:id``) by an error with this code."""
        until = self.opens_at() if self.opens_at else None
        sentence = self.sentence.format(account=account, code=code, **words)
        return Unanswered(sentence, self.who, code, self.wait, until)


def limit_by(prefix: str) -> Callable[[Reply], RateLimit | None]:
    """Reads a limit from headers: ``<prefix>-Remaining`` of ``<prefix>-Limit``, free again at ``<prefix>-Reset``.

    The reset is an instant, written in any way that :func:`connectors.asking.answers.instant` reads.
    """

    def limit(reply: Reply) -> RateLimit | None:
        headers = reply.headers
        most, remaining = (whole(headers.get(f"{prefix}-{name}")) for name in ("Limit", "Remaining"))
        if not most or remaining is None:
            return None
        return RateLimit(1 - remaining / most, instant(headers.get(f"{prefix}-Reset")))

    return limit


def next_midnight(zone: str) -> datetime:
    """The instant, in UTC, at which the day that it is in a zone ends; quotas of a day begin anew then."""
    tomorrow = datetime.now(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def bearer(token: SecretStr) -> dict[str, SecretStr]:
    """The header that carries a token (RFC 6750), itself a secret."""
    return {"Authorization": SecretStr(f"Bearer {token.get_secret_value()}")}


def token_of(settings: ApiSettings, platform: str, account: str, *, has_one_each: bool = False) -> SecretStr:
    """The token that an account is asked with. Where ``has_one_each``, accounts mostly have their own.

    Raises:
        Unanswered: there is none; a person has to put one into ``.env``.
    """
    if (token := settings.token_of(account)) is not None:
        return token
    name = f"REACH_{platform.upper()}__TOKEN"
    what = f"{name}, or {account} into {name}S," if has_one_each else name
    raise Unanswered(
        f"There is no token for {platform}:{account}; put {what} into .env (docs/access.md says how to get one).",
        "person", "token",
    )  # fmt: skip
