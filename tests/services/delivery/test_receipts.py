"""Receipts of central noted many at once: each proves what it would alone, and a bad one undoes no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.delivery import outbox
from testimony.services.delivery import receipts as delivery_receipts
from testimony.services.delivery.receipts import Proof
from testimony.station.station import Station
from tests.support.services.world import World, names, take


def signed(world: World, sealed: SealedTestimony, *, size: int = 1, without: str = "") -> SignedRecord:
    return statements.receipt(
        record=sealed.record.id,
        parts=names(sealed) - {without},
        log_size=size,
        root="0" * 64,
        durable=True,
        signer=world.central_signer,
    )


def note(station: Station, *receipts: SignedRecord) -> list[Proof | None]:
    believed = [delivery_receipts.believe(station, receipt) for receipt in receipts]
    with station.database.transaction() as session:
        return delivery_receipts.note(session, believed)


def delivered(station: Station) -> set[str]:
    with station.database.reading() as session:
        return {line.tid for line in outbox.states(session) if line.state == "delivered"}


@contextmanager
def counted(station: Station) -> Iterator[list[str]]:
    """The statements that the station's writer executes meanwhile."""
    writer, seen = station.database._engines.writer, []

    def see(_: Any, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)

    event.listen(writer, "before_cursor_execute", see)
    yield seen
    event.remove(writer, "before_cursor_execute", see)


def test_one_that_names_too_little_holds_back_no_other(world: World, node: Station) -> None:
    first, short, last = (world.testimony() for _ in range(3))
    take(node, first, short, last)
    receipts = [signed(world, first), signed(world, short, without=min(names(short))), signed(world, last)]
    assert note(node, *receipts) == [Proof.WHOLE, None, Proof.WHOLE]
    assert delivered(node) == {str(one.record.value["tid"]) for one in (first, last)}
    with node.database.reading() as session:
        assert outbox.receipt_of(session, short.record.id, world.central_signer.kid) is None


def test_one_of_a_record_that_is_not_here_proves_nothing_and_is_not_kept(world: World, node: Station) -> None:
    here, elsewhere = world.testimony(), world.testimony()
    take(node, here)
    assert note(node, signed(world, elsewhere), signed(world, here)) == [Proof.NOTHING, Proof.WHOLE]
    with node.database.reading() as session:
        assert outbox.receipt_of(session, elsewhere.record.id, world.central_signer.kid) is None


def test_of_two_for_one_record_the_first_that_proves_it_is_kept(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    first, second = signed(world, sealed, size=1), signed(world, sealed, size=2)
    assert note(node, first, second) == [Proof.WHOLE, Proof.WHOLE]
    assert note(node, second) == [Proof.WHOLE]
    with node.database.reading() as session:
        assert outbox.receipt_of(session, sealed.record.id, world.central_signer.kid) == first


def test_many_ask_the_database_no_more_often_than_one(world: World, node: Station) -> None:
    sealed = [world.testimony() for _ in range(9)]
    take(node, *sealed)
    with counted(node) as alone:
        note(node, signed(world, sealed[0]))
    with counted(node) as together:
        note(node, *(signed(world, one) for one in sealed[1:]))
    assert len(together) == len(alone)
    assert len(delivered(node)) == 9
