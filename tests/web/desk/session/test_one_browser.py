"""A real desk and two browsers: an address opens it once, and it belongs to the browser that opened it last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.program import run
from tests.support.web.browser import LAWYERS, Filled, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import page
from tests.support.web.browsers.process_memory import copies
from tests.support.web.browsers.running_desk import home, read, running

__all__ = ["home", "page"]

PATIENCE = 120_000  # milliseconds: locking starts the program anew, on a busy machine

FreePort = Callable[[], int]


def test_a_second_browser_with_the_address_of_the_first_is_told_what_to_do_and_reads_nothing(
    home: Path, free_port: FreePort, page: Page, chrome: Browser, organisation: Organisation, filled: Filled
) -> None:
    """The first browser still reads, and opens the address again from its history."""
    with running(home, free_port()) as (_, address):
        read(page, address, passphrase_of(organisation, "lawyer-1"), filled)
        with chrome.new_context() as context:
            other = context.new_page()
            other.goto(address)
            expect(other.locator("#wrong")).to_contain_text("testimony desk --home")
            look(other, "spent")
            other.goto(f"{address.partition('#')[0]}en/testimony/{filled.tid(LAWYERS)}")
            assert other.url.endswith("/en/start")
        page.reload()
        expect(page.locator("[data-compartment=narrative]")).to_contain_text(str(filled.told[LAWYERS]["text"]))
        page.goto(address)
        page.wait_for_selector("nav.desk-nav")


def test_an_address_that_was_asked_for_opens_a_second_browser_and_closes_the_first(
    home: Path, free_port: FreePort, page: Page, chrome: Browser, organisation: Organisation, filled: Filled
) -> None:
    port = free_port()
    with running(home, port) as (process, address):
        said = read(page, address, passphrase_of(organisation, "lawyer-1"), filled)
        asked = run("desk", "--home", home, "--no-browser").stdout.split()[-1]
        assert asked != address
        with chrome.new_context() as context:
            other = context.new_page()
            other.goto(asked)
            other.wait_for_selector("[data-unlock]:not([hidden])", timeout=PATIENCE)
            assert copies(process.pid, said) == 0
            page.reload()
            assert page.url.endswith("/en/start")
        with chrome.new_context() as context:
            third = context.new_page()
            third.goto(asked)
            expect(third.locator("#wrong")).to_be_visible(timeout=PATIENCE)


def test_an_address_that_was_not_used_outlives_the_locking_of_the_desk(
    home: Path, free_port: FreePort, page: Page, chrome: Browser, organisation: Organisation, filled: Filled
) -> None:
    port = free_port()
    with running(home, port) as (_, address):
        read(page, address, passphrase_of(organisation, "lawyer-1"), filled)
        asked = run("desk", "--home", home, "--no-browser").stdout.split()[-1]
        page.click("form[data-idle] button")
        page.wait_for_selector("[data-unlock]:not([hidden])", timeout=PATIENCE)
        with chrome.new_context() as context:
            other = context.new_page()
            other.goto(asked)
            other.wait_for_selector("[data-unlock]:not([hidden])", timeout=PATIENCE)
