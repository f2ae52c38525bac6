"""A phone takes back single uses: every desk counts them no more, the first takes the heads that nobody may keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from testimony import canonical
from testimony.domain.consent.authority import content_of
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Purpose
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.consent import contests as consent_contests
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.store.models.suspensions import SuspensionRow
from testimony.web.desk.consent import timeline_text
from tests.support.services.consent.partial_withdrawals import bring, event, sealed_with
from tests.support.services.desks import TODAY, Desk, desks

COUNTED = (event(Purpose.COUNT, "public", number=1), event(Purpose.MECHANISM, "mechanism", number=2))
NEWS = (event(Purpose.JOURNALISTS, "border-news"),)


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def by_phone(central: Station, organisation: Organisation, tid: str, events: Sequence[ConsentEvent]) -> None:
    """What the phone of an interviewer seals, as central takes it in."""
    roster = central.chain.latest
    sealed = annex.seal_annex(
        canonical.encode(content_of(events)),
        tid=tid,
        day=TODAY.isoformat(),
        roster=roster.sha256,
        audiences={name: (roster.recipients(name), roster.slots[name]) for name in roster.slots},
        signer=organisation.signers["phone-1"],
    )
    objects = (*sealed.part.heads.values(), sealed.part.body)
    incoming = [Incoming("record", sealed.record.encode()), *(Incoming("object", data) for data in objects)]
    assert {one.status for one in take_in(central, incoming).statuses} == {"stored"}


def of_coordinators(sealed: SealedTestimony) -> list[str]:
    parts = sealed.record.value["parts"]
    return sorted(part["heads"]["coordinators"] for part in parts if "coordinators" in part["heads"])


def withdrawn(station: Station) -> list[tuple[str, str | None]]:
    """(signer, due) of the withdrawals of heads that are held there."""
    with station.database.reading() as session:
        rows = session.scalars(select(SuspensionRow).where(SuspensionRow.whole.is_(False)))
        return [(row.signer, row.due) for row in rows]


def served(station: Station, names: Sequence[str]) -> bool:
    with station.database.reading() as session:
        return all(record_queries.read_head(station, session, name) is not None for name in names)


def lived(at: dict[str, Desk], organisation: Organisation, events: Sequence[ConsentEvent]) -> tuple[str, list[str]]:
    """A testimony at both desks, of which a phone then takes something back: its number, the heads of coordinators."""
    central, sealed = at["lawyer-1"].central, sealed_with(organisation)
    tid = bring(central, sealed)
    for name in ("lawyer-1", "coordinator-1"):
        at[name].exchange()
    by_phone(central, organisation, tid, events)
    return tid, of_coordinators(sealed)


def test_a_use_that_a_phone_takes_back_ends_at_every_desk_and_takes_nobodys_heads_while_others_stand(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, heads = lived(at, organisation, NEWS)
    for name in ("lawyer-1", "coordinator-1"):
        at[name].exchange()
        assert at[name].usable(tid) == {"P01", "P04", "P06", "P07"}
    assert withdrawn(at["lawyer-1"].central) == []
    assert served(at["coordinator-1"].station, heads)
    [step] = [one for one in at["lawyer-1"].stands(tid).steps if one.event.act is Act.WITHDRAW]
    assert [str(timeline_text.WHO[role]) for role in step.roles] == ["The witness, through an interviewer's phone"]


def test_the_first_desk_that_reads_it_takes_the_heads_of_whoever_has_no_other_use_and_no_other_desk_does_it_again(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid, heads = lived(at, organisation, COUNTED)
    lawyer.exchange()
    signer = lawyer.reader.signer
    assert signer is not None
    assert [one for one, _ in withdrawn(lawyer.central)] == [signer.kid]
    assert all(due for _, due in withdrawn(lawyer.central)), "destroyed after two weeks unless two roles contest it"
    assert not served(lawyer.central, heads)
    coordinator.exchange()
    assert not served(coordinator.station, heads)
    for desk in (coordinator, lawyer, coordinator):
        desk.exchange()
    assert len(withdrawn(lawyer.central)) == 1
    assert lawyer.usable(tid) == {"P01", "P04", "P12"}


def test_what_two_roles_call_false_is_served_again_and_no_desk_takes_it_anew(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid, heads = lived(at, organisation, COUNTED)
    lawyer.exchange()
    coordinator.exchange()
    for desk in (lawyer, coordinator):
        with desk.station.database.reading() as session:
            [against] = consent_contests.suspensions(desk.station, session, tid)
        consent_contests.contest(desk.station, desk.reader, tid, against.withdrawal, reason="other", day=TODAY)
    for desk in (lawyer, coordinator, lawyer, coordinator):
        desk.exchange()
    assert served(lawyer.central, heads)
    assert len(withdrawn(lawyer.central)) == 1
    assert "P06" not in lawyer.usable(tid), "the use itself comes back with a new yes alone"


def test_a_phone_only_takes_back(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    grant = event(Purpose.CONTACT, "organisation", Act.GRANT, 1)
    hold = event(Purpose.COUNT, "public", Act.HOLD, 2)
    tid, _ = lived(at, organisation, (grant, hold))
    lawyer.exchange()
    assert lawyer.usable(tid) == {"P01", "P04", "P06", "P07", "P12"}
    assert set(lawyer.stands(tid).counted.refused.values()) == {"signer.role"}
