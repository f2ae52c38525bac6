"""The sentence to say on the cards of the form: in the witness's language, offline, and with the answers in sight."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from testimony.domain.testimony.languages import dir_of
from testimony.questionnaire.form import Form
from testimony.questionnaire.spoken_questions import SpokenQuestions
from tests.support.interview import all_cards
from tests.support.interview.accessible import SPILLING, WIDE
from tests.support.interview.accessible_filled import GO
from tests.support.interview.consent import MODULE
from tests.support.interview.driver import Interviewer
from tests.support.interview.unbroken_words import WORDS
from tests.support.journeys.stations import Server
from tests.support.web.browsers import axe
from tests.support.web.browsers.chromium import FLAGS

SPOKEN = "all => all.map(({ lang, dir, textContent }) => [lang, dir, textContent])"
Looks = tuple[tuple[str, str], ...]
"""Languages of the page and of the witness."""
TELLING: Looks = (("ar", "bn"), ("en", "ar"))
OTHERS: Looks = tuple(each for each in product(("en", "ar"), ("en", "ar", "bn", "am")) if each not in TELLING)
ALOUD = "() => [...document.querySelectorAll('.card.aloud')].map((card) => card.dataset.card)"
IN_SIGHT = """(name) => {
  const card = document.querySelector(`[data-card="${name}"]`);
  const said = card.querySelector('.said').getBoundingClientRect();
  const [above, below] = ['.top', '.bar'].map((bar) => document.querySelector(bar).getBoundingClientRect());
  return said.top >= above.bottom && said.bottom <= below.top && said.right <= innerWidth && said.left >= 0;
}"""

FOLD = f"""async ([card, speaks]) => {{
  const {{ foldSource }} = await ((name) => import({MODULE}))('pages/cards/source_fold.js');
  foldSource(document.querySelector(`[data-card="${{card}}"]`), speaks);
}}"""
"""On a card, for who was confirmed as a speaker of the witness's language or not."""


def test_a_card_says_its_question_in_persian_on_an_arabic_page_without_the_node(
    interviewer: Interviewer, passphrase: str, node_server: Server
) -> None:
    persian, arabic, english = (SpokenQuestions.load(lang).questions["i_held"] for lang in ("fa", "ar", "en"))
    interviewer.open("ar")
    node_server.stop()
    interviewer.open("ar", offline_ready=False)
    page = interviewer.page
    _sign_in_again(interviewer, passphrase, node_server)
    interviewer.begin("fa")
    page.evaluate(GO, "i_held")
    card = page.locator('[data-card="i_held"]')
    said = card.locator(".words .said")
    assert said.evaluate_all(SPOKEN) == [["fa", "rtl", persian.say], ["ar", "rtl", arabic.say]]
    sizes = [float(one.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) for one in said.all()]
    label = float(card.locator("h2").evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))
    assert sizes[0] > sizes[1] >= label
    option = card.locator('[data-option="none"]')
    expect(option.locator("> span").first).to_have_text("لم يُحتجز")
    visible = option.locator(".theirs bdi:visible")
    assert visible.evaluate_all(SPOKEN) == [["fa", "rtl", persian.options["none"]]]
    interviewer.choose("i_held", "none")
    page.evaluate(GO, "v_acts")
    assert page.locator('[data-card="v_acts"] [data-option="sexual"] .theirs').count() == 0
    asked_yes = page.locator('[data-card="a_expr"] [data-option="yes"] .theirs')
    page.evaluate(GO, "a_expr")
    expect(asked_yes).to_be_visible()
    _drafts_are_told_once(page)
    page.evaluate(GO, "languages")
    interviewer.choose("witness_language", "ar")
    page.evaluate(GO, "i_held")
    # an Arabic draft on an Arabic page: what it was written from stands beside it, once it has been fetched
    expect(said).to_have_count(2)
    assert said.evaluate_all(SPOKEN) == [["ar", "rtl", arabic.say], ["en", "ltr", english.say]]
    assert visible.evaluate_all(SPOKEN) == [["ar", "rtl", arabic.options["none"]]]
    page.evaluate(GO, "a_expr")
    expect(asked_yes).to_be_hidden()  # the label says the same
    page.evaluate(GO, "told-1")
    told = page.locator('[data-card="told-1"]')
    assert told.locator(".words").count() == told.locator("[data-source]").count()
    assert [one.get_attribute("data-sentence-state") for one in told.locator("[data-wording] b").all()] == ["draft"]


def _drafts_are_told_once(page: Page) -> None:
    notice = page.locator("[data-draft-questions]")
    expect(notice).to_have_count(1)
    page.evaluate(GO, "languages")
    expect(notice).to_be_visible()


def _sign_in_again(interviewer: Interviewer, passphrase: str, node_server: Server) -> None:
    """Once near the node, so that the phone holds the locked keys, and then without it."""
    node_server.start()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.online()
    node_server.stop()


@pytest.mark.parametrize("looks", [TELLING, pytest.param(OTHERS, marks=pytest.mark.long)], ids=("telling", "others"))
def test_the_sentence_is_in_sight_on_every_card_of_a_small_phone_and_breaks_none(
    playwright: Playwright, quick_chromium: str, looked_at: str, looks: Looks
) -> None:
    browser = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    wrong: dict[str, Any] = {}
    for lang, witness in looks:
        context = browser.new_context(
            viewport={"width": 360, "height": 640}, bypass_csp=True, service_workers="block", has_touch=True
        )
        page = context.new_page()
        Interviewer(page, looked_at).open(lang, offline_ready=False)
        all_cards.bring_cards(page)
        all_cards.speak(page, witness)
        asked = page.evaluate(ALOUD)
        said = SpokenQuestions.load("en").questions
        beside = [name for step in Form.load().path for name in step.beside if name in said]
        assert len(asked) == len(said) - len(beside) - 1  # the exactness of the date is on its card too
        hidden = []
        for name in asked:
            page.evaluate(all_cards.SHOW, name)
            hidden += [] if page.evaluate(IN_SIGHT, name) else [name]
        wrong[f"{lang} {witness} hidden"] = hidden
        all_cards.keep(page, ".aloud")
        page.evaluate(all_cards.SHOW_ALL, True)
        wrong[f"{lang} {witness} wide"] = page.evaluate(WIDE)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wrong[f"{lang} {witness} wide at 200 %"] = page.evaluate(WIDE)
        wrong[f"{lang} {witness} spilling at 200 %"] = page.evaluate(SPILLING)
        wrong[f"{lang} {witness} words at 200 %"] = page.evaluate(WORDS, ".aloud .said")
        context.close()
    browser.close()
    assert {place: problem for place, problem in wrong.items() if problem} == {}


def test_a_screen_reader_is_told_the_language_of_each_sentence(
    playwright: Playwright, quick_chromium: str, looked_at: str
) -> None:
    browser = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    page = browser.new_context(bypass_csp=True, service_workers="block").new_page()
    Interviewer(page, looked_at).open("en", offline_ready=False)
    all_cards.bring_cards(page)
    all_cards.speak(page, "fa")
    spoken = page.locator('.aloud :is([data-said^="question."], [data-said^="option."]) [data-heard]')
    texts = SpokenQuestions.load("fa").sentences()
    assert spoken.count() == len(texts)
    assert {(lang, way) for lang, way, _ in spoken.evaluate_all(SPOKEN)} == {("fa", dir_of("fa"))}
    all_cards.keep(page, '[data-card="i_held"], [data-card="i_date"], [data-card="x_actors"]')
    page.evaluate(all_cards.SHOW_ALL, True)
    assert [each["id"] for each in axe.violations(page, ".aloud")] == []
    browser.close()


def test_the_english_is_folded_away_for_a_speaker_until_a_tap_and_in_sight_for_others(
    playwright: Playwright, quick_chromium: str, looked_at: str
) -> None:
    browser = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    page = browser.new_context(bypass_csp=True, service_workers="block").new_page()
    Interviewer(page, looked_at).open("ar", offline_ready=False)
    all_cards.bring_cards(page)
    all_cards.speak(page, "ar")
    english = page.locator("[data-card]:not([hidden]) [data-source]:visible")
    turn = page.locator("[data-act=turn-source]")
    all_cards.show(page, "v_acts")
    page.evaluate(FOLD, ["v_acts", False])
    both = english.count()
    assert (both, turn.count()) == (2, 0)  # the question, and what is said before it
    page.evaluate(FOLD, ["v_acts", True])
    expect(english).to_have_count(0)
    expect(turn).to_have_text("English")
    turn.evaluate("turn => turn.dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    expect(english).to_have_count(both)
    all_cards.show(page, "i_held")
    page.evaluate(FOLD, ["i_held", True])
    expect(turn).to_have_attribute("aria-expanded", "true")
    expect(english).to_have_count(1)
    browser.close()
