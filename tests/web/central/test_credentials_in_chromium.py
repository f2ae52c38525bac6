"""Accounts of central in a real browser, whose security key is Chromium's own invented one (WebDriver, section 11)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from testimony.services.accounts import administrators, password, sessions
from testimony.services.accounts.administrators import Acting
from testimony.station.station import Station
from testimony.web.factory import create_app
from tests.support.web.accounts import PASSWORD
from tests.support.web.browser import Served
from tests.support.web.browsers import axe
from tests.support.web.browsers.credentials_in_chromium import KEY, with_key

pytestmark = pytest.mark.browser
LANGUAGES = ("fr", "es", "en")


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    complaints: list[str] = []
    context = chrome.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    yield page
    context.close()
    assert not [said for said in complaints if "status of 4" not in said]


@pytest.fixture
def central(opened: Callable[[str], Station], serve: Callable[[str], Served]) -> tuple[Station, Served]:
    """Served by the wall clock, since codes follow it."""
    served = serve("central")
    served.app.config["CLOCK"] = lambda: datetime.now(UTC)
    return opened("central"), served


def acting() -> Acting:
    return Acting("(command)", now(), "2026-01-20")


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def link(station: Station, served: Served, name: str = "vera", role: str = "administrator") -> str:
    with station.database.transaction() as db:
        return f"{served.address}/en/enrol#{administrators.add(db, name, role, acting())}"


def require_clean(page: Page, *languages: str) -> None:
    for lang in languages:
        address = re.sub(r"(?<=\d)/[a-z]+/", f"/{lang}/", page.url)
        page.goto(address)
        assert page.evaluate("document.documentElement.lang") == lang
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        found = axe.violations(page)
        assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def test_a_person_registers_a_key_signs_in_with_it_and_out(page: Page, central: tuple[Station, Served]) -> None:
    station, served = central
    with_key(page)
    page.goto(link(station, served))
    page.wait_for_url("**/enrol/ways")
    page.click("#key button")
    page.wait_for_url("**/sign-in")
    page.keyboard.press("Tab")
    page.focus("#key button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-troubled]")
    page.click("nav.central-nav summary")
    page.click("nav.central-nav .panel >> text=Accounts")
    page.wait_for_selector("[data-account=vera]")
    page.click("text=Sign out")
    page.wait_for_url("**/start")
    page.goto(f"{served.address}/en/accounts")
    assert page.url.endswith("/en/start")


def test_a_copied_key_is_found_by_its_counter(page: Page, central: tuple[Station, Served]) -> None:
    station, served = central
    cdp, key = with_key(page)
    page.goto(link(station, served))
    page.wait_for_url("**/enrol/ways")
    page.click("#key button")
    page.wait_for_url("**/sign-in")
    (credential,) = cdp.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    page.click("#key button")
    page.wait_for_selector("[data-troubled]")
    page.click("text=Sign out")
    page.wait_for_url("**/start")
    cdp.send("WebAuthn.removeCredential", {"authenticatorId": key, "credentialId": credential["credentialId"]})
    cdp.send("WebAuthn.addCredential", {"authenticatorId": key, "credential": {**credential, "signCount": 0}})
    page.goto(f"{served.address}/en/sign-in")
    page.click("#key button")
    page.wait_for_selector("#said:not([hidden])")
    assert "Signing in did not succeed" in page.inner_text("#said")


def test_without_a_key_password_and_codes_do_and_the_page_needs_no_script(
    chrome: Browser, central: tuple[Station, Served]
) -> None:
    station, served = central
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    address, _, token = link(station, served).partition("#")
    page.goto(address)
    page.fill("#token", token)
    page.click("main button")
    secret = secret_of(page.inner_text("#secret"))
    fill(page, password=PASSWORD, again=PASSWORD, code=password.code(secret, now() // 30 - 1))
    page.click("text=Use password and codes")
    assert page.url.endswith("/en/sign-in")
    fill(page, name="vera", password=PASSWORD, code=password.code(secret, now() // 30))
    page.click("main form button")
    assert page.locator("[data-troubled]").count() == 1
    context.close()


def test_a_second_key_is_added_the_first_is_removed_and_the_page_asks_for_a_sign_in_when_it_is_late(
    page: Page, central: tuple[Station, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    station, served = central
    cdp, first = with_key(page)
    page.goto(link(station, served))
    page.wait_for_url("**/enrol/ways")
    page.click("#key button")
    page.wait_for_url("**/sign-in")
    page.click("#key button")
    page.wait_for_selector("[data-troubled]")
    monkeypatch.setattr(sessions, "FRESH", -1.0)
    page.click("nav.central-nav summary")
    page.click("nav.central-nav .panel >> text=How I sign in")
    require_clean(page, *LANGUAGES)
    page.click("main button >> text=Register")
    page.wait_for_url("**/sign-in?then=ownways.show")
    require_clean(page, *LANGUAGES)
    monkeypatch.undo()
    page.click("#key button")
    page.wait_for_url("**/en/ways")
    cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.click("main button >> text=Register")
    page.wait_for_url("**/enrol/ways")
    page.click("#key button")
    page.wait_for_url("**/sign-in")
    page.click("#key button")
    page.wait_for_selector("[data-troubled]")
    page.click("nav.central-nav summary")
    page.click("nav.central-nav .panel >> text=How I sign in")
    assert page.locator("[data-key]").count() == 2
    require_clean(page, "en")
    page.locator("[data-key] button").first.click()
    page.wait_for_function("() => document.querySelectorAll('[data-key]').length === 1")


def test_every_page_of_accounts_is_for_everybody(page: Page, central: tuple[Station, Served]) -> None:
    station, served = central
    page.goto(link(station, served))
    page.wait_for_url("**/enrol/ways")
    require_clean(page, *LANGUAGES)
    page.goto(f"{served.address}/en/enrol")
    require_clean(page, *LANGUAGES)
    page.goto(f"{served.address}/en/sign-in")
    require_clean(page, *LANGUAGES)
    page.context.clear_cookies()
    page.goto(f"{served.address}/#{served.token}")
    page.wait_for_selector("[data-troubled]")
    for name in ("accounts", "sessions", "acts"):
        page.goto(f"{served.address}/en/{name}")
        require_clean(page, *LANGUAGES)
    page.goto(f"{served.address}/en/accounts")
    page.fill("#name", "an-administrator-of-many-signs")
    page.click("text=Make the account and its link")
    assert page.inner_text("#link").startswith(f"{served.address}/en/enrol#")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_key_made_for_this_server_answers_to_no_other_address(
    page: Page, central: tuple[Station, Served], free_port: Callable[[], int]
) -> None:
    """A page of another origin on the same machine, which asks for what this server asked for."""
    station, served = central
    with_key(page)
    page.goto(link(station, served))
    page.wait_for_url("**/enrol/ways")
    page.click("#key button")
    page.wait_for_url("**/sign-in")
    port = free_port()
    other = make_server("127.0.0.1", port, create_app(STATION=station), threaded=True)
    thread = threading.Thread(target=other.serve_forever)
    thread.start()
    try:
        page.goto(f"http://localhost:{port}/en/start")
        answer: Any = page.evaluate("""async () => {
          const key = { challenge: new Uint8Array(32), rpId: "localhost", userVerification: "required" };
          const said = await navigator.credentials.get({ publicKey: key }).catch((error) => error.name);
          return typeof said === "string" ? said : JSON.parse(new TextDecoder().decode(said.response.clientDataJSON));
        }""")
        page.goto("about:blank")  # nothing is fetched from the server any more when it stops
    finally:
        other.shutdown()
        other.server_close()
        thread.join(10)
    assert answer == "NotAllowedError" or answer["origin"] != served.address


def secret_of(typed: str) -> bytes:
    import base64

    return base64.b32decode(typed.strip())


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"#{name}", value)
