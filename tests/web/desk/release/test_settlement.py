"""The page for a ledger that cannot go on: why, whom to ask first, what settling costs; and it takes two people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testimony.web.factory import create_app
from tests.support.services.release.releases import Centre
from tests.support.services.release.settlement import to_a_lost_key
from tests.support.web.browser import Browser, passphrase_of
from tests.support.web.desk.releases import NOW


@pytest.fixture
def sits(at: Centre) -> Callable[[int], Browser]:
    """A function that gives the browser of coordinator 1 or 2, at their own desk, unlocked."""

    def sit(number: int) -> Browser:
        one = Browser(create_app(STATION=at[number].station, CLOCK=lambda: NOW), "coordinator")
        assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
        words = passphrase_of(at.organisation, f"coordinator-{number}")
        assert one.post_json("/unlock", {"passphrase": words}).status_code == 200
        return one

    return sit


def begun(at: Centre, sits: Callable[[int], Browser]) -> tuple[Browser, Browser]:
    one, other = sits(1), sits(2)
    assert one.post("/releases/begin", {"floor": "trusted", "lang": "en"}).status_code == 303
    at.meet()
    return one, other


def test_a_ledger_that_goes_on_has_nothing_to_settle(at: Centre, sits: Callable[[int], Browser]) -> None:
    one, _ = begun(at, sits)
    page = one.get("/en/releases/settling").text
    assert "Nothing holds the ledger of releases up" in page
    refused = one.post("/releases/settling", {"sure": "on", "lang": "en"})
    assert refused.status_code == 409
    assert "Nothing holds the ledger of releases up" in refused.text
    answer = one.post("/releases/let-in", {"lang": "en"})
    assert "The other coordinators can open all that this desk can." in one.get(answer.location).text


def test_what_opens_to_nobody_is_named_and_two_people_settle_it(at: Centre, sits: Callable[[int], Browser]) -> None:
    one, other = begun(at, sits)
    name = to_a_lost_key(at[1].station, at[1].reader)
    at.meet()
    led = other.get("/en/releases/")
    assert (led.status_code, led.location) == (303, "/en/releases/settling")
    page = other.get("/en/releases/settling").text
    assert 'data-stuck="closed"' in page
    assert name[:8] in page
    assert "coordinator-1" in page
    assert "This cannot be undone." in page
    other.post("/releases/settling", {"sure": "on", "lang": "en"})
    assert "data-said" in other.get("/en/releases/settling").text
    at.meet()
    assert "data-offer" in one.get("/en/releases/settling").text
    one.post("/releases/settling", {"sure": "on", "lang": "en"})
    at.meet()
    for desk in (one, other):
        assert desk.get("/en/releases/").status_code == 200
        assert "Nothing holds the ledger of releases up" in desk.get("/en/releases/settling").text


def test_a_lawyer_settles_nothing(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    assert one.get("/en/releases/settling").status_code in (403, 404)
    for path in ("/releases/settling", "/releases/let-in"):
        assert one.post(path, {"lang": "en"}).status_code in (403, 404)
