"""The settings of inboxes: where exports lie, and whose each is; ``[[inbox]]`` in ``reach.toml``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from flows.steps.address_settings import is_address, is_secrets_name, secret_options, without_secrets
from warehouse.archive.mailbox import LOOPBACK, PORT, TLS_PORT, Mailbox
from warehouse.archive.remote_folder import RemoteFolder

_SENDER = re.compile(r'[^\s"\\<>(),;:@\x00-\x1f\x7f-\U0010ffff]+@[a-z0-9.-]+')
_MAILBOX = ("imap", "imaps")


class InboxSettings(BaseModel):
    """A place where exports lie, and whose they are.

    ``path`` is a folder, an address that fsspec knows (``s3://bucket/folder``) or a mailbox
    (``imap://user@server/folder``). ``organisation`` is whose files they are; ``name`` is what the inbox is called, in
    paths and for its secret. ``ours`` is the project's own inbox, from which a plan may be taken. ``senders`` says of a
    mailbox whose each address is, ``options`` of an address what its file system in fsspec takes.
    """

    model_config = ConfigDict(extra="forbid")

    path: str = Field(min_length=1)
    organisation: str = ""
    name: str = ""
    ours: bool = False
    senders: dict[str, str] = Field(default_factory=dict)
    options: dict[str, Any] = Field(default_factory=dict)

    @property
    def is_mailbox(self) -> bool:
        return self.path.partition("://")[0].casefold() in _MAILBOX

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of this machine."""
        return not is_address(self.path)

    @property
    def called(self) -> str:
        """Its name, by which its secret is known; empty where it has none."""
        return self.name or ("mail" if self.is_mailbox else "")

    @property
    def prefix(self) -> tuple[str, ...]:
        """The folders with which the paths of its files begin; none of the project's own inbox."""
        parts = () if self.ours else (self.called, self.organisation)
        return tuple(part.strip().replace("/", "-") for part in parts if part.strip())

    @property
    def secret_name(self) -> str:
        """What its secret is called in ``.env``."""
        return f"REACH_INBOX_SECRETS__{self.called.upper()}"

    def elsewhere(self, secret: str) -> Mailbox | RemoteFolder:
        """The mailbox, or the folder at an address, that this is, with its secret, which may be empty."""
        if not self.is_mailbox:
            return RemoteFolder(self.path, self.prefix, {**self.options, **secret_options(secret)}, self.secret_name)
        parts = urlsplit(self.path)
        host, port = parts.hostname or "", parts.port or TLS_PORT
        may_start_plain = parts.scheme == "imap" and (port == PORT or host in LOOPBACK)
        return Mailbox(
            host, port, unquote(parts.username or ""), unquote(parts.path.strip("/")) or "INBOX", self.prefix,
            self.senders, secret, self.secret_name, starts_encrypted=port == TLS_PORT or not may_start_plain,
        )  # fmt: skip

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if value and (not is_secrets_name(value) or value == "api"):
            raise ValueError(
                "is written in small letters a to z, digits and single _, begins with a letter, and is not api"
            )
        return value

    @field_validator("organisation")
    @classmethod
    def _is_a_folders_name(cls, value: str) -> str:
        if value.strip() in (".", ".."):
            raise ValueError("is a name, as the plan has it")
        return value

    @field_validator("path")
    @classmethod
    def _has_no_secret(cls, value: str) -> str:
        try:
            parts = urlsplit(value if is_address(value) else "")
            password, _ = parts.password, parts.port
        except ValueError:
            raise ValueError("is no address; docs/inboxes.md has one of each kind") from None
        if password is not None:
            raise ValueError("must hold no password; put it into .env as REACH_INBOX_SECRETS__ and the inbox's name")
        if parts.scheme in _MAILBOX and not (parts.username and parts.hostname):
            raise ValueError("is no mailbox's address, which is imap://user@server/folder")
        if not is_address(value):
            _require_a_folders_path(value)
        if parts.scheme == "file":
            raise ValueError("is a folder of this machine; write its path alone, without file://")
        return value

    @field_validator("senders")
    @classmethod
    def _are_addresses(cls, value: dict[str, str]) -> dict[str, str]:
        senders = {address.strip().casefold(): organisation for address, organisation in value.items()}
        for address in senders:
            if not _SENDER.fullmatch(address):
                raise ValueError(
                    "holds what is no address; write each as name@server.example, without a name before it"
                )
        return senders

    @field_validator("options")
    @classmethod
    def _are_no_secrets(cls, value: dict[str, Any]) -> dict[str, Any]:
        return without_secrets(value, "REACH_INBOX_SECRETS__ and its name")

    @model_validator(mode="after")
    def _says_whose_it_is(self) -> InboxSettings:
        if self.ours and (not self.is_folder or self.organisation or self.name):
            raise ValueError("with ours = true is the project's own: a folder, without organisation or name")
        if self.is_mailbox and (self.organisation or self.options):
            raise ValueError("is a mailbox, to which several may write: senders says whose each address is")
        if not self.is_mailbox and self.senders:
            raise ValueError("is no mailbox, and only a mailbox has senders")
        if not (self.is_folder or self.is_mailbox or self.name):
            raise ValueError('needs a name, by which its secret is known: name = "bucket"')
        if self.is_folder and self.options:
            raise ValueError("is a folder, and only an address such as s3://bucket has options")
        if not (self.prefix or self.ours):
            raise ValueError(
                'does not say whose it is: add organisation = "…"; or name = "…" where its folders say it; or '
                "ours = true where it is the project's own, from which a plan is taken"
            )
        return self


def _require_a_folders_path(path: str) -> None:
    """Checks that a folder can be called so on this machine, whether or not it is there.

    Raises:
        ValueError: no file system has such a name, or ``~`` stands for nobody's folder.
    """
    if any(ord(letter) < 32 for letter in path):
        raise ValueError("holds a character that no name of a folder has; write a \\ between single quotes, or as /")
    try:
        Path(path).expanduser()
    except RuntimeError:
        raise ValueError("begins with ~ and a name that this machine does not know; write the whole path") from None


def require_different(inboxes: tuple[InboxSettings, ...]) -> tuple[InboxSettings, ...]:
    """Checks that paths tell of which inbox a file is.

    Raises:
        ValueError: two are the project's own, or have the same organisation and name; or a folder in one may be named
            as another is.
    """
    prefixes = [tuple(part.casefold() for part in inbox.prefix) for inbox in inboxes]
    for number, prefix in enumerate(prefixes):
        if prefix in prefixes[:number]:
            which = f"of {'/'.join(inboxes[number].prefix)}" if prefix else "with ours = true"
            raise ValueError(f"holds two {which}; give one of them a name of its own, or take it out")
        for holding, shorter in zip(inboxes, prefixes, strict=True):
            if shorter and len(shorter) < len(prefix) and prefix[: len(shorter)] == shorter:
                inner, outer = "/".join(inboxes[number].prefix), "/".join(holding.prefix)
                raise ValueError(
                    f"holds {outer} and {inner}: a file of a folder {'/'.join(inboxes[number].prefix[len(shorter) :])} "
                    f"in {outer} would be one of {inner}; give one of them another name"
                )
    return inboxes
