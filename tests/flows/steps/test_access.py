"""A check of each account says what comes, and keeps nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

import connectors
from connectors.audiences import ACCOUNT_AUDIENCE
from flows.cli import screen
from flows.steps import night
from flows.steps.access import Check, checks
from flows.steps.settings import Workspace
from tests.conftest import PAGE, World
from tests.connectors.facebook.server import PAGE_METRICS, POST_METRICS, Facebook
from tests.connectors.facebook.server import error as graph_error
from tests.connectors.tiktok.server import error as tiktok_error
from tests.connectors.youtube.server import error as google_error
from tests.flows.steps.asking import OTHER, again
from tests.platforms import night as platforms_night
from tests.platforms.server import Server, running
from warehouse.archive.pulls import End, Pull


def test_a_check_asks_each_account_and_keeps_nothing(asking: World, facebook: Facebook) -> None:
    facebook.retired = {"post_clicks"}
    facebook.dead = {OTHER: 460}
    answers = list(checks(asking.workspace))
    ours = {(check.kind, check.metric): check for check in answers if check.account == f"facebook:{PAGE}"}
    assert ours["", ""].came == "30 posts, in 19 requests"
    assert (ours["post", "views"].came, ours["video", "views"].came) == ("of 24 posts", "of 6 posts")
    assert ours["", "account page_views"].came == "of 28 days"
    assert ours["short", ""].came == "not tried: none in 90 days"
    assert ("valid insights metric" in ours["post", "clicks"].act, ours["post", "clicks"].came) == (True, "refused")
    assert ["password was changed" in check.act for check in answers if check.account == f"facebook:{OTHER}"] == [True]
    assert not asking.workspace.archive.folder.exists()


@pytest.mark.parametrize(("days", "is_said"), [(61, False), (60, True), (0, True), (-1, True)])
def test_a_check_says_sixty_days_before_a_version_ends(
    asking: World, monkeypatch: pytest.MonkeyPatch, days: int, is_said: bool
) -> None:
    monkeypatch.setattr(night, "now", lambda: datetime(2027, 1, 21) - timedelta(days=days))
    settings = asking.workspace.home / "reach.toml"
    settings.write_text(settings.read_text() + 'version = "v21.0"\n')
    version = next(check for check in checks(again(asking).workspace) if check.metric == "version")
    assert (version.account, version.came, bool(version.act)) == ("facebook", "v21.0, until 2027-01-21", is_said)


def test_a_check_says_that_another_version_answers_and_which_posts_refuse(asking: World, facebook: Facebook) -> None:
    facebook.version, facebook.refusing = "v28.0", {30: (12, 0)}
    ours = {check.came: check.act for check in checks(asking.workspace) if check.account == f"facebook:{PAGE}"}
    assert "v28.0 of the Graph API" in ours["answered otherwise"]
    assert ours["refused by posts"].startswith("nobody: 1 post refuses clicks, reach, views, views_paid and watch")


def of_account(workspace: Workspace) -> list[Check]:
    """What a check says, but of the API's version, which ends some day, whatever a test's platform allows."""
    return [check for check in checks(workspace) if check.metric != "version"]


def lacking_nothing(platform: Any) -> None:
    """Everything is allowed."""


def without(**faults: Any) -> Callable[[Any], None]:
    def apply(platform: Any) -> None:
        for name, value in faults.items():
            assert hasattr(platform, name)
            setattr(platform, name, value)

    return apply


HOLES = [
    ("linkedin", without(without_statistics=True), ("post", "likes"), "refused", "rw_organization_admin"),
    ("linkedin", without(without_followers=True), ("", "account followers"), "refused", "rw_organization_admin"),
    ("linkedin", lacking_nothing, ("post", "saves"), "not by the API: an export in the inbox tells it", ""),
    ("youtube", without(refused={"shares"}), ("video", "shares"), "refused", "not supported"),
    ("x", lacking_nothing, ("post", "clicks"), "not told: it needs a token of the account itself", ""),
    ("bluesky", without(hidden={"likeCount"}), ("post", "likes"), "not told of any", ""),
    ("facebook", lacking_nothing, ("post", "watch_seconds"), "not told of any", ""),
]


@pytest.mark.parametrize(("name", "fault", "where", "came", "act"), HOLES)
def test_a_check_names_each_hole_by_permission_metric_and_kind_with_the_mend(
    tmp_path: Path, name: str, fault: Callable[[Any], None], where: tuple[str, str], came: str, act: str
) -> None:
    one = platforms_night.every(10, night.now())[name]
    fault(one.platform)
    with running({name: one.platform}) as server:
        platforms_night.written(tmp_path, {name: one.given(server, name)}, {name: one.secrets})
        named = {(check.kind, check.metric): check for check in of_account(Workspace(tmp_path))}
    hole = named[where]
    assert hole.came == came
    assert act in hole.act
    assert bool(hole.act) == bool(act)
    assert {key for key, check in named.items() if check.act} <= {key for key in named if named[key].act == hole.act}


def refusing(place: str, answer: Response) -> Callable[[platforms_night.One, Server], None]:
    """Questions in whose path or parameters this is are refused."""

    def apply(_: platforms_night.One, server: Server) -> None:
        server.faults = [lambda q: answer if place in q.path or place in str(q.params.get("fields")) else None]

    return apply


def lacking(**faults: Any) -> Callable[[platforms_night.One, Server], None]:
    return lambda one, _: without(**faults)(one.platform)


def with_a_users_token_that_is_none(one: platforms_night.One, _: Server) -> None:
    one.settings["is_user_context"] = True


FORBIDDEN = JSONResponse({"status": 403, "serviceErrorCode": 100, "message": "Not enough permissions"}, 403)
OF_INSTAGRAM = (
    "insights",
    "views",
    "reach",
    "shares",
    "saved",
    "ig_reels_video_view_total_time",
    "replies",
    "link_clicks",
)
MISSING = {
    ("facebook", "pages_read_engagement"): [refusing("published_posts", graph_error(10, "No."))],
    ("facebook", "pages_read_user_content"): [lacking(without_reactions={PAGE})],
    ("facebook", "read_insights"): [lacking(silent={*POST_METRICS, *PAGE_METRICS}), refusing("insights", graph_error(10, "No."))],
    ("instagram", "instagram_basic"): [refusing("/media", graph_error(10, "No."))],
    ("instagram", "instagram_manage_insights"): [lacking(codes=dict.fromkeys(OF_INSTAGRAM, code)) for code in (10, 200)],
    ("linkedin", "r_organization_social"): [refusing("/rest/posts", FORBIDDEN)],
    ("linkedin", "rw_organization_admin"): [lacking(without_statistics=True, without_followers=True)],
    ("threads", "threads_basic"): [refusing("/threads", graph_error(10, "No."))],
    ("threads", "threads_manage_insights"): [lacking(insights_code=code) for code in (10, 200)],
    ("tiktok", "video.list"): [refusing("/v2/video/list/", tiktok_error(401, "scope_not_authorized"))],
    ("tiktok", "user.info.stats"): [lacking(scopes={"user.info.profile"}), lacking(scopes=set())],
    ("website", "analytics.readonly"): [lacking(problem=(403, "PERMISSION_DENIED"))],
    ("x", "a bearer token"): [lacking(problem=(403, "client-forbidden"))],
    ("x", "a token of the account itself"): [with_a_users_token_that_is_none],
    ("youtube", "a key, or youtube.readonly"): [refusing("/youtube/v3", google_error(403, "insufficientPermissions", ""))],
    ("youtube", "yt-analytics.readonly"): [refusing("/v2/reports", google_error(403, "insufficientPermissions", ""))],
}  # fmt: skip
"""For each permission of each platform, the ways in which it shows that it is missing."""


@pytest.mark.parametrize(
    ("name", "permission", "fault"), [(*key, fault) for key, faults in MISSING.items() for fault in faults]
)
def test_each_permission_that_is_missing_is_named_for_each_metric_and_kind_with_the_mend_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, permission: str,
    fault: Callable[[platforms_night.One, Server], None],
) -> None:  # fmt: skip
    one = platforms_night.every(10, night.now())[name]
    (api,) = (api for api in connectors.APIS if name == api.NAME)
    with running({name: one.platform}) as server:
        fault(one, server)
        platforms_night.written(tmp_path, {name: one.given(server, name)}, {name: one.secrets})
        made = of_account(Workspace(tmp_path))
    holes = [check for check in made if check.act]
    assert {check.permission for check in holes} == {permission}
    if permission == api.PERMISSIONS[""]:  # without it nothing comes
        assert [check.came for check in holes] == ["nothing"]
    else:
        assert all(permission in check.act for check in holes)
        given = [check for check in made if check.permission == permission and check.came.startswith("of ")]
        assert not [check for check in given if check.kind]
        lost = {metric for metric, needed in api.PERMISSIONS.items() if needed == permission}
        assert {check.metric for check in holes} >= lost - NOT_TRIED
    screen.show_checks(made, screen.Format.json)
    assert json.loads(capsys.readouterr().out) == [asdict(check) for check in made]


NOT_TRIED = {f"story {metric}" for metric in ("views", "reach", "shares", "comments", "clicks")} | {
    f"account {metric}" for metric in ("page_views", "views", "viewers", "followers")} | {
    f"page {metric}" for metric in ("page_views", "views", "viewers", "followers")} | {
    "replies", "reposts", "quotes", ACCOUNT_AUDIENCE}  # fmt: skip
"""What is told of under another name, of stories, of which there are none, or asked once in seven nights."""


def test_every_permission_of_every_platform_is_missed_in_turn() -> None:
    needed = {(api.NAME, permission) for api in connectors.APIS for permission in api.PERMISSIONS.values()}
    assert set(MISSING) == {(name, permission) for name, permission in needed if not permission.startswith("none")}


@pytest.mark.parametrize("name", [api.NAME for api in connectors.APIS])
def test_a_check_of_an_account_that_allows_everything_asks_nobody_to_act(tmp_path: Path, name: str) -> None:
    one = platforms_night.every(10, night.now())[name]
    with running({name: one.platform}) as server:
        platforms_night.written(tmp_path, {name: one.given(server, name)}, {name: one.secrets})
        made = of_account(Workspace(tmp_path))
    assert not [check for check in made if check.act]
    assert {check.kind for check in made} == {"", *next(p.kinds for p in connectors.PLATFORMS if p.name == name)}
    assert any(check.came.startswith("of ") for check in made)


@pytest.mark.parametrize("name", [api.NAME for api in connectors.APIS if api.NAME not in ("bluesky", "mastodon")])
def test_a_check_without_a_working_token_says_whose_it_is_and_what_to_do(tmp_path: Path, name: str) -> None:
    one = platforms_night.every(1, night.now())[name]
    wrong = {key: f"wrong-{number}" for number, key in enumerate(one.secrets)}
    with running({name: one.platform}) as server:
        platforms_night.written(tmp_path, {name: one.given(server, name)}, {name: wrong})
        (check,) = of_account(Workspace(tmp_path))
    assert (check.came, check.account, check.kind) == ("nothing", f"{name}:{one.account}", "")
    assert name in check.act


def test_a_check_that_may_not_look_further_back_says_what_came_before(tmp_path: Path) -> None:
    """Nobody posted a Short, which is looked for further back than the day's quota allows."""
    one = platforms_night.every(300, night.now())["youtube"]
    with running({"youtube": one.platform}) as server:
        given = {**one.given(server, "youtube"), "units_a_day": 8, "stop_at": 1}
        platforms_night.written(tmp_path, {"youtube": given}, {"youtube": one.secrets})
        made = of_account(Workspace(tmp_path))
    (further,) = (check for check in made if check.act)
    assert further.came == "nothing older than 14 days"
    assert further.act.startswith("nobody, it is asked again later: 100% of the day's 8 units")
    came = {(check.kind, check.metric): check.came for check in made if check is not further}
    assert came["", ""].startswith("56 posts, ")
    assert (came["video", "views"], came["short", ""]) == ("of 56 posts", "not tried: none in 14 days")


@pytest.mark.parametrize(("units", "came"), [(898, "8 posts, "), (899, "nothing")])
def test_a_check_spends_no_more_than_the_nights_left_of_the_months_budget(
    tmp_path: Path, units: int, came: str
) -> None:
    """A thousand posts a month: the account costs two, and a list is asked for where a hundred are left."""
    one = platforms_night.every(8, night.now())["x"]
    with running({"x": one.platform}) as server:
        given = {**one.given(server, "x"), "spend_a_month": 5}
        platforms_night.written(tmp_path, {"x": given}, {"x": one.secrets})
        workspace = Workspace(tmp_path)
        workspace.archive.end_pull(Pull("x", "radio", night.now()), End(night.now(), True, 1, units))
        first = of_account(workspace)[0]
    assert first.came.startswith(came)
