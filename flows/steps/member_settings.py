"""The settings of a network's members: who they are, and where each publishes; ``[[member]]`` in ``reach.toml``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from flows.steps.address_settings import is_secrets_name, without_secrets
from flows.steps.recipient_settings import link_without_password


class MemberSettings(BaseModel):
    """A member of a network.

    ``name`` is what it is called; ``published`` is the folder that it publishes to, or an address of that which fsspec
    knows; ``link`` is where people open its report. A night that is more than ``days`` days old is late. ``options``
    are what the address's file system in fsspec takes; ``keys`` is by which name its secret stands in ``.env``.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    published: str = Field(min_length=1)
    link: str = ""
    days: int = Field(default=1, ge=0, le=3660)
    options: dict[str, Any] = Field(default_factory=dict)
    keys: str = ""

    @field_validator("published")
    @classmethod
    def _has_no_password(cls, value: str) -> str:
        if urlsplit(value).password is not None:
            raise ValueError("must hold no password; keys says by which name it stands in .env")
        return value

    @field_validator("options")
    @classmethod
    def _are_no_secrets(cls, value: dict[str, Any]) -> dict[str, Any]:
        return without_secrets(value, "REACH_MEMBER_SECRETS__ and what keys says")

    @field_validator("keys")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if value and not is_secrets_name(value):
            raise ValueError("is the name of keys that stand in .env, in small letters, and not the keys themselves")
        return value

    @field_validator("link")
    @classmethod
    def _is_a_link(cls, value: str) -> str:
        return link_without_password(value)


def require_apart(members: tuple[MemberSettings, ...]) -> tuple[MemberSettings, ...]:
    """Checks that a name and an address tell one member: one that stands here twice would count twice.

    Raises:
        ValueError: two have one name or one address.
    """
    names = [member.name.strip().casefold() for member in members]
    addresses = [member.published.rstrip("/") for member in members]
    for number, member in enumerate(members):
        if names[number] in names[:number]:
            raise ValueError(f"holds two that are called {member.name}; give one of them another name")
        if addresses[number] in addresses[:number]:
            other = members[addresses.index(addresses[number])].name
            raise ValueError(f"holds one address for {other} and {member.name}; take one of them out")
    return members
