"""The settings of addresses that fsspec knows, and of the one where an archive's files lie; ``[blobs]``."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from warehouse.archive.address import Address

_ADDRESS = re.compile(r"[!-~]+://.*")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SECRET_OPTIONS = re.compile(r"(?i)key|secret|token|passw|credential|connection_string|sas")

SECRET_NAME = "REACH_BLOBS__SECRET"
"""What the keys of the archive's address are called in ``.env``."""
SECONDS, ATTEMPTS = 1800.0, 4
"""How long a file of the archive may take on a slow line, and how often S3 is asked again before a night ends."""


class BlobsSettings(BaseModel):
    """Where the archive's files lie: at ``address`` (``s3://bucket/folder``), or in its folder where there is none.

    ``options`` are what its file system in fsspec takes, such as ``endpoint_url`` of another server that speaks S3;
    ``secret`` has its keys, and stands in ``.env``.
    """

    model_config = ConfigDict(extra="forbid")

    address: str = ""
    options: dict[str, Any] = Field(default_factory=dict)
    secret: SecretStr = SecretStr("")

    def elsewhere(self, *, with_secret: bool = True) -> Address | None:
        """The address; None where the files lie in the archive's folder.

        Without its secret it is what another machine may be told, which has keys of its own.
        """
        if not self.address:
            return None
        secret = self.secret.get_secret_value() if with_secret else ""
        name = SECRET_NAME if with_secret else ""
        title = f"The archive at {self.address}"
        return Address(self.address, title, {**self.options, **secret_options(secret)}, name, SECONDS, ATTEMPTS)

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if not value:
            return value
        try:
            scheme, password = urlsplit(value).scheme, urlsplit(value).password
        except ValueError:
            raise ValueError("is no address, which is s3://bucket/folder") from None
        if not is_address(value) or not value.isprintable() or scheme in ("imap", "imaps"):
            raise ValueError("is no address, which is s3://bucket/folder")
        if scheme in ("file", "local"):
            raise ValueError("is a folder of this machine; the setting archive names it, without file://")
        if password is not None:
            raise ValueError(f"must hold no password; put it into .env as {SECRET_NAME}")
        return value.rstrip("/")

    @field_validator("options")
    @classmethod
    def _are_no_secrets(cls, value: dict[str, Any]) -> dict[str, Any]:
        return without_secrets(value, SECRET_NAME)

    @model_validator(mode="after")
    def _have_an_address(self) -> BlobsSettings:
        if not self.address and (self.options or self.secret.get_secret_value()):
            raise ValueError('has no address, such as address = "s3://bucket/folder"')
        return self


def is_address(text: str) -> bool:
    """Whether a text names a place by an address, and no folder of this machine."""
    return _ADDRESS.fullmatch(text) is not None


def is_secrets_name(text: str) -> bool:
    """Whether a secret can be called so in ``.env``, which is written in small letters elsewhere."""
    return _NAME.fullmatch(text) is not None


def without_secrets(options: dict[str, Any], name: str) -> dict[str, Any]:
    """The options of an address, as they are.

    Raises:
        ValueError: one is a secret, which has its place in ``.env`` under a ``name``.
    """
    if any(_SECRET_OPTIONS.search(option) for option in options):
        raise ValueError(f"must hold no key or secret; put those into .env as {name}")
    return options


def secret_options(secret: str) -> dict[str, Any]:
    """The options of an address that are secrets: a JSON object; of S3 also the two keys with a colon between them."""
    try:
        parsed = json.loads(secret or "{}")
    except ValueError:
        key, _, of_key = secret.partition(":")
        return {"key": key, "secret": of_key}
    return parsed if isinstance(parsed, dict) else {}
