"""Starts a field node's servers for phones: HTTPS once it has a certificate, and the help pages on port 80."""

from __future__ import annotations

import argparse
import logging
import socket
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import line

if TYPE_CHECKING:
    from testimony.background.scheduler import Scheduler
    from testimony.certificates.identity import Identity
    from testimony.web.server.side_server import HelpServer
    from testimony.web.server.tls_proxy import Front, HandOver

HTTPS, HELP = 443, 80
OFF = 0
DAY = 24 * 3600.0  # seconds between two looks at the certificate's end


def add_to(field: Any) -> None:
    """The options of `serve field`."""
    field.add_argument(
        "--tls", action="store_true", help="refuse to start without a certificate; with one, https starts by itself"
    )
    field.add_argument(
        "--first-page",
        action="store_true",
        help="for a service: show pages that set up the node if there is none yet, then serve it by https",
    )
    field.add_argument(
        "--https-port", type=port_or_off, metavar="N", help=f"where phones reach it (default: {HTTPS}); 0: no https"
    )
    field.add_argument(
        "--help-port",
        type=port_or_off,
        metavar="N",
        help=f"plain pages that tell phones how to trust it (default: {HELP}); 0: none",
    )


def port_or_off(text: str) -> int:
    """A port as typed, or 0. Raises what `argparse` shows as a sentence."""
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 1 to 65535, or 0 for none")
    return int(text)


def address_of(host: str, port: int) -> str:
    """The address for phones of the node that they reach at `host`."""
    return f"https://{host}/" if port == HTTPS else f"https://{host}:{port}/"


class Doors:
    """Https and help in front of a node: listening already, so that what is taken or forbidden was said before."""

    def __init__(self, certificate: Path, held: Identity, https: socket.socket, guide: socket.socket | None) -> None:
        self._certificate, self._held, self._https, self._guide = certificate, held, https, guide
        self._front: Front | None = None
        self._helper: HelpServer | None = None

    @property
    def port(self) -> int:
        """Where phones reach it."""
        return int(self._https.getsockname()[1])

    def start(self, near: HandOver) -> None:
        """Answer phones by `near`. Raises `CertificateRefused`."""
        from testimony.certificates.errors import CertificateRefused
        from testimony.web.factory import create_help_app
        from testimony.web.server.side_server import HelpServer
        from testimony.web.server.tls_proxy import Front

        home, plain = self._certificate.parents[1], None
        warn_of_end(home, datetime.now(UTC))
        if self._guide is not None:
            self._helper = HelpServer(create_help_app(home, https=self.port), self._guide)
            self._helper.start()
            plain = self._helper.hand_over
        try:
            self._front = Front(self._https, self._certificate, near, plain)
        except OSError as error:
            raise CertificateRefused("certificate") from error
        self._front.start()

    def add_to(self, scheduler: Scheduler) -> None:
        """Warn of the certificate's end each day: a node runs for months."""
        home = self._certificate.parents[1]
        scheduler.add("certificate", lambda: warn_of_end(home, datetime.now(UTC)), every=DAY, first=None)

    def tell(self) -> None:
        """Where, for the person who started it."""
        host = self._https.getsockname()[0]
        shown = address_of(self._held.host, self.port)
        line("https", f"{shown} (at {host}), certificate until {self._held.ends.date()}")
        if self._guide is not None:
            host, port = self._guide.getsockname()[:2]
            line("help", f"for phones that do not trust it yet: port {port} (at {host})")

    def stop(self) -> None:
        """Let what is under way end."""
        if self._front is not None:
            self._front.stop()
        if self._helper is not None:
            self._helper.stop()


def open_doors(arguments: argparse.Namespace, held: ExitStack, door: socket.socket | None = None) -> Doors | None:
    """The servers for phones; None for a node without a certificate or with --https-port 0.

    `door`: listens for https already.

    Raises `CertificateMissing`, `CertificateRefused`, `PortTaken`, `PortForbidden`, `AddressUnusable`.
    """
    from testimony.cli.serve.listener import listen
    from testimony.services.certificates import store as certificate_store

    asked = arguments.tls or arguments.first_page or arguments.https_port or arguments.help_port
    identity = certificate_store.required(arguments.home) if asked else certificate_store.installed(arguments.home)
    if identity is None or arguments.https_port == OFF:
        return None
    https = door or held.enter_context(listen(arguments.host, arguments.https_port or HTTPS, "--https-port"))
    guide = None
    if arguments.help_port != OFF:
        guide = listen(arguments.host, arguments.help_port or HELP, "--help-port (0: none)")
        held.enter_context(guide)
    return Doors(certificate_store.in_force(arguments.home), identity, https, guide)


WARNINGS = {
    "soon": "the certificate ends on %s; renew it before: synchronise with headquarters, or testimony tls renew",
    "ended": "the certificate ended on %s: phones keep what they seal. Renew it: synchronise, or testimony tls renew",
    "damaged": "the certificate is damaged%s: phones keep what they seal. Remove tls/node.pem; testimony tls node",
}


def warn_of_end(home: Path, now: datetime) -> None:
    """Say it in the log of the service while there is time, and once it is too late."""
    from testimony.services.certificates import renewal as certificate_renewal

    if end := certificate_renewal.ending(home, now):
        logging.warning(WARNINGS[end.state], end.day)
