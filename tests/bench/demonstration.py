"""The demonstration: what making it costs, and how its pages look on a laptop."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from testimony.services.demo import demo, secrets
from testimony.services.startup import open_station
from testimony.sync.http.channel import InProcess
from testimony.web.desk.session import sync as session_sync
from testimony.web.factory import create_app
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure
from tests.bench.support.memory import in_memory
from tests.support.journeys.every_page import LISTS, TALLEST, Station, pages
from tests.support.web.browsers.chromium import FLAGS

DESKS = {"desk-lawyer": "lawyer-1", "desk-coordinator": "coordinator-1"}
SEALING = "120 testimonies are sealed, each part to several post-quantum keys, and taken in with all proofs"
IN_SIGHT = """() => [...document.querySelectorAll("tbody tr")].filter((row) => {
  const { top, bottom, height } = row.getBoundingClientRect();
  return height && top >= 0 && bottom <= innerHeight;
}).length"""
HEIGHT = "document.documentElement.scrollHeight"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as parent:
        folder, before, began = Path(parent) / "demo", time.process_time(), time.perf_counter()
        demo.make(folder, now=datetime.now(UTC), tell=lambda _: None)
        spent, took = time.process_time() - before, time.perf_counter() - began
        aim = Aim(most=20, cause=SEALING)
        made = [
            Figure("made: 120 testimonies, seven stations, all keys, processor time", spent, "s", aim),
            Figure("the same by the clock on the wall", took, "s"),
        ]
        return [*made, *_seen(folder)]


def _seen(folder: Path) -> Sequence[Figure]:
    figures: list[Figure] = []
    with sync_playwright() as playwright:
        program = os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for home, person in DESKS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
            with _desk(folder, home) as desk:
                before = in_memory()
                _enter(page, desk, secrets.passphrases(folder)[person])
                figures += _of(page, desk, person)
                figures.append(
                    Figure(f"memory: {person} unlocked it and saw each page", (in_memory() - before) / 1e6, "MB")
                )
        browser.close()
    return figures


@contextmanager
def _desk(folder: Path, home: str) -> Iterator[Station]:
    """The desk, which syncs with the central server of its organisation in this process."""
    port = free_port()
    with ExitStack() as ending:
        central = create_app(STATION=ending.enter_context(open_station(folder / "central")))
        station = ending.enter_context(open_station(folder / home))
        object.__setattr__(station.settings, "port", port)
        app, channel = create_app(STATION=station), InProcess(central.test_client())
        ending.enter_context(patch.object(session_sync, "HttpChannel", lambda _way: channel))
        server = make_server("127.0.0.1", port, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ending.callback(server.server_close)
        ending.callback(server.shutdown)
        yield Station(f"http://localhost:{port}", app)


def _enter(page: Page, desk: Station, passphrase: str) -> None:
    page.goto(f"{desk.address}/en/#{desk.app.config['START_TOKEN']}")
    page.fill("#passphrase", passphrase)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.desk-nav")
    desk.app.extensions["testimony.desk_sync"].once()


def _of(page: Page, desk: Station, person: str) -> Sequence[Figure]:
    figures: list[Figure] = []
    if person == "lawyer-1":
        page.goto(f"{desk.address}/en/")
        page.wait_for_selector("tbody tr")
        page.wait_for_selector("[data-progress]", state="hidden", timeout=120_000)
        aim = Aim(least=15, cause="rows are taller than a compact list has them")
        figures.append(Figure("testimonies in sight at 1280x800", page.evaluate(IN_SIGHT), "", aim))
    tall = {endpoint: page.evaluate(HEIGHT) for endpoint, _, _ in pages(page, desk, "en") if endpoint not in LISTS}
    highest = max(tall, key=lambda endpoint: tall[endpoint])
    words = f"tallest of {len(tall)} pages of {person} that are no lists, at 1280: {highest}"
    return [*figures, Figure(words, tall[highest], "px", Aim(most=TALLEST, cause="it shows much"))]
