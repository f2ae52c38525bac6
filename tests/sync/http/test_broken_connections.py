"""Over a real server and a link that breaks at any byte: every testimony arrives exactly once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testimony import canonical
from testimony.errors import NotDelivered
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.station.station import Station
from testimony.sync.client.pull import pull
from testimony.sync.client.push import push
from testimony.sync.wire.frames import PREFACE, Frame, write_frames
from tests.support.sync.links.broken_connections import transport
from tests.support.sync.links.proxy import Cut, Proxy, proxied
from tests.support.sync.world import World, all_names, bring, held, objects_of, served, waiting

UP = [0, 1, 17, 150, 400, 700, 1_100, 3_000, 20_000, 60_000, 79_000, 80_500]
"""Bytes of the asking side: in request line, headers, have, the first frames, amid objects, just before the end."""
DOWN = [0, 1, 20, 200, 330, 500, 900, 1_500, 2_500, 4_000]


def until_done(act: Callable[[], object], attempts: int = 20) -> None:
    """Again and again, as the background loop does, until nothing is left to do."""
    for _ in range(attempts):
        try:
            act()
        except NotDelivered:
            continue
        return
    raise AssertionError("it never came through")


def received(station: Station) -> list[str]:
    """Names that the log says were received, in order; one entry each is exactly once."""
    with station.database.reading() as session:
        said = [canonical.decode_object(entry) for _, entry in custody_log.entries(session, 0, 10_000)]
    return [entry["ref"] for entry in said if entry["kind"] == "received"]


def assert_exactly_once(central: Station, node: Station, everything: list[SealedTestimony]) -> None:
    assert sorted(received(central)) == sorted(sealed.record.id for sealed in everything)
    assert all(held(central, sealed) == all_names(sealed) for sealed in everything)
    assert waiting(node) == []


def deliver_over(proxy: Proxy, world: World, node: Station, cuts: list[Cut]) -> None:
    """One delivery during which the next connections are cut, each in its way."""
    proxy.cuts.clear()
    proxy.cuts.extend(cuts)
    until_done(lambda: push(node, transport(proxy.url, world.station)))


def test_a_link_that_breaks_at_any_byte_of_the_asking_delivers_exactly_once(world: World) -> None:
    node, central = world.node(), world.central()
    everything = []
    with served(central) as address, proxied(address) as proxy:
        for cut in UP:
            everything.append(world.testimony())
            bring(node, everything[-1])
            deliver_over(proxy, world, node, [Cut(up=cut)])
            assert not proxy.cuts
    assert_exactly_once(central, node, everything)


def test_a_link_that_breaks_at_any_byte_of_the_answer_delivers_exactly_once(world: World) -> None:
    node, central = world.node(), world.central()
    everything = []
    with served(central) as address, proxied(address) as proxy:
        for cut in DOWN:
            everything.append(world.testimony())
            bring(node, everything[-1])
            deliver_over(proxy, world, node, [Cut(down=cut)])
            assert not proxy.cuts
    assert_exactly_once(central, node, everything)


def test_a_link_on_which_every_connection_dies_delivers_exactly_once(world: World) -> None:
    node, central = world.node(), world.central()
    everything = [world.testimony() for _ in range(8)]
    bring(node, *everything)
    with served(central) as address, proxied(address) as proxy:
        deliver_over(proxy, world, node, [Cut(up=100_000 + 7_001 * number, down=9_000) for number in range(40)])
        assert proxy.connections > 4
        whole = sum(len(data) for sealed in everything for data in objects_of(sealed))
        assert proxy.sent_up < 2 * whole
    assert_exactly_once(central, node, everything)


def test_a_desk_whose_link_breaks_gets_everything_and_its_place_in_the_log(world: World) -> None:
    central, desk = world.central(), world.desk()
    everything = [world.testimony(size=20_000) for _ in range(4)]
    bring(central, *everything)
    with served(central) as address, proxied(address) as proxy:
        proxy.cuts.extend(Cut(down=down) for down in (0, 1, 100, 300, 5_000, 100_000, 400_000, 700_000))
        until_done(lambda: pull(desk, transport(proxy.url, world.lawyer_signer), audience="lawyers"))
        report = pull(desk, transport(proxy.url, world.lawyer_signer), audience="lawyers")
    assert report.entries == 0
    assert all(len(held(desk, sealed)) == 12 for sealed in everything)
    with desk.database.reading() as mine, central.database.reading() as theirs:
        assert custody_log.mirror_size(mine, central.kid) == custody_log.size(theirs)


@pytest.mark.parametrize("keep", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_torn_batch_gives_central_everything_up_to_the_tear(world: World, keep: float) -> None:
    """A request that arrives whole, holding a container that is torn: as from a damaged stick."""
    central, sealed = world.central(), world.testimony()
    frames = [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects_of(sealed))]
    whole = write_frames(frames)
    torn = whole[: int(len(whole) * keep)]
    complete, end = 0, len(PREFACE)
    for frame in frames:
        end += frame.size
        complete += end <= len(torn)
    with served(central) as (host, port):
        sender = transport(f"http://{host}:{port}", world.station)
        answer = sender._frames(sender._ask("POST", "/sync/batch", torn, "application/vnd.testimony.frames"))
        said = [canonical.decode_object(frame.payload) for frame in answer if frame.kind == "status"]
        assert [each["status"] for each in said] == ["stored"] * complete + ["refused"]
        assert (said[-1]["name"], said[-1]["rule"]) == ("", "container.torn")
        receipts = [frame for frame in answer if frame.kind == "record"]
        assert len(receipts) == (complete == len(frames))
        assert len(held(central, sealed)) == max(0, complete - 1)
        node = world.node()
        bring(node, sealed)
        push(node, sender)
    assert_exactly_once(central, node, [sealed])


def test_from_phone_to_desk(world: World) -> None:
    """The whole way over real servers: a phone delivers unsigned to the node, the node to central, a desk fetches."""
    node, central, desk, sealed = world.node(), world.central(), world.desk(), world.testimony()
    frames = [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects_of(sealed))]
    with served(node) as (host, port):
        phone = transport(f"http://{host}:{port}", None)
        names = [sealed.record.id, *sorted(all_names(sealed))]
        assert phone.lacking(names) == set(names)
        answer = phone.batch(frames)
        assert len([frame for frame in answer if frame.kind == "record"]) == 1
        assert phone.lacking(names) == set()
    with served(central) as (host, port):
        push(node, transport(f"http://{host}:{port}", world.station))
        pull(desk, transport(f"http://{host}:{port}", world.lawyer_signer), audience="lawyers")
    assert_exactly_once(central, node, [sealed])
    assert len(held(desk, sealed)) == 12
