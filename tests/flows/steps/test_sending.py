"""Mails over a real mail server: what arrives, and one sentence for whatever is not taken."""

from __future__ import annotations

import shutil
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from email import charset, message_from_bytes, policy
from email.header import decode_header
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.recipient_settings import MailSettings
from flows.steps.sending import File, NoServer, NotSent, Outbox, mail
from tests.flows.smtp_server import PASSWORD, USER, Smtp, taking_mails
from tests.warehouse.archive.imap_server import certificate
from warehouse.publish.report.language import plain

TO, SENDER = "donor@fund.example", "reports@ngo.example"
AT = datetime(2025, 1, 2, 3, 4, 5)
openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")


def over(smtp: Smtp, **changes: Any) -> MailSettings:
    """The settings by which a server is called."""
    given = {"host": "localhost", "port": smtp.port, "security": "none", "sender": SENDER} | changes
    return MailSettings.model_validate(given)


def sent(settings: MailSettings, to: str = TO, content: bytes | None = None, **waits: float) -> None:
    with Outbox(settings, {TO: "donor"}, **waits) as outbox:
        outbox.send(to, content or mail(settings, to, "The report", "It is attached.\n", "id", AT))


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certificate(tmp_path_factory.mktemp("trust"))


def test_a_mail_arrives_with_its_text_its_file_and_its_id() -> None:
    with taking_mails() as smtp:
        settings = over(smtp, sender="អង្គការ NGO <reports@ngo.example>")
        file = File("របាយការណ៍-2024.pdf", bytes(range(256)))
        sent(settings, content=mail(settings, TO, "Report / របាយការណ៍", "Text\n\nអត្ថបទ\n", "id-1", AT, file))
    (arrived,) = smtp.mails
    assert smtp.envelopes == [(SENDER, TO)]
    assert smtp.raw[0].isascii()
    assert (arrived["From"], arrived["To"]) == ("អង្គការ NGO <reports@ngo.example>", TO)
    assert (arrived["Subject"], arrived["Message-ID"]) == ("Report / របាយការណ៍", "<id-1@ngo.example>")
    assert (arrived["Date"], arrived["Auto-Submitted"]) == ("Thu, 02 Jan 2025 03:04:05 +0000", "auto-generated")
    (attached,) = arrived.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/pdf", file.name)
    assert attached.get_content() == file.content
    body = arrived.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Text\n\nអត្ថបទ\n"


def test_names_in_khmer_arrive_whole_after_a_library_of_the_process_changed_how_texts_are_encoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_khmer = MailSettings.model_validate({"host": "localhost", "sender": f"អង្គការ NGO <{SENDER}>"})
    before = mail(in_khmer, TO, "របាយការណ៍ចុងក្រោយ ឆ្នាំ 2024", "Text\n", "id-1", AT)
    monkeypatch.setattr(charset, "CHARSETS", {**charset.CHARSETS})
    charset.add_charset("utf-8", charset.QP, charset.QP, "utf-8")  # as apprise does when it is loaded
    after = mail(in_khmer, TO, "របាយការណ៍ចុងក្រោយ ឆ្នាំ 2024", "Text\n", "id-1", AT)
    assert after == before
    assert message_from_bytes(after, policy=policy.default)["From"] == "អង្គការ NGO <reports@ngo.example>"


_ANY = st.characters(exclude_categories=["Cs"])
_IN_A_NAME = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>")


@given(subject=st.text(_ANY, max_size=120), name=st.text(_IN_A_NAME, max_size=60), text=st.text(_ANY, max_size=200))
@settings(max_examples=100)
def test_whatever_stands_in_names_and_titles_makes_no_other_header_and_no_other_mail(
    subject: str, name: str, text: str
) -> None:
    server = over(Smtp(1), sender=f"{name} <{SENDER}>")
    made = mail(server, TO, subject, text, "id", AT)
    arrived = message_from_bytes(made, policy=policy.default)
    headers = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
             "Content-Transfer-Encoding"]  # fmt: skip
    assert sorted(arrived.keys()) == sorted(headers)
    assert (arrived["To"], arrived["From"].addresses[0].addr_spec) == (TO, SENDER)
    assert (_as_read(made, "Subject"), _as_read(made, "From")) == (plain(subject), plain(plain(name).strip('" ')))


def _as_read(made: bytes, header: str) -> str:
    """A header's words by RFC 2047, without an address: Python's parser of names puts blanks between folded ones."""
    parts = decode_header(message_from_bytes(made)[header])
    words = (part.decode(charset or "ascii") if isinstance(part, bytes) else part for part, charset in parts)
    return "".join(words).removesuffix(f"<{SENDER}>").rstrip(" ")


def test_no_blank_of_a_long_title_in_khmer_is_lost_and_no_line_is_longer_than_mails_have() -> None:
    title = "Women and Youth, figures of 30 December 2024 / ស្ត្រី និងយុវជន តួលេខគិតត្រឹមថ្ងៃទី 30 ខែធ្នូ ឆ្នាំ 2024 " * 5
    made = mail(over(Smtp(1), sender=f"អង្គការ 1 និង 2 នៃ 30 ខែ <{SENDER}>"), TO, title, "t", "id", AT)
    assert (_as_read(made, "Subject"), _as_read(made, "From")) == (title.strip(), "អង្គការ 1 និង 2 នៃ 30 ខែ")
    assert max(map(len, made.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 100


@openssl
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password_and_no_mail(
    trust: tuple[ssl.SSLContext, Path], security: str
) -> None:
    with taking_mails(trust[0], starts_encrypted=security == "tls") as smtp:
        settings = over(smtp, security=security, user=USER, password=PASSWORD)
        with pytest.raises(NoServer, match=r"shows a certificate that this machine does not trust \(self-signed"):
            sent(settings)
    assert (smtp.raw, smtp.logins) == ([], [])


@openssl
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_that_is_trusted_it_logs_in_and_several_mails_share_the_connection(
    trust: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(trust[1]))
    with taking_mails(trust[0], starts_encrypted=security == "tls") as smtp:
        settings = over(smtp, security=security, user=USER, password=PASSWORD)
        with Outbox(settings, {}) as outbox:
            for to in (TO, "other@fund.example"):
                outbox.send(to, mail(settings, to, "s", "t", "id", AT))
    assert [to for _, to in smtp.envelopes] == [TO, "other@fund.example"]
    assert smtp.logins == [USER]


@openssl
def test_a_wrong_password_is_told_without_it(
    trust: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(trust[1]))
    with taking_mails(trust[0]) as smtp, pytest.raises(NoServer, match="refuses the login") as error:
        sent(over(smtp, security="starttls", password="wrong-hunter"))
    assert set(smtp.logins) == {SENDER}  # who sends is who logs in, where no user is named
    assert "REACH_MAIL__PASSWORD in .env" in str(error.value)
    assert "hunter" not in str(error.value)


def test_a_server_without_encryption_or_without_logins_is_told() -> None:
    with taking_mails() as smtp:
        with pytest.raises(NoServer, match="offers no encryption, so nothing is sent"):
            sent(over(smtp, security="starttls"))
        with pytest.raises(NoServer, match="does not speak TLS there"):
            sent(over(smtp, security="tls"))
        with pytest.raises(NoServer, match="offers no login with a password"):
            sent(over(smtp, user=USER, password="p"))
    assert smtp.raw == []


def test_an_address_that_is_refused_is_told_by_its_name_and_the_next_one_gets_its_mail() -> None:
    with taking_mails(refuses={TO: f"550 <{TO}> is unknown here"}) as smtp:
        settings = over(smtp)
        with Outbox(settings, {TO: "donor"}) as outbox:
            with pytest.raises(NotSent, match=r"takes no mail for it \(550 <donor> is unknown here\)"):
                outbox.send(TO, mail(settings, TO, "s", "t", "id", AT))
            outbox.send("other@fund.example", mail(settings, TO, "s", "t", "id", AT))
    assert [to for _, to in smtp.envelopes] == ["other@fund.example"]


def test_after_a_connection_that_ended_the_server_is_called_again() -> None:
    with taking_mails(then="drop") as smtp:
        settings = over(smtp)
        with Outbox(settings, {}) as outbox:
            with pytest.raises(NotSent, match="ended the connection in the middle, so that it is not known whether"):
                outbox.send(TO, mail(settings, TO, "s", "t", "id", AT))
            smtp.then = "451 later, please"
            with pytest.raises(NotSent, match=r"does not take it \(451 later, please\)"):
                outbox.send(TO, mail(settings, TO, "s", "t", "id", AT))
            smtp.then = ""
            outbox.send(TO, mail(settings, TO, "s", "t", "id", AT))
    assert len(smtp.raw) == 2


def test_the_smaller_of_both_limits_counts_and_none_of_the_server_is_none() -> None:
    with taking_mails(data_size_limit=2_000_000) as smtp, Outbox(over(smtp), {}) as outbox:
        assert outbox.largest_bytes() == 2_000_000
    with taking_mails(data_size_limit=2_000_000) as smtp, Outbox(over(smtp, largest_megabytes=1.5), {}) as outbox:
        assert outbox.largest_bytes() == 1_500_000
    with taking_mails(data_size_limit=0) as smtp, Outbox(over(smtp), {}) as outbox:
        assert outbox.largest_bytes() == 10_000_000


def test_a_mail_that_is_larger_than_a_server_takes_is_told() -> None:
    with taking_mails(data_size_limit=1_000) as smtp, pytest.raises(NotSent, match="is too large"):
        sent(over(smtp), content=b"x: y\r\n\r\n" + b"a\r\n" * 1_000)


@pytest.fixture
def silent() -> Iterator[Smtp]:
    """A port at which somebody takes calls and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield Smtp(listener.getsockname()[1])


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_it_may_take(silent: Smtp) -> None:
    started = time.monotonic()
    with pytest.raises(NoServer, match=r"did not answer within 0\.2 seconds"):
        sent(over(silent), seconds=0.2)
    with (
        taking_mails(then="hang") as smtp,
        pytest.raises(NotSent, match=r"did not answer within 0\.2 seconds, so that"),
    ):
        sent(over(smtp), seconds_a_mail=0.2)
    assert time.monotonic() - started < 5


def test_no_server_and_one_of_another_kind_are_told() -> None:
    answers = iter([b"554 no mails today\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        for text in answers:
            call, _ = listener.accept()
            call.sendall(text)
            call.close()

    threading.Thread(target=answer, daemon=True).start()
    other = Smtp(listener.getsockname()[1])
    for why in (r"takes no mails now \(554 no mails today\)", "answers what is no SMTP", "ended the connection"):
        with pytest.raises(NoServer, match=why):
            sent(over(other), seconds=2)
    listener.close()
    with pytest.raises(NoServer, match=rf"the mail server localhost at port {other.port} cannot be reached"):
        sent(over(other), seconds=2)
    with pytest.raises(NoServer, match=r"the mail server no\.such\.host\.invalid at port 587 cannot be reached"):
        sent(over(other, host="no.such.host.invalid", port=None, security="starttls"))
