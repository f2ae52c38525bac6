"""An administrator adds a field node: central's pages, the first pages of the node, and a phone that trusts it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, Playwright

from testimony.sealing.records.records import SignedRecord
from tests.support.certificates.authorities import NAME as NAME_FOR_PHONES
from tests.support.cli.program import run, serving
from tests.support.interview.driver import Interviewer
from tests.support.journeys import administrator
from tests.support.journeys.administrator import SIGNERS, saved
from tests.support.journeys.phones import SMALL, Browser
from tests.support.journeys.world import World
from tests.support.services import rosters
from tests.support.web.trusting_phone import trust

NAME: Final = "node-2"
PICTURES: Final = os.environ.get("TESTIMONY_PICTURES")
WORDS: Final = ".words li"
LOOK: Final = """() => [document.documentElement.scrollWidth, innerWidth,
  [...document.querySelectorAll("h1")].filter((one) => one.checkVisibility()).length]"""
PHONE: Final = "interviewer-1"


@dataclass
class Eyes:
    """What is wrong with the pages that were looked at, in `lang`."""

    lang: str
    faults: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str) -> None:
        """Note a page that is wider than the screen or has not one heading; keep a picture where they are asked for."""
        page.wait_for_load_state()
        content, screen, headings = page.evaluate(LOOK)
        if content > screen:
            self.faults.append(f"{name} is {content} px wide")
        if headings != 1:
            self.faults.append(f"{name} has {headings} headings")
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{screen}-{self.lang}.png", full_page=True)


def tell_where_central_is(made: World) -> SignedRecord:
    """The organisation's roster says it, as for each organisation whose central has an address."""
    first = made.organisation.roster
    record = rosters.after(made.organisation, first, trust={**first.value["trust"], "central": made.central_gate.url})
    rosters.adopt(made.home("central"), record)
    return record


class Node:
    """The machine of the new node, on which the service runs. `words`: what it shows for its first page."""

    def __init__(self, home: Path, free_port: Callable[[], int]) -> None:
        self.home, self._http, self.https = home, free_port(), free_port()
        self.words = ""

    @contextmanager
    def running(self) -> Iterator[None]:
        options = ("--first-page", "--https-port", str(self.https), "--help-port", "0")
        with serving("field", self.home, self._http, *options) as process:
            self.words = process.stdout.readline().split()[-1]
            yield

    def address(self, path: str) -> str:
        return f"https://127.0.0.1:{self.https}/{path}"


@dataclass
class Laptop:
    """In front of the new node; its browser went on after the warning of the certificate."""

    page: Page
    node: Node
    eyes: Eyes

    def make(self, bundle: Path) -> list[str]:
        """The station with the organisation's file. Returns the words of its request."""
        page = self.page
        page.goto(self.node.address(f"{self.eyes.lang}/start"))
        self.eyes.look(page, "start")
        page.fill("#token", self.node.words)
        self._press("form[data-exchange] button")
        self.eyes.look(page, "first")
        page.fill("#station", NAME)
        page.set_input_files("#bundle", bundle)
        self._press("form[action$='/station'] button")
        self.eyes.look(page, "waiting")
        return page.locator(WORDS).all_inner_texts()

    def too_early(self) -> str:
        """What it says while headquarters has not admitted it. Its words and its request stay on the page."""
        self._press("form[action$='/look'] button")
        self.eyes.look(self.page, "too-early")
        return self.page.inner_text("[role=alert]")

    def save_request(self, target: Path) -> Path:
        return saved(self.page, "a[download='enrolment.json']", target)

    def join(self) -> list[str]:
        """Ask headquarters, compare, join. Returns the organisation's words."""
        self._press("form[action$='/look'] button")
        self.eyes.look(self.page, "words")
        words = self.page.locator(WORDS).all_inner_texts()
        self._press("form[action$='/words'] button")
        self.eyes.look(self.page, "certificate")
        return words

    def certify(self, signed: Callable[[Path], Path], folder: Path) -> None:
        """Take the certificate. The node's own page comes by itself."""
        request = saved(self.page, "a[download='node.req']", folder / "node.req")
        self.page.set_input_files("#certificate", signed(request))
        self._press("form[action$='/certificate'] button")
        self.eyes.look(self.page, "admitted")
        self.page.wait_for_selector("[data-begin]")
        self.eyes.look(self.page, "node")

    def link_state(self) -> str:
        """What the node's page says of the way to headquarters."""
        self.page.reload()
        return self.page.locator("[data-link-state]").get_attribute("data-link-state") or ""

    def _press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()


@dataclass
class Administrator:
    """At central's pages."""

    page: Page
    eyes: Eyes

    def open(self, entry: str) -> None:
        """An entry of the header, by the end of its address."""
        link = self.page.locator(f"nav.central-nav a[href$='/{entry}']")
        if not link.locator("visible=true").count():
            self.page.click("nav.central-nav summary")
        link.locator("visible=true").first.click()
        self.page.wait_for_url(f"**/{entry}")

    def organisations_file(self, target: Path) -> Path:
        self.open("stations")
        self.eyes.look(self.page, "stations")
        return saved(self.page, "a[download$='.bundle']", target)

    def propose(self, request: Path) -> str:
        """Propose and prepare it. Returns what the page says."""
        self.page.click("main a[href*='/roster']")
        self.eyes.look(self.page, "people")
        self.page.set_input_files("#file", request)
        self._press("form[action$='/roster/admit'] button")
        self.eyes.look(self.page, "open-proposal")
        self._press("form[action$='/settle'] button")
        self.eyes.look(self.page, "proposal")
        return self.page.inner_text("main")

    def publish(self, made: World, folder: Path) -> list[str]:
        """Have it signed by two roots and hand it in. Returns what their machines show."""
        file = saved(self.page, "a[download$='.proposal']", folder / "next.proposal")
        shown = [administrator.signed(made, folder, name, file) for name in SIGNERS]
        self.page.set_input_files("#file", file)
        self._press("form[action$='/publish'] button")
        self.page.wait_for_selector("[data-published]")
        self.eyes.look(self.page, "published")
        return shown

    def heard(self) -> bool:
        """Whether the list of stations has the new node, and it needs nobody."""
        self.open("stations")
        return self.page.locator(f"[data-node='{NAME}'][data-troubles='']").count() == 1

    def facts(self) -> dict[str, str]:
        """What the list of stations says of the new node."""
        self.open("stations")
        self.eyes.look(self.page, "stations-after")
        lines = self.page.locator(f"[data-node='{NAME}'] [data-fact]").all()
        found = {str(one.get_attribute("data-fact")): one.locator("dd").inner_text() for one in lines}
        troubles = self.page.locator(f"[data-node='{NAME}']").get_attribute("data-troubles")
        return {**found, "troubles": troubles or ""}

    def _press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()


class Authority:
    """At headquarters, by its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        made = run("tls", "ca", folder)
        assert made.returncode == 0, made.stderr
        self._passphrase = fact(made.stdout, "passphrase")

    def sign(self, request: Path) -> Path:
        made = request.with_name("node.crt")
        done = run("tls", "sign", "--ca", self.folder, request, made, typed=self._passphrase)
        assert done.returncode == 0, done.stderr
        return made


def fact(said: str, subject: str) -> str:
    """What a command says of `subject`."""
    return next(line for line in said.splitlines() if line.strip().startswith(subject)).split(subject)[1].strip()


def phone(
    playwright: Playwright, chromium: str, certutil: str, home: Path, node: Node, authority: Authority
) -> Browser:
    """One that trusts the authority, and finds the node under the name of all nodes."""
    trust(certutil, home, (authority.folder / "ca.crt").read_bytes())
    rules = [f"--host-resolver-rules=MAP {NAME_FOR_PHONES}:443 127.0.0.1:{node.https}"]
    env = os.environ | {"HOME": str(home)}
    return Browser(playwright, chromium, home / "profile", rules, env=env, **SMALL)


def sign_in(page: Page, made: World, node: Node, eyes: Eyes) -> str:
    """An interviewer's locked keys come to the node, and they sign in. Returns the card that is shown then."""
    locked = made.organisation.folder / f"keys/{PHONE}.locked.json"
    done = run("keys", "install", locked, "--home", node.home)
    assert done.returncode == 0, done.stderr
    one = Interviewer(page, f"https://{NAME_FOR_PHONES}")
    one.open(eyes.lang, offline_ready=False)
    eyes.look(page, "sign-in")
    one.sign_in(PHONE, made.passphrase(PHONE))
    eyes.look(page, "home")
    return one.card
