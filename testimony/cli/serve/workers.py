"""Runs central as several processes: starts the supervisor, and is one of its workers."""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from testimony.cli.output import line
from testimony.platform import processes

if TYPE_CHECKING:
    from testimony.settings import Settings

MOST = 64
"""Workers of one central."""


def add_to(central: argparse.ArgumentParser) -> None:
    """Add the option `--workers`, which only central has."""
    central.add_argument(
        "--workers",
        type=number,
        default=1,
        metavar="N",
        help="the number of processes behind one port; more than one needs a PostgreSQL database (default: 1)",
    )


def number(text: str) -> int:
    """The number of workers in `text`. Raises `argparse.ArgumentTypeError`, whose sentence `argparse` shows."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST}")
    return int(text)


def require_possible(settings: Settings) -> None:
    """Raise `WorkersOnSqlite` or `WorkersNotHere` unless this central can run several workers."""
    from testimony.web.errors import WorkersNotHere, WorkersOnSqlite

    if not settings.database_url:
        raise WorkersOnSqlite
    if not processes.SHARES_PORTS:
        raise WorkersNotHere


def supervise(arguments: argparse.Namespace, listener: socket.socket, watched: socket.socket | None) -> int:
    """Run the workers until this process is told to stop. `watched`: the socket for monitors. Returns the exit code."""
    from testimony.cli.serve import log_line
    from testimony.cli.serve.listener import address
    from testimony.cli.serve.supervisor import Supervisor

    log_line.begin()
    token = secrets.token_urlsafe(32)

    def up() -> None:
        line("central", found := address(listener, token))
        if watched is not None:
            line("monitor", "http://{}:{}/health and /metrics".format(*watched.getsockname()[:2]))
        line("workers", f"{arguments.workers} processes; SIGHUP to this one ({os.getpid()}) renews them")
        if arguments.browser:
            _show(found)

    command = [sys.executable, "-m", "testimony", "serve", "central", "--home", str(arguments.home)]
    sockets = [listener] if watched is None else [listener, watched]
    told = {"token": token, "workers": arguments.workers}
    return Supervisor(arguments.workers, [*command, "--worker"], sockets, told, up=up).run()


def work(descriptors: str, home: Path) -> int:
    """Be one worker. `descriptors`: of its line, the socket, and the one for monitors if any, separated by commas.

    Raises what `open_station` raises.
    """
    from testimony.cli.serve import pending
    from testimony.cli.serve.server import LOCK_TIMEOUT, serve
    from testimony.cli.serve.worker_line import WorkerLine
    from testimony.services.accounts import start_tokens
    from testimony.services.startup import open_station

    said, port, *rest = map(int, descriptors.split(","))
    told = WorkerLine.taken(said)
    listener, *watched = map(_taken, (port, *rest))
    first = bool(told.told.get("first"))
    if first:
        pending.serve_until_admitted(home, listener, watched[0] if watched else None)
    with open_station(home, lock_timeout=LOCK_TIMEOUT if first else 0.0) as station:
        if first:
            start_tokens.forget(home)
        serve(station, listener, watched=watched[0] if watched else None, worker=told)
    return 0


def _taken(descriptor: int) -> socket.socket:
    os.set_inheritable(descriptor, False)
    return socket.socket(fileno=descriptor)


def _show(found: str) -> None:
    """Open a browser, in a thread: it may be slow, and the supervisor must go on listening to the workers."""
    from testimony.platform import desktop

    threading.Thread(target=desktop.show_page, args=(found,), daemon=True).start()
