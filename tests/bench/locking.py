"""A desk: how long locking takes until it can be unlocked again, and how long a page with an endless word takes."""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from testimony.services.enrolment.organisation import Organisation
from testimony.web.factory import create_app
from tests.bench.node import organisation_of
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure
from tests.bench.support.processes import seconds_with_children
from tests.support.cli.program import serving
from tests.support.journeys.desks import Desk as Shown
from tests.support.services.batches import bring, told
from tests.support.services.desks import Desk, desks

TIMES = 3
LETTERS = 90_000
IN = "**/en/key"  # the page of a desk without a key file
STARTING = "a busier machine: what was under way is ended first, then the next copy of the program opens the desk"
SHAPING = "a slower or busier processor: the browser lays out ninety blocks of a thousand joined letters"
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        organisation = organisation_of(Path(folder))
        with _browser() as page:
            locked, spent = zip(*(_lock(page, organisation) for _ in range(TIMES)), strict=True)
        with desks(Path(folder) / "org", organisation) as at, _browser() as page:
            shown = _endless(page, organisation, at["lawyer-1"])
    aims = Aim(most=3, cause=STARTING), Aim(most=3, cause=SHAPING)
    return [
        Figure("Lock is pressed, until the page that unlocks is there", statistics.median(locked), "s", aims[0]),
        Figure("of that, processor time of the desk's processes", statistics.median(spent), "s"),
        Figure(f"the page of a testimony with {LETTERS:,} joined letters (Chromium)", shown, "s", aims[1]),
    ]


@contextmanager
def _browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        program = os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser.new_page(bypass_csp=True)
        browser.close()


def _lock(page: Page, organisation: Organisation) -> tuple[float, float]:
    """Seconds on the clock, and of the processor."""
    with serving("desk", organisation.folder / "desk-lawyer-1", free_port()) as process:
        words = next(one.passphrase for one in organisation.keepers if one.id == "lawyer-1")
        Shown(page, process.address).enter(words)  # type: ignore[attr-defined]
        before, began = seconds_with_children(process.pid), time.perf_counter()
        page.click("form[data-idle] button")
        page.wait_for_selector("[data-unlock]:not([hidden])", timeout=120_000)
        return time.perf_counter() - began, seconds_with_children(process.pid) - before


def _endless(page: Page, organisation: Organisation, desk: Desk) -> float:
    """Milliseconds from asking for the page until it is drawn, as seconds."""
    account = {**told(0, ("P01", "P04")), "text": "ه" * LETTERS, "lang": "ar", "script": "en"}
    (sealed,) = bring(organisation, desk.station, [account])
    port = free_port()
    object.__setattr__(desk.station.settings, "port", port)
    app = create_app(STATION=desk.station)
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page.goto(f"http://localhost:{port}/en/start#{app.config['START_TOKEN']}")
        page.wait_for_url(IN)
        app.extensions["testimony.key"].put(desk.reader)
        page.goto(f"http://localhost:{port}/en/testimony/{sealed.record.value['tid']}", timeout=240_000)
        return float(page.evaluate(DRAWN)) / 1000
    finally:
        server.shutdown()
        server.server_close()
