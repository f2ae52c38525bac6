"""Two organisations hand a testimony over in Chromium; its witness withdraws, and it is gone at the second one too.

Lived through once with one browser; each page is looked at in English at a desk and in Arabic on a small screen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from testimony.web.text import i18n
from tests.support.services import handovers
from tests.support.services.handovers import RECIPIENT, SAID, Side, agreed
from tests.support.web.browser import NOW, Served, passphrase_of
from tests.support.web.browsers.chromium import FLAGS
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter
from tests.support.web.desk.handovers import app_of

OFFER = "A testimony that is handed over to you"


@dataclass
class Clock:
    """The clock of all desks."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


class Seat:
    """A lawyer at the pages of a desk."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}/en/{path}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def choose(self, data: bytes) -> None:
        """Open a file that came."""
        self.go("handovers/file")
        if self.page.locator("#file").count() == 0:
            self.press("Choose another file")
        self.page.set_input_files("#file", {"name": "came.age", "mimeType": "application/age", "buffer": data})
        self.press("Go on")

    def says(self, *sentences: str) -> None:
        for sentence in sentences:
            self.page.locator("main").filter(has_text=sentence).wait_for(timeout=20_000)

    def saved(self, role: str, name: str) -> bytes:
        """The file that this button or link saves."""
        with self.page.expect_download() as saved:
            self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        return Path(saved.value.path()).read_bytes()

    def answered(self) -> bytes:
        return self.saved("link", "Save the answer")

    def everywhere(self, path: str) -> None:
        """It fits and is closed to nobody, in English at a desk and in Arabic on the smallest screen."""
        for lang, width, height in (("ar", 360, 740), ("en", 1280, 800)):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.goto(f"{self.address}/{lang}/{path}")
            look(self.page, f"{path.replace('/', '-')}-{lang}")


@pytest.fixture
def seats(
    quick_chromium: str, free_port: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Side, Side, Callable[[Side, str], Seat], Clock]]:
    """Both organisations, a function that seats a lawyer of one at their desk, and the clock of all desks."""
    monkeypatch.setattr(i18n, "LANGUAGES", {**i18n.LANGUAGES, "desk": (*i18n.LANGUAGES["desk"], "ar")})
    handovers.agree_to_hand_overs(monkeypatch)
    folder, clock = handovers.acquainted(tmp_path), Clock()
    with sync_playwright() as playwright, ExitStack() as opened:
        giver, taker = opened.enter_context(handovers.both(folder))
        chrome = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
        opened.callback(chrome.close)
        yield giver, taker, lambda side, person: _seat(opened, chrome, side, person, free_port(), clock), clock


def _seat(opened: ExitStack, chrome: Browser, side: Side, person: str, port: int, clock: Clock) -> Seat:
    object.__setattr__(side.desks[person].station.settings, "port", port)
    app = app_of(side, person, clock)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for act in (lambda: thread.join(10), server.server_close, server.shutdown):
        opened.callback(act)
    served = Served(f"http://localhost:{port}", app.config["START_TOKEN"], app)
    page = chrome.new_context(viewport={"width": 1280, "height": 800}).new_page()
    enter(page, served, passphrase_of(side.organisation, person))
    return Seat(page, served.address)


def _propose(giver: Side, one: Seat, two: Seat, tid: str, words: str) -> bytes:
    """The file, after both lawyers agreed by the keyboard and the mouse."""
    one.go(f"testimony/{tid}/handover")
    one.page.get_by_role("radio").first.press("Space")
    one.press("Propose this hand-over")
    one.says("Another lawyer compares the six words")
    giver.meet()
    two.go("handovers/")
    field = two.page.get_by_label("The six words of this organisation")
    field.fill("one two three four five six")
    field.press("Enter")
    two.says("These are not the six words of that organisation")
    assert field.input_value() == "one two three four five six", "what was typed stays"
    field.fill(words)
    field.press("Enter")
    two.says("Agreed and signed")
    giver.meet()
    one.go("handovers/")
    return one.saved("button", "Make the file")


def test_a_testimony_goes_over_and_is_gone_there_when_its_witness_withdraws(
    seats: tuple[Side, Side, Callable[[Side, str], Seat], Clock],
) -> None:
    giver, taker, seat, clock = seats
    first, second, third = agreed(giver), agreed(giver), agreed(giver)
    one, two, there = seat(giver, "lawyer-1"), seat(giver, "lawyer-2"), seat(taker, "lawyer-1")
    there.everywhere("handovers/organisations")
    words = there.page.locator("[data-own-words]").inner_text()
    one.everywhere(f"testimony/{first}/handover")
    offer = _propose(giver, one, two, first, words)
    one.everywhere("handovers/")

    there.everywhere("handovers/file")
    there.choose(offer)
    there.says(OFFER, "Border Watch", "lawyer-1")
    there.everywhere("handovers/file")
    there.press("Take in this testimony")
    answer = there.answered()
    there.go("handovers/")
    there.page.locator("[data-state=received] a.faced").click()
    there.says(SAID)
    taken_in = there.page.url
    one.choose(answer)
    one.press("Keep this answer")
    one.says("The other organisation took it in")

    one.go(f"testimony/{first}/consent")
    one.page.locator("input[name=act][value=WITHDRAW]").check()
    one.page.select_option("#about", f"P15 {RECIPIENT}")
    one.press("Write it down and sign")
    one.go("handovers/")
    one.says("The consent has ended: tell the other organisation now")
    there.choose(one.saved("button", "Make the file that says that the consent has ended"))
    there.press("Withdraw the testimony here")
    done = there.answered()
    there.page.goto(taken_in)
    there.says("The witness withdrew this testimony.")
    assert SAID not in there.page.content()
    one.choose(done)
    one.press("Keep this answer")
    one.says("holds it back and will destroy it")

    there.choose(_propose(giver, one, two, second, words))
    there.page.fill("#why", "We represent the other side.")
    there.press("Refuse this hand-over")
    one.choose(there.answered())
    one.press("Keep this answer")
    one.says("We represent the other side.")

    late = _propose(giver, one, two, third, words)
    clock.now = NOW + timedelta(days=(date.fromisoformat(giver.chain.latest.expires) - NOW.date()).days + 1)
    there.choose(late)
    there.says("The list of readers of that organisation ended on")
    assert OFFER not in there.page.content()
