"""Runs a station's server until it is told to stop."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from testimony.cli.output import line
from testimony.cli.serve import https, log_line
from testimony.cli.serve.listener import address
from testimony.platform import desktop, memory

if TYPE_CHECKING:
    from testimony.background.scheduler import Scheduler
    from testimony.cli.serve.successor import Kept
    from testimony.cli.serve.worker_line import WorkerLine
    from testimony.station.station import Station
    from testimony.sync.jobs.sync import SyncJob
    from testimony.web.server.side_server import HelpServer

LOCK_TIMEOUT = 5.0  # seconds for a command that has the home open to end, so that the server is the one that tidies it
SWAP = "this system may write what you open to its swap file; switch swap off or encrypt it (docs/own-key.md)"
JOBS = "jobs.lock"
WRITING = ("testimony.exchange", "testimony.letting")  # of a desk: what goes on beside the requests and writes records
UNSET = "no address: it exchanges by USB stick alone. Set one: testimony station address URL --home HOME"


def serve(
    station: Station,
    listener: socket.socket,
    doors: https.Doors | None = None,
    watched: socket.socket | None = None,
    before: Kept | None = None,
    *,
    worker: WorkerLine | None = None,
    browser: bool = False,
) -> Kept | None:
    """Answer requests until SIGINT or SIGTERM; what is under way is finished. `watched`: where monitors ask.

    `worker`: the line to its supervisor, if it is one of several processes. `before`: what the process before this one
    kept. A desk whose key was locked ends too, and returns what the process
    after it needs. `browser`: show the first page to the person at this machine.
    """
    from testimony.background.scheduler import Scheduler
    from testimony.cli.serve.successor import Kept
    from testimony.services.accounts import start_tokens
    from testimony.web.factory import create_app
    from testimony.web.server.http import FINISHING, LEAVING, finish, leave, make_server, run
    from testimony.web.server.options import server_options

    memory.share_one_heap()
    log_line.begin()
    if ended := station.roster_ended(station.today()):
        logging.warning("the roster ended on %s; going on with it. Ask the coordinator for the next one.", ended)
    configuration = before.configuration if before else _shared(worker) if worker else {}
    app = create_app(station.settings.home, STATION=station, **configuration)
    if before is not None:
        before.give(app)
    server = make_server(app, listener, **server_options(station.settings))
    if station.settings.role == "desk":
        app.extensions["testimony.key"].on_forgotten = partial(leave, server)
    scheduler = Scheduler()
    if doors is not None:
        doors.start(near=server.hand_over)
        doors.add_to(scheduler)
    sync = app.extensions["testimony.sync"] = _add_jobs(station, scheduler)
    if station.settings.role == "desk":
        app.extensions["testimony.desk_sync"].add_to(scheduler)
    scheduler.start()
    for sign in (signal.SIGTERM, signal.SIGINT):  # a shell's background job starts with SIGINT ignored
        signal.signal(sign, _stop_once if station.settings.role == "desk" else _stop)
    if worker is not None:
        worker.ready()
    elif before is None:
        start_tokens.forget(station.settings.home)
        token = "" if station.settings.role == "field" else app.config["START_TOKEN"]
        line(station.settings.role, found := address(listener, token))
        if browser:
            show(found)
        if station.settings.role != "central" and not station.central_url:
            line("central", UNSET)
    if station.settings.role == "desk" and not memory.is_kept_out_of_swap() and before is None:
        line("swap", SWAP)
    if doors is not None:
        doors.tell()
    monitor = _monitor(station, watched, sync, told=worker is None)
    try:
        locked = run(server, worker.beat if worker else None)
        finish(server, LEAVING if locked else FINISHING)
        for work in WRITING if locked else ():  # locking asked it to end; what it wrote stays
            app.extensions[work].wait(LEAVING)
    finally:
        scheduler.stop()
        server.close()
        if monitor is not None:
            monitor.stop()
        if doors is not None:
            doors.stop()
    return Kept.of(app) if locked else None


def _shared(worker: WorkerLine) -> dict[str, Any]:
    """The configuration that all workers share: one start token, and one count of the requests of each client."""
    told = worker.told
    return {"START_TOKEN": told["token"], "WORKERS": told["workers"], "RATE_LIMITER": worker.limiter}


def _add_jobs(station: Station, scheduler: Scheduler) -> SyncJob | None:
    """What comes round again at this kind of station; the exchanges with headquarters, where there are any."""
    from testimony.sync.jobs.alarms import AlarmJob
    from testimony.sync.jobs.maintenance import MaintenanceJob
    from testimony.sync.jobs.timestamps import TimestampJob

    leads = _lead(station)
    MaintenanceJob(station, leads=leads).add_to(scheduler)
    if station.settings.role == "central":
        AlarmJob(station, leads=leads).add_to(scheduler)
        if station.settings.timestamp_url:
            TimestampJob(station, leads=leads).add_to(scheduler)
    if station.settings.role != "field" or not station.central_url:
        return None
    return _sync(station, scheduler)


def _lead(station: Station) -> Callable[[], bool]:
    """Returns whether this process runs the periodic jobs: of the processes of one central, only one does.

    When the holder of the lock ends, for whatever reason, the system lets another process take it.
    """
    from testimony.store.files import durable
    from testimony.store.files.lock import HomeLock

    if not station.database.is_shared:
        return lambda: True
    with durable.named_errors(station.settings.home):
        return HomeLock(station.settings.home / JOBS).take


def _sync(station: Station, scheduler: Scheduler) -> SyncJob:
    from testimony.sync.http.channel import HttpChannel
    from testimony.sync.http.route import Way
    from testimony.sync.http.transport import Transport
    from testimony.sync.jobs.sync import SyncJob

    channel = HttpChannel(Way.from_settings(station.settings))
    sync = SyncJob(station, Transport(station.central_url, station.signer, channel=channel))
    sync.add_to(scheduler)
    return sync


def _monitor(
    station: Station, listener: socket.socket | None, sync: SyncJob | None, *, told: bool
) -> HelpServer | None:
    """/health and /metrics, on a port of their own and only where one is set."""
    from testimony.web.server.metrics import Monitor
    from testimony.web.server.side_server import HelpServer

    if listener is None:
        return None
    server = HelpServer(Monitor(station, failures=lambda: sync.failures if sync else 0), listener, name="monitor")
    server.start()
    if told:
        line("monitor", "http://{}:{}/health and /metrics".format(*listener.getsockname()[:2]))
    return server


def show(found: str) -> None:
    """Open the address in the browser of the person at this machine."""
    if not desktop.show_page(found):
        line("browser", "none could be opened; copy the address into one")


def _stop_once(*_: object) -> None:
    """As `_stop`, for a desk. A service manager asks every process, and the process that a person started asks the one
    that serves once more: the second time must not cut off what is under way."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _stop()


def _stop(*_: object) -> None:
    raise SystemExit(0)
