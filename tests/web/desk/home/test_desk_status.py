"""What a desk shows of itself: damage on its disk, what headquarters did not take, and a link that is dear."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony import canonical
from testimony.services.custody import log as custody_log
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.delivery.refusals import Refusal
from testimony.services.integrity import database_check
from testimony.services.records import scrub
from testimony.station.station import Station
from testimony.store.models.log import LogLeaf
from testimony.sync.client.exchange import ExchangeReport
from testimony.sync.client.give_back import GivenBack
from testimony.sync.client.handshake import Greeting
from testimony.sync.client.pull import PullReport
from testimony.web.desk.session import sync as session_sync
from tests.support.web.browser import Browser

Opened = Callable[[str], Station]


@pytest.fixture
def exchanges(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each exchange brought recordings and pictures."""
    object.__setattr__(opened("lawyer").settings, "central_url", "http://central.example")
    made: list[bool] = []

    def note(*_: Any, heavy: bool, **__: Any) -> ExchangeReport:
        made.append(heavy)
        return ExchangeReport()

    monkeypatch.setattr(session_sync, "at_desk", note)
    return made


def test_damage_on_its_disk_is_said_with_what_brings_it_again(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = browser("lawyer")
    assert "data-damaged" not in desk.get("/en/").text
    monkeypatch.setattr(scrub, "count", lambda _: 3)
    (said,) = re.findall(r"data-damaged>(.*?)</p>", desk.get("/en/").text)
    assert "Damaged on the disk of this computer: 3 sealed pieces." in said
    assert "testimony sync --restored" in said
    assert "data-unsound" not in desk.get("/en/").text
    monkeypatch.setattr(scrub, "count", lambda _: 1)
    assert "1 sealed piece. Fetch it again" in desk.get("/en/").text
    monkeypatch.setattr(database_check, "is_damaged", lambda _: True)
    assert "data-unsound>The database of this computer is damaged." in desk.get("/en/").text


def test_what_headquarters_did_not_take_of_it_is_said(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = browser("lawyer")
    assert "data-refused-there" not in desk.get("/en/").text
    monkeypatch.setattr(delivery_refusals, "standing", lambda _: [Refusal("a" * 64, "kind.unknown", "2026-11-03")])
    assert "Headquarters has not taken 1 record that waits here." in desk.get("/en/").text


def test_on_a_dear_link_the_button_leaves_recordings_out_until_they_are_asked_for(
    browser: Callable[..., Browser], exchanges: list[bool]
) -> None:
    desk = browser("lawyer")
    desk.post("/pull")
    assert desk.post("/metered", {"on": "yes"}).status_code == 303
    page = desk.get("/en/").text
    assert "data-metered" in page
    assert "Fetch recordings and pictures now" in page
    desk.post("/pull")
    assert "Recordings and pictures were left out, because this link is metered." in desk.get("/en/").text
    desk.post("/pull", {"media": "yes"})
    assert "were left out" not in desk.get("/en/").text
    desk.post("/metered", {"on": "no"})
    assert "data-metered" not in desk.get("/en/").text
    desk.post("/pull")
    assert exchanges == [True, False, True, True]


def test_the_setting_of_the_desk_holds_until_its_reader_switches(
    browser: Callable[..., Browser], opened: Opened, exchanges: list[bool]
) -> None:
    object.__setattr__(opened("lawyer").settings, "metered", True)
    desk = browser("lawyer")
    desk.post("/pull")
    desk.post("/metered", {"on": "no"})
    desk.post("/pull")
    assert exchanges == [False, True]


@pytest.mark.parametrize(
    ("kind", "what"), [("withdrawn", "a withdrawal"), (None, "an entry of which only the hash came")]
)
def test_what_headquarters_left_out_is_said_with_what_it_may_be(
    browser: Callable[..., Browser], opened: Opened, kind: str | None, what: str
) -> None:
    desk, station = browser("lawyer"), opened("lawyer")
    assert "data-lacking" not in desk.get("/en/").text
    (central,) = custody_log.centrals(station.chain)
    said = {"kind": kind, "no": 0, "ref": "ab" * 32, "day": "2026-11-24", "by": "0" * 16, "v": custody_log.VERSION}
    entry = None if kind is None else canonical.encode(said)
    with station.database.transaction() as session:
        number = custody_log.mirror_size(session, central)
        ref = None if kind is None else "ab" * 32
        session.add(LogLeaf(log=central, no=number, leaf=b"\0" * 32, entry=entry, kind=kind, ref=ref))
    page = desk.get("/en/").text
    (note,) = re.findall(r"data-lacking>(.*?)</div>", page, re.S)
    assert "did not come here: 1. A withdrawal may be among them." in note
    assert f"Entry {number}: {what}" in note


def test_what_central_lost_and_got_back_is_said_and_what_nobody_has(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    object.__setattr__(opened("lawyer").settings, "central_url", "http://central.example")
    returned = GivenBack(records=3, refused={"b" * 64: "conflict"})
    pulled = PullReport(refused={"a" * 64: "head.lost"})
    report = ExchangeReport(greeting=Greeting(behind=True), returned=returned, pulled=pulled)
    monkeypatch.setattr(session_sync, "at_desk", lambda *_, **__: report)
    desk = browser("lawyer")
    desk.post("/pull")
    page = desk.get("/en/").text
    assert "Given back to headquarters&#39; server, which had lost it with its backup: 3." in page
    assert "The central server lost this with a backup" in page
    assert "Not accepted, because they broke a rule: 1." in page
    assert "testimony station update roster-N.bundle" in page
