"""The doctor finds what is damaged, changes nothing unless asked to, and mends what can be mended."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.steps import doctor, freezing, night, remembered
from flows.steps.lock import only_night
from flows.steps.settings import Workspace
from tests.conftest import World, meta, new_world, post
from tests.flows.cli.typed import reach
from tests.flows.published import DAY, publish
from tests.flows.smtp_server import taking_mails
from warehouse.archive.log_lines import sealed
from warehouse.history.store import open_store


@pytest.fixture(scope="module")
def kept_night(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace that took in three files, was published and has a frozen report, for copies."""
    world = new_world(tmp_path_factory.mktemp("kept"))
    world.workspace.home.chmod(0o700)
    for number in (1, 2, 3):
        world.drop(f"2024-10-0{number}/a.csv", meta(post(number, Views=10 * number)))
        with only_night(world.workspace):
            world.load()
    with only_night(world.workspace):
        publish(world.workspace)
    freezing.freeze(world.workspace, night.read_plan(world.workspace), "final", DAY)
    with only_night(world.workspace):
        pass
    shutil.rmtree(world.workspace.logs, ignore_errors=True)
    for path in (world.workspace.archive.folder, *world.workspace.home.glob("warehouse.duckdb*")):
        path.chmod(0o700)
    for path in world.workspace.home.glob(".*"):
        path.chmod(0o600)
    return world.workspace


@pytest.fixture
def unpublished(kept_night: Workspace, tmp_path: Path) -> Workspace:
    """One of which nothing is published yet, so that no table has to be computed."""
    ignored = shutil.ignore_patterns("published")
    workspace = Workspace(Path(shutil.copytree(kept_night.home, tmp_path / "workspace", ignore=ignored)))
    log = workspace.archive.folder / "events.jsonl"
    log.write_bytes(b"".join(line for line in log.read_bytes().splitlines(keepends=True) if b'"frozen"' not in line))
    for sha256 in set(workspace.archive.blobs.hashes()) - {v.sha256 for v in workspace.archive.file_versions()}:
        if sha256 != str(workspace.archive.events("plan")[0]["sha256"]):
            workspace.archive.blobs.drop(sha256)
    remembered.remember(workspace)
    return workspace


@pytest.fixture
def workspace(kept_night: Workspace, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(kept_night.home, tmp_path / "workspace")))


def _everything(workspace: Workspace) -> dict[str, bytes]:
    files = (file for file in workspace.home.rglob("*") if file.is_file() and file.name != ".night.lock")
    return {str(file.relative_to(workspace.home)): file.read_bytes() for file in files}


def _log(workspace: Workspace) -> Path:
    return workspace.archive.folder / "events.jsonl"


def _blob_of(workspace: Workspace, path: str) -> Path:
    return workspace.archive.blobs.path(next(v.sha256 for v in workspace.archive.file_versions() if v.path == path))


def _lose_blob(workspace: Workspace) -> None:
    _blob_of(workspace, "2024-10-01/a.csv").write_bytes(b"x")


def _add_orphan(workspace: Workspace) -> None:
    workspace.archive.keep(b"from a run that died")


def _flip_log(workspace: Workspace) -> None:
    log = bytearray(_log(workspace).read_bytes())
    log[log.index(b"2024-10-02") + 3] ^= 1
    _log(workspace).write_bytes(log)


def _garbage_in_log(workspace: Workspace) -> None:
    lines = _log(workspace).read_bytes().splitlines(keepends=True)
    _log(workspace).write_bytes(b"".join([*lines[:2], b"garbage\n", *lines[2:]]))


def _half_a_line(workspace: Workspace) -> None:
    with _log(workspace).open("ab") as log:
        log.write(sealed({"event": "received"})[:-5])


def _damage_warehouse(workspace: Workspace) -> None:
    workspace.warehouse_file.write_bytes(workspace.warehouse_file.read_bytes()[:9_000])


def _forget_a_load(workspace: Workspace) -> None:
    with open_store(workspace.warehouse_file) as history:
        history.drop_loads(
            [str(place) for (place,) in history.rows("select place_id from loads where path = '2024-10-03/a.csv'")]
        )


def _rows_of_no_load(workspace: Workspace) -> None:
    with open_store(workspace.warehouse_file) as history:
        history.connection.execute("delete from loads where path = '2024-10-03/a.csv'")


def _damage_published(workspace: Workspace) -> None:
    (workspace.published / "reach.duckdb").write_bytes(b"x")


def _change_parquet(workspace: Workspace) -> None:
    file = workspace.published / "parquet" / "campaign_totals.parquet"
    shutil.copy(workspace.published / "parquet" / "about.parquet", file)


def _lose_frozen_files(workspace: Workspace) -> None:
    shutil.rmtree(workspace.published / "frozen")


def _leave_something(workspace: Workspace) -> None:
    (workspace.archive.folder / "blobs" / "ab.12-3.tmp").write_bytes(b"half")
    _blob_of(workspace, "2024-10-01/a.csv").with_suffix(".12-3.tmp").write_bytes(b"half")


def _open_to_others(workspace: Workspace) -> None:
    workspace.archive.folder.chmod(0o755)


def test_a_sound_workspace_has_no_findings_and_every_byte_stays(workspace: Workspace) -> None:
    before = _everything(workspace)
    looked = reach("doctor", "--home", workspace.home)
    assert (looked.returncode, looked.stdout.strip(), looked.stderr) == (0, "All is well.", "")
    assert _everything(workspace) == before


@pytest.mark.parametrize(
    ("damage", "part", "sentence"),
    [
        (_lose_blob, "blob", "it was 2024-10-01/a.csv, whose figures stand until it has to be read again"),
        (_add_orphan, "blob", "Nothing in the log names archive/blobs/"),
        (_flip_log, "log", "One bit of it changed, and it can be put right"),
        (_garbage_in_log, "log", "Line 3 of events.jsonl cannot be used: it is no JSON"),
        (_half_a_line, "log", "The last line of events.jsonl is not whole"),
        (_damage_warehouse, "warehouse", "warehouse.duckdb is damaged"),
        (_forget_a_load, "warehouse", "2024-10-03/a.csv came in and is not loaded yet"),
        (_rows_of_no_load, "warehouse", "observations has 1 row of no load"),
        (_leave_something, "leftover", "was left by a run that died"),
        (_open_to_others, "rights", "Other accounts of this machine can read"),
    ],
)
def test_what_is_damaged_is_found_and_mended_and_the_figures_are_as_before(
    unpublished: Workspace, damage: Callable[[Workspace], None], part: str, sentence: str
) -> None:
    damage(unpublished)
    before = _everything(unpublished)
    findings = doctor.examine(unpublished)
    assert [finding for finding in findings if finding.part == part and sentence in finding.sentence]
    assert _everything(unpublished) == before
    assert all(finding.is_mended for finding in doctor.repair(unpublished))
    assert doctor.examine(unpublished) == []
    with only_night(unpublished):
        assert World(unpublished).campaign()["views"] == 60


def test_what_is_published_and_damaged_is_published_again(workspace: Workspace) -> None:
    _change_parquet(workspace)
    _lose_frozen_files(workspace)
    parts = [(finding.part, finding.is_mended) for finding in doctor.repair(workspace)]
    assert parts == [("published", True)]  # the frozen report's files are written by every run that finds them missing
    assert doctor.examine(workspace) == []
    _damage_published(workspace)
    assert [finding.part for finding in doctor.examine(workspace)] == ["published"]


def test_a_mail_server_that_takes_no_login_is_found_where_a_report_is_to_be_mailed(unpublished: Workspace) -> None:
    home, plan = unpublished.home, unpublished.plan_file.read_text(encoding="utf-8")
    with taking_mails() as smtp:
        settings = f'[mail]\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\nsender = "us@ngo.example"\n'
        (home / "reach.toml").write_text(settings)
        assert _of_mails(home) == []
        unpublished.plan_file.write_text(plan + '[[report]]\nname = "a"\nas_of = 2999-12-30\nmail_to = ["donor"]\n')
        assert _of_mails(home) == [
            "Mails that cannot be sent (a to donor): put the address as REACH_MAIL_TO__DONOR into .env."
        ]
        (home / ".env").write_text("REACH_MAIL_TO__DONOR=a@b.example\nREACH_MAIL__PASSWORD=p\n")
        (finding,) = _of_mails(home)
        assert finding.startswith("Reports cannot be mailed: the mail server 127.0.0.1 at port")
        assert "offers no login with a password" in finding
        (home / ".env").write_text("REACH_MAIL_TO__DONOR=a@b.example\n")
        assert _of_mails(home) == []
        assert smtp.raw == []


def _of_mails(home: Path) -> list[str]:
    return [finding.sentence for finding in doctor.examine(Workspace(home)) if finding.part == "mail"]


def test_a_line_that_cannot_be_put_right_is_kept_aside_and_its_file_comes_in_again(unpublished: Workspace) -> None:
    lines = _log(unpublished).read_bytes().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if b"2024-10-02/a.csv" in line)
    bad = lines[at].replace(b"2024", b"1999")
    _log(unpublished).write_bytes(b"".join([*lines[:at], bad, *lines[at + 1 :]]))
    assert reach("publish", "--home", unpublished.home).returncode == 3
    (about_line,) = [finding for finding in doctor.examine(unpublished) if finding.part == "log"]
    assert f"Line {at + 1} of" in about_line.sentence
    assert "It seems to be of: received 1999-10-02/a.csv. What it told is lost" in about_line.sentence
    left = [finding for finding in doctor.repair(unpublished) if not finding.is_mended]
    assert [finding.part for finding in left] == ["blob"]  # nothing names the blob of the line; it is kept
    (aside,) = unpublished.archive.folder.glob("events.damaged-*.jsonl")
    assert aside.read_bytes() == bad
    with only_night(unpublished):
        assert World(unpublished).campaign()["views"] == 60
    assert doctor.examine(unpublished) == []


def test_a_blob_that_is_lost_everywhere_and_a_newer_line_are_left_to_a_person(unpublished: Workspace) -> None:
    _lose_blob(unpublished)
    shutil.rmtree(unpublished.inbox)
    unpublished.inbox.mkdir(mode=0o700)
    with _log(unpublished).open("ab") as log:
        log.write(sealed({"event": "of tomorrow"}) + b"\n")
    assert [(one.part, one.what_to_do) for one in doctor.repair(unpublished)] == [
        ("log", "run the newer version of Reach"),
    ]
    _log(unpublished).write_bytes(b"".join(_log(unpublished).read_bytes().splitlines(keepends=True)[:-1]))
    remembered.remember(unpublished)
    assert [(one.part, one.is_mended) for one in doctor.repair(unpublished)] == [("blob", False)]
    checked = reach("doctor", "--home", unpublished.home, "--format", "json")
    assert checked.returncode == 1
    assert '"part":"blob"' in checked.stdout


def _cut(workspace: Workspace) -> None:
    _log(workspace).write_bytes(b"".join(_log(workspace).read_bytes().splitlines(keepends=True)[:2]))


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        (_cut, "loses"),
        (lambda workspace: shutil.rmtree(workspace.archive.folder), "is not there"),
        (lambda workspace: shutil.rmtree(workspace.archive.folder / "blobs"), "blobs is not there"),
        (lambda workspace: _log(workspace).write_bytes(b""), "events.jsonl is not there, or empty"),
    ],
    ids=["less", "gone", "without its blobs", "without its log"],
)
def test_a_repair_changes_nothing_by_an_archive_that_is_less_than_it_was(
    workspace: Workspace, harm: Callable[[Workspace], object], word: str
) -> None:
    harm(workspace)
    before = {path: path.read_bytes() for path in workspace.home.rglob("*") if path.is_file()}
    (finding,) = (one for one in doctor.repair(workspace) if one.part not in ("leftover", "rights"))
    assert (finding.part, finding.is_mended) == ("archive", False)
    assert word in finding.sentence
    assert {path: path.read_bytes() for path in before if path.exists()} == before
