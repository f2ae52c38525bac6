"""The page of the doctor says the lines of the command, in the language of those who look after the station."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from testimony.certificates.request import Request
from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.questionnaire.form import Form
from testimony.services.certificates import store as certificate_store
from testimony.services.diagnosis.types import Line
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake import rejections
from testimony.services.link import clock_skew
from testimony.station.station import Station
from testimony.sync.diagnosis import probe
from testimony.web.pages.doctor import KEPT, Looks
from tests.support.certificates.authorities import authority, in_days
from tests.support.services import clocks
from tests.support.web.browser import NOW, Browser
from tests.support.web.pages import sign_in

AWAY = "http://127.0.0.1:9"


def line(one: Browser, subject: str, lang: str = "en") -> tuple[str, str]:
    """The level of a line, and all that it says."""
    page = one.get(f"/{lang}/doctor").text
    found = re.search(rf'data-line="{subject}" data-level="(\w+)">(.*?)</dd>', page, re.S)
    assert found, page
    return found[1], " ".join(re.sub(r"<[^>]+>", " ", found[2]).split())


@pytest.fixture
def at(
    browser: Callable[..., Browser], organisation: Organisation, opened: Callable[[str], Station]
) -> Callable[[str], Browser]:
    """A browser of somebody who looks after the station of a role, which finds no central."""

    def make(role: str) -> Browser:
        station = opened(role)
        station.settings = replace(station.settings, central_url=AWAY)
        one = browser(role)
        if role == "field":
            sign_in(one, organisation)
        return one

    return make


@pytest.mark.parametrize(("role", "lines"), [("field", 10), ("central", 11), ("lawyer", 10), ("coordinator", 10)])
def test_every_station_has_the_page_and_leads_to_it(role: str, lines: int, at: Callable[[str], Browser]) -> None:
    one = at(role)
    assert 'href="/en/doctor"' in one.get("/en/").text
    page = one.get("/en/doctor").text
    assert page.count("data-line=") == lines
    assert 'data-doctor="good"' not in page
    assert 'role="status"' in page


def test_nobody_else_sees_it(browser: Callable[..., Browser]) -> None:
    assert browser("field").get("/en/doctor").status_code != 200
    assert browser("central", started=False).get("/en/doctor").status_code != 200
    assert browser("lawyer", unlocked=False).get("/en/doctor").status_code != 200


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_a_node_names_no_address_in_any_language(lang: str, at: Callable[[str], Browser]) -> None:
    level, words = line(at("field"), "central", lang)
    assert level == "warning"
    assert "127.0.0.1" not in words
    assert "%(" not in words


def test_a_desk_names_the_address(at: Callable[[str], Browser]) -> None:
    assert AWAY in line(at("lawyer"), "central")[1]


def test_the_questionnaire_and_the_last_day_of_the_certificate_are_said(
    at: Callable[[str], Browser], opened: Callable[[str], Station]
) -> None:
    home = opened("field").settings.home
    made = certificate_store.sign(authority(), Request.parse(certificate_store.ask(home)), now=in_days(0))
    certificate_store.install(home, made, now=in_days(0))
    one = at("field")
    assert Form.load().id in line(one, "versions")[1]
    assert re.search(r"certificate .*\d+ \w+ 20\d\d\.", line(one, "station")[1])


@pytest.mark.parametrize(
    ("minutes", "level", "words"),
    [
        (5, "well", "It agrees with the clock of others."),
        (125, "warning", "It is ahead of the clock of others by about 2 hours."),
        (-6, "warning", "It is behind the clock of others by about 5 minutes."),
    ],
)
def test_a_clock_is_told_in_a_sentence(
    minutes: int,
    level: str,
    words: str,
    at: Callable[[str], Browser],
    opened: Callable[[str], Station],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = at("field")
    clocks.agree(monkeypatch, opened("field").today(), of=opened("field"))
    with opened("field").database.transaction() as session:
        clock_skew.note(session, minutes)
    found, said = line(one, "clock")
    assert (found, words in said) == (level, True)


def test_what_was_refused_of_others_is_listed(at: Callable[[str], Browser], opened: Callable[[str], Station]) -> None:
    one = at("field")
    assert "data-rejected" not in one.get("/en/doctor").text
    rejections.note(opened("field"), [("ab" * 32, "signature.bad")])
    assert 'data-rule="signature.bad"' in one.get("/en/doctor").text


def test_visitors_of_the_same_moment_share_one_look(
    opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[datetime] = []

    def look(_: Station, *, now: datetime) -> list[Line]:
        made.append(now)
        return []

    monkeypatch.setattr(probe, "look", look)
    now = [0.0]
    looks = Looks(opened("field"), clock=lambda: now[0])
    visitors = [threading.Thread(target=looks.lines, args=(NOW,)) for _ in range(8)]
    for one in visitors:
        one.start()
    for one in visitors:
        one.join()
    assert len(made) == 1
    now[0] = KEPT
    looks.lines(NOW)
    assert len(made) == 2
