"""Secrets are struck out of what is kept and shown: as they are, in a URL, in JSON or in base64."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

_HIDDEN = b"***"
_SHORTEST_SECRET = 8


def hidden(content: bytes, secrets: Iterable[SecretStr]) -> bytes:
    """``content`` without the secrets, as they are, in a URL or in base64."""
    for secret in secrets:
        for form in _forms(secret.get_secret_value()):
            content = content.replace(form, _HIDDEN)
    return content


def _forms(secret: str) -> list[bytes]:
    token = secret.removeprefix("Bearer ")
    if len(token) < _SHORTEST_SECRET:
        return []
    in_json = json.dumps(token)[1:-1]
    spelled = {token, quote(token, safe=""), quote_plus(token), quote(token), in_json, in_json.replace("/", "\\/")}
    encoded = {base64.b64encode(token.encode()).rstrip(b"="), base64.urlsafe_b64encode(token.encode()).rstrip(b"=")}
    return sorted({form.encode() for form in spelled} | encoded, key=len, reverse=True)
