"""A real desk in a real browser: once it is locked, the memory of its process holds nothing of what was open."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from testimony.services.enrolment.organisation import Organisation
from tests.support.web.browser import Filled, passphrase_of
from tests.support.web.browsers.pages_in_chromium import page
from tests.support.web.browsers.process_memory import copies
from tests.support.web.browsers.running_desk import home, read, running

__all__ = ["home", "page"]

IDLE = 4
BY_EXEC = "from testimony.platform.posix import succession; succession.COPIES = False"
"""As on macOS."""
SOON_IDLE = f"{BY_EXEC}; from testimony.web.desk.session import key; key.IDLE = {IDLE}"
PROGRAM = "; from testimony.__main__ import main; main()"
PATIENCE = 120_000  # milliseconds: locking starts the program anew, on a busy machine

FreePort = Callable[[], int]


def test_after_locking_the_memory_of_the_desk_holds_no_statement_and_the_person_can_unlock_again(
    home: Path, free_port: FreePort, page: Page, organisation: Organisation, filled: Filled
) -> None:
    words = passphrase_of(organisation, "lawyer-1")
    with running(home, free_port()) as (process, address):
        said = read(page, address, words, filled)
        assert copies(process.pid, said) > 0
        page.click("form[data-idle] button")
        page.wait_for_url("**/unlock", timeout=PATIENCE)
        page.wait_for_selector("[data-unlock]:not([hidden])", timeout=PATIENCE)
        assert copies(process.pid, said) == 0
        assert copies(process.pid, words) == 0
        page.fill("#passphrase", words)
        page.click("#unlock")
        page.wait_for_selector("nav.desk-nav")
        assert process.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
def test_what_serves_a_desk_ends_with_the_process_that_was_started(home: Path, free_port: FreePort) -> None:
    """Killed without warning, too: nobody could stop it any more, and the next start would find the port taken."""
    with running(home, port := free_port()) as (process, _):
        process.kill()
        process.wait()
    with running(home, port) as (process, address):
        assert address.startswith("http://localhost:")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_after_the_idle_time_the_memory_of_the_desk_holds_no_statement(
    home: Path, free_port: FreePort, page: Page, organisation: Organisation, filled: Filled
) -> None:
    with running(home, free_port(), "-c", SOON_IDLE + PROGRAM) as (process, address):
        said = read(page, address, passphrase_of(organisation, "lawyer-1"), filled)
        assert copies(process.pid, said) > 0
        page.wait_for_url("**/unlock", timeout=PATIENCE)
        page.wait_for_selector("[data-unlock]:not([hidden])", timeout=PATIENCE)
        assert copies(process.pid, said) == 0
