"""What is said plays when somebody taps, one sound at a time, and falls silent at once; yes and no are pointed at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Playwright, expect

from testimony.questionnaire.spoken_questions import SpokenQuestions, option_key, question_key
from testimony.services.enrolment.organisation import Organisation
from tests.support.interview import all_cards
from tests.support.interview.accessible import LEAST, SMALL, SPILLING, WIDE
from tests.support.interview.accessible_filled import GO, MODULE
from tests.support.interview.costs import LIGHTENED
from tests.support.interview.driver import Interviewer
from tests.support.interview.rendered_pages import pages_of
from tests.support.interview.signed_pages import FOUND
from tests.support.interview.sounds import LISTEN, NAMED, SOUNDING, at_once, begin, button
from tests.support.journeys.phones import SMALL as NARROW
from tests.support.journeys.phones import Browser as Phone
from tests.support.journeys.stations import Server, wait_until
from tests.support.services.checked_wordings import CHECKED_BY
from tests.support.stories import audio_prompts
from tests.support.web.browsers import axe
from tests.support.web.browsers.chromium import FLAGS

LENGTH = 5000
"""Milliseconds of each recording: long enough to be cut off."""
QUESTIONS = SpokenQuestions.load("ps").questions
HELD, DAYTIME = (question_key(name) for name in ("i_held", "i_tod"))
ANSWERS = [option_key("i_held", code) for code in QUESTIONS["i_held"].options]
RECORDED = [HELD, *ANSWERS, DAYTIME, *(option_key("i_tod", code) for code in [*QUESTIONS["i_tod"].options][1:])]
"""Of one spoken question all answers are recorded, of the other all but one."""
BRING_SOUNDS = f"async () => (await ((name) => import({MODULE}))('pages/home/clips.js')).keepSounds()"
KEPT = "async () => (await caches.has('clips-ps')) && (await (await caches.open('clips-ps')).keys()).length > 50"
HEARD_CARDS = ".spoken, [data-card=safety], [data-card=cs_age], [data-card=cs_guardian], [data-card=cs_assent]"
SHOWN = f"""() => {{
  for (const card of document.querySelectorAll('[data-card]')) card.hidden = !card.matches('{HEARD_CARDS}');
  document.body.dataset.mode = 'interview';
  document.querySelector('[data-section-title]').textContent = 'Title';
  for (const bar of document.querySelectorAll('.top, .bar')) bar.style.position = 'static';
}}"""
OTHER_PAIRS = (("ar", "en"), ("en", "ps"), ("en", "en"))
"""Languages of the page and of what is said."""
LOW = """() => [...document.querySelectorAll('.play')]
  .filter((each) => each.checkVisibility() && each.offsetHeight < 56).length"""
ASKED_ALOUD = "[data-type=told], [data-field^=purpose_], [data-field^=teach_], [data-field^=safety_]"
PICTURES = """() => [...document.querySelectorAll('.card:not([hidden]) .picture .icon')].map((icon) => {
  const { width, height } = icon.getBoundingClientRect();
  return [icon.querySelector('use').getAttribute('href'), Math.min(width, height)];
})"""
SIGNS = """() => [...document.querySelectorAll('.card:not([hidden]) [data-answers] .option')].map((option) => [
  option.dataset.option,
  option.querySelector('use').getAttribute('href'),
  getComputedStyle(option).color,
  option.querySelector('[data-heard]')?.textContent ?? '',
  option.querySelector('[data-heard]')?.lang ?? '',
  option.querySelector('input').checked,
])"""


@pytest.fixture(scope="module")
def organisation(
    organisation: Organisation, playwright: Playwright, quick_chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Organisation:
    """One that has Pashto checked and recorded, as its node knows."""
    folder = Path(shutil.copytree(organisation.folder, tmp_path_factory.mktemp("organisation") / "org"))
    spoken, node = replace(organisation, folder=folder), folder / "field"
    sound = audio_prompts.hum(playwright, quick_chromium, LENGTH)
    audio_prompts.name_in_roster(spoken, [node], [node], sound, {"ps": CHECKED_BY}, LENGTH, RECORDED)
    return spoken


@pytest.fixture(scope="module")
def opened_once(
    organisation: Organisation,
    playwright: Playwright,
    quick_chromium: str,
    vacant_port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The profile of a phone that keeps the page and the recordings, and on which nobody signed in yet."""
    folder = tmp_path_factory.mktemp("with-sounds")
    home = Path(shutil.copytree(organisation.folder / "field", folder / "field"))
    node = Server("field", home, folder, lambda: vacant_port)
    node.changed, node.pages = LIGHTENED, pages_of(organisation)
    phone = Phone(playwright, quick_chromium, folder / "profile", **NARROW)
    try:
        node.start()
        page = phone.start()
        page.set_default_timeout(120_000)  # the first page of a new roster is rendered
        who = Interviewer(page, f"http://localhost:{vacant_port}")
        who.open()
        wait_until(who.trusts, "the organisation to be pinned")
        page.wait_for_function(FOUND)
        page.evaluate(all_cards.BRING)
        page.evaluate(BRING_SOUNDS)
        wait_until(lambda: bool(page.evaluate(KEPT)), "the sounds to be kept")
    finally:
        phone.close()
        node.put_away()
    return phone.folder


@pytest.fixture
def talking(interviewer: Interviewer, passphrase: str) -> Interviewer:
    """On the first card that is said, in Pashto, with its recordings on the phone."""
    interviewer.page.add_init_script(f"({LISTEN})()")
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    assert interviewer.page.evaluate(KEPT)
    interviewer.begin("ps")
    interviewer.safety()
    interviewer.wait_for("told-1")
    return interviewer


def test_nothing_plays_by_itself_a_second_tap_silences_and_one_sounds_at_a_time(talking: Interviewer) -> None:
    page = talking.page
    assert page.evaluate("() => sounds.length") == 0
    begin(talking, "told.who")
    assert at_once(talking, "document.querySelector('.play[aria-pressed=true]').click()") == 0
    expect(button(talking, "told.who")).to_have_attribute("aria-pressed", "false")
    for key in ("Enter", "Space"):
        button(talking, "told.who").press(key)
        page.wait_for_function(f"() => ({SOUNDING})() === 1")
        button(talking, "told.who").press(key)
        page.wait_for_function(f"() => ({SOUNDING})() === 0")
    state = f"((name) => import({MODULE}))('pages/base/interview_state.js')"
    assert page.evaluate(f"async () => (await {state}).silent().length") == 0
    page.evaluate("() => (sounds.length = 0)")
    _one_sound_at_a_time_and_whoever_listens_is_not_locked_out(talking)


def test_a_pause_leaving_the_card_the_page_or_the_interview_and_the_quick_exit_silence_in_the_same_tick(
    talking: Interviewer, passphrase: str
) -> None:
    begin(talking, "told.who")
    assert at_once(talking, "document.querySelector('[data-act=pause]').click()") == 0
    talking.wait_for("locked")
    talking.unlock(passphrase)
    talking.wait_for("told-1")
    _leaving_the_card_the_page_or_the_interview_silences_in_the_same_tick(talking)
    talking.open()
    talking.sign_in("interviewer-1", passphrase)
    talking.resume()
    begin(talking, "told.what_written")
    assert at_once(talking, "document.querySelector('[data-act=exit]').click()") == 0
    talking.page.wait_for_url("**/list")


def _leaving_the_card_the_page_or_the_interview_silences_in_the_same_tick(talking: Interviewer) -> None:
    go = f"((name) => import({MODULE}))('pages/cards/card.js')"
    begin(talking, "told.who")
    talking.page.evaluate(f"async () => (window.showing = await {go})")
    assert at_once(talking, "showing.go('told-2')") == 0
    talking.wait_for("told-2")
    begin(talking, "told.what_written")
    assert at_once(talking, "dispatchEvent(new Event('blur'))") == 0
    talking.page.evaluate("() => dispatchEvent(new Event('focus'))")
    begin(talking, "told.what_written")
    escape = "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))"
    assert at_once(talking, f"[1, 2, 3].forEach(() => {escape})") == 0
    talking.page.wait_for_url("**/list")


def _one_sound_at_a_time_and_whoever_listens_is_not_locked_out(talking: Interviewer) -> None:
    page = talking.page
    talking.page.evaluate(GO, "purpose-P01")
    begin(talking, "ask.P01")
    button(talking, "words.yes words.no").click()
    page.wait_for_function("() => sounds.length === 2 && sounds[0].paused && !sounds[1].paused")
    expect(button(talking, "ask.P01")).to_have_attribute("aria-pressed", "false")
    idle = f"async () => (await ((name) => import({MODULE}))('pages/base/idle.js')).idleTooLong()"
    later = "() => { const now = Date.now; Date.now = () => now() + 11 * 60 * 1000; }"
    page.evaluate(later)
    wait_until(lambda: not page.evaluate(idle), "the sound to count as a touch")
    assert page.evaluate("() => sounds[1].paused") is False
    assert at_once(talking, "document.querySelector('.play[aria-pressed=true]').click()") == 0
    page.evaluate(later)
    assert page.evaluate(idle) is True


def test_the_answers_of_a_question_play_one_after_the_other_and_a_second_tap_silences(talking: Interviewer) -> None:
    page, answers = talking.page, " ".join(ANSWERS)
    page.evaluate(GO, "i_held")
    buttons = page.locator("[data-card=i_held] .play")
    assert [one.get_attribute("data-play") for one in buttons.all()] == [HELD, answers]
    expect(button(talking, answers)).to_have_text("Play the answers")
    page.evaluate(NAMED)
    page.evaluate("() => (window.rate = 10)")
    button(talking, answers).click()
    page.wait_for_function("() => named.length === 2")
    assert at_once(talking, "document.querySelector('.play[aria-pressed=true]').click()") == 0
    expect(button(talking, answers)).to_have_attribute("aria-pressed", "false")
    expect(button(talking, answers)).not_to_contain_class("heard")
    assert page.evaluate("() => named.splice(0)") == ANSWERS[:2]
    button(talking, answers).click()
    expect(button(talking, answers)).to_contain_class("heard", timeout=30_000)
    assert page.evaluate("() => named") == ANSWERS
    assert page.evaluate(SOUNDING) == 0
    expect(button(talking, answers)).to_have_attribute("aria-pressed", "false")
    page.evaluate(GO, "i_tod")  # one of its answers is not recorded: without it the others would be the wrong choice
    assert [one.get_attribute("data-play") for one in page.locator("[data-card=i_tod] .play").all()] == [DAYTIME]


def _what_is_not_on_the_phone_is_said_and_no_node_is_asked_for_it(talking: Interviewer) -> None:
    asked: list[str] = []
    talking.page.on("request", lambda request: asked.append(request.url))
    talking.page.evaluate("() => caches.delete('clips-ps')")
    button(talking, "told.who").click()
    assert "not on this phone" in talking.wait_for_complaint()
    assert asked == []
    expect(button(talking, "told.who")).to_have_attribute("aria-pressed", "false")


def test_a_sentence_that_was_cut_off_does_not_count_as_heard_and_what_is_not_on_the_phone_is_said(
    talking: Interviewer,
) -> None:
    begin(talking, "told.who")
    button(talking, "told.who").click()
    talking.page.evaluate("() => (window.rate = 10)")
    for key in ("told.why", "told.no_promises", "told.help_apart"):
        button(talking, key).click()
        expect(button(talking, key)).to_contain_class("heard", timeout=30_000)
    talking.told()
    silent = f"async () => (await ((name) => import({MODULE}))('pages/base/interview_state.js')).silent()"
    assert talking.page.evaluate(silent) == ["told_01"]
    talking.act("back")
    talking.wait_for("told-1")
    button(talking, "told.who").click()
    expect(button(talking, "told.who")).to_contain_class("heard", timeout=30_000)
    assert talking.page.evaluate(silent) == []
    talking.tap_next()
    talking.act("back")
    expect(button(talking, "told.who")).to_contain_class("heard")  # the draft remembers it
    _what_is_not_on_the_phone_is_said_and_no_node_is_asked_for_it(talking)


@pytest.fixture(scope="module")
def browser(playwright: Playwright, quick_chromium: str) -> Iterator[Chromium]:
    launched = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    yield launched
    launched.close()


def opened(browser: Chromium, address: str, lang: str, width: int = 360) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 740}, bypass_csp=True, service_workers="block")
    page = context.new_page()
    Interviewer(page, address).open(lang, offline_ready=False)
    all_cards.bring_cards(page)
    page.wait_for_selector("html[data-look]")
    page.evaluate(SHOWN)
    return page


@pytest.mark.parametrize(
    ("lang", "spoken"), [("ar", "ps"), *(pytest.param(*each, marks=pytest.mark.long) for each in OTHER_PAIRS)]
)
def test_cards_that_play_are_accessible_in_every_look_and_fit_a_narrow_phone(
    browser: Chromium, looked_at: str, lang: str, spoken: str
) -> None:
    found: dict[str, object] = {}
    page = opened(browser, looked_at, lang, 320)
    all_cards.keep(page, f"{HEARD_CARDS}, :has([data-said])")
    all_cards.speak(page, spoken)
    for look in ("light", "dark", "sun"):
        page.evaluate("look => (document.documentElement.dataset.look = look)", look)
        broken = axe.violations(page, HEARD_CARDS)
        found[look] = [(one["id"], [node["target"] for node in one["nodes"][:2]]) for one in broken]
    all_cards.speak(page, "ps")
    assert page.locator(".play:visible").count() > 20
    found["small"] = page.evaluate(f"({SMALL})({LEAST})")
    found["plays"] = page.evaluate(LOW)
    found["wide"] = page.evaluate(WIDE)
    page.evaluate("() => (document.documentElement.style.fontSize = '200%')")
    found["wide at 200 %"] = page.evaluate(WIDE)
    found["spilling at 200 %"] = page.evaluate(SPILLING)
    page.context.close()
    assert {place: problem for place, problem in found.items() if problem} == {}


def test_each_sentence_has_a_picture_of_its_own_large_enough_to_point_at(browser: Chromium, looked_at: str) -> None:
    page = opened(browser, looked_at, "en")
    page.evaluate("() => document.querySelectorAll('.use, [data-show-when]').forEach((part) => (part.hidden = false))")
    pictures = page.evaluate(PICTURES)
    assert min(size for _, size in pictures) >= 44  # as large as what a finger is to hit
    told = [name for name, _ in pictures]
    asked = page.locator(ASKED_ALOUD).count()
    assert len(told) == asked + 1 + 1  # and those of the age, and of what was told before
    assert len(set(told)) == len(told) - 1  # where it was told before: people, as in who we are
    page.context.close()


def test_yes_and_no_differ_in_shape_and_colour_and_stand_in_both_languages_and_none_is_chosen(
    browser: Chromium, looked_at: str
) -> None:
    page = opened(browser, looked_at, "en")
    all_cards.speak(page, "ps")
    signs = page.evaluate(SIGNS)
    assert len(signs) >= 2 * (4 + 4 + 2)
    kinds = {tuple(each) for each in signs}
    assert {(code, sign, words, lang, chosen) for code, sign, _, words, lang, chosen in kinds} == {
        ("yes", "#i-answer-yes", "هو", "ps", False),
        ("no", "#i-answer-no", "نه", "ps", False),
    }
    assert len({colour for _, _, colour, *_ in kinds}) == 2
    page.context.close()


def test_a_language_without_recordings_has_no_button_and_offers_nothing_to_be_played(signed_in: Interviewer) -> None:
    signed_in.begin("prs")
    expect(signed_in.page.locator(".play")).to_have_count(0)
    signed_in.page.evaluate(GO, "talk-how")
    for code, offered in (("read", True), ("played", False), ("both", False)):
        option = signed_in.page.locator(f'[data-field="cs_heard"] [data-option="{code}"]')
        assert option.is_visible() is offered
