"""Many nodes with many testimonies each; some are brought twice, some withdrawn: central holds each once."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements.early_withdrawal import early_withdrawal
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.client.pull import pull
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.transport import Transport
from tests.support.sync.exactly_once import require_gone, require_once, require_true_receipts
from tests.support.sync.world import World, bring, device, served, to, waiting

PROCESSES = 2
ROUNDS = 6
PARTS = ("coded", "consent")
worlds: list[Crowd] = []  # what the processes take over when they are forked


@dataclass(frozen=True)
class Told:
    """A testimony, and what withdraws it."""

    sealed: SealedTestimony
    withdrawal: SignedRecord


class Crowd(World):
    """An organisation with as many nodes as one likes."""

    def __init__(self, folder: Path, nodes: int) -> None:
        self.nodes = [Signer.generate() for _ in range(nodes)]
        super().__init__(folder)

    def roster_value(self) -> dict[str, Any]:
        value = super().roster_value()
        value["devices"] += [device(f"many-{n}", signer, "node") for n, signer in enumerate(self.nodes)]
        return value

    def told(self) -> Told:
        code = Signer.generate()
        contents = {part: Content("application/json", b"{}") for part in PARTS}
        sealed = self.seal(contents, withdraw=code.public_keys[0].pub.hex())
        return Told(sealed, early_withdrawal(day="2026-11-24", signer=code))

    def home(self, number: int) -> Path:
        return self.folder / f"many-{number}"


def synchronise(node: Station, number: int, address: str) -> None:
    exchange(node, Transport(address, worlds[0].nodes[number], channel=HttpChannel()))


def collect_at(number: int, each: int, address: str) -> list[Told]:
    """A new node is brought its share, one after the other, and synchronises."""
    world = worlds[0]
    told = [world.told() for _ in range(each)]
    with world.create(f"many-{number}", "field", world.nodes[number]) as node:
        for one in told:
            bring(node, one.sealed)
        synchronise(node, number, address)
    return told


def pass_by(number: int, told: list[Told], withdrawn: list[Told], address: str) -> None:
    """A node is brought some that another has already, and withdrawals of what it never saw."""
    with open_station(worlds[0].home(number)) as node:
        bring(node, *(one.sealed for one in told))
        take_in(node, [Incoming("record", one.withdrawal.encode()) for one in withdrawn])
        synchronise(node, number, address)


def ready(number: int) -> int:
    return number


def crowd(tmp_path: Path, *, nodes: int, each: int) -> None:
    world = Crowd(tmp_path, nodes)
    worlds[:] = [world]
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("fork")) as pool:
        assert sorted(pool.map(ready, range(PROCESSES))) == list(range(PROCESSES))  # forked before there are threads
        central, desk = world.central(), world.desk()
        try:
            with served(central) as (host, port):
                told = everything_happens(pool, nodes, each, f"http://{host}:{port}")
            pull(desk, to(central, world.lawyer_signer), audience="lawyers")
            gone, kept = (
                [one.sealed for share in told for one in share[part]]
                for part in (slice(None, each // 10), slice(each // 10, None))
            )
            assert len(gone) + len(kept) == nodes * each
            require_everything(world, (central, desk), kept, gone)
        finally:
            world.close()


def everything_happens(pool: ProcessPoolExecutor, nodes: int, each: int, address: str) -> list[list[Told]]:
    first = [pool.submit(collect_at, number, each, address) for number in range(nodes)]
    told = [one.result() for one in first]
    second = [
        pool.submit(pass_by, (number + 1) % nodes, share[-each // 5 :], share[: each // 10], address)
        for number, share in enumerate(told)
    ]
    for one in second:
        one.result()
    return told


def require_everything(
    world: Crowd, stations: tuple[Station, Station], kept: list[SealedTestimony], gone: list[SealedTestimony]
) -> None:
    central, _ = stations
    require_once(central, kept)
    for station in stations:
        with station.database.reading() as session:
            manifests = record_queries.records_of_kind(session, "manifest", limit=10**6)
        assert {record.id for _, record in manifests} == {sealed.record.id for sealed in kept}
        for sealed in gone:
            require_gone(station, sealed)
    for _ in range(ROUNDS):
        left = sum(rest_of(world, central, number) for number in range(len(world.nodes)))
        if not left:
            return
    raise AssertionError(f"{left} records wait, whatever the rounds")


def rest_of(world: Crowd, central: Station, number: int) -> int:
    """What waits at a node after one more exchange: it hears of withdrawals, obeys, and says so the next time."""
    with open_station(world.home(number)) as node:
        exchange(node, to(central, world.nodes[number]))
        assert require_true_receipts(node, central) > 0
        return len(waiting(node))


def test_many_nodes_bring_many_testimonies(tmp_path: Path) -> None:
    crowd(tmp_path, nodes=10, each=10)


@pytest.mark.long(short="test_many_nodes_bring_many_testimonies")
def test_a_crowd_of_nodes_brings_many_testimonies(tmp_path: Path) -> None:
    crowd(tmp_path, nodes=200, each=100)
