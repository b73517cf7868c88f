"""A mail server on this machine (aiosmtpd) that keeps what it takes, and misbehaves where a test says so."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "reports@ngo.example", "Zq9-hunter22 ពាក្យ"


@dataclass
class Smtp:
    """What came, and the manners of the server.

    ``refuses`` are addresses and what is answered to each. ``then`` is what happens once a mail is there: "drop", "hang",
    an answer such as "451 later", or something to call.
    """

    port: int = 0
    refuses: dict[str, str] = field(default_factory=dict)
    then: str | Callable[[], object] = ""
    logins: list[str] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for content in self.raw]  # type: ignore[misc]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert envelope.mail_from is not None
        assert isinstance(envelope.original_content, bytes)
        if isinstance(self.then, str) and self.then[:1].isdigit():
            return self.then
        self.envelopes.append((envelope.mail_from, *envelope.rcpt_tos))  # type: ignore[arg-type]
        self.raw.append(envelope.original_content)
        if callable(self.then):
            self.then()
        elif self.then == "drop":
            server.transport.abort()
        elif self.then == "hang":
            await asyncio.sleep(2)
        return "250 taken"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, way: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append(given.login.decode())
        return AuthResult(success=given.password.decode() == PASSWORD, handled=False)


class _AtAnyPort(Controller):
    """A server at a port that is free, which it calls to see that it runs."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def taking_mails(
    context: ssl.SSLContext | None = None, *, starts_encrypted: bool = False, **manners: Any
) -> Iterator[Smtp]:
    """A running server: with a context it offers STARTTLS, or speaks TLS from the first byte, and wants a login then.

    ``manners`` are those of :class:`Smtp`, and what aiosmtpd takes, such as ``data_size_limit``.
    """
    smtp = Smtp(**{key: manners.pop(key) for key in ("refuses", "then") if key in manners})
    if context:
        manners |= {
            "authenticator": smtp.authenticate,
            "auth_required": not starts_encrypted,
            "auth_require_tls": not starts_encrypted,
        }
    is_secured = context is not None and not starts_encrypted
    controller = _AtAnyPort(
        smtp, "127.0.0.1", 0, ssl_context=context if starts_encrypted else None,
        tls_context=context if is_secured else None, require_starttls=is_secured, **manners,
    )  # fmt: skip
    controller.start()
    smtp.port = controller.port
    try:
        yield smtp
    finally:
        controller.stop()
