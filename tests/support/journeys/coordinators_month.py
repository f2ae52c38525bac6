"""Two coordinators at served desks of their own, each in a browser, who look through pages and make published tables.

What a page shows is looked at as a person sees it: text that lies beyond the screen, or that is cut off, is noted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from testimony.domain.tables import plan as tables_plan
from testimony.sync.http.channel import InProcess
from testimony.web.desk.home import preparation
from testimony.web.desk.session import sync as session_sync
from testimony.web.factory import create_app
from tests.support.journeys.desk_day import free_port
from tests.support.services.release.releases import Centre
from tests.support.web.browser import passphrase_of
from tests.support.web.desk.releases import NOW

PATIENCE: Final = 120_000
CENTRAL: Final = "http://central.example"
PICTURES: Final = os.environ.get("TESTIMONY_PICTURES")
CUT: Final = """() => {
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const over = (box, place) => box.left < place.left - 1 || box.right > place.right + 1;
  const far = (box, place) => box.top < place.top - 1 || box.bottom > place.bottom + 1;
  const isCut = (box, from) => {
    for (let one = from; one !== document.documentElement; one = one.parentElement) {
      const style = getComputedStyle(one), { overflowX: x, overflowY: y } = style, place = one.getBoundingClientRect();
      if (style.textOverflow === "ellipsis") return false;
      if (style.webkitLineClamp !== "none") return one.scrollHeight > one.clientHeight + 1;
      if (style.clipPath !== "none" || (place.width < 2 && place.height < 2)) return false;
      if ([x, y].some((each) => each === "auto" || each === "scroll")) return false;
      if (["hidden", "clip"].includes(x) && over(box, place)) return true;
      if (["hidden", "clip"].includes(y) && far(box, place)) return true;
    }
    return over(box, { left: 0, right: innerWidth });
  };
  while (texts.nextNode()) {
    const text = texts.currentNode, of = text.parentElement;
    if (!text.data.trim() || of.closest(".sr, .skip, noscript, script") || !of.checkVisibility()) continue;
    const range = new Range();
    range.selectNodeContents(text);
    if ([...range.getClientRects()].some((box) => box.width && isCut(box, of))) found.push(text.data.trim());
  }
  return found;
}"""
"""Texts of which not all is shown. What a frame scrolls to is shown; what only screen readers get is left aside, and
what the style sheet ends with "…" on purpose: the name of the station."""
UNFOLD: Final = """() => document.querySelectorAll("main details:not([open])").forEach((one) => {
  one.open = true;
  one.dataset.unfolded = "";
})"""
FOLD: Final = "() => document.querySelectorAll('[data-unfolded]').forEach((one) => { one.open = false; })"
WIDE: Final = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass
class Seat:
    """One coordinator's browser. `seen`: every page that was looked at, by its name; `faults`: what was wrong there."""

    page: Page
    address: str
    lang: str
    seen: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """By the address, where the way is not the matter."""
        self.page.goto(f"{self.address}/{self.lang}/{path}")

    def follow(self, where: str) -> None:
        """By the entries of the desk, which are one menu on a small screen."""
        menu = self.page.locator("nav.desk-nav")
        inside = menu.locator(f'a[href="/{self.lang}/{where}"]')
        if not inside.locator("visible=true").count():
            menu.locator("summary:visible").first.click()
        with self.page.expect_navigation():
            inside.locator("visible=true").first.click()

    def tab(self, where: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(f"nav.tabs a[href$='/{where}']").click()

    def look(self, name: str) -> None:
        """As it stands, and with everything unfolded in it."""
        self.page.wait_for_load_state()
        self._keep(name)
        self.page.evaluate(UNFOLD)
        self._keep(f"{name}, unfolded")
        self.page.evaluate(FOLD)

    def _keep(self, name: str) -> None:
        self.seen[name] = self.page.content()
        if (headings := self.page.locator("h1").count()) != 1:
            self.faults.append(f"{name}: {headings} headings")
        if self.page.evaluate(WIDE):
            self.faults.append(f"{name}: wider than the screen")
        self.faults += [f"{name}: {text!r} is cut" for text in self.page.evaluate(CUT)]
        if PICTURES:
            width = (self.page.viewport_size or {"width": 0})["width"]
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{self.lang}.png", full_page=True)

    def sync(self) -> None:
        """Press Sync in the header, and wait for what it says."""
        self.page.locator("form.sync button").locator("visible=true").first.click()
        status = self.page.locator("[data-exchange][data-going=no] [data-exchange-said]")
        expect(status.locator("p").first).to_be_visible(timeout=PATIENCE)

    def listed(self) -> int:
        """How many accounts the list shows, once all are opened."""
        self.follow("")
        place = self.page.locator("[data-inbox]")
        expect(place).to_have_attribute("data-read", place.get_attribute("data-total") or "", timeout=PATIENCE)
        return self.page.locator("tbody tr[data-tid]").count()

    def tables(self) -> str:
        """To the page of published tables, the way its links lead; what is next there."""
        self.follow("releases/")
        self.tab("releases/tables")
        return self.next

    @property
    def next(self) -> str:
        return self.page.get_attribute("[data-step]", "data-step") or ""

    def press(self, which: str = "step") -> str:
        """The button of the next step, or of another; the page of progress leads back. What is next then."""
        with self.page.expect_navigation(timeout=PATIENCE):
            self.page.click(f"[data-press={which}]")
        self.past_progress()
        return self.next

    def past_progress(self) -> None:
        """From the page of progress, where a script comes to the end, on to what was asked for."""
        if "/progress" not in self.page.url:
            return
        onward = self.page.locator("main a.button.first")
        expect(onward).to_be_visible(timeout=PATIENCE)
        self.page.wait_for_load_state()
        with self.page.expect_navigation(url=lambda address: "/progress" not in address):
            onward.click()

    def saved(self, selector: str, file: Path) -> bytes:
        with self.page.expect_download(timeout=PATIENCE) as download:
            self.page.click(selector)
        download.value.save_as(file)
        return file.read_bytes()


@contextmanager
def seats(at: Centre, chrome: Browser, size: tuple[int, int], lang: str) -> Iterator[tuple[Seat, Seat]]:
    """Both coordinators have unlocked their desks. Two dozen accounts are enough here."""
    with ExitStack() as ending, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_plan, "LEAST", dict.fromkeys(tables_plan.LEAST, 6))
        patch.setattr(tables_plan, "LEAST_INCIDENTS", 2)
        patch.setattr(tables_plan, "TIMETABLE", [(0, tables_plan.TIMETABLE[0][1])])
        patch.setattr(preparation, "MOMENT", 120)  # what a page counts is there when the page is
        channel = InProcess(create_app(STATION=at.central, CLOCK=lambda: NOW).test_client())
        patch.setattr(session_sync, "HttpChannel", lambda _way: channel)
        one, two = (_sit(at, number, chrome, size, lang, ending, patch) for number in (1, 2))
        yield one, two


def _sit(
    at: Centre,
    number: int,
    chrome: Browser,
    size: tuple[int, int],
    lang: str,
    ending: ExitStack,
    patch: pytest.MonkeyPatch,
) -> Seat:
    station, port = at[number].station, free_port()
    patch.setattr(station, "settings", replace(station.settings, port=port, central_url=CENTRAL))
    app = create_app(STATION=station, CLOCK=lambda: NOW)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    ending.callback(thread.join, 10)
    ending.callback(server.server_close)
    ending.callback(server.shutdown)
    width, height = size
    page = ending.enter_context(chrome.new_context(viewport={"width": width, "height": height})).new_page()
    seat = Seat(page, f"http://localhost:{port}", lang)
    page.on("pageerror", lambda error: seat.complaints.append(str(error)))
    page.on("console", lambda said: seat.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.goto(f"{seat.address}/{lang}/#{app.config['START_TOKEN']}")
    page.fill("#passphrase", passphrase_of(at.organisation, f"coordinator-{number}"))
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.desk-nav", timeout=PATIENCE)
    return seat
