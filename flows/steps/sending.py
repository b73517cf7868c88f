"""Mails with a file, given to a mail server (SMTP) one by one; whatever it does not take is one sentence.

apprise, which sends notices, attaches files as well. It gives a whole mail 15 seconds, which a large one does not reach
over a slow line; it says neither who was refused nor why, and it gives a mail that is tried again another Message-ID.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.charset import BASE64, Charset
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import NamedTuple

from flows.steps.recipient_settings import MailSettings
from warehouse.publish.report.language import plain
from warehouse.secret_shapes import struck

SECONDS = 30.0
"""An answer of the server may take so long."""
SECONDS_A_MAIL = 300.0
"""A mail may take so long on its way, and so long to be taken: RFC 5321 asks for minutes."""

_GOODBYE_SECONDS = 2.0
_TOO_LARGE = 552
_SHOWN = 200
_LINE = "\r\n"
_UTF_8 = Charset("utf-8")
_UTF_8.header_encoding = BASE64  # apprise sets another one for all of a process, which parts Khmer clusters by blanks
_NO_SMTP = "answers what is no SMTP"
_NO_LOGIN = "offers no login with a password: see user and REACH_MAIL__PASSWORD, or take them out"
_TYPES = {"pdf": "pdf", "docx": "vnd.openxmlformats-officedocument.wordprocessingml.document"}


class NotSent(Exception):
    """A mail was not sent; the sentence, which goes on from a colon, says why."""


class NoServer(NotSent):
    """The server cannot be used, so that no mail can be sent."""


class File(NamedTuple):
    """A file that goes with a mail."""

    name: str
    content: bytes


def mail(
    settings: MailSettings,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    sent_at: datetime,
    file: File | None = None,
) -> bytes:
    """A mail as it travels, in ASCII: some servers take nothing else.

    Args:
        to: a plain address, as ``settings`` has one of the sender.
        message_id: the same for the same mail, so that mail programs show one that comes twice once.
        sent_at: in UTC, without a zone.
    """
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    name, address = settings.sender_parts
    message["To"] = Address(addr_spec=to)
    message["Date"] = sent_at.replace(tzinfo=UTC)
    message["Message-ID"] = f"<{message_id}@{address.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # so that no machine answers that its owner is away
    message.set_content(text)
    if file is not None:
        subtype = _TYPES.get(file.name.rpartition(".")[2], "octet-stream")
        message.add_attachment(file.content, maintype="application", subtype=subtype, filename=file.name)
    # Python's newer way to fold headers loses blanks between Khmer words and numbers.
    headers = (
        f"From: {_encoded('From', name)}<{address}>{_LINE}Subject: {_encoded('Subject', subject)}".rstrip() + _LINE
    )
    return headers.encode("ascii") + message.as_bytes()


def _encoded(header: str, text: str) -> str:
    """A text on one line as a header has it, with a blank behind it; nothing where it is empty."""
    line = plain(text)
    return f"{Header(line, _UTF_8, header_name=header).encode(linesep=_LINE)} " if line else ""


class Outbox:
    """A mail server: called with the first mail, and again where it hung up.

    Args:
        secrets: what no sentence may hold, each with what stands in its place.
    """

    def __init__(
        self,
        settings: MailSettings,
        secrets: Mapping[str, str],
        seconds: float = SECONDS,
        seconds_a_mail: float = SECONDS_A_MAIL,
    ) -> None:
        self._settings, self._seconds, self._seconds_a_mail = settings, seconds, seconds_a_mail
        password = settings.password.get_secret_value() if settings.password else ""
        self._password, self._secrets = password, {**secrets, **({password: "***"} if password else {})}
        self._title = f"the mail server {settings.host} at port {settings.port_used}"
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Outbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def largest_bytes(self) -> int:
        """The largest mail that both the settings and the server let be sent.

        Raises:
            NoServer: the server cannot be used.
        """
        limit = self._called().esmtp_features.get("size", "").split()
        of_server = int(limit[0]) if limit and limit[0].isdigit() else 0  # 0 says that there is no limit
        return min(self._settings.largest_bytes, of_server or self._settings.largest_bytes)

    def send(self, to: str, content: bytes) -> None:
        """Sends a mail to one address.

        Raises:
            NoServer: the server cannot be used, so that no other mail can be sent either.
            NotSent: it does not take this mail, or did not say that it did.
        """
        server, sender = self._called(), self._settings.sender_parts[1]
        try:
            if server.sock:
                server.sock.settimeout(self._seconds_a_mail)
            server.sendmail(sender, [to], content)
        except smtplib.SMTPRecipientsRefused as refused:
            raise NotSent(f"{self._title} takes no mail for it ({self._shown(*refused.recipients[to])})") from None
        except smtplib.SMTPSenderRefused as refused:
            reply = self._shown(refused.smtp_code, refused.smtp_error)
            if refused.smtp_code == _TOO_LARGE:
                raise NotSent(f"{self._title} says that it is too large ({reply}): lower largest_megabytes") from None
            raise NotSent(f"{self._title} takes no mail of {sender} ({reply}): see sender and user") from None
        except smtplib.SMTPResponseException as refused:
            reply = self._shown(refused.smtp_code, refused.smtp_error)
            raise NotSent(f"{self._title} does not take it ({reply})") from None
        except OSError as error:
            self._hang_up()
            is_too_late = _is_too_late(error)
            why = _too_late(self._seconds_a_mail) if is_too_late else "ended the connection in the middle"
            raise NotSent(f"{self._title} {why}, so that it is not known whether it was taken") from None

    def _called(self) -> smtplib.SMTP:
        """The server, called again where it hung up."""
        if self._server is not None and self._server.sock is not None:
            return self._server
        try:
            self._server = self._call()
            self._log_in(self._server)
        except ssl.SSLCertVerificationError as error:
            why = f"shows a certificate that this machine does not trust ({error.verify_message})"
        except ssl.SSLError:
            why = f'does not speak TLS there: see security = "{self._settings.security}" and the port'
        except TimeoutError:
            why = _too_late(self._seconds)
        except smtplib.SMTPAuthenticationError as error:
            reply = self._shown(error.smtp_code, error.smtp_error)
            why = (
                f"refuses the login ({reply}): see user, whether REACH_MAIL__PASSWORD in .env is its password, and "
                "whether the service wants an app password"
            )
        except smtplib.SMTPNotSupportedError as error:
            is_plain = "STARTTLS" in str(error)
            why = "offers no encryption, so nothing is sent" if is_plain else _NO_LOGIN
        except smtplib.SMTPResponseException as error:
            why = f"takes no mails now ({self._shown(error.smtp_code, error.smtp_error)})"
            why = why if error.smtp_code > 0 else _NO_SMTP
        except smtplib.SMTPServerDisconnected as error:
            why = _too_late(self._seconds) if _is_too_late(error) else "ended the connection"
        except smtplib.SMTPException:
            why = _NO_LOGIN
        except OSError as error:
            why = f"cannot be reached ({error.strerror or type(error).__name__})"
        except ValueError:
            why = _NO_SMTP
        else:
            return self._server
        self._hang_up()
        raise NoServer(f"{self._title} {why}")

    def _call(self) -> smtplib.SMTP:
        settings, trust = self._settings, ssl.create_default_context()
        # Without a name, smtplib asks the network for this machine's, which takes its time where there is none.
        called, host, port = settings.sender_parts[1].partition("@")[2], settings.host, settings.port_used
        if settings.security == "tls":
            self._server = smtplib.SMTP_SSL(host, port, called, timeout=self._seconds, context=trust)
        else:
            self._server = smtplib.SMTP(host, port, called, self._seconds)
        self._server.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            self._server.starttls(context=trust)
            self._server.ehlo_or_helo_if_needed()
        return self._server

    def _log_in(self, server: smtplib.SMTP) -> None:
        user = self._settings.user
        if not self._password and not user:
            return
        user = user or self._settings.sender_parts[1]
        if (user + self._password).isascii():
            server.login(user, self._password)
            return
        plainly = base64.b64encode(f"\0{user}\0{self._password}".encode()).decode()  # smtplib knows ASCII only
        code, reply = server.docmd("AUTH", f"PLAIN {plainly}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, reply)

    def _hang_up(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        with suppress(OSError, ValueError):
            if server.sock:
                server.sock.settimeout(_GOODBYE_SECONDS)
                server.quit()
        with suppress(OSError):
            server.close()

    def _shown(self, code: int, reply: bytes | str) -> str:
        """What the server said, on one line and without an address or password."""
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
        for secret, instead in sorted(self._secrets.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(secret, instead)
        return struck(plain(f"{code} {text}"))[:_SHOWN]


def _too_late(seconds: float) -> str:
    return f"did not answer within {seconds:g} seconds"


def _is_too_late(error: OSError) -> bool:
    """Whether the time was over; smtplib tells it of an answer only by what the error rests on."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
