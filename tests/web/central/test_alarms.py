"""The page of alarms: who sees which, who says that they see to one, and how the e-mails go. By keyboard too."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import expect
from werkzeug.serving import make_server

from testimony.domain.testimony.alarms import GRAVEST_FIRST
from testimony.services.monitoring import alarm_mail, alarms
from testimony.services.monitoring.errors import MAIL_SENTENCES
from testimony.station.station import Station
from testimony.web.central.alarms import WORDS
from testimony.web.factory import create_app
from testimony.web.text import i18n
from tests.support.services.alarms import silent, unsound, well
from tests.support.services.witnesses import WITNESS, ahead, named, on
from tests.support.sync.world import World
from tests.support.web.accounts import NOW, hold
from tests.support.web.browser import NOW as CLOCK
from tests.support.web.browser import Browser
from tests.support.web.browsers import axe
from tests.support.web.desk.dashboard import require_within
from tests.support.web.many_nodes import Twenty


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def central(world: World) -> Station:
    """Its database is damaged, and node-1 is silent."""
    made = world.central()
    silent(made, world.station.kid)
    well(made, world.second_node.kid)
    unsound(made)
    alarms.look(made, now=NOW - 7200)
    return made


@pytest.fixture
def as_role(central: Station) -> Callable[[str], Browser]:
    def sign_in(role: str) -> Browser:
        one = Browser(create_app(STATION=central, CLOCK=lambda: CLOCK), "central")
        hold(one, role)
        return one

    return sign_in


def shown(one: Browser) -> list[tuple[str, str, str]]:
    page = one.get("/en/alarms").text.split("data-gone")[0]
    return re.findall(r'data-alarm="(\w+)" data-about="([\w-]*)" data-seen="(\w+)"', page)


def buttons(one: Browser) -> list[str]:
    return re.findall(r'action="(/alarms/[0-9a-f]{32}/seen)"', one.get("/en/alarms").text)


def test_who_administers_sees_all_and_a_registrar_those_of_stations(as_role: Callable[[str], Browser]) -> None:
    of_server, of_station = ("database", "", "no"), ("silent", "node-1", "no")
    assert shown(as_role("administrator")) == [of_server, of_station]
    registrar = as_role("registrar")
    assert shown(registrar) == [of_station]
    page = registrar.get("/en/alarms").text
    assert "data-mail" not in page
    assert "database" not in page
    observer = as_role("observer")
    assert observer.get("/en/alarms").status_code == 403
    assert 'data-number="alarms"><b>2</b>' in observer.get("/en/dashboard").text


def test_who_sees_to_it_is_said_to_the_others(as_role: Callable[[str], Browser], central: Station) -> None:
    registrar, administrator = as_role("registrar"), as_role("administrator")
    (press,) = buttons(registrar)
    assert registrar.post(press).status_code == 303
    assert shown(administrator)[1] == ("silent", "node-1", "yes")
    assert "<bdi>one-registrar</bdi>, 20 January 2026, 09:30 UTC" in administrator.get("/en/alarms").text
    assert press not in buttons(administrator)


def test_a_registrar_cannot_mark_what_is_not_of_a_station(as_role: Callable[[str], Browser]) -> None:
    registrar, administrator = as_role("registrar"), as_role("administrator")
    for press in buttons(administrator):
        assert registrar.post(press).status_code == 303
    assert shown(administrator) == [("database", "", "no"), ("silent", "node-1", "yes")]
    for nobody in (f"/alarms/{'0' * 32}/seen", "/alarms/x/seen"):
        assert administrator.post(nobody).status_code == 303
    assert administrator.client.post(buttons(administrator)[0], base_url=administrator.base).status_code == 400


def test_what_is_gone_stands_below_with_its_days(
    as_role: Callable[[str], Browser], central: Station, world: World
) -> None:
    well(central, world.station.kid)
    alarms.look(central, now=NOW)
    administrator = as_role("administrator")
    assert shown(administrator) == [("database", "", "no")]
    below = administrator.get("/en/alarms").text.split("data-gone")[1]
    assert 'data-alarm="silent"' in below
    assert "20 January 2026, 07:30 UTC" in below
    assert "20 January 2026, 09:30 UTC" in below


def test_a_partner_that_keeps_silent_is_named_to_administrators_with_what_to_do(
    as_role: Callable[[str], Browser], central: Station, world: World
) -> None:
    named(central, world.next_roster(witnesses=[WITNESS.describe()]))
    with on(ahead(central, 3)):
        alarms.look(central, now=NOW)
    page = as_role("administrator").get("/en/alarms").text
    (block,) = re.findall(r'data-alarm="uncosigned"(.*?)</li>', page, re.DOTALL)
    assert "<bdi>partner.example/w1</bdi>" in block
    assert "testimony checkpoint export" in block
    assert "partner.example" not in as_role("registrar").get("/en/alarms").text


def test_where_nothing_is_wrong_that_is_said(world: World) -> None:
    central = world.central()
    one = Browser(create_app(STATION=central, CLOCK=lambda: CLOCK), "central")
    hold(one, "administrator")
    assert "Nothing needs attention now." in one.get("/en/alarms").text


def test_how_the_e_mails_go_is_said_without_an_address(as_role: Callable[[str], Browser], central: Station) -> None:
    administrator = as_role("administrator")
    assert 'data-mail="unset"' in administrator.get("/en/alarms").text
    central.settings = replace(
        central.settings, mail_host="mail.example", mail_from="a@x.example", mail_to="b@x.example"
    )
    assert "No e-mail has been sent yet." in administrator.get("/en/alarms").text
    with central.database.transaction() as session:
        alarm_mail.failed(session, "certificate", now=NOW)
    page = administrator.get("/en/alarms").text
    assert 'data-mail="certificate"' in page
    assert MAIL_SENTENCES["certificate"].split(".")[0] in page.replace("&#39;", "'")
    assert "Tries that failed: 1. The next one: 20 January 2026, 09:35 UTC." in page
    with central.database.transaction() as session:
        letter = alarm_mail.due(session, now=NOW + 9999)
        assert letter is not None
        alarm_mail.sent(session, letter, now=NOW)
    page = administrator.get("/en/alarms").text
    assert "Last e-mail sent: 20 January 2026, 09:30 UTC." in page
    assert "x.example" not in page
    assert "mail.example" not in page


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(GRAVEST_FIRST)


@pytest.fixture
def served(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[tuple[str, Flask]]:
    """Twenty stations, eight of them in trouble, in all five languages of the catalogues, right to left among them."""
    twenty = Twenty(tmp_path / "twenty")
    central = twenty.central()
    twenty.heard_of(central)
    twenty.trouble(central)
    alarms.look(central, now=NOW)
    port = free_port()
    central.settings = replace(central.settings, port=port)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(i18n, "LANGUAGES", dict.fromkeys(i18n.LANGUAGES, ("en", "fr", "es", "ar", "fa")))
        app = create_app(STATION=central)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{port}", app
        server.shutdown()
        server.server_close()
        thread.join(10)
    twenty.close()


@pytest.mark.parametrize(
    ("lang", "scheme"), [("en", "light"), ("fr", "dark"), ("es", "light"), ("ar", "dark"), ("fa", "light")]
)
def test_alarms_and_dashboard_fit_a_phone_and_are_for_everybody(
    lang: str, scheme: str, served: tuple[str, Flask], chrome: Chrome
) -> None:
    address, app = served
    looks = {"color_scheme": scheme, "bypass_csp": True, "viewport": {"width": 320, "height": 640}}
    with chrome.new_context(**looks) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/{lang}/#{app.config['START_TOKEN']}")
        page.wait_for_selector("[data-troubled]")
        for path in ("alarms", "dashboard"):
            page.goto(f"{address}/{lang}/{path}")
            for width in (320, 360, 1280):
                page.set_viewport_size({"width": width, "height": 640})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                require_within(page)
            found = axe.violations(page)
            assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def test_an_alarm_is_seen_to_by_keyboard_alone(served: tuple[str, Flask], chrome: Chrome) -> None:
    address, app = served
    complaints: list[str] = []
    with chrome.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.goto(f"{address}/en/#{app.config['START_TOKEN']}")
        page.wait_for_selector("[data-troubled]")
        page.goto(f"{address}/en/alarms")
        before = page.locator('[data-seen="no"]').count()
        page.focus("[data-open] button >> nth=0")
        page.keyboard.press("Enter")
        expect(page.locator('[data-seen="yes"]')).to_have_count(1)
        assert page.locator('[data-seen="no"]').count() == before - 1
        assert page.url.endswith("/en/alarms")
    assert complaints == [], "the pages keep to their policy"
