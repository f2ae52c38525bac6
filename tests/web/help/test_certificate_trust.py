"""A phone that trusts the organisation's authority works, one that does not is refused; and a certificate may end."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from playwright.sync_api import Error, Playwright, expect, sync_playwright

from testimony.certificates.authority import Authority, pem, private_pem
from testimony.certificates.request import Request
from testimony.services.certificates import store as certificate_store
from testimony.services.enrolment.organisation import Organisation
from testimony.store.files import durable
from tests.support.certificates.authorities import NAME, authority, signed_in_spite
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import SMALL, Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.web.trusting_phone import asked_again, trust

ADDRESS = f"https://{NAME}"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture
def ours() -> Authority:
    return authority(now=datetime.now(UTC))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each node finds the pages that the one before rendered."""
    return tmp_path_factory.mktemp("pages") / "rendered"


@pytest.fixture
def node(homes: Path, tmp_path: Path, free_port: Callable[[], int], ours: Authority, pages: Path) -> Iterator[Node]:
    made = Node(homes / "field", tmp_path, free_port, ours)
    made.server.pages = pages
    yield made
    made.server.put_away()


@pytest.fixture
def phone(
    playwright: Playwright, chromium: str, certutil: str, tmp_path: Path, node: Node
) -> Iterator[Callable[..., Browser]]:
    """A function that gives a phone which trusts an authority, and finds the node under its name."""
    made: list[Browser] = []

    def give(trusted: Authority, **look: object) -> Browser:
        home = tmp_path / f"phone-{len(made)}"
        trust(certutil, home, pem(trusted.certificate))
        rules = [f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{node.https}"]
        made.append(
            Browser(
                playwright, chromium, home / "profile", rules, env=os.environ | {"HOME": str(home)}, **SMALL, **look
            )
        )
        return made[-1]

    yield give
    for one in made:
        one.close()
        assert one.complaints == []


class Node:
    """A field node with https; what it shows can be exchanged while it runs."""

    def __init__(self, home: Path, logs: Path, free_port: Callable[[], int], ours: Authority) -> None:
        self.home, self.ours = home, ours
        self.https, self.guide, http = free_port(), free_port(), free_port()
        self.server = Server("field", home, logs, lambda: http)
        self.server.options = ["--tls", "--https-port", str(self.https), "--help-port", str(self.guide)]

    def certify(self, *, ended: bool = False) -> None:
        """Another certificate of our authority, in force at once."""
        at = datetime.now(UTC) - timedelta(days=2 if ended else 0)
        signed = certificate_store.sign(
            self.ours, Request.parse(certificate_store.ask(self.home)), now=at, days=1 if ended else 90
        )
        certificate_store.install(self.home, signed, now=at)

    def show(self, leaf: x509.Certificate, key: bytes) -> None:
        """What somebody with the authority's key made by another program."""
        durable.replace_file(certificate_store.in_force(self.home), key + pem(leaf) + pem(self.ours.certificate))
        wait_until(lambda: pem(leaf).decode() == self._shown(), "the node to show it")

    def _shown(self) -> str:
        return ssl.get_server_certificate(("127.0.0.1", self.https), timeout=60)


def refused(browser: Browser, path: str = "/en/") -> str:
    """The browser's own word for why it opens nothing; in a tab that goes again, with the page that says so."""
    tab = browser.page.context.new_page()
    with pytest.raises(Error) as caught:
        tab.goto(ADDRESS + path)
    tab.close()
    return caught.value.message


def test_a_phone_goes_from_the_help_page_to_an_interview_that_works_without_the_node(
    phone: Callable[..., Browser], node: Node, organisation: Organisation, ours: Authority
) -> None:
    """And when the certificate runs out it goes on sealing, keeps what it sealed, and delivers after the renewal."""
    node.certify()
    node.server.start()
    browser = phone(ours)
    page = browser.start()
    page.goto(f"http://127.0.0.1:{node.guide}/en/android")
    expect(page.locator("ol.steps h1")).to_have_text("Android phone")
    interviewer = Hurried(page, ADDRESS)
    interviewer.open()
    assert page.evaluate("isSecureContext")
    passphrase = next(keeper.passphrase for keeper in organisation.keepers if keeper.id == "interviewer-1")
    interviewer.sign_in("interviewer-1", passphrase)

    node.server.stop()
    node.certify(ended=True)
    node.server.start()
    assert "ERR_CERT_DATE_INVALID" in refused(
        browser
    )  # what is not kept on the phone is refused: nobody clicks through

    interviewer.open(offline_ready=False)
    interviewer.sign_in("interviewer-1", passphrase)
    expect(page.locator('[data-fact="node-away"]')).to_be_visible(timeout=60_000)
    interviewer.to_account(purposes=ALL)
    interviewer.answer(ANSWERS)
    interviewer.seal()
    assert interviewer.states() == ["waiting"]
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.act("outbox")
    wait_until(lambda: interviewer.states() == ["waiting"], "what was sealed to be there still")

    node.certify()
    interviewer.act("send-now")
    wait_until(lambda: asked_again(interviewer), "the node's receipt")


def test_a_phone_that_trusts_another_authority_is_refused_and_told_why_by_the_help_page(
    phone: Callable[..., Browser], node: Node
) -> None:
    node.certify()
    node.server.start()
    browser = phone(authority(now=datetime.now(UTC)))
    page = browser.start()
    assert "ERR_CERT_AUTHORITY_INVALID" in refused(browser, "/interview/en/")
    page.goto(f"http://127.0.0.1:{node.guide}/interview/en/")
    assert page.url.endswith(f":{node.guide}/en/")
    expect(page.locator("#refused + ul")).to_contain_text("of another organisation: compare the words")
    assert page.evaluate("!isSecureContext || location.hostname === '127.0.0.1'")


def test_who_goes_on_in_spite_of_the_warning_gets_no_service_worker(phone: Callable[..., Browser], node: Node) -> None:
    """So that nobody begins an interview that could not go on without the node, with somebody in between perhaps."""
    node.certify()
    node.server.start()
    page = phone(authority(now=datetime.now(UTC)), ignore_https_errors=True).start()
    page.goto(f"{ADDRESS}/interview/en/")
    page.wait_for_selector("html[data-offline=no]", timeout=60_000)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_the_authority_cannot_pose_as_another_site_in_a_browser(
    phone: Callable[..., Browser], node: Node, ours: Authority
) -> None:
    """Chromium holds an authority that was installed to its constraints."""
    node.certify()
    node.server.start()
    leaf, key = signed_in_spite(ours, [x509.DNSName(NAME), x509.DNSName("bank.example")])
    node.show(leaf, private_pem(key))
    browser = phone(ours)
    browser.start()
    assert "ERR_CERT_INVALID" in refused(browser)
