"""Which settings of [engine] name a cluster."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from flows.steps.engine_settings import EngineSettings
from flows.steps.settings import SettingsError, Workspace
from tests.conftest import World


def test_work_is_done_here_where_nothing_is_set() -> None:
    assert EngineSettings().kind == "local"


@pytest.mark.parametrize("given", [{"address": "tcp://a:1"}, {"cluster": "distributed.LocalCluster"}])
def test_a_cluster_is_an_address_or_a_class_that_makes_one(given: dict[str, str]) -> None:
    assert EngineSettings(kind="dask", **given).kind == "dask"
    with pytest.raises(ValidationError, match="need kind"):
        EngineSettings(**given)


@pytest.mark.parametrize("given", [{}, {"address": "tcp://a:1", "cluster": "distributed.LocalCluster"}, {"seconds": 0}])
def test_a_cluster_of_none_or_two_is_no_setting(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        EngineSettings.model_validate({"kind": "dask", **given})


def test_a_wrong_setting_is_told_as_a_sentence(world: World) -> None:
    (world.workspace.home / "reach.toml").write_text('[engine]\nkind = "dask"\n')
    with pytest.raises(SettingsError, match=r"The setting engine cannot be that: kind = .dask. needs either"):
        Workspace(world.workspace.home).settings  # noqa: B018
