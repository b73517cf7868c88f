"""YouTube by the Data API (a video's counts) and, with the owner's permission, the Analytics API (shares, watch time).

What a video is, ``videos.list`` tells once, and again every thirty nights; between, counts are read by
``batchGetStats``.

Reference: https://developers.google.com/youtube/v3/docs (channels, playlistItems, videos),
https://developers.google.com/youtube/analytics/reference/reports/query.
Limits: 10,000 units a day until midnight US Pacific, one for each list of at most 50, and 10,000 more for
``batchGetStats`` alone; Analytics tells at most 200 videos a question and lags 48 to 72 hours, so its readings are
not final. With a key alone counts may be kept 30 days.
Not reported: saves, clicks, impressions, reach, paid views; whether a video is a Short; likes or comments where they
are hidden. Subscribers are rounded in public and left out.

| theirs | ours |
| --- | --- |
| viewCount, likeCount, commentCount | views, likes, comments |
| viewerPercentage by ageGroup and gender, views by country | parts of the audience |
| shares, estimatedMinutesWatched (from the day before publication to today) | shares, watch_seconds |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectors.asking import oauth
from connectors.asking.answers import ExtractBuilder, inner, instant, objects, one_line, questions, text_at, whole
from connectors.asking.http import Http
from connectors.asking.paging import back_to, batches, cursor_at, pages
from connectors.asking.protocol import Meaning, Protocol, Reply, bearer, next_midnight
from connectors.asking.pulling import PullResult, Window, Withheld
from connectors.asking.refusals import Unanswered, Who
from connectors.asking.settings import ApiSettings
from connectors.asking.ways import Ways
from connectors.audiences import ACCOUNT_AUDIENCE
from connectors.contract import HIDDEN, Extract, Raw
from connectors.settings import ConnectorSettings
from connectors.youtube import audience
from connectors.youtube.export import NAME, Settings

__all__ = ["NAME", "Settings", "pull", "read"]

_API = "youtube/v3"
_AT_ONCE, _ANALYSED_AT_ONCE = 50, 200
_EVERY_NIGHTS = 30
"""Once in so many a video is told of again: it may have been private whenever it was to be told of."""
_PARTS = "snippet,statistics,contentDetails,liveStreamingDetails"
_COUNTS = ("views", "likes", "comments")
_ANALYTICS = ("shares", "watch_seconds")
_METRICS = {"shares": "shares", "watch_seconds": "estimatedMinutesWatched"}
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_USUAL = "YouTube does not answer for {account}: {message} ({reason})."
_QUOTA_USED_UP = Meaning(
    "window",
    "YouTube's quota of the day is used up at {account}; the rest is for after midnight Pacific.",
    opens_at=lambda: next_midnight("America/Los_Angeles"),
)
_KEY_REFUSED = Meaning("person", "YouTube refuses the key that {account} is asked with ({reason}); make a new one.")
_MEANINGS = {
    **dict.fromkeys(("quotaExceeded", "dailyLimitExceeded"), _QUOTA_USED_UP),
    **dict.fromkeys(
        ("rateLimitExceeded", "userRateLimitExceeded", "backendError", "internalError"), Meaning("again", _USUAL)
    ),
}

PERMISSIONS = {
    "": "a key, or youtube.readonly",
    **dict.fromkeys((*_ANALYTICS, ACCOUNT_AUDIENCE), "yt-analytics.readonly"),
}
"""What a permission has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for a channel, its uploads, their counts, and with a permission for what Analytics tells of them.

    Raises:
        Unanswered: there is no way in, no such channel, or the day's quota is used up.
    """
    assert isinstance(settings, Settings)
    protocol = _protocol(http, account, settings)
    named = {"forHandle": account} if account.startswith("@") else {"id": account}
    params = {"part": "snippet,contentDetails,statistics", **named}
    channels = objects(http.get(protocol, f"{_API}/channels", params).get("items"))
    if not channels:
        raise Unanswered(f"YouTube knows no channel {account}; check it in reach.toml.", "person", "channelNotFound")
    related = inner(channels[0], "contentDetails", "relatedPlaylists")
    videos = list(_uploads(http, protocol, account, related.get("uploads"), window.since))
    told_of = [
        video
        for video, published in videos
        if window.was_described(published) and not window.is_turn_of(video, _EVERY_NIGHTS)
    ]
    not_told = _counted_apart(http, protocol, told_of)
    withheld = _told(http, protocol, [video for video, _ in videos if video not in told_of] + not_told, window)
    if settings.is_authorised(account):
        channel = str(channels[0].get("id"))
        withheld |= _analysed(http, protocol, settings, channel, videos, window)
        withheld |= audience.pull(http, protocol, settings.analytics_url, channel, window)
    return PullResult(withheld)


def _told(http: Http, protocol: Protocol, videos: Sequence[str], window: Window) -> dict[str, Withheld]:
    """Asks what videos are, and for their counts. Parts that are refused cost what they tell."""
    asks_for_counts = window.asks_for("views")
    ways = Ways([*((_PARTS, "snippet,statistics") if asks_for_counts else ()), "snippet"])
    for ids in batches(videos, _AT_ONCE):
        ways.ask(partial(_tell, http, protocol, ids))
    if not asks_for_counts:
        return {metric: window.withheld[metric] for metric in _COUNTS if metric in window.withheld}
    if ways.now != "snippet" or ways.refused is None:
        return {}
    why, is_for_a_person = str(ways.refused), ways.refused.who == "person"
    return {metric: window.refused(metric, why, is_for_a_person=is_for_a_person) for metric in _COUNTS}


def _tell(http: Http, protocol: Protocol, videos: Sequence[str], part: str) -> None:
    http.get(protocol, f"{_API}/videos", {"part": part, "id": ",".join(videos), "maxResults": _AT_ONCE})


def _counted_apart(http: Http, protocol: Protocol, videos: Sequence[str]) -> list[str]:
    """Asks for the counts of videos at the cost of another quota; those that it does not tell.

    An answer may leave videos out, also some that are there: ``videos.list`` says which are.
    """
    came = set[str]()
    for ids in batches(videos, _AT_ONCE):
        params = {"part": "statistics", "id": ",".join(ids)}
        try:
            answer = http.get(protocol, f"{_API}/videos:batchGetStats", params, units=0)
        except Unanswered:  # whatever it is, it costs this way only: videos.list is asked, and says what is wrong
            break
        came |= {str(item.get("id")) for item in objects(answer.get("items"))}
    return [video for video in videos if video not in came]


def _protocol(http: Http, account: str, settings: Settings) -> Protocol:
    if settings.is_authorised(account):
        token = oauth.access_token(http, NAME, account, settings, "Google")
        headers = dict(bearer(token))
    elif settings.api_key:
        headers = {"X-Goog-Api-Key": settings.api_key}
    else:
        raise Unanswered(
            f"There is no way in for youtube:{account}: REACH_YOUTUBE__API_KEY, or the owner's permission, belongs "
            "into .env; docs/access.md says how to get them.",
            "person", "token",
        )  # fmt: skip
    return Protocol("YouTube", headers, partial(_refusal, account))


def _refusal(account: str, reply: Reply) -> Unanswered | None:
    """Google's error: the reason decides, since 403 is a quota as well as a permission."""
    if reply.error is None:
        return None
    reasons = [error.get("reason") for error in objects(reply.error.get("errors"))]
    reason = code = str(next(iter(reasons), reply.error.get("status", reply.status)))
    message = one_line(re.sub(r"<[^>]*>", "", str(reply.error.get("message", ""))))
    if reason in _MEANINGS:
        meaning = _MEANINGS[reason]
    elif reply.status == 429 and not reasons:
        meaning = Meaning("again", _USUAL)
    elif reply.status == 401:
        meaning, code = Meaning("person", _USUAL), "authError"
    elif reason == "keyInvalid" or message.startswith("API key not valid"):
        meaning = _KEY_REFUSED
    else:
        who: Who = "bug" if reply.status in (400, 404) else "again" if reply.status >= 500 else "person"
        meaning = Meaning(who, _USUAL)
    return meaning.refusal(f"youtube:{account}", code, reason=reason, message=message)


def _uploads(
    http: Http, protocol: Protocol, account: str, playlist: object, since: datetime | None
) -> Iterator[tuple[str, datetime]]:
    """The videos of a channel, newest first, with when they were published."""
    if not isinstance(playlist, str) or not playlist:
        return

    def ask(token: str | None) -> dict[str, Any]:
        params = {"part": "snippet,contentDetails", "playlistId": playlist, "maxResults": _AT_ONCE, "pageToken": token}
        try:
            return http.get(protocol, f"{_API}/playlistItems", params)
        except Unanswered as refusal:  # a channel without videos names a list that is not there
            if refusal.code != "playlistNotFound" or token is not None:
                raise
            return {}

    def times(page: Mapping[str, Any]) -> list[datetime]:
        return [published for _, published in _dated(page)]

    for page in back_to(since, times, pages("YouTube", account, ask, cursor_at("nextPageToken"))):
        for video, published in _dated(page):
            if (since is None or published >= since) and _VIDEO.fullmatch(video):
                yield video, published


def _dated(page: Mapping[str, Any]) -> list[tuple[str, datetime]]:
    """The videos of a page of uploads that were published, and when."""
    details = [inner(item, "contentDetails") for item in objects(page.get("items"))]
    return [(str(item.get("videoId")), at) for item in details if (at := instant(item.get("videoPublishedAt")))]


def _analysed(
    http: Http, protocol: Protocol, settings: Settings, channel: str, videos: Sequence[tuple[str, datetime]],
    window: Window,
) -> dict[str, Withheld]:  # fmt: skip
    """Asks Analytics for all metrics together; one that it refuses costs itself only."""
    withheld = {metric: window.withheld[metric] for metric in _ANALYTICS if not window.asks_for(metric)}
    for batch in batches(videos, _ANALYSED_AT_ONCE):
        left = [metric for metric in _ANALYTICS if metric not in withheld]
        if not left or _refused(http, protocol, settings, channel, batch, window, left) is None:
            continue
        for metric in left:
            if refusal := _refused(http, protocol, settings, channel, batch, window, [metric]):
                withheld[metric] = window.refused(metric, str(refusal), is_for_a_person=refusal.who == "person")
    return withheld


def _refused(
    http: Http, protocol: Protocol, settings: Settings, channel: str, batch: Sequence[tuple[str, datetime]],
    window: Window, metrics: Sequence[str],
) -> Unanswered | None:  # fmt: skip
    first = min(published for _, published in batch).date() - timedelta(days=1)
    params = {
        "ids": f"channel=={channel}",
        "startDate": first.isoformat(),
        "endDate": window.now.date().isoformat(),
        "metrics": ",".join(_METRICS[metric] for metric in metrics),
        "dimensions": "video",
        "filters": f"video=={','.join(video for video, _ in batch)}",
        "maxResults": _ANALYSED_AT_ONCE,
    }
    try:
        http.get(protocol, f"{settings.analytics_url}/v2/reports", params, units=0)
    except Unanswered as refusal:
        if refusal.who not in ("bug", "person") or refusal.code in ("authError", "401"):
            raise
        return refusal
    return None


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A channel's videos with their readings."""
    builder, channel = ExtractBuilder(NAME), raw.account
    wanted, came = set[str](), set[str]()
    listed: dict[str, dict[str, Any]] = {}
    for question in questions(raw):
        if question.path.endswith("/channels"):
            for item in objects(question.body.get("items"))[:1]:
                channel = text_at(item, "id") or raw.account
                snippet = inner(item, "snippet")
                builder.account(
                    question.asked_at, channel, snippet.get("title"), str(snippet.get("customUrl", "")).lstrip("@")
                )
        elif question.path.endswith("/playlistItems"):
            items = objects(question.body.get("items"))
            listed |= {str(inner(item, "contentDetails").get("videoId")): item for item in items}
        elif question.path.endswith("/videos:batchGetStats"):
            for item in objects(question.body.get("items")):
                _told_of_before(builder, channel, question.asked_at, item, listed.get(str(item.get("id")), {}))
        elif question.path.endswith("/videos"):
            wanted |= set(question.params.get("id", "").split(","))
            for item in objects(question.body.get("items")):
                came.add(str(item.get("id")))
                _video(builder, channel, question.asked_at, item)
        elif question.path.endswith("/reports") and not audience.read(builder, channel, question):
            _report(builder, question.asked_at, question.body)
    if missing := wanted - came:
        videos = "1 video of the list was" if len(missing) == 1 else f"{len(missing)} videos of the list were"
        builder.notes.append(f"{videos} not told of: deleted or private since")
    mapped = {"viewCount": "views", "likeCount": "likes", "commentCount": "comments",
              **{theirs: ours for ours, theirs in _METRICS.items()}}  # fmt: skip
    return builder.extract(raw, mapped)


def _video(builder: ExtractBuilder, channel: str, asked_at: datetime, item: Mapping[str, Any]) -> None:
    video = str(item.get("id", ""))
    if not _VIDEO.fullmatch(video):
        builder.reject("an item that is no video", item)
        return
    snippet = inner(item, "snippet")
    described = {
        "post_id": video,
        "account_id": channel,
        "url": f"https://www.youtube.com/watch?v={video}",
        "text": text_at(snippet, "title"),
        "kind": "live" if isinstance(item.get("liveStreamingDetails"), dict) else "video",
        "published_at": instant(snippet.get("publishedAt")),
    }
    _reading(builder, asked_at, described, inner(item, "statistics"))


def _told_of_before(
    builder: ExtractBuilder, channel: str, asked_at: datetime, item: Mapping[str, Any], listed: Mapping[str, Any]
) -> None:
    """The counts of a video of which an earlier pull told what it is, and its title as it is listed now."""
    video = str(item.get("id", ""))
    if not _VIDEO.fullmatch(video):
        builder.reject("an item that is no video", item)
        return
    described = {
        "post_id": video,
        "account_id": channel,
        "url": f"https://www.youtube.com/watch?v={video}",
        "text": text_at(listed, "snippet", "title"),
        "published_at": instant(inner(listed, "contentDetails").get("videoPublishedAt")),
    }
    _reading(builder, asked_at, described, inner(item, "statistics"))


def _reading(
    builder: ExtractBuilder, asked_at: datetime, described: Mapping[str, object], counts: Mapping[str, Any]
) -> None:
    ours = {"views": counts.get("viewCount"), "likes": counts.get("likeCount"), "comments": counts.get("commentCount")}
    # A video has both counts, unless its owner hides them; an answer without any statistics says nothing of that.
    hidden = {name: HIDDEN for name in ("likes", "comments") if counts and ours[name] is None}
    builder.post(asked_at, described, ours, hidden)


def _report(builder: ExtractBuilder, asked_at: datetime, body: Mapping[str, Any]) -> None:
    """Readings of Analytics: a range that begins before a video was published is its lifetime."""
    names = [str(head.get("name")) for head in objects(body.get("columnHeaders"))]
    metrics = {theirs: ours for ours, theirs in _METRICS.items()}
    rows = body.get("rows")
    for row in rows if isinstance(rows, list) else ():
        cells = dict(zip(names, row, strict=False)) if isinstance(row, list) else {}
        if not _VIDEO.fullmatch(str(cells.get("video"))):
            continue
        counts: dict[str, object] = {}
        for theirs, metric in metrics.items():
            if theirs in cells and metric == "shares":
                counts["shares"] = cells[theirs]
            elif theirs in cells and (minutes := whole(cells[theirs])) is not None:
                counts["watch_ms"] = minutes * 60_000
        builder.reading(asked_at, str(cells["video"]), counts, is_final=False)
