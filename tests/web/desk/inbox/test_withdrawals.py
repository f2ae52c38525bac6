"""The desk's page of withdrawals says of each how far it has come, and nothing of what was said."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from testimony.domain.testimony.languages import DESKS
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import early_withdrawal, statements
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.withdrawal import destruction_receipts
from testimony.station.station import Station
from tests.support.each_time import each_time
from tests.support.services import clocks
from tests.support.services.desks import reader_of
from tests.support.web.browser import EVERYTHING, NUMBERS, Browser, Filled

DAY = "2026-01-20"
LINE = re.compile(r'data-withdrawal="(\w+)" data-state="(\w+)"')


def heard(station: Station, *records: SignedRecord) -> None:
    outcome = take_in(station, [Incoming("record", one.encode()) for one in records])
    assert {one.status for one in outcome.statuses} == {"stored"}, outcome.statuses


def by(organisation: Organisation, person: str, tid: str) -> SignedRecord:
    signer = reader_of(organisation, person).signer
    assert signer is not None
    return statements.withdrawal(tid=tid, scope="all", day=DAY, signer=signer)


def test_each_says_what_it_does_here_and_who_has_destroyed(
    browser: Callable[..., Browser], opened: Callable[[str], Station], filled: Filled, organisation: Organisation
) -> None:
    coordinator, station = browser("coordinator"), opened("coordinator")
    assert "Nobody has taken anything back yet." in coordinator.get("/en/withdrawals/").text
    erased = [by(organisation, person, filled.tid(NUMBERS)) for person in ("lawyer-1", "coordinator-1")]
    held_back = by(organisation, "lawyer-2", filled.tid(EVERYTHING))
    unknown = early_withdrawal.early_withdrawal(day=DAY, signer=Signer.generate())
    heard(station, *erased, held_back, unknown)
    signer = reader_of(organisation, "coordinator-1").signer
    assert signer is not None
    with station.database.reading() as session:
        destroying = destruction_receipts.owed(session, signer.kid)
    heard(station, *(destruction_receipts.receipt_for(name, day=DAY, signer=signer) for name in destroying))
    page = coordinator.get("/en/withdrawals/").text
    states = dict(LINE.findall(page))
    assert states[held_back.id] == "suspended"
    assert states[unknown.id] == "waiting"
    assert {states[one.id] for one in erased} == {"destroyed"}
    assert "held back here, to be destroyed on" in page
    assert "a testimony that is not known here" in page
    assert "destroyed: 1 · not heard of yet: 2" in page  # of three readers, this one
    assert filled.tid(EVERYTHING)[:8] in page


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_it_is_for_every_reader_in_every_language_of_the_desk(browser: Callable[..., Browser], lang: str) -> None:
    for person in ("lawyer", "coordinator"):
        page = browser(person).get(f"/{lang}/withdrawals/")
        assert page.status_code == 200
        assert 'aria-current="page"' in page.text
    assert browser("lawyer", unlocked=False).get(f"/{lang}/withdrawals/").status_code != 200


def test_what_is_kept_because_one_clock_alone_is_past_its_day_is_said(
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    organisation: Organisation,
    filled: Filled,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, desk = browser("coordinator"), opened("coordinator")
    day, signer = "2026-11-29", organisation.signers["interviewer-1"]
    clocks.show(monkeypatch, day, {}, of=desk)
    heard(desk, statements.withdrawal(tid=filled.tid(EVERYTHING), scope="all", day=day, signer=signer))
    assert 'data-clock-finding="held"' not in one.get("/en/withdrawals/").text
    clocks.show(monkeypatch, "2026-12-13", {}, of=desk)
    assert "due by one clock alone: 1." in one.get("/en/withdrawals/").text.split('data-clock-finding="held"')[1]
