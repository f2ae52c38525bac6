"""A testimony on a small screen: what was done is in sight, the way on is in reach, and languages have names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import Page, expect

from tests.support.journeys.desks import Desk
from tests.support.web.browser import EVERYTHING, Browser, Filled, Served, passphrase_of

ONE_ROW: Final = 60  # pixels
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def laptop(chrome: Chrome, serve: Callable[[str], Served], organisation: Any) -> Iterator[tuple[Page, str]]:
    """A page of a lawyer's desk that is unlocked, 1280 pixels wide, and the desk's address."""
    served = serve("lawyer")
    with chrome.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
        yield page, served.address


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_a_press_did_is_said_where_the_page_opens(
    lang: str, chrome: Chrome, serve: Callable[[str], Served], filled: Filled, organisation: Any
) -> None:
    """The page opens at the review, thousands of pixels below its head."""
    served = serve("lawyer")
    with chrome.new_context(**PHONE) as context:
        page = context.new_page()
        Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
        page.goto(f"{served.address}/{lang}/testimony/{filled.tid(EVERYTHING)}")
        press = page.locator("[data-moves] button").first
        expect(press).to_be_in_viewport(ratio=1)
        press.click()
        page.wait_for_url("**#review")
        expect(page.locator("[data-done]")).to_be_in_viewport(ratio=1)
        assert page.evaluate("scrollY") > 740
        bar = page.locator(".acting").bounding_box()
        said = page.locator("[data-done]").bounding_box()
        assert bar
        assert said
        assert said["y"] >= bar["y"] + bar["height"], "the bar covers it"


@pytest.mark.browser
def test_the_button_that_asks_the_interviewer_opens_the_place_to_write(
    chrome: Chrome, serve: Callable[[str], Served], filled: Filled, organisation: Any
) -> None:
    served = serve("lawyer")
    with chrome.new_context(**PHONE) as context:
        page = context.new_page()
        Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
        page.goto(f"{served.address}/en/testimony/{filled.tid(EVERYTHING)}")
        choices = page.locator("[data-section=questions] > details")
        expect(choices).to_have_count(2)
        page.locator(".acting").get_by_role("link", name="Ask the interviewer").tap()
        expect(choices.first).to_have_attribute("open", "")
        expect(page.locator("#questions")).to_be_in_viewport()


@pytest.mark.browser
def test_at_the_end_of_a_page_the_bar_covers_no_tab(laptop: tuple[Page, str], filled: Filled) -> None:
    page, address = laptop
    page.goto(f"{address}/fr/testimony/{filled.tid(EVERYTHING)}")
    page.evaluate("scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
    bar, tab = page.locator(".acting").bounding_box(), page.get_by_role("tab").first.bounding_box()
    assert bar
    assert tab
    assert tab["y"] >= bar["y"] + bar["height"]


@pytest.mark.browser
def test_on_a_laptop_the_bar_has_one_row_and_its_menu_holds_the_other_pages(
    laptop: tuple[Page, str], filled: Filled
) -> None:
    page, address = laptop
    for lang in ("en", "fr", "ar"):
        page.goto(f"{address}/{lang}/testimony/{filled.tid(EVERYTHING)}")
        assert page.evaluate("document.querySelector('.acting').offsetHeight") < ONE_ROW, lang
        page.click(".acting summary")
        for link in page.locator(".acting details a").all():
            expect(link).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_languages_have_their_names_in_the_language_of_the_page(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    page = browser("lawyer").get(f"/fr/testimony/{filled.tid(EVERYTHING)}").text
    answer = page[page.index('data-field="w_lang"') :]
    assert "arabe" in answer[: answer.index("</dd>")]
