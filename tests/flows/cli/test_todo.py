"""`reach sources --todo`: one message a person, or a row a page."""

from __future__ import annotations

import json

import pytest

from flows.steps import night
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, World, meta, post
from tests.flows.cli.typed import reach


@pytest.fixture
def old(world: World) -> Workspace:
    """A page that was read years ago, whose organisation has a contact."""
    world.plan(
        CAMPAIGN + '[[organisation]]\nname = "Lens"\ncontact = "Dara"\n'
        '[[account]]\nid = "facebook:100064500000001"\norganisation = "Lens"\n'
    )
    world.drop("2024-12-01/a.csv", meta(post(1, Views=1)))
    world.load()
    return world.workspace


def test_a_person_is_asked_in_the_language_that_is_typed(old: Workspace) -> None:
    english = reach("sources", "--todo", "--home", old.home).stdout
    khmer = reach("sources", "--todo", "--language", "km", "--home", old.home).stdout
    assert english.startswith("Dear Dara,\n")
    assert "Page 1 (Facebook): in Meta Business Suite choose" in english
    assert khmer.startswith("ជូនចំពោះ Dara\n")


def test_as_data_there_is_a_row_a_page(old: Workspace) -> None:
    (row,) = json.loads(reach("sources", "--todo", "--format", "json", "--home", old.home).stdout)
    assert (row["who"], row["organisation"], row["account_id"]) == ("Dara", "Lens", "100064500000001")
    assert row["last_day"] == "2024-12-01"
    assert row["message"].startswith("Dear Dara,")


def test_where_nobody_has_to_be_asked_that_is_said(world: World) -> None:
    world.plan(CAMPAIGN)
    world.drop(f"{night.today('Asia/Phnom_Penh')}/a.csv", meta(post(1, Views=1)))
    world.load()
    assert "Nobody has to be asked" in reach("sources", "--todo", "--home", world.workspace.home).stdout
