"""A small organisation with real stations in temporary folders: nodes, central, desks, and testimonies to carry."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import waitress.server
from flask import Flask
from waitress import wasyncore

from testimony import canonical
from testimony.sealing.parts.manifest import is_media
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements.statements import withdrawal
from testimony.sealing.testimony.media import Medium, cut
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services import startup
from testimony.services.custody import log as custody_log
from testimony.services.delivery import outbox
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming, Outcome
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.store.models import outbox as outbox_rows
from testimony.store.models.base import Base
from testimony.store.state import epochs
from testimony.store.state.nodes import NodeStateRow
from testimony.sync.http.channel import Answer, Channel, InProcess
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from testimony.web.api.sync import sync_api
from tests.support.sealing.organisation import Organisation

PARTS = ("coded", "consent", "identity", "incident", "narrative", "provenance")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(3000) + b"\xff\xd9"
ADDRESS = "http://central.example"


class World(Organisation):
    """Two nodes, one central, and whoever reads. Stations are made when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self.central_signer, self.second_node = Signer.generate(), Signer.generate()
        super().__init__()
        self.folder = folder
        self.opened: list[Station] = []

    def roster_value(self) -> dict[str, Any]:
        value = super().roster_value()
        value["devices"] += [
            device("node-2", self.second_node, "node"),
            device("central-1", self.central_signer, "central"),
        ]
        return value

    def create(self, name: str, role: str, signer: Signer | None, **changes: Any) -> Station:
        seed = signer.seed if signer else None
        settings = Settings(home=self.folder / name, role=role, name=name, **changes)
        station = startup.create_station(
            settings, root=self.root.data, rosters=list(self.chain.records), signing_seed=seed
        )
        self.opened.append(station)
        return station

    def node(self) -> Station:
        return self.create("node", "field", self.station)

    def other_node(self) -> Station:
        return self.create("node-2", "field", self.second_node)

    def central(self, name: str = "central", **changes: Any) -> Station:
        return self.create(name, "central", self.central_signer, **changes)

    def desk(self, name: str = "desk") -> Station:
        return self.create(name, "desk", None)

    def testimony(self, size: int = 40) -> SealedTestimony:
        text = canonical.encode({"answers": {}, "padding": "x" * size})
        return self.seal({part: Content("application/json", text) for part in PARTS})

    def with_media(self, size: int = 600_000, **changes: Any) -> SealedTestimony:
        """A testimony with a list, a voice of `size` invented bytes and a picture."""
        text = canonical.encode({"answers": {}})
        voice = Medium(kind="voice", type="audio/webm", data=os.urandom(size), seconds=size // 3000 + 1)
        picture = Medium(kind="picture", type="image/jpeg", data=JPEG)
        return self.seal({part: Content("application/json", text) for part in PARTS} | cut([voice, picture]), **changes)

    def withdraw(self, sealed: SealedTestimony) -> SignedRecord:
        return withdrawal(tid=tid_of(sealed), scope="all", day="2026-11-24", signer=self.lawyer_signer)

    def next_roster(self, **changes: Any) -> SignedRecord:
        """Signed, and in this world's chain."""
        record = self.sign(self.successor(**changes))
        self.chain.add(record)
        return record

    def close(self) -> None:
        for station in self.opened:
            station.close()


def in_the_epoch_of(one: Station, other: Station) -> None:
    """As if `other` were a whole home restored from a copy of `one`: it does not know that it was."""
    with one.database.reading() as session:
        epoch = custody_log.epoch(session)
    with other.database.transaction() as session:
        epochs.edit(session).epoch = epoch


def keep(station: Station, *rows: Base) -> None:
    """What the station would have come to know; columns that are not given stay as they are."""
    with station.database.transaction() as session:
        for row in rows:
            session.merge(row)


def heard_on(day: str, kid: str, *, waiting: int | None = None) -> NodeStateRow:
    """The node `kid` spoke last on `day`, and said nothing else."""
    unsaid = dict.fromkeys(("clock", "media", "free", "floor"))
    return NodeStateRow(node=kid, day=day, carried=False, waiting=waiting, **unsaid)


def tid_of(sealed: SealedTestimony) -> str:
    return str(sealed.record.value["tid"])


def objects_of(sealed: SealedTestimony) -> list[bytes]:
    return [data for part in sealed.parts for data in (*part.heads.values(), part.body)]


def text_of(sealed: SealedTestimony) -> list[bytes]:
    return [data for part in sealed.parts if not is_media(part.part) for data in (*part.heads.values(), part.body)]


def pieces_of(sealed: SealedTestimony) -> list[list[bytes]]:
    """Heads and body of each piece of media, in order."""
    return [[*part.heads.values(), part.body] for part in sealed.parts if is_media(part.part)]


def incoming(*sealed: SealedTestimony) -> list[Incoming]:
    return [
        item
        for each in sealed
        for item in (
            Incoming("record", each.record.encode()),
            *(Incoming("object", data) for data in objects_of(each)),
        )
    ]


def bring(station: Station, *sealed: SealedTestimony) -> Outcome:
    """As if a phone had delivered them."""
    outcome = take_in(station, incoming(*sealed))
    assert {status.status for status in outcome.statuses} <= {"stored", "duplicate"}, outcome.statuses
    return outcome


def held(station: Station, sealed: SealedTestimony) -> set[str]:
    """Names of the heads and bodies of `sealed` that the station holds and can read."""
    with station.database.reading() as session:
        return {item.name for item in record_queries.parts_of(session, sealed.record.id) if item.held}


def all_names(sealed: SealedTestimony) -> set[str]:
    return {name for part in sealed.record.value["parts"] for name in (*part["heads"].values(), part["body"])}


def waiting(station: Station) -> list[str]:
    with station.database.reading() as session:
        unawaited = outbox_rows.unawaited(session)
        return [item.name for item in outbox.waiting(session) if item.name not in unawaited]


def api(station: Station) -> Flask:
    """An application with nothing but /sync."""
    app = Flask("testimony.web")
    app.extensions["testimony.station"] = station
    app.register_blueprint(sync_api)
    return app


def in_process(station: Station) -> InProcess:
    return InProcess(api(station).test_client())


def to(station: Station, signer: Signer | None, channel: Channel | None = None) -> Transport:
    """The way to `station`, without a network and without waiting."""
    return Transport(ADDRESS, signer, channel=channel or in_process(station), pause=lambda _: None, packs=False)


@contextmanager
def served(station: Station) -> Iterator[tuple[str, int]]:
    """`station` behind a real server; host and port."""
    with served_at(station, "127.0.0.1") as address:
        yield address


@contextmanager
def served_at(station: Station, host: str) -> Iterator[tuple[str, int]]:
    """The same at another address of this machine."""
    sockets: dict[int, Any] = {}
    server = waitress.server.create_server(api(station), map=sockets, host=host, port=0, threads=4)
    ending = threading.Event()

    def run() -> None:
        while not ending.is_set():
            wasyncore.loop(timeout=0.05, map=sockets, count=1)
        # Here, and not from outside: a socket closed while this thread selects on it ends the thread with EBADF.
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield host, server.effective_port
    finally:
        ending.set()
        thread.join()


class Changed:
    """A channel whose answers are changed on the way."""

    def __init__(self, channel: Channel, change: Callable[[str, Answer], Answer]) -> None:
        self.channel = channel
        self.change = change

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        path = "/" + url.split("/", 3)[3]
        return self.change(path, self.channel.send(method, url, headers, body))


def feed_changed(change: Callable[[list[Frame]], list[Frame]]) -> Callable[[str, Answer], Answer]:
    def changed(path: str, answer: Answer) -> Answer:
        if not path.startswith("/sync/feed"):
            return answer
        *frames, end = read_frames(answer.body)
        said = canonical.decode(end.payload)
        return Answer(200, answer.headers, write_frames(change(frames), next=said["next"], size=said["size"]))

    return changed


def device(name: str, signer: Signer, kind: str) -> dict[str, Any]:
    return {"id": name, "keys": [key.describe() for key in signer.public_keys], "status": "active", "kind": kind}
