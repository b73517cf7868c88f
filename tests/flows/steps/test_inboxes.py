"""What people are told of each inbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.steps import doctor, inboxes, night
from flows.steps.access import inbox_checks
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, World, meta, post
from tests.flows.cli.typed import reach
from tests.flows.published import publish
from tests.warehouse.archive.imap_server import PASSWORD, USER, Imap, mail, serve
from warehouse.archive.receipts import may_change_what_counts

DRIVE = '[[inbox]]\npath = "drive"\norganisation = "Open Budget Circle"\n'


@pytest.fixture
def imap() -> Imap:
    made = Imap()
    made.add(mail("maly@obc.example", ("a.csv", b"a,b\n1,2\n"), ("plan.xlsx", b"PK")))
    made.add(mail("dara@yln.example", ("d.csv", b"d")))
    return made


@pytest.fixture
def workspace(world: World, imap: Imap) -> Iterator[Workspace]:
    """A workspace with a partner's folder and a mailbox."""
    port, end = serve(imap)
    home = world.workspace.home
    text = f'[[inbox]]\npath = "imap://{USER}@localhost:{port}"\nsenders = {{ "maly@obc.example" = "Open Budget Circle" }}\n'
    (home / "reach.toml").write_text(DRIVE + text, encoding="utf-8")
    (home / ".env").write_text(f"REACH_INBOX_SECRETS__MAIL={PASSWORD}\n", encoding="utf-8")
    (home / ".env").chmod(0o600)
    (home / "drive").mkdir()
    (home / "drive/b.csv").write_bytes(b"b")
    yield Workspace(home)
    end()


def test_a_night_takes_every_inbox_and_each_is_told_of_by_its_name(workspace: Workspace) -> None:
    workspace.inbox.mkdir(exist_ok=True)
    (workspace.inbox / "own.csv").write_bytes(b"own")
    receipt = night.receive(workspace)
    paths = [version.path for version in receipt.received]
    assert paths == ["own.csv", "Open Budget Circle/b.csv", "mail/Open Budget Circle/maly@obc.example/a.csv"]
    assert [may_change_what_counts(path) for path in paths] == [True, False, False]
    assert [left.path for left in receipt.left_out] == [
        "mail/Open Budget Circle/maly@obc.example/plan.xlsx", f"The mailbox {USER} on localhost, INBOX"
    ]  # fmt: skip
    ours, drive, box = inboxes.overview(workspace)
    day = f"{night.now():%Y-%m-%d}"
    assert ours == f"The inbox: 1 file came from it, the last on {day}."
    assert drive == f"The inbox {workspace.home / 'drive'}: 1 file came from it, the last on {day}."
    assert box == (
        f"The mailbox {USER} on localhost, INBOX: 1 file came from it, the last on {day}. Put aside, of unknown "
        "senders: dara@yln.example (1)."
    )
    assert inboxes.overview(Workspace(Path("/nowhere"))) == []


def test_files_of_an_inbox_that_left_the_settings_are_told_apart_from_the_projects_own(workspace: Workspace) -> None:
    workspace.inbox.mkdir(exist_ok=True)
    (workspace.inbox / "own.csv").write_bytes(b"own")
    night.receive(workspace)
    settings = (workspace.home / "reach.toml").read_text(encoding="utf-8")
    (workspace.home / "reach.toml").write_text(settings.replace(DRIVE, ""), encoding="utf-8")
    day = f"{night.now():%Y-%m-%d}"
    ours, _ = inboxes.overview(Workspace(workspace.home))
    assert ours == (
        f"The inbox: 1 file came from it, the last on {day}. 1 file came from what lies in no inbox now, the "
        f"last on {day}."
    )


def test_a_check_opens_each_inbox_and_says_what_is_wrong(workspace: Workspace, imap: Imap) -> None:
    workspace.inbox.mkdir(exist_ok=True)
    assert [(one.came, one.act) for one in inbox_checks(workspace)] == [
        ("0 files", ""),
        ("1 file", ""),
        ("2 mails", ""),
    ]
    assert [finding for finding in doctor.examine(workspace) if finding.part == "inbox"] == []
    imap.password = "another"
    (workspace.home / "drive/b.csv").unlink()
    (workspace.home / "drive").rmdir()
    acts = [one.act for one in inbox_checks(workspace)]
    assert acts[0] == ""
    assert acts[1] == f"The inbox {workspace.home / 'drive'} does not exist; make the folder, or set another."
    assert "refuses the login" in acts[2]
    assert [one.sentence for one in doctor.examine(workspace) if one.part == "inbox"] == acts[1:]
    assert workspace.archive.events("mailbox", "received") == []


def test_the_screen_names_the_inboxes(world: World, workspace: Workspace) -> None:
    world.plan(CAMPAIGN)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    publish(workspace)
    listed = reach("sources", "--home", workspace.home)
    assert f"The inbox {workspace.home / 'drive'}: 1 file came" in listed.stdout
    assert "Put aside, of unknown senders: dara@yln.example (1)." in listed.stdout
    assert "The inbox" not in reach("sources", "--home", workspace.home, "--format", "json").stdout
    checked = reach("sources", "--check", "--home", workspace.home)
    assert (checked.returncode, "2 mails" in checked.stdout) == (0, True)


def test_an_organisation_that_the_plan_does_not_have_is_said_with_the_nearest(
    world: World, workspace: Workspace
) -> None:
    world.plan('[[organisation]]\nname = "Open Budget Circles"\n')
    (sentence,) = inboxes.unplanned_organisations(workspace, night.read_plan(workspace).plan)
    assert sentence == (
        '[[inbox]] in reach.toml names the organisation "Open Budget Circle", which the plan has not; the nearest is '
        '"Open Budget Circles".'
    )
    world.plan('[[organisation]]\nname = "OPEN budget circle"\n')
    assert inboxes.unplanned_organisations(workspace, night.read_plan(workspace).plan) == []
