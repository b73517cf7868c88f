"""Mastodon: an account's statuses with their counts, forty a request, asked of its home instance without any token.

Reference: https://docs.joinmastodon.org/methods/accounts/ (lookup, statuses).
Limits: lists by 40; 300 requests in five minutes for one address. Counts are those that the asked instance knows, so
each account is asked where it is at home. A closed instance wants a token.
Not reported: views, impressions, reach, clicks, saves, watch time.

| theirs | ours |
| --- | --- |
| favourites_count, replies_count | likes, comments |
| reblogs_count + quotes_count (since 4.5; before, there are no quotes) | shares |
| followers_count, on the day asked | followers |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from html.parser import HTMLParser
from typing import Any

from pydantic import field_validator

from connectors.asking.answers import ExtractBuilder, instant, objects, one_line, questions, text_at, total
from connectors.asking.http import Http
from connectors.asking.paging import ask_for_all, back_to, pages
from connectors.asking.protocol import Meaning, Protocol, Reply, bearer, limit_by
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.contract import Extract, Raw
from connectors.settings import ConnectorSettings

NAME = "mastodon"

_ACCOUNT = re.compile(r"@?(\w[\w.-]*)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_MEANINGS = {
    **dict.fromkeys((401, 403, 422), Meaning("person", "The instance of {account} wants a token ({message}).")),
    **dict.fromkeys(
        (404, 410),
        Meaning("person", "The instance of {account} has no such account, or has it no more ({message})."),
    ),
}

PERMISSIONS = {"": "none, or read"}
"""What a closed instance's token has to allow."""


class Settings(ApiSettings):
    """Mastodon's section of the settings; accounts are ``user@instance``. A ``base_url`` stands for every instance."""

    @field_validator("accounts")
    @classmethod
    def _are_accounts(cls, value: list[str]) -> list[str]:
        for account in value:
            if not _ACCOUNT.fullmatch(account):
                raise ValueError(f"{account!r} is no account, such as user@mastodon.example")
        return [account.removeprefix("@").lower() for account in value]


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an account and its statuses, newest first, without what it boosts.

    Raises:
        Unanswered: the instance does not know the account, or wants a token.
    """
    address = _ACCOUNT.fullmatch(account)
    assert address, "the settings have checked it"
    user, instance = address.groups()
    token = settings.tokens.get(account)  # a token is one instance's: none is sent to all of them
    protocol = Protocol("Mastodon", {}, partial(_refusal, account), limit_by("X-RateLimit"))
    home = f"{settings.base_url or f'https://{instance}'}/api/v1"

    try:
        profile = http.get(protocol, f"{home}/accounts/lookup", {"acct": user})
    except Unanswered as refusal:  # with a token more is told than the public sees, so it is sent where it has to be
        if token is None or refusal.code not in ("401", "403", "422"):
            raise
        protocol = replace(protocol, headers=bearer(token))
        profile = http.get(protocol, f"{home}/accounts/lookup", {"acct": user})
    number = profile.get("id")
    if not isinstance(number, str) or not number.isdecimal():
        raise Unanswered(f"{instance} does not say what it knows mastodon:{account} by.", "bug", "id")

    def ask(last: str | None) -> list[dict[str, Any]]:
        params = {"limit": 40, "exclude_reblogs": "true", "max_id": last}
        return objects(http.get_list(protocol, f"{home}/accounts/{number}/statuses", params))

    walk = pages(instance, account, ask, lambda page: str(page[-1].get("id")) if page else None)
    ask_for_all(back_to(window.since, _times, walk))
    return PullResult()


def _times(page: list[dict[str, Any]]) -> list[datetime | None]:
    return [instant(status.get("created_at")) for status in page]


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    message = text_at(reply.body, "error")
    if message is None or reply.status not in _MEANINGS:
        return None
    return _MEANINGS[reply.status].refusal(f"mastodon:{account}", str(reply.status), message=one_line(message, 120))


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's statuses with their readings, and its followers on the day asked."""
    builder, account = ExtractBuilder(NAME), raw.account.removeprefix("@")
    for question in questions(raw):
        if question.path.endswith("/accounts/lookup"):
            builder.account(question.asked_at, account, question.body.get("display_name"), account)
            builder.followers(question.asked_at, account, question.body.get("followers_count"))
        for status in objects(question.body):
            _post(builder, question.asked_at, account, status)
    mapped = {"favourites_count": "likes", "replies_count": "comments", "reblogs_count + quotes_count": "shares",
              "followers_count": "followers"}  # fmt: skip
    return builder.extract(raw, mapped)


def _post(builder: ExtractBuilder, asked_at: datetime, account: str, status: Mapping[str, Any]) -> None:
    number, instance = str(status.get("id", "")), account.rpartition("@")[2]
    if status.get("visibility", "public") not in ("public", "unlisted"):
        return
    if not number.isdecimal() or status.get("reblog"):
        if not number.isdecimal():
            builder.reject("a status without an id", status)
        return
    described = {
        "post_id": f"{instance}/{number}",
        "alias": number,
        "account_id": account,
        "url": text_at(status, "url"),
        "text": _plain(status.get("content")),
        "kind": "post",
        "published_at": instant(status.get("created_at")),
    }
    counts = {
        "likes": status.get("favourites_count"),
        "comments": status.get("replies_count"),
        "shares": total(status.get("reblogs_count"), status.get("quotes_count", 0)),
    }
    builder.post(asked_at, described, counts)


class _Text(HTMLParser):
    """The text of a status, whose paragraphs and line breaks are white space."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "p"):
            self.parts.append("\n")


def _plain(content: object) -> str | None:
    if not isinstance(content, str):
        return None
    parser = _Text()
    parser.feed(content)
    parser.close()
    return "".join(parser.parts).strip() or None
