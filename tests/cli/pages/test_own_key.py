"""The page for readers who make their own key, from the first page of the desk to what a colleague gives access to."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.headquarters import ROOTS
from tests.support.cli.page import Reader, Step, steps_of, words_of
from tests.support.cli.program import free_ports, run, serving
from tests.support.services.batches import bring, told
from tests.support.web.browsers.chromium import FLAGS

ACCOUNT = ("P01", "P04")


@pytest.fixture
def browser(chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started.new_page()
        started.close()


@pytest.fixture
def central(homes: Path, organisation: Organisation) -> Iterator[tuple[str, list[str]]]:
    """(its address, the numbers of two testimonies that it holds) while it runs."""
    with open_station(homes / "central") as station:
        sealed = bring(organisation, station, [told(0, ACCOUNT), told(1, ACCOUNT)], at=datetime.now(UTC))
    port = free_ports(1)
    with serving("central", homes / "central", port):
        address = f"http://127.0.0.1:{port}"
        assert run("station", "address", address, "--home", homes / "desk-lawyer").returncode == 0
        yield address, [str(one.record.value["tid"]) for one in sealed]


def test_a_reader_makes_a_key_is_admitted_and_given_access_as_the_page_says(
    organisation: Organisation,
    homes: Path,
    central: tuple[str, list[str]],
    reader: Callable[[dict[str, str]], Reader],
    browser: Page,
) -> None:
    address, tids = central
    home, bundle = "new-desk", homes / "rosters" / "roster-2.bundle"
    names = {"HOME": home, "DESK": str(homes / "desk-lawyer"), "TID": tids[0], "https://central.example": address}
    follows = reader(names | {"rosters/roster-2.bundle": str(bundle)})
    new, serve, admit, update, change, again, *access = steps_of("own-key.md")
    follows.type(new)
    port = free_ports(1)
    with serving(_role(serve), follows.at / home, port) as desk:
        browser.goto(desk.address)  # type: ignore[attr-defined]
        passphrase = browser.locator("[data-words]:not(:empty)").inner_text()
        browser.fill("#again", passphrase)
        browser.click("[data-make]")
        browser.wait_for_selector("ol.words li")
        shown = " ".join(browser.locator("ol.words li").all_inner_texts())
        with browser.expect_download() as saved:
            browser.get_by_text("Save the request as a file").click()
        saved.value.save_as(follows.at / saved.value.suggested_filename)
        passphrases = "".join(organisation.keeper(root).passphrase + "\n" for root in ROOTS)
        assert words_of(follows.type(admit, "yes\n" + passphrases)) == shown
        follows.type(update)
        browser.set_input_files("#bundle", bundle)
        browser.get_by_text("Look at it").click()
        browser.get_by_text("Headquarters said these words: join").click()
        browser.wait_for_url("**/start")
        browser.goto(_next_address(desk))
        browser.wait_for_selector("#passphrase")
        printed = follows.type(again, TESTIMONY_PORT=str(port)).split()
        browser.goto(next(word for word in printed if "#" in word))
        browser.wait_for_selector("#passphrase")
    shutil.copy(follows.at / home / "reader.key", follows.at)
    follows.type(
        change, f"{passphrase}\nstump glacier unpaid reword lilac defy\nstump glacier unpaid reword lilac defy\n"
    )
    for step in access:
        follows.type(step, organisation.keeper("lawyer-1").passphrase + "\n")
    assert run("sync", "--home", follows.at / home, typed=passphrase).returncode == 0
    for tid in tids:
        opened = run("open", tid, "--home", follows.at / home, typed=passphrase)
        assert "narrative" in opened.stdout, opened.stdout + opened.stderr


def _next_address(desk: subprocess.Popen[str]) -> str:
    """What an admitted desk prints when it starts."""
    assert desk.stdout is not None
    return next(line.split()[-1] for line in desk.stdout if "#" in line)


def _role(serve: Step) -> str:
    """Which station the page starts; here it has a port of its own."""
    role, *_ = serve.words()
    assert role == "desk"
    return role
