"""A mailbox as an inbox: asked by IMAP for the mails that are new, and read only.

Its folder is opened by EXAMINE and mails are fetched by BODY.PEEK, so that nothing in it changes, not even what is
marked as read. The log says which mails were looked at, by UIDVALIDITY and UID. By RFC 3501, 2595 and 8314.
"""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import starmap
from typing import NamedTuple

from warehouse.archive import attachments
from warehouse.archive.address import Unreachable
from warehouse.archive.receipts import shown_path, time_of
from warehouse.secret_shapes import struck

LARGEST_BYTES = 100 * 1024 * 1024
"""A mail; what servers let people send is at most a half of it."""
AT_ONCE = 200
"""So many mails are asked for their headers together."""

PORT, TLS_PORT = 143, 993
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SEARCHED_AT_ONCE = 100_000
"""UIDs of an answer to SEARCH, which is a line, too."""
_GOODBYE_SECONDS = 2.0
_HEADERS = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (FROM CONTENT-TYPE)])"
"""No BODYSTRUCTURE: it is one line, and imaplib reads none of a million bytes, which a sender can make."""
_BEGINS = re.compile(rb"\d+ \(")
_UID, _SIZE = re.compile(rb"[( ]UID (\d+)"), re.compile(rb"RFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')


class Refused(Unreachable):
    """The server does not take the password."""


@dataclass(frozen=True)
class Mailbox:
    """A mailbox: ``title`` is what sentences call it, ``prefix`` the folders that its documents' paths begin with.

    ``senders`` says by address whose mails are whose, by the organisation's name. A connection that does not start
    encrypted is encrypted by STARTTLS before anything is said on it; only on this machine it may stay as it is.
    """

    host: str
    port: int
    user: str
    folder: str
    prefix: tuple[str, ...]
    senders: Mapping[str, str]
    password: str = field(repr=False)
    password_name: str = "REACH_INBOX_SECRETS__MAIL"
    starts_encrypted: bool = True
    timeout_seconds: float = 30

    @property
    def address(self) -> str:
        """By what the log knows it."""
        return f"{self.user} on {self.host}, {self.folder}"

    @property
    def title(self) -> str:
        return f"The mailbox {self.address}"

    @property
    def beginning(self) -> str:
        """What the paths of its documents begin with."""
        return shown_path("".join(f"{name}/" for name in self.prefix))


class Mail(NamedTuple):
    """A mail by its headers: ``sender`` is one address, or empty; ``arrived_at`` is in UTC, by the server.

    It ``may_have_documents`` unless it is a text alone; where its own kind says so, it ``has_documents``.
    """

    uid: int
    size: int
    sender: str
    arrived_at: datetime
    may_have_documents: bool
    has_documents: bool


class Session:
    """A mailbox that is open to be read."""

    def __init__(self, box: Mailbox, server: imaplib.IMAP4) -> None:
        self.box = box
        self.mails_there = 0
        self._server = server
        self.uid_validity = self._examine()

    def _examine(self) -> int:
        kind, answer = self._server.select(_quoted(self.box.folder), readonly=True)
        if kind != "OK":
            raise Unreachable(f"{self.box.title} has no such folder, or does not show it to this account.")
        self.mails_there = int(answer[0] or 0)
        self._next_uid = self._number("UIDNEXT")
        return self._number("UIDVALIDITY")

    def _number(self, code: str) -> int:
        """A number that the server said of the folder.

        Raises:
            ValueError: it said none, though RFC 3501 asks for both.
        """
        answered = self._server.response(code)[1]
        if not answered or not answered[-1]:
            raise ValueError(code)
        return int(answered[-1])

    def uids(self, first: int, last: int | None = None, sender: str = "") -> list[int]:
        """The mails from one UID to another, or of one sender among these, in order."""
        end = self._next_uid - 1 if last is None else last
        listed: list[int] = []
        for start in range(first, end + 1, _SEARCHED_AT_ONCE):
            limits = f"{start}:{min(end, start + _SEARCHED_AT_ONCE - 1)}"
            answer = self._uid("SEARCH", "UID", limits, *(("FROM", f'"{sender}"') if sender else ()))
            named = {int(uid) for line in answer if isinstance(line, bytes) for uid in line.split() if uid.isdigit()}
            listed += sorted(uid for uid in named if first <= uid <= end)
        return listed

    def mails(self, uids: Sequence[int]) -> Iterator[Mail]:
        """The headers of mails."""
        for start in range(0, len(uids), AT_ONCE):
            together = uids[start : start + AT_ONCE]
            answer = self._uid("FETCH", ",".join(map(str, together)), _HEADERS)
            with _failures_told(self.box):
                of_uid = {mail.uid: mail for mail in starmap(_mail, _messages(answer)) if mail}
            yield from (of_uid[uid] for uid in together if uid in of_uid)

    def content(self, mail: Mail) -> bytes:
        """The whole mail; empty where it is there no more."""
        answer = self._uid("FETCH", str(mail.uid), "(BODY.PEEK[])")
        return next((part[1] for part in answer if isinstance(part, tuple) and b"BODY[]" in part[0]), b"")

    def _uid(self, command: str, *words: str) -> list[bytes | tuple[bytes, bytes]]:
        with _failures_told(self.box):
            kind, answer = self._server.uid(command, *words)
        if kind != "OK":
            raise Unreachable(f"{self.box.title} does not answer {command}; it is asked again in the next run.")
        return answer or []


@contextmanager
def opened(box: Mailbox) -> Iterator[Session]:
    """Opens a mailbox to be read.

    Raises:
        Unreachable: it cannot be reached, refuses the login, or does not show the folder; also of what is asked on it.
    """
    with _failures_told(box):
        server = _connected(box)
    try:
        with _failures_told(box):
            _log_in(box, server)
            session = Session(box, server)
        yield session
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.sock.settimeout(_GOODBYE_SECONDS)
            server.logout()
        with suppress(OSError):
            server.shutdown()


@contextmanager
def _failures_told(box: Mailbox) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        why = "shows a certificate that this machine does not trust"
        raise Unreachable(f"{box.title}: the server {why} ({error.verify_message}).") from None
    except ssl.SSLError:
        raise Unreachable(f"{box.title}: the server does not speak TLS at port {box.port}.") from None
    except TimeoutError:
        raise Unreachable(f"{box.title} did not answer within {box.timeout_seconds:g} seconds.") from None
    except OSError as error:
        raise Unreachable(f"{box.title} cannot be reached ({error.strerror or type(error).__name__}).") from None
    except (imaplib.IMAP4.error, ValueError) as error:  # imaplib tells an end of the connection by its text alone
        if "EOF" in str(error) or "socket error" in str(error):
            raise Unreachable(f"{box.title}: the server closed the connection in the middle.") from None
        raise Unreachable(f"{box.title} answers what is no IMAP, or more than is read of it.") from None


def _connected(box: Mailbox) -> imaplib.IMAP4:
    if box.starts_encrypted:
        trust = ssl.create_default_context()
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=trust, timeout=box.timeout_seconds)
    server = imaplib.IMAP4(box.host, box.port, timeout=box.timeout_seconds)
    if "STARTTLS" in server.capabilities:
        server.starttls(ssl.create_default_context())
    elif box.host not in LOOPBACK:
        server.shutdown()
        raise Unreachable(f"{box.title}: the server offers no encryption at port {box.port}, so no password is sent.")
    return server


def _log_in(box: Mailbox, server: imaplib.IMAP4) -> None:
    if not box.password:
        raise Unreachable(f"{box.title} has no password: put it as {box.password_name} into .env.")
    try:
        if (box.user + box.password).isascii():
            server.login(box.user, box.password)
        else:
            server.authenticate("PLAIN", lambda _: f"\0{box.user}\0{box.password}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        answered = error.args[0] if error.args else ""
        text = answered.decode("utf-8", "replace") if isinstance(answered, bytes) else str(answered)
        text = shown_path(struck(text.replace(box.password, "***")))[:200]
        raise Refused(
            f"{box.title} refuses the login ({text}): see whether {box.password_name} in .env is its password, and "
            "whether the service wants an app password."
        ) from None


def _mail(line: bytes, headers: bytes) -> Mail | None:
    """A mail of an answer to FETCH: its line without the headers, and these."""
    uid, size, arrived = _UID.search(line), _SIZE.search(line), _ARRIVED.search(line)
    if not (uid and size and arrived):
        return None
    try:
        at = parsedate_to_datetime(arrived[1].decode("ascii", "replace").strip()).timestamp()
    except (ValueError, TypeError, OverflowError):
        at = 0  # the same each time, so that it is not taken twice
    kind, is_text = attachments.kind(headers)
    has_documents = not is_text and (kind == "multipart/mixed" or not kind.startswith("multipart/"))
    sender = attachments.sender(headers)
    return Mail(int(uid[1]), int(size[1]), sender, time_of(at), not is_text, has_documents)


def _messages(answer: Sequence[bytes | tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Each message of an answer to FETCH: its line without the headers, and these, which came as a literal in it."""
    line, headers = b"", b""
    for part in answer:
        text, literal = part if isinstance(part, tuple) else (part or b"", b"")
        if _BEGINS.match(text) and line:
            yield line, headers
            line, headers = b"", b""
        line, headers = line + text, literal or headers
    if line:
        yield line, headers


def _quoted(text: str) -> str:
    """A folder's name as IMAP writes it: RFC 3501's own UTF-7, in quotation marks."""
    encoded = re.sub("[^\x20-\x7e]+", lambda letters: _utf7(letters[0]), text.replace("&", "&-"))
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(text: str) -> str:
    return "&" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
