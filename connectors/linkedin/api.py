"""LinkedIn's pages by the Community Management API: an organisation's posts, and their figures twenty a request.

Reference: https://learn.microsoft.com/linkedin/marketing/community-management/ (posts, share statistics).
Limits: per app and day until midnight UTC, unpublished; posts by 100, figures by 20, shares and ugcPosts apart. Figures
are organic, and cover twelve months: those of older posts may shrink, and earlier readings stand.
Not reported: views of videos, saves, watch time. A post without any activity is left out of an answer that asked for
it: all of its counts are 0, unless it is older than that.

| theirs | ours |
| --- | --- |
| impressionCount, uniqueImpressionsCount | impressions, reach |
| likeCount, commentCount, shareCount, clickCount | likes, comments, shares, clicks |
| firstDegreeSize of the organisation, on the day asked | followers |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from connectors.asking.answers import ExtractBuilder, Question, all_before, inner, instant, objects, questions
from connectors.asking.http import Http
from connectors.asking.protocol import Protocol, Reply, bearer
from connectors.asking.pulling import PullResult, Window, Withheld
from connectors.asking.refusals import Unanswered, Who
from connectors.asking.settings import ApiSettings
from connectors.contract import ConnectorSettings, Extract, Raw
from connectors.linkedin.export import NAME, Settings

__all__ = ["NAME", "Settings", "pull", "read"]

_STATISTICS = "rest/organizationalEntityShareStatistics"
_COUNTS = {"impressions": "impressionCount", "reach": "uniqueImpressionsCount", "likes": "likeCount",
           "comments": "commentCount", "shares": "shareCount", "clicks": "clickCount"}  # fmt: skip
_POST = re.compile(r"urn:li:(share|ugcPost):(\d+)")
_AT_ONCE, _STATISTICS_AT_ONCE = 100, 20
_REACHES_BACK = timedelta(days=365)


PERMISSIONS = {"": "r_organization_social", **dict.fromkeys((*_COUNTS, "account followers"), "rw_organization_admin")}
"""What a token has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an organisation's followers, its posts, and the figures of those that are new enough.

    Raises:
        Unanswered: there is no token, it is dead, or the day's limit is used up.
    """
    assert isinstance(settings, Settings)
    how = _manners(account, settings)
    organisation = quote(f"urn:li:organization:{account}", safe="")
    withheld = _followers(http, how, organisation, window)
    finding = Protocol(how.platform, {**how.headers, "X-RestLi-Method": SecretStr("FINDER")}, how.refusal)
    wanted: dict[str, list[str]] = {"share": [], "ugcPost": []}
    start, seen = 0, set[str]()
    while True:
        asked = f"rest/posts?q=author&author={organisation}&count={_AT_ONCE}&sortBy=LAST_MODIFIED&start={start}"
        answer = http.get(finding, asked)
        page = objects(answer.get("elements"))
        ids = {str(item.get("id")) for item in page}
        if ids and ids <= seen:
            raise Unanswered(f"LinkedIn gives the same page of {account} again and again.", "bug", "cursor")
        seen |= ids
        for item in page:
            found = _POST.fullmatch(str(item.get("id")))
            published = instant(item.get("publishedAt")) or instant(item.get("createdAt"))
            if found and (window.since is None or (published and published >= window.since)):
                wanted[found[1]].append(found[0])
        if not page or (len(page) < _AT_ONCE and not _has_next(answer)) or _is_over(page, window.since):
            break
        start += len(page)
    for kind, urns in wanted.items():
        for at in range(0, len(urns), _STATISTICS_AT_ONCE):
            if refusal := _figures(http, how, organisation, kind, urns[at : at + _STATISTICS_AT_ONCE]):
                raise refusal
    return PullResult(withheld)


def _followers(http: Http, how: Protocol, organisation: str, window: Window) -> dict[str, Withheld]:
    """Asks for the followers; where they are refused, that costs themselves only."""
    name = "account followers"
    if not window.asks_for(name):
        return {name: window.withheld[name]}
    try:
        http.get(how, f"rest/networkSizes/{organisation}", {"edgeType": "COMPANY_FOLLOWED_BY_MEMBER"})
    except Unanswered as refusal:
        if not _is_of_a_part(refusal):
            raise
        return {name: window.refused(name, str(refusal), is_for_a_person=refusal.who == "person")}
    return {}


def _figures(http: Http, how: Protocol, organisation: str, kind: str, urns: Sequence[str]) -> Unanswered | None:
    """Asks for posts' figures; one that is refused costs itself only. The refusal, where all of them are."""
    try:
        http.get(how, _of_posts(organisation, kind, urns))
    except Unanswered as refusal:
        if not _is_of_a_part(refusal):
            raise
        middle = len(urns) // 2
        if not middle:
            return refusal
        halves = [_figures(http, how, organisation, kind, own) for own in (urns[:middle], urns[middle:])]
        return refusal if all(halves) else None
    return None


def _is_of_a_part(refusal: Unanswered) -> bool:
    return refusal.who == "bug" or refusal.code == "403"


def _has_next(answer: Mapping[str, Any]) -> bool:
    return any(own.get("rel") == "next" for own in objects(inner(answer, "paging").get("links")))


def _of_posts(organisation: str, kind: str, urns: Sequence[str]) -> str:
    """The question in Rest.li's spelling: urns are encoded, the list's own brackets and commas are not."""
    listed = ",".join(quote(urn, safe="") for urn in urns)
    name = "shares" if kind == "share" else "ugcPosts"
    return f"{_STATISTICS}?q=organizationalEntity&organizationalEntity={organisation}&{name}=List({listed})"


def _manners(account: str, settings: Settings) -> Protocol:
    token = settings.token_of(account)
    if token is None:
        raise Unanswered(
            f"There is no token for linkedin:{account}; put REACH_LINKEDIN__TOKEN into .env (docs/access.md says how "
            "to get one).",
            "person", "token",
        )  # fmt: skip
    headers = {
        **bearer(token),
        "LinkedIn-Version": SecretStr(settings.version),
        "X-Restli-Protocol-Version": SecretStr("2.0.0"),
    }
    return Protocol("LinkedIn", headers, lambda reply: _refusal(account, settings.version, reply))


def _refusal(account: str, version: str, reply: Reply) -> Unanswered | None:
    body = reply.body if isinstance(reply.body, dict) else {}
    code = str(body.get("serviceErrorCode", body.get("code", "")))
    if reply.status < 400:
        return None
    said = " ".join(str(body.get("message", "")).split())[:200]
    who: Who = "again" if reply.status >= 500 else "bug"
    sentence = f"LinkedIn does not answer for linkedin:{account}: {said or reply.status} ({code or reply.status})."
    until = None
    if reply.status == 401:
        who = "person"
        sentence = f"The token of linkedin:{account} is dead ({code or 401}): one lives for 60 days. Make a new one."
    elif reply.status == 403:
        who, code = "person", "403"
        sentence = (
            f"The token of linkedin:{account} lacks a permission ({said or 403}): it needs r_organization_social and "
            "rw_organization_admin, of an administrator of the page."
        )
    elif reply.status == 426 or "VERSION" in code.upper():
        who = "person"
        sentence = f"LinkedIn has given up version {version} of its API; set a newer month as version under [linkedin]."
    elif reply.status == 429:
        who, until = "window", datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time())
        sentence = f"LinkedIn's limit of the day is used up at linkedin:{account}; the rest is for after midnight UTC."
    return Unanswered(sentence, who, code or str(reply.status), until=until)


def _is_over(page: Sequence[Mapping[str, Any]], since: datetime | None) -> bool:
    """The list is by the last change, so that nothing behind an old change was published later."""
    times = [instant(own.get("lastModifiedAt")) for own in page]
    return all_before(times, since)


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An organisation's posts with their readings, and its followers on the day asked."""
    said, asked = ExtractBuilder(NAME), list(questions(raw))
    counted = dict(own for question in asked for own in _counted(question))
    for question in asked:
        if "/networkSizes/" in f"/{question.path}":
            day = question.asked_at.date()
            said.account(question.asked_at, raw.account)
            size = question.body.get("firstDegreeSize")
            said.figure(question.asked_at, raw.account, "followers", day, day, size)
        elif question.path.endswith("rest/posts"):
            for item in objects(question.body.get("elements")):
                _post(said, raw.account, item, counted)
    return said.extract(raw, {theirs: ours for ours, theirs in _COUNTS.items()})


def _counted(question: Question) -> Iterator[tuple[str, tuple[datetime, Mapping[str, Any] | None]]]:
    """What was told of each post that was asked for; null where a whole answer leaves it out."""
    if not question.path.endswith(_STATISTICS):
        return
    urns = [found[0] for found in _POST.finditer(",".join(question.params.values()))]
    elements = objects(question.body.get("elements"))
    is_cut = len(elements) < len(urns) and inner(question.body, "paging").get("count") == len(elements)
    is_whole = isinstance(question.body.get("elements"), list) and not is_cut and not _has_next(question.body)
    told = {str(own.get("share") or own.get("ugcPost")): own.get("totalShareStatistics") for own in elements}
    for urn in urns:
        statistics = told.get(urn)
        yield urn, (question.asked_at, statistics if isinstance(statistics, dict) else None if is_whole else {})


def _post(
    said: ExtractBuilder,
    account: str,
    item: Mapping[str, Any],
    counted: Mapping[str, tuple[datetime, Mapping[str, Any] | None]],
) -> None:
    urn = str(item.get("id", ""))
    found = _POST.fullmatch(urn)
    if not found:
        said.reject("a post whose urn is neither a share nor a ugcPost", item)
        return
    if urn not in counted:
        return
    asked_at, statistics = counted[urn]
    published = instant(item.get("publishedAt")) or instant(item.get("createdAt"))
    if statistics is None:  # nothing happened to it; or, where it is older than the figures reach, nobody says
        is_told_of = published is not None and asked_at - published < _REACHES_BACK
        statistics = dict.fromkeys(_COUNTS.values(), 0) if is_told_of else {}
    is_video = "urn:li:video:" in str(inner(item, "content", "media").get("id"))
    described = {
        "post_id": urn,
        "alias": found[2],
        "account_id": account,
        "url": f"https://www.linkedin.com/feed/update/{urn}",
        "text": item.get("commentary") if isinstance(item.get("commentary"), str) else None,
        "kind": "video" if is_video else "post",
        "published_at": published,
    }
    said.post(asked_at, described, {ours: statistics.get(theirs) for ours, theirs in _COUNTS.items()})
