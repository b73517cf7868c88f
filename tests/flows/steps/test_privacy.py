"""Who may read the files of a workspace."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.steps import privacy
from flows.steps.init import create
from flows.steps.settings import Workspace
from tests.conftest import meta, post
from tests.flows.cli.typed import reach
from tests.flows.published import publish
from warehouse.publish.snapshot import query_published


@pytest.fixture(autouse=True)
def mask(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process as it was before anybody asked for privacy, and a mask that takes nothing away."""
    monkeypatch.setattr(privacy, "_before", [])
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with one export."""
    create(tmp_path)
    (tmp_path / "inbox" / "2024-12-30").mkdir()
    (tmp_path / "inbox" / "2024-12-30" / "a.csv").write_text(meta(post(1, Views=3)), encoding="utf-8")
    return Workspace(tmp_path)


@pytest.fixture(scope="module")
def kept_night(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace after a night of a process that leaves everything open to everybody, for copies."""
    home = tmp_path_factory.mktemp("kept") / "workspace"
    before = os.umask(0)
    create(home)
    (home / "inbox" / "2024-12-30").mkdir()
    (home / "inbox" / "2024-12-30" / "a.csv").write_text(meta(post(1, Views=3)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(privacy, "_before", [])
        publish(Workspace(home))
    os.umask(before)
    return Workspace(home)


@pytest.fixture
def published(kept_night: Workspace, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(kept_night.home, tmp_path / "workspace")))


def rights(folder: Path) -> dict[str, str]:
    """The rights on everything in a folder, and on the folder itself, in octal."""
    return {
        path.relative_to(folder).as_posix(): f"{stat.S_IMODE(path.stat().st_mode):o}"
        for path in (folder, *folder.rglob("*"))
    }


def private(workspace: Workspace) -> dict[str, str]:
    """The rights on everything of a workspace but what is published."""
    return {
        name: mode
        for name, mode in rights(workspace.home).items()
        if name != "." and not name.startswith("published") and not name.startswith("inbox/")
    }


def test_everything_but_what_is_published_is_its_owners_alone_whatever_the_mask(tmp_path: Path) -> None:
    home = tmp_path / "w"
    assert reach("init", home).returncode == 0
    (home / "inbox" / "a.csv").write_text(meta(post(1, Views=3)), encoding="utf-8")
    assert reach("rebuild", "--home", home).returncode == 0
    assert reach("publish", "--home", home).returncode == 0
    modes = private(Workspace(home))
    assert {"archive", "archive/events.jsonl", "warehouse.duckdb", "logs/reach.jsonl", ".night.lock", ".env"} <= set(
        modes
    )
    assert set(modes.values()) == {"700", "600"}
    assert set(rights(home / "published").values()) == {"755", "644"}
    assert rights(home)["."] == "755"


@pytest.mark.parametrize(
    ("readers", "folders", "files"), [("owner", "700", "600"), ("group", "750", "640"), ("everyone", "755", "644")]
)
def test_what_is_published_is_for_whom_the_setting_names(
    published: Workspace, readers: str, folders: str, files: str
) -> None:
    (published.published / "frozen" / "final").mkdir(parents=True)
    (published.published / "frozen" / "final" / "reach.json").write_text("{}")
    (published.home / "reach.toml").write_text(f'published_for = "{readers}"\n')
    privacy.only_owner()
    publish(Workspace(published.home))
    for path in (published.published, *published.published.rglob("*")):
        assert f"{stat.S_IMODE(path.stat().st_mode):o}" == (folders if path.is_dir() else files), path
    assert os.umask(0o077) == 0o077


def test_an_older_workspace_is_tightened_by_the_next_run_and_that_is_said_once(
    published: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    (published.home / ".notices.json").write_text("{}")
    assert private(published)["archive/events.jsonl"] == "666"
    privacy.tighten(published)
    assert "could read archive, warehouse.duckdb, .notices.json; now only the owner can" in caplog.text
    modes = private(published)
    assert {modes[name] for name in modes if name.startswith(("archive", "warehouse", ".notices"))} == {"700", "600"}
    assert (modes["plan.toml"], modes["reach.toml"]) == ("666", "666")
    caplog.clear()
    privacy.tighten(published)
    assert caplog.text == ""


def test_no_link_leads_tightening_out_of_the_workspace(published: Workspace, tmp_path_factory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "notes.txt"
    outside.write_text("")
    (published.archive.folder / "link").symlink_to(outside)
    privacy.tighten(published)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o666


@pytest.mark.parametrize(("mode", "is_said"), [(0o600, False), (0o640, True), (0o604, True), (0o610, True)])
def test_a_file_of_secrets_that_others_may_read_is_said(workspace: Workspace, mode: int, is_said: bool) -> None:
    (workspace.home / ".env").chmod(mode)
    sentences = privacy.open_secrets(workspace)
    assert bool(sentences) is is_said
    assert all(f"type chmod 600 {workspace.home / '.env'}" in sentence for sentence in sentences)
    checked = reach("sources", "--check", "--home", workspace.home)
    assert (checked.returncode, "which holds tokens" in checked.stderr) == (int(is_said), is_said)


def test_what_a_refused_file_says_is_nowhere_but_in_the_archive(tmp_path: Path) -> None:
    home = tmp_path / "w"
    reach("init", home)
    (home / "inbox" / "wi-fi.csv").write_text("site,user,hunter2\nbank,ana,Tr0ub4dor\n")
    (home / "inbox" / "notes.txt").write_text("Tr0ub4dor: hunter2\n")
    (home / "inbox" / "views.csv").write_text(
        "Lien,hunter2,Vaatamised\nhttps://www.tiktok.com/@a/video/7,Tr0ub4dor,5\n"
    )
    changed = reach("date", "views.csv", "2024-12-30", "--home", home)
    rebuilt = reach("rebuild", "--home", home)
    workspace = Workspace(home)
    publish(workspace, has_report=True)
    tables = query_published(workspace.published, "from source_files").write_csv()
    assert "wi-fi.csv is no export that is known" in tables
    shown = reach("sources", "--home", home).stdout + rebuilt.stderr + changed.stderr + tables
    as_they_came = (workspace.inbox, workspace.archive.folder / "blobs")
    files = [path for path in home.rglob("*") if path.is_file() and not any(map(path.is_relative_to, as_they_came))]
    everything = shown.encode() + b"".join(path.read_bytes() for path in files)
    assert b"wi-fi.csv" in everything
    assert b"hunter2" not in everything
    assert b"Tr0ub4dor" not in everything
    inspected = reach("inspect", home / "inbox" / "wi-fi.csv", "--home", home)
    assert "In the file: its header is “site, user, hunter2”." in inspected.stdout
