"""YouTube by the Data API (a video's counts) and, with the owner's permission, the Analytics API (shares, watch time).

Reference: https://developers.google.com/youtube/v3/docs (channels, playlistItems, videos),
https://developers.google.com/youtube/analytics/reference/reports/query.
Limits: 10,000 units a day until midnight US Pacific, one for each list of at most 50; Analytics tells at most 200
videos a question and lags 48 to 72 hours, so its readings are not final. With a key alone counts may be kept 30 days.
Not reported: saves, clicks, impressions, reach, paid views; whether a video is a Short; likes or comments where they
are hidden. Subscribers are rounded in public and left out.

| theirs | ours |
| --- | --- |
| viewCount, likeCount, commentCount | views, likes, comments |
| shares, estimatedMinutesWatched (from the day before publication to today) | shares, watch_seconds |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.asking import oauth
from connectors.asking.answers import ExtractBuilder, all_before, inner, instant, objects, questions, whole
from connectors.asking.http import Http
from connectors.asking.paging import pages
from connectors.asking.protocol import Protocol, Reply, bearer
from connectors.asking.pulling import PullResult, Window, Withheld
from connectors.asking.refusals import Unanswered, Who
from connectors.asking.settings import ApiSettings
from connectors.contract import HIDDEN, ConnectorSettings, Extract, Raw
from connectors.youtube.export import NAME, Settings

__all__ = ["NAME", "Settings", "pull", "read"]

_API = "youtube/v3"
_AT_ONCE, _ANALYSED_AT_ONCE = 50, 200
_ANALYTICS = ("shares", "watch_seconds")
_METRICS = {"shares": "shares", "watch_seconds": "estimatedMinutesWatched"}
_AGAIN = ("rateLimitExceeded", "userRateLimitExceeded", "backendError", "internalError")
_WINDOW = ("quotaExceeded", "dailyLimitExceeded")
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")


PERMISSIONS = {"": "a key, or youtube.readonly", **dict.fromkeys(_ANALYTICS, "yt-analytics.readonly")}
"""What a permission has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for a channel, its uploads, their counts, and with a permission for what Analytics tells of them.

    Raises:
        Unanswered: there is no way in, no such channel, or the day's quota is used up.
    """
    assert isinstance(settings, Settings)
    how = _manners(http, account, settings)
    named = {"forHandle": account} if account.startswith("@") else {"id": account}
    channels = objects(
        http.get(how, f"{_API}/channels", {"part": "snippet,contentDetails,statistics", **named}).get("items")
    )
    if not channels:
        raise Unanswered(f"YouTube knows no channel {account}; check it in reach.toml.", "person", "channelNotFound")
    related = inner(channels[0], "contentDetails", "relatedPlaylists")
    videos = list(_uploads(http, how, account, related.get("uploads"), window.since))
    for ids in _batches([own for own, _ in videos], _AT_ONCE):
        parts = "snippet,statistics,contentDetails,liveStreamingDetails"
        http.get(how, f"{_API}/videos", {"part": parts, "id": ",".join(ids), "maxResults": _AT_ONCE})
    if not settings.is_authorised(account):
        return PullResult()
    return PullResult(_analysed(http, how, settings, str(channels[0].get("id")), videos, window))


def _manners(http: Http, account: str, settings: Settings) -> Protocol:
    if settings.is_authorised(account):
        token = oauth.access_token(http, NAME, account, settings)
        headers = dict(bearer(token))
    elif settings.api_key:
        headers = {"X-Goog-Api-Key": settings.api_key}
    else:
        raise Unanswered(
            f"There is no way in for youtube:{account}: REACH_YOUTUBE__API_KEY, or the owner's permission, belongs "
            "into .env; docs/access.md says how to get them.",
            "person", "token",
        )  # fmt: skip
    return Protocol("YouTube", headers, lambda reply: _refusal(account, reply))


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    """Google's error: the reason decides, since 403 is a quota as well as a permission."""
    error = reply.body.get("error") if isinstance(reply.body, dict) else None
    if not isinstance(error, dict):
        return None
    reasons = [own.get("reason") for own in objects(error.get("errors"))]
    reason = str(next(iter(reasons), error.get("status", reply.status)))
    said = " ".join(re.sub(r"<[^>]*>", "", str(error.get("message", ""))).split())[:200]
    who: Who = "bug" if reply.status in (400, 404) else "again" if reply.status >= 500 else "person"
    sentence = f"YouTube does not answer for youtube:{account}: {said} ({reason})."
    until = None
    if reason in _WINDOW:
        who, until = "window", _midnight_pacific()
        sentence = (
            f"YouTube's quota of the day is used up at youtube:{account}; the rest is for after midnight Pacific."
        )
    elif reason in _AGAIN or (reply.status == 429 and not reasons):
        who = "again"
    elif reply.status == 401:
        reason, who = "authError", "person"
    elif reason == "keyInvalid" or said.startswith("API key not valid"):
        who = "person"
        sentence = f"YouTube refuses the key that youtube:{account} is asked with ({reason}); make a new one."
    return Unanswered(sentence, who, reason, until=until)


def _midnight_pacific() -> datetime:
    pacific = ZoneInfo("America/Los_Angeles")
    tomorrow = datetime.now(pacific).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), pacific).astimezone(UTC).replace(tzinfo=None)


def _uploads(
    http: Http, how: Protocol, account: str, playlist: object, since: datetime | None
) -> Iterator[tuple[str, datetime]]:
    """The videos of a channel, newest first, with when they were published."""
    if not isinstance(playlist, str) or not playlist:
        return

    def ask(token: str | None) -> dict[str, Any]:
        asked = {"part": "contentDetails", "playlistId": playlist, "maxResults": _AT_ONCE, "pageToken": token}
        try:
            return http.get(how, f"{_API}/playlistItems", asked)
        except Unanswered as refusal:  # a channel without videos names a list that is not there
            if refusal.code != "playlistNotFound" or token is not None:
                raise
            return {}

    for page in pages("YouTube", account, ask, _following):
        found = [inner(own, "contentDetails") for own in objects(page.get("items"))]
        times = [instant(own.get("videoPublishedAt")) for own in found]
        for own, published in zip(found, times, strict=True):
            is_new = published is not None and (since is None or published >= since)
            if published and is_new and _VIDEO.fullmatch(str(own.get("videoId"))):
                yield str(own["videoId"]), published
        if all_before([own for own in times if own], since):
            return


def _following(page: Mapping[str, Any]) -> str | None:
    token = page.get("nextPageToken")
    return token if isinstance(token, str) else None


def _analysed(
    http: Http, how: Protocol, settings: Settings, channel: str, videos: Sequence[tuple[str, datetime]], window: Window
) -> dict[str, Withheld]:
    """Asks Analytics for all metrics together; one that it refuses costs itself only."""
    withheld = {own: window.withheld[own] for own in _ANALYTICS if not window.asks_for(own)}
    for batch in _batches(list(videos), _ANALYSED_AT_ONCE):
        left = [own for own in _ANALYTICS if own not in withheld]
        if not left or _refused(http, how, settings, channel, batch, window, left) is None:
            continue
        for metric in left:
            if refusal := _refused(http, how, settings, channel, batch, window, [metric]):
                withheld[metric] = window.refused(metric, str(refusal), is_for_a_person=refusal.who == "person")
    return withheld


def _refused(
    http: Http, how: Protocol, settings: Settings, channel: str, batch: Sequence[tuple[str, datetime]], window: Window,
    metrics: Sequence[str],
) -> Unanswered | None:  # fmt: skip
    first = min(published for _, published in batch).date() - timedelta(days=1)
    asked = {
        "ids": f"channel=={channel}",
        "startDate": first.isoformat(),
        "endDate": window.now.date().isoformat(),
        "metrics": ",".join(_METRICS[own] for own in metrics),
        "dimensions": "video",
        "filters": f"video=={','.join(own for own, _ in batch)}",
        "maxResults": _ANALYSED_AT_ONCE,
    }
    try:
        http.get(how, f"{settings.analytics_url}/v2/reports", asked, units=0)
    except Unanswered as refusal:
        if refusal.who not in ("bug", "person") or refusal.code in ("authError", "401"):
            raise
        return refusal
    return None


def _batches(found: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (found[at : at + size] for at in range(0, len(found), size))


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A channel's videos with their readings."""
    said, channel, asked, came = ExtractBuilder(NAME), raw.account, set[str](), set[str]()
    for question in questions(raw):
        if question.path.endswith("/channels"):
            for item in objects(question.body.get("items"))[:1]:
                channel = str(item.get("id") or raw.account)
                snippet = inner(item, "snippet")
                said.account(
                    question.asked_at, channel, snippet.get("title"), str(snippet.get("customUrl", "")).lstrip("@")
                )
        elif question.path.endswith("/videos"):
            asked |= set(question.params.get("id", "").split(","))
            for item in objects(question.body.get("items")):
                came.add(str(item.get("id")))
                _video(said, channel, question.asked_at, item)
        elif question.path.endswith("/reports"):
            _report(said, question.asked_at, question.body)
    if missing := asked - came:
        said.notes.append(f"{len(missing)} videos of the list were not told of: deleted or private since")
    mapped = {"viewCount": "views", "likeCount": "likes", "commentCount": "comments",
              **{theirs: ours for ours, theirs in _METRICS.items()}}  # fmt: skip
    return said.extract(raw, mapped)


def _video(said: ExtractBuilder, channel: str, asked_at: datetime, item: Mapping[str, Any]) -> None:
    own_id = str(item.get("id", ""))
    if not _VIDEO.fullmatch(own_id):
        said.reject("an item that is no video", item)
        return
    snippet, counts = inner(item, "snippet"), inner(item, "statistics")
    described = {
        "post_id": own_id,
        "account_id": channel,
        "url": f"https://www.youtube.com/watch?v={own_id}",
        "text": snippet.get("title") if isinstance(snippet.get("title"), str) else None,
        "kind": "live" if isinstance(item.get("liveStreamingDetails"), dict) else "video",
        "published_at": instant(snippet.get("publishedAt")),
    }
    ours = {"views": counts.get("viewCount"), "likes": counts.get("likeCount"), "comments": counts.get("commentCount")}
    # A video has both counts, unless its owner hides them; an answer without any statistics says nothing of that.
    hidden = {name: HIDDEN for name in ("likes", "comments") if counts and ours[name] is None}
    said.post(asked_at, described, ours, hidden)


def _report(said: ExtractBuilder, asked_at: datetime, body: Mapping[str, Any]) -> None:
    """Readings of Analytics: a range that begins before a video was published is its lifetime."""
    names = [own.get("name") for own in objects(body.get("columnHeaders"))]
    ours = {theirs: own for own, theirs in _METRICS.items()}
    rows = body.get("rows")
    for row in rows if isinstance(rows, list) else ():
        cells = dict(zip(names, row, strict=False)) if isinstance(row, list) else {}
        if not _VIDEO.fullmatch(str(cells.get("video"))):
            continue
        counts: dict[str, object] = {}
        for theirs, metric in ours.items():
            if theirs in cells and metric == "shares":
                counts["shares"] = cells[theirs]
            elif theirs in cells and (minutes := whole(cells[theirs])) is not None:
                counts["watch_ms"] = minutes * 60_000
        said.reading(asked_at, str(cells["video"]), counts, is_final=False)
