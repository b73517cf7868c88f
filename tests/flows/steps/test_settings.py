"""What a workspace's settings refuse, without showing a secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.steps import init
from flows.steps.settings import SettingsError, Workspace
from tests.conftest import PAGE, World
from tests.flows.steps.asking import OTHER
from warehouse.history.store import open_store


def test_a_secret_in_reach_toml_is_refused_with_where_it_belongs(asking: World) -> None:
    (asking.workspace.home / "reach.toml").write_text('[facebook]\ntoken = "EAAG-visible-to-all"\n')
    with pytest.raises(SettingsError, match=r"REACH_FACEBOOK__TOKEN into \.env") as refused:
        _ = Workspace(asking.workspace.home).settings
    assert "EAAG" not in str(refused.value)


@pytest.mark.parametrize("value", ["has a blank", "line\nbreak", "é"])
def test_a_token_that_cannot_be_one_is_refused_without_being_shown(
    asking: World, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REACH_FACEBOOK__TOKEN", value)
    with pytest.raises(SettingsError, match=r"facebook\.token cannot be that") as refused:
        _ = Workspace(asking.workspace.home).settings
    assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REACH_FACEBOOK__BASE_URL", "https://ana:hunter2@host"), ("REACH_REPORT_URL", "https://ana:hunter2@host/x"),
        ("REACH_NOTIFY", '"https://hooks.example/hunter2"'), ("REACH_NOTIFY", "https://hooks.example/hunter2"),
        ("REACH_NOTIFY__URLS", "hunter2"), ("REACH_FACEBOOK", '"hunter2"'), ("REACH_FACEBOOK", "hunter2"),
        ("REACH_FACEBOOK__TOKENS", "hunter2"), ("REACH_FACEBOOK__TOKENS", '["hunter2"]'),
        ("REACH_TIKTOK__REFRESH_TOKENS", '{"a": 5, "b": ["hunter2"]}'),
        ("REACH_FACEBOOK__ZONE", "EAAGhunter2hunter2hunter2hunter2"),
    ],
)  # fmt: skip
def test_no_mistake_in_the_settings_shows_a_secret(
    asking: World, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        Workspace(asking.workspace.home).require()
    assert "hunter2" not in str(refused.value)
    assert name.removeprefix("REACH_").split("__")[0].lower() in str(refused.value).lower()


@pytest.mark.parametrize("url", ["http://graph.facebook.com", "ftp://127.0.0.1", "https://user:pass@host", "graph"])
def test_a_base_url_that_is_not_safe_is_refused(asking: World, url: str) -> None:
    (asking.workspace.home / "reach.toml").write_text(f'[facebook]\nbase_url = "{url}"\n')
    with pytest.raises(SettingsError, match="must begin with https://"):
        _ = Workspace(asking.workspace.home).settings


def test_the_environment_goes_before_dot_env_which_goes_before_reach_toml_which_goes_before_defaults(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = world.workspace.home
    assert Workspace(home).settings.inbox == Path("inbox")
    (home / "reach.toml").write_text('inbox = "of-the-file"\n')
    assert Workspace(home).settings.inbox == Path("of-the-file")
    (home / ".env").write_text("REACH_INBOX=of-dot-env\nANOTHER_PROGRAM=1\n")
    assert Workspace(home).settings.inbox == Path("of-dot-env")
    monkeypatch.setenv("REACH_INBOX", "of-the-environment")
    assert Workspace(home).settings.inbox == Path("of-the-environment")


def test_each_platform_that_can_be_asked_has_settings_of_its_kind_and_the_zone_of_the_plan(asking: World) -> None:
    workspace = asking.workspace
    assert workspace.api_settings("facebook").accounts == [PAGE, OTHER]
    assert workspace.api_settings("tiktok").accounts == []
    zones = {settings.reporting_zone for settings in workspace.connector_settings("Asia/Tokyo").values()}
    assert zones == {"Asia/Tokyo"}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("inbocks = 'in'", "inbocks is no setting; the nearest is inbox."),
        ("[facebook]\nacounts = []", "facebook.acounts is no setting; the nearest is accounts."),
        ('report_url = "file:///home/report"', "must begin with https:// or http://, and hold no password"),
        ('report_url = "https://me:secret@share.example"', "must begin with https:// or http://, and hold no password"),
        ("inbox = ", "reach.toml cannot be read"),
    ],
)
def test_a_setting_that_is_none_is_named_with_the_nearest(world: World, line: str, sentence: str) -> None:
    (world.workspace.home / "reach.toml").write_text(f"{line}\n")
    with pytest.raises(SettingsError, match=re.escape(sentence)):
        _ = world.workspace.settings


def test_whom_to_tell_is_read_also_where_the_other_settings_cannot_be_used(world: World) -> None:
    home = world.workspace.home
    (home / "reach.toml").write_text("inbocks = 'in'\n")
    (home / ".env").write_text("REACH_NOTIFY__URLS=mailto://a json://b\n")
    assert [url.get_secret_value() for url in Workspace(home).notify.urls] == ["mailto://a", "json://b"]
    (home / ".env").write_text('REACH_NOTIFY__URLS=["mailto://a"]\n')
    assert [url.get_secret_value() for url in Workspace(home).notify.urls] == ["mailto://a"]
    (home / ".env").write_text("REACH_NOTIFY__URLS=nobody\n")
    assert Workspace(home).notify.urls == []


def test_a_folder_that_is_no_workspace_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist; reach init"):
        Workspace(tmp_path / "nowhere").require()
    with pytest.raises(SettingsError, match="is no workspace of Reach"):
        Workspace(tmp_path).require()


@pytest.mark.parametrize("name", ["what?", "line\nbreak", "caf\udce9"])
def test_a_folder_in_which_no_database_can_be_opened_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    home.mkdir()
    (home / "plan.toml").touch()
    with pytest.raises(SettingsError, match="without question marks") as refused:
        Workspace(home).require()
    assert str(refused.value).encode()  # can be written to any screen and log
    with pytest.raises(SettingsError, match="without question marks"):
        init.create(home)


@pytest.mark.parametrize("name", ["a#b", "100%41", "it's", "two words", "សារ", ";", "[a]*"])
def test_a_folder_of_any_other_name_is_a_workspace(tmp_path: Path, name: str) -> None:
    init.create(tmp_path / name)
    Workspace(tmp_path / name).require()
    with open_store(Workspace(tmp_path / name).warehouse_file, is_any_version=True) as store:
        store.create()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('inbox = "."', "The setting inbox is .* holds the workspace"), ('published = ".."', "published .* the workspace"),
        ('archive = "published/archive"', "published .* holds archive"), ('inbox = "published"', "inbox .* published"),
        ('published = "inbox/2024"', "inbox .* holds published"), ('archive = "./inbox/../inbox"', "inbox .* archive"),
    ],
)  # fmt: skip
def test_no_folder_of_the_settings_holds_another_one(tmp_path: Path, line: str, sentence: str) -> None:
    init.create(tmp_path / "w")
    (tmp_path / "w" / "reach.toml").write_text(f"{line}\n")
    with pytest.raises(SettingsError, match=sentence):
        Workspace(tmp_path / "w").require()


def test_folders_outside_of_the_workspace_are_taken(tmp_path: Path) -> None:
    init.create(tmp_path / "w")
    folders = "\n".join(f'{name} = "{tmp_path / name}"' for name in ("inbox", "archive", "published"))
    (tmp_path / "w" / "reach.toml").write_text(folders)
    Workspace(tmp_path / "w").require()


def test_settings_that_may_not_be_read_are_told_with_what_others_open(tmp_path: Path) -> None:
    init.create(tmp_path / "w")
    (tmp_path / "w" / "reach.toml").unlink()
    (tmp_path / "w" / "reach.toml").mkdir()  # what nobody can read, for whoever runs the tests
    with pytest.raises(SettingsError, match=r"reach\.toml cannot be read .* other accounts open what is in published/"):
        Workspace(tmp_path / "w").require()


def test_of_thousands_of_workspaces_with_names_in_khmer_each_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = {Workspace(tmp_path / f"member-{number}" / "វិទ្យុមេគង្គ").key for number in range(12_000)}
    assert len(keys) == 12_000
    assert all(re.fullmatch("[0-9a-f]{10}", key) for key in keys)
