"""A withdrawal by the code alone: it waits for its testimony, destroys it as any other, and nobody can forge one."""

from __future__ import annotations

import random

import pytest

from testimony import canonical
from testimony.sealing.keys.withdrawal_code import key_of, new_code
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import early_withdrawal
from testimony.services.tracking import withdrawal_status
from testimony.services.withdrawal import codes
from testimony.station.station import Station
from tests.support.services.consent.withdrawals import is_served, raw_disk, readable
from tests.support.services.world import DAY, World, entries, names, said, take, tid_of


def alone(world: World, *, signer: Signer | None = None, day: str = DAY) -> SignedRecord:
    return early_withdrawal.early_withdrawal(day=day, signer=signer or world.code)


def test_it_destroys_at_once_what_is_here(world: World, node: Station) -> None:
    sealed, other = world.coded(), world.testimony()
    take(node, sealed, other)
    key = node.shred_keys.find(tid_of(sealed))
    outcome = take(node, alone(world))
    assert said(outcome) == ["stored"]
    assert [receipt.value["record"] for receipt in outcome.receipts] == [alone(world).id]
    assert readable(node, sealed) == set()
    assert not is_served(node, sealed)
    disk = raw_disk(node)
    assert key is not None
    assert key.hex().encode() not in disk
    assert sealed.record.data not in disk
    assert readable(node, other) == names(other)
    ref = alone(world).id
    assert entries(node)[-2:] == [("withdrawn", ref), ("shredded", ref)]


def test_it_waits_and_destroys_the_testimony_as_it_comes(world: World, node: Station) -> None:
    ref = alone(world).id
    outcome = take(node, alone(world))
    assert said(outcome) == ["stored"]
    assert [receipt.value["record"] for receipt in outcome.receipts] == [ref]
    assert entries(node) == [("received", ref)]
    sealed = world.coded()
    late = take(node, sealed)
    assert set(said(late)) == {"withdrawn"}
    assert [receipt.value["record"] for receipt in late.receipts] == [sealed.record.id]
    assert readable(node, sealed) == set()
    assert node.shred_keys.find(tid_of(sealed)) is None
    assert sealed.record.data not in raw_disk(node)
    assert entries(node)[1:] == [("withdrawn", ref), ("shredded", ref)]


def test_one_by_a_further_key_destroys_its_own_testimony_and_is_not_counted_as_one_that_waits(
    world: World, node: Station
) -> None:
    first, second = (Signer.generate() for _ in range(2))
    spare = early_withdrawal.early_withdrawal(day=DAY, signer=second, number=3)
    assert said(take(node, alone(world, signer=first), spare)) == ["stored", "stored"]
    with node.database.reading() as session:
        counted = withdrawal_status.counts(node, session)
        listed = withdrawal_status.latest(node, session)
        assert (counted.waiting, len(listed), withdrawal_status.number(session)) == (1, 1, 1)
        keys = [one.public_keys[0].pub.hex() for one in (first, second)]
        assert codes.withdrawal_of(session, keys) == alone(world, signer=first).id
        assert codes.withdrawal_of(session, [*keys, "ab" * 32]) is None
    world.code = second
    sealed = world.coded()
    assert set(said(take(node, sealed))) == {"withdrawn"}
    assert readable(node, sealed) == set()
    with node.database.reading() as session:
        assert next(iter(withdrawal_status.latest(node, session))).withdrawal == spare.id


def test_every_order_in_which_things_come_ends_alike(world: World) -> None:
    sealed = world.coded()
    pieces = [sealed.record, *(data for part in sealed.parts for data in (*part.heads.values(), part.body))]
    for number in range(8):
        node = world.create(f"node-{number}", "field", world.station)
        things = [*pieces, alone(world), *([world.withdrawal(sealed)] if number % 2 else [])]
        random.Random(number).shuffle(things)
        for thing in [*things, *things]:  # objects that came before their manifest are refused, and come again
            take(node, thing)
        assert not is_served(node, sealed), number
        assert readable(node, sealed) == set(), number
        assert sealed.record.data not in raw_disk(node), number


def test_in_one_batch_with_its_testimony(world: World, node: Station) -> None:
    sealed = world.coded()
    for batch in [(alone(world), sealed), (sealed, alone(world))]:
        outcome = take(node, *batch)
        assert said(outcome)[1:-1] == ["withdrawn"] * (len(said(outcome)) - 2)
        assert readable(node, sealed) == set()
    assert [kind for kind, _ in entries(node)] == ["withdrawn", "shredded"]


def test_it_holds_for_whatever_else_was_sealed_with_that_code(world: World, node: Station) -> None:
    take(node, alone(world))
    first, second = world.coded(), world.coded()
    take(node, first)
    take(node, second)
    assert readable(node, first) == readable(node, second) == set()


def test_the_same_again_is_answered_the_same(world: World, node: Station) -> None:
    first, second = take(node, alone(world)), take(node, alone(world))
    assert said(second) == ["duplicate"]
    assert [receipt.encode() for receipt in second.receipts] == [receipt.encode() for receipt in first.receipts]


def test_after_the_testimony_is_gone_it_changes_nothing_and_waits_for_nothing(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    take(node, world.withdrawal(sealed))
    assert said(take(node, alone(world))) == ["stored"]
    with node.database.reading() as session:
        key = sealed.record.value["withdraw"]
        assert codes.withdrawal_of(session, [key]) == world.withdrawal(sealed).id
    assert [kind for kind, _ in entries(node)].count("shredded") == 1


def forged(world: World) -> list[tuple[SignedRecord, str]]:
    """What others may try, and the rule that it breaks."""
    genuine = alone(world)
    stranger = Signer.generate()
    other_key = {**genuine.value, "key": stranger.public_keys[0].pub.hex()}
    return [
        (SignedRecord(genuine.data, alone(world, signer=stranger).sigs), "signature.bad"),
        (SignedRecord(genuine.data, ()), "signature.bad"),
        (SignedRecord.sign(genuine.value, stranger), "signature.bad"),
        (SignedRecord.sign(other_key, world.code), "structure"),
        (SignedRecord.sign({**genuine.value, "by": stranger.kid}, stranger), "structure"),
        (SignedRecord.sign({**genuine.value, "tid": "0" * 32}, world.code), "structure"),
        (SignedRecord.sign({**genuine.value, "key": "00" * 32}, world.code), "structure"),
        (SignedRecord.sign({**genuine.value, "day": "today"}, world.code), "structure"),
        (SignedRecord.sign({**genuine.value, "v": "testimony/2/withdraw-early"}, world.code), "structure"),
        (SignedRecord.sign({**genuine.value, "v": "testimony/3/withdraw-early"}, world.code), "version.newer"),
    ]


def test_a_forged_one_is_refused_by_name_and_changes_nothing(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    before = entries(node)
    for record, rule in forged(world):
        assert said(take(node, record)) == [f"refused: {rule}"]
    assert readable(node, sealed) == names(sealed)
    assert entries(node) == before


def test_one_of_another_code_or_of_another_organisation_destroys_nothing(world: World, node: Station) -> None:
    code = new_code()
    world.code = key_of(code, world.chain.fingerprint)
    sealed = world.coded()
    take(node, sealed)
    elsewhere = key_of(code, canonical.sha256_hex(b"another root"))
    assert said(take(node, alone(world, signer=elsewhere))) == ["stored"]
    assert said(take(node, alone(world, signer=Signer.generate()))) == ["stored"]
    assert readable(node, sealed) == names(sealed)


def test_those_that_wait_cannot_fill_the_disk(world: World, node: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "AT_MOST_WAITING", 2)
    sealed = world.coded()
    take(node, sealed)
    for expected in ["stored", "stored", "refused: waiting.full"]:
        assert said(take(node, alone(world, signer=Signer.generate()))) == [expected]
    assert said(take(node, alone(world))) == ["stored"]  # what has its testimony here waits for nothing
    assert readable(node, sealed) == set()
