"""Photographs what a witness reads or is shown, in every language of the scripts: one folder a language.

An interviewer signs in once; the same pages then say the words of one language after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page

from testimony.domain.testimony.languages import SCRIPTS
from tests.screenshots.camera import HEIGHT, STAY
from tests.support.interview import all_cards, all_codes
from tests.support.interview.accessible_filled import GO
from tests.support.interview.driver import Interviewer
from tests.support.web.browsers.withdrawal_in_chromium import UNFOLDED

CARDS = ("told-1", "told-3", "purpose-P04", "purpose-P08b-un-mandate", "teach-1")
"""One short and one long thing to tell, two purposes, a question to teach back."""
WIDTHS = (360, 320)
BESIDE = ("en", "ar")
"""Languages of the interviewer beside which the witness's stands: one runs each way."""


def shoot(browser: Browser, port: int, folder: Path, person: str, passphrase: str) -> None:
    """All of them into `folder`/witness-LANG."""
    for lang in SCRIPTS:
        (folder / f"witness-{lang}").mkdir(parents=True, exist_ok=True)
    for beside in BESIDE:
        page = _phone(browser)
        someone = Interviewer(page, f"http://localhost:{port}")
        someone.open(beside, offline_ready=False)
        someone.sign_in(person, passphrase)
        someone.begin("en")
        _cards(page, folder, beside, CARDS if beside == "en" else ("purpose-P04",))
        if beside == "en":
            _codes(someone, folder)
        page.context.close()
    _withdrawal(browser, port, folder)


def _phone(browser: Browser) -> Page:
    size = {"width": WIDTHS[0], "height": HEIGHT}
    return browser.new_context(viewport=size, is_mobile=True, has_touch=True, bypass_csp=True).new_page()


def _cards(page: Page, folder: Path, beside: str, cards: Sequence[str]) -> None:
    for lang in SCRIPTS:
        if lang == beside:
            continue
        all_cards.speak(page, lang)
        for card in cards:
            all_cards.show(page, card)
            _picture(page, folder / f"witness-{lang}" / f"{card}-beside-{beside}.png")
    all_cards.speak(page, beside)


def _codes(someone: Interviewer, folder: Path) -> None:
    page = someone.page
    page.evaluate(GO, "safety")
    page.evaluate(GO, "code")
    page.wait_for_selector("[data-card=code] .qr")
    for lang in SCRIPTS:
        all_codes.speak(page, lang)
        _picture(page, folder / f"witness-{lang}" / "code.png")
        for size in ("big", "small"):
            all_codes.print_slip(page, size)
            page.screenshot(path=folder / f"witness-{lang}" / f"slip-{size}.png")
            all_codes.put_away(page)


def _withdrawal(browser: Browser, port: int, folder: Path) -> None:
    page = _phone(browser)
    for lang in SCRIPTS:
        page.goto(f"http://localhost:{port}/withdraw/{lang}")
        page.wait_for_function("() => document.fonts.status === 'loaded'")
        page.evaluate(UNFOLDED)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            _picture(page, folder / f"witness-{lang}" / f"withdrawal-{width}.png")
    page.context.close()


def _picture(page: Page, path: Path) -> None:
    page.evaluate(STAY)
    page.screenshot(path=path, full_page=True)
