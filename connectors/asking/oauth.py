"""Tokens that live for an hour or two: a new one for a refresh token, at the start of a pull (RFC 6749, section 6)."""

from __future__ import annotations

from pydantic import SecretStr

from connectors.asking.http import Http
from connectors.asking.protocol import Protocol, Reply
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import OAuthSettings


def access_token(
    http: Http, platform: str, account: str, settings: OAuthSettings, *, client_id_as: str = "client_id"
) -> SecretStr:
    """A token for this pull. Where the platform gives a new refresh token with it, that one is remembered.

    ``client_id_as`` is what the platform calls the app's id.

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
    how = Protocol(_title(platform), refusal=lambda reply: _refusal(platform, account, reply))
    given = http.exchange(how, settings.token_url, form)
    token, next_one = given.get("access_token"), given.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise Unanswered(f"{_title(platform)} gave no token for {platform}:{account}.", "person", "token")
    if isinstance(next_one, str) and next_one and next_one != refresh.get_secret_value():
        http.remember(SecretStr(next_one))
    return SecretStr(token)


def _refusal(platform: str, account: str, reply: Reply) -> Unanswered | None:
    """RFC 6749, section 5.2: ``invalid_grant`` is a refresh token that is dead, used up or taken back."""
    said = reply.body.get("error") if isinstance(reply.body, dict) else None
    if not isinstance(said, str) or not said:
        return None
    what = "the permission was taken back or has run out" if said == "invalid_grant" else f"it answers {said[:60]}"
    return Unanswered(
        f"{_title(platform)} gives no token for {platform}:{account}: {what}. Give the permission again, as "
        "docs/access.md says.",
        "person", said[:60],
    )  # fmt: skip


def _title(platform: str) -> str:
    """What people call it."""
    return {"tiktok": "TikTok", "website": "Google", "youtube": "Google"}.get(platform, platform.capitalize())
