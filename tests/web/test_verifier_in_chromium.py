"""The page verify.html, opened as a file: says in the reader's language what holds and what does not, asks nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from testimony import canonical
from testimony.questionnaire.form import Form
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.services.archive.archive import VERIFIER
from tests.support.sealing.archives import STATEMENT, Case
from tests.support.sealing.witness_cases import SEEN_WRONG, authority, stamped
from tests.support.web.browsers import axe


@pytest.fixture(scope="module")
def case() -> Case:
    return Case()


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context(locale="en-GB", viewport={"width": 360, "height": 740})
    one = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    one.on("request", lambda request: asked.append(request.url))
    one.on("pageerror", lambda error: wrong.append(str(error)))
    one.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    one.goto(VERIFIER.as_uri())
    yield one
    assert asked == [VERIFIER.as_uri()]
    assert wrong == []
    context.close()


def give(page: Page, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "archive.zip"
    file.write_bytes(data)
    page.locator("#file").set_input_files(file)


def test_what_holds_is_shown_with_the_words_in_their_own_direction(page: Page, case: Case, tmp_path: Path) -> None:
    give(page, tmp_path, case.pack(case.files()))
    expect(page.locator("#verdict")).to_have_text("Nothing contradicts what was found.")
    expect(page.locator('[data-code="root.words"]')).to_contain_text(
        fingerprint_words(case.organisation.chain.fingerprint)
    )
    assert page.locator("li.no").count() == 0
    arabic, english = page.locator(".words").all()
    assert (arabic.get_attribute("lang"), arabic.get_attribute("dir")) == ("ar", "rtl")
    expect(english).to_have_text(STATEMENT)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe.violations(page, rules=axe.WCAG) == []


def test_it_pauses_without_timers_which_browsers_slow_down_in_hidden_tabs(
    page: Page, case: Case, tmp_path: Path
) -> None:
    page.evaluate(
        """() => {
          let now = 0;
          performance.now = () => (now += 1000);  // so that it pauses each time it may
          globalThis.setTimeout = () => 0;
          globalThis.paused = 0;
          const post = MessagePort.prototype.postMessage;
          MessagePort.prototype.postMessage = function (...given) {
            globalThis.paused += 1;
            post.apply(this, given);
          };
        }"""
    )
    give(page, tmp_path, case.pack(case.files()))
    expect(page.locator("#verdict")).to_have_text("Nothing contradicts what was found.")
    assert page.evaluate("paused") > 1


def test_time_stamps_and_cosignatures_are_verified_in_the_page_itself(page: Page, case: Case, tmp_path: Path) -> None:
    """From a disk, by the browser's own cryptography: RSA and ECDSA."""
    seen = case.cosigned({**stamped(case, case.files()), **case.stamped(3, authority(kind="ec"))}, 7)
    give(page, tmp_path, case.pack(seen))
    expect(page.locator("#verdict")).to_have_class("yes")
    expect(page.locator('[data-code="time.holds"]')).to_have_count(2)
    expect(page.locator('[data-code="time.holds"]').first).to_contain_text("Invented Time")
    expect(page.locator('[data-code="cosigned.holds"]')).to_contain_text("partner.example/w1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe.violations(page, rules=axe.WCAG) == []
    for kind in ("one bit of a reply", "other roots", "a cosignature by another key"):
        make, codes = SEEN_WRONG[kind]
        give(page, tmp_path, make(case, case.files()))
        expect(page.locator("li.no")).to_have_attribute("data-code", codes[0])


def test_in_arabic_a_changed_a_cut_and_a_forked_archive_fail_each_with_its_reason(
    page: Page, case: Case, tmp_path: Path
) -> None:
    page.locator("#tongue").select_option("ar")
    files = case.files()
    changed = {**files, f"revealed/{case.tid}/narrative.content": b"Other words."}
    forked = {**files, **case.note(7, b"\1" * 32)}
    for data, code in (
        (case.pack(changed), "revealed.content"),
        (case.pack(files)[:-50], "file.truncated"),
        (case.pack(forked), "log.forked"),
    ):
        give(page, tmp_path, data)
        failing = page.locator("li.no")
        expect(failing).to_have_attribute("data-code", code)
        assert re.search("[\u0600-\u06ff]{3}", failing.inner_text())
        expect(page.locator("#verdict")).to_have_class("no")
        expect(page.locator("#verdict")).to_contain_text("فاشل")
    assert page.locator("html").get_attribute("dir") == "rtl"
    give(page, tmp_path, case.pack(changed))
    expect(page.locator("#verdict")).to_have_class("no")
    assert "Other words." not in page.locator("body").inner_text()
    page.locator("#tongue").select_option("fr")
    expect(page.locator("#verdict")).to_contain_text("ÉCHOUE")


ANSWERS = {
    "i_ret": {"value": ["walk"]},
    "g_size": {"value": 7},
    "a_expr": {"missing": "ref"},
    "i_chain": {"value": [{"from": "HRV", "to": "BIH", "method": "walk"}]},
    "x_never": {"value": "<b>odd</b>"},
}


def test_questions_and_codes_are_said_in_words_with_the_code_beside_them(page: Page, tmp_path: Path) -> None:
    case = Case(form=Form.load().definition, answers=ANSWERS)
    files = case.files()
    give(page, tmp_path, case.pack(files))
    expect(page.locator("#verdict")).to_have_class("yes")
    told = page.locator('h3[data-part="incident"] + dl')
    for words in ("How the return was carried out i_ret", "Made to walk across walk", "From from", "<b>odd</b>", "7"):
        expect(told).to_contain_text(words)
    assert told.locator('span[lang="en"]').count() >= 6
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe.violations(page, rules=axe.WCAG) == []


def test_an_organisations_own_words_are_in_the_language_of_the_page_where_it_has_them(
    page: Page, tmp_path: Path
) -> None:
    field = {"label": "Did it rain?", "type": "select", "compartment": "incident", "list": "sky"}
    options = [{"code": "wet", "label": "It poured"}, {"code": "dry", "label": "It was dry"}]
    french = {"fields": {"o_rain": {"label": "Pleuvait-il ?"}}, "lists": {"sky": {"wet": "À verse"}}}
    form = {"fields": {"o_rain": field}, "lists": {"sky": {"options": options}}, "language": "en"}
    written = canonical.encode({**form, "translations": {"fr": french}})
    case = Case(form=written, answers={"o_rain": {"value": ["wet", "dry"]}})
    page.locator("#tongue").select_option("fr")
    give(page, tmp_path, case.pack(case.files()))
    told = page.locator('h3[data-part="incident"] + dl')
    for words in ("Pleuvait-il ? o_rain", "À verse wet", "It was dry dry"):
        expect(told).to_contain_text(words)
    assert [one.get_attribute("lang") for one in told.locator("span").all()] == ["fr", "fr", "en"]


def test_a_questionnaire_that_was_changed_names_nothing(page: Page, tmp_path: Path) -> None:
    form = Form.load().definition
    case = Case(form=form, answers=ANSWERS)
    files = {name: data.replace(b"How the return", b"Why the return") for name, data in case.files().items()}
    give(page, tmp_path, case.pack(files))
    expect(page.locator("li.no")).to_have_attribute("data-code", "list.misnamed")
    assert "Why the return" not in page.locator("body").inner_text()


def test_its_policy_forbids_every_way_out_and_all_markup(chrome: Browser) -> None:
    page = chrome.new_page()
    page.goto(VERIFIER.as_uri())
    tried = page.evaluate(
        """async () => {
          const image = new Image();
          const loads = new Promise(done => {
            image.onload = () => done('loaded');
            image.onerror = () => done('refused');
          });
          image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
          const sent = await fetch('data:text/plain,x').then(() => 'sent', () => 'refused');
          let markup = 'taken';
          try { document.body.innerHTML = '<b>x</b>'; } catch { markup = 'refused'; }
          return [await loads, sent, markup];
        }"""
    )
    page.close()
    assert tried == ["refused", "refused", "refused"]
