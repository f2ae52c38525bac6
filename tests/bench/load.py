"""What a phone loads: the interview's first load in Chromium, on the wire, and the sealing bundle."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from testimony.domain.languages import SHIPPED
from testimony.services.station import Station
from testimony.web.factory import create_app
from tests.bench.figures import Aim, Figure
from tests.bench.node import home_of_a_node

AT_READY = """new MutationObserver((_, observer) => {
    if (document.documentElement.dataset.ready !== "true") return;
    observer.disconnect();
    window.atReady = performance.getEntriesByType("resource").map((entry) => entry.name);
}).observe(document, {subtree: true, attributes: true, attributeFilter: ["data-ready"]})"""
VENDORED, MODULES = "/vendor/", "/js/sealing/"
WHOLE_FORM = (
    "the page brings all its cards at once, so that no card needs the node later: two thirds of "
    "this; 17 kB are the bare words of the questionnaire and of consent in three languages, 4 are lists of countries"
)
FILES = "a dozen small modules, served as they are written, since nothing is built at set-up"
AS_WRITTEN = "our modules are served as they are written, comments included, each file packed by itself"


class Scale:
    """A WSGI application that writes down how many bytes each address weighs on the wire, without headers."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app, self.bytes = app, dict[str, int]()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def weigh(status: str, headers: list[tuple[str, str]], *more: object) -> Any:
            length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
            self.bytes[environ["PATH_INFO"]] = length
            return start_response(status, headers, *more)

        return self.app(environ, weigh)

    def weight(self, paths: Iterable[str], *pieces: str) -> float:
        """kB of those of `paths` that hold one of `pieces` (all of them: no pieces)."""
        return sum(self.bytes.get(path, 0) for path in paths if not pieces or any(map(path.count, pieces))) / 1000


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder, Station.open(home_of_a_node(Path(folder))) as station:
        scale = Scale(create_app(station.settings.home, STATION=station))
        with _serving(scale) as address:
            first, asked = _visit(address)
    rest = [path for path in asked if VENDORED not in path and MODULES not in path]
    pages = [f"/interview/{lang}/" for lang in SHIPPED]
    return [
        Figure("first load, until the page can be used", scale.weight(first), "kB", Aim(most=40, cause=WHOLE_FORM)),
        Figure("requests of the first load", len(first), "", Aim(most=10, cause=FILES)),
        Figure("until the keys can be unlocked, without the sealing bundle", scale.weight(rest), "kB"),
        Figure("requests until then", len(rest), ""),
        Figure("JavaScript until then", scale.weight(rest, ".js"), "kB", Aim(most=20, cause=AS_WRITTEN)),
        Figure(
            "sealing bundle: vendored files", scale.weight(scale.bytes, VENDORED), "kB", Aim(most=60, cause=AS_WRITTEN)
        ),
        Figure(
            "sealing bundle: vendored files and our modules",
            scale.weight(scale.bytes, VENDORED, MODULES),
            "kB",
            Aim(most=60, cause=AS_WRITTEN),
        ),
        Figure("the heaviest of the three pages", max(scale.weight([page]) for page in pages), "kB"),
        Figure(
            "everything kept for working without the node", scale.weight(scale.bytes), "kB", Aim(most=600, cause="")
        ),
        Figure("requests to others", sum("://" in path for path in asked), "", Aim(most=0, cause="")),
    ]


@contextmanager
def _serving(app: Scale) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _visit(address: str) -> tuple[set[str], set[str]]:
    """What was loaded when the page could be used, and all that it asked for in the end; elsewhere whole addresses."""
    asked: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.on("request", lambda request: asked.add(request.url.removeprefix(address)))
        page.add_init_script(AT_READY)
        page.goto(f"{address}/interview/{SHIPPED[0]}/")
        page.wait_for_selector("html[data-ready=true]")
        loaded = [page.url, *page.evaluate("window.atReady")]
        page.wait_for_selector("html[data-offline=ready]", timeout=60_000)
        browser.close()
    return {url.removeprefix(address) for url in loaded}, asked
