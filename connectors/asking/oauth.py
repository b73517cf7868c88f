"""Access tokens that live for an hour or two; each pull gets a new one for a refresh token (RFC 6749, section 6)."""

from __future__ import annotations

from functools import partial

from pydantic import SecretStr

from connectors.asking.answers import text_at
from connectors.asking.http import Http
from connectors.asking.protocol import Meaning, Protocol, Reply
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import OAuthSettings

_NO_TOKEN = Meaning(
    "person",
    "{title} gives no token for {account}: {why}. Give the permission again, as docs/access.md says.",
)


def access_token(
    http: Http, platform: str, account: str, settings: OAuthSettings, giver: str, *, client_id_as: str = "client_id"
) -> SecretStr:
    """A token for this pull. Where the platform gives a new refresh token with it, that one is remembered.

    ``giver`` is who gives tokens, as people call it; ``client_id_as`` is what the platform calls the app's id.

    Raises:
        Unanswered: there is no refresh token, or it is dead; a person has to give the permission again.
    """
    refresh = settings.refresh_token_of(account)
    name = f"REACH_{platform.upper()}__REFRESH_TOKEN"
    if refresh is None or settings.client_secret is None or not settings.client_id:
        raise Unanswered(
            f"{platform}:{account} has no way in: {name} (or {name}S by account), "
            f"REACH_{platform.upper()}__CLIENT_ID and REACH_{platform.upper()}__CLIENT_SECRET belong into .env; "
            "docs/access.md says how to get them.",
            "person", "token",
        )  # fmt: skip
    form: dict[str, SecretStr | str] = {
        client_id_as: settings.client_id,
        "client_secret": settings.client_secret,
        "grant_type": "refresh_token",
        "refresh_token": refresh,
    }
    protocol = Protocol(giver, refusal=partial(_refusal, giver, f"{platform}:{account}"))
    answer = http.exchange(protocol, settings.token_url, form)
    token, next_one = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise Unanswered(f"{giver} gave no token for {platform}:{account}.", "person", "token")
    if isinstance(next_one, str) and next_one and next_one != refresh.get_secret_value():
        http.remember(SecretStr(next_one))
    return SecretStr(token)


def _refusal(giver: str, name: str, reply: Reply) -> Unanswered | None:
    """RFC 6749, section 5.2: ``invalid_grant`` is a refresh token that is dead, used up or taken back."""
    code = (text_at(reply.body, "error") or "")[:60]
    if not code:
        return None
    why = "the permission was taken back or has run out" if code == "invalid_grant" else f"it answers {code}"
    return _NO_TOKEN.refusal(name, code, title=giver, why=why)
