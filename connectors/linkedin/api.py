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
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from connectors.asking.answers import (
    ExtractBuilder,
    Question,
    inner,
    instant,
    objects,
    one_line,
    questions,
    text_at,
)
from connectors.asking.http import Http
from connectors.asking.paging import batches, is_before
from connectors.asking.protocol import Meaning, Protocol, Reply, bearer, next_midnight, token_of
from connectors.asking.pulling import PullResult, Window, Withheld
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.contract import Extract, Raw
from connectors.linkedin.export import NAME, Settings
from connectors.linkedin.little_text import plain
from connectors.settings import ConnectorSettings

__all__ = ["NAME", "Settings", "pull", "read"]

_STATISTICS = "rest/organizationalEntityShareStatistics"
_COUNTS = {"impressions": "impressionCount", "reach": "uniqueImpressionsCount", "likes": "likeCount",
           "comments": "commentCount", "shares": "shareCount", "clicks": "clickCount"}  # fmt: skip
_POST = re.compile(r"urn:li:(share|ugcPost):(\d+)")
_AT_ONCE, _STATISTICS_AT_ONCE = 100, 20
_REACHES_BACK = timedelta(days=365)
_USUAL = "LinkedIn does not answer for {account}: {message} ({code})."
_MEANINGS = {
    401: Meaning("person", "The token of {account} is dead ({code}): one lives for 60 days. Make a new one."),
    403: Meaning(
        "person",
        "The token of {account} lacks a permission ({message}): it needs r_organization_social and "
        "rw_organization_admin, of an administrator of the page.",
    ),
    426: Meaning(
        "person",
        "LinkedIn has given up version {version} of its API; set a newer month as version under [linkedin].",
    ),
    429: Meaning(
        "window",
        "LinkedIn's limit of the day is used up at {account}; the rest is for after midnight UTC.",
        opens_at=lambda: next_midnight("UTC"),
    ),
}

PERMISSIONS = {"": "r_organization_social", **dict.fromkeys((*_COUNTS, "account followers"), "rw_organization_admin")}
"""What a token has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an organisation's followers, its posts, and the figures of those that are new enough.

    Raises:
        Unanswered: there is no token, it is dead, or the day's limit is used up.
    """
    assert isinstance(settings, Settings)
    protocol = _protocol(account, settings)
    organisation = quote(f"urn:li:organization:{account}", safe="")
    withheld = _followers(http, protocol, organisation, window)
    wanted: dict[str, list[str]] = {"share": [], "ugcPost": []}
    cut = None
    try:
        for item in _listed(http, protocol, account, organisation, window.since):
            urn = _POST.fullmatch(str(item.get("id")))
            if urn and _is_wanted(item, window.since):
                wanted[urn[1]].append(urn[0])
    except Unanswered as refusal:
        if refusal.who in ("person", "window"):
            raise
        cut = refusal  # the posts that came before it keep their figures
    refused, cut_later = _statistics(http, protocol, organisation, wanted, window)
    if cut := cut or cut_later:
        raise cut
    return PullResult(withheld | refused)


def _is_wanted(item: Mapping[str, Any], since: datetime | None) -> bool:
    published = _published(item)
    return since is None or (published is not None and published >= since)


def _statistics(
    http: Http, protocol: Protocol, organisation: str, wanted: Mapping[str, Sequence[str]], window: Window
) -> tuple[dict[str, Withheld], Unanswered | None]:
    """Asks for the figures of posts: what is withheld, and why asking was cut off.

    Where all of them are refused, that costs the figures only. One question that LinkedIn does not manage to answer
    costs its own posts' figures, two in succession those of all that are left.
    """
    earlier = {metric: window.withheld[metric] for metric in _COUNTS if not window.asks_for(metric)}
    if earlier:
        return earlier, None
    refused, hopeless, has_any, cut, in_succession = list[Unanswered](), set[str](), False, None, 0
    for kind, batch in ((kind, batch) for kind, urns in wanted.items() for batch in batches(urns, _STATISTICS_AT_ONCE)):
        if kind in hopeless:
            continue
        try:
            refusal = _figures(http, protocol, organisation, kind, batch)
        except Unanswered as unanswered:
            cut, in_succession = unanswered, in_succession + 1
            if unanswered.who != "again" or in_succession > 1:
                break
            continue
        in_succession, has_any = 0, has_any or refusal is None
        refused += [refusal] if refusal else []
        if refusal and not has_any and (refusal.code == "403" or len(refused) > 1):
            hopeless.add(kind)  # whatever is asked
    if not refused or has_any:
        return {}, cut
    why, is_for_a_person = str(refused[-1]), refused[-1].who == "person"
    return {metric: window.refused(metric, why, is_for_a_person=is_for_a_person) for metric in _COUNTS}, cut


def _listed(
    http: Http, protocol: Protocol, account: str, organisation: str, since: datetime | None
) -> Iterator[dict[str, Any]]:
    """An organisation's posts by their last change, until nothing behind can be new enough: a page has no cursor."""
    finding = replace(protocol, headers={**protocol.headers, "X-RestLi-Method": SecretStr("FINDER")})
    finding = finding.of_lists("elements", f"linkedin:{account}")
    start, seen = 0, set[str]()
    while True:
        path = f"rest/posts?q=author&author={organisation}&count={_AT_ONCE}&sortBy=LAST_MODIFIED&start={start}"
        answer = http.get(finding, path)
        page = objects(answer.get("elements"))
        ids = {str(item.get("id")) for item in page}
        if ids and ids <= seen:
            raise Unanswered(f"LinkedIn gives the same page of {account} again and again.", "bug", "cursor")
        seen |= ids
        yield from page
        is_last = not page or (len(page) < _AT_ONCE and not _has_next(answer))
        if is_last or is_before([instant(item.get("lastModifiedAt")) for item in page], since):
            return
        start += len(page)


def _published(item: Mapping[str, Any]) -> datetime | None:
    return instant(item.get("publishedAt")) or instant(item.get("createdAt"))


def _followers(http: Http, protocol: Protocol, organisation: str, window: Window) -> dict[str, Withheld]:
    """Asks for the followers; whatever refuses them costs themselves only, since the posts tell what is of all."""
    name = "account followers"
    if not window.asks_for(name):
        return {name: window.withheld[name]}
    try:
        http.get(protocol, f"rest/networkSizes/{organisation}", {"edgeType": "COMPANY_FOLLOWED_BY_MEMBER"})
    except Unanswered as refusal:
        is_for_a_person, may_pass = refusal.who == "person", refusal.who in ("again", "window")
        return {name: window.refused(name, str(refusal), is_for_a_person=is_for_a_person, may_pass=may_pass)}
    return {}


def _figures(http: Http, protocol: Protocol, organisation: str, kind: str, urns: Sequence[str]) -> Unanswered | None:
    """Asks for posts' figures; one that is refused costs itself only. The refusal, where all of them are."""
    try:
        http.get(protocol, _question_for(organisation, kind, urns))
    except Unanswered as refusal:
        if not _is_of_a_part(refusal):
            raise
        middle = len(urns) // 2
        if not middle:
            return refusal
        if refusal.code == "403" and all(
            _figures(http, protocol, organisation, kind, [urn]) for urn in (urns[0], urns[-1])
        ):
            return refusal  # which is no fault of single posts
        halves = [_figures(http, protocol, organisation, kind, half) for half in (urns[:middle], urns[middle:])]
        return refusal if all(halves) else None
    return None


def _is_of_a_part(refusal: Unanswered) -> bool:
    return refusal.who == "bug" or refusal.code == "403"


def _has_next(answer: Mapping[str, Any]) -> bool:
    return any(link.get("rel") == "next" for link in objects(inner(answer, "paging").get("links")))


def _question_for(organisation: str, kind: str, urns: Sequence[str]) -> str:
    """The question in Rest.li's spelling: urns are encoded, the list's own brackets and commas are not."""
    listed = ",".join(quote(urn, safe="") for urn in urns)
    name = "shares" if kind == "share" else "ugcPosts"
    return f"{_STATISTICS}?q=organizationalEntity&organizationalEntity={organisation}&{name}=List({listed})"


def _protocol(account: str, settings: Settings) -> Protocol:
    headers = {
        **bearer(token_of(settings, NAME, account)),
        "LinkedIn-Version": SecretStr(settings.version),
        "X-Restli-Protocol-Version": SecretStr("2.0.0"),
    }
    return Protocol("LinkedIn", headers, partial(_refusal, account, settings.version))


def _refusal(account: str, version: str, reply: Reply) -> Unanswered | None:
    if reply.status < 400:
        return None
    body = reply.body if isinstance(reply.body, dict) else {}
    code = str(body.get("serviceErrorCode", body.get("code", ""))) or str(reply.status)
    message = one_line(body.get("message", "")) or reply.status
    is_too_old = "VERSION" in code.upper() and reply.status not in (401, 403)
    usual = Meaning("again" if reply.status >= 500 else "bug", _USUAL)
    meaning = _MEANINGS[426] if is_too_old else _MEANINGS.get(reply.status, usual)
    refusal = meaning.refusal(f"linkedin:{account}", code, message=message, version=version)
    if reply.status == 403:
        refusal.code = "403"  # whatever LinkedIn calls it
    return refusal


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An organisation's posts with their readings, and its followers on the day asked."""
    builder, asked_questions = ExtractBuilder(NAME), list(questions(raw))
    figures = dict(pair for question in asked_questions for pair in _figures_of_posts(question))
    for question in asked_questions:
        if "/networkSizes/" in f"/{question.path}":
            builder.account(question.asked_at, raw.account)
            builder.followers(question.asked_at, raw.account, question.body.get("firstDegreeSize"))
        elif question.path.endswith("rest/posts"):
            for item in objects(question.body.get("elements")):
                _post(builder, raw, question, item, figures)
    return builder.extract(raw, {theirs: ours for ours, theirs in _COUNTS.items()})


def _figures_of_posts(question: Question) -> Iterator[tuple[str, tuple[datetime, Mapping[str, Any] | None]]]:
    """What was told of each post that was asked for; null where a whole answer leaves it out."""
    if not question.path.endswith(_STATISTICS):
        return
    urns = [urn[0] for urn in _POST.finditer(",".join(question.params.values()))]
    elements = objects(question.body.get("elements"))
    is_cut = len(elements) < len(urns) and inner(question.body, "paging").get("count") == len(elements)
    is_whole = isinstance(question.body.get("elements"), list) and not is_cut and not _has_next(question.body)
    told = {str(item.get("share") or item.get("ugcPost")): item.get("totalShareStatistics") for item in elements}
    for urn in urns:
        statistics = told.get(urn)
        yield urn, (question.asked_at, statistics if isinstance(statistics, dict) else None if is_whole else {})


def _post(
    builder: ExtractBuilder,
    raw: Raw,
    question: Question,
    item: Mapping[str, Any],
    figures: Mapping[str, tuple[datetime, Mapping[str, Any] | None]],
) -> None:
    urn = str(item.get("id", ""))
    parts = _POST.fullmatch(urn)
    if not parts:
        builder.reject("a post whose urn is neither a share nor a ugcPost", item)
        return
    published = _published(item)
    if urn not in figures and not _is_wanted(item, raw.asked_since):
        return  # its figures were not asked for; of a pull that was cut off nobody knows, and its posts stand
    asked_at, statistics = figures.get(urn, (question.asked_at, {}))
    if statistics is None:  # nothing happened to it; or, where it is older than the figures reach, nobody says
        is_told_of = published is not None and asked_at - published < _REACHES_BACK
        statistics = dict.fromkeys(_COUNTS.values(), 0) if is_told_of else {}
    text = text_at(item, "commentary")
    is_video = "urn:li:video:" in str(inner(item, "content", "media").get("id"))
    described = {
        "post_id": urn,
        "alias": parts[2],
        "account_id": raw.account,
        "url": f"https://www.linkedin.com/feed/update/{urn}",
        "text": None if text is None else plain(text),
        "kind": "video" if is_video else "post",
        "published_at": published,
    }
    builder.post(asked_at, described, {ours: statistics.get(theirs) for ours, theirs in _COUNTS.items()})
