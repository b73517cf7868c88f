"""The settings of whom a workspace writes to: notices of nights, and mails with reports.

The addresses of people are secrets: they stand in ``.env``, as passwords do.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from warehouse.archive.mailbox import LOOPBACK
from warehouse.publish.report.language import LANGUAGES, Language
from warehouse.texts import is_mail_address

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|::1")
_SENDER = re.compile(r"(?:(?P<name>[^<>\x00-\x1f\x7f]*)<(?P<named>[^<>]*)>|(?P<alone>.*))", re.DOTALL)
_MEGABYTE = 1_000_000


class Notify(BaseModel):
    """Whom a night tells that failed or left something out: addresses as apprise writes them, each a secret."""

    model_config = ConfigDict(extra="forbid")

    urls: Annotated[list[SecretStr], NoDecode] = Field(default_factory=list)

    @field_validator("urls", mode="before")
    @classmethod
    def _takes_a_line(cls, value: object) -> object:
        """Addresses with spaces between them, or a list in JSON as the tokens are."""
        if not isinstance(value, str):
            return value
        try:
            parsed = json.loads(value)
        except ValueError:
            return value.split()
        return [parsed] if isinstance(parsed, str) else parsed

    @field_validator("urls")
    @classmethod
    def _are_addresses(cls, value: list[SecretStr]) -> list[SecretStr]:
        if not all("://" in address.get_secret_value() for address in value):
            raise ValueError("holds what is no address; docs/operating.md has one for each service")
        return value


class MailSettings(BaseModel):
    """How reports are mailed: over which server, by whom, and what becomes of one that is too large for a mail.

    ``largest_megabytes`` is a mail as it travels, which is a third more than what is attached to it. ``link`` is the
    address at which readers find what is published. Without a ``language`` mails are in the workspace's.
    """

    model_config = ConfigDict(extra="forbid")

    host: str = ""
    port: int | None = Field(default=None, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr | None = None
    sender: str = ""
    largest_megabytes: float = Field(default=10, gt=0, allow_inf_nan=False)
    link: str = ""
    language: Literal[Language, "both"] | None = None

    @property
    def port_used(self) -> int:
        return self.port or _PORTS[self.security]

    @property
    def largest_bytes(self) -> int:
        return int(self.largest_megabytes * _MEGABYTE)

    @property
    def sender_parts(self) -> tuple[str, str]:
        """The name of the sender, which may be empty, and the address."""
        parts = _SENDER.fullmatch(self.sender)
        assert parts is not None
        return (parts["name"] or "").strip(' "'), (parts["named"] or parts["alone"] or "").strip()

    def languages(self, of_workspace: Language) -> list[Language]:
        """The languages of a mail and its document, in their order."""
        chosen = self.language or of_workspace
        return [one for one in LANGUAGES if chosen in (one, "both")]

    @field_validator("host")
    @classmethod
    def _is_a_host(cls, value: str) -> str:
        if value and not _HOST.fullmatch(value):
            raise ValueError("is a server's name alone, such as smtp.example.org")
        return value

    @field_validator("link")
    @classmethod
    def _is_a_link(cls, value: str) -> str:
        return link_without_password(value).rstrip("/")

    @model_validator(mode="after")
    def _can_be_sent(self) -> MailSettings:
        if not self.host:
            return self
        if not _SENDER.fullmatch(self.sender) or not is_mail_address(self.sender_parts[1]):
            raise ValueError('it needs a sender, who reads answers: sender = "Our NGO <reports@example.org>"')
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError('nothing is sent unencrypted, but on this machine: take security = "none" out')
        return self


def link_without_password(value: str) -> str:
    """A link as a text may hold it; an empty one stays.

    Raises:
        ValueError: it is none of the web, or holds a password.
    """
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
        raise ValueError("must begin with https:// or http://, and hold no password")
    return quote(value, safe="/:?#@!$&*+,;=%~[]")
