"""The salt of a workspace: its own, the same every time, and its owner's alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from flows.steps import reader, salt
from flows.steps.settings import Workspace


def test_a_salt_is_made_once_is_its_owners_alone_and_differs_from_workspace_to_workspace(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(salt.read_or_make(tmp_path / name))
        assert salt.read_or_make(tmp_path / name) == made[-1]
    assert made[0] != made[1]
    assert min(map(len, made)) == 64
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "a" / salt.FILE).stat().st_mode) == 0o600


def test_an_empty_salt_that_a_crash_left_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / salt.FILE).touch()
    assert len(salt.read_or_make(tmp_path)) == 64


def test_where_it_cannot_be_kept_there_is_none(tmp_path: Path) -> None:
    assert salt.read_or_make(tmp_path / "not there") == ""


def test_lists_of_people_are_read_again_where_the_salt_changed_and_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "reach.toml").touch()
    workspace = Workspace(tmp_path)
    first = reader.reader(workspace, "UTC")
    assert reader.reader(workspace, "UTC").of_files == first.of_files
    (tmp_path / salt.FILE).unlink()
    second = reader.reader(workspace, "UTC")
    assert {name for name in first.of_files if first.of_files[name] != second.of_files[name]} == {"people"}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Phnom_Penh"])
def test_the_settings_of_reading_hold_it_and_do_not_show_it(tmp_path: Path, zone: str) -> None:
    (tmp_path / "reach.toml").touch()
    settings = reader.settings_with_salt(Workspace(tmp_path), zone)
    assert (tmp_path / salt.FILE).read_text() not in repr(settings)
    assert settings["people"].reporting_zone == zone
