"""What is attached to a mail, whatever the mail says of it."""

from __future__ import annotations

import base64
import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.warehouse.archive.imap_server import mail
from warehouse import file_system
from warehouse.archive import attachments
from warehouse.archive.attachments import LONGEST_NAME, Document, documents, kind, safe_name, sender

OCTETS = "application/octet-stream"


def raw(*parts: str, kind: str = "multipart/mixed") -> bytes:
    """A mail of parts as they stand on the wire."""
    lines = ["From: a@b.example", "MIME-Version: 1.0", f'Content-Type: {kind}; boundary="x"', ""]
    for part in parts:
        lines += ["--x", part]
    return "\r\n".join([*lines, "--x--", ""]).encode("utf-8", "surrogateescape")


def part(disposition: str, kind: str = OCTETS, text: str = "a,b", more: str = "") -> str:
    lines = [f"Content-Type: {kind}", f"Content-Disposition: {disposition}"]
    return "\r\n".join([*lines, *([more] if more else []), "", text])


def named(content: bytes) -> list[str]:
    return [document.name for document in documents(content)]


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("maly@obc.example", "maly@obc.example"), ("Maly <Maly@OBC.example>", "maly@obc.example"),
        ('"Sok, Maly (OBC)" <maly@obc.example>', "maly@obc.example"), ("<maly@obc.example> (Maly)", "maly@obc.example"),
        ("=?utf-8?B?4Z6Y4Z+J4Z624Z6b4Z64?= <maly@obc.example>", "maly@obc.example"), ("ម៉ាលី <maly@obc.example>", "maly@obc.example"),
        ('"maly@obc.example" <evil@x.example>', "evil@x.example"), ("maly@obc.example <evil@x.example>", ""),
        ("=?utf-8?Q?maly=40obc.example?= <evil@x.example>", "evil@x.example"), ("maly@obc.example) <evil@x.example>", ""),
        ("maly@obc.example, evil@x.example", ""), ("us: maly@obc.example;", ""), ("maly@obc.example(<evil@x.example>", ""),
        ("<maly@obc.example><evil@x.example>", ""), ("Maly", ""), ("", ""), ("maly@obc.example\r\n <evil@x.example>", ""),
    ],
)  # fmt: skip
def test_the_sender_is_one_address_in_a_plain_form_or_nobody(line: str, address: str) -> None:
    assert sender(f"From: {line}\r\n\r\n".encode()) == address


@pytest.mark.parametrize(
    ("disposition", "kind", "name"),
    [
        ('attachment; filename="posts.csv"', OCTETS, "posts.csv"),
        ("attachment", f'{OCTETS}; name="posts.csv"', "posts.csv"),
        ("attachment; filename*=utf-8''%E1%9E%80%20%E1%9E%81.csv", OCTETS, "ក ខ.csv"),
        ("attachment; filename*0*=utf-8''%E1%9E%80; filename*1*=%E1%9E%81; filename*2=.csv", OCTETS, "កខ.csv"),
        ('attachment; filename="=?utf-8?B?4Z6A4Z6B?= =?utf-8?Q?_x?=.csv"', OCTETS, "កខ x.csv"),
        ('attachment; filename="ក.csv"', OCTETS, "ក.csv"),
        ("attachment; filename*=no-such-code''%ff.csv", OCTETS, "ÿ.csv"),
        ('attachment; filename="=?no-such-code?B?4Z6A?="', f'{OCTETS}; name="b.csv"', "b.csv"),
        ('attachment; filename="../../etc/passwd"', OCTETS, "passwd"),
        ('attachment; filename="..\\\\..\\\\x.csv"', OCTETS, "x.csv"),
        ('attachment; filename="C:\\\\Users\\\\x.csv"', OCTETS, "x.csv"),
        ('attachment; filename="/etc/cron.d/x"', OCTETS, "x"),
        ('attachment; filename="CON.csv"', OCTETS, "_CON.csv"),
        ('attachment; filename="a:b?.csv. "', OCTETS, "a_b_.csv"),
        ('attachment; filename=".."', OCTETS, "attachment-1.bin"),
        ('attachment; filename=""', "text/csv", "attachment-1.csv"),
        ("attachment", "text/csv", "attachment-1.csv"),
        ("inline", "text/csv", "attachment-1.csv"),
        ("inline; filename=posts.txt", "text/plain", "posts.txt"),
    ],
)
def test_a_document_has_one_name_without_folders(disposition: str, kind: str, name: str) -> None:
    assert named(raw(part(disposition, kind))) == [name]


@given(st.text() | st.binary().map(lambda octets: octets.decode("utf-8", "replace")))
@example("a" * 300 + ".csv")
@example("." * 300)
@example("LPT1")
def test_whatever_a_mail_says_a_name_is_one_on_every_system(text: str) -> None:
    name = safe_name(text)
    assert name == "" or file_system.is_name_everywhere(name)
    assert len(name) <= LONGEST_NAME
    assert safe_name(name) == name


def test_texts_pictures_signatures_and_invitations_are_no_documents() -> None:
    assert named(raw(
        part("inline", "text/plain"), part("inline", "text/html"), part("inline; filename=logo.png", "image/png"),
        part("attachment; filename=photo.jpg", "image/jpeg"), part("attachment; filename=image001.png"),
        part("attachment; filename=smime.p7s", "application/pkcs7-signature"), part("attachment; filename=signature.asc", "application/pgp-signature"),
        part("attachment; filename=invite.ics", "text/calendar"), part("attachment; filename=maly.vcf", "text/vcard"),
        part("attachment; filename=voice.mp3", "audio/mpeg"), part("attachment; filename=~$book.xlsx"), part("attachment; filename=README.txt"),
    )) == []  # fmt: skip


def test_a_mail_of_one_part_may_be_a_document_itself() -> None:
    whole = b"From: a@b.example\r\nContent-Type: text/csv; name=posts.csv\r\n\r\na,b\r\n1,2\r\n"
    assert documents(whole) == [Document("posts.csv", b"a,b\r\n1,2\r\n")]


def test_a_mail_that_is_forwarded_in_a_mail_brings_its_documents() -> None:
    inner = EmailMessage(policy=SMTP)
    inner["From"] = "partner@x.example"
    inner.set_content("see attached")
    inner.add_attachment(b"a,b", maintype="text", subtype="csv", filename="inner.csv")
    outer = EmailMessage(policy=SMTP)
    outer["From"] = "maly@obc.example"
    outer.set_content("fyi")
    outer.add_attachment(inner)
    assert documents(outer.as_bytes()) == [Document("inner.csv", b"a,b")]


def test_a_name_that_stands_twice_is_numbered_and_the_same_bytes_are_taken_once() -> None:
    sent = mail("a@b.example", ("a.csv", b"1"), ("a.csv", b"2"), ("a.csv", b"1"), ("b", b"1"), ("b", b"2"))
    assert documents(sent) == [
        Document("a.csv", b"1"), Document("a (2).csv", b"2"), Document("b", b"1"), Document("b (2)", b"2")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (part("attachment; filename=Plan.XLSX"), "a plan counts only in the workspace"),
        (part("attachment; filename=winmail.dat"), "in Outlook's own form"),
        (part("attachment; filename=a.csv", text=""), "is empty"),
        (part("attachment; filename=a.csv", text="YSxiCjEsMgo", more="Content-Transfer-Encoding: base64"), "is damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said(sent: str, why: str) -> None:
    (document,) = documents(raw(sent))
    assert why in document.why_not
    assert document.content == b""


@pytest.mark.parametrize(("above", "left"), [(0, 0), (1, 1)])
def test_a_mail_of_very_many_attachments_is_taken_in_part_and_said(
    monkeypatch: pytest.MonkeyPatch, above: int, left: int
) -> None:
    monkeypatch.setattr(attachments, "MOST_OF_A_MAIL", 3)
    taken = documents(mail("a@b.example", *((f"{n}.csv", b"x") for n in range(3 + above))))
    assert len(taken) == 3 + above
    assert sum("has more than" in document.why_not for document in taken) == left


@given(st.binary(max_size=300))
@example(b"Content-Type: multipart/mixed\r\n\r\nno boundary")
@example(
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    + b'--x\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n' * 40
)
@example(b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(400)))
@example(b"Content-Type: message/rfc822\r\n\r\n" * 400)
@example(b"Content-Disposition: attachment; filename*=\r\nContent-Type: =?x?=\r\n\r\n")
def test_no_bytes_are_too_much(content: bytes) -> None:
    for document in documents(content):
        assert file_system.is_name_everywhere(document.name)


@pytest.mark.parametrize("filling", [b"a;", b"a=b; ", b'\\"', b"(a", b"=?utf-8?B?YQ==?= ", b"x"])
def test_a_header_of_any_length_is_read_in_no_time(filling: bytes) -> None:
    long = filling * (400_000 // len(filling))
    began = time.process_time()
    for headers in (
        b'Content-Disposition: attachment; filename="' + long + b'"\r\n\r\n',
        b"From: " + long + b"<maly@obc.example>\r\nContent-Type: multipart/mixed; " + long + b"\r\n\r\n",
    ):
        assert sender(headers) == ""
        kind(headers)
        documents(headers + b"text")
    assert time.process_time() - began < 5  # it was minutes


def test_a_large_mail_is_read() -> None:
    content = base64.b64encode(bytes(range(256)) * 4096)
    sent = part("attachment; filename=a.bin", text=content.decode(), more="Content-Transfer-Encoding: base64")
    assert len(documents(raw(sent))[0].content) == 1024 * 1024
