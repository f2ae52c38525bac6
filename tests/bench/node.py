"""A field node alone, a process of its own: how soon it answers, what it weighs; and `make run` for the second time."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testimony.cli.station.demo import STATIONS
from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.services.enrolment import organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure
from tests.bench.support.processes import processor_seconds, resident
from tests.support.cli.program import ROOT, free_ports, serving

STARTS = 3
IDLE = 3.0  # seconds before memory is read
LIBRARIES = (
    "three quarters of it is the code of the libraries: SQLAlchemy, Python's own, cryptography, Flask and Jinja; a "
    "fifth is this program's own"
)
RENDERING = (
    "the libraries' code takes what an idle node has; the rest are compiled templates, the codebook with its words and "
    "the packed pages of every language, which are rendered once and then kept"
)
BUSY = "importing the libraries takes two thirds of it; a busier or slower machine"


def organisation_of(folder: Path, **asking: Any) -> Organisation:
    """A new organisation under `folder`, with quick key files; `asking`: what it asks for, as the keys of a `Plan`."""
    asked = {"name": "Bench"} | asking
    plan = Plan(**asked, lawyer_names=("A", "B"), issued=datetime.now(UTC).date(), key_file_work=10)
    return organisation.create(folder / "org", plan)


def home_of_a_node(folder: Path) -> Path:
    """The home of a new organisation's field node."""
    return organisation_of(folder).folder / "field"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = home_of_a_node(Path(folder))
        starts = [_start(home) for _ in range(STARTS)]
        at_rest, after_pages = _memory(home)
        again = _second_run(Path(folder) / "demo")
    by_clock, by_processor = zip(*starts, strict=True)
    return [
        Figure("start-up until the first answer", statistics.median(by_clock), "s", Aim(most=1.5, cause=BUSY)),
        Figure("of that, processor time", statistics.median(by_processor), "s"),
        Figure("memory (RSS) of an idle node that answered once", at_rest, "MB", Aim(most=95, cause=LIBRARIES)),
        Figure(
            "memory once the interview was shown in every language", after_pages, "MB", Aim(most=80, cause=RENDERING)
        ),
        Figure("second `make run` until six stations are up", again, "s", Aim(most=3, cause=BUSY)),
    ]


def _start(home: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    before = time.perf_counter()
    with serving("field", home, port := free_port()) as process:
        _visit(f"http://127.0.0.1:{port}/en/")
        return time.perf_counter() - before, processor_seconds(process.pid)


def _memory(home: Path) -> tuple[float, float]:
    with serving("field", home, port := free_port()) as process:
        _visit(f"http://127.0.0.1:{port}/en/")
        time.sleep(IDLE)
        at_rest = resident(process.pid)
        for lang in INTERVIEWERS:
            for piece in ("", "cards", "lists"):
                _visit(f"http://127.0.0.1:{port}/interview/{lang}/{piece}")
        time.sleep(IDLE)
        return at_rest, resident(process.pid)


def _visit(address: str) -> None:
    with urllib.request.urlopen(address, timeout=30) as answer:
        answer.read()


def _second_run(folder: Path) -> float:
    """What `make run` does when everything is there: look after the environment, start the stations."""
    _run_demonstration(folder)
    return statistics.median(_run_demonstration(folder) for _ in range(STARTS))


def _run_demonstration(folder: Path) -> float:
    """Seconds until it says that all are up; then it is stopped."""
    before = time.perf_counter()
    subprocess.run([".ci/environment", "test"], cwd=ROOT, check=True)
    command = [
        sys.executable,
        "-m",
        "testimony",
        "demo",
        "--folder",
        str(folder),
        "--port",
        str(free_ports(len(STATIONS))),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        for line in process.stdout or ():
            if "five are up" in line:
                break
        seconds = time.perf_counter() - before
        process.terminate()
        process.communicate()
    return seconds
