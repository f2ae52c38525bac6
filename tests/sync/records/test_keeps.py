"""Until when a testimony is kept reaches every station that holds it, by the network and by stick, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.withdrawal import endings as rules
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import keep
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.withdrawal import destruction_receipts, endings
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from tests.support.services import clocks
from tests.support.services.world import World, take
from tests.support.sync.removable_media import answer, bring_file, lawyer
from tests.support.sync.world import bring, tid_of, to

UNTIL = "2028-11"
DAY = rules.destroyed_from(UNTIL).isoformat()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def said(world: World, sealed: SealedTestimony, until: str | None = UNTIL) -> SignedRecord:
    return keep.keep(tid=tid_of(sealed), until=until, day="2026-11-24", signer=world.lawyer_signer)


def end_of(station: Station, sealed: SealedTestimony) -> str | None:
    with station.database.reading() as session:
        return endings.until(session, tid_of(sealed))


@pytest.mark.parametrize("first", ["testimony", "statement"])
def test_the_node_that_delivered_it_hears_it_whichever_came_first_to_headquarters(world: World, first: str) -> None:
    node, central, other = world.node(), world.central(), world.other_node()
    sealed = world.coded()
    bring(node, sealed)
    if first == "statement":
        take(central, said(world, sealed))
    exchange(node, to(central, world.station))
    if first == "testimony":
        take(central, said(world, sealed))
    exchange(node, to(central, world.station))
    assert end_of(node, sealed) == UNTIL
    exchange(other, to(central, world.second_node))
    with pytest.raises(KeyError):
        end_of(other, sealed)


def test_a_desk_hears_it_by_network_and_by_stick(world: World, tmp_path: Path) -> None:
    central, near, far = world.central(), world.desk(), world.desk("far")
    sealed = world.coded()
    bring(central, sealed)
    take(central, said(world, sealed))
    for file in answer(central, tmp_path / "stick", "lawyer-a"):
        bring_file(far, file, lawyer(world))
    assert end_of(far, sealed) == UNTIL
    exchange(near, to(central, world.lawyer_signer), audience="lawyers", heavy=False)
    assert end_of(near, sealed) == UNTIL


def test_in_the_end_it_is_gone_everywhere_and_headquarters_knows_from_each(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, central, desk = world.node(), world.central(), world.desk()
    sealed = world.coded(version=2, keep_until=UNTIL)
    bring(node, sealed)
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers", heavy=False)
    clocks.agree(monkeypatch, DAY)
    for station, signer in ((node, world.station), (desk, world.lawyer_signer)):
        assert endings.sweep(station) == 1, "also where nobody is reached"
        exchange(station, to(central, signer), audience="lawyers" if station is desk else None, heavy=False)
    endings.sweep(central)
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers", heavy=False)
    for station in (node, central, desk):
        assert station.shred_keys.find(tid_of(sealed)) is None
    with central.database.reading() as session:
        assert destruction_receipts.by(session, sealed.record.id) == {
            world.station.kid,
            central.kid,
            world.lawyer_signer.kid,
        }
