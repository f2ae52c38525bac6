"""A proposal to erase everything names its own withdrawal, no other one is taken for it, and it ends with that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from testimony.domain.consent.events import Act
from testimony.sealing.statements import statements
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import contests, erasures
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from tests.support.services.desks import COUNT, RECORD, TODAY, Desk, desks, testimony_at


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def fetched(at: dict[str, Desk], organisation: Organisation) -> str:
    tid = testimony_at(at["lawyer-1"].central, organisation, "P01", "P04", "P06")
    for desk in at.values():
        desk.exchange()
    return tid


def erase(desk: Desk, tid: str, key: object = None) -> None:
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), Act.ERASE, key, day=TODAY)  # type: ignore[arg-type]


def suspended(desk: Desk, tid: str) -> list[contests.Suspension]:
    with desk.station.database.reading() as session:
        return contests.suspensions(desk.station, session, tid)


@pytest.mark.parametrize("key", [None, RECORD])
def test_a_proposal_to_erase_everything_names_its_withdrawal_at_every_desk(
    at: dict[str, Desk], organisation: Organisation, key: object
) -> None:
    lawyer, coordinator, tid = at["lawyer-1"], at["coordinator-1"], fetched(at, organisation)
    erase(lawyer, tid, key)
    for desk in (lawyer, coordinator):
        desk.exchange()
        (one,) = desk.stands(tid).erasures
        (suspension,) = suspended(desk, tid)
        assert (one.withdrawal, one.void) == (suspension.withdrawal, False)
        assert desk.stands(tid).waiting == [one.event]
        assert erasures.erases_everything(one.event)


def test_of_a_proposal_that_names_none_it_is_the_one_that_its_signer_signed_on_that_day(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    lawyer, other, tid = at["lawyer-1"], at["coordinator-1"], fetched(at, organisation)
    monkeypatch.setattr(erasures, "link_to", lambda _: {})  # as earlier versions sealed it
    consent_acts.withdraw_all(lawyer.station, lawyer.reader, tid, day=TODAY - timedelta(days=1))
    witness = suspended_by(lawyer, tid, "lawyer-1")
    erase(lawyer, tid)
    for desk in (lawyer, other):
        desk.exchange()
        (one,) = desk.stands(tid).erasures
        assert {one.withdrawal, witness} == {each.withdrawal for each in suspended(desk, tid)}
        assert one.withdrawal != witness
        assert desk.stands(tid).waiting == [one.event]


def test_a_proposal_to_erase_one_use_names_none(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer, tid = at["lawyer-1"], fetched(at, organisation)
    erase(lawyer, tid, COUNT)
    stands = lawyer.stands(tid)
    assert stands.erasures == ()
    assert not any(map(erasures.erases_everything, stands.waiting))


def test_a_proposal_that_two_roles_called_false_waits_for_nobody(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, coordinator, tid = at["lawyer-1"], at["coordinator-1"], fetched(at, organisation)
    erase(lawyer, tid)
    for desk in (lawyer, coordinator):
        desk.exchange()
        (event,) = desk.stands(tid).waiting
        (one,) = suspended(desk, tid)
        contests.contest(desk.station, desk.reader, tid, one.withdrawal, reason="danger", day=TODAY)
        desk.exchange()
    lawyer.exchange()
    for desk in (lawyer, coordinator):
        assert desk.stands(tid).is_void(event)
        assert desk.stands(tid).waiting == []
        assert desk.usable(tid) == set(), "the hold stays until both roles lift it"
    with pytest.raises(ConsentActRefused) as refused:
        consent_acts.confirm(coordinator.station, coordinator.reader, coordinator.stands(tid), event.id, day=TODAY)
    assert refused.value.reason == "unknown"


def test_nobody_can_name_the_withdrawal_of_somebody_else(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer, other, tid = at["lawyer-1"], at["lawyer-2"], fetched(at, organisation)
    withdrawn = statements.withdrawal(
        tid=tid, scope="all", day=TODAY.isoformat(), signer=organisation.signers["interviewer-1"]
    )
    take_in(lawyer.central, [Incoming("record", withdrawn.encode())])
    for desk in (lawyer, other):
        desk.exchange()
    erase(lawyer, tid)
    (proposal,) = lawyer.stands(tid).waiting
    for named, count in ((withdrawn.id, 0), (suspended_by(lawyer, tid, "lawyer-1"), 1)):
        record, items = consent_acts.seal_said(
            lawyer.station.chain.latest, lawyer.reader, tid, [proposal], day=TODAY, more=erasures.link_to(named)
        )
        before = len(lawyer.stands(tid).erasures)
        consent_acts.keep(lawyer.station, lawyer.reader, items, [("said", record.id)], TODAY)
        assert len(lawyer.stands(tid).erasures) - before == count


def suspended_by(desk: Desk, tid: str, person: str) -> str:
    (found,) = (one.withdrawal for one in suspended(desk, tid) if one.signer == person)
    return found


def test_of_one_day_a_person_signs_one_withdrawal_of_everything(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    """It does not say why: the second would be the same record, which may be void by then."""
    lawyer, tid = at["lawyer-1"], fetched(at, organisation)
    erase(lawyer, tid)
    assert consent_acts.withdrawal_of(lawyer.reader, tid, day=TODAY).id == suspended_by(lawyer, tid, "lawyer-1")
    with pytest.raises(ConsentActRefused) as refused:
        consent_acts.withdraw_all(lawyer.station, lawyer.reader, tid, day=TODAY)
    assert refused.value.reason == "twice"
    consent_acts.withdraw_all(lawyer.station, lawyer.reader, tid, day=TODAY + timedelta(days=1))
    assert len(suspended(lawyer, tid)) == 2
    with pytest.raises(ConsentActRefused):
        erase(lawyer, tid)
