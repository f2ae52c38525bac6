"""In a real browser: a case file and a sheet are chosen, marked, made, saved, by the keyboard, in any direction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.web.text import i18n
from tests.support.each_time import each_time
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID, found_in, text_of
from tests.support.services.submissions import told
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter, page

__all__ = ["page"]

LONG = "Nous avons marché longtemps dans la forêt sans eau. " * 60


@dataclass(frozen=True)
class AtDesk:
    """A lawyer's desk that is served, and the testimonies at it: an Arabic one, and a long French one."""

    served: Served
    tids: tuple[str, ...]

    @property
    def address(self) -> str:
        return self.served.address


@pytest.fixture
def desk(
    serve: Callable[[str], Served],
    opened: Callable[[str], Station],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> AtDesk:
    """In Arabic too, which no desk speaks yet: its pages bear the other direction already."""
    monkeypatch.setattr(i18n, "LANGUAGES", {**i18n.LANGUAGES, "desk": (*i18n.LANGUAGES["desk"], "ar")})
    served = serve("lawyer")  # first: it chooses the port that the station is told of
    remarks = {"x_desc": "Zakaria دفع الشاحنة الرمادية"}
    accounts = [told(0, "ar", SAID["ar"], remarks=remarks), told(1, "fr", f"{SAID['fr']} {LONG}")]
    sealed = bring(organisation, opened("lawyer"), accounts)
    return AtDesk(served, tuple(str(one.record.value["tid"]) for one in sealed))


def word(page: Page, text: str, sentence: int, place: int) -> Any:
    return page.locator(f'[data-text="{text}"][data-sentence="{sentence}"] [role=option]').nth(place)


def saved(page: Page, file: Path) -> bytes:
    """What the keyboard makes and saves: the button, then the link that gets the focus."""
    page.focus("[data-act=make]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-save]:not([hidden])", timeout=120_000)
    assert page.evaluate("document.activeElement.hasAttribute('data-save')")
    assert page.locator("[data-register]").is_visible()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(file)
    return file.read_bytes()


def test_words_are_chosen_with_the_keyboard_from_right_to_left_and_are_not_in_what_is_saved(
    page: Page, desk: AtDesk, organisation: Organisation, tmp_path: Path
) -> None:
    enter(page, desk.served, passphrase_of(organisation, "lawyer-1"), "ar")
    page.goto(f"{desk.address}/ar/casefile/?case=P09%20case-river")
    lines = page.locator("[data-picker] label:visible")
    page.fill("#pick-words", desk.tids[1][:8])
    assert lines.count() == 1, "words narrow what is chosen from"
    page.check(f'input[name=tid][value="{desk.tids[1]}"]')
    page.fill("#pick-words", "")
    assert lines.count() > 1
    page.check("[data-only-chosen]")
    assert lines.count() == 1
    assert desk.tids[1][:8] in lines.inner_text()
    page.uncheck("[data-only-chosen]")
    page.check(f'input[name=tid][value="{desk.tids[0]}"]')
    assert "2" in page.inner_text("[data-chosen]")
    page.select_option("#to", "fr")
    page.focus("form[action$='/casefile/words'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-burning]")
    page.wait_for_load_state()  # its script answers to keys
    page.locator("[role=option]").filter(has_text="خرجنا").first.focus()  # whichever of the two accounts is first
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.textContent") == "ليلاً", "onward is to the left"
    page.keyboard.press("Space")
    assert page.inner_text("[data-count]").strip()
    page.locator("[data-person]").first.fill("Mara Example")
    page.locator("[data-tid] details summary").first.click()
    page.locator('[data-text="code-w_nat"] [role=option]').first.click()
    word(page, "answer-x_desc", 0, 0).click()
    assert page.locator("[aria-selected=true]").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    pdf = saved(page, tmp_path / "case.pdf")
    for secret in ("ليلاً", "Zakaria"):
        assert not found_in(pdf, secret), secret
    assert "noirci" in text_of(pdf)
    assert "Mara Example, avocat" in " ".join(text_of(pdf).split())
    assert found_in(pdf, "fleuve"), "the search finds what is there"
    word(page, "said-0", 0, 2).click()
    assert page.locator("[data-save]").is_hidden(), "what is chosen later is not in what was made before"


def test_a_refusal_on_the_page_says_who_and_what_and_keeps_what_was_chosen(
    page: Page, desk: AtDesk, organisation: Organisation
) -> None:
    tids = desk.tids
    enter(page, desk.served, passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{desk.address}/en/casefile/words?case=P09%20case-river&tid={tids[0]}&to=fr&name=full")
    word(page, "said-0", 0, 0).click()
    page.evaluate(
        """async ([tid, csrf]) => fetch(`/testimony/${tid}/consent/say`, { method: "POST", body: new URLSearchParams(
             { csrf_token: csrf, act: "WITHDRAW", about: "P09 case-river", reason: "other", lang: "en" }) })""",
        [tids[0], page.get_attribute("[data-burning]", "data-csrf")],
    )
    page.click("[data-act=make]")
    page.wait_for_selector("[data-said].warn")
    assert f"{tids[0][:8]}: Use it in a complaint or in court (P09)" in page.inner_text("[data-said]")
    assert page.locator("[aria-selected=true]").count() == 1


def test_from_four_testimonies_on_they_are_folded_and_say_how_many_words_are_chosen(
    page: Page, desk: AtDesk, opened: Callable[[str], Station], organisation: Organisation
) -> None:
    more = bring(organisation, opened("lawyer"), [told(number, "fr", SAID["fr"]) for number in (2, 3)])
    tids = [*desk.tids, *(str(one.record.value["tid"]) for one in more)]
    enter(page, desk.served, passphrase_of(organisation, "lawyer-1"))
    for count, open_ones in ((3, 3), (4, 1)):
        chosen = "".join(f"&tid={tid}" for tid in tids[:count])
        page.goto(f"{desk.address}/en/casefile/words?case=P09%20case-river&to=fr&name=full{chosen}")
        assert page.locator("details[data-tid]").count() == count
        assert page.locator("details[data-tid][open]").count() == open_ones
    page.wait_for_load_state()  # its script answers to keys
    second = page.locator("details[data-tid]").nth(1)
    second.locator("summary").first.click()
    for number in range(2):
        second.locator("[role=option]").nth(number).click()
    second.locator("summary").first.click()
    said = page.locator("details[data-tid] > summary [data-within]").all_inner_texts()
    assert said == ["", "Words chosen: 2", "", ""]


def test_accounts_that_nobody_opened_are_named_beside_the_button_until_they_are_opened(
    page: Page, desk: AtDesk, opened: Callable[[str], Station], organisation: Organisation
) -> None:
    more = bring(organisation, opened("lawyer"), [told(number, "fr", SAID["fr"]) for number in (2, 3)])
    tids = [*desk.tids, *(str(one.record.value["tid"]) for one in more)]
    enter(page, desk.served, passphrase_of(organisation, "lawyer-1"))
    chosen = "".join(f"&tid={tid}" for tid in tids)
    page.goto(f"{desk.address}/en/casefile/words?case=P09%20case-river&to=fr&name=full{chosen}")
    page.wait_for_load_state()  # its script answers to keys
    order = [str(one.get_attribute("data-tid")) for one in page.locator("details[data-tid]").all()]
    unopened, naming = page.locator("[data-unopened]:visible"), page.locator("[data-left]")
    named = naming.locator("li:visible")
    assert unopened.all_inner_texts() == ["not opened yet"] * 3
    page.locator("[data-act=make]").scroll_into_view_if_needed()
    assert in_sight(page, "[data-act=make]")
    assert in_sight(page, "[data-left] summary"), "the sentence is in sight with the button"
    described = page.get_attribute("[data-act=make]", "aria-describedby")
    assert "stands in the file word for word" in page.inner_text(f"#{described}")
    naming.locator("summary").press("Enter")
    assert [one.get_attribute("data-of") for one in named.all()] == order[1:]
    named.first.locator("a").press("Enter")
    assert page.evaluate("document.activeElement.parentElement.dataset.tid") == order[1]
    assert page.locator("details[data-tid]").nth(1).get_attribute("open") is not None
    assert naming.get_attribute("open") is None, "it does not lie over the account"
    naming.locator("summary").press("Enter")
    assert [one.get_attribute("data-of") for one in named.all()] == order[2:]
    assert unopened.count() == 2
    page.click("[data-act=make]")
    page.wait_for_selector("[data-save]:not([hidden])", timeout=120_000)
    for number in (2, 3):
        page.locator("details[data-tid]").nth(number).locator("summary").first.click()
    page.locator("details[data-tid]").nth(2).locator("summary").first.click()  # folded again: it was looked at
    naming.wait_for(state="hidden")


def in_sight(page: Page, selector: str) -> bool:
    """Whether all of it is on the screen."""
    return bool(
        page.evaluate(
            "(of) => { const box = document.querySelector(of).getBoundingClientRect();"
            " return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight; }",
            selector,
        )
    )


@pytest.mark.parametrize(("lang", "scheme"), each_time([("ar", "light"), ("fr", "dark")], ("ar", "light")))
def test_a_sheet_is_made_and_its_fields_are_copied_one_by_one(
    lang: str,
    scheme: Any,
    chrome: Browser,
    desk: AtDesk,
    organisation: Organisation,
    tmp_path: Path,
) -> None:
    size: Any = {"width": 360, "height": 740}
    with chrome.new_context(viewport=size, color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        enter(page, desk.served, passphrase_of(organisation, "lawyer-1"), lang)
        page.goto(f"{desk.address}/{lang}/submissions/?kind=note&case=P08a%20un-mandate")
        look(page, f"submissions-start-{lang}")
        page.check("input[name=kind][value=sheet]")
        page.locator("form[action$='/submissions/'] button").press("Enter")
        for tid in desk.tids:
            page.check(f'input[name=tid][value="{tid}"]')
        page.check("input[name=parts][value=state]")
        page.select_option("#to", "es")
        look(page, f"submissions-{lang}")
        page.locator("form[action$='/submissions/words'] button").press("Enter")
        page.wait_for_selector("[data-burning]")
        page.wait_for_load_state()  # its script answers to keys
        word(page, "answer-x_desc", 0, 0).press("Space")
        assert word(page, "answer-x_desc", 0, 0).get_attribute("aria-selected") == "true"
        look(page, f"submission-words-{lang}")
        pdf = saved(page, tmp_path / "sheet.pdf")
        assert not found_in(pdf, "Zakaria")
        assert "Procedimientos Especiales" in text_of(pdf)
        require_copied(context, page, desk)
        look(page, f"submission-fields-{lang}")
        word(page, "said-0", 0, 0).first.press("Space")
        assert page.locator("[data-copying] textarea").count() == 0, "what is chosen later is not in these fields"


def require_copied(context: Any, page: Page, desk: AtDesk) -> None:
    """The fields stand on the page with labels, in their own direction, and one is copied with the keyboard."""
    context.grant_permissions(["clipboard-write"], origin=desk.address)  # to read it no page of ours may ask
    page.locator("[data-act=fields]").press("Enter")
    page.wait_for_selector("[data-copying]:not([hidden]) textarea", timeout=120_000)
    assert page.evaluate("document.activeElement.tagName") == "H2"
    area = page.locator("textarea[dir=rtl]").first
    assert page.locator(f"label[for={area.get_attribute('id')}]").count() == 1
    area.locator("xpath=following-sibling::button").press("Enter")
    page.wait_for_function("document.querySelector('[data-said]').textContent !== ''")
    wanted = area.input_value()
    assert wanted
    assert "good" in (page.get_attribute("[data-said]", "class") or ""), page.inner_text("[data-said]")
    assert pasted(context) == wanted
    assert re.search(r"Zakaria", page.locator("[data-copying]").inner_html()) is None
    assert page.locator("textarea:placeholder-shown + button:disabled").count() > 3, "an empty line is not copied"


def pasted(context: Any) -> str:
    """What another page gets of it."""
    other = context.new_page()
    other.set_content("<textarea></textarea>")
    other.focus("textarea")
    other.keyboard.press("ControlOrMeta+V")
    found = str(other.input_value("textarea"))
    other.close()
    return found
