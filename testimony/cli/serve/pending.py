"""Serves the pages of a station that is waiting to be admitted, until it is admitted."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from testimony.cli import first_backup
from testimony.cli.output import line

START = "en/start"  # the page that takes the token
LOOK = 1.0  # seconds between two looks whether `station join` admitted it from the command line


def serve_until_admitted(
    home: Path, listener: socket.socket, watched: socket.socket | None = None, *, browser: bool = False
) -> None:
    """Return at once for a station that belongs to an organisation, else as soon as it joined one.

    `watched`: where monitors ask.
    """
    from testimony.services.enrolment import enrolment

    if not enrolment.waits(home):
        return
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop_now)
    _serve(home, listener, watched, browser=browser)
    line("admitted", "it starts")
    tell_backup(home)


def tell_backup(home: Path) -> None:
    """Print the last step of setting the station up."""
    line("backup", "make one and test it (docs/backup.md):")
    for command in first_backup.commands(home):
        line("", command)


def _serve(home: Path, listener: socket.socket, watched: socket.socket | None, *, browser: bool) -> None:
    """Both sockets stay open: who asks meanwhile is answered by the station that follows."""
    from testimony.cli.serve import log_line
    from testimony.cli.serve.listener import address
    from testimony.cli.serve.server import show
    from testimony.sealing.keys.wordlist import fingerprint_words
    from testimony.services.accounts import start_tokens
    from testimony.services.enrolment import enrolment
    from testimony.web.newcomer import create_waiting_app
    from testimony.web.server import metrics
    from testimony.web.server.http import make_server, stop
    from testimony.web.server.options import waiting_options
    from testimony.web.server.side_server import HelpServer

    log_line.begin()
    app = create_waiting_app(home)
    known: dict[int, Any] = {}
    options = waiting_options(app.config["MAX_CONTENT_LENGTH"])
    server = make_server(app, listener.dup(), known=known, **options)
    running = threading.Thread(target=server.run, name="waiting", daemon=True)
    running.start()
    monitor = HelpServer(metrics.waiting(), watched.dup(), name="monitor") if watched is not None else None
    if monitor is not None:
        monitor.start()
    start_tokens.forget(home)
    line("waiting", found := f"{address(listener, '')}{START}#{app.config['START_TOKEN']}")
    if browser:
        show(found)
    if not enrolment.lacks_request(home):
        line("its words", fingerprint_words(enrolment.asked(home).fingerprint))
    ended = threading.Event()
    while enrolment.waits(home) or not is_answered(known):
        ended.wait(LOOK)
    if monitor is not None:
        monitor.stop()
    stop(server, known, running)


def is_answered(known: Mapping[int, Any]) -> bool:
    """Whether nobody waits for an answer: who joins by the page does so until the answer is out."""
    channels = [each for each in list(known.values()) if hasattr(each, "total_outbufs_len")]
    return not any(each.requests or each.total_outbufs_len for each in channels)


def stop_now(*_: object) -> None:
    raise SystemExit(0)
