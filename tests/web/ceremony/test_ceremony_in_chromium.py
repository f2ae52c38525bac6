"""A whole ceremony in a browser on a narrow screen, right to left: afterwards no word of a share is on its disk."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.support.canaries.search import search
from tests.support.journeys.phones import SMALL, Browser
from tests.support.web.browser import Served
from tests.support.web.browsers.ceremony_in_chromium import spelled
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.ceremony import HOLDERS, fill_in

STEP, SHARE, TEST = "[data-step]", "[data-share]", "[data-test]"


@pytest.fixture
def laptop(chromium: str, tmp_path: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = Browser(playwright, chromium, tmp_path / "profile", **SMALL)
        yield one
        one.close()


def begin(page: Page, served: Served, lang: str) -> None:
    page.goto(f"{served.address}/{lang}/start#{served.token}")
    page.wait_for_url(f"**/{lang}/")
    look(page, f"ceremony-front-{lang}")
    page.goto(f"{served.address}/{lang}/recovery")
    look(page, f"ceremony-people-{lang}")
    fill_in(page, HOLDERS)
    page.click("[data-go]")
    page.wait_for_selector(SHARE)


def hand_out(page: Page, lang: str) -> list[list[str]]:
    papers = []
    for number in range(1, 6):
        page.wait_for_selector(f'[data-share][data-number="{number}"]')
        page.click("[data-reveal]")
        page.wait_for_selector("[data-words] li")
        if number == 1:
            look(page, f"ceremony-share-{lang}")
        words = page.locator("[data-words] li").all_inner_texts()
        assert page.evaluate("document.activeElement.hasAttribute('data-words')"), "a screen reader is at the words"
        papers.append(words)
        page.click("[data-gone]")
    page.wait_for_selector(TEST)
    return papers


def type_in(page: Page, papers: list[list[str]]) -> None:
    for place, words in enumerate(papers, 1):
        page.fill(f"#share-{place}", " ".join(words))
        page.keyboard.press("Tab")
        page.wait_for_selector(f"#told-{place}:not(:empty)")
    with page.expect_navigation():
        page.click("[data-try]")


def test_no_word_of_a_share_stays_in_the_browser_or_in_a_log(
    laptop: Browser, served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = laptop.start()
    begin(page, served, "ar")
    assert page.get_attribute("html", "dir") == "rtl"
    papers = hand_out(page, "ar")
    page.go_back()
    assert page.locator("[data-words] li").count() == 0, "Back shows no share again"
    page.goto(f"{served.address}/ar/recovery")
    look(page, "ceremony-typing-ar")
    type_in(page, papers[:3])
    page.wait_for_selector('[data-used="1 2 3"]')
    type_in(page, [papers[0], *papers[3:]])
    page.wait_for_selector("[data-fingerprint]")
    look(page, "ceremony-made-ar")
    fills = page.evaluate(
        "['ground', 'dark'].map((one) => getComputedStyle(document.querySelector(`.code-${one}`)).fill)"
    )
    assert fills == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"], "the code is dark on white, and no black square"
    assert laptop.complaints == []
    secrets = spelled(papers)
    laptop.kill()
    assert search([laptop.folder], secrets) == []
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "all").write_text(caplog.text)
    assert search([tmp_path / "logs"], secrets) == []
    assert not [run for run in secrets if run in caplog.text]
    planted = laptop.folder / "Default" / "Sessions" / "planted"
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_bytes(b"\0" + secrets[0].encode("utf-16le"))
    found = search([laptop.folder], secrets)
    assert found, "the search finds a share that is there"
    assert all("planted" in one for one in found)


def test_a_browser_that_is_killed_while_a_share_is_shown_and_typed_keeps_none(laptop: Browser, served: Served) -> None:
    page = laptop.start()
    begin(page, served, "en")
    page.click("[data-reveal]")
    page.wait_for_selector("[data-words] li")
    words = page.locator("[data-words] li").all_inner_texts()
    laptop.kill()
    assert search([laptop.folder], spelled([words])) == []
    page = laptop.start()
    page.goto(f"{served.address}/en/start#{served.token}")
    page.wait_for_selector(SHARE)
    papers = hand_out(page, "en")
    page.fill("#share-1", " ".join(papers[0]))
    page.wait_for_timeout(1500)  # longer than a browser waits before it writes its session down
    laptop.kill()
    assert search([laptop.folder], spelled(papers)) == []


def test_the_sheet_is_printed_alone_on_a5_with_numbered_words(laptop: Browser, served: Served) -> None:
    page = laptop.start()
    begin(page, served, "en")
    page.click("[data-reveal]")
    page.wait_for_selector("[data-words] li")
    page.emulate_media(media="print")
    assert page.locator("[data-sheet]").is_visible()
    for hidden in ("h1", "header", "form[data-end]", ".actions", STEP):
        assert not page.locator(f"{hidden} >> visible=true").count(), hidden
    assert page.evaluate("getComputedStyle(document.querySelector('[data-words]')).listStyleType") == "decimal"
    sheet = page.pdf(prefer_css_page_size=True)
    width, height = (float(one) for one in sheet.split(b"/MediaBox [0 0 ")[1].split(b"]")[0].split())
    assert (round(width), round(height)) == (420, 595), "A5"
    assert len(pypdfium2.PdfDocument(sheet)) == 1


def test_new_roots_for_an_organisation_that_works_begin_with_their_number(laptop: Browser, served: Served) -> None:
    page = laptop.start()
    page.goto(f"{served.address}/ar/start#{served.token}")
    page.wait_for_url("**/ar/")
    page.goto(f"{served.address}/ar/roots")
    look(page, "ceremony-roots-ar")
    page.select_option("#number", "2")
    fill_in(page, HOLDERS[:3])
    page.click("[data-go]")
    page.wait_for_selector('[data-make][data-number="1"]')
    look(page, "ceremony-root-ar")
    assert laptop.complaints == []


def test_the_whole_ceremony_is_done_with_a_keyboard(laptop: Browser, served: Served) -> None:
    page = laptop.start()
    begin(page, served, "en")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-reveal')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-words] li")
    for name in ("print", "gone"):
        page.keyboard.press("Tab")
        assert page.evaluate(f"document.activeElement.hasAttribute('data-{name}')"), name
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-share][data-number="2"]')


def test_runs_of_words_are_what_is_searched_for() -> None:
    words = [f"word{number}" for number in range(33)]
    assert len(spelled([words])) == 27 * 4
    assert len(set(itertools.chain(spelled([words])))) == 27 * 4
