"""Stations as programs of their own: started, asked, stopped, killed; what they print is kept for the canary search."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from testimony.sealing.records.records import SignedRecord
from tests.support.journeys.warm_process import Started, warmed
from tests.support.services import rosters

ROOT = Path(__file__).parents[3]
ADDRESS = re.compile(r"(http://\S+)")
PATIENCE = 60.0  # seconds: a bound for what must happen, not a measure of how fast


class Server:
    """One station under `testimony serve`. Its log files outlive every restart."""

    def __init__(self, role: str, home: Path, logs: Path, free_port: Callable[[], int], **variables: str) -> None:
        self.role = role
        self.home = home
        self.port = 0
        self.options: Sequence[str] = ()  # of the command line, besides
        self.pages: Path | None = None  # where a node finds rendered pages of its organisation, or leaves its own
        self.changed = ""  # what a test changes in the program, as "module:name" of a function
        self.address = ""  # as printed; with the start-up token behind its # where there is one
        self.out, self.err = logs / f"{home.name}.out", logs / f"{home.name}.err"
        self._free_port = free_port
        self.variables = variables
        self._process: Started | None = None

    def start(self) -> None:
        """Start on a port that nobody holds; return when it listens."""
        self.port = self._free_port()
        for file in (self.out, self.err):
            file.touch()
        seen = self.out.stat().st_size
        command = ["serve", self.role, "--home", str(self.home), "--with-parent", "--port", str(self.port)]
        command += self.options
        self._process = warmed().start(command, self.out, self.err, self.variables, self.pages, self.changed)
        wait_until(lambda: self._said(seen), f"{self.home.name} to listen")

    def take_over(self, record: SignedRecord) -> None:
        """A roster, while it is off. What it renders for it is there for the next node that takes it over."""
        self.stop()
        rosters.adopt(self.home, record)
        if self.pages is not None:
            self.pages = self.pages.with_name(f"pages-{record.id}")
        self.start()

    def put_away(self) -> None:
        """At the end of a test: killed, unless it has rendered pages that it should leave to others."""
        if self.pages is None or self.pages.exists():
            self.kill()
        else:
            self.stop()

    def stop(self) -> None:
        """As with Ctrl-C."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """As when the power goes: nothing more is written, nobody is told."""
        self._end(signal.SIGKILL)

    def _end(self, sign: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(sign)
            self._process.wait(PATIENCE)
            self._process = None

    def _said(self, seen: int) -> bool:
        assert self._process is not None
        assert self._process.is_running(), self.err.read_text("utf-8")
        found = ADDRESS.search(self.out.read_bytes()[seen:].decode())
        self.address = found[1] if found else ""
        return found is not None


def wait_until(
    holds: Callable[[], bool],
    what: str,
    patience: float = PATIENCE,
    *,
    pause: float = 0.02,
    otherwise: Callable[[], str] = str,
) -> None:
    """Wait until `holds`; fail after `patience` seconds, saying what was waited for and what `otherwise` tells.

    `pause`: seconds between two looks; a look that keeps a station busy should leave it time for its own work.
    """
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, f"waited {patience:.0f} s for {what}\n{otherwise()}"
        time.sleep(pause)
