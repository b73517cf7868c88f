"""Refresh tokens that platforms changed, kept in the workspace.

A platform that gives a new refresh token with every use kills the old one, so the new one has to be kept:
``.tokens.json`` in the workspace, readable by its owner only. It stands for the token that it descends from, until
somebody puts another one there.
"""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

from pydantic import SecretStr

from connectors.asking.settings import ApiSettings, OAuthSettings
from flows.steps.settings import SettingsError
from warehouse import file_system

FILE = ".tokens.json"
_WRITING = threading.Lock()


def with_kept(settings: ApiSettings, platform_name: str, home: Path) -> ApiSettings:
    """Settings in which refresh tokens that a platform has changed stand for those that were given."""
    if not isinstance(settings, OAuthSettings):
        return settings
    kept = _read(home).get(platform_name, {})
    changed = dict(settings.refresh_tokens)
    for account, newest in kept.items():
        given = settings.refresh_token_of(account)
        if given is not None and newest["from"] == _mark(given):
            changed[account] = SecretStr(newest["token"])
    return settings.model_copy(update={"refresh_tokens": changed})


def keep(given: ApiSettings, token: SecretStr, platform_name: str, account: str, home: Path) -> None:
    """Keeps the refresh token that takes the place of the one that ``given`` has, from the environment or a block."""
    before = given.refresh_token_of(account) if isinstance(given, OAuthSettings) else None
    if before is None:
        return
    with _WRITING:
        kept = _read(home)
        kept.setdefault(platform_name, {})[account] = {"from": _mark(before), "token": token.get_secret_value()}
        file_system.write_whole(home / FILE, json.dumps(kept).encode(), rights=0o600)


def _mark(secret: SecretStr) -> str:
    return hashlib.sha256(secret.get_secret_value().encode()).hexdigest()[:16]


def _read(home: Path) -> dict[str, dict[str, dict[str, str]]]:
    try:
        kept = json.loads((home / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise SettingsError(f"{FILE} in {home} cannot be read; remove it, and give the permissions again.") from None
    return kept if isinstance(kept, dict) else {}
