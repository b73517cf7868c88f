from __future__ import annotations

import json
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

from connectors.asking.pulling import Window
from connectors.contract import Answer, Raw
from connectors.youtube import api as youtube_api
from connectors.youtube import export as youtube
from tests.connectors.conftest import NOW, Ask, Pulled, raw_of
from tests.connectors.youtube.server import ACCESS, KEY, REFRESH, YouTube, video_id
from tests.platforms.server import Server
from tests.platforms.world import Account

CHANNEL = "UCmekongmekongmekongmeko"


def channel(videos: int = 3) -> YouTube:
    return YouTube({CHANNEL: Account(CHANNEL, "mekongradio").with_posts(videos, NOW)})


def by_key(ask: Ask, server: Server, account: str = CHANNEL, **more: Any) -> Pulled:
    return ask(server, "youtube", account, api_key=KEY, token=None, **more)


def by_permission(ask: Ask, server: Server, **more: Any) -> Pulled:
    base = server.base_url("youtube")
    platform = {
        "client_id": "app",
        "client_secret": "app-secret/1",
        "refresh_token": REFRESH,
        "token_url": f"{base}/token",
    }
    return ask(server, "youtube", CHANNEL, token=None, analytics_url=base, **platform, **more)


def test_a_key_gives_public_counts_and_the_rest_stays_unknown(serve, ask: Ask) -> None:
    post = by_key(ask, serve(youtube=channel())).post("-v000000003")
    assert [post[name] for name in ("views", "likes", "comments")] == [1003, 3, 3]
    assert [post[name] for name in ("shares", "watch_ms", "reach", "saves", "impressions")] == [None] * 5
    assert (post["account_id"], post["kind"], post["text"], post["published_at"]) == (
        CHANNEL,
        "video",
        "Post 3 #forum",
        NOW,
    )


def test_the_owners_permission_gives_shares_and_watch_time_which_are_not_final(serve, ask: Ask) -> None:
    done = by_permission(ask, serve(youtube=channel()))
    daily = done.extract.observations.filter(post_id="-v000000003").sort("row")
    assert daily["shares"].drop_nulls().to_list() == [0]
    assert daily["watch_ms"].drop_nulls().to_list() == [3000 * 60_000]
    assert daily.filter(daily["views"].is_null())["is_final"].to_list() == [False]


def test_a_video_of_the_api_and_of_studios_table_is_one_post(serve, ask: Ask) -> None:
    table = f'Content,Video title,Views\n" {video_id(channel().channels[CHANNEL].posts[0])}",x,5\n'
    exported = youtube.read(raw_of(table.encode()), youtube.Settings()).posts["post_id"].to_list()
    assert exported == [by_key(ask, serve(youtube=channel())).extract.posts["post_id"][0]]


@pytest.mark.parametrize("account", [CHANNEL, "@mekongradio"])
def test_a_channel_goes_by_its_id_or_handle(serve, ask: Ask, account: str) -> None:
    accounts = by_key(ask, serve(youtube=channel()), account).extract.accounts
    assert accounts.select("account_id", "name", "username").rows() == [(CHANNEL, "Mekong Radio", "mekongradio")]


def test_hidden_counts_are_unknown_and_lives_are_live(serve, ask: Ask) -> None:
    platform = channel()
    platform.hidden, platform.live = {"likeCount", "commentCount"}, {"-v000000002"}
    done = by_key(ask, serve(youtube=platform))
    assert [done.post("-v000000002")[name] for name in ("likes", "comments", "views", "kind")] == [
        None,
        None,
        1002,
        "live",
    ]


def test_a_thousand_videos_take_forty_one_questions_and_five_more_with_analytics(serve, ask: Ask) -> None:
    server = serve(youtube=channel(1000))
    done = by_key(ask, server)
    assert (done.extract.posts.height, done.requests, done.units) == (1000, 41, 41)
    assert by_permission(ask, server).requests == 41 + 1 + 5
    assert by_key(ask, server, window=Window(NOW, NOW - timedelta(days=14))).requests == 1 + 3 + 2


TOMORROW = NOW + timedelta(days=1)


def told_before(since: datetime | None = NOW - timedelta(days=400), first: datetime = datetime.min) -> Window:
    return Window(TOMORROW, since, described=(first, NOW))


def test_a_video_that_was_told_of_is_counted_at_the_cost_of_another_quota(serve, ask: Ask) -> None:
    server = serve(youtube=channel(1000))
    done = by_key(ask, server, window=told_before())
    assert (done.extract.posts["post_id"].n_unique(), done.requests, done.units) == (1000, 1 + 20 + 20 + 1, 1 + 20 + 1)
    old, new = done.post("-v000000500"), done.post("-v000001000")
    assert [old[name] for name in ("views", "likes", "comments", "text", "kind")] == [
        1500,
        0,
        3,
        "Post 500 #forum",
        None,
    ]
    assert (old["published_at"], new["kind"]) == (NOW - timedelta(hours=6 * 500), "video")


@pytest.mark.parametrize(
    ("window", "apart"),
    [
        (told_before(), 2),
        (told_before(None), 0),
        (told_before(first=NOW - timedelta(hours=54)), 1),
        (Window(TOMORROW, NOW - timedelta(days=400)), 0),
    ],
)
def test_what_a_video_is_is_asked_while_it_is_new_and_where_no_pull_asked_for_it(
    serve, ask: Ask, window: Window, apart: int
) -> None:
    """Eleven videos, one every six hours: that of 48 hours ago, the ninth, is still new."""
    platform = channel(11)
    by_key(ask, serve(youtube=platform), window=window)
    told = [len(body["items"]) for method, body in platform.answered if method == "youtube.videos.batchGetStats"]
    assert sum(told) == apart


def test_what_a_video_is_is_asked_again_in_one_night_of_thirty(serve, ask: Ask) -> None:
    """Else one that was private in every pull that is kept, and is public again, would stay without its kind."""
    platform = channel(40)
    server, told_on = serve(youtube=platform), dict[str, int]()
    for day in range(30):
        now = TOMORROW + timedelta(days=20 + day)
        by_key(ask, server, window=Window(now, NOW - timedelta(days=400), described=(datetime.min, now)))
    for question in server.questions:
        for video in question.params["id"].split(",") if question.path.endswith("/videos") else ():
            told_on[video] = told_on.get(video, 0) + 1
    assert (len(told_on), set(told_on.values())) == (40, {1})


@pytest.mark.parametrize("fault", ["its quota", "left out", "gone", "hidden"])
def test_what_is_not_counted_apart_is_asked_for_with_the_rest(serve, ask: Ask, fault: str) -> None:
    platform, video = channel(20), "-v000000003"
    platform.stats = 0 if fault == "its quota" else 10
    platform.left_out, platform.gone = {video} if fault == "left out" else set(), {video} if fault == "gone" else set()
    platform.hidden = {"likeCount"} if fault == "hidden" else set()
    done = by_key(ask, serve(youtube=platform), window=told_before())
    assert done.refusal is None
    if fault == "gone":
        assert done.extract.posts.height == 19
        assert done.extract.notes == ("1 video of the list was not told of: deleted or private since",)
    else:
        post = done.post(video)
        assert (done.extract.posts.height, post["views"], post["likes"]) == (20, 1003, None if fault == "hidden" else 3)
        assert (post["unknown_because"] is None) == (fault != "hidden")


def test_counts_of_what_is_no_video_are_of_no_post() -> None:
    url = "GET https://youtube.example/youtube/v3/videos:batchGetStats?part=statistics&id=-v000000003"
    items = [{"statistics": {"viewCount": "7"}}, {"id": 5, "statistics": {}}, {"id": "-v000000003", "statistics": 1}]
    report = {"columnHeaders": [{"name": ["video"]}, {"name": "shares"}], "rows": [["-v000000003", 4]]}
    bodies = {url: {"items": items}, "GET https://youtube.example/v2/reports?ids=1": report}
    answers = tuple(Answer(endpoint, NOW, json.dumps(body).encode()) for endpoint, body in bodies.items())
    raw = Raw("api/youtube", b"", NOW, NOW, connector="youtube", account=CHANNEL, answers=answers)
    extract = youtube_api.read(raw, youtube.Settings())
    assert extract.posts["post_id"].to_list() == ["-v000000003"]
    assert extract.observations["shares"].to_list() == [None]
    assert extract.rejects["reason"].to_list() == ["an item that is no video"] * 2


def test_videos_that_are_gone_are_counted(serve, ask: Ask) -> None:
    platform = channel()
    platform.gone = {"-v000000001"}
    assert by_key(ask, serve(youtube=platform)).extract.notes == (
        "1 video of the list was not told of: deleted or private since",
    )


@pytest.mark.parametrize(("refused", "lost"), [("shares", "shares"), ("estimatedMinutesWatched", "watch_seconds")])
def test_what_analytics_refuses_costs_itself_only(serve, ask: Ask, refused: str, lost: str) -> None:
    platform = channel()
    platform.refused = {refused}
    done = by_permission(ask, serve(youtube=platform))
    assert list(done.withheld) == [lost]
    other = "watch_ms" if lost == "shares" else "shares"
    assert done.extract.observations[other].count() == 3


def test_a_quota_that_is_used_up_leaves_the_rest_for_after_midnight(serve, ask: Ask) -> None:
    platform = channel(1000)
    platform.units = 30
    done = by_key(ask, serve(youtube=platform))
    assert done.refusal is not None
    assert (done.refusal.who, "quota" in str(done.refusal), "<a" in str(done.refusal)) == ("window", True, False)
    assert done.refusal.until is not None
    assert len(done.answers) == 30


def test_a_permission_that_was_taken_back_names_the_channel(serve, ask: Ask) -> None:
    platform = channel()
    platform.is_revoked = True
    refusal = by_permission(ask, serve(youtube=platform)).refusal
    assert refusal is not None
    assert (refusal.who, f"youtube:{CHANNEL}" in str(refusal), "taken back" in str(refusal)) == ("person", True, True)


def test_a_wrong_key_and_a_channel_that_is_none_need_a_person(serve, ask: Ask) -> None:
    server = serve(youtube=channel())
    refusals = [
        ask(server, "youtube", CHANNEL, api_key="AIza-other", token=None).refusal,
        by_key(ask, server, "UCnobody").refusal,
        ask(server, "youtube", CHANNEL, token=None).refusal,
    ]
    assert [refusal.who for refusal in refusals if refusal] == ["person"] * 3


def test_secrets_are_in_headers_and_in_no_answer(serve, ask: Ask) -> None:
    server = serve(youtube=channel())
    done = by_permission(ask, server), by_key(ask, server)
    secrets = (KEY, ACCESS, REFRESH, "app-secret/1")
    assert not [
        answer
        for each in done
        for answer in each.answers
        if any(s in answer.endpoint or s.encode() in answer.content for s in secrets)
    ]
    assert not [question for question in server.questions if any(s in str(question.params) for s in secrets)]


def test_with_a_key_alone_counts_are_kept_for_less_than_thirty_days() -> None:
    assert youtube.Settings(api_key=KEY).days_kept(CHANNEL) == 29
    assert youtube.Settings(api_key=KEY, keep_days=10).days_kept(CHANNEL) == 10
    assert youtube.Settings(refresh_token=REFRESH).days_kept(CHANNEL) is None
    both = youtube.Settings(api_key=KEY, refresh_tokens={CHANNEL: REFRESH})
    assert (both.days_kept(CHANNEL), both.days_kept("UCother")) == (None, 29)


def test_a_channel_without_videos_is_no_failure(serve, ask: Ask) -> None:
    platform = channel(0)
    platform.has_no_uploads = True
    done = by_key(ask, serve(youtube=platform))
    assert (done.refusal, done.extract.posts.height, done.extract.accounts.height) == (None, 0, 1)


# --------------------------------------------------------------------------- Google's own word on its APIs


def document(name: str) -> dict[str, Any]:
    folder = files("googleapiclient") / "discovery_cache" / "documents"
    return dict(json.loads((folder / name).read_text(encoding="utf-8")))


DOCUMENTS = {"youtube": document("youtube.v3.json"), "youtubeAnalytics": document("youtubeAnalytics.v2.json")}


def method(name: str) -> dict[str, Any]:
    api, resource, action = name.split(".")
    return dict(DOCUMENTS[api]["resources"][resource]["methods"][action])


def unknown(api: str, schema: dict[str, Any], value: Any, where: str = "") -> list[str]:
    """Where a value has what its schema does not."""
    if "$ref" in schema:
        schema = DOCUMENTS[api]["schemas"][schema["$ref"]]
    if isinstance(value, list):
        return [one for item in value for one in unknown(api, schema.get("items", {}), item, where)]
    if not isinstance(value, dict):
        return []
    properties = schema.get("properties", {})
    return [
        item
        for key, inner in value.items()
        for item in (
            [f"{where}.{key}"] if key not in properties else unknown(api, properties[key], inner, f"{where}.{key}")
        )
    ]


def test_the_local_server_answers_with_nothing_that_google_does_not_have(serve, ask: Ask) -> None:
    platform = channel(60)
    platform.live = {"-v000000002"}
    by_permission(ask, serve(youtube=platform))
    assert {name for name, _ in platform.answered} == {
        "youtube.channels.list",
        "youtube.playlistItems.list",
        "youtube.videos.list",
        "youtubeAnalytics.reports.query",
    }
    for name, body in platform.answered:
        assert unknown(name.split(".")[0], method(name)["response"], body, name) == []


def test_no_parameter_is_sent_that_google_does_not_have(serve, ask: Ask) -> None:
    server = serve(youtube=channel(60))
    by_permission(ask, server)
    by_key(ask, server, "@mekongradio")
    names = {"/youtube/v3/channels": "youtube.channels.list", "/youtube/v3/playlistItems": "youtube.playlistItems.list",
             "/youtube/v3/videos": "youtube.videos.list", "/v2/reports": "youtubeAnalytics.reports.query"}  # fmt: skip
    for question in server.questions:
        if question.path in names:
            assert set(question.params) <= set(method(names[question.path])["parameters"])
