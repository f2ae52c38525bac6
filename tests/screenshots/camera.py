"""Photographs one look of the pages: a language, a light, a width, a size of text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, Page

from tests.screenshots import index
from tests.support.interview import all_cards, read_back
from tests.support.interview.driver import WITH_INTERPRETER, Interviewer
from tests.support.interview.whole_interview import ALL, ANSWERS

HEIGHT = 740
PAGES = {"field": "", "carry": "carry", "no-page": "nowhere"}
FILLED = ("i_chain", "g_size", "x_actors")
"""Cards of which one picture holds answers: lines of a repeat, a number, pictures that were chosen."""
STAY = "() => document.querySelectorAll('.top, .bar').forEach(bar => (bar.style.position = 'static'))"
STICK = "() => document.querySelectorAll('.top, .bar').forEach(bar => (bar.style.position = ''))"
SAMPLE = "99999 99999 99999 99999 99999"


@dataclass(frozen=True)
class Look:
    lang: str
    look: str = "light"
    width: int = 360
    text: int = 100

    @property
    def name(self) -> str:
        """As the folder is called: `fr`, or `fr-dark-320-200`."""
        extra = [self.look if self.look != "light" else "", str(self.width), str(self.text) if self.text != 100 else ""]
        return "-".join(filter(None, [self.lang, *(extra if extra != ["", "360", ""] else [])]))


class Camera:
    """Takes pictures of what stands on the screen, and of what lies below it."""

    def __init__(self, browser: Browser, port: int, folder: Path, look: Look) -> None:
        self.look = look
        self.address = f"http://localhost:{port}"
        self.folder = folder / look.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self._context = browser.new_context(
            viewport={"width": look.width, "height": HEIGHT},
            color_scheme="dark" if look.look == "dark" else "light",
            contrast="more" if look.look == "sun" else "no-preference",
            is_mobile=True,
            has_touch=True,
            bypass_csp=True,
        )
        self.page: Page = self._context.new_page()
        self._number = len(list(self.folder.glob("*.png")))

    def __enter__(self) -> Camera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()

    def pages(self) -> None:
        """Those outside the interview, and the harmless one."""
        for name, path in PAGES.items():
            self.page.goto(f"{self.address}/{self.look.lang}/{path}")
            self.shoot(name)
        self.page.goto(f"{self.address}/interview/{self.look.lang}/list")
        self.shoot("harmless")

    def cards(self, wanted: Collection[str] = ()) -> None:
        """Every card, or those `wanted`, blank."""
        self._open()
        for name in all_cards.names(self.page):
            if not wanted or name in wanted:
                all_cards.show(self.page, name)
                self.shoot(name)

    def dialogs(self) -> None:
        all_cards.show(self.page, "safety")
        for name in all_cards.dialogs(self.page):
            all_cards.open_dialog(self.page, name)
            self.shoot(f"dialog-{name}", whole=False)
            all_cards.close_dialog(self.page, name)

    def interview(self, person: str, passphrase: str) -> None:
        """What only a person who signed in sees: home, a complaint, the lock, an interview with its answers."""
        someone = Interviewer(self.page, self.address)
        someone.open(self.look.lang, offline_ready=False)
        someone.sign_in(person, passphrase)
        self.shoot("real-home")
        someone.begin("ar")  # in two languages, unless it is the page's own
        self.shoot("real-safety", whole=False)
        someone.tap_next()
        someone.wait_for_complaint()
        self.shoot("real-complaint", whole=False)
        someone.act("pause")
        someone.wait_for("locked")
        self.shoot("real-locked", whole=False)
        someone.unlock(passphrase)
        someone.wait_for("safety")
        self.rest(someone)

    def rest(self, someone: Interviewer) -> None:
        """From the safety check to the outbox."""
        someone.safety(circumstances=WITH_INTERPRETER)
        self.shoot("real-told")
        someone.tell()
        someone.consent(ALL)
        someone.teach_back()
        someone.talk(WITH_INTERPRETER)
        for card in FILLED:
            someone.answer(ANSWERS, until=card)
            someone.give(card, ANSWERS[card], ANSWERS)
            self.shoot(f"real-{card}")
            someone.next_if_sure()
        someone.answer(ANSWERS)
        self.shoot("real-review")
        read_back.open_part(someone, "event")
        self.shoot("real-reread")
        someone.act("read-list")
        someone.next_if_sure()
        self.shoot("real-readers")
        someone.next()
        self.page.wait_for_selector("[data-card=code] .qr")
        self.shoot("real-code")
        someone.to_finish()
        self.shoot("real-finish")
        someone.finish()
        someone.deliver()
        self.shoot("real-outbox")

    def shoot(self, name: str, *, whole: bool = True) -> None:
        """`whole`: what one scrolls to as well."""
        if self.look.text != 100:
            self.page.evaluate("size => (document.documentElement.style.fontSize = `${size}%`)", self.look.text)
        self.page.evaluate(STAY if whole else STICK)
        self._number += 1
        picture = self.folder / f"{self._number:03d}-{name}.png"
        self.page.screenshot(path=picture, full_page=whole)
        index.note(self.page, picture)

    def _open(self) -> None:
        Interviewer(self.page, self.address).open(self.look.lang, offline_ready=False)
        all_cards.bring_cards(self.page)
        self.page.evaluate("code => (document.querySelector('[data-code]').textContent = code)", SAMPLE)
