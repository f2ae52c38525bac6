"""A mail server for tests that speaks the whole protocol: with TLS at once, with STARTTLS, or with neither."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography.hazmat.primitives import serialization

from testimony.certificates.authority import Authority
from testimony.certificates.scope import read_address
from tests.support.certificates import authorities

HOST = "127.0.0.1"
USER, PASSWORD = "alarms", "correct horse battery"


@dataclass
class MailServer:
    """`said`: what clients said, in order, each as a word and its argument. `ca`: a file with its authority."""

    port: int
    ca: Path
    taken: list[Envelope] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    signed_in: int = 0
    refuses: set[str] = field(default_factory=set)
    user: str = USER
    full: bool = False

    @property
    def messages(self) -> list[EmailMessage]:
        parsed = [message_from_bytes(bytes(one.content or b""), policy=policy.default) for one in self.taken]
        return [one for one in parsed if isinstance(one, EmailMessage)]

    @property
    def words(self) -> list[str]:
        return [word for word, _ in self.said]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, offers: list[str]
    ) -> list[str]:
        self.said.append(("EHLO", name))
        session.host_name = name
        return offers

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, *given: Any) -> str:
        self.said.append(("MAIL", given[0]))
        envelope.mail_from = given[0]
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, *given: Any) -> str:
        self.said.append(("RCPT", given[0]))
        if given[0] in self.refuses:
            return "550 nobody of this name: secret words of the server"
        envelope.rcpt_tos.append(given[0])
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.full:
            return "452 no room now"
        self.taken.append(envelope)
        return "250 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        self.said.append(("AUTH", mechanism))
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (
            self.user.encode(),
            PASSWORD.encode(),
        )
        self.signed_in += right
        return AuthResult(success=right, handled=False)


@contextmanager
def running(
    folder: Path,
    port: int,
    way: str = "starttls",
    *,
    address: str = HOST,
    days: int = 0,
    must_sign_in: bool = False,
    user: str = USER,
) -> Iterator[MailServer]:
    """`way`: "starttls", "tls" or "plain". Its certificate is for `address` and began `days` days ago, for 90."""
    server = MailServer(port=port, ca=folder / "mail-ca.pem", user=user)
    tls = _tls(folder, server.ca, address, days)
    options: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if way == "starttls" else {}
    controller = Controller(
        server,
        hostname=HOST,
        port=port,
        ssl_context=tls if way == "tls" else None,
        authenticator=server.authenticate,
        auth_required=must_sign_in,
        auth_require_tls=way == "starttls",
        ident="mail",
        **options,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _tls(folder: Path, ca: Path, address: str, days: int) -> ssl.SSLContext:
    made_at = datetime.now(UTC) - timedelta(days=days)
    made: Authority = authorities.authority("mail.internal", "127.0.0.0/8", now=made_at)
    key = authorities.new_key()
    asked = authorities.request(key, "mail.internal", (read_address(address),))
    leaf = made.sign(asked, now=made_at, days=90)
    pem = serialization.Encoding.PEM
    ca.write_bytes(made.certificate.public_bytes(pem))
    chain, private = folder / "mail-chain.pem", folder / "mail-key.pem"
    chain.write_bytes(leaf.public_bytes(pem) + made.certificate.public_bytes(pem))
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, private)
    return context
