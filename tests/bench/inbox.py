"""The list of testimonies at a desk: opening for it, ten thousand rows in Chromium, filters, memory."""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from testimony.domain.review.review import ReviewState
from testimony.domain.testimony import inbox
from testimony.domain.testimony.inbox import FLAGS, Question, Row
from testimony.questionnaire.codebook import Codebook
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import Text, WordIndex
from testimony.services.inbox.summaries import Glimpse
from testimony.web.factory import create_app
from tests.bench.node import organisation_of
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure
from tests.bench.support.memory import in_memory
from tests.support.services.batches import bring, told
from tests.support.services.desks import Desk, desks

OPENED = 300
ROWS = 10_000
IN = "**/en/key"  # the page of a desk without a key file
DAY = date(2026, 1, 20)
LANGUAGES = ("ar", "prs", "fr", "ps", "es", "en", "bn")
OPENING = "post-quantum decapsulation of six heads, four bodies, the log's proof and the fold of consent, on one core"
DRAWING = "a slower or busier processor: a page of a hundred rows is made in Python and laid out"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder, _desk(Path(folder)) as desk:
        return [*_opening(desk), *_of_rows(), *_in_chromium(desk)]


@contextmanager
def _desk(homes: Path) -> Iterator[Desk]:
    organisation = organisation_of(homes)
    with desks(homes / "org", organisation) as at:
        desk = at["lawyer-1"]
        bring(organisation, desk.central, [told(number, ("P01", "P04", "P06", "P07")) for number in range(OPENED)])
        desk.exchange()
        yield desk


def _opening(desk: Desk) -> Sequence[Figure]:
    index, before, began = InboxIndex(WordIndex()), time.process_time(), time.perf_counter()
    found = index.read_on(desk.station, desk.reader, desk.annexes, day=DAY, seconds=600)
    spent, took = time.process_time() - before, time.perf_counter() - began
    aim = Aim(least=150, cause=OPENING)
    return [
        Figure(f"opened for the list and the search, of {OPENED}, a second of one core", found.read / spent, "", aim),
        Figure("the same by the clock on the wall", found.read / took, "a second"),
    ]


def _of_rows() -> Sequence[Figure]:
    before = in_memory()
    rows, seen = synthetic(), [_glimpse(number) for number in range(ROWS)]
    held = in_memory() - before
    asked = Question(place="HRV-BIH", language="ar", sort="date")
    most = Aim(most=50, cause="a slower or busier processor: every row is looked at")
    figures = [
        Figure("10,000 synthetic rows: filtered and put in order", _asked(rows, asked), "ms", most),
        Figure("in memory: 10,000 rows and what they were made of, without statements", held / 1e6, "MB"),
    ]
    assert len(seen) == ROWS
    return figures


def _in_chromium(desk: Desk) -> Sequence[Figure]:
    """The desk as a lawyer sees it, with synthetic rows in the place of what it would have opened in a minute."""
    port = free_port()
    object.__setattr__(desk.station.settings, "port", port)
    app = create_app(STATION=desk.station)

    def unlock() -> None:
        key = app.extensions["testimony.key"]
        key.put(desk.reader)
        key.inbox.hold(synthetic())
        for number in range(ROWS):
            key.words.hold(f"{number:032x}", "", [Text.from_text("fr", f"{number} forêt rivière " * 60)])

    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        return _seen(f"http://localhost:{port}", app.config["START_TOKEN"], unlock)
    finally:
        server.shutdown()
        server.server_close()


def _seen(address: str, token: str, unlock: Callable[[], None]) -> Sequence[Figure]:
    with sync_playwright() as playwright:
        program = os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
        page.goto(f"{address}/en/start#{token}")
        page.wait_for_url(IN)
        unlock()
        page.goto(f"{address}/en/")
        page.wait_for_selector("nav.desk-nav")
        page.wait_for_selector("[data-progress]", state="hidden", timeout=120_000)
        painted = [_painted(page, address) for _ in range(5)]
        filters = [_filtered(page, place) for place in ("HRV-BIH", "", "GRC-TUR", "", "HRV-BIH", "")]
        words = [_searched(page, words) for words in ("foret", "riviere foret", "77")]
        browser.close()
    slow = Aim(most=1000, cause=DRAWING)
    quick = Aim(most=200, cause=DRAWING)
    return [
        Figure("first paint of a desk with 10,000 synthetic rows (Chromium, median)", _median(painted), "ms", slow),
        Figure("a filter is changed, until the rows are there", _median(filters), "ms", quick),
        Figure("words are searched in 10,000 statements beside the filters", _median(words), "ms", quick),
    ]


def _painted(page: Page, address: str) -> float:
    page.goto(f"{address}/en/")
    page.wait_for_selector("tbody tr")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    return float(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))


CHANGED = """([field, value, kind]) => new Promise((done) => {
  const began = performance.now();
  const drawn = () => requestAnimationFrame(() => done(performance.now() - began));
  document.addEventListener("shown", drawn, { once: true });
  const place = document.getElementById(field);
  place.value = value;
  if (kind === "submit") place.form.requestSubmit();
  else place.dispatchEvent(new Event("change", { bubbles: true }));
})"""


def _filtered(page: Page, code: str) -> float:
    return float(page.evaluate(CHANGED, ["ask-place", code, "change"]))


def _searched(page: Page, words: str) -> float:
    return float(page.evaluate(CHANGED, ["ask-words", words, "submit"]))


def synthetic() -> list[Row]:
    """As many rows as a busy organisation has in years; every value is one that the codebook knows."""
    chance = random.Random(1)
    places, kinds = sorted(Codebook.load().segments), list(Codebook.load().codes("inc_type"))
    return [
        Row(
            tid=f"{number:032x}",
            manifest=f"{number:064x}",
            arrival=number,
            read=True,
            day=(DAY - timedelta(days=chance.randrange(1500))).isoformat(),
            place=chance.choice(places),
            kind=chance.choice(kinds),
            month="2025-08",
            languages=(chance.choice(LANGUAGES),),
            consent=frozenset(chance.sample(("release", "lawyer", "expired"), 2)),
            state=chance.choice(list(ReviewState)),
            assigned=chance.choice(((), ("lawyer-1",), ("lawyer-2",))),
            flags=frozenset(chance.sample(FLAGS[3:], 2)),
            opens=("narrative", "identity", "incident", "coded", "consent", "provenance"),
        )
        for number in range(ROWS)
    ]


def _glimpse(number: int) -> Glimpse:
    return Glimpse(
        manifest=f"{number:064x}",
        day=f"2026-01-{number % 28 + 1:02}",
        originals=((f"s{number}", "ar"),),
        consent=frozenset({"release", "lawyer"}),
        flags=frozenset({"media"}),
    )


def _asked(rows: Sequence[Row], question: Question) -> float:
    spent = []
    for _ in range(9):
        before = time.process_time()
        inbox.asked(rows, question, me="lawyer-1", today=DAY)
        spent.append(time.process_time() - before)
    return 1000 * _median(spent)


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)
