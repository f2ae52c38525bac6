"""What a lost key opens is counted without it: never too little, and by the rosters that named it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.access import exposure
from testimony.services.access.exposure import Exposure
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import adoption
from testimony.services.roster import history as roster_history
from tests.support.services import rosters
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.recovery.grants import ALL, exchange, fetched, joined, let_in


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def of(desk: Desk, id: str) -> Exposure:
    (holder,) = [one for one in roster_history.holders(desk.station.chain) if one.id == id]
    with desk.station.database.reading() as session:
        return exposure.exposure(session, holder)


def test_what_was_sealed_and_what_was_granted_is_counted_with_its_days(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    tids = [fetched(at, organisation, *ALL) for _ in range(2)]
    fetched(at, organisation, "P01")
    joined(at, organisation, homes, "lawyer-3")
    desk = at["lawyer-1"]
    old, new = of(desk, "lawyer-2"), of(desk, "lawyer-3")
    assert (old.sealed, old.granted, old.testimonies) == (3, 0, 3), "decoys cannot be told from readers: at most"
    assert (new.sealed, new.granted, new.first) == (0, 0, "")
    let_in(desk)
    new = of(desk, "lawyer-3")
    assert (new.sealed, new.granted) == (0, 2)
    assert new.first <= new.last
    assert old.first == new.first
    consent_acts.withdraw_all(desk.station, desk.reader, tids[0], day=TODAY)
    assert of(desk, "lawyer-3").gone == 1, "whoever copied it before still reads it"


def test_who_left_and_whose_key_was_replaced_is_told(at: dict[str, Desk], organisation: Organisation) -> None:
    import json

    desk = at["lawyer-1"]
    assert roster_history.leavers(desk.station.chain) == []
    people = json.loads(organisation.roster.data)["people"]
    told = [one | {"status": "revoked"} if one["id"] == "lawyer-2" else one for one in people]
    record = rosters.after(organisation, organisation.roster, people=told)
    rosters.adopt(desk.central.settings.home, record)
    with desk.central.database.reading() as session:
        adoption.refresh(desk.central, session)
    exchange({"lawyer-1": desk})
    (left,) = roster_history.leavers(desk.station.chain)
    assert (left.id, left.no, left.replaced) == ("lawyer-2", 2, False)
