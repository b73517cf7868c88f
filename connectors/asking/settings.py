"""The settings of an API, its secrets among them."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from connectors.settings import ConnectorSettings, Order


class Quota(NamedTuple):
    """What a platform allows in a day or month of its own zone.

    ``units`` are what it counts, ``share`` the part of them that is ours, and ``name`` says it in words.
    """

    units: int
    share: float
    period: Literal["day", "month"]
    name: str


_LOOPBACK = ("127.0.0.1", "localhost", "::1")

_ONLY_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class ApiSettings(ConnectorSettings):
    """What every API lets a workspace set. Secrets come from the environment, ``.env`` or Prefect blocks only.

    ``accounts`` are those to ask for, by their ids; ``token`` is one for all of them, ``tokens`` one for each by its
    id; ``token_expires`` and ``tokens_expire`` are the days on which they end, where that is known: it is said before.
    ``look_back_days`` is how old a post may be for its figures to be read again. ``base_url`` is where the platform
    is asked, so that a proxy can stand in. ``stop_at`` is the share of a platform's limit at which a night stops
    asking, for other programs' sake. What was answered is kept for ``keep_days``, for ever where there are none.
    ``units_a_day`` is the platform's quota where its answers do not tell how much of it is left. ``app`` names the app
    that is asked with, where a Prefect server has workspaces with several: those with one app ask in turn.
    """

    account_word: ClassVar[str] = "account"
    """What the platform calls an account, for sentences."""

    date_order: Order | None = "month first"
    accounts: list[str] = Field(default_factory=list)
    look_back_days: int = Field(default=90, ge=1)
    base_url: str = ""
    stop_at: float = Field(default=0.9, gt=0, le=1)
    timeout_seconds: float = Field(default=30, gt=0)
    keep_days: int | None = Field(default=None, ge=2)
    units_a_day: int | None = Field(default=None, ge=1)
    app: str = ""
    token: SecretStr | None = None
    tokens: dict[str, SecretStr] = Field(default_factory=dict)
    token_expires: date | None = None
    tokens_expire: dict[str, date] = Field(default_factory=dict)

    @field_validator("accounts", mode="before")
    @classmethod
    def _takes_numbers(cls, value: object) -> object:
        return (
            [str(account) if isinstance(account, int) else account for account in value]
            if isinstance(value, list)
            else value
        )

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
        return {account: _checked(token) for account, token in value.items()}

    def app_asked_with(self) -> str:
        """The app whose limits are spent; empty where the settings do not say which."""
        return self.app

    def quota(self) -> Quota | None:
        """What only we can count; null where the platform's answers tell it."""
        if self.units_a_day is None:
            return None
        return Quota(self.units_a_day, self.stop_at, "day", f"the day's {self.units_a_day:,} units")

    def price(self, units: int) -> str:
        """What so many units cost, in words; empty where they cost nothing."""
        return ""

    def secrets(self) -> list[SecretStr]:
        """Every secret of the settings, of whatever name."""
        values = [
            each for value in dict(self).values() for each in (value.values() if isinstance(value, dict) else [value])
        ]
        return [value for value in values if isinstance(value, SecretStr)]

    def token_of(self, account: str) -> SecretStr | None:
        """The account's own token, else the one for all."""
        return self.tokens.get(account, self.token)

    def days_kept(self, account: str) -> int | None:
        """For how many days an account's answers may be kept, by settings and the platform's terms; null for ever."""
        return self.keep_days

    def may_tell(self, account: str, metric: str) -> bool:
        """Whether an account is asked for a metric in the way in that is set for it."""
        return True

    def version_until(self) -> tuple[str, date] | None:
        """The API's version in use, and the last day on which the platform answers it, where that is known."""
        return None

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

    def app_asked_with(self) -> str:
        return self.app or self.client_id

    def refresh_token_of(self, account: str) -> SecretStr | None:
        """The account's own refresh token, else the one for all."""
        return self.refresh_tokens.get(account, self.refresh_token)


SECRETS = ("token", "tokens", "api_key", "client_secret", "refresh_token", "refresh_tokens")
"""Settings that may stand in the environment, ``.env`` and Prefect blocks, and nowhere else."""


def _checked(secret: SecretStr) -> SecretStr:
    """A secret without the blanks around it that copying brings; what no header may hold would end in messages."""
    text = secret.get_secret_value().strip()
    if not _ONLY_PRINTABLE.fullmatch(text):
        raise ValueError("holds characters that no token has; copy it again")
    return SecretStr(text)
