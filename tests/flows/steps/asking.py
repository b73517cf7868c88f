"""A workspace that asks two pages of a local Facebook, and its nights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import connectors
from flows.steps import ask_apis, night
from flows.steps.loaded import Loaded
from flows.steps.settings import Workspace
from tests.conftest import World

OTHER = "100064500000002"


TOKEN = "EAAG-marked/token+of=this.test"


NOW = datetime(2026, 10, 1, 19)

AFTER = datetime.now(UTC).date() + timedelta(days=31)
"""A day after all that is asked here: a pull is of :data:`NOW`, but its answers bear the instant of this machine."""


FACEBOOK = next(api for api in connectors.APIS if api.NAME == "facebook")


def again(world: World) -> World:
    """The same workspace as the next night sees it."""
    return World(Workspace(world.workspace.home))


def one_night(world: World, now: datetime = NOW, **how: Any) -> tuple[ask_apis.Pulled, Loaded]:
    good = night.read_plan(world.workspace)
    done = ask_apis.ask_platform(world.workspace, FACEBOOK, good.plan, now, **how)
    return done, night.load(world.workspace, good.plan.project.timezone)


def asked_problems(world: World, now: datetime) -> tuple[str, ...]:
    """What is said of asking Facebook, without loading what came."""
    return ask_apis.ask_platform(world.workspace, FACEBOOK, night.read_plan(world.workspace).plan, now).problems
