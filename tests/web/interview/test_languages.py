"""The witness's language: all on the cards of consent, changed in mid-interview; its letters, calendar, digits."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from testimony.domain.testimony.languages import SCRIPTS, dir_of
from testimony.questionnaire.consent_scripts import Script
from tests.support.interview import all_cards
from tests.support.interview.accessible import SPILLING, WIDE
from tests.support.interview.accessible_filled import GO, MODULE
from tests.support.interview.driver import WITH_INTERPRETER, Interviewer
from tests.support.interview.languages import ANSWERS
from tests.support.interview.telling_languages import OTHERS, TELLING
from tests.support.interview.unbroken_words import WORDS
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.web.browsers import axe
from tests.support.web.browsers.chromium import FLAGS

SPOKEN = """() => {
  for (const card of document.querySelectorAll('[data-card]')) card.hidden = !card.matches('.spoken');
  document.body.dataset.mode = 'interview';
  document.querySelector('[data-section-title]').textContent = 'Title';
  for (const bar of document.querySelectorAll('.top, .bar')) bar.style.position = 'static';
}"""
HEARD = """() => [...document.querySelectorAll('[data-said]')].map((place) => {
  const heard = place.querySelector('[data-heard]');
  return [place.dataset.said, heard?.textContent, heard?.lang, heard?.dir, heard?.dataset.words];
})"""
NAMED_TWICE = """() => [...document.querySelectorAll('[data-gift] .small')].map((line) => line.textContent)
  .filter((text) => text.split('Mara Example').length > 2)"""
"""Lines that name the readers once more than the sentence before them does."""
SCRIPT_NAMES = "() => document.querySelector('.spoken [data-wording]').innerText"
SAID_SCRIPT = f"""async () => {{
  const load = (name) => import({MODULE});
  const {{ answers, hindrances, spokenData }} = await load('pages/base/interview_state.js');
  const {{ scriptOf }} = await load('form/contents.js');
  answers().purpose_P01 = {{ value: 'yes' }};
  const found = [scriptOf(answers(), spokenData()).lang, hindrances().has('script_draft')];
  delete answers().purpose_P01;
  return found;
}}"""
SAID_IN = f"""async () => {{
  const {{ sitting }} = await ((name) => import({MODULE}))('pages/base/interview_state.js');
  return sitting.state.heard;
}}"""
"""Field of what was said -> the language in which it was."""
FORGET = """async (end) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) if (request.url.endsWith(end)) await cache.delete(request);
  }
}"""
LETTERS = """async () => {
  const all = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const rules = all.filter((rule) => rule instanceof CSSFontFaceRule);
  return Promise.all(rules.map(async (rule) => {
    const source = rule.style.getPropertyValue('src');
    const named = [...source.matchAll(/local\\(("[^"]*")\\)/g)];
    const own = named.map(([, name]) => new FontFace('any', `local(${name})`).load());
    const there = await Promise.any(own).then(() => true, () => false);
    return [rule.style.getPropertyValue('font-family').replaceAll('"', ''), there, source.match(/[^/"]*\\.woff2/)[0]];
  }));
}"""
KEPT = """async () => {
  const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const urls = (await Promise.all(stores.map((store) => store.keys()))).flat().map(({ url }) => url);
  return urls.map((url) => url.split('/').pop()).filter((name) => name.endsWith('.woff2'));
}"""
LANGUAGES_KEPT = """async () => {
  const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const paths = (await Promise.all(stores.map((store) => store.keys()))).flat().map(({ url }) => new URL(url).pathname);
  const parts = ["", "cards", "lists", "list", "practice", "manifest.webmanifest"];
  const langs = new Set(paths.map((path) => /^\\/interview\\/([a-z]{2,3})\\//.exec(path)?.[1]).filter(Boolean));
  return [...langs].filter((lang) => parts.every((part) => paths.includes(`/interview/${lang}/${part}`))).sort();
}"""
READ_PACK = f"""async (lang) => (await ((name) => import({MODULE}))('pages/cards/prompts.js')).readPack(lang)"""
READ_CHANGED = f"""async (changed) => {{
  const {{ readPack }} = await ((name) => import({MODULE}))('pages/cards/prompts.js');
  const [real, pack] = [window.fetch, await (await fetch('/interview/said/ps')).json()];
  window.fetch = async () => Response.json({{ ...pack, ...changed }});
  return readPack('ps').then(() => 'read', (error) => error.message).finally(() => (window.fetch = real));
}}"""
BROUGHT = f"""async () => {{
  const {{ bringLetters }} = await ((name) => import({MODULE}))('pages/cards/fonts.js');
  return (await bringLetters()).map(({{ status }}) => status);
}}"""


def _words(page: Page, lang: str) -> dict[str, str]:
    """The words of the pack by key, as the cards put them together."""
    words: dict[str, str] = page.evaluate(READ_PACK, lang)["words"]
    return words


@pytest.mark.parametrize(
    ("langs", "looks"),
    [
        pytest.param(TELLING, (("dark", "ps"), ("sun", "ti")), id="telling"),
        pytest.param(OTHERS, (("dark", "ti"), ("sun", "ps")), id="others", marks=pytest.mark.long),
    ],
)
def test_every_language_is_heard_on_the_cards_of_consent_and_breaks_none(
    playwright: Playwright,
    quick_chromium: str,
    looked_at: str,
    langs: tuple[str, ...],
    looks: tuple[tuple[str, str], ...],
) -> None:
    browser = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    context = browser.new_context(viewport={"width": 320, "height": 740}, bypass_csp=True, service_workers="block")
    page = context.new_page()
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.url.rpartition("/said/")[2]) if "/said/" in request.url else None,
    )
    Interviewer(page, looked_at).open("en", offline_ready=False)
    all_cards.bring_cards(page)
    assert sorted(asked) == sorted(set(SCRIPTS) - {"en"})  # all of them: the node is not to learn which one is spoken
    page.evaluate(SPOKEN)
    all_cards.keep(page, ".spoken, :has([data-said])")
    wrong: dict[str, Any] = {}
    own = _words(page, "en")
    for lang in langs:
        all_cards.speak(page, lang)
        words = _words(page, lang)
        heard = page.evaluate(HEARD)
        assert len(heard) > 60
        if lang == "en":
            assert all(text is None for _, text, *_ in heard)  # the page's own words, and not twice
        else:
            once = {
                key for key, *_ in heard if key.startswith("for.") and words[key] == own[key]
            }  # names in both alike
            said = {key: [None] * 4 if key in once else [words[key], lang, dir_of(lang), lang] for key, *_ in heard}
            assert heard == [[key, *said[key]] for key, *_ in heard]
        assert f"camp-consent {Script.load(lang).version} {lang} " in page.evaluate(SCRIPT_NAMES)
        broken = axe.violations(page, ".spoken")
        wrong[f"{lang} axe"] = [(each["id"], [node["target"] for node in each["nodes"][:2]]) for each in broken]
        wrong[f"{lang} named"] = page.evaluate(NAMED_TWICE)
        wrong[f"{lang} wide"] = page.evaluate(WIDE)
        wrong[f"{lang} spilling"] = page.evaluate(SPILLING)
        wrong[f"{lang} words"] = page.evaluate(WORDS, ".spoken :is(.said, .option)")
    for look, lang in looks:
        all_cards.speak(page, lang)
        page.evaluate("look => (document.documentElement.dataset.look = look)", look)
        broken = axe.violations(page, ".spoken")
        wrong[f"{lang} {look}"] = [(each["id"], [node["target"] for node in each["nodes"][:2]]) for each in broken]
    browser.close()
    assert {place: problem for place, problem in wrong.items() if problem} == {}


def test_another_language_of_the_witness_or_of_the_page_in_mid_interview_loses_no_letter(
    signed_in: Interviewer, node_server: Server
) -> None:
    page = signed_in.page
    signed_in.begin("prs")
    signed_in.safety(circumstances=WITH_INTERPRETER)
    expect(page.locator('[data-card="told-1"] .said').first).to_have_attribute("lang", "prs")
    signed_in.tell()
    page.evaluate(GO, "n_text")
    page.locator('[data-field="n_text"] [data-input]').fill("مرا پس فرستادند. They took me back.")
    page.evaluate(GO, "g_size")
    page.locator('[data-field="g_size"] [data-input]').fill("১২")  # twelve, as a phone with Bengali keys writes it
    before = page.evaluate(ANSWERS)
    assert before["g_size"] == {"value": 12}
    told = page.evaluate(SAID_IN)
    assert {field for field in told if field.startswith("told_")}
    assert set(told.values()) == {"prs"}
    page.evaluate(GO, "languages")
    signed_in.choose("witness_language", "ti")
    page.wait_for_function("() => document.querySelector('[data-heard][lang=ti]')")
    for link in ("fa", "es"):
        page.locator(f'[data-card="languages"] [data-language="{link}"]').click()
        page.wait_for_selector(f"html[lang={link}]")
        page.wait_for_function("() => document.querySelector('[data-heard][lang=ti]')")
    page.evaluate(GO, "n_text")
    assert page.evaluate(ANSWERS) == before | {"witness_language": {"value": "ti"}, "w_lang": {"value": "ti"}}
    assert page.locator('[data-field="n_text"] [data-input]').input_value().startswith("مرا")
    assert page.evaluate(SAID_IN) == told, "what was said is sealed under the first language"
    page.evaluate(GO, "told-1")
    said = page.locator('[data-card="told-1"] .said')
    assert said.evaluate_all("all => all.map(({ lang, dir }) => [lang, dir])") == [["ti", "ltr"], ["es", "ltr"]] * 5
    # a language in which nobody wrote a script: the interviewer's words alone, and no consent without an interpreter
    page.evaluate(GO, "languages")
    signed_in.choose("witness_language", "om")
    expect(page.locator("[data-no-script]")).to_be_visible()
    expect(page.locator("[data-heard]")).to_have_count(0)
    assert page.evaluate(SAID_SCRIPT) == ["es", True]
    signed_in.choose("witness_language", "ti")
    expect(page.locator("[data-draft-script]")).to_be_visible()
    assert page.evaluate(SAID_SCRIPT) == ["ti", True]
    # a language whose words this phone lost, with no node to bring them: it is not chosen, and the one before it stays
    page.evaluate(FORGET, "/said/ur")
    node_server.kill()
    page.evaluate(GO, "languages")
    page.locator('[data-field="witness_language"] [data-option="ur"]').click()
    expect(page.locator("[data-error]")).not_to_have_text("")
    assert page.evaluate(ANSWERS)["witness_language"] == {"value": "ti"}
    expect(page.locator('[data-field="witness_language"] [data-option="ti"] input')).to_be_checked()


def test_a_phone_keeps_the_languages_that_somebody_chose_and_says_where_one_is_not_here(
    phone: Browser, interviewer: Interviewer, node_server: Server
) -> None:
    page = interviewer.page
    interviewer.open("en")
    assert page.evaluate(LANGUAGES_KEPT) == ["en"]
    node_server.kill()
    page.locator('[data-card="sign-in"] [data-language="fr"]').click()
    expect(page.locator("[data-error]")).to_have_text(re.compile("This language is not on this phone"))
    assert page.evaluate("document.documentElement.lang") == "en"
    node_server.start()
    page.locator('[data-card="sign-in"] [data-language="fr"]').click()
    page.wait_for_selector("html[lang=fr]")
    wait_until(lambda: page.evaluate(LANGUAGES_KEPT) == ["en", "fr"], "all of the page in French")
    node_server.kill()
    phone.close()
    again = Interviewer(phone.start(), interviewer.address)
    again.open("fr")
    assert again.page.evaluate("document.documentElement.lang") == "fr"
    again.page.goto(f"{interviewer.address}/interview/ar/")  # not here, and nothing brings it
    assert again.page.evaluate("document.documentElement.lang") in ("en", "fr")


@pytest.mark.comes_home
def test_a_pack_of_another_roster_script_wording_or_list_of_words_is_not_read(signed_in: Interviewer) -> None:
    signed_in.begin("en")
    other = ("roster", "sha256", "wording", "keys")
    said = {name: signed_in.page.evaluate(READ_CHANGED, {name: "0" * 16}) for name in other}
    assert said == dict.fromkeys(other, "pack of other words")
    assert signed_in.page.evaluate(READ_CHANGED, {}) == "read"


def test_only_letters_that_the_phone_lacks_are_fetched_and_urdus_when_it_is_spoken(signed_in: Interviewer) -> None:
    page = signed_in.page
    signed_in.begin("en")
    assert page.evaluate(BROUGHT) == ["fulfilled"] * 3
    letters = {family: (there, file) for family, there, file in page.evaluate(LETTERS)}
    assert set(letters) == {"Letters Arabic", "Letters Ethiopic", "Letters Bengali", "Letters Urdu"}
    lacking = {file for family, (there, file) in letters.items() if not there and family != "Letters Urdu"}
    all_kept = f"async (files) => {{ const kept = await ({KEPT})(); return files.every((one) => kept.includes(one)) }}"
    page.wait_for_function(all_kept, arg=sorted(lacking))
    assert set(page.evaluate(KEPT)) == lacking
    page.evaluate(GO, "languages")
    signed_in.choose("witness_language", "ur")
    there, file = letters["Letters Urdu"]
    page.evaluate(GO, "told-1")
    page.wait_for_function(all_kept, arg=[] if there else [file])
    expect(page.locator('[data-card="told-1"] .said').first).to_have_css("font-family", re.compile("Letters Urdu"))


@pytest.mark.comes_home
def test_a_day_is_entered_and_read_back_in_the_witnesss_calendar(signed_in: Interviewer) -> None:
    page = signed_in.page
    signed_in.begin("prs")
    page.evaluate(GO, "i_date")
    signed_in.choose("i_date_prec", "day")
    card = page.locator('[data-card="i_date"]')
    card.locator("[data-own] summary").click()
    for part, value in (("year", "1399"), ("month", "7"), ("day", "14")):
        card.locator(f'[data-own-part="{part}"]').select_option(value)
    assert page.evaluate(ANSWERS)["i_date"] == {"value": "2020-10-05"}
    said = card.locator("[data-own-said] bdi")
    expect(said).to_have_text("۱۴ میزان ۱۳۹۹")
    assert said.evaluate("({ lang, dir }) => [lang, dir]") == ["prs", "rtl"]
    card.locator('select[data-part="day"]').select_option("6")
    expect(said).to_have_text("۱۵ میزان ۱۳۹۹")
    expect(card.locator('[data-own-part="day"]')).to_have_value("15")
    signed_in.choose("i_date_prec", "month")
    expect(said).to_have_text("میزان ۱۳۹۹ – عقرب ۱۳۹۹")  # no finer than it is held
    expect(card.locator("[data-own] details")).to_be_hidden()
    page.evaluate(GO, "languages")
    signed_in.choose("witness_language", "am")
    page.evaluate(GO, "i_date")
    expect(said).to_have_text("መስከረም 2013 – ጥቅምት 2013")
    page.evaluate(GO, "languages")
    signed_in.choose("witness_language", "so")
    page.evaluate(GO, "i_date")
    expect(card.locator("[data-own]")).to_have_count(0)
