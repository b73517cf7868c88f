"""TikTok is asked for, and the local server has, what TikTok's documents name.

No package of TikTok's names the Display API's fields: those of the Business API are others. The names are transcribed
from https://developers.tiktok.com/doc/tiktok-api-v2-video-object, .../tiktok-api-scopes, .../tiktok-api-v2-error-handling
and .../oauth-refresh-a-user-access-token (November 2026); python-tiktok 0.1.12 has the same names of videos.
Not held: the longest ``max_count`` and the cursor's unit, which only other people's code tells.
"""

from __future__ import annotations

import pytest

from tests.connectors.conftest import NOW, Ask
from tests.connectors.tiktok import server as tiktok
from tests.platforms import night
from tests.platforms.server import Question

VIDEO = {"id", "create_time", "cover_image_url", "share_url", "video_description", "duration", "height", "width", "title",
         "embed_html", "embed_link", "like_count", "comment_count", "share_count", "view_count"}  # fmt: skip
SCOPE_OF = {
    **dict.fromkeys(("open_id", "union_id", "avatar_url", "display_name"), "user.info.basic"),
    **dict.fromkeys(("bio_description", "profile_deep_link", "is_verified", "username"), "user.info.profile"),
    **dict.fromkeys(("follower_count", "following_count", "likes_count", "video_count"), "user.info.stats"),
}
REFRESH = {"client_key", "client_secret", "grant_type", "refresh_token"}


@pytest.fixture
def questions(serve, ask: Ask) -> list[Question]:
    one = night.every(25, NOW)["tiktok"]
    server = serve(tiktok=one.platform)
    settings = {**one.given(server, "tiktok"), **one.secrets}
    assert ask(server, "tiktok", settings.pop("accounts")[0], **settings).refusal is None
    return server.questions


def test_every_field_and_parameter_of_a_request_is_in_tiktoks_documents(questions: list[Question]) -> None:
    for question in questions:
        fields = set(question.params.get("fields", "").split(",")) - {""}
        if question.path == "/v2/oauth/token/":
            assert (set(question.body), question.body["grant_type"]) == (REFRESH, "refresh_token")
        elif question.path == "/v2/user/info/":
            assert (question.method, fields <= set(SCOPE_OF), set(question.params)) == ("GET", True, {"fields"})
        else:
            assert (question.method, question.path) == ("POST", "/v2/video/list/")
            assert (fields <= VIDEO, set(question.params)) == (True, {"fields"})
            assert set(question.body) <= {"cursor", "max_count"}
    assert len({question.path for question in questions}) == 3


def test_the_local_server_has_no_field_and_no_scope_that_tiktok_does_not_have() -> None:
    assert tiktok.FIELDS == VIDEO
    assert {field for field, scope in SCOPE_OF.items() if scope == "user.info.basic"} == tiktok.PROFILE
    assert {field: SCOPE_OF[field] for field in tiktok.MORE} == tiktok.MORE


def test_a_video_of_the_local_server_has_the_types_of_tiktoks_object() -> None:
    platform = night.every(1, NOW)["tiktok"].platform
    assert isinstance(platform, tiktok.TikTok)
    video = platform._video(platform.account.posts[0])
    assert set(video) <= VIDEO
    assert {name for name, value in video.items() if isinstance(value, int)} == {
        "create_time", "duration", "like_count", "comment_count", "share_count", "view_count"}  # fmt: skip
    assert int(video["id"]) >> 32 == video["create_time"] - 3600  # uploaded an hour before it was published
