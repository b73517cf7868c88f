"""A new workspace, and the demonstration."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from flows.steps.init import TEMPLATES, create, create_demo
from flows.steps.settings import SettingsError, Workspace


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_workspace_has_every_template_and_an_empty_inbox(tmp_path: Path) -> None:
    create(tmp_path / "new" / "w")
    assert set(files_of(tmp_path / "new" / "w")) == {target for *_, target in TEMPLATES}
    assert list((tmp_path / "new" / "w" / "inbox").iterdir()) == []
    Workspace(tmp_path / "new" / "w").require()


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("mine")
    create(tmp_path)
    before = files_of(tmp_path)
    assert before["plan.toml"] == b"mine"
    create(tmp_path)
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("make", [create, create_demo])
def test_a_file_is_no_folder(tmp_path: Path, make) -> None:
    (tmp_path / "w").write_text("")
    with pytest.raises(SettingsError, match="is a file; name a folder"):
        make(tmp_path / "w")


def test_a_demonstration_is_made_in_an_empty_folder_or_over_an_earlier_one(tmp_path: Path) -> None:
    create_demo(tmp_path / "demo")
    before = files_of(tmp_path / "demo")
    assert {"README.txt", "plan.toml", "reach.toml"} < set(before)
    create_demo(tmp_path / "demo")
    assert files_of(tmp_path / "demo") == before


def test_a_demonstration_is_not_made_over_somebodys_files(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SettingsError, match="is not empty; name another folder for the demonstration"):
        create_demo(tmp_path)
    assert set(files_of(tmp_path)) == {"thesis.txt"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("was_there", [True, False])
def test_a_workspace_that_is_stopped_half_way_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], was_there: bool
) -> None:
    folder = tmp_path / "w"
    if was_there:
        folder.mkdir()
        (folder / "reach.toml").write_text("mine")
    really = Path.write_bytes

    def stopped(path: Path, content: bytes) -> int:
        if path.name == "plan.toml":
            really(path, content[:10])
            raise error
        return really(path, content)

    monkeypatch.setattr(Path, "write_bytes", stopped)
    with pytest.raises(error):
        create(folder)
    assert folder.exists() is was_there
    assert (files_of(folder) if was_there else {}) == ({"reach.toml": b"mine"} if was_there else {})
    assert [path for path in folder.rglob("*") if path.is_dir()] == []


def test_the_settings_name_each_section_once_so_that_any_two_may_be_used() -> None:
    template = (files("flows.steps") / "templates" / "reach.toml").read_text("utf-8")
    sections = re.findall(r"^# (\[.+?\])", template, re.MULTILINE)
    assert len(sections) == len(set(sections)) > 10
