"""How a withdrawal by the code alone travels: from any node to central, to every desk, to the node that delivered."""

from __future__ import annotations

from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import early_withdrawal
from testimony.sealing.statements.statements import withdrawal
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.client.pull import pull
from testimony.sync.client.push import push
from tests.support.sync.world import PARTS, World, bring, held, tid_of, to, waiting

CODE = Signer.generate()
WITHDRAWN = early_withdrawal.early_withdrawal(day="2026-11-24", signer=CODE)


def coded(world: World) -> SealedTestimony:
    key = CODE.public_keys[0].pub.hex()
    return world.seal({part: Content("application/json", b"{}") for part in PARTS}, withdraw=key)


def withdraw(station: Station) -> None:
    take_in(station, [Incoming("record", WITHDRAWN.encode())])


def size_of(station: Station) -> int:
    with station.database.reading() as session:
        return custody_log.size(session)


def knows(station: Station) -> bool:
    with station.database.reading() as session:
        return record_queries.record_of(session, WITHDRAWN.id) is not None


def is_gone(station: Station, sealed: SealedTestimony) -> bool:
    with station.database.reading() as session:
        served = record_queries.is_served(session, tid_of(sealed))
    return not served and held(station, sealed) == set() and station.shred_keys.find(tid_of(sealed)) is None


def test_said_at_another_node_it_reaches_central_the_desk_and_the_node_that_delivered(world: World) -> None:
    node, other, central, desk = world.node(), world.other_node(), world.central(), world.desk()
    sealed = coded(world)
    bring(node, sealed)
    push(node, to(central, world.station))
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert held(desk, sealed)
    withdraw(other)
    assert waiting(other) == [WITHDRAWN.id]
    push(other, to(central, world.second_node))
    assert waiting(other) == []
    assert is_gone(central, sealed)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert is_gone(desk, sealed)
    pull(other, to(central, world.second_node))
    pull(node, to(central, world.station))
    assert is_gone(node, sealed)


def test_said_before_the_testimony_came_it_meets_it_at_central(world: World) -> None:
    node, other, central, desk = world.node(), world.other_node(), world.central(), world.desk()
    sealed = coded(world)
    withdraw(other)
    push(other, to(central, world.second_node))
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert knows(desk)
    bring(node, sealed)
    exchange(node, to(central, world.station))
    assert is_gone(central, sealed)
    assert is_gone(node, sealed)
    assert sealed.record.id not in waiting(node)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert held(desk, sealed) == set()


def test_a_second_node_that_brings_it_after_it_was_shredded_is_told_too(world: World) -> None:
    node, other, central = world.node(), world.other_node(), world.central()
    sealed = coded(world)
    bring(node, sealed)
    push(node, to(central, world.station))
    withdraw(central)
    pull(other, to(central, world.second_node))  # what it reads of the withdrawal is a hash: it delivered nothing yet
    bring(other, sealed)
    exchange(other, to(central, world.second_node))
    assert is_gone(other, sealed)
    exchange(other, to(central, world.second_node))  # it says that it has destroyed
    before = size_of(central)
    exchange(other, to(central, world.second_node))
    assert size_of(central) == before


def test_a_node_is_not_told_of_what_others_delivered(world: World) -> None:
    node, other, central = world.node(), world.other_node(), world.central()
    bring(node, coded(world))
    push(node, to(central, world.station))
    withdraw(central)
    pull(other, to(central, world.second_node))
    assert not knows(other)


def test_it_goes_before_everything_else(world: World) -> None:
    node = world.node()
    first = world.testimony()
    bring(node, first)
    withdraw(node)
    assert waiting(node) == [WITHDRAWN.id, first.record.id]


def test_what_was_withdrawn_at_central_before_it_came_does_not_stop_the_node(world: World) -> None:
    """Its receipt names no head and no body; the rest is sent all the same, and the withdrawal is fetched after it."""
    node, central, sealed, other = world.node(), world.central(), coded(world), world.testimony()
    by_the_book = withdrawal(tid=tid_of(sealed), scope="all", day="2026-11-24", signer=CODE)
    take_in(central, [Incoming("record", by_the_book.encode())])
    bring(node, sealed, other)
    report = exchange(node, to(central, world.station))
    assert report.pushed.refused == {sealed.record.id: "withdrawn"}
    assert held(central, other)
    assert is_gone(node, sealed)
    assert sealed.record.id not in waiting(node)


def test_what_central_says_of_its_own_destroying_does_not_wait_at_a_node_for_ever(world: World) -> None:
    """It comes by the feed, goes with the next delivery like any record, and is signed for."""
    node, other, central = world.node(), world.other_node(), world.central()
    bring(node, coded(world))
    exchange(node, to(central, world.station))
    withdraw(other)
    exchange(other, to(central, world.second_node))
    exchange(node, to(central, world.station))
    assert waiting(node)
    exchange(node, to(central, world.station))
    assert waiting(node) == []
