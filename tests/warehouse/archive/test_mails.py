"""Mails become documents once, by who sent them; whoever is unknown is put aside and named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.warehouse.archive.conftest import NOW
from tests.warehouse.archive.imap_server import PASSWORD, USER, Imap, mail, serve
from warehouse.archive import mailbox, mails
from warehouse.archive.archive import Archive
from warehouse.archive.mailbox import Mailbox
from warehouse.archive.mails import has_news, looked, receive
from warehouse.archive.receipts import Receipt

MALY, DARA = "maly@obc.example", "dara@yln.example"
OF_MALY = "mail/Open Budget Circle/maly@obc.example"


class Post:
    """A mailbox on a server, and the archive that it is taken into."""

    def __init__(self, folder: Path) -> None:
        self.imap = Imap()
        port, self.end = serve(self.imap)
        self.archive = Archive(folder / "archive")
        self.box = Mailbox(
            "localhost", port, USER, "INBOX", ("mail",), {MALY: "Open Budget Circle"}, PASSWORD, timeout_seconds=0.5,
            starts_encrypted=False,
        )  # fmt: skip

    def look(self) -> Receipt:
        return receive(self.archive, self.box, NOW)

    def has_news(self) -> bool:
        return has_news(self.archive, self.box)

    def paths(self) -> list[str]:
        return [version.path for version in self.look().received]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    made = Post(tmp_path)
    yield made
    made.end()
    assert made.imap.violations == []


def test_an_attachment_is_a_file_by_its_sender_name_and_day_and_is_taken_once(post: Post) -> None:
    post.imap.add(mail(f"Maly Sok <{MALY.upper()}>", ("posts.csv", b"a,b\n1,2\n")))
    (version,) = post.look().received
    assert version.path == f"{OF_MALY}/posts.csv"
    assert str(version.modified_at) == "2024-12-30 03:00:00"
    assert post.archive.content(version.sha256) == b"a,b\n1,2\n"
    assert not post.has_news()
    assert post.look() == Receipt()


def test_the_same_name_on_another_day_is_another_state_of_the_file(post: Post) -> None:
    for day in ("01", "02"):
        post.imap.add(mail(MALY, ("posts.csv", day.encode())), f"{day}-Dec-2024 10:00:00 +0700")
    first, second = post.look().received
    assert (first.path, first.sha256) != (second.path, second.sha256)
    assert first.path == second.path
    assert first.modified_at < second.modified_at


def test_only_what_is_new_is_asked_for(post: Post) -> None:
    for number in range(210):
        post.imap.add(mail("news@x.example", body="x" * 1000) if number else mail(MALY, ("a.csv", b"a")))
    assert post.paths() == [f"{OF_MALY}/a.csv"]
    assert sum(command.startswith("UID FETCH") for command in post.imap.commands) == 2 + 1
    assert post.imap.bytes_sent < 210 * 600  # of others' mails no text is asked for
    post.imap.bytes_sent = 0
    assert not post.has_news()
    assert post.look().received == ()
    assert post.imap.bytes_sent < 1000


def test_who_is_unknown_is_put_aside_and_named_once_and_taken_once_known(post: Post) -> None:
    for _ in range(2):
        post.imap.add(mail(DARA, ("d.csv", b"d")))
    post.imap.add(mail("news@x.example"))
    (left,) = post.look().left_out
    assert "has 2 mails with attachments of unknown senders, which are put aside: dara@yln.example (2)." in left.reason
    assert post.look() == Receipt()
    assert looked(post.archive, post.box).put_aside == {DARA: 2}
    post.box = replace(post.box, senders={MALY: "Open Budget Circle", DARA: "Youth Ledger Network"})
    assert looked(post.archive, post.box).put_aside == {}
    assert post.has_news()
    assert post.paths() == ["mail/Youth Ledger Network/dara@yln.example/d.csv"]
    assert not post.has_news()
    assert post.look() == Receipt()


def test_only_the_address_counts_and_several_addresses_are_nobody(post: Post) -> None:
    for sender in (f'"{MALY}" <evil@x.example>', f"{MALY}, evil@x.example", f"{MALY}) <evil@x.example>"):
        post.imap.add(mail("x@y.example", ("a.csv", b"a")).replace(b"From: x@y.example", f"From: {sender}".encode()))
    two = mail("x@y.example", ("a.csv", b"a"))
    post.imap.add(b"From: " + MALY.encode() + b"\r\n" + two)
    post.imap.add(two.replace(b"From: x@y.example\r\n", b""))
    receipt = post.look()
    assert receipt.received == ()
    assert "5 mails with attachments of unknown senders" in receipt.left_out[0].reason


def test_the_same_export_of_two_people_is_two_files_of_the_same_bytes(post: Post) -> None:
    post.box = replace(post.box, senders={MALY: "Open Budget Circle", DARA: "Youth Ledger Network"})
    for sender in (MALY, DARA):
        post.imap.add(mail(sender, ("posts.csv", b"a,b\n1,2\n")))
    received = post.look().received
    assert len({version.path for version in received}) == 2
    assert len({version.sha256 for version in received}) == 1


def test_a_sender_without_an_organisation_has_a_folder_of_the_address_alone(post: Post) -> None:
    post.box = replace(post.box, senders={MALY: ""})
    post.imap.add(mail(MALY, ("a.csv", b"a")))
    assert post.paths() == [f"mail/{MALY}/a.csv"]


def test_what_a_mail_may_not_bring_is_named(post: Post) -> None:
    post.imap.add(mail(MALY, ("plan.xlsx", b"PK"), ("../../plan.toml", b"[project]"), ("a.csv", b"")))
    receipt = post.look()
    assert [version.path for version in receipt.received] == [f"{OF_MALY}/plan.toml"]  # a file like any other
    assert [left.path for left in receipt.left_out] == [f"{OF_MALY}/plan.xlsx", f"{OF_MALY}/a.csv"]
    assert "a plan counts only in the workspace" in receipt.left_out[0].reason


def test_mails_that_are_numbered_anew_are_not_taken_twice(post: Post) -> None:
    post.imap.add(mail(MALY, ("a.csv", b"a")))
    post.imap.add(mail(DARA, ("d.csv", b"d")))
    post.look()
    post.imap.uid_validity = 8
    post.imap.mails[0].uid, post.imap.mails[0].arrived = 40, "31-Dec-2024 10:00:00 +0700"
    assert post.look().received == ()
    assert looked(post.archive, post.box).put_aside == {DARA: 1}
    post.imap.add(mail(MALY, ("b.csv", b"b")))
    assert post.paths() == [f"{OF_MALY}/b.csv"]


@pytest.mark.parametrize("then", ["hang", "half", "close"])
def test_a_server_that_goes_away_costs_what_was_not_taken_yet(
    post: Post, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    for number in range(3):
        post.imap.add(mail(MALY, (f"{number}.csv", str(number).encode())))
    content = mailbox.Session.content

    def second_fails(session: mailbox.Session, one: mailbox.Mail) -> bytes:
        if one.uid == 2:
            post.imap.at, post.imap.then = "UID FETCH", then
        return content(session, one)

    monkeypatch.setattr(mailbox.Session, "content", second_fails)
    receipt = post.look()
    assert [version.path for version in receipt.received] == [f"{OF_MALY}/0.csv"]
    assert len(receipt.left_out) == 1
    post.imap.at = ""
    monkeypatch.undo()
    assert post.paths() == [f"{OF_MALY}/1.csv", f"{OF_MALY}/2.csv"]


def test_a_mailbox_that_refused_the_login_is_not_asked_by_looks_until_a_night_was_let_in(post: Post) -> None:
    post.imap.add(mail(MALY, ("a.csv", b"a")))
    assert not post.has_news()  # no night was ever let in
    post.look()
    post.imap.password = "changed"
    for _ in range(2):
        assert "refuses the login" in post.look().left_out[0].reason
    assert len(post.archive.events("mailbox")) == 2
    post.imap.commands.clear()
    post.imap.add(mail(MALY, ("b.csv", b"b")))
    assert not post.has_news()
    assert post.imap.commands == []
    post.imap.password = PASSWORD
    assert post.paths() == [f"{OF_MALY}/b.csv"]
    post.imap.add(mail(MALY, ("c.csv", b"c")))
    assert post.has_news()


@pytest.mark.parametrize(("above", "is_taken"), [(0, True), (1, False)])
def test_a_mail_that_is_too_large_is_named_and_not_fetched(
    post: Post, monkeypatch: pytest.MonkeyPatch, above: int, is_taken: bool
) -> None:
    stored = post.imap.add(mail(MALY, ("a.csv", b"a")))
    monkeypatch.setattr(mailbox, "LARGEST_BYTES", len(stored.content) - above)
    receipt = post.look()
    assert bool(receipt.received) == is_taken
    assert [left.path for left in receipt.left_out] == [OF_MALY] * above


def test_what_came_of_more_mails_than_are_asked_at_once_is_all_there(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mails, "AT_ONCE", 2)
    for number in range(5):
        post.imap.add(mail(DARA, (f"{number}.csv", b"d")))
    post.look()
    post.box = replace(post.box, senders={DARA: ""})
    assert len(post.paths()) == 5
    assert looked(post.archive, post.box).uid == 5
