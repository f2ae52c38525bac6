"""A fleet in one process: phones, two nodes, central, two desks; and links that lose what they are told to lose."""

from __future__ import annotations

import shutil
from collections import deque
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from testimony.errors import NotDelivered, StationUnreachable
from testimony.sealing import statements
from testimony.sealing.records import SignedRecord
from testimony.sealing.signing import Signer
from testimony.sealing.testimony import Content, SealedTestimony
from testimony.services import collect
from testimony.services.collect import Incoming
from testimony.services.station import Station
from testimony.store.records import RecordRow
from testimony.sync.channel import Answer, InProcess
from testimony.sync.exchange import exchange
from testimony.sync.messages import Frame
from testimony.sync.transport import Transport
from tests.services.world import PARTS, World
from tests.sync.world import ADDRESS, api, objects_of, tid_of, waiting

STATIONS = {"node": "field", "node-2": "field", "central": "central", "desk": "desk", "desk-2": "desk"}
NODES, DESKS = ("node", "node-2"), ("desk", "desk-2")
AUDIENCES = {"desk": "lawyers", "desk-2": "coordinators"}
ROUNDS = 6
OK, LOST, NEVER = "ok", "lost", "never"
"""A request arrives and is answered; arrives, and its answer does not; does not arrive."""


class Link:
    """The way to a station, whose fate the test holds: `fates` are taken by the next requests in turn."""

    def __init__(self, station: Station) -> None:
        self.channel = InProcess(api(station).test_client())
        self.fates: deque[str] = deque()

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        fate = self.fates.popleft() if self.fates else OK
        if fate == NEVER:
            raise StationUnreachable(url=ADDRESS)
        answer = self.channel.send(method, url, headers, body)
        if fate == LOST:
            raise StationUnreachable(url=ADDRESS)
        return answer


class Supply:
    """What every fleet needs and what is costly to make: an organisation, blank homes, sealed testimonies."""

    def __init__(self, folder: Path, testimonies: int) -> None:
        self.world = World(folder / "blank")
        self.folder = folder
        makers = (self.world.node, self.world.other_node, self.world.central, self.world.desk)
        for make in makers:
            make().close()
        self.world.desk("desk-2").close()
        self.codes = [Signer.generate() for _ in range(testimonies)]
        self.pool = [self._seal(code) for code in self.codes]

    def _seal(self, code: Signer) -> SealedTestimony:
        texts = {part: Content("application/json", b"{}") for part in PARTS}
        return self.world.seal(texts, withdraw=code.public_keys[0].pub.hex())


class Fleet:
    """`outboxes[phone]` are testimonies without a receipt; `sealed` all that were ever made; `withdrawn` by number."""

    def __init__(self, supply: Supply) -> None:
        self.supply, self.world = supply, supply.world
        self.home = supply.folder / "fleet"
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(supply.folder / "blank", self.home)
        self.stations = {name: Station.open(self.home / name) for name in STATIONS}
        self.links = {name: Link(self.stations[name]) for name in (*NODES, "central")}
        self.outboxes: dict[str, list[int]] = {"phone-a": [], "phone-b": []}
        self.sealed: set[int] = set()
        self.by_code: set[int] = set()
        self.by_worker: set[int] = set()
        self.copied: dict[str, set[str]] = {}

    def seal(self, phone: str) -> None:
        """The next one of the pool."""
        number = len(self.sealed)
        self.sealed.add(number)
        self.outboxes[phone].append(number)

    def deliver(self, phone: str, node: str) -> None:
        """All of the phone's outbox; what the node signs for is dropped, and nothing else."""
        for number in list(self.outboxes[phone]):
            with suppress(NotDelivered):
                answer = self._phone(node).batch(self._frames(number))
                if any(self._is_receipt(node, number, frame) for frame in answer):
                    self.outboxes[phone].remove(number)

    def _phone(self, node: str) -> Transport:
        return Transport(ADDRESS, None, channel=self.links[node], pause=lambda _: None)

    def _frames(self, number: int) -> list[Frame]:
        sealed = self.supply.pool[number]
        return [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects_of(sealed))]

    def _is_receipt(self, node: str, number: int, frame: Frame) -> bool:
        if frame.kind != "record":
            return False
        keys = self.stations[node].signer.public_keys
        said = statements.verify_receipt(SignedRecord.decode(frame.payload), keys)
        return said.durable and said.record == self.supply.pool[number].record.id

    def exchange(self, name: str) -> None:
        """Of a node or a desk with central."""
        signers = {"node": self.world.station, "node-2": self.world.second_node, "desk": self.world.lawyer_signer}
        signer = signers.get(name, self.world.coordinator_signer)
        way = Transport(ADDRESS, signer, channel=self.links["central"], pause=lambda _: None)
        exchange(self.stations[name], way, audience=AUDIENCES.get(name))

    def withdraw(self, number: int, where: str) -> None:
        """By the code, at any node: it need not know the testimony."""
        record = statements.withdrawal(
            tid=tid_of(self.supply.pool[number]), scope="all", day="2026-11-24", signer=self.supply.codes[number]
        )
        collect.take_in(self.stations[where], [Incoming("record", record.encode())])
        self.by_code.add(number)

    def pass_on(self, number: int) -> None:
        """By a lawyer, at their desk: it is held back everywhere."""
        tid = tid_of(self.supply.pool[number])
        record = statements.withdrawal(tid=tid, scope="all", day="2026-11-24", signer=self.world.lawyer_signer)
        collect.take_in(self.stations["desk"], [Incoming("record", record.encode())], outbound=True)
        self.by_worker.add(number)

    def reopen(self, name: str) -> None:
        """As after a power cut: nothing but the disk is left."""
        self.stations[name].close()
        self._open(name)

    def _open(self, name: str) -> None:
        self.stations[name] = Station.open(self.home / name)
        if name in self.links:
            self.links[name] = Link(self.stations[name])

    def copy(self, node: str) -> None:
        """Somebody keeps a copy of a node's whole home."""
        self.stations[node].database.checkpoint()
        self.stations[node].close()
        kept = self.home / f"{node}.copy"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.home / node, kept)
        self._open(node)
        self.copied[node] = self._records(node)

    def may_restore(self, node: str) -> bool:
        """Nobody can bring back what only this node had and the copy has not: that is no matter of sync."""
        return node in self.copied and self._records(node) - self.copied[node] <= self._records("central")

    def restore(self, node: str) -> None:
        """The copy takes the place of the home."""
        self.stations[node].close()
        shutil.rmtree(self.home / node)
        shutil.copytree(self.home / f"{node}.copy", self.home / node)
        self._open(node)

    def _records(self, name: str) -> set[str]:
        with self.stations[name].database.reading() as session:
            return set(session.scalars(select(RecordRow.name)))

    def settle(self) -> None:
        """Every link is good again: phones deliver; everybody exchanges, says what is asked, and says what was done."""
        for link in self.links.values():
            link.fates.clear()
        for phone in self.outboxes:
            self.deliver(phone, "node")
        for done in range(ROUNDS):
            for name in (*NODES, *DESKS):
                self.exchange(name)
            if done and not any(waiting(self.stations[name]) for name in (*NODES, *DESKS)):
                return

    def close(self) -> None:
        for station in self.stations.values():
            station.close()
