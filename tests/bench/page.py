"""The interview page on a cheap phone: Chromium, a processor six times slower, slow 3G, with the node and without.

Loading is slowed by Chromium's own throttling, as others measure it; the work of an interview, much of which a worker
does, by `slow`.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.bench.node import organisation_of
from tests.bench.others import anchors
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure
from tests.bench.support.slow import slowed
from tests.support.cli.program import serving
from tests.support.interview.driver import Interviewer
from tests.support.journeys.phones import SMALL
from tests.support.stories.stories import DARI

SLOWDOWN = 6
TIMES = 3
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # 400 kbit/s
PERSON = "interviewer-1"
OBSERVE = """() => {
  const seen = (window.benchmark = { blocked: 0, shifted: 0 });
  const observe = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  observe("longtask", ({ duration }) => (seen.blocked += Math.max(0, duration - 50)));
  observe("layout-shift", ({ value, hadRecentInput }) => (seen.shifted += hadRecentInput ? 0 : value));
  new MutationObserver((_, observer) => {
    if (document.documentElement.dataset.ready !== "true") return;
    seen.ready ??= performance.now();
    observer.disconnect();
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-ready"] });
}"""
# Milliseconds from what is done until the document is as wanted, by the page's own clock.
UNTIL = """() => new Promise((resolve) => {
  const start = performance.now();
  const look = () => (%(wanted)s ? resolve(performance.now() - start) : requestAnimationFrame(look));
  %(act)s;
  look();
})"""
ON_SCREEN = "document.querySelector('[data-card=%s]:not([hidden])')"
ROUND_TRIPS = "three round trips of 0.4 s one after the other, and the weight at 50 kB a second"
WORK = "a busier machine: the slowdown multiplies whatever else is running"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as name:
        made = organisation_of(Path(name))
        passphrase = made.keeper(PERSON).passphrase
        with serving("field", made.folder / "field", port := free_port()):
            address = f"http://localhost:{port}"
            loads = [_load(address) for _ in range(TIMES)]
            begun = [_begin(address, passphrase) for _ in range(TIMES)]
            work = _work(address, passphrase)
    at = {name: statistics.median(one[name] for one in loads) for name in loads[0]}
    answered, blocked = (statistics.median(each) for each in zip(*begun, strict=True))
    return [
        Figure(
            "until somebody can type their name, slow 3G",
            at["ready"] / 1000,
            "s",
            Aim(most=3, cause=ROUND_TRIPS),
            beside=anchors.USABLE,
        ),
        Figure(
            "until the first card can be answered, slow 3G, signing in at once",
            answered / 1000,
            "s",
            beside=anchors.USABLE,
        ),
        Figure(
            "total blocking time, until everything is loaded that works without the node",
            at["blocked"],
            "ms",
            Aim(most=150, cause=WORK),
            beside=anchors.BLOCKED,
        ),
        Figure("layout shift until then", at["shifted"], "", Aim(most=0.05, cause="")),
        Figure("total blocking time until the first card can be answered", blocked, "ms", beside=anchors.BLOCKED),
        *work,
    ]


@contextmanager
def _throttled(network: dict[str, Any]) -> Iterator[Page]:
    """A phone with nothing on it, slow, on a slow network."""
    with tempfile.TemporaryDirectory() as profile, _phone(Path(profile)) as page:
        control = page.context.new_cdp_session(page)
        control.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        control.send("Network.enable")
        control.send("Network.emulateNetworkConditions", network)
        yield page


@contextmanager
def _phone(profile: Path) -> Iterator[Page]:
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            **SMALL,
        )
        page = context.pages[0]
        page.add_init_script(f"({OBSERVE})()")
        yield page
        context.close()


def _load(address: str) -> dict[str, float]:
    """A first visit, until the phone could go on without the node."""
    with _throttled(SLOW_3G) as page:
        Interviewer(page, address).open()
        page.wait_for_timeout(1000)  # what comes later still blocks, and still shifts
        found: dict[str, float] = page.evaluate("window.benchmark")
        return found


def _begin(address: str, passphrase: str) -> tuple[float, float]:
    """A first visit of somebody in a hurry: milliseconds until the first card is there, and how many were blocked."""
    with _throttled(SLOW_3G) as page:
        somebody = Interviewer(page, address)
        somebody.open(offline_ready=False)
        somebody.sign_in(PERSON, passphrase)
        somebody.act("new-interview")
        somebody.wait_for("languages")
        answered, blocked = page.evaluate("[performance.now(), window.benchmark.blocked]")
        return answered, blocked


def _work(address: str, passphrase: str) -> Sequence[Figure]:
    """What an interviewer waits for in the course of an interview."""
    with tempfile.TemporaryDirectory() as folder, _phone(profile := Path(folder)) as page:
        somebody = Interviewer(page, address)
        somebody.open()
        with slowed(profile, SLOWDOWN):
            start = statistics.median(_offline_start(somebody) for _ in range(TIMES))
        somebody.sign_in(PERSON, passphrase)
        somebody.begin(DARI.lang)
        somebody.saved()
        with slowed(profile, SLOWDOWN):
            saves = statistics.median(_saving(page, option) for option in ("yes", "no", "yes"))
        somebody.act("back")
        somebody.wait_for("languages")
        with slowed(profile, SLOWDOWN):
            switches = statistics.median(_switching(page, lang) for lang in ("fr", "en", "fr", "en"))
        somebody.next()
        _to_the_end(somebody)
        with slowed(profile, SLOWDOWN):
            sealing = until(page, "document.querySelector('[data-act=seal]').click()", ON_SCREEN % "outbox")
    return [
        Figure("start without the node", start / 1000, "s", Aim(most=1, cause=WORK)),
        Figure("from an answer until it is in the encrypted draft", saves, "ms"),
        Figure("another language in mid-interview", switches, "ms"),
        Figure("from the tap on “seal” until the testimony is in the outbox", sealing, "ms"),
    ]


def _offline_start(somebody: Interviewer) -> float:
    page = somebody.page
    page.context.set_offline(True)
    somebody.open(offline_ready=False)
    page.context.set_offline(False)
    return float(page.evaluate("window.benchmark.ready"))


def _saving(page: Page, option: str) -> float:
    tap = f"document.querySelector('[data-field=safety_urgent] [data-option={option}] input').click()"
    return until(page, tap, "document.documentElement.dataset.saved === 'yes'")


def _switching(page: Page, lang: str) -> float:
    tap = f"document.querySelector('[data-card=languages] [data-language={lang}]').click()"
    return until(page, tap, f"document.documentElement.lang === '{lang}' && {ON_SCREEN % 'languages'}")


def _to_the_end(somebody: Interviewer) -> None:
    """A real case, in Dari, by an interviewer who reads English."""
    somebody.safety(circumstances=DARI.circumstances)
    somebody.tell()
    somebody.consent(DARI.purposes)
    somebody.teach_back()
    somebody.talk(DARI.circumstances)
    somebody.answer(DARI.answers)
    somebody.to_sealing()


def until(page: Page, act: str, wanted: str) -> float:
    """Milliseconds from `act` until `wanted`, both JavaScript, by the page's own clock."""
    return float(page.evaluate(UNTIL % {"act": act, "wanted": wanted}))
