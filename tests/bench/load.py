"""What a phone loads: the interview's first load in Chromium, on the wire, and the sealing bundle."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from testimony.domain.testimony.languages import INTERVIEWERS, SCRIPTS
from testimony.services.startup import open_station
from testimony.web.assets import FOLDER, Assets
from testimony.web.factory import create_app
from tests.bench.node import organisation_of
from tests.bench.others import anchors
from tests.bench.support.figures import Aim, Figure
from tests.support.interview.driver import Interviewer

AT_READY = """new MutationObserver((_, observer) => {
    if (document.documentElement.dataset.ready !== "true") return;
    observer.disconnect();
    window.atReady = performance.getEntriesByType("resource").map((entry) => entry.name);
}).observe(document, {subtree: true, attributes: true, attributeFilter: ["data-ready"]})"""
KEPT = """async () => {
  const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  return (await Promise.all(stores.map((store) => store.keys()))).flat().map(({ url }) => url);
}"""
VENDORED, MODULES = "/vendor/", "/js/sealing/"
SEALING = ("/vendor/noble-", "/vendor/hash-wasm-")
DRAWING = "/vendor/qr-"
FONT = ".woff2"
OF_ALL = """async () => {
  const { files } = await (await fetch("/interview/files", { cache: "no-store" })).json();
  const pages = files.map(({ path }) => path).filter((path) => /^\\/interview\\/[a-z]{2,3}\\//.test(path));
  for (const path of pages) await (await fetch(path, { cache: "no-store" })).arrayBuffer();
  return pages;
}"""
"""Asks for the pages in every language, of which a phone keeps those that somebody chose on it."""
PERSON = "interviewer-1"
OUTSIDE = "what stands outside an interview: signing in, the list of what is sealed, and their drawings"
ONE_BY_ONE = "our modules are served without their comments but not bundled: each file is packed by itself"
WHOLE = "133 questions with their options in every language of interviewers, the words of consent, and the scripts"


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


@dataclass(frozen=True)
class Visit:
    """Paths: asked for until the page could be used; by the page alone; by the interview then; kept in the end."""

    first: set[str]
    outside: set[str]
    begun: set[str]
    kept: set[str]
    pages: set[str]  # in every language


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as name:
        made = organisation_of(Path(name))
        with open_station(made.folder / "field") as station:
            scale = Scale(create_app(station.settings.home, STATION=station))
            with _serving(scale) as address:
                visit = _visit(address, made.keeper(PERSON).passphrase)
    brought = {path for path in visit.begun - visit.outside if not path.endswith(FONT)}
    rest = {path for path in visit.outside if VENDORED not in path and MODULES not in path}
    most = Aim(most=60, cause=ONE_BY_ONE)
    return [
        Figure(
            "first load, until the page can be used",
            scale.weight(visit.first),
            "kB",
            Aim(most=40, cause=OUTSIDE),
            beside=anchors.FIRST_LOAD,
        ),
        Figure("requests of the first load", len(visit.first), "", Aim(most=10, cause=OUTSIDE)),
        Figure("until the keys can be unlocked, without the sealing bundle", scale.weight(rest), "kB"),
        Figure("requests until then", len(rest), ""),
        Figure("JavaScript of the first load", scale.weight(visit.first, ".js"), "kB"),
        Figure(
            "JavaScript before the sealing bundle, until the keys can be unlocked",
            scale.weight(rest, ".js"),
            "kB",
            Aim(most=20, cause=ONE_BY_ONE),
            beside=anchors.SCRIPTS,
        ),
        Figure("sealing bundle: vendored files", scale.weight(scale.bytes, *SEALING), "kB", most),
        Figure(
            "sealing bundle: vendored files and our modules", scale.weight(scale.bytes, *SEALING, MODULES), "kB", most
        ),
        Figure("the encoder of the code's picture", scale.weight(scale.bytes, DRAWING), "kB"),
        Figure("what an interview brings when it begins", scale.weight(brought), "kB"),
        *_kept(scale, visit.kept, visit.pages),
        Figure("fonts, for a phone that has the letters of no other script than Latin", _fonts(), "kB"),
        Figure(
            "requests to others", sum("://" in path for path in visit.outside | visit.begun), "", Aim(most=0, cause="")
        ),
    ]


def _fonts() -> float:
    """kB of all that are there: they are packed as they are, and only a phone without such letters fetches one."""
    return sum((FOLDER / name).stat().st_size for name in Assets.scan().names if name.endswith(FONT)) / 1000


def _kept(scale: Scale, kept: set[str], pages: set[str]) -> Sequence[Figure]:
    """What lies on the phone, by how many languages of interviewers somebody chose on it."""
    of_one = {lang: scale.weight(pages, f"/interview/{lang}/") for lang in INTERVIEWERS}
    packs = {lang: scale.weight({f"/interview/said/{lang}"} & kept) for lang in SCRIPTS}
    bare = scale.weight(kept - pages)
    others = sorted((weight for lang, weight in of_one.items() if lang != INTERVIEWERS[0]), reverse=True)
    two = bare + of_one[INTERVIEWERS[0]] + others[0]
    return [
        Figure("the heaviest language: its page, its cards, its lists", max(of_one.values()), "kB"),
        Figure("the cards in English", scale.weight({"/interview/en/cards"}), "kB"),
        Figure("the words of one language of witnesses, the heaviest", max(packs.values()), "kB"),
        Figure(f"the words of all {len(SCRIPTS)}", sum(packs.values()), "kB"),
        Figure(
            f"everything kept for working without the node in English, with {len(SCRIPTS)} languages of witnesses",
            scale.weight(kept),
            "kB",
        ),
        Figure("the same with the heaviest other language of interviewers", two, "kB", Aim(most=600, cause=WHOLE)),
        Figure(
            f"the same with all {len(INTERVIEWERS)} languages of interviewers",
            bare + sum(of_one.values()),
            "kB",
            Aim(most=600, cause=WHOLE),
        ),
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


def _visit(address: str, passphrase: str) -> Visit:
    """A phone that was never here: the page, then somebody who signs in and begins an interview."""
    asked: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(service_workers="allow")
        page.on("request", lambda request: asked.add(request.url.removeprefix(address)))
        page.add_init_script(AT_READY)
        somebody = Interviewer(page, address)
        somebody.open(INTERVIEWERS[0], offline_ready=False)
        first = {page.url, *page.evaluate("window.atReady")}
        page.wait_for_selector("html[data-offline=ready]", timeout=60_000)
        outside = set(asked)
        kept = page.evaluate(KEPT)
        somebody.sign_in(PERSON, passphrase)
        somebody.act("new-interview")
        somebody.wait_for("languages")
        page.wait_for_load_state("networkidle")
        begun = set(asked)
        pages = set(page.evaluate(OF_ALL))
        browser.close()
    return Visit(
        {url.removeprefix(address) for url in first}, outside, begun, {url.removeprefix(address) for url in kept}, pages
    )
