"""Reading at a desk: what opens, through which head, what stands, and what is verified about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.domain.consent.fold import Purpose
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.parts.part import rewrap
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.sealing.verification import Holds
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening import compartments
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.permission import Permission
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.services.testimony import view as testimony_view
from testimony.services.testimony.view import Opened
from testimony.station.station import Station
from tests.support.services.batches import bring, told

TODAY = date(2026, 1, 20)
ALL = ("narrative", "identity", "incident", "coded", "consent", "provenance")


@pytest.fixture
def desk(homes: Path) -> Iterator[Station]:
    with open_station(homes / "desk-lawyer") as station:
        yield station


def passphrase(organisation: Organisation, person: str) -> str:
    return next(each.passphrase for each in organisation.keepers if each.id == person)


@pytest.fixture
def lawyer(desk: Station, organisation: Organisation) -> Reader:
    return opening_reader.unlock(desk, passphrase(organisation, "lawyer-1"))


def opened(desk: Station, reader: Reader, tid: str, at: date = TODAY) -> testimony_view.Opened:
    with desk.database.transaction() as session:
        return testimony_view.open_testimony(desk, session, reader, tid, at=at)


def test_a_lawyer_opens_everything_where_the_witness_agreed(
    desk: Station, lawyer: Reader, organisation: Organisation
) -> None:
    (sealed,) = bring(organisation, desk, [told(0, ("P01", "P04"))])
    found = opened(desk, lawyer, sealed.record.value["tid"])
    assert tuple(held.part for held in found.compartments) == ALL
    assert not any(held.closed for held in found.compartments)
    assert found.attestation is not None
    assert found.attestation.person_id == "interviewer-1"
    assert found.device == "phone-1"


def result(found: Opened, subject: str) -> Holds:
    (one,) = [finding for finding in found.findings if finding.subject == subject]
    return one.holds


def test_keeping_alone_opens_nothing(desk: Station, lawyer: Reader, organisation: Organisation) -> None:
    (sealed,) = bring(organisation, desk, [told(0, ("P01",))])
    found = opened(desk, lawyer, sealed.record.value["tid"])
    assert {held.closed for held in found.compartments} == {"not_for_you"}
    assert found.consent.lines is None
    assert result(found, "manifest") is Holds.YES


def test_a_grant_opens_one_part_and_no_other_and_none_without_consent(
    desk: Station, lawyer: Reader, organisation: Organisation, homes: Path
) -> None:
    (sealed,) = bring(organisation, desk, [told(0, ("P01",))])
    recovery = KeyFile.open((homes / "keys" / "recovery.key").read_bytes(), passphrase(organisation, "recovery"))
    assert recovery.opening is not None
    assert recovery.signer is not None
    part = next(part for part in sealed.parts if part.part == "identity")
    head = rewrap(part.heads["recovery"], key=recovery.opening, recipients=[lawyer.key.recipient], slots=1)
    grant = statements.grant(
        manifest=sealed.record.id,
        part="identity",
        head=sha256_hex(head),
        day="2026-01-20",
        signer=recovery.signer,
    )
    outcome = take_in(desk, [Incoming("record", grant.encode()), Incoming("object", head)])
    assert [status.status for status in outcome.statuses] == ["stored", "stored"]
    with desk.database.reading() as session:
        grants = compartments.grants_of(session, sealed.record.value["tid"])
        opens = {
            name: compartments.open_compartment(
                ReadingSession.at(desk, session, lawyer), sealed.record, name, grants, permission=Permission(closed={})
            ).closed
            for name in ALL
        }
    assert [name for name, closed in opens.items() if closed is None] == ["identity"]
    found = opened(desk, lawyer, sealed.record.value["tid"])
    assert {held.closed for held in found.compartments} == {"not_for_you"}, "nobody agreed that a lawyer reads it"


def test_consent_is_shown_as_it_stands_on_the_day(desk: Station, lawyer: Reader, organisation: Organisation) -> None:
    (sealed,) = bring(organisation, desk, [told(0, ("P01", "P04", "P06"))])
    tid = sealed.record.value["tid"]
    now = {line.purpose: line.usable for line in opened(desk, lawyer, tid).consent.lines or ()}
    assert now == {Purpose.RECORD: True, Purpose.LAWYER: True, Purpose.COUNT: True, Purpose.MECHANISM: False}
    later = {line.purpose: line.usable for line in opened(desk, lawyer, tid, date(2030, 1, 1)).consent.lines or ()}
    assert not any(later.values())


def test_an_unknown_testimony_is_said(desk: Station, lawyer: Reader) -> None:
    with pytest.raises(TestimonyUnknown):
        opened(desk, lawyer, "0" * 32)


def test_what_no_log_confirmed_is_open_and_not_wrong(desk: Station, lawyer: Reader, organisation: Organisation) -> None:
    (sealed,) = bring(organisation, desk, [told(0, ("P01", "P04"))])
    found = opened(desk, lawyer, sealed.record.value["tid"])
    results = [result(found, subject) for subject in ("manifest", "attestation", "log")]
    assert results == [Holds.YES, Holds.YES, Holds.OPEN]
    assert (found.received, found.is_logged) == ("", False)
    assert found.seal == Holds.OPEN


def test_a_withdrawn_testimony_says_so_and_opens_no_more(
    desk: Station, lawyer: Reader, organisation: Organisation
) -> None:
    (sealed,) = bring(organisation, desk, [told(0, ("P01", "P04"))])
    tid = sealed.record.value["tid"]
    withdrawal = statements.withdrawal(
        tid=tid, scope="all", day="2026-01-20", signer=organisation.signers["interviewer-1"]
    )
    take_in(desk, [Incoming("record", withdrawal.encode())])
    found = opened(desk, lawyer, tid)
    assert found.withdrawn
    assert {held.closed for held in found.compartments} == {"withdrawn"}


def test_a_part_that_the_witness_took_back_is_not_said_to_be_on_its_way(
    desk: Station, lawyer: Reader, organisation: Organisation
) -> None:
    code = Signer.generate()
    (sealed,) = bring(organisation, desk, [told(0, ("P01", "P04"))], withdraw=code.public_keys[0].pub.hex())
    tid = str(sealed.record.value["tid"])
    head = next(part.describe()["heads"]["lawyers"] for part in sealed.parts if part.part == "narrative")
    taken = statements.withdrawal(tid=tid, scope=[head], day="2026-01-20", signer=code)
    assert [one.status for one in take_in(desk, [Incoming("record", taken.encode())]).statuses] == ["stored"]
    found = opened(desk, lawyer, tid)
    closed = {held.part: held.closed for held in found.compartments if held.closed}
    assert closed.pop("narrative") == "withdrawn"
    assert set(closed.values()) == {"not_agreed"}, "the use that needs it was taken back, so the rest does not open"
    assert "part.withdrawn" in [one.code for one in found.findings]
    assert "part.missing" not in [one.code for one in found.findings]
