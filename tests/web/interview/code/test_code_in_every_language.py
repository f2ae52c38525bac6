"""The code's card and the slip in every language of witnesses: their words, their digits, nothing broken or cut."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from testimony.domain.testimony.languages import dir_of
from testimony.questionnaire.consent_scripts import Script
from testimony.questionnaire.withdrawal_text import PageWords
from tests.support.interview import all_cards, all_codes
from tests.support.interview.accessible import SPILLING, WIDE, broken
from tests.support.interview.accessible_filled import STILL
from tests.support.interview.driver import Interviewer
from tests.support.interview.telling_languages import WITNESSES
from tests.support.interview.unbroken_words import WORDS
from tests.support.questionnaire.script_marks import plain

ZERO = dict.fromkeys(("ar", "ckb"), "٠") | dict.fromkeys(("fa", "prs", "ps", "ur"), "۰") | {"bn": "০"}
"""The zero in which a witness reads the code, where it is not the Western one."""
WHOLE = "[data-card='code']"
CARD = "[data-card='code'] :is(.said, h2, h3, button, .option, summary)"
SLIP = "body > .slip p"
LOOKS = ("dark", "sun")
PIECES = """() => [...document.querySelectorAll('body > .slip p')]
  .filter((one) => one.checkVisibility()).map(({ textContent, lang, dir }) => [textContent, lang, dir])"""
BEYOND = """(millimetres) => [...document.querySelectorAll('body > .slip *')]
  .filter((one) => one.checkVisibility() && !one.closest('svg svg, svg *'))
  .filter((one) => one.getBoundingClientRect().right > millimetres * 96 / 25.4 + 1
    || one.scrollWidth > one.clientWidth + 1)
  .map(({ tagName, className }) => `${tagName} ${className}`)"""
"""What does not fit a slip so wide."""


def wrong_with_the_card(page: Page) -> dict[str, Any]:
    page.evaluate(STILL)
    return {
        "axe": broken(page, WHOLE),
        "wide": page.evaluate(WIDE),
        "spilling": page.evaluate(SPILLING),
        "words": page.evaluate(WORDS, CARD),
    }


@pytest.mark.parametrize("langs", WITNESSES)
def test_the_code_and_its_slip_are_whole_in_every_language(signed_in: Interviewer, langs: tuple[str, ...]) -> None:
    page = signed_in.page
    page.set_viewport_size({"width": 320, "height": 740})
    all_codes.reach(signed_in)
    all_cards.keep(page, ":not([data-coded])")  # of the others some are written to while nobody sees them
    wrong: dict[str, Any] = {}
    for lang in langs:
        all_codes.speak(page, lang)
        code = page.locator("[data-card=code] [data-code]").inner_text()
        own = page.locator("[data-card=code] [data-code-witness]").text_content() or ""
        assert plain_digits(own) == (code if lang in ZERO else ""), lang
        assert not own or own[0] in digits_of(ZERO[lang]), lang
        wrong |= {f"{lang} card {what}": found for what, found in wrong_with_the_card(page).items()}
        for size, width in (("big", 210), ("small", 85)):
            all_codes.print_slip(page, size)
            keep = Script.load(lang).words["slip_keep"]
            assert page.evaluate(PIECES) == [
                [keep, lang, dir_of(lang)],
                *([[own, "", "ltr"]] if own else []),
                [code, "", "ltr"],
                *([] if lang == "en" else [[PageWords.load(lang).words["draft"], lang, dir_of(lang)]]),
            ]
            wrong[f"{lang} {size} slip words"] = page.evaluate(WORDS, SLIP)
            wrong[f"{lang} {size} slip beyond"] = page.evaluate(BEYOND, width)
            if size == "small":
                wrong[f"{lang} slip axe"] = broken(page, "body > .slip")
            all_codes.put_away(page)
        for look in LOOKS if lang in ("ps", "ti") else ():
            page.evaluate("look => (document.documentElement.dataset.look = look)", look)
            wrong[f"{lang} {look}"] = broken(page, WHOLE)
            page.evaluate("() => (document.documentElement.dataset.look = 'light')")
    assert {place: problem for place, problem in wrong.items() if problem} == {}


def plain_digits(text: str) -> str:
    """`text` in Western digits."""
    return "".join(plain(sign) if sign.isdigit() else sign for sign in text)


def digits_of(zero: str) -> str:
    return "".join(chr(ord(zero) + value) for value in range(10))
