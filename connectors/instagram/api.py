"""Instagram of professionals by the Graph API: media, reels, stories while they live, and an account's days.

Reference: https://developers.facebook.com/docs/instagram-platform/reference/instagram-media/insights and
.../instagram-user (media, stories, insights).
Limits: 4,800 calls a day for each display of the account's content; lists by 100, of at most the 10,000 newest.
Insights that every kind has come with the list; what reels and stories have is asked for in batches of 50, each item
of which counts as a call. Stories answer for 24 hours. The Instagram Login answers the same at graph.instagram.com.
Not reported: impressions of media since July 2024. `views` are organic; `total_views` add what was promoted and what
Facebook showed, so that the paid part alone is not known. Children of an album have no figures.

| theirs | ours |
| --- | --- |
| views, reach, shares, saved | views, reach, shares, saves |
| like_count, comments_count; replies of stories | likes, comments |
| link_clicks (stories) | clicks |
| ig_reels_video_view_total_time, in milliseconds (reels) | watch_seconds |
| reach by day, followers_count on the day asked | reach, followers |
| follower_demographics | parts of the audience |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from connectors.asking.answers import ExtractBuilder, Question, instant, text_at, whole
from connectors.asking.http import Http
from connectors.asking.protocol import Protocol
from connectors.asking.pulling import PullResult, Window
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.asking.ways import Ways
from connectors.audiences import ACCOUNT_AUDIENCE, NIGHTS
from connectors.contract import Extract, Raw
from connectors.instagram import audience
from connectors.instagram.export import NAME, Settings
from connectors.meta import errors, graph
from connectors.meta.batch import FiguresAlone, ask_alone, figures_alone
from connectors.meta.graph import insights, items
from connectors.meta.one_by_one import Refusals
from connectors.meta.parts import Parts, pull_result
from connectors.meta.posts import Fields, PostList
from connectors.settings import ConnectorSettings

__all__ = ["NAME", "Settings", "pull", "read"]

_FIXED = ("id", "media_product_type", "timestamp")
_TOLD = {"post kind": "media_type", "post link": "permalink,shortcode", "post text": "caption"}
_MEDIA = Fields(
    _FIXED,
    {"likes": "like_count", "comments": "comments_count"},
    {"views": "views", "reach": "reach", "shares": "shares", "saves": "saved"},
    told=_TOLD,
)
_STORY = {"views": "views", "reach": "reach", "shares": "shares", "comments": "replies", "clicks": "link_clicks"}
_STORY_FIELDS = Fields(_FIXED, {}, {f"story {metric}": theirs for metric, theirs in _STORY.items()}, told=_TOLD)
_REEL = {"watch_seconds": "ig_reels_video_view_total_time"}
_PROFILE = {"account name": "username,name", "account followers": "followers_count"}
_DAYS = timedelta(days=28)  # of which reach may be restated; a question is for 30 at most
_KEPT = timedelta(days=90)
_TOO_FEW_VIEWERS = "10"  # refuses a story whole


PERMISSIONS = {
    "": "instagram_basic",
    **dict.fromkeys(
        (*_MEDIA.insights, *_REEL, "account reach", ACCOUNT_AUDIENCE, *_STORY_FIELDS.insights),
        "instagram_manage_insights",
    ),
}
"""What a token has to allow for each metric."""


def pull(http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult:
    """Asks for an account, its media and live stories, reels' watch time, and its reach by day.

    Raises:
        Unanswered: the account itself, or its media, were refused.
    """
    assert isinstance(settings, Settings)
    protocol = graph.protocol(NAME, settings, account)
    path = f"{settings.version}/{account}"
    parts_of = partial(
        Parts, window=window, permissions=PERMISSIONS, check=partial(http.check, protocol, path, {"fields": "id"})
    )

    profile = parts_of(tuple(_PROFILE))
    profile.settle(partial(_ask_profile, http, protocol, path))

    days = parts_of(("account reach",))
    for start, end in days.spans_of_days(_DAYS, _KEPT, _DAYS):  # what only old days lack is withheld of no other
        days.settle(partial(_ask_days, http, protocol, f"{path}/insights", start, end))

    followers = parts_of((ACCOUNT_AUDIENCE,))
    if window.is_turn_of(account, NIGHTS):
        audience.pull(http, protocol, path, followers)

    media, refusals = parts_of(_MEDIA.parts), Refusals(window)
    walk = PostList(
        http, protocol, f"{path}/media", _MEDIA, media, refusals, "timestamp", window.since,
        is_permitted="account reach" in days.wanted,
    )  # fmt: skip
    reels: list[str] = []
    for page in walk.pages():
        reels += [str(item.get("id")) for item in items([page]) if item.get("media_product_type") == "REELS"]

    stories, listed = parts_of(tuple(_STORY_FIELDS.insights)), parts_of(("stories",))
    live = PostList(
        http, protocol, f"{path}/stories", _STORY_FIELDS, stories, refusals, "timestamp", harmless=_TOO_FEW_VIEWERS
    )
    listed.attempt("stories", partial(_ask_stories, http, protocol, live))

    watched = parts_of(tuple(_REEL))
    if watched.wanted:
        _ask_reels(http, protocol, settings.version, watched, refusals, reels)
    return pull_result(profile, days, followers, media, listed, stories, watched, refused_posts=refusals.result())


def _ask_profile(http: Http, protocol: Protocol, path: str, parts: Sequence[str]) -> None:
    http.get(protocol, path, {"fields": ",".join(("id", *(_PROFILE[part] for part in parts)))})


def _ask_stories(http: Http, protocol: Protocol, live: PostList) -> None:
    ways = Ways([",".join((*_FIXED, *_TOLD.values())), ",".join(_FIXED)])
    pages = graph.walked(http, protocol, live.path, ways)
    stories = [str(item.get("id")) for page in pages for item in items([page])]
    live.parts.withhold(live.ask_alone(stories, dict.fromkeys(live.parts.wanted)))


def _ask_days(http: Http, protocol: Protocol, path: str, start: date, end: date, parts: Sequence[str]) -> None:
    if parts:
        span = {"since": start.isoformat(), "until": end.isoformat()}
        http.get(protocol, path, {"metric": "reach", "period": "day", "metric_type": "time_series", **span})


def _ask_reels(
    http: Http, protocol: Protocol, version: str, watched: Parts, refusals: Refusals, reels: Sequence[str]
) -> None:
    """Asks reels for how long they were watched. One that is refused costs itself only, the metric where all are."""
    ((metric, theirs),) = _REEL.items()
    wanted = [(reel, (theirs,)) for reel in reels if metric not in refusals.of_post(reel)]
    refused = ask_alone(http, protocol, version, watched, wanted)
    if isinstance(refused, Unanswered):
        watched.withhold({metric: refused})
        return
    # A reel that refuses other figures, too, or of which it is said that it is the one, tells nothing of the metric.
    telling = [
        why for (reel, _), why in refused.items() if not refusals.of_post(reel) and not errors.is_of_one_post(why)
    ]
    if telling and len(refused) == len(wanted):
        watched.withhold({metric: telling[0]})
        return
    for (reel, _), why in refused.items():
        if not errors.is_gone(why):
            refusals.add(reel, {metric: why})


# --------------------------------------------------------------------------- reading


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """An account's media and stories with their readings, and its figures by day."""
    assert isinstance(settings, Settings)
    builder, asked_questions = ExtractBuilder(NAME), graph.questions_of(raw)
    alone = figures_alone(asked_questions, NAME, {**_MEDIA.insights, **_REEL, **_STORY})
    for question in asked_questions:
        number, _, edge = question.path.partition("/")
        if edge == "insights" and number != raw.account:  # so stories were asked until 28 November 2026
            alone.insights.setdefault(number, {"data": []})["data"] += items([question.body])
    profiles = (question.body.get("followers_count") for question in asked_questions if question.path == raw.account)
    followers = whole(next(profiles, None))
    for question in asked_questions:
        if question.path == raw.account:
            builder.account(question.asked_at, raw.account, question.body.get("name"), question.body.get("username"))
            builder.followers(question.asked_at, raw.account, question.body.get("followers_count"))
        elif question.path in (f"{raw.account}/media", f"{raw.account}/stories"):
            for item in items([question.body]):
                _post(builder, raw.account, question, item, alone, is_story=question.path.endswith("/stories"))
        elif question.path == f"{raw.account}/insights" and audience.is_asked_for(question):
            audience.read(builder, raw.account, question, followers)
        elif question.path == f"{raw.account}/insights":
            graph.figures_by_day(builder, raw.account, question, settings.source_zone, {"reach": "reach"})
    fields = (_STORY, _MEDIA.insights, _REEL, _MEDIA.counts)
    return builder.extract(raw, {theirs: ours for metrics in fields for ours, theirs in metrics.items()})


def _post(
    builder: ExtractBuilder, account: str, question: Question, item: Mapping[str, Any],
    alone: FiguresAlone, *, is_story: bool,
) -> None:  # fmt: skip
    number = str(item.get("id", ""))
    if not number.isdecimal():
        builder.reject("media without an id", item)
        return
    is_reel, is_video = item.get("media_product_type") == "REELS", item.get("media_type") == "VIDEO"
    described = {
        "post_id": number,
        "alias": None if is_story else text_at(item, "shortcode") or None,
        "account_id": account,
        "url": text_at(item, "permalink"),
        "text": text_at(item, "caption"),
        "kind": "story" if is_story else "short" if is_reel else "video" if is_video else "post",
        "published_at": instant(item.get("timestamp")),
    }
    values = {**insights(item), **insights({"insights": alone.insights.get(number)})}
    counts = {metric: values.get(theirs) for metric, theirs in (_STORY if is_story else _MEDIA.insights).items()}
    counts["likes"] = item.get("like_count")
    if not is_story:
        counts |= {"comments": item.get("comments_count"), "watch_ms": values.get(_REEL["watch_seconds"])}
    why = alone.why_unknown(number, {**counts, "watch_seconds": counts.get("watch_ms")})
    builder.post(question.asked_at, described, counts, why)
