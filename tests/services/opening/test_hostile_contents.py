"""What a dishonest, enrolled phone may seal: a desk says that it cannot be read, and nothing else suffers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.coding import opened_accounts
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.release import candidates
from testimony.services.startup import open_station
from testimony.services.testimony import view as testimony_view
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.services.desks import TODAY
from tests.support.services.hostile_contents import CODED, CONSENTS, sealed_with

GIVEN = (
    b'{"events":[{"event":"ASK","id":"a","purpose":"P01","recipient":"o","life_months":24,"after":[],"day":"2026-01-19"}'
    b',{"event":"GRANT","id":"b","purpose":"P01","recipient":"o","life_months":24,"after":["a"],"day":"2026-01-19"}'
    b',{"event":"GRANT","id":"c","purpose":"P06","recipient":"p","life_months":null,"after":["a"],"day":"2026-01-19"}]}'
)


@pytest.fixture
def desk(homes: Path) -> Iterator[Station]:
    with open_station(homes / "desk-coordinator") as station:
        yield station


@pytest.fixture
def reader(desk: Station, organisation: Organisation) -> Reader:
    return opening_reader.unlock(
        desk, next(each.passphrase for each in organisation.keepers if each.id == "coordinator-1")
    )


@pytest.mark.parametrize("consent", CONSENTS)
def test_a_consent_that_cannot_be_read_agrees_to_nothing(
    desk: Station, reader: Reader, organisation: Organisation, consent: bytes
) -> None:
    one = sealed_with(organisation, {"consent": consent, "coded": b"{}"})
    take_in(desk, demo.incoming(one))
    with desk.database.transaction() as session:
        found = testimony_view.open_testimony(desk, session, reader, one.record.value["tid"], at=TODAY)
        assert (found.consent.readable, found.consent.usable) == (False, frozenset())
        assert candidates.of(desk, session, reader, AnnexIndex(), at=TODAY).usable == ()


@pytest.mark.parametrize("coded", CODED)
def test_a_hostile_account_neither_stops_a_release_nor_gets_into_it(
    desk: Station, reader: Reader, organisation: Organisation, coded: bytes
) -> None:
    bring(organisation, desk, [told(number) for number in range(12)])
    for _ in range(6):
        take_in(desk, demo.incoming(sealed_with(organisation, {"consent": GIVEN, "coded": coded})))
    with desk.database.reading() as session:
        found = opened_accounts.open_accounts(desk, session, reader, AnnexIndex(), candidates.vocabulary(), at=TODAY)
    lines = [one.line for one in found if one.line is not None]
    assert len(found) == 18
    assert len(lines) >= 12
    assert "cmd" not in repr(lines)
