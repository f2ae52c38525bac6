"""The seal is green only while every proof holds; each thing that is tampered with for real is said by its own name."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from testimony.canonical import sha256_hex
from testimony.sealing.log import checkpoint
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements
from testimony.sealing.testimony import attestation
from testimony.sealing.testimony.media import PIECE, Medium
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.sealing.verification import Holds
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.store.models.log import LogHead, LogLeaf
from testimony.store.models.records import ReceiptRow, RecordRow
from tests.support.damage import last_byte_changed
from tests.support.services.batches import NOW, told
from tests.support.services.desks import Desk, desks
from tests.support.services.rosters import root_of

GREEN = ["manifest.holds", "part.holds", "attestation.holds", "receipt.log", "log.holds", "story.one"]
VOICE = random.Random("a voice").randbytes(2 * PIECE + 9)


@dataclass
class Sealed:
    """One testimony that reached the desk by way of central."""

    desk: Desk
    sealed: SealedTestimony
    organisation: Organisation

    @property
    def record(self) -> SignedRecord:
        return self.sealed.record

    @property
    def tid(self) -> str:
        return str(self.record.value["tid"])

    @property
    def central(self) -> Signer:
        return self.desk.central.signer

    def codes(self) -> list[str]:
        return [one.code for one in self.desk.open(self.tid).findings]

    def seal(self) -> Holds:
        return self.desk.open(self.tid).seal

    def run(self, *acts: Any) -> None:
        with self.desk.station.database.transaction() as session:
            for act in acts:
                session.execute(act)

    def body(self, part: str) -> Path:
        name = next(str(one["body"]) for one in self.record.value["parts"] if one["part"] == part)
        return Path(self.desk.station.parts.folder / name[:2] / name)

    def receipt(self, signer: Signer | None = None, *, station: str = "", **changes: Any) -> None:
        """A receipt of it at the desk: central's, for the log as the desk reads it, unless something is changed."""
        with self.desk.station.database.reading() as session:
            size = custody_log.mirror_size(session, self.central.kid)
            root = custody_log.mirror_root(session, self.central.kid, size).hex()
        bodies = [str(one["body"]) for one in self.record.value["parts"]]
        given = {"record": self.record.id, "parts": bodies, "log_size": size, "root": root, "durable": True}
        made = statements.receipt(**(given | changes), signer=signer or self.central)
        row = ReceiptRow(record=self.record.id, station=station or made.by, data=made.encode())
        with self.desk.station.database.transaction() as session:
            session.merge(row)


def invented(organisation: Organisation, *media: Medium) -> SealedTestimony:
    chain = RosterChain(organisation.root, [organisation.roster])
    account = {**told(0, ("P01", "P04", "P06")), "also": ["P02", "P03"] if media else []}
    return demo.seal_invented(organisation, chain, account, number=0, taken_down=NOW, withdraw=None, media=media)


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


@pytest.fixture
def come(at: Desk, organisation: Organisation) -> Callable[..., Sealed]:
    """A function that takes a testimony to central and fetches it, `by="hand"` brings it to the desk past the log."""

    def bring(*media: Medium, by: str = "log", sealed: SealedTestimony | None = None) -> Sealed:
        one = sealed or invented(organisation, *media)
        station = at.central if by == "log" else at.station
        outcome = take_in(station, demo.incoming(one))
        assert {status.status for status in outcome.statuses} == {"stored"}
        if by == "log":
            at.exchange()
        return Sealed(at, one, organisation)

    return bring


def test_it_is_green_while_everything_holds(come: Callable[..., Sealed]) -> None:
    one = come()
    assert (one.codes(), one.seal()) == (GREEN, Holds.YES)
    one.receipt()
    assert (one.codes()[3], one.seal()) == ("receipt.holds", Holds.YES)


def test_without_receipt_and_log_it_waits(come: Callable[..., Sealed]) -> None:
    one = come(by="hand")
    assert one.codes()[3:] == ["receipt.missing", "log.waiting", "story.unread"]
    assert one.seal() is Holds.OPEN
    come()
    assert one.codes()[3:] == ["receipt.missing", "log.waiting", "story.one"]


def said_no(one: Sealed, code: str) -> None:
    """`code`, and only that, is said; and the seal is not green."""
    found = one.desk.open(one.tid).findings
    wrong = [each.code for each in found if each.holds is Holds.NO]
    assert (wrong, one.seal()) == ([code], Holds.NO)


def test_a_manifest_that_somebody_else_signed(come: Callable[..., Sealed]) -> None:
    one = come()
    forged = SignedRecord(one.record.data, SignedRecord.sign(one.record.value, Signer.generate()).sigs)
    one.run(update(RecordRow).where(RecordRow.name == one.record.id).values(data=forged.encode()))
    assert "manifest.signature" in one.codes()
    assert one.seal() is Holds.NO


def revoke(one: Sealed, device: str) -> None:
    """The next roster, in which a device is revoked, comes to the desk."""
    value = one.organisation.roster.value
    devices = [each | ({"status": "revoked"} if each["id"] == device else {}) for each in value["devices"]]
    now = value | {"no": value["no"] + 1, "prev": one.organisation.roster.id, "devices": devices}
    roots = [root_of(one.organisation, name) for name in ("root-1", "root-2")]
    roster = SignedRecord.sign_by_roots(now, roots)
    outcome = take_in(one.desk.station, [Incoming("record", roster.encode())])
    assert [status.status for status in outcome.statuses] == ["stored"]


def test_a_manifest_by_a_key_that_was_revoked_counts_only_where_the_log_had_it(come: Callable[..., Sealed]) -> None:
    logged, by_hand = come(), come(by="hand")
    revoke(logged, "phone-1")
    assert logged.seal() is Holds.YES
    said_no(by_hand, "manifest.revoked")


def test_an_attestation_of_other_parts(come: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch) -> None:
    def other(provenance: bytes, **given: Any) -> bytes:
        return honest(provenance, **given | {"commits": given["commits"] | {"narrative": "0" * 64}})

    honest = attestation.attest
    monkeypatch.setattr(attestation, "attest", other)
    said_no(come(), "attestation.parts")


@pytest.mark.parametrize("who", ["lawyer-1", "phone-1", "stranger"])
def test_an_attestation_by_who_is_no_interviewer(
    who: str, come: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch, organisation: Organisation, at: Desk
) -> None:
    reader = at.reader.signer
    assert reader is not None
    signer = {"lawyer-1": reader, "phone-1": organisation.signers["phone-1"], "stranger": Signer.generate()}[who]
    honest = attestation.attest
    monkeypatch.setattr(attestation, "attest", lambda data, **given: honest(data, **given | {"interviewer": signer}))
    said_no(come(), "attestation.key")


def test_an_attestation_whose_signature_is_not_of_its_key(
    come: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = attestation.attest
    monkeypatch.setattr(
        attestation,
        "attest",
        lambda data, **given: honest(data, **given).replace(b"2026-01-20T09:30", b"2026-01-20T09:31"),
    )
    one = come()
    found = {each.code for each in one.desk.open(one.tid).findings if each.holds is Holds.NO}
    assert found == {"attestation.signature"}


def test_a_receipt_by_who_is_no_station(come: Callable[..., Sealed], organisation: Organisation) -> None:
    for signer in (organisation.signers["phone-1"], Signer.generate()):
        one = come()
        one.receipt(signer)
        said_no(one, "receipt.signer")


def test_a_receipt_that_its_station_did_not_sign(come: Callable[..., Sealed]) -> None:
    one = come()
    one.receipt()
    with one.desk.station.database.reading() as session:
        data = session.scalar(select(ReceiptRow.data).where(ReceiptRow.record == one.record.id))
    assert data is not None
    one.run(update(ReceiptRow).values(data=data.replace(b"true", b"false")))
    said_no(one, "receipt.signature")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"record": "0" * 64}, "receipt.other"),
        ({"parts": []}, "receipt.empty"),
        ({"durable": False}, "receipt.empty"),
    ],
)
def test_a_receipt_for_something_else_or_for_nothing(
    changes: dict[str, Any], code: str, come: Callable[..., Sealed]
) -> None:
    one = come()
    one.receipt(**changes)
    said_no(one, code)


def test_a_receipt_for_another_log(come: Callable[..., Sealed]) -> None:
    one = come()
    one.receipt(root="0" * 64)
    said_no(one, "receipt.forked")


def test_what_central_signed_for_and_then_dropped(come: Callable[..., Sealed]) -> None:
    """It came by hand with central's receipt, and central's log, read past that place, does not have it."""
    come()
    one = come(by="hand")
    one.receipt()
    said_no(one, "log.dropped")


def leaf(one: Sealed) -> Any:
    return (LogLeaf.log == one.central.kid) & (LogLeaf.ref == one.record.id)


def test_a_proof_of_inclusion_that_is_wrong(come: Callable[..., Sealed]) -> None:
    one = come()
    with one.desk.station.database.reading() as session:
        entry = session.scalar(select(LogLeaf.entry).where(leaf(one)))
    assert entry is not None
    one.run(update(LogLeaf).where(leaf(one)).values(entry=entry.replace(b"2026-", b"2025-")))
    said_no(one, "log.proof")


def test_a_head_that_central_did_not_sign(come: Callable[..., Sealed]) -> None:
    one = come()
    with one.desk.station.database.reading() as session:
        head = session.get(LogHead, one.central.kid)
        assert head is not None
        note = checkpoint.sign(
            custody_log.origin(one.central.kid),
            head.size,
            custody_log.mirror_root(session, one.central.kid, head.size),
            Signer.generate(),
            epoch="0" * 32,
        )
    one.run(update(LogHead).where(LogHead.log == one.central.kid).values(checkpoint=note))
    assert {"log.head", "story.changed"} <= set(one.codes())
    assert one.seal() is Holds.NO


def test_entries_that_are_lacking(come: Callable[..., Sealed]) -> None:
    one = come()
    other = (LogLeaf.log == one.central.kid) & (LogLeaf.no == 0)
    one.run(delete(LogLeaf).where(other))
    assert "story.gap" in one.codes()
    assert one.seal() is Holds.NO


def test_a_log_that_is_not_the_one_that_was_signed(come: Callable[..., Sealed]) -> None:
    one = come()
    with one.desk.station.database.reading() as session:
        place = session.scalar(select(LogLeaf.no).where(leaf(one)))
    other = (LogLeaf.log == one.central.kid) & (LogLeaf.no == (place or 0) - 1)
    one.run(update(LogLeaf).where(other).values(leaf=b"\0" * 32))
    found = set(one.codes())
    assert found & {"story.changed", "log.proof"}
    assert one.seal() is Holds.NO


def test_two_stories(come: Callable[..., Sealed]) -> None:
    one = come()
    with one.desk.station.database.transaction() as session:
        size = custody_log.mirror_size(session, one.central.kid)
        epoch = split_view.verified(one.desk.station.chain, custody_log.mirror_head(session, one.central.kid))[1].epoch
        other = checkpoint.sign(custody_log.origin(one.central.kid), size, b"\7" * 32, one.central, epoch=epoch)
        assert split_view.consider(one.desk.station, session, other) == "forked"
    said_no(one, "story.forked")


def test_a_part_that_was_damaged_and_one_that_lacks(come: Callable[..., Sealed]) -> None:
    one = come()
    file = one.body("incident")
    file.chmod(0o600)
    file.write_bytes(last_byte_changed(file.read_bytes()))
    found = one.desk.open(one.tid).findings
    assert [(each.code, each.values.get("part")) for each in found if each.holds is Holds.NO] == [
        ("part.altered", "incident")
    ]
    two = come()
    two.desk.station.parts.remove(two.body("narrative").name)
    found = two.desk.open(two.tid).findings
    assert [(each.code, each.values.get("part")) for each in found if each.holds is not Holds.YES] == [
        ("part.missing", "narrative")
    ]
    assert (one.seal(), two.seal()) == (Holds.NO, Holds.OPEN)


def test_a_piece_that_was_damaged_is_found_though_nobody_listens(come: Callable[..., Sealed]) -> None:
    one = come(Medium(kind="voice", type="audio/webm", data=VOICE, seconds=9), by="hand")
    file = one.body("media-003")
    file.chmod(0o600)
    file.write_bytes(last_byte_changed(file.read_bytes()))
    found = one.desk.open(one.tid).findings
    assert [(each.code, each.values.get("number")) for each in found if each.subject == "part"] == [("part.pieces", 1)]


def test_a_piece_that_has_not_come_keeps_it_from_green(
    at: Desk, organisation: Organisation, come: Callable[..., Sealed]
) -> None:
    sealed = invented(organisation, Medium(kind="voice", type="audio/webm", data=VOICE, seconds=9))
    late = next(one["body"] for one in sealed.record.value["parts"] if one["part"] == "media-003")
    items = [item for item in demo.incoming(sealed) if sha256_hex(item.payload) != late]
    take_in(at.station, items)
    one = Sealed(at, sealed, organisation)
    found = one.desk.open(one.tid).findings
    assert [
        (each.code, each.values.get("part"), each.values.get("number")) for each in found if each.subject == "part"
    ] == [("part.lacking", "voice", 1)]


def test_its_way_in_days_says_who_opened_it_and_when_it_was_taken_back(come: Callable[..., Sealed]) -> None:
    one = come()
    one.desk.open(one.tid)
    one.desk.open(one.tid, date(2026, 1, 22))
    signer = one.organisation.signers["interviewer-1"]
    withdrawn = statements.withdrawal(tid=one.tid, scope="all", day="2026-01-23", signer=signer)
    take_in(one.desk.station, [Incoming("record", withdrawn.encode())])
    steps = one.desk.open(one.tid, date(2026, 1, 24)).trail
    kinds = [(step.kind, step.by, step.times) for step in steps]
    assert ("taken_down", "phone-1", 1) in kinds
    assert ("opened", "lawyer-1", 1) in kinds
    assert ("withdrawn", "interviewer-1", 1) in kinds
    assert [step.day for step in steps] == sorted(step.day for step in steps)
    central = next(step for step in steps if step.kind == "central")
    with one.desk.station.database.reading() as session:
        found = custody_log.mirror_find(session, one.central.kid, one.record.id, "received")
    assert found is not None
    assert central.position == found[0]
