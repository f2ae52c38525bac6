"""Chaos with a seed: whatever a link does to connections, everything arrives once and no receipt is false."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from testimony.errors import NotDelivered
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements.early_withdrawal import early_withdrawal
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.intake import quotas
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.client.pull import pull
from testimony.sync.client.push import push
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.transport import Transport
from tests.support.each_time import each_time
from tests.support.sync.exactly_once import logged, require_once, require_true_receipts
from tests.support.sync.links.proxy import Cut, Proxy, misfortunes, proxied
from tests.support.sync.world import World, bring, held, served, waiting

SHORT = 0.3
"""Seconds until a silent connection is given up. Longer changes nothing but the time that this takes."""
BAD = {
    "reset": [
        *(Cut(up=size, reset=True) for size in (0, 300, 1_000, 40_000, 80_000)),
        *(Cut(down=size, reset=True) for size in (0, 100, 400, 2_000)),
    ],
    "silence": [
        *(Cut(up=size, hole=True) for size in (0, 500, 50_000)),
        *(Cut(down=size, hole=True) for size in (0, 250, 1_500)),
    ],
    "a bit of what is asked": [Cut(flip_up=size) for size in (10, 200, 600, 1_200, 3_000, 60_000)],
    "a bit of what is answered": [Cut(flip_down=size) for size in (10, 150, 320, 420, 700, 1_800, 3_500)],
    "a few bytes at a time": [Cut(piece=64)],
    "a trickle": [
        Cut(down=1_500, piece=256, rate=100_000),
        *(Cut(up=size, piece=2048, rate=400_000, reset=True) for size in (20_000, 60_000)),
        Cut(piece=2048, rate=400_000),
    ],
}


def way(proxy: Proxy, signer: Signer) -> Transport:
    channel = HttpChannel(connect_seconds=30, read_seconds=SHORT)
    return Transport(proxy.url, signer, channel=channel, pause=lambda _: None)


def until(act: Callable[[], object], done: Callable[[], bool], attempts: int = 60) -> None:
    """Again and again, each time by a new connection, until it is done. Only errors with a name may stop an attempt."""
    for _ in range(attempts):
        try:
            act()
        except (NotDelivered, ReceiptRefused):
            continue
        if done():
            return
    raise AssertionError("it never came through")


@pytest.fixture
def link(world: World) -> Iterator[tuple[Station, Station, Proxy]]:
    """A node, central, and the way between them."""
    node, central = world.node(), world.central()
    with served(central) as address, proxied(address) as proxy:
        yield node, central, proxy


# of each kind every other misfortune, and all when long
@pytest.mark.parametrize("every", each_time([1, 2], 2))
@pytest.mark.parametrize("kind", BAD)
def test_whatever_happens_to_two_connections_it_arrives_once(
    world: World, link: tuple[Station, Station, Proxy], kind: str, every: int
) -> None:
    node, central, proxy = link
    everything = []
    for cut in BAD[kind][::every]:
        everything.append(world.testimony())
        bring(node, everything[-1])
        proxy.cuts.extend([cut, Cut(), cut])
        until(lambda: push(node, way(proxy, world.station)), lambda: not waiting(node))
        assert len(proxy.cuts) < 3, cut
        proxy.cuts.clear()
    require_once(central, everything)
    assert require_true_receipts(node, central) == len(everything)


def campaign(world: World, link: tuple[Station, Station, Proxy], seed: int, testimonies: int) -> None:
    """From a node to central and on to a desk, while most connections fare badly."""
    (node, central, proxy), chance, desk = link, random.Random(seed), world.desk()
    everything = [world.testimony() for _ in range(testimonies)]
    for sealed in everything:
        bring(node, sealed)
        proxy.cuts.extend(misfortunes(chance, 6))
        until(lambda: push(node, way(proxy, world.station)), lambda: not waiting(node))
        require_true_receipts(node, central)
    proxy.cuts.extend(misfortunes(chance, 2 * testimonies, up=2_000, down=60_000 * testimonies))
    reader = Transport(proxy.url, world.lawyer_signer, channel=HttpChannel(read_seconds=SHORT), pause=lambda _: None)
    until(lambda: pull(desk, reader, audience="lawyers"), lambda: all(len(held(desk, one)) == 12 for one in everything))
    require_once(central, everything)
    assert require_true_receipts(node, central) == testimonies


@pytest.mark.parametrize("seed", each_time(range(2), 0))
def test_a_campaign_of_chaos_loses_and_doubles_nothing(
    world: World, link: tuple[Station, Station, Proxy], seed: int
) -> None:
    campaign(world, link, seed, testimonies=3)


@pytest.mark.long(short="test_a_campaign_of_chaos_loses_and_doubles_nothing")
@pytest.mark.parametrize("seed", range(100, 150))
def test_a_long_campaign_of_chaos_loses_and_doubles_nothing(
    world: World, link: tuple[Station, Station, Proxy], seed: int
) -> None:
    campaign(world, link, seed, testimonies=12)


def small(node: Station) -> SignedRecord:
    """The smallest thing that is delivered and signed for: a withdrawal that waits for its testimony."""
    record = early_withdrawal(day="2026-11-24", signer=Signer.generate())
    take_in(node, [Incoming("record", record.encode())])
    return record


def cut_at(world: World, link: tuple[Station, Station, Proxy], cuts: list[Cut]) -> list[str]:
    """The names of small deliveries, one for each cut."""
    node, _, proxy = link
    brought = []
    for cut in cuts:
        brought.append(small(node).id)
        proxy.cuts.append(cut)
        until(lambda: push(node, way(proxy, world.station)), lambda: not waiting(node))
        proxy.cuts.clear()
    return brought


def measured(world: World, link: tuple[Station, Station, Proxy]) -> tuple[int, int]:
    """Bytes asked and answered when nothing happens to a small delivery."""
    node, _, proxy = link
    small(node)
    before = proxy.sent_up, proxy.sent_down
    push(node, way(proxy, world.station))
    return proxy.sent_up - before[0], proxy.sent_down - before[1]


def test_a_small_delivery_that_is_cut_at_any_byte_arrives_once(
    world: World, link: tuple[Station, Station, Proxy]
) -> None:
    """At every 293rd here; at every byte in the long campaign."""
    up, down = measured(world, link)
    node, central, _ = link
    first = logged(central)
    brought = cut_at(world, link, [Cut(up=size) for size in range(0, up, 293)])
    brought += cut_at(world, link, [Cut(down=size) for size in range(0, down, 293)])
    assert logged(central) == first + brought
    assert require_true_receipts(node, central) == len(first + brought)


@pytest.mark.long(short="test_a_small_delivery_that_is_cut_at_any_byte_arrives_once")
@pytest.mark.parametrize("kind", ["up", "down", "flip_up", "flip_down"])
def test_a_small_delivery_that_is_cut_or_falsified_at_every_byte_arrives_once(
    world: World, link: tuple[Station, Station, Proxy], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MOST_WAITING", 100_000)  # of these, one station may bring a hundred a day
    up, down = measured(world, link)
    node, central, _ = link
    first = logged(central)
    size = up if kind.endswith("up") else down
    brought = cut_at(world, link, [Cut(**{kind: place}) for place in range(size + 1)])
    assert logged(central) == first + brought
    assert require_true_receipts(node, central) == len(first + brought)
