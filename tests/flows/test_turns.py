"""What workspaces share of an app, on a real Prefect server."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.variables import Variable

import connectors
from connectors.x.export import Settings as SettingsOfX
from connectors.youtube.export import Settings as SettingsOfYouTube
from flows import nightly, turns
from flows.steps import night
from flows.steps.ask_apis import Pulled
from flows.steps.settings import Workspace
from flows.turns import turn_name
from tests.conftest import new_world
from tests.connectors.youtube.server import KEY, YouTube
from tests.platforms.server import running
from tests.platforms.world import Account, now

DAY = date(2026, 11, 29)


def test_a_turns_name_follows_the_app() -> None:
    assert turn_name("facebook", "") == "reach-facebook"
    assert turn_name("facebook", "Our app/2") == "reach-facebook-Our-app-2"
    assert turn_name("youtube", "12-ab.apps.googleusercontent.com") == "reach-youtube-12-ab.apps.googleusercontent.com"


def test_a_days_units_are_counted_for_each_app_and_forgotten_the_next_day(prefect_server: str) -> None:
    one, other = turn_name("youtube", "12-ab.apps.googleusercontent.com"), turn_name("youtube", "other")
    assert turns.units_spent(one, DAY) == 0
    turns.note_spent(one, DAY, 7_000)
    assert (turns.units_spent(one, DAY), turns.units_spent(other, DAY)) == (7_000, 0)
    assert turns.units_spent(one, date(2026, 11, 30)) == 0
    Variable.set("reach-youtube-other", "what somebody wrote there")
    assert turns.units_spent(other, DAY) == 0


def test_without_a_server_nothing_is_counted() -> None:
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        turns.note_spent("reach-youtube-none", DAY, 1)
        assert turns.units_spent("reach-youtube-none", DAY) == 0


@pytest.mark.parametrize(("hour", "day"), [(7, date(2026, 11, 28)), (8, date(2026, 11, 29))])
def test_a_quotas_day_is_the_platforms_and_a_budget_of_a_month_is_the_workspaces_own(hour: int, day: date) -> None:
    now = datetime(2026, 11, 29, hour)
    assert turns.quota_day(SettingsOfYouTube(), now) == day
    assert turns.quota_day(SettingsOfYouTube(units_a_day=None), now) is None
    assert turns.quota_day(SettingsOfX(spend_a_month=50), now) is None


@flow
def asking(home: str) -> Pulled:
    """What a workspace asks YouTube on the server."""
    workspace = Workspace(Path(home))
    youtube = next(api for api in connectors.APIS if api.NAME == "youtube")
    return nightly._ask_platform(workspace, youtube, night.read_plan(workspace).plan, is_backfill=False)


def test_workspaces_with_one_app_spend_its_units_of_a_day_together(prefect_server: str, tmp_path: Path) -> None:
    channels = {
        f"UCmekong{at:016}": Account(f"UCmekong{at:016}", f"radio{at}").with_posts(200, now()) for at in range(2)
    }
    with running({"youtube": YouTube(channels)}) as server:
        homes = []
        for channel, limits in zip(channels, ("units_a_day = 20", "units_a_day = 20\nstop_at = 0.3"), strict=True):
            home = new_world(tmp_path / channel).workspace.home
            (home / "reach.toml").write_text(
                f'[youtube]\naccounts = ["{channel}"]\nbase_url = "{server.base_url("youtube")}"\n{limits}\napp = "one"\n'
            )
            (home / ".env").write_text(f"REACH_YOUTUBE__API_KEY={KEY}")
            homes.append(str(home))
        first, second = asking(homes[0]), asking(homes[1])
    assert first.units >= 6
    assert (second.units, second.requests) == (0, 0)
    assert "30% of the day's 20 units of YouTube are used" in second.problems[0]
