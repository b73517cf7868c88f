"""Meta's Graph API, which Facebook, Instagram and Threads share: errors, limits, cursors, and metrics that retire.

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
from functools import partial
from typing import Any

from connectors.asking.answers import ExtractBuilder, Question, day_before, objects, one_line, whole
from connectors.asking.http import Http
from connectors.asking.paging import pages
from connectors.asking.protocol import Meaning, Protocol, RateLimit, Reply, bearer, token_of
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings

HOSTS = ("graph.facebook.com", "graph.instagram.com", "graph.threads.net", "graph.threads.com")

_PART = (3, 10, 100, *range(200, 300))
"""Codes that one part of a question may be to blame for: a metric that is none, a field that no permission covers."""
_SETTLES = timedelta(days=2)
_WHY_TOKEN = {
    458: "the app was taken out of the account",
    459: "Facebook asks its owner to log in and confirm who they are",
    460: "its owner's password was changed",
    463: "it has expired",
    464: "its owner has not confirmed the account",
    467: "its owner logged out",
    492: "its owner has no role on the page any more",
}


_USUAL = "{title} does not answer for {account}: {message} (code {code})."
_DEAD_TOKEN = Meaning(
    "person",
    "The token of {account} is dead: {why} (code {code}/{subcode}). Make a new one as docs/access.md says.",
)
_NO_PERMISSION = Meaning(
    "person",
    "The token of {account} lacks a permission: {message} (code {code}). docs/access.md lists those it needs.",
)
_ASKED_TOO_MUCH = Meaning(
    "window", "{title} has been asked too much for {account} (code {code}); the rest is for next time."
)
_MEANINGS = {
    **dict.fromkeys((1, 2), Meaning("again", _USUAL)),
    **dict.fromkeys((4, 17, 32, 341, 368, 613, *range(80000, 80010)), _ASKED_TOO_MUCH),
    **dict.fromkeys((3, 10, *range(200, 300)), _NO_PERMISSION),
    **dict.fromkeys((102, 190), _DEAD_TOKEN),
}


def protocol(platform: str, settings: ApiSettings, account: str) -> Protocol:
    """How Graph is asked for an account, with its token.

    Raises:
        Unanswered: there is no token.
    """
    token = token_of(settings, platform, account, has_one_each=True)
    return Protocol(platform.capitalize(), bearer(token), partial(refusal, platform, account), _limit, HOSTS)


def refusal(platform: str, account: str, reply: Reply) -> Unanswered | None:
    """What a reply refuses, if it does; its codes decide."""
    error = reply.error
    if error is None:
        return None
    code, subcode = (whole(error.get(key)) or 0 for key in ("code", "error_subcode"))
    usual = Meaning("again" if error.get("is_transient") is True else "bug", _USUAL)
    return _MEANINGS.get(code, usual).refusal(
        f"{platform}:{account}", str(code), title=platform.capitalize(), subcode=subcode,
        message=one_line(error.get("message", ""), 300), why=_WHY_TOKEN.get(subcode, "it is not valid any more"),
    )  # fmt: skip


def _limit(headers: Mapping[str, str]) -> RateLimit | None:
    """The highest of what ``X-App-Usage`` and ``X-Business-Use-Case-Usage`` say, in percent of what is allowed."""
    shares, minutes = [0.0], 0.0
    for name in ("X-App-Usage", "X-Business-Use-Case-Usage"):
        try:
            content = json.loads(headers.get(name, "null"))
        except ValueError:
            continue
        for usage in _usages(content):
            shares += [
                float(usage[key]) for key in ("call_count", "total_time", "total_cputime") if _is_number(usage.get(key))
            ]
            if _is_number(usage.get("estimated_time_to_regain_access")):
                minutes = max(minutes, float(usage["estimated_time_to_regain_access"]))
    if max(shares) == 0 and not minutes:
        return None
    until = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes) if minutes else None
    return RateLimit(1.0 if minutes else max(shares) / 100, until)


def _usages(content: object) -> Iterator[dict[str, Any]]:
    """The objects with counts, in whichever of the two shapes."""
    if isinstance(content, dict) and "call_count" in content:
        yield content
    elif isinstance(content, dict | list):
        for inside in content.values() if isinstance(content, dict) else content:
            yield from _usages(inside)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def walked(http: Http, protocol: Protocol, path: str, params: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    """Page after page of a list: until none names a next one, not until one is short or empty.

    Raises:
        Unanswered: a page was not given, or a cursor comes again.
    """
    start = params.get("after")
    return pages(
        protocol.platform,
        path,
        lambda after: http.get(protocol, path, {**params, "after": after}),
        cursor,
        start if isinstance(start, str) else None,
    )


def walked_parts(
    http: Http, protocol: Protocol, path: str, parts: Parts, params: Callable[[Sequence[str]], Mapping[str, object]]
) -> Iterator[dict[str, Any]]:
    """:func:`walked`, where ``params`` asks for parts: one that the first page refuses is withheld, one that a later
    page refuses is left out of that page.

    Raises:
        Unanswered: a page was not given without any of them, or a cursor comes again.
    """

    def page(after: str | None) -> dict[str, Any]:
        def ask(names: Sequence[str]) -> dict[str, Any]:
            return http.get(protocol, path, {**params(names), "after": after})

        if after is not None:
            return ask(parts.left(ask))
        parts.settle(ask)
        return ask(parts.wanted)

    return pages(protocol.platform, path, page, cursor)


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
        self.wanted = tuple(part for part in parts if window.asks_for(part))
        self.withheld = {part: window.withheld[part] for part in parts if part not in self.wanted}

    def settle(self, ask: Callable[[Sequence[str]], object]) -> None:
        """Asks once for all of them; where that is refused, finds by halving which are to blame, and drops them.

        Raises:
            Unanswered: it is refused without any of them, or for another reason.
        """
        if (refusal := self._refused(ask, self.wanted)) is None:
            return
        if (bare := self._refused(ask, ())) is not None:
            raise bare
        good = self._good(ask, self.wanted, refusal)
        self.wanted = tuple(part for part in self.wanted if part in good)

    def ask_one(self, ask: Callable[[Sequence[str]], object], harmless: str = "") -> None:
        """Asks for one object of many, where :meth:`settle` asks for all of them.

        Where every part is refused, the object is gone, and no metric is to blame. A refusal with the code ``harmless``
        says nothing of the metrics either.

        Raises:
            Unanswered: it is refused for another reason.
        """
        before = self.wanted, dict(self.withheld)
        try:
            ask(self.wanted)
        except Unanswered as refusal:
            if refusal.code == "100":
                self.settle(ask)
            elif refusal.code != harmless:
                raise
        if not self.wanted:
            self.wanted, self.withheld = before

    def left(self, ask: Callable[[Sequence[str]], object]) -> tuple[str, ...]:
        """Those that are not refused this once; what an old page of a list does not have is withheld of no other."""
        copied = copy(self)
        copied.withheld = {}
        copied.settle(ask)
        return copied.wanted

    def _good(self, ask: Callable[[Sequence[str]], object], parts: Sequence[str], refusal: Unanswered) -> set[str]:
        if len(parts) == 1:
            why = str(refusal)
            if refusal.code == "100":  # the metric retired, or was never one of this page: no permission helps
                why = f"nobody: it is asked for again in a week. {why}"
            self.withheld[parts[0]] = self.window.refused(parts[0], why, is_for_a_person=refusal.code != "100")
            return set()
        middle = len(parts) // 2
        good: set[str] = set()
        for half in (parts[:middle], parts[middle:]):
            again = self._refused(ask, half)
            good |= set(half) if again is None else self._good(ask, half, again)
        return good

    def _refused(self, ask: Callable[[Sequence[str]], object], parts: Sequence[str]) -> Unanswered | None:
        try:
            ask(parts)
        except Unanswered as refusal:
            if refusal.code.isdecimal() and int(refusal.code) in _PART:
                return refusal
            raise
        return None


def pull_result(*parts: Parts) -> PullResult:
    """What of these was left out, as a pull returns it."""
    return PullResult({name: why for part in parts for name, why in part.withheld.items()})


def figures_by_day(
    builder: ExtractBuilder, account: str, question: Question, zone: str, metrics: Mapping[str, str]
) -> None:
    """Adds an account's figures by day to ``builder``. ``metrics`` is our metric -> the name of Graph's."""
    ours = {theirs: metric for metric, theirs in metrics.items()}
    for entry in items([question.body]):
        metric = ours.get(str(entry.get("name")))
        if metric is None or entry.get("period", "day") != "day":
            continue
        for value in objects(entry.get("values")):
            if day := day_before(value.get("end_time"), zone):
                is_final = question.asked_at.date() - day > _SETTLES
                builder.figure(question.asked_at, account, metric, day, day, value.get("value"), is_final=is_final)


def insights(item: Mapping[str, Any], edge: str = "insights") -> dict[str, object]:
    """The values of an object's insights by name: the lifetime value, or the one value of a period.

    ``{"data": []}`` gives none: that is not zero.
    """
    values_of: dict[str, object] = {}
    for entry in items([item.get(edge)]):
        values = entry.get("values")
        if isinstance(values, list) and values and isinstance(values[-1], dict):
            values_of[str(entry.get("name"))] = values[-1].get("value")
        elif isinstance(entry.get("total_value"), dict):
            values_of[str(entry.get("name"))] = entry["total_value"].get("value")
    return values_of
