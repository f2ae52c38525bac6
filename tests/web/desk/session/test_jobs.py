"""An exchange beside the reading: one at a time, watched, stopped, ended by the lock, and gone on with afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from testimony.background.worker import Worker
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.sync.http.channel import InProcess
from testimony.web.desk.session import sync as session_sync
from testimony.web.desk.session.sync import Underway
from testimony.web.errors import NoStation
from testimony.web.factory import create_app
from tests.support.services.batches import bring, told
from tests.support.web.browser import Browser
from tests.support.web.gate import Gate

Opened = Callable[[str], Station]

CAME = [
    "Delivered to headquarters, with its receipt: 5.",  # until when each is kept that the lawyer's desk can open
    "Fetched. New records: 1. New sealed pieces: 12.",
]


@pytest.fixture
def gate(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate(InProcess(create_app(STATION=opened("central")).test_client()))
    monkeypatch.setattr(session_sync, "HttpChannel", lambda _way: made)
    object.__setattr__(opened("lawyer").settings, "central_url", "http://central.example")
    return made


def begin(desk: Browser) -> Any:
    return desk.post_json("/exchange/begin", {}).json


def state(desk: Browser) -> Any:
    return desk.get("/exchange/state").json


def ended(desk: Browser, begun: Any = None) -> Any:
    """How it ended; it may have been told when it was `begun`."""
    last = exchanges(desk).last
    assert last is not None
    assert last.wait(30)
    return begun if begun and begun["told"] else state(desk)


def exchanges(desk: Browser) -> Worker[Underway]:
    found: Worker[Underway] = desk.app.extensions["testimony.exchange"]
    return found


def test_it_goes_on_beside_the_reading_says_how_far_it_is_and_how_it_ended_once(
    browser: Callable[..., Browser], gate: Gate, opened: Opened, organisation: Organisation
) -> None:
    bring(organisation, opened("central"), [told(1, ("P01", "P04"))])
    desk = browser("lawyer")
    assert begin(desk)["going"] is True
    assert gate.asked.acquire(timeout=30)
    assert "Syncing with headquarters." in desk.get("/en/").text
    assert state(desk)["told"] == []
    gate.open.set()
    said = ended(desk)
    assert said["going"] is False
    assert "Records that came: 1. Sealed pieces: 12." in said["far"]
    assert [one["sentence"] for one in said["told"]] == CAME
    assert state(desk) == {
        "going": False,
        "far": [],
        "share": None,
        "told": [],
        "aside": False,
        "synced": "just now",
        "warns": False,
        "arrivals": 1,
    }
    assert len(desk.get("/en/").text.split("data-tid=")) == 7, "the list has it"


def test_a_second_one_is_the_first(browser: Callable[..., Browser], gate: Gate) -> None:
    desk = browser("lawyer")
    begin(desk)
    first = exchanges(desk).last
    begin(desk)
    assert exchanges(desk).last is first
    gate.open.set()
    ended(desk)


def test_stopped_it_says_so_and_the_next_one_goes_on_from_there(
    browser: Callable[..., Browser], gate: Gate, opened: Opened, organisation: Organisation
) -> None:
    bring(organisation, opened("central"), [told(1, ("P01", "P04"))])
    desk = browser("lawyer")
    begin(desk)
    assert gate.asked.acquire(timeout=30)
    desk.post_json("/exchange/stop", {})
    gate.open.set()
    assert [one["sentence"] for one in ended(desk)["told"]] == [
        "The exchange was stopped. What had come stays here, and the next one goes on from there."
    ]
    begin(desk)
    assert [one["sentence"] for one in ended(desk)["told"]] == CAME


def test_locking_the_desk_ends_it_and_loses_nothing(
    browser: Callable[..., Browser], gate: Gate, opened: Opened, organisation: Organisation
) -> None:
    bring(organisation, opened("central"), [told(1, ("P01", "P04"))])
    desk = browser("lawyer")
    begin(desk)
    assert gate.asked.acquire(timeout=30)
    underway = exchanges(desk).last
    desk.post("/lock")
    assert desk.get("/exchange/state", headers={"Accept": "application/json"}).status_code in (303, 423)
    gate.open.set()
    assert underway is not None
    assert underway.wait(30)
    assert underway.report is not None
    assert getattr(underway.report.failure, "code", "") == "sync.stopped"
    again = browser("lawyer")
    begin(again)
    assert [one["sentence"] for one in ended(again)["told"]] == CAME


def test_without_script_the_button_waits_for_its_end(browser: Callable[..., Browser], gate: Gate) -> None:
    gate.open.set()
    desk = browser("lawyer")
    assert desk.post("/pull", {"lang": "en"}).status_code == 303
    page = desk.get("/en/").text
    assert "There was nothing new at headquarters." in page
    assert 'data-going="no"' in page, "it was told by the form's answer"


@pytest.mark.parametrize("error", [ReceiptRefused(), RuntimeError("words of somebody")])
def test_what_nobody_foresaw_is_one_sentence(
    error: Exception, browser: Callable[..., Browser], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(session_sync, "at_desk", fail)
    desk = browser("lawyer")
    (said,) = ended(desk, begin(desk))["told"]
    assert said["kind"] == "refused"
    assert "words of somebody" not in said["sentence"]
    assert len(said["sentence"]) > 20


def test_a_desk_that_knows_no_headquarters_says_so(browser: Callable[..., Browser]) -> None:
    desk = browser("coordinator")
    object.__setattr__(desk.app.extensions["testimony.station"].settings, "central_url", "")
    (said,) = ended(desk, begin(desk))["told"]
    assert said["sentence"] == str(NoStation())
