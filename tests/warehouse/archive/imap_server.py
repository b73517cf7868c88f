"""A small strict IMAP server over a real socket: a mailbox that answers what a reader may ask, and nothing else.

It speaks IMAP4rev1 (RFC 3501) with TLS from the first byte, with STARTTLS, or neither. Whatever would change the
mailbox is answered with BAD and noted in ``violations``.
"""

from __future__ import annotations

import base64
import re
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

USER, PASSWORD = "reach@example.org", "Zq9-hunter22"


@dataclass
class Stored:
    """A mail as the server has it."""

    uid: int
    content: bytes
    arrived: str


@dataclass
class Imap:
    """The server's mailbox and its manners. ``at`` names a command at which ``then`` happens: "hang", "close", "half"."""

    mails: list[Stored] = field(default_factory=list)
    uid_validity: int = 7
    folder: str = "INBOX"
    password: str = PASSWORD
    at: str = ""
    then: str = ""
    offers_starttls: bool = False
    context: ssl.SSLContext | None = None
    commands: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    bytes_sent: int = 0

    def add(self, content: bytes, arrived: str = "30-Dec-2024 10:00:00 +0700") -> Stored:
        uid = max((mail.uid for mail in self.mails), default=0) + 1
        self.mails.append(Stored(uid, content, arrived))
        return self.mails[-1]


class _Handler(socketserver.StreamRequestHandler):
    imap: Imap
    disable_nagle_algorithm = True  # else every answer waits for a delayed acknowledgement
    is_in = is_open = False

    def say(self, text: str | bytes) -> None:
        line = (text.encode() if isinstance(text, str) else text) + b"\r\n"
        self.imap.bytes_sent += len(line)
        self.wfile.write(line)
        self.wfile.flush()

    def handle(self) -> None:
        self.say("* OK IMAP4rev1 ready")
        while line := self.rfile.readline(65_536):
            tag, _, rest = line.decode("utf-8", "surrogateescape").rstrip("\r\n").partition(" ")
            words = rest.split(" ", 2)
            command = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
            self.imap.commands.append(rest if command not in ("LOGIN", "AUTHENTICATE") else command)
            if command == self.imap.at:
                if self.imap.then == "hang":
                    time.sleep(3)
                if self.imap.then == "half":
                    self.wfile.write(b"* 1 FETCH (UID 1 BODY[] {5000}\r\nhalf of i")
                    self.wfile.flush()
                if self.imap.then:
                    return
            answers = {"CAPABILITY": self.capability, "LOGIN": self.login, "AUTHENTICATE": self.authenticate,
                     "STARTTLS": self.starttls, "EXAMINE": self.examine, "UID SEARCH": self.search,
                     "UID FETCH": self.fetch}  # fmt: skip
            if command == "LOGOUT":
                self.say("* BYE see you")
                self.say(f"{tag} OK done")
                return
            if command not in answers:
                self.imap.violations.append(rest)
                self.say(f"{tag} BAD this mailbox is only read")
                continue
            answers[command](tag, rest[len(command) + 1 :])

    def capability(self, tag: str, _: str) -> None:
        self.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN" + (" STARTTLS" if self.imap.offers_starttls else ""))
        self.say(f"{tag} OK done")

    def starttls(self, tag: str, _: str) -> None:
        assert self.imap.context
        self.say(f"{tag} OK begin")
        self.connection = self.imap.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.imap.offers_starttls = False

    def login(self, tag: str, rest: str) -> None:
        user, _, password = rest.partition(" ")
        self.let_in(tag, user.strip('"'), password.strip('"').replace('\\"', '"').replace("\\\\", "\\"))

    def authenticate(self, tag: str, _: str) -> None:
        self.say("+ ")
        _, user, password = base64.b64decode(self.rfile.readline()).decode().split("\0")
        self.let_in(tag, user, password)

    def let_in(self, tag: str, user: str, password: str) -> None:
        self.is_in = (user, password) == (USER, self.imap.password)
        self.say(f"{tag} OK in" if self.is_in else f"{tag} NO [AUTHENTICATIONFAILED] {user} may not in with {password}")

    def examine(self, tag: str, rest: str) -> None:
        if not self.is_in or rest != f'"{self.imap.folder}"':
            self.say(f"{tag} NO no such folder")
            return
        self.is_open = True
        self.say(f"* {len(self.imap.mails)} EXISTS")
        last = max((mail.uid for mail in self.imap.mails), default=0)
        self.say(f"* OK [UIDNEXT {last + 1}] next")
        self.say(f"* OK [UIDVALIDITY {self.imap.uid_validity}] valid")
        self.say(f"{tag} OK [READ-ONLY] done")

    def within(self, limits: str) -> list[Stored]:
        """The mails of a set of UIDs; * is the last one, whatever it is."""
        last = max((mail.uid for mail in self.imap.mails), default=0)
        wanted = set[int]()
        for part in limits.split(","):
            first, _, end = part.replace("*", str(last)).partition(":")
            low, high = sorted((int(first), int(end or first)))
            wanted |= set(range(low, high + 1))
        return [mail for mail in self.imap.mails if mail.uid in wanted]

    def search(self, tag: str, rest: str) -> None:
        asked_for = re.fullmatch(r'UID ([\d:,*]+)(?: FROM "([^"]+)")?', rest)
        if not self.is_open or not asked_for:
            self.say(f"{tag} BAD search")
            return
        hits = [m for m in self.within(asked_for[1]) if (asked_for[2] or "").encode() in _headers(m.content).lower()]
        self.say("* SEARCH " + " ".join(str(mail.uid) for mail in hits))
        self.say(f"{tag} OK done")

    def fetch(self, tag: str, rest: str) -> None:
        limits, _, items = rest.partition(" ")
        if re.search(r"BODY\[|RFC822(?!\.SIZE)", items):
            self.imap.violations.append(rest)
        for number, mail in enumerate(self.imap.mails, 1):
            if mail not in self.within(limits):
                continue
            line = f"* {number} FETCH (UID {mail.uid}".encode()
            if "RFC822.SIZE" in items:
                line += f' RFC822.SIZE {len(mail.content)} INTERNALDATE "{mail.arrived}"'.encode()
                headers = _headers(mail.content)
                line += b" BODY[HEADER.FIELDS (FROM CONTENT-TYPE)] {%d}\r\n%s" % (len(headers), headers)
            else:
                line += b" BODY[] {%d}\r\n%s" % (len(mail.content), mail.content)
            self.say(line + b")")
        self.say(f"{tag} OK done")


def _headers(content: bytes) -> bytes:
    head = content.partition(b"\r\n\r\n")[0]
    lines = re.findall(rb"(?im)^(?:From|Content-Type):[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", head)
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust the certificate, or goes away, is what a test is about."""


def serve(imap: Imap, context: ssl.SSLContext | None = None) -> tuple[int, Callable[[], None]]:
    """Serves a mailbox on a free port of this machine, with TLS from the first byte where there is a context.

    Returns:
        The port, and what ends it.
    """
    handler = type("Handler", (_Handler,), {"imap": imap})
    server = _Server(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()

    def end() -> None:
        server.shutdown()
        server.server_close()

    return server.server_address[1], end


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate of its own for localhost, as a server uses it, and the file by which a client trusts it."""
    key, pem = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(pem)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context, pem


def mail(sender: str, *attached: tuple[str, bytes], subject: str = "Our figures", body: str = "Dear all") -> bytes:
    """A mail as a program sends it, with files attached by their names."""
    from email.message import EmailMessage
    from email.policy import SMTP

    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, USER, subject
    message["Date"] = datetime(2024, 12, 30, 9).strftime("%a, %d %b %Y %H:%M:%S +0700")
    message.set_content(body)
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
