"""Lighthouse on the interview's first page in every language: performance, accessibility, best practices, out of 100.

Its packages are no part of `make test`: they are installed here, pinned, when the figures are asked for.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from testimony.domain.testimony.languages import INTERVIEWERS
from tests.bench.node import home_of_a_node
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure
from tests.support.journeys.stations import Server

FOLDER = Path(__file__).parent / "lighthouse-npm"
AIMS = {"performance": 98, "accessibility": 100, "best-practices": 100}
CATEGORIES = "--only-categories=" + ",".join(AIMS)
CHROMIUM = "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage"
TRIES = 4
"""Lighthouse misses the start of a recording now and then, and asks to be run again."""
CAUSES = {
    "performance": "a machine that does other work meanwhile",
    "accessibility": "an audit that axe does not know",
    "best-practices": "an audit that is new",
}


def measure() -> Sequence[Figure]:
    """The scores in every language of interviewers."""
    install()
    with tempfile.TemporaryDirectory() as folder, _serving(Path(folder)) as port:
        return [
            figure for lang in INTERVIEWERS for figure in scores(f"http://localhost:{port}/interview/{lang}/", lang)
        ]


def install() -> None:
    """Lighthouse as its lock file says; nothing when it is there."""
    if not (FOLDER / "node_modules" / "lighthouse").exists():
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(npm, cwd=FOLDER, check=True, stdin=subprocess.DEVNULL)


def scores(address: str, lang: str) -> Iterator[Figure]:
    """As a phone on a slow link loads `address` (Lighthouse's own throttling, processor four times slower)."""
    found = report(address)
    for category, least in AIMS.items():
        aim = Aim(least=least, cause=CAUSES[category])
        yield Figure(f"{category}, {lang}", found["categories"][category]["score"] * 100, "", aim)


def report(address: str) -> dict[str, dict[str, dict[str, float]]]:
    """Lighthouse's whole report on `address`."""
    program = FOLDER / "node_modules" / ".bin" / "lighthouse"
    command = [str(program), address, "--output=json", "--quiet", CATEGORIES, CHROMIUM]
    variables = {"CHROME_PATH": os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium")}
    for _ in range(TRIES):
        run = subprocess.run(command, env=os.environ | variables, capture_output=True, check=False, timeout=300)
        if run.returncode == 0 or b"NO_NAVSTART" not in run.stderr:
            break
    if run.returncode:
        raise RuntimeError(f"Lighthouse could not judge {address}: {run.stderr.decode()[-2000:]}")
    read: dict[str, dict[str, dict[str, float]]] = json.loads(run.stdout)
    return read


@contextmanager
def _serving(folder: Path) -> Iterator[int]:
    server = Server("field", home_of_a_node(folder), folder, free_port)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()
