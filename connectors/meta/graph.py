"""Meta's Graph API, which Facebook, Instagram and Threads share: settings, limits, cursors and insights.

Reference: https://developers.facebook.com/docs/graph-api (rate limiting, results). Not an API of ours; ``facebook``,
``instagram`` and ``threads`` are.
Limits: one metric that is refused fails the whole call (:mod:`connectors.meta.parts`). ``paging.next`` holds the token
that asked and is never followed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from connectors.asking.answers import ExtractBuilder, Question, day_before, objects, questions
from connectors.asking.http import Http
from connectors.asking.paging import pages
from connectors.asking.protocol import Protocol, RateLimit, bearer, token_of
from connectors.asking.settings import ApiSettings
from connectors.asking.ways import Ways
from connectors.contract import Raw
from connectors.meta import errors
from connectors.meta.settings import GraphSettings

HOSTS = ("graph.facebook.com", "graph.instagram.com", "graph.threads.net", "graph.threads.com")

_VERSION = re.compile(r"(?:^|.*/)v\d+\.\d+(?:/|$)")
_SETTLES = timedelta(days=2)


def protocol(platform: str, settings: ApiSettings, account: str) -> Protocol:
    """How Graph is asked for an account, with its token.

    Raises:
        Unanswered: there is no token.
    """
    token = token_of(settings, platform, account, has_one_each=True)
    version = settings.version if isinstance(settings, GraphSettings) else ""
    refusal, remark = partial(errors.refusal, platform, account), partial(_other_version, platform, version)
    return Protocol(platform.capitalize(), bearer(token), refusal, lambda reply: _limit(reply.headers), HOSTS, remark)


def _other_version(platform: str, version: str, headers: Mapping[str, str]) -> str:
    """A sentence where another version answers than was asked for; Graph says which in a header of each answer."""
    answering = headers.get("facebook-api-version", "")
    if not version or not answering or answering == version:
        return ""
    return (  # without the account's name, so that it is one sentence for all of them
        f"{platform.capitalize()} answers with {answering} of the Graph API, though {version} was asked for: a version "
        f"that has ended is answered by a newer one. Set version under [{platform}] in reach.toml, and run "
        "reach sources --check."
    )


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


def walked(
    http: Http, protocol: Protocol, path: str, ways: Ways[str], start: str | None = None
) -> Iterator[dict[str, Any]]:
    """Page after page of a list: until none names a next one, not until one is short or empty.

    ``ways`` are the fields that each object is asked for, the most first.

    Raises:
        Unanswered: a page was not given, or a cursor comes again.
    """

    of_lists = listing(protocol, path)

    def ask(after: str | None) -> dict[str, Any]:
        params = {"limit": 100, "after": after}
        return ways.ask(lambda fields: http.get(of_lists, path, {"fields": fields, **params}))

    return pages(protocol.platform, path, ask, cursor, start)


def listing(protocol: Protocol, path: str) -> Protocol:
    """How the list at ``version/account/edge`` is asked for."""
    return protocol.of_lists("data", f"{protocol.platform.lower()}:{path.split('/')[1]}")


def questions_of(raw: Raw) -> list[Question]:
    """The questions of a pull, their paths without the version that was asked then."""
    return [replace(question, path=_VERSION.split(question.path, maxsplit=1)[-1]) for question in questions(raw)]


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
