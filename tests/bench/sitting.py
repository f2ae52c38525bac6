"""How long a sitting takes: cards, words to say and taps, counted by walking the page as an interviewer would.

Time is estimated as the interview's design does: words at 120 a minute, twice where an interpreter says them too, 15
seconds a card, and 15 minutes for the account.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from testimony.domain.testimony.languages import SCRIPTS
from testimony.questionnaire.form import Form
from testimony.questionnaire.spoken_questions import SpokenQuestions, never_asked
from testimony.services.demo import demo
from tests.bench.node import organisation_of
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure
from tests.support.cli.program import serving
from tests.support.interview import read_back
from tests.support.interview.driver import TALK, WITH_INTERPRETER, Interviewer
from tests.support.journeys.phones import SMALL
from tests.support.journeys.walkthrough import Walk
from tests.support.stories.stories import ARABIC, DARI, ENGLISH, EVERYTHING, Story

PERSON = "interviewer-1"
COUNT_TAPS = """() => {
  window.taps = 0;
  addEventListener('pointerdown', () => (window.taps += 1), true);
}"""
SAID = """() => [...document.querySelectorAll('[data-card]:not([hidden]) .words')]
  .filter((place) => place.checkVisibility())
  .map((place) => (place.querySelector('[data-heard]') ?? place.querySelector('[data-words]')).textContent)"""
"""What stands on the card to be said aloud, in the witness's language."""
WORDS_A_MINUTE, SECONDS_A_CARD, MINUTES_OF_ACCOUNT = 120, 15, 15
RENDERED = 300_000
"""Milliseconds in which a node that just started has rendered its pages, also on a machine that others use."""
KEEPING = ("P01",)
STOPS = "the 15 items are told and each use is asked by itself, and a card is needed for how the witness agreed"
WORDED = (
    "what the ticked answers tell, the one truth about withdrawal and five questions, each of which says who, what and "
    "for how long, take more than a third of the words"
)
SHORT = Aim(most=40, cause=WORDED)
BEFORE = {
    "cards before the account, shortest consent, en": "47 cards",
    "cards before the account, four usual uses, en": "47 cards",
    "words to say before the account, en": "1,050 words",
    "cards of facts by default, a typical pushback, en": "104 cards",
    "taps of a whole sitting, en": "234 taps",
    "estimated time with an interpreter, prs": "80 to 100 min",
    "taps of a refusal": "24 taps",
    "questions of the default path with a sentence to say in all 16 languages": "0 questions",
    "questions that are asked at all, with a sentence to say in all 16 languages": "0 questions",
}
"""Of the interview before it had seven stops, walked by hand."""
ASKED = "a pushback with a procedure or a chain opens more questions, and answers on a card of many are several taps"


@dataclass
class Sitting:
    """`cards` and `words` before the account; `facts`: cards from there to what else could be told."""

    cards: int = 0
    words: int = 0
    facts: int = 0
    all_cards: int = 0
    taps: int = 0

    def minutes(self, *, interpreted: bool) -> float:
        said = self.words / WORDS_A_MINUTE * (2 if interpreted else 1)
        return said + self.all_cards * SECONDS_A_CARD / 60 + MINUTES_OF_ACCOUNT


def measure() -> Sequence[Figure]:
    asked = json.loads(demo.ASKING.read_text(encoding="utf-8"))
    english = replace(ENGLISH, page="en", circumstances=TALK, case=ARABIC.case)
    with tempfile.TemporaryDirectory() as name:
        made = organisation_of(Path(name), **asked)
        passphrase = made.keeper(PERSON).passphrase
        with serving("field", made.folder / "field", port := free_port()), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
            )
            address = f"http://localhost:{port}"

            def sit(story: Story, purposes: Sequence[str]) -> Sitting:
                page = browser.new_page(**SMALL)
                page.set_default_timeout(120_000)
                found = _sit(page, address, passphrase, replace(story, purposes=tuple(purposes), hurried=True))
                page.context.close()
                return found

            least, usual = sit(english, KEEPING), sit(english, EVERYTHING)
            arabic = sit(replace(ARABIC, circumstances=WITH_INTERPRETER), EVERYTHING)
            dari = sit(replace(DARI, page="fa"), EVERYTHING)
            refusal = _refuse(browser.new_page(**SMALL), address, passphrase)
            browser.close()
    figures = [
        Figure("cards before the account, shortest consent, en", least.cards, "cards", Aim(most=14, cause=STOPS)),
        Figure("cards before the account, four usual uses, en", usual.cards, "cards", Aim(most=20, cause=STOPS)),
        Figure("the same with an interpreter, ar", arabic.cards, "cards", Aim(most=20, cause=STOPS)),
        Figure("the same with an interpreter, fa and prs", dari.cards, "cards", Aim(most=20, cause=STOPS)),
        Figure("words to say before the account, en", usual.words, "words", Aim(most=500, cause=WORDED)),
        Figure("cards of facts by default, a typical pushback, en", usual.facts, "cards", Aim(most=24, cause=ASKED)),
        Figure("cards of facts by default, ar", arabic.facts, "cards", Aim(most=24, cause=ASKED)),
        Figure("cards of facts by default, prs", dari.facts, "cards", Aim(most=24, cause=ASKED)),
        Figure("taps of a whole sitting, en", usual.taps, "taps", Aim(most=90, cause=ASKED)),
        Figure("taps of a whole sitting with an interpreter, prs", dari.taps, "taps", Aim(most=90, cause=ASKED)),
        Figure("estimated time, en", usual.minutes(interpreted=False), "min", SHORT),
        Figure("estimated time with an interpreter, ar", arabic.minutes(interpreted=True), "min", SHORT),
        Figure("estimated time with an interpreter, prs", dari.minutes(interpreted=True), "min", SHORT),
        Figure("taps of a refusal", refusal, "taps", Aim(most=8, cause=STOPS)),
    ]
    return [replace(figure, before=BEFORE.get(figure.what, "")) for figure in figures + _spoken_questions()]


def _spoken_questions() -> list[Figure]:
    """How many questions have a sentence to say in every language of witnesses, of those that are asked aloud."""
    form = Form.load()
    told = [SpokenQuestions.load(lang).questions.keys() for lang in SCRIPTS]
    path = {name for step in form.path for name in (step.field, *step.beside)}
    figures = []
    for what, fields in (("of the default path", path), ("that are asked at all,", {one.id for one in form.fields})):
        aloud = fields - never_asked().keys()
        said = sum(all(name in one for one in told) for name in aloud)
        aim = Aim(least=len(aloud), cause="a language lacks sentences")
        figures.append(
            Figure(f"questions {what} with a sentence to say in all {len(SCRIPTS)} languages", said, "questions", aim)
        )
    return figures


def _home(page: Page, address: str, passphrase: str, lang: str) -> Interviewer:
    page.add_init_script(f"({COUNT_TAPS})()")
    somebody = Interviewer(page, address)
    somebody.open(lang, offline_ready=False)
    somebody.flagged("offline", "ready", timeout=RENDERED)
    somebody.sign_in(PERSON, passphrase)
    page.evaluate("() => (window.taps = 0)")
    return somebody


def _sit(page: Page, address: str, passphrase: str, story: Story) -> Sitting:
    """From home to the outbox."""
    somebody = _home(page, address, passphrase, story.page)
    counted, seen, said = Sitting(), set[str](), set[str]()
    somebody.act("new-interview")
    somebody.wait_for("languages")
    walk = Walk(story)

    def between(card: str) -> None:
        if card not in seen:
            seen.add(card)
            said.update(page.evaluate(SAID))

    walk.go(somebody, until="n_text", between=between)
    counted.cards, counted.words = len(seen), sum(len(words.split()) for words in said)
    walk.go(somebody, until="rest", between=between)
    counted.facts = len(seen) - counted.cards - 1
    walk.go(somebody, until="review", between=between)
    read_back.read_all(somebody)
    somebody.seal()
    counted.all_cards, counted.taps = len(seen) + 4, _taps(page)  # and reading back, readers, the code, the seal
    return counted


def _refuse(page: Page, address: str, passphrase: str) -> int:
    """The witness says no as soon as it is clear what this is about."""
    page.set_default_timeout(120_000)
    somebody = _home(page, address, passphrase, "en")
    somebody.act("new-interview")
    somebody.wait_for("languages")
    somebody.choose("witness_language", "en")
    somebody.next()
    somebody.act("says-no")
    somebody.act("end-refused")
    somebody.wait_for("outbox")
    return _taps(page)


def _taps(page: Page) -> int:
    found: Any = page.evaluate("() => window.taps")
    return int(found)
