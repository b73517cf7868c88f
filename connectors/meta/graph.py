"""Meta's Graph API, as Facebook, Instagram and Threads speak it: errors, limits, cursors, and metrics that retire.

Reference: https://developers.facebook.com/docs/graph-api (error handling, rate limiting, results). Not an API of ours;
``facebook``, ``instagram`` and ``threads`` are.
Limits: one metric that is refused fails the whole call. ``paging.next`` holds the token that asked and is never
followed. Messages are in the token owner's language, so codes decide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from connectors.asking.answers import objects, whole
from connectors.asking.http import Http
from connectors.asking.paging import pages
from connectors.asking.protocol import Protocol, RateLimit, Reply, bearer
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered, Who

HOSTS = ("graph.facebook.com", "graph.instagram.com", "graph.threads.net", "graph.threads.com")

_AGAIN = (1, 2)
_WINDOW = (4, 17, 32, 341, 368, 613, *range(80000, 80010))
_TOKEN = (102, 190)
_PERMISSION = (3, 10, *range(200, 300))
_PART = (3, 10, 100, *range(200, 300))
"""Codes that one part of a question may be to blame for: a metric that is none, a field that no permission covers."""
_WHY_TOKEN = {
    458: "the app was taken out of the account",
    459: "Facebook asks its owner to log in and confirm who they are",
    460: "its owner's password was changed",
    463: "it has expired",
    464: "its owner has not confirmed the account",
    467: "its owner logged out",
    492: "its owner has no role on the page any more",
}


def manners(platform: str, token: SecretStr | None, account: str) -> Protocol:
    """How Graph is asked with a token.

    Raises:
        Unanswered: there is no token.
    """
    if token is None:
        raise no_token(platform, account)
    return Protocol(
        platform.capitalize(),
        bearer(token),
        lambda reply: refusal_of(platform, account, reply),
        _limit,
        HOSTS,
    )


def no_token(platform: str, account: str) -> Unanswered:
    """What is said of an account that nobody has a token for."""
    name = f"REACH_{platform.upper()}__TOKEN"
    return Unanswered(
        f"There is no token for {platform}:{account}; put {name}, or {account} into {name}S, into .env "
        f"(docs/access.md says how to get one).",
        "person", "token",
    )  # fmt: skip


def refusal_of(platform: str, account: str, reply: Reply) -> Unanswered | None:
    """What a reply refuses, if it does; its codes decide."""
    error = reply.body.get("error") if isinstance(reply.body, dict) else None
    if not isinstance(error, dict):
        return None
    code, subcode = (whole(error.get(key)) or 0 for key in ("code", "error_subcode"))
    said = " ".join(str(error.get("message", "")).split())[:300]
    name = f"{platform}:{account}"
    who: Who = "bug"
    sentence = f"{platform.capitalize()} does not answer for {name}: {said} (code {code})."
    if code in _TOKEN:
        who = "person"
        why = _WHY_TOKEN.get(subcode, "it is not valid any more")
        sentence = f"The token of {name} is dead: {why} (code {code}/{subcode}). Make a new one as docs/access.md says."
    elif code in _PERMISSION:
        who = "person"
        sentence = f"The token of {name} lacks a permission: {said} (code {code}). docs/access.md lists those it needs."
    elif code in _WINDOW:
        who = "window"
        sentence = (
            f"{platform.capitalize()} has been asked too much for {name} (code {code}); the rest is for next time."
        )
    elif code in _AGAIN or error.get("is_transient") is True:
        who = "again"
    return Unanswered(sentence, who, str(code))


def _limit(headers: Mapping[str, str]) -> RateLimit | None:
    """The highest of what ``X-App-Usage`` and ``X-Business-Use-Case-Usage`` say, in percent of what is allowed."""
    shares, minutes = [0.0], 0.0
    for name in ("X-App-Usage", "X-Business-Use-Case-Usage"):
        try:
            said = json.loads(headers.get(name, "null"))
        except ValueError:
            continue
        for own in _usages(said):
            shares += [
                float(own[key]) for key in ("call_count", "total_time", "total_cputime") if _is_number(own.get(key))
            ]
            if _is_number(own.get("estimated_time_to_regain_access")):
                minutes = max(minutes, float(own["estimated_time_to_regain_access"]))
    if max(shares) == 0 and not minutes:
        return None
    until = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes) if minutes else None
    return RateLimit(1.0 if minutes else max(shares) / 100, until)


def _usages(said: object) -> Iterator[dict[str, Any]]:
    """The objects with counts, in whichever of the two shapes."""
    if isinstance(said, dict):
        if "call_count" in said:
            yield said
        else:
            for own in said.values():
                yield from _usages(own)
    elif isinstance(said, list):
        for own in said:
            yield from _usages(own)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def walked(http: Http, how: Protocol, path: str, params: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    """Page after page of a list: until none names a next one, not until one is short or empty.

    Raises:
        Unanswered: a page was not given, or a cursor comes again.
    """
    start = params.get("after")
    return pages(
        how.platform,
        path,
        lambda after: http.get(how, path, {**params, "after": after}),
        cursor,
        start if isinstance(start, str) else None,
    )


def walked_parts(
    http: Http, how: Protocol, path: str, parts: Parts, params: Callable[[Sequence[str]], Mapping[str, object]]
) -> Iterator[dict[str, Any]]:
    """:func:`walked`, where ``params`` asks for parts: one that the first page refuses is withheld, one that a later
    page refuses is left out of that page.

    Raises:
        Unanswered: a page was not given without any of them, or a cursor comes again.
    """

    def page(after: str | None) -> dict[str, Any]:
        def ask(own: Sequence[str]) -> dict[str, Any]:
            return http.get(how, path, {**params(own), "after": after})

        if after is not None:
            return ask(parts.left(ask))
        parts.settle(ask)
        return ask(parts.asked)

    return pages(how.platform, path, page, cursor)


def cursor(page: object) -> str | None:
    """Where the next page begins; none where there is none."""
    paging = page.get("paging") if isinstance(page, dict) else None
    cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) else None


def items(pages: Iterable[object], key: str = "data") -> Iterator[dict[str, Any]]:
    """The objects of lists; what is no object is passed over."""
    for page in pages:
        yield from objects(page.get(key) if isinstance(page, dict) else None)


class Parts:
    """The parts of a question that may be refused, and which of them were: each costs itself only.

    ``parts`` is what is asked for, by metric. What is withheld is remembered over the pulls of an account, and asked
    for again weekly.
    """

    def __init__(self, parts: Sequence[str], window: Window) -> None:
        self.window = window
        self.asked = tuple(part for part in parts if window.asks_for(part))
        self.withheld = {part: window.withheld[part] for part in parts if part not in self.asked}

    def settle(self, ask: Callable[[Sequence[str]], object]) -> None:
        """Asks once for all of them; where that is refused, finds by halving which are to blame, and drops them.

        Raises:
            Unanswered: it is refused without any of them, or for another reason.
        """
        if (refusal := self._refused(ask, self.asked)) is None:
            return
        if (bare := self._refused(ask, ())) is not None:
            raise bare
        good = self._good(ask, self.asked, refusal)
        self.asked = tuple(part for part in self.asked if part in good)

    def settle_one(self, ask: Callable[[Sequence[str]], object]) -> None:
        """The same for one object of many: where nothing of it is left, it is gone, and no metric is to blame.

        Raises:
            Unanswered: it is refused for another reason.
        """
        before = self.asked, dict(self.withheld)
        self.settle(ask)
        if not self.asked:
            self.asked, self.withheld = before

    def left(self, ask: Callable[[Sequence[str]], object]) -> tuple[str, ...]:
        """Those that are not refused this once; what an old page of a list does not have is withheld of no other."""
        own = copy(self)
        own.withheld = {}
        own.settle(ask)
        return own.asked

    def _good(self, ask: Callable[[Sequence[str]], object], parts: Sequence[str], refusal: Unanswered) -> set[str]:
        if len(parts) == 1:
            why = str(refusal)
            if refusal.code == "100":  # the metric retired, or was never one of this page: no permission helps
                why = f"nobody: it is asked for again in a week. {why}"
            self.withheld[parts[0]] = self.window.refused(parts[0], why, is_for_a_person=refusal.code != "100")
            return set()
        middle = len(parts) // 2
        found: set[str] = set()
        for half in (parts[:middle], parts[middle:]):
            again = self._refused(ask, half)
            found |= set(half) if again is None else self._good(ask, half, again)
        return found

    def _refused(self, ask: Callable[[Sequence[str]], object], parts: Sequence[str]) -> Unanswered | None:
        try:
            ask(parts)
        except Unanswered as refusal:
            if refusal.code.isdecimal() and int(refusal.code) in _PART:
                return refusal
            raise
        return None


def asked(*parts: Parts) -> PullResult:
    """What of these was left out, as a pull returns it."""
    return PullResult({name: why for own in parts for name, why in own.withheld.items()})


def insights(item: Mapping[str, Any], edge: str = "insights") -> dict[str, object]:
    """The values of an object's insights by name: the lifetime value, or the one value of a period.

    ``{"data": []}`` gives none: that is not zero.
    """
    found: dict[str, object] = {}
    inner = item.get(edge)
    for own in items([inner]) if isinstance(inner, dict) else ():
        values = own.get("values")
        if isinstance(values, list) and values and isinstance(values[-1], dict):
            found[str(own.get("name"))] = values[-1].get("value")
        elif isinstance(own.get("total_value"), dict):
            found[str(own.get("name"))] = own["total_value"].get("value")
    return found
