"""`testimony demo`: create the demonstration organisation if needed, and run all its stations until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import Step, line, table
from testimony.cli.serve.command import port_number
from testimony.cli.serve.listener import LOCAL, listen
from testimony.cli.station import phones
from testimony.platform import processes
from testimony.platform.succession import ask_to_end, was_succeeded

if TYPE_CHECKING:
    from testimony.web.tour.roles import Phone

STATIONS = {  # home: role, who signs in, and for what
    "field": ("field", "interviewer-1, interviewer-2"),
    "central": ("central", "the person who started it"),
    "desk-lawyer": ("desk", "lawyer-1"),
    "desk-lawyer-2": ("desk", "lawyer-2 (clears what lawyer-1 cleared)"),
    "desk-coordinator": ("desk", "coordinator-1 (builds releases)"),
    "desk-coordinator-2": ("desk", "coordinator-2 (agrees to releases here)"),
    "field-2": ("field", "interviewer-1, interviewer-2 (at another camp)"),
}
PLACES = ("start page", *STATIONS)
"""What listens, in the order of the ports."""
NODE = "field"
"""The one that phones reach."""
FIRST_PORT = 8400
SECRETS = "README-demonstration.txt"  # services/demo/secrets.py
STATION_TIMEOUT = 30.0  # seconds for a station to come up, or to go down


def add_to(commands: Any) -> None:
    demo = commands.add_parser(
        "demo",
        help="make and run a demonstration with every station",
        description="Make a demonstration organisation with invented testimonies, unless there is one, and run its "
        "two field nodes, central server and four desks on this machine until Ctrl-C.",
    )
    demo.add_argument("--folder", type=Path, default=Path("var/demo"), help="where it lives (default: var/demo)")
    demo.add_argument(
        "--port", type=port_number, default=FIRST_PORT, metavar="N", help=f"the first of eight (default: {FIRST_PORT})"
    )
    phones.add_to(demo)
    demo.add_argument("--reset", action="store_true", help="forget the demonstration that is there and start over")
    demo.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    ports = {home: arguments.port + place for place, home in enumerate(PLACES)}
    for port in ports.values():
        listen(LOCAL, port).close()  # raises before anything is made
    doors = phones.Doors.choose(arguments.phones, arguments.port + len(PLACES)) if arguments.phones else None
    try:
        if arguments.reset:
            forget(arguments.folder)
        if not (arguments.folder / SECRETS).exists():
            make(arguments.folder)
        settle(arguments.folder, ports)
        phone = doors.open(arguments.folder / NODE) if doors else None
    except PermissionError as error:
        from testimony.store.errors import StoreUnwritable

        raise StoreUnwritable(folder=str(arguments.folder)) from error
    return Supervisor(arguments.folder, ports, doors, phone).run()


def forget(folder: Path) -> None:
    """Remove a demonstration; nothing else, whatever the folder's name says. Raises `HomeTaken`."""
    from testimony.station.errors import HomeTaken

    if not folder.exists():
        return
    if not (folder / SECRETS).exists():
        raise HomeTaken(folder=str(folder))
    shutil.rmtree(folder)
    line("demonstration", f"removed {folder}")


def make(folder: Path) -> None:
    """Make the organisation with its testimonies, saying what is being done."""
    from testimony.services.demo import demo as demo_service

    with Step("demonstration", f"making {folder} (some ten seconds)") as step:
        demo_service.make(folder, now=datetime.now(UTC), tell=step.tell)


def settle(folder: Path, ports: Mapping[str, int]) -> None:
    """Write the ports into the stations' settings, so that `testimony sync` finds this central and no other one."""
    from testimony.settings import Settings

    for home, port in ((home, ports[home]) for home in STATIONS):
        settings = Settings.load(folder / home, {})
        settled = replace(settings, port=port)
        if settings.central_url:
            settled = replace(settled, central_url=f"http://{LOCAL}:{ports['central']}")
        if settled != settings:
            settled.save()


class Supervisor:
    """Starts a process for each station, shows their addresses, and stops all of them together."""

    def __init__(self, folder: Path, ports: Mapping[str, int], doors: phones.Doors | None, phone: Phone | None) -> None:
        self.folder, self.ports, self.doors, self.phone = folder, ports, doors, phone
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.addresses: dict[str, str] = {}

    def run(self) -> int:
        """Until Ctrl-C (exit code 0), or until a station ends by itself (1)."""
        for sign in (signal.SIGTERM, signal.SIGINT):  # a shell's background job starts with SIGINT ignored
            signal.signal(sign, signal.default_int_handler)
        try:
            self._start()
            self._serve_start_page()
            self._welcome()
            return self._watch()
        except KeyboardInterrupt:
            print()
            return 0
        finally:
            self._stop()

    def _start(self) -> None:
        surroundings = os.environ | {"TESTIMONY_CENTRAL_URL": f"http://{LOCAL}:{self.ports['central']}"}
        for home, (role, _) in STATIONS.items():
            command = [sys.executable, "-m", "testimony", "serve", role, "--home", str(self.folder / home)]
            self.running[home] = subprocess.Popen(
                [*command, "--port", str(self.ports[home]), "--with-parent", *self._for_phones(home)],
                env=surroundings,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                **processes.APART,  # Ctrl-C is for the supervisor, which stops them in order
            )
        with Step("stations", f"starting all {len(STATIONS)}") as step:
            for number, (home, process) in enumerate(self.running.items(), 1):
                step.tell(f"{number} of {len(STATIONS)}: {home}")
                self.addresses[home] = self._address(process)

    def _for_phones(self, home: str) -> Sequence[str]:
        """The options of this station that open its doors for phones, or keep them shut."""
        if self.doors and home == NODE:
            return self.doors.options
        return phones.SHUT if STATIONS[home][0] == "field" else ()

    def _serve_start_page(self) -> None:
        from testimony.web.factory import create_tour_app
        from testimony.web.server.side_server import HelpServer
        from testimony.web.tour.roles import Running

        port = self.ports[PLACES[0]]
        app = create_tour_app(Running(folder=self.folder, addresses=self.addresses, phone=self.phone), port)
        HelpServer(app, listen(LOCAL, port), name="start page").start()

    def _address(self, process: subprocess.Popen[str]) -> str:
        """What the station printed when it was ready. Raises `StationStopped` when it ended instead."""
        from testimony.web.errors import StationStopped

        words = process.stdout.readline().split() if process.stdout else []
        if not words:
            process.wait()
            raise StationStopped
        return words[-1]

    def _welcome(self) -> None:
        rows = [(home, self.addresses[home], who) for home, (_, who) in STATIONS.items()]
        print()
        print(table([("station", "address", "who signs in"), *rows]))
        print(f"\nPassphrases: {self.folder / SECRETS}")
        print((self.folder / SECRETS).read_text(encoding="utf-8").split("\n\n")[2])
        if self.phone:
            print(f"\nFor a phone in the same network: {self.phone.guide} (the start page has a QR code)")
        print(f"\nStart here: http://localhost:{self.ports[PLACES[0]]}/")
        print("Everything here is invented: not for real testimony. Ctrl-C stops all; data are kept.", flush=True)

    def _watch(self) -> int:
        while True:
            for home, process in self.running.items():
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.5)
                    if was_succeeded(process):
                        continue
                    print(f"testimony: the station {home} stopped by itself; stopping the others.", file=sys.stderr)
                    return 1

    def _stop(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave a station behind
        nodes = [process for home, process in self.running.items() if STATIONS[home][0] == "field"]
        _end(nodes)  # first, so that an exchange under way still finds central there
        _end([process for process in self.running.values() if process not in nodes])
        if self.running:
            line("stations", f"all stopped; data kept in {self.folder}")


def _end(processes: Sequence[subprocess.Popen[str]]) -> None:
    """Ask them to stop, all at once, and insist after a while."""
    for process in processes:
        ask_to_end(process)
    for process in processes:
        try:
            process.wait(STATION_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
