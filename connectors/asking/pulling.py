"""The seam of the APIs: what a platform's pull is given, what it returns, and who acts where it fails.

An API is a module of this folder with these members and no class:

- ``NAME``: the platform's, as everywhere.
- ``Settings``: its section of the settings (a model derived from :class:`ApiSettings`).
- ``PERMISSIONS``: what has to be allowed for each metric; under the empty name, for everything else.
- ``pull(http, account, settings, window) -> Asked``: asks for one account's posts and figures. Every answer is in the
  archive before it is looked at; what a pull returns is only what it had to leave out.
- ``read(raw, settings) -> Extract``: the answers' words turned into ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol, cast, runtime_checkable
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from connectors.contract import ConnectorSettings, Extract, Raw

if TYPE_CHECKING:
    from connectors.asking.http import Http

Who = Literal["again", "window", "person", "bug"]
"""Who has to act where an API refuses: nobody, as asking again helps; nobody before the next window of a quota; a
person; whoever mends Reach."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ONLY_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class Unanswered(Exception):
    """An API that did not give what was asked for: a sentence without secrets, and who has to act.

    ``code`` is the platform's own; ``until`` when a quota's next window opens, ``wait`` how long it asks to wait.
    """

    def __init__(
        self, sentence: str, who: Who, code: str = "", wait: timedelta | None = None, until: datetime | None = None
    ) -> None:
        super().__init__(sentence)
        self.who = who
        self.code = code
        self.wait = wait
        self.until = until


@dataclass(frozen=True)
class Withheld:
    """A metric that an API refused, with the whole answer until it was no longer asked for.

    ``is_for_a_person`` where a permission would bring it back.
    """

    why: str
    since: datetime
    tried_at: datetime
    is_for_a_person: bool = False


RETRY_WITHHELD = timedelta(days=7)
"""What was refused once is asked for again after so long: permissions are granted, metrics come back."""


@dataclass(frozen=True)
class Window:
    """What a pull asks for: posts published at or after ``since`` (all where null), as of ``now``.

    ``withheld`` is what earlier pulls of the account had to leave out, by metric; ``known`` the posts since then that
    they had, where the platform's terms ask for those that are gone.
    """

    now: datetime
    since: datetime | None = None
    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    def asks_for(self, metric: str) -> bool:
        """Whether a metric is asked for this time: always, but where it was refused lately."""
        known = self.withheld.get(metric)
        return known is None or self.now - known.tried_at >= RETRY_WITHHELD

    def refused(self, metric: str, why: str, *, is_for_a_person: bool) -> Withheld:
        """What is remembered of a metric that was refused now: since when is since the first time."""
        known = self.withheld.get(metric)
        return Withheld(why, known.since if known else self.now, self.now, is_for_a_person)


@dataclass(frozen=True)
class PullResult:
    """What a pull had to leave out, by metric."""

    withheld: Mapping[str, Withheld] = field(default_factory=dict)


class ApiSettings(ConnectorSettings):
    """What every API lets a workspace set. Secrets come from the environment, ``.env`` or Prefect blocks only.

    ``accounts`` are those to ask for, by their ids; ``token`` is one for all of them, ``tokens`` one for each by its
    id; ``token_expires`` and ``tokens_expire`` are the days on which they end, where that is known: it is said before.
    ``look_back_days`` is how old a post may be for its figures to be read again. ``base_url`` is where the platform
    is asked, so that a proxy can stand in. ``stop_at`` is the share of a platform's limit at which a night stops
    asking, for other programs' sake. What was answered is kept for ``keep_days``, for ever where there are none.
    ``units_a_day`` is the platform's quota where its answers do not tell how much of it is left.
    """

    accounts: list[str] = Field(default_factory=list)
    look_back_days: int = Field(default=90, ge=1)
    base_url: str = ""
    stop_at: float = Field(default=0.9, gt=0, le=1)
    timeout_seconds: float = Field(default=30, gt=0)
    keep_days: int | None = Field(default=None, ge=2)
    units_a_day: int | None = Field(default=None, ge=1)
    token: SecretStr | None = None
    tokens: dict[str, SecretStr] = Field(default_factory=dict)
    token_expires: date | None = None
    tokens_expire: dict[str, date] = Field(default_factory=dict)

    @field_validator("accounts", mode="before")
    @classmethod
    def _takes_numbers(cls, value: object) -> object:
        return [str(own) if isinstance(own, int) else own for own in value] if isinstance(value, list) else value

    @field_validator("base_url", "token_url", "analytics_url", check_fields=False)
    @classmethod
    def _is_safe(cls, value: str, info: ValidationInfo) -> str:
        parts = urlsplit(value)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if value and (not is_safe or not parts.hostname or parts.username):
            raise ValueError("must begin with https:// (http:// is taken on this machine alone) and hold no password")
        return value if info.field_name == "token_url" else value.rstrip("/")  # TikTok's ends with one

    @field_validator("token", "api_key", "client_secret", "refresh_token", check_fields=False)
    @classmethod
    def _is_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _checked(value) if value else None

    @field_validator("tokens", "refresh_tokens", check_fields=False)
    @classmethod
    def _are_tokens(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        return {account: _checked(own) for account, own in value.items()}

    def token_of(self, account: str) -> SecretStr | None:
        """The account's own token, else the one for all."""
        return self.tokens.get(account, self.token)

    def days_kept(self, account: str) -> int | None:
        """For how many days an account's answers may be kept, by settings and the platform's terms; null for ever."""
        return self.keep_days

    def expires_on(self, account: str) -> date | None:
        """The day on which the account's token ends, where the settings say so."""
        return self.tokens_expire.get(account, None if account in self.tokens else self.token_expires)


class OAuthSettings(ApiSettings):
    """An API whose tokens live for an hour or two: each pull gets a new one for the account's ``refresh_token``.

    ``client_id`` and ``client_secret`` are those of the organisation's app; ``token_url`` is where tokens are given.
    """

    client_id: str = ""
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None
    refresh_tokens: dict[str, SecretStr] = Field(default_factory=dict)
    token_url: str = ""

    def refresh_token_of(self, account: str) -> SecretStr | None:
        """The account's own refresh token, else the one for all."""
        return self.refresh_tokens.get(account, self.refresh_token)


SECRETS = ("token", "tokens", "api_key", "client_secret", "refresh_token", "refresh_tokens")
"""Settings that may stand in the environment, ``.env`` and Prefect blocks, and nowhere else."""


def _checked(secret: SecretStr) -> SecretStr:
    """A secret without the blanks around it that copying brings; what no header may hold would end in messages."""
    own = secret.get_secret_value().strip()
    if not _ONLY_PRINTABLE.fullmatch(own):
        raise ValueError("holds characters that no token has; copy it again")
    return SecretStr(own)


class Api(Protocol):
    """The shape of an API module."""

    NAME: str
    Settings: type[ApiSettings]
    PERMISSIONS: Mapping[str, str]

    def pull(self, http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult: ...

    def read(self, raw: Raw, settings: ConnectorSettings) -> Extract: ...


@runtime_checkable
class Forgetting(Protocol):
    """What an API module has beside, where the platform's terms want gone here what is gone there."""

    def gone(self, raw: Raw) -> set[str]: ...

    def without(self, body: object, posts: set[str]) -> object: ...


def api(module: object) -> Api:
    """A module, seen as the API it is (modules satisfy the protocol; type checkers need the word)."""
    return cast(Api, module)
