"""`testimony serve field|central|desk`: run one station until Ctrl-C; a field node also syncs in the background."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.serve import first_page, https, pending, port_note, workers
from testimony.cli.serve.listener import LOCAL, listen
from testimony.cli.serve.server import LOCK_TIMEOUT, serve
from testimony.platform import memory, processes

if TYPE_CHECKING:
    from testimony.settings import Settings

ROLES = {
    "field": "a field node: the interview page for phones, and the outbox",
    "central": "the central server: collects from nodes, serves desks, reads nothing",
    "desk": "a reader's desk: opens testimonies, on this machine only",
}

SHORT = {"field": "field node", "central": "central server", "desk": "desk"}


def add_to(commands: Any) -> None:
    serve = commands.add_parser("serve", help="run a station", description="Run a station until Ctrl-C.")
    roles = serve.add_subparsers(title="stations", metavar="STATION", required=True, dest="role")
    for role, what in ROLES.items():
        one = roles.add_parser(role, help=what, description=f"Run {what}.")
        one.add_argument("--home", required=True, type=Path, help="the station's folder")
        one.add_argument("--port", type=port_number, metavar="N", help="instead of the port in the station's settings")
        one.add_argument("--host", default=LOCAL, help=f"address to listen on (default: {LOCAL}, this machine only)")
        if role == "field":
            https.add_to(one)
        if role == "central":
            workers.add_to(one)
            one.add_argument("--worker", help=argparse.SUPPRESS)  # one of several: workers.py
        one.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)  # ends when standard input does
        one.add_argument("--successor", help=argparse.SUPPRESS)  # of a desk that was locked: successor.py
        one.set_defaults(run=run, browser=False)
    serve.set_defaults(workers=1, worker=None)


def port_number(text: str) -> int:
    """A port as typed. Raises what `argparse` shows as a sentence."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 1 to 65535")
    return int(text)


def require_role(settings: Settings, role: str) -> None:
    """Raise `StationRoleWrong` unless it is a station of this role."""
    from testimony.services.certificates.errors import StationRoleWrong

    if settings.role != role:
        raise StationRoleWrong(folder=str(settings.home), role=SHORT[settings.role], wanted=SHORT[role])


def run(arguments: argparse.Namespace) -> int:
    from testimony.settings import Settings
    from testimony.web.errors import HostNotLocal

    if arguments.role == "desk" and arguments.host not in {LOCAL, "localhost"}:
        raise HostNotLocal
    if arguments.port is not None:
        os.environ["TESTIMONY_PORT"] = str(arguments.port)
    with ExitStack() as kept:
        door = None
        if arguments.role == "field" and arguments.first_page:
            door = first_page.serve_until_set_up(arguments, kept)
        settings = Settings.load(arguments.home)
        require_role(settings, arguments.role)
        if arguments.worker is not None:
            return workers.work(arguments.worker, arguments.home)
        if arguments.workers > 1:
            workers.require_possible(settings)
            return _supervise(arguments, settings)
        return _serve(arguments, settings, door)


def _supervise(arguments: argparse.Namespace, settings: Settings) -> int:
    with ExitStack() as held:
        listener = held.enter_context(listen(arguments.host, settings.port))
        watched = _watched(settings, held)
        held.enter_context(port_note.noted(arguments.home, settings.port))
        if arguments.with_parent:
            threading.Thread(target=_end_with_parent, daemon=True).start()
        return workers.supervise(arguments, listener, watched)


def _watched(settings: Settings, held: ExitStack) -> socket.socket | None:
    """The socket for monitors, if the settings have one. Raises `PortTaken`, `PortForbidden`, `AddressUnusable`."""
    if not settings.monitor_port:
        return None
    return held.enter_context(listen(settings.monitor_host, settings.monitor_port, "TESTIMONY_MONITOR_PORT"))


def _serve(arguments: argparse.Namespace, settings: Settings, door: socket.socket | None) -> int:
    """`door`: listens for https already."""
    from testimony.cli.serve import successor
    from testimony.services.startup import open_station

    estate = before = kept = None
    patience = LOCK_TIMEOUT
    with ExitStack() as held:
        if settings.role == "desk":
            memory.withhold()
            estate = successor.begin(arguments, settings.port, held)
            before = successor.left_by(estate)
        doors = https.open_doors(arguments, held, door) if arguments.role == "field" else None
        # With https before it, plain http is for this machine alone: a phone could do nothing with it.
        if estate is not None:
            listener = estate.listener  # stays open for the next process
        else:
            listener = held.enter_context(listen(LOCAL if doors else arguments.host, settings.port))
        watched = _watched(settings, held)
        if estate is None:
            secure = doors.port if doors else https.OFF
            note = port_note.noted(arguments.home, settings.port, https=secure, timeout=port_note.GLANCE)
            if not held.enter_context(note):
                patience = 0.0  # another server holds the home's lock for as long as it runs
        elif arguments.successor is not None:  # the process before this one noted the port until it ended
            timeout = port_note.SUCCESSION_TIMEOUT
            held.enter_context(port_note.noted(arguments.home, settings.port, timeout=timeout))
        pending.serve_until_admitted(arguments.home, listener, watched, browser=arguments.browser)
        station = held.enter_context(open_station(arguments.home, lock_timeout=patience))
        if arguments.with_parent:
            threading.Thread(target=_end_with_parent, daemon=True).start()
        kept = serve(station, listener.dup(), doors, watched, before, browser=arguments.browser)
    if estate is not None and kept is not None:
        successor.replace(arguments, estate, kept)
    return 0


def _end_with_parent() -> None:
    """Ask this process to stop once the one that started it is gone, so that no server is left behind."""
    while os.read(sys.stdin.fileno(), 1024):  # unbuffered: a lock held here would upset the shutdown
        pass
    processes.end_this()
