"""``[[inbox]]``: what it takes, and what it says of what it does not take."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps.settings import SettingsError, Workspace
from warehouse.archive.address import Unreachable
from warehouse.archive.mailbox import Mailbox
from warehouse.archive.remote_folder import RemoteFolder

OURS = '[[inbox]]\npath = "exports"\nours = true\n'
DRIVE = '[[inbox]]\npath = "drive"\norganisation = "Open Budget Circle"\n'
NAMED = '[[inbox]]\npath = "drive"\nname = "shared"\n'
MAIL = '[[inbox]]\npath = "imap://reach@example.org@imap.example.org/INBOX"\n'


def with_settings(home: Path, text: str, secrets: str = "") -> Workspace:
    (home / "reach.toml").write_text(text, encoding="utf-8")
    (home / ".env").write_text(secrets, encoding="utf-8")
    return Workspace(home)


def refusal(home: Path, text: str) -> str:
    with pytest.raises(SettingsError) as error:
        with_settings(home, text).require()
    return str(error.value)


def test_the_workspaces_inbox_stays_where_others_are_added(tmp_path: Path) -> None:
    workspace = with_settings(tmp_path, DRIVE)
    assert workspace.inbox == tmp_path / "inbox"
    assert [(one.root, one.prefix) for one in workspace.folders] == [
        (tmp_path / "inbox", ()), (tmp_path / "drive", ("Open Budget Circle",))
    ]  # fmt: skip


def test_the_one_that_is_ours_takes_its_place_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [one.root.name for one in with_settings(tmp_path, DRIVE + OURS).folders] == ["exports", "drive"]
    monkeypatch.setenv("REACH_INBOX", "elsewhere")
    assert [one.root.name for one in with_settings(tmp_path, DRIVE + OURS).folders] == ["elsewhere", "drive"]


def test_a_file_is_known_by_whose_inbox_it_lies_in(tmp_path: Path) -> None:
    workspace = with_settings(tmp_path, DRIVE + '[[inbox]]\npath = "all"\nname = "all"\n')
    assert workspace.path_in_inbox(tmp_path / "inbox/a.csv") == "a.csv"
    assert workspace.path_in_inbox(tmp_path / "drive/2024-12-30/a.csv") == "Open Budget Circle/2024-12-30/a.csv"
    assert workspace.path_in_inbox(tmp_path / "all/a.csv") == "all/a.csv"
    assert workspace.path_in_inbox(tmp_path / "a.csv") is None


def test_an_organisations_name_is_one_folder_of_the_path(tmp_path: Path) -> None:
    workspace = with_settings(tmp_path, '[[inbox]]\npath = "d"\norganisation = "ADHOC / KH "\nname = "s3"\n')
    assert workspace.folders[1].prefix == ("s3", "ADHOC - KH")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[inbox]]\npath = "x"\n', '[[inbox]] number 1 in reach.toml does not say whose it is: add organisation = "…"'),
        (DRIVE + DRIVE, "[[inbox]] in reach.toml holds two of Open Budget Circle; give one of them a name"),
        (DRIVE + DRIVE.replace("Open", "open"), "holds two of open Budget Circle"),
        (OURS + OURS, "holds two with ours = true"),
        (NAMED + NAMED.replace("drive", "b") + 'organisation = "Org"\n', "holds shared and shared/Org: a file of a folder Org"),
        (DRIVE + 'name = "mail"\n' + MAIL, "holds mail and mail/Open Budget Circle: a file of a folder Open Budget"),
        (DRIVE + DRIVE.replace("drive", "b").replace("Open Budget Circle", "SHARED") + NAMED, "holds two of shared"),
        (MAIL + MAIL, "holds two of mail"),
        (OURS + 'organisation = "x"\n', "with ours = true is the project's own: a folder, without organisation"),
        ('[[inbox]]\npath = "s3://bucket"\nours = true\n', "with ours = true is the project's own: a folder"),
        ('[[inbox]]\npath = "s3://bucket"\norganisation = "x"\n', "needs a name, by which its secret is known"),
        (MAIL + 'organisation = "x"\n', "is a mailbox, to which several may write"),
        (DRIVE + 'senders = { "a@b.example" = "x" }\n', "is no mailbox, and only a mailbox has senders"),
        (DRIVE + 'options = { anon = true }\n', "is a folder, and only an address such as s3://bucket has options"),
        (MAIL + 'senders = { "Maly <a@b.example>" = "x" }\n', "senders holds what is no address"),
        (DRIVE + 'name = "2024-12-30"\n', "name is written in small letters"),
        (DRIVE + 'name = "api"\n', "and is not api"),
        ('[[inbox]]\npath = "imap://imap.example.org"\n', "path is no mailbox's address"),
        ('[[inbox]]\npath = "imap://a@b:port/x"\n', "path is no address"),
        ('[[inbox]]\npath = "file:///x"\nname = "x"\n', "path is a folder of this machine"),
        ('[[inbox]]\npath = "~nobody-here/drive"\nname = "x"\n', "path begins with ~ and a name that this machine does not"),
        ('[[inbox]]\npath = "D:\\table"\nname = "x"\n', "path holds a character that no name of a folder has"),
        ('[[inbox]]\npath = "a\\u0000b"\nname = "x"\n', "path holds a character that no name of a folder has"),
        ('[[inbox]]\npath = "x"\norganisation = ".."\n', "organisation is a name, as the plan has it"),
        ('[[inbox]]\npath = ""\n', "path String should have at least 1 character"),
        (DRIVE + 'organization = "x"\n', "organization is no setting; the nearest is organisation"),
        ('[[inboxes]]\npath = "x"\n', "In reach.toml each inbox is an [[inbox]]"),
        ('inbox = ["a", "b"]\n', "[[inbox]] number 1 in reach.toml Input should be a valid dictionary"),
        ('[[inbox]]\npath = "inbox/partner"\nname = "x"\n', "The setting inbox is the folder .*, which is or holds inbox x"),
        ('[[inbox]]\npath = "."\nname = "x"\n', "The setting inbox x is the folder"),
    ],
)  # fmt: skip
def test_what_an_inbox_cannot_be_is_said(tmp_path: Path, text: str, sentence: str) -> None:
    said_of_it = refusal(tmp_path, text)
    assert all(part in said_of_it for part in sentence.split(".*")), said_of_it


@pytest.mark.parametrize(
    "text",
    [
        '[[inbox]]\npath = "imap://reach@example.org:hunter22@imap.example.org/INBOX"\n',
        MAIL + 'password = "hunter22"\n',
        '[[inbox]]\npath = "s3://bucket"\nname = "b"\noptions = { secret = "hunter22" }\n',
        '[[inbox]]\npath = "ftp://u:hunter22@[bad/x"\nname = "b"\n',
        'inbox_secrets = { mail = "hunter22" }\n',
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    said_of_it = refusal(tmp_path, text)
    assert "hunter22" not in said_of_it
    assert ".env" in said_of_it or "no address" in said_of_it


@pytest.mark.parametrize("password", ["hunter22", "12345", "1e5", "true", "a b=c#d", '{"key": "a", "secret": "b"}'])
def test_the_secret_of_an_inbox_is_kept_as_it_was_typed(tmp_path: Path, password: str) -> None:
    workspace = with_settings(tmp_path, MAIL, f"REACH_INBOX_SECRETS__MAIL='{password}'\n")
    assert workspace.settings.inbox_secrets["mail"].get_secret_value() == password
    assert workspace.secrets()[-1].get_secret_value() == password
    assert password not in repr(workspace.settings)


@pytest.mark.parametrize(
    ("path", "host", "port", "user", "folder", "starts_encrypted"),
    [
        (
            "imap://reach@example.org@imap.example.org/INBOX",
            "imap.example.org",
            993,
            "reach@example.org",
            "INBOX",
            True,
        ),
        ("imaps://reach@Imap.example.org", "imap.example.org", 993, "reach", "INBOX", True),
        (
            "imap://reach%40x@imap.example.org:143/Old/2024 %26 on",
            "imap.example.org",
            143,
            "reach@x",
            "Old/2024 & on",
            False,
        ),
        ("imaps://reach@imap.example.org:143/", "imap.example.org", 143, "reach", "INBOX", True),
        ("imap://reach@imap.example.org:1993/", "imap.example.org", 1993, "reach", "INBOX", True),
        ("imap://reach@localhost:1143/ខែ", "localhost", 1143, "reach", "ខែ", False),
        ("imap://reach@localhost", "localhost", 993, "reach", "INBOX", True),
    ],
)
def test_a_mailboxs_address_says_server_user_and_folder_and_it_is_encrypted(
    tmp_path: Path, path: str, host: str, port: int, user: str, folder: str, starts_encrypted: bool
) -> None:
    text = f'[[inbox]]\npath = "{path}"\nsenders = {{ "A@B.example" = "x" }}\n'
    box = with_settings(tmp_path, text, "REACH_INBOX_SECRETS__MAIL=hunter22\n").inboxes[-1]
    assert isinstance(box, Mailbox)
    assert (box.host, box.port, box.user, box.folder) == (host, port, user, folder)
    assert (box.starts_encrypted, box.password, box.senders) == (starts_encrypted, "hunter22", {"a@b.example": "x"})
    assert box.prefix == ("mail",)
    assert "hunter22" not in repr(box)


@pytest.mark.parametrize("secret", ["AKIA1:hunter22/+=:", '{"key": "AKIA1", "secret": "hunter22/+=:"}'])
def test_an_addresss_secret_is_two_keys_or_options_as_json(tmp_path: Path, secret: str) -> None:
    text = '[[inbox]]\npath = "s3://b/f"\nname = "b"\noptions = { endpoint_url = "https://minio.example" }\n'
    remote = with_settings(tmp_path, text, f"REACH_INBOX_SECRETS__B='{secret}'\n").inboxes[-1]
    assert isinstance(remote, RemoteFolder)
    assert dict(remote.options) == {"endpoint_url": "https://minio.example", "key": "AKIA1", "secret": "hunter22/+=:"}
    assert "hunter22" not in repr(remote)


def test_a_secret_without_the_inboxs_name_is_told_where_the_name_stands(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="REACH_INBOX_SECRETS__MAIL=… with the inbox's name behind it") as error:
        _ = with_settings(tmp_path, MAIL, "REACH_INBOX_SECRETS=hunter22\n").settings
    assert "hunter22" not in str(error.value)


def test_a_link_that_leads_to_itself_is_an_inbox_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "drive").symlink_to("drive")
    workspace = with_settings(tmp_path, DRIVE)
    workspace.require()
    assert workspace.path_in_inbox(tmp_path / "inbox/a.csv") == "a.csv"
    with pytest.raises(Unreachable, match="does not exist"):
        list(workspace.folders[1].entries())
