"""Taking sealed objects in: what is stored, what is refused by which rule, and that a receipt is never too early."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy import text

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.services.records import queries as record_queries
from testimony.services.records.readback import Readback
from testimony.services.records.types import Incoming, Outcome
from testimony.services.records.validation import GRANTED
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.blobs.folder import PartStore
from testimony.store.errors import PartDamaged, StoreFailing, StoreFull
from tests.support.damage import last_byte_changed
from tests.support.services.world import DAY, World, entries, incoming, names, objects_of, record, said, take, tid_of


def changed(signed: SignedRecord, signer: Signer, **changes: Any) -> SignedRecord:
    """Another statement with the same fields, signed again."""
    return SignedRecord.sign({**signed.value, **changes}, signer)


def receipts(outcome: Outcome) -> list[str]:
    return [receipt.value["record"] for receipt in outcome.receipts]


def lacking(station: Station, wanted: set[str]) -> set[str]:
    with station.database.reading() as session:
        return record_queries.lacking(session, wanted)


# What is sound


def test_a_testimony_is_stored_logged_and_signed_for(world: World, node: Station) -> None:
    sealed = world.testimony()
    outcome = take(node, sealed)
    assert set(said(outcome)) == {"stored"}
    [receipt] = outcome.receipts
    promise = statements.verify_receipt(receipt, node.signer.public_keys)
    assert promise.record == sealed.record.id
    assert set(promise.parts) == names(sealed)
    assert promise.durable
    assert entries(node) == [("received", sealed.record.id)]
    with node.database.reading() as session:
        from testimony.services.custody import log as custody_log

        assert (promise.log_size, promise.root) == (custody_log.size(session), custody_log.root(session))


def test_heads_and_bodies_come_back_byte_for_byte(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    with node.database.reading() as session:
        for part, entry in zip(sealed.parts, sealed.record.value["parts"], strict=True):
            assert record_queries.read_body(node, entry["body"]) == part.body
            for audience, head in entry["heads"].items():
                assert record_queries.read_head(node, session, head) == part.heads[audience]
        assert record_queries.record_of(session, sealed.record.id) == sealed.record
        assert record_queries.records_about(session, tid_of(sealed)) == [sealed.record]
        assert [found.id for _, found in record_queries.records_of_kind(session, "manifest")] == [sealed.record.id]


def test_the_same_again_gives_the_same_answer_and_the_same_receipt_bytes(world: World, node: Station) -> None:
    sealed = world.testimony()
    first = take(node, sealed)
    again = take(node, sealed)
    assert set(said(again)) == {"duplicate"}
    assert [receipt.encode() for receipt in again.receipts] == [receipt.encode() for receipt in first.receipts]
    assert entries(node) == [("received", sealed.record.id)]


def test_objects_alone_bring_the_receipt_again(world: World, node: Station) -> None:
    """The answer was lost, and the sender repeats only what it thinks was not taken."""
    sealed = world.testimony()
    take(node, sealed)
    assert receipts(take(node, objects_of(sealed)[0])) == [sealed.record.id]


def test_the_same_thing_twice_in_one_batch_is_a_duplicate(world: World, node: Station) -> None:
    sealed = world.testimony()
    outcome = take(node, sealed, sealed)
    half = len(incoming(sealed))
    assert set(said(outcome)[:half]) == {"stored"}
    assert set(said(outcome)[half:]) == {"duplicate"}
    assert receipts(outcome) == [sealed.record.id]


def test_records_may_stand_behind_their_objects(world: World, node: Station) -> None:
    sealed = world.testimony()
    assert set(said(take(node, *objects_of(sealed), record(sealed.record)))) == {"stored"}


@pytest.mark.parametrize("missing", [0, 3, -1])
def test_an_incomplete_testimony_is_kept_without_a_receipt_until_the_last_object(
    world: World, node: Station, missing: int
) -> None:
    sealed = world.testimony()
    objects = objects_of(sealed)
    last = objects.pop(missing)
    first = take(node, sealed.record, *objects)
    assert set(said(first)) == {"stored"}
    assert first.receipts == ()
    assert entries(node) == []
    assert lacking(node, names(sealed) | {sealed.record.id}) == {canonical.sha256_hex(last)}
    second = take(node, last)
    assert said(second) == ["stored"]
    assert receipts(second) == [sealed.record.id]
    assert set(second.receipts[0].value["parts"]) == names(sealed)
    assert entries(node) == [("received", sealed.record.id)]


def test_what_is_unknown_is_lacking(node: Station) -> None:
    assert lacking(node, {"a" * 64}) == {"a" * 64}


def test_many_at_once_from_many_phones_are_all_stored_once(world: World, node: Station) -> None:
    sealed = [world.testimony() for _ in range(6)]
    outcomes: list[Outcome] = []

    def deliver() -> None:
        for each in sealed:
            outcomes.append(take(node, each))

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 24
    assert {status for outcome in outcomes for status in said(outcome)} == {"stored", "duplicate"}
    given = {receipt.encode() for outcome in outcomes for receipt in outcome.receipts}
    assert len(given) == 6
    assert sorted(ref for _, ref in entries(node)) == sorted(each.record.id for each in sealed)


def test_a_desk_stores_what_it_is_given_and_signs_nothing(world: World) -> None:
    desk = world.desk()
    sealed = world.testimony()
    some = sealed.parts[0]
    outcome = take(desk, sealed.record, some.body, some.heads["lawyers"])
    assert set(said(outcome)) == {"stored"}
    assert outcome.receipts == ()
    assert entries(desk) == []
    with desk.database.reading() as session:
        held = [item.name for item in record_queries.parts_of(session, sealed.record.id) if item.held]
    assert len(held) == 2


# What is refused


def test_one_bad_object_blocks_no_other(world: World, node: Station) -> None:
    good, bad = world.testimony(), world.testimony()
    forged = SignedRecord(bad.record.data, good.record.sigs)
    outcome = take(node, forged, good, b"a stray object")
    assert said(outcome)[0] == "refused: signature.bad"
    assert said(outcome)[-1] == "refused: not.named"
    assert set(said(outcome)[1:-1]) == {"stored"}
    assert receipts(outcome) == [good.record.id]


def test_objects_of_a_refused_manifest_are_not_named(world: World, node: Station) -> None:
    sealed = world.testimony()
    forged = SignedRecord(sealed.record.data, ())
    assert set(said(take(node, forged, *objects_of(sealed)))) == {"refused: signature.bad", "refused: not.named"}
    assert not any(path.is_file() for path in node.parts.folder.rglob("*"))


def test_a_forged_copy_before_the_real_record_does_not_keep_it_out(world: World, node: Station) -> None:
    sealed = world.testimony()
    forged = SignedRecord(sealed.record.data, ())
    outcome = take(node, forged, sealed)
    assert said(outcome)[0] in ("refused: signature.bad", "stored")
    assert receipts(outcome) == [sealed.record.id]


def test_an_altered_object_is_named_by_nobody(world: World, node: Station) -> None:
    sealed = world.testimony()
    body = bytearray(sealed.parts[0].body)
    body[100] ^= 1
    assert said(take(node, sealed.record, bytes(body))) == ["stored", "refused: not.named"]


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"[1]", b'{"record":1,"sigs":[]}', b"\xff" * 40, b'{"record":"{}","sigs":[]}']
)
def test_what_is_no_record_is_refused_by_its_structure(node: Station, payload: bytes) -> None:
    assert said(take(node, Incoming("record", payload))) == ["refused: structure"]


@pytest.mark.parametrize(
    ("version", "rule"),
    [
        ("testimony/4/manifest", "version.newer"),
        ("testimony/1/diary", "kind.unknown"),
        ("testimony/1/receipt", "kind.unknown"),
        ("elsewhere/1/manifest", "structure"),
    ],
)
def test_an_unknown_kind_and_a_newer_version_are_told_apart(
    world: World, node: Station, version: str, rule: str
) -> None:
    value = {**world.testimony().record.value, "v": version}
    assert said(take(node, SignedRecord.sign(value, world.device))) == [f"refused: {rule}"]


@pytest.mark.parametrize(
    "changes",
    [
        {"rev": 2},
        {"prev": "a" * 64},
        {"day": "yesterday"},
        {"tid": "short"},
        {"parts": []},
        {"extra": 1},
        {"roster_no": 7},
    ],
)
def test_a_manifest_of_another_structure_is_refused(world: World, node: Station, changes: dict[str, Any]) -> None:
    assert said(take(node, changed(world.testimony().record, world.device, **changes))) == ["refused: structure"]


def test_a_part_that_is_too_large_is_refused_by_its_size(world: World, node: Station) -> None:
    parts = [dict(part) for part in world.testimony().record.value["parts"]]
    parts[2]["len"] = 256 * 1024 + 1
    assert said(take(node, changed(world.testimony().record, world.device, parts=parts))) == ["refused: size.limit"]


def test_an_object_larger_than_any_part_is_refused_by_its_size(node: Station) -> None:
    assert said(take(node, os.urandom(512 * 1024 + 1))) == ["refused: size.limit"]


def test_a_body_of_another_length_than_its_manifest_says_is_refused(world: World, node: Station) -> None:
    sealed = world.testimony()
    parts = [dict(part) for part in sealed.record.value["parts"]]
    parts[0]["len"] += 4096
    lying = changed(sealed.record, world.device, parts=parts)
    assert said(take(node, lying, sealed.parts[0].body)) == ["stored", "refused: structure"]


def test_a_testimony_sealed_to_an_unknown_roster_says_so(world: World, node: Station) -> None:
    world.next_roster()
    sealed = world.testimony()
    assert set(said(take(node, sealed))) == {"refused: roster.unknown", "refused: not.named"}


def test_a_stranger_s_device_is_unknown(world: World, node: Station) -> None:
    stranger = Signer.generate()
    assert said(take(node, world.coded(device=stranger).record)) == ["refused: signer.unknown"]


@pytest.mark.parametrize("who", ["interviewer", "station", "lawyer_signer"])
def test_only_a_phone_signs_a_manifest(world: World, node: Station, who: str) -> None:
    assert said(take(node, world.coded(device=getattr(world, who)).record)) == ["refused: signer.unknown"]


def test_a_revoked_phone_is_refused_even_when_it_names_an_older_roster(world: World, node: Station) -> None:
    sealed = world.testimony()
    revoking = world.without("phone-7")
    assert said(take(node, revoking)) == ["stored"]
    assert said(take(node, sealed.record)) == ["refused: signer.inactive"]


def test_central_takes_what_a_node_took_before_the_phone_was_revoked(world: World, central: Station) -> None:
    """Evidence is not lost: the node, which pushes it, vouches that it came before."""
    sealed = world.testimony()
    take(central, world.without("phone-7"))
    assert receipts(take(central, sealed)) == [sealed.record.id]
    later = world.testimony()
    assert said(take(central, later.record)) == ["refused: signer.inactive"]


def test_a_roster_and_what_is_sealed_to_it_may_come_together(world: World, node: Station) -> None:
    roster = world.next_roster()
    sealed = world.testimony()
    outcome = take(node, sealed, roster)
    assert set(said(outcome)) == {"stored"}
    assert node.chain.latest.sha256 == world.chain.latest.sha256


def test_a_second_testimony_with_the_same_number_is_refused(world: World, node: Station) -> None:
    first, second = world.coded(tid="ab" * 16), world.coded(tid="ab" * 16)
    take(node, first)
    assert set(said(take(node, second))) == {"refused: conflict", "refused: not.named"}
    together = world.coded(tid="cd" * 16), world.coded(tid="cd" * 16)
    found = said(take(node, *together))
    assert found.count("refused: conflict") == 1
    assert found.count("stored") == len(incoming(together[0]))


def test_a_manifest_that_names_one_object_twice_is_refused(world: World, node: Station) -> None:
    parts = [dict(part) for part in world.testimony().record.value["parts"]]
    parts[1]["body"] = parts[0]["body"]
    parts[1]["len"] = parts[0]["len"]
    assert said(take(node, changed(world.testimony().record, world.device, parts=parts))) == ["refused: structure"]


# The other kinds


def test_a_grant_adds_a_head_to_what_is_there(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    head = sealed.parts[0].heads["lawyers"] + b"another head"
    part = sealed.parts[0].part
    granted = statements.grant(
        manifest=sealed.record.id, part=part, head=canonical.sha256_hex(head), day=DAY, signer=world.lawyer_signer
    )
    assert (said(first := take(node, granted)), first.receipts) == (["stored"], ())
    outcome = take(node, head)
    assert said(outcome) == ["stored"]
    assert receipts(outcome) == [granted.id]
    with node.database.reading() as session:
        assert record_queries.read_head(node, session, canonical.sha256_hex(head)) == head
        assert record_queries.records_about(session, tid_of(sealed)) == [sealed.record, granted]
        assert [item.audience for item in record_queries.parts_of(session, granted.id)] == [GRANTED]
    assert entries(node)[-1] == ("granted", granted.id)


def test_a_grant_for_what_is_not_here_is_named_by_nothing(world: World, node: Station) -> None:
    granted = statements.grant(manifest="a" * 64, part="identity", head="b" * 64, day=DAY, signer=world.lawyer_signer)
    assert said(take(node, granted)) == ["refused: not.named"]


@pytest.mark.parametrize(("who", "rule"), [("coordinator_signer", "signer.unknown"), ("device", "signer.unknown")])
def test_only_a_holder_of_the_part_grants_it(world: World, node: Station, who: str, rule: str) -> None:
    sealed = world.testimony()
    take(node, sealed)
    signer = getattr(world, who)
    granted = statements.grant(manifest=sealed.record.id, part="identity", head="b" * 64, day=DAY, signer=signer)
    assert said(take(node, granted)) == [f"refused: {rule}"]


def test_an_annex_is_stored_and_signed_for_like_a_testimony(world: World, node: Station) -> None:
    added = world.annex(world.testimony())
    outcome = take(node, added.record, added.part.body, added.part.heads["lawyers"])
    assert set(said(outcome)) == {"stored"}
    assert receipts(outcome) == [added.record.id]


def test_a_refusal_is_counted_once_however_often_it_comes(world: World, node: Station) -> None:
    told = [statements.refusal(day=DAY, signer=world.device) for _ in range(3)]
    assert said(take(node, *told)) == ["stored"] * 3
    assert said(take(node, *told)) == ["duplicate"] * 3
    rewritten = changed(told[0], world.device, day="2026-11-23")
    assert said(take(node, rewritten)) == ["refused: conflict"]
    with node.database.reading() as session:
        assert record_queries.refusals_by_day(session) == {DAY: 3}


# When the disk fails


def test_no_receipt_when_a_body_does_not_come_back(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = world.testimony()

    def damaged(self: PartStore, name: str) -> bytes:
        raise PartDamaged

    with monkeypatch.context() as patch:
        patch.setattr(PartStore, "read", damaged)
        with pytest.raises(StoreFailing):
            take(node, sealed)
    assert entries(node) == []
    assert receipts(take(node, sealed)) == [sealed.record.id]


def test_no_receipt_when_a_head_does_not_come_back(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    from testimony.services.records import head_cipher

    sealed = world.testimony()
    lock = head_cipher.HeadSafe.lock

    def damage(self: head_cipher.HeadSafe, name: str, head: bytes) -> bytes:
        return last_byte_changed(lock(self, name, head))

    with monkeypatch.context() as patch:
        patch.setattr(head_cipher.HeadSafe, "lock", damage)
        with pytest.raises(StoreFailing):
            take(node, sealed)
    assert lacking(node, names(sealed)) != set()
    assert receipts(take(node, sealed)) == [sealed.record.id]
    with node.database.reading() as session:
        heads = [item for item in record_queries.parts_of(session, sealed.record.id) if item.audience]
        assert all(record_queries.read_head(node, session, item.name) is not None for item in heads)


def test_what_was_signed_for_before_a_crash_is_read_back_before_it_is_acknowledged(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = world.testimony()

    def crash(self: Readback, records: Collection[str]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Readback, "require_heads", crash)
        with pytest.raises(KeyboardInterrupt):
            take(node, sealed)
    with node.database.transaction() as session:
        session.execute(text("UPDATE objects SET sealed = x'00' WHERE audience = 'lawyers'"))  # the card lied
    home = node.settings.home
    node.close()
    with open_station(home) as again:
        with pytest.raises(StoreFailing):
            take(again, sealed)
        assert receipts(take(again, sealed)) == [sealed.record.id]


def test_a_full_disk_stores_nothing_and_the_next_try_everything(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = world.testimony()

    def full(self: PartStore, bodies: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patch:
        patch.setattr(PartStore, "put_all", full)
        with pytest.raises(StoreFull):
            take(node, sealed)
    assert lacking(node, names(sealed) | {sealed.record.id}) == names(sealed) | {sealed.record.id}
    assert receipts(take(node, sealed)) == [sealed.record.id]


def test_a_damaged_body_is_mended_when_it_comes_again(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    [name] = [part["body"] for part in sealed.record.value["parts"] if part["part"] == "identity"]
    file = node.parts.folder / name[:2] / name
    file.write_bytes(b"rotten")
    with pytest.raises(PartDamaged):
        record_queries.read_body(node, name)
    assert set(said(take(node, sealed))) == {"duplicate"}
    assert record_queries.read_body(node, name) is not None


def test_heads_lie_in_the_database_only_under_their_shred_key(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    home = node.settings.home
    node.close()
    data = (home / "testimony.db").read_bytes()
    assert sealed.record.id.encode() in data
    for part in sealed.parts:
        for head in part.heads.values():
            assert head[40:80] not in data
    keys = (home / "shred.keys").read_text().split()[1::2]
    assert not any(bytes.fromhex(key) in data or key.encode() in data for key in keys)


def test_every_connection_reads_what_was_answered(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    with node.database.reading() as session:
        held = session.execute(text("SELECT count(*) FROM objects WHERE held = 1")).scalar()
    assert held == len(names(sealed))


def test_a_second_sender_gets_no_receipt_before_the_first_was_read_back(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = world.testimony()
    meanwhile: list[Outcome] = []
    read_back = Readback.require_heads

    def with_a_second_sender(self: Readback, records: Collection[str]) -> None:
        monkeypatch.setattr(Readback, "require_heads", read_back)
        meanwhile.append(take(node, sealed))
        read_back(self, records)

    monkeypatch.setattr(Readback, "require_heads", with_a_second_sender)
    first = take(node, sealed)
    assert (receipts(meanwhile[0]), receipts(first)) == ([], [sealed.record.id])
    assert receipts(take(node, sealed)) == [sealed.record.id]
