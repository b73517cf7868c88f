"""Two pages of a local Facebook, and a workspace that asks them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import CAMPAIGN, PAGE, World
from tests.connectors.facebook.server import Facebook
from tests.flows.steps.asking import NOW, OTHER, TOKEN, again
from tests.platforms.server import Server, running
from tests.platforms.world import Account


@pytest.fixture
def facebook() -> Facebook:
    pages = {page: Account(page, f"Page {page[-1]}", token=TOKEN).with_posts(30, NOW) for page in (PAGE, OTHER)}
    return Facebook(pages)


@pytest.fixture
def server(facebook: Facebook) -> Iterator[Server]:
    with running({"facebook": facebook}) as running_server:
        yield running_server


@pytest.fixture
def asking(world: World, server: Server) -> World:
    """A workspace that asks both pages."""
    world.plan(CAMPAIGN)
    (world.workspace.home / "reach.toml").write_text(
        f'[facebook]\naccounts = ["{PAGE}", "{OTHER}"]\nbase_url = "{server.base_url("facebook")}"\n'
    )
    (world.workspace.home / ".env").write_text(f"REACH_FACEBOOK__TOKEN={TOKEN}\n")
    return again(world)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked again is asked at once."""
    monkeypatch.setattr("connectors.asking.http._wait", lambda _: 0)
