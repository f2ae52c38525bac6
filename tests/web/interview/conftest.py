"""A field node as a program of its own, a phone with a profile on the disk, and the interviewer who holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, sync_playwright

from testimony.sealing.roster import RosterChain
from testimony.services.organisation import Organisation
from tests.journeys.phones import SMALL, Browser
from tests.journeys.stations import Server
from tests.web.interview.driver import Interviewer
from tests.web.interview.opened import Reader


@pytest.fixture
def node_server(homes: Path, tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Server]:
    """The field node, started; it comes back on its own port, as an address on a hotspot does."""
    port = free_port()
    server = Server("field", homes / "field", tmp_path, lambda: port)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture
def phone(playwright: Playwright, chromium: str, tmp_path: Path, node_server: Server) -> Iterator[Browser]:
    """A small phone, off. What its pages complain about fails the test; so it is put away before its node is."""
    browser = Browser(playwright, chromium, tmp_path / "profile", **SMALL)
    yield browser
    browser.close()
    assert browser.complaints == []


@pytest.fixture
def page(phone: Browser) -> Page:
    return phone.start()


@pytest.fixture
def interviewer(page: Page, node_server: Server) -> Interviewer:
    """Somebody with the phone in their hand, not signed in yet."""
    return Interviewer(page, f"http://localhost:{node_server.port}")


@pytest.fixture
def passphrase(organisation: Organisation) -> str:
    """That of interviewer-1."""
    return next(keeper.passphrase for keeper in organisation.keepers if keeper.id == "interviewer-1")


@pytest.fixture
def signed_in(interviewer: Interviewer, passphrase: str) -> Interviewer:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    return interviewer


@pytest.fixture
def reader(organisation: Organisation, homes: Path) -> Callable[[str], Reader]:
    """A function that gives somebody with a key file, who opens what the node holds."""
    chain = RosterChain(organisation.root, [organisation.roster])
    secrets = {keeper.id: keeper for keeper in organisation.keepers}
    return lambda person: Reader(
        homes / "field", chain, organisation.folder / secrets[person].file, secrets[person].passphrase
    )
