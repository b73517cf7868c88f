"""Prefect's settings for a run in this process, and the folder that it keeps."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows import run_night
from flows.steps.logs import PACKAGES, SHOWN_BY_PREFECT
from tests.conftest import World


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a user who has set nothing for Prefect; as it was, after the test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    monkeypatch.setattr(os, "environ", kept)
    return kept


@pytest.mark.parametrize(("size", "is_kept"), [(50_000_000, True), (50_000_001, False)])
def test_a_folder_of_prefects_that_is_larger_than_its_limit_is_thrown_away(
    world: World, environment: dict[str, str], size: int, is_kept: bool
) -> None:
    folder = world.workspace.home / ".prefect"
    folder.mkdir()
    with (folder / "prefect.db").open("wb") as database:
        database.truncate(size)
    run_night._prepare(world.workspace)
    assert (folder / "prefect.db").exists() == is_kept
    assert environment["PREFECT_HOME"] == str(folder.resolve())


def test_what_the_user_has_set_for_prefect_stays(world: World, environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"PREFECT_HOME": str(tmp_path), "PREFECT_LOGGING_LEVEL": "DEBUG"}
    run_night._prepare(world.workspace)
    assert (environment["PREFECT_HOME"], environment["PREFECT_LOGGING_LEVEL"]) == (str(tmp_path), "DEBUG")
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_the_home_of_a_server_that_is_named_is_not_changed(world: World, environment: dict[str, str]) -> None:
    environment["PREFECT_API_URL"] = "http://127.0.0.1:4200/api"
    run_night._prepare(world.workspace)
    assert "PREFECT_HOME" not in environment


def test_a_run_in_this_process_shows_the_same_lines_as_a_deployment() -> None:
    assert SHOWN_BY_PREFECT.items() <= run_night.PREFECT_SETTINGS.items()
    assert SHOWN_BY_PREFECT["PREFECT_LOGGING_EXTRA_LOGGERS"] == ",".join(PACKAGES)
