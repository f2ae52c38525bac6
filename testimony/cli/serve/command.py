"""`testimony serve field|central|desk`: run one station until Ctrl-C, in the background synchronising a field node."""

from __future__ import annotations

import argparse
import ctypes
import errno
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import line
from testimony.cli.serve import https, pending

if TYPE_CHECKING:
    from testimony.station.station import Station
    from testimony.sync.jobs.alarms import AlarmLoop
    from testimony.sync.jobs.sync import SyncLoop
    from testimony.sync.jobs.timestamps import StampLoop
    from testimony.web.server.side_server import HelpServer

LOCAL = "127.0.0.1"
BACKLOG = 128
FIRST_FREE_PORT = 1024  # those below are for programs with a right of their own
PATIENCE = 5.0  # seconds for a command that has the home open to end, so that the server is the one that tidies it
ARENAS = -8  # M_ARENA_MAX of glibc's mallopt
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
        one.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)  # ends when standard input does
        one.set_defaults(run=run)


def port_number(text: str) -> int:
    """A port as typed. Raises what `argparse` shows as a sentence."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 1 to 65535")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates.errors import StationRoleWrong
    from testimony.settings import Settings
    from testimony.station.station import Station
    from testimony.web.errors import HostNotLocal

    if arguments.role == "desk" and arguments.host not in {LOCAL, "localhost"}:
        raise HostNotLocal
    if arguments.port is not None:
        os.environ["TESTIMONY_PORT"] = str(arguments.port)
    settings = Settings.load(arguments.home)
    if settings.role != arguments.role:
        raise StationRoleWrong(
            folder=str(arguments.home), role=SHORT.get(settings.role, settings.role), wanted=SHORT[arguments.role]
        )
    with ExitStack() as held:
        doors = https.open_doors(arguments, held) if arguments.role == "field" else None
        # With https before it, plain http is for this machine alone: a phone could do nothing with it.
        listener = held.enter_context(listen(LOCAL if doors else arguments.host, settings.port))
        watched = None
        if settings.monitor_port:
            watched = held.enter_context(listen(settings.monitor_host, settings.monitor_port, "TESTIMONY_MONITOR_PORT"))
        pending.serve_until_admitted(arguments.home, listener)
        station = held.enter_context(Station.open(arguments.home, patience=PATIENCE))
        if arguments.with_parent:
            threading.Thread(target=_end_with_parent, daemon=True).start()
        return serve(station, listener, doors, watched)


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A socket bound to the address; `option` chooses another port. Raises `PortTaken`, `PortForbidden`,
    `AddressUnusable`.
    """
    from testimony.web.errors import AddressUnusable, PortForbidden, PortTaken

    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:  # the latter for a port above 65535
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, option=option) from error
        if isinstance(error, PermissionError) and port < FIRST_FREE_PORT:
            raise PortForbidden(port=port, option=option) from error
        raise AddressUnusable(address=f"{host}:{port}") from error
    return listener


def serve(
    station: Station, listener: socket.socket, doors: https.Doors | None = None, watched: socket.socket | None = None
) -> int:
    """Answer requests until SIGINT or SIGTERM; what is under way is finished. `watched`: where monitors ask."""
    from testimony.sync.jobs.maintenance import DailyLoop
    from testimony.web.factory import SERVER_OPTIONS, create_app
    from testimony.web.server.http import finish, make_server

    _share_one_heap()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if ended := station.roster_ended(station.today()):
        logging.warning("the roster ended on %s; going on with it. Ask the coordinator for the next one.", ended)
    app = create_app(station.settings.home, STATION=station)
    server = make_server(app, listener, **SERVER_OPTIONS)
    if doors is not None:
        doors.start(near=listener.getsockname()[:2])
    daily = DailyLoop(station)
    daily.start()
    watching, stamping = _watching(station), _stamping(station)
    loop = app.extensions["testimony.loop"] = _background(station)
    for sign in (signal.SIGTERM, signal.SIGINT):  # a shell's background job starts with SIGINT ignored
        signal.signal(sign, _stop)
    token = "" if station.settings.role == "field" else app.config["START_TOKEN"]
    line(station.settings.role, address(listener, token))
    if doors is not None:
        doors.tell()
    monitor = _monitor(station, watched, loop)
    try:
        server.run()  # returns on KeyboardInterrupt and SystemExit
        finish(server)
    finally:
        daily.stop()
        if watching is not None:
            watching.stop()
        if stamping is not None:
            stamping.stop()
        if loop is not None:
            loop.stop()
        server.close()
        if monitor is not None:
            monitor.stop()
        if doors is not None:
            doors.stop()
    return 0


def address(listener: socket.socket, token: str) -> str:
    """Where the station is reached. A token travels behind the #, which browsers send to nobody."""
    host, port = listener.getsockname()[:2]
    shown = "localhost" if host in {LOCAL, "0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://{shown}:{port}/" + (f"#{token}" if token else "")


def _background(station: Station) -> SyncLoop | None:
    from testimony.sync.http.channel import HttpChannel
    from testimony.sync.http.route import Way
    from testimony.sync.http.transport import Transport
    from testimony.sync.jobs.sync import SyncLoop

    if station.settings.role != "field" or not station.settings.central_url:
        return None
    channel = HttpChannel(Way.of(station.settings))
    loop = SyncLoop(station, Transport(station.settings.central_url, station.signer, channel=channel))
    loop.start()
    return loop


def _watching(station: Station) -> AlarmLoop | None:
    """At central, what needs a person, and the e-mails that say so."""
    from testimony.sync.jobs.alarms import AlarmLoop

    if station.settings.role != "central":
        return None
    watching = AlarmLoop(station)
    watching.start()
    return watching


def _stamping(station: Station) -> StampLoop | None:
    """At central, where an authority for time stamps is set up."""
    from testimony.sync.jobs.timestamps import StampLoop

    if station.settings.role != "central" or not station.settings.timestamp_url:
        return None
    stamping = StampLoop(station)
    stamping.start()
    return stamping


def _monitor(station: Station, listener: socket.socket | None, loop: SyncLoop | None) -> HelpServer | None:
    """/health and /metrics, on a port of their own and only where one is set."""
    from testimony.web.server.metrics import Monitor
    from testimony.web.server.side_server import HelpServer

    if listener is None:
        return None
    server = HelpServer(Monitor(station, failures=lambda: loop.failures if loop else 0), listener, name="monitor")
    server.start()
    line("monitor", "http://{}:{}/health and /metrics".format(*listener.getsockname()[:2]))
    return server


def _share_one_heap() -> None:
    """glibc gives each thread a heap of its own, which keeps what the thread once needed: 3 MB in all."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option is not None:
        set_option(ARENAS, 1)


def _end_with_parent() -> None:
    """Ask this process to stop once the one that started it is gone, so that no server is left behind."""
    while os.read(sys.stdin.fileno(), 1024):  # unbuffered: a lock held here would upset the shutdown
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _stop(*_: object) -> None:
    raise SystemExit(0)
