"""Sends an e-mail to each recipient through the organisation's mail server, only over TLS with a valid certificate.

The message reveals nothing of this machine: no host name, no program, no local time. The server's replies are not
logged.
"""

from __future__ import annotations

import os
import secrets
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from socket import gaierror
from typing import TYPE_CHECKING, Final

from testimony.sync.errors import MailNotSent
from testimony.sync.http.deadline import Aside

if TYPE_CHECKING:
    from testimony.settings import Settings

PASSWORD: Final = "TESTIMONY_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
SMTP_TIMEOUT: Final = 30.0
"""Seconds between two signs of life."""
LONGEST: Final = 300.0
"""Seconds for all of it: a server that says a letter a minute gives signs of life for ever."""
OTHERS: Final = 0o007
LONGEST_PASSWORD: Final = 1000


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The mail server and the account on it. `at_once`: TLS from the first byte, else by STARTTLS; never without."""

    host: str
    port: int
    at_once: bool
    user: str
    password: str = field(repr=False)
    authorities: Path | None
    sender: str
    recipients: tuple[str, ...]

    @classmethod
    def from_settings(cls, settings: Settings, environment: Mapping[str, str] = os.environ) -> MailServer:
        """Raises `MailNotSent`: nothing is set up, or the password cannot be had."""
        if not is_set_up(settings):
            raise MailNotSent("unset")
        return cls(
            host=settings.mail_host,
            port=settings.mail_port,
            at_once=settings.mail_security == "tls",
            user=settings.mail_user,
            password=_password(settings, environment) if settings.mail_user else "",
            authorities=settings.home / settings.mail_ca if settings.mail_ca else None,
            sender=settings.mail_from,
            recipients=tuple(one.strip() for one in settings.mail_to.split(",")),
        )


def is_set_up(settings: Settings) -> bool:
    """Whether e-mails are meant to go."""
    return bool(settings.mail_host and settings.mail_from and settings.mail_to)


def send_in_time(server: MailServer, subject: str, text: str) -> bool:
    """`send`, but no longer than `LONGEST`; what takes longer counts as not sent, whatever becomes of it."""
    try:
        return Aside(lambda: send(server, subject, text)).result(LONGEST)
    except TimeoutError:
        raise MailNotSent("silent") from None


def send(server: MailServer, subject: str, text: str) -> bool:
    """The same to each recipient, in an e-mail of its own: none learns who else gets one.

    Whether all of them were taken: what some have is not sent to them again for the sake of others. Raises
    `MailNotSent` when none was.
    """
    failure = ""
    taken = 0
    with _named_errors(), _connected(server) as connection:
        for recipient in server.recipients:
            try:
                connection.send_message(_written(server, recipient, subject, text), server.sender, [recipient])
                taken += 1
            except smtplib.SMTPRecipientsRefused:
                failure = "recipients"
            except (smtplib.SMTPException, OSError) as error:
                failure = _reason(error)
                break
    if not taken:
        raise MailNotSent(failure)
    return not failure


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    tls, domain = _tls(server.authorities), server.sender.partition("@")[2]
    # The greeting would else tell the name of this machine.
    connection: smtplib.SMTP
    if server.at_once:
        connection = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=domain, timeout=SMTP_TIMEOUT, context=tls
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, local_hostname=domain, timeout=SMTP_TIMEOUT)
    try:
        if not server.at_once:
            _start_tls(connection, tls)
        if server.user:
            connection.login(server.user, server.password)
        yield connection
        with suppress(smtplib.SMTPException, OSError):  # what was taken is taken, however they part
            connection.quit()
    finally:
        connection.close()


def _start_tls(connection: smtplib.SMTP, tls: ssl.SSLContext) -> None:
    connection.ehlo_or_helo_if_needed()
    if not connection.has_extn("starttls"):
        raise MailNotSent("plain")
    try:
        connection.starttls(context=tls)
    except smtplib.SMTPResponseException as error:
        raise MailNotSent("plain") from error


def _written(server: MailServer, recipient: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, recipient, subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{server.sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message.set_content(text, cte="base64" if not text.isascii() else "7bit")
    return message


def _password(settings: Settings, environment: Mapping[str, str]) -> str:
    """Read from the file in the settings, else the environment. Others than its user and group may not read it."""
    given = environment.get(PASSWORD, "")
    if settings.mail_password_file:
        file = settings.home / settings.mail_password_file
        try:
            if file.stat().st_mode & OTHERS:
                raise MailNotSent("password-open")
            given = file.read_text("ascii").removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise MailNotSent("password") from error
    if not given or len(given) > LONGEST_PASSWORD or not given.isascii() or not given.isprintable():
        raise MailNotSent("password")
    return given


def _tls(authorities: Path | None) -> ssl.SSLContext:
    """Certificate and name are checked, TLS 1.2 is the least; with a file its authorities alone are believed."""
    try:
        return ssl.create_default_context(cafile=None if authorities is None else str(authorities))
    except (OSError, ssl.SSLError) as error:
        raise MailNotSent("authorities") from error


@contextmanager
def _named_errors() -> Iterator[None]:
    """What goes wrong by its name, and none of the words in which a server said so: they may hold addresses."""
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise MailNotSent(_reason(error)) from None


def _reason(error: BaseException) -> str:
    reasons: tuple[tuple[type[BaseException], str], ...] = (
        (ssl.SSLCertVerificationError, "certificate"),
        (ssl.SSLError, "tls"),
        (gaierror, "name"),
        (TimeoutError, "silent"),
        (smtplib.SMTPAuthenticationError, "login"),
        (smtplib.SMTPNotSupportedError, "login"),
        (smtplib.SMTPSenderRefused, "sender"),
        (smtplib.SMTPServerDisconnected, "broken"),
        (smtplib.SMTPException, "refused"),
        (ConnectionResetError, "broken"),
        (BrokenPipeError, "broken"),
    )
    if isinstance(error.__context__, TimeoutError):  # smtplib calls a silence a disconnection
        return "silent"
    return next((reason for kind, reason in reasons if isinstance(error, kind)), "unreachable")
