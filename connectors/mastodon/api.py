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
from html.parser import HTMLParser
from typing import Any

from pydantic import field_validator

from connectors.asking.answers import ExtractBuilder, all_before, instant, objects, questions, total, whole
from connectors.asking.http import Http
from connectors.asking.paging import pages
from connectors.asking.protocol import Protocol, RateLimit, Reply, bearer
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.contract import ConnectorSettings, Extract, Raw

NAME = "mastodon"

_ACCOUNT = re.compile(r"@?(\w[\w.-]*)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


PERMISSIONS = {"": "none, or read"}
"""What a closed instance's token has to allow."""


class Settings(ApiSettings):
    """Mastodon's section of the settings; accounts are ``user@instance``. A ``base_url`` stands for every instance."""

    @field_validator("accounts")
    @classmethod
    def _are_accounts(cls, value: list[str]) -> list[str]:
        for own in value:
            if not _ACCOUNT.fullmatch(own):
                raise ValueError(f"{own!r} is no account, such as user@mastodon.example")
        return [own.removeprefix("@").lower() for own in value]


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an account and its statuses, newest first, without what it boosts.

    Raises:
        Unanswered: the instance does not know the account, or wants a token.
    """
    found = _ACCOUNT.fullmatch(account)
    assert found, "the settings have checked it"
    user, instance = found.groups()
    token = settings.tokens.get(account)  # a token is one instance's: none is sent to all of them
    how = Protocol("Mastodon", {}, lambda reply: _refusal(account, reply), _limit)
    home = f"{settings.base_url or f'https://{instance}'}/api/v1"

    try:
        found_account = http.get(how, f"{home}/accounts/lookup", {"acct": user})
    except Unanswered as refusal:  # with a token more is told than the public sees, so it is sent where it has to be
        if token is None or refusal.code not in ("401", "403", "422"):
            raise
        how = replace(how, headers=bearer(token))
        found_account = http.get(how, f"{home}/accounts/lookup", {"acct": user})
    own_id = found_account.get("id")
    if not isinstance(own_id, str) or not own_id.isdecimal():
        raise Unanswered(f"{instance} does not say what it knows mastodon:{account} by.", "bug", "id")

    def ask(last: str | None) -> list[dict[str, Any]]:
        asked = {"limit": 40, "exclude_reblogs": "true", "max_id": last}
        return objects(http.get_list(how, f"{home}/accounts/{own_id}/statuses", asked))

    for page in pages(instance, account, ask, lambda page: str(page[-1].get("id")) if page else None):
        if _is_over(page, window.since):
            break
    return PullResult()


def _is_over(page: list[dict[str, Any]], since: datetime | None) -> bool:
    times = [instant(own.get("created_at")) for own in page]
    return all_before(times, since)


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    said = reply.body.get("error") if isinstance(reply.body, dict) else None
    if not isinstance(said, str) or reply.status not in (401, 403, 404, 410, 422):
        return None
    what = "wants a token" if reply.status in (401, 403, 422) else "has no such account, or has it no more"
    return Unanswered(
        f"The instance of mastodon:{account} {what} ({' '.join(said.split())[:120]}).", "person", str(reply.status)
    )


def _limit(headers: Mapping[str, str]) -> RateLimit | None:
    """``X-RateLimit-Remaining`` of ``X-RateLimit-Limit``, free again at the time ``X-RateLimit-Reset``."""
    limit, remaining = (whole(headers.get(f"X-RateLimit-{own}")) for own in ("Limit", "Remaining"))
    if not limit or remaining is None:
        return None
    return RateLimit(1 - remaining / limit, instant(headers.get("X-RateLimit-Reset")))


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's statuses with their readings, and its followers on the day asked."""
    said, account = ExtractBuilder(NAME), raw.account.removeprefix("@")
    for question in questions(raw):
        if question.path.endswith("/accounts/lookup"):
            day = question.asked_at.date()
            said.account(question.asked_at, account, question.body.get("display_name"), f"{account}")
            said.figure(question.asked_at, account, "followers", day, day, question.body.get("followers_count"))
        for status in objects(question.body):
            _post(said, question.asked_at, account, status)
    mapped = {"favourites_count": "likes", "replies_count": "comments", "reblogs_count + quotes_count": "shares",
              "followers_count": "followers"}  # fmt: skip
    return said.extract(raw, mapped)


def _post(said: ExtractBuilder, asked_at: datetime, account: str, status: Mapping[str, Any]) -> None:
    own_id, instance = str(status.get("id", "")), account.rpartition("@")[2]
    if status.get("visibility", "public") not in ("public", "unlisted"):
        return
    if not own_id.isdecimal() or status.get("reblog"):
        if not own_id.isdecimal():
            said.reject("a status without an id", status)
        return
    described = {
        "post_id": f"{instance}/{own_id}",
        "alias": own_id,
        "account_id": account,
        "url": status.get("url") if isinstance(status.get("url"), str) else None,
        "text": _plain(status.get("content")),
        "kind": "post",
        "published_at": instant(status.get("created_at")),
    }
    counts = {
        "likes": status.get("favourites_count"),
        "comments": status.get("replies_count"),
        "shares": total(status.get("reblogs_count"), status.get("quotes_count", 0)),
    }
    said.post(asked_at, described, counts)


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
