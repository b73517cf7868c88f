"""Asking a mailbox: nothing in it changes, and whatever is wrong with it is one sentence without its password."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.warehouse.archive.imap_server import PASSWORD, USER, Imap, certificate, mail, serve
from warehouse.archive import mailbox
from warehouse.archive.address import Unreachable
from warehouse.archive.mailbox import Mailbox, Refused, opened

SENDER = "maly@obc.example"

Serve = Callable[..., Mailbox]


@pytest.fixture
def served() -> Iterator[Serve]:
    """Serves a mailbox, and says how it is asked."""
    ends = list[Callable[[], None]]()

    def box(imap: Imap, **changes: object) -> Mailbox:
        port, end = serve(imap, imap.context if not imap.offers_starttls else None)
        ends.append(end)
        plain = Mailbox(
            "localhost", port, USER, "INBOX", ("mail",), {SENDER: "Open Budget Circle"}, PASSWORD,
            timeout_seconds=0.5, starts_encrypted=imap.context is not None and not imap.offers_starttls,
        )  # fmt: skip
        return replace(plain, **changes)  # type: ignore[arg-type]

    yield box
    for end in ends:
        end()


def test_mails_are_known_by_uid_size_sender_and_arrival_and_nothing_changes(served: Serve) -> None:
    imap = Imap()
    imap.add(mail(f"Maly <{SENDER}>", ("a.csv", b"a"), ("ទិន្នន័យ.csv", b"b")))
    imap.add(mail("news@x.example"), "1-Jan-2025 00:30:00 +0700")
    with opened(served(imap)) as session:
        assert session.uid_validity == 7
        one, two = session.mails(session.uids(1))
        assert session.content(one) == imap.mails[0].content
    assert (one.uid, one.size, one.sender, one.may_have_documents) == (1, len(imap.mails[0].content), SENDER, True)
    assert (two.sender, two.may_have_documents) == ("news@x.example", False)
    assert (str(one.arrived_at), str(two.arrived_at)) == ("2024-12-30 03:00:00", "2024-12-31 17:30:00")
    assert imap.violations == []


@pytest.mark.parametrize(
    ("kind", "may", "has"),
    [
        ("text/plain", False, False), ("text/html; charset=utf-8", False, False), ("text/plain; name=a.csv", True, True),
        ("text/csv", True, True), ("application/pdf", True, True), ("multipart/mixed; boundary=x", True, True),
        ("multipart/alternative; boundary=x", True, False), ("multipart/related; boundary=x", True, False),
        (f"multipart/mixed; boundary={'x' * 1_100_000}", True, True),
    ],
)  # fmt: skip
def test_a_mails_kind_says_whether_it_may_have_documents(served: Serve, kind: str, may: bool, has: bool) -> None:
    imap = Imap()
    imap.add(f"From: {SENDER}\r\nContent-Type: {kind}\r\n\r\ntext".encode())
    with opened(served(imap, timeout_seconds=5.0)) as session:
        (one,) = session.mails([1])
    assert (one.may_have_documents, one.has_documents) == (may, has)


def test_more_mails_than_an_answer_names_are_asked_for_in_parts(served: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "_SEARCHED_AT_ONCE", 2)
    imap = Imap()
    for _ in range(5):
        imap.add(mail(SENDER))
    with opened(served(imap)) as session:
        assert session.uids(1) == [1, 2, 3, 4, 5]
        assert session.uids(2, 4, SENDER) == [2, 3, 4]
    assert [command for command in imap.commands if "SEARCH" in command and "FROM" not in command] == [
        "UID SEARCH UID 1:2", "UID SEARCH UID 3:4", "UID SEARCH UID 5:5"
    ]  # fmt: skip


def test_the_last_mail_is_not_new_again(served: Serve) -> None:
    imap = Imap()
    imap.add(mail(SENDER))
    with opened(served(imap)) as session:
        assert session.uids(2) == []
        assert session.uids(1) == [1]


def test_a_date_that_is_none_costs_no_mail(served: Serve) -> None:
    imap = Imap()
    imap.add(mail(SENDER), "99-Foo-2024 10:00:00 +0700")
    with opened(served(imap)) as session:
        assert [str(one.arrived_at) for one in session.mails(session.uids(1))] == ["1970-01-01 00:00:00"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
@pytest.mark.parametrize("is_starttls", [False, True])
def test_tls_is_spoken_and_a_certificate_that_nobody_vouches_for_is_refused(
    served: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_starttls: bool
) -> None:
    context, trusted = certificate(tmp_path)
    imap = Imap(context=context, offers_starttls=is_starttls)
    box = served(imap)
    with (
        pytest.raises(Unreachable, match=r"shows a certificate that this machine does not trust \(self-signed"),
        opened(box),
    ):
        pass
    assert not [command for command in imap.commands if command in ("LOGIN", "AUTHENTICATE")]
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    imap.offers_starttls = is_starttls
    with opened(box) as session:
        assert session.uid_validity == 7


def test_no_password_is_sent_without_encryption_to_another_machine(
    served: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap = Imap()
    box = served(imap)
    monkeypatch.setattr(mailbox, "LOOPBACK", ())
    with pytest.raises(Unreachable, match="offers no encryption at port"), opened(box):
        pass
    assert imap.commands == ["CAPABILITY"]


def test_a_password_of_any_letters_is_sent(served: Serve) -> None:
    for password in ('a"b\\c d', "ពាក្យសម្ងាត់", "12345"):
        with opened(served(Imap(password=password), password=password)) as session:
            assert session.uids(1) == []


def test_a_folder_of_any_name_is_opened(served: Serve) -> None:
    with opened(served(Imap(folder="R&-D &F4E-"), folder="R&D ខ")) as session:
        assert session.uid_validity == 7


def test_a_login_that_is_refused_is_told_without_the_password(served: Serve) -> None:
    with pytest.raises(Refused) as refused, opened(served(Imap(password="another"))):
        pass
    assert PASSWORD not in str(refused.value)
    assert "refuses the login" in str(refused.value)
    assert "REACH_INBOX_SECRETS__MAIL" in str(refused.value)


@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize(
    ("then", "sentence"), [("hang", "did not answer within 0.5 seconds"), ("close", "closed the connection in the middle"),
                           ("half", "closed the connection in the middle")],
)  # fmt: skip
def test_a_server_that_hangs_or_goes_away_is_one_sentence(
    served: Serve, command: str, then: str, sentence: str
) -> None:
    imap = Imap(at=command, then=then)
    imap.add(mail(SENDER, ("a.csv", b"a")))

    def look() -> None:
        with opened(served(imap)) as session:
            for one in session.mails(session.uids(1)):
                session.content(one)

    with pytest.raises(Unreachable, match=sentence):
        look()


def test_what_is_no_mailbox_is_one_sentence(served: Serve) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    for changes, sentence in (
        ({"port": port, "host": "127.0.0.1"}, "cannot be reached (Connection refused)"),
        ({"host": "no-such-server.invalid"}, "cannot be reached ("),
        ({"folder": "Nowhere"}, "has no such folder"),
        ({"password": ""}, "has no password: put it as REACH_INBOX_SECRETS__MAIL into .env"),
        ({"starts_encrypted": True}, "does not speak TLS at port"),
    ):
        with pytest.raises(Unreachable) as unreadable, opened(served(Imap(), **changes)):
            pass
        assert sentence in str(unreadable.value)


def test_what_speaks_no_imap_is_one_sentence(served: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as web:
        box = served(Imap(), port=web.getsockname()[1])

        def answer() -> None:
            client, _ = web.accept()
            client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            client.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Unreachable, match="answers what is no IMAP"), opened(box):
            pass
        thread.join()
