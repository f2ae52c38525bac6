"""Serves the pages that set up a field node, until the node is made, is admitted and has its certificate."""

from __future__ import annotations

import argparse
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import line
from testimony.cli.serve import https
from testimony.cli.serve.listener import LOCAL, listen
from testimony.cli.serve.pending import LOOK, START, is_answered, stop_now, tell_backup

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from flask import Flask

WORDS = 4
"""Words in the secret: four words of the list have 51 bits, which nobody guesses over a network."""
PORT = 8401


def serve_until_set_up(arguments: argparse.Namespace, kept: ExitStack) -> socket.socket | None:
    """Serve the pages until the node has a certificate; return at once if it has one already.

    Returns the socket for https, which `kept` closes. Browsers that ask again wait on it until the node answers.

    Everybody on the network can open the pages, but only the words that are printed here let somebody use them. The
    pages are served by https from the start, so that nobody can read the words on the way. Browsers warn of the
    temporary certificate. Raises `PortTaken`, `PortForbidden`, `AddressUnusable`.
    """
    from testimony.cli.serve import log_line
    from testimony.sealing.keys.wordlist import propose_passphrase
    from testimony.web.server.http import make_server, stop
    from testimony.web.server.options import waiting_options

    word = "-".join(propose_passphrase(WORDS).split())
    pages = Pages(arguments.home, word)
    if pages.stage() is None:
        return None
    log_line.begin()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop_now)
    known: dict[int, Any] = {}
    with ExitStack() as held:
        near = held.enter_context(listen(LOCAL, arguments.port or PORT))
        server = make_server(pages, near.dup(), known=known, **waiting_options(pages.largest))
        running = threading.Thread(target=server.run, name="first page", daemon=True)
        running.start()
        held.callback(stop, server, known, running)
        door = listen(arguments.host, arguments.https_port or https.HTTPS, "--https-port")
        (held if arguments.https_port == https.OFF else kept).enter_context(door)
        held.enter_context(_doors(arguments, door, server.hand_over, word))
        ended = threading.Event()
        while pages.stage() is not None or not is_answered(known):
            ended.wait(LOOK)
    line("set up", "the node starts")
    tell_backup(arguments.home)
    return None if arguments.https_port == https.OFF else door


class Pages:
    """A WSGI application that passes each request to the application for the current stage (`stage`).

    Sessions of browsers last over all stages. `word`: the words that are printed.
    """

    def __init__(self, home: Path, word: str) -> None:
        from testimony.web.newcomer import create_certificate_app, create_first_app, create_waiting_app
        from testimony.web.sessions import new_token

        self._home = home
        self._made = {"first": create_first_app, "waiting": create_waiting_app, "certificate": create_certificate_app}
        self._shared = {"START_TOKEN": word, "SECRET_KEY": new_token(), "FIRST_PAGE": True}
        self._turn = threading.Lock()
        self._now = self.stage() or ""
        self._app = self._make(self._now, None) if self._now else None

    @property
    def largest(self) -> int:
        """Bytes of the largest request that is accepted."""
        return int(self._app.config["MAX_CONTENT_LENGTH"]) if self._app else 0

    def stage(self) -> str | None:
        """The current stage: "first", "waiting" or "certificate"; None once the node is set up."""
        from testimony.services.enrolment import enrolment, first_start

        if not first_start.is_made(self._home):
            return "first"
        if enrolment.waits(self._home):
            return "waiting"
        return "certificate" if first_start.lacks_certificate(self._home) else None

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        with self._turn:
            reached = self.stage()
            if reached is not None and reached != self._now:
                self._now, self._app = reached, self._make(reached, self._app)
            app = self._app
        if app is None:
            raise RuntimeError("a node that is set up has no first page")
        return app(environ, start)

    def _make(self, stage: str, before: Flask | None) -> Flask:
        make: Callable[..., Flask] = self._made[stage]
        app = make(self._home, **self._shared)
        if before is not None:
            app.session_interface = before.session_interface
        return app


@contextmanager
def _doors(arguments: argparse.Namespace, door: socket.socket, near: Callable[..., None], word: str) -> Iterator[None]:
    """Serve https on `door` for everybody on the network, and redirect plain http to it.

    `near`: takes each connection.
    """
    from testimony.certificates.temporary import Temporary
    from testimony.platform import files
    from testimony.web.server.side_server import HelpServer
    from testimony.web.server.tls_proxy import Front
    from testimony.web.server.upgrade import Upgrade

    port = door.getsockname()[1]
    made = Temporary.make(datetime.now(UTC))
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="testimony-")))
        with open(files.create(folder / "first.pem"), "wb") as file:
            file.write(made.data)
        if arguments.help_port != https.OFF:
            plain = held.enter_context(listen(arguments.host, arguments.help_port or https.HELP, "--help-port"))
            helper = HelpServer(Upgrade(port), plain)
            helper.start()
            held.callback(helper.stop)
        front = Front(door, folder / "first.pem", near)
        front.start()
        held.callback(front.stop)
        _tell(port, word, made.fingerprint)
        yield


def _tell(port: int, word: str, fingerprint: str) -> None:
    """Print the address, the words and the certificate, for the person in front of the machine."""
    line("first page", f"https://ADDRESS-OF-THIS-MACHINE{'' if port == https.HTTPS else f':{port}'}/{START}")
    line("its words", word)
    line("certificate", f"SHA-256 {fingerprint}")
    line("", "The browser warns of the certificate. Compare this number if others use the network, then go on.")
