"""What the platforms' terms have removed goes, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import connectors
from flows.steps import ask_apis, night, terms
from tests.conftest import World
from tests.connectors.facebook.server import Facebook
from tests.connectors.x.server import X, post_id
from tests.flows.steps.asking import AFTER, NOW, OTHER, TOKEN, again, asked_problems
from tests.platforms.server import running
from tests.platforms.world import Account


def test_what_may_be_kept_for_some_days_only_goes_in_time_and_is_read_again_before(
    asking: World, facebook: Facebook
) -> None:
    settings = asking.workspace.home / "reach.toml"
    settings.write_text(settings.read_text() + "keep_days = 30\nlook_back_days = 3\n")
    world = again(asking)
    facebook.pages[OTHER].posts = facebook.pages[OTHER].posts[:1]
    for day in range(0, 60, 2):
        now = NOW + timedelta(days=day)
        assert asked_problems(world, now) == ()
        terms.remove(world.workspace, terms.past(world.workspace, now), now)
        kept = [pull for pull in world.workspace.archive.pulls() if pull.answers]
        assert min(pull.started_at for pull in kept) >= now - timedelta(days=30)
        blobs = {file.stem for file in world.workspace.archive.folder.rglob("*.zst")}
        plans = {str(event["sha256"]) for event in world.workspace.archive.events("plan")}
        assert blobs - plans == {answer.sha256 for pull in kept for answer in pull.answers}
    assert (
        world.table("post_totals", str(AFTER)).height == 31
    )  # every post, the oldest too, was read in the last 30 days
    assert len({pull.started_at for pull in world.workspace.archive.pulls()}) == 30  # what was asked, and when, stays


def test_what_is_gone_from_x_goes_here_too_and_nothing_else(world: World) -> None:
    platform = X({"123456": Account("123456", "mekongradio", token=TOKEN).with_posts(5, NOW)})
    asking_x = next(api for api in connectors.APIS if api.NAME == "x")
    with running({"x": platform}) as server:
        (world.workspace.home / "reach.toml").write_text(
            f'[x]\naccounts = ["mekongradio"]\nbase_url = "{server.base_url("x")}"\n'
        )
        (world.workspace.home / ".env").write_text(f"REACH_X__TOKEN={TOKEN}\n")
        world = again(world)
        deleted = platform.accounts["123456"].posts[1]
        for day in range(60):
            now = NOW + timedelta(days=day)
            if day == 30:
                platform.gone = {post_id(deleted)}
            ask_apis.ask_platform(world.workspace, asking_x, night.read_plan(world.workspace).plan, now)
            terms.forget(world.workspace, terms.gone(world.workspace, now), now)
            kept = b"".join(
                world.workspace.archive.content(file.stem) for file in world.workspace.archive.folder.rglob("*.zst")
            )
            assert (deleted.text.encode() in kept) == (day < 30)
    totals = world.table("post_totals", str(AFTER))
    assert sorted(totals["post_id"]) == sorted(
        post_id(post) for post in platform.accounts["123456"].posts if post != deleted
    )
