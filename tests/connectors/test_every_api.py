"""What is true of every API."""

from __future__ import annotations

import ast
import inspect
import json
import re
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import connectors
from connectors.asking.pulling import Api
from connectors.asking.settings import SECRETS, ApiSettings
from connectors.columns import frame
from connectors.contract import ACCOUNT_FIGURES, OBSERVATIONS, POSTS, Answer, Raw
from tests.platforms import night
from tests.platforms.world import now

ROOT = Path(__file__).parents[2]
EVERY = pytest.mark.parametrize("api", connectors.APIS, ids=lambda api: api.NAME)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["data", "id", "values", "value", "name", "period", "items", "feed", "post", "record", "uri", "elements",
                         "rows", "error", "errors", "videos", "user", "created_time", "end_time", "published_posts", "statistics",
                         "snippet", "public_metrics", "insights", "shares", "reactions", "summary", "total_count", "did", "content"]),
        inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


def module(api: Api) -> ModuleType:
    return cast(ModuleType, api)


@EVERY
def test_the_docstring_says_reference_limits_what_is_not_reported_and_what_becomes_what(api: Api) -> None:
    text = module(api).__doc__ or ""
    assert all(f"\n{word}:" in text for word in ("Reference", "Limits", "Not reported"))
    assert "| theirs | ours |" in text


@EVERY
def test_readme_and_the_page_on_access_tell_of_it(api: Api) -> None:
    assert f"| `{api.NAME}` |" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"\n## {api.NAME}\n" in (ROOT / "docs" / "access.md").read_text(encoding="utf-8")


@EVERY
def test_waiting_and_asking_again_are_not_its_business(api: Api) -> None:
    tree = ast.parse(inspect.getsource(module(api)))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not imported & {"time", "requests", "tenacity", "threading"}
    bare = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type is None]
    assert not bare


@EVERY
def test_every_secret_of_its_settings_is_kept_as_one(api: Api) -> None:
    fields = api.Settings.model_fields
    assert issubclass(api.Settings, ApiSettings)
    assert all("SecretStr" in str(fields[key].annotation) for key in SECRETS if key in fields)
    hidden = api.Settings.model_validate(
        {key: "marked-secret-1" for key in SECRETS if key in fields and not key.endswith("s")}
    )
    assert "marked-secret-1" not in f"{hidden!r}{hidden.model_dump_json()}"


@EVERY
def test_its_local_server_is_part_of_the_demonstration(api: Api) -> None:
    assert api.NAME in night.every(1, now())


@EVERY
@settings(max_examples=60, deadline=None)
@given(bodies=st.lists(JSON, min_size=1, max_size=3))
def test_whatever_json_comes_is_read_or_left_out_and_never_raises(api: Api, bodies: list[object]) -> None:
    paths = {
        "bluesky": ["xrpc/app.bsky.actor.getProfile", "xrpc/app.bsky.feed.getAuthorFeed"],
        "facebook": ["v26.0/1", "v26.0/1/published_posts", "v26.0/1/insights", "v26.0/1/video_reels"],
        "instagram": ["v26.0/1", "v26.0/1/media", "v26.0/1/stories", "v26.0/1/insights", "v26.0/2/insights"],
        "linkedin": ["rest/networkSizes/1", "rest/posts", "rest/organizationalEntityShareStatistics"],
        "mastodon": ["api/v1/accounts/lookup", "api/v1/accounts/1/statuses"],
        "threads": ["v1.0/1", "v1.0/1/threads", "v1.0/2", "v1.0/2/insights"],
        "tiktok": ["v2/user/info/", "v2/video/list/"],
        "website": ["v1beta/properties/1:runReport"],
        "x": ["2/users/by", "2/users/1/tweets", "2/tweets"],
        "youtube": [
            "youtube/v3/channels",
            "youtube/v3/playlistItems",
            "youtube/v3/videos",
            "youtube/v3/videos:batchGetStats",
            "v2/reports",
        ],
    }[api.NAME]
    moment = datetime(2026, 10, 1)
    # Asking makes sure of the outermost: an object, or where it asks for one a list.
    answers = tuple(
        Answer(f"GET https://a.example/{path}", moment, json.dumps(body).encode())
        for body in bodies
        for path in paths
        if isinstance(body, list if path.endswith("/statuses") else dict)
    )
    account = "radio@mekong.example" if api.NAME == "mastodon" else "1"
    raw = Raw("api/a", b"", moment, moment, connector=api.NAME, account=account, answers=answers)
    extract = api.read(raw, api.Settings())
    for columns, extracted in (
        (POSTS, extract.posts),
        (OBSERVATIONS, extract.observations),
        (ACCOUNT_FIGURES, extract.account_figures),
    ):
        assert frame(columns, extracted).schema == extracted.schema


@EVERY
def test_its_settings_are_told_in_the_template(api: Api) -> None:
    text = (ROOT / "flows" / "steps" / "templates" / "reach.toml").read_text(encoding="utf-8")
    assert re.search(rf"^# \[{api.NAME}\]$", text, re.MULTILINE)
