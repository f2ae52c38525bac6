"""Withdrawal: by the witness's code it destroys, by a worker it suspends, and nobody else can do either."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.domain.consent.compartments import closed_by
from testimony.domain.consent.purposes import Purpose
from testimony.sealing.parts.manifest import is_media
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.services.intake import intake
from testimony.services.intake.batch import Batch
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.services.withdrawal import codes, shredding
from testimony.station.station import Station
from testimony.store.errors import StoreFailing
from testimony.store.files.shred_keys import ShredKeys
from tests.support.services.consent.withdrawals import heads_of, is_served, raw_disk, readable
from tests.support.services.world import DAY, World, entries, names, objects_of, said, take, tid_of


def test_the_witness_s_code_destroys_key_heads_bodies_and_manifest(world: World, node: Station) -> None:
    sealed, other = world.coded(), world.testimony()
    take(node, sealed, other)
    key = node.shred_keys.find(tid_of(sealed))
    assert key is not None
    withdrawn = world.withdrawal(sealed)
    outcome = take(node, withdrawn)
    assert said(outcome) == ["stored"]
    assert [receipt.value["record"] for receipt in outcome.receipts] == [withdrawn.id]
    assert readable(node, sealed) == set()
    assert not is_served(node, sealed)
    assert node.shred_keys.find(tid_of(sealed)) is None
    disk = raw_disk(node)
    assert key.hex().encode() not in disk
    assert not any(body in disk for body in (part.body for part in sealed.parts))
    assert sealed.record.data not in disk
    with node.database.reading() as session:
        assert record_queries.records_about(session, tid_of(sealed)) == [withdrawn]
    assert readable(node, other) == names(other)


def test_what_was_done_stands_in_the_log(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    withdrawn = world.withdrawal(sealed)
    take(node, withdrawn)
    assert entries(node) == [("received", sealed.record.id), ("withdrawn", withdrawn.id), ("shredded", withdrawn.id)]


def test_a_withdrawal_that_comes_again_changes_nothing(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    first, second = take(node, world.withdrawal(sealed)), take(node, world.withdrawal(sealed))
    assert said(second) == ["duplicate"]
    assert [receipt.encode() for receipt in second.receipts] == [receipt.encode() for receipt in first.receipts]
    assert len(entries(node)) == 3


def test_a_testimony_that_comes_after_its_withdrawal_is_answered_withdrawn(world: World, node: Station) -> None:
    sealed = world.coded()
    withdrawn = world.withdrawal(sealed)
    early = take(node, withdrawn)
    assert said(early) == ["stored"]
    assert [receipt.value["record"] for receipt in early.receipts] == [withdrawn.id]
    late = take(node, sealed)
    assert set(said(late)) == {"withdrawn"}
    [receipt] = late.receipts
    assert statements.verify_receipt(receipt, node.signer.public_keys).parts == ()
    assert readable(node, sealed) == set()
    assert node.shred_keys.find(tid_of(sealed)) is None
    assert not any(body in raw_disk(node) for body in (part.body for part in sealed.parts))
    again = take(node, sealed)
    assert set(said(again)) == {"withdrawn"}
    assert [each.encode() for each in again.receipts] == [receipt.encode()]
    assert ("withdrawn", withdrawn.id) in entries(node)
    assert ("received", sealed.record.id) not in entries(node)


def test_objects_that_come_after_the_withdrawal_are_not_wanted(world: World, node: Station) -> None:
    sealed = world.coded()
    objects = objects_of(sealed)
    take(node, sealed.record, *objects[:5])
    take(node, world.withdrawal(sealed))
    with node.database.reading() as session:
        assert record_queries.lacking(session, names(sealed) | {sealed.record.id}) == set()
    assert set(said(take(node, *objects))) == {"withdrawn"}
    assert set(said(take(node, sealed))) == {"withdrawn"}
    assert readable(node, sealed) == set()
    assert not any(part.body in raw_disk(node) for part in sealed.parts)


def test_a_testimony_and_its_withdrawal_in_one_batch(world: World, node: Station) -> None:
    sealed = world.coded()
    withdrawn = world.withdrawal(sealed)
    outcome = take(node, sealed, withdrawn)
    assert set(said(outcome)[:-1]) == {"withdrawn"}
    assert said(outcome)[-1] == "stored"
    assert readable(node, sealed) == set()
    assert not any(part.body in raw_disk(node) for part in sealed.parts)


@pytest.mark.parametrize("held_before", [True, False])
def test_what_was_being_written_while_the_witness_withdrew_is_destroyed_too(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch, held_before: bool
) -> None:
    """Another thread takes the withdrawal in after the batch was judged and before its key and files are made."""
    sealed = world.coded()
    withdrawn = world.withdrawal(sealed)
    if held_before:
        take(node, sealed.record, *objects_of(sealed)[:4])

    def be_overtaken(shred_keys: ShredKeys, batch: Batch) -> dict[tuple[str, str], bytes]:
        monkeypatch.undo()
        assert said(take(node, withdrawn)) == ["stored"]
        return intake._lock_heads(shred_keys, batch)

    monkeypatch.setattr(intake, "_lock_heads", be_overtaken)
    assert set(said(take(node, sealed))) == {"withdrawn"}
    assert readable(node, sealed) == set()
    assert node.shred_keys.find(tid_of(sealed)) is None
    assert not any(part.body in raw_disk(node) for part in sealed.parts)


def test_the_write_ahead_log_is_emptied_after_shredding(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    log = node.settings.home / "testimony.db-wal"
    assert log.stat().st_size > 0
    take(node, world.withdrawal(sealed))
    assert log.stat().st_size == 0


def test_a_code_of_another_testimony_withdraws_nothing(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    assert said(take(node, world.withdrawal(sealed, signer=Signer.generate()))) == ["refused: signer.unknown"]
    assert readable(node, sealed) == names(sealed)


def test_a_forged_signature_under_the_code_s_name_withdraws_nothing(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    genuine = world.withdrawal(sealed)
    sigs = [{**genuine.sigs[0], "sig": "00" * 64}]
    assert said(take(node, SignedRecord(genuine.data, tuple(sigs)))) == ["refused: signature.bad"]
    assert is_served(node, sealed)


def test_a_false_withdrawal_that_came_first_does_not_keep_the_testimony_out(world: World, node: Station) -> None:
    sealed = world.coded()
    false = world.withdrawal(sealed, signer=Signer.generate())
    take(node, false)
    outcome = take(node, sealed)
    assert set(said(outcome)) == {"stored"}
    assert readable(node, sealed) == names(sealed)
    assert ("withdrawn", false.id) not in entries(node)


def test_false_withdrawals_that_came_first_keep_no_genuine_one_from_destroying(world: World, node: Station) -> None:
    sealed = world.coded()
    false = [world.withdrawal(sealed, signer=Signer.generate()) for _ in range(3)]
    genuine = world.withdrawal(sealed)
    take(node, *false[:2], genuine, false[2])
    take(node, sealed)
    assert not is_served(node, sealed)
    assert readable(node, sealed) == set()
    assert node.shred_keys.find(tid_of(sealed)) is None
    assert [entry for entry in entries(node) if entry[0] == "shredded"] == [("shredded", genuine.id)]


@pytest.mark.parametrize("genuine", [True, False])
def test_one_that_came_first_waits_for_its_proof_no_more_once_its_testimony_came(
    world: World, node: Station, genuine: bool
) -> None:
    sealed = world.coded()
    record = world.withdrawal(sealed) if genuine else world.withdrawal(sealed, signer=Signer.generate())
    take(node, record)
    for waiting in ([record.id], []):
        with node.database.reading() as session:
            assert [one.id for one in shredding.unproven(session, [tid_of(sealed)])] == waiting
        take(node, sealed)
    assert is_served(node, sealed) is not genuine


def test_withdrawals_without_a_testimony_cannot_fill_the_disk(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shredding, "AT_MOST_UNPROVEN", 3)
    strays = [world.withdrawal(world.coded(), signer=Signer.generate()) for _ in range(4)]
    assert said(take(node, *strays)) == ["stored"] * 3 + ["refused: signer.unknown"]


def test_a_worker_s_withdrawal_suspends_and_destroys_nothing(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    told = world.withdrawal(sealed, signer=world.interviewer)
    assert said(take(node, told)) == ["stored"]
    assert not is_served(node, sealed)
    with node.database.reading() as session:
        assert not any(item.held for item in record_queries.parts_of(session, sealed.record.id))
        assert record_queries.read_head(node, session, heads_of(sealed, "lawyers")[0]) is None
        assert record_queries.record_of(session, sealed.record.id) == sealed.record
    assert node.shred_keys.find(tid_of(sealed)) is not None
    assert entries(node)[-1] == ("withdrawn", told.id)


def test_the_code_destroys_what_a_worker_suspended_before(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    take(node, world.withdrawal(sealed, signer=world.interviewer))
    take(node, world.withdrawal(sealed))
    assert node.shred_keys.find(tid_of(sealed)) is None
    take(node, world.withdrawal(sealed, signer=world.lawyer_signer))
    assert set(said(take(node, sealed))) == {"withdrawn"}


def test_single_heads_can_be_withdrawn_and_the_others_stay(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    gone = heads_of(sealed, "coordinators")
    assert said(take(node, world.withdrawal(sealed, scope=gone))) == ["stored"]
    assert readable(node, sealed) == names(sealed) - set(gone)
    assert is_served(node, sealed)
    again = take(node, sealed)
    heads = {
        canonical.sha256_hex(data): status for data, status in zip(objects_of(sealed), said(again)[1:], strict=True)
    }
    assert {name for name, status in heads.items() if status == "withdrawn"} == set(gone)
    assert readable(node, sealed) == names(sealed) - set(gone)


def test_a_withdrawn_head_that_never_came_is_not_waited_for(world: World, node: Station) -> None:
    sealed = world.coded()
    gone = heads_of(sealed, "coordinators")
    rest = [data for data in objects_of(sealed) if canonical.sha256_hex(data) not in gone]
    assert take(node, sealed.record, *rest).receipts == ()
    outcome = take(node, world.withdrawal(sealed, scope=gone))
    given = {receipt.value["record"]: receipt for receipt in outcome.receipts}
    assert set(given[sealed.record.id].value["parts"]) == names(sealed) - set(gone)


def test_a_worker_can_set_single_heads_aside(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    aside = heads_of(sealed, "coordinators")
    take(node, world.withdrawal(sealed, scope=aside, signer=world.lawyer_signer))
    assert readable(node, sealed) == names(sealed) - set(aside)


def test_heads_of_another_testimony_are_not_touched(world: World, node: Station) -> None:
    sealed, other = world.coded(), world.testimony()
    take(node, sealed, other)
    take(node, world.withdrawal(sealed, scope=heads_of(other, "lawyers")))
    assert readable(node, other) == names(other)


@pytest.mark.parametrize("step", ["key", "bodies", "erase"])
def test_shredding_that_a_crash_cut_short_is_finished_at_the_next_start(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    sealed = world.coded()
    take(node, sealed)
    withdrawn = world.withdrawal(sealed)

    def crash(*_: object) -> None:
        raise StoreFailing

    with monkeypatch.context() as patch:
        if step == "key":
            patch.setattr(ShredKeys, "shred", crash)
        elif step == "bodies":
            patch.setattr(type(node.parts), "remove", crash)
        else:
            patch.setattr(shredding, "_erase", crash)
        with pytest.raises(StoreFailing):
            take(node, withdrawn)
        assert not is_served(node, sealed), "nothing is served from the tombstone on"
    node.close()
    again = open_station(node.settings.home)
    world.opened.append(again)
    assert readable(again, sealed) == set()
    assert again.shred_keys.find(tid_of(sealed)) is None
    assert entries(again)[-1] == ("shredded", withdrawn.id)
    assert said(take(again, withdrawn)) == ["duplicate"]


def test_a_withdrawn_annex_is_gone_too(world: World, node: Station) -> None:
    """An annex has its own shred key, so that it can be shredded by itself."""
    added = world.annex(world.testimony())
    take(node, added.record, added.part.body, *added.part.heads.values())
    assert node.shred_keys.find(added.record.value["id"]) is not None


def test_a_desk_shreds_as_it_learns_of_it(world: World) -> None:
    desk = world.desk()
    sealed = world.coded()
    take(desk, sealed.record, *objects_of(sealed))
    take(desk, world.withdrawal(sealed))
    assert readable(desk, sealed) == set()
    assert desk.shred_keys.find(tid_of(sealed)) is None


def test_a_withdrawal_of_another_structure_is_refused(world: World, node: Station) -> None:
    sealed = world.coded()
    purpose = SignedRecord.sign({**world.withdrawal(sealed).value, "scope": "P06"}, world.code)
    unsorted = SignedRecord.sign({**world.withdrawal(sealed).value, "scope": ["b" * 64, "a" * 64]}, world.code)
    assert said(take(node, purpose, unsorted)) == ["refused: structure"] * 2
    assert DAY


def test_every_piece_of_media_loses_its_heads_with_the_use_that_gave_them(world: World, node: Station) -> None:
    sealed = world.with_media(withdraw=world.code.public_keys[0].pub.hex())
    take(node, sealed)
    pieces = {part["heads"]["lawyers"] for part in sealed.record.value["parts"] if is_media(part["part"])}
    assert len(pieces) > 2
    with node.database.reading() as session:
        heads = codes.heads(session, tid_of(sealed))
    assert set(heads["media"]["lawyers"]) == pieces
    closed = closed_by({Purpose.LAWYER})
    scope = {one for part, them in heads.items() for to, names in them.items() if to in closed[part] for one in names}
    assert pieces < scope
    assert said(take(node, world.withdrawal(sealed, scope))) == ["stored"]
    assert scope.isdisjoint(readable(node, sealed))
    with node.database.reading() as session:
        assert "lawyers" not in codes.heads(session, tid_of(sealed))["media"]
