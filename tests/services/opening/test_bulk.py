"""Many at once open, and verify, exactly as one does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.domain.roles import Audience, Role
from testimony.sealing import verification
from testimony.sealing.parts.part import rewrap
from testimony.sealing.statements import statements
from testimony.sealing.verification import Holds
from testimony.services.consent import permissions
from testimony.services.custody import receptions
from testimony.services.custody.receptions import ReceptionChecks
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening import compartments
from testimony.services.opening.bulk import Openings
from testimony.services.opening.compartments import ORDER
from testimony.services.opening.permission import Permission
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from tests.support.services.batches import bring, told
from tests.support.services.desks import TODAY, Desk, desks, reader_of


@pytest.fixture
def at(organisation: Organisation, tmp_path: Path) -> Iterator[dict[str, Desk]]:
    homes = Path(shutil.copytree(organisation.folder, tmp_path / "org"))
    with desks(homes, organisation) as found:
        purposes = (("P01", "P04", "P06"), ("P01", "P06"), ("P01",), ("P01", "P04"))
        central = found["lawyer-1"].central
        bring(organisation, central, [told(number, given) for number, given in enumerate(purposes)])
        for desk in found.values():
            desk.exchange()
        yield found


def grant(desk: Desk, organisation: Organisation, name: str = "coded") -> None:
    """A further head of the part `name` of the first testimony, for the reader who has it already."""
    reader = reader_of(organisation, "lawyer-1")
    assert reader.signer is not None
    with desk.station.database.reading() as session:
        record = record_queries.records_of_kind(session, "manifest")[0][1]
        part = next(one for one in record.value["parts"] if one["part"] == name)
        head = record_queries.read_head(desk.station, session, part["heads"]["lawyers"])
    assert head is not None
    again = rewrap(head, key=reader.key, recipients=[reader.key.recipient], slots=1)
    made = statements.grant(
        manifest=record.id, part=name, head=sha256_hex(again), day="2026-01-20", signer=reader.signer
    )
    outcome = take_in(desk.station, [Incoming("record", made.encode()), Incoming("object", again)])
    assert {status.status for status in outcome.statuses} == {"stored"}


def test_a_coordinator_to_whom_a_dishonest_lawyer_grants_the_narrative_opens_nothing_of_it(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    desk = at["lawyer-1"]
    grant(desk, organisation, "narrative")
    coordinator = replace(desk.reader, role=Role.COORDINATOR, audience=Audience.COORDINATORS)
    with desk.station.database.reading() as session:
        record = record_queries.records_of_kind(session, "manifest")[0][1]
        grants = compartments.grants_of(session, record.value["tid"])
        said = [
            compartments.open_compartment(
                ReadingSession.at(desk.station, session, reader),
                record,
                "narrative",
                grants,
                permission=Permission(closed={}),
            ).closed
            for reader in (desk.reader, coordinator)
        ]
    assert said == [None, "not_for_you"]


@pytest.mark.parametrize("person", ["lawyer-1", "coordinator-1"])
@pytest.mark.parametrize("granted", [False, True])
def test_every_part_opens_as_it_does_alone(
    person: str, granted: bool, at: dict[str, Desk], organisation: Organisation
) -> None:
    desk = at[person]
    if granted and person == "lawyer-1":
        grant(desk, organisation)
    with desk.station.database.reading() as session:
        records = {record.id: record for _, record in record_queries.records_of_kind(session, "manifest")}
        openings = Openings(ReadingSession.at(desk.station, session, desk.reader), records)
        assert len(openings.sealed) == 4
        for sealed in openings.sealed:
            grants = compartments.grants_of(session, sealed.tid)
            assert bool(grants) == bool(sealed.grants)
            alone = compartments.open_consent(
                ReadingSession.at(desk.station, session, desk.reader), sealed.record, grants
            )
            assert openings.open_consent(sealed) == alone
            allowed = permissions.permission_for(
                ReadingSession.at(desk.station, session, desk.reader), sealed.record, annexes=desk.annexes, at=TODAY
            )
            for part in ORDER:
                alone = compartments.open_compartment(
                    ReadingSession.at(desk.station, session, desk.reader),
                    sealed.record,
                    part,
                    grants,
                    permission=allowed,
                )
                assert openings.open(sealed, part, allowed) == alone
                entry = compartments.parsed(sealed.record).part(part)
                assert entry is not None
                opens = compartments.opens(
                    ReadingSession.at(desk.station, session, desk.reader), sealed.record, entry, permission=allowed
                )
                assert openings.opens(sealed, part, allowed) is opens


def test_the_log_proves_many_as_it_proves_one(at: dict[str, Desk], organisation: Organisation) -> None:
    desk = at["lawyer-1"]
    bring(organisation, desk.station, [told(9, ("P01", "P04"))])  # of which no log says anything
    with desk.station.database.reading() as session:
        records = [record for _, record in record_queries.records_of_kind(session, "manifest")]
        found = ReceptionChecks(desk.station.chain, session).results([record.id for record in records])
        alone = {
            record.id: verification.check_entry(receptions.central_entry(session, desk.station.chain, record.id)).holds
            for record in records
        }
    assert found == alone
    assert set(alone.values()) == {Holds.YES, Holds.OPEN}
