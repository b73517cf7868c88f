"""A website by the GA4 Data API: a site's days, and pages as posts with their figures day by day.

Reference: https://developers.google.com/analytics/devguides/reporting/data/v1/rest/v1beta/properties/runReport.
Limits: 200,000 tokens a day and 40,000 an hour for a property, 14,000 an hour for a project at one; ten times as many
for a property of Analytics 360; each answer says what is left. 10,000 rows an answer. Days are those of the
property's zone, and settle within three days, which are asked for again.
Not reported: reactions, comments, shares. Users of several pages or days are never added up; they are estimates where
Google withholds, samples or gathers rows under (other), which the load says.

| theirs | ours |
| --- | --- |
| sessions, screenPageViews, activeUsers of a host and day | visits, views, reach of the site |
| screenPageViews, activeUsers of a page and day | views, reach of the page, as gains of that day |
| sessions of a host, day, sessionCampaignName, sessionSource and sessionMedium | visits by the tags of links |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from connectors.asking import oauth
from connectors.asking.answers import ExtractBuilder, Question, inner, objects, one_line, questions, total, whole
from connectors.asking.http import Http
from connectors.asking.protocol import Meaning, Protocol, RateLimit, Reply, bearer, next_midnight
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings, OAuthSettings
from connectors.contract import Extract, Raw, zones
from connectors.reading.days import start_of
from connectors.settings import ConnectorSettings
from connectors.website.export import NAME, Settings

__all__ = ["NAME", "Settings", "pull", "read"]

_SITE = {"visits": "sessions", "views": "screenPageViews", "reach": "activeUsers"}
_PAGE = {"views": "screenPageViews", "reach": "activeUsers"}
_TAGS = ("sessionCampaignName", "sessionSource", "sessionMedium")
_BY_TAG = {"visits": "sessions"}
_QUESTIONS = (
    (("date", "hostName"), _SITE),
    (("date", "hostName", "pagePath"), _PAGE),
    (("date", "hostName", *_TAGS), _BY_TAG),
)
_ROWS = 10_000
_SETTLES = timedelta(days=3)
_TOKENS = {"tokensPerDay": 200_000, "tokensPerHour": 40_000, "tokensPerProjectPerHour": 14_000}
_QUOTA_ZONE = "America/Los_Angeles"
_NO_PAGES = ("", "(not set)", "(other)")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_USUAL = "Google Analytics does not answer for {account}: {message} ({code})."
_MEANINGS = {
    "RESOURCE_EXHAUSTED": Meaning(
        "window", "What Google Analytics allows {account} is used up; the rest is for next time."
    ),
    "PERMISSION_DENIED": Meaning(
        "person",
        "Google Analytics denies {account}: whoever gave the permission has to be a viewer of the property, and the "
        "Data API has to be switched on ({message}).",
    ),
    "UNAUTHENTICATED": Meaning("person", "Google Analytics refuses the token of {account}; give the permission again."),
}

PERMISSIONS = {"": "analytics.readonly"}
"""What a permission has to allow."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for a property's sites, pages, and visits by the tags of links, day by day.

    Raises:
        Unanswered: the permission was taken back or never given, or the day's tokens are used up.
    """
    assert isinstance(settings, OAuthSettings)
    token = oauth.access_token(http, NAME, account, settings, "Google")
    protocol = Protocol("Google Analytics", bearer(token), partial(_refusal, account), _limit)
    since = window.since or window.now - timedelta(days=settings.look_back_days)
    days = [{"startDate": since.date().isoformat(), "endDate": "yesterday"}]
    for dimensions, metrics in _QUESTIONS:
        offset = 0
        while True:
            body = {
                "dateRanges": days,
                "dimensions": [{"name": name} for name in dimensions],
                "metrics": [{"name": name} for name in metrics.values()],
                "orderBys": [{"dimension": {"dimensionName": name}} for name in dimensions],
                "limit": str(_ROWS),
                "offset": str(offset),
                "returnPropertyQuota": True,
            }
            page = http.post(protocol, f"v1beta/properties/{account}:runReport", body)
            offset += _ROWS
            if offset >= (whole(page.get("rowCount")) or 0):
                break
    return PullResult()


def _limit(reply: Reply) -> RateLimit | None:
    """The tightest of a property's quotas of tokens; of what is left, nothing says how much there was.

    More than a standard property has is left of Analytics 360's only, which has ten times as much.
    """
    left = {name: whole(inner(reply.body, "propertyQuota", name).get("remaining")) for name in _TOKENS}
    is_360 = any(tokens is not None and tokens > _TOKENS[name] for name, tokens in left.items())
    factor = 10 if is_360 else 1
    used = {name: 1 - tokens / (_TOKENS[name] * factor) for name, tokens in left.items() if tokens is not None}
    if not used:
        return None
    tightest = max(used, key=lambda name: used[name])
    this_hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    return RateLimit(
        used[tightest], next_midnight(_QUOTA_ZONE) if tightest == "tokensPerDay" else this_hour + timedelta(hours=1)
    )


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    if reply.error is None:
        return None
    code, message = str(reply.error.get("status", reply.status)), one_line(reply.error.get("message", ""))
    meaning = _MEANINGS.get(code, Meaning("again" if reply.status >= 500 else "bug", _USUAL))
    return meaning.refusal(f"website:{account}", code, message=message)


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A property's sites by day, and its pages with a reading for each day.

    A site is its host without ``www.``: where a property has both, what can be added is, and users are not known.
    """
    builder, hosts, pages = ExtractBuilder(NAME), set[str](), set[str]()
    views_of: dict[str, list[int]] = {}  # of a site: all of its views, and those of its pages
    rows_of: dict[tuple[date, str, str | None], list[tuple[Question, Mapping[str, str]]]] = {}
    left_out, are_pages_whole = 0, False
    for question in questions(raw):
        if any(dimension.get("name") in _TAGS for dimension in objects(question.sent.get("dimensions"))):
            left_out += _by_tags(builder, question)
            continue
        builder.notes += _warnings(question.body)
        if any(dimension.get("name") == "pagePath" for dimension in objects(question.sent.get("dimensions"))):
            asked_up_to = (whole(question.sent.get("offset")) or 0) + _ROWS
            are_pages_whole = asked_up_to >= (whole(question.body.get("rowCount")) or 0)
        for row in _rows(question):
            host, day, path = row.get("hostName", "").lower().removeprefix("www."), _day(row.get("date", "")), None
            if "pagePath" in row:
                path = row["pagePath"]
            if day is None or not _HOST.fullmatch(host) or path in _NO_PAGES:
                left_out += 1
                continue
            rows_of.setdefault((day, host, path), []).append((question, row))
    for (day, host, path), rows in rows_of.items():
        question = rows[-1][0]
        is_final = question.asked_at.date() - day > _SETTLES
        if host not in hosts:
            hosts.add(host)
            builder.account(question.asked_at, host, host)
        if path is None:
            views_of.setdefault(host, [0, 0])[0] += _views(rows)
            for metric, theirs in _SITE.items():
                value = _together(metric, [row.get(theirs) for _, row in rows])
                builder.figure(question.asked_at, host, metric, day, day, value, is_final=is_final)
            continue
        views_of.setdefault(host, [0, 0])[1] += _views(rows)
        post_id = f"{host}{path}"
        if post_id not in pages:
            pages.add(post_id)
            builder.posts.append(_described(builder, question, host, path))
        counts = {metric: _together(metric, [row.get(theirs) for _, row in rows]) for metric, theirs in _PAGE.items()}
        builder.reading(question.asked_at, post_id, counts, is_final=is_final, period_start=day, period_end=day,
                     period_opens_at=start_of(day, _zone(question, settings)))  # fmt: skip
    is_partial = bool(builder.notes)
    if left_out:
        rows_were = "1 row was" if left_out == 1 else f"{left_out} rows were"
        builder.notes.append(f"{rows_were} left out for naming no site or no page, such as (not set)")
    if is_partial and are_pages_whole:  # of a pull that was cut off, the rest of the pages comes later
        builder.notes += [
            f"of {of_site:,} views of {host}, {of_site - of_pages:,} are of no page that Google names: unknown by page"
            for host, (of_site, of_pages) in sorted(views_of.items())
            if of_site > of_pages
        ]
    return builder.extract(raw, {"sessions": "visits", "screenPageViews": "views", "activeUsers": "reach"})


def _by_tags(builder: ExtractBuilder, question: Question) -> int:
    """Visits by tags; hosts with and without ``www.`` are rows of one site. How many rows were left out."""
    caution, left_out = "; ".join(_warnings(question.body)) or None, 0
    for row in _rows(question):
        host, day = row.get("hostName", "").lower().removeprefix("www."), _day(row.get("date", ""))
        if day is None or not _HOST.fullmatch(host):
            left_out += 1
            continue
        tag, source, medium = (row.get(name, "") for name in _TAGS)
        builder.row += 1
        builder.tagged_visits.append(
            {"platform": NAME, "account_id": host, "tag": tag, "source": source or None, "medium": medium or None,
             "period_start": day, "period_end": day, "visits": whole(row.get("sessions")), "caution": caution,
             "observed_at": question.asked_at, "row": builder.row}
        )  # fmt: skip
    return left_out


def _views(rows: list[tuple[Question, Mapping[str, str]]]) -> int:
    return total(*(row.get("screenPageViews") for _, row in rows)) or 0


def _together(metric: str, values: list[str | None]) -> int | None:
    """A figure of several rows of one site or page: users of both are never added up."""
    if metric == "reach" and len(values) > 1:
        return None
    return total(*values)


def _described(builder: ExtractBuilder, question: Question, host: str, path: str) -> dict[str, object]:
    return {
        "post_id": f"{host}{path}",
        "account_id": host,
        "url": f"https://{host}{path}",
        "text": path,
        "kind": "page",
        "identified_by": "id",
        "is_damaged": False,
        "platform": NAME,
        "row": builder.row + 1,
        "observed_at": question.asked_at,
    }


def _rows(question: Question) -> Iterator[dict[str, str]]:
    """Each row by the names of its dimensions and metrics."""
    body = question.body
    heads = [[str(head.get("name")) for head in objects(body.get(kind))]
             for kind in ("dimensionHeaders", "metricHeaders")]  # fmt: skip
    for row in objects(body.get("rows")):
        cells = [[str(cell.get("value", "")) for cell in objects(row.get(kind))]
                 for kind in ("dimensionValues", "metricValues")]  # fmt: skip
        yield dict(zip(heads[0] + heads[1], cells[0] + cells[1], strict=False))


def _day(written: str) -> date | None:
    try:
        return datetime.strptime(written, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _zone(question: Question, settings: ConnectorSettings) -> str:
    zone = str(inner(question.body, "metadata").get("timeZone"))
    return zone if zone in zones() else settings.source_zone


def _warnings(body: Mapping[str, Any]) -> list[str]:
    metadata = inner(body, "metadata")
    sentences = {
        "subjectToThresholding": "Google withheld rows with few users",
        "samplingMetadatas": "Google counted a sample only",
        "dataLossFromOtherRow": "Google gathered rows under (other)",
    }
    return [sentence for key, sentence in sentences.items() if metadata.get(key)]
