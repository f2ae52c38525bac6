"""A witness goes on in another language in mid-interview: what the screen and the draft held, before and after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.interview.consent import GO
from tests.support.interview.driver import Interviewer
from tests.support.interview.languages import ANSWERS
from tests.support.journeys.interviews import SECOND, Field
from tests.support.journeys.walkthrough import Walk
from tests.support.stories.spoken_stories import CHANGED, TURKISH_TEXT

NAME = "changed"
BEFORE, AFTER = "kmr", "tr"
TURNING = "told-3"
"""The first thing that is said in the second language."""
HEARD = """() => [...document.querySelectorAll('[data-card]:not([hidden]) [data-said] [data-heard]')]
  .map(({ lang, dir, textContent }) => [lang, dir, textContent])"""
WORDS = "async (lang) => (await (await fetch(`/interview/said/${lang}`)).json()).words"


@dataclass
class Changed:
    """`heard`: by card and language, [lang, dir, words] of what stood there; `answers`: before and after a change."""

    heard: dict[str, list[list[str]]] = field(default_factory=dict)
    answers: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    words: dict[str, set[str]] = field(default_factory=dict)  # by language: all that there is to say
    typed: str = ""  # what the box of the account held after the change


def hold(done: Field) -> Changed:
    """Told in Kurmanji up to the second card, Turkish from there; back to it for the account, and on again."""
    seen = Changed()
    phone = done.world.signed_in(SECOND, CHANGED.page)
    seen.words = {lang: set(phone.page.evaluate(WORDS, lang)) for lang in (BEFORE, AFTER)}
    walk = Walk(CHANGED)
    phone.act("new-interview")
    phone.wait_for("languages")
    walk.go(phone, until=TURNING)
    _change(seen, phone, TURNING, AFTER)
    walk.go(phone, until="n_text")
    box = phone.page.locator('[data-field="n_text"] [data-input]')
    _change(seen, phone, "n_text", BEFORE)
    box.fill(CHANGED.text)
    phone.saved()
    _change(seen, phone, "n_text", AFTER)
    seen.typed = box.input_value()
    walk.story = replace(CHANGED, text=CHANGED.text + TURKISH_TEXT)
    walk.go(phone)
    done.seal(NAME, phone, walk, SECOND)
    done.world.browsers[SECOND].close()
    return seen


def _change(seen: Changed, phone: Interviewer, card: str, lang: str) -> None:
    """To the card of languages and back."""
    page = phone.page
    seen.heard[f"{card} before {lang}"] = page.evaluate(HEARD)
    before = page.evaluate(ANSWERS)
    page.evaluate(GO, "languages")
    phone.choose("witness_language", lang)
    page.wait_for_function("(lang) => document.querySelector(`[data-heard][lang=${lang}]`)", arg=lang)
    page.evaluate(GO, card)
    phone.wait_for(card)
    seen.answers.append((before, page.evaluate(ANSWERS)))
    seen.heard[f"{card} in {lang}"] = page.evaluate(HEARD)
