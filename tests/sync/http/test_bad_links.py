"""What a bad link costs: counted, not timed, over a link with a clock of its own. The aims are those of the benches."""

from __future__ import annotations

import random

import pytest

from testimony.errors import NotDelivered
from testimony.sealing.testimony.annex import seal_annex
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.client.pull import pull
from testimony.sync.client.pull_media import fetch
from testimony.sync.client.push import push
from testimony.sync.http.transport import Transport
from tests.support.sync.links.bad_link import BadLink
from tests.support.sync.world import ADDRESS, World, bring, held, in_process, objects_of, pieces_of, to, waiting

ANNEXES = 100
MEDIUM = 4 * 1024 * 1024


def over(link: BadLink, world: World) -> Transport:
    return Transport(ADDRESS, world.station, channel=link, pause=link.pause, clock=link.clock)


def until_delivered(node: Station, way: Transport) -> None:
    for _ in range(50):
        try:
            if push(node, way).waiting == 0 and not waiting(node):
                return
        except NotDelivered:
            continue
    raise AssertionError("it never came through")


def bring_annexes(world: World, node: Station) -> int:
    """Bytes of small records that wait at the node, 11 kB each."""
    size = 0
    for _ in range(ANNEXES):
        annex = seal_annex(
            b'{"x":"%s"}' % (b"x" * 3500),
            tid=random.Random(size).randbytes(16).hex(),
            day="2026-11-24",
            roster=world.chain.latest.sha256,
            audiences={"lawyers": (world.chain.recipients("lawyers"), 4)},
            signer=world.lawyer_signer,
        )
        objects = [Incoming("object", data) for data in (*annex.part.heads.values(), annex.part.body)]
        items = [Incoming("record", annex.record.encode()), *objects]
        size += sum(len(item.payload) for item in items)
        take_in(node, items)
    return size


def test_small_records_over_a_slow_link_that_dies_take_little_more_than_the_ideal(world: World) -> None:
    """256 kbit/s, every connection dies after 150 to 450 kB: at most 1.4 times what their bytes take alone."""
    node, central, chance = world.node(), world.central(), random.Random(7)
    size = bring_annexes(world, node)
    link = BadLink(in_process(central), lambda: chance.randrange(150_000, 450_000))
    until_delivered(node, over(link, world))
    assert link.connections > 3
    assert link.now <= 1.4 * size / link.rate
    assert link.sent <= 1.1 * size


def test_a_recording_over_a_link_that_dies_is_sent_hardly_more_than_once(world: World) -> None:
    """Every connection dies after 0.5 to 2 MB: at most 1.06 bytes for each byte, on an average of two links."""
    node, chance = world.node(), random.Random(8)
    sealed = [world.with_media(size=MEDIUM) for _ in range(2)]
    bring(node, *sealed)
    link = BadLink(in_process(world.central()), lambda: chance.randrange(500_000, 2_000_000), rate=500_000, way=0.01)
    until_delivered(node, over(link, world))
    assert link.connections > 4
    assert link.sent <= 1.06 * sum(len(data) for one in sealed for data in objects_of(one))


def test_on_a_good_link_less_is_sent_than_there_is(world: World) -> None:
    """At most 1.01 bytes for each byte was the aim: what is packed makes up for frames, names and signatures."""
    node, link = world.node(), BadLink(in_process(world.central()), lambda: 1 << 60)
    size = bring_annexes(world, node)
    until_delivered(node, over(link, world))
    assert link.sent <= 0.95 * size
    assert link.received <= 0.1 * size


def test_a_desk_on_a_link_that_dies_in_every_answer_gets_its_feed_in_smaller_pieces(world: World) -> None:
    central, desk = world.central(), world.desk()
    everything = [world.testimony(size=20_000) for _ in range(6)]
    bring(central, *everything)
    chance = random.Random(9)
    link = BadLink(in_process(central), lambda: 1 << 60, dying_down=lambda: chance.randrange(300_000, 700_000))
    way = Transport(ADDRESS, world.lawyer_signer, channel=link, pause=link.pause, clock=link.clock)
    pull(desk, way, audience="lawyers")
    assert link.connections > 2
    assert all(len(held(desk, one)) == 12 for one in everything)
    assert link.received <= 1.5 * link.whole


def test_an_answer_with_media_that_is_cut_goes_on_where_it_was_cut(world: World) -> None:
    """Each connection carries less than one piece, and each piece arrives."""
    central, desk, sealed = world.central(), world.desk(), world.with_media(size=1_000_000)
    bring(central, sealed)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    link = BadLink(in_process(central), lambda: 1 << 60, dying_down=lambda: 100_000)
    way = Transport(ADDRESS, world.lawyer_signer, channel=link, pause=link.pause, clock=link.clock)
    assert fetch(desk, way).left == 0
    size = sum(len(data) for piece in pieces_of(sealed) for data in piece)
    assert link.connections > 8
    assert link.received <= 1.1 * size


def test_what_came_whole_before_a_link_went_away_is_kept(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.with_media(size=300_000)
    bring(central, sealed)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    budgets = [270_000]
    link = BadLink(in_process(central), lambda: 1 << 60, dying_down=lambda: budgets.pop() if budgets else 0)
    way = Transport(ADDRESS, world.lawyer_signer, channel=link, pause=link.pause, clock=link.clock)
    before = held(desk, sealed)
    with pytest.raises(NotDelivered):
        fetch(desk, way)
    assert held(desk, sealed) > before
