"""How an annex that a code signed travels: from a node to central, which waits for its testimony, and to desks."""

from __future__ import annotations

from testimony.sealing.testimony.annex import SealedAnnex
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.sync.client.pull import pull
from testimony.sync.client.push import push
from tests.support.sync.partial_withdrawals import coded, said, take
from tests.support.sync.world import World, bring, to, waiting


def has(station: Station, one: SealedAnnex) -> set[str]:
    with station.database.reading() as session:
        return {str(item.audience) for item in record_queries.parts_of(session, one.record.id) if item.held}


def test_it_reaches_central_and_each_desk_with_the_heads_of_its_reader(world: World) -> None:
    node, central = world.node(), world.central()
    sealed = coded(world)
    bring(node, sealed)
    one = said(world, sealed)
    assert take(node, one) == {"stored"}
    report = push(node, to(central, world.station))
    assert (report.waiting, report.refused, waiting(node)) == (0, {}, [])
    assert has(central, one) == {"coordinators", "lawyers", "recovery", "None"}
    for name, signer in (("coordinators", world.coordinator_signer), ("lawyers", world.lawyer_signer)):
        desk = world.desk(name)
        pull(desk, to(central, signer), audience=name)
        assert has(desk, one) == {name, "None"}


def test_one_that_comes_before_its_testimony_waits_at_the_node_and_is_sent_again(world: World) -> None:
    node, other, central = world.node(), world.other_node(), world.central()
    sealed = coded(world)
    for station in (node, other):
        bring(station, sealed)
    one = said(world, sealed)
    take(other, one)
    assert take(central, one) == {"not.named"}, "carried there ahead of everything"
    push(node, to(central, world.station))
    push(other, to(central, world.second_node))
    assert waiting(other) == []
    assert "coordinators" in has(central, one)


def test_a_node_that_never_had_the_testimony_takes_none(world: World) -> None:
    node, one = world.node(), said(world, coded(world))
    assert take(node, one) == {"signer.unknown", "not.named"}, "the record, and what it alone would name"
    assert waiting(node) == []
