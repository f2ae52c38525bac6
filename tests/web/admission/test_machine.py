"""The page for clock and hotspot: on a machine from the image alone, before the station is made."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.services.enrolment import first_start
from testimony.settings import Settings
from testimony.web.newcomer import create_certificate_app, create_first_app, create_waiting_app
from tests.support.web.browsers import axe
from tests.support.web.first_page import BASE, WORD, csrf, entered
from tests.support.web.headers import require_protected

NOW = datetime(2026, 1, 3, 14, 5, tzinfo=UTC)
PASSWORD = "four plain words"


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    folder = tmp_path / "requests"
    folder.mkdir()
    return folder


@pytest.fixture
def app(tmp_path: Path, requests: Path) -> Flask:
    return create_first_app(
        tmp_path / "field",
        START_TOKEN=WORD,
        FIRST_PAGE=True,
        CLOCK=lambda: NOW,
        MACHINE_REQUESTS=requests,
        MACHINE_ANSWER=30.0,
    )


@pytest.fixture
def started(app: Flask) -> FlaskClient:
    return entered(app)


@contextmanager
def service(folder: Path) -> Iterator[list[str]]:
    """The service of the image: it takes the requests in `folder` and yields what they said."""
    found: list[str] = []
    ended = threading.Event()

    def answer() -> None:
        while not ended.is_set():
            for request in (folder / "clock", folder / "hotspot"):
                if request.exists():
                    found.append(request.read_text("utf-8"))
                    request.unlink()
            time.sleep(0.01)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def send(client: FlaskClient, what: str, **data: str) -> tuple[int, str]:
    token = csrf(client.get("/en/machine", base_url=BASE).text)
    headers = {"Referer": f"{BASE}/en/machine", "Accept": "text/html"}
    answer = client.post(f"/en/machine/{what}", data={**data, "csrf_token": token}, base_url=BASE, headers=headers)
    return answer.status_code, answer.text


def test_the_first_page_shows_the_clock_and_leads_to_its_page(started: FlaskClient) -> None:
    page = started.get("/en/", base_url=BASE).text
    assert "3 January 2026, 14:05 UTC" in page
    assert 'href="/en/machine"' in page


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_the_page_is_there_in_every_language(lang: str, started: FlaskClient) -> None:
    page = started.get(f"/{lang}/machine", base_url=BASE)
    assert f'<html lang="{lang}"' in page.text
    for field in ("moment", "name", "password"):
        assert f'name="{field}"' in page.text
    require_protected(page, f"/{lang}/machine")


def test_the_clock_is_set_to_the_moment_of_the_device(started: FlaskClient, requests: Path) -> None:
    with service(requests) as found:
        assert send(started, "clock", moment="1796236200")[0] == 303
    assert found == ["1796236200\n"]
    assert "The clock is set." in started.get("/en/machine", base_url=BASE).text


@pytest.mark.parametrize("moment", ["", "0", "1767225599", "7258118400", "99999999999", "-5", "1e9", "abc", "9" * 40])
def test_a_moment_that_cannot_be_is_refused_and_asks_for_nothing(
    moment: str, started: FlaskClient, requests: Path
) -> None:
    status, page = send(started, "clock", moment=moment)
    assert status == 422
    assert "Your device has a wrong date" in page
    assert list(requests.iterdir()) == []


def test_the_hotspot_gets_its_name_and_password(started: FlaskClient, requests: Path) -> None:
    with service(requests) as found:
        assert send(started, "hotspot", name=" Bücherei ", password=f" {PASSWORD} ")[0] == 303
    assert found == [f"name=Bücherei\npassword={PASSWORD}\n"]
    assert PASSWORD not in started.get("/en/machine", base_url=BASE).text


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("", PASSWORD, "at most 32 English letters"),
        ("ü" * 17, PASSWORD, "at most 32 English letters"),
        ("Library\npassword=another password", PASSWORD, "at most 32 English letters"),
        ("Library", "short", "12 to 63 characters"),
        ("Library", " eleven char ", "12 to 63 characters"),
        ("Library", "x" * 64, "12 to 63 characters"),
        ("Library", "four words\n[ipv4]", "12 to 63 characters"),
        ("Library", "four plain wörds", "12 to 63 characters"),
    ],
)
def test_a_hotspot_that_no_phone_could_join_is_refused(
    name: str, password: str, words: str, started: FlaskClient, requests: Path
) -> None:
    status, page = send(started, "hotspot", name=name, password=password)
    assert status == 422
    assert words in page
    assert list(requests.iterdir()) == []


def test_a_machine_whose_service_does_nothing_is_said(app: Flask, started: FlaskClient, requests: Path) -> None:
    app.config["MACHINE_ANSWER"] = 0.0
    for what, data in (("clock", {"moment": "1796236200"}), ("hotspot", {"name": "Library", "password": PASSWORD})):
        status, page = send(started, what, **data)
        assert status == 422
        assert "The machine did not set its clock or hotspot." in page
        assert list(requests.iterdir()) == []


def test_while_the_machine_works_the_page_says_so_and_looks_again(
    app: Flask, started: FlaskClient, requests: Path
) -> None:
    taken = requests / "clock.taken"
    taken.touch()
    app.config["MACHINE_ANSWER"] = 0.0
    page = started.get("/en/machine", base_url=BASE)
    assert "The machine is still at work." in page.text
    assert (page.mimetype, page.headers["Refresh"]) == ("text/html", "5")
    assert "<input" not in page.text, "the page looks again: half a password would be lost"
    taken.rename(requests / "clock.refused")
    page = started.get("/en/machine", base_url=BASE)
    assert "The machine did not set its clock or hotspot." in page.text
    (requests / "clock.refused").unlink()
    page = started.get("/en/machine", base_url=BASE)
    assert "Refresh" not in page.headers
    assert 'role="status"' not in page.text


def test_a_machine_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """It has clocks and networks of its own, which the program does not touch."""
    home, nowhere = tmp_path / "field", tmp_path / "missing"
    client = entered(create_first_app(home, START_TOKEN=WORD, FIRST_PAGE=True, MACHINE_REQUESTS=nowhere))
    page = client.get("/en/", base_url=BASE).text
    assert "/en/machine" not in page
    token = csrf(page)
    assert client.get("/en/machine", base_url=BASE).status_code == 404
    for what in ("clock", "hotspot"):
        data = {"moment": "1796236200", "name": "Library", "password": PASSWORD, "csrf_token": token}
        assert client.post(f"/en/machine/{what}", data=data, base_url=BASE).status_code == 404


@pytest.mark.parametrize("make", [create_waiting_app, create_certificate_app])
def test_once_the_station_is_made_no_page_sets_its_clock(
    make: Callable[..., Flask], tmp_path: Path, requests: Path
) -> None:
    """Its clock ends time limits then, and a stolen phone could be two clocks (docs/time.md)."""
    home = tmp_path / "field"
    first_start.make(Settings(home=home, role="field", name=""), "node-2", None, day="2026-11-26")
    app = make(home, START_TOKEN=WORD, FIRST_PAGE=True, MACHINE_REQUESTS=requests)
    assert not any("machine" in rule.rule for rule in app.url_map.iter_rules())


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_devices_clock_is_shown_in_the_same_words_and_sent(
    lang: str, app: Flask, requests: Path, chrome: Browser
) -> None:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = chrome.new_context(viewport={"width": 360, "height": 740}, timezone_id="Asia/Tehran")
    try:
        page = context.new_page()
        page.clock.set_fixed_time(NOW)
        base = f"http://127.0.0.1:{server.server_port}/{lang}"
        page.goto(f"{base}/start")
        page.fill("#token", WORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{base}/")
        page.goto(f"{base}/machine")
        expect(page.locator("[data-device]")).to_be_visible()
        mine, device = (" ".join(re.findall(r"\w+", line)) for line in page.locator("#clock ~ p").all_inner_texts()[:2])
        said = " ".join(re.findall(r"\w+", page.locator("[data-device]").inner_text()))
        assert device == said
        assert mine.split()[-6:] == device.split()[-6:], "the same words for the same moment"
        assert axe.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        with service(requests) as found:
            page.locator("[data-set]").click()
            expect(page.locator("[role=status]")).to_be_visible()
        assert found == [f"{int(NOW.timestamp())}\n"]
    finally:
        context.close()
        server.shutdown()
        thread.join()
